"""Calls to Slack that nobody waits for, and what may come of each.

========  =====================================================  =========================================
fate      when                                                   then
========  =====================================================  =========================================
LATER     it surely did not happen and may work soon             tried again, before whatever else they get
LIMITED   Slack says when                                        the workspace waits for so long
PAUSED    the token, not the recipient, is refused               the workspace waits until ``auth.test`` passes
DEAD      the recipient cannot be reached                        the other side is told, once
UNSURE    it may have happened                                   looked up in the DM a minute later (``bot/doubt.py``)
GONE      what was to be changed is not there any more           nothing
BROKEN    it cannot be drawn, or Slack does not like it          logged; others go before it, and it is tried again
========  =====================================================  =========================================

A 5xx counts as not done. Of a 502 or 504, which something between may give after Slack has taken the message (RFC 9110,
15.6.3 and 15.6.5), that is not sure: there it can come twice.

Errors: docs.slack.dev/reference/methods, "Errors" of each method's page.
"""

import json
import logging
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web import SlackResponse

from handlers.introduction import marked
from handlers.profiles import profile_of
from handlers.views.block_kit import as_json
from handlers.views.text import File, Message
from mentoring.people import Profile

TIMEOUT_SECONDS = 10
UNKNOWN_RETRY_AFTER = 30.0
"""Seconds to wait when a 429 does not say how long."""
SERVER_ERROR = 500
TOO_MANY = 429

