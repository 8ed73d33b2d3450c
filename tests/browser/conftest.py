"""A real Chromium for the page's tests: `context` once for all of them, `page` anew for each."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from playground.server import Playground
from tests.browser.echo import MANIFEST, Echo
from tests.journeys.driver import Bot

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 15_000
MISSING = (
    "No Chromium was found. Install one (Debian: apt-get install chromium; macOS: brew install --cask chromium) "
    "or name its program in MENTOR_CHROMIUM."
)


def chromium() -> str | None:
    """Return the path of the Chromium to use, or None."""
    named = os.environ.get("MENTOR_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium; its absence skips, which fails where MENTOR_REQUIRE_BROWSER is set (tests/conftest.py)."""
    path = chromium()
    if path is None:
        pytest.skip(MISSING)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile, with the window of a small laptop.

    One for all: a new one begins with a process of its own. Each test's workspace has a port, and so an origin, of its own.
    """
    fresh = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="Asia/Tokyo"
    )
    fresh.set_default_timeout(PATIENCE_MS)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """An empty tab, and no other; an error that the page logs or throws fails the test."""
    before = context.pages
    tab = context.new_page()
    for old in before:  # only now, so that the process that draws stays
        old.close()
    wrong: list[str] = []

    def logged(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(message.text)

    def thrown(error: Error) -> None:
        wrong.append(error.message)

    tab.on("console", logged)
    tab.on("pageerror", thrown)
    yield tab
    tab.goto("about:blank")
    assert wrong == []


@pytest.fixture
def slack() -> Iterator[Playground]:
    """A workspace at noon on Monday, 23 November 2026, UTC."""
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    with Playground(manifest=MANIFEST, starts=noon, rates=False) as running:
        yield running


@pytest.fixture
def echo(slack: Playground) -> Iterator[Echo]:
    """The echoing app, connected.

    It leaves behind the test's back, and nobody waits for that: the SDK's client takes a second to end its threads, and now and then,
    when its reader takes back what told it to end (slack_sdk/socket_mode/builtin/connection.py, run_until_completion), for ever.
    """
    app = Echo(slack)
    app.start()
    yield app
    threading.Thread(target=_leave, args=(app,), daemon=True).start()


def _leave(app: Echo) -> None:
    """Let an app stop. Two threads of the SDK's may close its socket at once: one of them then finds none."""
    with suppress(AttributeError, OSError):
        app.stop()


@pytest.fixture
def app(echo: Echo) -> object:
    """The app in the workspace: the echoing one, unless a module says otherwise."""
    return echo


@pytest.fixture
def mentor(slack: Playground, tmp_path: Path) -> Iterator[Bot]:
    """Mentor, connected as a process of its own; nothing may have gone wrong in it."""
    bot = Bot(slack, tmp_path)
    bot.start()
    yield bot
    bot.end()
    assert bot.troubles == []


@pytest.fixture
def both(page: Page, slack: Playground, app: object) -> Iterator[tuple[Locator, Locator]]:
    """The page with Tom's pane and Anna's."""
    page.goto(slack.url)
    page.get_by_role("main").wait_for()
    yield page.get_by_role("region", name="Tom Reed"), page.get_by_role("region", name="Anna Bright")
    page.goto("about:blank")  # or it would miss the workspace, which ends before it


@pytest.fixture
def tom(both: tuple[Locator, Locator]) -> Locator:
    return both[0]


@pytest.fixture
def anna(both: tuple[Locator, Locator]) -> Locator:
    return both[1]
