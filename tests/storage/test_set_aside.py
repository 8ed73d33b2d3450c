"""Rows of a kind that only a newer version knows: they wait for it, and nothing waits for them."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from mentoring import cancelling
from mentoring.due import Due, Kind
from mentoring.ids import new_id
from mentoring.sessions import SessionState
from storage import agreements, doubt, outbox
from storage.backlog import Backlog, backlog
from storage.database import Tx
from storage.outbox import Row, RowState
from tests.storage.pair import MONDAY, Pair

HOUR = timedelta(hours=1)
RENAMED = text("UPDATE due_rows SET kind = :kind WHERE id = :id")
STANDS = text("SELECT state FROM due_rows WHERE id = :id")


@pytest.fixture
def strange(pair: Pair) -> str:
    """The id of a row to Anna that has been due for an hour, as a newer version wrote it."""
    return strange_row(pair)


def strange_row(pair: Pair) -> str:
    with pair.database.writing() as tx:
        before = {row.id for row in tx.connection.execute(text("SELECT id FROM due_rows"))}
        outbox.add(tx, message(pair, MONDAY - HOUR))
        [added] = (
            row.id for row in tx.connection.execute(text("SELECT id FROM due_rows")) if row.id not in before
        )
        call(tx, added, "horoscope")
    return str(added)


def message(pair: Pair, due: object = MONDAY) -> Due:
    return Due(Kind.REPLY, f"help/{new_id()}", due, recipient=pair.anna.id)  # type: ignore[arg-type]  # an instant


def call(tx: Tx, row_id: str, kind: str) -> None:
    tx.connection.execute(RENAMED, {"kind": kind, "id": row_id})


def state(tx: Tx, row_id: str) -> str:
    return str(tx.connection.execute(STANDS, {"id": row_id}).scalar_one())


def test_it_is_left_alone_and_what_stands_behind_it_goes_on(pair: Pair, strange: str) -> None:
    due = message(pair)
    with pair.database.writing() as tx:
        outbox.add(tx, due)
        assert outbox.next_due(tx) == MONDAY
        assert [row.due for row in outbox.claim(tx, MONDAY, limit=9)] == [due]

        assert state(tx, strange) == "pending"
        assert outbox.row(tx, strange) is None


def test_with_nothing_else_due_there_is_nothing_to_do(pair: Pair, strange: str) -> None:
    with pair.database.reading() as tx:
        assert (outbox.next_due(tx), outbox.busy(tx, MONDAY)) == (None, False)
        assert backlog(tx, MONDAY) == Backlog(
            pending=1, overdue=0, oldest=None, sending=0, unsure=0, undecided=0
        )


def test_it_is_told_by_its_id_and_kind_once_it_would_be_due(pair: Pair, strange: str) -> None:
    with pair.database.writing() as tx:
        outbox.add(tx, message(pair, MONDAY - 2 * HOUR))
        assert outbox.set_aside(tx, MONDAY - HOUR) == {strange: "horoscope"}
        assert outbox.set_aside(tx, MONDAY - HOUR - timedelta(microseconds=1)) == {}


def test_a_version_that_knows_it_says_it(pair: Pair, strange: str) -> None:
    with pair.database.writing() as tx:
        assert outbox.claim(tx, MONDAY, limit=9) == []
        call(tx, strange, "reply")
        assert [row.id for row in outbox.claim(tx, MONDAY, limit=9)] == [strange]
        assert outbox.set_aside(tx, MONDAY) == {}


def test_one_left_in_flight_by_a_newer_version_holds_nobody_up(pair: Pair) -> None:
    [row] = _claimed(pair)
    with pair.database.writing() as tx:
        call(tx, row.id, "horoscope")
        assert outbox.take_over(tx, MONDAY) == []
        assert state(tx, row.id) == "sending"
        assert (outbox.busy(tx, MONDAY), outbox.set_aside(tx, MONDAY)) == (False, {row.id: "horoscope"})

        due = message(pair)
        outbox.add(tx, due)
        assert [claimed.due for claimed in outbox.claim(tx, MONDAY, limit=9)] == [due]
        call(tx, row.id, "reply")
        assert row.id in _left(tx)


def test_one_in_doubt_is_looked_up_by_whoever_knows_it(pair: Pair) -> None:
    [row] = _claimed(pair)
    with pair.database.writing() as tx:
        outbox.unsure(tx, row.id, MONDAY)
        call(tx, row.id, "horoscope")
        assert doubt.still_open(tx) == {}
        call(tx, row.id, "reply")
        assert doubt.still_open(tx) == {row.id: MONDAY}


def test_their_mentoring_goes_on_and_keeps_it(pair: Pair) -> None:
    pair.agree()
    session = pair.plan()
    strange = strange_row(pair)
    with pair.database.writing() as tx:
        tx.connection.execute(
            text("UPDATE due_rows SET agreement_id = :agreement WHERE id = :id"),
            {"agreement": pair.agreement_id, "id": strange},
        )

    pair.act(lambda agreement: cancelling.cancel(agreement, session, by=pair.anna.id, now=pair.now))

    with pair.database.reading() as tx:
        assert state(tx, strange) == "pending"
        cancelled = agreements.by_clock(tx, pair.agreement_id).sessions[0]
        assert cancelled.state is SessionState.CANCELLED


def _claimed(pair: Pair) -> list[Row]:
    with pair.database.writing() as tx:
        outbox.add(tx, message(pair))
        tx.connection.execute(text("UPDATE accounts SET channel_id = 'D1'"))
        return outbox.claim(tx, MONDAY, limit=1)


def _left(tx: Tx) -> list[str]:
    """What was left in flight, once that is taken over."""
    left = outbox.take_over(tx, MONDAY)
    assert {state(tx, row_id) for row_id in left} == {RowState.UNSURE}
    return left
