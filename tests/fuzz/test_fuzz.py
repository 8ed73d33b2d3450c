"""Whatever comes in where Slack's payloads come in: nothing unhandled, no 500, answers that Slack takes, nothing saved that breaks.

``make test`` sends 20,020 payloads with a seed that is always the same; ``make fuzz`` ten times as many with ten new ones.
``MENTOR_FUZZ_SEED`` is the first of ``MENTOR_FUZZ_RUNS`` seeds: with that of a report the same is done again.
"""

import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fuzz.bench import bench
from tests.fuzz.fuzzing import Report, fuzz
from tests.fuzz.recording import record
from tests.fuzz.worlds import WORLDS
from tests.handlers.slack import StandIn, standing_in

CASES = 1_430
"""Payloads for each of the fourteen worlds and each seed."""
SEED = int(os.environ.get("MENTOR_FUZZ_SEED", "2026"))
SEEDS = range(SEED, SEED + int(os.environ.get("MENTOR_FUZZ_RUNS", "1")))
SOME_REACH, SOME_SAVE = 0.5, 0.05
"""Of the payloads, those that at least reach a handler, and those that save something: else nothing is tried."""
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a directory of our own is made in it
QUIET = ("handlers.guard", "handlers.answers", "handlers.course", "slack_bolt")
"""Who says a line of each payload that is none, or answer that Slack did not take."""


@pytest.fixture
def slack() -> Iterator[StandIn]:
    with standing_in() as stand_in:
        yield stand_in


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where nothing waits for a disk."""
    if not IN_MEMORY.is_dir():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        yield Path(folder)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("world", WORLDS)
def test_whatever_comes_in(
    world: str,
    seed: int,
    empty_database: Path,
    folder: Path,
    slack: StandIn,
    caplog: pytest.LogCaptureFixture,
    record_property: Callable[[str, object], None],
) -> None:
    for name in QUIET:
        caplog.set_level(logging.ERROR, name)
    report = Report(world, seed)
    with bench(world, empty_database, folder, slack) as made:
        fuzz(made, record(made), report, CASES)

    record_property("fuzzed", [report.sent, seed])
    assert report.found == [], "\n\n".join(report.found)
    assert report.sent == CASES
    assert report.reached / report.sent > SOME_REACH
    assert report.saved / report.sent > SOME_SAVE
