"""What ``mentor doctor`` asks of Slack: the tokens, what they grant, the way in, the clock, marks of messages, and what it takes."""

import http.client
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.app import shared_context
from bot.findings import Finding, Verdict, last_four
from bot.http_mode import PATH
from bot.joining import WORDS
from bot.listening import listener_at
from bot.sending import Fate, Undelivered, called, client_for
from bot.settings import HOW, Settings, WrongSettingError
from handlers.gallery.drawings import Drawing
from handlers.introduction import row_marked
from storage.outbox import Row

TOKEN, SCOPES, WAY_IN = "Bot's token", "Scopes", "Way in"
CLOCK, MARKS, DRAWINGS = "Clock", "Marks of messages", "Windows and messages"
SKEW_SECONDS = 60.0
"""Slack's Date is in whole seconds, and a call takes some; beyond a minute it is the clock."""
LONGEST_WAIT = 120.0
"""Seconds that are waited in all because Slack asks for it."""
MOST_NAMED = 3
INVALID = {"invalid_blocks", "invalid_message", "invalid_view"}
"""docs.slack.dev/reference/methods/blocks.validate."""
OPTIONAL = {"files:write": "calendar files and exports can't be sent; for sessions there are links"}
NETWORK = "Check this machine's network, its proxy (HTTPS_PROXY), and SLACK_API_URL."
INSTALL = "At https://api.slack.com/apps, your app, compare OAuth & Permissions with manifest.yml, then Install App once more."
pause = threading.Event().wait
"""Waits for so many seconds."""

Answered = tuple[Finding, SlackResponse | None]


def client(given: Settings, token: str) -> WebClient:
    """Return a client with this token."""
    made = client_for(token, api_url=given.slack_api_url, context=shared_context(given.slack_api_url))
    if given.local:
        made.proxy = None  # slack_sdk heeds no NO_PROXY
    return made


def token(given: Settings, client: WebClient) -> Answered:
    """Say whether the bot's token is good, and return what Slack told of it."""
    shown = f"SLACK_BOT_TOKEN {last_four(given.slack_bot_token)}"
    try:
        tested = called(client.auth_test)
    except Undelivered as trouble:
        return _refused(TOKEN, shown, "SLACK_BOT_TOKEN", trouble), None
    if not tested.get("bot_id"):
        return Finding(TOKEN, Verdict.WRONG, f"{shown} is not a bot's.", _how("SLACK_BOT_TOKEN")), None
    team, user = tested.get("team"), tested.get("user")
    return Finding(TOKEN, Verdict.GOOD, f"{shown} is good: {user} in the workspace {team}."), tested


def _refused(what: str, shown: str, name: str, trouble: Undelivered) -> Finding:
    if trouble.fate in {Fate.LATER, Fate.LIMITED, Fate.UNSURE}:
        return Finding(what, Verdict.WRONG, f"Slack can't be reached ({trouble.reason}).", NETWORK)
    why = WORDS.get(trouble.reason, "is refused by Slack")
    return Finding(what, Verdict.WRONG, f"{shown} {why} ({trouble.reason}).", _how(name))


def _how(name: str) -> str:
    return f"{HOW[name][0].upper()}{HOW[name][1:]}."


def scopes(tested: SlackResponse, manifest: Mapping[str, Any]) -> Finding:
    """Compare what the token grants with what the manifest asks for."""
    header = _header(tested, "x-oauth-scopes")
    if header is None:
        return Finding(SCOPES, Verdict.UNKNOWN, "Slack doesn't say which scopes the token has.")
    granted = set(header.replace(" ", "").split(","))
    asked = manifest["oauth_config"]["scopes"]
    optional = set(asked.get("bot_optional", []))
    missing = [scope for scope in asked["bot"] if scope not in granted]
    needed = [scope for scope in missing if scope not in optional]
    if needed:
        return Finding(SCOPES, Verdict.WRONG, f"Missing: {', '.join(needed)}.", INSTALL)
    more = sorted(granted - set(asked["bot"]))
    if missing:
        without = "; ".join(
            f"without {scope} {OPTIONAL.get(scope, 'something is missing')}" for scope in missing
        )
        return Finding(
            SCOPES,
            Verdict.NOTE,
            f"All that are needed. {without[0].upper()}{without[1:]}.",
            f"To have it: {INSTALL}",
        )
    if more:
        return Finding(
            SCOPES,
            Verdict.NOTE,
            f"All of the manifest's, and {', '.join(more)}, which Mentor doesn't use.",
            INSTALL,
        )
    return Finding(SCOPES, Verdict.GOOD, f"Those of the manifest: {', '.join(asked['bot'])}.")


