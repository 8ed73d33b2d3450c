"""A playground with the bot in it, as a process of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from playground.server import Playground
from tests.journeys.driver import MANIFEST, Bot
from tests.journeys.pair import Pair

STARTS = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday morning in London, before New York wakes; both clocks go forward in March 2027, two weeks apart."""

Join = Callable[..., Bot]


@pytest.fixture
def slack() -> Iterator[Playground]:
    """A new workspace. Nobody waits here, so Slack's rates do not count."""
    with Playground(MANIFEST, starts=STARTS, rates=False) as playground:
        yield playground


@pytest.fixture
def join(slack: Playground, tmp_path: Path) -> Iterator[Join]:
    """Make bots that join ``slack``, with other settings if wanted; whatever still runs is stopped at the end."""
    with ExitStack() as stack:

        def make(**settings: str) -> Bot:
            bot = Bot(slack, tmp_path, **settings)
            stack.callback(bot.end)
            bot.start()
            return bot

        yield make


@pytest.fixture
def bot(join: Join) -> Bot:
    """The bot, started."""
    return join()


@pytest.fixture
def pair(slack: Playground, bot: Bot) -> Iterator[Pair]:
    """Tom and Anna, with the bot there; it has had no trouble of its own by the end."""
    yield Pair(slack)
    assert bot.troubles == []
