"""Sessions: planned, moved, logged, held; never more than the pair agreed. Cancelling has a file of its own.

A first talk, before anything is signed, is planned and moved like a session, and is none: it has no number and uses up nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from mentoring.access import must_see
from mentoring.calendar import instant, next_slot_after
from mentoring.feedback import LONGEST_TEXT, Rating
from mentoring.refusal import Refused, while_paused
from mentoring.undo import undoable

if TYPE_CHECKING:
    from mentoring.agreement import Agreement
    from mentoring.ids import PersonId, SessionId
    from mentoring.secret import Secret

FARTHEST = timedelta(days=366)
"""A session is planned at most a year ahead."""
TOLD_AT_ONCE = timedelta(hours=1)
"""Cancelling this close to the start is told at once, without Undo."""
TALK_MINUTES = 60
"""How long a first talk takes."""
NO_TIME = timedelta()


class SessionKind(StrEnum):
    SESSION = "session"
    FIRST_TALK = "first_talk"


class SessionState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Session:
    """One meeting of the pair.

    ``set_by`` and ``set_at`` tell who planned, moved or logged it last, and when; ``set_by`` is None for the first session
    that the agreement itself names. ``moved_from`` is the start it had before. ``place`` is ciphertext at rest,
    its author ``place_by``. ``moves`` counts the moves alone: it is the round of what is said about its time, so that an undone
    cancellation says nothing twice. ``waited`` is how long the agreement has been paused since it ended: what counts from
    there waits for so much longer. ``revision`` is raised by every move, cancellation and undo.
    """

    id: SessionId
    starts: datetime
    minutes: int
    set_at: datetime
    set_by: PersonId | None = None
    state: SessionState = SessionState.PLANNED
    place: Secret[str] | None = None
    place_by: PersonId | None = None
    moved_from: datetime | None = None
    logged_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_by: PersonId | None = None
    before: SessionState | None = None
    rating: Rating | None = None
    moves: int = 0
    kind: SessionKind = SessionKind.SESSION
    waited: timedelta = NO_TIME
    revision: int = 0

    @property
    def is_talk(self) -> bool:
        return self.kind is SessionKind.FIRST_TALK

    @property
    def ends(self) -> datetime:
        return self.starts + timedelta(minutes=self.minutes)

    @property
    def planned(self) -> bool:
        return self.state is SessionState.PLANNED

    @property
    def held(self) -> bool:
        return self.state is SessionState.HELD

    @property
    def cancelled(self) -> bool:
        return self.state is SessionState.CANCELLED

    @property
    def cancelled_late(self) -> bool:
        """Tell whether a planned session was cancelled within an hour of its start, or later."""
        return (
            self.before is SessionState.PLANNED
            and self.cancelled_at is not None
            and self.cancelled_at >= self.starts - TOLD_AT_ONCE
        )

    def overlaps(self, other: Session) -> bool:
        """Tell whether both would take place at one time."""
        return self.starts < other.ends and other.starts < self.ends

    def undo_open(self, now: datetime) -> bool:
        """Tell whether its cancellation can still be undone, as far as time goes."""
        return (
            self.cancelled
            and self.before is not None
            and not self.cancelled_late
            and undoable(self.cancelled_at, now)
        )

    def called_off(self, now: datetime) -> Session:
        """Return a planned session cancelled along with what it belonged to: by nobody, so it is said with that."""
        return replace(
            self,
            state=SessionState.CANCELLED,
            before=self.state,
            cancelled_at=now,
            revision=self.revision + 1,
        )

    def called_on(self) -> Session:
        """Return a session as it was before ``called_off``."""
        if self.before is None:
            return self
        return replace(self, state=self.before, before=None, cancelled_at=None, revision=self.revision + 1)


def suggested_start(agreement: Agreement, now: datetime) -> datetime | None:
    """Return the cadence's next slot ahead of ``now``, counted from the last session that stands."""
    standing = agreement.standing_sessions
    if not standing or agreement.zone is None:
        return None
    return next_slot_after(standing[-1].starts, agreement.terms.cadence, agreement.zone, now)


