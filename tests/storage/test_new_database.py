"""A new database, made at once: the same as by all the migrations, whole or not there."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from storage.database import make_engine
from storage.tables import SCHEMA
from storage.upgrade import upgrade
from tests.postgres import Postgres
from tests.storage.described import Facts, described

SOON = 30

Another = Callable[[], Engine]


@pytest.fixture(params=["sqlite", "postgresql"])
def another(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Another]:
    """Makes a database without tables, of each kind."""
    with ExitStack() as stack:

        def make() -> Engine:
            if request.param == "sqlite":
                url = f"sqlite:///{tmp_path / f'{len(list(tmp_path.iterdir()))}.db'}"
            else:
                postgres: Postgres = request.getfixturevalue("postgres")
                url = stack.enter_context(postgres.database())
            engine = make_engine(url)
            stack.callback(engine.dispose)
            with engine.connect():  # so that there is a file
                return engine

        yield make


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def shape(engine: Engine) -> Facts:
    with engine.connect() as connection:
        return described(connection)


def rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each table that has any."""
    with engine.connect() as connection:
        tables = inspect(engine).get_table_names()
        found = {name: connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in tables}  # noqa: S608 - its own tables
    return {name: [tuple(row) for row in some] for name, some in found.items() if some}


def change(engine: Engine, *statements: str) -> None:
    with engine.connect() as connection, connection.begin():
        for statement in statements:
            connection.execute(text(statement))


def test_it_is_to_the_letter_what_one_migration_after_another_makes(another: Another) -> None:
    at_once, step_by_step = another(), another()
    assert upgrade(url_of(at_once))

    assert upgrade(url_of(step_by_step), head="0001")
    assert shape(step_by_step) != shape(at_once)
    assert upgrade(url_of(step_by_step))

    assert shape(at_once) == shape(step_by_step)
    assert rows(at_once) == rows(step_by_step) == {"alembic_version": [(SCHEMA,)]}


DIFFERENT = [
    ("(a INTEGER, b INTEGER)", "(b INTEGER, a INTEGER)"),
    ("(a INTEGER, b INTEGER)", "(a INTEGER)"),
    ("(a INTEGER)", "(a BIGINT)"),
    ("(a VARCHAR)", "(a VARCHAR(32))"),
    ("(a INTEGER)", "(a INTEGER NOT NULL)"),
    ("(a INTEGER)", "(a INTEGER DEFAULT 0)"),
    ("(a VARCHAR DEFAULT 'a  b')", "(a VARCHAR DEFAULT 'a b')"),
    ("(a INTEGER)", "(a INTEGER PRIMARY KEY)"),
    ("(a INTEGER)", "(a INTEGER UNIQUE)"),
    ("(a INTEGER, UNIQUE (a))", "(a INTEGER, CONSTRAINT named UNIQUE (a))"),
    ("(a INTEGER, b INTEGER, UNIQUE (a, b))", "(a INTEGER, b INTEGER, UNIQUE (b, a))"),
    ("(a INTEGER, CHECK (a > 0))", "(a INTEGER, CHECK (a > 1))"),
    ("(a INTEGER, CHECK (a > 0))", "(a INTEGER, CONSTRAINT named CHECK (a > 0))"),
    (
        "(a INTEGER PRIMARY KEY, b INTEGER REFERENCES t (a))",
        "(a INTEGER PRIMARY KEY, b INTEGER REFERENCES t (a) ON DELETE CASCADE)",
    ),
    ("(a INTEGER); CREATE INDEX i ON t (a)", "(a INTEGER)"),
    ("(a INTEGER); CREATE INDEX i ON t (a)", "(a INTEGER); CREATE UNIQUE INDEX i ON t (a)"),
    ("(a INTEGER); CREATE INDEX i ON t (a)", "(a INTEGER); CREATE INDEX i ON t (a DESC)"),
    ("(a INTEGER); CREATE INDEX i ON t (a)", "(a INTEGER); CREATE INDEX i ON t (a) WHERE a > 0"),
    ("(a INTEGER)", "(a INTEGER); CREATE TABLE u (a INTEGER)"),
]


def test_whatever_differs_is_described_differently(another: Another) -> None:
    def shaped(table: str) -> Facts:
        change(engine, *f"CREATE TABLE t {table}".split("; "))
        found = shape(engine)
        change(engine, "DROP TABLE t", "DROP TABLE IF EXISTS u")
        return found

    engine = another()

    assert [(one, other) for one, other in DIFFERENT if shaped(one) == shaped(other)] == []


def test_it_is_whole_or_not_there(another: Another) -> None:
    """A table for the stamp that refuses it: everything is made by then, and all of it goes again."""
    engine = another()
    change(
        engine,
        f"CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL CHECK (version_num <> '{SCHEMA}'))",
    )
    before = shape(engine)

    with pytest.raises(IntegrityError):
        upgrade(url_of(engine))

    assert shape(engine) == before
    assert rows(engine) == {}
    change(engine, "DROP TABLE alembic_version")
    assert upgrade(url_of(engine))
    assert set(inspect(engine).get_table_names()) == {*SQLModel.metadata.tables, "alembic_version"}


def test_of_two_that_make_it_at_once_one_waits_and_finds_it_there(postgres: Postgres) -> None:
    with postgres.database() as url:
        barrier = Barrier(2)

        def begin() -> bool:
            barrier.wait(SOON)
            return upgrade(url)

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(lambda _: begin(), range(2))) == [False, True]
        engine = make_engine(url)
        assert rows(engine) == {"alembic_version": [(SCHEMA,)]}
        engine.dispose()


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path}/mentor.db")
    engine = make_engine(f"sqlite:///{tmp_path}/mentor.db")
    with engine.connect() as connection:
        connection.execute(text("SELECT * FROM people"))
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()}
    engine.dispose()

    assert modes == {"mentor.db": "0o600", "mentor.db-wal": "0o600", "mentor.db-shm": "0o600"}
