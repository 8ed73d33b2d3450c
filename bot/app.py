"""The wiring: Bolt, its clients and who they speak for."""

import logging
import os
import ssl
import sys

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.sending import client_for
from handlers import routes
from handlers.deps import Deps

GESTURE_SECONDS = 1.5
"""A gesture's one call must leave time to answer within Slack's three seconds."""
BOLTS_OWN = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
"""What Bolt reads from the environment behind our back; the settings have been read by then."""
SWITCH_SECONDS = 0.0005
"""How long a thread may compute while others want to; ten times shorter than Python's own
(docs.python.org/3/library/sys.html, "sys.setswitchinterval")."""


def take_short_turns() -> None:
    """Let threads that compute take short turns.

    Whoever writes stands in everybody's way until it has committed, and lets others compute with each statement: of eight
    gestures at a time each of these waits would be as long as a turn.
    """
    sys.setswitchinterval(SWITCH_SECONDS)


def shared_context(api_url: str) -> ssl.SSLContext | None:
    """Return the one TLS context for all clients; None where the Web API is on this machine without TLS."""
    return ssl.create_default_context() if api_url.startswith("https:") else None


def build(deps: Deps, tested: SlackResponse, *, token: str, client: WebClient) -> App:
    """Return the app with every route.

    Args:
        deps: what handlers are given.
        tested: what ``auth.test`` said of ``token``.
        token: the bot's token.
        client: what gestures call Slack with. Bolt makes a copy for each request, with its address, time-out, TLS
            context, logger and retry handlers (``App._init_context``), and puts the token in.
    """
    for name in BOLTS_OWN:
        os.environ.pop(name, None)
    us = AuthorizeResult.from_auth_test_response(auth_test_response=tested, bot_token=token)
    app = App(
        name="mentor",
        # With a logger given Bolt's own keep its level; else they take the root's, which may be DEBUG.
        logger=logging.getLogger("slack_bolt"),
        client=client,
        authorize=lambda: us,  # known since the start: no gesture asks auth.test
        process_before_response=True,
        # Signatures and Slack's own probes come only over HTTP, and bot/http_mode.py has dealt with them before anything is
        # parsed; Bolt would parse first.
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    routes.register(app, deps)
    return app


def gesture_client(api_url: str, context: ssl.SSLContext | None) -> WebClient:
    """Return the client that Bolt copies for each gesture: one quick try."""
    return client_for(None, api_url=api_url, timeout=GESTURE_SECONDS, context=context)
