from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mentoring import closing, feedback
from mentoring.agreement import Agreement
from mentoring.calendar import RatingDelay
from mentoring.feedback import Rating, RatingState, Score, Shown, disputable, shown_to_mentor
from mentoring.ids import PersonId, SessionId
from mentoring.refusal import NotFound, Refused
from mentoring.secret import LOST, UNREADABLE, Secret
from tests.mentoring.conftest import ANNA, LONDON, NEW_YORK, TOM, Pair

THURSDAY = datetime(2026, 11, 26, 16, 15, tzinfo=LONDON)  # ends 17:30


@pytest.fixture
def asked(active: Pair) -> SessionId:
    """The first session was held, and the question has been asked."""
    id_ = active.hold_session(THURSDAY)
    active.until(rating_time(active, id_))
    return id_


def rating_time(pair: Pair, id_: SessionId) -> datetime:
    return feedback.asking_moment(pair.agreement, pair.agreement.session(id_), pair.now)


def rating(pair: Pair, id_: SessionId) -> Rating:
    found = pair.agreement.session(id_).rating
    assert found is not None
    return found


def shown(pair: Pair, id_: SessionId) -> Shown:
    return shown_to_mentor(pair.agreement, pair.agreement.session(id_))


def test_a_rating_is_asked_two_days_later_in_her_working_hours(active: Pair) -> None:
    id_ = active.hold_session(THURSDAY)
    assert rating_time(active, id_) == datetime(2026, 11, 30, 9, tzinfo=NEW_YORK)
    active.until(datetime(2026, 11, 30, 8, 59, tzinfo=NEW_YORK))
    assert active.agreement.session(id_).rating is None
    active.later(minutes=1)
    assert rating(active, id_) == Rating(session_id=id_, asked_at=active.now)


def test_after_an_outage_it_is_asked_when_she_can_be_asked(active: Pair) -> None:
    id_ = active.hold_session(THURSDAY)
    active.after_outage(datetime(2026, 12, 4, 20, tzinfo=NEW_YORK))  # a Friday evening
    assert active.agreement.session(id_).rating is None
    active.until(datetime(2026, 12, 7, 9, tzinfo=NEW_YORK))
    assert rating(active, id_).asked_at == datetime(2026, 12, 7, 9, tzinfo=NEW_YORK)
    assert rating(active, id_).closes_at == datetime(2026, 12, 21, 9, tzinfo=NEW_YORK)


def test_a_moment_late_is_not_late(pair: Pair) -> None:
    pair.propose(rating_after=RatingDelay.TWO_DAYS).both_sign()
    starts = datetime(
        2026, 11, 24, 15, 45, tzinfo=NEW_YORK
    )  # ends at 17:00, so it is asked at 17:00 on Thursday
    id_ = pair.hold_session(starts)
    due = datetime(2026, 11, 26, 17, tzinfo=NEW_YORK)
    pair.after_outage(due + timedelta(minutes=15))
    assert rating(pair, id_).asked_at == due


def test_a_session_logged_long_after_is_asked_about_in_her_next_working_hours(active: Pair) -> None:
    active.until(datetime(2026, 11, 27, 22, tzinfo=NEW_YORK))  # a Friday evening
    id_ = active.log(datetime(2026, 11, 10, 16, tzinfo=LONDON))
    assert rating_time(active, id_) == datetime(2026, 11, 30, 9, tzinfo=NEW_YORK)


def test_one_click_answers_and_another_changes_it(active: Pair, asked: SessionId) -> None:
    active.rate(asked, Score.TWO)
    assert (rating(active, asked).state, rating(active, asked).score) == (RatingState.ANSWERED, Secret(2))
    active.rate(asked, Score.FIVE)
    assert rating(active, asked).score == Secret(5)
    before = active.agreement
    active.rate(asked, Score.FIVE)
    assert active.agreement == before


GESTURES: list[Callable[[Agreement, SessionId, PersonId, datetime], Agreement]] = [
    lambda a, s, by, now: feedback.answer(a, s, score=Score.ONE, by=by, now=now),
    lambda a, s, by, now: feedback.add_words(a, s, words="x", share=True, by=by, now=now),
    lambda a, s, by, now: feedback.skip(a, s, by=by, now=now),
    lambda a, s, by, now: feedback.undo_skip(a, s, by=by, now=now),
]


