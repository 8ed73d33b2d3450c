"""The outbox: what is claimed when, and what becomes of it."""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from mentoring.due import Due, Kind, Lane
from mentoring.ids import AgreementId, PersonId, new_id
from mentoring.people import Profile
from storage import outbox, people
from storage.database import Database
from storage.outbox import Row, RowState
from storage.vault import Vault
from tests.storage.pair import ANNA, MONDAY, Pair

HOUR = timedelta(hours=1)


def message(to: PersonId, due: datetime = MONDAY, **more: object) -> Due:
    return Due(Kind.REPLY, f"help/{new_id()}", due, recipient=to, **more)  # type: ignore[arg-type]  # the fields' own


def add(pair: Pair, *dues: Due) -> None:
    with pair.database.writing() as tx:
        outbox.add(tx, *dues)


def claim(pair: Pair, now: datetime = MONDAY, **more: object) -> list[str]:
    """The subjects of what is claimed."""
    with pair.database.writing() as tx:
        rows = outbox.claim(tx, now, **{"limit": 50, **more})  # type: ignore[arg-type]  # claim's own
    return [row.due.subject for row in rows]


def one(pair: Pair, due: Due) -> Row:
    """Add a row and claim it."""
    add(pair, due)
    with pair.database.writing() as tx:
        [row] = outbox.claim(tx, max(due.due, MONDAY), limit=1)
    return row


def one_of_two(pair: Pair) -> tuple[Row, Due]:
    """Claim the first of two messages to Anna, and give the other one, which is due as well."""
    row = one(pair, message(pair.anna.id, MONDAY - HOUR))
    second = message(pair.anna.id)
    add(pair, second)
    return row, second


def state(pair: Pair, row_id: str) -> RowState | None:
    with pair.database.reading() as tx:
        row = outbox.row(tx, row_id)
    return row.state if row else None


def test_a_row_names_its_recipients_account(pair: Pair) -> None:
    due = message(pair.anna.id, lane=Lane.CLOCK, expires=MONDAY + HOUR)
    row = one(pair, due)

    assert row == Row(
        id=row.id,
        due=due,
        account_id=pair.anna.account_id,
        team_id="T1",
        user_id="U-ANNA",
        channel=None,
        ts=None,
        state=RowState.SENDING,
        attempts=0,
        live=False,
        sent_at=None,
        queue=pair.anna.account_id,
        at=due.due,
    )


def test_nothing_is_claimed_before_it_is_due(pair: Pair) -> None:
    due = message(pair.anna.id, MONDAY + HOUR)
    add(pair, due)

    assert claim(pair, MONDAY + HOUR - timedelta(microseconds=1)) == []
    assert claim(pair, MONDAY + HOUR) == [due.subject]
    assert claim(pair, MONDAY + HOUR) == []


def test_what_a_gesture_caused_goes_before_what_the_clock_caused_then_the_longest_due(pair: Pair) -> None:
    everyone = [
        pair.someone(f"U{n}", Profile(f"P{n}", None, None, active=True, is_bot=False)) for n in range(4)
    ]
    dues = [
        message(everyone[0].id, MONDAY - 2 * HOUR, lane=Lane.CLOCK),
        message(everyone[1].id, MONDAY),
        message(everyone[2].id, MONDAY - HOUR),
        message(everyone[3].id, MONDAY - 3 * HOUR, lane=Lane.CLOCK),
    ]
    add(pair, *dues)

    assert claim(pair, limit=3) == [dues[2].subject, dues[1].subject, dues[3].subject]
    assert claim(pair, limit=3) == [dues[0].subject]


def test_one_message_for_each_recipient_is_in_flight(pair: Pair) -> None:
    first, second = message(pair.anna.id, MONDAY - HOUR), message(pair.anna.id)
    his = message(pair.tom.id)
    add(pair, second, first, his)

    with pair.database.writing() as tx:
        rows = outbox.claim(tx, MONDAY, limit=50)
    assert [row.due.subject for row in rows] == [first.subject, his.subject]
    assert claim(pair) == []

    with pair.database.writing() as tx:
        outbox.sent(tx, rows[0].id, channel="D1", ts="1.0", live=False, now=MONDAY)
    assert claim(pair) == [second.subject]


