"""A new database (see ``test_new_database.py`` too), an older one with rows in it, and a newer one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, column, insert, inspect, table, text
from sqlmodel import SQLModel

from mentoring.due import Kind
from storage.database import CannotOpen, make_engine
from storage.tables import SCHEMA, RowState, due_rows
from storage.upgrade import MIGRATIONS, upgrade
from tests.postgres import Postgres

CHAIN = Path(__file__).parent / "chain"
SOON = 30
MOMENT = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        with postgres.database() as url:
            yield url


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()


def rows(engine: Engine, statement: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def change(engine: Engine, *statements: str) -> None:
    with engine.connect() as connection, connection.begin():
        for statement in statements:
            connection.execute(text(statement))


def test_a_new_database_gets_every_table_and_is_left_alone_afterwards(empty_url: str, engine: Engine) -> None:
    assert upgrade(empty_url)
    assert not upgrade(empty_url)

    tables = set(inspect(engine).get_table_names())
    assert tables == {*SQLModel.metadata.tables, "alembic_version"}
    assert rows(engine, "SELECT version_num FROM alembic_version") == [(SCHEMA,)]


def test_the_newest_migration_is_the_one_the_code_is_at() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA]


def filled(empty_url: str, engine: Engine) -> None:
    """A database at the chain's first migration, with rows in it."""
    assert upgrade(empty_url, migrations=CHAIN, head="a1")
    change(
        engine,
        "INSERT INTO parents (id, name) VALUES (1, 'Ada'), (2, 'Ben')",
        "INSERT INTO children (id, parent_id) VALUES (1, 1), (2, 1), (3, 2)",
    )


def test_rebuilding_a_table_keeps_the_rows_that_refer_to_it(empty_url: str, engine: Engine) -> None:
    filled(empty_url, engine)

    assert upgrade(empty_url, migrations=CHAIN, head="a2")

    assert rows(engine, "SELECT id, full_name FROM parents ORDER BY id") == [(1, "Ada"), (2, "Ben")]
    assert rows(engine, "SELECT id, parent_id FROM children ORDER BY id") == [(1, 1), (2, 1), (3, 2)]
    change(engine, "DELETE FROM parents WHERE id = 1")
    assert rows(engine, "SELECT id FROM children") == [(3,)]


def test_a_migration_that_would_break_the_database_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    engine = make_engine(url)
    filled(url, engine)

    with pytest.raises(CannotOpen) as raised:
        upgrade(url, migrations=CHAIN, head="a3")

    assert raised.value.sentence == (
        "Migrating the database would leave rows without what they refer to, in children. Nothing was changed."
    )
    assert rows(engine, "SELECT version_num FROM alembic_version") == [("a1",)]
    assert rows(engine, "SELECT id, name FROM parents ORDER BY id") == [(1, "Ada"), (2, "Ben")]
    engine.dispose()


def test_a_newer_database_is_refused_and_left_as_it_is(empty_url: str, engine: Engine) -> None:
    upgrade(empty_url)
    change(engine, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(CannotOpen) as raised:
        upgrade(empty_url)

    assert raised.value.sentence == (
        f"This database was written by a newer Mentor (its tables are at 9999, this one knows {SCHEMA}). "
        "Please update Mentor, or name another database in DATABASE_URL."
    )
    assert rows(engine, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_two_that_migrate_at_once_do_it_once(postgres: Postgres) -> None:
    with postgres.database() as url:
        barrier = Barrier(2)

        def migrate() -> bool:
            barrier.wait(SOON)
            return upgrade(url, migrations=CHAIN, head="a2")

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: migrate(), range(2)))
        engine = make_engine(url)
        assert rows(engine, "SELECT version_num FROM alembic_version") == [("a2",)]
        engine.dispose()


def test_what_is_settled_leaves_its_queue(empty_url: str, engine: Engine) -> None:
    upgrade(empty_url, head="0004")
    as_it_was = table("due_rows", *(column(c.name, c.type) for c in due_rows.c if c.name != "introduces"))
    row = {"kind": Kind.REMINDER, "recipient": "p", "queue": "q", "lane": 1, "due": MOMENT, "at": MOMENT}
    with engine.connect() as connection, connection.begin():
        rows_of_all_states = [
            row | {"id": state, "subject": state, "state": state, "round": 0, "attempts": 0, "live": False}
            for state in RowState
        ]
        connection.execute(insert(as_it_was), rows_of_all_states)

    upgrade(empty_url)

    assert rows(engine, "SELECT id FROM due_rows WHERE queue = 'q' ORDER BY number") == [
        (RowState.PENDING,),
        (RowState.SENDING,),
        (RowState.UNSURE,),
    ]
