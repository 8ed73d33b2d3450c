"""A Web API of a few lines, which writes down what it was asked, and payloads as Slack sends them."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt import BoltResponse
from slack_sdk.models.views import View

from tests.handlers.stage import TEAM, payload_of

Json = dict[str, Any]
Send = Callable[[Json], BoltResponse]


@dataclass
class StandIn:
    """What was asked of Slack, and what it answers; a method without an answer gets ``{"ok": true}``."""

    url: str = ""
    calls: list[tuple[str, Json]] = field(default_factory=list)
    answers: dict[str, Json] = field(default_factory=dict)
    hangs: threading.Event = field(default_factory=threading.Event)

    @property
    def methods(self) -> list[str]:
        return [method for method, _ in self.calls]

    @property
    def view(self) -> Json:
        """The view of the newest call."""
        view: Any = self.calls[-1][1]["view"]
        drawn: Json = json.loads(view) if isinstance(view, str) else view
        return drawn


@contextmanager
def standing_in() -> Iterator[StandIn]:
    slack = StandIn()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            method = self.path.removeprefix("/api/").removeprefix("/")
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            asked = json.loads(raw) if raw.startswith("{") else dict(parse_qsl(raw, keep_blank_values=True))
            slack.calls.append((method, asked))
            answer = slack.answers.get(method, {"ok": True})
            if answer.get("hang"):
                slack.hangs.wait(10)
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body) + bool(answer.get("cut"))))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                return  # whoever asked has given up waiting

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    slack.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield slack
    finally:
        slack.hangs.set()
        server.shutdown()
        thread.join()
        server.server_close()


# --- payloads (docs.slack.dev/reference/interaction-payloads)


def command(user: str, text: str, **fields: Any) -> Json:
    return {
        "command": "/mentor",
        "text": text,
        "user_id": user,
        "user_name": user.lower(),
        "team_id": TEAM,
        "team_domain": "example",
        "channel_id": "C1",
        "trigger_id": "1.2.abc",
        "response_url": "http://127.0.0.1:1/never",
        "api_app_id": "A1",
        "is_enterprise_install": "false",
        **fields,
    }


def actor(user: str) -> Json:
    return {
        "user": {"id": user, "name": user.lower(), "username": user.lower(), "team_id": TEAM},
        "team": {"id": TEAM, "domain": "example"},
        "enterprise": None,
        "is_enterprise_install": False,
        "api_app_id": "A1",
        "token": "t",
        "trigger_id": "1.2.abc",
    }


def click(
    user: str,
    action_id: str,
    value: str = "",
    *,
    response_url: str | None = None,
    view: View | None = None,
    block_id: str = "b",
    **typed: Any,
) -> Json:
    """A button, in a message unless a view is given."""
    action = {
        "type": "button",
        "action_id": action_id,
        "block_id": block_id,
        "value": value,
        "action_ts": "1.1",
    }
    body = {"type": "block_actions", **actor(user), "actions": [action]}
    if view is not None:
        shown = payload_of(view, typed)
        return {**body, "view": shown, "container": {"type": "view", "view_id": shown["id"]}}
    return {
        **body,
        "channel": {"id": f"D{user}", "name": "directmessage"},
        "message": {"type": "message", "ts": "1.000", "text": ""},
        "container": {"type": "message", "message_ts": "1.000", "channel_id": f"D{user}"},
        "response_url": response_url,
        "state": {"values": {}},
    }


def submission(user: str, view: View, **typed: Any) -> Json:
    return {"type": "view_submission", **actor(user), "view": payload_of(view, typed), "response_urls": []}


def event(user: str | None, kind: str, event_id: str = "Ev1", **fields: Any) -> Json:
    return {
        "type": "event_callback",
        "token": "t",
        "team_id": TEAM,
        "api_app_id": "A1",
        "event_id": event_id,
        "event_time": 1,
        "event": {"type": kind, "user": user, "event_ts": "1.1", **fields},
        "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": "UBOT", "is_bot": True}],
    }


def said(user: str | None, text: str, event_id: str = "Ev1", **fields: Any) -> Json:
    """Something written in the DM with the bot."""
    return event(
        user,
        "message",
        event_id,
        **{"channel_type": "im", "channel": "D1", "ts": "1.1", "text": text, **fields},
    )


def user(user_id: str, **fields: Any) -> Json:
    """An answer of ``users.info``."""
    shown = {
        "id": user_id,
        "team_id": TEAM,
        "name": "x",
        "deleted": False,
        "is_bot": False,
        "real_name": "X",
        **fields,
    }
    return {"ok": True, "user": {**shown, "profile": {"real_name": shown["real_name"]}}}


# --- what comes back


def acked(response: BoltResponse) -> Json:
    assert response.status == 200
    body: Json = json.loads(response.body) if response.body else {}
    return body
