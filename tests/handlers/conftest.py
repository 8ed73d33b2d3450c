"""A pair in front of the bot, without Slack: gestures go straight to the handlers, on a real SQLite file."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from slack_bolt import App
from slack_sdk.web import SlackResponse

from bot.app import build, gesture_client
from handlers import guard
from handlers.deps import Deps
from mentoring.ids import SessionId
from storage.database import Database
from storage.upgrade import upgrade
from storage.vault import Vault
from tests.handlers.company import MASTER, Scenes, meet, opened, three
from tests.handlers.everyone import NOW, town
from tests.handlers.meetings import hold
from tests.handlers.ratings import ASKED
from tests.handlers.slack import Send, StandIn, standing_in
from tests.handlers.stage import TEAM, Pair, Stage
from tests.handlers.stolen import Undone, rows
from tests.handlers.thieves import World, said


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with its tables: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Iterator[Database]:
    with opened(empty_database, tmp_path / "mentor.db") as database:
        yield database


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


@pytest.fixture(scope="session")
def scenes() -> Iterator[Scenes]:
    """What pairs live again and again."""
    with closing(Scenes()) as scenes:
        yield scenes


@pytest.fixture
def pair(stage: Stage, scenes: Scenes) -> Pair:
    pair = three(stage)
    scenes.live(pair, meet)
    return pair


@pytest.fixture
def signed(pair: Pair, scenes: Scenes) -> Pair:
    """Both have signed."""
    scenes.live(pair, Pair.sign)
    return pair


@pytest.fixture
def asked(signed: Pair, scenes: Scenes) -> SessionId:
    """The first session was held, and she has just been asked."""
    return scenes.live(signed, held_and_asked)


def held_and_asked(pair: Pair) -> SessionId:
    session_id = hold(pair)
    pair.stage.pass_time(ASKED)
    return session_id


# --- everyone, and everything that can be stolen


@pytest.fixture(scope="session")
def world(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Everything at one instant; whatever is tried is taken back, so that all tests can share it."""
    file = tmp_path_factory.mktemp("access") / "mentor.db"
    with opened(empty_database, file) as database:
        here = town(database)
    undone = Undone(f"sqlite:///{file}", Vault([MASTER]))
    deps = Deps(undone, lambda: NOW, "/mentor", here.stage.deps.operator, takes_files=lambda _: True)
    undone.say = lambda tx, row_id: said(tx, row_id, deps)
    with undone.reading() as tx:
        undone.before = rows(tx)
    here.stage.database = undone
    found = World(here, deps, undone, here.agreements())
    with undone.counted():
        found.collect()
        yield found
    with undone.reading() as tx:
        assert rows(tx) == undone.before
    undone.close()


# --- the same through Bolt


@pytest.fixture
def slack() -> Iterator[StandIn]:
    with standing_in() as stand_in:
        yield stand_in


@pytest.fixture
def app(pair: Pair, slack: StandIn) -> App:
    client = gesture_client(f"{slack.url}/api/", None)
    told = {"ok": True, "url": slack.url, "team_id": TEAM, "user_id": "UBOT", "bot_id": "B1"}
    tested = SlackResponse(
        client=client, http_verb="POST", api_url="", req_args={}, data=told, headers={}, status_code=200
    )
    return build(pair.stage.deps, tested, token="xoxb-1", client=client)


@pytest.fixture
def send(app: App) -> Send:
    return lambda body: guard.dispatch(app, json.loads(json.dumps(body)))