def test_what_is_tried_again_keeps_its_place(pair: Pair) -> None:
    row, _ = one_of_two(pair)
    with pair.database.writing() as tx:
        outbox.retry(tx, row.id)

    assert claim(pair, skip_queues=[pair.anna.account_id]) == []
    with pair.database.writing() as tx:
        [again] = outbox.claim(tx, MONDAY, limit=50)
    assert (again.id, again.attempts) == (row.id, 1)


def test_what_waited_for_its_turn_keeps_its_place_and_has_not_failed(pair: Pair) -> None:
    row, _ = one_of_two(pair)
    with pair.database.writing() as tx:
        outbox.wait(tx, row.id)
    with pair.database.writing() as tx:
        [again] = outbox.claim(tx, MONDAY, limit=50)

    assert (again.id, again.attempts) == (row.id, 0)


def test_what_failed_and_is_put_off_lets_others_pass(pair: Pair) -> None:
    row, second = one_of_two(pair)
    with pair.database.writing() as tx:
        outbox.retry(tx, row.id, at=MONDAY + HOUR)

    assert claim(pair) == [second.subject]
    with pair.database.reading() as tx:
        failed = outbox.row(tx, row.id)
    assert failed is not None
    assert (failed.attempts, failed.at, failed.due.due) == (1, MONDAY + HOUR, MONDAY - HOUR)


def test_of_a_workspace_and_a_lane_kinds_are_left_out_and_fill_no_batch(pair: Pair) -> None:
    def look_up(person: PersonId, lane: Lane) -> Due:
        return Due(Kind.LOOKUP, person, MONDAY - HOUR, recipient=person, lane=lane)

    with pair.database.writing() as tx:
        elsewhere = people.learn(tx, team_id="T2", user_id="U9", profile=ANNA, now=MONDAY).id
    turn = Due(Kind.TURN, "of nobody", MONDAY, lane=Lane.CLOCK)
    add(pair, look_up(pair.anna.id, Lane.CLOCK), look_up(elsewhere, Lane.CLOCK), turn)
    asked = look_up(pair.tom.id, Lane.GESTURE)
    add(pair, asked)

    clock = {Lane.CLOCK: {("T1", Kind.LOOKUP), ("T2", Kind.HOME)}}
    assert claim(pair, limit=3, skip_kinds=clock) == [pair.tom.id, elsewhere, turn.subject]
    assert claim(pair, skip_kinds=clock | {Lane.GESTURE: {("T1", Kind.LOOKUP)}}) == []
    assert claim(pair) == [pair.anna.id]


def test_what_its_drawing_puts_off_lets_others_pass(pair: Pair) -> None:
    row, second = one_of_two(pair)
    with pair.database.writing() as tx:
        outbox.later(tx, row.id, MONDAY + HOUR)

    assert claim(pair) == [second.subject]
    assert state(pair, row.id) is RowState.PENDING
    with pair.database.writing() as tx:
        assert outbox.next_due(tx) == MONDAY + HOUR


def test_a_waiting_workspace_does_not_fill_the_batch(pair: Pair) -> None:
    with pair.database.writing() as tx:
        hers = message(pair.anna.id)
        elsewhere = people.learn(tx, team_id="T2", user_id="U9", profile=ANNA, now=MONDAY).id
    add(pair, *(message(elsewhere, MONDAY - HOUR) for _ in range(20)), hers)

    with pair.database.reading() as tx:
        assert not outbox.busy(tx, MONDAY - HOUR, skip_teams=["T2"])
        assert outbox.busy(tx, MONDAY - HOUR)
        assert outbox.next_due(tx) == MONDAY - HOUR
        assert outbox.next_due(tx, skip_teams=["T2"]) == MONDAY
    assert claim(pair, limit=1, skip_teams=["T2"]) == [hers.subject]


def test_redraws_and_home_do_not_wait_behind_messages(pair: Pair) -> None:
    sent = one(pair, message(pair.anna.id))
    with pair.database.writing() as tx:
        outbox.sent(tx, sent.id, channel="D1", ts="1.0", live=True, now=MONDAY)
    one(pair, message(pair.anna.id))
    redraw = Due(Kind.REDRAW, sent.id, MONDAY, recipient=pair.anna.id)
    home = Due(Kind.HOME, pair.anna.id, MONDAY, recipient=pair.anna.id)
    add(pair, redraw, home, message(pair.anna.id))

    assert claim(pair, skip_queues=[pair.anna.account_id]) == [home.subject, redraw.subject]
    add(pair, redraw)
    assert claim(pair) == []


