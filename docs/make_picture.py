"""Make docs/images/playground.png, the README's picture: `make picture`. It needs a Chromium, as the browser tests do."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from playground.hands import Hands
from playground.server import Playground
from tests.browser.conftest import ARGUMENTS, MISSING, chromium
from tests.journeys.driver import MANIFEST, Bot

PICTURE = Path(__file__).parent / "images" / "playground.png"
SIZE: ViewportSize = {"width": 1400, "height": 900}
BEGINS = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FIRST = datetime(2026, 11, 26, 16, 30, tzinfo=UTC)
FIRST_RATED = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
SECOND_ENDED = datetime(2026, 12, 10, 18, 0, tzinfo=UTC)
SECOND_ASKED = datetime(2026, 12, 14, 14, 20, tzinfo=UTC)
PURPOSE = "To hand over the daily work without losing sight of it, and to learn when to say no."
WORDS = "The question about who could run Monday without me was worth the hour."
FIRST_NOTES = "She keeps every decision at her own desk. Who could run the Monday meeting? Ask next time."
SECOND_NOTES = "Priya ran two Mondays, and nothing broke. Next: the budget round."


def main() -> None:
    path = chromium()
    if path is None:
        sys.exit(MISSING)
    with workspace() as slack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        page = browser.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce", locale="en-GB")
        page.goto(slack.url)
        look(page)
        PICTURE.parent.mkdir(exist_ok=True)
        page.screenshot(path=PICTURE)
        browser.close()


@contextmanager
def workspace() -> Iterator[Playground]:
    """Give a workspace in which a second session was held: Anna is being asked about it, and Tom reads his recap."""
    with Playground(MANIFEST, starts=BEGINS, rates=False) as slack, tempfile.TemporaryDirectory() as home:
        bot = Bot(slack, Path(home))
        bot.start()
        try:
            tom, anna = slack.hands("tom"), slack.hands("anna")
            agree(slack, tom, anna)
            slack.move_to(FIRST_RATED)
            write_notes_and_plan(tom, FIRST_NOTES)
            anna.click("4")
            slack.settle()
            share_words(anna)
            slack.move_to(SECOND_ENDED)
            write_notes_and_plan(tom, SECOND_NOTES)
            slack.move_to(SECOND_ASKED)
            tom.command("/mentor recap")
            slack.settle()
            yield slack
        finally:
            bot.end()


def agree(slack: Playground, tom: Hands, anna: Hands) -> None:
    tom.command("/mentor start @anna")
    tom.fill("My role", "I would be the mentor")
    tom.fill("First session", FIRST)
    tom.submit()
    tom.close()
    slack.settle()
    anna.click("Read")
    anna.fill("What do I want from it?", PURPOSE)
    anna.submit()
    anna.close()
    slack.settle()
    tom.click("Read")
    tom.submit()
    tom.close()
    slack.settle()


def write_notes_and_plan(tom: Hands, notes: str) -> None:
    tom.click("Write notes")
    form = tom.modal
    if form is None:
        raise RuntimeError("no form for notes opened")
    tom.fill(form.labels[-1], notes)
    tom.submit()
    tom.click("Plan the next")
    tom.submit()
    tom.close()


def share_words(anna: Hands) -> None:
    anna.click("Add words")
    anna.fill("In your own words", WORDS)
    anna.fill("Who may read these words?", "Share them with Tom, beside the score")
    anna.submit()


def look(page: Page) -> None:
    """Wait until both panes show what the picture is for."""
    expect(page.get_by_role("dialog", name="Recap")).to_contain_text("Rating: 4 of 5")
    anna = page.get_by_role("region", name="Anna Bright")
    expect(anna.get_by_role("article").last).to_contain_text("how valuable a use of your time")


if __name__ == "__main__":
    main()
