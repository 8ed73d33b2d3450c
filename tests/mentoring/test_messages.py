from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from mentoring import cancelling, closing, feedback, proposals, terms
from mentoring.agreement import Role, Terms
from mentoring.due import REPEATABLE, Due, Kind, Lane
from mentoring.feedback import Score
from mentoring.ids import SessionId
from mentoring.messages import concerned, wanted
from mentoring.quiet import quiet_until
from mentoring.secret import Secret
from tests.mentoring.conftest import ANNA, LONDON, MONDAY, NEW_YORK, TOM, Pair, said

TUESDAY = datetime(2026, 11, 10, 16, 30, tzinfo=LONDON)
TEN_MINUTES = timedelta(minutes=10)


def test_an_invitation_goes_at_once_and_its_reminder_after_seven_days_in_her_hours(pair: Pair) -> None:
    assert pair.due(Kind.INVITATION) == [
        Due(Kind.INVITATION, "agreement", MONDAY, pair.agreement.id, ANNA.id, round=1)
    ]
    assert pair.due(Kind.PROPOSAL_REMINDER) == [
        Due(
            Kind.PROPOSAL_REMINDER,
            "agreement",
            datetime(2026, 11, 9, 9, tzinfo=NEW_YORK),
            pair.agreement.id,
            ANNA.id,
            round=1,
            expires=MONDAY + timedelta(days=14),
            lane=Lane.CLOCK,
        )
    ]
    assert pair.moments(Kind.TURN) == [MONDAY + timedelta(days=14)]
    assert len(wanted(pair.agreement, MONDAY)) == 3


def test_her_signature_is_told_and_starts_his_time(pair: Pair) -> None:
    pair.now = MONDAY + timedelta(days=1)
    pair.anna_signs()
    assert pair.moments(Kind.SIGNED, TOM) == [pair.now]
    assert pair.moments(Kind.PROPOSAL_REMINDER, TOM) == [MONDAY + timedelta(days=8)]
    assert pair.due(Kind.PROPOSAL_REMINDER, ANNA) == []


def test_a_mentor_who_is_invited_is_told_once(pair: Pair) -> None:
    pair.propose(Role.MENTEE)
    assert pair.moments(Kind.INVITATION, TOM) == [MONDAY]
    assert pair.due(Kind.SIGNED) == []


def test_what_is_hidden_is_neither_brought_nor_reminded_nor_withdrawn(pair: Pair) -> None:
    pair.agreement = replace(pair.agreement, hidden=True)
    assert [row.kind for row in wanted(pair.agreement, MONDAY)] == [Kind.TURN]
    pair.agreement = proposals.withdraw_proposal(pair.agreement, by=TOM.id, now=MONDAY)
    assert said(pair.agreement, MONDAY) == []


def test_of_what_is_hidden_a_signature_is_not_told_either(pair: Pair) -> None:
    pair.propose(Role.MENTEE)
    pair.agreement = terms.suggest(
        pair.agreement, by=TOM.id, basis=1, terms=Terms(sessions=3), purpose=None, now=MONDAY
    )
    pair.agreement = proposals.sign(
        pair.agreement, by=ANNA.id, version=2, purpose=Secret("why"), first_session=SessionId("s"), now=MONDAY
    )
    assert pair.moments(Kind.SIGNED, TOM) == [MONDAY]
    pair.agreement = proposals.hide(pair.agreement, by=TOM.id)
    assert [(row.kind, row.recipient) for row in wanted(pair.agreement, MONDAY)] == [
        (Kind.SUGGESTED, ANNA.id),
        (Kind.TURN, None),
    ]


def test_a_hidden_proposal_lapses_for_its_asker_like_any_other(pair: Pair) -> None:
    hidden, seen = Pair(), Pair()
    hidden.agreement = replace(hidden.agreement, hidden=True)
    for one in (hidden, seen):
        one.later(days=14)
    assert hidden.due(Kind.LAPSED) == seen.due(Kind.LAPSED)
    assert hidden.moments(Kind.LAPSED, TOM) == [MONDAY + timedelta(days=14)]


def test_a_lapse_is_told_in_working_hours_to_the_proposer_and_to_her_who_signed(pair: Pair) -> None:
    pair.now = datetime(2026, 11, 7, 12, tzinfo=UTC)  # a Saturday
    pair.anna_signs().later(days=14)
    assert pair.moments(Kind.LAPSED, TOM) == [datetime(2026, 11, 23, 9, tzinfo=LONDON)]
    assert pair.moments(Kind.LAPSED, ANNA) == [datetime(2026, 11, 23, 9, tzinfo=NEW_YORK)]
    pair.propose(Role.MENTEE).later(days=14)
    assert len(pair.due(Kind.LAPSED)) == 1


