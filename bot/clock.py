"""The only place that asks what time it is."""

import json
import logging
import socket
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

POLL_SECONDS = 30.0
"""Longer than the 20 s for which the playground holds a poll that has nothing new."""
TELL_SECONDS = 2.0
AGAIN_SECONDS = 0.5
BREAK_OFF_SECONDS = 0.05
OK = 200


class Clock:
    """Real time. ``revision`` counts how often it was moved, which is never."""

    revision = 0

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)

    def start(self, woken: Callable[[], None]) -> None:
        """Begin; ``woken`` is called whenever time was moved, or someone asks whether there is anything left to do."""

    def tell(self, revision: int, next_due: datetime | None) -> None:
        """Hear that as of ``revision`` nothing is left to do before ``next_due`` (None: ever)."""

    def stop(self) -> None:
        """End."""


class PlaygroundClock(Clock):
    """Real time plus the playground's offset, taken over as soon as someone moves it there.

    Used only where the Web API is on this machine. The playground holds a poll open until its revision changes; it raises
    it when time has moved, and to ask whether the bot is idle.

    Args:
        api_url: where the playground's Web API is; its clock is beside it.
    """

    def __init__(self, api_url: str) -> None:
        self._address = urlsplit(api_url).netloc
        self._offset = timedelta()
        self._told: tuple[int, datetime | None] | None = None
        self._heard = True
        self._poll: HTTPConnection | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="playground-clock", daemon=True)
        self._woken: Callable[[], None] = lambda: None
        self.revision = -1

    def now(self) -> datetime:
        """Return the playground's present instant, aware, in UTC."""
        return super().now() + self._offset

    def start(self, woken: Callable[[], None]) -> None:
        """Take the offset over before returning, then follow it."""
        self._woken = woken
        try:
            self._take_over()
        except (OSError, HTTPException, ValueError):
            log.warning("There is no playground's clock at %s; the bot goes by real time.", self._address)
        self._thread.start()

    def tell(self, revision: int, next_due: datetime | None) -> None:
        """Tell the playground, unless it has just been told the same."""
        if (revision, next_due) == self._told or revision < 0:
            return
        due = None if next_due is None else next_due.timestamp()
        report = {"revision": revision, "idle": True, "next_due": due}
        try:
            with closing(HTTPConnection(self._address, timeout=TELL_SECONDS)) as connection:
                headers = {"Content-Type": "application/json"}
                _answer(connection, "POST", "/playground/clock", json.dumps(report), headers)
        except (OSError, HTTPException, ValueError) as error:
            if self._heard:  # said once, not four times a second
                log.info("The playground did not hear that the bot is idle (%s).", type(error).__name__)
            self._heard = False
        else:
            self._heard = True
            self._told = (revision, next_due)

    def stop(self) -> None:
        """Stop following; a poll that is still held is broken off."""
        self._stopping.set()
        while self._thread.is_alive():
            sock = self._poll.sock if self._poll is not None else None
            if sock is not None:
                with suppress(OSError):  # it may have been closed in the same moment
                    sock.shutdown(socket.SHUT_RDWR)
            self._thread.join(BREAK_OFF_SECONDS)

    def _follow(self) -> None:
        while not self._stopping.is_set():
            try:
                self._take_over()
                self._woken()
            except (OSError, HTTPException, ValueError):
                # Another playground may be there next, which has been told nothing.
                self._told = None
                self._stopping.wait(AGAIN_SECONDS)

    def _take_over(self) -> None:
        with closing(HTTPConnection(self._address, timeout=POLL_SECONDS)) as self._poll:
            answer = _answer(self._poll, "GET", f"/playground/clock?seen={self.revision}")
        self._offset = timedelta(seconds=answer["offset"])
        # After the offset: whoever reads the revision runs on its time already.
        self.revision = answer["revision"]


def _answer(
    connection: HTTPConnection, method: str, path: str, body: str | None = None, headers: Any = ()
) -> Any:
    connection.request(method, path, body, dict(headers))
    response = connection.getresponse()
    if response.status != OK:
        raise ValueError(f"the playground answered {response.status}")
    return json.load(response)
