"""The database: its engine, and transactions that read or write."""

from __future__ import annotations

import sqlite3
from collections import deque
from contextlib import closing, contextmanager
from functools import cache
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.dialects import postgresql, sqlite

from storage import presence
from storage.lock import WHAT_A_URL_IS, DeliveryLock, address_of, file_of
from storage.refusals import Busy, CannotOpen, Overtaken, Unavailable
from storage.trouble import Phase, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine, Insert, Table

    from mentoring.agreement import Agreement
    from mentoring.ids import AgreementId
    from storage.vault import DataKey, Vault

T = TypeVar("T")

__all__ = ["Busy", "CannotOpen", "Database", "Overtaken", "Tx", "Unavailable", "make_engine"]

TICKET_WAIT = 0.7
"""Seconds that a writer waits for its turn; with BUSY_WAIT at most one second, so that the sentence beats Slack's three."""
BUSY_WAIT_MS = 300
"""Milliseconds that SQLite waits for another process."""
LOCK_WAIT_MS = 700
"""Milliseconds that PostgreSQL waits for each lock; a transaction may meet more than one."""
POOL_WAIT = 0.3
"""Seconds that a thread waits for a connection."""
CONNECT_SECONDS = 2
"""For connecting to PostgreSQL; the least that it takes (postgresql.org/docs/current/libpq-connect.html, "connect_timeout")."""
UNHEARD_MS = 2000
"""How long what was sent to PostgreSQL may stay without any sign that it arrived, before the connection counts as lost."""
PATIENT_TRIES = 100
"""How often what nobody waits for in Slack is tried; each try waits for a third of a second or more."""


class Tx:
    """One transaction.

    ``loaded`` holds the agreements as it has read or saved them last; ``keys`` the data keys that it has met; ``held`` those by
    owner that nobody can delete before it ends; ``destroyed`` whose data keys it has deleted.
    """

    def __init__(self, connection: Connection, vault: Vault, *, writing: bool) -> None:
        self.connection = connection
        self.vault = vault
        self.writing = writing
        self.loaded: dict[AgreementId, Agreement] = {}
        self.keys: dict[str, DataKey] = {}
        self.held: dict[str, DataKey] = {}
        self.destroyed: set[str] = set()
        self.wakes = False

    @property
    def on_postgresql(self) -> bool:
        return self.connection.dialect.name == "postgresql"

    def insert(self, table: Table) -> Insert:
        """Return an insert that leaves alone what exists already; ``rowcount`` tells how many rows are new."""
        return _insert(table, on_postgresql=self.on_postgresql)


def inserting(table: Table, *, on_postgresql: bool) -> postgresql.Insert | sqlite.Insert:
    """Return an insert that can be told what to do about rows that exist already."""
    return (postgresql.insert if on_postgresql else sqlite.insert)(table)


@cache
def _insert(table: Table, *, on_postgresql: bool) -> Insert:
    statement = inserting(table, on_postgresql=on_postgresql).on_conflict_do_nothing()
    # SQLAlchemy keeps the count of an insert only when asked to.
    return statement.execution_options(preserve_rowcount=True)


