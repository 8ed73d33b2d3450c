"""HTTP mode: only what Slack has signed in the last five minutes comes in, and nothing that is too long or too slow."""

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import httpx
import pytest
import uvicorn
from slack_bolt import App, BoltResponse
from starlette.routing import Router
from uvicorn.server import ServerState

from bot import settings
from bot.app import build, gesture_client
from bot.http_mode import MISSED, MOST_BYTES, PATH, Answering, address, listening, threads
from bot.joining import join
from bot.listening import Impatient
from bot.sending import client_for
from bot.serving import serving
from bot.settings import WrongSettingError
from handlers.deps import Deps
from mentoring.due import Kind
from mentoring.operator import Operator
from playground.server import Playground
from storage.database import Database
from tests.bot.conftest import Post, free_port, said, wait_until
from tests.bot.requests import (
    FIVE_MINUTES,
    FORM,
    JSON,
    SECRET,
    command,
    event,
    interaction,
    signature,
    signed,
)
from tests.handlers import slack as payloads

PATIENCE = 10
A_MOMENT = 5
"""Seconds that a test may take between signing and asking."""


@pytest.fixture
def app(closed: Post) -> App:
    """The bot as it serves the playground's workspace; nothing is delivered."""
    slack = closed.slack
    joined = join(client_for(slack.bot_token, api_url=slack.api_url), None)
    client = gesture_client(slack.api_url, None)
    deps = Deps(closed.database, closed.clock.now, operator=Operator("Ada Marsh"))
    return build(deps, joined.tested, token=slack.bot_token, client=client)


@pytest.fixture
def reached(app: App) -> list[str]:
    """The types of the payloads that have come as far as Bolt."""
    types: list[str] = []

    @app.middleware
    def note(body: dict[str, Any], next_: Callable[[], BoltResponse]) -> BoltResponse:
        types.append(body.get("type", "a command"))
        return next_()

    return types


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@dataclass
class Http:
    """Whoever sends requests to the address, in this process; what the app raises is raised here."""

    app: Router

    def post(self, path: str, **request: Any) -> httpx.Response:
        return self.request("POST", path, **request)

    def request(self, method: str, path: str, **request: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                return await client.request(method, path, **request)

        return asyncio.run(ask())


@pytest.fixture
def http(app: App, pool: ThreadPoolExecutor) -> Http:
    return Http(address(Answering(app, SECRET), pool))


@pytest.fixture
def who(closed: Post) -> dict[str, Any]:
    """Where and by whom things are done."""
    return {"user_id": closed.slack.hands("anna").id, "team_id": closed.team_id}


def words(closed: Post, event_id: str = "Ev1") -> dict[str, Any]:
    """Anna writes "help" to the bot."""
    return {**payloads.said(closed.slack.hands("anna").id, "help", event_id), "team_id": closed.team_id}


# --- what Slack sends


def test_a_command_that_slack_signed_is_answered(http: Http, reached: list[str], who: dict[str, Any]) -> None:
    body = command({**payloads.command("U", "help"), **who})
    answer = http.post(PATH, content=body, headers=signed(body))

    assert reached == ["a command"]
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    # The playground has given no trigger, so no window opened: the command is told so.
    assert answer.json()["text"] == "Slack didn't open the window in time. Please try that once more."


def test_a_click_comes_as_json_in_a_form(http: Http, reached: list[str], closed: Post) -> None:
    click = payloads.click(closed.slack.hands("anna").id, "gone", "")
    click["team"] = {"id": closed.team_id}
    click["user"] = {**click["user"], "team_id": closed.team_id}
    body = interaction(click)
    answer = http.post(PATH, content=body, headers=signed(body))

    assert reached == ["block_actions"]
    assert (answer.status_code, answer.content) == (200, b"")


def test_an_event_has_its_effect_once_however_often_it_is_sent(http: Http, closed: Post) -> None:
    """Slack's own retry, and whoever has caught a request and sends it again within the five minutes."""
    body = event(words(closed))
    headers = signed(body, JSON)
    for _ in range(2):
        assert http.post(PATH, content=body, headers=headers).status_code == 200
    again = {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}
    assert http.post(PATH, content=body, headers={**signed(body, JSON), **again}).status_code == 200

    assert len(closed.rows(Kind.REPLY)) == 1


def test_the_address_proves_itself_to_slack(http: Http) -> None:
    body = event({"type": "url_verification", "token": "t", "challenge": "3eZbrw1a"})
    answer = http.post(PATH, content=body, headers=signed(body, f"{JSON}; charset=utf-8"))

    assert (answer.status_code, answer.json()) == (200, {"challenge": "3eZbrw1a"})
    assert http.post(PATH, content=body, headers={"content-type": JSON}).status_code == 401


def test_the_probe_of_the_certificate_is_answered_unsigned_and_does_nothing(
    http: Http, reached: list[str], who: dict[str, Any]
) -> None:
    answer = http.post(PATH, content=b"token=t&ssl_check=1", headers={"content-type": FORM})
    assert (answer.status_code, answer.content) == (200, b"")

    with_more = {"ssl_check": "1", **payloads.command("U", "help"), **who}
    assert http.post(PATH, content=command(with_more), headers={"content-type": FORM}).content == b""
    assert reached == []
    long = b"ssl_check=1&text=" + b"x" * 1_000
    assert http.post(PATH, content=long, headers={"content-type": FORM}).status_code == 401


# --- what Slack has not signed


def without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key != name}


