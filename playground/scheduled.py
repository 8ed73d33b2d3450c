"""Messages for later, on the workspace's clock.

Errors and limits: docs.slack.dev/reference/methods/chat.scheduleMessage, chat.scheduledMessages.list,
chat.deleteScheduledMessage.
"""

from playground import payloads
from playground.arguments import Arguments
from playground.errors import SlackError
from playground.messages import Messages, read_content, read_metadata
from playground.workspace import Json, ScheduledMessage, Workspace, new_id

FARTHEST_SECONDS = 120 * 24 * 3600
MOST_IN_WINDOW = 30
WINDOW_SECONDS = 5 * 60


class Scheduled:
    """The methods of scheduled messages, and their posting when due."""

    def __init__(self, workspace: Workspace, messages: Messages) -> None:
        self._workspace = workspace
        self._messages = messages

    def schedule(self, arguments: Arguments) -> Json:
        """chat.scheduleMessage."""
        channel = self._messages.recipient(arguments)
        post_at = self._time(arguments.required("post_at"))
        text, blocks = read_content(arguments)
        waiting = self._workspace.state.scheduled
        near = [
            one for one in waiting if one.channel == channel and abs(one.post_at - post_at) < WINDOW_SECONDS
        ]
        if len(near) >= MOST_IN_WINDOW:
            raise SlackError("restricted_too_many")
        message = ScheduledMessage(
            id=new_id("Q"),
            channel=channel,
            post_at=post_at,
            created=int(self._workspace.clock.time()),
            text=text,
            blocks=blocks,
            metadata=read_metadata(arguments),
        )
        waiting.append(message)
        self._workspace.changed()
        shown: Json = {"type": "delayed_message", "text": text, "bot_id": self._workspace.state.bot_id}
        shown |= {"blocks": blocks, "bot_profile": payloads.bot_profile(self._workspace)}
        answer: Json = {"ok": True, "channel": channel, "scheduled_message_id": message.id}
        return answer | {"post_at": post_at, "message": shown}

    def list(self, arguments: Arguments) -> Json:
        """chat.scheduledMessages.list, the next first, all on one page."""
        channel = arguments.text("channel")
        if channel and self._workspace.owner(channel) is None:
            raise SlackError("invalid_channel")
        waiting = sorted(self._workspace.state.scheduled, key=lambda message: message.post_at)
        shown = [
            {
                "id": message.id,
                "channel_id": message.channel,
                "post_at": message.post_at,
                "date_created": message.created,
                "text": message.text,
            }
            for message in waiting
            if channel in (None, "", message.channel)
        ]
        return {"ok": True, "scheduled_messages": shown, "response_metadata": {"next_cursor": ""}}

    def delete(self, arguments: Arguments) -> Json:
        """chat.deleteScheduledMessage: one that has not been posted yet."""
        channel, wanted = arguments.required("channel"), arguments.required("scheduled_message_id")
        if self._workspace.owner(channel) is None:
            raise SlackError("channel_not_found")
        for message in self._workspace.state.scheduled:
            if (message.id, message.channel) == (wanted, channel):
                self._workspace.state.scheduled.remove(message)
                self._workspace.changed()
                return {"ok": True}
        raise SlackError("invalid_scheduled_message_id")

    @property
    def next_due(self) -> float | None:
        """When the next one is to be posted, in Unix seconds of the workspace's clock."""
        return min((message.post_at for message in self._workspace.state.scheduled), default=None)

    async def do_due(self) -> None:
        """Post what is due. One with metadata never posts: "Bug alert" on the method's page."""
        waiting = self._workspace.state.scheduled
        for message in [one for one in waiting if one.post_at <= self._workspace.clock.time()]:
            waiting.remove(message)
            if message.metadata is None:
                self._messages.add(message.channel, message.text, message.blocks)

    def _time(self, post_at: str) -> int:
        if not post_at.isdecimal():
            raise SlackError("invalid_time")
        ahead = int(post_at) - self._workspace.clock.time()
        if ahead <= 0:
            raise SlackError("time_in_past")
        if ahead > FARTHEST_SECONDS:
            raise SlackError("time_too_far")
        return int(post_at)
