"""What a person can give an element: what Slack's own client could send, whether by hands or by the page."""

from typing import Any

import pytest

from tests.playground.probe import Probe, actions, button, field, modal, options, show
from tests.playground.workspace import get, post

NOTE = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}

CANNOT: list[tuple[str, dict[str, Any], Any, str]] = [
    ("a day that is none", {"type": "datepicker"}, "2026-02-31", "This takes a date, such as 2026-12-01, not '2026-02-31'."),
    ("an hour that is none", {"type": "timepicker"}, "29:00", "This takes a time of day, such as 17:30, not '29:00'."),
    ("midnight at the end", {"type": "timepicker"}, "24:00", "This takes a time of day, such as 17:30, not '24:00'."),
    ("a moment before all", {"type": "datetimepicker"}, -5, "This takes a moment in Unix seconds, not -5."),
    ("a moment in milliseconds", {"type": "datetimepicker"}, 1795437600000, "This takes a moment in Unix seconds, not 1795437600000."),
    ("a truth", {"type": "datetimepicker"}, True, "This takes a moment in Unix seconds, not True."),
    ("a number as text", {"type": "plain_text_input"}, 5, "This takes a text, not 5."),
    ("an object as text", {"type": "email_text_input"}, {"a": 1}, "This takes a text, not {'a': 1}."),
    ("text as rich text", {"type": "rich_text_input", "action_id": "x"}, "Hello", "This takes rich text, not 'Hello'."),
    ("broken rich text", {"type": "rich_text_input", "action_id": "x"}, {"type": "rich_text"}, "This takes rich text, not {'type': 'rich_text'}."),
    ("an option in a list", {"type": "static_select", "options": options("A", "B")}, ["a"], "This takes a choice, not ['a']."),
    ("an option by itself", {"type": "checkboxes", "options": options("A", "B")}, "a", "This takes a list of different choices, not 'a'."),
    ("an option twice", {"type": "checkboxes", "options": options("A", "B")}, ["a", "a"], "This takes a list of different choices, not ['a', 'a']."),
    ("an option that is none", {"type": "multi_static_select", "options": options("A")}, ["b"], "There is no option 'b'."),
    ("nobody", {"type": "multi_users_select"}, ["U0NOBODY00"], "There is nobody 'U0NOBODY00' here."),
    ("an object as a person", {"type": "users_select"}, {"id": "U1"}, "This takes a choice, not {'id': 'U1'}."),
    ("a conversation of nobody's", {"type": "conversations_select"}, "CNOPE", "There is no conversation 'CNOPE' here."),
    ("several conversations", {"type": "multi_conversations_select"}, ["D0", "D1"], "There is no conversation 'D0' here."),
    ("a channel", {"type": "channels_select"}, "C0GENERAL0", "There is no conversation 'C0GENERAL0' here."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("element", "value", "sentence"), [each[1:] for each in CANNOT], ids=[each[0] for each in CANNOT]
)
def test_what_slacks_client_could_not_send_is_refused(
    app: Probe, element: dict[str, Any], value: Any, sentence: str
) -> None:
    show(app, modal(field("It", "it", element, optional=True)))
    slack, anna = app.slack, app.slack.hands("anna").id
    view = get(f"{slack.url}/playground/state?panes={anna}")[1]["panes"][anna]["views"][0]
    spot = {"view_id": view["id"], "block_id": "it", "action_id": "x"}

    answer = post(f"{slack.url}/playground/people/{anna}/input", {**spot, "value": value})
    assert answer == (200, {"ok": False, "error": sentence})
    after = get(f"{slack.url}/playground/state?panes={anna}")[1]["panes"][anna]["views"][0]
    assert after["state"] == view["state"]


def test_a_conversation_is_ones_own_and_what_fits_arrives(app: Probe) -> None:
    anna, tom = app.slack.hands("anna"), app.slack.hands("tom")
    show(
        app,
        modal(
            field("Who", "who", {"type": "users_select"}),
            field("Where", "where", {"type": "conversations_select"}),
            field("Note", "note", {"type": "rich_text_input", "action_id": "x"}),
            field("At", "at", {"type": "datetimepicker"}),
        ),
    )
    mine, theirs = (app.client.conversations_open(users=one.id)["channel"]["id"] for one in (anna, tom))

    with pytest.raises(LookupError, match="There is no conversation"):
        anna.fill("Where", theirs)
    for label, value in (("Who", "Tom Reed"), ("Where", mine), ("Note", NOTE), ("At", 1795437600)):
        anna.fill(label, value)
    anna.submit()
    assert app.last["view"]["state"]["values"] == {
        "who": {"x": {"type": "users_select", "selected_user": tom.id}},
        "where": {"x": {"type": "conversations_select", "selected_conversation": mine}},
        "note": {"x": {"type": "rich_text_input", "rich_text_value": NOTE}},
        "at": {"x": {"type": "datetimepicker", "selected_date_time": 1795437600}},
    }


def test_what_a_form_asks_is_told_with_the_form_and_all_else_at_once(app: Probe) -> None:
    size = {"type": "static_select", "action_id": "size", "options": options("S")}
    show(app, modal(field("Name", "name", {"type": "plain_text_input"}), actions(size, button("Go", "go"))))
    slack, anna = app.slack, app.slack.hands("anna").id
    view = get(f"{slack.url}/playground/state?panes={anna}")[1]["panes"][anna]["views"][0]["id"]
    url, heard = f"{slack.url}/playground/people/{anna}", len(app.requests)

    for gesture, block_id, action_id, value, sentence in (
        ("action", "name", "x", "Anna", "What is asked in a form is told with the form."),
        ("input", "actions", "size", "s", "What is chosen outside a form is told at once."),
        ("input", "actions", "go", "s", "That holds no value: it is there to be pressed."),
    ):
        spot = {"view_id": view, "block_id": block_id, "action_id": action_id, "value": value}
        assert post(f"{url}/{gesture}", spot)[1] == {"ok": False, "error": sentence}
    assert len(app.requests) == heard
