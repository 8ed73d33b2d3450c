"""Whoever delivers from PostgreSQL hears at once of what is due by another process's commit."""

import os
from collections.abc import Iterator
from contextlib import closing, suppress
from threading import Semaphore
from typing import Any

import pytest
from sqlalchemy import text

from storage.database import Database, make_engine
from storage.lock import DELIVERY, DeliveryLock
from storage.vault import MasterKey, Vault

PATIENCE = 10.0
_END_OF_WHO_DELIVERS = text(
    "SELECT pg_terminate_backend(pid, 1000) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
    "WHERE locktype = 'advisory' AND granted AND objid = :lock AND datname = current_database()"
)


class Process:
    """A process on the database: what it hears, and what it commits."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, Vault([MasterKey.of(os.urandom(32))]))
        self._heard = Semaphore(0)
        self.database.woken = self._heard.release

    def hears(self) -> bool:
        """It is woken once, if it has not been already."""
        return self._heard.acquire(timeout=PATIENCE)

    def has_heard_more(self) -> bool:
        return self._heard.acquire(blocking=False)

    def commits(self, *, due: bool = True) -> int:
        """Save something, and give the number of the server's process that did."""
        with self.database.writing() as tx:
            tx.wakes = due
            return int(tx.connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


@pytest.fixture
def two(postgresql_url: str) -> Iterator[tuple[Process, Process]]:
    """Two processes, of which the first one delivers."""
    first, second = Process(postgresql_url), Process(postgresql_url)
    with closing(first.database), closing(second.database):
        assert [first.database.delivers(), second.database.delivers()] == [True, False]
        yield first, second


def test_whoever_delivers_is_woken_by_what_another_process_commits(two: tuple[Process, Process]) -> None:
    first, second = two
    with suppress(ZeroDivisionError), second.database.writing() as tx:
        tx.wakes = True
        raise ZeroDivisionError
    second.commits(due=False)
    assert (
        first.database.delivers()
    )  # it asks four times a second, and loses its connection if it doesn't for four
    second.commits()

    assert [second.hears(), first.hears()] == [True, True]
    assert [second.has_heard_more(), first.has_heard_more()] == [False, False]


def test_it_tells_nobody_of_its_own(two: tuple[Process, Process], postgresql_url: str) -> None:
    first, second = two
    engine = make_engine(postgresql_url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("LISTEN mentor_due"))
        first.commits()
        told_by = second.commits()
        driver: Any = connection.connection.driver_connection
        heard = [told.pid for told in driver.notifies(timeout=PATIENCE, stop_after=1)]
    engine.dispose()

    assert heard == [told_by]


def test_after_a_lost_connection_whoever_delivers_is_woken_again(two: tuple[Process, Process]) -> None:
    first, second = two
    with second.database.writing() as tx:
        tx.connection.execute(_END_OF_WHO_DELIVERS, {"lock": DELIVERY})

    # Until it looks again, as it does four times a second, it hears nothing.
    assert [first.database.delivers(), first.database.delivers()] == [False, True]
    second.commits()
    assert [second.hears(), first.hears()] == [True, True]

    first.database.close()
    assert second.database.delivers()
    first.commits()
    assert [first.hears(), second.hears()] == [True, True]


def test_it_does_not_begin_to_listen_on_a_connection_that_was_let_go_of(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url)
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        connection.invalidate()

    # An error would end a thread of its own, and nobody but standard error would hear of it.
    DeliveryLock(engine)._listen(driver)

    assert driver.closed
    engine.dispose()