@pytest.mark.parametrize("gesture", GESTURES)
def test_a_rating_is_the_mentees_alone(
    active: Pair, asked: SessionId, gesture: Callable[[Agreement, SessionId, PersonId, datetime], Agreement]
) -> None:
    for by in (TOM.id, PersonId("maya")):
        with pytest.raises(NotFound):
            gesture(active.agreement, asked, by, active.now)


@pytest.mark.parametrize("gesture", GESTURES)
def test_what_was_not_asked_is_not_there(
    active: Pair, gesture: Callable[[Agreement, SessionId, PersonId, datetime], Agreement]
) -> None:
    id_ = active.hold_session(THURSDAY)
    with pytest.raises(NotFound):
        gesture(active.agreement, id_, ANNA.id, active.now)


@pytest.mark.parametrize("gesture", GESTURES)
def test_a_closed_rating_takes_nothing_more(
    active: Pair, asked: SessionId, gesture: Callable[[Agreement, SessionId, PersonId, datetime], Agreement]
) -> None:
    closed = rating(active, asked).closes_at
    for agreement, now in (
        (active.agreement, closed),
        (feedback.expire(active.agreement, closed), closed),
        (
            feedback.release(
                feedback.answer(active.agreement, asked, score=Score.ONE, by=ANNA.id, now=active.now),
                active.now,
            ),
            active.now,
        ),
    ):
        with pytest.raises(Refused, match="This rating has closed"):
            gesture(agreement, asked, ANNA.id, now)


def words(pair: Pair, id_: SessionId, text: str, share: bool | None) -> Rating:
    pair.agreement = feedback.add_words(
        pair.agreement, id_, words=text, share=share, by=ANNA.id, now=pair.now
    )
    return rating(pair, id_)


def test_words_go_with_a_number_and_she_chooses_who_reads_them(active: Pair, asked: SessionId) -> None:
    with pytest.raises(Refused, match="Please choose a number first"):
        words(active, asked, "Good talk", share=True)
    active.rate(asked, Score.FOUR)
    with pytest.raises(Refused) as caught:
        words(active, asked, "Good talk", share=None)
    assert (caught.value.sentence, caught.value.at) == ("Please choose who may read these words.", "share")
    assert words(active, asked, " Good talk ", share=True).shared
    assert rating(active, asked).words == Secret("Good talk")
    assert not words(active, asked, "Good talk", share=False).shared
    emptied = words(active, asked, "  ", share=None)
    assert (emptied.words, emptied.shared) == (None, False)
    with pytest.raises(Refused) as caught:
        words(active, asked, "x" * 3001, share=True)
    assert caught.value.at == "words"


def test_the_same_words_sent_twice_are_kept_once(active: Pair, asked: SessionId) -> None:
    active.rate(asked, Score.FOUR)

    def say(words: str, *, share: bool) -> None:
        active.agreement = feedback.add_words(
            active.agreement, asked, words=words, share=share, by=ANNA.id, now=active.now
        )

    say("I said no, kindly", share=True)
    once = active.agreement
    say(" I said no, kindly ", share=True)
    assert active.agreement == once
    say("I said no, kindly", share=False)
    assert rating(active, asked).shared is False


def test_skipping_and_undoing_it(active: Pair, asked: SessionId) -> None:
    active.agreement = feedback.skip(active.agreement, asked, by=ANNA.id, now=active.now)
    skipped = active.agreement
    assert rating(active, asked).state is RatingState.SKIPPED
    assert feedback.skip(skipped, asked, by=ANNA.id, now=active.now) == skipped
    undone = feedback.undo_skip(skipped, asked, by=ANNA.id, now=active.now + timedelta(minutes=9))
    restored = undone.session(asked).rating
    assert restored is not None
    assert restored.state is RatingState.ASKED
    with pytest.raises(Refused, match="The ten minutes for undoing have passed"):
        feedback.undo_skip(skipped, asked, by=ANNA.id, now=active.now + timedelta(minutes=10))
    assert feedback.undo_skip(undone, asked, by=ANNA.id, now=active.now) == undone


