"""The workspaces that messages go to, and which of them must wait."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.sending import Sender

log = logging.getLogger(__name__)

FIRST_CHECK = 1.0
LONGEST_CHECK = 300.0
"""Seconds between two looks whether a refused token works again; they double in between."""
UNKNOWN = "no token is set for it"


@dataclass
class _Pause:
    check_at: float
    pause: float
    over: bool = False


class Workspaces:
    """Who sends to which workspace. Waiting is in real seconds, never on the moved clock.

    Args:
        find: returns who sends to a workspace, with the token that is kept for it; None if none is. It is asked again once a
            token was refused: there may be another by then.
        with_files: the workspaces that grant the scope for sending files, as far as is known at the start.
    """

    def __init__(self, find: Callable[[str], Sender | None], with_files: Iterable[str] = ()) -> None:
        self._find = find
        self._senders: dict[str, Sender] = {}
        self._with_files = frozenset(with_files)
        self._held: dict[str, float] = {}
        self._paused: dict[str, _Pause] = {}
        self._lock = threading.Lock()

    def sender(self, team: str) -> Sender | None:
        """Return who sends to ``team``; None if no token is kept for it."""
        known = self._senders.get(team) or self._find(team)
        if known is not None:
            self._senders[team] = known
        return known

    def takes_files(self, team: str) -> bool:
        """Tell whether files can be sent to ``team``."""
        return team in self._with_files

    def without_files(self, team: str) -> None:
        """Note that ``team`` does not grant the scope; the operator is told."""
        with self._lock:
            known = team in self._with_files
            self._with_files -= {team}
        if known:
            log.warning(
                "Workspace %s does not grant files:write, so neither calendar files nor exports can be sent there. "
                "To change that, install the app again with it and restart Mentor.",
                team,
            )

    def hold(self, team: str, seconds: float) -> None:
        """Send nothing for so long, because Slack asks for it."""
        with self._lock:
            self._held[team] = max(time.monotonic() + seconds, self._held.get(team, 0.0))

    def pause(self, team: str, reason: str) -> None:
        """Send nothing until the token works again; the operator is told the first time."""
        self._senders.pop(team, None)
        with self._lock:
            before = self._paused.get(team)
            if before is not None and not before.over:
                return
            pause = FIRST_CHECK if before is None else min(before.pause * 2, LONGEST_CHECK)
            self._paused[team] = _Pause(time.monotonic() + pause, pause)
        if before is None:
            log.error(
                "Nothing can be sent to workspace %s: %s. Its messages are kept and go out once SLACK_BOT_TOKEN works again.",
                team,
                reason,
            )

    def delivered(self, team: str) -> None:
        """Note that something went through: a token that had been refused works again."""
        with self._lock:
            was = self._paused.pop(team, None)
        if was is not None:
            log.warning("Messages to workspace %s go out again.", team)

    @property
    def held(self) -> set[str]:
        """Workspaces for which Slack asked to wait."""
        now = time.monotonic()
        with self._lock:
            self._held = {team: until for team, until in self._held.items() if until > now}
            return set(self._held)

    @property
    def paused(self) -> set[str]:
        """Workspaces whose token is refused."""
        with self._lock:
            return {team for team, pause in self._paused.items() if not pause.over}

    def to_check(self) -> list[str]:
        """Return the paused workspaces whose token should be looked at now; each is returned once per look."""
        now, found = time.monotonic(), []
        with self._lock:
            for team, pause in self._paused.items():
                if not pause.over and pause.check_at <= now:
                    pause.pause = min(pause.pause * 2, LONGEST_CHECK)
                    pause.check_at = now + pause.pause
                    # There may be another token by now.
                    self._senders.pop(team, None)
                    found.append(team)
        return found

    def resume(self, team: str) -> None:
        """Try again: ``auth.test`` passes. Only ``delivered`` forgets the pause, for a scope may still be missing."""
        with self._lock:
            if team in self._paused:
                self._paused[team].over = True