BODY = event({"type": "event_callback"})
GOOD = signed(BODY, JSON)
AT = GOOD["x-slack-request-timestamp"]


@pytest.mark.parametrize(
    "headers",
    [
        signed(BODY, JSON, secret="another secret"),
        signed(BODY, JSON, secret=""),
        signed(BODY + b" ", JSON),
        without(GOOD, "x-slack-signature"),
        without(GOOD, "x-slack-request-timestamp"),
        {"content-type": JSON},
        {**GOOD, "x-slack-signature": ""},
        {**GOOD, "x-slack-signature": GOOD["x-slack-signature"].removeprefix("v0=")},
        {**GOOD, "x-slack-signature": GOOD["x-slack-signature"].upper()},
        {**GOOD, "x-slack-request-timestamp": str(int(AT) + 1)},
        {**GOOD, "x-slack-request-timestamp": "", "x-slack-signature": signature(BODY, "")},
        {**GOOD, "x-slack-request-timestamp": "soon", "x-slack-signature": signature(BODY, "soon")},
        {**GOOD, "x-slack-request-timestamp": "1e9", "x-slack-signature": signature(BODY, "1e9")},
        {**GOOD, "x-slack-request-timestamp": "9" * 5_000},
    ],
    ids=range(14),
)
def test_what_is_not_signed_by_slack_just_now_is_refused_unread(
    http: Http, reached: list[str], headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        answer = http.post(PATH, content=BODY, headers=headers)
        assert (answer.status_code, answer.content) == (401, b"")

    assert said(caplog) == [MISSED]
    assert reached == []


def test_a_signature_or_a_body_beyond_what_slack_writes_is_refused(http: Http) -> None:
    strange = {name.encode(): value.encode() for name, value in GOOD.items()}
    strange[b"x-slack-signature"] = b"v0=\xe9\xff"
    assert http.post(PATH, content=BODY, headers=list(strange.items())).status_code == 401

    no_text = b'{"type": "\xff"}'
    assert http.post(PATH, content=no_text, headers=signed(no_text, JSON)).status_code == 401


@pytest.mark.parametrize("seconds_ago", [FIVE_MINUTES + A_MOMENT, -FIVE_MINUTES - A_MOMENT])
def test_more_than_five_minutes_ago_or_ahead_is_refused(
    http: Http, reached: list[str], closed: Post, seconds_ago: float
) -> None:
    body = event(words(closed))

    assert (
        http.post(PATH, content=body, headers=signed(body, JSON, seconds_ago=seconds_ago)).status_code == 401
    )
    assert reached == []


def test_almost_five_minutes_are_in_time(http: Http, closed: Post) -> None:
    for seconds in (FIVE_MINUTES - A_MOMENT, A_MOMENT - FIVE_MINUTES):
        body = event(words(closed, f"Ev{FIVE_MINUTES + seconds}"))
        assert (
            http.post(PATH, content=body, headers=signed(body, JSON, seconds_ago=seconds)).status_code == 200
        )

    assert len(closed.rows(Kind.REPLY)) == 2


# --- what is signed, and still nothing that Slack sends


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", JSON),
        (b"{", JSON),
        (b"null", JSON),
        (b"[]", JSON),
        (b'{"type": NaN}', JSON),
        (b"[" * 100_000, JSON),
        (b'{"a":' * 60 + b"1" + b"}" * 60, JSON),
        (b"", FORM),
        (b"payload=", FORM),
        (b"payload=%7B", FORM),
        (b"payload=%ff", FORM),
        ("payload=é".encode(), FORM),
        (b"&".join(b"a=1" for _ in range(200)), FORM),
    ],
    ids=range(13),
)
def test_what_cannot_be_read_is_acknowledged_and_goes_nowhere(
    http: Http, reached: list[str], body: bytes, kind: str
) -> None:
    answer = http.post(PATH, content=body, headers=signed(body, kind))

    assert (answer.status_code, answer.content) == (200, b"")
    assert reached == []


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "multipart/form-data; boundary=x", "application/jsonp", "text/json"]
)
def test_another_type_of_content_is_refused(http: Http, kind: str) -> None:
    headers = {**GOOD, "content-type": kind} if kind else without(GOOD, "content-type")
    answer = http.post(PATH, content=BODY, headers=headers)

    assert (answer.status_code, answer.content, answer.headers["connection"]) == (415, b"", "close")


