"""From nothing to a bot that answers, from a signature to the other's DM, and the memory that it takes.

``python -m benchmarks.start [quick]``: each round starts a new playground and the bot as a separate process with a new
SQLite database, as ``make run`` does once everything is installed; and beside it a bare Bolt app.
"""

import compileall
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from psutil import Process  # type: ignore[import-untyped]  # it has no types

from benchmarks.figures import Figure, Section, at_most, show
from playground.hands import Hands
from playground.server import Playground
from tests.journeys.driver import MANIFEST, Bot
from tests.journeys.process import ROOT, Command

STARTS = datetime(2026, 10, 5, 9, tzinfo=UTC)
PATIENCE = 30.0
REACH = 4.0
MEMORY = 120
"""Megabytes."""


@dataclass(frozen=True)
class Round:
    """Seconds, seconds and megabytes."""

    answered: float
    again: float
    told: float
    memory: float


def once() -> Round:
    """Start, let a pair sign, and look at the memory."""
    with tempfile.TemporaryDirectory() as folder, Playground(MANIFEST, starts=STARTS, rates=False) as slack:
        bot = Bot(slack, Path(folder), Command)
        began = perf_counter()
        bot.start()
        try:
            tom, anna = slack.hands("tom"), slack.hands("anna")
            tom.command("/mentor start @anna")
            answered = perf_counter() - began
            told, memory = signed(slack, tom, anna), bot.memory
        finally:
            bot.end()
        slack.wait_for_no_app(PATIENCE)
        began = perf_counter()
        bot.start()
        try:
            tom.command("/mentor help")
            return Round(answered, perf_counter() - began, told, memory)
        finally:
            bot.end()


def signed(slack: Playground, tom: Hands, anna: Hands) -> float:
    """Let both sign, and return the seconds from the last signature until the other's DM is there."""
    tom.fill("My role", "I would be the mentor")
    tom.submit()
    tom.close()
    slack.settle()
    anna.click("Read")
    anna.fill("What do I want from it?", "To lead a team without losing sleep")
    anna.submit()
    anna.close()
    slack.settle()
    tom.click("Read")
    before = len(tom.messages) + len(anna.messages)
    began = perf_counter()
    tom.submit()
    # Two rows: each of the pair is told.
    slack.wait_until(
        lambda seen: sum(map(len, seen.workspace.state.messages.values())) >= before + 2, PATIENCE
    )
    return perf_counter() - began


def bare() -> tuple[float, float]:
    """Start a bare Bolt app in the same way; return the seconds to its first answer, and its memory."""
    with tempfile.TemporaryDirectory() as folder, Playground(MANIFEST, starts=STARTS, rates=False) as slack:
        environment = {
            **os.environ,
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
        }
        with (Path(folder) / "log").open("ab") as log:
            began = perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.bare"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
            try:
                slack.wait_for_app(PATIENCE)
                slack.hands("tom").command("/mentor")
                return perf_counter() - began, resident(process.pid)
            finally:
                process.kill()
                process.wait()


def compiled() -> None:
    """Compile our own modules, as pip does with what it installs, and did with Bolt: Python can be told to keep no bytecode."""
    for folder in ("bot", "handlers", "storage", "mentoring", "benchmarks"):
        compileall.compile_dir(ROOT / folder, quiet=1)


def imported(what: str) -> float:
    """Return the seconds that a process takes to import something and end."""
    began = perf_counter()
    subprocess.run([sys.executable, "-c", f"import {what}"], cwd=ROOT, check=True)  # noqa: S603 - our own
    return perf_counter() - began


def resident(pid: int) -> float:
    """Return a process's resident memory in megabytes (proc_pid_status(5), VmRSS)."""
    return float(Process(pid).memory_info().rss) / 2**20


def measure(quick: bool = False) -> Section:
    """Start each in turn."""
    rounds = 1 if quick else 7
    compiled()
    mine, theirs, imports, ours = [], [], [], []
    for _ in range(rounds):
        theirs.append(bare())
        mine.append(once())
        imports.append(imported("slack_bolt.adapter.socket_mode"))
        ours.append(imported("gc; gc.disable(); import bot.cli, bot.serving, storage.opening"))
    answered, beside = median(r.answered for r in mine), median(seconds for seconds, _ in theirs)
    again, memory = median(r.again for r in mine), median(r.memory for r in mine)
    figures = [
        Figure("a bare Bolt app, started, to the first gesture answered", f"{beside:.2f} s"),
        at_most(
            "the bot, the same, with a new database",
            answered / beside,
            REACH,
            shown=f"{answered:.2f} s, {answered / beside:.1f} ×",
            beside="the bare Bolt app",
        ),
        at_most(
            "the bot, the same, with the database that it made then",
            again / beside,
            REACH,
            shown=f"{again:.2f} s, {again / beside:.1f} ×",
            beside="the bare Bolt app",
        ),
        Figure("importing Bolt alone", f"{median(imports):.2f} s"),
        Figure(
            "importing the bot",
            f"{median(ours):.2f} s, {median(ours) / median(imports):.1f} ×",
            "importing Bolt alone",
        ),
        Figure(
            "memory of the bot then (VmRSS)", f"{memory:.0f} MB", "", f"under {MEMORY} MB", memory < MEMORY
        ),
        Figure("memory of the bare Bolt app then", f"{median(size for _, size in theirs):.0f} MB"),
        Figure("a signature given, to the other's DM", f"{median(r.told for r in mine):.3f} s"),
    ]
    how = (
        f"{rounds} starts each, in turns, as processes of their own, over a real websocket to a new playground; "
        "all modules compiled before, as after an installation."
    )
    return Section("From nothing to an answer", how, figures)


if __name__ == "__main__":
    show(measure)
