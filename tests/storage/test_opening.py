"""Opening the database as the bot does, and who is refused."""

import base64
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event, current_thread

import pytest
from sqlalchemy import QueuePool, event, text

from storage import people
from storage.database import BUSY_WAIT_MS, CannotOpen, Database, make_engine
from storage.lock import DeliveryLock, sole_use
from storage.opening import beside, migrate, opened
from storage.presence import keys_turn
from storage.rotation import rotate
from storage.tables import SCHEMA
from storage.vault import MasterKey, Spot, Vault
from tests.postgres import Postgres
from tests.storage.pair import MONDAY

ROOT = Path(__file__).parents[2]


def key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def seal(database: Database) -> tuple[bytes, Spot]:
    with database.writing() as tx:
        tom = people.acting(tx, team_id="T1", user_id="U1", name="tom", now=MONDAY)
        spot = Spot("notes", "text", "n1", tom.id)
        return database.vault.seal(tx, "a thought", spot), spot


def read(database: Database, sealed: bytes, spot: Spot) -> str:
    with database.reading() as tx:
        return database.vault.open(tx, sealed, spot)


def test_a_new_database_is_made_with_its_directory_and_key(tmp_path: Path) -> None:
    url, keys = f"sqlite:///{tmp_path / 'data' / 'mentor.db'}", tmp_path / "data" / "keys"
    with opened(url, keys_file=keys) as database:
        sealed, spot = seal(database)
    with opened(url, keys_file=keys) as database:
        assert read(database, sealed, spot) == "a thought"
    keys.unlink()

    with (
        pytest.raises(CannotOpen, match="The database was written with master key"),
        opened(url, keys_file=keys),
    ):
        pass


def test_a_new_first_key_wraps_new_data_keys_and_the_old_one_is_needed_until_the_rotation(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old, new, keys = key(), key(), tmp_path / "keys"
    ids = [MasterKey.of(base64.b64decode(one)).id for one in (old, new)]
    with opened(url, master_keys=old, keys_file=keys) as database:
        sealed, spot = seal(database)
    assert caplog.messages == []
    with opened(url, master_keys=f"{new},{old}", keys_file=keys) as database:
        assert read(database, sealed, spot) == "a thought"
        assert caplog.messages == [
            f"Master key {ids[0]} still wraps data keys (1 of them). `mentor keys rotate` wraps them with {ids[1]}."
        ]
    with pytest.raises(CannotOpen) as raised, opened(url, master_keys=new, keys_file=keys):
        pass
    assert raised.value.sentence.startswith(
        f"The database was written with master key {ids[0]}, which is not in MENTOR_KEYS."
    )

    with beside(url, master_keys=f"{new},{old}", keys_file=keys) as database:
        assert sum(batch.wrapped for batch in rotate(database)) == 1
    with opened(url, master_keys=new, keys_file=keys) as database:
        assert read(database, sealed, spot) == "a thought"
    with pytest.raises(CannotOpen) as raised, opened(url, master_keys=old, keys_file=keys):
        pass
    assert raised.value.sentence.startswith(
        f"The database was written with master key {ids[1]}, which is not in MENTOR_KEYS."
    )
    assert not keys.exists()


def test_a_start_waits_while_the_keys_are_looked_at(url: str) -> None:
    database = Database(url, Vault([MasterKey.of(os.urandom(32))]))
    begun = Event()

    def start() -> bool:
        begun.set()
        with opened(url, master_keys=key()):
            return True

    with ThreadPoolExecutor(1) as pool:
        with database.writing() as tx:
            keys_turn(tx)
            starting = pool.submit(start)
            begun.wait()
            with pytest.raises(TimeoutError):
                starting.result(timeout=BUSY_WAIT_MS / 1000 * 2)
        assert starting.result()
    database.close()


# --- beside the bot


def test_a_command_beside_the_bot_makes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "mentor.db"
    url, keys = f"sqlite:///{file}", tmp_path / "keys"

    def refused() -> str:
        with pytest.raises(CannotOpen) as raised, beside(url, keys_file=keys):
            pass
        return raised.value.sentence

    assert refused() == f"There is no database {file} yet. `mentor run` makes it."
    assert list(tmp_path.iterdir()) == []
    file.touch()
    assert refused() == (
        f"The database's tables are at none, and those of this Mentor at {SCHEMA}. Please start Mentor first, or run "
        "`mentor migrate`."
    )
    migrate(url)
    assert refused() == "There is no master key yet, and nothing that one is needed for."
    with opened(url, master_keys=key()) as database:
        seal(database)
        [needed] = database.vault.masters.ids
    assert refused() == (
        f"The database was written with master key {needed}, which is missing: MENTOR_KEYS is not set, and there is no {keys}. "
        "Please set MENTOR_KEYS to it, or put back the keys file from your backup."
    )
    assert not keys.exists()


def test_a_second_bot_on_the_same_file_is_refused_and_so_is_migrating_it(tmp_path: Path) -> None:
    file = tmp_path / "mentor.db"
    url = f"sqlite:///{file}"
    sentence = (
        f"Another Mentor is using {file}. Please stop it first, or name another database in DATABASE_URL."
    )
    with opened(url, master_keys=key()):
        with pytest.raises(CannotOpen) as raised, opened(url, master_keys=key()):
            pass
        assert raised.value.sentence == sentence
        with pytest.raises(CannotOpen) as raised:
            migrate(url)
        assert raised.value.sentence == sentence

    assert not migrate(url)


def test_another_process_is_refused_too_and_a_dead_one_holds_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'mentor.db'}"
    code = "import sys; from storage.opening import migrate; from storage.database import CannotOpen\n"
    code += "try: print(migrate(sys.argv[1]))\nexcept CannotOpen: print('refused')"

    def run(script: str = code) -> str:
        ran = subprocess.run(
            [sys.executable, "-c", script, url], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return ran.stdout.strip()

    with sole_use(url):
        assert run() == "refused"
    died = "import os, sys; from storage.lock import sole_use\nwith sole_use(sys.argv[1]): os._exit(1)"
    assert run(died) == ""
    assert run() == "True"


def test_short_commands_run_beside_the_bot(tmp_path: Path) -> None:
    url, keys = f"sqlite:///{tmp_path / 'mentor.db'}", key()
    with opened(url, master_keys=keys) as database:
        sealed, spot = seal(database)
        with beside(url, master_keys=keys) as another:
            assert read(another, sealed, spot) == "a thought"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(CannotOpen, match=r"data/mentor\.db can't be opened: "):
        migrate(f"sqlite:///{tmp_path / 'data' / 'mentor.db'}")
    (tmp_path / "mentor.db").write_text("this is not a database" * 100)
    with pytest.raises(CannotOpen) as raised:
        migrate(f"sqlite:///{tmp_path / 'mentor.db'}")
    assert raised.value.sentence == (
        "The database that DATABASE_URL names can't be opened: file is not a database."
    )


def test_a_bot_that_cannot_show_its_keys_does_not_start(tmp_path: Path) -> None:
    file = tmp_path / "mentor.db"
    (tmp_path / "mentor.db.running").mkdir()

    with pytest.raises(CannotOpen) as raised, opened(f"sqlite:///{file}", master_keys=key()):
        pass

    assert raised.value.sentence == f"{file}.running can't be written: Is a directory."


def test_a_rotation_that_cannot_see_who_runs_says_so(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "mentor.db.lock").mkdir()
    with beside(sqlite_url, master_keys=key()) as database, pytest.raises(CannotOpen) as raised:
        list(rotate(database))

    assert raised.value.sentence == f"{tmp_path / 'mentor.db'}.lock can't be opened: Is a directory."


def test_a_server_that_does_not_answer_is_told() -> None:
    with pytest.raises(CannotOpen, match="The database that DATABASE_URL names can't be opened: ") as raised:
        migrate("postgresql+psycopg://mentor:canary@127.0.0.1:1/mentor")

    assert "canary" not in raised.value.sentence


def test_one_process_delivers_and_another_takes_over(migrated_postgres_url: str, sqlite_url: str) -> None:
    engine = make_engine(migrated_postgres_url)
    first, second = DeliveryLock(engine), DeliveryLock(engine)

    assert [first.held(), first.held(), second.held(), first.held()] == [True, True, False, True]
    first.release()
    assert [second.held(), first.held()] == [True, False]

    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
                "WHERE locktype = 'advisory' AND granted AND datname = current_database()"
            )
        )
    assert not second.held()
    assert [first.held(), second.held()] == [True, False]
    first.release()
    second.release()
    engine.dispose()


