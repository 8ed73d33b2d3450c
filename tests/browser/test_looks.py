"""How the page looks: legible in light and dark, whole in a narrow window, named for screen readers, calm when asked."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect
from slack_sdk import WebClient

from playground.server import Playground
from tests.browser.echo import Echo

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3 (AA) for text below 24 px

# Every visible text that stands on a plain ground, with the contrast of its colour to what lies behind it.
CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    const own = rgba(getComputedStyle(node).backgroundColor);
    return own[3] === 1 || !node.parentElement ? own : over(own, ground(node.parentElement));
  };
  const found = [];
  for (const node of document.querySelectorAll('#page *')) {
    const words = [...node.childNodes].filter((each) => each.nodeType === 3).map((each) => each.data.trim()).join(' ').trim();
    const style = getComputedStyle(node);
    const hidden = !node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || node.closest('[inert], .emoji, svg, option');
    if (!words || hidden || node.matches('[aria-disabled]')) continue;
    const back = ground(node);
    const [a, b] = [light(over(rgba(style.color), back)), light(back)].sort((x, y) => y - x);
    found.push([words.slice(0, 40), Math.round(((a + 0.05) / (b + 0.05)) * 100) / 100]);
  }
  return found;
}"""


def say(pane: Locator, text: str) -> None:
    typed = pane.get_by_role("textbox", name=re.compile("^Message Echo as"))
    typed.fill(text)
    typed.press("Enter")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast_enough(
    page: Page, tom: Locator, anna: Locator, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    say(tom, "ask")
    expect(tom.get_by_role("button", name="Drop it")).to_be_visible()
    say(tom, "/echo `code` <https://example.org|a link> _and_ ~more~")
    expect(tom).to_contain_text("Only visible to you")
    say(tom, "/nothing")
    expect(tom.get_by_role("alert")).to_be_visible()
    say(anna, "/echo form")
    anna.get_by_role("button", name="Save").click()
    expect(anna.get_by_text("Please complete this required field.").first).to_be_visible()

    found = page.evaluate(CONTRASTS)
    assert len(found) > 40
    assert [pair for pair in found if pair[1] < LEAST_CONTRAST] == []
    dark = page.evaluate("getComputedStyle(document.querySelector('.pane')).backgroundColor")
    assert dark == {"light": "rgb(255, 255, 255)", "dark": "rgb(26, 29, 33)"}[scheme]


def test_a_narrow_window_shows_one_person_at_a_time(page: Page, tom: Locator, anna: Locator) -> None:
    switch = page.get_by_role("group", name="Whose Slack is shown")
    expect(switch).to_be_hidden()
    page.set_viewport_size({"width": 400, "height": 740})
    expect(tom).to_be_visible()
    expect(anna).to_be_hidden()

    switch.get_by_role("button", name="Anna Bright").click()
    expect(anna).to_be_visible()
    expect(tom).to_be_hidden()
    say(anna, "/echo form")
    expect(anna.get_by_role("button", name="Save")).to_be_in_viewport()
    page.keyboard.press("F6")
    expect(tom).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 400


def test_both_people_stand_side_by_side_from_900_pixels_on(page: Page, tom: Locator, anna: Locator) -> None:
    page.set_viewport_size({"width": 900, "height": 600})
    left, right = tom.bounding_box(), anna.bounding_box()

    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] < right["x"]
    assert abs(left["width"] - right["width"]) < 2


def test_text_has_the_size_of_a_chat_program(page: Page, tom: Locator) -> None:
    say(tom, "hello")
    words = tom.get_by_role("article").last.get_by_text("hello")

    assert words.evaluate("node => getComputedStyle(node).fontSize") == "15px"


def test_the_focus_can_be_seen(page: Page, tom: Locator) -> None:
    tom.get_by_role("tab", name="Messages").focus()
    page.keyboard.press("Shift+Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outline")

    assert outline.startswith("rgb(18, 100, 163) solid 2px")


def test_nothing_moves_for_those_who_ask_for_calm(page: Page, tom: Locator) -> None:
    page.emulate_media(reduced_motion="reduce")
    say(tom, "/echo pages")
    expect(tom.get_by_role("dialog")).to_be_visible()

    assert tom.locator(".veil").evaluate("veil => getComputedStyle(veil).animationName") == "none"


def test_the_landmarks_and_live_regions_are_there(page: Page, tom: Locator) -> None:
    expect(page.get_by_role("banner")).to_be_visible()
    expect(page.get_by_role("main")).to_be_visible()
    expect(page.get_by_role("heading", name="Playground", level=1)).to_be_visible()
    expect(tom.get_by_role("tablist", name="Echo").get_by_role("tab")).to_have_text(["Home", "Messages"])
    expect(tom.get_by_role("log", name="Messages with Echo")).to_have_attribute("aria-live", "polite")
    expect(tom.get_by_role("button", name="Send")).to_be_visible()


def test_nothing_from_elsewhere_is_loaded_or_could_be(page: Page, slack: Playground, echo: Echo) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(slack.url)
    page.get_by_role("main").wait_for()
    policy = page.locator("meta[http-equiv='Content-Security-Policy']").get_attribute("content")

    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';")
    assert [url for url in asked if not url.startswith(f"{slack.url}/")] == []
    page.goto("about:blank")


@pytest.mark.parametrize("width", [1280, 1600])
def test_the_bar_is_one_row(page: Page, tom: Locator, slack: Playground, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    client = WebClient(slack.bot_token, base_url=slack.api_url)
    due = int(slack.clock.time()) + 29 * 60
    client.chat_scheduleMessage(channel=slack.hands("tom").id, text="Later", post_at=due)
    bar = page.get_by_role("banner").first
    expect(bar).to_contain_text("Next thing due in 29 minutes")

    box = bar.bounding_box()
    assert box is not None
    assert box["height"] < 50
    expect(tom).to_contain_text("Greenwich Mean Time")
