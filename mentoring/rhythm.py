"""Keeping the rhythm: the quiet offer when nothing is planned, pausing, going on, and the question after a long pause."""

from dataclasses import replace
from datetime import datetime, timedelta

from mentoring.access import must_see
from mentoring.agreement import Agreement, State
from mentoring.calendar import next_slot
from mentoring.ids import PersonId
from mentoring.refusal import Refused
from mentoring.sessions import Session
from mentoring.terms import paused_for

OFFERED_AFTER = timedelta(days=7)
"""How long after the cadence says that a session should be, with none planned, each is offered to plan or pause."""
ASKED_AFTER = timedelta(days=60)
"""How long a pause lasts before each is asked, once, whether to go on or end."""


def offer_moment(agreement: Agreement) -> datetime | None:
    """Return when the pair is offered to plan or pause; None if a session is planned, or none can be, or they meet as they go.

    Whoever has just called a session off, logged one, changed the terms or resumed is not reminded of it the same week.
    """
    if not agreement.active or agreement.planned_session is not None or agreement.room <= 0:
        return None
    standing = agreement.standing_sessions
    since = standing[-1].starts if standing else agreement.activated_at
    if since is None or agreement.zone is None:
        return None
    slot = next_slot(since, agreement.terms.cadence, agreement.zone)
    if slot is None:
        return None
    in_force = agreement.signed
    changes = (
        agreement.resumed_at,
        None if in_force is None else in_force.mentor_signed_at,
        *(moment for session in agreement.sessions for moment in (session.cancelled_at, session.logged_at)),
    )
    return max((slot, *filter(None, changes))) + OFFERED_AFTER


def pause(agreement: Agreement, *, by: PersonId, now: datetime) -> Agreement:
    """Return the agreement paused by either; what is planned is cancelled, for good. Pausing twice changes nothing.

    What waits keeps its remaining time: asking, expiry, release, and a change's signature.

    Raises:
        NotFound: ``by`` is not one of the pair.
        Refused: it is not active, or a session is under way.
    """
    must_see(agreement, by)
    if agreement.paused:
        return agreement
    if not agreement.active:
        raise Refused("Only a mentoring that is under way can be paused.")
    if any(ahead.starts <= now for ahead in would_call_off(agreement)):
        raise Refused("A session is under way. You can pause once it is over.")
    return replace(
        agreement,
        state=State.PAUSED,
        sessions=tuple(_called_off(s, now) for s in agreement.sessions),
        talks=tuple(_called_off(talk, now) for talk in agreement.talks),
        paused_at=now,
        paused_by=by,
        pauses=agreement.pauses + 1,
    ).acted(by, now)


def would_call_off(agreement: Agreement) -> list[Session]:
    """Return what a pause would cancel: the session ahead, and a first talk that was not held yet."""
    return [ahead for ahead in (agreement.planned_session, agreement.talk) if ahead is not None]


def called_off_by_pause(agreement: Agreement) -> list[Session]:
    """Return what the last pause has cancelled."""
    return [
        s
        for s in (*agreement.sessions, *agreement.talks)
        if s.cancelled and s.cancelled_by is None and s.cancelled_at == agreement.paused_at
    ]


def _called_off(session: Session, now: datetime) -> Session:
    # Without what it was before, so that the undoing of an end in the same instant doesn't bring it back.
    return replace(session.called_off(now), before=None) if session.planned else session


def resume(agreement: Agreement, *, by: PersonId, now: datetime) -> Agreement:
    """Return the agreement under way again, by either. Resuming twice changes nothing.

    Raises:
        NotFound: ``by`` is not one of the pair.
        Refused: it has ended, or never begun.
    """
    must_see(agreement, by)
    if agreement.active:
        return agreement
    if not agreement.paused or agreement.paused_at is None:
        raise Refused("Only a mentoring that is paused can be resumed.")
    span = now - agreement.paused_at
    return replace(
        agreement,
        state=State.ACTIVE,
        sessions=tuple(_paused_for(session, span) for session in agreement.sessions),
        versions=tuple(paused_for(version, span) for version in agreement.versions),
        resumed_at=now,
        resumed_by=by,
    ).acted(by, now)


def _paused_for(session: Session, span: timedelta) -> Session:
    """Return a session whose rating, and what follows from it, has waited through a pause of ``span``."""
    rating = session.rating
    return replace(
        session,
        waited=session.waited + span,
        rating=None if rating is None else replace(rating, waited=rating.waited + span),
    )


def question_moment(agreement: Agreement) -> datetime | None:
    """Return when each is asked whether to go on or end; None if the agreement is not paused."""
    return agreement.paused_at + ASKED_AFTER if agreement.paused and agreement.paused_at is not None else None
