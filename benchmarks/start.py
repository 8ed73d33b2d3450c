"""From nothing to a bot that answers, from a signature to the other's DM, and the memory that it takes.

``python -m benchmarks.start [ROUNDS]``: each round starts a new playground and the bot as a separate process with a new
SQLite database, as ``make run`` does once everything is installed.
"""

import platform
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table

from playground.hands import Hands
from playground.server import Playground
from tests.journeys.driver import MANIFEST, Bot
from tests.journeys.process import Command

STARTS = datetime(2026, 10, 5, 9, tzinfo=UTC)
PATIENCE = 10.0


@dataclass(frozen=True)
class Round:
    """Seconds, seconds and megabytes."""

    answered: float
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
            told = signed(slack, tom, anna)
            return Round(answered, told, bot.memory)
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


def main(rounds: int = 5) -> None:
    """Run the rounds and print the medians."""
    all_ = [once() for _ in range(rounds)]
    table = Table("what", "median", "worst")
    for name, values, unit in (
        ("process started, to the first gesture answered", [r.answered for r in all_], "s"),
        ("signature given, to the other's DM", [r.told for r in all_], "s"),
        ("memory of the bot then (VmRSS)", [r.memory for r in all_], "MB"),
    ):
        table.add_row(name, f"{median(values):.2f} {unit}", f"{max(values):.2f} {unit}")
    console = Console()
    console.print(f"{rounds} rounds; Python {platform.python_version()}, {platform.machine()}")
    console.print(table)


if __name__ == "__main__":
    main(*(int(given) for given in sys.argv[1:2]))
