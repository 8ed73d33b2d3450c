"""Two people and an app on the page: messages, commands, Home and the clock."""

import re

from playwright.sync_api import Locator, Page, expect

from playground.server import Playground
from tests.browser.echo import Echo


def box(pane: Locator) -> Locator:
    """The box for messages and commands."""
    return pane.get_by_role("textbox", name=re.compile("^Message Echo as"))


def say(pane: Locator, text: str) -> None:
    box(pane).fill(text)
    box(pane).press("Enter")


def last(pane: Locator) -> Locator:
    return pane.get_by_role("article").last


def test_a_command_is_answered_where_only_its_author_sees_it(tom: Locator, anna: Locator) -> None:
    say(tom, "/echo good morning")

    expect(last(tom)).to_contain_text("You typed: good morning")
    expect(last(tom)).to_contain_text("Only visible to you")
    expect(anna.get_by_role("article")).to_have_count(0)


def test_a_message_is_shown_and_answered(tom: Locator) -> None:
    say(tom, "hello")

    expect(tom.get_by_role("article")).to_have_count(2)
    expect(tom.get_by_role("article").first).to_have_accessible_name(re.compile(r"^Tom Reed, 12:00$"))
    expect(last(tom)).to_contain_text("You said: hello")
    expect(box(tom)).to_have_value("")


def test_a_button_does_its_work_and_the_message_changes(tom: Locator) -> None:
    say(tom, "ask")
    tom.get_by_role("button", name="Yes, please").click()

    expect(last(tom)).to_contain_text("You said yes.")
    expect(last(tom)).to_contain_text("(edited)")
    expect(tom.get_by_role("button", name="Yes, please")).to_have_count(0)


def test_a_button_that_asks_first_does_nothing_when_told_to_keep(tom: Locator) -> None:
    say(tom, "ask")
    tom.get_by_role("button", name="Drop it").click()
    question = tom.get_by_role("alertdialog", name="Drop it?")
    expect(question).to_have_accessible_description("It will be gone.")
    expect(question.get_by_role("button", name="Drop")).to_be_focused()

    question.get_by_role("button", name="Keep").click()
    expect(question).to_have_count(0)
    expect(tom.get_by_role("button", name="Drop it")).to_be_focused()

    tom.get_by_role("button", name="Drop it").press("Enter")
    question.get_by_role("button", name="Drop").click()
    expect(last(tom)).to_contain_text("Dropped.")


def test_a_menu_and_a_select_in_a_message_tell_the_app(tom: Locator) -> None:
    say(tom, "ask")
    tom.get_by_role("button", name="More actions").click()
    tom.get_by_role("menuitem", name="Never").click()
    expect(last(tom)).to_contain_text("You chose Never.")

    tom.get_by_role("combobox", name="A colour").select_option("Green")
    expect(last(tom)).to_contain_text("You chose Green.")
    expect(tom.get_by_role("combobox", name="A colour")).to_have_value("green")


def test_slack_says_so_itself_when_a_command_is_unknown_and_when_the_app_is_away(
    tom: Locator, echo: Echo
) -> None:
    say(tom, "/nothing")
    notice = tom.get_by_role("alert")
    expect(notice).to_contain_text("/nothing is not a valid command.")
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_have_count(0)

    echo.stop()
    say(tom, "/echo hello")
    expect(notice).to_contain_text("/echo failed with the error “dispatch_failed”")


def test_why_something_cannot_be_done_is_still_said_after_a_reload(
    page: Page, tom: Locator, slack: Playground
) -> None:
    page.goto(f"{slack.url}/?panes={slack.hands('tom').id},{slack.hands('anna').id}")
    expect(box(tom)).to_be_visible()
    slack.deactivate("tom")
    say(tom, "hello")
    notice = tom.get_by_role("alert")
    expect(notice).to_contain_text("Tom Reed's account is deactivated.")
    page.reload()

    expect(notice).to_contain_text("Tom Reed's account is deactivated.")


