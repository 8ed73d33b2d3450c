"""A whole mentoring, and every DM of it: once as it is, and once with the bot killed between any two gestures.

The transcripts hold, for each DM, when it came on the reader's own clock, how it was sent with its buttons, and after
"->" how it stands in the end, where that differs.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from playground.server import Playground
from tests.journeys.driver import MANIFEST, Bot
from tests.journeys.five_sessions import STARTS, STEPS
from tests.journeys.pair import Pair, Someone, in_working_hours

CAME = re.compile(r"^\w{3} \d{1,2} \w{3} \d{2}:\d{2}$", re.MULTILINE)
TRANSCRIPTS = Path(__file__).parent / "transcripts"


@pytest.fixture
def slack() -> Iterator[Playground]:
    """A workspace in which it is October."""
    with Playground(MANIFEST, starts=STARTS, rates=False) as playground:
        yield playground


class Untroubled(Protocol):
    """What lists its troubles: one bot, or several."""

    @property
    def troubles(self) -> list[str]: ...


def live_through(
    slack: Playground, bot: Untroubled, *, before_gesture: Callable[[], None] = lambda: None
) -> Pair:
    """Go through every step; then compare every DM that anyone got."""
    pair = Pair(slack, before_gesture)
    for step in STEPS:
        step(pair)
    assert pair.tom.transcript == written("five_sessions_tom")
    assert pair.anna.transcript == written("five_sessions_anna")
    assert pair.maya.messages == []
    assert bot.troubles == []
    return pair


def messages_in(name: str) -> int:
    """How many DMs a transcript holds: each begins with when it came."""
    return len(CAME.findall(written(name)))


def written(name: str) -> str:
    return (TRANSCRIPTS / f"{name}.txt").read_text("utf-8")


def test_a_whole_mentoring_with_every_message_that_either_got(slack: Playground, bot: Bot) -> None:
    pair = live_through(slack, bot)

    assert unasked(pair.tom) == [f"Session {n} of 5 with Anna has ended." for n in (1, 2, 3, 5, 5)]
    assert unasked(pair.anna) == []
    assert bot.memory < 120
    assert bot.stop() == 0


def unasked(person: Someone) -> list[str]:
    """The first sentences of what the clock alone brought outside of working hours."""
    late = [dm for dm in person.sent if dm.by_clock and not in_working_hours(dm, person.zone)]
    return [f"{dm.text.partition('. ')[0]}." for dm in late]


def test_the_same_with_the_bot_killed_between_any_two_gestures(slack: Playground, bot: Bot) -> None:
    live_through(slack, bot, before_gesture=bot.restart)
