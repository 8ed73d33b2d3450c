"""A database that is full, may only be read, or is gone: nothing is half-saved, people get a sentence, and it goes on afterwards."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from mentoring.people import Profile
from storage import people
from storage.database import Busy, Database, Tx
from storage.refusals import Unavailable, Unclear
from storage.vault import Vault
from tests.postgres import Postgres
from tests.storage.pair import MONDAY, Pair
from tests.trouble import Hindered

AWAY = (
    "I can't get at my records at the moment, so nothing was saved. Please try again in a few minutes; if it stays like this, "
    "please tell whoever runs this bot."
)
Kill = Callable[[], None]


@pytest.fixture
def on_sqlite(sqlite_url: str, vault: Vault) -> Iterator[Pair]:
    """Tom and Anna, on SQLite."""
    with closing(Database(sqlite_url, vault)) as database:
        yield Pair(database)


@pytest.fixture
def on_postgresql(postgresql_url: str, vault: Vault) -> Iterator[Pair]:
    """Tom and Anna, on PostgreSQL."""
    with closing(Database(postgresql_url, vault)) as database:
        yield Pair(database)


@pytest.fixture
def kill(postgres: Postgres, postgresql_url: str) -> Kill:
    """Ends every connection to the test's database, as a restart does."""

    def all_of_them() -> None:
        with postgres.connect() as connection:
            name = make_url(postgresql_url).database
            connection.execute(
                "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = %s", (name,)
            )

    return all_of_them


def write(tx: Tx, pair: Pair) -> None:
    """Change something, and add someone whose name takes more than the page that is there."""
    people.set_settings(tx, pair.tom.id, reminders=False, now=MONDAY)
    profile = Profile("x" * 100_000, None, None, active=True, is_bot=False)
    people.learn(tx, team_id="T1", user_id="U-NEW", profile=profile, now=MONDAY)


def write_after(
    pair: Pair, first: Callable[[Tx], object], then: Callable[[Tx], object] | None = None
) -> None:
    """Write in a transaction in which something happens after the first change, and something else before it is saved."""
    with pair.database.writing() as tx:
        people.set_settings(tx, pair.tom.id, reminders=False, now=MONDAY)
        first(tx)
        write(tx, pair)
        if then is not None:
            then(tx)


def read_after(pair: Pair, first: Callable[[], None]) -> None:
    with pair.database.reading() as tx:
        first()
        people.get(tx, pair.tom.id)


def untouched(pair: Pair) -> bool:
    with pair.database.reading() as tx:
        return people.get(tx, pair.tom.id).reminders and people.by_account(tx, "T1", "U-NEW") is None


@pytest.mark.parametrize(("hinder", "code"), [("full", "SQLITE_FULL"), ("read only", "SQLITE_READONLY")])
def test_a_sqlite_file_that_cannot_be_written(
    on_sqlite: Pair, caplog: pytest.LogCaptureFixture, hinder: str, code: str
) -> None:
    with Hindered(on_sqlite.database, hinder):
        for _ in range(2):
            with pytest.raises(Unavailable) as raised, on_sqlite.database.writing() as tx:
                write(tx, on_sqlite)
            assert raised.value.sentence == AWAY
            assert untouched(on_sqlite)
    with on_sqlite.database.writing() as tx:
        write(tx, on_sqlite)

    assert not untouched(on_sqlite)
    assert caplog.messages == [
        f"The database can't be used ({code}).",
        "The database can be used again.",
    ]


def test_a_sqlite_file_that_someone_else_holds_for_long(on_sqlite: Pair) -> None:
    file = make_url(on_sqlite.database._engine.url).database
    with closing(sqlite3.connect(str(file), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for _ in range(2):
            with pytest.raises(Busy), on_sqlite.database.writing() as tx:
                write(tx, on_sqlite)
        assert untouched(on_sqlite)
        other.execute("ROLLBACK")
    with on_sqlite.database.writing() as tx:
        write(tx, on_sqlite)

    assert not untouched(on_sqlite)


def test_a_connection_that_ends_in_a_transaction_saves_nothing(on_postgresql: Pair, kill: Kill) -> None:
    with pytest.raises(Unavailable) as raised:
        write_after(on_postgresql, lambda _: kill())

    assert raised.value.sentence == AWAY
    assert untouched(on_postgresql)


def test_of_a_connection_that_ends_while_it_saves_nobody_can_tell(on_postgresql: Pair, kill: Kill) -> None:
    with pytest.raises(Unclear) as raised:
        write_after(on_postgresql, lambda _: None, lambda _: kill())

    assert raised.value.sentence == (
        "I lost touch with my records in the moment of saving, so I can't tell whether it worked. Please try once more; "
        "nothing is saved twice."
    )
    assert untouched(on_postgresql)


def test_a_connection_that_ends_while_it_reads_is_told_and_one_that_rests_is_replaced(
    on_postgresql: Pair, kill: Kill
) -> None:
    with pytest.raises(Unavailable):
        read_after(on_postgresql, kill)
    for _ in range(2):
        kill()
        with on_postgresql.database.writing() as tx:
            assert people.get(tx, on_postgresql.tom.id).reminders


def test_a_postgresql_that_may_only_be_read(on_postgresql: Pair) -> None:
    with pytest.raises(Unavailable):
        write_after(on_postgresql, lambda tx: tx.connection.execute(text("SET TRANSACTION READ ONLY")))

    assert untouched(on_postgresql)


def test_a_postgresql_that_is_not_there(vault: Vault, caplog: pytest.LogCaptureFixture) -> None:
    with closing(Database("postgresql+psycopg://127.0.0.1:1/mentor", vault)) as database:
        for open_one in (database.reading, database.writing):
            with pytest.raises(Unavailable), open_one():
                pass
        assert not database.delivers()

    assert caplog.messages == ["The database can't be used (connection lost)."]


def test_a_file_that_cannot_be_opened(tmp_path: Path, vault: Vault) -> None:
    with (
        closing(Database(f"sqlite:///{tmp_path / 'no' / 'mentor.db'}", vault)) as database,
        pytest.raises(Unavailable),
        database.reading(),
    ):
        pass


def test_what_is_wrong_with_us_is_not_taken_for_trouble_of_the_databases(on_postgresql: Pair) -> None:
    with pytest.raises(ProgrammingError, match="syntax"), on_postgresql.database.writing() as tx:
        tx.connection.execute(text("SELEKT"))