def way_in(given: Settings) -> Finding:
    """Say whether what people do can reach the bot."""
    return (
        _http_mode(given) if given.app_token is None else _socket_mode(given, client(given, given.app_token))
    )


def _socket_mode(given: Settings, client: WebClient) -> Finding:
    """Say whether an address for a websocket is to be had; none is opened."""
    shown = f"SLACK_APP_TOKEN {last_four(given.slack_app_token)}"
    try:
        called(lambda: client.apps_connections_open(app_token=client.token or ""))
    except Undelivered as trouble:
        if trouble.fate is Fate.LIMITED:
            return Finding(WAY_IN, Verdict.UNKNOWN, "Slack asks to wait; it was asked just now.")
        return _refused(WAY_IN, shown, "SLACK_APP_TOKEN", trouble)
    return Finding(WAY_IN, Verdict.GOOD, f"{shown} is good: Slack gives an address for the websocket.")


def _http_mode(given: Settings) -> Finding:
    """Say whether the port is free, or a Mentor listens there."""
    where = f"{given.host}, port {given.port}"
    try:
        listener_at(given.host, given.port).close()
    except WrongSettingError as reason:
        if _is_ours(given.host, given.port):
            return Finding(WAY_IN, Verdict.GOOD, f"A Mentor listens at {where}.")
        return Finding(WAY_IN, Verdict.WRONG, reason.sentence, "Nor does a Mentor answer there.")
    return Finding(WAY_IN, Verdict.GOOD, f"{where} is free. No Mentor listens there now.")


def _is_ours(host: str, port: int) -> bool:
    """Tell whether the address that Slack sends to is there, which takes nothing but POST."""
    connection = http.client.HTTPConnection(host, port, timeout=3)
    try:
        connection.request("GET", PATH)
        return connection.getresponse().status == http.client.METHOD_NOT_ALLOWED
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def clock(tested: SlackResponse, now: datetime) -> Finding:
    """Compare this machine's clock with Slack's, as its answer says it."""
    told = _header(tested, "date")
    try:
        date = None if told is None else parsedate_to_datetime(told)
    except ValueError:
        date = None
    if date is None or date.tzinfo is None:
        return Finding(CLOCK, Verdict.UNKNOWN, "Slack's answer doesn't say what time it is there.")
    ahead = (now - date).total_seconds()
    if abs(ahead) <= SKEW_SECONDS:
        return Finding(CLOCK, Verdict.GOOD, "Within a minute of Slack's.")
    return Finding(
        CLOCK,
        Verdict.WRONG,
        f"This machine's clock is {abs(ahead):,.0f} seconds {'ahead of' if ahead > 0 else 'behind'} Slack's: messages go out as "
        "much too "
        + ("early" if ahead > 0 else "late")
        + ", and beyond five minutes nothing comes in over HTTP.",
        "Let it be set by itself (NTP), such as by systemd-timesyncd or chrony.",
    )


def _header(answer: SlackResponse, name: str) -> str | None:
    return next((str(value) for key, value in answer.headers.items() if key.lower() == name), None)


