"""An event has its effect once, however often Slack delivers it."""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select

from storage import events
from storage.database import Database
from storage.tables import events as rows
from tests.storage.pair import MONDAY


def test_an_event_comes_for_the_first_time_once(database: Database) -> None:
    def comes(event_id: str) -> bool:
        with database.writing() as tx:
            return events.first_time(tx, event_id, MONDAY)

    assert [comes("Ev1"), comes("Ev2"), comes("Ev1")] == [True, True, False]


def test_an_event_whose_effect_failed_comes_for_the_first_time_again(database: Database) -> None:
    with suppress(ZeroDivisionError), database.writing() as tx:
        assert events.first_time(tx, "Ev1", MONDAY)
        raise ZeroDivisionError

    with database.writing() as tx:
        assert events.first_time(tx, "Ev1", MONDAY)


def test_old_events_are_forgotten(database: Database) -> None:
    for days in (0, 1, 4):
        with database.writing() as tx:
            events.first_time(tx, f"Ev{days}", MONDAY + timedelta(days=days))

    with database.reading() as tx:
        assert tx.connection.execute(select(rows.c.id)).scalars().all() == ["Ev4"]
