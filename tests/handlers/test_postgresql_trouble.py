"""With a PostgreSQL that can't be used people get a sentence where they are, whatever they do, and nothing is half-saved."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
import pytest
from sqlalchemy import event, make_url

from handlers.ids import Action
from handlers.notes import open_notes
from handlers.views.notes import text_field
from handlers.views.reading import notice
from mentoring.ids import SessionId
from storage.database import Database
from storage.upgrade import upgrade
from storage.vault import Vault
from tests.handlers.company import MASTER, Scenes
from tests.handlers.slack import Json, Send, StandIn, acked, click, command, said, submission
from tests.handlers.stage import Pair, shown, words
from tests.handlers.test_database_trouble import AWAY, BUSY, stored
from tests.postgres import Postgres

T = TypeVar("T")

LOCK = "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE"
END = "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


class Lived(Scenes):
    """Scenes that are lived each time: what is kept of them is kept in SQLite."""

    def live(self, pair: Pair, scene: Callable[..., T], **given: object) -> T:
        return scene(pair, **given)


@pytest.fixture
def scenes() -> Scenes:
    return Lived()


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    upgrade(postgres_url)
    with closing(Database(postgres_url, Vault([MASTER]))) as database:
        yield database


# --- what goes wrong

Trouble = Callable[[Database, Postgres], AbstractContextManager[None]]


@contextmanager
def locked(database: Database, _postgres: Postgres) -> Iterator[None]:
    """Another connection holds every table. It is waited for, here a little shorter than usual."""
    names = ", ".join(sorted(set(stored(database)) - {"alembic_version"}))
    with (
        _each_connection(database, "SET lock_timeout = 50", "SET lock_timeout = 700"),
        _beside(database) as other,
        other.transaction(),
    ):
        other.execute(LOCK.format(names))
        yield


@contextmanager
def read_only(database: Database, _postgres: Postgres) -> Iterator[None]:
    """As on a server that stands by for another one, or whose disk its provider found too full."""
    on, off = (f"SET default_transaction_read_only = {to}" for to in ("on", "off"))
    with _each_connection(database, on, off):
        yield


@contextmanager
def ended(database: Database, postgres: Postgres) -> Iterator[None]:
    """Every connection has been ended, as when the server was started again meanwhile."""
    with postgres.connect() as other:
        other.execute(END, (_name(database),))
    yield


@contextmanager
def closed(database: Database, postgres: Postgres) -> Iterator[None]:
    """Every connection has been ended, and nobody is let in."""
    name = _name(database)
    with postgres.connect() as other:
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        other.execute(END, (name,))
        yield
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@contextmanager
def _each_connection(database: Database, first: str, afterwards: str) -> Iterator[None]:
    now = [first]

    def set_it(connection: Any, *_rest: object) -> None:
        connection.execute(now[0])
        connection.commit()

    event.listen(database._engine, "checkout", set_it)
    try:
        yield
    finally:
        now[0] = afterwards


def _beside(database: Database) -> psycopg.Connection[Any]:
    url = database._engine.url.set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def _name(database: Database) -> str:
    return str(make_url(database._engine.url).database)


# --- what people do


@dataclass(frozen=True)
class Gesture:
    """One thing that somebody does, and where they are told if it can't be done."""

    body: Json
    where: str
    writes: bool = True

    def done(self, send: Send, slack: StandIn) -> tuple[str, str] | None:
        """Do it; return where something was said instead, and what. None if it was done."""
        before = len(slack.calls)
        answer = send(self.body)
        if answer.status != 200:
            return "it comes again", ""
        body = acked(answer)
        if sentences := body.get("errors"):
            (sentence,) = sentences.values()
            return "at the field", sentence
        if said_there := body.get("text"):
            return "in the channel", said_there
        for method, asked in slack.calls[before:]:
            if method == "response":
                return method, asked["text"]
            if words(slack.view).startswith("Mentor I"):
                return method, words(slack.view).removeprefix("Mentor ").removesuffix(" Close")
        return None


@pytest.fixture
def gestures(asked: SessionId, signed: Pair, send: Send, slack: StandIn) -> dict[str, Gesture]:
    """One of each kind: the pair is known, a session was held, she has been asked, and he has written a note."""
    send(command("UTOM", "help"))  # lets his profile be looked up
    form = shown(signed.mentor.types(open_notes))
    rate = (f"{Action.RATE}_4", f"{asked}/4")
    in_window = click("UANNA", *rate, view=notice("Here", "A."))
    at_home = {**in_window, "view": {**in_window["view"], "type": "home"}}
    note = submission("UTOM", form, **{text_field(asked): "Delegates late"})
    return {
        "a newcomer's command": Gesture(command("UNEW", "help"), "in the channel"),
        "a command that reads": Gesture(command("UTOM", "agreement"), "in the channel", writes=False),
        "a click in a message": Gesture(
            click("UANNA", *rate, response_url=f"{slack.url}/response"), "response"
        ),
        "a click in a window": Gesture(in_window, "views.push"),
        "a click in Home": Gesture(at_home, "views.open"),
        "a submission": Gesture(note, "at the field"),
        "a message": Gesture(said("UTOM", "help"), "it comes again"),
    }


def test_whatever_somebody_does_they_are_told_where_they_are_and_it_works_afterwards(
    gestures: dict[str, Gesture], database: Database, postgres: Postgres, send: Send, slack: StandIn
) -> None:
    before = stored(database)
    for trouble, sentence in ((locked, BUSY), (read_only, AWAY), (closed, AWAY)):
        with trouble(database, postgres):
            told = {name: gesture.done(send, slack) for name, gesture in gestures.items()}
        assert told == {
            name: (gesture.where, "" if gesture.where == "it comes again" else sentence)
            if gesture.writes or trouble is not read_only
            else None
            for name, gesture in gestures.items()
        }
        assert stored(database) == before

    with ended(database, postgres):
        assert [gesture.done(send, slack) for gesture in gestures.values()] == [None] * len(gestures)
    after = stored(database)
    assert [row["state"] for row in after["ratings"]] == ["answered"]
    assert len(after["notes"]) == 1
    assert [row["kind"] for row in after["due_rows"] if row["kind"] == "reply"] == ["reply"]
