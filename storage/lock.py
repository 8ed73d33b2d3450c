"""One process at a time: on a SQLite file, and among those that deliver from a PostgreSQL database."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from storage.refusals import CannotOpen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

DELIVERY = 0x6D656E75
"""The advisory lock of the process that delivers, on PostgreSQL."""


@contextmanager
def sole_use(url: str) -> Iterator[None]:
    """Hold a SQLite file for this process alone, by a lock file beside it; the system lets go of it however a process ends.

    Raises:
        CannotOpen: another Mentor has it, or the directory cannot be written.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        yield
        return
    file = Path(address.database)
    lock = FileLock(f"{file}.lock", thread_local=False)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise CannotOpen(
            f"Another Mentor is using {file}. Please stop it first, or name another database in DATABASE_URL."
        ) from None
    except OSError as error:
        raise CannotOpen(f"{file} can't be opened: {error.strerror}.") from None
    try:
        yield
    finally:
        lock.release()


class DeliveryLock:
    """Which process delivers, on PostgreSQL: whoever holds a lock that ends with its connection.

    Any thread may ask; they take turns, so that the process has one such connection and not one for each.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._turn = RLock()

    def held(self) -> bool:
        """Tell whether this process delivers; it begins to if nobody else does."""
        with self._turn:
            try:
                return self._taken()
            except DBAPIError:
                self.release()
                return False

    def release(self) -> None:
        """Let another process deliver, from now on."""
        with self._turn:
            if self._connection is None:
                return
            # Closing alone would free the lock only once the server has noticed.
            if not self._connection.invalidated:
                with suppress(DBAPIError):
                    self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _taken(self) -> bool:
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        # A session may take its own lock again; so this also finds out whether the connection still stands.
        held = self._connection.execute(
            text(
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() "
                "AND classid = 0 AND objid = :lock) OR pg_try_advisory_lock(:lock)"
            ),
            {"lock": DELIVERY},
        ).scalar_one()
        return bool(held)
