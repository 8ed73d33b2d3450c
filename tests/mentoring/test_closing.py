from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mentoring import closing, proposals, rhythm, sessions, terms
from mentoring.agreement import Outcome, State, VersionOutcome
from mentoring.calendar import RatingDelay
from mentoring.due import Kind
from mentoring.feedback import RatingState, Score, Shown, shown_to_mentor
from mentoring.ids import PersonId, SessionId
from mentoring.messages import concerned, wanted
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from mentoring.turns import next_turn
from tests.mentoring.conftest import ANNA, LONDON, MONDAY, NEW_YORK, TOM, Pair

TUESDAY = datetime(2026, 11, 10, 16, 30, tzinfo=LONDON)


@pytest.fixture
def last(pair: Pair) -> Pair:
    """One session was agreed on, and it has been held."""
    pair.propose(sessions=1).both_sign()
    pair.hold_session(TUESDAY)
    return pair


def test_the_closing_opens_seven_days_after_the_last_session(last: Pair) -> None:
    last.until(TUESDAY + timedelta(days=3))
    last.rate(last.agreement.sessions[0].id, Score.FOUR)
    last.until(TUESDAY + timedelta(days=7, minutes=74))
    assert last.agreement.active
    last.later(minutes=1)
    assert last.agreement.state is State.CLOSING
    assert shown_to_mentor(last.agreement, last.agreement.sessions[0]) is Shown.SCORE


def test_or_two_days_after_its_rating_was_asked_if_that_is_later(pair: Pair) -> None:
    pair.propose(sessions=1, rating_after=RatingDelay.SEVEN_DAYS).both_sign()
    pair.hold_session(
        datetime(2026, 11, 13, 20, tzinfo=LONDON)
    )  # asked on Friday the 20th, 16:15 in New York
    opens = datetime(2026, 11, 22, 16, 15, tzinfo=NEW_YORK)
    assert closing.opening_moment(pair.agreement, pair.now) == opens
    pair.until(opens)
    assert pair.agreement.closing_at == opens


def test_an_outage_takes_nothing_from_the_time_to_answer(last: Pair) -> None:
    last.until(TUESDAY + timedelta(days=3))
    back = TUESDAY + timedelta(days=30)
    last.after_outage(back)
    assert last.agreement.closing_at == back
    last.after_outage(back + timedelta(days=7, minutes=-1))
    assert last.agreement.closing


def test_an_earlier_session_logged_late_leaves_time_to_say_that_it_didnt_happen(pair: Pair) -> None:
    pair.propose(sessions=2).both_sign()
    pair.hold_session(TUESDAY)
    pair.until(TUESDAY + timedelta(days=20))
    logged = pair.log(TUESDAY - timedelta(days=3), by=TOM)
    asked = datetime(2026, 11, 30, 11, 30, tzinfo=NEW_YORK)
    assert closing.opening_moment(pair.agreement, pair.now) == asked + timedelta(days=2)
    pair.until(asked)
    rating = pair.agreement.session(logged).rating
    assert rating is not None
    assert rating.asked_at == asked
    assert pair.agreement.active
    pair.until(asked + timedelta(days=2))
    assert pair.agreement.closing_at == asked + timedelta(days=2)
    with pytest.raises(Refused, match="settled since"):
        pair.didnt_happen(logged)


def test_fewer_sessions_agreed_on_open_the_closing_now_and_not_in_the_past(pair: Pair) -> None:
    pair.propose(sessions=5).both_sign()
    pair.hold_session(TUESDAY)
    pair.until(TUESDAY + timedelta(days=40))
    fewer = replace(pair.agreement.terms, sessions=1)
    pair.agreement = terms.suggest(
        pair.agreement, by=ANNA.id, basis=1, terms=fewer, purpose=None, now=pair.now
    )
    pair.agreement = proposals.sign(
        pair.agreement, by=TOM.id, version=2, purpose=None, first_session=SessionId("first"), now=pair.now
    )
    pair.after_outage(pair.now)
    assert pair.agreement.closing_at == pair.now


def test_a_pause_before_the_question_is_counted_once(last: Pair) -> None:
    last.until(TUESDAY + timedelta(days=1))
    last.agreement = rhythm.pause(last.agreement, by=TOM.id, now=last.now)
    last.later(days=10)
    last.agreement = rhythm.resume(last.agreement, by=ANNA.id, now=last.now)
    asked = datetime(2026, 11, 23, 9, tzinfo=NEW_YORK)  # twelve days and a weekend after it
    assert closing.opening_moment(last.agreement, last.now) == TUESDAY + timedelta(days=17, minutes=75)
    last.until(asked)
    assert last.agreement.sessions[0].rating is not None
    last.until(TUESDAY + timedelta(days=17, minutes=75))
    assert last.agreement.closing_at == TUESDAY + timedelta(days=17, minutes=75)