def marks(client: WebClient, row: Row | None) -> Finding:
    """Look whether Slack shows the mark of the message that was sent last, by which one in doubt is found again."""
    if row is None:
        return Finding(
            MARKS, Verdict.UNKNOWN, "Nothing has been sent yet, so there is no message to look at."
        )
    try:
        answer = called(
            lambda: client.conversations_history(
                channel=row.channel or "", latest=row.ts, inclusive=True, limit=1, include_all_metadata=True
            )
        )
    except Undelivered as trouble:
        if trouble.reason == "missing_scope":
            return Finding(MARKS, Verdict.WRONG, "Slack doesn't show the bot its own messages.", INSTALL)
        return Finding(
            MARKS, Verdict.UNKNOWN, f"Slack doesn't show the message sent last ({trouble.reason})."
        )
    message = next((one for one in answer["messages"] if one.get("ts") == row.ts), None)
    if message is None:
        return Finding(MARKS, Verdict.UNKNOWN, "The message sent last isn't there any more.")
    return _marked(message, row.id)


def _marked(message: Mapping[str, Any], row_id: str) -> Finding:
    if row_marked({"metadata": message.get("metadata")}) == row_id:
        return Finding(MARKS, Verdict.GOOD, "Slack shows them, in messages' metadata.")
    if row_marked({"blocks": message.get("blocks")}) == row_id:
        return Finding(
            MARKS, Verdict.GOOD, "Slack shows them, in the ids of blocks; metadata it doesn't show."
        )
    return Finding(
        MARKS,
        Verdict.WRONG,
        "Slack shows a message without its mark: of one whose sending was cut short nobody can tell whether it arrived. A rating is "
        "then asked again; anything else is not sent again.",
        "Please report it, with the version of Mentor.",
    )


def drawings(
    client: WebClient,
    all_: Iterable[Drawing],
    told: Callable[[int], None],
    wait: Callable[[float], object] = pause,
) -> Finding:
    """Show Slack everything that the bot can draw, one by one, waiting as it asks; ``told`` is told how many were looked at."""
    taken, waited, refused = 0, 0.0, list[str]()
    pending = list(all_)
    while pending:
        try:
            problems = _looked_at(client, pending[0])
        except Undelivered as trouble:
            waited += trouble.retry_after
            if trouble.fate is not Fate.LIMITED or waited > LONGEST_WAIT:
                return _unfinished(taken, len(pending), refused, trouble)
            wait(trouble.retry_after)
            continue
        refused += problems[:1]
        taken += not problems
        pending.pop(0)
        told(taken + len(refused))
    if refused:
        return _refusals(refused, f"{len(refused)} of {taken + len(refused)}")
    return Finding(DRAWINGS, Verdict.GOOD, f"Slack would take all {taken} that differ.")


def _unfinished(taken: int, left: int, refused: list[str], trouble: Undelivered) -> Finding:
    if refused:
        return _refusals(refused, f"{len(refused)} of the first {taken + len(refused)}")
    tried = f"Slack would take {taken}; the other {left} could" if taken else "They could"
    return Finding(DRAWINGS, Verdict.UNKNOWN, f"{tried} not be tried ({trouble.reason}).")


def _refusals(refused: list[str], count: str) -> Finding:
    named = "; ".join(refused[:MOST_NAMED])
    more = "" if len(refused) <= MOST_NAMED else f"; and {len(refused) - MOST_NAMED} more"
    return Finding(
        DRAWINGS,
        Verdict.WRONG,
        f"Slack would not take {count}: {named}{more}.",
        "Please report it, with the version of Mentor: people can't be shown these.",
    )


def _looked_at(client: WebClient, drawing: Drawing) -> list[str]:
    """Return what Slack doesn't take in a drawing, in words.

    Raises:
        Undelivered: it does not say.
    """
    problems: list[str] = []
    what = {"message" if drawing.is_message else "view": drawing.content}

    def look() -> SlackResponse:
        try:
            return client.blocks_validate(**what)
        except SlackApiError as error:
            answer: SlackResponse = error.response
            if answer.get("error") not in INVALID:
                raise
            found = answer.get("errors") or [{}]
            problems.extend(
                f"{drawing.of}, {one.get('pointer', 'somewhere')}: {one.get('message', 'no reason')}"
                for one in found
            )
            return answer

    called(look)
    return problems
