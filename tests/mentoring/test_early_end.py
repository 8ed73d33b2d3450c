"""The early-end rule: two low scores in a row, looked at only once they are released, and brought once to each."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mentoring import early_end
from mentoring.agreement import Terms
from mentoring.calendar import RatingDelay
from mentoring.due import Due, Kind, Lane
from mentoring.early_end import Check
from mentoring.feedback import Score
from mentoring.ids import SessionId
from tests.mentoring.conftest import ANNA, LONDON, NEW_YORK, TOM, Pair

TUESDAY = datetime(2026, 11, 10, 16, 30, tzinfo=LONDON)
WEEK = timedelta(days=7)


def hold_and_rate(pair: Pair, *scores: Score | None) -> list[SessionId]:
    """One session a week, from that Tuesday on, each rated four days later; None: no answer."""
    held = []
    for place, score in enumerate(scores):
        held.append(pair.hold_session(TUESDAY + place * WEEK))
        pair.later(days=4)
        if score is not None:
            pair.rate(held[-1], score)
    return held


def check(pair: Pair) -> Check | None:
    return early_end.worth_checking(pair.agreement)


@pytest.mark.parametrize(
    ("scores", "low"),
    [
        ([Score.TWO, Score.TWO], True),
        ([Score.ONE, Score.ONE], True),
        ([Score.TWO, Score.THREE], False),
        ([Score.THREE, Score.TWO], False),
        ([Score.TWO, None], False),
        ([None, Score.TWO], False),
        ([Score.TWO, None, Score.TWO], False),
        ([Score.FIVE, Score.ONE, Score.TWO], True),
        ([Score.ONE, Score.TWO, Score.FIVE], False),
        ([Score.ONE], False),
    ],
)
def test_two_low_scores_in_a_row_once_they_are_released(
    active: Pair, scores: list[Score | None], low: bool
) -> None:
    held = hold_and_rate(active, *scores)
    last = active.agreement.session(held[-1])
    released = last.ends + timedelta(days=14)
    active.until(released - timedelta(seconds=1))
    before = check(active)
    active.until(released)

    assert check(active) == (Check(active.agreement.session(held[-1]), released) if low else None)
    # The earlier two of three are released before the third session, and are a reason of their own.
    assert before is None or before.session.id != held[-1]


def test_two_low_scores_and_a_third_are_two_reasons(active: Pair) -> None:
    first, second, third = hold_and_rate(active, Score.TWO, Score.TWO, Score.TWO)
    active.until(TUESDAY + 3 * WEEK)
    found = check(active)
    assert found is not None
    assert found.session.id == second
    active.until(active.agreement.session(third).ends + timedelta(days=14))
    found = check(active)
    assert found is not None
    assert found.session.id == third
    assert first != second


def test_what_the_mentor_sees_nothing_of_yet_breaks_no_row(active: Pair) -> None:
    """The third session's question is not asked yet as the first two scores are opened."""
    first, second = hold_and_rate(active, Score.TWO, Score.ONE)
    third = active.hold_session(TUESDAY + 2 * WEEK)
    found = check(active)
    assert found is not None
    assert found.session.id == second
    assert active.agreement.session(third).rating is None
    assert found.since == reminder_of(TUESDAY + 2 * WEEK)
    assert active.agreement.session(first).rating is not None


def reminder_of(starts: datetime) -> datetime:
    """His reminder's moment, which is the earlier one."""
    return starts.replace(hour=17, minute=0) - timedelta(days=1)


def test_scores_that_come_late_make_the_reason_as_late(pair: Pair) -> None:
    """Asked a week later, each is answered only after the reminder of the session that follows."""
    pair.propose(rating_after=RatingDelay.SEVEN_DAYS).both_sign()
    first = pair.hold_session(TUESDAY)
    second = pair.hold_session(TUESDAY + WEEK)
    pair.later(hours=1)
    pair.rate(first, Score.TWO)
    pair.hold_session(TUESDAY + 2 * WEEK)
    pair.later(hours=1)
    pair.rate(second, Score.TWO)
    assert check(pair) is None
    pair.plan(TUESDAY + 3 * WEEK)
    pair.until(TUESDAY + 3 * WEEK)
    found = check(pair)
    assert found is not None
    assert (found.session.id, found.since) == (second, reminder_of(TUESDAY + 3 * WEEK))


