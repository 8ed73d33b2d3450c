"""The watch over a websocket: each silence is told anew. What it does to a real one is in test_link.py."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from slack_sdk.socket_mode.builtin import SocketModeClient

from bot.watch import Watch
from tests.bot.conftest import said, wait_until


class Silent(SocketModeClient):
    """A websocket that never answers, and counts how often it is opened anew."""

    def __init__(self) -> None:
        self.current_session = None
        self.opened = 0

    def connect_to_new_endpoint(self, force: bool = False) -> None:
        self.opened += force


@contextmanager
def watching(**more: Any) -> Iterator[tuple[Silent, Watch]]:
    client = Silent()
    watch = Watch(client, **more)
    watch.start()
    yield client, watch
    watch.stop()


def test_a_silence_after_a_sign_of_life_is_a_new_one() -> None:
    lost = threading.Event()
    with watching(lost=lost.set, silence_seconds=0.05, patience_seconds=40.0) as (client, watch):
        wait_until(lambda: client.opened == 1)
        watch.heard()
        # The second try of the same silence would be ten seconds after the first.
        wait_until(lambda: client.opened == 2, seconds=5.0)

    assert not lost.is_set()


def test_within_one_silence_it_is_tried_four_times_and_then_lost() -> None:
    lost = threading.Event()
    with watching(lost=lost.set, silence_seconds=0.05, patience_seconds=0.4) as (client, _):
        assert lost.wait(10)

        assert client.opened == 4


def test_stopped_it_is_never_lost() -> None:
    lost = threading.Event()
    with watching(lost=lost.set, silence_seconds=0.05, patience_seconds=0.05) as (_, watch):
        watch.stop()
        watch._thread.join(10)

    assert not lost.is_set()


class Broken(Silent):
    """A websocket that can't be looked at."""

    def __init__(self) -> None:
        self.opened = 0


def test_what_cannot_be_watched_is_lost(caplog: pytest.LogCaptureFixture) -> None:
    lost = threading.Event()
    Watch(Broken(), lost.set, silence_seconds=0.05).start()

    assert lost.wait(10)
    (line,) = said(caplog)
    assert re.fullmatch(r"The websocket can't be watched any more \(reference [0-9a-f]{8}\)\.", line)
