from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.webhook import WebhookClient

from tests.playground.probe import Probe, actions, button, section
from tests.playground.workspace import post


def way_back(app: Probe, command: str = "/echo") -> str:
    """The response_url of a fresh command of anna's."""
    app.slack.hands("anna").command(command)
    return str(app.last["response_url"])


def seen(app: Probe) -> list[tuple[str, bool]]:
    """What anna sees: words, and whether only she does."""
    return [(message.words, message.ephemeral) for message in app.slack.hands("anna").messages]


def test_it_answers_its_asker_or_everybody(app: Probe) -> None:
    url = way_back(app)

    assert post(url, {"text": "One"}) == (200, {"ok": True})
    assert post(url, {"text": "Two", "response_type": "ephemeral"}) == (200, {"ok": True})
    assert post(url, {"text": "Three", "response_type": "in_channel"}) == (200, {"ok": True})
    assert seen(app) == [("One", True), ("Two", True), ("Three", False)]


def test_it_works_five_times(app: Probe) -> None:
    url = way_back(app)
    for number in range(5):
        assert post(url, {"text": str(number)}) == (200, {"ok": True})

    assert post(url, {"text": "six"}) == (404, {"ok": False, "error": "used_url"})
    assert len(seen(app)) == 5


def test_it_lives_half_an_hour_on_the_moved_clock(app: Probe) -> None:
    url, other = way_back(app), way_back(app)
    app.slack.move(timedelta(minutes=29))
    assert post(url, {"text": "In time"}) == (200, {"ok": True})
    app.slack.move(timedelta(minutes=2))
    assert post(other, {"text": "Too late"}) == (404, {"ok": False, "error": "expired_url"})
    way_back(app)
    assert post(url, {"text": "Too late"}) == (404, {"ok": False, "error": "expired_url"})


def test_an_address_that_was_never_given(app: Probe) -> None:
    assert post(f"{app.slack.url}/response/R0NOTHING0", {"text": "x"})[0] == 404


def test_the_message_clicked_on_can_be_replaced_and_deleted(app: Probe) -> None:
    anna = app.slack.hands("anna")
    app.client.chat_postMessage(channel=anna.id, text="Go?", blocks=[actions(button("Go", "go"))])
    anna.click("Go")
    url = app.last["response_url"]

    post(url, {"text": "Gone", "replace_original": True})
    assert seen(app) == [("Gone", False)]
    post(url, {"text": "And more"})
    assert seen(app) == [("Gone", False), ("And more", True)]
    assert post(url, {"delete_original": True}) == (200, {"ok": True})
    assert seen(app) == [("And more", True)]
    assert post(url, {"delete_original": True}) == (200, {"ok": True})


def test_an_ephemeral_answer_can_be_replaced(app: Probe) -> None:
    app.answer = lambda request: {"text": "Working"} if request.type == "slash_commands" else None
    url = way_back(app)
    post(url, {"blocks": [section("*Done*")], "replace_original": True})

    assert seen(app) == [("Done", True)]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "no_text"),
        ({"blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"text": "x", "response_type": "shout"}, "invalid_response_type"),
    ],
)
def test_what_it_refuses_costs_no_use(app: Probe, body: dict[str, Any], error: str) -> None:
    url = way_back(app)
    for _ in range(6):
        assert post(url, body)[1]["error"] == error

    assert post(url, {"text": "Hello"}) == (200, {"ok": True})


def test_bolts_respond_finds_its_way(app: Probe) -> None:
    answer = WebhookClient(way_back(app)).send(text="Hello", response_type="in_channel")

    assert answer.status_code == 200
    assert seen(app) == [("Hello", False)]


def test_an_ephemeral_answer_can_be_deleted(app: Probe) -> None:
    app.answer = lambda request: {"text": "Working"} if request.type == "slash_commands" else None
    url = way_back(app)
    post(url, {"delete_original": True})

    assert seen(app) == []
