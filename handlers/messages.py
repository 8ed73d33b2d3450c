"""What a due row says, drawn when it is sent, and again whenever what it says or offers has changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from slack_sdk.models.blocks import ActionsBlock, DividerBlock
from slack_sdk.models.views import View

from handlers import archive, retention
from handlers.deps import Deps
from handlers.early_end import is_asked_alone, reminder_asks
from handlers.views import (
    about,
    calendar,
    changes,
    closing,
    early_end,
    export,
    feedback,
    home,
    proposals,
    rhythm,
    sessions,
    talks,
)
from handlers.views import agreement as agreement_views
from handlers.views.sessions import Beside
from handlers.views.text import Message, escaped, small
from mentoring.agreement import Agreement, Version
from mentoring.due import Due, Kind, Lane
from mentoring.feedback import PROMPT
from mentoring.ids import AccountId, PersonId, SessionId
from mentoring.operator import Operator
from mentoring.people import Person
from mentoring.quiet import as_shown_to
from mentoring.refusal import NotFound
from mentoring.retention import empty
from mentoring.sessions import Session, is_ahead
from mentoring.turns import caught_up
from storage import agreements, decisions, exports, outbox, people
from storage.database import Tx
from storage.outbox import Row


@dataclass(frozen=True)
class Later:
    """Not now: the recipient isn't at work. ``at`` is when they are again."""

    at: datetime


@dataclass(frozen=True)
class Drop:
    """Not at all any more: things have moved on."""


OfAgreement = Callable[[Agreement, Person, datetime], Message]
OfVersion = Callable[[Agreement, Version, Person, datetime], Message]
OfAgreementWithRenewal = Callable[[Agreement, Agreement | None, Person, datetime], Message]
OfSession = Callable[[Agreement, Session, Person, datetime], Message]
OfSessionWithMore = Callable[[Agreement, Session, Person, datetime, Beside], Message]

OF_VERSIONS: Mapping[Kind, OfVersion] = {
    Kind.INVITATION: proposals.invitation,
    Kind.SUGGESTED: changes.suggested,
    Kind.PROPOSAL_REMINDER: proposals.proposal_reminder,
    Kind.SIGNED: proposals.signed,
    Kind.AGREED: proposals.agreed,
    Kind.CHANGE_DECLINED: changes.change_declined,
    Kind.CHANGE_WITHDRAWN: changes.change_withdrawn,
    Kind.CHANGE_LAPSED: changes.change_lapsed,
}
"""Kinds about one version of the terms, whose number is the row's round."""
OF_AGREEMENTS: Mapping[Kind, OfAgreement] = {
    Kind.DECLINED: proposals.declined,
    Kind.WITHDRAWN: proposals.withdrawn,
    Kind.LAPSED: proposals.lapsed,
    Kind.ENDED: closing.ended,
    Kind.END_RECEIPT: closing.end_receipt,
    Kind.CLOSING: closing.closing,
    Kind.THANKS: closing.thanks,
    Kind.OFFER: rhythm.offer,
    Kind.PAUSED: rhythm.paused,
    Kind.RESUMED: rhythm.resumed,
    Kind.PAUSE_CHECK: rhythm.pause_check,
    Kind.UNREACHABLE: closing.unreachable,
}
WITH_RENEWAL: Mapping[Kind, OfAgreementWithRenewal] = {
    Kind.RESULT: closing.result,
}
OF_SESSIONS: Mapping[Kind, OfSession] = {
    Kind.PLANNED: sessions.planned,
    Kind.LOGGED: sessions.logged,
    Kind.CANCELLED: sessions.cancelled,
    Kind.NOT_HELD: sessions.not_held,
    Kind.CANCEL_RECEIPT: sessions.cancel_receipt,
    Kind.SESSION_ENDED: sessions.session_ended,
    Kind.EARLY_END_CHECK: early_end.early_end_check,
    Kind.RATING: feedback.rating,
    Kind.RATING_REMINDER: feedback.rating_reminder,
}
OF_TALKS: Mapping[Kind, OfSession] = {
    Kind.REMINDER: talks.reminder,
}
"""What is said of a first talk otherwise than of a session."""
WITH_MORE: Mapping[Kind, OfSessionWithMore] = {
    Kind.MOVED: sessions.moved,
    Kind.REMINDER: sessions.reminder,
    Kind.CALENDAR_FILE: calendar.calendar_message,
}