def test_home_is_drawn_when_it_is_opened(anna: Locator) -> None:
    anna.get_by_role("tab", name="Home").click()

    home = anna.get_by_role("tabpanel")
    expect(home.get_by_role("heading", name="Your corner")).to_be_visible()
    expect(home).to_contain_text("Well, @Anna Bright?")
    expect(anna.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")

    home.get_by_role("combobox", name="A colour").select_option("Blue")
    expect(anna.get_by_role("tab", name="Messages 1 unread")).to_be_visible()


def test_what_was_begun_in_the_message_box_survives_a_reload(page: Page, tom: Locator) -> None:
    with page.expect_response(re.compile("/draft$")):
        box(tom).press_sequentially("not yet sent")
    with page.expect_response(re.compile("/state")):
        box(tom).blur()
    page.reload()

    expect(box(tom)).to_have_value("not yet sent")


def test_what_was_typed_last_survives_a_reload_at_once(page: Page, tom: Locator) -> None:
    box(tom).press_sequentially("half a word")
    page.reload()

    expect(box(tom)).to_have_value("half a word")


def test_half_an_emoji_in_the_message_box_does_no_harm(page: Page, tom: Locator, slack: Playground) -> None:
    with page.expect_response(re.compile("/draft$")) as answered:
        box(tom).evaluate("box => { box.value = 'half \\ud83d'; box.dispatchEvent(new Event('input')); }")

    assert answered.value.ok
    expect(box(tom)).to_have_value("half \ufffd")


def test_typing_keeps_the_caret_while_others_messages_arrive(tom: Locator, anna: Locator) -> None:
    box(tom).fill("one three")
    box(tom).evaluate("box => box.setSelectionRange(4, 4)")
    say(anna, "hello")
    expect(last(anna)).to_contain_text("You said: hello")
    box(tom).focus()
    box(tom).press_sequentially("two ")

    expect(box(tom)).to_have_value("one two three")


def test_text_is_never_markup(tom: Locator) -> None:
    say(tom, "<img src=x onerror=alert(1)> & <b>bold</b>")

    expect(last(tom)).to_contain_text("You said: <img src=x onerror=alert(1)> & <b>bold</b>")
    expect(tom.locator("img[src=x], .message b")).to_have_count(0)


def test_new_messages_scroll_only_those_who_are_at_the_bottom(
    tom: Locator, slack: Playground, echo: Echo
) -> None:
    hand = slack.hands("tom")
    for number in range(25):
        hand.say(f"line {number}")
    log = tom.get_by_role("log")
    expect(tom.get_by_role("article")).to_have_count(50)
    expect(last(tom)).to_be_in_viewport()

    log.evaluate("log => { log.scrollTop = 0; }")
    expect(tom.get_by_role("article").first).to_be_in_viewport()
    echo.tell(slack.hands("tom").id, "psst")
    expect(last(tom)).to_contain_text("psst")
    expect(last(tom)).not_to_be_in_viewport()
    tom.get_by_role("button", name="New messages").click()
    expect(last(tom)).to_be_in_viewport()
    expect(tom.get_by_role("button", name="New messages")).to_have_count(0)


def test_the_clock_is_moved_and_every_time_on_the_page_follows(
    page: Page, tom: Locator, anna: Locator
) -> None:
    bar = page.get_by_role("region", name="The workspace’s clock")
    expect(bar).to_contain_text("Mon 23 Nov, 12:00 UTC")
    expect(bar).to_contain_text("Anna 07:00 EST")
    expect(anna).to_contain_text("Mon 23 Nov, 07:00")

    bar.get_by_role("button", name="+1 hour").click()
    expect(bar).to_contain_text("Mon 23 Nov, 13:00 UTC")
    bar.get_by_role("button", name="+1 day").click()
    expect(bar).to_contain_text("Tue 24 Nov, 13:00 UTC")
    expect(anna).to_contain_text("Tue 24 Nov, 08:00")

    say(tom, "hello")
    expect(last(tom)).to_contain_text("13:00")
    expect(bar).to_contain_text("Nothing is due")
    expect(bar.get_by_role("button", name="To the next thing due")).to_be_disabled()


def test_the_bar_says_whether_the_app_is_connected(page: Page, tom: Locator, echo: Echo) -> None:
    expect(page.get_by_text("Echo is connected")).to_be_visible()
    echo.stop()
    expect(page.get_by_text("Echo is not connected")).to_be_visible()


def test_anyone_can_be_shown_and_the_two_are_swapped_when_chosen_twice(page: Page, tom: Locator) -> None:
    page.get_by_role("combobox", name="Person on the left").select_option("Maya Okafor")
    expect(page.get_by_role("region", name="Maya Okafor")).to_contain_text("Europe/Berlin")
    page.reload()
    expect(page.get_by_role("combobox", name="Person on the left").locator(":checked")).to_have_text(
        "Maya Okafor"
    )

    page.get_by_role("combobox", name="Person on the left").select_option("Anna Bright")
    expect(page.get_by_role("combobox", name="Person on the left").locator(":checked")).to_have_text(
        "Anna Bright"
    )
    expect(page.get_by_role("combobox", name="Person on the right").locator(":checked")).to_have_text(
        "Maya Okafor"
    )


def test_a_deactivated_person_can_be_looked_at_but_not_act(page: Page, tom: Locator) -> None:
    page.get_by_role("combobox", name="Person on the left").select_option("Bob Old (deactivated)")
    bob = page.get_by_role("region", name="Bob Old")
    say(bob, "hi")

    expect(bob.get_by_role("alert")).to_contain_text("Bob Old's account is deactivated.")
