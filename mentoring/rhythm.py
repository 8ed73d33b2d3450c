"""Keeping the rhythm: the quiet offer when nothing is planned, pausing, going on, and the question after a long pause."""

from dataclasses import replace
from datetime import datetime, timedelta

from mentoring.access import must_see
from mentoring.agreement import Agreement, State
from mentoring.calendar import next_slot
from mentoring.ids import PersonId
from mentoring.refusal import Refused
from mentoring.sessions import called_off
from mentoring.terms import paused_for

OFFERED_AFTER = timedelta(days=7)
"""How long after the cadence says that a session should be, with none planned, each is offered to plan or pause."""
ASKED_AFTER = timedelta(days=60)
"""How long a pause lasts before each is asked, once, whether to go on or end."""


def offer_moment(agreement: Agreement) -> datetime | None:
    """Return when the pair is offered to plan or pause; None if a session is planned, or none can be, or they meet as they go.

    Whoever has just called a session off, or resumed, is not reminded of it the same week.
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
    changes = (agreement.resumed_at, *(session.cancelled_at for session in agreement.sessions))
    return max((slot, *filter(None, changes))) + OFFERED_AFTER


def pause(agreement: Agreement, *, by: PersonId, now: datetime) -> Agreement:
    """Return the agreement paused by either; the session ahead is cancelled. Pausing twice changes nothing.

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
    ahead = agreement.planned_session
    if ahead is not None and ahead.starts <= now:
        raise Refused("A session is under way. You can pause once it is over.")
    return replace(
        agreement,
        state=State.PAUSED,
        sessions=tuple(called_off(s, now) if s.planned else s for s in agreement.sessions),
        paused_at=now,
        paused_by=by,
        pauses=agreement.pauses + 1,
    ).acted(by, now)


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
    sessions = tuple(
        replace(
            s,
            waited=s.waited + span,
            rating=None if s.rating is None else replace(s.rating, waited=s.rating.waited + span),
        )
        for s in agreement.sessions
    )
    return replace(
        agreement,
        state=State.ACTIVE,
        sessions=sessions,
        versions=tuple(paused_for(version, span) for version in agreement.versions),
        resumed_at=now,
        resumed_by=by,
    ).acted(by, now)


def question_moment(agreement: Agreement) -> datetime | None:
    """Return when each is asked whether to go on or end; None if the agreement is not paused."""
    return agreement.paused_at + ASKED_AFTER if agreement.paused and agreement.paused_at is not None else None