def test_a_change_still_open_lapses_with_the_opening(last: Pair) -> None:
    last.until(TUESDAY + timedelta(days=5))
    more = replace(last.agreement.terms, sessions=3)
    last.agreement = terms.suggest(
        last.agreement, by=ANNA.id, basis=1, terms=more, purpose=None, now=last.now
    )
    last.until(TUESDAY + timedelta(days=8))
    newest = last.agreement.newest
    assert (newest.outcome, newest.closed_at) == (VersionOutcome.LAPSED, last.agreement.closing_at)
    assert last.agreement.terms.sessions == 1
    assert {row.kind for row in wanted(last.agreement, last.now)} == {
        Kind.TURN,
        Kind.SESSION_ENDED,
        Kind.RATING,
        Kind.RATING_REMINDER,
        Kind.CLOSING,
    }
    with pytest.raises(Refused, match="no longer open"):
        proposals.sign(
            last.agreement,
            by=TOM.id,
            version=2,
            purpose=None,
            first_session=SessionId("first"),
            now=last.now,
        )


def test_each_is_asked_once_it_opens_in_their_own_hours_and_told_the_result_in_theirs(last: Pair) -> None:
    last.until(TUESDAY + timedelta(days=8))
    opened = TUESDAY + timedelta(days=7, minutes=75)  # 17:45 in London, 12:45 in New York
    assert last.moments(Kind.CLOSING, TOM) == [datetime(2026, 11, 18, 9, tzinfo=LONDON)]
    assert last.moments(Kind.CLOSING, ANNA) == [opened]
    assert {row.expires for row in last.due(Kind.CLOSING)} == {opened + timedelta(days=7)}
    last.later(days=7)
    assert last.due(Kind.CLOSING) == []
    assert last.moments(Kind.RESULT, TOM) == [datetime(2026, 11, 25, 9, tzinfo=LONDON)]
    assert last.moments(Kind.RESULT, ANNA) == [opened + timedelta(days=7)]


def test_no_session_is_planned_moved_or_logged_while_it_closes(last: Pair) -> None:
    last.until(TUESDAY + timedelta(days=8))
    used = "All sessions that you agreed on are used"
    with pytest.raises(Refused, match=used):
        last.log(last.now - timedelta(days=2))
    with pytest.raises(Refused, match=used):
        last.plan(last.now + timedelta(days=2))
    with pytest.raises(Refused, match=used):
        last.cancel(last.agreement.sessions[0].id)
    with pytest.raises(Refused, match="under way can be paused"):
        rhythm.pause(last.agreement, by=TOM.id, now=last.now)
    with pytest.raises(Refused, match=used):
        sessions.may_move(last.agreement, last.agreement.sessions[0], last.now)


def test_its_fixed_instant_is_seven_days_later_and_closes_what_is_open(last: Pair) -> None:
    last.until(TUESDAY + timedelta(days=8))
    opened = last.agreement.closing_at
    assert opened is not None
    assert closing.fixed_moment(last.agreement) == opened + timedelta(days=7)
    last.until(opened + timedelta(days=7))
    agreement = last.agreement
    assert (agreement.state, agreement.outcome, agreement.closed_by) == (
        State.CLOSED,
        Outcome.COMPLETED,
        None,
    )
    assert agreement.closed_at == opened + timedelta(days=7)
    assert agreement.sessions[0].rating is not None
    assert agreement.sessions[0].rating.state is RatingState.EXPIRED
    assert next_turn(agreement, last.now) is None


def test_a_rating_given_while_closing_is_released_at_the_fixed_instant(last: Pair) -> None:
    last.until(TUESDAY + timedelta(days=8))
    session = last.agreement.sessions[0].id
    last.rate(session, Score.FIVE)
    assert shown_to_mentor(last.agreement, last.agreement.session(session)) is Shown.NONE
    last.later(days=7)
    assert shown_to_mentor(last.agreement, last.agreement.session(session)) is Shown.SCORE


def test_the_closing_waits_while_a_session_is_or_can_be_planned(active: Pair) -> None:
    assert closing.opening_moment(active.agreement, active.now) is None
    active.plan(TUESDAY)
    assert closing.opening_moment(active.agreement, active.now) is None
    assert closing.fixed_moment(active.agreement) is None


def test_the_last_session_given_back_before_the_closing_can_be_planned_again(last: Pair) -> None:
    last.until(TUESDAY + timedelta(days=2))
    last.didnt_happen(last.agreement.sessions[0].id)
    assert closing.opening_moment(last.agreement, last.now) is None
    assert last.agreement.room == 1


@pytest.mark.parametrize("person", [TOM, ANNA])
def test_either_ends_it_early(active: Pair, person: object) -> None:
    id_ = active.plan(TUESDAY)
    one = TOM if person == TOM else ANNA
    active.end(one)
    agreement = active.agreement
    assert (agreement.state, agreement.outcome) == (State.CLOSED, Outcome.ENDED)
    assert agreement.session(id_).cancelled
    assert agreement.session(id_).cancelled_by is None
    assert closing.end(agreement, by=one.id, now=active.now) == agreement


