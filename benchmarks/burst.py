"""Ten thousand prompts due at once in one workspace: do they keep to the pace, and does what gestures cause wait for them?

``python -m benchmarks.burst [quick]``: the prompts are due to four thousand people, and go out for a minute through the
playground, in a process of its own, that answers 429 beyond Slack's rates. Once a second someone is owed an answer to a gesture: how
long until Slack has it? Twice: Slack was asked about everybody just now; and two days ago, as when a rating is asked, so that
``users.info`` is to be asked about each again.
"""

import logging
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import yaml

from benchmarks.apps import empty
from benchmarks.figures import Figure, Section, show, spread
from benchmarks.slow_slack import SPAWN
from bot.clock import PlaygroundClock
from bot.delivery import Delivery
from bot.figures import Figures
from bot.pace import SLACKS_PACE, Pace
from bot.sending import Fate, Sender, client_for
from bot.workspaces import Workspaces
from handlers.deps import Deps
from mentoring.due import Due, Kind, Lane
from mentoring.people import Profile
from playground.server import Playground
from playground.workspace import Person
from storage import outbox, people
from storage.database import Database

PROMPTS, PEOPLE, SECONDS = 10_000, 4_000, 60.0
QUICK = 100, 40, 2.0
REACH = 0.98
"""Of the pace: the first of a minute's tokens is not there in its first moment, nor the last one's message in its last."""
STARTS = datetime(2026, 11, 23, 10, tzinfo=UTC)
"""A Monday morning in London, where everybody lives."""
BATCH = 500
ASKED = {"just now": timedelta(), "two days ago": timedelta(days=2)}
"""When Slack was last asked about everybody."""
MANIFEST = Path(__file__).parent.parent / "manifest.yml"


@dataclass(frozen=True)
class Course:
    """What came of it.

    Attributes:
        a_minute: messages that came.
        answers: answers to gestures that are owed.
        waits: seconds that each which came was waited for.
        calls: how often each method was called.
        put_back: rows that were claimed in vain.
    """

    a_minute: float
    answers: int
    waits: list[float]
    calls: Counter[str]
    put_back: int


def slack(told: Connection, folk: int) -> None:
    """Run the playground, and tell when it was told each message, by its marker, and how often each method was called."""
    somebody = [Person(name=f"p{n}", real_name=f"P {n}", tz="Europe/London") for n in range(folk)]
    arrived: list[tuple[str, float]] = []
    calls: Counter[str] = Counter()

    def hear(way: str, said: dict[str, Any], _answer: Any) -> None:
        calls.update([way])
        if way == "chat.postMessage":
            arrived.append((str(said["metadata"]), time.monotonic()))

    manifest = yaml.safe_load(MANIFEST.read_text("utf-8"))
    with Playground(manifest, people=somebody, starts=STARTS) as playground:
        state = playground._slack.workspace.state
        ids = [one.id for one in state.people.values() if not one.is_bot]
        playground.overhear(hear)
        told.send((playground.api_url, playground.bot_token, state.team_id, ids))
        told.recv()
        told.send(playground.look(lambda: (list(arrived), Counter(calls))))


def course(asked_ago: timedelta, prompts: int, folk: int, seconds: float) -> Course:
    """Let so many prompts go out to people about whom Slack was asked so long ago."""
    logging.disable(logging.WARNING)
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=slack, args=(theirs, folk))
    process.start()
    api_url, token, team, users = ours.recv()
    clock, figures = PlaygroundClock(api_url), Figures()
    clock.start(lambda: None)
    with empty() as database:
        _owe(database, team, users, prompts, now=clock.now(), asked=clock.now() - asked_ago)
        workspaces = Workspaces({team: Sender(client_for(token, api_url=api_url))}.get)
        delivery = Delivery(Deps(database, clock.now), workspaces, clock, Pace(SLACKS_PACE), figures)
        began = time.monotonic()
        delivery.start()
        asked = _gestures(database, clock, team, users, seconds)
        until = time.monotonic()
        delivery.stop()
        clock.stop()
        ours.send("enough")
        arrived, calls = ours.recv()
    process.join()
    logging.disable(logging.NOTSET)
    waits = [at - since for marker, at in arrived for row, since in asked.items() if row in marker]
    within = [at for _, at in arrived if at <= until]
    return Course(len(within) / (until - began) * 60, len(asked), waits, calls, _put_back(figures))


def _owe(
    database: Database, team: str, users: list[str], prompts: int, *, now: datetime, asked: datetime
) -> None:
    """Let everybody be known as they were when Slack was asked, and owe them prompts of the clock's."""
    profile = Profile("P", "Europe/London", "en-GB", active=True, is_bot=False)
    known = []
    for begin in range(0, len(users), BATCH):
        with database.writing() as tx:
            for user in users[begin : begin + BATCH]:
                person = people.learn(tx, team_id=team, user_id=user, profile=profile, now=asked)
                people.keep_channel(tx, person.account_id, user)
                people.greeted(tx, person.id)
                known.append(person.id)
    for begin in range(0, prompts, BATCH):
        with database.writing() as tx:
            dues = [
                Due(Kind.REPLY, f"help/{n}", now, recipient=known[n % len(known)], lane=Lane.CLOCK)
                for n in range(begin, min(begin + BATCH, prompts))
            ]
            outbox.add(tx, *dues)


def _gestures(
    database: Database, clock: PlaygroundClock, team: str, users: list[str], seconds: float
) -> dict[str, float]:
    """Owe somebody an answer once a second; return when each was, by its row's id."""
    asked: dict[str, float] = {}
    until, never = time.monotonic() + seconds, threading.Event()
    while time.monotonic() < until:
        with database.writing() as tx:
            person = people.by_account(tx, team, secrets.choice(users))
            if person is None:
                raise LookupError("everybody is known")
            subject = f"help/{secrets.token_hex(4)}"
            outbox.add(tx, Due(Kind.REPLY, subject, clock.now(), recipient=person.id))
            found = tx.connection.exec_driver_sql("SELECT id FROM due_rows WHERE subject = ?", (subject,))
            row_id = str(found.scalar_one())
        asked[row_id] = time.monotonic()
        never.wait(1.0)
    return asked


def _put_back(figures: Figures) -> int:
    samples = (sample for metric in figures.registry.collect() for sample in metric.samples)
    tries = [sample for sample in samples if sample.name == "mentor_due_row_tries_total"]
    return int(sum(sample.value for sample in tries if sample.labels["outcome"] == Fate.LATER))


def measure(quick: bool = False) -> Section:
    """Measure both."""
    prompts, folk, seconds = QUICK if quick else (PROMPTS, PEOPLE, SECONDS)
    figures = []
    for when, ago in ASKED.items():
        found = course(ago, prompts, folk, seconds)
        figures += [
            Figure(
                f"messages a minute, Slack asked about everybody {when}",
                f"{found.a_minute:.0f}, {found.calls['users.info']} calls of users.info",
                f"the pace, {SLACKS_PACE}",
                f"at least {REACH} ×",
                found.a_minute >= REACH * SLACKS_PACE,
            ),
            Figure(
                "answers to gestures meanwhile",
                f"{len(found.waits)} of {found.answers}, {spread(found.waits)}",
                f"{found.put_back} rows were claimed in vain",
            ),
        ]
    how = (
        f"{prompts:,} prompts due at once to {folk:,} people, for {seconds:.0f} s, on SQLite; "
        "the playground refuses what is beyond Slack's rates."
    )
    return Section("Ten thousand prompts due at once in one workspace", how, figures)


if __name__ == "__main__":
    show(measure)
