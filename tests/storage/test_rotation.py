"""Rotating the master key: everything stays readable, whoever writes meanwhile and wherever it is killed."""

import base64
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import select, text, update

from mentoring.ids import PersonId
from storage import people
from storage.database import Database, Tx
from storage.opening import beside, opened
from storage.refusals import CannotOpen, CannotRotate
from storage.rotation import left, rotate
from storage.tables import data_keys
from storage.vault import Spot, Unreadable, Vault
from storage.wrapping import MasterKey
from tests.storage import killed_rotation
from tests.storage.pair import MONDAY

ROOT = Path(__file__).parents[2]
OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))
"""As MENTOR_KEYS has them; ``killed_rotation`` has the same."""
OLD_KEY, NEW_KEY = killed_rotation.OLD, killed_rotation.NEW
A_MOMENT = 0.002
Texts = dict[PersonId, bytes]


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """The database before the rotation."""
    database = Database(url, Vault([OLD_KEY]))
    yield database
    database.close()


@pytest.fixture
def rotating(url: str) -> Iterator[Database]:
    """The database as the command has it."""
    with beside(url, master_keys=f"{NEW},{OLD}") as database:
        yield database


def bot(url: str, *keys: str) -> AbstractContextManager[Database]:
    """A bot that runs, started with these master keys."""
    return opened(url, master_keys=",".join(keys))


def spot(person: PersonId) -> Spot:
    return Spot("notes", "text", "n1", person)


def write(database: Database, name: str) -> tuple[PersonId, bytes]:
    """Someone new writes something, and tries again while the database is busy."""

    def seal(tx: Tx) -> tuple[PersonId, bytes]:
        who = people.acting(tx, team_id="T1", user_id=name, name=name, now=MONDAY).id
        return who, database.vault.seal(tx, f"a thought of {who}", spot(who))

    return database.patiently(seal)


def written(database: Database, number: int) -> Texts:
    return dict(write(database, f"U{place}") for place in range(number))


def must_open(url: str, texts: Texts, *masters: MasterKey) -> None:
    """Open every text with these master keys alone."""
    database = Database(url, Vault(masters))
    try:
        with database.reading() as tx:
            for who, sealed in texts.items():
                assert database.vault.open(tx, sealed, spot(who)) == f"a thought of {who}"
    finally:
        database.close()


def test_every_data_key_is_wrapped_anew_a_few_at_a_time_and_no_text_is_touched(
    url: str, database: Database, rotating: Database
) -> None:
    texts = written(database, 5)
    with rotating.reading() as tx:
        assert left(tx) == {OLD_KEY.id: 5}

    assert [batch[:2] for batch in rotate(rotating, at_once=2)] == [(2, []), (2, []), (1, []), (0, [])]
    assert list(rotate(rotating)) == []

    with rotating.reading() as tx:
        assert left(tx) == {}
    must_open(url, texts, NEW_KEY)
    with pytest.raises(Unreadable):
        must_open(url, texts, OLD_KEY)


def test_a_data_key_that_is_damaged_keeps_no_other_from_being_wrapped_anew(
    url: str, database: Database, rotating: Database
) -> None:
    texts = written(database, 2)
    damaged, whole = texts
    with database.writing() as tx:
        of = data_keys.c.person_id == damaged
        key_id = tx.connection.execute(select(data_keys.c.id).where(of)).scalar_one()
        tx.connection.execute(update(data_keys).where(of).values(wrapped=b"damaged, all of it"))

    assert [batch[:2] for batch in rotate(rotating)] == [(1, [key_id]), (0, [])]

    must_open(url, {whole: texts[whole]}, NEW_KEY)
    with pytest.raises(Unreadable):
        must_open(url, texts, NEW_KEY, OLD_KEY)


