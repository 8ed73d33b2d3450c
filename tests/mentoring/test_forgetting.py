"""Forgetting someone: the other one of a pair meets an ordinary ending, and nothing else."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mentoring.access import may_see
from mentoring.agreement import Agreement, Outcome, Role
from mentoring.calendar import WorkingHours
from mentoring.erasing import erased, without_texts
from mentoring.feedback import asking_moment
from mentoring.forgetting import ghost, leave
from mentoring.ids import PersonId
from mentoring.messages import concerned, wanted
from mentoring.people import Person
from mentoring.proposals import hide
from mentoring.refusal import NotFound
from tests.mentoring import always
from tests.mentoring.conftest import ANNA, LONDON, MONDAY, NEW_YORK, TOM, Pair
from tests.mentoring.course import Course
from tests.mentoring.gestures import GESTURES, Gesture, proposal
from tests.mentoring.test_non_interference import LONG_AFTER, closes
from tests.mentoring.twice import Twice

BOTH = [TOM, ANNA]


def forget(agreement: Agreement, person: PersonId, now: datetime, _: int = 0) -> Agreement:
    """What storage saves of an agreement as one of the pair is forgotten."""
    return without_texts(leave(agreement, person, now), person)


def end_as_anyone(agreement: Agreement, person: PersonId, now: datetime, _: int = 0) -> Agreement:
    """The same ending by hand; and what they wrote is erased, as it is when its time is over."""
    return without_texts(_ended(agreement, person, now), person)


def _ended(agreement: Agreement, person: PersonId, now: datetime) -> Agreement:
    if agreement.over:
        return agreement.seconded(person, now)
    if not may_see(agreement, person) or agreement.closing:
        return agreement
    if not agreement.proposed:
        return GESTURES["end"](agreement, person, now, 0)
    theirs = agreement.proposer == person and not agreement.is_renewal
    return GESTURES["withdraw" if theirs else "decline"](agreement, person, now, 0)


def other(person: Person) -> Person:
    return ANNA if person.id == TOM.id else TOM


def invited(pair: Pair) -> Agreement:
    return pair.agreement


def half_signed(pair: Pair) -> Agreement:
    return pair.anna_signs().agreement


def out_of_sight(pair: Pair) -> Agreement:
    return hide(pair.agreement, by=ANNA.id)


def active(pair: Pair) -> Agreement:
    pair.both_sign().plan(MONDAY + timedelta(days=3))
    return pair.agreement


def changing(pair: Pair) -> Agreement:
    return GESTURES["suggest other terms"](pair.both_sign().agreement, ANNA.id, pair.now, 2)


def paused(pair: Pair) -> Agreement:
    pair.both_sign().pause()
    return pair.agreement


def ended(pair: Pair) -> Agreement:
    pair.both_sign().end(TOM)
    return pair.agreement


def in_closing(_: Pair) -> Agreement:
    return closes().agreement


@pytest.mark.parametrize(
    ("standing", "mentors", "mentees"),
    [
        (invited, Outcome.WITHDRAWN, Outcome.DECLINED),
        (half_signed, Outcome.WITHDRAWN, Outcome.DECLINED),
        (out_of_sight, Outcome.WITHDRAWN, None),
        (active, Outcome.ENDED, Outcome.ENDED),
        (changing, Outcome.ENDED, Outcome.ENDED),
        (paused, Outcome.ENDED, Outcome.ENDED),
        (ended, Outcome.ENDED, Outcome.ENDED),
        (in_closing, None, None),
    ],
)
def test_what_becomes_of_it(
    pair: Pair, standing: Any, mentors: Outcome | None, mentees: Outcome | None
) -> None:
    agreement = standing(pair)
    now = agreement.closing_at or pair.now + timedelta(minutes=1)
    for person, outcome in ((TOM, mentors), (ANNA, mentees)):
        left = forget(agreement, person.id, now)

        assert left.outcome is outcome
        assert left.person(person.id).gone
        assert erased(left, person.id)
        assert not may_see(left, person.id)
        assert may_see(left, other(person).id) is may_see(agreement, other(person).id)
        assert {row.recipient for row in wanted(left, now)} <= {None, other(person).id}
        assert person.id not in concerned(agreement, left)
        assert leave(left, person.id, now) == left
        theirs = wanted(end_as_anyone(agreement, person.id, now), now)
        assert wanted(left, now) == [row for row in theirs if row.recipient != person.id]


def test_a_closing_ends_as_without_two_yeses() -> None:
    for person in BOTH:
        course = closes()
        for one in BOTH:
            course.does(GESTURES["say farewell"], one.id, 0)
        course.does(forget, person.id)
        course.until(course.now + LONG_AFTER)

        assert course.agreement.outcome is Outcome.COMPLETED
        assert course.past == []


def test_two_yeses_that_were_told_are_declined() -> None:
    for person in BOTH:
        course = closes()
        for one in BOTH:
            course.does(GESTURES["say farewell"], one.id, 0)
        course.until(course.now + timedelta(days=8))
        assert course.agreement.is_renewal

        left = forget(course.agreement, person.id, course.now)

        assert (left.outcome, left.closed_by) == (Outcome.DECLINED, person.id)
        assert left.newest.reply is None


def test_what_the_other_has_ended_is_not_taken_back(pair: Pair) -> None:
    agreement = ended(pair)
    now = pair.now + timedelta(minutes=5)

    assert GESTURES["undo the ending"](agreement, TOM.id, now, 0).active
    with pytest.raises(Exception, match="Something has happened since"):
        GESTURES["undo the ending"](forget(agreement, ANNA.id, now), TOM.id, now, 0)


def test_a_stranger_leaves_nothing(pair: Pair) -> None:
    with pytest.raises(NotFound):
        leave(pair.agreement, PersonId("maya"), pair.now)


def test_a_ghost_keeps_a_name_when_they_lived_and_what_a_mention_is_known_by() -> None:
    anna = replace(
        ANNA,
        reminders=False,
        invitations=False,
        hours=WorkingHours(end=time(12)),
        zone_chosen=True,
        muted_until=MONDAY,
        greeted=True,
        home_opened=True,
        checked_at=MONDAY,
    )
    left = ghost(anna)

    assert left == Person(
        id=ANNA.id,
        account_id=ANNA.account_id,
        team_id=ANNA.team_id,
        user_id=left.user_id,
        name="Anna Bright",
        zone=NEW_YORK,
        zone_known=True,
        hours=WorkingHours(end=time(12)),
        muted_until=MONDAY,
        gone=True,
    )
    assert left.goes_by("UANNA")
    assert not left.goes_by(left.user_id)
    assert not left.goes_by("UTOM")
    assert ANNA.goes_by("UANNA")
    assert ghost(replace(anna, account_id=TOM.account_id)).user_id != left.user_id


# --- whatever has happened, and whatever the other one does then

numbers = st.integers(0, 2400)
waits = st.integers(1, 400).map(lambda hours: timedelta(hours=hours))
deeds = st.tuples(st.sampled_from(sorted(GESTURES)), numbers, waits | st.just(timedelta(minutes=1)))
living = st.sampled_from(
    [
        {},
        {"hours": WorkingHours(end=time(12), days=frozenset({0, 3}))},
        {"hours": WorkingHours(start=time(0), end=time(23, 59), days=frozenset(range(7)))},
        {"reminders": False},
        {"zone": LONDON},
    ]
)


@example(
    gone=TOM,
    role=Role.MENTOR,
    number=0,
    agreed=True,
    invitations=False,
    meetings=[],
    before=[],
    lives={"hours": WorkingHours(end=time(12), days=frozenset({0, 3}))},
    after=[("say farewell", 254, timedelta(hours=1))],
)
@settings(max_examples=200)
@given(
    gone=st.sampled_from(BOTH),
    role=st.sampled_from(Role),
    number=numbers,
    agreed=st.booleans(),
    invitations=st.booleans(),
    meetings=st.lists(numbers, max_size=3),
    before=st.lists(st.tuples(st.sampled_from(BOTH), deeds), max_size=14),
    lives=living,
    after=st.lists(deeds, max_size=6),
)
def test_the_other_one_cant_tell_it_from_an_ordinary_ending(
    gone: Person,
    role: Role,
    number: int,
    agreed: bool,
    invitations: bool,
    meetings: list[int],
    before: list[Any],
    lives: dict[str, Any],
    after: list[Any],
) -> None:
    anna = replace(ANNA, invitations=invitations or agreed)
    course = Course(proposal(TOM, anna, role, MONDAY, number))
    if agreed:
        for person in (course.agreement.mentee, course.agreement.mentor):
            course.does(GESTURES["sign"], person.id, 1)
    course.choose(gone.id, **lives)
    for n in meetings if agreed else ():
        meet(course, n)
    for who, (what, n, span) in before:
        course.does(GESTURES[what], who.id, n)
        course.until(course.now + span)
    twin = replace(course, past=[*course.past], touched=[*course.touched])
    twice = Twice(course, twin, other(gone))

    for one, ending in ((twice.one, forget), (twice.other, end_as_anyone)):
        leaves(one, ending, gone.id)
    twice.look()
    always.check(twice.one.agreement, twice.one.now)
    for what, n, span in after:
        twice.do(GESTURES[what], other(gone), n)
        twice.wait(span)
        always.check(twice.one.agreement, twice.one.now)
    twice.wait(LONG_AFTER)
    assert twice.one.told(gone.id) == []


def meet(course: Course, number: int) -> None:
    """They plan a session and hold it; she is asked about it, and may say something; and if it was the last, they may look back."""
    course.does(GESTURES["plan"], TOM.id, 4 + number % 300)
    ahead = course.agreement.planned_session
    if ahead is not None:
        course.until(asking_moment(course.current, ahead, course.now))
        for what in ("rate", "add words")[: number % 3]:
            course.does(GESTURES[what], ANNA.id, number)
    if number % 4 < 3 and course.current.room == 0:
        course.until(course.now + timedelta(days=8))
        for person in BOTH[: number % 3]:
            course.does(GESTURES["say farewell"], person.id, number)


def leaves(course: Course, ending: Gesture, person: PersonId) -> None:
    """They leave every agreement, old ones too, as time has made it."""
    course.past = [ending(agreement, person, course.now, 0) for agreement in course.past]
    assert course.does(ending, person) is None