def draw(tx: Tx, row: Row, deps: Deps, now: datetime) -> Message | Later | Drop:
    """Return what a row says to its recipient now; ``text`` is escaped as Slack wants it.

    A row that was sent is drawn as things stand now, at any hour; one that was not is put off outside working hours, if the
    clock began it, and dropped once it has expired. Until it is known that someone has been told who is writing, whatever is drawn
    for them says so: one that was in doubt too, and so stays the message that it was. What has said so goes on saying so. What the
    other one did and can still take back isn't shown yet (``mentoring/quiet.py``): then it is to be drawn again when that changes.
    """
    due = row.due
    if due.recipient is None:
        return Drop()
    to = people.get(tx, due.recipient)
    if to.gone:
        return Drop()
    sent = row.ts is not None
    if not sent and (waiting := _waiting(due, to, now)) is not None:
        return waiting
    drawn = _drawn(tx, row, to, deps, now, sent=sent)
    if isinstance(drawn, Drop):
        return drawn
    return _addressed(drawn, deps, greeting=row.introduces or not to.greeted)


def _waiting(due: Due, to: Person, now: datetime) -> Later | Drop | None:
    if due.expires is not None and now >= due.expires:
        return Drop()
    if due.lane is not Lane.CLOCK:
        return None
    muted = to.muted_until is not None and now < to.muted_until
    if due.kind is Kind.SESSION_ENDED and now <= due.due + PROMPT and not muted:
        # The one thing that is said outside hours, for the session itself was; after an outage it can wait for them too.
        return None
    if to.may_hear(now, PROMPT):
        return None
    at = to.next_moment(now)
    return Drop() if due.expires is not None and at >= due.expires else Later(at)


def _reply(tx: Tx, said: str, to: Person, deps: Deps, now: datetime) -> Message:
    """Return the answer to a word, "word" or "word@Slack id" of whoever was mentioned with it."""
    word, _, who = said.partition("@")
    if word == about.NEXT:
        return home.next_sessions(agreements.of(tx, to.id, now=now), to, now, deps.command)
    if word in about.SPOKEN and word not in about.NEEDS_NONE:
        ever = agreements.of(tx, to.id, now=now, closed_since=datetime.min.replace(tzinfo=UTC))
        if not ever:
            return about.nothing_yet(deps.command)
    return about.reply(word, who or None)


def _addressed(drawn: Message, deps: Deps, *, greeting: bool) -> Message:
    """Return the message, and what stands in for its file, as Slack wants it; with who is writing if they don't know yet."""
    file = drawn.file
    if file is not None:
        file = replace(file, instead=_addressed(file.instead, deps, greeting=greeting))
    if greeting:
        drawn = greeted(drawn, deps.operator, deps.command)
    return replace(drawn, text=escaped(drawn.text), file=file)


def _drawn(tx: Tx, row: Row, to: Person, deps: Deps, now: datetime, *, sent: bool) -> Message | Drop:
    due = row.due
    if due.agreement_id is None:
        return _of_person(tx, due, to, deps, now)
    try:
        agreement = caught_up(agreements.get(tx, due.agreement_id, seen_by=to.id), now)
        if due.kind is Kind.RETENTION_NOTICE:
            return retention.notice(tx, row, agreement, to, now) or Drop()
        seen, changes_at = as_shown_to(agreement, to.id, now)
        if due.kind in OF_SESSIONS or due.kind in WITH_MORE:
            drawn = _of_session(tx, due, seen, to, deps=deps, now=now, sent=sent)
        else:
            drawn = _of_agreement(tx, due, seen, to, now)
        if empty(agreement):
            return _of_a_shell(drawn)
        return _fading(drawn, changes_at)
    except NotFound:
        # It has gone out of their sight since: they want no more invitations.
        return agreement_views.invitations_off() if sent else Drop()


def _fading(drawn: Message | Drop, at: datetime | None) -> Message | Drop:
    """Return what was drawn, to be drawn again ``at`` a time at the latest; None if that need not be."""
    if isinstance(drawn, Drop) or at is None:
        return drawn
    return replace(drawn, fades_at=at if drawn.fades_at is None else min(drawn.fades_at, at))


def _of_person(tx: Tx, due: Due, to: Person, deps: Deps, now: datetime) -> Message | Drop:
    match due.kind:
        case Kind.REPLY:
            return _reply(tx, due.subject.partition("/")[0], to, deps, now)
        case Kind.EXPORT:
            return _export(tx, due, to, deps)
        case Kind.EXPORT_REMOVED:
            return export.export_removed(deps.command)
        case _:
            return Drop()


