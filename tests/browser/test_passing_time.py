"""The clock bar with an app that follows the clock, and a page that loses the server for a while."""

from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Event, Thread

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from playground.server import Playground
from tests.browser.echo import Echo

DUE = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


class Follower:
    """Takes the clock over as an app does, and has one thing due; it is idle only while ``free`` is set."""

    def __init__(self, slack: Playground) -> None:
        self._slack = slack
        self._leaving = Event()
        self._thread = Thread(target=self._run)
        self.free = Event()

    def start(self) -> None:
        self.free.set()
        self._thread.start()

    def stop(self) -> None:
        self.free.set()
        self._leaving.set()
        self._slack.settle()  # ends the poll that is under way
        self._thread.join()

    def _run(self) -> None:
        address, seen = f"{self._slack.url}/playground/clock", -1
        with httpx.Client(timeout=30) as client:
            while not self._leaving.is_set():
                seen = client.get(address, params={"seen": seen}).json()["revision"]
                self.free.wait()
                due = None if self._slack.clock.now() >= DUE else DUE.timestamp()
                client.post(address, json={"revision": seen, "idle": True, "next_due": due})


@pytest.fixture
def follower(slack: Playground, echo: Echo) -> Iterator[Follower]:
    running = Follower(slack)
    running.start()
    yield running
    running.stop()


def test_the_clock_goes_to_the_next_thing_due(follower: Follower, page: Page, tom: Locator) -> None:
    bar = page.get_by_role("region", name="The workspace’s clock")
    to_next = bar.get_by_role("button", name="To the next thing due")
    expect(bar).to_contain_text("Next thing due in 3 days")

    follower.free.clear()
    to_next.click()
    expect(bar).to_contain_text("moving…")
    expect(bar.get_by_role("button", name="+1 hour")).to_be_disabled()
    follower.free.set()

    expect(bar).to_contain_text("Thu 26 Nov, 09:30 UTC")
    expect(bar).to_contain_text("Nothing is due")
    expect(to_next).to_be_disabled()
    expect(bar.get_by_role("button", name="+1 hour")).to_be_enabled()


def test_what_is_typed_while_the_server_is_away_is_sent_when_it_is_back(
    context: BrowserContext, slack: Playground, echo: Echo
) -> None:
    page = context.new_page()  # not the fixture: losing the server is logged as an error
    page.goto(slack.url)
    box = page.get_by_role("textbox", name="Message Echo as Tom Reed")
    box.fill("begun")
    context.set_offline(True)
    box.press_sequentially(" and ended")
    expect(page.get_by_text("The playground does not answer. Trying again…")).to_be_visible()
    expect(box).to_have_value("begun and ended")

    with page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok):
        context.set_offline(False)
    expect(page.get_by_text("Echo is connected")).to_be_visible()
    expect(box).to_have_value("begun and ended")
    tom = slack.hands("tom").id
    state = httpx.get(f"{slack.url}/playground/state", params={"panes": tom}).json()
    assert state["panes"][tom]["draft"] == "begun and ended"
    page.close()
