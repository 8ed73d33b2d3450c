"""Bringing a database to the tables of this version: a new one, an older one, never a newer one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from storage.database import CannotOpen, make_engine
from storage.tables import SCHEMA

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = SCHEMA
"""The migration that the tables of this version are at."""
ADVISORY_LOCK = 0x6D656E74
"""The advisory lock's number on PostgreSQL: "ment". Any would do, as long as it stays."""


def upgrade(url: str, *, migrations: Path = MIGRATIONS, head: str = SCHEMA) -> bool:
    """Migrate the database to ``head``, in one transaction, and tell whether there was anything to do.

    On SQLite foreign keys are off meanwhile (Alembic rebuilds a table by dropping the old one, which would delete the rows
    that refer to it) and checked at the end. On PostgreSQL another process that migrates is waited for.

    Raises:
        CannotOpen: the database is newer than this version, or the migration would leave it inconsistent.
    """
    engine = make_engine(url, foreign_keys=False)
    try:
        with engine.connect() as connection:
            if _version(connection) == head:
                return False
        with engine.connect() as connection:
            connection = connection.execution_options(writing=True)  # noqa: PLW2901 - the same connection
            with connection.begin():
                _migrate(connection, migrations, head)
        return True
    finally:
        engine.dispose()


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
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _migrate(connection: Connection, migrations: Path, head: str) -> None:
    # Alembic takes 0.2 s to import, and most starts do without it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
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
