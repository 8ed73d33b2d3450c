"""How fast Slack is called: below its limits, so that it need not complain. Real seconds, never the moved clock."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.sending import Fate, Undelivered
from mentoring.due import Kind, Lane

A_MINUTE = 60.0
SLACKS_PACE = 300
"""Messages a minute and workspace that Slack takes for sure: "several hundred" (docs.slack.dev/apis/web-api/rate-limits)."""
BURST = 10
"""Messages that may go out of one workspace at once before the pace holds them."""
CHANNEL_BURST = 5
"""The same for one channel, where Slack allows one a second and "short bursts"; outside measurements say about 25."""
TIERS = {
    "chat.delete": 50,
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.open": 50,
    "files.completeUploadExternal": 100,
    "files.delete": 50,
    "files.getUploadURLExternal": 100,
    "users.info": 100,
    "views.publish": 100,
}
"""Calls a minute and workspace: the tier of each method's page on docs.slack.dev."""
METHOD_BURST = 20
KEPT = 10
"""Of these, calls that what the clock caused leaves to what gestures cause. No fewer than rows that may be under way at once: so
none of the clock's that was claimed while there were so many finds none when its turn to call comes."""
NEEDS = {
    Kind.CLEAR_DM: "conversations.history",
    Kind.CLEAR_HOME: "views.publish",
    Kind.DELETE_FILE: "files.delete",
    Kind.DELETE_MESSAGE: "chat.delete",
    Kind.EXPIRE_EXPORT: "files.delete",
    Kind.HOME: "views.publish",
    Kind.LOOKUP: "users.info",
    Kind.REACHED: "users.info",
    Kind.REDRAW: "chat.update",
}
"""The one method that a kind of row is for: without it there is no use in claiming one. Messages are not among them."""
A_MOMENT = 1.0
"""Seconds in which a method may be called again."""
A_WHILE = 60.0
"""The same, for one of many that wait."""


@dataclass
class _Bucket:
    """Fills by ``rate`` a second up to ``size``; a call takes one out. In a minute ``size`` and 60 times ``rate`` go out."""

    size: float
    rate: float
    left: float
    at: float

    def fill(self, now: float) -> None:
        self.left = min(self.size, self.left + (now - self.at) * self.rate)
        self.at = now


@dataclass(frozen=True)
class Exhausted:
    """What must wait.

    Attributes:
        teams: workspaces.
        accounts: recipients.
        kinds: of each lane, kinds of rows in a workspace.
        room: how many messages any other workspace may be sent.
    """

    teams: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    kinds: Mapping[Lane, set[tuple[str, Kind]]] = field(
        default_factory=lambda: {lane: set() for lane in Lane}
    )
    room: int = BURST


class Pace:
    """Who may be sent something now, and which method may be called.

    Args:
        a_minute: messages a minute and workspace. Above ``SLACKS_PACE``, which only a stand-in for Slack takes, the other
            limits rise with it.
        seconds: real seconds since some start.
    """

    def __init__(self, a_minute: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._scale = max(1.0, a_minute / SLACKS_PACE)
        self._burst = BURST * self._scale
        # No minute sees more than it may, the burst included; a pace slower than two bursts a minute only begins with one.
        self._rate = max(a_minute - self._burst, a_minute / 2) / A_MINUTE
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._turns: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def take(self, team: str, account: str) -> None:
        """Count a message that is about to be sent to ``account``."""
        with self._lock:
            self._workspace(team).left -= 1
            self._channel(account).left -= 1

    def may_call(self, team: str, method: str, *, kept: int = 0) -> bool:
        """Tell whether ``method`` may be called now, with so many calls ``kept`` for others, and count the call if so."""
        with self._lock:
            bucket = self._bucket(method, team, METHOD_BURST * self._scale, self._rate_of(method))
            if bucket.left < kept + 1:
                return False
            bucket.left -= 1
            return True

    def call(self, team: str | None, method: str) -> None:
        """Count a call of ``method`` that is made now.

        Raises:
            Undelivered: it is to be made in a moment.
        """
        if not self.may_call(team or "", method):
            raise Undelivered(Fate.LATER, f"{method} in a moment", A_MOMENT)

    def turn(self, team: str, method: str) -> float:
        """Return in how many seconds one more call that can wait may be made: those that ask get turns one after another."""
        with self._lock:
            now = self._seconds()
            at = max(self._turns.get((method, team), now), now) + 1 / self._rate_of(method)
            self._turns[method, team] = at
            return at - now

    def exhausted(self) -> Exhausted:
        """Return what must wait now."""
        with self._lock:
            teams, accounts, least = set(), set(), BURST
            kinds: dict[Lane, set[tuple[str, Kind]]] = {lane: set() for lane in Lane}
            now = self._seconds()
            for (what, name), bucket in list(self._buckets.items()):
                bucket.fill(now)
                if what == "workspace" and bucket.left >= 1:
                    least = min(least, int(bucket.left))
                elif what == "workspace":
                    teams.add(name)
                elif what == "channel" and bucket.left < 1:
                    accounts.add(name)
                elif bucket.left >= bucket.size:
                    del self._buckets[what, name]
                elif what in TIERS:
                    scarce = {(name, kind) for kind, method in NEEDS.items() if method == what}
                    kinds[Lane.CLOCK] |= scarce if bucket.left < KEPT else set()
                    kinds[Lane.GESTURE] |= scarce if bucket.left < 1 else set()
            return Exhausted(teams, accounts, kinds, least)

    def _rate_of(self, method: str) -> float:
        return (TIERS[method] - METHOD_BURST) / A_MINUTE * self._scale

    def _workspace(self, team: str) -> _Bucket:
        return self._bucket("workspace", team, self._burst, self._rate)

    def _channel(self, account: str) -> _Bucket:
        return self._bucket("channel", account, CHANNEL_BURST * self._scale, self._scale)

    def _bucket(self, kind: str, name: str, size: float, rate: float) -> _Bucket:
        now = self._seconds()
        bucket = self._buckets.setdefault((kind, name), _Bucket(size, rate, size, now))
        bucket.fill(now)
        return bucket
