"""The wiring: who the bot speaks as, and with which client."""

import os
import sys
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot.app import GESTURE_SECONDS, SWITCH_SECONDS, build, gesture_client, shared_context, take_short_turns
from bot.joining import Joined, join
from bot.sending import client_for
from handlers.deps import Deps
from playground.server import Playground
from storage.database import Database


@pytest.fixture
def joined(slack: Playground) -> Joined:
    bot, app = (client_for(token, api_url=slack.api_url) for token in (slack.bot_token, slack.app_token))
    return join(bot, app)


def test_each_gesture_has_a_client_that_asks_once_and_quickly_and_no_gesture_asks_who_we_are(
    slack: Playground, joined: Joined, database: Database
) -> None:
    app = build(
        Deps(database, slack.clock.now),
        joined.tested,
        token=slack.bot_token,
        client=gesture_client(slack.api_url, None),
    )
    slack.misbehave.answer_error("auth.test", "fatal_error", times=9)
    seen: list[WebClient] = []

    @app.middleware
    def look(client: WebClient, next_: Callable[[], BoltResponse]) -> BoltResponse:
        seen.append(client)
        return next_()

    who = {"team_id": joined.team_id, "user_id": slack.hands("tom").id, "user_name": "tom"}
    body: dict[str, Any] = {"command": "/mentor", "text": "privacy", "trigger_id": "1.2.3", **who}
    for _ in range(2):
        assert app.dispatch(BoltRequest(mode="socket_mode", body=body)).status == 200

    assert len(seen) == 2
    for client in seen:
        assert (client.timeout, client.retry_handlers, client.ssl) == (GESTURE_SECONDS, [], None)
        assert (client.token, client.base_url) == (slack.bot_token, slack.api_url)


def test_bolt_does_not_read_the_environment_behind_our_back(
    slack: Playground, joined: Joined, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, "something else")

    client = gesture_client(slack.api_url, None)
    app = build(Deps(database, slack.clock.now), joined.tested, token=slack.bot_token, client=client)

    assert app.oauth_flow is None
    assert "SLACK_BOT_TOKEN" not in os.environ


def test_tls_has_one_context_for_all_and_this_machine_needs_none() -> None:
    assert shared_context("http://127.0.0.1:4390/api/") is None
    context = shared_context("https://slack.com/api/")

    assert context is not None
    assert context.check_hostname
    assert gesture_client("https://slack.com/api/", context).ssl is context


def test_threads_take_shorter_turns_than_pythons_own() -> None:
    pythons = sys.getswitchinterval()
    try:
        take_short_turns()
        assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)
    finally:
        sys.setswitchinterval(pythons)
    assert pythons == pytest.approx(10 * SWITCH_SECONDS)
