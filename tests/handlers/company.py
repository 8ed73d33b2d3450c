"""A database of its own with a pair in front of it; tests that compare runs make several."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.database import Database
from storage.vault import MasterKey, Vault
from tests.handlers.stage import BERLIN, LONDON, NEW_YORK, Pair, Stage

MASTER = MasterKey.of(b"k" * 32)


@contextmanager
def opened(empty: Path, file: Path) -> Iterator[Database]:
    """Give a database in ``file``, begun as a copy of the ``empty`` one, which has its tables."""
    shutil.copy(empty, file)
    database = Database(f"sqlite:///{file}", Vault([MASTER]))
    try:
        yield database
    finally:
        database.close()


def introduced(stage: Stage) -> Pair:
    """Let Tom in London, Anna in New York and Maya, who is in nothing, be known."""
    return Pair(
        stage,
        mentor=stage.someone("UTOM", "Tom Reed", LONDON),
        mentee=stage.someone("UANNA", "Anna Bright", NEW_YORK),
        stranger=stage.someone("UMAYA", "Maya Okafor", BERLIN),
    )


@contextmanager
def company(empty: Path, file: Path) -> Iterator[Pair]:
    """Give a pair on a database of its own."""
    with opened(empty, file) as database:
        yield introduced(Stage(database))