def test_a_message_is_added_once(pair: Pair) -> None:
    due = message(pair.anna.id)
    add(pair, due, due)
    [subject] = claim(pair)
    add(pair, due)

    assert subject == due.subject
    assert claim(pair) == []


def test_of_a_repeatable_kind_one_is_pending_and_the_earlier_wins(pair: Pair) -> None:
    def home(due: datetime, lane: Lane = Lane.CLOCK) -> Due:
        return Due(Kind.HOME, pair.anna.id, due, recipient=pair.anna.id, lane=lane)

    add(pair, home(MONDAY + HOUR))
    add(pair, home(MONDAY + 2 * HOUR, Lane.GESTURE))
    with pair.database.writing() as tx:
        assert outbox.next_due(tx) == MONDAY + HOUR
    add(pair, home(MONDAY))
    with pair.database.writing() as tx:
        [row] = outbox.claim(tx, MONDAY, limit=50)
    assert (row.due.due, row.due.lane) == (MONDAY, Lane.GESTURE)

    add(pair, home(MONDAY))
    assert claim(pair) == []
    with pair.database.writing() as tx:
        outbox.done(tx, row.id)
    assert state(pair, row.id) is None
    assert claim(pair) == [pair.anna.id]


def test_a_repeatable_row_that_is_tried_again_makes_room_for_the_one_that_is_pending(pair: Pair) -> None:
    home = Due(Kind.HOME, pair.anna.id, MONDAY, recipient=pair.anna.id)
    row = one(pair, home)
    add(pair, home)
    with pair.database.writing() as tx:
        outbox.retry(tx, row.id)

    assert state(pair, row.id) is None
    assert claim(pair) == [pair.anna.id]
    assert claim(pair) == []


def test_what_takes_the_place_of_a_repeatable_row_is_due_no_later_and_has_its_tries(pair: Pair) -> None:
    def home(due: datetime, lane: Lane) -> Due:
        return Due(Kind.HOME, pair.anna.id, due, recipient=pair.anna.id, lane=lane)

    row = one(pair, home(MONDAY, Lane.GESTURE))
    add(pair, home(MONDAY + HOUR, Lane.CLOCK))
    with pair.database.writing() as tx:
        outbox.retry(tx, row.id)
        [again] = outbox.claim(tx, MONDAY, limit=50)
    assert (again.due, again.attempts) == (home(MONDAY, Lane.GESTURE), 1)

    add(pair, home(MONDAY + 3 * HOUR, Lane.CLOCK))
    with pair.database.writing() as tx:
        outbox.retry(tx, again.id, at=MONDAY + 2 * HOUR)
        assert outbox.next_due(tx) == MONDAY + 2 * HOUR


@pytest.mark.parametrize("end", [outbox.done, outbox.dropped, outbox.dead])
def test_a_repeatable_row_is_gone_when_it_is_over(pair: Pair, end: outbox.Ending) -> None:
    row = one(pair, Due(Kind.LOOKUP, pair.anna.id, MONDAY, recipient=pair.anna.id))
    with pair.database.writing() as tx:
        end(tx, row.id)

    assert state(pair, row.id) is None


@pytest.mark.parametrize(
    ("end", "then"),
    [
        (outbox.done, RowState.SENT),
        (outbox.dropped, RowState.DROPPED),
        (outbox.dead, RowState.DEAD),
        (partial(outbox.unsure, now=MONDAY), RowState.UNSURE),
        (outbox.retry, RowState.PENDING),
    ],
)
def test_a_message_keeps_what_became_of_it(pair: Pair, end: outbox.Ending, then: RowState) -> None:
    row = one(pair, message(pair.anna.id))
    with pair.database.writing() as tx:
        end(tx, row.id)

    assert state(pair, row.id) is then


def test_a_sent_message_keeps_where_it_is(pair: Pair) -> None:
    row = one(pair, message(pair.anna.id))
    with pair.database.writing() as tx:
        people.keep_channel(tx, pair.anna.account_id, "D0")
        outbox.sent(tx, row.id, channel="D1", ts="12.5", live=True, now=MONDAY + HOUR)
        found = outbox.row(tx, row.id)
        assert found is not None
        assert (found.channel, found.ts, found.live, found.sent_at) == ("D1", "12.5", True, MONDAY + HOUR)
        outbox.redrawn(tx, row.id, live=False)
        redrawn = outbox.row(tx, row.id)
    assert redrawn is not None
    assert not redrawn.live


