"""What comes in the wrong order has the same effect, once."""

import pytest

from tests.faults.conftest import KINDS, LONG, Place, Report
from tests.faults.disorder import EVENTS, GESTURES, Disorder, lived

CASES = [(disorder, kind) for disorder in (EVENTS, GESTURES) for kind in KINDS]


@pytest.mark.skipif(not LONG, reason="it takes a while")
@pytest.mark.parametrize(("disorder", "kind"), CASES, ids=lambda given: getattr(given, "name", given))
def test_both_have_in_the_end_what_they_have_in_the_right_order(
    disorder: Disorder, kind: str, place: Place, report: Report
) -> None:
    clean = lived(*place("clean"), disorder, swapped=False)
    outcome = lived(*place("swapped"), disorder, swapped=True)
    report(disorder.name, outcome, clean)
    assert outcome.there == clean.there
    assert (outcome.untimely(clean), outcome.stuck, outcome.troubles) == ([], [], [])
