"""Waiting for a websocket: Slack takes ten of an app, and one must stay free for whoever makes theirs anew.

Slack says with its greeting how many there are, and refuses an eleventh with ``too_many_websockets``; slack_sdk would ask again at once,
and for ever (docs.slack.dev/apis/events-api/using-socket-mode, "Using multiple connections"; slackapi/bolt-js#2225).
"""

import json
import logging
import random
import threading
from collections.abc import Callable
from contextlib import suppress

from slack_sdk.socket_mode.builtin import SocketModeClient

log = logging.getLogger(__name__)

MOST_WEBSOCKETS = 10
SPARE = 1
STAND_BY_SECONDS = 60.0
"""Between two looks whether there is room: Slack promises one new address a minute (``apps.connections.open``, tier 1)."""
SIGNS = 6
"""How often in that time it is said that all is well."""
FULL = (
    "Slack takes %d websockets of an app: %d Mentors have theirs, and one is kept for making one anew. This one takes no gestures until "
    "another one ends, and looks about every %.0f s whether there is room. It delivers if no other one does."
)


class StandBy:
    """Gives the websocket back where it would be one too many, and tries again later.

    Args:
        client: whose websocket.
        heard: called every now and then while it waits: there is no silence to worry about.
        seconds: between two tries, at least.
        chance: gives one of 0 to 1, by which it is up to half as long again: two that gave theirs back at once don't return at once.
    """

    def __init__(
        self,
        client: SocketModeClient,
        heard: Callable[[], None],
        seconds: float = STAND_BY_SECONDS,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._client = client
        self._heard = heard
        self._seconds = seconds
        self._chance = chance
        self._connect = client.connect_to_new_endpoint
        client.connect_to_new_endpoint = self._unless_waiting  # type: ignore[method-assign] # slack_sdk and the watch call it
        self._settled = False
        self._told = False
        self._waiting = False
        self._stopping = threading.Event()

    @property
    def waiting(self) -> bool:
        """Tell whether this process has no websocket, for want of room."""
        return self._waiting

    def hear(self, message: str) -> None:
        """Hear a "hello" or a "disconnect" of Slack's. Only the first "hello" counts: later ones greet what replaces a websocket."""
        body = json.loads(message)
        if body.get("type") == "hello":
            if self._settled or body.get("num_connections", 0) <= MOST_WEBSOCKETS - SPARE:
                return self._settle()
        elif body.get("reason") != "too_many_websockets":
            return None
        return self._begin()

    def stop(self) -> None:
        """Wait no more."""
        self._stopping.set()

    def _settle(self) -> None:
        self._settled = True
        if self._told:
            self._told = False
            log.warning("There is a websocket for this Mentor now: it takes gestures.")

    def _begin(self) -> None:
        if self._waiting:
            return
        self._waiting = True
        self._settled = False
        if not self._told:
            self._told = True
            log.warning(FULL, MOST_WEBSOCKETS, MOST_WEBSOCKETS - SPARE, self._seconds)
        threading.Thread(target=self._wait, name="stand-by", daemon=True).start()

    def _wait(self) -> None:
        with suppress(AttributeError):  # slack_sdk's, where Slack has closed it in the same moment
            self._client.disconnect()
        while True:
            pause = self._seconds * (1.0 + self._chance() / 2)
            for _ in range(SIGNS):
                self._heard()
                if self._stopping.wait(pause / SIGNS):
                    return
            self._waiting = False
            try:
                self._connect(force=True)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
                self._waiting = True
                log.warning("Slack can't be reached (%s).", type(error).__name__)
            else:
                return

    def _unless_waiting(self, force: bool = False) -> None:
        if not self._waiting:
            self._connect(force)
