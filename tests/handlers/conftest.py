"""A pair in front of the bot, without Slack: gestures go straight to the handlers, on a real SQLite file."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.upgrade import upgrade
from storage.vault import MasterKey, Vault
from tests.handlers.stage import BERLIN, LONDON, NEW_YORK, Pair, Stage


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with its tables: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(empty_database, tmp_path / "mentor.db")
    database = Database(f"sqlite:///{tmp_path / 'mentor.db'}", Vault([MasterKey.of(b"k" * 32)]))
    yield database
    database.close()


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


@pytest.fixture
def pair(stage: Stage) -> Pair:
    return Pair(
        stage,
        mentor=stage.someone("UTOM", "Tom Reed", LONDON),
        mentee=stage.someone("UANNA", "Anna Bright", NEW_YORK),
        stranger=stage.someone("UMAYA", "Maya Okafor", BERLIN),
    )
