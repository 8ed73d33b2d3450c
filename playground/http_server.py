"""uvicorn, with connections that can be cut in the middle of a request, and a quick end."""

import asyncio
import socket

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

ENDING_SECONDS = 2.0  # for requests under way, before they are cut
LOOK_SECONDS = 0.005
# Ours: Slack's own clients take 30 s without a ping for the end of a connection (docs.slack.dev/tools/node-slack-sdk/reference/
# socket-mode/interfaces/SocketModeOptions, "serverPingTimeout").
PING_SECONDS = 20.0
TURNS_TO_ACCEPT = 10  # of the loop, from the accepted socket to the connection that the server knows

Ends = tuple[tuple[str, int], tuple[str, int]]

_transports: dict[Ends, asyncio.Transport] = {}
_websockets: dict[Ends, "SilencableProtocol"] = {}


class DroppableProtocol(H11Protocol):
    """uvicorn's HTTP protocol, with the transport of each connection known by its two ends."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own narrowing
        super().connection_made(transport)
        self._ends: Ends = (transport.get_extra_info("sockname"), transport.get_extra_info("peername"))
        _transports[self._ends] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        _transports.pop(self._ends, None)
        super().connection_lost(exc)


class SilencableProtocol(WebSocketsSansIOProtocol):
    """uvicorn's websocket protocol, which pings and answers pings until it is told not to."""

    silent = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own narrowing
        super().connection_made(transport)
        self._ends: Ends = (transport.get_extra_info("sockname"), transport.get_extra_info("peername"))
        _websockets[self._ends] = self

    def connection_lost(self, exc: Exception | None) -> None:
        _websockets.pop(self._ends, None)
        super().connection_lost(exc)

    def handle_ping(self) -> None:
        if self.silent:
            self.conn.data_to_send()  # the answer, which nobody gets
        else:
            super().handle_ping()

    def send_keepalive_ping(self) -> None:
        if not self.silent:
            super().send_keepalive_ping()


def silence(scope: Scope) -> None:
    """Neither ping nor answer pings any more on the websocket with this ASGI scope."""
    _websockets[_ends(scope)].silent = True


def _ends(scope: Scope) -> Ends:
    return tuple(scope["server"]), tuple(scope["client"])


async def drop(scope: Scope) -> None:
    """Close the connection of the request with this ASGI scope, without an answer."""
    _transports.pop(_ends(scope)).abort()
    await asyncio.sleep(0)  # lets the server notice, so that it does not try to answer
    await asyncio.sleep(0)


class HttpServer(uvicorn.Server):
    """Serves until ``stopping`` is set, and ends as soon as the connections have ended.

    uvicorn's own loop looks every 0.1 s whether it should end and waits 0.1 s more for its connections, which is
    most of the time that a test's workspace would take.
    """

    def __init__(self, app: ASGIApp, stopping: asyncio.Event) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=DroppableProtocol,
                ws=SilencableProtocol,
                ws_ping_interval=PING_SECONDS,
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                date_header=False,
            )
        )
        self._stopping = stopping

    async def main_loop(self) -> None:
        """Wait for the end."""
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, close every connection, and wait until what was under way has ended."""
        # asyncio (Python 3.11) leaks a connection that it is about to accept when the server closes, so first it
        # accepts no more, and those already in the hand arrive.
        here = {listener.getsockname() for listener in sockets or []}
        for listener in sockets or []:
            asyncio.get_running_loop().remove_reader(listener.fileno())
        for _ in range(TURNS_TO_ACCEPT):
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(ENDING_SECONDS):
                while self.server_state.connections or self.server_state.tasks:
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            for transport in [transport for (near, _), transport in _transports.items() if near in here]:
                transport.abort()
            for task in list(self.server_state.tasks):
                task.cancel()
            await asyncio.sleep(LOOK_SECONDS)
