"""One process at a time: on a SQLite file, and among those that deliver from a PostgreSQL database."""

from __future__ import annotations

import logging
from contextlib import contextmanager, suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from threading import RLock, Thread
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from sqlalchemy import make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from storage.refusals import CannotOpen
from storage.trouble import code_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import URL, Connection, Engine

log = logging.getLogger(__name__)

DELIVERY = 0x6D656E75
"""The advisory lock of the process that delivers, on PostgreSQL."""
HELD_UP = "57P05"
"""idle_session_timeout: postgresql.org/docs/current/errcodes-appendix.html."""
_LET_GO = text(
    "SELECT set_config(name, setting, false) FROM (VALUES ('idle_session_timeout', '4s'), ('tcp_keepalives_idle', '1'), "
    "('tcp_keepalives_interval', '1'), ('tcp_keepalives_count', '3')) AS wanted (name, setting) "
    "WHERE current_setting(name, true) IS NOT NULL"
)
"""When the server lets go of a process that hangs (it asks four times a second), and, after four seconds too, of one whose machine is gone
without a word; one that is killed says so by its end. The first is PostgreSQL 14's, the others count for TCP alone
(postgresql.org/docs/current/runtime-config-client.html, runtime-config-connection.html)."""
_HELD = text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() "
    "AND classid = 0 AND objid = :lock) OR pg_try_advisory_lock(:lock)"
)
_LISTEN = text("LISTEN mentor_due")
_NOTIFY = text("NOTIFY mentor_due")
LOOKS_SECONDS = 1.0
"""How often whoever listens looks whether its connection is still there."""
LOCK_WAIT = 0.3
"""Seconds that a start waits for the lock file: a command beside the bot holds it for a moment."""


WHAT_A_URL_IS = (
    "DATABASE_URL must be sqlite:///a/file.db or postgresql+psycopg://user:password@host/database."
)


def address_of(url: str) -> URL:
    """Return a database's address.

    Raises:
        CannotOpen: it is none. SQLAlchemy quotes what stands where a port should, be it a password without its host.
    """
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise CannotOpen(WHAT_A_URL_IS) from None


def file_of(url: str) -> Path | None:
    """Return the file of a SQLite database; None if it is PostgreSQL's."""
    address = address_of(url)
    sqlite = address.get_backend_name() == "sqlite" and address.database
    return Path(address.database) if sqlite and address.database else None


def without_password(url: str) -> str:
    """Return a PostgreSQL database's address as its own tools take it, without the password."""
    address = address_of(url)._replace(drivername="postgresql", password=None)
    return address.difference_update_query(["password", "sslpassword"]).render_as_string()


def lock_file(file: Path) -> FileLock:
    """Return the lock beside a SQLite file: whoever holds it has the database, and the system lets go of it however a process ends."""
    return FileLock(f"{file}.lock", thread_local=False)


@contextmanager
def sole_use(url: str) -> Iterator[None]:
    """Hold a SQLite file for this process alone, by a lock file beside it.

    Raises:
        CannotOpen: another Mentor has it, or the directory cannot be written.
    """
    file = file_of(url)
    if file is None:
        yield
        return
    lock = lock_file(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=LOCK_WAIT)
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

    Any thread may ask; they take turns, so that the process has one such connection and not one for each. ``begin`` is done
    with each such connection first. ``note`` hears the code of what stands in the way. ``heard`` is called when another process has
    committed something that is due, as long as this one delivers: that comes on the same connection, with the notifications that
    PostgreSQL sends at the end of a transaction (postgresql.org/docs/current/sql-notify.html).
    """

    def __init__(
        self,
        engine: Engine,
        begin: Callable[[Connection], None] = lambda _: None,
        note: Callable[[str], None] = lambda _: None,
        heard: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._begin = begin
        self._note = note
        self._heard = heard
        self._connection: Connection | None = None
        self._asked = self._listens = False
        self._ended_by: str | None = None
        self._turn = RLock()

    def connect(self) -> None:
        """Take the connection, and no lock yet."""
        with self._turn:
            self._connected()

    def held(self) -> bool:
        """Tell whether this process delivers; it begins to if nobody else does.

        Whoever has asked must go on asking, four times a second, or it is taken for one that hangs.
        """
        with self._turn:
            try:
                return self._taken()
            except DBAPIError as error:
                if (code := self._ended_by or code_of(error)) == HELD_UP:
                    log.warning(
                        "This Mentor was held up for seconds; another one may have taken delivery over."
                    )
                else:
                    self._note(code)
                self.release()
                return False

    def tell(self, connection: Connection) -> None:
        """Let the process that delivers hear, once it is committed, that a transaction has changed what is due; not if it is this one."""
        if not self._listens:
            connection.execute(_NOTIFY)

    def release(self) -> None:
        """Let another process deliver, from now on."""
        with self._turn:
            if self._connection is None:
                return
            # Closing alone would free the lock only once the server has noticed.
            if not self._connection.invalidated:
                with suppress(DBAPIError):  # a connection that is lost holds no lock
                    self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
            self._connection.invalidate()
            self._connection.close()
            self._connection = self._ended_by = None
            self._asked = self._listens = False

    def _connected(self) -> Connection:
        if self._connection is None:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._connection = connection
            self._begin(connection)
        return self._connection

    def _taken(self) -> bool:
        connection = self._connected()
        if not self._asked:
            connection.execute(_LET_GO)
            self._asked = True
        # A session may take its own lock again; so this also finds out whether the connection still stands.
        held = bool(connection.execute(_HELD, {"lock": DELIVERY}).scalar_one())
        if held and not self._listens:
            connection.execute(_LISTEN)
            self._listens = True
            driver: Any = connection.connection.driver_connection
            driver.add_notice_handler(self._remember_the_end)
            Thread(target=self._listen, args=(driver,), name="listen", daemon=True).start()
        return held

    def _listen(self, driver: Any) -> None:
        """Hear what is told on a psycopg connection until it ends. Its socket is waited for, so that others may ask on it meanwhile."""
        # Of a connection that has ended, be it before this began, whoever looks next finds out.
        with suppress(self._engine.dialect.loaded_dbapi.Error), DefaultSelector() as socket:
            with self._turn:
                socket.register(driver, EVENT_READ)
            while True:
                socket.select(LOOKS_SECONDS)
                # What can be read may be the answer to what another thread asks: that one has read it by now.
                with self._turn:
                    told = list(driver.notifies(timeout=0))
                if told:
                    self._heard()

    def _remember_the_end(self, notice: Any) -> None:
        """Keep why the server ends the connection: it says so once, here to whoever listens."""
        if notice.severity_nonlocalized == "FATAL":
            self._ended_by = notice.sqlstate
