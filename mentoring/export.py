"""Export: all that is a person's own or was released to them, and nothing else.

It goes by the table in ``mentoring/access.py`` and by the same questions that views ask: ``may``, ``recap``,
``reply_to``, ``thanks_to``. So whatever the other one keeps, seals or doesn't answer makes no difference to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mentoring.access import Right, may, must_see
from mentoring.agreement import Role
from mentoring.closing import thanks_to
from mentoring.feedback import Shown
from mentoring.recap import recap
from mentoring.terms import reply_to

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from mentoring.agreement import Agreement, Terms, Version
    from mentoring.closing import Farewell
    from mentoring.decisions import Decision
    from mentoring.ids import PersonId
    from mentoring.impact import Impact
    from mentoring.notes import Note
    from mentoring.people import Person
    from mentoring.recap import Entry
    from mentoring.secret import Secret
    from mentoring.sessions import Session


@dataclass(frozen=True)
class Account:
    """A Slack account of the person's, as Slack tells of it. ``zone`` is an IANA name."""

    team_id: str
    user_id: str
    name: str
    zone: str | None
    locale: str | None


@dataclass(frozen=True)
class Held:
    """An agreement, and what is kept beside it."""

    agreement: Agreement
    notes: tuple[Note, ...] = ()
    decisions: tuple[Decision, ...] = ()
    impacts: tuple[Impact, ...] = ()


@dataclass(frozen=True)
class Edition:
    """One version of the terms. ``reply`` is the sentence with which it was declined, ``reply_is_mine`` whose that is."""

    number: int
    mine: bool
    sent_at: datetime
    terms: Terms
    purpose: Secret[str] | None
    mentee_signed_at: datetime | None
    mentor_signed_at: datetime | None
    outcome: str | None
    reply: Secret[str] | None = None
    reply_is_mine: bool = False


@dataclass(frozen=True)
class Rated:
    """A rating as far as it is theirs to see.

    ``state`` is the mentee's own state of the question; for the mentor it is ``Shown``: "not_yet", "score" or "none".
    ``words_shared`` is None where there are no words. ``unreadable``: there is a score, and it cannot be read.
    """

    state: str
    released: bool
    score: Secret[int] | None = None
    words: Secret[str] | None = None
    words_shared: bool | None = None
    unreadable: bool = False


@dataclass(frozen=True)
class Came:
    """What came of a session. ``shared`` is the mentee's choice of who may read it."""

    text: Secret[str]
    shared: bool
    written_at: datetime


@dataclass(frozen=True)
class Meeting:
    """A session, or a first talk (which has no ``number``), with what was written and scored about it."""

    talk: bool
    number: int | None
    state: str
    starts: datetime
    minutes: int
    place: Secret[str] | None
    rating: Rated | None = None
    impact: Came | None = None
    note: Note | None = None


@dataclass(frozen=True)
class Mentoring:
    """One agreement as one of its pair takes it along. Of the ``other`` there is no more than their name: settings are their own."""

    role: Role
    other: str
    proposed_by_me: bool
    proposed_at: datetime
    state: str
    outcome: str | None
    activated_at: datetime | None
    closed_at: datetime | None
    editions: tuple[Edition, ...]
    meetings: tuple[Meeting, ...]
    decisions: tuple[Decision, ...]
    farewell: Farewell | None
    thanks: Secret[str] | None


@dataclass(frozen=True)
class Export:
    """Everything of a person's, their mentorings in the order in which they were proposed."""

    person: Person
    accounts: tuple[Account, ...]
    made_at: datetime
    mentorings: tuple[Mentoring, ...]


def export(person: Person, accounts: Iterable[Account], held: Iterable[Held], now: datetime) -> Export:
    """Return all that is ``person``'s own or was released to them; ``held`` are agreements as time has made them by ``now``.

    Raises:
        NotFound: an agreement does not exist for them.
    """
    found = [_mentoring(one, person.id, now) for one in held]
    in_order = sorted(found, key=lambda one: (one.proposed_at, one.other, one.role))
    return Export(person, tuple(accounts), now, tuple(in_order))


