"""Links, menus, pickers and boxes that the app draws, with the mouse and without, in messages and in forms."""

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from slack_sdk.socket_mode.request import SocketModeRequest

from playground.server import Playground
from tests.playground.probe import Answer, Probe, actions, button, connected, modal, options, section, words

Json = dict[str, Any]
Draw = Callable[..., Locator]
CONFIRM = {"title": words("Sure?"), "text": words("Really."), "confirm": words("Yes"), "deny": words("No")}
DATE = {"type": "datepicker", "action_id": "date", "initial_date": "2026-12-01"}
TIME = {"type": "timepicker", "action_id": "time", "initial_time": "09:00", "timezone": "America/New_York"}
DAYS = {"type": "checkboxes", "action_id": "days", "options": options("Monday", "Friday", "Sunday")}


@pytest.fixture
def app(slack: Playground) -> Iterator[Probe]:
    """An app that remembers what it is told."""
    probe = Probe(slack)
    with connected(probe):
        yield probe


@pytest.fixture
def tom(page: Page, app: Probe) -> Iterator[Locator]:
    """Tom's pane."""
    page.goto(app.slack.url)
    yield page.get_by_role("region", name="Tom Reed")
    page.goto("about:blank")


@pytest.fixture(params=["message", "modal"])
def draw(request: pytest.FixtureRequest, app: Probe, tom: Locator) -> Draw:
    """Draws blocks for Tom in a message or in a modal, and returns where they stand."""
    hand = app.slack.hands("tom")

    def drawn(*blocks: Json) -> Locator:
        if request.param == "message":
            app.client.chat_postMessage(channel=hand.id, text="x", blocks=list(blocks))
            return tom.get_by_role("article")
        hand.command("/echo")
        app.client.views_open(trigger_id=app.last["trigger_id"], view=modal(*blocks))
        return tom.get_by_role("dialog", name="Form")

    return drawn


@pytest.fixture
def there(slack: Playground) -> str:
    """An address that can be opened."""
    return f"{slack.url}/page/icon.svg"


def told(app: Probe, count: int) -> list[Json]:
    """The first ``count`` actions that the app was told of, once there are as many, and no more."""
    assert app.slack.wait_until(lambda _: len(actions_of(app)) >= count, 10), actions_of(app)
    done = actions_of(app)
    assert len(done) == count, done
    return done


def actions_of(app: Probe) -> list[Json]:
    """Every action so far."""
    payloads = [request.payload for request in app.requests if request.type == "interactive"]
    return [payload["actions"][0] for payload in payloads if payload["type"] == "block_actions"]


def held(app: Probe, key: str, count: int) -> list[Any]:
    """What an element held after each of the first ``count`` actions."""
    return [action[key] for action in told(app, count)]


def texts(chosen: list[Json]) -> list[str]:
    return [option["text"]["text"] for option in chosen]


@pytest.mark.parametrize("how", ["click", "Enter", "Space"])
def test_a_link_button_opens_a_new_tab_and_tells_the_app(
    context: BrowserContext, app: Probe, draw: Draw, there: str, how: str
) -> None:
    place = draw(section("Calendar", accessory=button("Google", "google", url=there, value="1")))
    link = place.get_by_role("link", name="Google", exact=True)
    expect(link).to_have_accessible_description("Opens in a new tab")
    with context.expect_page() as opening:
        if how == "click":
            link.click()
        else:
            link.press(how)

    assert opening.value.url == there
    [action] = told(app, 1)
    assert (action["action_id"], action["url"], action["value"]) == ("google", there, "1")


def test_a_link_button_that_asks_first_opens_nothing_until_told_yes(
    context: BrowserContext, app: Probe, tom: Locator, draw: Draw, there: str
) -> None:
    link = draw(actions(button("Google", "google", url=there, confirm=CONFIRM))).get_by_role("link")
    question = tom.get_by_role("alertdialog", name="Sure?")
    link.click()
    question.get_by_role("button", name="No").click()
    expect(question).to_have_count(0)
    expect(link).to_be_focused()
    assert (len(context.pages), actions_of(app)) == (1, [])

    link.press("Enter")
    with context.expect_page() as opening:
        question.get_by_role("button", name="Yes").press("Enter")
    assert opening.value.url == there
    assert told(app, 1)[0]["action_id"] == "google"


