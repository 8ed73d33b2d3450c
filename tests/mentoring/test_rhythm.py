"""Keeping the rhythm: the quiet offer, a pause in which everything stands still, and going on from there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mentoring import cancelling, closing, feedback, proposals, rhythm, sessions, terms
from mentoring.agreement import State, Terms
from mentoring.calendar import Cadence
from mentoring.due import Due, Kind, Lane
from mentoring.feedback import Rating, RatingState, Score, Shown, shown_to_mentor
from mentoring.ids import PersonId, SessionId
from mentoring.messages import wanted
from mentoring.quiet import quiet_until
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from mentoring.sessions import SessionKind
from tests.mentoring.conftest import ANNA, LONDON, MONDAY, NEW_YORK, TOM, Pair, someone

TUESDAY = datetime(2026, 11, 10, 16, 30, tzinfo=LONDON)
ASKED = datetime(2026, 11, 12, 12, 45, tzinfo=NEW_YORK)
"""When the rating of a session that was held on that Tuesday is asked."""
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
PAUSED = "Your mentoring is paused. Resume it first, with `/mentor resume` or from Home; then "


def rating(pair: Pair, id_: SessionId) -> Rating:
    found = pair.agreement.session(id_).rating
    assert found is not None
    return found


def kinds(pair: Pair) -> set[Kind]:
    return {row.kind for row in wanted(pair.agreement, pair.now)}


# --- the offer


def test_a_week_after_the_cadence_says_so_each_is_offered_to_plan_or_pause(active: Pair) -> None:
    active.hold_session(TUESDAY)
    # Two weeks and one more; it is 11:30 in New York.
    moment = TUESDAY + timedelta(days=21)
    assert rhythm.offer_moment(active.agreement) == moment
    assert active.due(Kind.OFFER) == [
        Due(
            Kind.OFFER,
            "agreement",
            moment,
            active.agreement.id,
            person.id,
            round=1,
            lane=Lane.CLOCK,
        )
        for person in (TOM, ANNA)
    ]


def test_before_the_first_session_it_counts_from_the_signatures(active: Pair) -> None:
    assert active.moments(Kind.OFFER, TOM) == [MONDAY + timedelta(days=21)]
    assert active.moments(Kind.OFFER, ANNA) == [datetime(2026, 11, 23, 9, tzinfo=NEW_YORK)]


def test_nothing_is_offered_with_a_session_ahead_or_none_left_or_as_they_go(pair: Pair) -> None:
    pair.propose(sessions=1).both_sign()
    pair.plan(TUESDAY)
    assert rhythm.offer_moment(pair.agreement) is None
    pair.until(TUESDAY + DAY)
    assert pair.agreement.room == 0
    assert rhythm.offer_moment(pair.agreement) is None
    assert rhythm.offer_moment(Pair().propose(cadence=Cadence.AS_WE_GO).both_sign().agreement) is None
    assert rhythm.offer_moment(Pair().agreement) is None


def test_whoever_wants_no_reminders_gets_no_offer(active: Pair) -> None:
    active.agreement = replace(active.agreement, mentor=replace(TOM, reminders=False))
    assert active.due(Kind.OFFER, TOM) == []
    assert len(active.due(Kind.OFFER, ANNA)) == 1


def test_it_comes_no_sooner_than_a_week_after_what_they_did_last(active: Pair) -> None:
    active.hold_session(TUESDAY)
    id_ = active.plan(TUESDAY + timedelta(days=14))
    active.later(days=13)
    active.cancel(id_)
    assert rhythm.offer_moment(active.agreement) == TUESDAY + timedelta(days=21)
    active.agreement = cancelling.undo_cancel(active.agreement, id_, by=ANNA.id, now=active.now)
    active.move(id_, TUESDAY + timedelta(days=40))
    active.later(days=20)
    active.cancel(id_)
    assert rhythm.offer_moment(active.agreement) == active.now + timedelta(days=7)


def test_a_session_logged_late_is_not_followed_by_an_offer_in_the_same_week(active: Pair) -> None:
    active.later(days=40)
    active.log(TUESDAY)
    assert rhythm.offer_moment(active.agreement) == active.now + timedelta(days=7)


def test_a_closer_rhythm_is_not_late_the_moment_it_is_signed(pair: Pair) -> None:
    pair.propose(cadence=Cadence.MONTHLY).both_sign()
    pair.hold_session(TUESDAY)
    pair.later(days=20)
    pair.agreement = terms.suggest(
        pair.agreement,
        by=ANNA.id,
        basis=1,
        terms=replace(pair.agreement.terms, cadence=Cadence.WEEKLY),
        purpose=None,
        now=pair.now,
    )
    pair.agreement = proposals.sign(
        pair.agreement, by=TOM.id, version=2, purpose=None, first_session=SessionId("x"), now=pair.now
    )
    assert rhythm.offer_moment(pair.agreement) == pair.now + timedelta(days=7)


def test_one_offer_for_each_session_that_is_missing_and_anew_after_a_pause(active: Pair) -> None:
    def rounds() -> set[int]:
        return {row.round for row in active.due(Kind.OFFER)}

    assert rounds() == {0}
    active.hold_session(TUESDAY)
    assert rounds() == {1}
    active.pause()
    assert rounds() == set()
    active.resume()
    after_a_pause = rounds()
    assert after_a_pause.isdisjoint(range(terms.MOST_SESSIONS + 1))
    active.later(days=3)
    active.hold_session(active.now + DAY)
    assert rounds().isdisjoint({*after_a_pause, *range(terms.MOST_SESSIONS + 1)})


# --- pausing


@pytest.mark.parametrize("person", [TOM, ANNA])
def test_either_pauses_and_the_other_is_told_at_once(active: Pair, person: object) -> None:
    by, other = (TOM, ANNA) if person == TOM else (ANNA, TOM)
    active.pause(by)

    assert active.agreement.state is State.PAUSED
    assert active.due(Kind.PAUSED) == [
        Due(Kind.PAUSED, "agreement", MONDAY, active.agreement.id, other.id, round=1)
    ]
    asked = MONDAY + timedelta(days=60)
    assert rhythm.question_moment(active.agreement) == asked
    assert [(r.recipient, r.due, r.round) for r in active.due(Kind.PAUSE_CHECK)] == [
        (TOM.id, asked, 1),
        (ANNA.id, asked.astimezone(NEW_YORK).replace(hour=9), 1),
    ]
    assert kinds(active) == {Kind.PAUSED, Kind.PAUSE_CHECK}


def test_the_session_ahead_is_called_off_for_good(active: Pair) -> None:
    id_ = active.plan(TUESDAY)
    assert rhythm.would_call_off(active.agreement) == [active.agreement.session(id_)]
    active.pause()

    session = active.agreement.session(id_)
    assert (session.cancelled, session.cancelled_by, session.cancelled_at) == (True, None, MONDAY)
    assert rhythm.called_off_by_pause(active.agreement) == [session]
    assert active.due(Kind.REMINDER) == active.due(Kind.CANCELLED) == active.due(Kind.PLANNED) == []
    active.resume()
    assert active.agreement.session(id_) == replace(session, waited=timedelta())
    assert active.agreement.room == 5


def test_a_first_talk_that_is_still_ahead_is_called_off_too(pair: Pair) -> None:
    talk = SessionId("talk")
    pair.agreement = sessions.plan(
        pair.agreement,
        talk,
        starts=TUESDAY,
        place=None,
        by=TOM.id,
        now=pair.now,
        kind=SessionKind.FIRST_TALK,
    )
    pair.both_sign().pause()

    assert pair.agreement.session(talk).cancelled
    assert rhythm.called_off_by_pause(pair.agreement) == [pair.agreement.session(talk)]
    pair.later(days=30)
    pair.resume()
    assert kinds(pair).isdisjoint({Kind.REMINDER, Kind.PLANNED, Kind.CANCELLED})


def test_pausing_twice_is_pausing_once(active: Pair) -> None:
    active.pause(TOM)
    paused = active.agreement
    active.later(days=1)
    active.pause(ANNA)
    active.pause(TOM)
    assert active.agreement == paused


def test_who_may_pause_and_when(pair: Pair) -> None:
    with pytest.raises(Refused, match="Only a mentoring that is under way can be paused"):
        pair.pause()
    pair.propose(sessions=1).both_sign()
    with pytest.raises(NotFound):
        rhythm.pause(pair.agreement, by=PersonId("maya"), now=pair.now)
    pair.plan(TUESDAY)
    pair.until(TUESDAY)
    with pytest.raises(Refused, match=r"A session is under way\. You can pause once it is over\."):
        pair.pause()
    pair.until(TUESDAY + timedelta(days=8))
    assert pair.agreement.closing
    with pytest.raises(Refused, match="Only a mentoring that is under way can be paused"):
        pair.pause()


def test_who_may_resume_and_when(active: Pair) -> None:
    under_way = active.agreement
    active.resume()
    assert active.agreement == under_way
    active.pause()
    with pytest.raises(NotFound):
        rhythm.resume(active.agreement, by=PersonId("maya"), now=active.now)
    active.end()
    with pytest.raises(Refused, match="Only a mentoring that is paused can be resumed"):
        active.resume()
    with pytest.raises(Refused, match="Only a mentoring that is paused can be resumed"):
        rhythm.resume(Pair().agreement, by=TOM.id, now=MONDAY)


def test_while_it_is_paused_the_rest_is_refused_with_the_way_on(active: Pair) -> None:
    id_ = active.plan(TUESDAY)
    active.agreement = terms.suggest(
        active.agreement, by=ANNA.id, basis=1, terms=Terms(sessions=4), purpose=None, now=active.now
    )
    active.pause()
    of_sessions = f"{PAUSED}sessions can be planned, moved and logged."

    def refused(act: object, *arguments: object, **more: object) -> str:
        assert callable(act)
        with pytest.raises(Refused) as caught:
            act(*arguments, **more)
        return caught.value.sentence

    assert refused(active.plan, TUESDAY) == of_sessions
    assert refused(active.move, id_, TUESDAY + DAY) == of_sessions
    assert refused(active.log, TUESDAY) == of_sessions
    assert refused(terms.may_suggest, active.agreement, ANNA.id) == f"{PAUSED}the agreement can be changed."
    signing = {"by": TOM.id, "version": 2, "purpose": None, "first_session": id_, "now": active.now}
    assert refused(proposals.sign, active.agreement, **signing) == f"{PAUSED}this change can be signed."


def test_time_alone_does_nothing_while_it_is_paused(active: Pair) -> None:
    active.hold_session(TUESDAY)
    active.pause()
    paused = active.agreement
    active.until(active.now + timedelta(days=400))
    assert active.agreement == paused
    assert active.due(Kind.TURN) == []


# --- what waits keeps its time


def test_a_question_that_was_not_asked_yet_is_asked_with_its_remaining_time(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.until(ASKED - timedelta(hours=20))
    active.pause()
    active.later(days=100)
    assert active.agreement.session(id_).rating is None

    active.resume()

    # 20 hours were left; it is Friday, 15:45 in New York, so they end on Saturday.
    assert active.now.astimezone(NEW_YORK) == datetime(2027, 2, 19, 16, 45, tzinfo=NEW_YORK)
    monday = datetime(2027, 2, 22, 9, tzinfo=NEW_YORK)
    assert active.moments(Kind.TURN) == [monday]
    active.until(monday)
    assert rating(active, id_) == Rating(session_id=id_, asked_at=monday)
    assert rating(active, id_).closes_at == monday + timedelta(days=14)


def test_a_question_that_was_due_in_the_night_waits_for_no_more_than_the_morning(active: Pair) -> None:
    active.hold_session(TUESDAY)
    active.until(ASKED - MINUTE)
    active.pause()
    active.until(datetime(2026, 11, 17, 6, tzinfo=NEW_YORK))
    active.resume()
    assert active.moments(Kind.TURN) == [datetime(2026, 11, 17, 9, tzinfo=NEW_YORK)]


def test_an_open_question_keeps_its_days_and_can_be_answered_meanwhile(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.until(ASKED + DAY)
    reminder = active.moments(Kind.RATING_REMINDER)
    active.pause()
    assert kinds(active) == {Kind.PAUSED, Kind.PAUSE_CHECK}
    active.later(days=90)
    assert closing.answerable_until(active.agreement, rating(active, id_)) is None
    active.rate(id_, Score.TWO)
    active.rate(id_, Score.FOUR)
    assert rating(active, id_).score == Secret(4)
    active.agreement = feedback.skip(active.agreement, id_, by=ANNA.id, now=active.now)
    active.agreement = feedback.undo_skip(active.agreement, id_, by=ANNA.id, now=active.now)

    active.resume()

    assert reminder == [datetime(2026, 11, 16, 9, tzinfo=NEW_YORK)]
    assert rating(active, id_).closes_at == ASKED + timedelta(days=14 + 90)
    assert closing.answerable_until(active.agreement, rating(active, id_)) == rating(active, id_).closes_at


def test_its_reminder_comes_with_its_remaining_time_and_none_out_of_the_past(active: Pair) -> None:
    active.hold_session(TUESDAY)
    active.until(ASKED + DAY)
    active.pause()
    active.later(days=91)
    active.resume()
    # It was asked a day ago, as the pair counts; a day from here it is Saturday.
    assert active.now.astimezone(NEW_YORK) == datetime(2027, 2, 12, 12, 45, tzinfo=NEW_YORK)
    assert active.moments(Kind.RATING_REMINDER) == [datetime(2027, 2, 15, 9, tzinfo=NEW_YORK)]


def test_an_unanswered_question_closes_after_its_remaining_time(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.until(ASKED + timedelta(days=13))
    active.pause()
    active.later(days=50)
    active.resume()
    active.until(ASKED + timedelta(days=64) - MINUTE)
    assert rating(active, id_).state is RatingState.ASKED
    active.later(minutes=1)
    assert rating(active, id_).state is RatingState.EXPIRED


def test_what_had_closed_before_the_pause_stays_closed(active: Pair) -> None:
    """She had answered; the release waits for a session far ahead, but her time to change it was over."""
    id_ = active.hold_session(TUESDAY)
    active.plan(TUESDAY + timedelta(days=40))
    active.until(ASKED)
    active.rate(id_, Score.THREE)
    active.until(ASKED + timedelta(days=14))
    active.pause()
    for _ in range(2):
        with pytest.raises(Refused, match="This rating has closed"):
            active.rate(id_, Score.FOUR)
        active.resume()
        with pytest.raises(Refused, match="This rating has closed"):
            active.rate(id_, Score.FOUR)
        active.later(days=30)
        active.pause()


def test_a_sealed_answer_stays_sealed_and_is_released_after_its_remaining_time(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.until(ASKED)
    active.rate(id_, Score.THREE)
    ends = active.agreement.session(id_).ends
    active.until(ends + timedelta(days=10))
    active.pause()
    active.later(days=200)
    assert shown_to_mentor(active.agreement, active.agreement.session(id_)) is Shown.NOT_YET

    active.resume()

    assert shown_to_mentor(active.agreement, active.agreement.session(id_)) is Shown.NOT_YET
    released = ends + timedelta(days=214)
    assert feedback.release_moment(active.agreement) == released
    active.until(released)
    assert (rating(active, id_).released, rating(active, id_).released_at) == (True, released)


def test_a_release_that_waited_for_the_session_called_off_comes_a_day_after_going_on(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.plan(TUESDAY + timedelta(days=30))
    active.until(ASKED)
    active.rate(id_, Score.THREE)
    active.until(TUESDAY + timedelta(days=28))
    active.pause()
    active.later(days=60)
    active.resume()
    assert feedback.release_moment(active.agreement) == active.now + DAY
    active.plan(active.now + timedelta(days=20))
    release = feedback.release_moment(active.agreement)
    assert release is not None
    assert release > active.now + timedelta(days=15)


def test_the_day_that_a_cancellation_delays_a_release_by_goes_on_after_the_pause(active: Pair) -> None:
    first = active.hold_session(TUESDAY)
    active.until(ASKED)
    active.rate(first, Score.THREE)
    second = active.hold_session(TUESDAY + timedelta(days=7))
    active.until(TUESDAY + timedelta(days=13))
    active.pause()
    active.later(days=30)
    active.resume()
    # Counted from the first session, for the second is none; and a day from the cancellation, which is later.
    active.until(TUESDAY + timedelta(days=13 + 30 + 2))
    active.didnt_happen(second)
    cancelled = active.now
    assert feedback.release_moment(active.agreement) == cancelled + DAY
    active.later(hours=20)
    active.pause()
    active.later(days=50)
    active.resume()
    assert feedback.release_moment(active.agreement) == active.now + timedelta(hours=4)


def test_what_did_not_happen_can_be_said_after_the_pause(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    session = active.agreement.session(id_)
    assert feedback.disputable(active.agreement, session)
    active.pause()
    assert not feedback.disputable(active.agreement, session)
    with pytest.raises(Refused) as caught:
        active.didnt_happen(id_)
    assert caught.value.sentence == f"{PAUSED}this can be said."
    active.resume()
    active.didnt_happen(id_)
    assert active.agreement.session(id_).cancelled


def test_after_the_last_session_the_closing_waits_too(pair: Pair) -> None:
    pair.propose(sessions=1).both_sign()
    pair.hold_session(TUESDAY)
    pair.until(TUESDAY + DAY)
    before = closing.opening_moment(pair.agreement, pair.now)
    assert before is not None
    pair.pause()
    pair.later(days=28)
    pair.resume()
    # Not asked yet: what the asking waits for is in its moment already, and isn't counted twice.
    opens = before + timedelta(days=28)
    assert closing.opening_moment(pair.agreement, pair.now) == opens
    pair.until(ASKED + timedelta(days=29))
    assert pair.agreement.sessions[0].rating is not None
    assert closing.opening_moment(pair.agreement, pair.now) == opens
    pair.until(opens)
    assert pair.agreement.closing


def test_a_change_waits_for_its_signature_with_its_remaining_time(active: Pair) -> None:
    active.agreement = terms.suggest(
        active.agreement, by=ANNA.id, basis=1, terms=Terms(sessions=4), purpose=None, now=active.now
    )
    lapses, reminded = active.agreement.lapses_at, active.moments(Kind.PROPOSAL_REMINDER, TOM)
    active.later(days=3)
    active.pause()
    active.later(days=70)
    assert active.agreement.change is not None
    active.resume()
    assert active.agreement.lapses_at == lapses + timedelta(days=70)
    assert active.moments(Kind.PROPOSAL_REMINDER, TOM) == [reminded[0] + timedelta(days=70)]


# --- around a pause


def test_a_cancellation_is_told_before_the_pause_and_can_no_longer_be_undone(active: Pair) -> None:
    id_ = active.plan(TUESDAY)
    active.cancel(id_, by=TOM)
    cancelled = active.now
    active.later(minutes=4)
    active.pause(TOM)

    told = [r for r in wanted(active.agreement, active.now) if r.recipient == ANNA.id]
    assert [(r.kind, r.due) for r in told if r.kind in {Kind.CANCELLED, Kind.PAUSED}] == [
        (Kind.PAUSED, cancelled + 4 * MINUTE),
        (Kind.CANCELLED, cancelled + 4 * MINUTE),
    ]
    assert rhythm.called_off_by_pause(active.agreement) == []
    assert quiet_until(active.agreement, ANNA.id, active.now) == active.now
    for _ in range(2):
        with pytest.raises(Refused, match="Your mentoring has been paused since, so this can't be undone"):
            cancelling.undo_cancel(active.agreement, id_, by=TOM.id, now=active.now)
        active.later(minutes=1)
        active.resume()


def test_a_cancellation_after_a_pause_can_be_undone_like_any_other(active: Pair) -> None:
    active.pause()
    active.later(days=1)
    active.resume()
    id_ = active.plan(active.now + timedelta(days=5))
    active.later(minutes=1)
    active.cancel(id_, by=TOM)
    active.agreement = cancelling.undo_cancel(active.agreement, id_, by=TOM.id, now=active.now)
    assert active.agreement.session(id_).planned


@pytest.mark.parametrize("wait", [timedelta(), MINUTE, timedelta(days=9)])
def test_an_end_taken_back_is_the_pause_again_without_the_session(active: Pair, wait: timedelta) -> None:
    held = active.hold_session(TUESDAY)
    active.until(ASKED)
    active.rate(held, Score.TWO)
    gone = active.plan(TUESDAY + timedelta(days=14))
    active.pause(TOM)
    paused = active.agreement
    active.now += wait
    active.end(ANNA)
    assert rating(active, held).state is RatingState.WITHDRAWN

    active.agreement = closing.undo_close(active.agreement, by=ANNA.id, place_taken=False, now=active.now)

    assert active.agreement.paused
    assert active.agreement.session(gone) == paused.session(gone)
    assert (rating(active, held).state, rating(active, held).score) == (RatingState.ANSWERED, Secret(2))
    # Sixty days on it is 17:45 in London.
    assert active.moments(Kind.PAUSE_CHECK, TOM) == [datetime(2027, 1, 12, 9, tzinfo=LONDON)]
    active.resume()
    assert active.agreement.planned_session is None


def test_an_end_right_after_going_on_brings_back_only_what_it_called_off_itself(active: Pair) -> None:
    gone = active.plan(TUESDAY)
    active.pause()
    active.resume()
    ahead = active.plan(TUESDAY + DAY)
    active.end(ANNA)
    active.agreement = closing.undo_close(active.agreement, by=ANNA.id, place_taken=False, now=active.now)
    assert active.agreement.session(gone).cancelled
    assert active.agreement.session(ahead).planned


def test_going_on_after_months_brings_one_message_to_the_other_and_nothing_late(active: Pair) -> None:
    active.hold_session(TUESDAY)
    active.until(ASKED)
    active.plan(TUESDAY + timedelta(days=14))
    active.later(days=3)
    active.pause(TOM)
    before = {(r.kind, r.recipient, r.round) for r in wanted(active.agreement, active.now)}
    active.later(days=150)

    active.resume(ANNA)

    again = [r for r in wanted(active.agreement, active.now) if (r.kind, r.recipient, r.round) not in before]
    past = {(r.kind, r.recipient) for r in again if r.due <= active.now}
    assert past == {
        (Kind.RESUMED, TOM.id),
        # These were said before it was paused.
        (Kind.AGREED, TOM.id),
        (Kind.AGREED, ANNA.id),
        (Kind.SESSION_ENDED, TOM.id),
        (Kind.RATING, ANNA.id),
        (Kind.RATING_REMINDER, ANNA.id),
    }
    assert active.due(Kind.RESUMED) == [
        Due(Kind.RESUMED, "agreement", active.now, active.agreement.id, TOM.id, round=1)
    ]
    assert active.due(Kind.PAUSE_CHECK) == []
    assert active.moments(Kind.OFFER, TOM)[0] >= active.now + timedelta(days=7)


def test_the_cadence_goes_on_from_the_last_session(active: Pair) -> None:
    active.hold_session(TUESDAY)
    active.pause()
    active.until(datetime(2027, 3, 31, 12, tzinfo=UTC))
    active.resume()
    # British Summer Time has begun since; the wall clock stays.
    assert sessions.suggested_start(active.agreement, active.now) == datetime(
        2027, 4, 13, 16, 30, tzinfo=LONDON
    )


def test_a_second_pause_is_told_and_asked_about_anew(active: Pair) -> None:
    active.pause(TOM)
    active.later(days=61)
    active.resume(TOM)
    assert [(r.recipient, r.round) for r in active.due(Kind.RESUMED)] == [(ANNA.id, 1)]
    active.later(days=1)
    active.pause(ANNA)
    assert [(r.recipient, r.round) for r in active.due(Kind.PAUSED)] == [(TOM.id, 2)]
    assert [r.round for r in active.due(Kind.PAUSE_CHECK)] == [2, 2]
    active.later(days=1)
    active.resume(TOM)
    assert [(r.recipient, r.round) for r in active.due(Kind.RESUMED)] == [(ANNA.id, 2)]


def test_the_question_after_sixty_days_waits_while_someone_is_muted(active: Pair) -> None:
    back = MONDAY + timedelta(days=77)
    active.pause()
    active.agreement = replace(active.agreement, mentor=replace(TOM, muted_until=back))
    assert active.moments(Kind.PAUSE_CHECK, TOM) == [back]


def test_someone_of_another_pair_sees_nothing_of_it(active: Pair) -> None:
    maya = someone("Maya Okafor", LONDON)
    active.pause()
    with pytest.raises(NotFound):
        active.resume(maya)
