"""Rate limits, in real time.

Tiers: docs.slack.dev/apis/web-api/rate-limits (1: 1+, 2: 20+, 3: 50+, 4: 100+ a minute, per method and workspace).
"""

import math
from dataclasses import dataclass

from playground.clock import Clock
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


@dataclass
class _Bucket:
    size: float
    per_second: float
    left: float
    at: float

    def missing_seconds(self, now: float) -> float:
        self.left = min(self.size, self.left + (now - self.at) * self.per_second)
        self.at = now
        return max(0.0, (1.0 - self.left) / self.per_second)


class Rates:
    """Counts calls; ``on=False`` lets everything pass."""

    def __init__(self, clock: Clock, *, on: bool) -> None:
        self._clock = clock
        self._on = on
        self._buckets: dict[str, _Bucket] = {}

    def count(self, method: str, per_minute: int) -> None:
        """Count a call of a method that may be called ``per_minute`` times.

        Raises:
            SlackError: ``ratelimited``.
        """
        self._take([self._bucket(method, per_minute, per_minute / 60)])

    def count_message(self, channel: str) -> None:
        """Count a message to ``channel``.

        Raises:
            SlackError: ``ratelimited``.
        """
        one = self._bucket(f"message {channel}", BURST, MESSAGES_A_SECOND)
        everywhere = self._bucket("message", MESSAGES_A_MINUTE, MESSAGES_A_MINUTE / 60)
        self._take([one, everywhere])

    def _bucket(self, name: str, size: float, per_second: float) -> _Bucket:
        now = self._clock.monotonic()
        return self._buckets.setdefault(name, _Bucket(size, per_second, size, now))

    def _take(self, buckets: list[_Bucket]) -> None:
        if not self._on:
            return
        now = self._clock.monotonic()
        wait = max(bucket.missing_seconds(now) for bucket in buckets)
        if wait > 0:
            raise SlackError("ratelimited", status=429, retry_after=max(1, math.ceil(wait)))
        for bucket in buckets:
            bucket.left -= 1
