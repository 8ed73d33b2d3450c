"""conversations.* : DMs with the app and their history.

Errors and limits: docs.slack.dev/reference/methods/conversations.open, conversations.history.
"""

import base64
import binascii

from playground import payloads
from playground.arguments import Arguments
from playground.errors import SlackError
from playground.workspace import Json, Workspace

DEFAULT_PAGE = 100
LARGEST_PAGE = 999
CURSOR = "next_ts:"


class Conversations:
    """The conversations.* methods."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def open(self, arguments: Arguments) -> Json:
        """conversations.open: the DM with one person."""
        channel = arguments.text("channel")
        if channel:
            user = self._workspace.owner(channel)
            if user is None:
                raise SlackError("channel_not_found")
        else:
            user = self._named(arguments.text("users") or "")
        pane = self._workspace.state.panes[user]
        answer: Json = {"ok": True, "no_op": True, "already_open": True, "channel": {"id": pane.channel}}
        if arguments.flag("return_im"):
            messages = self._workspace.messages(pane.channel)
            answer["channel"] |= {
                "created": 1_700_000_000,
                "is_im": True,
                "is_org_shared": False,
                "user": user,
                "last_read": "0000000000.000000",
                "latest": payloads.message(self._workspace, messages[-1]) if messages else None,
                "unread_count": pane.unread,
                "unread_count_display": pane.unread,
                "is_open": True,
                "priority": 0,
            }
        return answer

    def _named(self, users: str) -> str:
        named = [user for user in users.split(",") if user]
        if not named:
            raise SlackError("users_list_not_supplied")
        for user in named:
            person = self._workspace.person(user)
            if person is None:
                raise SlackError("user_not_found")
            if person.is_bot:
                raise SlackError("cannot_dm_bot")
            if person.deleted:
                raise SlackError("user_disabled")
        if len(named) > 1:
            # Group DMs need mpim:write, which no app here is granted.
            raise self._workspace.missing_scope("mpim:write")
        return named[0]

    def history(self, arguments: Arguments) -> Json:
        """conversations.history: newest first, in pages; ephemeral messages are not kept.

        Replies in a thread are not among them: "conversations.history method returns only parent messages"
        (methods/conversations.replies).
        """
        channel = arguments.required("channel")
        if self._workspace.owner(channel) is None:
            raise SlackError("channel_not_found")
        limit = _limit(arguments.text("limit"))
        found = [
            message
            for message in reversed(self._workspace.messages(channel))
            if not message.ephemeral
            and message.thread_ts in (None, message.ts)
            and _within(float(message.ts), arguments)
        ]
        before = _read_cursor(arguments.text("cursor"))
        if before is not None:
            found = [message for message in found if float(message.ts) < before]
        page, more = found[:limit], len(found) > limit
        metadata = arguments.flag("include_all_metadata")
        shown = [payloads.message(self._workspace, message, with_metadata=metadata) for message in page]
        answer: Json = {"ok": True, "messages": shown, "has_more": more, "pin_count": 0}
        if more:
            cursor = base64.b64encode(f"{CURSOR}{page[-1].ts}".encode()).decode()
            answer["response_metadata"] = {"next_cursor": cursor}
        return answer


def _limit(limit: str | None) -> int:
    if limit is None:
        return DEFAULT_PAGE
    if not limit.isdecimal() or not 0 < int(limit) <= LARGEST_PAGE:
        raise SlackError("invalid_limit")
    return int(limit)


def _within(ts: float, arguments: Arguments) -> bool:
    oldest = _timestamp(arguments.text("oldest"), "invalid_ts_oldest")
    latest = _timestamp(arguments.text("latest"), "invalid_ts_latest")
    if arguments.flag("inclusive"):
        return (oldest is None or ts >= oldest) and (latest is None or ts <= latest)
    return (oldest is None or ts > oldest) and (latest is None or ts < latest)


def _timestamp(ts: str | None, error: str) -> float | None:
    if not ts:
        return None
    try:
        return float(ts)
    except ValueError:
        raise SlackError(error) from None


def _read_cursor(cursor: str | None) -> float | None:
    if not cursor:
        return None
    try:
        text = base64.b64decode(cursor, validate=True).decode()
        return float(text.removeprefix(CURSOR))
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None
