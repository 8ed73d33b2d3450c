"""A database of its own with a pair in front of it, and what pairs have lived before; tests that compare runs make several."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from mentoring.ids import AgreementId
from storage.database import Database
from storage.vault import MasterKey, Vault
from tests.handlers.stage import BERLIN, LONDON, NEW_YORK, Pair, Someone, Stage

T = TypeVar("T")

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


def three(stage: Stage) -> Pair:
    """Give Tom, Anna and Maya, who is in nothing, before anyone knows them."""
    return Pair(stage, Someone(stage, "UTOM"), Someone(stage, "UANNA"), Someone(stage, "UMAYA"))


def meet(pair: Pair) -> None:
    """Let Tom in London, Anna in New York and Maya in Berlin be known."""
    pair.stage.someone("UTOM", "Tom Reed", LONDON)
    pair.stage.someone("UANNA", "Anna Bright", NEW_YORK)
    pair.stage.someone("UMAYA", "Maya Okafor", BERLIN)


def introduced(stage: Stage) -> Pair:
    """Give the three, who have just become known."""
    pair = three(stage)
    meet(pair)
    return pair


@contextmanager
def company(empty: Path, file: Path) -> Iterator[Pair]:
    """Give a pair on a database of its own."""
    with opened(empty, file) as database:
        yield introduced(Stage(database))


# --- what is lived once for many


@dataclass(frozen=True)
class _Kept:
    """How a pair stood after a scene: its database in memory, what its stage held, and what the scene returned."""

    database: sqlite3.Connection
    stage: dict[str, Any]
    agreement_id: AgreementId | None
    came: object


class Scenes:
    """What pairs live again and again: the first one does, and all who come after stand at once where that one stood.

    Most of a test's time would go by in what leads to it.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], _Kept] = {}

    def live(self, pair: Pair, scene: Callable[..., T], **given: object) -> T:
        """Let a pair that has lived nothing but scenes live this one too, and return what it returns: an id, or nothing."""
        lived = (*pair.stage.lived, scene, *sorted(given.items()))
        if lived in self._kept:
            _put_back(self._kept[lived], pair)
        else:
            came = scene(pair, **given)
            self._kept[lived] = _Kept(
                _memory(pair),
                _copied({name: getattr(pair.stage, name) for name in HELD}),
                pair.agreement_id,
                came,
            )
        pair.stage.lived = lived
        return cast("T", self._kept[lived].came)

    def close(self) -> None:
        """Let go of all of it."""
        for kept in self._kept.values():
            kept.database.close()


HELD = ("now", "inbox", "homes", "profiles", "asked", "seen", "posts")
"""What a stage holds beside its database."""


def _copied(held: dict[str, Any]) -> dict[str, Any]:
    """Return what a stage holds, apart from what becomes of it."""
    return {
        **{name: what.copy() if isinstance(what, dict | list) else what for name, what in held.items()},
        "inbox": {who: list(got) for who, got in held["inbox"].items()},
    }


def _memory(pair: Pair) -> sqlite3.Connection:
    """Return a copy of the pair's database."""
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(_file(pair)) as file:
        file.backup(copy)
    return copy


def _put_back(kept: _Kept, pair: Pair) -> None:
    """Let a pair stand where another one stood."""
    with closing(_file(pair)) as file:
        kept.database.backup(file)
    for name, what in _copied(kept.stage).items():
        setattr(pair.stage, name, what)
    pair.agreement_id = kept.agreement_id


def _file(pair: Pair) -> sqlite3.Connection:
    file = pair.stage.database.file
    assert file is not None
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    return connection
