"""Submitting a modal: what is asked for first, what the app gets, and what its answer does."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest

from tests.playground.probe import (
    SILENCE,
    Answer,
    Probe,
    field,
    modal,
    options,
    section,
    show,
)

TEXT = {"type": "plain_text_input"}


FORM = modal(
    field("Name", "name", TEXT),
    field("Count", "count", {"type": "number_input", "is_decimal_allowed": False}),
    field("Mail", "mail", {"type": "email_text_input"}),
    field("Link", "link", {"type": "url_text_input"}),
    field("Size", "size", {"type": "static_select", "options": options("Small", "Large")}),
    field("Colour", "colour", {"type": "radio_buttons", "options": options("Red", "Blue")}),
    field("Tags", "tags", {"type": "checkboxes", "options": options("New", "Old")}),
    field("Many", "many", {"type": "multi_static_select", "options": options("A", "B")}),
    field("Who", "who", {"type": "users_select"}),
    field("Team", "team", {"type": "multi_users_select"}),
    field("Day", "day", {"type": "datepicker"}),
    field("Hour", "hour", {"type": "timepicker", "timezone": "Europe/London"}),
    field("Moment", "moment", {"type": "datetimepicker"}),
)


def test_a_submission_carries_what_every_input_holds(app: Probe) -> None:
    anna, tom = app.slack.hands("anna"), app.slack.hands("tom")
    show(app, FORM)
    given: dict[str, Any] = {
        "Name": "Anna & <co>",
        "Count": 5,
        "Mail": "a@b.example",
        "Link": "https://a.example",
        "Size": "Large",
        "Colour": "Blue",
        "Tags": ["New", "Old"],
        "Many": ["B"],
        "Who": "Tom Reed",
        "Team": ["tom", "anna"],
        "Day": date(2026, 12, 1),
        "Hour": time(17, 30),
        "Moment": datetime(2026, 12, 1, 17, 30, tzinfo=UTC),
    }
    for label, value in given.items():
        anna.fill(label, value)
    assert anna.modal is not None
    assert anna.modal.values == given | {
        "Count": "5",
        "Team": ["Tom Reed", "Anna Bright"],
        "Day": "2026-12-01",
        "Hour": "17:30",
        "Moment": "2026-12-01 12:30",
    }
    anna.submit()

    payload = app.last
    assert payload["type"] == "view_submission"
    assert payload["response_urls"] == []
    assert payload["trigger_id"]
    held = {block_id: entry["x"] for block_id, entry in payload["view"]["state"]["values"].items()}
    assert held == {
        "name": {"type": "plain_text_input", "value": "Anna & <co>"},
        "count": {"type": "number_input", "value": "5"},
        "mail": {"type": "email_text_input", "value": "a@b.example"},
        "link": {"type": "url_text_input", "value": "https://a.example"},
        "size": {"type": "static_select", "selected_option": options("Large")[0]},
        "colour": {"type": "radio_buttons", "selected_option": options("Blue")[0]},
        "tags": {"type": "checkboxes", "selected_options": options("New", "Old")},
        "many": {"type": "multi_static_select", "selected_options": options("B")},
        "who": {"type": "users_select", "selected_user": tom.id},
        "team": {"type": "multi_users_select", "selected_users": [tom.id, anna.id]},
        "day": {"type": "datepicker", "selected_date": "2026-12-01"},
        "hour": {"type": "timepicker", "selected_time": "17:30", "timezone": "Europe/London"},
        "moment": {"type": "datetimepicker", "selected_date_time": 1796146200},
    }


def test_what_is_required_is_asked_for_before_anything_is_sent(app: Probe) -> None:
    anna = app.slack.hands("anna")
    show(app, modal(field("Name", "name", TEXT), field("Note", "note", TEXT, optional=True)))
    anna.submit()

    assert anna.modal is not None
    assert anna.modal.errors == {"Name": "Please complete this required field."}
    assert [request.type for request in app.requests] == ["slash_commands"]


@pytest.mark.parametrize(
    ("element", "value", "sentence"),
    [
        ({**TEXT, "min_length": 3}, "ab", "Please enter at least 3 characters."),
        ({**TEXT, "max_length": 3}, "abcd", "Please enter at most 3 characters."),
        (TEXT, "x" * 3001, "Please enter at most 3000 characters."),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a number."),
        (
            {"type": "number_input", "is_decimal_allowed": True, "min_value": "2"},
            1.5,
            "Please enter a number of at least 2.",
        ),
        (
            {"type": "number_input", "is_decimal_allowed": False, "max_value": "2"},
            3,
            "Please enter a number of at most 2.",
        ),
        ({"type": "email_text_input"}, "nobody", "Please enter a valid email address."),
        ({"type": "url_text_input"}, "nowhere", "Please enter a valid URL."),
        (
            {"type": "multi_static_select", "options": options("A", "B"), "max_selected_items": 1},
            ["A", "B"],
            "Please select at most 1.",
        ),
    ],
)
def test_bounds_are_held_before_anything_is_sent(
    app: Probe, element: dict[str, Any], value: Any, sentence: str
) -> None:
    anna = app.slack.hands("anna")
    show(app, modal(field("It", "it", element)))
    anna.fill("It", value)
    anna.submit()

    assert anna.modal is not None
    assert anna.modal.errors == {"It": sentence}


def test_initial_values_count_and_may_be_cleared(app: Probe) -> None:
    anna = app.slack.hands("anna")
    named = field("Name", "name", {**TEXT, "initial_value": "Anna"}, optional=True)
    sized = {"type": "static_select", "options": options("Small"), "initial_option": options("Small")[0]}
    show(app, modal(named, field("Size", "size", sized, optional=True)))
    assert anna.modal is not None
    assert anna.modal.values == {"Name": "Anna", "Size": "Small"}
    anna.fill("Name", None)
    anna.fill("Size", None)
    anna.submit()

    values = app.last["view"]["state"]["values"]
    assert values["name"]["x"]["value"] is None
    assert values["size"]["x"]["selected_option"] is None


def test_a_submission_that_nobody_acks_keeps_the_modal(hasty: Probe) -> None:
    anna = hasty.slack.hands("anna")
    show(hasty, modal(field("Name", "name", TEXT)))
    anna.fill("Name", "Anna")
    hasty.answer = lambda _: SILENCE
    anna.submit()

    assert anna.notice == "We had some trouble connecting. Try again?"
    assert anna.modal is not None
    assert anna.modal.values == {"Name": "Anna"}


def test_a_conversation_chosen_for_a_response_comes_with_a_way_to_it(app: Probe) -> None:
    anna = app.slack.hands("anna")
    channel = app.client.conversations_open(users=anna.id)["channel"]["id"]
    element = {
        "type": "conversations_select",
        "action_id": "x",
        "response_url_enabled": True,
        "initial_conversation": channel,
    }
    show(app, modal(field("Where", "where", element)))
    anna.submit()

    [way] = app.last["response_urls"]
    assert way.pop("response_url").startswith(app.slack.url)
    assert way == {"block_id": "where", "action_id": "x", "channel_id": channel}


def test_a_modal_that_is_closed_while_it_is_submitted(app: Probe) -> None:
    anna = app.slack.hands("anna")
    show(app, modal(section("First")))

    def answer(request: SocketModeRequest) -> Answer:
        anna.close()
        return {"response_action": "update", "view": modal(section("Too late"))}

    app.answer = answer
    anna.submit()

    assert anna.modal is None
    assert anna.notice is None