def _mentoring(held: Held, me: PersonId, now: datetime) -> Mentoring:
    agreement = held.agreement
    role = must_see(agreement, me)
    meetings = _as_mentor(held, me) if role is Role.MENTOR else _as_mentee(held, me)
    return Mentoring(
        role=role,
        other=agreement.other(me).name,
        proposed_by_me=agreement.proposer == me,
        proposed_at=agreement.proposed_at,
        state=agreement.state,
        outcome=agreement.outcome,
        activated_at=agreement.activated_at,
        closed_at=agreement.closed_at,
        editions=tuple(_edition(agreement, version, me, now) for version in agreement.versions),
        meetings=(*(_meeting(agreement, talk) for talk in agreement.talks), *meetings),
        decisions=tuple(one for one in held.decisions if may(Right.READ_DECISIONS, agreement, me, one)),
        farewell=agreement.farewell_of(me),
        thanks=thanks_to(agreement, me),
    )


def _edition(agreement: Agreement, version: Version, me: PersonId, now: datetime) -> Edition:
    mine = version.reply_by == me
    return Edition(
        number=version.number,
        mine=version.author == me,
        sent_at=version.sent_at,
        terms=version.terms,
        purpose=version.purpose,
        mentee_signed_at=version.mentee_signed_at,
        mentor_signed_at=version.mentor_signed_at,
        outcome=version.outcome,
        reply=version.reply if mine else reply_to(agreement, version.number, me, now),
        reply_is_mine=mine and version.reply is not None,
    )


def _meeting(
    agreement: Agreement,
    session: Session,
    *,
    rating: Rated | None = None,
    impact: Came | None = None,
    note: Note | None = None,
) -> Meeting:
    counted = not session.is_talk and not session.cancelled
    return Meeting(
        talk=session.is_talk,
        number=agreement.number(session) if counted else None,
        state=session.state,
        starts=session.starts,
        minutes=session.minutes,
        place=session.place,
        rating=rating,
        impact=impact,
        note=note,
    )


def _as_mentor(held: Held, me: PersonId) -> list[Meeting]:
    """What the recap shows, and the sessions of which it shows nothing."""
    agreement = held.agreement
    entries = {entry.session.id: entry for entry in recap(agreement, held.notes, held.impacts, by=me).entries}
    came = {one.session_id: one for one in held.impacts if may(Right.READ_IMPACT, agreement, me, one)}
    notes = {note.session_id: note for note in held.notes if may(Right.READ_NOTES, agreement, me, note)}
    return [
        _meeting(
            agreement,
            session,
            rating=_released(entries[session.id]) if session.held else None,
            impact=_came(came.get(session.id)),
            note=notes.get(session.id),
        )
        for session in agreement.sessions
    ]


def _released(entry: Entry) -> Rated:
    return Rated(
        state=entry.shown,
        released=entry.shown is Shown.SCORE,
        score=entry.score,
        words=entry.words,
        words_shared=None if entry.words is None else True,
        unreadable=entry.unreadable,
    )


def _as_mentee(held: Held, me: PersonId) -> list[Meeting]:
    agreement = held.agreement
    came = {one.session_id: one for one in held.impacts if may(Right.READ_IMPACT, agreement, me, one)}
    return [
        _meeting(agreement, session, rating=_given(session), impact=_came(came.get(session.id)))
        for session in agreement.sessions
    ]


def _given(session: Session) -> Rated | None:
    rating = session.rating
    if rating is None:
        return None
    return Rated(
        state=rating.state,
        released=rating.released,
        score=rating.score,
        words=rating.words,
        words_shared=None if rating.words is None else rating.shared,
        unreadable=rating.unreadable,
    )


def _came(impact: Impact | None) -> Came | None:
    return None if impact is None else Came(impact.text, impact.shared, impact.written_at)
