"""An app that remembers all it gets and answers as it is told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from playground.server import Playground
from tests.playground.workspace import leave, web_client

Answer = dict[str, Any] | None
SILENCE: Answer = {"silence": True}


class Probe:
    """``answer`` decides the ack's payload for each request; ``SILENCE`` does not ack."""

    def __init__(self, slack: Playground) -> None:
        self.slack = slack
        self.client = web_client(slack)
        self.requests: list[SocketModeRequest] = []
        self.answer: Callable[[SocketModeRequest], Answer] = lambda _: None
        self._arrived = threading.Condition()

    def handle(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Remember and answer one request."""
        with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()
        payload = self.answer(request)
        if payload is not SILENCE:
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    def wait_for(self, count: int) -> list[SocketModeRequest]:
        """Return the requests once there are ``count``."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.requests) >= count, 10), self.requests
            return list(self.requests)

    @property
    def last(self) -> dict[str, Any]:
        """The payload of the last request."""
        payload: dict[str, Any] = self.requests[-1].payload
        return payload

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The events of this type so far, inner part only."""
        inner = [request.payload["event"] for request in self.requests if request.type == "events_api"]
        return [event for event in inner if event["type"] == kind]


@contextmanager
def connected(probe: Probe) -> Iterator[SocketModeClient]:
    """The probe's websocket, open for the length of the block."""
    slack = probe.slack
    client = SocketModeClient(slack.app_token, web_client=WebClient(base_url=slack.api_url))
    client.socket_mode_request_listeners.append(probe.handle)
    client.connect()
    slack.wait_for_app()
    try:
        yield client
    finally:
        leave(slack, client)


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A modal view."""
    return {"type": "modal", "title": words("Form"), "submit": words("Send"), "blocks": list(blocks), **more}


def home(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A Home view."""
    return {"type": "home", "blocks": list(blocks), **more}


def words(text: str) -> dict[str, str]:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> dict[str, Any]:
    """A section block."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(label: str, action_id: str, **more: Any) -> dict[str, Any]:
    """A button element."""
    return {"type": "button", "action_id": action_id, "text": words(label), **more}


def actions(*elements: dict[str, Any], block_id: str = "actions") -> dict[str, Any]:
    """An actions block."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def field(label: str, block_id: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An input block, whose element's action id is ``x`` unless it has one."""
    named = {"action_id": "x", **element}
    return {"type": "input", "block_id": block_id, "label": words(label), "element": named, **more}


def options(*texts: str) -> list[dict[str, Any]]:
    """Options whose values are their texts in lower case."""
    return [{"text": words(text), "value": text.lower()} for text in texts]


def show(app: Probe, view: dict[str, Any]) -> None:
    """Open ``view`` for anna."""
    app.slack.hands("anna").command("/echo")
    app.client.views_open(trigger_id=app.last["trigger_id"], view=view)
