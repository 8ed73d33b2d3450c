"""Every message that the bot can send, drawn of the example pairs."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from handlers.gallery.lives import Example, Moment
from handlers.messages import (
    OF_AGREEMENTS,
    OF_SESSIONS,
    OF_TALKS,
    OF_VERSIONS,
    WITH_MORE,
    WITH_RENEWAL,
    greeted,
)
from handlers.views import about, export, home, retention
from handlers.views.agreement import invitations_off
from handlers.views.sessions import NOTHING_BESIDE, Beside
from handlers.views.text import Message
from mentoring import closing
from mentoring.agreement import Agreement
from mentoring.due import Due, Kind
from mentoring.ids import AgreementId, SessionId
from mentoring.messages import wanted
from mentoring.operator import Operator
from mentoring.people import Person
from mentoring.sessions import Session
from mentoring.undo import undoable

ALL_BESIDE = Beside(decisions=True, worth_checking=True, file_taken=True, files=True)
Named = tuple[Kind, Message]


def of_life(moments: Sequence[Moment]) -> Iterator[Named]:
    """Draw each message when it is sent, and again as things stand later, wherever that may differ."""
    sent: dict[object, Due] = {}
    seen = set()
    for moment in moments:
        for due in wanted(*moment):
            if due.recipient is not None and due.due <= moment.now:
                sent[due.kind, due.subject, due.recipient, due.round] = due
        for due in sent.values():
            if (standing := _standing(moment, due)) not in seen:
                seen.add(standing)
                yield from _drawn(due, moment)


def _standing(moment: Moment, due: Due) -> object:
    """Return what a message depends on, but for words and times."""
    agreement, now = moment
    undo = undoable(agreement.closed_at, now)
    place = agreement.state, agreement.outcome, undo, due.kind, due.recipient
    if due.kind in OF_VERSIONS:
        version = agreement.version(due.round)
        newest = version is agreement.newest
        return (
            *place,
            newest,
            version.outcome,
            version.mentee_signed_at is None,
            version.mentor_signed_at is None,
        )
    session = next((s for s in (*agreement.sessions, *agreement.talks) if s.id == due.subject), None)
    if session is None:
        return place
    rating = session.rating and (session.rating.state, session.rating.words is None, session.rating.shared)
    return (
        *place,
        session.kind,
        session.state,
        rating,
        now > session.starts,
        undoable(session.cancelled_at, now),
    )


def _drawn(due: Due, moment: Moment) -> Iterator[Named]:
    """Draw a row in each way that it may come."""
    agreement, now = moment
    if due.recipient is None:
        return
    to = agreement.person(due.recipient)
    if due.kind is Kind.RETENTION_NOTICE:
        for say in (retention.chosen_anew, retention.goes_on, retention.gone):
            yield due.kind, say(agreement, to)
        yield due.kind, retention.notice(agreement, to, now)
    elif due.kind in OF_VERSIONS:
        yield due.kind, OF_VERSIONS[due.kind](agreement, agreement.version(due.round), to, now)
    elif due.kind in WITH_RENEWAL:
        both = closing.both_go_on(agreement)
        renewed = closing.renewal(agreement, AgreementId("renewal"), now=now) if both else None
        yield due.kind, WITH_RENEWAL[due.kind](agreement, renewed, to, now)
    elif due.kind in OF_AGREEMENTS:
        yield due.kind, OF_AGREEMENTS[due.kind](agreement, to, now)
    elif due.kind in OF_SESSIONS or due.kind in WITH_MORE:
        yield from _of_session(due.kind, agreement, agreement.session(SessionId(due.subject)), to, now)


def _of_session(
    kind: Kind, agreement: Agreement, session: Session, to: Person, now: datetime
) -> Iterator[Named]:
    if session.is_talk and kind in OF_TALKS:
        yield kind, OF_TALKS[kind](agreement, session, to, now)
    elif kind in OF_SESSIONS:
        yield kind, OF_SESSIONS[kind](agreement, session, to, now)
    else:
        for beside in (NOTHING_BESIDE, ALL_BESIDE):
            message = WITH_MORE[kind](agreement, session, to, now, beside)
            yield kind, message
            if message.file is not None:
                yield kind, message.file.instead


def asked_for(moment: Moment) -> Iterator[Named]:
    """Draw what follows from no agreement's state alone."""
    agreement, now = moment
    for to in (agreement.mentor, agreement.mentee):
        yield Kind.UNREACHABLE, OF_AGREEMENTS[Kind.UNREACHABLE](agreement, to, now)
        if (ahead := agreement.planned_session) is not None:
            yield from _of_session(Kind.CALENDAR_FILE, agreement, ahead, to, now)
        yield Kind.REPLY, home.next_sessions([agreement], to, now, "/mentor")


def answers(example: Example, operator: Operator) -> Iterator[Named]:
    """Draw what is answered to words in the DM; and what stands before whoever meets the bot first."""
    for word in (*about.WORDS, about.OTHER):
        for who in (None, example.mentor.user_id):
            yield Kind.REPLY, about.reply(word, who)
    yield Kind.REPLY, about.nothing_yet("/mentor")
    yield Kind.REPLY, greeted(about.reply("help"), operator, "/mentor")
    yield Kind.INVITATION, invitations_off()
    brought = export.export_message(b"", "export.zip", files=True)
    yield Kind.EXPORT, brought
    if brought.file is not None:
        yield Kind.EXPORT, brought.file.instead
    yield Kind.EXPORT_REMOVED, export.export_removed("/mentor")
