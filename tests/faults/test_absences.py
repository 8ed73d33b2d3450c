"""Someone is deactivated while messages wait for them: nothing is stuck, the other one is told once, and whoever is back is written to."""

import pytest

from tests.faults.absences import TOLD, weeks
from tests.faults.conftest import KINDS, LONG, Place, Report

CASES = [kind for kind in KINDS if LONG or kind == "sqlite"]


@pytest.mark.parametrize("kind", CASES)
def test_what_was_for_her_meanwhile_is_given_up_and_everything_else_arrives_once(
    kind: str, place: Place, report: Report
) -> None:
    clean = weeks(*place("clean"), away=False)
    outcome = weeks(*place("away"), away=True).outcome
    expected = clean.without_her
    report("a user is deactivated while messages wait for them, and given back", outcome, expected)
    assert len(clean.meanwhile) == 2
    assert outcome.said[0].count(TOLD) == 1
    assert outcome.there == expected.there
    assert (outcome.untimely(expected), outcome.stuck, outcome.troubles) == ([], [], [])
