"""The workspace's clock: real time plus an offset. The only file of the playground that reads time."""

import time
from datetime import UTC, datetime
from email.utils import formatdate


class Clock:
    """Real time plus ``offset`` seconds; it runs on by itself and is only ever moved forward.

    Message times, ``response_url``s and redeliveries follow it. Acks, triggers, ``Retry-After`` and time-outs
    are promises about real seconds and use ``monotonic``.
    """

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    @classmethod
    def starting_at(cls, instant: datetime) -> "Clock":
        """Return a clock that shows ``instant`` now."""
        return cls(instant.timestamp() - time.time())

    def time(self) -> float:
        """Return the workspace's Unix time in seconds."""
        return time.time() + self.offset

    def now(self) -> datetime:
        """Return the workspace's time, aware, in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    @staticmethod
    def date_header() -> str:
        """Return real time, which no move touches, as HTTP's header has it (RFC 9110, "Date")."""
        return formatdate(time.time(), usegmt=True)

    def advance_to(self, instant: float) -> None:
        """Move forward to Unix time ``instant``; an instant already past leaves the clock alone."""
        self.offset += max(0.0, instant - self.time())

    @staticmethod
    def monotonic() -> float:
        """Return real seconds since an arbitrary start, which no move touches."""
        return time.monotonic()
