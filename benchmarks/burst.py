"""Ten thousand prompts due at once in one workspace: do they keep to the pace, and does what gestures cause wait for them?

``python -m benchmarks.burst [PROMPTS] [PACE] [SECONDS]``: so many prompts of the clock's are due to two thousand people; they
go out at so many a minute (Slack's is 300) for so many seconds, through the playground, in a process of its own, that answers
429 beyond Slack's rates at 300. Once a second someone is owed an answer to a gesture: how long until Slack has it?
"""

import logging
import multiprocessing
import os
import secrets
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from bot.clock import PlaygroundClock
from bot.delivery import Delivery
from bot.pace import SLACKS_PACE, Pace
from bot.sending import Sender, client_for
from bot.workspaces import Workspaces
from handlers.deps import Deps
from mentoring.due import Due, Kind, Lane
from mentoring.people import Profile
from playground.server import Playground
from playground.workspace import Person
from storage import outbox, people
from storage.database import Database
from storage.upgrade import upgrade
from storage.vault import MasterKey, Vault

PEOPLE = 2_000
STARTS = datetime(2026, 11, 23, 10, tzinfo=UTC)
"""A Monday morning in London, where everybody lives."""
BATCH = 500
MANIFEST = Path(__file__).parent.parent / "manifest.yml"


def slack(told: Connection, *, rates: bool) -> None:
    """Run the playground, and tell when it was told each message, by its marker."""
    somebody = [Person(name=f"p{n}", real_name=f"P {n}", tz="Europe/London") for n in range(PEOPLE)]
    arrived: list[tuple[str, float]] = []

    def hear(way: str, said: dict[str, Any], _answer: Any) -> None:
        if way == "chat.postMessage":
            arrived.append((str(said["metadata"]), time.monotonic()))

    manifest = yaml.safe_load(MANIFEST.read_text("utf-8"))
    with Playground(manifest, people=somebody, starts=STARTS, rates=rates) as playground:
        state = playground._slack.workspace.state
        ids = [one.id for one in state.people.values() if not one.is_bot]
        playground.overhear(hear)
        told.send((playground.api_url, playground.bot_token, state.team_id, ids))
        told.recv()
        told.send(playground.look(lambda: list(arrived)))


def main(prompts: int, pace: int, seconds: float) -> None:
    """Measure, and print a table."""
    logging.disable(logging.WARNING)
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=slack, args=(theirs,), kwargs={"rates": pace <= SLACKS_PACE}
    )
    process.start()
    api_url, token, team, users = ours.recv()
    with tempfile.TemporaryDirectory() as home:
        url = f"sqlite:///{home}/mentor.db"
        upgrade(url)
        database = Database(url, Vault([MasterKey.of(os.urandom(32))]))
        clock = PlaygroundClock(api_url)
        clock.start(lambda: None)
        _owe(database, clock, team, users, prompts)
        sender = Sender(client_for(token, api_url=api_url))
        workspaces = Workspaces({team: sender}.get)
        delivery = Delivery(Deps(database, clock.now), workspaces, clock, Pace(pace))
        began = time.monotonic()
        delivery.start()
        asked = _gestures(database, clock, team, users, seconds)
        lasted = time.monotonic() - began
        delivery.stop()
        clock.stop()
        ours.send("enough")
        arrived = ours.recv()
        database.close()
    process.join()
    _print(arrived, asked, began, lasted, pace)


def _owe(database: Database, clock: PlaygroundClock, team: str, users: list[str], prompts: int) -> None:
    """Let everybody be known, and owe them prompts of the clock's."""
    now = clock.now()
    profile = Profile("P", "Europe/London", "en-GB", active=True, is_bot=False)
    known = []
    for begin in range(0, len(users), BATCH):
        with database.writing() as tx:
            for user in users[begin : begin + BATCH]:
                person = people.learn(tx, team_id=team, user_id=user, profile=profile, now=now)
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


def _print(
    arrived: list[tuple[str, float]], asked: dict[str, float], began: float, lasted: float, pace: int
) -> None:
    waits = [at - since for marker, at in arrived for row_id, since in asked.items() if row_id in marker]
    within = [at for _, at in arrived if at - began <= lasted]
    table = Table(title=f"{pace} a minute, for {lasted:.0f} s")
    table.add_column("what")
    table.add_column("figure", justify="right")
    table.add_row("messages", str(len(within)))
    table.add_row("messages a minute", f"{len(within) / lasted * 60:.0f}")
    table.add_row("answers to gestures", f"{len(waits)} of {len(asked)}")
    table.add_row("their wait, median", f"{median(waits) * 1000:.0f} ms")
    table.add_row("their wait, 95th of 100", f"{quantiles(waits, n=20)[-1] * 1000:.0f} ms")
    table.add_row("their wait, longest", f"{max(waits) * 1000:.0f} ms")
    Console().print(table)


if __name__ == "__main__":
    given = sys.argv[1:]
    main(
        int(given[0]) if given else 10_000,
        int(given[1]) if len(given) > 1 else SLACKS_PACE,
        float(given[2]) if len(given) > 2 else 60.0,  # noqa: PLR2004 - the third word
    )
