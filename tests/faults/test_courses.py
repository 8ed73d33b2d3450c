"""A mentoring's first weeks while Slack misbehaves before every gesture, on both databases."""

import pytest

from tests.faults.conftest import KINDS, LONG, Place, Report
from tests.faults.courses import FAULTS, Fault, lived
from tests.faults.harness import Outcome

QUICK = {
    ("a message is taken, then the connection drops", "sqlite"),
    ("submissions and clicks come twice", "postgresql"),
}
CASES = [(fault, kind) for fault in FAULTS for kind in KINDS if LONG or (fault.name, kind) in QUICK]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What both have when nothing goes wrong."""
    home = tmp_path_factory.mktemp("clean") / "home"
    return lived(home, f"sqlite:///{home}/mentor.db")


@pytest.mark.parametrize(("fault", "kind"), CASES, ids=lambda given: getattr(given, "name", given))
def test_both_have_in_the_end_what_they_have_without(
    fault: Fault, kind: str, place: Place, clean: Outcome, report: Report
) -> None:
    outcome = lived(*place("faulty"), fault)
    report(fault.name, outcome, clean)
    assert outcome.there == clean.there
    assert (outcome.untimely(clean), outcome.stuck, outcome.troubles) == ([], [], [])
