"""Whatever the pair, a stranger and the clock do, in whatever order: what always holds, holds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import booleans, builds, integers, none, sampled_from, sets

from mentoring import proposals
from mentoring.access import may_see
from mentoring.agreement import Role, State
from mentoring.calendar import WorkingHours
from mentoring.ids import PersonId
from mentoring.messages import wanted
from mentoring.people import Person
from tests.mentoring import always
from tests.mentoring.conftest import ANNA, LONDON, MONDAY, NEW_YORK, TOM, someone
from tests.mentoring.course import Course
from tests.mentoring.gestures import FITTING, GESTURES, ON_RATINGS, UNDONE_BY, proposal

MAYA = someone("Maya Okafor", LONDON)

pair = sampled_from([TOM.id, ANNA.id])
numbers = integers(0, 2400)
zones = sampled_from([LONDON, NEW_YORK, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Asia/Kolkata")])
working_hours = builds(
    WorkingHours,
    start=sampled_from([time(0), time(9), time(11, 30)]),
    end=sampled_from([time(12), time(17), time(23, 59)]),
    days=sets(integers(0, 6), min_size=1).map(frozenset),
)

Rule = Callable[..., None]


def while_it_is(state: State) -> Callable[[Rule], Rule]:
    """A rule that does what there is some sense in while the agreement stands so."""

    def decorate(act: Rule) -> Rule:
        drawn: Rule = rule(what=sampled_from(sorted(FITTING[state])), who=pair, number=numbers)(act)
        fits: Rule = precondition(lambda machine: machine.course.current.state is state)(drawn)
        return fits

    return decorate


class Mentoring(RuleBasedStateMachine):
    """Tom and Anna do whatever they can think of, in any order, while time passes; Maya tries all of it too."""

    course: Course

    # --- what they do

    @initialize(proposer=pair, role=sampled_from(Role), number=numbers, invitations=booleans())
    def propose(self, proposer: PersonId, role: Role, number: int, invitations: bool) -> None:
        self.course = Course(proposal(*self.both(proposer, invitations), role, MONDAY, number))

    @precondition(lambda self: self.course.current.over)
    @rule(proposer=pair, role=sampled_from(Role), number=numbers, invitations=booleans())
    def propose_again(self, proposer: PersonId, role: Role, number: int, invitations: bool) -> None:
        self.course.begins(proposal(*self.both(proposer, invitations), role, self.course.now, number))

    @precondition(lambda self: self.course.current.hidden and self.course.current.proposed)
    @rule(role=sampled_from(Role), number=numbers)
    def propose_what_is_out_of_sight(self, role: Role, number: int) -> None:
        """For whoever wants no invitations there is none, so their own takes its place."""
        course, hers = self.course, self.course.current.recipient.id
        course.becomes(proposals.give_way(course.current, to=hers, now=course.now))
        course.begins(proposal(*self.both(hers, True), role, course.now, number))

    @rule(who=pair)
    def want_no_more_invitations(self, who: PersonId) -> None:
        current = self.course.current
        assert proposals.hide(current, by=MAYA.id) == current
        self.course.becomes(proposals.hide(current, by=who))

    @while_it_is(State.PROPOSED)
    def talk_it_over(self, what: str, who: PersonId, number: int) -> None:
        self.do(what, who, number)

    @while_it_is(State.ACTIVE)
    def meet(self, what: str, who: PersonId, number: int) -> None:
        self.do(what, who, number)

    @while_it_is(State.PAUSED)
    def rest(self, what: str, who: PersonId, number: int) -> None:
        self.do(what, who, number)

    @while_it_is(State.CLOSING)
    def part(self, what: str, who: PersonId, number: int) -> None:
        self.do(what, who, number)

    @while_it_is(State.CLOSED)
    def look_back(self, what: str, who: PersonId, number: int) -> None:
        self.do(what, who, number)

    @rule(what=sampled_from(sorted(GESTURES)), who=pair, number=numbers)
    def try_anything(self, what: str, who: PersonId, number: int) -> None:
        self.do(what, who, number)

    @rule(what=sampled_from(sorted(UNDONE_BY)), who=pair, number=numbers, minutes=integers(0, 9))
    def do_and_undo(self, what: str, who: PersonId, number: int, minutes: int) -> None:
        """What is undone within its ten minutes was never done; what cannot be undone any more is refused."""
        course, before = self.course, self.course.current
        if not self.do(what, who, number):
            return
        course.until(course.now + timedelta(minutes=minutes))
        if not self.do(UNDONE_BY[what], who, number):
            assert always.is_past_undoing(course.current, course.now)
            return
        undone, never_done = course.current, Course(before, course.now).current
        assert always.without_traces(undone) == always.without_traces(never_done)
        assert wanted(undone, course.now) == wanted(never_done, course.now)

    # --- what they choose

    @rule(who=pair, hours=working_hours)
    def choose_hours(self, who: PersonId, hours: WorkingHours) -> None:
        self.course.choose(who, hours=hours)

    @rule(who=pair, zone=zones)
    def move_abroad(self, who: PersonId, zone: ZoneInfo) -> None:
        self.course.choose(who, zone=zone)

    @rule(who=pair, reminders=booleans())
    def choose_reminders(self, who: PersonId, reminders: bool) -> None:
        self.course.choose(who, reminders=reminders)

    @rule(who=pair, days=none() | integers(1, 92))
    def mute(self, who: PersonId, days: int | None) -> None:
        until = None if days is None else self.course.now + timedelta(days=days)
        self.course.choose(who, muted_until=until)

    # --- what the clock does

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

    def do(self, what: str, who: PersonId, number: int) -> bool:
        """Do something as one of the pair, after Maya has tried it; return whether it made a difference."""
        course, gesture = self.course, GESTURES[what]
        before, stored, now = course.current, course.agreement, course.now
        for person in (MAYA.id, TOM.id, ANNA.id):
            mentees_alone = what in ON_RATINGS and person != before.mentee.id
            if mentees_alone or not may_see(before, person):
                always.finds_nothing(person, gesture, before, now, number)
        refused = course.does(gesture, who, number)
        if refused is not None:
            assert course.agreement is stored
            return False
        always.comes_to_the_same_twice(gesture, course.agreement, who, now, number)
        always.concerns_whom_it_tells(before, course.agreement, now)
        return course.agreement != before

    def both(self, proposer: PersonId, invitations: bool) -> tuple[Person, Person]:
        """Who proposes and whom to, as they are now."""
        tom, anna = TOM, ANNA
        if hasattr(self, "course"):
            tom, anna = (self.course.agreement.person(person.id) for person in (TOM, ANNA))
        one, other = (tom, anna) if proposer == TOM.id else (anna, tom)
        return one, replace(other, invitations=invitations)


TestMentoring = Mentoring.TestCase
TestMentoring.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
