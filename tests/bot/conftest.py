"""Delivery in the test's own process, beside a playground over TCP and a real database."""

import base64
import logging
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import PlaygroundClock
from bot.delivery import Delivery
from bot.doubt import DOUBT_SECONDS
from bot.figures import Figures
from bot.log import OURS, QUIET
from bot.pace import Pace
from bot.sending import Fate, Sender, client_for
from bot.workspaces import Workspaces
from handlers.deps import Deps
from mentoring.agreement import Agreement, Role, Terms
from mentoring.due import Due, Kind, Lane
from mentoring.ids import AgreementId, new_id
from mentoring.operator import Operator
from mentoring.people import Person, Profile
from mentoring.proposals import Record, propose
from mentoring.secret import Secret
from playground.hands import Message
from playground.server import Playground
from playground.workspace import Message as Stored
from storage import agreements, opening, outbox, people
from storage.database import Database, Tx
from storage.outbox import Row, RowState
from storage.upgrade import upgrade
from storage.vault import MasterKey, Vault
from tests.bot.commands import Start
from tests.journeys.driver import MANIFEST
from tests.journeys.process import ROOT
from tests.storage.pair import Pair
from tests.storage.texts import write_all

STARTS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""A Monday, at an hour when London, Berlin and New York all work."""
LOOK_SECONDS = 0.01
ZONES = {"tom": "Europe/London", "anna": "America/New_York", "maya": "Europe/Berlin"}


OLD = base64.b64encode(b"o" * 32).decode()
OLD_ID = MasterKey.of(b"o" * 32).id
FILE = Path("data/mentor.db")
URL = f"sqlite:///{FILE}"
"""The database of a command's test, below the directory that it is in, and the master key that opens it."""


