"""Bringing a database to the tables of this version: a new one, an older one, never a newer one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    insert,
    inspect,
    select,
    text,
)
from sqlmodel import SQLModel

from storage.database import CannotOpen, make_engine
from storage.lock import file_of
from storage.tables import SCHEMA

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = SCHEMA
"""The migration that the tables of this version are at."""
ADVISORY_LOCK = 0x6D656E74
"""The advisory lock's number on PostgreSQL: "ment". Any would do, as long as it stays."""
OWNERS_ALONE = 0o600
VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Where Alembic notes the migration that a database is at (alembic.sqlalchemy.org, "version_table"), as it makes it itself."""


def upgrade(url: str, *, migrations: Path = MIGRATIONS, head: str = SCHEMA) -> bool:
    """Bring the database to ``head``, in one transaction, and tell whether there was anything to do.

    A new one that is to be at this version's is made straight from its tables: just what all the migrations would make, but at once.

    On SQLite foreign keys are off meanwhile (Alembic rebuilds a table by dropping the old one, which would delete the rows
    that refer to it) and checked at the end. On PostgreSQL another process that migrates is waited for.

    Raises:
        CannotOpen: the database is newer than this version, or the migration would leave it inconsistent.
    """
    _make_private(file_of(url))
    engine = make_engine(url, foreign_keys=False)
    try:
        with engine.connect() as connection:
            if _version(connection) == head:
                return False
        with engine.connect() as connection:
            connection = connection.execution_options(writing=True)  # noqa: PLW2901 - the same connection
            with connection.begin():
                return _brought(connection, migrations, head)
    finally:
        engine.dispose()


def _make_private(file: Path | None) -> None:
    """Make a new SQLite file such that its owner alone may read it; what SQLite keeps beside it has the same mode.

    It stands so in sqlite.org/src/file/src/os_unix.c, findCreateFileMode(). SQLite says it where no file can be made.
    """
    if file is not None and not file.exists():
        with suppress(OSError):
            file.touch(mode=OWNERS_ALONE)


def version(url: str) -> str | None:
    """Return the migration that the database is at; None if it is new."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return _version(connection)
    finally:
        engine.dispose()


def knows(version: str) -> bool:
    """Tell whether this Mentor has the migration: one that it lacks is a newer Mentor's."""
    return version in {file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("*.py")}


def _version(connection: Connection) -> str | None:
    """The migration that the database is at; None if it is new."""
    if not inspect(connection).has_table(VERSION.name):
        return None
    return connection.execute(select(VERSION.c.version_num)).scalar()


def _brought(connection: Connection, migrations: Path, head: str) -> bool:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
    found = _version(connection)
    if found == head:  # whoever was waited for has done it
        return False
    if found is None and head == SCHEMA:
        _make(connection)
    else:
        _migrate(connection, migrations, head)
    return True


def _make(connection: Connection) -> None:
    """Make every table, and note which migration that is: of a start that is killed in between nothing is left."""
    SQLModel.metadata.create_all(connection, checkfirst=False)
    VERSION.create(connection, checkfirst=True)
    connection.execute(insert(VERSION).values(version_num=SCHEMA))


def _migrate(connection: Connection, migrations: Path, head: str) -> None:
    # Alembic takes 0.2 s to import, and most starts do without it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    _refuse_newer(ScriptDirectory.from_config(config), _version(connection))
    command.upgrade(config, head)
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            tables = ", ".join(sorted({row[0] for row in broken}))
            raise CannotOpen(
                f"Migrating the database would leave rows without what they refer to, in {tables}. Nothing was changed."
            )


def _refuse_newer(scripts: ScriptDirectory, version: str | None) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    if version is not None and version not in known:
        raise CannotOpen(
            f"This database was written by a newer Mentor (its tables are at {version}, this one knows {SCHEMA}). "
            "Please update Mentor, or name another database in DATABASE_URL."
        )
