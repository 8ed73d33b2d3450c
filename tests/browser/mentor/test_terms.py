"""Two people talk their terms over on one page, see the old beside the new, and sign; with the mouse, and by keyboard alone."""

from playwright.sync_api import Keyboard, Locator, Page, expect

from tests.browser.panes import button, last, leave, modal

PURPOSE = "To hand over the daily work without losing sight of it."
FIVE = "We meet for up to 5 sessions of 75 minutes, every two weeks."
THREE = "We meet for up to 3 sessions of 75 minutes, every two weeks."
SHORTER = "We meet for up to 3 sessions of 60 minutes, every two weeks."


def test_terms_go_back_and_forth_until_both_have_signed(tom: Locator, anna: Locator) -> None:
    invite(tom)
    open_his_form(tom)
    she_suggests(anna)
    he_sees_hers_beside_his(tom)
    she_reads_and_signs(anna)
    he_signs_last(tom, anna)


def invite(tom: Locator) -> None:
    """Tom offers to mentor Anna, on the usual terms."""
    box = tom.get_by_role("textbox", name="Message Mentor as Tom Reed")
    expect(tom).to_contain_text("This is the beginning of your conversation with Mentor.")
    box.fill("/mentor start @anna")
    box.press("Enter")
    form = modal(tom, "Start a mentoring")
    form.get_by_label("I would be the mentor").check()
    button(form, "Send").click()
    expect(button(modal(tom, "Sent"), "Plan a first talk")).to_be_visible()
    leave(tom, "Sent")


def open_his_form(tom: Locator) -> None:
    """Tom thinks of something better, and leaves his form open."""
    box = tom.get_by_role("textbox", name="Message Mentor as Tom Reed")
    box.fill("/mentor agreement")
    box.press("Enter")
    expect(modal(tom, "Agreement")).to_contain_text("No answer yet from Anna; the invitation lapses on")
    button(modal(tom, "Agreement"), "Suggest changes").click()
    form = modal(tom, "Suggest changes")
    form.get_by_label("Minutes of a session").fill("60")
    expect(form.get_by_role("textbox", name="Usual place")).to_have_count(0)


def she_suggests(anna: Locator) -> None:
    """Anna reads, and would rather meet three times; what she has typed stays as she opens more of the terms."""
    button(last(anna), "Read").click()
    reading = modal(anna, "Read and sign")
    reading.get_by_label("What do I want from it?").fill(PURPOSE)
    button(reading, "Suggest changes").click()
    form = modal(anna, "Suggest changes")
    expect(form.get_by_label("What do I want from it?")).to_have_value(PURPOSE)
    expect(form).to_contain_text(
        "By sending it you sign it; Tom reads it beside the old terms and signs last."
    )
    form.get_by_label("How many sessions?").fill("3")
    button(form, "More of the terms").click()
    form.get_by_role("textbox", name="Usual place").fill("Kew Gardens")
    expect(form.get_by_label("How many sessions?")).to_have_value("3")
    button(form, "Sign and send").click()
    expect(modal(anna, "Sent")).to_contain_text("Your suggestion is on its way to Tom.")
    leave(anna, "Sent")
    expect(last(anna)).to_contain_text("You suggested other terms, and signed them by sending.")


def he_sees_hers_beside_his(tom: Locator) -> None:
    """Tom sends his a moment later: he is shown hers beside what it was, and his own change is still there."""
    expect(last(tom)).to_contain_text(
        "Anna Bright suggests other terms, and has signed them: up to 3 × 75 minutes."
    )
    form = modal(tom, "Suggest changes")
    button(form, "Send").click()
    expect(form).to_contain_text("The terms have changed meanwhile")
    expect(form).to_contain_text("Limits (changed)")
    expect(form).to_contain_text(f"So far: {FIVE}")
    expect(form).to_contain_text(f"Suggested: {THREE}")
    expect(form.get_by_label("How many sessions?")).to_have_value("3")
    expect(form.get_by_label("Minutes of a session")).to_have_value("60")
    button(form, "Send").click()
    expect(modal(tom, "Sent")).to_contain_text("Anna reads it beside the old terms and signs first")
    leave(tom, "Sent")
    expect(last(tom)).to_contain_text("You suggested other terms. Anna reads them and signs first;")


