"""A workspace with an ordinary small app of the tests' own."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient

from playground.server import Playground

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Echo", "description": "Says it back"},
    "features": {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "slash_commands": [
            {"command": "/echo", "description": "Says it back", "usage_hint": "words", "should_escape": True},
            {"command": "/plain", "description": "The same, unescaped", "should_escape": False},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": ["chat:write", "commands", "files:write", "im:history", "im:write", "users:read"],
            "bot_optional": ["files:write"],
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": ["app_home_opened", "message.im", "tokens_revoked", "user_change"]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


def manifest(**changes: Any) -> dict[str, Any]:
    """Return the manifest with top-level parts replaced."""
    return {**MANIFEST, **changes}


@contextmanager
def joined(slack: Playground, app: App) -> Iterator[SocketModeHandler]:
    """The app's websocket, open for the length of the block."""
    handler = SocketModeHandler(app, slack.app_token, web_client=WebClient(base_url=slack.api_url))
    handler.connect()  # type: ignore[no-untyped-call]  # the SDK's method has no annotations
    slack.wait_for_app()
    try:
        yield handler
    finally:
        leave(slack, handler.client)


def leave(slack: Playground, client: SocketModeClient) -> None:
    """Close an app's websocket client at once, thread by thread.

    By itself it would wait three seconds in its last receive and one more for its queue.
    """
    client.auto_reconnect_enabled = False
    client.current_session_runner.event.set()
    slack.disconnect()
    client.current_session_runner.thread.join()
    client.closed = True
    client.enqueue_message("{}")
    client.close()


def web_client(slack: Playground, token: str | None = None) -> WebClient:
    """A client with the bot token that sends each call once only."""
    return WebClient(token or slack.bot_token, base_url=slack.api_url, retry_handlers=[])


def new_app(slack: Playground) -> App:
    """An app without listeners yet."""
    return App(client=web_client(slack), process_before_response=True)


def post(url: str, body: Any, **headers: str) -> tuple[int, Any]:
    """POST JSON; return status and parsed answer."""
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers}, method="POST"
    )
    return send(request)


def get(url: str, **headers: str) -> tuple[int, Any]:
    """GET; return status and parsed answer."""
    return send(urllib.request.Request(url, headers=headers))


def send(request: urllib.request.Request) -> tuple[int, Any]:
    """Send a request; return status and parsed answer, also of a refusal."""
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, json.loads(response.read() or b"null")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"null")
