"""The clock: real, or the playground's."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Clock, PlaygroundClock
from playground.server import Playground
from tests.bot.conftest import STARTS
from tests.journeys.driver import MANIFEST

MOMENT = timedelta(seconds=30)


@pytest.fixture
def clock(slack: Playground) -> Iterator[PlaygroundClock]:
    clock = PlaygroundClock(slack.api_url)
    yield clock
    clock.stop()


def test_the_real_clock_tells_the_time_in_utc() -> None:
    clock = Clock()
    before = datetime.now(UTC)  # noqa: TID251 - the real time is what it is compared with
    clock.start(lambda: None)
    now = clock.now()
    clock.tell(0, None)
    clock.stop()

    assert before <= now <= before + MOMENT
    assert now.tzinfo is UTC
    assert clock.revision == 0


def test_it_shows_the_playgrounds_time_from_the_start(slack: Playground, clock: PlaygroundClock) -> None:
    clock.start(lambda: None)

    assert STARTS <= clock.now() <= STARTS + MOMENT


def test_a_move_wakes_and_is_taken_over_before_it_is_answered(
    slack: Playground, clock: PlaygroundClock
) -> None:
    woken = threading.Event()
    seen: list[datetime] = []

    def wake() -> None:
        seen.append(clock.now())
        clock.tell(clock.revision, None)
        woken.set()

    clock.start(wake)
    slack.move(timedelta(days=3))

    assert woken.is_set()
    assert STARTS + timedelta(days=3) <= seen[-1] <= STARTS + timedelta(days=3) + MOMENT


def test_what_is_due_next_is_told_so_that_time_stops_there(slack: Playground, clock: PlaygroundClock) -> None:
    due = STARTS + timedelta(hours=5)
    clock.start(lambda: clock.tell(clock.revision, due if clock.now() < due else None))
    clock.tell(clock.revision, due)

    assert slack.to_next_due()
    assert due <= clock.now() <= due + MOMENT
    assert not slack.to_next_due()


def test_a_playground_that_is_gone_leaves_the_time_as_it_was() -> None:
    with Playground(MANIFEST, starts=STARTS, rates=False) as slack:
        clock = PlaygroundClock(slack.api_url)
        clock.start(lambda: clock.tell(clock.revision, None))
        slack.move(timedelta(days=1))
    clock.tell(clock.revision + 1, None)

    assert STARTS + timedelta(days=1) <= clock.now() <= STARTS + timedelta(days=1) + MOMENT
    clock.stop()


def test_a_stand_in_without_a_clock_leaves_real_time(caplog: pytest.LogCaptureFixture) -> None:
    clock = PlaygroundClock("http://127.0.0.1:1/api/")
    clock.start(lambda: None)
    clock.tell(clock.revision, None)

    assert abs(clock.now() - Clock().now()) < MOMENT
    assert [record.getMessage() for record in caplog.records] == [
        "There is no playground's clock at 127.0.0.1:1; the bot goes by real time."
    ]
    clock.stop()


def test_a_playground_that_went_away_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "bot.clock")
    clock = PlaygroundClock("http://127.0.0.1:1/api/")
    for _ in range(3):
        clock.tell(1, None)

    assert [record.getMessage() for record in caplog.records] == [
        "The playground did not hear that the bot is idle (ConnectionRefusedError)."
    ]
