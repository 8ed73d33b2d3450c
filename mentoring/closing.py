"""Endings: the closing after the last session, and ending early."""

from dataclasses import replace
from datetime import datetime, timedelta

from mentoring.access import must_see
from mentoring.agreement import Agreement, Outcome, State
from mentoring.feedback import Rating, asking_moment, expire, release, restore, withdraw
from mentoring.ids import PersonId
from mentoring.refusal import NotFound, Refused
from mentoring.sessions import SessionState
from mentoring.undo import undoable

OPENS_AFTER_LAST = timedelta(days=7)
OPENS_AFTER_ASKING = timedelta(days=2)
FIXED_AFTER = timedelta(days=7)


def opening_moment(agreement: Agreement, now: datetime) -> datetime | None:
    """Return when the closing opens: seven days after the last session, or two after its rating was asked, if later.

    None while a session is planned or can still be planned.
    """
    if not agreement.active or agreement.room > 0 or agreement.planned_session is not None:
        return None
    last = agreement.held_sessions[-1]
    asked = last.rating.asked_at if last.rating is not None else asking_moment(agreement, last, now)
    return max(last.ends + OPENS_AFTER_LAST, asked + OPENS_AFTER_ASKING)


def open_closing(agreement: Agreement, now: datetime) -> Agreement:
    """Return the agreement closing: a release, and seven days until the fixed instant."""
    return replace(release(agreement, now), state=State.CLOSING, closing_at=now)


def fixed_moment(agreement: Agreement) -> datetime | None:
    """Return the instant at which a closing agreement is closed; None if it is not closing."""
    if agreement.state is not State.CLOSING or agreement.closing_at is None:
        return None
    return agreement.closing_at + FIXED_AFTER


def answerable_until(agreement: Agreement, rating: Rating) -> datetime:
    """Return when a rating can no longer be given or changed: its own time, or the fixed instant if that is sooner."""
    fixed = fixed_moment(agreement)
    return rating.closes_at if fixed is None else min(rating.closes_at, fixed)


def complete(agreement: Agreement, now: datetime) -> Agreement:
    """Return the agreement completed: the last release, and every rating still open closes."""
    return expire(release(agreement, now), now, closing=True).closed(Outcome.COMPLETED, now, None)


def end(agreement: Agreement, *, by: PersonId, now: datetime) -> Agreement:
    """Return the agreement ended early by either, no reason asked. Ending twice changes nothing.

    The session ahead is cancelled, open ratings are withdrawn, and sealed ones stay sealed. While the agreement is closing
    there is nothing left to end early, and it stays as it is.

    Raises:
        NotFound: ``by`` is not one of the pair.
        Refused: nothing has been signed yet.
    """
    must_see(agreement, by)
    if agreement.over or agreement.state is State.CLOSING:
        return agreement
    if agreement.proposed:
        raise Refused("Nothing has been signed yet, so there is nothing to end.")
    sessions = tuple(
        replace(s, state=SessionState.CANCELLED, before=s.state, cancelled_at=now, revision=s.revision + 1)
        if s.planned
        else replace(s, rating=withdraw(s.rating))
        for s in agreement.sessions
    )
    return replace(agreement, sessions=sessions).closed(Outcome.ENDED, now, by)


def undo_close(agreement: Agreement, *, by: PersonId, place_taken: bool, now: datetime) -> Agreement:
    """Return the agreement with a decline or an early end taken back.

    ``place_taken``: the pair has another open agreement by now.

    Raises:
        NotFound: ``by`` did not do it.
        Refused: ten minutes have passed, the place is taken, or the other has acted since.
    """
    agreement.role_of(by)
    if by != agreement.closed_by or agreement.outcome not in {Outcome.DECLINED, Outcome.ENDED}:
        raise NotFound
    if not undoable(agreement.closed_at, now) or agreement.closed_at is None or agreement.before is None:
        raise Refused("The ten minutes for undoing have passed.")
    if place_taken or agreement.other_acted_since(by, agreement.closed_at):
        raise Refused("Something has happened since, so this can't be undone.")
    sessions = tuple(
        replace(
            s,
            state=s.before,
            before=None,
            cancelled_at=None,
            revision=s.revision + 1,
        )
        if s.cancelled and s.cancelled_by is None and s.before is not None
        else replace(s, rating=restore(s.rating))
        if s.held
        else s
        for s in agreement.sessions
    )
    return replace(
        agreement,
        state=agreement.before,
        before=None,
        outcome=None,
        closed_at=None,
        closed_by=None,
        sessions=sessions,
    ).acted(by, now)
