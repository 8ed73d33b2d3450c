"""From an empty page to the first recap: a mentor and a mentee on one page, with the bot as a process of its own."""

import re

from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.panes import button, last, leave, modal

PURPOSE = "To hand over the daily work without losing sight of it."
PLACE = "The Blue Door, by the window"
NOTES = "She wants Priya to lead the Monday meeting.\nNext time: what happened?"
FIRST_IN_LONDON = "Thursday 26 November, 16:30 in London · 11:30 in New York"
SECOND_IN_LONDON = "Thursday 10 December, 16:30 in London · 11:30 in New York"
SECOND_IN_NEW_YORK = "Thursday 10 December, 11:30 in New York · 16:30 in London"


def type_and_reload(page: Page, field: Locator, words: str) -> None:
    """Type words, and open the page anew once the workspace has them."""

    def has_them(answer: Response) -> bool:
        sent = answer.request.post_data_json if answer.url.endswith("/input") else None
        return sent is not None and sent["value"] == words

    with page.expect_response(has_them):
        field.press_sequentially(words)
    page.reload()


def test_a_pair_comes_from_an_empty_page_to_its_first_recap(page: Page, tom: Locator, anna: Locator) -> None:
    invite(page, tom)
    sign(page, anna)
    sign_last(tom)
    meet(page, tom, anna)
    write_notes_and_plan(page, tom, anna)
    rate(page, anna)
    read_the_recap(page, tom)


def invite(page: Page, tom: Locator) -> None:
    """Tom offers to mentor Anna. In the middle of the form the page is opened anew."""
    box = tom.get_by_role("textbox", name="Message Mentor as Tom Reed")
    expect(tom).to_contain_text("This is the beginning of your conversation with Mentor.")
    box.press_sequentially("/mentor start @an")
    tom.get_by_role("listbox").get_by_role("option", name="Anna Bright").click()
    box.press("Enter")
    form = modal(tom, "Start a mentoring")
    expect(form.get_by_label("With whom?").locator("option:checked")).to_have_text("Anna Bright")
    form.get_by_label("I would be the mentor").check()
    expect(form.get_by_label("What do I want from it?")).to_have_count(0)
    form.get_by_label("First session").fill("2026-11-26T16:30")
    type_and_reload(page, form.get_by_label("Usual place"), PLACE)

    expect(form.get_by_label("With whom?").locator("option:checked")).to_have_text("Anna Bright")
    expect(form.get_by_label("I would be the mentor")).to_be_checked()
    expect(form.get_by_label("First session")).to_have_value("2026-11-26T16:30")
    expect(form.get_by_label("Usual place")).to_have_value(PLACE)
    button(form, "Send").click()
    expect(modal(tom, "Sent")).to_contain_text("Your invitation to Anna is on its way.")
    leave(tom, "Sent")


def sign(page: Page, anna: Locator) -> None:
    """Anna reads, says what she wants from it, and signs; here too the page is opened anew."""
    expect(last(anna)).to_contain_text("Tom Reed offers to mentor you: up to 5 × 75 minutes.")
    expect(last(anna)).to_contain_text("I'm Mentor.")
    button(last(anna), "Read").click()
    form = modal(anna, "Read and sign")
    button(form, "Sign").click()
    purpose = form.get_by_label("What do I want from it?")
    expect(purpose).to_have_accessible_description(re.compile("Please complete this required field.$"))
    type_and_reload(page, purpose, PURPOSE)

    expect(purpose).to_have_value(PURPOSE)
    expect(form).to_contain_text(PLACE)
    button(form, "Sign").click()
    expect(modal(anna, "Signed")).to_contain_text("Tom reads it now and signs last")
    leave(anna, "Signed")


def sign_last(tom: Locator) -> None:
    """Tom reads what she wants from it, and signs."""
    expect(last(tom)).to_contain_text("Anna Bright has signed, with a purpose in their own words.")
    expect(last(tom)).not_to_contain_text(PURPOSE)
    button(last(tom), "Read").click()
    expect(modal(tom, "Read and sign").locator("blockquote").first).to_have_text(PURPOSE)
    button(modal(tom, "Read and sign"), "Sign").click()
    expect(modal(tom, "Signed")).to_contain_text(f"Your first session is on {FIRST_IN_LONDON}.")
    leave(tom, "Signed")


def meet(page: Page, tom: Locator, anna: Locator) -> None:
    """Three days and some hours go by on the clock: each is reminded, they meet, and it is over."""
    bar = page.get_by_role("region", name="The workspace’s clock")
    for day in ("Tue 24", "Wed 25", "Thu 26"):
        bar.get_by_role("button", name="+1 day").click()
        expect(bar).to_contain_text(f"{day} Nov, 10:00 UTC")
    expect(last(tom)).to_contain_text(f"Coming up: session 1 of 5 with Anna, {FIRST_IN_LONDON}.")
    expect(last(anna)).to_contain_text("Nothing to prepare.")
    bar.get_by_role("button", name="To the next thing due").click()
    expect(bar).to_contain_text("Thu 26 Nov, 17:45 UTC")


