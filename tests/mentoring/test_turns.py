"""Whatever the pair, a stranger and the clock do, in whatever order: what always holds, holds."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import (
    DataObject,
    booleans,
    builds,
    data,
    fixed_dictionaries,
    integers,
    none,
    sampled_from,
    sets,
)

from mentoring import proposals
from mentoring.access import may_see
from mentoring.agreement import Agreement, Role
from mentoring.calendar import WorkingHours
from mentoring.erasing import without_texts
from mentoring.feedback import asking_moment
from mentoring.ids import PersonId
from mentoring.messages import wanted
from mentoring.people import Retention
from mentoring.quiet import as_shown_to, quiet_until
from mentoring.refusal import Refused
from tests.mentoring import always
from tests.mentoring.conftest import ANNA, LONDON, MONDAY, NEW_YORK, TOM, someone
from tests.mentoring.course import Course
from tests.mentoring.gestures import ENDINGS, GESTURES, ON_RATINGS, UNDONE_BY, proposal
from tests.mentoring.test_forgetting import forget

MAYA = someone("Maya Okafor", LONDON)
A_MOMENT = timedelta(seconds=1)
"""No two things are done in one instant."""

pair = sampled_from([TOM.id, ANNA.id])
numbers = integers(0, 2400)
working_hours = builds(
    WorkingHours,
    start=sampled_from([time(0), time(9), time(11, 30)]),
    end=sampled_from([time(12), time(17), time(23, 59)]),
    days=sets(integers(0, 6), min_size=1).map(frozenset),
)
zones = sampled_from([LONDON, NEW_YORK, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Asia/Kolkata")])
choices = (
    fixed_dictionaries({"hours": working_hours})
    | fixed_dictionaries({"zone": zones})
    | fixed_dictionaries({"reminders": booleans()})
    | fixed_dictionaries({"retention": sampled_from(Retention)})
)


class Mentoring(RuleBasedStateMachine):
    """Tom and Anna do whatever they can think of, in any order, while time passes; Maya tries all of it too."""

    course: Course

    # --- what they do

    @initialize(role=sampled_from(Role), number=numbers, invitations=booleans(), agreed=booleans())
    def propose(self, role: Role, number: int, invitations: bool, agreed: bool) -> None:
        anna = replace(ANNA, invitations=invitations or agreed)
        self.course = Course(proposal(TOM, anna, role, MONDAY, number))
        if agreed:
            self.both_sign()

    @rule(drawn=data(), times=integers(1, 4))
    def do_something(self, drawn: DataObject, times: int) -> None:
        """Something that makes a difference as things stand."""
        for _ in range(times):
            number = drawn.draw(numbers)
            sensible = self.sensible(GESTURES.keys() - ENDINGS, number)
            if sensible:
                self.do(*drawn.draw(sampled_from(sensible)), number)
                self.it_holds()

    @rule(what=sampled_from(sorted(ENDINGS)), who=pair, number=numbers)
    def bring_it_to_an_end(self, what: str, who: PersonId, number: int) -> None:
        self.do(what, who, number)

    @rule(what=sampled_from(sorted(GESTURES)), who=pair, number=numbers)
    def try_anything(self, what: str, who: PersonId, number: int) -> None:
        self.do(what, who, number)

    @precondition(lambda self: self.course.current.active)
    @rule(who=pair, number=integers(0, 200))
    def meet(self, who: PersonId, number: int) -> None:
        """They plan a session and hold it, and she is asked about it."""
        self.do("plan", who, number + 4)
        course, ahead = self.course, self.course.current.planned_session
        if ahead is not None:
            course.until(asking_moment(course.current, ahead, course.now))

    @precondition(lambda self: not (self.course.current.closing or self.course.current.over))
    @rule(drawn=data(), number=numbers, minutes=integers(0, 9))
    def do_and_undo(self, drawn: DataObject, number: int, minutes: int) -> None:
        """What is undone within its ten minutes was never done; what was told at once is not undone."""
        sensible = self.sensible(UNDONE_BY, number)
        if not sensible:
            return
        course, before = self.course, self.course.current
        what, who = drawn.draw(sampled_from(sensible))
        self.do(what, who, number)
        if always.without_traces(course.current) == always.without_traces(Course(before, course.now).current):
            return  # The other one had done it: now nobody takes it back.
        self.the_other_is_shown(before, what, who)
        course.until(course.now + timedelta(minutes=minutes))
        if self.do(UNDONE_BY[what], who, number):
            never_done = Course(before, course.now).current
            assert always.without_traces(course.current) == always.without_traces(never_done)
            assert wanted(course.current, course.now) == wanted(never_done, course.now)
        else:
            assert always.was_told_at_once(course.current)

    def the_other_is_shown(self, before: Agreement, what: str, who: PersonId) -> None:
        """Until they are told, the other one is shown what was there before."""
        course, other = self.course, before.other(who)
        never_done = Course(before, course.now).current
        if what == "skip" or quiet_until(never_done, other.id, course.now) > course.now:
            return
        told_at = quiet_until(course.current, other.id, course.now)
        seen, changes_at = as_shown_to(course.current, other.id, course.now)
        if told_at > course.now:
            assert always.without_traces(seen) == always.without_traces(never_done)
            assert changes_at == told_at
        else:
            assert always.was_told_at_once(course.current)
            assert (seen, changes_at) == (course.current, None)
        assert as_shown_to(course.current, who, course.now) == (course.current, None)

    @rule(who=pair)
    def want_no_more_invitations(self, who: PersonId) -> None:
        current = self.course.current
        assert proposals.hide(current, by=MAYA.id) == current
        self.course.becomes(proposals.hide(current, by=who))

    @rule(who=pair, sure=integers(0, 5))
    def be_forgotten(self, who: PersonId, sure: int) -> None:
        """For the one who is gone nothing exists any more; the other goes on as after any ending."""
        course = self.course
        if sure < 5 or course.current.person(who).gone:
            return
        course.until(course.now + A_MOMENT)
        course.past = [forget(agreement, who, course.now) for agreement in course.past]
        assert course.does(forget, who) is None
        if not course.agreement.over:
            assert course.agreement.closing or course.agreement.hidden
        assert course.told(who) == []

    @precondition(lambda self: self.course.current.over)
    @rule(role=sampled_from(Role), number=numbers, agreed=booleans())
    def propose_again(self, role: Role, number: int, agreed: bool) -> None:
        """Whoever was forgotten comes back as anyone."""
        course = self.course
        tom, anna = (course.agreement.person(person.id) for person in (TOM, ANNA))
        tom, anna = TOM if tom.gone else tom, ANNA if anna.gone else anna
        course.begins(proposal(tom, anna, role, course.now, number))
        if agreed:
            self.both_sign()

    @precondition(lambda self: self.course.current.hidden and self.course.current.proposed)
    @rule(role=sampled_from(Role), number=numbers)
    def propose_what_is_out_of_sight(self, role: Role, number: int) -> None:
        """For whoever wants no invitations there is none, so their own takes its place."""
        course, hers = self.course, self.course.current
        course.becomes(proposals.give_way(hers, to=hers.recipient.id, now=course.now))
        course.begins(proposal(hers.recipient, hers.person(hers.proposer), role, course.now, number))

    # --- what they choose

    @rule(who=pair, chosen=choices)
    def choose(self, who: PersonId, chosen: dict[str, Any]) -> None:
        self.course.choose(who, **chosen)

    @rule(who=pair, days=none() | integers(1, 92))
    def mute(self, who: PersonId, days: int | None) -> None:
        until = None if days is None else self.course.now + timedelta(days=days)
        self.course.choose(who, muted_until=until)

    # --- what the clock does

    @precondition(lambda self: self.course.agreement.over)
    @rule(who=pair)
    def what_they_wrote_goes(self, who: PersonId) -> None:
        """The days are over that they chose: of all that is closed nothing of theirs is left."""
        course = self.course
        course.until(course.now + timedelta(days=int(Retention.MONTH)))
        before = course.agreement
        course.becomes(without_texts(before, who))
        course.past = [
            without_texts(agreement, who) if agreement.over else agreement for agreement in course.past
        ]
        always.concerns_whom_it_tells(before, course.agreement, course.now)
        always.nothing_is_left_of(course.agreement, who)

    @rule(minutes=integers(1, 90))
    def some_minutes_pass(self, minutes: int) -> None:
        self.course.until(self.course.now + timedelta(minutes=minutes))

    @rule(hours=integers(1, 500), outage=booleans())
    def some_hours_pass(self, hours: int, outage: bool) -> None:
        self.course.until(self.course.now + timedelta(hours=hours), outage=outage)

    @rule(nth=integers(0, 3))
    def something_is_due(self, nth: int) -> None:
        """Time passes until something is to be said, or time has something to do."""
        course = self.course
        ahead = sorted({row.due for row in wanted(course.agreement, course.now) if row.due > course.now})
        if ahead:
            course.until(ahead[min(nth, len(ahead) - 1)])

    # --- what holds

    @invariant()
    def it_holds(self) -> None:
        for agreement in (*self.course.past, self.course.agreement):
            always.check(agreement, self.course.now)
        always.goes_with_the_last_closing([*self.course.past, self.course.agreement])

    def both_sign(self) -> None:
        for person in (self.course.agreement.mentee, self.course.agreement.mentor):
            self.do("sign", person.id, 1)

    def sensible(self, gestures: Iterable[str], number: int) -> list[tuple[str, PersonId]]:
        """Which of the gestures would make a difference now, and by whom."""
        current, now = self.course.current, self.course.now
        return [
            (what, who)
            for what in sorted(gestures)
            for who in (TOM.id, ANNA.id)
            if makes_a_difference(what, current, who, now, number)
        ]

    def do(self, what: str, who: PersonId, number: int) -> bool:
        """Do something as one of the pair, after Maya has tried it; return whether it made a difference."""
        course, gesture = self.course, GESTURES[what]
        course.until(course.now + A_MOMENT)
        before, stored, now = course.current, course.agreement, course.now
        for person in (MAYA.id, TOM.id, ANNA.id):
            hers_alone = what in ON_RATINGS and person != before.mentee.id
            if hers_alone or not may_see(before, person):
                always.finds_nothing(person, gesture, before, now, number)
        refused = course.does(gesture, who, number)
        if refused is not None:
            assert course.agreement is stored
            return False
        always.comes_to_the_same_twice(gesture, course.agreement, who, now, number)
        always.concerns_whom_it_tells(before, course.agreement, now)
        return course.agreement != before


def makes_a_difference(what: str, agreement: Agreement, who: PersonId, now: datetime, number: int) -> bool:
    try:
        return GESTURES[what](agreement, who, now, number) != agreement
    except Refused:
        return False


TestMentoring = Mentoring.TestCase
TestMentoring.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
