from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest

from playground.server import Playground
from tests.playground.probe import (
    SILENCE,
    Answer,
    Probe,
    actions,
    button,
    connected,
    field,
    home,
    modal,
    options,
    section,
    words,
)
from tests.playground.workspace import MANIFEST, manifest

TEXT = {"type": "plain_text_input"}


def show(app: Probe, view: dict[str, Any]) -> None:
    """Open ``view`` for anna."""
    app.slack.hands("anna").command("/echo")
    app.client.views_open(trigger_id=app.last["trigger_id"], view=view)


def test_a_button_in_a_message_carries_every_field(app: Probe) -> None:
    anna, me = app.slack.hands("anna"), app.client.auth_test()
    go = button("Go", "go", value="7", style="primary", accessibility_label="Go ahead")
    posted = app.client.chat_postMessage(channel=anna.id, text="Go?", blocks=[actions(go)])
    anna.click("Go")

    payload = dict(app.last)
    assert payload.pop("trigger_id")
    assert payload.pop("response_url").startswith(f"{app.slack.url}/response/")
    assert payload.pop("token")
    assert payload.pop("api_app_id")[0] == "A"
    [done] = payload.pop("actions")
    assert float(done.pop("action_ts")) > float(posted["ts"])
    assert done == {
        "type": "button",
        "block_id": "actions",
        "action_id": "go",
        "text": words("Go"),
        "value": "7",
        "style": "primary",
        "accessibility_label": "Go ahead",
    }
    message = payload.pop("message")
    assert (message["ts"], message["text"], message["bot_id"][0]) == (posted["ts"], "Go?", "B")
    assert message["blocks"] == posted["message"]["blocks"]
    channel = posted["channel"]
    assert payload == {
        "type": "block_actions",
        "team": {"id": me["team_id"], "domain": "playground"},
        "user": {"id": anna.id, "username": "anna", "name": "anna", "team_id": me["team_id"]},
        "enterprise": None,
        "is_enterprise_install": False,
        "container": {
            "type": "message",
            "message_ts": posted["ts"],
            "channel_id": channel,
            "is_ephemeral": False,
        },
        "channel": {"id": channel, "name": "directmessage"},
        "state": {"values": {}},
    }


def test_a_button_in_an_ephemeral_message_comes_without_the_message(app: Probe) -> None:
    anna = app.slack.hands("anna")
    app.answer = lambda request: (
        {"blocks": [actions(button("Go", "go"))]} if request.type == "slash_commands" else None
    )
    anna.command("/echo")
    anna.click("Go")

    assert "message" not in app.last
    assert app.last["container"]["is_ephemeral"] is True


def test_a_button_in_a_modal_and_in_home(app: Probe) -> None:
    anna = app.slack.hands("anna")
    app.client.views_publish(user_id=anna.id, view=home(section("Hello"), actions(button("Go", "home_go"))))
    anna.open_home()
    anna.click("Go")
    at_home = app.last
    show(app, modal(section("Hello"), actions(button("Go", "modal_go"))))
    anna.click("Go")
    in_modal = app.last

    for payload, kind in ((at_home, "home"), (in_modal, "modal")):
        assert payload["container"] == {"type": "view", "view_id": payload["view"]["id"]}
        assert payload["view"]["type"] == kind
        assert payload["actions"][0]["action_id"] == f"{kind}_go"
        assert payload["trigger_id"]
        assert "response_url" not in payload
        assert "message" not in payload


def test_an_overflow_entry(app: Probe) -> None:
    anna = app.slack.hands("anna")
    more = {"type": "overflow", "action_id": "more", "options": options("Edit", "Delete")}
    app.client.chat_postMessage(channel=anna.id, text="x", blocks=[section("Hello", accessory=more)])
    assert anna.messages[0].buttons == ["Edit", "Delete"]
    anna.click("Delete")

    [done] = app.last["actions"]
    assert (done["type"], done["selected_option"]) == (
        "overflow",
        {"text": words("Delete"), "value": "delete"},
    )


def test_a_select_in_a_message_keeps_its_choice(app: Probe) -> None:
    anna = app.slack.hands("anna")
    select = {
        "type": "static_select",
        "action_id": "size",
        "placeholder": words("Pick a size"),
        "options": options("Small", "Large"),
    }
    app.client.chat_postMessage(channel=anna.id, text="x", blocks=[actions(select, button("Go", "go"))])
    anna.fill("Pick a size", "Large")
    chosen = {"text": words("Large"), "value": "large"}
    assert app.last["actions"][0]["selected_option"] == chosen
    anna.click("Go")

    assert app.last["state"]["values"] == {
        "actions": {"size": {"type": "static_select", "selected_option": chosen}}
    }
    assert anna.messages[0].words == "Large\nGo"


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


