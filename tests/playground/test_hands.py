from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from slack_sdk import WebClient

from playground.server import Playground
from tests.playground.probe import Probe, actions, button, field, home, modal, options, section, show, words
from tests.playground.workspace import MANIFEST, web_client

AT = datetime(2027, 3, 1, 14, 30, tzinfo=UTC)
UNIX = int(AT.timestamp())


def read(client: WebClient, slack: Playground, *blocks: dict[str, Any]) -> str:
    """The words that anna reads in a message of these blocks."""
    anna = slack.hands("anna")
    client.chat_postMessage(channel=anna.id, text="x", blocks=list(blocks))
    return anna.messages[-1].words


@pytest.mark.parametrize(
    ("mrkdwn", "plain"),
    [
        ("*Bold* _and_ ~not~ `code`", "Bold and not code"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("1 &lt; 2 &amp;amp; &gt;", "1 < 2 &amp; >"),
        ("<https://a.example|Our page> or <https://b.example>", "Our page or https://b.example"),
        ("<mailto:a@b.example|Write>", "Write"),
        ("<!here> and <!channel>", "@here and @channel"),
        ("<@U0NOBODY00>", "@U0NOBODY00"),
        (f"<!date^{UNIX}^{{date_num}} {{time}}|then>", "2027-03-01 9:30 AM"),
        (f"<!date^{UNIX}^{{date_long}} at {{time_secs}}|then>", "Monday, March 1, 2027 at 9:30:00 AM"),
        (f"<!date^{UNIX}^{{date_pretty}}|then>", "today"),
        (f"<!date^{UNIX + 86400}^{{date_short_pretty}}|then>", "tomorrow"),
        (f"<!date^{UNIX - 86400}^{{date_long_pretty}}|then>", "yesterday"),
        (f"<!date^{UNIX + 864000}^{{date_short}}, {{date}}|then>", "Mar 11, 2027, March 11, 2027"),
        (f"<!date^{UNIX}^{{nonsense}}|then>", "{nonsense}"),
        ("<!date^soon^{date}|then>", "then"),
    ],
)
def test_what_marked_up_text_reads_like(mrkdwn: str, plain: str) -> None:
    with Playground(MANIFEST, starts=AT) as slack:
        assert read(web_client(slack), slack, section(mrkdwn)) == plain


def test_a_mention_reads_as_a_name(slack: Playground, client: WebClient) -> None:
    assert read(client, slack, section(f"<@{slack.hands('tom').id}>")) == "@Tom Reed"


def test_every_block_is_read(slack: Playground, client: WebClient) -> None:
    tom = slack.hands("tom").id
    rich = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "Hello "},
                    {"type": "user", "user_id": tom},
                    {"type": "emoji", "name": "wave"},
                    {"type": "link", "url": "https://a.example"},
                    {"type": "broadcast", "range": "here"},
                    {"type": "date", "timestamp": 0, "format": " {date_num}"},
                ],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
                    for text in ("one", "two")
                ],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
        ],
    }
    read_words = read(
        client,
        slack,
        {"type": "header", "text": words("Header")},
        {"type": "divider"},
        section("Section", fields=[words("Field one"), words("Field two")]),
        {"type": "context", "elements": [words("Context")]},
        {
            "type": "image",
            "image_url": "https://a.example/a.png",
            "alt_text": "A picture",
            "title": words("Title"),
        },
        rich,
        {"type": "markdown", "text": "**markdown**"},
        {
            "type": "table",
            "rows": [
                [{"type": "raw_text", "text": "Tea"}, {"type": "raw_number", "value": 2, "text": "2 cups"}]
            ],
        },
        actions(button("Go", "go"), {"type": "overflow", "action_id": "more", "options": options("A", "B")}),
    )

    assert read_words.split("\n") == [
        "Header",
        "Section",
        "Field one",
        "Field two",
        "Context",
        "A picture",
        "Title",
        "Hello @Tom Reed:wave:https://a.example@here 1969-12-31",
        "one",
        "two",
        "quoted",
        "**markdown**",
        "Tea",
        "2 cups",
        "Go",
    ]


def test_inputs_read_as_label_and_content(app: Probe) -> None:
    anna = app.slack.hands("anna")
    anna.command("/echo")
    view = modal(
        field(
            "Name", "name", {"type": "plain_text_input", "placeholder": words("Who?")}, hint=words("Any name")
        ),
        field("Colour", "colour", {"type": "radio_buttons", "options": options("Red", "Blue")}),
        field("Who", "who", {"type": "users_select", "initial_user": app.slack.hands("tom").id}),
        private_metadata="secret",
    )
    app.client.views_open(trigger_id=app.last["trigger_id"], view=view)

    shown = anna.modal
    assert shown is not None
    assert shown.words == "Name\nWho?\nAny name\nColour\nRed\nBlue\nWho\nTom Reed"
    assert shown.values == {"Name": None, "Colour": None, "Who": "Tom Reed"}
    assert (shown.labels, shown.private_metadata) == (["Name", "Colour", "Who"], "secret")


def test_a_click_finds_the_newest_message_that_has_the_button(app: Probe) -> None:
    anna = app.slack.hands("anna")
    for number in ("1", "2"):
        app.client.chat_postMessage(
            channel=anna.id, text=number, blocks=[actions(button("Go", "go", value=number))]
        )
    app.client.chat_postMessage(channel=anna.id, text="Nothing to click")
    anna.click("Go")
    assert app.last["actions"][0]["value"] == "2"
    anna.click("Go", on=anna.messages[0])
    assert app.last["actions"][0]["value"] == "1"