def _export(tx: Tx, due: Due, to: Person, deps: Deps) -> Message | Drop:
    try:
        made = exports.archive(tx, due.subject, person=to.id)
    except NotFound:
        return Drop()
    return export.export_message(made, archive.NAME, files=deps.takes_files(to.team_id))


def _of_agreement(tx: Tx, due: Due, agreement: Agreement, to: Person, now: datetime) -> Message | Drop:
    if due.kind in OF_VERSIONS:
        return OF_VERSIONS[due.kind](agreement, agreement.version(due.round), to, now)
    if due.kind in WITH_RENEWAL:
        renewal = agreements.renewal_of(tx, agreement, seen_by=to.id, now=now)
        seen, changes_at = (None, None) if renewal is None else as_shown_to(renewal, to.id, now)
        return _fading(WITH_RENEWAL[due.kind](agreement, seen, to, now), changes_at)
    return OF_AGREEMENTS[due.kind](agreement, to, now) if due.kind in OF_AGREEMENTS else Drop()


def _of_a_shell(drawn: Message | Drop) -> Message | Drop:
    """Return a message about an agreement of which nothing is left, without its buttons: they would lead nowhere."""
    if isinstance(drawn, Drop):
        return drawn
    return replace(drawn, blocks=[block for block in drawn.blocks if not isinstance(block, ActionsBlock)])


def _of_session(
    tx: Tx, due: Due, agreement: Agreement, to: Person, *, deps: Deps, now: datetime, sent: bool
) -> Message | Drop:
    kind, session = due.kind, agreement.session(SessionId(due.subject))
    if session.is_talk and kind in OF_TALKS:
        return OF_TALKS[kind](agreement, session, to, now)
    if kind is Kind.EARLY_END_CHECK and not sent and not is_asked_alone(tx, agreement, session, to):
        return Drop()
    if kind in OF_SESSIONS:
        return OF_SESSIONS[kind](agreement, session, to, now)
    if kind is Kind.CALENDAR_FILE and not sent and not is_ahead(agreement, session, now):
        return Drop()
    takes_files = deps.takes_files(to.team_id)
    beside = Beside(
        decisions=decisions.any_of(tx, agreement.id, author=to.id),
        file_taken=takes_files
        and outbox.has_old_file(tx, agreement.id, session.id, recipient=to.id, moves=session.moves),
        # What was sent in a file's place stays what it is.
        files=takes_files and not sent,
        worth_checking=reminder_asks(tx, agreement, session, to),
    )
    return WITH_MORE[kind](agreement, session, to, now, beside)


def greeted(drawn: Message, operator: Operator, command: str) -> Message:
    """Return the message, with who is writing and what this is."""
    lines = agreement_views.greeting(operator, command)
    return replace(
        drawn,
        text=" ".join((drawn.text, *lines)),
        blocks=[*drawn.blocks, DividerBlock(), *(small(line) for line in lines)],
        introduces=True,
    )


def draw_home(tx: Tx, person_id: PersonId, deps: Deps, now: datetime) -> tuple[View, datetime | None]:
    """Return someone's Home as it is shown to them now, and when something in it changes by itself.

    What the other one did and can still take back isn't shown yet.

    Raises:
        NotFound: they are gone.
    """
    person = people.get(tx, person_id)
    if person.gone:
        raise NotFound
    found = agreements.of(tx, person_id, now=now, closed_since=now - home.RECENTLY)
    taken = {agreement.other(person_id).id for agreement in found if not agreement.over}
    seen = [
        as_shown_to(a, person_id, now, place_taken=a.over and a.other(person_id).id in taken) for a in found
    ]
    mine = [agreement for agreement, _ in seen]
    view = home.home(person, mine, operator=deps.operator, command=deps.command, now=now)
    moments = (home.fades_at(person, mine, now), *(changes_at for _, changes_at in seen))
    return view, min(filter(None, moments), default=None)


def newcomers_home(deps: Deps, now: datetime) -> View:
    """Return the Home of someone whom nothing is known of."""
    nobody = Person(PersonId("newcomer"), AccountId(""), "", "", "")
    return home.home(nobody, [], operator=deps.operator, command=deps.command, now=now)
