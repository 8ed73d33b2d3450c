"""What stands in someone's pane, as the tests of Mentor on the page look for it."""

import re

from playwright.sync_api import Locator, expect


def button(place: Locator, words: str) -> Locator:
    """The button that shows these words, whatever more a screen reader says of it."""
    return place.get_by_role("button").filter(has_text=re.compile(f"^{re.escape(words)}$"))


def modal(pane: Locator, title: str) -> Locator:
    return pane.get_by_role("dialog", name=title, exact=True)


def leave(pane: Locator, title: str) -> None:
    """Close the modal with the button at its foot."""
    modal(pane, title).locator("footer").get_by_role("button", name="Close").click()
    expect(modal(pane, title)).to_have_count(0)


def last(pane: Locator) -> Locator:
    return pane.get_by_role("article").last
