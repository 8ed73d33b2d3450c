"""chat.* : messages of the app, and those people type.

Errors and limits: docs.slack.dev/reference/methods/chat.postMessage, chat.update, chat.delete, chat.postEphemeral.
"""

import re
from collections.abc import Sequence
from typing import Any

from playground import payloads
from playground.arguments import Arguments
from playground.blockkit import json_bytes
from playground.elements import initial_values, with_ids
from playground.errors import SlackError, invalid_arguments
from playground.events import Events
from playground.typed_text import escaped, unescaped
from playground.workspace import Json, Message, Workspace

TEXT_POSTED = 40_000  # "Slack will truncate messages containing more than 40,000 characters"
# chat.update refuses a text of more than 4,000 bytes, counted after escaping (measured: gitlab-org/gitlab merge
# request 258898); Slack's pages give the error msg_too_long without a figure.
TEXT_UPDATED = 4_000
MARKDOWN = 12_000
METADATA_BYTES = 16 * 1024  # ours: Slack gives metadata_too_large without a figure
EVENT_TYPE = re.compile(r"[A-Za-z0-9_.-]+")


class Messages:
    """The chat.* methods."""

    def __init__(self, workspace: Workspace, events: Events) -> None:
        self._workspace = workspace
        self._events = events

    def post(self, arguments: Arguments) -> Json:
        """chat.postMessage: into a DM, named by its id or by the person's."""
        channel = self.recipient(arguments)
        text, blocks = read_content(arguments)
        thread = arguments.text("thread_ts")
        if thread is not None and self._workspace.message(channel, thread) is None:
            raise SlackError("thread_not_found")
        posted = self.add(channel, text, blocks, metadata=read_metadata(arguments), thread_ts=thread)
        shown = payloads.message(self._workspace, posted, with_metadata=True)
        return {"ok": True, "channel": channel, "ts": posted.ts, "message": shown}

    def post_ephemeral(self, arguments: Arguments) -> Json:
        """chat.postEphemeral: seen by its reader, kept by nobody."""
        channel = self.recipient(arguments)
        if arguments.required("user") != self._workspace.owner(channel):
            raise SlackError("user_not_in_channel")
        text, blocks = read_content(arguments)
        posted = self.add(channel, text, blocks, ephemeral=True)
        return {"ok": True, "message_ts": posted.ts}

    def update(self, arguments: Arguments) -> Json:
        """chat.update: the app's own messages only. Blocks stay only if no text is given ("blocks" on its page)."""
        message = self._own(arguments, "cant_update_message")
        if len(escaped(unescaped(arguments.text("text") or "")).encode()) > TEXT_UPDATED:
            raise SlackError("msg_too_long")
        text, blocks = read_content(arguments, before=message)
        metadata = read_metadata(arguments) if arguments.given("metadata") else message.metadata
        self.change(message, text, blocks, metadata=metadata)
        shown = payloads.message(self._workspace, message)
        return {
            "ok": True,
            "channel": message.channel,
            "ts": message.ts,
            "text": message.text,
            "message": shown,
        }

    def delete(self, arguments: Arguments) -> Json:
        """chat.delete: the app's own messages only."""
        message = self._own(arguments, "cant_delete_message")
        self.remove(message)
        return {"ok": True, "channel": message.channel, "ts": message.ts}

    def add(
        self,
        channel: str,
        text: str,
        blocks: list[Json],
        *,
        ephemeral: bool = False,
        metadata: Json | None = None,
        thread_ts: str | None = None,
        files: Sequence[str] = (),
    ) -> Message:
        """Put a message of the app into ``channel``, with files by their ids."""
        state = self._workspace.state
        kept = with_ids(blocks)
        message = Message(
            ts=self._workspace.next_ts(),
            channel=channel,
            user=state.bot_user_id,
            text=text,
            blocks=kept,
            by_app=True,
            ephemeral=ephemeral,
            metadata=metadata,
            thread_ts=thread_ts,
            values=initial_values(kept),
            files=list(files),
        )
        self._workspace.messages(channel).append(message)
        owner = self._workspace.owner(channel)
        if owner and state.panes[owner].tab != "messages":
            state.panes[owner].unread += 1
        self._workspace.changed()
        if not ephemeral:
            shown = payloads.message(self._workspace, message)
            shared = {"subtype": "file_share"} if files else {}
            self._tell({**shown, **shared, "channel": channel, "event_ts": message.ts})
        return message

    def change(self, message: Message, text: str, blocks: list[Json], *, metadata: Json | None) -> None:
        """Replace a message's content in place."""
        before = payloads.message(self._workspace, message)
        message.text, message.blocks, message.metadata = text, with_ids(blocks), metadata
        message.values = initial_values(message.blocks, message.values)
        # chat.update, "blocks": the flag is shown where text was used, not where blocks were.
        message.edited = None if blocks else f"{self._workspace.clock.time():.6f}"
        self._workspace.changed()
        if not message.ephemeral:
            self._tell_of(
                message, "message_changed", message=payloads.message(self._workspace, message), before=before
            )

    def remove(self, message: Message) -> None:
        """Take a message out of its channel."""
        before = payloads.message(self._workspace, message)
        self._workspace.messages(message.channel).remove(message)
        self._workspace.changed()
        if not message.ephemeral:
            self._tell_of(message, "message_deleted", deleted_ts=message.ts, before=before)

    def _tell_of(self, changed: Message, subtype: str, *, before: Json, **rest: Any) -> None:
        ts = self._workspace.next_ts()
        self._tell(
            {
                "type": "message",
                "subtype": subtype,
                "hidden": True,
                "channel": changed.channel,
                "previous_message": before,
                "ts": ts,
                "event_ts": ts,
                **rest,
            }
        )

    def _tell(self, inner: Json) -> None:
        self._events.emit("message.im", {**inner, "channel_type": "im"})

    def recipient(self, arguments: Arguments) -> str:
        """Return the id of the DM that ``channel`` names, by its own id or its person's.

        Raises:
            SlackError: ``channel_not_found``, ``messages_tab_disabled``.
        """
        channel = self._workspace.dm_of(arguments.required("channel"))
        if not self._workspace.app.messages_tab:
            raise SlackError("messages_tab_disabled")
        return channel

    def _own(self, arguments: Arguments, refusal: str) -> Message:
        channel, ts = arguments.required("channel"), arguments.required("ts")
        if self._workspace.owner(channel) is None:
            raise SlackError("channel_not_found")
        message = self._workspace.message(channel, ts)
        if message is None or message.ephemeral:
            raise SlackError("message_not_found")
        if not message.by_app:
            raise SlackError(refusal)
        return message


