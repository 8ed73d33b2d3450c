"""HTTP mode: Slack's requests, taken at one address of this machine, behind whatever ends the TLS of the public one.

Only ``POST /slack/events`` is taken; the rest is 404 or 405, unread. Of that:

1. What is too long (413), of another type than Slack's two (415), or too slow (408) is refused before it is all here.
2. Slack's probe of the certificate, ``ssl_check``, need not be signed; it gets 200 and has no effect
   (docs.slack.dev/interactivity/implementing-slash-commands, "SSL check").
3. A signature that is not Slack's, or a time that is not within five minutes of ours, is 401. The check is slack_sdk's
   ``SignatureVerifier``, which Bolt's own middleware asks too, but only after it has parsed what it is about to check.
4. ``url_verification`` gets its challenge back (docs.slack.dev/reference/events/url_verification).
5. The rest passes the guard and Bolt, in one of ``WORKERS`` threads. What goes wrong beyond Bolt's own error handler is
   answered 200 to a gesture, and 500 to an event, which Slack then sends again.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from slack_bolt import App, BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, Router

from bot.listening import listener_at, served
from handlers import guard, payloads
from handlers.course import Told, untold

log = logging.getLogger(__name__)

PATH = "/slack/events"
MOST_BYTES = 2_000_000
"""Of one request. Slack documents none; what it sends most of is a view of at most 250 KB (docs.slack.dev/surfaces/modals), with what was
entered in it, and in a form each character that is not ASCII is as long as eight."""
BODY_SECONDS = 3.0
"""For a request's body to arrive: Slack itself waits no longer for the answer."""
WORKERS = 10
"""Requests answered at once, as many as by slack_sdk's websocket."""
LONGEST_PROBE = 1_000
"""Bytes; nothing longer is parsed unsigned."""
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
EVENTS = "event_callback"
RETRIED = ("x-slack-retry-num", "x-slack-retry-reason")
MISSED = (
    "Refused a request whose signature is not this app's, or is older than five minutes. If Slack says that Mentor doesn't "
    "answer, check SLACK_SIGNING_SECRET and this machine's clock. More of these are not logged."
)


class Answering:
    """Answers requests that are all here; see above, from step 2 on.

    Args:
        app: where payloads go.
        secret: what Slack signs its requests with.
        tell: hears how each gesture went.
    """

    def __init__(self, app: App, secret: str, tell: Told = untold) -> None:
        self._app = app
        self._tell_course = tell
        self._verifier = SignatureVerifier(secret)
        self._told = False

    def __call__(self, headers: Mapping[str, str], body: bytes) -> BoltResponse:
        """Return the answer to a request with these headers, their names in lower case, and this body."""
        if _is_probe(body):
            return BoltResponse(status=200, body="")
        if not self._signed(headers, body):
            self._tell()
            return BoltResponse(status=401, body="")
        payload = payloads.from_json(body) if _kind(headers) == JSON else payloads.from_form(body)
        if isinstance(payload, dict) and payload.get("type") == "url_verification":
            return BoltResponse(status=200, body={"challenge": str(payload.get("challenge"))})
        try:
            retried = {name: headers[name] for name in RETRIED if name in headers}
            return guard.dispatch(self._app, payload, retried, self._tell_course)
        except Exception:  # Bolt's error handler doesn't hear of what fails before it
            log.exception("A request could not be answered (reference %s).", secrets.token_hex(4))
            again = isinstance(payload, dict) and payload.get("type") == EVENTS
            return BoltResponse(status=500 if again else 200, body="")

    def _signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        try:
            return self._verifier.is_valid(
                body, headers.get("x-slack-request-timestamp"), headers.get("x-slack-signature")
            )
        except (TypeError, ValueError):
            return False  # a time that is no number, a signature beyond ASCII, a body that is no UTF-8

    def _tell(self) -> None:
        """Log the first: a wrong secret shows there, and no stranger fills the log."""
        if not self._told:
            self._told = True
            log.warning(MISSED)


def address(
    answering: Callable[[Mapping[str, str], bytes], BoltResponse],
    pool: ThreadPoolExecutor,
    seconds: float = BODY_SECONDS,
) -> Router:
    """Return the ASGI app: the one address, whose requests are answered by ``answering`` in threads of ``pool``.

    ``seconds`` are those that a body may take to arrive.
    """

    async def take(request: Request) -> Response:
        if _kind(request.headers) not in {FORM, JSON}:
            return _refused(415)
        try:
            async with asyncio.timeout(seconds):
                body = await _body(request)
        except TimeoutError:
            return _refused(408)
        except ClientDisconnect:
            return _refused(400)  # nobody reads it
        if body is None:
            return _refused(413)
        answer = await asyncio.get_running_loop().run_in_executor(pool, answering, request.headers, body)
        return Response(answer.body, answer.status, headers=answer.first_headers_without_set_cookie())

    return Router([Route(PATH, take, methods=["POST"])], redirect_slashes=False)


async def _body(request: Request) -> bytes | None:
    """Return the body; None as soon as it is known to be too long."""
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or len(said) > len(str(MOST_BYTES)) or int(said) > MOST_BYTES:
        return None
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _kind(headers: Mapping[str, str]) -> str:
    """Return a request's content type, without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _is_probe(body: bytes) -> bool:
    fields = payloads.from_form(body) if len(body) <= LONGEST_PROBE else None
    return isinstance(fields, dict) and fields.get("ssl_check") == "1"


def _refused(status: int) -> Response:
    """Return an answer after which the connection is closed, with whatever of the request is still to come."""
    return Response(status_code=status, headers={"connection": "close"})


def threads() -> ThreadPoolExecutor:
    """Return the threads that answer; the end of their block waits for a gesture that hangs."""
    return ThreadPoolExecutor(WORKERS, "request")


@contextmanager
def listening(
    app: App, secret: str, host: str, port: int, pool: ThreadPoolExecutor, *, tell: Told = untold
) -> Iterator[str]:
    """Listen until the block ends, and give the address; then what is in hand is answered, and nothing more is taken.

    Whoever is still at it after some seconds is not waited for: that is for whoever has ``pool``.

    Raises:
        WrongSettingError: ``host`` and ``port`` are not to be had.
    """
    with (
        listener_at(host, port) as listener,
        served(address(Answering(app, secret, tell), pool), listener, "requests") as at,
    ):
        yield f"{at}{PATH}"
