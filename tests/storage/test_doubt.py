"""Messages in doubt: what is looked up, and what becomes of it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from mentoring.due import Due, Kind
from storage import doubt, outbox
from storage.database import Database, Tx
from storage.outbox import Row, RowState
from storage.vault import Vault
from tests.storage.pair import MONDAY, Pair

HOUR = timedelta(hours=1)


@pytest.fixture
def unsure(pair: Pair) -> Row:
    """A message to Anna, in doubt since Monday."""
    with pair.database.writing() as tx:
        outbox.add(tx, Due(Kind.REPLY, "help/1", MONDAY, recipient=pair.anna.id))
    (row,) = pair.claim()
    with pair.database.writing() as tx:
        outbox.unsure(tx, row.id, MONDAY)
    return row


def now_is(tx: Tx, row: Row) -> tuple[RowState, str | None, str | None, int, datetime | None]:
    found = outbox.row(tx, row.id)
    assert found is not None
    return found.state, found.channel, found.ts, found.attempts, found.sent_at


def test_a_row_that_was_found_counts_as_sent(pair: Pair, unsure: Row) -> None:
    with pair.database.writing() as tx:
        assert doubt.still_open(tx) == {unsure.id: MONDAY}
        doubt.arrived(tx, unsure.id, channel="D1", ts="9.9", live=True, now=MONDAY + HOUR)

        assert now_is(tx, unsure) == (RowState.SENT, "D1", "9.9", 0, MONDAY + HOUR)
        assert (doubt.still_open(tx), doubt.count_undecided(tx)) == ({}, 0)


def test_a_row_that_is_not_there_is_due_again_and_wakes_delivery(pair: Pair, unsure: Row) -> None:
    woken: list[bool] = []
    pair.database.woken = lambda: woken.append(True)
    with pair.database.writing() as tx:
        doubt.not_there(tx, unsure.id)
        assert now_is(tx, unsure) == (RowState.PENDING, None, None, 1, None)
        assert (doubt.still_open(tx), doubt.count_undecided(tx)) == ({}, 0)

    assert woken == [True]
    assert [row.id for row in pair.claim()] == [unsure.id]
    with pair.database.writing() as tx:
        outbox.unsure(tx, unsure.id, MONDAY + HOUR)
        assert doubt.still_open(tx) == {unsure.id: MONDAY + HOUR}


def test_a_row_of_which_nobody_can_tell_is_counted_and_not_looked_up_again(pair: Pair, unsure: Row) -> None:
    with pair.database.writing() as tx:
        doubt.undecided(tx, unsure.id)
        assert now_is(tx, unsure) == (RowState.UNSURE, None, None, 0, None)
        assert (doubt.still_open(tx), doubt.count_undecided(tx)) == ({}, 1)
        outbox.settle_by_click(tx, unsure.id, channel="D1", ts="9.9", now=MONDAY + HOUR)
        assert doubt.count_undecided(tx) == 0


def test_what_a_click_has_told_stays(pair: Pair, unsure: Row) -> None:
    with pair.database.writing() as tx:
        outbox.settle_by_click(tx, unsure.id, channel="D1", ts="9.9", now=MONDAY)
        doubt.not_there(tx, unsure.id)
        doubt.undecided(tx, unsure.id)
        doubt.arrived(tx, unsure.id, channel="D2", ts="1.1", live=False, now=MONDAY + HOUR)

        assert now_is(tx, unsure) == (RowState.SENT, "D1", "9.9", 0, MONDAY)
        assert doubt.still_open(tx) == {}


def test_finding_them_reads_an_index(sqlite_url: str, vault: Vault) -> None:
    database = Database(sqlite_url, vault)
    asked: list[str] = []

    @event.listens_for(database._engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    with database.writing() as tx:
        doubt.still_open(tx)
        doubt.count_undecided(tx)
        plan = [
            step[3]
            for query in asked
            for step in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")
        ]
    database.close()

    assert plan == [
        "SEARCH due_rows USING INDEX in_doubt (doubted_at>?)",
        "SEARCH due_rows USING INDEX in_doubt (doubted_at=?)",
    ]
