"""The agreement of a pair: proposed, read, signed by both, and ended well or early."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from mentoring.calendar import Cadence, RatingDelay
from mentoring.feedback import Rating
from mentoring.ids import AgreementId, PersonId, SessionId
from mentoring.people import Person
from mentoring.refusal import NotFound
from mentoring.secret import Secret
from mentoring.sessions import Session

PROPOSAL_LIFE = timedelta(days=14)
"""A version lapses this long after its sending or the mentee's signature, whichever is later."""
REMINDED_AFTER = timedelta(days=7)
"""Whoever must sign is reminded once, this long after it began to wait for them."""


class Role(StrEnum):
    MENTOR = "mentor"
    MENTEE = "mentee"

    @property
    def other(self) -> Role:
        return Role.MENTEE if self is Role.MENTOR else Role.MENTOR


class State(StrEnum):
    PROPOSED = "proposed"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSING = "closing"
    CLOSED = "closed"


class Outcome(StrEnum):
    COMPLETED = "completed"
    ENDED = "ended"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Terms:
    """What is agreed besides the purpose. ``wording`` names the edition of the clauses' text."""

    sessions: int = 5
    minutes: int = 75
    cadence: Cadence = Cadence.FORTNIGHTLY
    rating_after: RatingDelay = RatingDelay.TWO_DAYS
    early_end: bool = True
    wording: int = 1
    first_session: datetime | None = None
    place: Secret[str] | None = None


@dataclass(frozen=True)
class Version:
    """One edition of the terms, by its author; the purpose is the mentee's whoever wrote the rest."""

    number: int
    author: PersonId
    sent_at: datetime
    terms: Terms
    purpose: Secret[str] | None = None
    mentee_signed_at: datetime | None = None
    mentor_signed_at: datetime | None = None

    @property
    def waits_since(self) -> datetime:
        """When it was sent, or signed by the mentee, whichever is later."""
        return self.mentee_signed_at or self.sent_at

    @property
    def lapses_at(self) -> datetime:
        return self.waits_since + PROPOSAL_LIFE


@dataclass(frozen=True)
class Agreement:
    """A pair's agreement with its versions (oldest first) and sessions (in order of time).

    ``hidden``: the one proposed to has switched invitations off, so for them it does not exist. ``zone`` is the mentor's as it was at
    signing; the cadence keeps its wall clock. ``released_at`` is the latest release. ``acted_by`` and ``acted_at`` tell
    who last did something, for undo.
    """

    id: AgreementId
    mentor: Person
    mentee: Person
    proposer: PersonId
    proposed_at: datetime
    versions: tuple[Version, ...]
    state: State = State.PROPOSED
    outcome: Outcome | None = None
    sessions: tuple[Session, ...] = ()
    zone: ZoneInfo | None = None
    hidden: bool = False
    activated_at: datetime | None = None
    closing_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: PersonId | None = None
    before: State | None = None
    released_at: datetime | None = None
    acted_by: PersonId | None = None
    acted_at: datetime | None = None
    revision: int = field(default=0)

    # --- who

    def role_of(self, person: PersonId) -> Role:
        """Return the role of one of the pair; NotFound for anyone else."""
        if person == self.mentor.id:
            return Role.MENTOR
        if person == self.mentee.id:
            return Role.MENTEE
        raise NotFound

    def other(self, person: PersonId) -> Person:
        """Return the other one of the pair; NotFound for anyone else."""
        return self.mentee if self.role_of(person) is Role.MENTOR else self.mentor

    def person(self, person: PersonId) -> Person:
        """Return one of the pair; NotFound for anyone else."""
        return self.mentor if self.role_of(person) is Role.MENTOR else self.mentee

    @property
    def recipient(self) -> Person:
        """Whom it was proposed to."""
        return self.other(self.proposer)

    @property
    def must_sign(self) -> Person | None:
        """Whose signature the newest version waits for: the mentee's first, the mentor's last."""
        if self.newest.mentee_signed_at is None:
            return self.mentee
        return self.mentor if self.newest.mentor_signed_at is None else None

    # --- what

    @property
    def newest(self) -> Version:
        return self.versions[-1]

    @property
    def signed(self) -> Version | None:
        """The version in force: the newest that both have signed."""
        return next((v for v in reversed(self.versions) if v.mentor_signed_at is not None), None)

    @property
    def terms(self) -> Terms:
        """The terms in force, or the newest while nothing is signed."""
        return (self.signed or self.newest).terms

    @property
    def purpose(self) -> Secret[str] | None:
        return (self.signed or self.newest).purpose

    @property
    def proposed(self) -> bool:
        return self.state is State.PROPOSED

    @property
    def active(self) -> bool:
        return self.state is State.ACTIVE

    @property
    def over(self) -> bool:
        return self.state is State.CLOSED

    # --- sessions

    def session(self, session_id: SessionId) -> Session:
        """Return one of its sessions; NotFound if it has no such."""
        for session in self.sessions:
            if session.id == session_id:
                return session
        raise NotFound

    @property
    def standing_sessions(self) -> tuple[Session, ...]:
        """Planned or held, in order of time."""
        return tuple(s for s in self.sessions if not s.cancelled)

    @property
    def held_sessions(self) -> tuple[Session, ...]:
        return tuple(s for s in self.sessions if s.held)

    @property
    def planned_session(self) -> Session | None:
        return next((s for s in self.sessions if s.planned), None)

    @property
    def room(self) -> int:
        """How many sessions can still be planned or logged."""
        return self.terms.sessions - len(self.standing_sessions)

    def number(self, session: Session) -> int:
        """Return the session's place in time, from 1, among those not cancelled (of a cancelled one: the place it would have)."""
        place = 1 + sum(s.starts < session.starts for s in self.standing_sessions if s.id != session.id)
        return min(place, self.terms.sessions)

    # --- changed copies

    def with_session(self, session: Session) -> Agreement:
        """Return a copy with the session added, or in place of its earlier self."""
        others = (s for s in self.sessions if s.id != session.id)
        return replace(self, sessions=tuple(sorted((*others, session), key=lambda s: (s.starts, s.id))))

    def with_rating(self, session: Session, rating: Rating) -> Agreement:
        """Return a copy with the session's rating replaced."""
        return self.with_session(replace(session, rating=rating))

    def with_version(self, version: Version) -> Agreement:
        """Return a copy with the version added, or in place of the one of its number."""
        others = (v for v in self.versions if v.number != version.number)
        return replace(self, versions=tuple(sorted((*others, version), key=lambda v: v.number)))

    def acted(self, by: PersonId, now: datetime) -> Agreement:
        """Return a copy that remembers who did something last."""
        return replace(self, acted_by=by, acted_at=now, revision=self.revision + 1)

    def closed(self, outcome: Outcome, now: datetime, by: PersonId | None) -> Agreement:
        """Return a copy that is closed; ``by`` is None when the clock closed it."""
        closed = replace(
            self, state=State.CLOSED, before=self.state, outcome=outcome, closed_at=now, closed_by=by
        )
        return closed if by is None else closed.acted(by, now)

    def other_acted_since(self, person: PersonId, moment: datetime) -> bool:
        """Tell whether the other one did something after ``moment``."""
        return self.acted_by not in {None, person} and self.acted_at is not None and self.acted_at > moment
