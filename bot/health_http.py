"""Whether the bot is well: for supervisors, for whoever watches it, and for Prometheus; at an address of this machine alone.

============  ========================================================================================================
address       200, or 503 when
============  ========================================================================================================
``/healthz``  delivery has not gone round for ``TURN_SECONDS``: only a new start helps
``/readyz``    something is ``wrong`` (``Readiness``): it has not joined Slack yet, or is beyond a bound; JSON says what
``/metrics``   never
============  ========================================================================================================

They tell how many, how late and how long ago: nothing of whom. All the same they are no business of anybody's beyond this
machine, so they are never served at the address that Slack sends to.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from bot.health import Health
from bot.listening import listener_at, served

LOOPBACK = "127.0.0.1"


def addresses(health: Health) -> Router:
    """Return the ASGI app with the three addresses."""

    # Not in a thread, as the others: it answers whatever these wait for.
    async def healthz(_request: Request) -> Response:
        alive = health.alive()
        return JSONResponse({"alive": alive}, _status(well=alive))

    def readyz(_request: Request) -> Response:
        it = health.readiness()
        body: dict[str, Any] = {"ready": not it.wrong, **asdict(it)}
        return JSONResponse(body, _status(well=not it.wrong))

    def metrics(_request: Request) -> Response:
        return Response(health.figures(), media_type=CONTENT_TYPE_LATEST)

    return Router(
        [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)],
        redirect_slashes=False,
    )


@contextmanager
def listening(health: Health, setting: str, port: int) -> Iterator[str]:
    """Listen on this machine alone until the block ends, and give the address; ``setting`` is what named the port.

    Raises:
        WrongSettingError: the port is not to be had.
    """
    with (
        listener_at(LOOPBACK, port, setting) as listener,
        served(addresses(health), listener, "health") as at,
    ):
        yield at


def _status(*, well: bool) -> int:
    return 200 if well else 503
