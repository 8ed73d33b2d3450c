"""Writing down what came of a row. It must not be lost: a message that went out would otherwise go out again."""

import logging
import threading
from collections.abc import Callable

from storage.database import Busy, Database, Tx

log = logging.getLogger(__name__)

BUSY_PAUSE = 0.2
BUSY_TRIES = 150
"""Half a minute, with the second that each try may itself take: two minutes and more."""


class Settling:
    """Writes once the database gets round to it; a busy one is asked again and again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._never = threading.Event()

    def __call__(self, work: Callable[[Tx], None]) -> None:
        """Do ``work`` in a transaction of its own.

        Raises:
            Busy: the database stayed busy for minutes.
        """
        for _ in range(BUSY_TRIES):
            try:
                with self._database.writing() as tx:
                    return work(tx)
            except Busy:
                log.info("The database is busy; what came of a due row is written down in a moment.")
                self._never.wait(BUSY_PAUSE)
        raise Busy