def read_content(arguments: Arguments, before: Message | None = None) -> tuple[str, list[Json]]:
    """Return text and blocks of a message to post, or of one that takes the place of ``before``.

    An update that names no blocks keeps the old ones if it names no text either, and one that names no text keeps
    the old text.

    Raises:
        SlackError: ``no_text``, ``markdown_text_conflict``, ``msg_too_long``, ``invalid_blocks`` …
    """
    if arguments.given("attachments"):
        raise invalid_arguments("the playground does not know attachments [json-pointer:/attachments]")
    markdown = arguments.text("markdown_text")
    if markdown is not None:
        if arguments.given("text") or arguments.given("blocks"):
            raise SlackError("markdown_text_conflict")
        if len(markdown) > MARKDOWN:
            raise SlackError("msg_too_long")
        return markdown, [{"type": "markdown", "text": markdown}]
    text, blocks = arguments.text("text"), arguments.blocks()
    if before is not None and text is None:
        if blocks is None:
            raise SlackError("no_text")
        text = before.text
    if not (text or "").strip() and not blocks:
        raise SlackError("no_text")
    return (text or "")[:TEXT_POSTED], blocks or []


def read_metadata(arguments: Arguments) -> Json | None:
    """Return a message's metadata, None if there is none.

    Raises:
        SlackError: ``invalid_metadata_format``, ``metadata_too_large``.
    """
    metadata = arguments.parsed("metadata", "invalid_metadata_format")
    if metadata in (None, {}):
        return None
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata["event_type"], str) or not EVENT_TYPE.fullmatch(metadata["event_type"]):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata["event_payload"], dict):
        raise SlackError("invalid_metadata_format")
    if json_bytes(metadata) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata
