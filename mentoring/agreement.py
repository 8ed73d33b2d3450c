"""The agreement of a pair: proposed, read, signed by both, and ended well or early."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from mentoring.calendar import Cadence, RatingDelay
from mentoring.refusal import NotFound
from mentoring.undo import undoable

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from mentoring.closing import Farewell
    from mentoring.feedback import Rating
    from mentoring.ids import AgreementId, PersonId, SessionId
    from mentoring.people import Person
    from mentoring.secret import Secret
    from mentoring.sessions import Session

PROPOSAL_LIFE = timedelta(days=14)
"""A version lapses this long after its sending or the mentee's signature, or a first talk, whichever is latest."""
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


class VersionOutcome(StrEnum):
    """What became of a change to a signed agreement that was not signed by both; the old terms hold."""

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
    """One edition of the terms, by its author, whose the place is; the purpose is the mentee's whoever wrote the rest.

    ``reply`` is the sentence of whoever declined it (``reply_by``), for its author to read. ``waited`` is how long the agreement
    has been paused while it waited for a signature.
    """

    number: int
    author: PersonId
    sent_at: datetime
    terms: Terms
    purpose: Secret[str] | None = None
    mentee_signed_at: datetime | None = None
    mentor_signed_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: VersionOutcome | None = None
    reply: Secret[str] | None = None
    reply_by: PersonId | None = None
    waited: timedelta = timedelta()

    @property
    def waits_since(self) -> datetime:
        """When it was sent, or signed by the mentee, whichever is later."""
        return self.mentee_signed_at or self.sent_at

    @property
    def open(self) -> bool:
        """Tell whether it still waits for a signature, as far as it alone tells."""
        return self.mentor_signed_at is None and self.closed_at is None


