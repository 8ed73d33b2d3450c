"""What must be said about a session, or a first talk, to whom and when."""

from collections.abc import Iterator
from datetime import datetime

from mentoring.agreement import Agreement, State
from mentoring.calendar import days_later
from mentoring.due import Due, Kind, Lane
from mentoring.feedback import REMINDED_AFTER, RatingState
from mentoring.ids import PersonId
from mentoring.people import Person
from mentoring.sessions import Session, SessionState
from mentoring.undo import UNDO


def about(agreement: Agreement, session: Session) -> Iterator[Due]:
    """Return the rows that a session's state calls for, those already sent included."""
    match session.state:
        case SessionState.PLANNED if agreement.active or (session.is_talk and agreement.proposed):
            yield from _ahead(agreement, session)
        case SessionState.HELD if agreement.state in {State.ACTIVE, State.CLOSING} and not session.is_talk:
            yield from _held(agreement, session)
        case SessionState.CANCELLED if session.cancelled_by is not None and session.cancelled_at is not None:
            yield from _cancelled(agreement, session, session.cancelled_by, session.cancelled_at)


def told_at(agreement: Agreement, session: Session, cancelled_at: datetime) -> datetime:
    """Return when the other is told of a cancellation: when Undo is over, or sooner once it can't be undone any more."""
    if session.cancelled_late:
        return cancelled_at
    ahead = agreement.talk if session.is_talk else agreement.planned_session
    instead = ahead if session.before is SessionState.PLANNED else None
    moments = [cancelled_at + UNDO]
    if instead is not None:
        moments.append(instead.set_at)
    if agreement.paused_at is not None and agreement.paused_at >= cancelled_at:
        moments.append(agreement.paused_at)
    return min(moments)


def reminded_at(session: Session, person: Person) -> datetime | None:
    """Return when someone is reminded of a session ahead; None if they want no reminders, or it was planned too late for one."""
    moment = person.reminder_moment(session.starts)
    muted = person.muted_until is not None and moment < person.muted_until
    return moment if person.reminders and not muted and moment > session.set_at else None


def _due(
    agreement: Agreement,
    session: Session,
    kind: Kind,
    moment: datetime,
    to: PersonId,
    *,
    round_: int = 0,
    expires: datetime | None = None,
    lane: Lane = Lane.GESTURE,
) -> Due:
    return Due(kind, session.id, moment, agreement.id, to, round_, expires, lane)


def _in_sight(agreement: Agreement) -> list[Person]:
    """The pair, or only the proposer where the proposal doesn't exist for the other."""
    both = [agreement.mentor, agreement.mentee]
    return [person for person in both if not agreement.hidden or person.id == agreement.proposer]


def _ahead(agreement: Agreement, session: Session) -> Iterator[Due]:
    for person in _in_sight(agreement):
        if session.set_by is not None and person.id != session.set_by:
            kind = Kind.PLANNED if session.moved_from is None else Kind.MOVED
            yield _due(
                agreement,
                session,
                kind,
                session.set_at,
                person.id,
                round_=session.moves,
                expires=session.starts,
            )
    for person in _in_sight(agreement):
        moment = reminded_at(session, person)
        if moment is not None:
            yield _due(
                agreement,
                session,
                Kind.REMINDER,
                moment,
                person.id,
                round_=session.moves,
                expires=session.starts,
                lane=Lane.CLOCK,
            )


def _held(agreement: Agreement, session: Session) -> Iterator[Due]:
    mentor = agreement.mentor
    if session.logged_at is None or session.set_by is None:
        muted = mentor.muted_until is not None and session.ends < mentor.muted_until
        moment = mentor.next_moment(session.ends) if muted else session.ends
        yield _due(agreement, session, Kind.SESSION_ENDED, moment, mentor.id, lane=Lane.CLOCK)
    else:
        yield _due(agreement, session, Kind.LOGGED, session.set_at, agreement.other(session.set_by).id)
    yield from _about_rating(agreement, session)


def _cancelled(agreement: Agreement, session: Session, by: PersonId, at: datetime) -> Iterator[Due]:
    kind = Kind.NOT_HELD if session.before is SessionState.HELD else Kind.CANCELLED
    told = told_at(agreement, session, at)
    # What is over by the time it would be told goes without saying.
    moot = agreement.closed_at is not None and agreement.closed_at < told
    for person in _in_sight(agreement):
        if person.id == by:
            yield _due(agreement, session, Kind.CANCEL_RECEIPT, at, by, round_=session.revision)
        elif not moot:
            yield _due(agreement, session, kind, told, person.id, round_=session.revision)


def _about_rating(agreement: Agreement, session: Session) -> Iterator[Due]:
    rating, mentee = session.rating, agreement.mentee
    if rating is None or rating.state is not RatingState.ASKED:
        return

    def ask(kind: Kind, moment: datetime) -> Due:
        # An undone skip leaves the question asked as it was: the round stays, so it is not asked a second time.
        return _due(agreement, session, kind, moment, mentee.id, expires=rating.closes_at, lane=Lane.CLOCK)

    yield ask(Kind.RATING, rating.asked_at)
    if mentee.reminders:
        again = days_later(rating.asked_at, REMINDED_AFTER.days, mentee.zone) + rating.waited
        yield ask(Kind.RATING_REMINDER, mentee.next_moment(again))