def write_notes_and_plan(page: Page, tom: Locator, anna: Locator) -> None:
    """Tom writes what he wants to remember, and plans the next time as they agreed."""
    expect(last(tom)).to_contain_text("Session 1 of 5 with Anna has ended.")
    button(last(tom), "Write notes").click()
    form = modal(tom, "Your notes")
    type_and_reload(page, form.get_by_label("Your notes on session 1 of 5"), NOTES)
    expect(form.get_by_label("Your notes on session 1 of 5")).to_have_value(NOTES)
    button(form, "Save").click()
    expect(form).to_have_count(0)

    button(last(tom), "Plan the next").click()
    expect(modal(tom, "Plan a session").get_by_label("When does it start?")).to_have_value("2026-12-10T16:30")
    expect(modal(tom, "Plan a session").get_by_label("Where?")).to_have_value(PLACE)
    button(modal(tom, "Plan a session"), "Plan").click()
    expect(modal(tom, "Planned")).to_contain_text(SECOND_IN_LONDON)
    leave(tom, "Planned")
    expect(last(anna)).to_contain_text(f"Tom planned session 2 of 5: {SECOND_IN_NEW_YORK}.")


def rate(page: Page, anna: Locator) -> None:
    """Two days later Anna is asked, on her next working morning, and answers with one click."""
    bar = page.get_by_role("region", name="The workspace’s clock")
    bar.get_by_role("button", name="To the next thing due").click()
    expect(bar).to_contain_text("Mon 30 Nov, 14:00 UTC")
    expect(last(anna)).to_contain_text("how valuable a use of your time was session 1 with Tom")
    button(last(anna), "4").click()

    expect(last(anna)).to_contain_text("Recorded, thank you.")
    expect(button(last(anna), "4")).to_have_count(0)


def read_the_recap(page: Page, tom: Locator) -> None:
    """Ahead of the second session Tom is reminded, and reads her score and his notes."""
    bar = page.get_by_role("region", name="The workspace’s clock")
    bar.get_by_role("button", name="To the next thing due").click()
    expect(last(tom)).to_contain_text(f"Coming up: session 2 of 5 with Anna, {SECOND_IN_LONDON}.")
    expect(last(tom)).not_to_contain_text("Priya")
    button(last(tom), "Open recap").click()
    recap = modal(tom, "Recap")
    expect(recap.locator("blockquote")).to_have_text([PURPOSE, NOTES])
    expect(recap).to_contain_text("Rating: 4 of 5 ●●●●○")
    page.reload()
    expect(recap).to_contain_text("Rating: 4 of 5 ●●●●○")

    search = recap.get_by_label("Search notes and words")
    search.fill("breakfast")
    search.press("Enter")
    expect(recap).to_contain_text("No session's notes or shared words have all of these words.")


def test_a_pair_begins_by_keyboard_alone(page: Page, tom: Locator, anna: Locator) -> None:
    keys = page.keyboard
    keys.press("F6")
    keys.press("F6")
    expect(anna.get_by_role("textbox", name="Message Mentor as Anna Bright")).to_be_focused()
    keys.type("/me")
    keys.press("Enter")
    keys.type("start @tom")
    keys.press("Enter")
    form = modal(anna, "Start a mentoring")
    expect(form.get_by_label("With whom?")).to_be_focused()
    keys.press("Tab")
    keys.press("ArrowUp")
    expect(form.get_by_label("I would be the mentee")).to_be_checked()
    expect(form.get_by_label("What do I want from it?")).to_be_visible()
    keys.press("Tab")
    expect(form.get_by_label("What do I want from it?")).to_be_focused()
    keys.type(PURPOSE)
    keys.press("Control+Enter")
    expect(modal(anna, "Sent")).to_contain_text("You have signed by sending it. Tom reads it and signs last.")
    keys.press("Escape")

    keys.press("F6")
    expect(tom.get_by_role("textbox", name="Message Mentor as Tom Reed")).to_be_focused()
    expect(last(tom)).to_contain_text("Anna Bright asks you to be their mentor")
    for words in ("No more invitations", "Decline", "Suggest changes", "Read"):
        keys.press("Shift+Tab")
        expect(button(last(tom), words)).to_be_focused()
    keys.press("Enter")
    expect(modal(tom, "Read and sign").locator("blockquote")).to_have_text([PURPOSE])
    keys.press("Control+Enter")
    expect(modal(tom, "Signed")).to_contain_text("You and Anna have both signed.")
    keys.press("Escape")
    expect(modal(tom, "Signed")).to_have_count(0)
    expect(last(tom)).to_contain_text("Next: plan your first session; either of you can.")
    expect(last(anna)).to_contain_text("Next: plan your first session; either of you can.")