def she_reads_and_signs(anna: Locator) -> None:
    """Anna sees the old beside the new, and signs."""
    expect(last(anna)).to_contain_text(
        "Tom Reed suggests other terms: up to 3 × 60 minutes. Changed: the limits."
    )
    button(last(anna), "Read").click()
    reading = modal(anna, "Read and sign")
    expect(reading).to_contain_text("Version 3 of the terms, by Tom, 23 November 2026. Changed: the limits.")
    expect(reading).to_contain_text("Limits (changed)")
    expect(reading).to_contain_text(f"So far: {THREE}")
    expect(reading).to_contain_text(f"Suggested: {SHORTER}")
    expect(reading.locator("blockquote")).to_have_text(["Kew Gardens"])
    expect(reading.get_by_label("What do I want from it?")).to_have_value(PURPOSE)
    button(reading, "Sign").click()
    expect(modal(anna, "Signed")).to_contain_text("You have signed. Tom reads it now and signs last;")
    leave(anna, "Signed")


def he_signs_last(tom: Locator, anna: Locator) -> None:
    """Tom signs too, and it begins."""
    expect(last(tom)).to_contain_text("Anna Bright has signed, with a purpose in their own words.")
    button(last(tom), "Read").click()
    expect(modal(tom, "Read and sign")).to_contain_text(f"Suggested: {SHORTER}")
    button(modal(tom, "Read and sign"), "Sign").click()
    expect(modal(tom, "Signed")).to_contain_text("You and Anna have both signed.")
    leave(tom, "Signed")
    for pane, other in ((tom, "Anna Bright"), (anna, "Tom Reed")):
        expect(last(pane)).to_contain_text(f"You and {other} have both signed: up to 3 × 60 minutes.")
        expect(pane.get_by_role("log")).not_to_contain_text("Kew")


def test_terms_are_talked_over_by_keyboard_alone(page: Page, tom: Locator, anna: Locator) -> None:
    keys = page.keyboard
    keys.press("F6")
    keys.press("F6")
    ask_by_keyboard(keys, anna)
    keys.press("F6")
    suggest_by_keyboard(keys, tom)
    keys.press("F6")
    sign_by_keyboard(keys, anna, "Withdraw")
    keys.press("F6")
    sign_by_keyboard(keys, tom, "Decline")
    for pane, other in ((tom, "Anna Bright"), (anna, "Tom Reed")):
        expect(last(pane)).to_contain_text(f"You and {other} have both signed: up to 3 × 75 minutes.")


def ask_by_keyboard(keys: Keyboard, anna: Locator) -> None:
    """Anna asks Tom to be her mentor, and signs by sending."""
    expect(anna.get_by_role("textbox", name="Message Mentor as Anna Bright")).to_be_focused()
    keys.type("/mentor start @tom")
    keys.press("Enter")
    keys.press("Enter")
    form = modal(anna, "Start a mentoring")
    expect(form.get_by_label("With whom?")).to_be_focused()
    keys.press("Tab")
    keys.press("ArrowUp")
    expect(form.get_by_label("What do I want from it?")).to_be_visible()
    expect(form).to_contain_text("By sending this you sign it.")
    keys.press("Tab")
    keys.type(PURPOSE)
    keys.press("Control+Enter")
    expect(modal(anna, "Sent")).to_contain_text("You have signed by sending it.")
    keys.press("Escape")


def suggest_by_keyboard(keys: Keyboard, tom: Locator) -> None:
    """Tom would rather begin with three sessions."""
    expect(last(tom)).to_contain_text("Anna Bright asks you to be their mentor")
    back_to(keys, tom, "No more invitations", "Decline", "Suggest changes")
    form = modal(tom, "Suggest changes")
    expect(form.get_by_label("How many sessions?")).to_be_focused()
    keys.press("Control+a")
    keys.type("3")
    keys.press("Control+Enter")
    expect(modal(tom, "Sent")).to_contain_text("Your suggestion is on its way to Anna.")
    keys.press("Escape")


def sign_by_keyboard(keys: Keyboard, pane: Locator, way_out: str) -> None:
    """Whoever's turn it is sees the old beside the new, and signs."""
    expect(button(last(pane), way_out)).to_be_visible()
    back_to(keys, pane, way_out, "Suggest changes", "Read")
    reading = modal(pane, "Read and sign")
    expect(reading).to_contain_text(f"So far: {FIVE}")
    expect(reading).to_contain_text(f"Suggested: {THREE}")
    keys.press("Control+Enter")
    expect(modal(pane, "Signed")).to_be_visible()
    keys.press("Escape")
    expect(modal(pane, "Signed")).to_have_count(0)


def back_to(keys: Keyboard, pane: Locator, *labels: str) -> None:
    """Go back from the box over the newest message's buttons, and press the last of them."""
    for label in labels:
        keys.press("Shift+Tab")
        expect(button(last(pane), label)).to_be_focused()
    keys.press("Enter")