def test_a_message_says_who_is_writing_also_if_a_click_told_first_that_it_arrived(pair: Pair) -> None:
    row = one(pair, message(pair.anna.id))
    with pair.database.writing() as tx:
        outbox.settle_by_click(tx, row.id, channel="D1", ts="1.0", now=MONDAY)
        outbox.sent(tx, row.id, channel="D1", ts="1.0", live=True, now=MONDAY)
        outbox.introduces(tx, row.id)
        found = outbox.row(tx, row.id)

    assert found is not None
    assert (row.introduces, found.introduces, found.state) == (False, True, RowState.SENT)


def test_a_row_not_yet_sent_knows_the_dm_if_there_is_one(pair: Pair) -> None:
    with pair.database.writing() as tx:
        people.keep_channel(tx, pair.anna.account_id, "D0")

    assert one(pair, message(pair.anna.id)).channel == "D0"


def test_whoever_takes_over_is_unsure_of_messages_and_repeats_the_rest(pair: Pair) -> None:
    with pair.database.writing() as tx:
        people.keep_channel(tx, pair.anna.account_id, "D0")
    unsure = one(pair, message(pair.anna.id))
    home = one(pair, Due(Kind.HOME, pair.tom.id, MONDAY, recipient=pair.tom.id))
    sent = one(pair, message(pair.tom.id))
    with pair.database.writing() as tx:
        outbox.sent(tx, sent.id, channel="D1", ts="1.0", live=True, now=MONDAY)
        assert outbox.take_over(tx, MONDAY) == [unsure.id]

    assert [state(pair, row.id) for row in (unsure, home, sent)] == [
        RowState.UNSURE,
        RowState.PENDING,
        RowState.SENT,
    ]
    with pair.database.writing() as tx:
        assert outbox.take_over(tx, MONDAY) == []


def test_nothing_was_said_to_someone_whose_dm_is_not_known_yet(pair: Pair) -> None:
    row = one(pair, message(pair.anna.id))
    with pair.database.writing() as tx:
        assert outbox.take_over(tx, MONDAY) == []

    assert state(pair, row.id) is RowState.PENDING


def test_an_unsure_message_holds_nobody_up_and_a_click_settles_it(pair: Pair) -> None:
    row, after = one(pair, message(pair.anna.id)), message(pair.anna.id)
    with pair.database.writing() as tx:
        outbox.unsure(tx, row.id, MONDAY)
        assert not outbox.busy(tx, MONDAY + HOUR)
        assert outbox.next_due(tx) is None
    add(pair, after)
    assert claim(pair) == [after.subject]

    with pair.database.writing() as tx:
        outbox.settle_by_click(tx, row.id, channel="D1", ts="9.9", now=MONDAY + HOUR)
        settled = outbox.row(tx, row.id)
    assert settled is not None
    assert (settled.state, settled.channel, settled.ts, settled.live) == (RowState.SENT, "D1", "9.9", True)


def test_a_click_before_the_answer_counts_and_a_late_time_out_changes_nothing(pair: Pair) -> None:
    row = one(pair, message(pair.anna.id))
    with pair.database.writing() as tx:
        outbox.settle_by_click(tx, row.id, channel="D1", ts="9.9", now=MONDAY)
        outbox.unsure(tx, row.id, MONDAY)

    assert state(pair, row.id) is RowState.SENT


def test_a_click_on_a_message_that_was_sent_changes_nothing(pair: Pair) -> None:
    row = one(pair, message(pair.anna.id))
    with pair.database.writing() as tx:
        outbox.sent(tx, row.id, channel="D1", ts="1.0", live=False, now=MONDAY)
        before = outbox.row(tx, row.id)
        outbox.settle_by_click(tx, row.id, channel="D2", ts="2.0", now=MONDAY + HOUR)
        assert outbox.row(tx, row.id) == before


