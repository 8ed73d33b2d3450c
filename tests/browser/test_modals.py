"""Modals on the page: every kind of input, errors, stacks, and typed words that are never lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from playground.server import Playground
from tests.browser.echo import Echo, Json

FILLED: dict[str, Callable[[Locator], None]] = {
    "name": lambda form: form.get_by_label("Name").fill("Anna B."),
    "story": lambda form: form.get_by_label("Story (optional)").fill("Two\nlines"),
    "count": lambda form: form.get_by_label("Count").fill("7"),
    "mail": lambda form: form.get_by_label("E-mail").fill("anna@example.org"),
    "site": lambda form: form.get_by_label("Site").fill("https://example.org/a"),
    "rich": lambda form: form.get_by_label("Rich").fill("Plainly said"),
    "colour": lambda form: choose(form.get_by_label("Colour", exact=True), "Green"),
    "colours": lambda form: form.get_by_role("group", name="Colours").get_by_label("Blue").check(),
    "who": lambda form: choose(form.get_by_label("Who"), "Maya Okafor"),
    "all": lambda form: form.get_by_role("group", name="All of them").get_by_label("Tom Reed").check(),
    "size": lambda form: form.get_by_role("radiogroup", name="Size").get_by_label("Large").check(),
    "days": lambda form: form.get_by_role("group", name="Days").get_by_label("Friday").check(),
    "day": lambda form: form.get_by_label("Day", exact=True).fill("2026-12-01"),
    "hour": lambda form: form.get_by_label("Hour").fill("17:30"),
    "start": lambda form: form.get_by_label("Start").fill("2026-12-01T09:00"),
}
FOURTEEN_UTC = 1796133600  # 2026-12-01 09:00 in New York


def choose(select: Locator, label: str) -> None:
    select.select_option(label)


def open_by_command(pane: Locator, command: str) -> Locator:
    typed = pane.get_by_role("textbox", name=re.compile("^Message Echo as"))
    typed.fill(command)
    typed.press("Enter")
    modal = pane.get_by_role("dialog")
    expect(modal).to_be_visible()
    return modal


def option(text: str) -> Json:
    return {"text": {"type": "plain_text", "text": text}, "value": text.lower()}


def rich(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def test_every_kind_of_input_reaches_the_app_as_slack_sends_it(
    anna: Locator, slack: Playground, echo: Echo
) -> None:
    form = open_by_command(anna, "/echo form")
    expect(form).to_have_accessible_name("Everything")
    expect(form.get_by_label("Name")).to_be_focused()
    expect(form.get_by_label("Name")).to_have_accessible_description("Others see it.")
    expect(form.get_by_label("Name")).to_have_attribute("placeholder", "As on the door")
    expect(form).to_contain_text("EST, America/New York")
    for fill in FILLED.values():
        fill(form)
    form.get_by_role("button", name="Save").click()
    expect(anna.get_by_role("dialog")).to_have_count(0)

    [values] = echo.submitted
    assert {name: entry["it"] for name, entry in values.items()} == {
        "name": {"type": "plain_text_input", "value": "Anna B."},
        "story": {"type": "plain_text_input", "value": "Two\nlines"},
        "count": {"type": "number_input", "value": "7"},
        "mail": {"type": "email_text_input", "value": "anna@example.org"},
        "site": {"type": "url_text_input", "value": "https://example.org/a"},
        "rich": {"type": "rich_text_input", "rich_text_value": rich("Plainly said")},
        "colour": {"type": "static_select", "selected_option": option("Green")},
        "colours": {"type": "multi_static_select", "selected_options": [option("Blue")]},
        "who": {"type": "users_select", "selected_user": slack.hands("maya").id},
        "all": {"type": "multi_users_select", "selected_users": [slack.hands("tom").id]},
        "size": {"type": "radio_buttons", "selected_option": option("Large")},
        "days": {"type": "checkboxes", "selected_options": [option("Friday")]},
        "day": {"type": "datepicker", "selected_date": "2026-12-01"},
        "hour": {"type": "timepicker", "selected_time": "17:30"},
        "start": {"type": "datetimepicker", "selected_date_time": FOURTEEN_UTC},
    }


def test_what_is_missing_is_said_beside_each_field_and_read_with_it(anna: Locator, echo: Echo) -> None:
    form = open_by_command(anna, "/echo form")
    form.get_by_label("Count").fill("five")
    form.get_by_role("button", name="Save").click()

    name, count = form.get_by_label("Name"), form.get_by_label("Count")
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description("Others see it. Please complete this required field.")
    expect(count).to_have_accessible_description("Please enter a number.")
    expect(count).to_have_value("five")
    expect(form.get_by_label("Story (optional)")).not_to_have_attribute("aria-invalid", "true")
    expect(form.get_by_role("radiogroup", name="Size")).to_have_accessible_description(
        "Please complete this required field."
    )

    count.fill("5")
    expect(count).to_have_accessible_description("")
    assert echo.submitted == []


def test_errors_from_the_app_leave_every_word_where_it_was(anna: Locator, echo: Echo) -> None:
    form = open_by_command(anna, "/echo form")
    for fill in FILLED.values():
        fill(form)
    form.get_by_label("Name").fill("nobody")
    form.get_by_role("button", name="Save").click()

    expect(form.get_by_label("Name")).to_have_accessible_description("Others see it. Nobody is not a name.")
    expect(form.get_by_label("Day", exact=True)).to_have_accessible_description("Not that day.")
    expect(form.get_by_label("Story (optional)")).to_have_value("Two\nlines")
    form.get_by_label("Name").fill("somebody")
    form.get_by_role("button", name="Save").click()
    expect(anna.get_by_role("dialog")).to_have_count(0)
    assert echo.submitted[0]["name"]["it"]["value"] == "somebody"


def test_a_form_shown_again_can_be_sent_at_once(page: Page, anna: Locator, echo: Echo) -> None:
    """The page may hear what became of a submission before that submission's own answer arrives."""
    answers: list[tuple[Route, APIResponse]] = []
    page.route(re.compile("/submit$"), lambda route: answers.append((route, route.fetch())))
    form = open_by_command(anna, "/echo form")
    for fill in FILLED.values():
        fill(form)
    form.get_by_label("Name").fill("nobody")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_label("Day", exact=True)).to_have_accessible_description("Not that day.")
    form.get_by_label("Name").fill("somebody")
    form.get_by_role("button", name="Save").click()

    expect(anna.get_by_role("dialog")).to_have_count(0)
    assert [values["name"]["it"]["value"] for values in echo.submitted] == ["somebody"]
    assert len(answers) == 2
    for route, answer in answers:
        route.fulfill(response=answer)


