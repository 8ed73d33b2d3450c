"""Copying a whole database into an empty one, of either kind.

1. Both are held: no bot uses or starts on them meanwhile.
2. The target gets the tables of this version, and must hold no row.
3. One transaction of the target takes every table, those that others refer to first, and at the end is compared with the
   source, row by row. Whatever happens before its commit leaves the target empty.

What is sealed is copied as it is: ids stay, so it opens (``storage/vault.py``).
"""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import product, zip_longest
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, bindparam, exists, func, insert, select, text, type_coerce, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from storage.columns import Choice
from storage.database import make_engine
from storage.lock import file_of, sole_use
from storage.presence import TURN, shown
from storage.refusals import CannotCopy, CannotOpen
from storage.tables import SCHEMA
from storage.upgrade import upgrade, version

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from sqlalchemy import Column, Connection, Result, Select, Table

    from storage.backups import Watch

BATCH = 1000
"""Rows that are read, written or compared at once."""
TABLES: Sequence[Table] = SQLModel.metadata.sorted_tables
"""Every table, after those that it refers to."""


def copy(source: str, target: str, watch: Watch) -> dict[str, int]:
    """Copy every row from one database's URL to another's, and return how many rows each table has.

    Raises:
        CannotOpen: a Mentor is using one of them, or there is none to copy.
        CannotCopy: they are the same, the source is of another version, the target holds something, or what came out differs.
    """
    with ExitStack() as stack, _sentences():
        if shown_address(source) == shown_address(target):
            raise CannotCopy("Both addresses are the same database.")
        stack.enter_context(_held(source, must_exist=True))
        stack.enter_context(_held(target))
        if (found := version(source)) != SCHEMA:
            raise CannotCopy(
                f"The tables of {shown_address(source)} are at {found or 'none'}, and those of this Mentor at {SCHEMA}. Please "
                "run `mentor migrate` with it first."
            )
        upgrade(target)
        reading = stack.enter_context(_reading(source))
        writing = stack.enter_context(_writing(target))
        _must_be_empty(writing, target)
        return _copy_all(reading, writing, watch)


def shown_address(url: str) -> str:
    """Return a database's address without its password, to be shown.

    Raises:
        CannotCopy: it is none.
    """
    try:
        engine = make_engine(url)
    except CannotOpen:
        raise CannotCopy(
            "An address is sqlite:///a/file.db or postgresql+psycopg://user:password@host/database."
        ) from None
    engine.dispose()
    return engine.url.render_as_string(hide_password=True)


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).partition("\n")[0]
        raise CannotCopy(f"Nothing was copied: {reason}.") from None


@contextmanager
def _held(url: str, *, must_exist: bool = False) -> Iterator[None]:
    """Hold a database for this process alone. On PostgreSQL a bot waits at its start, in ``storage/presence.py``."""
    file = file_of(url)
    if file is not None:
        if must_exist and not file.exists():
            raise CannotCopy(f"There is no database {file}.")
        with sole_use(url):
            yield
        return
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            _take_turn(connection)
            try:
                yield
            finally:
                # Closing alone would free the lock only once the server has noticed.
                with suppress(DBAPIError):  # a connection that is lost holds no lock
                    connection.execute(text("SELECT pg_advisory_unlock_all()"))
    finally:
        engine.dispose()


def _take_turn(connection: Connection) -> None:
    address = connection.engine.url.render_as_string(hide_password=True)
    try:
        connection.execute(text("SELECT pg_advisory_lock(:turn)"), {"turn": TURN})
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        raise CannotOpen(
            f"Another command is using {address}, or a Mentor is just starting. Please try again in a while."
        ) from None
    if shown(connection):
        raise CannotOpen(f"A Mentor is using {address}. Please stop every Mentor on it first.")


LOCK_NOT_AVAILABLE = "55P03"
"""postgresql.org/docs/current/errcodes-appendix.html."""


@contextmanager
def _reading(url: str) -> Iterator[Connection]:
    """A connection that reads all of a database at one instant."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection
    finally:
        engine.dispose()


@contextmanager
def _writing(url: str) -> Iterator[Connection]:
    """A connection whose one transaction is committed unless something is raised."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            connection.execution_options(writing=True)
            with connection.begin():
                yield connection
    finally:
        engine.dispose()


def _must_be_empty(writing: Connection, url: str) -> None:
    for table in TABLES:
        if writing.execute(select(exists(select(*table.primary_key)))).scalar():
            raise CannotCopy(
                f"{shown_address(url)} holds data already. Please name a database that is new, or empty."
            )


def _copy_all(reading: Connection, writing: Connection, watch: Watch) -> dict[str, int]:
    rows = {table.name: _count(reading, table) for table in TABLES}
    total = sum(rows.values())
    for what, work in (("Copying", _copy), ("Comparing", _compare)):
        done = 0
        for table in TABLES:
            with closing(work(reading, writing, table)) as batches:
                for batch in batches:
                    done += batch
                    watch(what, done, total)
    return rows


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _copy(reading: Connection, writing: Connection, table: Table) -> Generator[int, None, None]:
    """Copy a table, and tell how many rows of it went over at once."""
    # What refers to the table itself may refer to a row that comes later, and is filled in at the end.
    inner = [column for column in table.c if any(key.column.table is table for key in column.foreign_keys)]
    later: dict[Column[Any], list[dict[str, Any]]] = {column: [] for column in inner}
    key = next(iter(table.primary_key))
    with reading.execute(_as_it_stands(table), execution_options={"yield_per": BATCH}) as found:
        for rows in found.mappings().partitions():
            batch = [dict(row) for row in rows]
            for column, row in product(inner, batch):
                if (value := row[column.name]) is not None:
                    later[column].append({"its_key": row[key.name], "value": value})
                    row[column.name] = None
            writing.execute(insert(table), batch)
            yield len(batch)
    for column, values in later.items():
        if values:
            fill = update(table).where(key == bindparam("its_key")).values({column: bindparam("value")})
            writing.execute(fill, values)
    _go_on_counting(writing, table)


def _go_on_counting(writing: Connection, table: Table) -> None:
    """Let a number that PostgreSQL counts up by itself go on after the last one."""
    column = table.autoincrement_column
    if column is None or writing.dialect.name != "postgresql":
        return
    last = writing.execute(select(func.max(column))).scalar()
    if last is not None:
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        writing.execute(select(func.setval(sequence, last)))


def _compare(reading: Connection, writing: Connection, table: Table) -> Generator[int, None, None]:
    """Compare a table with its copy, and tell how many rows were the same at once."""
    same = 0
    with _ordered(reading, table) as ours, _ordered(writing, table) as theirs:
        for one, other in zip_longest(ours, theirs):
            if one != other:
                raise CannotCopy(
                    f"A row of {table.name} is not the same where it was copied to. Nothing was copied."
                )
            same += 1
            if same == BATCH:
                yield same
                same = 0
    yield same


def _ordered(connection: Connection, table: Table) -> Result[Any]:
    """Give a table's rows in the order of their keys: by bytes, as SQLite does it, whatever PostgreSQL's language is."""
    keys = [
        column.collate("C")
        if connection.dialect.name == "postgresql" and column.type.python_type is str
        else column
        for column in table.primary_key
    ]
    return connection.execute(_as_it_stands(table).order_by(*keys), execution_options={"yield_per": BATCH})


def _as_it_stands(table: Table) -> Select[Any]:
    """Return the query for all of a table. What is one of several is read as text: a newer version may know others."""
    return select(
        *(
            type_coerce(column, String()).label(column.name) if isinstance(column.type, Choice) else column
            for column in table.c
        )
    )