def test_killed_at_any_step_it_loses_nothing_and_is_done_when_begun_again(
    url: str, database: Database
) -> None:
    written(database, 5)
    database.close()

    run = subprocess.run(
        [sys.executable, "-m", "tests.storage.killed_rotation", url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stderr == ""
    keys, steps = map(int, run.stdout.replace(" data keys,", "").replace(" steps", "").split())
    assert keys == 5
    # Four batches: each begins, looks, and is committed; three of them write.
    assert steps >= 4 * 2 + 3


# --- beside the bot


REFUSED = (
    "The Mentor that is running {}. Please stop it and start it again with this MENTOR_KEYS or keys file, the new key first "
    "and the old one after it; then run `mentor keys rotate` again. Nothing is lost meanwhile."
)


@pytest.mark.parametrize(
    ("started_with", "why"),
    [
        ([OLD], f"does not know master key {NEW_KEY.id}"),
        ([OLD, NEW], f"wraps with master key {OLD_KEY.id}"),
    ],
)
def test_it_is_refused_until_the_bot_was_started_with_both_keys_the_new_one_first(
    url: str, database: Database, rotating: Database, started_with: list[str], why: str
) -> None:
    texts = written(database, 2)
    with bot(url, *started_with):
        with pytest.raises(CannotRotate) as refused:
            list(rotate(rotating))
        assert refused.value.sentence == REFUSED.format(why)
        with rotating.reading() as tx:
            assert left(tx) == {OLD_KEY.id: 2}

    with bot(url, NEW, OLD) as running:
        assert [batch.wrapped for batch in rotate(rotating)] == [2, 0]
        with running.reading() as tx:
            assert all(running.vault.open(tx, sealed, spot(who)) for who, sealed in texts.items())


def test_a_bot_that_comes_with_the_old_key_alone_stops_it_and_then_can_read_all_the_same(
    url: str, database: Database, rotating: Database
) -> None:
    texts = written(database, 4)
    steps = rotate(rotating, at_once=2)
    with bot(url, OLD) as running:
        with pytest.raises(CannotRotate):
            next(steps)
        with running.reading() as tx:
            assert all(running.vault.open(tx, sealed, spot(who)) for who, sealed in texts.items())


def test_once_it_has_begun_a_bot_with_the_old_key_alone_does_not_start(
    url: str, database: Database, rotating: Database
) -> None:
    written(database, 4)
    steps = rotate(rotating, at_once=2)
    next(steps)

    with pytest.raises(CannotOpen) as refused, bot(url, OLD):
        pass

    assert refused.value.sentence.startswith(
        f"The database was written with master key {NEW_KEY.id}, which is not in MENTOR_KEYS."
    )
    assert [batch.wrapped for batch in steps] == [2, 0]


def test_what_a_bot_that_was_killed_has_left_is_in_nobodys_way(
    url: str, database: Database, rotating: Database
) -> None:
    written(database, 2)
    died = (
        "import os, sys\nfrom storage.opening import opened\n"
        "with opened(sys.argv[1], master_keys=sys.argv[2]): os._exit(9)"
    )
    run = subprocess.run([sys.executable, "-c", died, url, OLD], cwd=ROOT, check=False)
    assert run.returncode == 9

    assert [batch.wrapped for batch in rotate(rotating)] == [2, 0]


def test_people_who_write_meanwhile_lose_nothing(url: str, database: Database, rotating: Database) -> None:
    texts = written(database, 60)
    over = Event()

    def newcomers(running: Database) -> Texts:
        found = dict([write(running, "V")])
        while not over.is_set():
            who, sealed = write(running, f"V{len(found)}")
            found[who] = sealed
            over.wait(A_MOMENT)
        return found

    with bot(url, NEW, OLD) as running, ThreadPoolExecutor(1) as pool:
        writing = pool.submit(newcomers, running)
        wrapped = sum(batch.wrapped for batch in rotate(rotating, at_once=1))
        over.set()
        texts |= writing.result()

    assert wrapped == 60
    assert len(texts) > 60
    must_open(url, texts, NEW_KEY)


# --- several bots on PostgreSQL


def test_all_that_run_must_know_the_new_key_first(postgresql_url: str) -> None:
    with bot(postgresql_url, OLD, NEW) as first, bot(postgresql_url, NEW, OLD):
        written(first, 1)
        with (
            beside(postgresql_url, master_keys=f"{NEW},{OLD}") as rotating,
            pytest.raises(CannotRotate) as refused,
        ):
            list(rotate(rotating))

    assert refused.value.sentence == REFUSED.format(f"wraps with master key {OLD_KEY.id}")


def test_bots_that_would_not_open_what_the_other_wraps_do_not_run_together(
    postgresql_url: str,
) -> None:
    for started, beside_it in (((OLD,), (NEW, OLD)), ((NEW, OLD), (OLD,))):
        with bot(postgresql_url, *started):
            with pytest.raises(CannotOpen) as refused, bot(postgresql_url, *beside_it):
                pass
            assert refused.value.sentence == (
                f"A Mentor that runs on this database and this one don't both know master key {NEW_KEY.id}. "
                "Please start both with the same MENTOR_KEYS, or stop the other one first."
            )
        with bot(postgresql_url, *beside_it):
            pass


def test_a_bot_that_lost_its_connection_is_seen_again(postgresql_url: str) -> None:
    with (
        bot(postgresql_url, OLD) as running,
        beside(postgresql_url, master_keys=f"{NEW},{OLD}") as rotating,
    ):
        written(running, 1)
        with rotating.reading() as tx:
            tx.connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
                    "WHERE locktype = 'advisory' AND granted AND datname = current_database()"
                )
            )
        assert [running.delivers(), running.delivers()] == [False, True]

        with pytest.raises(CannotRotate):
            list(rotate(rotating))
