"""What must wait before it is tried again: growing pauses, in real seconds, never on the moved clock."""

import random
import threading
import time
from collections.abc import Callable

SHORTEST = 1.0
LONGEST = 60.0
LONGEST_BROKEN = 3600.0
MOST_DOUBLINGS = 12


class Resting:
    """Queues whose first row was tried in vain; what stands behind it waits too. ``seconds``: real ones since some start."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def rest(self, queue: str, seconds: float) -> None:
        """Let ``queue`` wait."""
        with self._lock:
            self._until[queue] = self._seconds() + seconds

    @property
    def queues(self) -> set[str]:
        """Those that wait now."""
        now = self._seconds()
        with self._lock:
            self._until = {queue: until for queue, until in self._until.items() if until > now}
            return set(self._until)


def pause_after(
    attempts: int, *, longest: float = LONGEST, chance: Callable[[], float] = random.random
) -> float:
    """Return how many seconds to wait after so many tries: growing, and not the same for all; ``chance`` gives one of 0 to 1."""
    grown: float = min(SHORTEST * 2.0 ** min(attempts, MOST_DOUBLINGS), longest)
    return grown * (1.0 + chance()) / 2
