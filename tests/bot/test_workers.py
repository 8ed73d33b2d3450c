"""Threads that do one thing after another, and end when they must."""

import threading
from functools import partial

import pytest

from bot.workers import Workers
from tests.bot.conftest import said

PATIENCE = 10.0


def test_what_was_submitted_is_done_before_the_end() -> None:
    done: list[int] = []
    workers = Workers(1, "one")
    workers.start()
    for number in range(5):
        workers.submit(partial(done.append, number))

    assert workers.stop(PATIENCE)
    assert done == [0, 1, 2, 3, 4]


def test_what_takes_longer_is_left_behind() -> None:
    gate = threading.Event()
    workers = Workers(2, "two")
    workers.start()

    def wait() -> None:
        gate.wait(PATIENCE)

    workers.submit(wait)

    assert not workers.stop(0.01)
    gate.set()
    assert workers.stop(PATIENCE)


def test_what_fails_is_logged_and_the_next_is_done(caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Event()
    workers = Workers(1, "one")
    workers.start()

    def fail() -> None:
        raise RuntimeError("canary")

    workers.submit(fail)
    workers.submit(done.set)

    assert workers.stop(PATIENCE)
    assert done.is_set()
    (line,) = said(caplog)
    assert line.startswith("Some work failed (reference ")


def test_whoever_never_began_has_ended() -> None:
    assert Workers(3, "none").stop(0.0)
