"""A SQLite database in a file of its own: copied while a bot uses it, verified, and put back.

1. A copy is made of what one transaction sees, so that those who write meanwhile neither wait nor get into it.
2. It is read back: every page and index, every reference, and as many rows in each table as that transaction sees.
3. It has its final name only then, and no write-ahead log beside it: the one file is all of it.

Facts: sqlite.org/backup.html, "Example 2: Online Backup of a Running Database"; sqlite.org/pragma.html#pragma_integrity_check.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from storage.lock import sole_use
from storage.refusals import CannotCopy
from storage.tables import SCHEMA
from storage.upgrade import knows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    Watch = Callable[[str, int, int | None], None]
    """Is told of long work: what is being done, how much of it is done, and of how much, None where nobody can say."""

PAGES = 1000
"""Copied between two looks at how far it is: a few milliseconds."""
CHECKED = 100_000
"""Instructions of SQLite's between two looks while it checks."""
MODE = 0o600
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite may keep beside a database's file, and must not find beside another one."""


class Held(NamedTuple):
    """What a database holds: rows by table, the master keys that open it, the migration its tables are at, its bytes."""

    rows: dict[str, int]
    masters: list[str]
    schema: str
    size: int

    @property
    def older(self) -> bool:
        """Tell whether its tables are those of another Mentor than this one."""
        return self.schema != SCHEMA


def back_up(database: Path, to: Path, watch: Watch) -> Held:
    """Copy a SQLite database that others may be using into the new file ``to``, which only its owner may read.

    Raises:
        CannotCopy: ``to`` exists or can't be written, or there is no database of Mentor's, or it is damaged.
    """
    if not database.exists():
        raise CannotCopy(f"There is no database {database} yet. `mentor run` makes it.")
    if to.exists():
        raise CannotCopy(
            f"{to} exists already, and no backup is written over anything. Please name another file."
        )
    part = to.with_name(f"{to.name}.part")
    with _sentences(part), _snapshot(database, "rw") as source, ExitStack() as undo:
        _make(part)
        undo.callback(part.unlink, missing_ok=True)
        held = _copy(source, part, watch)
        if held is None:
            raise CannotCopy(
                f"{database} is damaged: SQLite's own check finds errors in it. No backup was made. `mentor restore` puts an "
                "earlier one in its place."
            )
        part.rename(to)
        _settle(to)
    return held


class Restored(NamedTuple):
    """What a restored database holds, and where the one that was there before is now, if it held anything."""

    held: Held
    aside: Path | None


def restore(backup: Path, database: Path, watch: Watch, *, force: bool, now: datetime) -> Restored:
    """Put a backup in the place of a SQLite database that nobody uses; what is there is kept beside it, named after ``now``.

    Raises:
        CannotOpen: a Mentor is using it.
        CannotCopy: the database holds something and there is no ``force``; the backup is damaged, of a newer Mentor, or none.
    """
    if not backup.is_file():
        raise CannotCopy(f"There is no file {backup}.")
    with sole_use(f"sqlite:///{database}"), ExitStack() as undo:
        if database.exists() and database.samefile(backup):
            raise CannotCopy(f"{backup} is the database itself. Please name a backup of it.")
        alive = _holds_something(database)
        if alive and not force:
            raise CannotCopy(
                f"{database} holds data, which this would replace. With --force it is kept beside it, under another name."
            )
        part = database.with_name(f"{database.name}.restoring")
        # Of a restoring that was killed.
        part.unlink(missing_ok=True)
        _clear(part)
        with _sentences(part), _snapshot(backup, "ro") as source:
            _make(part)
            undo.callback(part.unlink, missing_ok=True)
            held = _copy(source, part, watch)
            if held is None:
                raise CannotCopy(
                    f"{backup} is damaged: SQLite's own check finds errors in it. Nothing was changed."
                )
        if not knows(held.schema):
            raise CannotCopy(
                f"{backup} is of a newer Mentor (its tables are at {held.schema}, this one knows {SCHEMA}). Please update "
                "Mentor first. Nothing was changed."
            )
        with _sentences(database):
            aside = _step_aside(database, now) if alive else None
            _clear(database)
            part.replace(database)
            _settle(database)
    return Restored(held, aside)


