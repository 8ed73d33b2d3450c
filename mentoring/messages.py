"""What must be said about an agreement, to whom and when: derived from its state, never from what anyone wrote.

``wanted`` is the whole of it. Storage keeps the outbox in step with it in the same transaction that saves the
agreement, so nothing can be decided without being said, and nothing is said that no longer holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from mentoring.agreement import REMINDED_AFTER, Agreement, Outcome, State
from mentoring.calendar import days_later, next_working_moment, reminder_moment
from mentoring.feedback import REMINDED_AFTER as RATING_REMINDED_AFTER
from mentoring.feedback import RatingState
from mentoring.ids import AgreementId, PersonId
from mentoring.people import Person
from mentoring.sessions import Session, SessionState
from mentoring.turns import next_turn
from mentoring.undo import UNDO, undoable


class Kind(StrEnum):
    """Kinds of due rows. ``subject`` is the agreement's id unless said otherwise."""

    # what time does
    TURN = "turn"  # the agreement's next turn; no recipient
    LOOKUP = "lookup"  # ask users.info about an account; subject: its person
    # what is drawn again
    HOME = "home"  # publish a person's Home; subject: the person
    REDRAW = "redraw"  # draw a message that was sent again; subject: that row
    # an agreement
    INVITATION = "invitation"  # to whom it is proposed; then the place of their answer
    PROPOSAL_REMINDER = "proposal_reminder"  # to whoever must sign
    SIGNED = "signed"  # the mentee has signed what the mentor proposed; to the mentor
    AGREED = "agreed"  # both have signed; to each
    DECLINED = "declined"  # to the proposer
    WITHDRAWN = "withdrawn"  # to whom it was proposed
    LAPSED = "lapsed"  # to the proposer, and to a mentee who had signed
    ENDED = "ended"  # ended early; to the other
    END_RECEIPT = "end_receipt"  # ended early; to whoever did it, with Undo
    UNREACHABLE = "unreachable"  # the other side cannot be reached; once
    # a session; subject: the session
    PLANNED = "planned"
    MOVED = "moved"
    LOGGED = "logged"
    CANCELLED = "cancelled"  # a session ahead; to the other
    NOT_HELD = "not_held"  # "it didn't happen"; to the other, without a name
    CANCEL_RECEIPT = "cancel_receipt"  # either of the two; to whoever did it, with Undo
    REMINDER = "reminder"
    SESSION_ENDED = "session_ended"  # to the mentor
    # a rating; subject: the session; to the mentee
    RATING = "rating"
    RATING_REMINDER = "rating_reminder"
    # an answer to something said in the DM; subject: "word/event id"
    REPLY = "reply"


REPEATABLE = frozenset({Kind.TURN, Kind.LOOKUP, Kind.HOME, Kind.REDRAW})
"""Kinds that may be due again and again; of each there is one pending row per subject and recipient."""


class Lane(IntEnum):
    """What a person's gesture caused goes before what the clock caused."""

    GESTURE = 0
    CLOCK = 1


@dataclass(frozen=True)
class Due:
    """Something to be said or done at ``due``, at the latest before ``expires``.

    Unique by (kind, subject, recipient, round), unless ``REPEATABLE``; ``round`` tells apart what is said of one subject more
    than once. It names things, and holds nothing that anyone wrote.
    """

    kind: Kind
    subject: str
    due: datetime
    agreement_id: AgreementId | None = None
    recipient: PersonId | None = None
    round: int = 0
    expires: datetime | None = None
    lane: Lane = Lane.GESTURE


def wanted(agreement: Agreement, now: datetime) -> list[Due]:
    """Return every due row that the agreement's state calls for, those already sent included.

    ``now`` is used for the next turn alone.
    """
    rows = [*_about_agreement(agreement)]
    for session in agreement.sessions:
        rows += _about_session(agreement, session)
    if (moment := next_turn(agreement, now)) is not None:
        rows.append(Due(Kind.TURN, agreement.id, moment, agreement.id, lane=Lane.CLOCK))
    return rows


def concerned(before: Agreement | None, after: Agreement) -> list[PersonId]:
    """Return for whom messages and Home may have changed: of a rating alone, before its release, only the mentee."""
    if before is not None and _without_ratings(before) == _without_ratings(after):
        return [after.mentee.id]
    return [after.mentor.id, after.mentee.id]


def quiet_until(agreement: Agreement, person: PersonId, now: datetime) -> datetime:
    """Return from when ``person`` may be shown the other's last act: at once, or when its undo time is over."""
    moments = [
        _told_at(agreement, s, s.cancelled_at)
        for s in agreement.sessions
        if s.cancelled_at is not None and s.cancelled_by not in {None, person} and s.undo_open(now)
    ]
    if (
        agreement.outcome in {Outcome.DECLINED, Outcome.ENDED}
        and agreement.closed_by != person
        and agreement.closed_at is not None
        and undoable(agreement.closed_at, now)
    ):
        moments.append(agreement.closed_at + UNDO)
    return max((now, *moments))


def _told_at(agreement: Agreement, session: Session, cancelled_at: datetime) -> datetime:
    """Return when the other is told of a cancellation: when Undo is over, or sooner once another session has the place."""
    if session.cancelled_late:
        return cancelled_at
    instead = agreement.planned_session if session.before is SessionState.PLANNED else None
    return cancelled_at + UNDO if instead is None else min(cancelled_at + UNDO, instead.set_at)


def _without_ratings(agreement: Agreement) -> object:
    released = {s.id for s in agreement.sessions if s.rating is not None and s.rating.released}
    sessions = [(s.id, s.state, s.revision, s.starts, s.place) for s in agreement.sessions]
    return (
        agreement.state,
        agreement.outcome,
        agreement.hidden,
        agreement.released_at,
        agreement.versions,
        sessions,
        released,
    )


