"""Socket Mode: tickets, connections, envelopes and their acks.

Source: docs.slack.dev/apis/events-api/using-socket-mode.
"""

import asyncio
import json
import secrets
import uuid
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from playground.http_server import silence
from playground.json_text import parsed
from playground.misbehaviour import Misbehaviour
from playground.signals import Signal
from playground.workspace import Json, Workspace

Envelope = Literal["events_api", "interactive", "slash_commands"]
DisconnectReason = Literal["warning", "refresh_requested", "link_disabled"]

MOST_CONNECTIONS = 10  # "up to 10 open connections at the same time"
TICKET_SECONDS = 30.0  # our choice: Slack says only that the URL is temporary
WARNING_SECONDS = 10.0  # "a warning about 10 seconds before"
CLOSED_NORMALLY = 1000
MOST_FRAME_BYTES = 20_480
"""Of what the app sends. Not documented, and so in Slack: github.com/revelrylabs/slax, pull request 614, quotes the close."""
TOO_BIG = 1009  # RFC 6455, section 7.4.1


class NotDeliveredError(Exception):
    """The envelope was not acked; ``reason`` is ``connection_failed`` or ``timeout``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(eq=False)
class _Connection:
    socket: WebSocket
    host: str = field(default_factory=lambda: f"applink-{secrets.token_hex(4)}")

    async def send(self, body: Json) -> None:
        if self.socket.application_state is WebSocketState.CONNECTED:
            await self.socket.send_text(json.dumps(body))

    async def say_goodbye(self, reason: str) -> None:
        with suppress(WebSocketDisconnect):  # the app has gone first
            await self.send({"type": "disconnect", "reason": reason, "debug_info": {"host": self.host}})

    async def close(self, code: int = CLOSED_NORMALLY) -> None:
        if self.socket.application_state is WebSocketState.CONNECTED:
            with suppress(WebSocketDisconnect):
                await self.socket.close(code)


class Connections:
    """The app's open websockets; any of them may get any envelope, in turn."""

    def __init__(
        self, workspace: Workspace, misbehaviour: Misbehaviour, url: str, ack_seconds: float
    ) -> None:
        self._workspace = workspace
        self._misbehaviour = misbehaviour
        self._url = url
        self._ack_seconds = ack_seconds
        self._tickets: dict[str, float] = {}
        self._open: list[_Connection] = []
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._sent = Signal()
        self._in_flight = 0
        self.settled = Signal()
        self.change = Signal()

    @property
    def count(self) -> int:
        """How many websockets are open."""
        return len(self._open)

    @property
    def idle(self) -> bool:
        """Whether every envelope was acked or given up."""
        return self._in_flight == 0

    def new_url(self) -> str:
        """Return a websocket address that can be used once, soon (apps.connections.open)."""
        ticket = str(uuid.uuid4())
        self._tickets[ticket] = self._workspace.clock.monotonic() + TICKET_SECONDS
        return f"{self._url}/link/?ticket={ticket}&app_id={self._workspace.state.app_id}"

    async def wait_for(self, *, any_open: bool, seconds: float) -> None:
        """Wait until a websocket is open, or until none is.

        Raises:
            TimeoutError: that was not so within ``seconds``.
        """
        if not await self.change.until(lambda: bool(self._open) == any_open, seconds):
            raise TimeoutError(f"{self.count} websockets are open")

    async def serve(self, socket: WebSocket) -> None:
        """Hold one websocket until either side closes it."""
        expires = self._tickets.pop(socket.query_params.get("ticket", ""), None)
        if expires is None or expires < self._workspace.clock.monotonic():
            await socket.close()
            return
        await socket.accept()
        connection = _Connection(socket)
        if len(self._open) >= MOST_CONNECTIONS:
            await connection.say_goodbye("too_many_websockets")
            await connection.close()
            return
        self._open.append(connection)
        self._opened_or_closed()
        try:
            await connection.send(self._hello(connection))
            self._workspace.changed()
            while True:
                text = await socket.receive_text()
                if len(text.encode()) > MOST_FRAME_BYTES:
                    await connection.close(TOO_BIG)
                    return
                self._acked(text)
        except WebSocketDisconnect:
            pass
        finally:
            self._forget(connection)

    def _hello(self, connection: _Connection) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {
                "host": connection.host,
                "started": self._workspace.clock.now().strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self._workspace.state.app_id},
        }

    def _acked(self, text: str) -> None:
        try:
            body = parsed(text)
        except ValueError:
            return
        ack = self._acks.get(body.get("envelope_id", "")) if isinstance(body, dict) else None
        if ack is not None and not ack.done():
            payload = body.get("payload")
            ack.set_result(payload if isinstance(payload, dict) else {})

    def holds_next(self, kind: Envelope) -> bool:
        """Return whether the next envelope of this kind is to be held back."""
        return self._misbehaviour.next_envelope(kind) == "hold"

    async def deliver(self, kind: Envelope, payload: Json, *, attempt: int = 0, reason: str = "") -> Json:
        """Send an envelope and return the ack's payload, ``{}`` if it had none.

        Raises:
            NotDeliveredError: nobody acked it within three seconds (or nobody was there).
        """
        with self._under_way():
            fault = self._misbehaviour.strike_envelope(kind)
            if fault and fault.kind == "never":
                await asyncio.sleep(self._ack_seconds)
                raise NotDeliveredError("timeout")
            if fault and fault.kind == "delay":
                await asyncio.sleep(fault.seconds)
            if fault and fault.kind == "hold":
                await self._sent.wait(self._ack_seconds)
            if fault and fault.kind == "twice":
                self._start(self._second(kind, payload, attempt, reason))
            closing = fault is not None and fault.kind == "close"
            return await self._send(kind, payload, attempt, reason, closing=closing)

    async def _second(self, kind: Envelope, payload: Json, attempt: int, reason: str) -> None:
        with self._under_way(), suppress(NotDeliveredError):
            await self._send(kind, payload, attempt, reason)

    @contextmanager
    def _under_way(self) -> Iterator[None]:
        self._in_flight += 1
        try:
            yield
        finally:
            self._in_flight -= 1
            if self.idle:
                self.settled.send()

    async def _send(
        self, kind: Envelope, payload: Json, attempt: int, reason: str, *, closing: bool = False
    ) -> Json:
        if not self._open:
            raise NotDeliveredError("connection_failed")
        connection = self._open.pop(0)
        self._open.append(connection)
        envelope_id = str(uuid.uuid4())
        body: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            body |= {"retry_attempt": attempt, "retry_reason": reason}
        ack: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._acks[envelope_id] = ack
        try:
            await connection.send(body)
            self._sent.send()
            if closing:
                self._forget(connection)
                await connection.close()
                raise NotDeliveredError("connection_failed")
            async with asyncio.timeout(self._ack_seconds):
                return await ack
        except (TimeoutError, WebSocketDisconnect, RuntimeError) as error:
            raise NotDeliveredError("timeout") from error
        finally:
            del self._acks[envelope_id]

    async def disconnect(self, reason: DisconnectReason | None = None) -> None:
        """Close every websocket, announcing ``reason`` first as Slack does; None closes without a word.

        ``warning`` leaves them open for about ten seconds more.
        """
        for connection in list(self._open):
            if reason is not None:
                await connection.say_goodbye(reason)
            self._start(self._close(connection, WARNING_SECONDS if reason == "warning" else 0.0))

    async def fall_silent(self) -> None:
        """Neither ping nor answer pings any more on the websockets that are open now."""
        for connection in self._open:
            silence(connection.socket.scope)

    async def _close(self, connection: _Connection, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._forget(connection)
        await connection.close()

    def _forget(self, connection: _Connection) -> None:
        if connection in self._open:
            self._open.remove(connection)
            self._opened_or_closed()

    def _opened_or_closed(self) -> None:
        self.change.send()
        self._workspace.changed()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def stop(self) -> None:
        """Close everything at once; nobody will ack what is under way."""
        for ack in self._acks.values():
            if not ack.done():
                ack.set_exception(NotDeliveredError("timeout"))
        for task in list(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        for connection in list(self._open):
            await connection.close()
