"""Socket Mode: the websocket that gestures and events come in by."""

import logging
import re
import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from slack_bolt import App, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.internals import build_headers, send_response
from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.stand_by import STAND_BY_SECONDS, StandBy
from bot.watch import PATIENCE_SECONDS, SILENCE_SECONDS, Watch
from handlers import guard
from handlers.course import Told, untold

log = logging.getLogger(__name__)

PING_SECONDS = 5.0
IN_HAND_SECONDS = 3.0
"""How long a stop waits for gestures in hand, as long as Slack itself does."""
CLOSING_SECONDS = 1.0
"""How long for the websocket's threads."""
LOOK_SECONDS = 0.05
READ_BYTES = 2_048
"""At a time; a thousand times as many is the longest message, see ``_leave_unread``."""
EVENTS = "events_api"
GREETING = re.compile(r'"type"\s*:\s*"(hello|disconnect)"')
GREETING_WITHIN = 500
"""Characters; both messages are short (docs.slack.dev/apis/events-api/using-socket-mode)."""


class Link(SocketModeHandler):
    """Bolt's adapter with an end: what is in hand is answered before the websocket closes.

    Args:
        app: where gestures go.
        client: a client with the app-level token, for addresses of further websockets.
        websocket: the address of the first.
        tell: hears how each gesture went.
        lost: called once Slack stays silent whatever is tried.
        ping_seconds: between two pings; so long may pass before a lost connection is noticed and made anew.
        silence_seconds: how long Slack may leave pings unanswered; see ``bot/watch.py``.
        patience_seconds: how much longer before it is lost.
        stand_by_seconds: between two looks for a free websocket; see ``bot/stand_by.py``.
        in_hand_seconds: how long ``close`` waits for gestures in hand.
    """

    def __init__(
        self,
        app: App,
        client: WebClient,
        websocket: str,
        tell: Told = untold,
        *,
        lost: Callable[[], None] = lambda: None,
        ping_seconds: float = PING_SECONDS,
        silence_seconds: float = SILENCE_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
        stand_by_seconds: float = STAND_BY_SECONDS,
        in_hand_seconds: float = IN_HAND_SECONDS,
    ) -> None:
        super().__init__(
            app,
            app_token=client.token,
            logger=logging.getLogger("slack_sdk"),
            web_client=client,
            ping_interval=ping_seconds,
            receive_buffer_size=READ_BYTES,
        )
        self.client.wss_uri = websocket
        self.client.on_message_listeners.append(self._look_for_goodbye)
        self.client.on_close_listeners.append(self._reopen)
        self.client.on_error_listeners.append(self._leave_unread)
        self._tell = tell
        self._watch = Watch(
            self.client, lost, silence_seconds=silence_seconds, patience_seconds=patience_seconds
        )
        self.silence = self._watch.silence
        self._stand_by = StandBy(self.client, self._watch.heard, stand_by_seconds)
        self._announced = False
        self._in_hand = 0
        self._in_hand_seconds = in_hand_seconds
        self._idle = threading.Condition()
        self._closing = threading.Thread(target=self.client.close, name="closing", daemon=True)

    def open(self) -> None:
        """Open the websocket, and see to it that it stays alive."""
        self.client.connect()
        self._watch.start()

    def handle(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Answer one envelope. What fails beyond Bolt's own error handler is logged, and an event then comes again."""
        with self._idle:
            self._in_hand += 1
        try:
            send_response(client, request, self._answer(request), 0.0)
        except Exception:  # slack_sdk would log it in its own words; an event comes again
            log.exception("An answer to Slack was lost (%s).", request.type)
        finally:
            with self._idle:
                self._in_hand -= 1
                self._idle.notify_all()

    def _answer(self, request: SocketModeRequest) -> BoltResponse:
        try:
            return guard.dispatch(self.app, request.payload, build_headers(request), self._tell)
        except Exception:  # Bolt's error handler doesn't hear of what fails before it
            log.exception(
                "An envelope could not be read (reference %s, %s).", secrets.token_hex(4), request.type
            )
            return BoltResponse(status=500 if request.type == EVENTS else 200)

    def _look_for_goodbye(self, message: str) -> None:
        """Notice a "disconnect", on which slack_sdk connects anew by itself, and the "hello" of the new websocket."""
        if kind := GREETING.search(message[:GREETING_WITHIN]):
            self._announced = kind[1] == "disconnect"
            if not self._announced:
                self._watch.heard()
            self._stand_by.hear(message)

    def _reopen(self, _code: int, _reason: str | None) -> None:
        """Connect anew at once after a close without a word: slack_sdk would take it for open until the next ping."""
        if not self._announced and not self.client.closed:
            self.client.connect_to_new_endpoint(force=True)

    def _leave_unread(self, error: Exception) -> None:
        """Connect anew when a message is too long.

        slack_sdk reads so many bytes with each call of itself (slack_sdk/socket_mode/builtin/internals.py), so what is longer
        than about two megabytes is beyond Python's recursion limit. It would take the rest of it for messages, and be deaf.
        """
        if isinstance(error, RecursionError):
            log.warning("Slack sent a message that is too long to be read. I connect anew.")
            self.client.connect_to_new_endpoint(force=True)

    def close(self) -> None:
        """Answer until nothing is in hand, or for so long; then close the websocket, and take nothing more.

        Whoever is still at it is not waited for: ``join`` does that.
        """
        client: SocketModeClient = self.client
        self._watch.stop()
        self._stand_by.stop()
        with self._idle:
            if not self._idle.wait_for(lambda: not self._in_hand, self._in_hand_seconds):
                log.warning("A gesture is still in hand. The websocket is closed without its answer.")
            client.socket_mode_request_listeners.clear()
        client.closed = True
        client.auto_reconnect_enabled = False
        self._end_reading(client)
        # It waits a second for the next message: wake it.
        client.message_queue.put(None)
        self._closing.start()
        self._closing.join(CLOSING_SECONDS)

    def join(self) -> None:
        """Wait until every thread of a closed link has ended; a gesture that hangs is waited for without end."""
        if self._closing.ident is not None:
            self._closing.join()

    def _end_reading(self, client: SocketModeClient) -> None:
        """End the thread that reads: it may be three seconds in recv(), or just begin, and then takes back what told it to end."""
        runner = client.current_session_runner
        runner.event.set()
        until = time.monotonic() + CLOSING_SECONDS
        # It may be in slack_sdk's wait for a new address, as long as Slack says and again: nobody waits for that.
        while runner.is_alive() and time.monotonic() < until:
            client.current_session_state.terminated = True
            session = client.current_session
            sock = session.sock if session is not None else None
            if sock is not None:
                with suppress(OSError):  # it may have been closed in the same moment
                    sock.shutdown(socket.SHUT_RDWR)
            runner.thread.join(LOOK_SECONDS)
