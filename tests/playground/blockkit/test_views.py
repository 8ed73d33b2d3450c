"""Whole views: what modals and Home tabs have and have not, and their size."""

from typing import Any

import pytest

from playground.blockkit import VIEW_BYTES, Problem, check_view, json_bytes

TITLE: dict[str, Any] = {"type": "plain_text", "text": "Book a table"}
SEND: dict[str, Any] = {"type": "plain_text", "text": "Send"}
WORDS: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}
ASKS: dict[str, Any] = {
    "type": "input",
    "label": TITLE,
    "element": {"type": "plain_text_input", "action_id": "words"},
}


def modal(*blocks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"type": "modal", "title": TITLE, "blocks": [*blocks], **fields}


def home(*blocks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"type": "home", "blocks": [*blocks], **fields}


@pytest.mark.parametrize(
    "view",
    [
        modal(WORDS),
        modal(WORDS, close=SEND, clear_on_close=True, notify_on_close=True, callback_id="a", external_id="b"),
        modal(ASKS, submit=SEND, private_metadata="x" * 3000),
        home(WORDS, callback_id="a", private_metadata=""),
        home(ASKS),
    ],
)
def test_what_slack_takes(view: dict[str, Any]) -> None:
    assert check_view(view) == []


@pytest.mark.parametrize(
    ("view", "path", "rule"),
    [
        (None, "", "must be an object"),
        ([], "", "must be an object"),
        ({"blocks": [WORDS]}, "type", "is required"),
        ({"type": "dialog"}, "type", "must be 'modal' or 'home', is 'dialog'"),
        ({"type": "modal", "blocks": [WORDS]}, "title", "is required"),
        ({"type": "modal", "title": TITLE}, "blocks", "is required"),
        (modal(), "blocks", "must have at least 1 item, has 0"),
        (modal(ASKS), "submit", "is required, because blocks[0] is an input block"),
        (
            modal(WORDS, title={"type": "mrkdwn", "text": "x"}),
            "title.type",
            "must be 'plain_text', is 'mrkdwn'",
        ),
        (
            modal(WORDS, title={"type": "plain_text", "text": "x" * 25}),
            "title.text",
            "must be at most 24 characters, is 25",
        ),
        (modal(WORDS, id="V1"), "", "has a field that a modal view does not have: 'id'"),
        (modal(WORDS, close=None), "close", "must be an object"),
        (home(WORDS, title=TITLE), "", "has a field that a home view does not have: 'title'"),
        (home(ASKS, submit=SEND), "", "has a field that a home view does not have: 'submit'"),
        (home(WORDS, close=SEND), "", "has a field that a home view does not have: 'close'"),
        (home({"type": "markdown", "text": "x"}), "blocks[0]", "a markdown block may stand in messages only"),
        (
            modal({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}),
            "blocks[0]",
            "a table block may stand in messages and Home tabs only",
        ),
    ],
)
def test_what_slack_refuses(view: object, path: str, rule: str) -> None:
    assert check_view(view) == [Problem(path, rule)]


def test_a_view_has_at_most_250_kilobytes() -> None:
    def sized(size: int) -> dict[str, Any]:
        view = home(*[rich_text(2_400)] * 98, rich_text(1))
        view["blocks"][-1] = rich_text(1 + size - json_bytes(view))
        return view

    def rich_text(length: int) -> dict[str, Any]:
        text = {"type": "text", "text": "x" * length}
        return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [text]}]}

    assert check_view(sized(VIEW_BYTES)) == []
    assert check_view(sized(VIEW_BYTES + 1)) == [
        Problem("", "must be at most 250000 bytes as JSON, is 250001")
    ]


def test_bytes_are_counted_as_sent_not_characters() -> None:
    assert json_bytes({"a": "é"}) == len('{"a":"é"}'.encode()) == 10
    assert json_bytes("\ud800") == 5
