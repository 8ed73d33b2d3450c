"""Listening for HTTP at an address of this machine, in a thread of its own, with an end."""

import asyncio
import errno
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.settings import wrong

HEAD_SECONDS = 10
"""For the next request to begin and its head to be here, before the connection is closed."""
ENDING_SECONDS = 3
"""How long a stop waits for requests in hand."""
MOST_CONNECTIONS = 200
"""Beyond them it is 503: Slack sends its events again."""


def listener_at(host: str, port: int, setting: str = "PORT") -> socket.socket:
    """Return a socket that listens; ``setting`` is what named the port.

    Raises:
        WrongSettingError: ``host`` and ``port`` are not to be had.
    """
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        # socket.create_server appends where it was that it tried.
        what = str(error.strerror).partition(" (while")[0]
        raise wrong(setting if taken else "HOST", f"can't be listened at ({what})") from None


@contextmanager
def served(app: ASGIApp, listener: socket.socket, name: str) -> Iterator[str]:
    """Serve ``app`` until the block ends, and give the address; then what is in hand is answered, and nothing more is taken.

    ``name`` is the thread's.
    """
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=Impatient,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,  # who asks is not looked at: of Slack's requests the signature tells
            server_header=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=ENDING_SECONDS,
        )
    )
    thread = threading.Thread(target=server.run, args=([listener],), name=name)
    thread.start()
    host, port = listener.getsockname()[:2]
    try:
        yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()


class Impatient(H11Protocol):
    """uvicorn's HTTP protocol, which by itself waits for ever for a request that has begun, or never does."""

    seconds: float = HEAD_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own narrowing
        """Begin to wait for the head of a request."""
        super().connection_made(transport)
        self._giving_up = self.loop.call_later(self.seconds, self._give_up)

    def on_response_complete(self) -> None:
        """Begin to wait for the head of the next."""
        self._giving_up.cancel()
        self._giving_up = self.loop.call_later(self.seconds, self._give_up)
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._giving_up.cancel()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
