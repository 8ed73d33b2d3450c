"""files.* : an upload in three steps, and its deletion.

Arguments, errors: docs.slack.dev/reference/methods/files.getUploadURLExternal, files.completeUploadExternal,
files.delete. Slack shares a completed file a while after it has answered (slackapi/bolt-js issue 2115), so its answer
holds the documented ids and titles only; here the file is shared at once.
"""

import re
import secrets
from typing import Any

from playground.arguments import Arguments
from playground.errors import SlackError, invalid_arguments
from playground.messages import Messages
from playground.workspace import File, Json, Workspace, new_id

ALT_TEXT = 1_000
MOST_CHANNELS = 100
# Ours: Slack's own limit is 1 GB; a workspace here is kept in memory and in one file.
LARGEST_BYTES = 20_000_000
# What channel_id may look like (seen: slackapi/bolt-js issue 2115): a person's id is not taken, only a conversation's.
CHANNEL_ID = re.compile(r"[CGDZ][A-Z0-9]{8,}")
LENGTH = re.compile(r"[0-9]{1,15}")
CUSTOMIZED = ("username", "icon_url", "icon_emoji")
NOT_FOUND, BAD_REQUEST = 404, 400


class Files:
    """The files.* methods, and what is posted to the addresses that they give out."""

    def __init__(self, workspace: Workspace, messages: Messages) -> None:
        self._workspace = workspace
        self._messages = messages

    def get_upload_url(self, arguments: Arguments) -> Json:
        """files.getUploadURLExternal: the first step, an address for the bytes of one file."""
        name, length = arguments.required("filename"), self._length(arguments)
        if len(arguments.text("alt_txt") or "") > ALT_TEXT:
            raise SlackError("alt_txt_too_large")
        if arguments.given("snippet_type"):
            raise SlackError("unknown_snippet_type")  # ours: the playground knows no snippets
        if length > LARGEST_BYTES:
            raise SlackError("file_upload_size_restricted")
        file = File(
            id=new_id("F"),
            name=name,
            title=name,
            length=length,
            created=int(self._workspace.clock.time()),
            upload_key=secrets.token_urlsafe(48),
            alt_text=arguments.text("alt_txt") or "",
        )
        self._workspace.state.files[file.id] = file
        self._workspace.changed()
        upload_url = f"{self._workspace.url}/upload/v1/{file.upload_key}"
        return {"ok": True, "upload_url": upload_url, "file_id": file.id}

    def receive(self, upload_key: str, content: bytes) -> File:
        """Take a file's bytes: the second step, which works once.

        Raises:
            SlackError: there is no such address (404), or the length is not what was announced (400). The statuses are
                ours: "a non-200 response indicates a failure" (files.getUploadURLExternal, "Usage info").
        """
        file = next(
            (one for one in self._workspace.state.files.values() if one.upload_key == upload_key), None
        )
        if file is None:
            raise SlackError("not_found", status=NOT_FOUND)
        if len(content) != file.length:
            raise SlackError("length_mismatch", status=BAD_REQUEST)
        file.content, file.upload_key = content, None
        self._workspace.changed()
        return file

    def complete(self, arguments: Arguments) -> Json:
        """files.completeUploadExternal: the third step, which shares the files in one message to each channel."""
        titles = _titles(arguments.parsed("files", "invalid_arguments"))
        for name in CUSTOMIZED:
            if arguments.given(name):
                raise self._workspace.missing_scope("chat:write.customize")
        files = [self._uploaded(file_id) for file_id in titles]
        channels = self._channels(arguments)
        thread = self._thread(arguments, channels)
        text = arguments.text("initial_comment") or ""
        blocks = [] if text else arguments.blocks() or []
        for file in files:
            file.completed, file.title = True, titles[file.id] or file.name
        self._workspace.changed()
        for channel in channels:
            self._messages.add(channel, text, blocks, files=list(titles), thread_ts=thread)
        return {"ok": True, "files": [{"id": file.id, "title": file.title} for file in files]}

    def delete(self, arguments: Arguments) -> Json:
        """files.delete: the file goes; the messages that had it stay and show so (seen: sgratzl/slack-cleaner issue 56)."""
        file = self._workspace.state.files.get(arguments.required("file"))
        if file is None or not file.completed:
            raise SlackError("file_not_found")
        if file.deleted:
            raise SlackError("file_deleted")
        file.deleted, file.content = True, None
        self._workspace.changed()
        return {"ok": True}

    def shared(self, file_id: str) -> File | None:
        """Return the file if it can be downloaded."""
        file = self._workspace.state.files.get(file_id)
        return file if file and file.completed and not file.deleted else None

    def _uploaded(self, file_id: str) -> File:
        file = self._workspace.state.files.get(file_id)
        if file is None or file.content is None or file.completed:
            raise SlackError("file_not_found")  # "Could not find the file from the upload ticket"
        return file

    def _channels(self, arguments: Arguments) -> list[str]:
        """Return the DMs to share in: none leaves the files private to the app."""
        found = []
        channel_id = arguments.text("channel_id")
        if channel_id:
            if not CHANNEL_ID.fullmatch(channel_id):
                pattern = f"input must match regex pattern: ^{CHANNEL_ID.pattern}$ [json-pointer:/channel_id]"
                raise invalid_arguments(pattern)
            found.append(self._workspace.dm_of(channel_id))
        named = [channel for channel in (arguments.text("channels") or "").split(",") if channel]
        if len(named) > MOST_CHANNELS:
            raise SlackError("channels_limit_exceeded")
        for channel in named:
            try:
                found.append(self._workspace.dm_of(channel))
            except SlackError:
                raise SlackError("invalid_channel") from None
        return list(dict.fromkeys(found))

    def _thread(self, arguments: Arguments, channels: list[str]) -> str | None:
        """Return the message to reply to; Slack documents no error for a wrong one, so it is chat.postMessage's here."""
        thread = arguments.text("thread_ts")
        if not thread:
            return None
        parents = [self._workspace.message(channel, thread) for channel in channels]
        if len(parents) != 1:
            raise invalid_arguments("thread_ts goes with one channel [json-pointer:/thread_ts]")
        if parents[0] is None:
            raise SlackError("thread_not_found")
        return thread

    @staticmethod
    def _length(arguments: Arguments) -> int:
        length = arguments.required("length")
        if not LENGTH.fullmatch(length):
            raise invalid_arguments("must be an integer [json-pointer:/length]")
        if int(length) == 0:
            raise SlackError("missing_argument")  # "typically only occurs when the length provided is 0"
        return int(length)


def _titles(given: Any) -> dict[str, str | None]:
    """Return the title of each file named, by its id; None where it has none of its own."""
    if given is None:
        raise invalid_arguments("missing required field: files")
    if not isinstance(given, list) or not given:
        raise invalid_arguments("must be a list of at least one file [json-pointer:/files]")
    titles: dict[str, str | None] = {}
    for place, file in enumerate(given):
        if not isinstance(file, dict) or not isinstance(file.get("id"), str):
            raise invalid_arguments(f"missing required field: id [json-pointer:/files/{place}]")
        if not isinstance(file.get("title", ""), str | None):
            raise invalid_arguments(f"must be a string [json-pointer:/files/{place}/title]")
        titles[file["id"]] = file.get("title")
    return titles
