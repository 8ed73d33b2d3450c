"""A course of an agreement: what the pair does, what the clock does meanwhile, and what storage does besides."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mentoring.closing import both_go_on, renewal
from mentoring.ids import AgreementId
from mentoring.messages import concerned, wanted
from mentoring.refusal import Refused
from mentoring.turns import caught_up, next_turn
from tests.mentoring.conftest import MONDAY

if TYPE_CHECKING:
    from datetime import datetime

    from mentoring.agreement import Agreement
    from mentoring.due import Due
    from mentoring.ids import PersonId
    from tests.mentoring.gestures import Gesture


@dataclass
class Course:
    """The agreement as it is stored, those that went before it, and the time."""

    agreement: Agreement
    now: datetime = MONDAY
    past: list[Agreement] = field(default_factory=list)
    touched: list[tuple[datetime, PersonId]] = field(default_factory=list)
    """Whom each change concerned, and when: their Home, and what they were sent, was drawn anew."""

    @property
    def current(self) -> Agreement:
        """The agreement as time has made it by now: what a gesture meets."""
        return caught_up(self.agreement, self.now)

    def does(self, gesture: Gesture, by: PersonId, number: int = 0) -> Refused | None:
        """Let someone do something; return the refusal if the rules say no, and nothing is saved then."""
        try:
            after = gesture(self.current, by, self.now, number)
        except Refused as refused:
            return refused
        self.becomes(after)
        return None

    def becomes(self, after: Agreement) -> None:
        """Save what the agreement is now; two yeses open the next one in the same instant."""
        if after == self.agreement:
            return
        self.touched += [(self.now, person) for person in concerned(self.agreement, after)]
        opened = both_go_on(after) and not self.agreement.over
        self.agreement = after
        if opened:
            self.past.append(after)
            self.agreement = renewal(after, AgreementId(f"{after.id} renewed"), now=self.now)

    def begins(self, proposal: Agreement) -> None:
        """Save a new proposal; the agreement before it is over."""
        self.past.append(self.current)
        self.agreement = proposal

    def until(self, moment: datetime, *, outage: bool = False) -> None:
        """Let time pass: each turn at its moment, or all of them late, after an outage."""
        while not outage and (turn := next_turn(self.agreement, self.now)) is not None and turn <= moment:
            self.now = max(turn, self.now)
            self.becomes(self.current)
        self.now = max(moment, self.now)
        self.becomes(self.current)

    def choose(self, person: PersonId, **settings: Any) -> None:
        """Change someone's settings: every agreement has the person as they are, and is not otherwise touched."""
        if (
            settings.get("retention", self.agreement.person(person).retention)
            is not self.agreement.person(person).retention
        ):
            settings = {**settings, "retention_since": self.now}
        self.agreement = _with_settings(self.agreement, person, settings)
        self.past = [_with_settings(agreement, person, settings) for agreement in self.past]

    def told(self, person: PersonId) -> list[Due]:
        """What one of them is told, has been told or will be, of this agreement and those before it."""
        return [
            row
            for agreement in (*self.past, self.agreement)
            for row in wanted(agreement, self.now)
            if row.recipient == person
        ]


def _with_settings(agreement: Agreement, person: PersonId, settings: dict[str, Any]) -> Agreement:
    if person == agreement.mentor.id:
        return replace(agreement, mentor=replace(agreement.mentor, **settings))
    return replace(agreement, mentee=replace(agreement.mentee, **settings))
