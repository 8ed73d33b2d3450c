"""Due rows of a kind that only a newer version knows: they wait for it, and the operator is told."""

import logging
import time
from collections.abc import Callable

from handlers.deps import Deps
from storage import outbox

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0


class SetAside:
    """Tells once of each such row, by its id and kind.

    Args:
        deps: the database and the clock.
        seconds: real seconds since some start.
    """

    def __init__(self, deps: Deps, seconds: Callable[[], float] = time.monotonic) -> None:
        self._deps = deps
        self._seconds = seconds
        self._told: set[str] = set()
        self._look_at = seconds()

    def tell(self) -> None:
        """Look once a minute whether there are others."""
        now = self._seconds()
        if now < self._look_at:
            return
        self._look_at = now + LOOK_SECONDS
        with self._deps.database.reading() as tx:
            found = outbox.set_aside(tx, self._deps.now())
        for row_id, kind in found.items():
            if row_id not in self._told:
                log.error(
                    "Due row %s is of a kind that this version does not know: %s. It waits for a version that does.",
                    row_id,
                    kind,
                )
        self._told = set(found)
