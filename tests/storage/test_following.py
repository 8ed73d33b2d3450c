"""The outbox follows the agreement: nothing is missing from it, and nothing stays that no longer holds."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from mentoring import cancelling, feedback, messages, proposals, sessions
from mentoring.agreement import Agreement, Terms
from mentoring.due import Due, Kind
from mentoring.ids import SessionId, new_id
from mentoring.people import Profile
from storage import agreements, following, outbox, people
from storage.outbox import RowState
from storage.refusals import Spoilt
from storage.tables import versions
from tests.storage.pair import ANNA, MONDAY, TOM, Pair

FIRST = MONDAY + timedelta(days=3)
TERMS = Terms(first_session=FIRST)


def rows(pair: Pair, *kinds: Kind) -> list[tuple[Kind, str | None, RowState, datetime]]:
    """Kind, recipient, state and due of the rows about the agreement, the due first."""
    with pair.database.reading() as tx:
        known = following.rows_of(tx, pair.agreement_id)
        found = [outbox.row(tx, row.id) for row in known]
    names = {pair.tom.id: "tom", pair.anna.id: "anna", None: None}
    return sorted(
        (
            (row.due.kind, names[row.due.recipient], row.state, row.due.due)
            for row in found
            if row is not None and (not kinds or row.due.kind in kinds)
        ),
        key=lambda row: (row[3], row[0], row[1] or ""),
    )


def cancel(pair: Pair, session_id: SessionId) -> Agreement:
    return pair.act(
        lambda agreement: cancelling.cancel(agreement, session_id, by=pair.tom.id, now=pair.now), by=pair.tom
    )


def test_saving_adds_what_must_be_said(pair: Pair) -> None:
    pair.propose()

    assert rows(pair) == [
        (Kind.INVITATION, "anna", RowState.PENDING, MONDAY),
        (Kind.PROPOSAL_REMINDER, "anna", RowState.PENDING, MONDAY + timedelta(days=7, hours=2)),
        (Kind.TURN, None, RowState.PENDING, MONDAY + timedelta(days=14)),
    ]


def test_what_no_longer_holds_is_dropped_and_what_holds_again_revived(pair: Pair) -> None:
    session_id = pair.agree(TERMS).sessions[0].id
    reminders = rows(pair, Kind.REMINDER)
    assert [row[1:3] for row in reminders] == [
        ("tom", RowState.PENDING),
        ("anna", RowState.PENDING),
    ]

    pair.now += timedelta(minutes=1)
    cancel(pair, session_id)
    assert [row[2] for row in rows(pair, Kind.REMINDER)] == [RowState.DROPPED] * 2

    pair.act(
        lambda agreement: cancelling.undo_cancel(agreement, session_id, by=pair.tom.id, now=pair.now),
        by=pair.tom,
    )
    assert rows(pair, Kind.REMINDER) == reminders
    assert [row[1:3] for row in rows(pair, Kind.CANCELLED, Kind.CANCEL_RECEIPT)] == [
        ("tom", RowState.DROPPED),
        ("anna", RowState.DROPPED),
    ]


def test_a_reminder_whose_moment_fell_within_an_undone_cancellation_is_revived(pair: Pair) -> None:
    session_id = pair.agree(TERMS).sessions[0].id
    reminders = rows(pair, Kind.REMINDER)
    pair.now = reminders[0][3] - timedelta(minutes=5)
    cancel(pair, session_id)

    pair.now += timedelta(minutes=9)
    pair.act(
        lambda agreement: cancelling.undo_cancel(agreement, session_id, by=pair.tom.id, now=pair.now),
        by=pair.tom,
    )

    assert rows(pair, Kind.REMINDER) == reminders


def test_what_was_sent_is_not_sent_again(pair: Pair) -> None:
    pair.agree()
    session_id = pair.plan()
    sent = {(row.due.kind, row.due.subject, row.due.recipient) for row in pair.deliver()}
    assert (Kind.PLANNED, session_id, pair.anna.id) in sent

    pair.now += timedelta(minutes=1)
    cancel(pair, session_id)
    pair.act(
        lambda agreement: cancelling.undo_cancel(agreement, session_id, by=pair.tom.id, now=pair.now),
        by=pair.tom,
    )

    assert [row.due.kind for row in pair.deliver()] == []


def test_a_move_drops_the_old_reminders_and_adds_new_ones(pair: Pair) -> None:
    session_id = pair.agree(TERMS).sessions[0].id
    pair.act(
        lambda agreement: sessions.move(
            agreement,
            session_id,
            starts=FIRST + timedelta(days=7),
            place=None,
            revision=0,
            by=pair.anna.id,
            now=pair.now,
        )
    )

    assert [(who, state) for _, who, state, _ in rows(pair, Kind.REMINDER)] == [
        ("tom", RowState.DROPPED),
        ("anna", RowState.DROPPED),
        ("tom", RowState.PENDING),
        ("anna", RowState.PENDING),
    ]
    assert [row[1:3] for row in rows(pair, Kind.MOVED)] == [("tom", RowState.PENDING)]


def test_the_turn_is_always_the_next_one_also_while_one_is_in_flight(pair: Pair) -> None:
    pair.propose()
    pair.deliver()
    lapses = MONDAY + timedelta(days=14)
    assert rows(pair, Kind.TURN) == [(Kind.TURN, None, RowState.PENDING, lapses)]

    pair.now = lapses - timedelta(days=1)
    pair.sign(pair.anna, "to lead without shouting")
    assert rows(pair, Kind.TURN) == [(Kind.TURN, None, RowState.PENDING, pair.now + timedelta(days=14))]

    pair.now += timedelta(days=14)
    [turn] = [row for row in pair.claim() if row.due.kind is Kind.TURN]
    pair.wait()
    assert rows(pair, Kind.TURN) == [(Kind.TURN, None, RowState.SENDING, pair.now)]
    with pair.database.writing() as tx:
        outbox.done(tx, turn.id)
    assert rows(pair, Kind.TURN) == []


def test_a_turn_that_is_not_wanted_any_more_goes(pair: Pair) -> None:
    pair.propose()
    pair.act(lambda agreement: proposals.decline(agreement, by=pair.anna.id, now=pair.now))

    assert rows(pair, Kind.TURN) == []


def test_settings_move_what_is_due_at_once(pair: Pair) -> None:
    pair.agree(TERMS)

    def switch(*, reminders: bool) -> list[tuple[str | None, RowState]]:
        with pair.database.writing() as tx:
            people.set_settings(tx, pair.anna.id, reminders=reminders, now=pair.now)
        return [(who, state) for _, who, state, _ in rows(pair, Kind.REMINDER)]

    assert switch(reminders=False) == [("tom", RowState.PENDING), ("anna", RowState.DROPPED)]
    assert switch(reminders=True) == [("tom", RowState.PENDING), ("anna", RowState.PENDING)]


def test_a_reminder_is_not_begun_after_its_moment(pair: Pair) -> None:
    pair.agree(TERMS)
    with pair.database.writing() as tx:
        people.set_settings(tx, pair.anna.id, reminders=False, now=pair.now)
    pair.now = FIRST - timedelta(hours=2)

    with pair.database.writing() as tx:
        people.set_settings(tx, pair.anna.id, reminders=True, now=pair.now)

    assert [(who, state) for _, who, state, _ in rows(pair, Kind.REMINDER)] == [
        ("tom", RowState.PENDING),
        ("anna", RowState.DROPPED),
    ]


def test_another_zone_moves_what_is_due_earlier_too(pair: Pair) -> None:
    pair.agree(TERMS)
    [_, (_, who, _, before)] = rows(pair, Kind.REMINDER)
    assert (who, before) == ("anna", datetime(2026, 11, 25, 22, tzinfo=UTC))

    with pair.database.writing() as tx:
        moved = Profile(ANNA.name, "Europe/Berlin", None, active=True, is_bot=False)
        people.learn(tx, team_id="T1", user_id="U-ANNA", profile=moved, now=pair.now)

    assert [(who, due) for _, who, _, due in rows(pair, Kind.REMINDER)] == [
        ("anna", datetime(2026, 11, 25, 16, tzinfo=UTC)),
        ("tom", datetime(2026, 11, 25, 17, tzinfo=UTC)),
    ]


def test_an_agreement_that_cannot_be_read_keeps_nobody_from_new_settings_nor_the_others_from_following(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    pair.agree(TERMS)
    with_maya = Pair(pair.database)
    with_maya.tom = pair.someone("U-MAYA", TOM)
    spoilt = with_maya.propose().id
    with pair.database.writing() as tx:
        tx.connection.execute(delete(versions).where(versions.c.agreement_id == spoilt))

    with pair.database.writing() as tx:
        people.set_settings(tx, pair.anna.id, reminders=False, now=pair.now)

    with pair.database.reading() as tx:
        assert not people.get(tx, pair.anna.id).reminders
        with pytest.raises(Spoilt) as raised:
            agreements.by_clock(tx, spoilt)
    assert raised.value.args == (spoilt,)
    assert [(who, state) for _, who, state, _ in rows(pair, Kind.REMINDER)] == [
        ("tom", RowState.PENDING),
        ("anna", RowState.DROPPED),
    ]
    assert [record.getMessage() for record in caplog.records] == [
        f"Agreement {spoilt} can't be read, so it does not follow changed settings."
    ]


def redraws(pair: Pair) -> list[tuple[Kind, str | None, datetime]]:
    """What is to be drawn again: the kind of the message, or Home; whose; when."""
    names = {pair.tom.id: "tom", pair.anna.id: "anna", None: None}
    found = []
    with pair.database.reading() as tx:
        for known in following.rows_of(tx, pair.agreement_id):
            row = outbox.row(tx, known.id)
            assert row is not None
            if row.due.kind is Kind.REDRAW and row.state is RowState.PENDING:
                drawn = outbox.row(tx, row.due.subject)
                assert drawn is not None
                found.append((drawn.due.kind, names[row.due.recipient], row.due.due))
            elif row.due.kind is Kind.HOME:
                found.append((row.due.kind, names[row.due.recipient], row.due.due))
    return sorted(found)


def test_what_was_sent_is_drawn_again_after_a_change_while_it_has_buttons(pair: Pair) -> None:
    pair.agree()
    pair.deliver()
    session_id = pair.plan()
    pair.deliver()
    with pair.database.writing() as tx:
        people.opened_home(tx, pair.anna.id)
        done = next(
            row
            for row in following.rows_of(tx, pair.agreement_id)
            if row.kind is Kind.AGREED and row.recipient == pair.anna.id
        )
        outbox.redrawn(tx, done.id, live=False)

    cancel(pair, session_id)

    quiet = pair.now + timedelta(minutes=10)
    assert redraws(pair) == [
        (Kind.AGREED, "tom", pair.now),
        (Kind.HOME, "anna", quiet),
        (Kind.PLANNED, "anna", quiet),
    ]


def test_what_is_on_its_way_as_it_was_before_the_change_is_drawn_again(pair: Pair) -> None:
    pair.agree()
    pair.deliver()
    session_id = pair.plan()
    assert [row.due.kind for row in pair.claim()] == [Kind.PLANNED, Kind.REDRAW, Kind.REDRAW]

    cancel(pair, session_id)

    assert (Kind.PLANNED, "anna", pair.now + timedelta(minutes=10)) in redraws(pair)


def test_whoever_acts_sees_it_drawn_at_once(pair: Pair) -> None:
    pair.agree()
    session_id = pair.plan()
    pair.deliver()
    cancel(pair, session_id)
    pair.now += timedelta(minutes=5)

    pair.act(
        lambda agreement: sessions.plan(
            agreement,
            SessionId(new_id()),
            starts=FIRST,
            place=None,
            by=pair.anna.id,
            now=pair.now,
        )
    )

    assert {(who, due) for _, who, due in redraws(pair)} == {("anna", pair.now), ("tom", MONDAY)}


def test_a_rating_draws_only_what_asked_for_it_again_and_only_for_her(pair: Pair) -> None:
    session_id = pair.agree(TERMS).sessions[0].id
    pair.deliver()
    pair.wait(days=7, hours=4)
    pair.deliver()
    with pair.database.writing() as tx:
        for person in (pair.tom, pair.anna):
            people.opened_home(tx, person.id)

    pair.rate(session_id, 3)

    assert redraws(pair) == [(Kind.HOME, "anna", pair.now), (Kind.RATING, "anna", pair.now)]
    pair.deliver()
    pair.rate(session_id, 3)
    assert redraws(pair) == []
    pair.act(
        lambda agreement: feedback.skip(agreement, session_id, by=pair.anna.id, now=pair.now),
    )
    assert redraws(pair) == [(Kind.HOME, "anna", pair.now), (Kind.RATING, "anna", pair.now)]


def test_what_the_outbox_holds_beside_what_the_rules_want_stays(pair: Pair) -> None:
    pair.propose()
    told = Due(Kind.UNREACHABLE, pair.agreement_id, MONDAY, pair.agreement_id, pair.tom.id)
    with pair.database.writing() as tx:
        outbox.add(tx, told)

    pair.sign(pair.anna, "to lead without shouting")

    assert rows(pair, Kind.UNREACHABLE) == [(Kind.UNREACHABLE, "tom", RowState.PENDING, MONDAY)]


def test_follow_can_be_asked_for_by_itself(pair: Pair) -> None:
    agreement = pair.propose()
    with pair.database.writing() as tx:
        outbox.follow(tx, agreement.id, [], pair.now)
    assert {state for _, _, state, _ in rows(pair)} == {RowState.DROPPED}

    with pair.database.writing() as tx:
        outbox.follow(tx, agreement.id, messages.wanted(agreement, pair.now), pair.now)
    assert {state for _, _, state, _ in rows(pair)} == {RowState.PENDING}


def test_what_has_expired_is_not_revived(pair: Pair) -> None:
    pair.agree()
    pair.plan(days=1)
    with pair.database.writing() as tx:
        outbox.follow(tx, pair.agreement_id, [], pair.now)
    agreement = pair.stored()

    pair.now += timedelta(days=2)
    with pair.database.writing() as tx:
        outbox.follow(tx, pair.agreement_id, messages.wanted(agreement, pair.now), pair.now)

    assert [row[2] for row in rows(pair, Kind.PLANNED)] == [RowState.DROPPED]
