"""Is the websocket alive? It can be open and yet bring nothing any more: only what Slack answers tells.

slack_sdk pings every few seconds and notes when Slack answers; it connects anew by itself when the answers stop. But it goes
by the clock on the wall, takes a websocket that never answered for good, and tries for ever (slack_sdk/socket_mode/builtin,
``Connection.check_state``). This is the net below that.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable

from slack_sdk.socket_mode.builtin import SocketModeClient

log = logging.getLogger(__name__)

SILENCE_SECONDS = 45.0
"""Nine pings without an answer."""
PATIENCE_SECONDS = 60.0
"""For connecting anew, before the process leaves it to whoever starts it again."""
TRIES = 4
LOOK_SECONDS = 1.0


class Watch:
    """Watches the websocket from a thread of its own, in real seconds.

    Args:
        client: whose websocket.
        lost: called once it has stayed silent whatever was tried, or can't be watched.
        silence_seconds: how long it may be silent before it is opened anew.
        patience_seconds: how much longer before it is lost.
    """

    def __init__(
        self,
        client: SocketModeClient,
        lost: Callable[[], None],
        *,
        silence_seconds: float = SILENCE_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._client = client
        self._lost = lost
        self._silence = silence_seconds
        self._patience = patience_seconds
        self._look = min(LOOK_SECONDS, silence_seconds / 10)
        self._heard_at = time.monotonic()
        self._answered: float | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin."""
        self.heard()
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()

    def heard(self) -> None:
        """Note that Slack has just said something."""
        self._heard_at = time.monotonic()

    def silence(self) -> float:
        """Return the seconds since Slack last answered a ping, or greeted a new websocket; as exactly as anybody looks."""
        session = self._client.current_session
        answered = None if session is None else session.last_ping_pong_time
        if answered is not None and answered != self._answered:
            self._answered = answered
            self.heard()
        return time.monotonic() - self._heard_at

    def _run(self) -> None:
        try:
            self._look_on()
        except Exception:  # whatever it is, nobody would notice a silence any more
            log.exception("The websocket can't be watched any more (reference %s).", secrets.token_hex(4))
            self._lost()

    def _look_on(self) -> None:
        tries = 0
        while not self._stopping.wait(self._look):
            silent = self.silence()
            if silent < self._silence:
                tries = 0
            elif silent >= self._silence + self._patience:
                log.error("Slack has been silent for %.0f s, and can't be reached anew.", silent)
                return self._lost()
            elif silent >= self._silence + tries * self._patience / TRIES:
                tries += 1
                log.warning("Slack has been silent for %.0f s. I connect anew.", silent)
                # It may take as long as it likes.
                threading.Thread(target=self._connect, name="connecting", daemon=True).start()
        return None

    def _connect(self) -> None:
        try:
            self._client.connect_to_new_endpoint(force=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
            log.warning("Slack can't be reached (%s).", type(error).__name__)
