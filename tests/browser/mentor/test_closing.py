"""The closing on the page: both look back, one changes the answer, and both read the result; two yeses, and it is signed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from playground.server import Playground
from tests.browser.panes import button, last, leave, modal
from tests.journeys.driver import Bot
from tests.journeys.pair import LONDON, Pair, moment

THURSDAY = moment("Thu 26 Nov 16:30", LONDON)
IN_LONDON = "Thursday 10 December, 17:45 in London"
IN_NEW_YORK = "Thursday 10 December, 12:45 in New York"
HIS_REVIEW, HER_REVIEW = "I learnt to ask before I answer.", "Priya leads the Monday meeting now."
HIS_THANKS, HER_THANKS = "Thank you for your honesty, Anna.", "Thank you for your patience, Tom."


@pytest.fixture
def both(page: Page, slack: Playground, mentor: Bot) -> Iterator[tuple[Locator, Locator]]:
    """The page with Tom's pane and Anna's, who have held the one session that they agreed on; the closing is open."""
    pair = Pair(slack)
    pair.agree(first_session=THURSDAY, **{"How_many_sessions?": "1"})
    pair.at("Fri 4 Dec 10:00")
    page.goto(slack.url)
    page.get_by_role("main").wait_for()
    yield page.get_by_role("region", name="Tom Reed"), page.get_by_role("region", name="Anna Bright")
    page.goto("about:blank")  # or it would miss the workspace, which ends before it


def message(pane: Locator, words: str) -> Locator:
    return pane.get_by_role("article").filter(has_text=words).last


def keep(pane: Locator) -> None:
    """Send the form, and read that it is kept."""
    button(modal(pane, "Look back"), "Keep").click()
    expect(modal(pane, "Kept")).to_contain_text("Kept. You can change it until Thursday 10 December,")
    leave(pane, "Kept")


def a_week_later(page: Page) -> None:
    bar = page.get_by_role("region", name="The workspace’s clock")
    for day in ("Sat 5", "Sun 6", "Mon 7", "Tue 8", "Wed 9", "Thu 10", "Fri 11"):
        bar.get_by_role("button", name="+1 day").click()
        expect(bar).to_contain_text(f"{day} Dec, 10:00 UTC")


def test_both_look_back_one_changes_the_answer_and_both_read_that_it_is_complete(
    page: Page, tom: Locator, anna: Locator
) -> None:
    look_back(tom, until=IN_LONDON, review=HIS_REVIEW, thanks=HIS_THANKS, other="Anna")
    look_back(anna, until=IN_NEW_YORK, review=HER_REVIEW, thanks=HER_THANKS, other="Tom")
    change_to_a_no(page, anna)
    a_week_later(page)

    complete = "is complete. You held 1 session together, all that you had agreed on"
    for pane, thanks, other in ((tom, HER_THANKS, "Anna"), (anna, HIS_THANKS, "Tom")):
        expect(last(pane)).to_contain_text(complete)
        expect(pane).not_to_contain_text(thanks)
        expect(message(pane, "came to its close on 10 December.").get_by_role("button")).to_have_count(0)
        button(last(pane), f"Read {other}'s thanks").click()
        expect(modal(pane, "Thanks").locator("blockquote")).to_have_text([thanks])
        leave(pane, "Thanks")
    read_again_in_home(tom)


def look_back(pane: Locator, *, until: str, review: str, thanks: str, other: str) -> None:
    """Read what a yes can tell before anything is chosen; then say yes."""
    asked = message(pane, "The one session that you agreed on with")
    expect(asked).to_contain_text(f"until {until}; then it closes, whatever was answered.")
    button(asked, "Look back").click()
    form = modal(pane, "Look back")
    expect(form).to_contain_text(
        "If you say yes and it ends, you'll know there weren't two yeses. A no tells nobody."
    )
    expect(form.get_by_role("radio", checked=True)).to_have_count(0)
    form.get_by_label("A review, for yourself").fill(review)
    form.get_by_label(f"Thanks to pass on to {other}").fill(thanks)
    form.get_by_label(f"Yes, if {other} would too").check()
    keep(pane)
    expect(message(pane, f"is kept, thank you. You can change it until {until}")).to_be_visible()


def change_to_a_no(page: Page, anna: Locator) -> None:
    """Anna finds what she left, and changes her mind; the page is opened anew in between."""
    button(message(anna, "is kept, thank you."), "Change it").click()
    form = modal(anna, "Look back")
    expect(form.get_by_label("A review, for yourself")).to_have_value(HER_REVIEW)
    expect(form.get_by_label("Yes, if Tom would too")).to_be_checked()
    page.reload()
    form.get_by_label("No, let it end here").check()
    keep(anna)


def read_again_in_home(tom: Locator) -> None:
    tom.get_by_role("tab", name="Home").click()
    home = tom.get_by_role("tabpanel", name="Home")
    expect(home).to_contain_text("Complete since 10 December 2026.")
    button(home, "What you wrote").click()
    expect(modal(tom, "What you wrote").locator("blockquote")).to_have_text([HIS_REVIEW, HIS_THANKS])
    button(modal(tom, "What you wrote"), "Read Anna's thanks").click()
    expect(modal(tom, "Thanks").locator("blockquote")).to_have_text([HER_THANKS])


def test_two_yeses_open_a_new_agreement_and_it_is_signed(page: Page, tom: Locator, anna: Locator) -> None:
    for pane, other in ((tom, "Anna"), (anna, "Tom")):
        button(message(pane, "The one session that you agreed on with"), "Look back").click()
        modal(pane, "Look back").get_by_label(f"Yes, if {other} would too").check()
        keep(pane)
    a_week_later(page)

    for pane in (tom, anna):
        expect(last(pane)).to_contain_text("both said yes to going on. A new agreement is open")
    button(last(tom), "Read the new agreement").click()
    expect(modal(tom, "Agreement")).to_contain_text("The new agreement waits for Anna's signature")
    leave(tom, "Agreement")
    button(last(anna), "Read the new agreement").click()
    form = modal(anna, "Read and sign")
    expect(form).to_contain_text("The terms of your last agreement, opened again")
    expect(form.get_by_label("What do I want from it?")).to_have_value("To lead a team without losing sleep")
    button(form, "Sign").click()
    expect(modal(anna, "Signed")).to_contain_text("Tom reads it now and signs last")
    leave(anna, "Signed")

    expect(last(tom)).to_contain_text("Anna Bright has signed, with a purpose in their own words.")
    button(last(tom), "Read").click()
    button(modal(tom, "Read and sign"), "Sign").click()
    expect(modal(tom, "Signed")).to_contain_text("You and Anna have both signed.")
    leave(tom, "Signed")
    for pane in (tom, anna):
        expect(last(pane)).to_contain_text("have both signed: 1 × 75 minutes.")
        signed = message(pane, "both said yes to going on. You have both signed a new agreement.")
        expect(button(signed, "Agreement")).to_be_visible()
