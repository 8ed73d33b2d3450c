"""The long form, databases of both kinds, and the table at the end: fault, times, lost, doubled."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

from tests.faults.harness import Outcome
from tests.postgres import Postgres

Place = Callable[[str], tuple[Path, str]]
"""Gives a directory that is not there yet and the URL of an empty database, for a name of one's own."""
Report = Callable[[str, Outcome, Outcome], None]
Tell = Callable[[str, Sequence[int], Sequence[int]], None]
LONG = "MENTOR_FAULTS" in os.environ
"""Every fault at every step, on both databases: ``make faults``."""
KINDS = ("sqlite", "postgresql")
COLUMNS = ("fault", "times", "lost", "doubled")


@pytest.fixture
def place(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    with ExitStack() as stack:

        def make(name: str) -> tuple[Path, str]:
            home = tmp_path / name
            if kind == "sqlite":
                return home, f"sqlite:///{home}/mentor.db"
            postgres: Postgres = request.getfixturevalue("postgres")
            return home, stack.enter_context(postgres.database())

        yield make


@pytest.fixture
def report(record_property: Callable[[str, object], None], kind: str) -> Report:
    """Write down what came of a fault, for the table."""

    def write(fault: str, outcome: Outcome, clean: Outcome) -> None:
        lost, doubled = len(outcome.lost(clean)), len(outcome.doubled(clean))
        record_property("fault", (f"{fault} ({kind})", lost, doubled))

    return write


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Write down for the table how many messages a fault with several processes lost and doubled, of those that were to come."""

    def write(fault: str, came: Sequence[int], wanted: Sequence[int]) -> None:
        lost = sum(max(0, due - there) for there, due in zip(came, wanted, strict=True))
        doubled = sum(max(0, there - due) for there, due in zip(came, wanted, strict=True))
        record_property("fault", (f"{fault} (postgresql)", lost, doubled))

    return write


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """The table, in the long form."""
    if not LONG:
        return
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for reports in terminalreporter.stats.values():
        for each in reports:
            for name, value in getattr(each, "user_properties", ()):
                if name == "fault" and each.when == "call":
                    fault, lost, doubled = value
                    found[fault].append((lost, doubled))
    rows = [
        (fault, str(len(times)), str(sum(one for one, _ in times)), str(sum(two for _, two in times)))
        for fault, times in sorted(found.items())
    ]
    terminalreporter.section("faults")
    width = max((len(row[0]) for row in rows), default=0)
    for row in (COLUMNS, *rows):
        terminalreporter.write_line(f"{row[0]:<{width}}  {row[1]:>6} {row[2]:>6} {row[3]:>8}")