def may_plan(agreement: Agreement) -> None:
    """Raise ``Refused`` unless a session can be planned: active, none planned yet, and room for one."""
    must_be_active(agreement)
    if agreement.planned_session is not None:
        raise Refused("A session is already planned. You can move it instead.", at="starts")
    _must_have_room(agreement)


def may_move(agreement: Agreement, session: Session, now: datetime) -> None:
    """Raise ``Refused`` unless the session is still ahead."""
    must_be_open(agreement, session)
    if not session.planned or session.starts <= now:
        what = "talk" if session.is_talk else "session"
        raise Refused(f"This {what} isn't ahead any more, so it can't be moved.", at="starts")


def is_ahead(agreement: Agreement, session: Session, now: datetime) -> bool:
    """Tell whether the session, or first talk, is still to come, and belongs to something that is open."""
    try:
        may_move(agreement, session, now)
    except Refused:
        return False
    return True


def may_log(agreement: Agreement) -> None:
    """Raise ``Refused`` unless a session that already happened can be added: active, and room for one."""
    must_be_active(agreement)
    _must_have_room(agreement)


def may_plan_talk(agreement: Agreement) -> None:
    """Raise ``Refused`` unless a first talk can be planned: nothing is signed by both yet, and none is planned."""
    if agreement.over:
        raise Refused(f"This {agreement.called} is no longer open, so no talk can be planned.", at="starts")
    if not agreement.proposed:
        raise Refused("A first talk comes before signing. You can plan a session instead.", at="starts")
    if agreement.talk is not None:
        raise Refused("Your first talk is already planned. You can move it instead.", at="starts")


def must_be_active(agreement: Agreement) -> None:
    """Raise ``Refused`` if the agreement's sessions can't be changed any more, or not yet."""
    if agreement.paused:
        raise while_paused("sessions can be planned, moved and logged", at="starts")
    if agreement.closing:
        raise Refused(
            "All sessions that you agreed on are used, so none can be added or changed.", at="starts"
        )
    if agreement.over:
        raise Refused("This mentoring is over, so its sessions can't be changed any more.", at="starts")
    if not agreement.active:
        raise Refused("Sessions can be changed only while the agreement is active.", at="starts")


def must_be_open(agreement: Agreement, session: Session) -> None:
    """Raise ``Refused`` if a session, or a first talk, can't be changed any more, or not yet."""
    if not session.is_talk:
        must_be_active(agreement)
    elif not (agreement.proposed or agreement.active):
        raise Refused(
            f"This {agreement.called} is no longer open, so the talk can't be changed.", at="starts"
        )


def plan(
    agreement: Agreement,
    session_id: SessionId,
    *,
    starts: datetime,
    place: Secret[str] | None,
    by: PersonId,
    now: datetime,
    kind: SessionKind = SessionKind.SESSION,
) -> Agreement:
    """Return the agreement with a session, or a first talk, ahead.

    Raises:
        NotFound: ``by`` is not one of the pair, or it does not exist for them.
        Refused: not active (a talk: not proposed), one is already planned, the limit is reached, or the time is not ahead.
    """
    must_see(agreement, by)
    if any(session.id == session_id for session in (*agreement.sessions, *agreement.talks)):
        return agreement
    talk = kind is SessionKind.FIRST_TALK
    (may_plan_talk if talk else may_plan)(agreement)
    _must_be_ahead(starts, now, talk=talk)
    _must_be_short(place)
    session = Session(
        id=session_id,
        starts=starts.astimezone(UTC),
        minutes=TALK_MINUTES if talk else agreement.terms.minutes,
        set_at=now,
        set_by=by,
        place=place,
        place_by=by if place else None,
        kind=kind,
    )
    return agreement.with_session(session).acted(by, now)


