"""response_url: answering a gesture later, five times within thirty minutes of the workspace's clock.

Source: docs.slack.dev/interactivity/handling-user-interaction, "message responses".
"""

from playground.arguments import Arguments
from playground.errors import SlackError
from playground.messages import Messages, read_content
from playground.workspace import Json, Message, ResponseUrl, Workspace, new_id

MOST_USES = 5
SECONDS = 30 * 60
NOT_FOUND = 404
RESPONSE_TYPES = (None, "ephemeral", "in_channel")


class ResponseUrls:
    """The response_urls given out."""

    def __init__(self, workspace: Workspace, messages: Messages, url: str) -> None:
        self._workspace = workspace
        self._messages = messages
        self._url = url

    def give(self, user: str, message: Message | None = None) -> tuple[str, str]:
        """Return the id and the address of a new way back to what ``user`` just did, on ``message``."""
        state = self._workspace.state
        expires = self._workspace.clock.time() + SECONDS
        ts = message.ts if message else None
        key = new_id("R")
        state.response_urls = {
            key: way for key, way in state.response_urls.items() if way.expires > self._workspace.clock.time()
        }
        state.response_urls[key] = ResponseUrl(
            user=user, channel=state.panes[user].channel, message_ts=ts, expires=expires
        )
        return key, f"{self._url}/response/{key}"

    def use(self, key: str, body: Json) -> Json:
        """Answer ``POST /response/<key>``.

        Raises:
            SlackError: ``expired_url``, ``used_url``, or what is wrong with the message.
        """
        way = self._workspace.state.response_urls.get(key)
        if way is None or way.expires <= self._workspace.clock.time():
            raise SlackError("expired_url", status=NOT_FOUND)
        if way.uses >= MOST_USES:
            raise SlackError("used_url", status=NOT_FOUND)
        self.respond(way, body)
        way.uses += 1
        return {"ok": True}

    def answer(self, key: str, body: Json) -> None:
        """Show what came with the ack of a slash command; it costs no use."""
        self.respond(self._workspace.state.response_urls[key], body)

    def respond(self, way: ResponseUrl, body: Json) -> None:
        """Post, replace or delete as ``body`` says.

        Raises:
            SlackError: the message is not one that Slack would take.
        """
        self._workspace.overheard("response_url", body, {})
        arguments = Arguments(body)
        original = self._workspace.message(way.channel, way.message_ts) if way.message_ts else None
        if arguments.flag("delete_original"):
            if original is not None:
                self._messages.remove(original)
            return
        if body.get("response_type") not in RESPONSE_TYPES:
            raise SlackError("invalid_response_type")
        text, blocks = read_content(arguments)
        if arguments.flag("replace_original") and original is not None:
            self._messages.change(original, text, blocks, metadata=original.metadata)
            return
        ephemeral = body.get("response_type") != "in_channel"
        posted = self._messages.add(way.channel, text, blocks, ephemeral=ephemeral)
        way.message_ts = way.message_ts or posted.ts
