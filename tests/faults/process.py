"""The bot as a process that can be told to end itself, as a power cut would, at one step of what it does.

A step is a statement, a commit, a connection given back after it (which is before the answer to Slack), or a call to Slack. They are
seen through SQLAlchemy's events and Python's audit events, so that nothing of the bot is different. SQLite says itself when it writes its
file anew or cuts off its log, which is not asked for through SQLAlchemy, and how far it has come with it.
"""

import os
import re
import signal
import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import Pool

from bot.serving import serving
from bot.starting import read_settings
from storage import opening
from tests.journeys.process import Forked, redirected

DOUBT = "FAULTS_DOUBT_SECONDS"
DOUBT_SECONDS = 0.3
"""Real seconds after which a message in doubt is looked up here, unless the environment says otherwise by that name."""
ORDER, LIST, READY = "step_to_end_at", "steps_taken", "counting"
PATIENCE = 10.0
TABLE = re.compile(r"(?:FROM|INTO|UPDATE) (\w+)")
LINE = re.compile(r"\s+")
OVERWRITING = ("VACUUM", "PRAGMA wal_checkpoint")
PART = 150
"""Instructions of SQLite's virtual machine after which it is asked how far it has come."""


@dataclass(frozen=True)
class Step:
    """The so-maniest step of its kind since counting began; ``nth`` is counted from 1."""

    kind: str
    nth: int


class Faulty(Forked):
    """``mentor run``, with its steps counted once told to."""

    def __init__(self, home: Path, environment: Mapping[str, str], log_file: Path) -> None:
        super().__init__(home, environment, log_file, run)


def count(home: Path, pid: int, end_at: Step | None) -> None:
    """Let a bot count from now on, and end at a step, if one is given."""
    for name in (LIST, READY):
        (home / name).unlink(missing_ok=True)
    (home / ORDER).write_text("" if end_at is None else f"{end_at.nth} {end_at.kind}")
    os.kill(pid, signal.SIGUSR1)
    until, never = time.monotonic() + PATIENCE, threading.Event()
    while not (home / READY).exists():
        if time.monotonic() > until:
            raise TimeoutError("the bot does not count")
        never.wait(0.005)


def taken(home: Path) -> list[Step]:
    """Return the steps since counting began, in order."""
    seen: Counter[str] = Counter()
    steps = []
    for kind in (home / LIST).read_text().splitlines() if (home / LIST).exists() else ():
        seen[kind] += 1
        steps.append(Step(kind, seen[kind]))
    return steps


@dataclass
class Counting:
    """Counts in the bot's own process; everything from ``begin`` on."""

    order: Step | None = None
    on: bool = False
    seen: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, _number: int, _frame: FrameType | None) -> None:
        """Read what is wanted, and begin. A signal brings it."""
        nth, _, kind = Path(ORDER).read_text().partition(" ")
        with self.lock:
            self.order = Step(kind, int(nth)) if nth else None
            self.seen.clear()
            self.on = True
        Path(READY).touch()

    def step(self, kind: str) -> None:
        """One step; it may be the last thing that this process does."""
        if not self.on:
            return
        with self.lock:
            self.seen[kind] += 1
            if self.order == Step(kind, self.seen[kind]):
                os.kill(os.getpid(), signal.SIGKILL)
            with Path(LIST).open("a") as steps:
                steps.write(f"{kind}\n")


def run(home: Path, environment: Mapping[str, str], log_file: Path) -> None:
    """Run the bot, counting."""
    redirected(home, environment, log_file)
    counting = Counting()
    _watch(counting.step)
    signal.signal(signal.SIGUSR1, counting.begin)
    given = read_settings()
    with (
        opening.opened(given.database, master_keys=given.keys) as database,
        serving(given, database, doubt_seconds=float(environment.get(DOUBT, DOUBT_SECONDS))),
    ):
        # No event is set: its lock may be this thread's own already, for the handler runs in it.
        ended: list[int] = []
        signal.signal(signal.SIGTERM, lambda number, _: ended.append(number))
        while not ended:
            signal.sigtimedwait((), 0.02)


def _watch(step: Callable[[str], None]) -> None:
    """Hear of every step."""

    def statement(connection: Connection, _cursor: object, text: str, *_: Any) -> None:
        found = TABLE.search(text)
        kind = f"{text.split(None, 1)[0]} {found[1] if found else LINE.sub(' ', text)[:40]}"
        connection.info["last"] = kind
        step(kind)

    def commit(connection: Connection) -> None:
        step(f"commit after {connection.info.get('last')}")

    def given_back(_connection: object, record: Any, _state: object = None) -> None:
        step(f"given back after {record.info.get('last')}")

    def audit(name: str, arguments: tuple[Any, ...]) -> None:
        if name == "urllib.Request":
            # The bot reads the playground's clock elsewhere again and again: no step of what it does.
            _, there, method = str(arguments[0]).rpartition("/api/")
            if there:
                step(f"call {method}")
            elif "/upload/" in str(arguments[0]):
                step("call upload")

    def connected(connection: object, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            _watch_overwriting(connection, step)

    event.listen(Pool, "connect", connected)
    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", commit)
    event.listen(Pool, "checkin", given_back)
    sys.addaudithook(audit)


def _watch_overwriting(connection: sqlite3.Connection, step: Callable[[str], None]) -> None:
    """Hear of the statements that overwrite what was deleted, and of the parts of the one that takes long."""
    under_way = ""

    def begun(text: str) -> None:
        nonlocal under_way
        under_way = next((one for one in OVERWRITING if text.startswith(one)), "")
        if under_way:
            step(under_way)

    def going_on() -> None:
        if under_way == OVERWRITING[0]:
            step(f"amid {under_way}")

    connection.set_trace_callback(begun)
    connection.set_progress_handler(going_on, PART)