CHOICES: list[dict[str, Any]] = [
    {"type": "datepicker", "action_id": "day", "initial_date": "2026-12-01"},
    {"type": "timepicker", "action_id": "hour", "timezone": "Europe/London"},
    {"type": "checkboxes", "action_id": "days", "options": options("Monday", "Friday")},
    {"type": "overflow", "action_id": "more", "options": options("Later", "Never")},
]


@pytest.mark.parametrize("place", ["message", "modal", "home"])
def test_choices_outside_forms_tell_the_app_at_once(app: Probe, place: str) -> None:
    anna, client = app.slack.hands("anna"), app.client
    if place == "message":
        client.chat_postMessage(channel=anna.id, text="x", blocks=[actions(*CHOICES)])
    elif place == "modal":
        show(app, modal(actions(*CHOICES)))
    else:
        client.views_publish(user_id=anna.id, view=home(actions(*CHOICES)))
        anna.open_home()
    monday, friday = options("Monday", "Friday")

    for label, given, held in (
        ("day", date(2026, 12, 24), {"selected_date": "2026-12-24"}),
        ("hour", time(17, 30), {"selected_time": "17:30", "timezone": "Europe/London"}),
        ("days", ["Friday", "Monday"], {"selected_options": [friday, monday]}),
        ("days", [], {"selected_options": []}),
    ):
        anna.fill(label, given)
        told = app.last["actions"][0]
        assert {key: told[key] for key in held} == held
        assert told["action_id"] == label
    anna.click("Never")
    assert app.last["actions"][0]["selected_option"] == options("Never")[0]


def test_a_click_on_what_has_an_address_opens_it_and_tells_the_app(app: Probe) -> None:
    anna, there = app.slack.hands("anna"), "https://calendar.example/new?text=Meeting"
    later, elsewhere = options("Later", "Elsewhere")
    menu = {"type": "overflow", "action_id": "more", "options": [later, elsewhere | {"url": f"{there}+2"}]}
    blocks = [actions(button("Calendar", "open", url=there, value="1"), button("Here", "here"), menu)]
    app.client.chat_postMessage(channel=anna.id, text="x", blocks=blocks)

    anna.click("Calendar")
    told = app.last["actions"][0]
    assert (anna.opened, told["url"], told["value"]) == (there, there, "1")
    anna.click("Here")
    assert (anna.opened, app.last["actions"][0]["action_id"]) == (None, "here")
    anna.click("Elsewhere")
    assert anna.opened == f"{there}+2"
    assert app.last["actions"][0]["selected_option"]["value"] == "elsewhere"


def test_what_is_not_there_is_named_with_what_is(app: Probe) -> None:
    anna = app.slack.hands("anna")
    app.client.chat_postMessage(channel=anna.id, text="x", blocks=[actions(button("Go", "go"))])

    with pytest.raises(LookupError, match=r"no button 'Stop'; there are \['Go'\]"):
        anna.click("Stop")
    with pytest.raises(LookupError, match=r"no input 'Name'; there are \[\]"):
        anna.fill("Name", "Anna")
    for use in (anna.submit, anna.close):
        with pytest.raises(LookupError, match="No modal is open"):
            use()
    anna.command("/echo")
    view = modal(
        field("Size", "size", {"type": "static_select", "options": options("Small", "Large")}),
        field("Who", "who", {"type": "users_select"}),
        field("Day", "day", {"type": "datepicker"}),
        field("At", "at", {"type": "datetimepicker"}),
    )
    app.client.views_open(trigger_id=app.last["trigger_id"], view=view)
    with pytest.raises(LookupError, match=r"no option 'Huge'; there are \['Small', 'Large'\]"):
        anna.fill("Size", "Huge")
    with pytest.raises(LookupError, match="nobody called 'Zoe'"):
        anna.fill("Who", "Zoe")
    with pytest.raises(LookupError, match="This takes a date, such as 2026-12-01, not 'soon'"):
        anna.fill("Day", "soon")
    with pytest.raises(LookupError, match="This takes a moment in Unix seconds, not 'soon'"):
        anna.fill("At", "soon")
    with pytest.raises(LookupError, match="no button 'Go'"):
        anna.click("Go")


def test_a_modal_without_submit_cannot_be_submitted(app: Probe) -> None:
    anna = app.slack.hands("anna")
    anna.command("/echo")
    view = {"type": "modal", "title": words("Read"), "blocks": [section("Only words")]}
    app.client.views_open(trigger_id=app.last["trigger_id"], view=view)

    with pytest.raises(LookupError, match="no submit button"):
        anna.submit()
    anna.close(everything=True)
    assert anna.modal is None


def test_a_click_on_submit_submits(app: Probe) -> None:
    anna = app.slack.hands("anna")
    anna.command("/echo")
    app.client.views_open(trigger_id=app.last["trigger_id"], view=modal(section("x")))
    anna.click("Send")

    assert app.last["type"] == "view_submission"
    assert anna.modal is None


def test_rich_text_can_be_filled(app: Probe) -> None:
    anna = app.slack.hands("anna")
    anna.command("/echo")
    app.client.views_open(
        trigger_id=app.last["trigger_id"], view=modal(field("Note", "note", {"type": "rich_text_input"}))
    )
    note = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Hello"}]}],
    }
    anna.fill("Note", note)
    assert anna.modal is not None
    assert anna.modal.values == {"Note": "Hello"}
    anna.submit()

    held = app.last["view"]["state"]["values"]["note"]["x"]
    assert held == {"type": "rich_text_input", "rich_text_value": note}