def test_an_address_that_no_browser_should_follow_is_a_mere_button(
    context: BrowserContext, app: Probe, draw: Draw
) -> None:
    place = draw(actions(button("Odd", "odd", url="slack://open")))
    place.get_by_role("button", name="Odd").click()

    assert told(app, 1)[0]["action_id"] == "odd"
    assert len(context.pages) == 1
    assert context.pages[0].title() == "Echo · Playground"


def test_a_menu_by_keyboard(page: Page, context: BrowserContext, app: Probe, draw: Draw, there: str) -> None:
    entries = [*options("Later", "Never"), options("Elsewhere")[0] | {"url": there}]
    place = draw(actions({"type": "overflow", "action_id": "more", "options": entries}))
    opener, items = place.get_by_role("button", name="More actions"), place.get_by_role("menuitem")
    opener.press("Enter")
    expect(items.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(items.first).to_be_hidden()
    expect(place).to_be_visible()
    expect(opener).to_be_focused()
    page.keyboard.press("Space")
    expect(items.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert texts(held(app, "selected_option", 1)) == ["Never"]
    expect(opener).to_be_focused()
    expect(opener).not_to_have_attribute("aria-busy", "true")
    page.keyboard.press("ArrowDown")
    expect(items.first).to_be_focused()
    page.keyboard.press("Tab")
    expect(items.first).to_be_hidden()

    opener.press("ArrowUp")
    expect(items.last).to_be_focused()
    with context.expect_page() as opening:
        page.keyboard.press("Enter")
    assert opening.value.url == there
    assert texts(held(app, "selected_option", 2)) == ["Never", "Elsewhere"]


def test_a_date_typed_by_keys_is_told_once_and_whole(page: Page, app: Probe, draw: Draw) -> None:
    place = draw(actions(DATE))
    picker = place.get_by_label("Date")
    picker.focus()
    page.keyboard.type("1224")
    page.keyboard.type("20")
    app.client.chat_postMessage(channel=app.slack.hands("anna").id, text="Something else changes meanwhile")
    expect(page.get_by_text("Something else changes")).to_be_visible()
    page.keyboard.type("27")
    expect(picker).to_have_value("2027-12-24")

    assert held(app, "selected_date", 1) == ["2027-12-24"]
    expect(picker).to_have_value("2027-12-24")
    expect(picker).to_be_focused()


def test_a_time_is_told_at_enter_without_sending_the_form(page: Page, app: Probe, draw: Draw) -> None:
    place = draw(actions(TIME))
    picker = place.get_by_label("Time")
    expect(picker).to_have_accessible_description("America/New York")
    picker.focus()
    page.keyboard.type("0530PM")
    page.keyboard.press("Enter")

    [action] = told(app, 1)
    assert (action["selected_time"], action["timezone"]) == ("17:30", "America/New_York")
    expect(picker).to_have_value("17:30")
    expect(place).to_be_visible()


def test_a_date_left_half_typed_goes_back(page: Page, app: Probe, draw: Draw) -> None:
    place = draw(actions(DATE, button("Next", "next")))
    picker = place.get_by_label("Date")
    picker.focus()
    page.keyboard.type("12242")
    place.get_by_role("button", name="Next").click()

    assert [action["action_id"] for action in told(app, 1)] == ["next"]
    expect(picker).to_have_value("2026-12-01")


def test_boxes_ticked_faster_than_the_app_answers_are_all_told_in_order(
    page: Page, app: Probe, draw: Draw
) -> None:
    may_answer = threading.Event()

    def answer(_: SocketModeRequest) -> Answer:
        assert may_answer.wait(10)
        return None

    place = draw(actions(DAYS))
    app.answer = answer
    place.get_by_label("Monday").focus()
    for key in ("Space", "Tab", "Space", "Tab", "Space"):
        page.keyboard.press(key)
    place.get_by_label("Monday").click()
    for day, ticked in (("Monday", False), ("Friday", True), ("Sunday", True)):
        expect(place.get_by_label(day)).to_be_checked(checked=ticked)
    may_answer.set()

    assert [texts(chosen) for chosen in held(app, "selected_options", 4)] == [
        ["Monday"],
        ["Monday", "Friday"],
        ["Monday", "Friday", "Sunday"],
        ["Friday", "Sunday"],
    ]
    expect(place.get_by_label("Monday")).not_to_be_checked()
    expect(place.get_by_label("Sunday")).to_be_checked()


def test_a_choice_that_is_not_confirmed_is_taken_back(
    page: Page, app: Probe, tom: Locator, draw: Draw
) -> None:
    place = draw(actions(DATE | {"confirm": CONFIRM}, DAYS | {"confirm": CONFIRM}))
    question = tom.get_by_role("alertdialog", name="Sure?")
    monday, picker = place.get_by_label("Monday"), place.get_by_label("Date")
    monday.press("Space")
    expect(question).to_be_visible()
    page.keyboard.press("Escape")
    expect(monday).not_to_be_checked()
    expect(monday).to_be_focused()

    picker.focus()
    page.keyboard.type("12242027")
    page.keyboard.press("Enter")
    question.get_by_role("button", name="No").click()
    expect(picker).to_have_value("2026-12-01")
    assert actions_of(app) == []
    monday.press("Space")
    question.get_by_role("button", name="Yes").click()
    assert texts(held(app, "selected_options", 1)[0]) == ["Monday"]
    expect(monday).to_be_checked()


def test_a_picker_beside_a_text_is_called_by_it(draw: Draw) -> None:
    beside = {"type": "datepicker", "action_id": "date"}
    named = {**DAYS, "action_id": "named"}
    place = draw(section("Which *day* suits?", accessory=beside), section("Which ones?", accessory=named))

    expect(place.get_by_label("Which day suits?", exact=True)).to_have_attribute("type", "date")
    expect(place.get_by_role("group", name="Which ones?").get_by_role("checkbox")).to_have_count(3)


def tab_to(field: Locator) -> None:
    """Press Tab until ``field`` is reached: a picker has a stop for its calendar too."""
    for _ in range(3):
        field.page.keyboard.press("Tab")
        if field.evaluate("field => field === document.activeElement"):
            return
    raise AssertionError(field)


def test_a_form_is_filled_by_keys_alone(page: Page, app: Probe, tom: Locator) -> None:
    def input_block(label: str, element: Json) -> Json:
        block_id = label.lower()
        return {
            "type": "input",
            "block_id": block_id,
            "label": words(label),
            "element": {"action_id": "it", **element},
        }

    view = modal(
        input_block("Day", {"type": "datepicker", "initial_date": "2026-12-01"}),
        input_block("Hour", {"type": "timepicker", "timezone": "Europe/London"}),
        input_block("Start", {"type": "datetimepicker"}),
        input_block("Days", {"type": "checkboxes", "options": DAYS["options"]}),
    )
    tom.get_by_role("textbox", name=re.compile("^Message Echo as")).press_sequentially("/echo")
    page.keyboard.press("Enter")
    app.wait_for(1)
    app.client.views_open(trigger_id=app.last["trigger_id"], view=view)
    form = tom.get_by_role("dialog", name="Form")
    expect(form.get_by_label("Day", exact=True)).to_be_focused()

    keys = page.keyboard
    keys.type("12242027")
    tab_to(form.get_by_label("Hour"))
    keys.type("0530PM")
    tab_to(form.get_by_label("Start"))
    keys.type("12312027")
    keys.press("ArrowRight")  # a year has up to six digits here
    keys.type("0145AM")
    tab_to(form.get_by_label("Monday"))
    keys.press("Space")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")

    expect(form).to_have_count(0)
    values = {block: entry["it"] for block, entry in app.last["view"]["state"]["values"].items()}
    assert values["day"]["selected_date"] == "2027-12-24"
    assert (values["hour"]["selected_time"], values["hour"]["timezone"]) == ("17:30", "Europe/London")
    assert values["start"]["selected_date_time"] == 1830217500
    assert texts(values["days"]["selected_options"]) == ["Monday", "Sunday"]