@contextmanager
def _sentences(writing: Path) -> Iterator[None]:
    """Say what stands in the way of ``writing``."""
    try:
        yield
    except FileExistsError as error:
        raise CannotCopy(
            f"{error.filename} exists: another backup is being made, or was broken off. If none is, please remove it."
        ) from None
    except OSError as error:
        raise CannotCopy(f"{writing} can't be written: {error.strerror}.") from None
    except sqlite3.Error as error:
        raise CannotCopy(f"{writing} can't be written: {error}.") from None


def _open(file: Path, mode: str) -> sqlite3.Connection:
    """Open a file that exists. Transactions are begun by hand."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)


@contextmanager
def _snapshot(file: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """Give a database of Mentor's as it is now, whatever is written meanwhile."""
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(closing(_open(file, mode)))
            connection.execute("BEGIN")
            known = "alembic_version" in _tables(connection)
        except sqlite3.Error as error:
            raise CannotCopy(f"{file} can't be read: {error}.") from None
        if not known:
            raise CannotCopy(f"{file} is not a database of Mentor's.")
        yield connection


def _make(file: Path) -> None:
    """Make an empty file, closed to others from its first instant."""
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MODE))


def _copy(source: sqlite3.Connection, to: Path, watch: Watch) -> Held | None:
    """Copy what ``source`` sees into an empty file and return what that holds; None if it is not whole."""

    def copied(_status: int, remaining: int, total: int) -> None:
        watch("Copying", total - remaining, total)

    with closing(_open(to, "rw")) as copy:
        # Nobody wants half of it back.
        copy.execute("PRAGMA journal_mode = OFF")
        source.backup(copy, pages=PAGES, progress=copied)
        copy.execute("PRAGMA journal_mode = DELETE")
        watch("Checking", 0, None)
        copy.set_progress_handler(lambda: watch("Checking", 0, None), CHECKED)
        rows = _rows(copy) if _is_whole(copy) else None
        if rows is None or rows != _rows(source):
            return None
        return Held(rows, _masters(copy), _schema(copy), to.stat().st_size)


def _is_whole(connection: sqlite3.Connection) -> bool:
    try:
        checked = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return checked and connection.execute("PRAGMA foreign_key_check").fetchone() is None
    except sqlite3.OperationalError:
        raise  # no room for what it keeps meanwhile, perhaps
    except sqlite3.DatabaseError:
        return False


def _tables(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    )
    return [name for (name,) in found]


def _rows(connection: sqlite3.Connection) -> dict[str, int]:
    counted = {}
    for table in _tables(connection):
        (counted[table],) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608 - a name of the schema's
    del counted["alembic_version"]
    return counted


def _schema(connection: sqlite3.Connection) -> str:
    (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(version)


def _masters(connection: sqlite3.Connection) -> list[str]:
    return [
        master
        for (master,) in connection.execute("SELECT DISTINCT master_id FROM data_keys ORDER BY master_id")
    ]


def _holds_something(database: Path) -> bool:
    """Tell whether a database has rows, or has something that can't be read."""
    if not database.exists():
        return False
    try:
        with closing(_open(database, "ro")) as connection:
            tables = _tables(connection)
            return "alembic_version" in tables and any(_rows(connection).values())
    except sqlite3.Error:
        return True


def _step_aside(database: Path, now: datetime) -> Path:
    """Keep the database that is there under another name too."""
    aside = database.with_name(f"{database.name}.replaced-{now:%Y%m%dT%H%M%SZ}")
    with ExitStack() as undo:
        for beside in _beside(database):
            copied = aside.with_name(beside.name.replace(database.name, aside.name))
            shutil.copy2(beside, copied)
            undo.callback(copied.unlink)
        try:
            with closing(_open(database, "rw")) as old:
                # What its write-ahead log holds is written into it, which nobody else may have open for that.
                old.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError:
            raise CannotCopy(
                f"Something else has {database} open, `mentor keys` perhaps. Please end it first. Nothing was changed."
            ) from None
        except sqlite3.DatabaseError:
            undo.pop_all()  # It can't be read; whoever mends it will want its log as it was.
    os.link(database, aside)
    return aside


def _clear(database: Path) -> None:
    """Leave nothing beside a database that SQLite would take for part of the next one."""
    for beside in _beside(database):
        beside.unlink()


def _beside(database: Path) -> list[Path]:
    found = (database.with_name(database.name + suffix) for suffix in BESIDE)
    return [file for file in found if file.exists()]


def _settle(file: Path) -> None:
    """Let a new name survive a power cut."""
    directory = os.open(file.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