def test_whoever_wants_no_reminders_gets_none(pair: Pair) -> None:
    pair.both_sign()
    pair.plan(TUESDAY)
    silent = replace(
        pair.agreement, mentor=replace(TOM, reminders=False), mentee=replace(ANNA, reminders=False)
    )
    assert Kind.REMINDER not in {row.kind for row in wanted(silent, MONDAY)}
    proposal = Pair().agreement
    quiet = replace(proposal, mentee=replace(ANNA, reminders=False))
    assert [row.kind for row in wanted(quiet, MONDAY)] == [Kind.INVITATION, Kind.TURN]


def test_both_signed_is_told_to_each(active: Pair) -> None:
    assert active.moments(Kind.AGREED) == [MONDAY, MONDAY]
    assert active.due(Kind.INVITATION) == []
    assert active.due(Kind.TURN) == []


def test_what_one_plans_or_moves_the_other_is_told(active: Pair) -> None:
    id_ = active.plan(TUESDAY, TOM)
    assert [(r.recipient, r.round, r.expires) for r in active.due(Kind.PLANNED)] == [(ANNA.id, 0, TUESDAY)]
    active.move(id_, TUESDAY + timedelta(days=1), ANNA)
    assert active.due(Kind.PLANNED) == []
    assert [(r.recipient, r.round) for r in active.due(Kind.MOVED)] == [(TOM.id, 1)]


def test_the_first_session_is_told_with_the_agreement(pair: Pair) -> None:
    pair.propose(first_session=TUESDAY).both_sign()
    assert pair.due(Kind.PLANNED) == []
    assert len(pair.due(Kind.REMINDER)) == 2


def test_each_is_reminded_in_their_own_hours(active: Pair) -> None:
    active.plan(TUESDAY)
    assert active.moments(Kind.REMINDER, TOM) == [datetime(2026, 11, 9, 17, tzinfo=LONDON)]
    assert active.moments(Kind.REMINDER, ANNA) == [datetime(2026, 11, 9, 17, tzinfo=NEW_YORK)]


def test_a_reminder_whose_moment_has_passed_at_planning_is_not_begun(active: Pair) -> None:
    active.until(datetime(2026, 11, 9, 18, tzinfo=LONDON))
    active.plan(TUESDAY)
    assert active.due(Kind.REMINDER, TOM) == []
    assert len(active.due(Kind.REMINDER, ANNA)) == 1


