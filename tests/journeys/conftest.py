"""A playground with the bot in it, as a process of its own, on SQLite unless a test says otherwise."""

import os
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

LONG = "MENTOR_FAULTS" in os.environ
"""Everything on both databases: ``make faults``."""
ON_BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgresql"], indirect=True)
"""On each kind of database."""
LATER_ON_BOTH = pytest.mark.parametrize(
    "kind", ["sqlite", "postgresql"] if LONG else ["sqlite"], indirect=True
)
"""On each kind of database in the long form, else on SQLite."""


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    """Which database the bot has."""
    return str(getattr(request, "param", "sqlite"))


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
def bot(join: Join, kind: str, request: pytest.FixtureRequest) -> Bot:
    """The bot, started."""
    return join(DATABASE_URL=request.getfixturevalue("postgres_url")) if kind == "postgresql" else join()


@pytest.fixture
def pair(slack: Playground, bot: Bot) -> Iterator[Pair]:
    """Tom and Anna, with the bot there; it has had no trouble of its own by the end."""
    yield Pair(slack)
    assert bot.troubles == []
