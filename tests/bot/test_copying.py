"""``mentor copy-database``: every row, or none; and what it says."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from mentoring.due import Due, Kind
from storage import copying, opening, outbox
from storage.database import Database, make_engine
from storage.lock import sole_use
from storage.presence import keys_turn
from storage.refusals import Busy
from storage.upgrade import upgrade
from storage.vault import MasterKey, Vault
from tests.bot.commands import invoke
from tests.bot.conftest import FILE, OLD, URL
from tests.postgres import Postgres

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
BACK = "sqlite:///data/back.db"


def rows(file: Path) -> dict[str, list[object]]:
    """Every row of every table, keys' order."""
    with closing(sqlite3.connect(file)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        query = "SELECT * FROM {}"
        return {name: sorted(connection.execute(query.format(name)), key=repr) for (name,) in names}


def renew(file: Path) -> None:
    """Let the agreement renew another one, whose row comes after it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("CREATE TEMP TABLE other AS SELECT * FROM agreements")
        connection.execute(
            "UPDATE other SET id = 'zz-before', state = 'closed', closed_at = 1, outcome = 'ended'"
        )
        connection.execute("INSERT INTO agreements SELECT * FROM other")
        connection.execute("UPDATE agreements SET renews = 'zz-before' WHERE id <> 'zz-before'")


def execute(url: str, *statements: str) -> None:
    """Change a database behind everybody's back."""
    engine = make_engine(url)
    with engine.connect() as connection, connection.execution_options(writing=True).begin():
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@contextmanager
def known(url: str) -> Iterator[Database]:
    database = Database(url, Vault([MasterKey.of(b"o" * 32)]))
    try:
        yield database
    finally:
        database.close()


def shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)


