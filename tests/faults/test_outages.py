"""The token, the database or the disk is away while a question falls due: afterwards everything is as it would have been."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from tests.faults.conftest import LONG, Place, Report
from tests.faults.outages import OUTAGES, Outage, power_cut_to, survived
from tests.postgres import Postgres, start, stop

SHORTLY, FOR_LONG = 1.5, 10.0
"""Real seconds that something is away, in the short form and in the long one."""
QUICK = {("PostgreSQL ends every connection", "postgresql")}
"""What the short form tries. A full disk, and a file that is locked, are tried in tests/bot/test_outages.py too."""
CASES = [
    (outage, kind) for outage in OUTAGES for kind in outage.kinds if LONG or (outage.name, kind) in QUICK
]


@pytest.mark.parametrize(("outage", "kind"), CASES, ids=lambda given: getattr(given, "name", given))
def test_what_was_away_comes_back_and_nothing_is_lost_or_doubled(
    outage: Outage, kind: str, place: Place, report: Report
) -> None:
    seconds = FOR_LONG if LONG else SHORTLY
    clean = survived(*place("clean"), outage, seconds, away=False).reading(*outage.otherwise)
    outcome = survived(*place("away"), outage, seconds, away=True)
    report(outage.name, outcome, clean)
    assert outcome.there == clean.there
    assert (outcome.untimely(clean, early=outage.early, late=outage.late), outcome.stuck) == ([], [])


@pytest.fixture
def own_server() -> Iterator[Path]:
    """The directory of a PostgreSQL server that nobody else uses, for it is ended."""
    directory = Path(tempfile.gettempdir()) / f"mentor-postgres-{uuid4().hex[:12]}"
    start(directory)
    yield directory
    stop(directory)


@pytest.mark.skipif(not LONG, reason="it starts a server of its own")
@pytest.mark.parametrize("kind", ["postgresql"])
def test_postgresql_is_ended_at_once_and_started_again(
    kind: str, own_server: Path, tmp_path: Path, report: Report
) -> None:
    outage = Outage("PostgreSQL is ended at once, and started again", power_cut_to(own_server), (kind,))
    server = Postgres(make_url(start(own_server)))
    with server.database() as first, server.database() as second:
        clean = survived(tmp_path / "clean", first, outage, FOR_LONG, away=False)
        outcome = survived(tmp_path / "away", second, outage, FOR_LONG, away=True)
    report(outage.name, outcome, clean)
    assert outcome.there == clean.there
    assert (outcome.untimely(clean, early=outage.early, late=outage.late), outcome.stuck) == ([], [])