def move(
    agreement: Agreement,
    session_id: SessionId,
    *,
    starts: datetime,
    place: Secret[str] | None,
    revision: int,
    by: PersonId,
    now: datetime,
) -> Agreement:
    """Return the agreement with its planned session at another time or place; the same of both changes nothing.

    Raises:
        NotFound: ``by`` is not one of the pair, or there is no such session for them.
        Refused: it is not planned any more, someone moved it since ``revision``, or the time is not ahead.
    """
    must_see(agreement, by)
    session = agreement.session(session_id)
    starts = starts.astimezone(UTC)
    if (
        session.planned
        and session.revision == revision + 1
        and session.set_by == by
        and session.starts == starts
    ):
        return agreement
    may_move(agreement, session, now)
    if session.revision != revision:
        what = "talk" if session.is_talk else "session"
        raise Refused(
            f"This {what} was moved while you had it open. Please look at its new time first.", at="starts"
        )
    if session.starts == starts and session.place == place:
        return agreement
    _must_be_ahead(starts, now, talk=session.is_talk)
    _must_be_short(place)
    moved = replace(
        session,
        starts=starts,
        set_at=now,
        set_by=by,
        moved_from=session.starts,
        moves=session.moves + 1,
        place=place,
        place_by=session.place_by if place == session.place else by if place else None,
        revision=session.revision + 1,
    )
    return agreement.with_session(moved).acted(by, now)


def log(
    agreement: Agreement,
    session_id: SessionId,
    *,
    starts: datetime,
    by: PersonId,
    now: datetime,
) -> Agreement:
    """Return the agreement with a session that already happened.

    Raises:
        NotFound: ``by`` is not one of the pair.
        Refused: not active, over the limit, not over yet, before the agreement was signed, or at the time of another.
    """
    must_see(agreement, by)
    if any(session.id == session_id for session in agreement.sessions):
        return agreement
    may_log(agreement)
    session = Session(
        id=session_id,
        starts=starts.astimezone(UTC),
        minutes=agreement.terms.minutes,
        set_at=now,
        set_by=by,
        state=SessionState.HELD,
        logged_at=now,
    )
    if session.ends > now:
        raise Refused(
            "This is for a session that is over. For one ahead, choose “Plan a session”.", at="starts"
        )
    if _before_signing(agreement, session.starts):
        raise Refused("That is before the agreement was signed, so it doesn't count towards it.", at="starts")
    for other in agreement.standing_sessions:
        if session.overlaps(other):
            raise Refused("There is already a session at that time.", at="starts")
    return agreement.with_session(session).acted(by, now)


def hold(agreement: Agreement, session: Session) -> Agreement:
    """Return the agreement with a planned session counted as held, its end having come."""
    return agreement.with_session(replace(session, state=SessionState.HELD))


def _before_signing(agreement: Agreement, moment: datetime) -> bool:
    zone, signed = agreement.zone, agreement.activated_at
    return bool(zone and signed and moment < instant(signed.astimezone(zone).date(), time(0), zone))


def _must_have_room(agreement: Agreement) -> None:
    if not agreement.room:
        limit = agreement.terms.sessions
        used = (
            "The one session that you agreed on is"
            if limit == 1
            else f"All {limit} sessions that you agreed on are"
        )
        raise Refused(f"{used} used, so no further one can be added.", at="starts")


def _must_be_ahead(starts: datetime, now: datetime, *, talk: bool) -> None:
    if talk and starts <= now:
        raise Refused("That time has passed. Please choose one ahead.", at="starts")
    if starts <= now:
        raise Refused(
            "That time has passed. One that already happened is added from Sessions: “Log one that happened”.",
            at="starts",
        )
    if starts > now + FARTHEST:
        raise Refused("Please choose a time within the next year.", at="starts")


def _must_be_short(place: Secret[str] | None) -> None:
    if place is not None and len(place.reveal()) > LONGEST_TEXT:
        raise Refused(f"Please keep the place to {LONGEST_TEXT} characters.", at="place")
