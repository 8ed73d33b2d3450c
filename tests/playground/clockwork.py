"""The app's side of the clock: something that is due at certain instants and does it when its time has come."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.error import URLError

from playground.server import Playground
from tests.playground.workspace import get, post


class Clockwork:
    """``due`` instants are done one after the other; ``work`` is called with each, ``now`` tells when."""

    def __init__(self, slack: Playground, due: list[datetime]) -> None:
        self._url = f"{slack.url}/playground/clock"
        self._real = slack.clock
        self.due = sorted(instant.timestamp() for instant in due)
        self.done: list[tuple[datetime, datetime]] = []
        self.work: Callable[[datetime], None] = lambda _: None
        self.never_idle = False
        self.claims: float | None = None
        self.gone = threading.Event()

    def run(self) -> None:
        """Follow the clock until told to go."""
        seen = 0
        while not self.gone.is_set():
            try:
                seen = self._once(seen)
            except (URLError, ConnectionError):
                return

    def _once(self, seen: int) -> int:
        _, answer = get(f"{self._url}?seen={seen}")
        now = datetime.fromtimestamp(self._real.time() - self._real.offset + answer["offset"], UTC)
        while self.due and self.due[0] <= now.timestamp():
            due = datetime.fromtimestamp(self.due.pop(0), UTC)
            self.done.append((due, now))
            self.work(due)
        next_due = self.claims or (self.due[0] if self.due else None)
        post(self._url, {"revision": answer["revision"], "idle": not self.never_idle, "next_due": next_due})
        return int(answer["revision"])


@contextmanager
def ticking(slack: Playground, clockwork: Clockwork) -> Iterator[None]:
    """The clockwork on a thread of its own, which ends with the playground's poll."""
    threading.Thread(target=clockwork.run, daemon=True).start()
    slack.wait_for_clock()
    try:
        yield
    finally:
        clockwork.gone.set()
