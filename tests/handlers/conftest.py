"""A pair in front of the bot, without Slack: gestures go straight to the handlers, on a real SQLite file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.upgrade import upgrade
from storage.vault import MasterKey, Vault
from tests.handlers.stage import BERLIN, LONDON, NEW_YORK, Pair, Stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    url = f"sqlite:///{tmp_path / 'mentor.db'}"
    upgrade(url)
    database = Database(url, Vault([MasterKey.of(b"k" * 32)]))
    yield Stage(database)
    database.close()


@pytest.fixture
def pair(stage: Stage) -> Pair:
    return Pair(
        stage,
        mentor=stage.someone("UTOM", "Tom Reed", LONDON),
        mentee=stage.someone("UANNA", "Anna Bright", NEW_YORK),
        stranger=stage.someone("UMAYA", "Maya Okafor", BERLIN),
    )
