"""The page without a mouse."""

import re

from playwright.sync_api import Locator, Page, expect


def test_a_whole_visit_by_keyboard_alone(page: Page, tom: Locator, anna: Locator) -> None:
    keys = page.keyboard
    keys.press("F6")
    expect(tom.get_by_role("textbox", name="Message Echo as Tom Reed")).to_be_focused()
    keys.type("/ec")
    options = tom.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_text(["/echo[words] · form · pages"])
    expect(options.first).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    keys.type("pages")
    expect(tom.get_by_role("textbox", name="Message Echo as Tom Reed")).to_have_value("/echo pages")
    keys.press("Enter")

    modal = tom.get_by_role("dialog", name="Page 1")
    expect(modal.get_by_label("Words")).to_be_focused()
    keys.type("typed")
    keys.press("Tab")
    expect(modal.get_by_role("button", name="Further")).to_be_focused()
    keys.press("Space")
    expect(tom.get_by_role("dialog", name="Page 2").get_by_label("Words")).to_be_focused()
    keys.press("Escape")
    expect(modal.get_by_role("button", name="Further")).to_be_focused()
    keys.press("Shift+Tab")
    keys.press("Enter")
    expect(tom.get_by_role("dialog")).to_have_count(0)
    expect(tom.get_by_role("textbox", name="Message Echo as Tom Reed")).to_be_focused()

    keys.press("F6")
    expect(anna.get_by_role("textbox", name="Message Echo as Anna Bright")).to_be_focused()
    keys.type("ask")
    keys.press("Enter")
    expect(anna.get_by_role("button", name="More actions")).to_be_visible()
    keys.press("Shift+Tab")
    expect(anna.get_by_role("button", name="More actions")).to_be_focused()
    keys.press("Enter")
    expect(anna.get_by_role("menuitem", name="Later")).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(anna.get_by_role("article").last).to_contain_text("You chose Never.")
    expect(anna.get_by_role("button", name="More actions")).to_be_focused()


def test_people_are_suggested_after_an_at(page: Page, tom: Locator) -> None:
    box = tom.get_by_role("textbox", name="Message Echo as Tom Reed")
    box.press_sequentially("/echo for @")
    options = tom.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_text(["TRTom Reed@tom", "ABAnna Bright@anna", "MOMaya Okafor@maya"])
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", re.compile("suggestions/1$"))
    box.press("Tab")
    expect(box).to_have_value("/echo for @anna ")
    expect(box).to_be_focused()

    box.press_sequentially("@zz")
    expect(options).to_have_count(0)
    box.press("Enter")
    expect(tom.get_by_role("article").last).to_contain_text("You typed: for @Anna Bright @zz")

    box.fill("/echo @maya")
    expect(options).to_have_count(1)
    box.press("Enter")
    expect(tom.get_by_role("article").last).to_contain_text("You typed: @Maya Okafor")


def test_escape_closes_the_suggestions_and_shift_enter_begins_a_line(page: Page, tom: Locator) -> None:
    box = tom.get_by_role("textbox", name="Message Echo as Tom Reed")
    box.press_sequentially("@")
    expect(tom.get_by_role("listbox")).to_be_visible()
    box.press("Escape")
    expect(tom.get_by_role("listbox")).to_have_count(0)
    box.fill("one")
    box.press("Shift+Enter")
    box.press_sequentially("two")

    expect(box).to_have_value("one\ntwo")
    expect(tom.get_by_role("article")).to_have_count(0)


def test_the_tabs_are_moved_between_by_arrows(page: Page, tom: Locator) -> None:
    tom.get_by_role("tab", name="Messages").focus()
    page.keyboard.press("ArrowLeft")

    expect(tom.get_by_role("tab", name="Home")).to_be_focused()
    expect(tom.get_by_role("heading", name="Your corner")).to_be_visible()


def test_the_shortcuts_are_listed(page: Page, tom: Locator) -> None:
    page.keyboard.press("Control+/")
    shortcuts = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(shortcuts).to_contain_text("Shift + Enter")
    page.keyboard.press("Escape")
    expect(shortcuts).to_have_count(0)

    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(shortcuts).to_be_visible()
