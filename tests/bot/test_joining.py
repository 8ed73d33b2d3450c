"""Joining: patience with the network, none with wrong tokens."""

import socket
from contextlib import ExitStack

import pytest
from slack_sdk import WebClient

from bot.joining import join
from bot.sending import client_for
from bot.settings import WrongSettingError
from playground.server import Playground
from tests.bot.conftest import said
from tests.journeys.driver import MANIFEST


def clients(
    slack: Playground, *, bot: str | None = None, app: str | None = None
) -> tuple[WebClient, WebClient]:
    tokens = bot or slack.bot_token, app or slack.app_token
    first, second = (client_for(token, api_url=slack.api_url) for token in tokens)
    return first, second


def test_it_learns_who_it_is_and_where_the_websocket_is(slack: Playground) -> None:
    joined = join(*clients(slack))

    assert joined.team == "Playground"
    assert joined.team_id == joined.tested["team_id"]
    assert str(joined.websocket).startswith("ws://127.0.0.1:")
    assert joined.takes_files


def test_it_learns_that_it_may_send_no_files(slack: Playground) -> None:
    slack.withhold_scope("files:write")

    assert not join(*clients(slack)).takes_files


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("account_inactive", "belongs to an app that was removed from the workspace (account_inactive)"),
        ("token_revoked", "has been revoked (token_revoked)"),
        ("token_expired", "has expired (token_expired)"),
        ("something_new", "is refused by Slack (something_new)"),
    ],
)
def test_a_refused_token_is_named(slack: Playground, error: str, words: str) -> None:
    slack.misbehave.answer_error("auth.test", error)

    with pytest.raises(WrongSettingError) as wrong:
        join(*clients(slack))

    assert wrong.value.sentence.startswith(f"SLACK_BOT_TOKEN {words}: copy “Bot User OAuth Token” from ")


def test_swapped_kinds_of_tokens_are_named(slack: Playground) -> None:
    with pytest.raises(WrongSettingError) as wrong:
        join(*clients(slack, app=slack.bot_token))

    assert wrong.value.sentence.startswith(
        "SLACK_APP_TOKEN is a token of another kind (not_allowed_token_type): make one with the scope connections:write"
    )


def test_what_may_pass_is_waited_for(slack: Playground, caplog: pytest.LogCaptureFixture) -> None:
    slack.misbehave.ratelimit("auth.test", retry_after=7)
    slack.misbehave.server_error("auth.test")
    slack.misbehave.answer_error("auth.test", "internal_error")
    slack.misbehave.drop_before_accept("auth.test")
    waited: list[float] = []

    join(*clients(slack), wait=waited.append)

    assert waited == [7, 2, 4, 8]
    assert said(caplog) == ["Slack can't be reached (ratelimited). I keep trying; Ctrl-C stops me."]


def test_without_a_network_it_goes_on_after_growing_pauses_until_there_is_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    slack = Playground(MANIFEST, port, rates=False)
    waited: list[float] = []

    with ExitStack() as stack:

        def wait(seconds: float) -> None:
            waited.append(seconds)
            if len(waited) == 9:
                stack.enter_context(slack)
                bot.token, app.token = slack.bot_token, slack.app_token

        bot, app = (client_for("xoxb-", api_url=f"http://127.0.0.1:{port}/api/") for _ in range(2))
        assert join(bot, app, wait=wait).team == "Playground"

    assert waited == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert said(caplog) == [
        "Slack can't be reached (ConnectionRefusedError). I keep trying; Ctrl-C stops me."
    ]
