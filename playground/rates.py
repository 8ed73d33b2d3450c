"""Rate limits, in real time.

Tiers: docs.slack.dev/apis/web-api/rate-limits (1: 1+, 2: 20+, 3: 50+, 4: 100+ a minute, per method and workspace).
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.errors import SlackError

TIER_3 = 50
TIER_4 = 100
# auth.test: "hundreds of requests per minute" (methods/auth.test, "Rate limits").
HUNDREDS = 300
# "several hundred messages per minute" for a workspace (apis/web-api/rate-limits, "Posting messages").
MESSAGES_A_MINUTE = 300
# "1 per second; short bursts >1 allowed" with no figure. Measured from outside: a bucket of 25 leaking one a
# second (RamblingCookieMonster/PSSlack issue 52). We allow fewer, so that what passes here passes there.
MESSAGES_A_SECOND = 1.0
BURST = 10


WINDOW_SECONDS = 60.0


@dataclass
class _Bucket:
    """Lets a few through at once, then one each time that a second has passed."""

    size: float
    per_second: float
    left: float
    at: float

    def missing_seconds(self, now: float) -> float:
        self.left = min(self.size, self.left + (now - self.at) * self.per_second)
        self.at = now
        return max(0.0, (1.0 - self.left) / self.per_second)

    def take(self, _now: float) -> None:
        self.left -= 1


@dataclass
class _Window:
    """Lets so many through in any sixty seconds."""

    most: int
    passed: deque[float] = field(default_factory=deque)

    def missing_seconds(self, now: float) -> float:
        while self.passed and self.passed[0] <= now - WINDOW_SECONDS:
            self.passed.popleft()
        return self.passed[0] + WINDOW_SECONDS - now if len(self.passed) >= self.most else 0.0

    def take(self, now: float) -> None:
        self.passed.append(now)


class Rates:
    """Counts calls by real ``seconds``, so that what passes here passes there; ``on=False`` lets everything pass."""

    def __init__(self, seconds: Callable[[], float], *, on: bool) -> None:
        self._seconds = seconds
        self._on = on
        self._windows: dict[str, _Window] = {}
        self._buckets: dict[str, _Bucket] = {}

    def count(self, method: str, per_minute: int) -> None:
        """Count a call of a method that may be called ``per_minute`` times.

        Raises:
            SlackError: ``ratelimited``.
        """
        self._take(self._window(method, per_minute))

    def count_message(self, channel: str) -> None:
        """Count a message to ``channel``.

        Raises:
            SlackError: ``ratelimited``.
        """
        one = self._buckets.setdefault(channel, _Bucket(BURST, MESSAGES_A_SECOND, BURST, self._seconds()))
        self._take(one, self._window("message", MESSAGES_A_MINUTE))

    def _window(self, name: str, most: int) -> _Window:
        return self._windows.setdefault(name, _Window(most))

    def _take(self, *limits: _Bucket | _Window) -> None:
        if not self._on:
            return
        now = self._seconds()
        wait = max(limit.missing_seconds(now) for limit in limits)
        if wait > 0:
            raise SlackError("ratelimited", status=429, retry_after=max(1, math.ceil(wait)))
        for limit in limits:
            limit.take(now)
