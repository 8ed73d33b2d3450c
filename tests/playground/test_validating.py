"""blocks.validate, as its page on docs.slack.dev has it."""

from typing import Any

import pytest
from slack_sdk import WebClient

from tests.playground.refusals import refusal

SECTION = {"type": "section", "text": {"type": "plain_text", "text": "Hello world"}}
WRONG = {"type": "section", "text": {"type": "invalid", "text": "Hello world"}}
RULE = "must be 'plain_text' or 'mrkdwn', is 'invalid'"
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "My Modal"}, "blocks": [SECTION]}


@pytest.mark.parametrize(
    "what",
    [
        {"blocks": [SECTION]},
        {"message": {"blocks": [SECTION]}},
        {"view": MODAL},
        {"view": {"type": "home", "blocks": [SECTION] * 100}},
    ],
)
def test_what_slack_would_take_passes(client: WebClient, what: dict[str, Any]) -> None:
    assert client.blocks_validate(**what)["ok"] is True


@pytest.mark.parametrize(
    ("what", "error", "pointer"),
    [
        ({"blocks": [WRONG]}, "invalid_blocks", "/0/text/type"),
        ({"message": {"blocks": [SECTION, WRONG]}}, "invalid_message", "/blocks/1/text/type"),
        ({"view": {**MODAL, "blocks": [WRONG]}}, "invalid_view", "/blocks/0/text/type"),
    ],
)
def test_each_place_that_it_would_not_take_is_told(
    client: WebClient, what: dict[str, Any], error: str, pointer: str
) -> None:
    told = [{"code": "failed_constraint", "message": RULE, "pointer": pointer}]
    assert refusal(client.blocks_validate, **what) == {"error": error, "errors": told}


@pytest.mark.parametrize("what", [{}, {"blocks": [SECTION], "view": MODAL}])
def test_it_is_one_thing_at_a_time(client: WebClient, what: dict[str, Any]) -> None:
    sentence = "must provide exactly one of `blocks`, `view`, or `message`"
    assert refusal(client.blocks_validate, **what) == {
        "error": "invalid_arguments",
        "response_metadata": {"messages": [sentence]},
    }


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ({"blocks": "["}, "invalid_blocks"),
        ({"message": "[]"}, "invalid_message"),
        ({"message": "{}"}, "invalid_message"),
        ({"view": "3"}, "invalid_view"),
    ],
)
def test_what_is_no_such_thing_is_refused(client: WebClient, what: dict[str, Any], error: str) -> None:
    assert refusal(client.blocks_validate, **what)["error"] == error
