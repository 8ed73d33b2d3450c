"""Joining a Slack workspace: are the tokens good, and who are we there?"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.sending import Fate, Undelivered, called
from bot.settings import WrongSettingError, wrong
from bot.uploading import grants_files

log = logging.getLogger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
"""Seconds between two tries to reach Slack; they double in between."""
WORDS = {
    "account_inactive": "belongs to an app that was removed from the workspace",
    "missing_scope": "lacks the scope it needs",
    "not_allowed_token_type": "is a token of another kind",
    "token_expired": "has expired",
    "token_revoked": "has been revoked",
}
"""What Slack's error codes say of a token (docs.slack.dev/reference/methods/auth.test, apps.connections.open)."""

Wait = Callable[[float], object]
_NEVER = threading.Event()


@dataclass(frozen=True)
class Joined:
    """Who the bot is in its workspace, and the address of its first websocket, None in HTTP mode."""

    tested: SlackResponse
    websocket: str | None

    @property
    def team_id(self) -> str:
        """The workspace's id."""
        return str(self.tested["team_id"])

    @property
    def takes_files(self) -> bool:
        """Tell whether whoever installed the bot granted the optional scope for sending files."""
        return grants_files(self.tested.headers)

    @property
    def team(self) -> str:
        """The workspace's name."""
        return str(self.tested.get("team") or self.team_id)


def join(bot: WebClient, app: WebClient | None, *, wait: Wait = _NEVER.wait) -> Joined:
    """Return who the bot is, once Slack can be reached; until then it is tried again after growing pauses.

    Args:
        bot: a client with the bot's token.
        app: a client with the app-level token; None in HTTP mode, which needs none.
        wait: waits for so many seconds; an interruption of the program ends it.

    Raises:
        WrongSettingError: Slack refuses a token.
    """
    tested = _asked("SLACK_BOT_TOKEN", bot.auth_test, wait)
    if not tested.get("bot_id"):
        raise wrong("SLACK_BOT_TOKEN", "is not a bot's token")
    if app is None:
        return Joined(tested, None)
    opened = _asked("SLACK_APP_TOKEN", lambda: app.apps_connections_open(app_token=app.token or ""), wait)
    return Joined(tested, str(opened["url"]))


def _asked(name: str, call: Callable[[], SlackResponse], wait: Wait) -> SlackResponse:
    pause = FIRST_PAUSE
    while True:
        try:
            return called(call)
        except Undelivered as trouble:
            if trouble.fate in {Fate.PAUSED, Fate.DEAD, Fate.BROKEN}:
                raise _refused(name, trouble.reason) from None
            if pause == FIRST_PAUSE:
                log.warning("Slack can't be reached (%s). I keep trying; Ctrl-C stops me.", trouble.reason)
            wait(max(pause, trouble.retry_after))
            pause = min(pause * 2, LONGEST_PAUSE)


def _refused(name: str, code: str) -> WrongSettingError:
    return wrong(name, f"{WORDS.get(code, 'is refused by Slack')} ({code})")