def _about_agreement(agreement: Agreement) -> Iterator[Due]:
    version = agreement.newest
    if agreement.state is State.PROPOSED:
        yield from _about_proposal(agreement)
    if agreement.state is State.ACTIVE and agreement.activated_at is not None:
        for person in (agreement.mentor, agreement.mentee):
            yield Due(
                Kind.AGREED, agreement.id, agreement.activated_at, agreement.id, person.id, version.number
            )
    if agreement.closed_at is None or agreement.outcome is None:
        return
    closed, proposer, other = agreement.closed_at, agreement.person(agreement.proposer), agreement.recipient
    round_ = agreement.revision
    match agreement.outcome:
        case Outcome.DECLINED:
            yield Due(Kind.DECLINED, agreement.id, closed + UNDO, agreement.id, proposer.id, round_)
        case Outcome.WITHDRAWN if not agreement.hidden:
            yield Due(Kind.WITHDRAWN, agreement.id, closed, agreement.id, other.id, round_)
        case Outcome.LAPSED:
            yield _lapsed(agreement, proposer, closed)
            if version.mentee_signed_at is not None and agreement.mentee.id != proposer.id:
                yield _lapsed(agreement, agreement.mentee, closed)
        case Outcome.ENDED if agreement.closed_by is not None:
            told = agreement.other(agreement.closed_by)
            yield Due(Kind.ENDED, agreement.id, closed + UNDO, agreement.id, told.id, round_)
            yield Due(Kind.END_RECEIPT, agreement.id, closed, agreement.id, agreement.closed_by, round_)


def _lapsed(agreement: Agreement, person: Person, closed: datetime) -> Due:
    moment = next_working_moment(closed, person.hours, person.zone)
    return Due(Kind.LAPSED, agreement.id, moment, agreement.id, person.id, lane=Lane.CLOCK)


def _about_proposal(agreement: Agreement) -> Iterator[Due]:
    version, recipient = agreement.newest, agreement.recipient
    if not agreement.hidden:
        yield Due(Kind.INVITATION, agreement.id, version.sent_at, agreement.id, recipient.id, version.number)
    mentor_invited = agreement.proposer == agreement.mentor.id
    if mentor_invited and version.mentee_signed_at is not None:
        yield Due(
            Kind.SIGNED,
            agreement.id,
            version.mentee_signed_at,
            agreement.id,
            agreement.mentor.id,
            version.number,
        )
    signer = agreement.must_sign
    if signer is None or not signer.reminders or (agreement.hidden and signer.id == recipient.id):
        return
    moment = next_working_moment(version.waits_since + REMINDED_AFTER, signer.hours, signer.zone)
    yield Due(
        Kind.PROPOSAL_REMINDER,
        agreement.id,
        moment,
        agreement.id,
        signer.id,
        version.number,
        expires=version.lapses_at,
        lane=Lane.CLOCK,
    )


def _about_session(agreement: Agreement, session: Session) -> Iterator[Due]:
    def due(
        kind: Kind,
        moment: datetime,
        to: PersonId,
        *,
        round_: int = 0,
        expires: datetime | None = None,
        lane: Lane = Lane.GESTURE,
    ) -> Due:
        return Due(kind, session.id, moment, agreement.id, to, round_, expires, lane)

    match session.state:
        case SessionState.PLANNED if agreement.state is State.ACTIVE:
            if session.set_by is not None:
                kind = Kind.PLANNED if session.moved_from is None else Kind.MOVED
                yield due(
                    kind,
                    session.set_at,
                    agreement.other(session.set_by).id,
                    round_=session.moves,
                    expires=session.starts,
                )
            for person in (agreement.mentor, agreement.mentee):
                moment = reminder_moment(session.starts, person.hours, person.zone)
                if person.reminders and moment > session.set_at:
                    yield due(
                        Kind.REMINDER,
                        moment,
                        person.id,
                        round_=session.moves,
                        expires=session.starts,
                        lane=Lane.CLOCK,
                    )
        case SessionState.HELD if agreement.state in {State.ACTIVE, State.CLOSING}:
            if session.logged_at is None or session.set_by is None:
                yield due(Kind.SESSION_ENDED, session.ends, agreement.mentor.id, lane=Lane.CLOCK)
            else:
                yield due(Kind.LOGGED, session.set_at, agreement.other(session.set_by).id)
            yield from _about_rating(agreement, session)
        case SessionState.CANCELLED if session.cancelled_by is not None and session.cancelled_at is not None:
            other = agreement.other(session.cancelled_by).id
            kind = Kind.NOT_HELD if session.before is SessionState.HELD else Kind.CANCELLED
            told = _told_at(agreement, session, session.cancelled_at)
            yield due(kind, told, other, round_=session.revision)
            yield due(
                Kind.CANCEL_RECEIPT, session.cancelled_at, session.cancelled_by, round_=session.revision
            )


def _about_rating(agreement: Agreement, session: Session) -> Iterator[Due]:
    rating, mentee = session.rating, agreement.mentee
    if rating is None or rating.state is not RatingState.ASKED:
        return
    asked = rating.asked_at
    # An undone skip leaves the question asked as it was: the round stays, so it is not asked a second time.
    yield Due(
        Kind.RATING, session.id, asked, agreement.id, mentee.id, expires=rating.closes_at, lane=Lane.CLOCK
    )
    if mentee.reminders:
        again = days_later(asked, RATING_REMINDED_AFTER.days, mentee.zone)
        moment = next_working_moment(again, mentee.hours, mentee.zone)
        yield Due(
            Kind.RATING_REMINDER,
            session.id,
            moment,
            agreement.id,
            mentee.id,
            expires=rating.closes_at,
            lane=Lane.CLOCK,
        )
