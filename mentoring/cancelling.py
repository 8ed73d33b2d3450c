"""Sessions cancelled ahead, or taken back because they didn't happen, and the undoing of both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mentoring.access import Right, must, must_see
from mentoring.feedback import disputable, restore, withdraw
from mentoring.refusal import NotFound, Refused, while_paused
from mentoring.sessions import Session, SessionState, must_be_open

if TYPE_CHECKING:
    from datetime import datetime

    from mentoring.agreement import Agreement
    from mentoring.ids import PersonId, SessionId


def cancel(agreement: Agreement, session_id: SessionId, *, by: PersonId, now: datetime) -> Agreement:
    """Return the agreement with its planned session cancelled. Cancelling twice changes nothing.

    Raises:
        NotFound: ``by`` is not one of the pair, or there is no such session for them.
        Refused: it is held already ("it didn't happen" is for that).
    """
    must_see(agreement, by)
    session = agreement.session(session_id)
    if session.cancelled:
        return _seconded(agreement, session, by, now)
    must_be_open(agreement, session)
    if session.is_talk and not session.planned:
        raise Refused("This talk's time has passed, so there is nothing to cancel.")
    if not session.planned:
        raise Refused("This session's time has passed. If it didn't take place, choose “It didn't happen”.")
    return _cancelled(agreement, session, by, now)


def didnt_happen(agreement: Agreement, session_id: SessionId, *, by: PersonId, now: datetime) -> Agreement:
    """Return the agreement without a session that was counted as held but did not take place.

    Raises:
        NotFound: ``by`` is not one of the pair, or there is no such session for them.
        Refused: its rating has been released, it lies ahead, or the agreement is paused.
    """
    must_see(agreement, by)
    session = agreement.session(session_id)
    if session.is_talk:
        raise NotFound
    if session.cancelled:
        return _seconded(agreement, session, by, now)
    if agreement.paused:
        raise while_paused("this can be said")
    if session.planned and session.starts > now:
        raise Refused("This session is still ahead. You can cancel or move it instead.")
    if session.held and not disputable(agreement, session):
        raise Refused("This session has been settled since, so it stays counted.")
    return _cancelled(agreement, session, by, now)


def undo_cancel(agreement: Agreement, session_id: SessionId, *, by: PersonId, now: datetime) -> Agreement:
    """Return the agreement with a cancellation, or an "it didn't happen", taken back. Undoing twice changes nothing.

    Raises:
        NotFound: ``by`` did not do it, or there is no such session for them.
        Refused: ten minutes have passed, the agreement was paused since, another session has its place, or the other
            has acted.
    """
    must_see(agreement, by)
    session = agreement.session(session_id)
    if not session.cancelled:
        return agreement
    must(Right.UNDO_CANCELLATION, agreement, by, session)
    if not session.undo_open(now) or session.before is None or session.cancelled_at is None:
        raise Refused("The ten minutes for undoing have passed.")
    if _paused_since(agreement, session.cancelled_at):
        # The other was told as the pause began.
        raise Refused("Your mentoring has been paused since, so this can't be undone.")
    if _place_taken(agreement, session):
        raise Refused("Something else has taken its place since, so this can't be undone.")
    if agreement.other_acted_since(by, session.cancelled_at):
        other = agreement.other(by).first_name
        raise Refused(f"{other} has made a change since, so this can't be undone.")
    return standing_again(agreement, session).acted(by, now)


def may_stand_again(agreement: Agreement, session: Session) -> bool:
    """Tell whether nothing has come in the way of a cancelled session since: no pause, and nothing in its place."""
    paused = session.cancelled_at is not None and _paused_since(agreement, session.cancelled_at)
    return not paused and not _place_taken(agreement, session)


def standing_again(agreement: Agreement, session: Session) -> Agreement:
    """Return the agreement with a cancelled session as it was before, whoever asks."""
    restored = replace(
        session,
        state=session.before or session.state,
        before=None,
        cancelled_at=None,
        cancelled_by=None,
        rating=restore(session.rating),
        revision=session.revision + 1,
    )
    return agreement.with_session(restored)


def _seconded(agreement: Agreement, session: Session, by: PersonId, now: datetime) -> Agreement:
    """Return the agreement as it remembers that the other one has cancelled it too: then it can't be undone any more."""
    if by in {session.cancelled_by, agreement.closed_by} or not session.undo_open(now):
        return agreement
    return agreement.acted_too(by, now)


def _cancelled(agreement: Agreement, session: Session, by: PersonId, now: datetime) -> Agreement:
    gone = replace(
        session,
        state=SessionState.CANCELLED,
        before=session.state,
        cancelled_at=now,
        cancelled_by=by,
        rating=withdraw(session.rating),
        revision=session.revision + 1,
    )
    return agreement.with_session(gone).acted(by, now)


def _paused_since(agreement: Agreement, moment: datetime) -> bool:
    return agreement.paused_at is not None and agreement.paused_at >= moment


def _place_taken(agreement: Agreement, session: Session) -> bool:
    """Tell whether a cancelled session can't come back: no room, another is planned in its stead, or took its time."""
    if session.is_talk:
        return not (agreement.proposed or agreement.active) or agreement.talk is not None
    if session.before is SessionState.PLANNED:
        return not agreement.active or not agreement.room or agreement.planned_session is not None
    return (
        agreement.over or not agreement.room or any(session.overlaps(s) for s in agreement.standing_sessions)
    )