def test_only_if_it_was_agreed_on_and_while_it_is_under_way(pair: Pair) -> None:
    pair.propose(early_end=False).both_sign()
    hold_and_rate(pair, Score.ONE, Score.ONE)
    pair.later(days=20)
    assert check(pair) is None
    ruled = pair.agreement.with_version(replace(pair.agreement.newest, terms=Terms(early_end=True)))
    assert early_end.worth_checking(ruled) is not None
    pair.agreement = ruled
    pair.pause()
    assert check(pair) is None
    pair.resume()
    assert check(pair) is not None
    pair.end()
    assert check(pair) is None


def test_before_the_last_session_it_is_worth_checking_and_after_it_no_more(pair: Pair) -> None:
    pair.propose(sessions=3).both_sign()
    hold_and_rate(pair, Score.ONE, Score.ONE)
    last = pair.plan(TUESDAY + 2 * WEEK)
    pair.until(TUESDAY + 2 * WEEK)
    assert pair.agreement.room == 0
    assert check(pair) is not None
    pair.until(pair.agreement.session(last).ends)
    assert check(pair) is None


def test_scores_that_were_released_before_anyone_wrote_down_when(active: Pair) -> None:
    hold_and_rate(active, Score.ONE, Score.ONE)
    active.later(days=20)
    for session in active.agreement.sessions:
        assert session.rating is not None
        active.agreement = active.agreement.with_rating(session, replace(session.rating, released_at=None))
    found = check(active)
    assert found is not None
    assert found.since == active.agreement.released_at


# --- who is asked, and when


def test_with_none_planned_each_is_asked_in_their_hours(active: Pair) -> None:
    _, second = hold_and_rate(active, Score.ONE, Score.TWO)
    active.until(TUESDAY + 3 * WEEK + timedelta(minutes=75))
    # 17:45 in London, 12:45 in New York.
    assert active.due(Kind.EARLY_END_CHECK) == [
        Due(Kind.EARLY_END_CHECK, second, due, active.agreement.id, person.id, lane=Lane.CLOCK)
        for person, due in (
            (TOM, datetime(2026, 12, 2, 9, tzinfo=LONDON)),
            (ANNA, datetime(2026, 12, 1, 12, 45, tzinfo=NEW_YORK)),
        )
    ]


def test_with_one_planned_the_reminders_bring_it(active: Pair) -> None:
    hold_and_rate(active, Score.ONE, Score.TWO)
    active.plan(TUESDAY + 2 * WEEK)
    active.until(TUESDAY + 2 * WEEK)
    assert check(active) is not None
    assert active.due(Kind.EARLY_END_CHECK) == []


def test_whoever_gets_no_reminder_is_asked_alone(active: Pair) -> None:
    _, second = hold_and_rate(active, Score.ONE, Score.TWO)
    active.agreement = replace(active.agreement, mentee=replace(ANNA, reminders=False))
    active.plan(TUESDAY + 2 * WEEK)
    active.until(reminder_of(TUESDAY + 2 * WEEK))
    assert [(r.recipient, r.subject, r.due) for r in active.due(Kind.EARLY_END_CHECK)] == [
        (ANNA.id, second, active.now)
    ]


def test_a_session_planned_too_late_for_reminders_goes_before_the_question(active: Pair) -> None:
    hold_and_rate(active, Score.ONE, Score.TWO)
    active.until(TUESDAY + 2 * WEEK - timedelta(hours=6))
    active.plan(TUESDAY + 2 * WEEK)
    active.until(TUESDAY + 2 * WEEK)
    found = check(active)
    assert found is not None
    assert found.since == active.now
    assert active.due(Kind.EARLY_END_CHECK) == []
    active.later(minutes=75)
    assert [r.recipient for r in active.due(Kind.EARLY_END_CHECK)] == [TOM.id, ANNA.id]
