"""Blocks within blocks, and the buttons of context actions: for hands and page the same."""

from typing import Any

import pytest

from tests.playground.probe import Probe, actions, button, field, home, options, section, words
from tests.playground.workspace import get, post

CONTEXT_ACTIONS = {
    "type": "context_actions",
    "block_id": "below",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "liked",
            "positive_button": {"text": words("Good"), "value": "yes"},
            "negative_button": {"text": words("Bad"), "value": "no"},
        },
        {"type": "icon_button", "action_id": "drop", "icon": "trash", "text": words("Remove"), "value": "7"},
    ],
}


def container(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "container", "title": words("Box"), "child_blocks": list(blocks)}


def carousel(*cards: dict[str, Any]) -> dict[str, Any]:
    return {"type": "carousel", "elements": [{"type": "card", **card} for card in cards]}


def test_what_stands_in_a_container_is_seen_and_used(app: Probe) -> None:
    anna = app.slack.hands("anna")
    size = {"type": "static_select", "action_id": "size", "options": options("Small", "Large")}
    app.client.chat_postMessage(
        channel=anna.id,
        text="x",
        blocks=[
            container(
                section("Within", block_id="first"),
                actions(button("Go", "go", value="1"), {**size, "placeholder": words("Size")}),
                field("Name", "name", {"type": "plain_text_input", "initial_value": "Ann"}),
            )
        ],
    )

    [message] = anna.messages
    assert message.words == "Box\nWithin\nGo\nSize\nName\nAnn"
    assert message.buttons == ["Go"]
    anna.click("Go")
    [done] = app.last["actions"]
    assert (done["block_id"], done["action_id"], done["value"]) == ("actions", "go", "1")
    anna.fill("Size", "Large")
    assert app.last["actions"][0]["selected_option"]["value"] == "large"
    anna.fill("Name", "Anna")
    held = app.slack.look(lambda: app.slack.workspace.messages(app.last["channel"]["id"])[0].values)
    assert held["name"]["x"]["value"] == "Anna"
    assert app.last["state"]["values"]["actions"]["size"]["selected_option"]["value"] == "large"


def test_cards_in_a_carousel_are_seen_and_used(app: Probe) -> None:
    anna = app.slack.hands("anna")
    first = {"title": words("One"), "subtitle": words("Sub"), "actions": [button("Take one", "take")]}
    second = {"body": words("Two"), "block_id": "two", "actions": [button("Take two", "take")]}
    app.client.views_publish(user_id=anna.id, view=home(carousel(first, second)))
    anna.open_home()

    assert anna.home.words == "One\nSub\nTake one\nTwo\nTake two"
    assert anna.home.buttons == ["Take one", "Take two"]
    anna.click("Take two")
    assert app.last["actions"][0]["block_id"] == "two"
    anna.click("Take one")
    assert len(app.last["actions"][0]["block_id"]) == 5


def test_nested_blocks_without_ids_are_given_some(app: Probe) -> None:
    anna = app.slack.hands("anna")
    go = {"type": "button", "text": words("Go")}
    posted = app.client.chat_postMessage(
        channel=anna.id,
        text="x",
        blocks=[container({"type": "actions", "elements": [go]}), carousel({"actions": [go]})],
    )

    box, shelf = posted["message"]["blocks"]
    [inner], [card] = box["child_blocks"], shelf["elements"]
    assert len({block["block_id"] for block in (box, inner, shelf, card)}) == 4
    assert len(inner["elements"][0]["action_id"]) == len(card["actions"][0]["action_id"]) == 5


def test_the_page_uses_what_stands_in_a_container(app: Probe) -> None:
    slack, anna = app.slack, app.slack.hands("anna").id
    posted = app.client.chat_postMessage(
        channel=anna, text="x", blocks=[container(actions(button("Go", "go")))]
    )
    spot = {"message_ts": posted["ts"], "block_id": "actions", "action_id": "go"}

    assert post(f"{slack.url}/playground/people/{anna}/action", spot) == (200, {"ok": True})
    assert app.last["actions"][0]["action_id"] == "go"


@pytest.mark.parametrize(("label", "value"), [("Good", "yes"), ("Bad", "no")])
def test_feedback_tells_which_of_the_two_it_was(app: Probe, label: str, value: str) -> None:
    anna = app.slack.hands("anna")
    app.client.chat_postMessage(channel=anna.id, text="x", blocks=[section("x"), CONTEXT_ACTIONS])

    assert anna.messages[0].words == "x\nGood\nBad\nRemove"
    assert anna.messages[0].buttons == ["Good", "Bad", "Remove"]
    anna.click(label)
    [done] = app.last["actions"]
    assert float(done.pop("action_ts"))
    assert done == {
        "type": "feedback_buttons",
        "block_id": "below",
        "action_id": "liked",
        "text": words(label),
        "value": value,
    }
    assert app.last["state"] == {"values": {}}


def test_an_icon_button_tells_its_value(app: Probe) -> None:
    anna = app.slack.hands("anna")
    app.client.chat_postMessage(channel=anna.id, text="x", blocks=[section("x"), CONTEXT_ACTIONS])
    anna.click("Remove")

    [done] = app.last["actions"]
    assert float(done.pop("action_ts"))
    assert done == {
        "type": "icon_button",
        "block_id": "below",
        "action_id": "drop",
        "icon": "trash",
        "text": words("Remove"),
        "value": "7",
    }


def test_feedback_that_is_not_offered_cannot_be_given(app: Probe) -> None:
    slack, anna = app.slack, app.slack.hands("anna").id
    posted = app.client.chat_postMessage(channel=anna, text="x", blocks=[section("x"), CONTEXT_ACTIONS])
    spot = {"message_ts": posted["ts"], "block_id": "below", "action_id": "liked", "value": "perhaps"}
    url = f"{slack.url}/playground"

    answer = post(f"{url}/people/{anna}/action", spot)[1]
    assert answer == {"ok": False, "error": "There is no button for 'perhaps'."}
    assert get(f"{url}/state?panes={anna}")[0] == 200


def test_a_button_for_some_is_not_seen_by_others(app: Probe) -> None:
    anna, tom = app.slack.hands("anna"), app.slack.hands("tom")
    for person in (anna, tom):
        only = button("For Anna", "go", visible_to_user_ids=[anna.id])
        app.client.chat_postMessage(channel=person.id, text="x", blocks=[actions(only, button("All", "all"))])

    assert anna.messages[0].buttons == ["For Anna", "All"]
    assert tom.messages[0].buttons == ["All"]
