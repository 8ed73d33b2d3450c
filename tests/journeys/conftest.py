"""A playground with the bot in it, as a process of its own: on both databases by ``make faults``, on one of them by ``make test``."""

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
"""The long form, ``make faults``: each journey on both databases."""
KINDS = ("sqlite", "postgresql")
ON_BOTH = pytest.mark.parametrize("kind", KINDS, indirect=True)
"""On both databases in the short form too."""
ON_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
"""On SQLite alone: for a test of what is in the file."""
SHORTLY_ON_POSTGRESQL = {
    "test_start",
    "test_settings",
    "test_two_people_move_one_session_at_once",
    "test_two_people_plan_at_once",
}
"""Files and tests that the short form takes on PostgreSQL, and not on SQLite: the most ordinary ones, and what two do at once."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the databases for a test that doesn't."""
    chosen = any("kind" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "kind" in metafunc.fixturenames and not chosen:
        names = {metafunc.module.__name__.rpartition(".")[2], metafunc.function.__name__}
        shortly = KINDS[1:] if names & SHORTLY_ON_POSTGRESQL else KINDS[:1]
        metafunc.parametrize("kind", KINDS if LONG else shortly, indirect=True)


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    """Which database the bot has."""
    return str(request.param)


@pytest.fixture
def database_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the bot's database is, and nothing in it yet."""
    if kind == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/mentor.db"


@pytest.fixture
def slack() -> Iterator[Playground]:
    """A new workspace. Nobody waits here, so Slack's rates do not count."""
    with Playground(MANIFEST, starts=STARTS, rates=False) as playground:
        yield playground


@pytest.fixture
def join(slack: Playground, tmp_path: Path, database_url: str) -> Iterator[Join]:
    """Make bots that join ``slack``, with other settings if wanted; whatever still runs is stopped at the end."""
    with ExitStack() as stack:

        def make(**settings: str) -> Bot:
            bot = Bot(slack, tmp_path, DATABASE_URL=database_url, **settings)
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
