"""Instants and choices come back from both databases as what they were."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.exc import StatementError

from storage.database import Database
from storage.tables import events
from tests.storage.pair import MONDAY

INSTANTS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.timezones(),
)


def back(database: Database, moment: datetime) -> datetime:
    """An instant, stored and read."""
    with database.writing() as tx:
        tx.connection.execute(delete(events))
        tx.connection.execute(events.insert(), {"id": "Ev1", "seen_at": moment})
        found: datetime = tx.connection.execute(select(events.c.seen_at)).scalar_one()
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(moment=INSTANTS)
def test_an_instant_comes_back_to_the_microsecond_in_utc(database: Database, moment: datetime) -> None:
    found = back(database, moment)

    assert found == moment.astimezone(UTC)
    assert found.tzinfo is UTC


def test_instants_are_in_order_whatever_their_zone(database: Database) -> None:
    east = timezone(timedelta(hours=9))
    moments = [MONDAY - timedelta(microseconds=1), MONDAY.astimezone(east), MONDAY + timedelta(days=1)]
    with database.writing() as tx:
        tx.connection.execute(
            events.insert(), [{"id": str(n), "seen_at": moment} for n, moment in enumerate(moments)]
        )
        found = tx.connection.execute(
            select(events.c.id).where(events.c.seen_at <= MONDAY).order_by(events.c.seen_at.desc())
        )
        assert found.scalars().all() == ["1", "0"]


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="a stored time needs a zone"):
        back(database, datetime(2026, 11, 23))  # noqa: DTZ001 - that is the point
