"""Both databases, migrated and empty, for every storage test; and the pair that most of them are about."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from storage import tables  # noqa: F401 - the tables are known once it is imported
from storage.database import Database, make_engine
from storage.upgrade import upgrade
from storage.vault import MasterKey, Vault
from tests.postgres import Postgres
from tests.storage.pair import Pair


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to copy."""
    file = tmp_path_factory.mktemp("migrated") / "mentor.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgres_url(postgres: Postgres) -> Iterator[str]:
    """A migrated PostgreSQL database, emptied before each test."""
    with postgres.database() as url:
        upgrade(url)
        yield url


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A migrated SQLite file of this test's own."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'mentor.db')}"


@pytest.fixture(params=["sqlite_url", "postgresql_url"], ids=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database: the test runs on each kind."""
    found: str = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def postgresql_url(migrated_postgres_url: str) -> str:
    """A migrated PostgreSQL database that is this test's alone, and empty."""
    engine = make_engine(migrated_postgres_url)
    with engine.connect() as connection, connection.begin():
        names = ", ".join(table.name for table in SQLModel.metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    engine.dispose()
    return migrated_postgres_url


@pytest.fixture
def master() -> MasterKey:
    """A master key of this test's own."""
    return MasterKey.of(os.urandom(32))


@pytest.fixture
def vault(master: MasterKey) -> Vault:
    """The vault that it opens."""
    return Vault([master])


@pytest.fixture
def database(url: str, vault: Vault) -> Iterator[Database]:
    """An open database."""
    database = Database(url, vault)
    yield database
    database.close()


@pytest.fixture
def pair(database: Database) -> Pair:
    """Tom in London and Anna in New York, known and in no agreement yet."""
    return Pair(database)
