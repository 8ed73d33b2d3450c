"""The token, the database or the disk is away while a question falls due: afterwards everything is as it would have been."""

import pytest

from tests.faults.conftest import LONG, Place, Report
from tests.faults.outages import OUTAGES, Outage, survived

SHORTLY, FOR_LONG = 1.5, 10.0
"""Real seconds that something is away, in the short form and in the long one."""
QUICK = {
    ("the disk is full, then has room", "sqlite"),
    ("PostgreSQL ends every connection", "postgresql"),
}
CASES = [
    (outage, kind) for outage in OUTAGES for kind in outage.kinds if LONG or (outage.name, kind) in QUICK
]


@pytest.mark.parametrize(("outage", "kind"), CASES, ids=lambda given: getattr(given, "name", given))
def test_what_was_away_comes_back_and_nothing_is_lost_or_doubled(
    outage: Outage, kind: str, place: Place, report: Report
) -> None:
    seconds = FOR_LONG if LONG else SHORTLY
    clean = survived(*place("clean"), None, seconds)
    outcome = survived(*place("away"), outage, seconds)
    report(outage.name, outcome, clean)
    assert (outcome.said, outcome.homes, outcome.stuck) == (clean.said, clean.homes, [])
