"""How fast Slack is called: below its limits, so that it need not complain. Real seconds, never the moved clock."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

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
A_MOMENT = 1.0
"""Seconds in which a method may be called again."""


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
        self._lock = threading.Lock()

    def take(self, team: str, account: str) -> None:
        """Count a message that is about to be sent to ``account``."""
        with self._lock:
            self._workspace(team).left -= 1
            self._channel(account).left -= 1

    def may_call(self, team: str, method: str) -> bool:
        """Tell whether ``method`` may be called now, and count the call if so."""
        with self._lock:
            rate = (TIERS[method] - METHOD_BURST) / A_MINUTE
            bucket = self._bucket(team, method, METHOD_BURST * self._scale, rate * self._scale)
            if bucket.left < 1:
                return False
            bucket.left -= 1
            return True

    def exhausted(self) -> tuple[set[str], set[str], int]:
        """Return the workspaces and accounts that must wait, and how many messages any other workspace may be sent."""
        with self._lock:
            teams, accounts, least = set(), set(), BURST
            now = self._seconds()
            for (kind, name), bucket in list(self._buckets.items()):
                bucket.fill(now)
                if kind == "workspace" and bucket.left >= 1:
                    least = min(least, int(bucket.left))
                elif kind == "workspace":
                    teams.add(name)
                elif kind == "channel" and bucket.left < 1:
                    accounts.add(name)
                elif bucket.left >= bucket.size:
                    del self._buckets[kind, name]
            return teams, accounts, least

    def _workspace(self, team: str) -> _Bucket:
        return self._bucket("workspace", team, self._burst, self._rate)

    def _channel(self, account: str) -> _Bucket:
        return self._bucket("channel", account, CHANNEL_BURST * self._scale, self._scale)

    def _bucket(self, kind: str, name: str, size: float, rate: float) -> _Bucket:
        now = self._seconds()
        bucket = self._buckets.setdefault((kind, name), _Bucket(size, rate, size, now))
        bucket.fill(now)
        return bucket