def test_a_body_that_is_said_to_be_too_long_is_not_read(pool: ThreadPoolExecutor) -> None:
    async def receive() -> dict[str, Any]:
        raise AssertionError("it was read")

    for length in (str(MOST_BYTES + 1), "9" * 5_000, "-1", "many"):
        assert status_of(pool, {"content-type": JSON, "content-length": length}, receive) == 413


def test_a_body_that_turns_out_too_long_is_read_no_further(pool: ThreadPoolExecutor) -> None:
    sent = 0

    async def receive() -> dict[str, Any]:
        nonlocal sent
        sent += 1
        return {"type": "http.request", "body": b"x" * 100_000, "more_body": True}

    assert status_of(pool, {"content-type": JSON}, receive) == 413
    assert sent == MOST_BYTES // 100_000 + 1


def test_the_longest_body_is_taken(http: Http) -> None:
    body = b'{"a":"' + b"x" * (MOST_BYTES - 8) + b'"}'
    assert len(body) == MOST_BYTES

    assert http.post(PATH, content=body, headers=signed(body, JSON)).status_code == 200


def test_a_body_that_does_not_come_is_not_waited_for(pool: ThreadPoolExecutor) -> None:
    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError("nobody wakes it")

    assert status_of(pool, {"content-type": JSON}, receive, seconds=0.01) == 408


def test_one_who_hangs_up_halfway_gets_no_further(pool: ThreadPoolExecutor) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    assert status_of(pool, {"content-type": JSON}, receive) == 400


def status_of(pool: ThreadPoolExecutor, headers: dict[str, str], receive: Any, **seconds: float) -> int:
    """Return the status that a request got, of which ``receive`` gives the body; it reaches nobody."""

    def answering(_headers: Mapping[str, str], _body: bytes) -> BoltResponse:
        raise AssertionError("it was answered")

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "query_string": b"",
    }
    asyncio.run(address(answering, pool, **seconds)(scope, receive, send))
    status: int = sent[0]["status"]
    return status


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_only_post_is_taken(http: Http, method: str) -> None:
    answer = http.request(method, PATH, headers=GOOD)

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "path", ["/", "/slack", "/slack/events/", "/slack/events/x", "//slack/events", "/metrics"]
)
def test_there_is_one_address(http: Http, path: str) -> None:
    assert http.post(path, content=BODY, headers=GOOD).status_code == 404


# --- when something goes wrong