def test_typed_words_survive_a_reload(page: Page, anna: Locator) -> None:
    form = open_by_command(anna, "/echo form")
    with page.expect_response(re.compile("/input$")):
        form.get_by_label("Name").press_sequentially("Anna")
    with page.expect_response(re.compile("/input$")):
        form.get_by_label("Start").fill("2026-12-01T09:00")
    page.reload()

    expect(form.get_by_label("Name")).to_have_value("Anna")
    expect(form.get_by_label("Start")).to_have_value("2026-12-01T09:00")


def test_a_reload_leaves_the_keyboard_in_the_form(page: Page, anna: Locator) -> None:
    form = open_by_command(anna, "/echo form")
    page.reload()
    expect(form.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Anna")
    expect(form.get_by_label("Name")).to_have_value("Anna")
    page.keyboard.press("Escape")
    expect(anna.get_by_role("dialog")).to_have_count(0)


def test_words_typed_in_a_form_survive_a_reload_at_once(page: Page, anna: Locator) -> None:
    form = open_by_command(anna, "/echo form")
    form.get_by_label("Name").press_sequentially("Anna")
    form.get_by_label("Story (optional)").press_sequentially("Once")
    page.reload()

    expect(form.get_by_label("Name")).to_have_value("Anna")
    expect(form.get_by_label("Story (optional)")).to_have_value("Once")


@pytest.mark.parametrize(
    ("wall", "seconds", "shown"),
    [
        ("2026-11-01T01:30", 1793511000, "2026-11-01T01:30"),  # twice that night: the first, in summer time
        ("2027-03-14T02:30", 1805009400, "2027-03-14T03:30"),  # not at all that night: an hour on
        ("2027-03-14T12:00", 1805040000, "2027-03-14T12:00"),
        ("2027-07-01T09:00", 1814446800, "2027-07-01T09:00"),
    ],
)
def test_a_moment_is_picked_in_the_persons_own_zone(
    page: Page, anna: Locator, slack: Playground, wall: str, seconds: int, shown: str
) -> None:
    form = open_by_command(anna, "/echo form")
    with page.expect_request(re.compile("/input$")) as sent:
        form.get_by_label("Start").fill(wall)

    body = sent.value.post_data_json
    assert body is not None
    assert body["value"] == seconds
    expect(form.get_by_label("Start")).to_have_value(shown)


def test_views_are_stacked_and_come_back_as_they_were_left(anna: Locator) -> None:
    first = open_by_command(anna, "/echo pages")
    first.get_by_label("Words").fill("on page one")
    first.get_by_role("button", name="Further").click()
    second = anna.get_by_role("dialog", name="Page 2")
    expect(second.get_by_label("Words")).to_be_focused()
    expect(second.get_by_label("Words")).to_have_value("")
    second.get_by_role("button", name="Further").click()
    expect(anna.get_by_role("dialog", name="Page 3")).to_be_visible()

    anna.get_by_role("button", name="Back").click()
    expect(second.get_by_role("button", name="Further")).to_be_focused()
    second.get_by_label("Words").press("Escape")
    back = anna.get_by_role("dialog", name="Page 1")
    expect(back.get_by_label("Words")).to_have_value("on page one")
    expect(back.get_by_role("button", name="Back")).to_have_count(0)


def test_a_view_that_the_app_redraws_while_one_types_keeps_words_and_caret(page: Page, anna: Locator) -> None:
    form = open_by_command(anna, "/echo search")
    letters, word = form.get_by_label("Letters (optional)"), form.get_by_label("Word (optional)")
    letters.press_sequentially("ct")
    expect(form).to_contain_text("Found ct")
    expect(letters).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("a")
    expect(form).to_contain_text("Found cat")
    expect(letters).to_have_value("cat")

    word.press_sequentially("whole")
    expect(form).to_contain_text("Found cat")
    word.press("Enter")
    expect(form).to_contain_text("Found whole")
    expect(word).to_be_focused()
    expect(letters).to_have_value("cat")


def test_a_view_that_turns_into_another_keeps_the_keyboard_in_it(page: Page, anna: Locator) -> None:
    form = open_by_command(anna, "/echo search")
    form.get_by_role("button", name="Keep").press("Enter")
    expect(form).to_have_accessible_name("Kept")
    page.keyboard.press("Escape")

    expect(anna.get_by_role("dialog")).to_have_count(0)


def test_the_cross_closes_the_whole_stack(anna: Locator) -> None:
    open_by_command(anna, "/echo pages").get_by_role("button", name="Further").click()
    second = anna.get_by_role("dialog", name="Page 2")
    second.locator("header").get_by_role("button", name="Close").click()

    expect(anna.get_by_role("dialog")).to_have_count(0)
    expect(anna.get_by_role("textbox", name=re.compile("^Message Echo as"))).to_be_focused()


def test_both_people_can_have_a_modal_open(tom: Locator, anna: Locator) -> None:
    his, hers = open_by_command(tom, "/echo pages"), open_by_command(anna, "/echo pages")
    his.get_by_label("Words").fill("his")
    hers.get_by_label("Words").fill("hers")

    expect(his.get_by_label("Words")).to_have_value("his")
    his.get_by_role("button", name="Done").click()
    expect(his).to_have_count(0)
    expect(hers.get_by_label("Words")).to_have_value("hers")


def test_what_lies_under_a_modal_cannot_be_reached(page: Page, tom: Locator) -> None:
    open_by_command(tom, "/echo pages")
    under = tom.locator(".pane-under")
    expect(under).to_have_attribute("inert", "")
    for _ in range(12):
        page.keyboard.press("Tab")
        assert not under.evaluate("under => under.contains(document.activeElement)")