CODE = re.compile(r"[a-z0-9_]+")
"""What Slack's error codes look like; slack_sdk puts a sentence in their place when an answer is not JSON."""
TOKEN_REFUSED = frozenset(
    {
        "account_inactive",
        "access_denied",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
UNREACHABLE = frozenset(
    {
        "cannot_dm_bot",
        "channel_not_found",
        "invalid_user_combination",
        "is_archived",
        "messages_tab_disabled",
        "not_in_channel",
        "restricted_action",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
    }
)
UNREADABLE = "unreadable_answer"
PERHAPS_DONE = frozenset({"fatal_error", "internal_error", UNREADABLE})
IN_A_WHILE = frozenset({"service_unavailable", "request_timeout", "team_added_to_org"})
NOTHING_THERE = frozenset(
    {
        "cant_update_message",
        "edit_window_closed",
        "file_deleted",
        "file_not_found",
        "message_not_found",
        "not_enabled",
    }
)
PAGE = 200
"""Messages in a page of a DM's history: "no more than 200 results at a time" (docs.slack.dev/reference/methods/conversations.history)."""


class Fate(StrEnum):
    """What becomes of a row whose call failed: see the table above."""

    LATER = "later"
    LIMITED = "limited"
    PAUSED = "paused"
    DEAD = "dead"
    UNSURE = "unsure"
    GONE = "gone"
    BROKEN = "broken"


class Undelivered(Exception):  # noqa: N818 - an outcome, not a failure of ours
    """A call did not succeed.

    Attributes:
        fate: what becomes of the row.
        reason: Slack's error code, or the type of the exception; never content.
        retry_after: real seconds, if it is known when it may work; else 0.
    """

    def __init__(self, fate: Fate, reason: str, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.fate = fate
        self.reason = reason
        self.retry_after = retry_after


@dataclass(frozen=True)
class Posted:
    """Where a message stands, and when Slack says it was posted; of one with a file it doesn't say that."""

    channel: str
    ts: str | None


class Sender:
    """Makes the calls of one workspace; each raises ``Undelivered`` when it does not succeed."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def post(self, channel: str, message: Message, row_id: str) -> Posted:
        """Post to a DM, with the row's id as its marker. Posting twice says it twice: a doubtful end is ``UNSURE``.

        The marker is in the metadata, for whoever looks through the DM, and in the ids of the blocks, for a click brings these
        along but not the metadata (docs.slack.dev/reference/interaction-payloads/block_actions-payload).
        """
        answer = called(
            lambda: self._client.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=_marked(message, row_id),
                metadata={"event_type": "mentor_message", "event_payload": {"id": row_id}},
                unfurl_links=False,
                unfurl_media=False,
            ),
            repeatable=False,
        )
        return Posted(answer["channel"], answer["ts"])

    def begin_file(self, file: File) -> tuple[str, str]:
        """Return an address for a file's bytes, and the file's id. Nobody sees anything yet."""
        answer = called(
            lambda: self._client.files_getUploadURLExternal(filename=file.name, length=len(file.content))
        )
        return answer["upload_url"], answer["file_id"]

    def put_file(self, address: str, file: File) -> None:
        """Bring a file's bytes to the address given for them."""
        put(self._client, address, file.content)

    def share_file(self, file_id: str, file: File, channel: str, message: Message, row_id: str) -> Posted:
        """Let a file whose bytes are there stand in a DM, with the message. A doubtful end is ``UNSURE``, as of a post."""
        called(
            lambda: self._client.files_completeUploadExternal(
                files=[{"id": file_id, "title": file.title}],
                channel_id=channel,
                blocks=json.dumps(_marked(message, row_id)),
            ),
            repeatable=False,
        )
        return Posted(channel, None)

    def update(self, channel: str, ts: str, message: Message, row_id: str) -> None:
        """Draw a message again in place, with its marks.

        The blocks' ids are new with the blocks; metadata stays where none is given (docs.slack.dev/reference/methods/chat.update,
        "metadata").
        """
        called(
            lambda: self._client.chat_update(
                channel=channel, ts=ts, text=message.text, blocks=_marked(message, row_id)
            )
        )

    def delete(self, channel: str, ts: str) -> None:
        """Delete a message."""
        called(lambda: self._client.chat_delete(channel=channel, ts=ts))

    def delete_file(self, file_id: str) -> None:
        """Delete a file; the message that it stands in stays."""
        called(lambda: self._client.files_delete(file=file_id))

    def history(self, channel: str, *, before: str | None = None) -> tuple[list[Mapping[str, Any]], bool]:
        """Return a page of what stands in a DM, from before a ``ts`` if one is given, newest first, and whether there is more."""
        answer = called(
            lambda: self._client.conversations_history(
                channel=channel, latest=before, limit=PAGE, include_all_metadata=True
            )
        )
        page = answer["messages"]
        return page, bool(page and answer.get("has_more"))

    def publish(self, user_id: str, view: View) -> None:
        """Publish someone's Home."""
        called(lambda: self._client.views_publish(user_id=user_id, view=as_json(view)))

    def open_dm(self, user_id: str) -> str:
        """Return the channel of the DM with someone."""
        channel: str = called(lambda: self._client.conversations_open(users=user_id))["channel"]["id"]
        return channel

    def profile(self, user_id: str) -> Profile:
        """Return what Slack tells of an account."""
        return profile_of(called(lambda: self._client.users_info(user=user_id, include_locale=True))["user"])

    def test(self) -> None:
        """Ask whether the token is good."""
        called(self._client.auth_test)


def _marked(message: Message, row_id: str) -> list[dict[str, Any]]:
    return [
        {**as_json(block), "block_id": marked(row_id, place)} for place, block in enumerate(message.blocks)
    ]


def put(client: WebClient, address: str, content: bytes) -> None:
    """Post bytes to an address of Slack's, with the client's time-out, proxy and certificates but not its token.

    Slack answers 200 once it has them; anything else is a failure (docs.slack.dev/reference/methods/files.getUploadURLExternal,
    "Usage info").

    Raises:
        Undelivered: it did not succeed. Nothing comes of bytes alone, so it may be tried again with a new address.
    """
    proxies = {"http": client.proxy, "https": client.proxy} if client.proxy else {}
    opener = build_opener(ProxyHandler(proxies), HTTPSHandler(context=client.ssl))
    request = Request(address, data=content, method="POST")  # noqa: S310 - the address is Slack's answer to us
    try:
        with opener.open(request, timeout=client.timeout):
            return
    except HTTPError as error:
        with error:
            again = error.code >= SERVER_ERROR or error.code == TOO_MANY
            raise Undelivered(Fate.LATER if again else Fate.BROKEN, f"HTTP {error.code}") from None
    except URLError as error:
        raise Undelivered(Fate.LATER, type(error.reason).__name__) from None
    except (OSError, HTTPException) as error:
        raise Undelivered(Fate.LATER, type(error).__name__) from None


def called(call: Callable[[], SlackResponse], *, repeatable: bool = True) -> SlackResponse:
    """Return what a call answers; ``repeatable``: doing it twice does no harm.

    Raises:
        Undelivered: it did not succeed.
    """
    try:
        return call()
    except SlackApiError as error:
        raise _refused(error, repeatable=repeatable) from None
    except URLError as error:
        # urllib wraps only what goes wrong before the whole request is out (urllib.request, AbstractHTTPHandler.do_open).
        raise Undelivered(Fate.LATER, type(error.reason).__name__) from None
    except (OSError, HTTPException) as error:
        # The request is out, then silence: a time-out, a reset, half an answer.
        raise Undelivered(Fate.LATER if repeatable else Fate.UNSURE, type(error).__name__) from None


def _refused(error: SlackApiError, *, repeatable: bool) -> Undelivered:
    response = error.response
    status, code = response.status_code, str(response.get("error"))
    if not CODE.fullmatch(code):
        code = UNREADABLE
    if status == TOO_MANY or code in {"ratelimited", "rate_limited"}:
        return Undelivered(Fate.LIMITED, "ratelimited", _retry_after(response.headers))
    if status >= SERVER_ERROR:
        return Undelivered(Fate.LATER, f"HTTP {status}")
    return Undelivered(_fate(code, repeatable=repeatable), code)


def _fate(code: str, *, repeatable: bool) -> Fate:
    if code in PERHAPS_DONE:
        return Fate.LATER if repeatable else Fate.UNSURE
    if code in TOKEN_REFUSED:
        return Fate.PAUSED
    if code in UNREACHABLE or code.startswith("restricted_action"):
        return Fate.DEAD
    if code in IN_A_WHILE:
        return Fate.LATER
    return Fate.GONE if code in NOTHING_THERE else Fate.BROKEN


def _retry_after(headers: Mapping[str, Any]) -> float:
    given = headers.get("Retry-After") or headers.get("retry-after")
    try:
        return max(0.0, float(given))  # type: ignore[arg-type]  # None, or a date, is caught below
    except (TypeError, ValueError):
        return UNKNOWN_RETRY_AFTER


def client_for(
    token: str | None,
    *,
    api_url: str,
    timeout: float = TIMEOUT_SECONDS,
    context: ssl.SSLContext | None = None,
) -> WebClient:
    """Return a client that asks once: slack_sdk's own retry posts twice when a connection drops after the first.

    Args:
        token: a bot or an app-level token; None if each call brings its own.
        api_url: the Web API's address.
        timeout: seconds for connecting, and for each wait for an answer.
        context: shared by all clients, for loading the certificates takes longer than a call.
    """
    return WebClient(
        token,
        base_url=api_url,
        timeout=timeout,  # type: ignore[arg-type]  # handed to urllib, which takes fractions
        ssl=context,
        logger=logging.getLogger("slack_sdk.web"),
        retry_handlers=[],
    )
