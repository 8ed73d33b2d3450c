"""Transactions: who waits for whom, how long, and what they are told."""

import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from mentoring.ids import AgreementId, new_id
from mentoring.people import Profile
from mentoring.refusal import NotFound
from storage import agreements, people
from storage.database import Busy, CannotOpen, Database, Tickets, make_engine
from storage.tables import accounts
from storage.vault import Vault
from tests.storage.pair import MONDAY, Pair

SOON = 10
"""Seconds after which a test stops waiting: it has failed."""


def test_tickets_are_given_in_the_order_in_which_they_were_asked_for() -> None:
    tickets = Tickets()
    assert tickets.take(0)
    served: list[int] = []

    def wait(number: int) -> None:
        assert tickets.take(SOON)
        served.append(number)
        tickets.give_back()

    threads = []
    for number in range(5):
        thread = Thread(target=wait, args=[number])
        thread.start()
        threads.append(thread)
        while len(tickets._queue) <= number:
            Event().wait(0.001)
    tickets.give_back()
    for thread in threads:
        thread.join(SOON)

    assert served == [0, 1, 2, 3, 4]
    assert tickets.take(0)


def test_a_ticket_that_did_not_come_in_time_is_not_left_in_the_queue() -> None:
    tickets = Tickets()
    assert tickets.take(0)
    assert not tickets.take(0.001)
    tickets.give_back()

    assert tickets.take(0)


def test_whoever_waits_too_long_is_told_so_and_nothing_is_saved(database: Database) -> None:
    """On SQLite for the ticket; on PostgreSQL for the row."""
    pair = Pair(database)
    release, holding = Event(), Event()

    def hold() -> None:
        with database.writing() as tx:
            people.set_settings(tx, pair.tom.id, reminders=False, now=MONDAY)
            holding.set()
            release.wait(SOON)

    thread = Thread(target=hold)
    thread.start()
    assert holding.wait(SOON)
    with pytest.raises(Busy) as raised, database.writing() as tx:
        people.set_settings(tx, pair.tom.id, reminders=True, now=MONDAY)
    release.set()
    thread.join(SOON)

    assert raised.value.sentence == "I'm busy for a moment, so nothing was saved. Please try again."
    with database.writing() as tx:
        assert not people.get(tx, pair.tom.id).reminders


def test_with_every_connection_taken_the_next_is_told_so(sqlite_url: str, vault: Vault) -> None:
    database = Database(sqlite_url, vault)
    with ExitStack() as taken:
        for _ in range(20):
            taken.enter_context(database.reading())
        with pytest.raises(Busy), database.reading():
            pass
    database.close()


def test_another_process_that_writes_is_waited_for_a_moment_only(sqlite_url: str, vault: Vault) -> None:
    database = Database(sqlite_url, vault)
    with database.reading() as tx:
        file = tx.connection.engine.url.database
    other = sqlite3.connect(str(file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Busy), database.writing():
        pass
    with database.reading() as tx:
        assert tx.connection.execute(select(accounts)).all() == []

    other.execute("ROLLBACK")
    other.close()
    with database.writing() as tx:
        people.acting(tx, team_id="T1", user_id="U1", name="tom", now=MONDAY)
    database.close()


def test_reading_sees_one_instant_and_holds_nobody_up(pair: Pair) -> None:
    with pair.database.reading() as tx:
        before = people.get(tx, pair.tom.id)
        with pair.database.writing() as other:
            people.set_settings(other, pair.tom.id, reminders=False, now=MONDAY)
        assert people.get(tx, pair.tom.id) == before

    with pair.database.reading() as tx:
        assert not people.get(tx, pair.tom.id).reminders


def test_nothing_is_saved_of_a_transaction_that_fails(pair: Pair) -> None:
    with suppress(ZeroDivisionError), pair.database.writing() as tx:
        people.set_settings(tx, pair.tom.id, reminders=False, now=MONDAY)
        raise ZeroDivisionError

    with pair.database.writing() as tx:
        assert people.get(tx, pair.tom.id).reminders


def test_reading_cannot_write_on_postgresql(migrated_postgres_url: str, vault: Vault) -> None:
    database = Database(migrated_postgres_url, vault)
    with suppress(Exception), database.reading() as tx:
        people.acting(tx, team_id="T1", user_id="U-NEW", name="new", now=MONDAY)
    with database.reading() as tx:
        assert people.by_account(tx, "T1", "U-NEW") is None
    database.close()


def test_sqlite_is_set_so_that_a_confirmed_click_survives_a_power_cut(sqlite_url: str, vault: Vault) -> None:
    database = Database(sqlite_url, vault)
    with database.writing() as tx:
        pragmas = {
            name: tx.connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    database.close()

    # synchronous 2 is FULL (sqlite.org/pragma.html).
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 300,
    }


def test_what_goes_wrong_shows_no_values(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(IntegrityError) as raised:
        _insert_a_stray(pair.database)

    assert "hide_parameters" in str(raised.value)
    assert "canary" not in str(raised.value)
    assert "canary" not in caplog.text


def _insert_a_stray(database: Database) -> None:
    stray = {
        "id": "a1",
        "person_id": "nobody",
        "team_id": "T1",
        "user_id": "U1",
        "name": "canary",
        "active": True,
        "is_bot": False,
    }
    with database.writing() as tx:
        tx.connection.execute(accounts.insert(), stray)


def test_many_at_once_are_served(pair: Pair) -> None:
    barrier = Barrier(8)

    def arrive(number: int) -> str:
        barrier.wait(SOON)
        return pair.database.patiently(
            lambda tx: people.acting(tx, team_id="T1", user_id=f"U{number % 4}", name="new", now=MONDAY).id
        )

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(arrive, range(8)))

    assert ids[:4] == ids[4:]
    assert len(set(ids)) == 4


@pytest.mark.parametrize("url", ["mysql://host/database", "sqlite://", "sqlite:///:memory:", "nonsense", ""])
def test_a_url_that_names_no_database_of_ours_is_refused(url: str) -> None:
    with pytest.raises(CannotOpen) as raised:
        make_engine(url)

    assert raised.value.sentence == (
        "DATABASE_URL must be sqlite:///a/file.db or postgresql+psycopg://user:password@host/database."
    )


def test_what_is_no_wait_is_not_taken_for_one(tmp_path: Path, vault: Vault) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}", vault)
    with pytest.raises(OperationalError, match="no such table"), database.writing() as tx:
        people.by_account(tx, "T1", "U1")
    database.close()


def test_what_has_the_id_of_something_of_others_reads_as_missing(pair: Pair) -> None:
    theirs = pair.agree()
    session_id = pair.plan()
    maya = pair.someone("U-MAYA", Profile("Maya Okafor", "Europe/Berlin", "en-GB", active=True, is_bot=False))
    stolen = replace(theirs, mentor=maya, mentee=pair.anna, proposer=maya.id, sessions=())
    with pytest.raises(NotFound), pair.database.writing() as tx:
        agreements.save(tx, stolen, pair.now)

    own = replace(stolen, id=AgreementId(new_id()))
    with pair.database.writing() as tx:
        agreements.save(tx, own, pair.now)
    session = replace(pair.stored().session(session_id), place=None, place_by=None)
    with pytest.raises(NotFound), pair.database.writing() as tx:
        agreements.save(
            tx,
            agreements.get(tx, own.id, seen_by=maya.id).with_session(session),
            pair.now,
        )

    assert pair.stored().session(session_id).planned