def test_typing_is_told_only_where_the_app_asked(app: Probe) -> None:
    anna = app.slack.hands("anna")
    every = {"trigger_actions_on": ["on_character_entered"]}
    show(
        app,
        modal(
            field("Quiet", "quiet", TEXT),
            field("Search", "search", TEXT, dispatch_action=True),
            field("Each", "each", {**TEXT, "dispatch_action_config": every}, dispatch_action=True),
            field("Size", "size", {"type": "static_select", "options": options("S")}, dispatch_action=True),
        ),
    )
    for label, value in (("Quiet", "a"), ("Search", "b"), ("Each", "c"), ("Size", "S")):
        anna.fill(label, value)

    told = [request.payload["actions"][0]["block_id"] for request in app.requests[1:]]
    assert told == ["search", "each", "size"]


def test_closing_is_told_where_the_app_asked(app: Probe) -> None:
    anna = app.slack.hands("anna")
    show(app, modal(section("First"), notify_on_close=True, private_metadata="kept"))
    show_next = {"trigger_id": None, "view": modal(section("Second"), notify_on_close=True)}
    anna.command("/echo")
    app.client.views_push(**{**show_next, "trigger_id": app.last["trigger_id"]})
    anna.close()
    assert app.last["type"] == "view_closed"
    assert app.last["is_cleared"] is False
    assert app.last["view"]["blocks"][0]["text"]["text"] == "Second"
    anna.close()
    assert app.last["view"]["private_metadata"] == "kept"
    assert anna.modal is None


def test_the_cross_closes_all_and_each_is_told(app: Probe) -> None:
    anna = app.slack.hands("anna")
    show(app, modal(section("First"), notify_on_close=True))
    anna.command("/echo")
    second = modal(section("Second"), clear_on_close=True, notify_on_close=True)
    app.client.views_push(trigger_id=app.last["trigger_id"], view=second)
    anna.close()

    told = [request.payload for request in app.requests if request.payload.get("type") == "view_closed"]
    assert [one["view"]["blocks"][0]["text"]["text"] for one in told] == ["Second", "First"]
    assert [one["is_cleared"] for one in told] == [True, True]
    assert anna.modal is None


def test_closing_quietly(app: Probe) -> None:
    anna = app.slack.hands("anna")
    show(app, modal(section("First"), close=words("Cancel")))
    anna.click("Cancel")

    assert anna.modal is None
    assert app.last["command"] == "/echo"


def test_a_click_that_nobody_acks(hasty: Probe) -> None:
    anna = hasty.slack.hands("anna")
    hasty.client.chat_postMessage(channel=anna.id, text="x", blocks=[actions(button("Go", "go"))])
    hasty.answer = lambda _: SILENCE
    anna.click("Go")

    assert anna.notice == "Echo did not respond in time"


def test_a_submission_that_nobody_acks_keeps_the_modal(hasty: Probe) -> None:
    anna = hasty.slack.hands("anna")
    show(hasty, modal(field("Name", "name", TEXT)))
    anna.fill("Name", "Anna")
    hasty.answer = lambda _: SILENCE
    anna.submit()

    assert anna.notice == "We had some trouble connecting. Try again?"
    assert anna.modal is not None
    assert anna.modal.values == {"Name": "Anna"}


def test_a_closing_that_nobody_acks_is_not_shown(hasty: Probe) -> None:
    anna = hasty.slack.hands("anna")
    show(hasty, modal(section("First"), notify_on_close=True))
    hasty.answer = lambda _: SILENCE
    anna.close()

    assert anna.modal is None
    assert anna.notice is None


def test_without_interactivity_nothing_is_delivered() -> None:
    still = {**MANIFEST["settings"], "interactivity": {"is_enabled": False}}
    with Playground(manifest(settings=still)) as slack:
        app = Probe(slack)
        with connected(app):
            anna = slack.hands("anna")
            app.client.chat_postMessage(channel=anna.id, text="x", blocks=[actions(button("Go", "go"))])
            anna.click("Go")
            assert anna.notice == "This app is not configured to handle interactive responses."
            show(app, modal(section("x"), notify_on_close=True))
            anna.submit()
            assert anna.notice == "We had some trouble connecting. Try again?"
            anna.close()
            slack.settle()

        assert {request.type for request in app.requests} == {"slash_commands", "events_api"}


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
