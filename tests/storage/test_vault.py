"""What people wrote opens where it was written, for whoever holds the key, and nowhere else."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.engine import make_url

from mentoring.agreement import Terms
from mentoring.ids import NoteId, PersonId, SessionId, new_id
from mentoring.notes import Note
from mentoring.secret import Secret
from storage import notes
from storage.database import Database
from storage.refusals import Busy, CannotSeal
from storage.tables import data_keys, people, ratings, sessions
from storage.vault import KEPT_SECONDS, UNREADABLE, MasterKey, Spot, Unreadable, Vault
from tests.storage.pair import MONDAY, Pair

ANNA, TOM = PersonId("anna"), PersonId("tom")
SPOT = Spot("notes", "text", "n1", TOM)


@pytest.fixture
def two(database: Database) -> Database:
    """A database with two people in it."""
    with database.writing() as tx:
        tx.connection.execute(
            people.insert(),
            [
                {
                    "id": who,
                    "reminders": True,
                    "invitations": True,
                    "greeted": False,
                    "home_opened": False,
                    "created_at": MONDAY,
                }
                for who in (ANNA, TOM)
            ],
        )
    return database


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(text=st.text(st.characters(), max_size=3000))
@example(text="half a pair: \ud83d, and \0")
def test_any_text_opens_where_it_was_sealed(two: Database, vault: Vault, text: str) -> None:
    with two.writing() as tx:
        assert vault.open(tx, vault.seal(tx, text, SPOT), SPOT) == text


@pytest.mark.parametrize(
    "elsewhere",
    [
        SPOT._replace(table="ratings"),
        SPOT._replace(column="words"),
        SPOT._replace(row="n2"),
        SPOT._replace(owner=ANNA),
    ],
)
def test_a_text_that_was_moved_does_not_open(two: Database, vault: Vault, elsewhere: Spot) -> None:
    with two.writing() as tx:
        sealed = vault.seal(tx, "a thought", SPOT)
        vault.seal(tx, "another", elsewhere)
        with pytest.raises(Unreadable) as raised:
            vault.open(tx, sealed, elsewhere)

    assert raised.value.row == elsewhere.row
    assert str(raised.value) == f"the sealed value of row {elsewhere.row} can't be opened"


def test_a_text_does_not_open_with_a_flipped_bit_anywhere(two: Database, vault: Vault) -> None:
    with two.writing() as tx:
        sealed = vault.seal(tx, "a thought", SPOT)
        for place in range(len(sealed)):
            flipped = bytearray(sealed)
            flipped[place] ^= 1
            with pytest.raises(Unreadable):
                vault.open(tx, bytes(flipped), SPOT)
        for length in (0, 1, 20, len(sealed) - 1):
            with pytest.raises(Unreadable):
                vault.open(tx, sealed[:length], SPOT)


def test_the_same_text_is_never_sealed_the_same_and_a_score_has_one_length(
    two: Database, vault: Vault
) -> None:
    with two.writing() as tx:
        sealed = [vault.seal(tx, str(score), SPOT) for score in (1, 1, 2, 3, 4, 5)]

    assert len(set(sealed)) == len(sealed)
    assert {len(one) for one in sealed} == {1 + 22 + 12 + 1 + 16}


def test_each_person_has_one_data_key_of_their_own(two: Database, vault: Vault) -> None:
    with two.writing() as tx:
        for who in (TOM, TOM, ANNA):
            vault.seal(tx, "a thought", SPOT._replace(owner=who))
        rows = tx.connection.execute(select(data_keys.c.person_id)).scalars().all()

    assert sorted(rows) == [ANNA, TOM]


def test_a_data_key_that_was_undone_is_not_used_again(two: Database, vault: Vault, master: MasterKey) -> None:
    with pytest.raises(ZeroDivisionError):
        _seal_and_fail(two, vault)

    with two.writing() as tx:
        sealed = vault.seal(tx, "a thought", SPOT)
    later = Vault([master])
    with two.reading() as tx:
        assert later.open(tx, sealed, SPOT) == "a thought"


def _seal_and_fail(two: Database, vault: Vault) -> None:
    with two.writing() as tx:
        vault.seal(tx, "a thought", SPOT)
        raise ZeroDivisionError


def test_another_master_key_opens_nothing(two: Database, vault: Vault) -> None:
    with two.writing() as tx:
        sealed = vault.seal(tx, "a thought", SPOT)

    with two.reading() as tx, pytest.raises(Unreadable):
        Vault([MasterKey.of(os.urandom(32))]).open(tx, sealed, SPOT)


def test_nothing_is_sealed_by_whoever_lacks_the_master_key(
    two: Database, vault: Vault, caplog: pytest.LogCaptureFixture
) -> None:
    with two.writing() as tx:
        vault.seal(tx, "a thought", SPOT)

    stranger = Vault([MasterKey.of(os.urandom(32))])
    for _ in range(2):
        with two.writing() as tx, pytest.raises(CannotSeal):
            stranger.seal(tx, "another", SPOT)

    assert caplog.messages == [f"the data key of {TOM} can't be opened, so nothing is sealed"]


def test_a_wrapped_key_does_not_open_for_another_person(
    two: Database, vault: Vault, master: MasterKey
) -> None:
    with two.writing() as tx:
        sealed = vault.seal(tx, "a thought", SPOT)
        tx.connection.execute(update(data_keys).values(person_id=ANNA))

    with two.reading() as tx, pytest.raises(Unreadable):
        Vault([master]).open(tx, sealed, SPOT)


CANARIES = {
    "purpose": "canary-purpose-7f3a",
    "usual place": "canary-usual-place-91bc",
    "place": "canary-place-22de",
    "words": "canary-words-c0de",
    "note": "canary-note-4e4e",
}


def write_canaries(pair: Pair) -> SessionId:
    """One of each text that a person writes, and a score."""
    pair.propose(Terms(place=Secret(CANARIES["usual place"])))
    pair.sign(pair.anna, CANARIES["purpose"])
    pair.sign(pair.tom)
    session_id = pair.plan(place=CANARIES["place"])
    pair.wait(days=7, hours=4)
    pair.rate(session_id, 5)
    pair.say(session_id, CANARIES["words"], share=False)
    with pair.database.writing() as tx:
        note = Note(
            NoteId(new_id()), pair.agreement_id, session_id, pair.tom.id, Secret(CANARIES["note"]), pair.now
        )
        notes.save(tx, note)
    return session_id


def test_no_text_is_in_any_page_of_the_file_or_its_log(sqlite_url: str, vault: Vault) -> None:
    database = Database(sqlite_url, vault)
    write_canaries(Pair(database))
    file = Path(str(make_url(sqlite_url).database))
    pages = b"".join(part.read_bytes() for part in file.parent.glob("mentor.db*"))
    database.close()

    assert b"Tom Reed" in pages
    assert [name for name, canary in CANARIES.items() if canary.encode() in pages] == []


def test_no_text_is_in_any_column(pair: Pair) -> None:
    write_canaries(pair)

    with pair.database.reading() as tx:
        stored = "".join(
            repr(row)
            for table in people.metadata.sorted_tables
            for row in tx.connection.execute(select(table))
        )
    assert "Tom Reed" in stored
    assert [name for name, canary in CANARIES.items() if canary in stored] == []


def test_one_value_that_cannot_be_read_leaves_the_rest_readable_and_is_not_written_over(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    session_id = write_canaries(pair)
    broken = {
        sessions: ("place", sessions.c.id),
        ratings: ("score", ratings.c.session_id),
    }
    with pair.database.writing() as tx:
        for table, (column, key) in broken.items():
            sealed = tx.connection.execute(select(table.c[column])).scalar_one()
            tx.connection.execute(
                update(table).where(key == session_id).values({column: sealed[:-1] + bytes([sealed[-1] ^ 1])})
            )
        tx.connection.execute(update(ratings).values(words=b"\1nothing"))

    with caplog.at_level(logging.ERROR):
        agreement = pair.stored()

    session = agreement.session(session_id)
    assert session.place == Secret(UNREADABLE)
    assert session.rating is not None
    assert (session.rating.score, session.rating.words, session.rating.shared) == (
        None,
        Secret(UNREADABLE),
        False,
    )
    assert agreement.purpose == Secret(CANARIES["purpose"])
    assert sorted(caplog.messages) == [
        f"ratings.score of row {session_id} can't be opened",
        f"ratings.words of row {session_id} can't be opened",
        f"sessions.place of row {session_id} can't be opened",
    ]

    pair.wait(days=20)
    assert pair.stored().released_at is not None
    with pair.database.reading() as tx:
        assert tx.connection.execute(select(ratings.c.words)).scalar_one() == b"\1nothing"


@pytest.fixture
def elsewhere(url: str, master: MasterKey) -> Iterator[Database]:
    """The same database as another process has it, with the same master key."""
    other = Database(url, Vault([master]))
    yield other
    other.close()


@pytest.mark.parametrize("url", ["postgresql_url"], indirect=True)
def test_nothing_is_sealed_under_a_key_that_another_process_has_deleted(
    two: Database, vault: Vault, elsewhere: Database
) -> None:
    with two.writing() as tx:
        before = vault.seal(tx, "once", SPOT)
    with elsewhere.writing() as tx:
        tx.connection.execute(data_keys.delete())
    with two.writing() as tx:
        after = vault.seal(tx, "again", SPOT)

    with elsewhere.reading() as tx:
        assert elsewhere.vault.open(tx, after, SPOT) == "again"
        with pytest.raises(Unreadable):
            elsewhere.vault.open(tx, before, SPOT)


@pytest.mark.parametrize("url", ["postgresql_url"], indirect=True)
def test_a_key_cannot_be_deleted_while_something_is_being_sealed_under_it(
    two: Database, vault: Vault, elsewhere: Database
) -> None:
    with two.writing() as tx:
        vault.seal(tx, "once", SPOT)
    with two.writing() as tx:
        vault.seal(tx, "again", SPOT)
        with pytest.raises(Busy), elsewhere.writing() as other:
            other.connection.execute(data_keys.delete())


def test_keys_stay_in_memory_for_ten_minutes(two: Database, master: MasterKey) -> None:
    seconds = 0.0
    vault = Vault([master], lambda: seconds)
    with two.writing() as tx:
        vault.seal(tx, "once", SPOT)
        held = list(tx.keys.values())
    vault.keep(held)
    seconds = KEPT_SECONDS
    vault.keep([])
    assert set(vault._current) == {TOM}

    seconds += 1.0
    vault.keep([])
    assert (vault._keys, vault._current) == ({}, {})
