"""Buttons, selects and inputs in messages, modals and Home, and closing."""

from playground.server import Playground
from tests.playground.probe import (
    SILENCE,
    Probe,
    actions,
    button,
    connected,
    field,
    home,
    modal,
    options,
    section,
    show,
    words,
)
from tests.playground.workspace import MANIFEST, manifest

TEXT = {"type": "plain_text_input"}


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
    show(app, modal(section("Second"), notify_on_close=True))
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
    show(app, modal(section("Second"), clear_on_close=True, notify_on_close=True))
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