@dataclass(frozen=True)
class Agreement:
    """A pair's agreement with its versions (oldest first), sessions and first talks (in order of time).

    ``hidden``: the one proposed to has switched invitations off, so for them it does not exist. ``zone`` is the mentor's as it was at
    signing; the cadence keeps its wall clock. ``released_at`` is the latest release. ``pauses`` counts them; ``paused_at`` and
    ``paused_by`` are of the last one, ``resumed_at`` and ``resumed_by`` of the last resumption. ``farewells`` are each one's words at the end.
    ``mentor_erased`` and ``mentee_erased``: nothing that they wrote or scored is left (``mentoring/erasing.py``). ``renews`` is the
    agreement that this one goes on from. ``acted_by`` and ``acted_at`` tell who last did something, for undo, and ``other_acted_at`` when the other one did.
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
    talks: tuple[Session, ...] = ()
    farewells: tuple[Farewell, ...] = ()
    zone: ZoneInfo | None = None
    hidden: bool = False
    mentor_erased: bool = False
    mentee_erased: bool = False
    activated_at: datetime | None = None
    closing_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: PersonId | None = None
    before: State | None = None
    released_at: datetime | None = None
    paused_at: datetime | None = None
    paused_by: PersonId | None = None
    resumed_at: datetime | None = None
    resumed_by: PersonId | None = None
    pauses: int = 0
    renews: AgreementId | None = None
    acted_by: PersonId | None = None
    acted_at: datetime | None = None
    other_acted_at: datetime | None = None
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
    def is_renewal(self) -> bool:
        """Tell whether two yeses opened it: then nobody has invited anybody, whoever its ``proposer`` is."""
        return self.renews is not None

    @property
    def called(self) -> str:
        """What a sentence calls it while it waits for signatures."""
        return "new agreement" if self.is_renewal else "invitation"

    @property
    def talk_called(self) -> str:
        """What a talk before signing is called: for a pair that goes on it is not the first."""
        return "talk" if self.is_renewal else "first talk"

    @property
    def must_sign(self) -> Person | None:
        """Whose signature the pending version waits for: the mentee's first, the mentor's last; None if there is no such."""
        if self.pending is None:
            return None
        return self.mentee if self.pending.mentee_signed_at is None else self.mentor

    # --- what

    @property
    def newest(self) -> Version:
        return self.versions[-1]

    @property
    def signed(self) -> Version | None:
        """The version in force: the newest that both have signed."""
        return next((v for v in reversed(self.versions) if v.mentor_signed_at is not None), None)

    @property
    def pending(self) -> Version | None:
        """The version that waits for a signature: the proposal's, or a change's while the old terms hold."""
        can_wait = self.state in {State.PROPOSED, State.ACTIVE, State.PAUSED}
        return self.newest if can_wait and self.newest.open else None

    @property
    def change(self) -> Version | None:
        """A pending version of an agreement that is signed already."""
        return None if self.proposed else self.pending

    def version(self, number: int) -> Version:
        """Return one of its versions; NotFound if it has no such."""
        for version in self.versions:
            if version.number == number:
                return version
        raise NotFound

    def basis(self, version: Version) -> Version | None:
        """Return what a version changes: the terms that were in force when it was proposed, else the version before it."""
        earlier = [v for v in self.versions if v.number < version.number]
        in_force = [v for v in earlier if v.mentor_signed_at is not None]
        return next(reversed(in_force or earlier), None)

    def is_change(self, version: Version) -> bool:
        """Tell whether a version changes terms that both had signed."""
        before = self.basis(version)
        return before is not None and before.mentor_signed_at is not None

    def sender(self, version: Version) -> PersonId | None:
        """Return who sent a version; None of the first one that two yeses opened, whose author wrote the terms before."""
        return None if self.is_renewal and version.number == 1 else version.author

    @property
    def waits_since(self) -> datetime:
        """Since when the newest version waits: its sending, the mentee's signature or a first talk, the latest of them.

        A talk counts at its end, or when it was cancelled.
        """
        talks = (talk.cancelled_at or talk.ends for talk in self.talks)
        return max((self.newest.waits_since, *talks)) + self.newest.waited

    @property
    def lapses_at(self) -> datetime:
        """When the newest version lapses, unless it is signed."""
        return self.waits_since + PROPOSAL_LIFE

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
    def paused(self) -> bool:
        return self.state is State.PAUSED

    @property
    def closing(self) -> bool:
        return self.state is State.CLOSING

    @property
    def over(self) -> bool:
        return self.state is State.CLOSED

    def clock(self, now: datetime) -> datetime:
        """Return ``now``, or when the pause began: what waits stands still from then on."""
        return self.paused_at if self.paused and self.paused_at is not None else now

    # --- sessions

    def session(self, session_id: SessionId) -> Session:
        """Return one of its sessions or first talks; NotFound if it has no such."""
        for session in (*self.sessions, *self.talks):
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
    def talk(self) -> Session | None:
        """The first talk that is planned."""
        return next((talk for talk in self.talks if talk.planned), None)

    @property
    def room(self) -> int:
        """How many sessions can still be planned or logged."""
        return self.terms.sessions - len(self.standing_sessions)

    def number(self, session: Session) -> int:
        """Return the session's place in time, from 1, among those not cancelled (of a cancelled one: the place it would have)."""
        place = 1 + sum(s.starts < session.starts for s in self.standing_sessions if s.id != session.id)
        return min(place, self.terms.sessions)

    @property
    def numbers(self) -> dict[SessionId, int]:
        """The ``number`` of every session, found at once."""
        starts = [session.starts for session in self.standing_sessions]
        limit = self.terms.sessions
        return {session.id: min(1 + bisect_left(starts, session.starts), limit) for session in self.sessions}

    # --- changed copies

    def with_session(self, session: Session) -> Agreement:
        """Return a copy with the session, or first talk, added, or in place of its earlier self."""
        among = self.talks if session.is_talk else self.sessions
        others = (s for s in among if s.id != session.id)
        changed = tuple(sorted((*others, session), key=lambda s: (s.starts, s.id)))
        return replace(self, talks=changed) if session.is_talk else replace(self, sessions=changed)

    def with_rating(self, session: Session, rating: Rating) -> Agreement:
        """Return a copy with the session's rating replaced."""
        return self.with_session(replace(session, rating=rating))

    def with_version(self, version: Version) -> Agreement:
        """Return a copy with the version added, or in place of the one of its number."""
        others = (v for v in self.versions if v.number != version.number)
        return replace(self, versions=tuple(sorted((*others, version), key=lambda v: v.number)))

    def farewell_of(self, person: PersonId) -> Farewell | None:
        """Return what one of the pair has written at the end, if anything."""
        return next((farewell for farewell in self.farewells if farewell.author == person), None)

    def with_farewell(self, farewell: Farewell) -> Agreement:
        """Return a copy with someone's words at the end, in place of their earlier ones."""
        others = (f for f in self.farewells if f.author != farewell.author)
        return replace(self, farewells=tuple(sorted((*others, farewell), key=lambda f: f.author)))

    def acted(self, by: PersonId, now: datetime) -> Agreement:
        """Return a copy that remembers who did something last."""
        other_at = self.other_acted_at if self.acted_by == by else self.acted_at
        return replace(self, acted_by=by, acted_at=now, other_acted_at=other_at, revision=self.revision + 1)

    def acted_too(self, by: PersonId, now: datetime) -> Agreement:
        """Return a copy that remembers that ``by`` did what the other one had done: nothing else has changed, so no revision is new."""
        return replace(self.acted(by, now), revision=self.revision)

    def closed(self, outcome: Outcome, now: datetime, by: PersonId | None) -> Agreement:
        """Return a copy that is closed, a first talk ahead called off; ``by`` is None when the clock closed it."""
        closed = replace(
            self,
            state=State.CLOSED,
            before=self.state,
            outcome=outcome,
            closed_at=now,
            closed_by=by,
            talks=tuple(talk.called_off(now) if talk.planned else talk for talk in self.talks),
        )
        return closed if by is None else closed.acted(by, now)

    def seconded(self, by: PersonId, now: datetime) -> Agreement:
        """Return a copy that remembers that the other one has closed it too: then it can't be undone any more."""
        if by == self.closed_by or not undoable(self.closed_at, now):
            return self
        return self.acted_too(by, now)

    def other_acted_since(self, person: PersonId, moment: datetime) -> bool:
        """Tell whether the other one did something after ``moment``."""
        last = self.other_acted_at if self.acted_by == person else self.acted_at
        return last is not None and last > moment
