"""Reading payloads: what is none reads as none, and what is read can be kept and said again."""

import json
from typing import Any

import pytest
from slack_bolt import App

from handlers import guard
from handlers.payloads import DEEPEST, MOST_FIELDS, Unreadable, from_form, from_json, tidied
from tests.handlers.slack import StandIn, acked, command


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "NaN",
        '{"a": Infinity}',
        "[" * 100_000,
        b"\xff",
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
    ],
    ids=range(8),
)
def test_what_is_no_json_is_nothing(text: str | bytes) -> None:
    assert from_json(text) is None


def test_json_is_what_it_says() -> None:
    assert from_json(b'{"a": ["\xc3\xa9", 1.5, null]}') == {"a": ["é", 1.5, None]}


def test_a_form_is_its_payload_or_its_fields() -> None:
    assert from_form(b"payload=%7B%22a%22%3A1%7D&x=2") == {"a": 1}
    assert from_form(b"text=a+b%20%C3%A9&empty=") == {"text": "a b é", "empty": ""}
    assert from_form(b"payload=%7B") is None
    assert from_form("text=é".encode()) is None
    assert from_form(b"a=1" + b"&a=1" * MOST_FIELDS) is None


def test_what_is_no_text_is_taken_out_wherever_it_stands() -> None:
    read = json.loads(
        r'{"a\u0000": ["\ud83d\ude00", "\ud83d", {"b": "c\udc00\u0000d"}], "e": [1, true, null, 0.5]}'
    )

    assert tidied(read) == {"a": ["😀", "", {"b": "cd"}], "e": [1, True, None, 0.5]}


def nested(layers: int) -> Any:
    value: Any = "core"
    for layer in range(layers):
        value = [value] if layer % 2 else {"in": value}
    return value


def test_what_is_too_deep_or_no_number_is_unreadable() -> None:
    assert tidied(nested(DEEPEST)) == nested(DEEPEST)
    for bad in (nested(DEEPEST + 1), {"a": float("inf")}, [float("nan")]):
        with pytest.raises(Unreadable):
            tidied(bad)


def test_half_a_character_in_a_command_is_answered_as_any_other(app: App, slack: StandIn) -> None:
    assert acked(guard.dispatch(app, command("UTOM", "help\ud83d"))) == {}

    assert slack.methods == ["views.open"]


@pytest.mark.parametrize("odd", [nested(DEEPEST + 1), float("inf")], ids=["deep", "endless"])
def test_what_is_unreadable_is_acknowledged_and_goes_nowhere(app: App, slack: StandIn, odd: Any) -> None:
    assert acked(guard.dispatch(app, command("UTOM", "help", more=odd))) == {}

    assert slack.calls == []