def test_an_answer_is_taken_back_and_given_again(active: Pair, asked: SessionId) -> None:
    active.rate(asked, Score.THREE)
    active.agreement = feedback.skip(active.agreement, asked, by=ANNA.id, now=active.now)
    undone = feedback.undo_skip(active.agreement, asked, by=ANNA.id, now=active.now).session(asked).rating
    assert undone is not None
    assert (undone.state, undone.score) == (RatingState.ANSWERED, Secret(3))
    active.rate(asked, Score.THREE)
    assert rating(active, asked).state is RatingState.ANSWERED


def test_it_stays_sealed_until_the_reminder_before_the_next_session(active: Pair, asked: SessionId) -> None:
    active.rate(asked, Score.TWO)
    active.plan(datetime(2026, 12, 10, 16, 30, tzinfo=LONDON))
    reminder = datetime(2026, 12, 9, 17, tzinfo=LONDON)
    assert feedback.release_moment(active.agreement) == reminder
    active.until(reminder - timedelta(minutes=1))
    assert shown(active, asked) is Shown.NOT_YET
    active.later(minutes=1)
    assert shown(active, asked) is Shown.SCORE
    assert rating(active, asked).released
    assert feedback.release_moment(active.agreement) is None


@pytest.mark.parametrize("answered", [True, False])
def test_the_mentor_sees_not_yet_whether_or_not_she_answered(
    active: Pair, asked: SessionId, answered: bool
) -> None:
    if answered:
        active.rate(asked, Score.ONE)
    assert shown(active, asked) is Shown.NOT_YET
    assert disputable(active.agreement, active.agreement.session(asked))
    assert feedback.release_moment(active.agreement) == datetime(2026, 12, 10, 17, 30, tzinfo=LONDON)


def test_an_unanswered_rating_reads_no_rating_after_the_release_and_opens_at_the_next(
    active: Pair, asked: SessionId
) -> None:
    active.plan(datetime(2026, 12, 3, 16, 30, tzinfo=LONDON))
    active.until(datetime(2026, 12, 2, 17, tzinfo=LONDON))
    assert shown(active, asked) is Shown.NONE
    assert not disputable(active.agreement, active.agreement.session(asked))
    active.rate(asked, Score.FIVE)
    assert shown(active, asked) is Shown.NONE
    active.until(datetime(2026, 12, 4, 12, tzinfo=LONDON))
    active.plan(datetime(2026, 12, 17, 16, 30, tzinfo=LONDON))
    active.until(datetime(2026, 12, 16, 17, tzinfo=LONDON))
    assert shown(active, asked) is Shown.SCORE


def test_a_question_asked_in_the_very_moment_of_a_release_waits_for_the_next(active: Pair) -> None:
    id_ = active.hold_session(THURSDAY)
    asked_at = rating_time(active, id_)
    active.plan(asked_at + timedelta(hours=12))

    active.until(asked_at)

    assert (active.agreement.released_at, rating(active, id_).asked_at) == (asked_at, asked_at)
    assert shown(active, id_) is Shown.NOT_YET
    assert disputable(active.agreement, active.agreement.session(id_))


def test_a_session_planned_too_late_for_a_reminder_releases_at_its_start(
    active: Pair, asked: SessionId
) -> None:
    starts = active.now + timedelta(hours=3)
    active.plan(starts)
    assert feedback.release_moment(active.agreement) == starts


def test_nothing_is_released_before_the_first_session_or_the_first_question(active: Pair) -> None:
    active.plan(THURSDAY)
    assert feedback.release_moment(active.agreement) is None
    active.until(THURSDAY + timedelta(hours=2))
    assert feedback.release_moment(active.agreement) is None


