"""Whose each encrypted column is: the vault's table is whole, and what is written is sealed as it says."""

import re

import pytest
from sqlalchemy import LargeBinary, select, update
from sqlmodel import SQLModel

from mentoring.agreement import Agreement
from mentoring.closing import Farewell
from mentoring.feedback import Rating
from mentoring.refusal import NotFound
from mentoring.secret import LOST, Secret
from storage import decisions, exports, impact, installations, key_check, notes, vault
from storage.database import Tx
from storage.vault import MENTEE, OWNERS, Spot
from tests.storage.pair import Pair
from tests.storage.texts import EXPORT_ID, TEXTS, flip, write_all

WRAPPED = "data_keys.wrapped"
"""The one ``bytes`` column that holds no text: the data keys themselves, wrapped."""


@pytest.fixture
def written(pair: Pair) -> Pair:
    write_all(pair)
    return pair


def test_every_encrypted_column_has_an_owner() -> None:
    encrypted = {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }

    assert encrypted == {*OWNERS, WRAPPED}


def test_the_table_says_what_the_data_behind_it_say() -> None:
    rows = re.findall(r"^(\w+\.\w+) {2,}\S.*? {2,}(\S.*)$", str(vault.__doc__), re.MULTILINE)
    owners = {}
    for column, whose in rows:
        named = re.search(r"``\w+\.(\w+)``", whose)
        owners[column] = named[1] if named else MENTEE if whose.startswith("the mentee's") else "id"

    assert owners == OWNERS


def test_each_text_is_sealed_for_whom_the_table_says(written: Pair) -> None:
    with written.database.reading() as tx:
        found = {
            name: {tx.vault.open(tx, sealed, spot) for spot, sealed in key_check.sealed_texts(tx, name)}
            for name in OWNERS
        }

    assert found == {name: {text} for name, text in TEXTS.items()}


def test_each_person_and_each_installation_has_a_key_of_its_own(written: Pair) -> None:
    with written.database.reading() as tx:
        keys = {
            name: {sealed[1:23] for _, sealed in key_check.sealed_texts(tx, name)}
            for name in ("notes.text", "ratings.words", "installations.token")
        }
        stored = tx.connection.execute(select(SQLModel.metadata.tables["data_keys"].c.id)).scalars().all()

    assert sorted(key.decode() for one in keys.values() for key in one) == sorted(stored)
    assert len(stored) == 3


# --- moved


def test_a_text_that_was_moved_in_the_database_is_read_nowhere_else(written: Pair) -> None:
    """Each text put where each other one stands, and there also one of another row and one of another owner."""
    with written.database.writing() as tx:
        stands = {spot: sealed for name in OWNERS for spot, sealed in key_check.sealed_texts(tx, name)}
        moved = []
        for spot, own in stands.items():
            owner = written.tom.id if spot.owner != written.tom.id else written.anna.id
            elsewhere = [
                Spot("notes", "text", "n1", owner),
                spot._replace(row="another"),
                spot._replace(owner=owner),
            ]
            others = [sealed for other, sealed in stands.items() if other != spot]
            for sealed in [*others, *(tx.vault.seal(tx, "moved", other) for other in elsewhere)]:
                put(tx, spot, sealed)
                [stood] = [found for at, found in key_check.sealed_texts(tx, name_of(spot)) if at == spot]
                moved.append((spot, stood == sealed, tx.vault.read(tx, stood, spot) is LOST))
            put(tx, spot, own)
            assert tx.vault.read(tx, own, spot) == Secret(TEXTS[name_of(spot)])

    assert {name_of(spot) for spot, _, _ in moved} == set(OWNERS)
    assert [one for one in moved if one[1:] != (True, True)] == []


def test_a_text_does_not_follow_to_a_new_owner(written: Pair) -> None:
    """Someone who can write into the database makes themselves the author of what another has written."""
    with written.database.writing() as tx:
        tx.connection.execute(update(SQLModel.metadata.tables["notes"]).values(author=written.anna.id))
        [note] = notes.of(tx, written.agreement_id, author=written.anna.id)

    assert note.text is LOST


def name_of(spot: Spot) -> str:
    return f"{spot.table}.{spot.column}"


def put(tx: Tx, spot: Spot, sealed: bytes) -> None:
    """Write a sealed value into a column, as someone would who has the database and not the keys."""
    table = SQLModel.metadata.tables[spot.table]
    key = zip(table.primary_key.columns, spot.row.split("/"), strict=True)
    where = [column == (int(part) if column.name == "number" else part) for column, part in key]
    assert tx.connection.execute(update(table).where(*where).values({spot.column: sealed})).rowcount == 1


# --- one byte of one text


def read_all(pair: Pair) -> dict[str, object]:
    """What every reader of the vault makes of each column."""
    agreement = pair.stored()
    session, hers = agreement.sessions[0], agreement.farewell_of(pair.anna.id)
    with pair.database.reading() as tx:
        [note] = notes.of(tx, agreement.id, author=pair.tom.id)
        token = installations.token(tx, "T1")
        [decision] = decisions.of(tx, agreement.id, author=pair.anna.id)
        [came] = impact.of(tx, agreement, seen_by=pair.anna.id)
    assert isinstance(session.rating, Rating)
    assert isinstance(hers, Farewell)
    return {
        "versions.purpose": _purpose(agreement),
        "versions.place": agreement.terms.place,
        "versions.reply": agreement.versions[1].reply,
        "sessions.place": session.place,
        "ratings.score": LOST if session.rating.unreadable else session.rating.score,
        "ratings.words": session.rating.words,
        "notes.text": note.text,
        "decisions.text": decision.text,
        "impacts.text": came.text,
        "farewells.review": hers.review,
        "farewells.thanks": hers.thanks,
        "farewells.go_on": hers.go_on,
        "exports.archive": _archive(pair),
        "installations.token": token,
    }


def _purpose(agreement: Agreement) -> Secret[str] | None:
    return agreement.versions[0].purpose


def _archive(pair: Pair) -> object:
    with pair.database.reading() as tx:
        try:
            return exports.archive(tx, EXPORT_ID, person=pair.anna.id)
        except NotFound:
            return None


UNREAD = {"farewells.go_on": None, "exports.archive": None, "installations.token": None}
"""What does not read "can't be read": an answer that counts as none, an archive that is not sent, and a token that the setting has."""


@pytest.mark.parametrize("name", OWNERS)
def test_a_flipped_bit_costs_one_text_is_logged_once_and_is_kept_as_it_is(
    written: Pair, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = read_all(written)
    row, flipped = flip(written.database, name)
    caplog.clear()

    assert read_all(written) == read_all(written) == before | {name: UNREAD.get(name, LOST)}
    assert caplog.messages == [f"{name} of row {row} can't be opened"]

    written.wait(days=8)
    assert written.stored().over
    with written.database.reading() as tx:
        assert flipped in [sealed for _, sealed in key_check.sealed_texts(tx, name)]
