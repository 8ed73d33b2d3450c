"""A message that lands late: once if it is there when it is looked for; twice in the one case that cannot be told apart."""

import pytest

from tests.faults.conftest import KINDS, LONG, Place, Report
from tests.faults.late import ASKING, LATE, Late, landed

QUICK = ("a message lands late, after the look-up (it comes twice: docs/operations.md)", "sqlite")
CASES = [(late, kind) for late in LATE for kind in KINDS if LONG or (late.name, kind) == QUICK]


@pytest.mark.parametrize(("late", "kind"), CASES, ids=lambda given: getattr(given, "name", given))
def test_what_lands_late_is_there_once_unless_it_was_not_there_when_looked_for(
    late: Late, kind: str, place: Place, report: Report
) -> None:
    asking = ASKING if LONG else ASKING[:1]
    clean = landed(*place("clean"), None, asking)
    outcome = landed(*place("late"), late, asking)
    report(late.name, outcome, clean)
    assert (len(outcome.lost(clean)), len(outcome.doubled(clean))) == (0, late.doubles * len(asking))
    assert (outcome.homes, outcome.kept) == (clean.homes, clean.kept)
    assert (outcome.untimely(clean), outcome.stuck, outcome.troubles) == ([], [], [])