@pytest.fixture
def log_as_before() -> Iterator[None]:
    """Take back what the test does to logging, so that the next one hears its own, and warnings stay errors."""
    root = logging.getLogger()
    handlers, levels = (
        root.handlers[:],
        {name: logging.getLogger(name).level for name in (None, *OURS, *QUIET)},
    )
    hook = threading.excepthook
    yield
    threading.excepthook = hook
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def slack() -> Iterator[Playground]:
    with Playground(MANIFEST, starts=STARTS, rates=False) as playground:
        yield playground


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to copy."""
    file = tmp_path_factory.mktemp("migrated") / "mentor.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def database_file(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated, tmp_path / "mentor.db"))


@pytest.fixture
def database(database_file: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{database_file}", Vault([MasterKey.of(os.urandom(32))]))
    yield database
    database.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start ``mentor`` as a process of its own, in an empty directory; what still runs is killed at the end."""
    with ExitStack() as stack:

        def run(*words: str, **given: str) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", *words],
                cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **given},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log_as_before: None) -> Path:
    """An empty directory to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def filled(here: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a database that the old key was used for, with a text of each kind in it."""
    FILE.parent.mkdir()
    shutil.copy(migrated, FILE)
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("MENTOR_KEYS", OLD)
    with opening.opened(URL, master_keys=OLD) as database:
        write_all(Pair(database))
    return here


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_until(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until ``true``; fail if it is not within so many seconds."""
    until, never = time.monotonic() + seconds, threading.Event()
    while not true():
        assert time.monotonic() < until, "it did not come in time"
        never.wait(LOOK_SECONDS)


@dataclass
class Post:
    """A post office between a test's database and its playground; what it writes beside delivery waits for its turn."""

    slack: Playground
    database: Database
    clock: PlaygroundClock
    delivery: Delivery
    workspaces: Workspaces
    figures: Figures

    def person(self, name: str) -> Person:
        """Return someone as the bot knows them; a newcomer is made known, and just looked up."""
        user_id = self.slack.hands(name).id

        def meet(tx: Tx) -> Person:
            known = people.by_account(tx, self.team_id, user_id)
            profile = Profile(name.title(), ZONES.get(name), "en-GB", active=True, is_bot=False)
            now = self.clock.now()
            return known or people.learn(tx, team_id=self.team_id, user_id=user_id, profile=profile, now=now)

        return self.database.patiently(meet)

    @property
    def team_id(self) -> str:
        return self.slack._slack.workspace.state.team_id

    def add(self, name: str, word: str = "help", *, lane: Lane = Lane.GESTURE) -> str:
        """Add a message for someone, an answer to a word of theirs, and return its row's id."""
        return self.add_for(self.person(name), word, lane=lane)

    def add_for(self, person: Person, word: str = "help", *, lane: Lane = Lane.GESTURE) -> str:
        """Add a message for someone who is known, and return its row's id."""
        subject = f"{word}/{new_id()}"
        return self.add_due(Due(Kind.REPLY, subject, self.clock.now(), recipient=person.id, lane=lane))

    def add_due(self, due: Due) -> str:
        """Add a due row and return its id."""

        def put(tx: Tx) -> str:
            before = set(self._ids(tx))
            outbox.add(tx, due)
            (added,) = set(self._ids(tx)) - before
            return added

        return self.database.patiently(put)

    def add_home(self, name: str) -> str:
        """Ask for someone's Home to be drawn, and return the row's id."""
        person = self.person(name)
        return self.add_due(Due(Kind.HOME, person.id, self.clock.now(), recipient=person.id))

    def execute(self, statement: str, *parameters: object) -> None:
        """Change the database behind everybody's back."""
        self.database.patiently(lambda tx: tx.connection.exec_driver_sql(statement, parameters))

    def row(self, row_id: str) -> Row:
        """Return a due row as it stands."""
        with self.database.reading() as tx:
            found = outbox.row(tx, row_id)
        assert found is not None
        return found

    def state(self, row_id: str) -> RowState:
        """Return where a due row stands."""
        return self.row(row_id).state

    def rows(self, kind: Kind) -> list[Row]:
        """Return all due rows of a kind, in the order in which they were added."""
        with self.database.reading() as tx:
            found = [outbox.row(tx, row_id) for row_id in self._ids(tx)]
        return [row for row in found if row is not None and row.due.kind is kind]

    def tries(self, kind: Kind, fate: Fate) -> float:
        """Return how many tries to carry out a row of a kind have come to a fate."""
        labels: dict[str, str] = {"kind": kind, "outcome": fate}
        return self.figures.registry.get_sample_value("mentor_due_row_tries_total", labels) or 0.0

    def stored(self, name: str) -> list[Stored]:
        """Return someone's messages as the workspace holds them."""
        workspace = self.slack._slack.workspace
        return workspace.messages(workspace.state.panes[self.slack.hands(name).id].channel)

    def messages(self, name: str) -> list[Message]:
        """Return what someone has been sent."""
        return self.slack.hands(name).messages

    def propose(self, by: str, to: str, role: Role) -> Agreement:
        """Save a proposal; its invitation is due at once."""
        now = self.clock.now()
        proposal = propose(
            AgreementId(new_id()),
            proposer=self.person(by),
            other=self.person(to),
            role=role,
            terms=Terms(),
            purpose=Secret("To grow") if role is Role.MENTEE else None,
            record=Record(),
            now=now,
        )
        self.database.patiently(lambda tx: agreements.save(tx, proposal, now))
        return proposal

    @staticmethod
    def _ids(tx: Tx) -> list[str]:
        found = tx.connection.exec_driver_sql("SELECT id FROM due_rows ORDER BY number")
        return list(found.scalars())


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what our own code has said in the log, from WARNING up; ``bot.log`` keeps the others quiet in the process."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING and record.name.partition(".")[0] not in QUIET
    ]


@contextmanager
def office(
    slack: Playground, database: Database, pace: Pace | None = None, *, doubt_seconds: float = DOUBT_SECONDS
) -> Iterator[Post]:
    """Give a post office that does not deliver yet."""
    clock = PlaygroundClock(slack.api_url)
    team_id = slack._slack.workspace.state.team_id
    sender = Sender(client_for(slack.bot_token, api_url=slack.api_url))
    workspaces = Workspaces({team_id: sender}.get, [team_id])
    deps = Deps(database, clock.now, operator=Operator("Ada Marsh"), takes_files=workspaces.takes_files)
    figures = Figures()
    delivery = Delivery(deps, workspaces, clock, pace or Pace(60_000), figures, doubt_seconds=doubt_seconds)
    clock.start(delivery.wake)
    try:
        yield Post(slack, database, clock, delivery, workspaces, figures)
    finally:
        delivery.stop()
        clock.stop()


@pytest.fixture
def closed(slack: Playground, database: Database) -> Iterator[Post]:
    """A post office that does not deliver yet: the test starts it."""
    with office(slack, database) as post:
        yield post


@pytest.fixture
def post(closed: Post) -> Post:
    """A post office that delivers. The clock can be moved; ``slack.settle()`` waits until nothing is left to do."""
    closed.delivery.start()
    return closed