@pytest.mark.parametrize(("kind", "status"), [("event_callback", 500), ("block_actions", 200)])
def test_beyond_every_handler_an_event_comes_again_and_a_gesture_does_not(
    app: App, closed: Post, kind: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    @app.error
    def fail_too(error: Exception) -> None:
        raise error

    @app.middleware
    def fail() -> None:
        raise RuntimeError("canary")

    user = closed.slack.hands("anna").id
    body = event(words(closed) if kind == "event_callback" else payloads.click(user, "gone"))
    answer = Answering(app, SECRET)(signed(body, JSON), body)

    assert (answer.status, answer.body) == (status, "")
    (line,) = said(caplog)
    assert line.startswith("A request could not be answered (reference ")


# --- the server


def test_the_bot_serves_slack_over_http(
    slack: Playground,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.chdir(tmp_path)
    port, health_port = free_port(), free_port()
    for name, value in {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": SECRET,
        "MENTOR_OPERATOR": "Ada Marsh",
        "PORT": str(port),
        "HEALTH_PORT": str(health_port),
    }.items():
        monkeypatch.setenv(name, value)
    anna = slack.hands("anna")

    with serving(settings.read(), database) as joined:
        body = event({**payloads.said(anna.id, "help"), "team_id": joined.team_id})
        request = Request(f"http://127.0.0.1:{port}{PATH}", body, signed(body, JSON), method="POST")
        with urlopen(request, timeout=PATIENCE) as answer:
            assert (answer.status, answer.read()) == (200, b"")
            assert "server" not in answer.headers
        wait_until(lambda: len(anna.messages) == 1)
        with pytest.raises(HTTPError) as missing:
            urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE)
        missing.value.close()
        with urlopen(f"http://127.0.0.1:{health_port}/metrics", timeout=PATIENCE) as answer:
            assert b'mentor_gestures_total{handler="home.say_word",outcome="answered"} 1.0' in answer.read()
        with pytest.raises(WrongSettingError) as taken, listening(App, SECRET, "127.0.0.1", port, threads()):  # type: ignore[arg-type]
            pass

    assert missing.value.code == 404
    assert f"Listening for Slack's requests at http://127.0.0.1:{port}/slack/events." in caplog.messages
    assert taken.value.sentence == (
        "PORT can't be listened at (Address already in use): use a port number from 1 to 65535 that nothing else listens on."
    )
    assert anna.messages[0].text.startswith("These are the words that I know")
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        pass


def test_a_request_in_hand_is_answered_before_the_end(app: App) -> None:
    reached, opened = threading.Event(), threading.Event()

    @app.middleware
    def wait(next_: Callable[[], BoltResponse]) -> BoltResponse:
        reached.set()
        assert opened.wait(PATIENCE)
        return next_()

    body = event(payloads.event("UANNA", "app_home_opened", tab="messages"))
    with ThreadPoolExecutor(1) as slack:
        with threads() as pool, listening(app, SECRET, "127.0.0.1", free_port(), pool) as at:
            asked = Request(at, body, signed(body, JSON), method="POST")
            answer = slack.submit(lambda: urlopen(asked, timeout=PATIENCE).status)
            assert reached.wait(PATIENCE)
            threading.Timer(0.05, opened.set).start()

        assert answer.result(PATIENCE) == 200


def test_an_address_of_another_machine_is_one_sentence(app: App) -> None:
    with pytest.raises(WrongSettingError) as wrong, listening(app, SECRET, "192.0.2.1", 3000, threads()):
        pass

    assert wrong.value.sentence == (
        "HOST can't be listened at (Cannot assign requested address): use an address of this machine, such as 127.0.0.1 "
        "behind a proxy on it."
    )


class Hasty(Impatient):
    seconds = 0.01


@pytest.mark.parametrize(
    "beginning", [b"", b"POST /slack/events HTTP/1.1\r\nHost: x\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"]
)
def test_a_connection_on_which_no_request_comes_is_closed(beginning: bytes) -> None:
    async def nothing_here(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def wait_for_the_end() -> bytes:
        config = uvicorn.Config(
            nothing_here, ws="none", lifespan="off", log_config=None, timeout_keep_alive=60
        )
        state = ServerState()
        server = await asyncio.get_running_loop().create_server(
            lambda: Hasty(config=config, server_state=state, app_state={}), "127.0.0.1", 0
        )
        async with server, asyncio.timeout(10):
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(beginning)
            rest = await reader.read()
            writer.close()
            await writer.wait_closed()
            return rest

    answer = asyncio.run(wait_for_the_end())

    assert answer.startswith(b"HTTP/1.1 404") == beginning.startswith(b"GET")