def test_ending_is_for_the_pair_and_for_what_was_signed(pair: Pair) -> None:
    with pytest.raises(Refused, match="Nothing has been signed yet"):
        closing.end(pair.agreement, by=TOM.id, now=MONDAY)
    with pytest.raises(NotFound):
        closing.end(pair.both_sign().agreement, by=PersonId("maya"), now=MONDAY)


def test_to_end_it_while_it_closes_is_a_no_that_concerns_nobody_else(last: Pair) -> None:
    last.until(TUESDAY + timedelta(days=8))
    before = last.agreement
    last.end(ANNA)

    farewell = last.agreement.farewell_of(ANNA.id)
    assert farewell is not None
    assert farewell.go_on == Secret(False)
    assert not farewell.said
    assert last.agreement == before.with_farewell(farewell)
    assert concerned(before, last.agreement) == [ANNA.id]
    assert wanted(last.agreement, last.now) == wanted(before, last.now)
    ended = last.agreement
    last.end(ANNA)
    assert last.agreement is ended


def test_an_early_end_is_undone_as_if_nothing_had_been(active: Pair) -> None:
    held = active.hold_session(TUESDAY)
    active.until(TUESDAY + timedelta(days=2))
    gone = active.plan(TUESDAY + timedelta(days=10))
    active.cancel(gone)
    active.later(minutes=30)
    ahead = active.plan(TUESDAY + timedelta(days=14))
    active.later(days=1)
    active.rate(held, Score.TWO)
    active.end()
    undone = closing.undo_close(active.agreement, by=ANNA.id, place_taken=False, now=active.now)
    assert (undone.state, undone.outcome, undone.closed_at, undone.closed_by) == (
        State.ACTIVE,
        None,
        None,
        None,
    )
    assert undone.session(ahead).planned
    assert undone.session(gone).cancelled
    rating = undone.session(held).rating
    assert rating is not None
    assert (rating.state, rating.score) == (RatingState.ANSWERED, Secret(2))


def test_a_decline_is_undone(pair: Pair) -> None:
    declined = proposals.decline(pair.agreement, by=ANNA.id, now=MONDAY)
    undone = closing.undo_close(declined, by=ANNA.id, place_taken=False, now=MONDAY + timedelta(minutes=5))
    assert (undone.state, undone.must_sign) == (State.PROPOSED, ANNA)


def test_undo_is_for_whoever_did_it_and_for_ten_minutes(active: Pair) -> None:
    active.end(ANNA)
    ended = active.agreement
    for person in (TOM.id, PersonId("maya")):
        with pytest.raises(NotFound):
            closing.undo_close(ended, by=person, place_taken=False, now=active.now)
    with pytest.raises(Refused, match="The ten minutes for undoing have passed"):
        closing.undo_close(ended, by=ANNA.id, place_taken=False, now=active.now + timedelta(minutes=10))
    with pytest.raises(Refused, match="Something has happened since"):
        closing.undo_close(ended, by=ANNA.id, place_taken=True, now=active.now)
    touched = ended.acted(TOM.id, active.now + timedelta(minutes=1))
    with pytest.raises(Refused, match="Something has happened since"):
        closing.undo_close(touched, by=ANNA.id, place_taken=False, now=active.now + timedelta(minutes=2))
    withdrawn = proposals.withdraw_proposal(Pair().agreement, by=TOM.id, now=MONDAY)
    with pytest.raises(NotFound):
        closing.undo_close(withdrawn, by=TOM.id, place_taken=False, now=MONDAY)


def test_a_proposal_lapses_fourteen_days_after_its_sending_or_her_signature(pair: Pair) -> None:
    pair.until(datetime(2026, 11, 16, 9, 59, tzinfo=UTC))
    assert pair.agreement.state is State.PROPOSED
    pair.anna_signs().until(datetime(2026, 11, 30, 9, 58, tzinfo=UTC))
    assert pair.agreement.state is State.PROPOSED
    pair.later(minutes=1)
    assert (pair.agreement.state, pair.agreement.outcome) == (State.CLOSED, Outcome.LAPSED)
    assert pair.agreement.closed_at == datetime(2026, 11, 30, 9, 59, tzinfo=UTC)


def test_what_both_have_ended_is_undone_by_neither(active: Pair) -> None:
    active.end(ANNA)
    told = wanted(active.agreement, active.now)
    active.later(minutes=5)
    active.end(TOM)
    active.end(TOM)

    assert wanted(active.agreement, active.now) == told
    for person in (ANNA, TOM):
        with pytest.raises(Refused):
            closing.undo_close(active.agreement, by=person.id, place_taken=False, now=active.now)


def test_an_end_long_after_the_other_ones_changes_nothing(active: Pair) -> None:
    active.end(ANNA)
    active.later(minutes=11)
    before = active.agreement
    active.end(TOM)
    assert active.agreement == before