def test_with_none_ahead_a_late_answer_waits_for_the_next_release(active: Pair) -> None:
    """Asked after seven days and answered after the release 14 days from the session: opened when it would have closed."""
    id_ = active.hold_session(THURSDAY)
    active.until(rating_time(active, id_))
    asked_at = rating(active, id_).asked_at
    active.until(datetime(2026, 12, 10, 17, 30, tzinfo=LONDON))
    assert shown(active, id_) is Shown.NONE
    active.rate(id_, Score.FOUR)
    assert feedback.release_moment(active.agreement) == asked_at + timedelta(days=14)
    active.until(asked_at + timedelta(days=14))
    assert shown(active, id_) is Shown.SCORE
    assert feedback.release_moment(active.agreement) is None


def test_a_cancellation_keeps_the_seal_for_a_day(active: Pair, asked: SessionId) -> None:
    next_ = active.plan(datetime(2026, 12, 14, 16, 30, tzinfo=LONDON))
    active.until(datetime(2026, 12, 10, 17, 0, tzinfo=LONDON))
    active.cancel(next_)
    assert feedback.release_moment(active.agreement) == datetime(2026, 12, 11, 17, 0, tzinfo=LONDON)
    assert shown(active, asked) is Shown.NOT_YET


def test_it_closes_fourteen_days_after_it_was_asked(active: Pair, asked: SessionId) -> None:
    closes = rating(active, asked).closes_at
    active.until(closes - timedelta(minutes=1))
    assert rating(active, asked).state is RatingState.ASKED
    active.later(minutes=1)
    assert rating(active, asked).state is RatingState.EXPIRED
    assert shown(active, asked) is Shown.NONE


def test_an_early_end_seals_for_good_and_undo_opens_the_question_again(
    active: Pair, asked: SessionId
) -> None:
    active.rate(asked, Score.ONE)
    active.end(TOM)
    assert rating(active, asked).state is RatingState.WITHDRAWN
    assert shown(active, asked) is Shown.NONE


@pytest.mark.parametrize("answered", [True, False])
def test_a_skip_can_be_undone_after_an_end_that_was(active: Pair, asked: SessionId, answered: bool) -> None:
    if answered:
        active.rate(asked, Score.FOUR)
    before = rating(active, asked).state
    active.agreement = feedback.skip(active.agreement, asked, by=ANNA.id, now=active.now)
    active.end()
    active.agreement = closing.undo_close(active.agreement, by=ANNA.id, place_taken=False, now=active.now)
    assert rating(active, asked).state is RatingState.SKIPPED
    active.agreement = feedback.undo_skip(active.agreement, asked, by=ANNA.id, now=active.now)
    assert rating(active, asked).state is before


def test_withdrawing_and_restoring_leave_alone_what_they_do_not_concern(
    asked: SessionId, active: Pair
) -> None:
    open_ = rating(active, asked)
    released = replace(open_, released=True)
    assert feedback.withdraw(None) is None
    assert feedback.withdraw(released) == released
    assert feedback.restore(None) is None
    assert feedback.restore(open_) == open_
    withdrawn = feedback.withdraw(open_)
    assert withdrawn is not None
    assert feedback.withdraw(withdrawn) == withdrawn
    restored = feedback.restore(withdrawn)
    assert restored is not None
    assert restored.state is RatingState.ASKED


def test_the_key_dates_are_utc(active: Pair, asked: SessionId) -> None:
    assert rating(active, asked).asked_at.tzinfo is UTC


def test_words_that_cannot_be_read_stay_as_they_are_until_she_writes_others(
    active: Pair, asked: SessionId
) -> None:
    active.rate(asked, Score.FOUR)
    lost = replace(rating(active, asked), words=LOST, shared=False)
    active.agreement = active.agreement.with_rating(active.agreement.session(asked), lost)

    assert words(active, asked, UNREADABLE, share=True).words is LOST
    assert rating(active, asked) == lost
    again = words(active, asked, "Again", share=True)
    assert (again.words, again.shared) == (Secret("Again"), True)


def test_a_score_that_cannot_be_read_is_readable_once_she_gives_another(
    active: Pair, asked: SessionId
) -> None:
    active.rate(asked, Score.FOUR)
    lost = replace(rating(active, asked), score=None, unreadable=True)
    active.agreement = active.agreement.with_rating(active.agreement.session(asked), lost)

    active.rate(asked, Score.FOUR)

    assert (rating(active, asked).score, rating(active, asked).unreadable) == (Secret(4), False)
