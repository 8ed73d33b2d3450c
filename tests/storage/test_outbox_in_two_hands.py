"""The outbox in two hands: what is settled twice, by two processes, or while it is asked for once more."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event

from mentoring.due import Due, Kind
from storage import forgetting, outbox, people
from storage.database import Busy, Database, Tx
from storage.outbox import Row, RowState
from storage.vault import Vault
from tests.storage.pair import ANNA, MONDAY, Pair
from tests.storage.test_forgetting import SOON, until_one_waits
from tests.storage.test_outbox import add, claim, message, one, state


def home(pair: Pair) -> Due:
    """Anna's Home, to be drawn."""
    return Due(Kind.HOME, pair.anna.id, MONDAY, recipient=pair.anna.id)


def twice(pair: Pair, settle: Callable[[Tx], None]) -> None:
    """Settle once more what is settled: the answer to the first commit was lost."""
    for _ in range(2):
        with pair.database.writing() as tx:
            settle(tx)


@pytest.mark.parametrize("settle", [outbox.wait, outbox.retry], ids=["wait", "retry"])
def test_what_is_put_back_twice_is_still_due(pair: Pair, settle: Callable[[Tx, str], None]) -> None:
    row = one(pair, home(pair))
    twice(pair, lambda tx: settle(tx, row.id))

    assert state(pair, row.id) is RowState.PENDING


def test_a_turn_that_is_put_back_twice_is_still_due(pair: Pair) -> None:
    pair.propose()
    pair.now += timedelta(days=400)
    [turn] = [row for row in pair.claim() if row.due.kind is Kind.TURN]
    twice(pair, lambda tx: outbox.retry(tx, turn.id))

    assert state(pair, turn.id) is RowState.PENDING


def test_what_another_process_has_taken_over_is_still_due(pair: Pair) -> None:
    row = one(pair, home(pair))
    with pair.database.writing() as tx:
        outbox.take_over(tx, MONDAY)
    with pair.database.writing() as tx:
        outbox.wait(tx, row.id)

    assert state(pair, row.id) is RowState.PENDING


def test_what_is_asked_for_once_more_after_that_is_drawn_anew(pair: Pair) -> None:
    row = one(pair, home(pair))
    with pair.database.writing() as tx:
        outbox.take_over(tx, MONDAY)
    add(pair, home(pair))
    with pair.database.writing() as tx:
        outbox.done(tx, row.id)

    assert state(pair, row.id) is RowState.PENDING


def test_what_is_being_sent_is_not_made_due_by_whoever_took_it_for_unsure(pair: Pair) -> None:
    due = message(pair.anna.id)
    row = one(pair, due)
    with pair.database.writing() as tx:
        outbox.again(tx, row.id, due)

    assert state(pair, row.id) is RowState.SENDING


# --- on PostgreSQL, where one doesn't wait for the other


@pytest.fixture
def first(postgresql_url: str, vault: Vault) -> Iterator[Pair]:
    """The pair, by way of one process."""
    database = Database(postgresql_url, vault)
    yield Pair(database)
    database.close()


@pytest.fixture
def second(postgresql_url: str, vault: Vault) -> Iterator[Database]:
    """What another process has."""
    database = Database(postgresql_url, vault)
    yield database
    database.close()


def test_what_is_asked_for_once_more_is_not_drawn_before_that_is_committed(
    first: Pair, second: Database
) -> None:
    """Else it would be drawn as things stood before, and that would be the end of it."""
    add(first, home(first))
    claimed: list[list[Row]] = []

    @event.listens_for(first.database._engine, "after_cursor_execute")
    def deliver(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO due_rows"):
            with second.writing() as tx:
                claimed.append(outbox.claim(tx, MONDAY, limit=1))

    add(first, home(first))
    assert claimed == [[]]
    assert claim(first) == [first.anna.id]


def test_what_is_put_back_makes_room_for_what_is_being_asked_for(first: Pair, second: Database) -> None:
    row = one(first, home(first))

    def put_back() -> None:
        second.patiently(lambda tx: outbox.wait(tx, row.id))

    with ThreadPoolExecutor(1) as pool:
        with first.database.writing() as tx:
            outbox.add(tx, home(first))
            back = pool.submit(put_back)
            until_one_waits(second)
        back.result(SOON)

    assert state(first, row.id) is None
    assert claim(first) == [first.anna.id]


def test_a_dm_is_not_opened_with_whoever_is_just_being_forgotten(first: Pair, second: Database) -> None:
    """Else what is posted there would be deleted by nobody."""
    first.propose()
    kept: list[bool | type[Busy]] = []

    @event.listens_for(first.database._engine, "before_cursor_execute")
    def open_dm(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE accounts"):
            try:
                with second.writing() as tx:
                    kept.append(people.keep_channel(tx, first.anna.account_id, "D-ANNA"))
            except Busy as busy:
                kept.append(type(busy))

    with first.database.writing() as tx:
        forgetting.forget(tx, first.anna.id, MONDAY)
    assert kept == [Busy]
    with second.writing() as tx:
        assert not people.keep_channel(tx, first.anna.account_id, "D-ANNA")


def test_whoever_is_forgotten_while_slack_is_asked_about_them_stays_so(first: Pair, second: Database) -> None:
    @event.listens_for(first.database._engine, "before_cursor_execute")
    def forget(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE accounts"):
            with second.writing() as tx:
                forgetting.forget(tx, first.anna.id, MONDAY)

    with first.database.writing() as tx:
        assert people.learn_again(tx, team_id="T1", user_id="U-ANNA", profile=ANNA, now=MONDAY) is None
