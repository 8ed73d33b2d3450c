"""Files on the page: what each is called, what kind it is and how large, and a link that downloads it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from slack_sdk import WebClient

from playground.server import Playground
from tests.browser.test_looks import CONTRASTS, LEAST_CONTRAST

INVITE = b"BEGIN:VCALENDAR\r\n" * 80


@pytest.fixture
def client(slack: Playground) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url)


@pytest.fixture
def dm(slack: Playground, client: WebClient) -> str:
    """Tom's DM with the app."""
    return str(client.conversations_open(users=slack.hands("tom").id)["channel"]["id"])


@pytest.fixture
def tom(page: Page, slack: Playground) -> Iterator[Locator]:
    """Tom's pane; no app is connected."""
    page.goto(slack.url)
    yield page.get_by_role("region", name="Tom Reed")
    page.goto("about:blank")


def test_a_file_is_downloaded_by_its_link(page: Page, tom: Locator, client: WebClient, dm: str) -> None:
    client.files_upload_v2(
        filename="Meeting with Anna.ics", content=INVITE, channel=dm, initial_comment="Here it is"
    )

    message = tom.get_by_role("article")
    expect(message).to_contain_text("Here it is")
    link = message.get_by_role("list", name="File").get_by_role("link")
    expect(link).to_have_accessible_name("Download Meeting with Anna.ics ICS · 1.4 KB")
    with page.expect_download() as downloading:
        link.click()
    assert downloading.value.suggested_filename == "Meeting with Anna.ics"
    assert downloading.value.path().read_bytes() == INVITE


def test_a_file_is_reached_and_downloaded_by_keyboard(
    page: Page, tom: Locator, client: WebClient, dm: str
) -> None:
    client.files_upload_v2(filename="a.txt", content="Hi!", channel=dm)
    expect(tom.get_by_role("link", name="Download a.txt")).to_be_visible()
    tom.get_by_role("textbox").focus()
    page.keyboard.press("Shift+Tab")
    expect(tom.get_by_role("link", name="Download a.txt Plain Text · 3 bytes")).to_be_focused()

    with page.expect_download() as downloading:
        page.keyboard.press("Enter")
    assert downloading.value.path().read_text() == "Hi!"


def test_several_files_by_their_titles(tom: Locator, client: WebClient, dm: str) -> None:
    files: list[dict[str, Any]] = [
        {"filename": "1.pdf", "content": "1" * 12_340, "title": "One <b>"},
        {"filename": "2", "content": b"2"},
    ]
    client.files_upload_v2(channel=dm, file_uploads=files)

    links = tom.get_by_role("article").get_by_role("list", name="Files").get_by_role("link")
    expect(links).to_have_count(2)
    expect(links.nth(0)).to_have_accessible_name("Download One <b> 1.pdf · PDF · 12.3 KB")
    expect(links.nth(1)).to_have_accessible_name("Download 2 Binary · 1 byte")


def test_a_deleted_file_says_so_and_a_reload_shows_the_same(
    page: Page, tom: Locator, client: WebClient, dm: str
) -> None:
    gone = client.files_upload_v2(filename="gone.ics", content=INVITE, channel=dm)["file"]["id"]
    client.files_upload_v2(filename="here.ics", content=INVITE, channel=dm)
    expect(tom.get_by_role("link")).to_have_count(2)
    client.files_delete(file=gone)

    for _ in range(2):
        expect(tom.get_by_role("article").first).to_contain_text("This file was deleted.")
        expect(tom.get_by_role("link")).to_have_count(1)
        expect(tom.get_by_role("link", name="Download here.ics")).to_be_visible()
        page.reload()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_files_are_legible_and_fit_a_narrow_window(
    page: Page, tom: Locator, client: WebClient, dm: str, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 400, "height": 740})
    gone = client.files_upload_v2(filename="gone.ics", content=INVITE, channel=dm)["file"]["id"]
    client.files_delete(file=gone)
    client.files_upload_v2(filename=f"{'long' * 30}.ics", content=INVITE, channel=dm)
    expect(tom.get_by_role("link")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") == 400
    assert tom.get_by_role("log").evaluate("log => log.scrollWidth - log.clientWidth") == 0
    found = page.evaluate(CONTRASTS)
    assert "This file was deleted." in [words for words, _ in found]
    assert [pair for pair in found if pair[1] < LEAST_CONTRAST] == []
