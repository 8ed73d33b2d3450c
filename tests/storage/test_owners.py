"""Whose each encrypted column is: the vault's table is whole, and what is written is sealed as it says."""

import re

import pytest
from sqlalchemy import LargeBinary, select
from sqlmodel import SQLModel

from mentoring.agreement import Agreement
from mentoring.closing import Farewell
from mentoring.feedback import Rating
from mentoring.secret import LOST, Secret
from storage import decisions, impact, installations, key_check, notes, vault
from storage.vault import MENTEE, OWNERS
from tests.storage.pair import Pair
from tests.storage.texts import TEXTS, flip, write_all

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
        "installations.token": token,
    }


def _purpose(agreement: Agreement) -> Secret[str] | None:
    return agreement.versions[0].purpose


UNREAD = {"farewells.go_on": None, "installations.token": None}
"""What does not read "can't be read": an answer that counts as none, and a token that the setting has."""


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
