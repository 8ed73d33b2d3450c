"""One course that takes place twice, the two differing in a secret alone; and whatever those it is kept from can see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mentoring.access import may_see
from mentoring.closing import thanks_to
from mentoring.export import Held, export
from mentoring.feedback import disputable, shown_to_mentor
from mentoring.quiet import quiet_until

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from mentoring.ids import PersonId, SessionId
    from mentoring.people import Person
    from mentoring.secret import Secret
    from tests.mentoring.course import Course
    from tests.mentoring.gestures import Gesture


@dataclass
class Twice:
    """The two, and whom the difference between them is kept from.

    ``until_release``: what is kept are scores, which a release opens: from then on that score, and what both have agreed
    should follow from it, is theirs to see.
    """

    one: Course
    other: Course
    watching: Person
    until_release: bool = False

    @property
    def both(self) -> tuple[Course, Course]:
        return self.one, self.other

    def do(self, gesture: Gesture, by: Person, number: int = 0) -> None:
        """Somebody does the same in both; whoever watches gets the same answer."""
        answers = [course.does(gesture, by.id, number) for course in self.both]
        if by.id == self.watching.id:
            one, other = (answer and answer.sentence for answer in answers)
            assert one == other
        self.look()

    def keep(
        self, secret: Iterable[Gesture], instead: Iterable[Gesture], by: Person, number: int = 0
    ) -> None:
        """What someone does in the one, and what they do in the other: it concerns nobody else."""
        for course, gestures in ((self.one, secret), (self.other, instead)):
            before = len(course.touched)
            for gesture in gestures:
                course.does(gesture, by.id, number)
            assert self.watching.id not in {person for _, person in course.touched[before:]}
        self.look()

    def choose(self, person: Person, **settings: Any) -> None:
        """Somebody changes their settings in both."""
        for course in self.both:
            course.choose(person.id, **settings)
        self.look()

    def wait(self, span: timedelta) -> None:
        for course in self.both:
            course.until(course.now + span)
        self.look()

    def look(self) -> None:
        """Whoever watches sees the same of both."""
        one, other = (seen(course, self.watching.id) for course in self.both)
        if self.until_release:
            opened = {id_ for id_, _ in opened_scores(self.one) ^ opened_scores(self.other)}
            for sight in (one, other):
                sight["sessions"] = {s: shown for s, shown in sight["sessions"].items() if s not in opened}
                if opened or opened_words(self.one) != opened_words(self.other):
                    del sight["taken along"]
                if opened and self.one.agreement.terms.early_end:
                    del sight["sent"]
        assert one == other


def seen(course: Course, person: PersonId) -> dict[str, Any]:
    """What someone is sent and when, what they are shown, and when it is drawn anew."""
    agreement = course.agreement
    return {
        "sent": course.told(person),
        "drawn anew": [moment for moment, whom in course.touched if whom == person],
        "shown the other's act": quiet_until(agreement, person, course.now),
        "stands": (agreement.state, agreement.outcome, agreement.closed_at, agreement.renews),
        "sessions": {
            session.id: (session.state, shown_to_mentor(agreement, session), disputable(agreement, session))
            for session in agreement.sessions
        },
        "thanks": thanks_to(agreement, person),
        "taken along": export(
            agreement.person(person), [], [Held(agreement)] if may_see(agreement, person) else [], course.now
        ),
    }


def opened_scores(course: Course) -> set[tuple[SessionId, Secret[int] | None]]:
    """The sessions whose score a release has opened, each with that score."""
    return {
        (s.id, s.rating.score)
        for s in course.agreement.sessions
        if s.rating is not None and s.rating.released
    }


def opened_words(course: Course) -> set[tuple[SessionId, Secret[str] | None]]:
    """The sessions whose shared words a release has opened, each with those words."""
    return {
        (s.id, s.rating.words)
        for s in course.agreement.sessions
        if s.rating is not None and s.rating.released and s.rating.shared
    }