def test_it_is_busy_while_something_is_due_or_in_flight(pair: Pair) -> None:
    def busy(now: datetime) -> bool:
        with pair.database.reading() as tx:
            return outbox.busy(tx, now)

    assert not busy(MONDAY)
    due = message(pair.anna.id, MONDAY + HOUR)
    add(pair, due)
    assert not busy(MONDAY)
    assert busy(MONDAY + HOUR)
    [row] = pair_claimed(pair, MONDAY + HOUR)
    assert busy(MONDAY)
    with pair.database.writing() as tx:
        outbox.sent(tx, row.id, channel="D1", ts="1.0", live=False, now=MONDAY)
    assert not busy(MONDAY + HOUR)


def test_what_was_said_of_a_kind_since_when_and_to_whom(pair: Pair) -> None:
    pair.agree()

    def say(kind: Kind, subject: str, to: PersonId, *, at: datetime, arrives: bool = True) -> None:
        row = one(pair, Due(kind, subject, at, pair.agreement_id, to))
        with pair.database.writing() as tx:
            if arrives:
                outbox.sent(tx, row.id, channel="D1", ts="1.0", live=False, now=at)
            else:
                outbox.dropped(tx, row.id)

    def said(kind: Kind = Kind.REMINDER, *, since: datetime = MONDAY) -> set[str]:
        with pair.database.reading() as tx:
            return set(outbox.said(tx, kind, pair.agreement_id, pair.anna.id, since=since))

    pair.deliver()
    say(Kind.REMINDER, "first", pair.anna.id, at=MONDAY)
    say(Kind.REMINDER, "second", pair.anna.id, at=MONDAY + HOUR)
    say(Kind.REMINDER, "third", pair.anna.id, at=MONDAY + HOUR, arrives=False)
    say(Kind.REMINDER, "fourth", pair.tom.id, at=MONDAY + HOUR)
    say(Kind.EARLY_END_CHECK, "first", pair.anna.id, at=MONDAY)
    add(pair, Due(Kind.REMINDER, "fifth", MONDAY, pair.agreement_id, pair.anna.id))

    assert said() == {"first", "second"}
    assert said(since=MONDAY + timedelta(microseconds=1)) == {"second"}
    assert said(since=MONDAY + 2 * HOUR) == set()
    assert said(Kind.EARLY_END_CHECK) == {"first"}
    with pair.database.reading() as tx:
        assert (
            outbox.said(tx, Kind.REMINDER, AgreementId(new_id()), pair.anna.id, since=MONDAY) == frozenset()
        )


def pair_claimed(pair: Pair, now: datetime) -> list[Row]:
    pair.now = now
    return pair.claim()


def test_a_commit_that_adds_a_row_wakes_delivery(pair: Pair) -> None:
    woken: list[bool] = []
    pair.database.woken = lambda: woken.append(True)

    add(pair, message(pair.anna.id))
    assert woken == [True]
    claim(pair)
    assert woken == [True]
    with suppress(ZeroDivisionError), pair.database.writing() as tx:
        outbox.add(tx, message(pair.anna.id))
        raise ZeroDivisionError
    assert woken == [True]
    assert claim(pair) == []


def test_sweeping_reads_indexes_however_many_rows_are_pending(sqlite_url: str, vault: Vault) -> None:
    """SQLite's plan names only the partial indexes; PostgreSQL plans by the size of the table."""
    database = Database(sqlite_url, vault)
    asked: list[tuple[str, Any]] = []

    @event.listens_for(database._engine, "before_cursor_execute")
    def note(
        _connection: object, _cursor: object, statement: str, parameters: object, *_rest: object
    ) -> None:
        if "SELECT" in statement:
            asked.append((statement, parameters))

    with database.writing() as tx:
        outbox.claim(tx, MONDAY, limit=5, skip_queues=["a"], skip_teams=["T2"])
        outbox.busy(tx, MONDAY, skip_teams=["T2"])
        queries = asked[:]
        plan = [
            step[3]
            for statement, parameters in queries
            for step in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    database.close()

    assert len(queries) == 4
    assert {
        step for step in plan if "due_rows" in step or "TEMP" in step or "other" in step or "flying" in step
    } == {
        "SEARCH due_rows USING INDEX due_by_lane (lane=? AND at<?)",
        "SEARCH flying USING INDEX in_flight (state=?)",
        "SEARCH other USING INDEX due_by_queue (queue=? AND at<?)",
        "SCAN due_rows USING INDEX due_by_time",
        "SEARCH due_rows USING INDEX in_flight (state=?)",
    }
