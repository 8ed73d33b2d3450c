"""Two that gave their websockets back in the same moment don't return in the same moment, for ever."""

import json
import threading
import time
from typing import cast

from slack_sdk.socket_mode.builtin import SocketModeClient

from bot.stand_by import StandBy

FULL = json.dumps({"type": "hello", "num_connections": 10})
SECONDS = 0.1


class Connection:
    """What of slack_sdk's client is called; it notes when it was to connect again."""

    def __init__(self) -> None:
        self.again = threading.Event()

    def connect_to_new_endpoint(self, force: bool = False) -> None:
        self.at, self.forced = time.monotonic(), force
        self.again.set()

    def disconnect(self) -> None:
        self.left = time.monotonic()


def test_how_long_it_waits_is_left_to_chance() -> None:
    connections = [Connection(), Connection()]
    for connection, chance in zip(connections, (0.0, 1.0), strict=True):
        client = cast("SocketModeClient", connection)
        stand_by = StandBy(client, lambda: None, SECONDS, chance=lambda to=chance: to)  # type: ignore[misc]  # a default of a lambda
        stand_by.hear(FULL)
        assert stand_by.waiting
    assert all(one.again.wait(10.0) for one in connections)

    sooner, later = ((one.at - one.left) / SECONDS for one in connections)
    assert sooner >= 1.0
    assert later >= 1.5
    assert all(one.forced for one in connections)
