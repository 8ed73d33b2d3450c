import asyncio
import json
import urllib.error
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from slack_sdk import WebClient
from starlette.types import Message
from starlette.websockets import WebSocket
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from playground import http_server
from playground.clock import Clock
from playground.manifest import read_app
from playground.misbehaviour import Misbehaviour
from playground.server import Playground
from playground.socket_mode import Connections
from playground.workspace import Workspace, new_state
from tests.playground.workspace import MANIFEST, get, web_client


def address(slack: Playground) -> str:
    """A fresh websocket address."""
    opened = WebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app_token)
    return str(opened["url"])


@contextmanager
def socket(slack: Playground) -> Iterator[ClientConnection]:
    """A raw websocket, after its hello."""
    with connect(address(slack)) as connection:
        assert receive(connection)["type"] == "hello"
        yield connection


def receive(connection: ClientConnection) -> dict[str, Any]:
    """The next message on the websocket."""
    message: dict[str, Any] = json.loads(connection.recv(timeout=10))
    return message


def test_hello_says_how_many_connections_there_are(slack: Playground) -> None:
    with connect(address(slack)) as first, connect(address(slack)) as second:
        one, two = receive(first), receive(second)

    assert (one["type"], one["num_connections"], two["num_connections"]) == ("hello", 1, 2)
    assert one["connection_info"]["app_id"][0] == "A"
    assert set(one["debug_info"]) == {"host", "started", "build_number", "approximate_connection_time"}


def test_a_frame_of_more_than_twenty_kilobytes_ends_the_connection(slack: Playground) -> None:
    with socket(slack) as connection:
        connection.send(json.dumps({"envelope_id": "e1", "payload": {"text": "x" * 20_400}}))
        connection.send(json.dumps({"envelope_id": "e1", "payload": {"text": "x" * 20_480}}))
        with pytest.raises(ConnectionClosed) as closed:
            receive(connection)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_a_ticket_is_good_for_one_connection(slack: Playground) -> None:
    url = address(slack)
    with connect(url) as connection:
        receive(connection)
        with pytest.raises(InvalidStatus), connect(url):
            pass
    with pytest.raises(InvalidStatus), connect(f"{slack.url.replace('http', 'ws')}/link/?ticket=mine"):
        pass


def test_ten_connections_and_no_more(slack: Playground) -> None:
    with ExitStack() as open_sockets:
        for _ in range(10):
            open_sockets.enter_context(socket(slack))
        with connect(address(slack)) as eleventh:
            goodbye = receive(eleventh)
            assert (goodbye["type"], goodbye["reason"]) == ("disconnect", "too_many_websockets")
            with pytest.raises(ConnectionClosed):
                eleventh.recv(timeout=10)


def test_any_connection_may_get_an_envelope_and_any_may_ack_it(slack: Playground) -> None:
    anna = slack.hands("anna").id
    client = web_client(slack)
    with socket(slack) as first, socket(slack) as second:
        for number in range(2):
            client.chat_postMessage(channel=anna, text=str(number))
        envelopes = [receive(first), receive(second)]
        first.send("not json")
        first.send('"not an object"')
        first.send(json.dumps({"envelope_id": "unknown"}))
        for envelope in envelopes:
            first.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        slack.settle()

    assert {envelope["payload"]["event"]["text"] for envelope in envelopes} == {"0", "1"}
    assert {envelope["accepts_response_payload"] for envelope in envelopes} == {False}


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
def test_a_disconnection_is_announced_and_follows(slack: Playground, reason: Any) -> None:
    with socket(slack) as connection:
        slack.disconnect(reason)
        goodbye = receive(connection)

        assert (goodbye["type"], goodbye["reason"]) == ("disconnect", reason)
        assert set(goodbye["debug_info"]) == {"host"}
        with pytest.raises(ConnectionClosed):
            connection.recv(timeout=10)


def test_a_warning_leaves_the_connection_open_for_a_while(slack: Playground) -> None:
    with socket(slack) as connection:
        slack.disconnect("warning")
        assert receive(connection)["reason"] == "warning"
        web_client(slack).chat_postMessage(channel=slack.hands("anna").id, text="Still here")
        envelope = receive(connection)
        connection.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        slack.settle()

        assert envelope["payload"]["event"]["text"] == "Still here"


def test_a_silent_disconnection(slack: Playground) -> None:
    with socket(slack) as connection:
        slack.disconnect()
        with pytest.raises(ConnectionClosed):
            connection.recv(timeout=10)


def test_pings_are_answered(slack: Playground) -> None:
    with socket(slack) as connection:
        assert connection.ping("session:123").wait(10)


def test_waiting_for_an_app_that_does_not_come(slack: Playground) -> None:
    with pytest.raises(TimeoutError):
        slack.wait_for_app(0.05)
    slack.wait_for_no_app()
    with socket(slack):
        slack.wait_for_app()
        with pytest.raises(TimeoutError):
            slack.wait_for_no_app(0.05)
        with pytest.raises(TimeoutError):
            slack.wait_for_clock(0.05)


def test_a_stopped_playground_answers_nobody() -> None:
    with Playground(MANIFEST) as slack:
        url = slack.url
    with pytest.raises(urllib.error.URLError):
        get(url)


def test_an_app_that_has_gone_first_is_no_trouble_at_the_end() -> None:
    """Its websocket looks open until it is written to."""
    app = read_app(MANIFEST)
    said: list[str] = []

    async def end() -> int:
        workspace = Workspace(app, new_state(app, ()), Clock())
        connections = Connections(workspace, Misbehaviour(), "ws://here", 3.0)
        ticket = connections.new_url().partition("?")[2].encode()
        gone = asyncio.Event()

        async def receive() -> Message:
            if not said:
                return {"type": "websocket.connect"}
            await gone.wait()
            return {"type": "websocket.disconnect", "code": 1006}

        async def send(message: Message) -> None:
            said.append(message["type"])
            if message["type"] == "websocket.close":
                raise OSError

        socket = WebSocket({"type": "websocket", "query_string": ticket, "headers": []}, receive, send)
        serving = asyncio.create_task(connections.serve(socket))
        await connections.wait_for(any_open=True, seconds=10)
        await connections.stop()
        gone.set()
        await serving
        return connections.count

    # In a thread of its own: where a browser is driven in the same process, this one has a loop running.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(end())).result() == 0
    assert said == ["websocket.accept", "websocket.send", "websocket.close"]


def test_a_websocket_can_fall_silent_and_the_next_one_answers(slack: Playground) -> None:
    with socket(slack) as before:
        assert before.ping().wait(10)
        slack.fall_silent()
        (silent,) = http_server._websockets.values()
        slack.look(silent.send_keepalive_ping)
        unanswered = before.ping()
        with socket(slack) as after:
            assert after.ping().wait(10)
        assert not unanswered.is_set()
        assert silent.pending_ping_payload is None
        web_client(slack).chat_postMessage(channel=slack.hands("anna").id, text="still open")
        assert receive(before)["payload"]["event"]["text"] == "still open"