class Database:
    """What handlers, the clock and delivery open transactions on.

    ``woken`` is called after a commit that added due rows or changed when they are due; in the process that delivers also after
    another one's.
    """

    def __init__(self, url: str, vault: Vault) -> None:
        self._engine = make_engine(url)
        self.vault = vault
        self._on_sqlite = self._engine.dialect.name == "sqlite"
        self._tickets = Tickets()
        self._trouble = Trouble()
        self._delivery = (
            None
            if self._on_sqlite
            else DeliveryLock(self._engine, self._show, self._trouble.note, self._woken)
        )
        self._never = Event()
        self._appeared = False
        self.file = file_of(url)
        self.woken: Callable[[], None] = lambda: None

    def _woken(self) -> None:
        self.woken()

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """A transaction that reads, all of it at one instant.

        Raises:
            Busy: there was no connection to be had; ``Unavailable``: nor will there be for a while.
        """
        with self._trouble.told(Phase()), self._engine.connect() as connection:
            if not self._on_sqlite:
                connection = connection.execution_options(  # noqa: PLW2901 - the same connection
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                tx = Tx(connection, self.vault, writing=False)
                yield tx
            self.vault.keep(tx.keys.values())

    @contextmanager
    def writing(self) -> Iterator[Tx]:
        """A transaction that writes; committed unless something is raised. It waits for its turn at most a second.

        On PostgreSQL it waits for rows and not for a turn, at most so long for each.

        Raises:
            Busy: others took too long; ``Unavailable``: it cannot be written at all, or not be reached. ``Unclear``, one of these:
                it was lost while it saved.
            Overtaken: another transaction took the place of what it wanted to save.
            NotFound: what it wanted to add has the id of something that does not exist for this person.
        """
        phase = Phase()
        with self._turn(), self._trouble.told(phase), self._engine.connect() as connection:
            connection = connection.execution_options(writing=True)  # noqa: PLW2901 - the same connection
            with connection.begin():
                tx = Tx(connection, self.vault, writing=True)
                yield tx
                if tx.wakes and self._delivery is not None:
                    self._delivery.tell(connection)
                phase.committing = True
        self.vault.destroyed(tx.destroyed)
        self.vault.keep(tx.keys.values())
        if tx.wakes:
            self.woken()

    def patiently(self, work: Callable[[Tx], T]) -> T:
        """Return what ``work`` returns, done in a transaction that writes; while others take too long it is begun again.

        Raises:
            CannotOpen: the database stayed busy for half a minute and more.
        """
        for _ in range(PATIENT_TRIES):
            try:
                with self.writing() as tx:
                    return work(tx)
            except Unavailable:
                self._never.wait(POOL_WAIT)
            except Busy:
                continue
        raise CannotOpen("The database is busy with something else. Please try again in a while.")

    @property
    def can_overwrite(self) -> bool:
        """Tell whether what is deleted can be overwritten wherever this database has it: a SQLite file can, PostgreSQL can't."""
        return self._on_sqlite

    def overwrite(self) -> bool:
        """Leave nothing that was deleted in a SQLite file and the log beside it; tell whether that is done.

        ``secure_delete`` overwrites what is deleted, but not the copies that stay behind, now and then, when rows move between pages:
        so the file is written anew (sqlite.org/lang_vacuum.html), about a hundred megabytes a second, and whoever writes waits. Then
        the log is cut off, which must wait for everybody who still reads from it (sqlite.org/pragma.html, "wal_checkpoint").
        PostgreSQL has no such thing.

        Raises:
            Busy: others took too long.
        """
        if not self._on_sqlite:
            return True
        with self._turn(), self._trouble.told(Phase()), closing(self._engine.raw_connection()) as connection:
            cursor = connection.cursor()
            try:
                cursor.execute("VACUUM")
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    raise Busy from None
                raise
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def appear(self) -> None:
        """Show to whoever looks at the master keys that a bot runs here, with those of the vault, until it is closed."""
        if self.file is not None:
            presence.write_down(self.file, self.vault.masters)
        self._appeared = True
        if self._delivery is not None:
            self._delivery.connect()

    def _show(self, connection: Connection) -> None:
        if self._appeared:
            presence.show(connection, self.vault.masters)

    def delivers(self) -> bool:
        """Tell whether this process is the one that delivers; on PostgreSQL it takes over when nobody else does."""
        return self._delivery is None or self._delivery.held()

    def close(self) -> None:
        """Close every connection, and let another process deliver."""
        if self._delivery is not None:
            self._delivery.release()
        if self._appeared and self.file is not None:
            presence.strike_out(self.file)
        self._engine.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        # PostgreSQL locks rows, not the database.
        if not self._on_sqlite:
            yield
            return
        if not self._tickets.take(TICKET_WAIT):
            raise Busy
        try:
            yield
        finally:
            self._tickets.give_back()


class Tickets:
    """A lock that is given in the order in which it was asked for."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken = False
        self._queue: deque[Event] = deque()

    def take(self, timeout: float) -> bool:
        """Wait for the ticket; False if ``timeout`` seconds were not enough."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            turn = Event()
            self._queue.append(turn)
        if turn.wait(timeout):
            return True
        with self._lock:
            if turn.is_set():
                return True
            self._queue.remove(turn)
            return False

    def give_back(self) -> None:
        """Hand the ticket to whoever has waited longest."""
        with self._lock:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._taken = False


def _must_be_utf8(connection: Any, _record: object) -> None:
    """Raise ``CannotOpen`` unless a PostgreSQL database holds every character: one made under LANG=C, say, does not.

    The server tells of itself as it is connected to (postgresql.org/docs/current/protocol-flow.html, "Asynchronous Operations").
    """
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise CannotOpen(
            f"The PostgreSQL database that is named has the encoding {encoding}, and Mentor needs UTF8. Please make another one: "
            "createdb --encoding=UTF8 --template=template0."
        )


def _as_the_server_has_it(connection: Any, _record: object) -> None:
    """Let a connection that goes back to the pool begin transactions as its server would have them.

    SQLAlchemy leaves one that has read with ``read_only = False``, and psycopg then begins each with READ WRITE: against the will of a
    server that is to be read only, and an error of another sort on one that stands by
    (psycopg.org/psycopg3/docs/api/connections.html, "read_only").
    """
    if connection is not None and not connection.closed:
        connection.read_only = None


def make_engine(url: str, *, foreign_keys: bool = True) -> Engine:
    """Return the engine for a database's URL.

    Raises:
        CannotOpen: it is neither SQLite nor PostgreSQL, or names no file. On connecting: it is PostgreSQL, and can't hold every text.
    """
    address = address_of(url)
    if address.get_backend_name() == "postgresql":
        engine = create_engine(
            address.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=10,
            pool_timeout=POOL_WAIT,
            connect_args={
                "options": f"-c lock_timeout={LOCK_WAIT_MS} -c timezone=UTC",
                "connect_timeout": CONNECT_SECONDS,
                "tcp_user_timeout": UNHEARD_MS,
            },
        )
        # Before SQLAlchemy asks for the version, which it can't read in SQL_ASCII.
        event.listen(engine, "connect", _must_be_utf8, insert=True)
        event.listen(engine, "checkin", _as_the_server_has_it)
        return engine
    if address.get_backend_name() != "sqlite" or address.database in {None, "", ":memory:"}:
        raise CannotOpen(WHAT_A_URL_IS)
    # The connection used last goes first: its statements are compiled, and what it has read of the file may still hold.
    engine = create_engine(
        address, hide_parameters=True, pool_size=10, pool_timeout=POOL_WAIT, pool_use_lifo=True
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # The driver opens no transactions of its own: "begin" below does.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            f"busy_timeout={BUSY_WAIT_MS}",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
