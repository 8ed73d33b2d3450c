"""A server connection that can be cut in the middle of a request."""

import asyncio

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

Ends = tuple[tuple[str, int], tuple[str, int]]

_transports: dict[Ends, asyncio.Transport] = {}


class DroppableProtocol(H11Protocol):
    """uvicorn's HTTP protocol, with the transport of each connection known by its two ends."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own narrowing
        super().connection_made(transport)
        self._ends: Ends = (transport.get_extra_info("sockname"), transport.get_extra_info("peername"))
        _transports[self._ends] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        _transports.pop(self._ends, None)
        super().connection_lost(exc)


async def drop(scope: Scope) -> None:
    """Close the connection of the request with this ASGI scope, without an answer."""
    transport = _transports.pop((tuple(scope["server"]), tuple(scope["client"])), None)
    if transport is not None:
        transport.abort()
        await asyncio.sleep(0)  # lets the server notice, so that it does not try to answer
        await asyncio.sleep(0)