def test_at_its_end_the_mentor_is_told_and_the_mentee_nothing_yet(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    assert active.moments(Kind.SESSION_ENDED, TOM) == [active.agreement.session(id_).ends]
    assert active.due(Kind.SESSION_ENDED, ANNA) == []
    assert active.due(Kind.RATING) == []


def test_a_logged_session_is_told_to_the_other(active: Pair) -> None:
    active.later(days=1)
    active.log(MONDAY, ANNA)
    assert active.moments(Kind.LOGGED, TOM) == [active.now]
    assert active.due(Kind.SESSION_ENDED) == []


def test_the_question_and_one_reminder(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.later(days=2)
    assert active.moments(Kind.RATING, ANNA) == [datetime(2026, 11, 12, 12, 45, tzinfo=NEW_YORK)]
    assert active.moments(Kind.RATING_REMINDER, ANNA) == [datetime(2026, 11, 16, 9, tzinfo=NEW_YORK)]
    active.rate(id_, Score.ONE)
    assert active.due(Kind.RATING) == active.due(Kind.RATING_REMINDER) == []


def test_no_rating_reminder_for_her_who_wants_none(active: Pair) -> None:
    active.hold_session(TUESDAY)
    active.later(days=2)
    active.agreement = replace(active.agreement, mentee=replace(ANNA, reminders=False))
    assert active.due(Kind.RATING_REMINDER) == []
    assert len(active.due(Kind.RATING)) == 1


def test_a_cancellation_is_told_after_the_undo_time(active: Pair) -> None:
    id_ = active.plan(TUESDAY)
    active.cancel(id_, ANNA)
    assert active.moments(Kind.CANCELLED, TOM) == [MONDAY + TEN_MINUTES]
    assert active.moments(Kind.CANCEL_RECEIPT, ANNA) == [MONDAY]
    assert quiet_until(active.agreement, TOM.id, MONDAY) == MONDAY + TEN_MINUTES
    assert quiet_until(active.agreement, ANNA.id, MONDAY) == MONDAY
    assert quiet_until(active.agreement, TOM.id, MONDAY + TEN_MINUTES) == MONDAY + TEN_MINUTES


def test_an_undone_cancellation_says_nothing_twice(active: Pair) -> None:
    id_ = active.plan(TUESDAY)
    before = {(r.kind, r.subject, r.recipient, r.round) for r in wanted(active.agreement, MONDAY)}
    active.cancel(id_, ANNA)
    active.agreement = cancelling.undo_cancel(active.agreement, id_, by=ANNA.id, now=MONDAY)
    assert {(r.kind, r.subject, r.recipient, r.round) for r in wanted(active.agreement, MONDAY)} == before


def test_a_late_cancellation_is_told_at_once(active: Pair) -> None:
    id_ = active.plan(TUESDAY)
    active.until(TUESDAY - timedelta(minutes=30))
    active.cancel(id_, ANNA)
    assert active.moments(Kind.CANCELLED, TOM) == [active.now]
    assert quiet_until(active.agreement, TOM.id, active.now) == active.now


def test_it_didnt_happen_is_told_without_a_name(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.didnt_happen(id_, TOM)
    assert active.moments(Kind.NOT_HELD, ANNA) == [active.now + TEN_MINUTES]
    assert active.due(Kind.CANCELLED) == []
    assert active.due(Kind.SESSION_ENDED) == []


def test_declining_and_ending_are_told_after_the_undo_time(pair: Pair) -> None:
    pair.agreement = proposals.decline(pair.agreement, by=ANNA.id, now=MONDAY)
    assert pair.moments(Kind.DECLINED, TOM) == [MONDAY + TEN_MINUTES]
    assert quiet_until(pair.agreement, TOM.id, MONDAY) == MONDAY + TEN_MINUTES
    pair.propose().both_sign()
    pair.plan(TUESDAY)
    pair.end(TOM)
    assert pair.moments(Kind.ENDED, ANNA) == [MONDAY + TEN_MINUTES]
    assert pair.moments(Kind.END_RECEIPT, TOM) == [MONDAY]
    assert {row.kind for row in said(pair.agreement, MONDAY)} == {Kind.ENDED, Kind.END_RECEIPT}


def test_withdrawing_is_told_at_once(pair: Pair) -> None:
    pair.agreement = proposals.withdraw_proposal(pair.agreement, by=TOM.id, now=MONDAY)
    assert pair.moments(Kind.WITHDRAWN, ANNA) == [MONDAY]


def test_a_completed_agreement_says_only_that_to_each_in_their_hours(pair: Pair) -> None:
    """It closes a fortnight after the session's end, at 17:45 in London: too late for Tom that day, in good time for Anna."""
    pair.propose(sessions=1).both_sign()
    pair.hold_session(TUESDAY)
    pair.later(days=30)
    assert [(row.kind, row.recipient, row.due) for row in said(pair.agreement, pair.now)] == [
        (Kind.RESULT, TOM.id, datetime(2026, 11, 25, 9, tzinfo=LONDON)),
        (Kind.RESULT, ANNA.id, datetime(2026, 11, 24, 17, 45, tzinfo=LONDON)),
    ]


def test_a_rating_before_its_release_concerns_the_mentee_alone(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.later(days=2)
    before = active.agreement
    active.rate(id_, Score.TWO)
    assert concerned(before, active.agreement) == [ANNA.id]
    skipped = feedback.skip(before, id_, by=ANNA.id, now=active.now)
    assert concerned(before, skipped) == [ANNA.id]
    released = feedback.release(active.agreement, active.now)
    assert concerned(active.agreement, released) == [TOM.id, ANNA.id]
    assert concerned(None, active.agreement) == [TOM.id, ANNA.id]


def test_a_proposal_out_of_sight_concerns_its_asker_alone(pair: Pair) -> None:
    seen = pair.agreement
    hidden = proposals.hide(seen, by=ANNA.id)
    assert concerned(seen, hidden) == [ANNA.id]
    assert concerned(None, hidden) == [TOM.id]
    withdrawn = proposals.withdraw_proposal(hidden, by=TOM.id, now=MONDAY)
    assert concerned(hidden, withdrawn) == [TOM.id]


def test_due_rows_are_the_same_whatever_the_score(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.later(days=2)
    rows = []
    for score in Score:
        active.rate(id_, score)
        rows.append(wanted(active.agreement, active.now))
    assert all(one == rows[0] for one in rows)


def test_a_due_row_has_no_place_for_what_anyone_wrote() -> None:
    assert [field.name for field in fields(Due)] == [
        "kind",
        "subject",
        "due",
        "agreement_id",
        "recipient",
        "round",
        "expires",
        "lane",
    ]
    assert {Kind.HOME, Kind.REDRAW, Kind.TURN, Kind.LOOKUP} == REPEATABLE


def test_what_would_be_told_after_the_end_goes_without_saying(active: Pair) -> None:
    held = active.hold_session(TUESDAY)
    ahead = active.plan(TUESDAY + timedelta(days=14))
    active.didnt_happen(held, ANNA)
    active.cancel(ahead, TOM)
    assert (
        active.moments(Kind.NOT_HELD, TOM)
        == active.moments(Kind.CANCELLED, ANNA)
        == [active.now + TEN_MINUTES]
    )
    active.now += timedelta(minutes=9)
    active.end(ANNA)
    assert active.due(Kind.NOT_HELD) == active.due(Kind.CANCELLED) == []
    assert len(active.due(Kind.CANCEL_RECEIPT)) == 2
    active.agreement = closing.undo_close(active.agreement, by=ANNA.id, place_taken=False, now=active.now)
    assert len(active.due(Kind.NOT_HELD)) == len(active.due(Kind.CANCELLED)) == 1
