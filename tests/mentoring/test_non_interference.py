"""What one side must not learn makes no difference to anything that they are sent or shown, nor to when.

Each test draws a course and lets it take place twice. The two differ in a secret alone: whoever it is kept from sees the
same of both, step by step, to the end.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import cycle
from typing import TYPE_CHECKING, Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mentoring import closing, feedback, proposals
from mentoring.agreement import Role
from mentoring.calendar import RatingDelay, WorkingHours
from mentoring.feedback import Score, asking_moment
from mentoring.ids import SessionId
from tests.mentoring.conftest import ANNA, LONDON, MONDAY, TOM, Pair
from tests.mentoring.course import Course
from tests.mentoring.gestures import (
    GESTURES,
    ON_CHANGES,
    ON_PROPOSALS,
    ON_SESSIONS,
    ON_THE_RHYTHM,
    Gesture,
    pick,
    proposal,
)
from tests.mentoring.twice import Twice

if TYPE_CHECKING:
    from mentoring.agreement import Agreement
    from mentoring.ids import PersonId
    from mentoring.people import Person

TUESDAY = datetime(2026, 11, 10, 16, 30, tzinfo=LONDON)
LONG_AFTER = timedelta(days=70)

numbers = st.integers(0, 2400)
people = st.sampled_from([TOM, ANNA])
waits = st.integers(1, 500).map(lambda hours: timedelta(hours=hours))
choices = st.sampled_from(
    [
        {"hours": WorkingHours(end=time(12), days=frozenset({0, 3}))},
        {"hours": WorkingHours(start=time(0), end=time(23, 59), days=frozenset(range(7)))},
        {"zone": LONDON},
        {"reminders": False},
    ]
)


# --- what she does about a question


def rate(score: Score) -> Gesture:
    return lambda agreement, by, now, number: feedback.answer(
        agreement, asked(agreement, number), score=score, by=by, now=now
    )


def say(words: str, *, share: bool) -> Gesture:
    return lambda agreement, by, now, number: feedback.add_words(
        agreement, asked(agreement, number), words=words, share=share, by=by, now=now
    )


def skip(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    return feedback.skip(agreement, asked(agreement, number), by=by, now=now)


def undo_skip(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    return feedback.undo_skip(agreement, asked(agreement, number), by=by, now=now)


def asked(agreement: Agreement, number: int) -> SessionId:
    """One of the sessions that she was asked about, the latest first; an id of nothing while there are none."""
    there = [session.id for session in reversed(agreement.sessions) if session.rating is not None]
    return pick(there, number) if there else SessionId("none")


Answer = tuple[Gesture, ...]
RATED: list[Answer] = [(rate(score),) for score in Score]
SHARED: list[Answer] = [(*rated, say("it helped", share=True)) for rated in RATED]
KEPT: list[Answer] = [(*rated, say("not for him", share=False)) for rated in RATED]
NONE: list[Answer] = [(), (skip,), (skip, undo_skip)]
TAKEN_BACK: list[Answer] = [(*rated, skip) for rated in (*RATED, *SHARED)]

openly = st.sampled_from([*RATED, *SHARED, *KEPT, *NONE]).map(lambda answer: (answer, answer))
"""No secret: she does the same in both."""
words_kept = st.sampled_from([*zip(KEPT, RATED, strict=True), *zip(RATED, KEPT, strict=True)])
never_answered = st.tuples(st.sampled_from(NONE), st.sampled_from(NONE))
taken_back = st.tuples(st.sampled_from(TAKEN_BACK), st.sampled_from([*TAKEN_BACK, (skip,), ()]))
anything = st.tuples(*[st.sampled_from([*RATED, *SHARED, *KEPT, *NONE, *TAKEN_BACK])] * 2)

ORDINARY = sorted(ON_CHANGES | ON_SESSIONS | ON_THE_RHYTHM)
beginnings = st.builds(
    lambda number, delay, early_end: Course(
        Pair().propose(sessions=1 + number % 4, rating_after=delay, early_end=early_end).both_sign().agreement
    ),
    numbers,
    st.sampled_from(RatingDelay),
    st.booleans(),
)
meet = st.tuples(st.just("meet"), st.integers(1, 300))
answer = st.tuples(st.just("answer"), numbers)
others = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), waits),
        st.tuples(st.just("do"), st.sampled_from(ORDINARY), people, numbers),
        st.tuples(st.just("choose"), people, choices),
        st.tuples(st.just("change his mind"), numbers),
        answer,
    ),
    max_size=3,
)
courses = st.lists(st.tuples(meet, others, answer, others), min_size=2, max_size=4).map(
    lambda rounds: [step for met, first, said, then in rounds for step in (met, *first, said, *then)]
)
"""They meet, she is asked, and answers or does not; and a few other things happen before and after."""


def take(twice: Twice, course: list[Any], answers: list[tuple[Answer, Answer]]) -> None:
    """Let a course take place; what she does about a session, she does whenever she comes back to it."""
    ahead, whose = cycle(answers), dict[SessionId, tuple[Answer, Answer]]()
    for step in course:
        match step:
            case "meet", hours:
                twice.do(GESTURES["plan"], TOM, hours + 3)
                planned, now = twice.one.agreement.planned_session, twice.one.now
                if planned is not None:
                    twice.wait(asking_moment(twice.one.agreement, planned, now) - now)
            case "answer", number:
                about = asked(twice.one.agreement, number)
                twice.keep(*whose.setdefault(about, next(ahead)), ANNA, number)
            case "change his mind", number:
                # What she does meanwhile keeps him from nothing. Whom a number means is looked up as she acts: she may just have been asked.
                twice.do(GESTURES["plan"], TOM, 299)
                twice.do(GESTURES["cancel"], TOM)
                twice.wait(timedelta(minutes=1))
                about = asked(twice.one.agreement, number)
                twice.keep(*whose.setdefault(about, next(ahead)), ANNA, number)
                twice.do(GESTURES["undo the cancelling"], TOM)
            case "wait", span:
                twice.wait(span)
            case "do", what, who, number:
                twice.do(GESTURES[what], who, number)
            case "choose", who, settings:
                twice.choose(who, **settings)
    twice.wait(LONG_AFTER)


def again(course: Course) -> Course:
    return replace(course, past=[*course.past], touched=[*course.touched])


many = settings(max_examples=200)


@many
@given(begun=beginnings, course=courses, answers=st.lists(words_kept | openly, min_size=1, max_size=6))
def test_the_mentor_learns_nothing_of_words_that_she_keeps(
    begun: Course, course: list[Any], answers: list[tuple[Answer, Answer]]
) -> None:
    take(Twice(begun, again(begun), TOM), course, answers)


@many
@given(
    begun=beginnings,
    course=courses,
    answers=st.lists(never_answered | taken_back | openly, min_size=1, max_size=6),
)
def test_the_mentor_learns_nothing_of_why_there_is_no_rating(
    begun: Course, course: list[Any], answers: list[tuple[Answer, Answer]]
) -> None:
    """She skipped it, was silent until it closed, or took her answer back."""
    take(Twice(begun, again(begun), TOM), course, answers)


@many
@given(begun=beginnings, course=courses, answers=st.lists(anything, min_size=1, max_size=6))
def test_the_mentor_learns_nothing_of_a_score_before_its_release(
    begun: Course, course: list[Any], answers: list[tuple[Answer, Answer]]
) -> None:
    """Nor whether there is one; from then on he sees that score, and nothing else differs."""
    take(Twice(begun, again(begun), TOM, until_release=True), course, answers)


# --- whether they would go on


def farewell(go_on: bool | None, review: str = "") -> Gesture:
    return lambda agreement, by, now, _: closing.say_farewell(
        agreement, by=by, review=review, thanks="for the tea", go_on=go_on, now=now
    )


farewells = st.builds(
    farewell, st.sampled_from([True, True, False, None]), st.sampled_from(["", "It was worth it"])
)
kept = st.lists(farewells | st.just(GESTURES["end"]), max_size=3)


def closes() -> Course:
    """The one session that they agreed on was held, and the closing has just opened."""
    pair = Pair().propose(sessions=1).both_sign()
    pair.hold_session(TUESDAY)
    pair.later(days=8)
    assert pair.agreement.closing
    return Course(pair.agreement, pair.now)


@given(
    watching=people,
    course=st.lists(
        st.tuples(st.just("say"), farewells)
        | st.tuples(st.just("keep"), kept, kept)
        | st.tuples(st.just("wait"), waits),
        max_size=8,
    ),
)
def test_nobody_learns_of_an_answer_that_is_not_half_of_two_yeses(
    watching: Person, course: list[Any]
) -> None:
    """Whether it was a no, an early end, a yes that stood alone, or none; nor of what the other wrote for themselves."""
    twice, keeping = Twice(closes(), closes(), watching), ANNA if watching == TOM else TOM
    twice.do(farewell(None), keeping)
    for step in (*course, ("wait", LONG_AFTER)):
        match step:
            case "say", words:
                twice.do(words, watching)
            case "keep", secret, instead:
                twice.keep(secret, instead, keeping)
            case "wait", span:
                for both in twice.both:
                    both.until(both.now + span)
                assume(not any(both.past for both in twice.both))
                twice.look()


@given(watching=people, reviews=st.lists(st.tuples(waits, st.sampled_from(["", "Never again"])), max_size=4))
def test_nobody_learns_what_the_other_writes_for_themselves_after_an_early_end(
    watching: Person, reviews: list[tuple[timedelta, str]]
) -> None:
    begun = Course(Pair().both_sign().agreement)
    twice, keeping = Twice(begun, again(begun), watching), ANNA if watching == TOM else TOM
    twice.do(GESTURES["end"], keeping)
    twice.do(farewell(None), keeping)
    for span, review in reviews:
        twice.keep([farewell(None, review)], [], keeping)
        twice.wait(span)
    twice.wait(LONG_AFTER)


# --- whether invitations are switched off

TALKING = sorted({*ON_PROPOSALS, "move", "cancel", "undo the cancelling"})
doing = st.tuples(st.sampled_from(TALKING), numbers)
asking = st.lists(st.tuples(doing, waits | st.just(timedelta())), max_size=10)


def hide(agreement: Agreement, by: PersonId, now: datetime, _: int) -> Agreement:
    return proposals.hide(agreement, by=by)


@given(role=st.sampled_from(Role), number=numbers, course=asking)
def test_whoever_asks_learns_nothing_of_invitations_that_are_switched_off(
    role: Role, number: int, course: list[Any]
) -> None:
    """It reads as one that is not answered."""
    off = replace(ANNA, invitations=False)
    one, other = (Course(proposal(TOM, whom, role, MONDAY, number)) for whom in (off, ANNA))
    assert one.agreement.hidden
    assert not other.agreement.hidden
    go_on_asking(Twice(one, other, TOM), course)


@given(
    role=st.sampled_from(Role),
    number=numbers,
    before=st.lists(st.tuples(people, doing), max_size=6),
    course=asking,
)
def test_nor_of_their_being_switched_off_after_some_talking(
    role: Role, number: int, before: list[Any], course: list[Any]
) -> None:
    begun = Course(proposal(TOM, ANNA, role, MONDAY, number))
    for who, (what, n) in before:
        begun.does(GESTURES[what], who.id, n)
    twice = Twice(begun, again(begun), TOM)
    twice.keep([hide], [], ANNA)
    assume(twice.one.agreement.hidden)
    go_on_asking(twice, course)


def go_on_asking(twice: Twice, course: list[Any]) -> None:
    """Tom does what he can think of, Anna nothing; in the one it does not exist for her."""
    for (what, number), span in course:
        twice.do(GESTURES[what], TOM, number)
        twice.wait(span)
    twice.wait(LONG_AFTER)
