"""What is left of someone who is forgotten, byte by byte: nothing in the file, its log and its free pages; all of it in a backup."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mentoring.ids import PersonId
from mentoring.secret import LOST, Secret
from storage import agreements, forgetting, key_check, people
from storage.database import Busy, Database
from storage.rotation import rotate
from storage.tables import data_keys
from storage.tables import people as people_rows
from storage.vault import OWNERS, MasterKey, Vault
from tests.storage import texts
from tests.storage.pair import Pair

LONG = 16
"""Bytes in a row that two ciphertexts don't share by chance."""


@pytest.fixture
def file(migrated_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated_file, tmp_path / "mentor.db"))


@pytest.fixture
def database(file: Path, vault: Vault) -> Iterator[Database]:
    database = Database(f"sqlite:///{file}", vault)
    yield database
    database.close()


def secrets_of(database: Database, person: PersonId) -> set[bytes]:
    """Everything sealed that is someone's, without what a row is known by: the ciphertexts, and their wrapped data key."""
    with database.reading() as tx:
        sealed = {
            value
            for name in OWNERS
            for spot, value in key_check.sealed_texts(tx, name)
            if spot.owner == person
        }
        wrapped = tx.connection.execute(
            select(data_keys.c.wrapped).where(data_keys.c.person_id == person)
        ).scalars()
        return {bytes(value)[-LONG:] for value in sealed} | {bytes(value)[:LONG] for value in wrapped}


def found(file: Path, traces: set[bytes]) -> dict[str, int]:
    """In which of a database's files how many of the traces are."""
    there = {part.name: part.read_bytes() for part in file.parent.glob(f"{file.name}*")}
    return {
        name: hits for name, held in there.items() if (hits := sum(trace in held for trace in traces)) > 0
    }


def test_nothing_is_left_in_file_log_and_free_pages(database: Database, file: Path, pair: Pair) -> None:
    texts.write_all(pair)
    with database.writing() as tx:
        people.keep_channel(tx, pair.anna.account_id, "D-CANARY-7711")
        tx.connection.execute(
            update(people_rows).where(people_rows.c.id == pair.anna.id).values(zone="Asia/Kolkata")
        )
    annas, toms = secrets_of(database, pair.anna.id), secrets_of(database, pair.tom.id)
    annas |= {b"U-ANNA", b"D-CANARY-7711"}
    assert len(annas) > 10
    assert found(file, annas) != {}

    with database.writing() as tx:
        forgetting.forget(tx, pair.anna.id, pair.now)
        tx.connection.exec_driver_sql("DELETE FROM due_rows WHERE kind LIKE 'clear%' OR kind LIKE 'delete%'")
    assert found(file, annas) != {}
    assert database.overwrite()

    assert found(file, annas) == {}
    assert sum(found(file, toms).values()) == len(toms)
    assert file.with_name(f"{file.name}-wal").stat().st_size == 0


def test_it_is_not_done_while_anybody_reads(database: Database, file: Path, pair: Pair) -> None:
    texts.write_all(pair)
    annas = secrets_of(database, pair.anna.id)
    with database.reading() as tx:
        people.get(tx, pair.tom.id)
        with database.writing() as writing:
            forgetting.forget(writing, pair.anna.id, pair.now)
        assert not database.overwrite()
        assert found(file, annas) != {}

    assert database.overwrite()
    assert found(file, annas) == {}


def test_it_waits_for_whoever_writes(database: Database, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy):
            database.overwrite()
        other.execute("ROLLBACK")

    assert database.overwrite()


def test_copies_that_rows_leave_behind_as_they_move_are_overwritten_too(
    database: Database, file: Path, pair: Pair
) -> None:
    """``secure_delete`` alone leaves such copies, now and then: here one is planted, in the free part of a page."""
    texts.write_all(pair)
    [trace, *_] = secrets_of(database, pair.anna.id)
    with database.writing() as tx:
        forgetting.forget(tx, pair.anna.id, pair.now)
    assert database.overwrite()
    plant(file, trace)
    assert found(file, {trace}) != {}

    assert database.overwrite()

    assert found(file, {trace}) == {}


def plant(file: Path, trace: bytes) -> None:
    """Write bytes between the cell pointers and the cells of a leaf page, where nothing is (sqlite.org/fileformat2.html)."""
    whole = bytearray(file.read_bytes())
    size = int.from_bytes(whole[16:18], "big")
    for start in range(size, len(whole), size):
        cells, first = (int.from_bytes(whole[start + at : start + at + 2], "big") for at in (3, 5))
        free = start + 8 + 2 * cells
        if whole[start] == 13 and cells and start + first - free > len(trace):
            whole[free : free + len(trace)] = trace
            file.write_bytes(whole)
            return
    raise AssertionError("no page has room")


# --- backups


@pytest.mark.parametrize("kept", [True, False])
def test_a_backup_from_before_is_read_with_the_old_master_key_and_only_with_it(
    database: Database, file: Path, pair: Pair, master: MasterKey, kept: bool
) -> None:
    texts.write_all(pair)
    assert database.overwrite()
    backup = Path(shutil.copy(file, file.with_name("backup.db")))
    with database.writing() as tx:
        forgetting.forget(tx, pair.anna.id, pair.now)
    new = MasterKey.of(os.urandom(32))

    rotated = Database(f"sqlite:///{file}", Vault([new, master]))
    assert sum(batch.wrapped for batch in rotate(rotated)) > 0
    rotated.close()

    masters = [new, master] if kept else [new]
    assert purpose(backup, masters, pair) == (Secret(texts.PURPOSE) if kept else LOST)
    assert purpose(file, [new], pair) is None


def purpose(file: Path, masters: list[MasterKey], pair: Pair) -> Secret[str] | None:
    """What Tom reads as Anna's purpose in a database that is opened with these master keys."""
    opened = Database(f"sqlite:///{file}", Vault(masters))
    try:
        with opened.reading() as tx:
            return agreements.get(tx, pair.agreement_id, seen_by=pair.tom.id).purpose
    finally:
        opened.close()
