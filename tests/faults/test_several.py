"""Several processes on one PostgreSQL: each takes gestures, one delivers, and another one goes on when that one ends."""

import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from playground.server import Playground
from storage.database import make_engine
from tests.faults.conftest import LONG, Tell
from tests.faults.harness import AFTERWARDS, STARTS, wait_until_sure
from tests.faults.several import Crew
from tests.journeys.driver import MANIFEST
from tests.journeys.five_sessions import STARTS as IN_OCTOBER
from tests.journeys.pair import Pair
from tests.journeys.test_five_sessions import live_through, messages_in

TAKEN_OVER = 5.0
HELPS = 8
CALL_SECONDS = 0.1
NAMES = ("tom", "anna", "maya")
SUBMITTED = re.compile(r"course: (\S+) \(submission\) (\w+) in ", re.MULTILINE)
PROPOSALS = text("SELECT (SELECT count(*) FROM agreements), (SELECT count(*) FROM versions)")


@pytest.fixture
def starts(request: pytest.FixtureRequest) -> datetime:
    """When it is there at first."""
    found: datetime = getattr(request, "param", STARTS)
    return found


@pytest.fixture
def slack(starts: datetime) -> Iterator[Playground]:
    with Playground(MANIFEST, starts=starts, rates=False) as playground:
        yield playground


@pytest.fixture
def crew(slack: Playground, tmp_path: Path, postgres_url: str) -> Iterator[Crew]:
    """Nobody yet, on an empty database."""
    crew = Crew(slack, tmp_path, postgres_url)
    yield crew
    crew.end()


class Killing:
    """Kills the one that delivers before every so-maniest gesture, and starts another in its place."""

    def __init__(self, crew: Crew, every: int) -> None:
        self._crew = crew
        self._every = every
        self._gestures = 0
        self.killed = 0

    def __call__(self) -> None:
        self._gestures += 1
        if self._gestures % self._every == 0:
            self._crew.kill(self._crew.delivering)
            self._crew.start(1)
            self.killed += 1


@pytest.mark.parametrize("starts", [IN_OCTOBER], indirect=True)
@pytest.mark.parametrize(("number", "every"), [(3, 20), *([(2, 3), (4, 1)] if LONG else [])])
def test_a_whole_mentoring_reads_the_same_whoever_takes_a_gesture_and_whoever_delivers(
    slack: Playground, crew: Crew, number: int, every: int, tell: Tell
) -> None:
    # At once, on a database that has no tables yet.
    crew.start(number)
    killing = Killing(crew, every)
    pair = live_through(slack, crew, before_gesture=killing)
    tell(
        f"the delivering one of {number} processes is killed before every {every}. gesture",
        [len(pair.tom.sent), len(pair.anna.sent)],
        [messages_in("five_sessions_tom"), messages_in("five_sessions_anna")],
    )

    took = [len(member.gestures) for member in (*crew.past, *crew.members)]
    assert killing.killed >= 2
    assert sum(took) > 50
    assert every < number or all(took)


def test_when_the_one_that_delivers_is_killed_amid_it_another_goes_on_within_five_seconds(
    slack: Playground, crew: Crew, postgres_url: str, tell: Tell
) -> None:
    crew.start(2)
    waits = _ask_for_help(slack)
    crew.kill(crew.delivering)
    assert waits() < TAKEN_OVER

    helped = _helped(slack, postgres_url)
    tell("the delivering one of 2 processes is killed amid it", helped, [HELPS + 1] * len(NAMES))
    assert helped == [HELPS + 1] * len(NAMES)
    assert crew.troubles == []


@pytest.mark.skipif(not LONG, reason="it waits for seconds")
def test_when_the_one_that_delivers_hangs_another_goes_on_within_six_seconds(
    slack: Playground, crew: Crew, postgres_url: str, tell: Tell
) -> None:
    crew.start(2)
    waits = _ask_for_help(slack)
    hanging = crew.delivering
    hanging.send(signal.SIGSTOP)
    assert TAKEN_OVER - 2 < waits() < TAKEN_OVER + 1
    hanging.send(signal.SIGCONT)
    hanging.wait_for("This Mentor was held up for seconds; another one may have taken delivery over.")

    assert crew.delivering is not hanging
    helped = _helped(slack, postgres_url)
    tell("the delivering one of 2 processes hangs amid it", helped, [HELPS + 1] * len(NAMES))
    assert helped == [HELPS + 1] * len(NAMES)
    assert crew.troubles == []


def test_a_gesture_that_reaches_two_processes_at_once_counts_once(
    slack: Playground, crew: Crew, postgres_url: str, tell: Tell
) -> None:
    crew.start(2)
    pair = Pair(slack)
    pair.before_gesture = slack.misbehave.deliver_twice
    pair.agree()
    slack.misbehave.stop()

    engine = make_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.execute(PROPOSALS).one() == (1, 1)
    engine.dispose()
    sent = [len(pair.tom.sent), len(pair.anna.sent)]
    tell("a gesture reaches two processes at once", sent, [2, 2])
    assert sent == [2, 2]
    for member in crew.members:
        submitted = Counter(SUBMITTED.findall("\n".join(member.gestures)))
        assert submitted == {("start.propose", "answered"): 1, ("agreement.sign_agreement", "answered"): 2}
    assert crew.troubles == []


def _ask_for_help(slack: Playground) -> Callable[[], float]:
    """Let everybody ask for help again and again, and return once some were helped what waits for another one to deliver.

    That returns how many seconds it took.
    """
    post = Pair(slack).post
    for name in NAMES:
        slack.hands(name).say("help")
    slack.settle()
    slack.misbehave.delay_call("chat.postMessage", CALL_SECONDS, times=99)
    for _ in range(HELPS):
        for name in NAMES:
            slack.hands(name).say("help")
    slack.run(slack.workspace.change.until(lambda: len(post.sent) > 2 * len(NAMES), 10.0))

    def waits() -> float:
        began, said = time.monotonic(), len(post.sent)
        # What was under way arrives all the same.
        later = said + len(NAMES) + 1
        assert slack.run(slack.workspace.change.until(lambda: len(post.sent) >= later, 10.0))
        return time.monotonic() - began

    return waits


def _helped(slack: Playground, url: str) -> list[int]:
    """Return how often each was helped, once nothing is in doubt and all that is to come again has come."""
    slack.misbehave.stop()
    wait_until_sure(url, slack)
    slack.move(AFTERWARDS)
    return [sum(message.by_app for message in slack.hands(name).messages) for name in NAMES]
