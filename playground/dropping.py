"""A server connection that can be cut in the middle of a request."""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

_transports: dict[tuple[str, int], asyncio.Transport] = {}


class DroppableProtocol(H11Protocol):
    """uvicorn's HTTP protocol, with the transport of each client known by its address."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own narrowing
        super().connection_made(transport)
        self._address: tuple[str, int] = transport.get_extra_info("peername")
        _transports[self._address] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        _transports.pop(self._address, None)
        super().connection_lost(exc)


async def drop(client: Any) -> None:
    """Close the connection of the request from ``client`` (its host and port) without an answer."""
    transport = _transports.pop((client.host, client.port), None)
    if transport is not None:
        transport.abort()
        await asyncio.sleep(0)  # lets the server notice, so that it does not try to answer
        await asyncio.sleep(0)
