"""kill -9 at every step of taking a gesture and of saying what follows: what was confirmed is kept, and everything is said once.

The short form ends the bot where a gesture is saved and not yet confirmed, or where a message is on its way to Slack.
"""

import re

import pytest

from tests.faults.conftest import KINDS, LONG, Place, Report
from tests.faults.harness import Outcome, idle, went
from tests.faults.leaving import LEAVING
from tests.faults.process import Step
from tests.faults.scenes import SCENES, Scene

QUICK = {
    ("the mentor signs last", "sqlite"): "call chat.postMessage",
    ("a rating is given", "sqlite"): "given back after",
    ("a rating is asked", "sqlite"): "call chat.postMessage",
    ("it is ended early", "postgresql"): "given back after",
    ("something is said in the DM", "postgresql"): "call chat.postMessage",
    ("an export is made", "sqlite"): "call files.completeUploadExternal",
    ("someone is forgotten", "postgresql"): "given back after",
}
"""What the short form tries: the scene, the database, and how the step's kind begins."""
SAVED_OR_SAID = re.compile(r"due_rows|chat\.|files\.")
CASES = [
    (scene, kind) for scene in (*SCENES, *LEAVING) for kind in KINDS if LONG or (scene.name, kind) in QUICK
]


@pytest.fixture(scope="module")
def of_no_account(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The kinds of steps that a bot takes while nothing happens."""
    home = tmp_path_factory.mktemp("idle") / "home"
    return idle(home, f"sqlite:///{home}/mentor.db")


@pytest.mark.parametrize(("scene", "kind"), CASES, ids=lambda given: getattr(given, "name", given))
def test_ended_at_any_step_it_loses_nothing_and_says_nothing_twice(
    scene: Scene, kind: str, place: Place, of_no_account: set[str], report: Report
) -> None:
    clean = went(scene, *place("clean"))
    assert (clean.stuck, clean.troubles, clean.amiss, clean.confirmed) == ([], [], [], True)
    steps = [step for step in clean.steps if step.kind not in of_no_account]

    wrong: list[tuple[Step, Outcome]] = []
    for number, step in enumerate(steps if LONG else [quick(steps, QUICK[scene.name, kind])]):
        outcome = went(scene, *place(str(number)), step)
        report(f"kill -9 while {scene.name}", outcome, clean)
        if not as_if_nothing_had_been(outcome, clean):
            wrong.append((step, outcome))
        assert LONG or outcome.met, step
    assert wrong == []


def quick(steps: list[Step], begins: str) -> Step:
    """The first step of a kind that has to do with due rows, or with Slack: by then something is saved."""
    return next(step for step in steps if step.kind.startswith(begins) and SAVED_OR_SAID.search(step.kind))


def as_if_nothing_had_been(outcome: Outcome, clean: Outcome) -> bool:
    """Whether both have what they have without a kill, in time, nothing is stuck or amiss, and nothing was logged as an error."""
    in_order = outcome.untimely(clean), outcome.stuck, outcome.troubles, outcome.amiss
    return outcome.there == clean.there and in_order == ([], [], [], [])