@pytest.fixture(scope="module")
def of_these_tests(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as url:
        upgrade(url)
        yield url


@pytest.fixture
def empty(of_these_tests: str) -> str:
    """A database on PostgreSQL with its tables, and no row in them."""
    execute(
        of_these_tests,
        f"TRUNCATE {', '.join(table.name for table in copying.TABLES)} RESTART IDENTITY CASCADE",
    )
    return of_these_tests


def test_it_goes_to_postgresql_and_back_and_nothing_is_lost(
    filled: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew(FILE)
    execute(URL, "UPDATE due_rows SET kind = 'horoscope' WHERE number = (SELECT max(number) FROM due_rows)")
    before = rows(FILE)
    number = sum(map(len, before.values())) - 1  # the version is none of its rows
    tables = len(before) - 1
    for source, target in ((URL, postgres_url), (postgres_url, BACK)):
        assert invoke("copy-database", source, target) == (
            0,
            f"{shown(target)} holds what {shown(source)} holds: {number} rows in {tables} tables, each compared with where it "
            "came from.\n"
            f"Set DATABASE_URL to it, keep the master keys as they are, and start Mentor. {shown(source)} is as it was: it still "
            "holds everything that people wrote, so please remove it once you don't need it any more, and its backups too.\n",
            "",
        )

    assert rows(FILE) == before
    assert rows(Path("data/back.db")) == before
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    assert invoke("keys", "check")[1].endswith("Everything can be read.\n")
    last = max(row[0] for row in before["due_rows"])  # type: ignore[index]  # a row
    with known(postgres_url) as database, database.writing() as tx:
        outbox.add(tx, Due(Kind.HOME, "someone", NOW))
        newest = tx.connection.exec_driver_sql("SELECT max(number) FROM due_rows").scalar_one()
    assert newest == last + 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_broken_off_it_leaves_the_target_empty(filled: Path, empty: str, kind: str) -> None:
    target = BACK if kind == "sqlite" else empty
    seen: list[tuple[str, int, int | None]] = []

    def break_off(what: str, done: int, total: int | None) -> None:
        seen.append((what, done, total))
        if done == total and what == "Comparing":
            raise KeyboardInterrupt

    before = rows(FILE)
    with pytest.raises(KeyboardInterrupt):
        copying.copy(URL, target, break_off)
    number = sum(map(len, before.values())) - 1
    assert seen[-1] == ("Comparing", number, number)
    assert ("Copying", number, number) in seen
    assert rows(FILE) == before
    assert copying.copy(URL, target, lambda *_: None)["people"] == 2


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_row_that_comes_out_differently_undoes_it_all(filled: Path, empty: str, kind: str) -> None:
    changed = "UPDATE people SET home_opened = NOT home_opened WHERE id = NEW.id;"
    if kind == "sqlite":
        target = BACK
        trigger = [f"CREATE TRIGGER changing AFTER INSERT ON people BEGIN {changed} END"]
    else:
        target = empty
        trigger = [
            f"CREATE OR REPLACE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {changed} RETURN NULL; END $$",
            "CREATE TRIGGER changing AFTER INSERT ON people FOR EACH ROW EXECUTE FUNCTION change()",
        ]
    upgrade(target)
    execute(target, *trigger)

    refused = "mentor: A row of people is not the same where it was copied to. Nothing was copied.\n"
    assert invoke("copy-database", URL, target) == (1, "", refused)
    execute(target, "DROP TRIGGER changing" + (" ON people" if kind == "postgresql" else ""))
    assert invoke("copy-database", URL, target)[0] == 0


def test_what_the_target_cannot_hold_undoes_it_all(filled: Path, empty: str) -> None:
    execute(URL, "UPDATE accounts SET name = 'Anna' || char(0) WHERE user_id = 'U-ANNA'")

    refused = "mentor: Nothing was copied: PostgreSQL text fields cannot contain NUL (0x00) bytes.\n"
    assert invoke("copy-database", URL, empty) == (1, "", refused)


def test_no_mentor_starts_on_postgresql_meanwhile(filled: Path, empty: str) -> None:
    refused = 0

    def start(_what: str, _done: int, _total: int | None) -> None:
        nonlocal refused
        with pytest.raises(Busy), known(empty) as database, database.writing() as tx:
            keys_turn(tx, shared=True)
        refused += 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copying.copy(URL, empty, start)
    assert refused == 1


def test_a_running_mentor_is_in_the_way(filled: Path, empty: str) -> None:
    in_use = "mentor: Another Mentor is using data/{}.db. Please stop it first, or name another database in DATABASE_URL.\n"
    with sole_use(URL):
        assert invoke("copy-database", URL, BACK) == (1, "", in_use.format("mentor"))
    with sole_use(BACK):
        assert invoke("copy-database", URL, BACK) == (1, "", in_use.format("back"))
    running = f"mentor: A Mentor is using {shown(empty)}. Please stop every Mentor on it first.\n"
    with opening.opened(empty, master_keys=OLD) as database:
        for pair in ((URL, empty), (empty, BACK)):
            assert invoke("copy-database", *pair) == (1, "", running)
        with database.writing() as tx:
            keys_turn(tx)
            assert invoke("copy-database", URL, empty) == (
                1,
                "",
                f"mentor: Another command is using {shown(empty)}, or a Mentor is just starting. Please try again in a "
                "while.\n",
            )
    assert invoke("copy-database", URL, empty)[0] == 0


def test_nothing_is_copied_over_data_or_from_nothing_or_another_version(filled: Path, migrated: Path) -> None:
    shutil.copy(FILE, "data/back.db")
    assert invoke("copy-database", URL, BACK) == (
        1,
        "",
        "mentor: sqlite:///data/back.db holds data already. Please name a database that is new, or empty.\n",
    )
    assert invoke("copy-database", URL, URL) == (1, "", "mentor: Both addresses are the same database.\n")
    assert invoke("copy-database", "sqlite:///data/none.db", BACK) == (
        1,
        "",
        "mentor: There is no database data/none.db.\n",
    )
    wrong = "mentor: An address is sqlite:///a/file.db or postgresql+psycopg://user:password@host/database.\n"
    for address in ("data/mentor.db", "mysql://db/mentor", "sqlite://", "postgresql://host:port/mentor"):
        assert invoke("copy-database", address, BACK) == (1, "", wrong)
        assert invoke("copy-database", URL, address) == (1, "", wrong)
    execute(URL, "UPDATE alembic_version SET version_num = '0001'")
    code, said, trouble = invoke("copy-database", URL, "sqlite:///data/new.db")
    assert (code, said, trouble.partition(", and")[0]) == (
        1,
        "",
        "mentor: The tables of sqlite:///data/mentor.db are at 0001",
    )
    assert trouble.endswith("Please run `mentor migrate` with it first.\n")
    assert not Path("data/new.db").exists()


def test_a_server_that_is_not_there_is_one_sentence(filled: Path) -> None:
    code, said, trouble = invoke(
        "copy-database", URL, "postgresql+psycopg://mentor:s3cret@127.0.0.1:1/mentor"
    )

    assert (code, said) == (1, "")
    assert trouble.startswith("mentor: Nothing was copied: connection failed: ")
    assert "s3cret" not in trouble