def test_the_server_lets_go_of_whoever_asks_no_more(
    migrated_postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine = make_engine(migrated_postgres_url)
    lock = DeliveryLock(engine)
    lock.connect()
    assert lock._connection is not None
    # Whoever has not asked yet may take as long as it likes, for Slack may be away.
    assert shown(lock, "idle_session_timeout") == "0"
    assert lock.held()
    assert shown(lock, "idle_session_timeout") == "4s"

    lock._connection.exec_driver_sql("SET idle_session_timeout = 20")
    Event().wait(0.2)

    assert not lock.held()
    assert [record.message for record in caplog.records] == [
        "This Mentor was held up for seconds; another one may have taken delivery over."
    ]
    assert lock.held()
    assert shown(lock, "idle_session_timeout") == "4s"
    lock.release()
    engine.dispose()


def shown(lock: DeliveryLock, setting: str) -> str:
    assert lock._connection is not None
    found: str = lock._connection.exec_driver_sql(f"SHOW {setting}").scalar_one()
    return found


def test_threads_that_ask_at_once_share_one_connection(migrated_postgres_url: str) -> None:
    engine = make_engine(migrated_postgres_url)
    opened_by = []
    event.listen(engine, "connect", lambda *_: opened_by.append(current_thread().name))
    engine.connect().close()
    lock, start = DeliveryLock(engine), Barrier(8)

    def ask(_turn: int) -> bool:
        start.wait()
        return lock.held()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [True] * 8
    assert isinstance(engine.pool, QueuePool)
    assert [len(opened_by), engine.pool.checkedin()] == [1, 0]
    lock.release()
    engine.dispose()


def test_a_postgresql_that_cannot_hold_every_text_is_refused(postgres: Postgres) -> None:
    with postgres.connect() as connection:
        connection.execute("CREATE DATABASE ascii TEMPLATE template0 ENCODING SQL_ASCII LOCALE 'C'")
        address = postgres.url.set(database="ascii").render_as_string(hide_password=False)
        try:
            with pytest.raises(CannotOpen) as told:
                migrate(address)
        finally:
            connection.execute("DROP DATABASE ascii WITH (FORCE)")

    assert told.value.sentence == (
        "The PostgreSQL database that is named has the encoding SQL_ASCII, and Mentor needs UTF8. Please make another one: "
        "createdb --encoding=UTF8 --template=template0."
    )


def test_the_holder_of_the_file_delivers(url: str) -> None:
    with opened(url, master_keys=key()) as database:
        assert database.delivers()
