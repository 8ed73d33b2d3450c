"""Keeping the outbox in step with what the rules want said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, delete, select, update

from mentoring import messages
from mentoring.due import CLEARING, REPEATABLE, Due, Kind
from mentoring.quiet import quiet_until
from mentoring.undo import UNDO
from storage.due import ITS_QUEUE, add
from storage.tables import RowState, due_rows, of_known_kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Select

    from mentoring.agreement import Agreement
    from mentoring.ids import AgreementId, PersonId
    from storage.database import Tx

FOLLOWED = (
    frozenset(Kind)
    - CLEARING
    - {
        Kind.LOOKUP,
        Kind.REACHED,
        Kind.HOME,
        Kind.REDRAW,
        Kind.UNREACHABLE,
        Kind.CALENDAR_FILE,
        Kind.EXPORT,
        Kind.EXPORT_REMOVED,
        Kind.EXPIRE_EXPORT,
        Kind.REPLY,
    }
)
"""The kinds that ``messages.wanted`` derives; the others are added by whoever needs them."""
REMINDERS = frozenset({Kind.REMINDER, Kind.RATING_REMINDER, Kind.PROPOSAL_REMINDER, Kind.OFFER})
"""They are never begun after their moment."""


class Known(NamedTuple):
    """What of a due row tells whether it still says what is wanted; a row of SQLAlchemy's is slower to look at."""

    id: str
    kind: Kind
    subject: str
    recipient: PersonId
    round: int
    state: RowState
    live: bool
    due: datetime
    expires: datetime | None


_OF_AGREEMENT: Select[Any] = select(*(due_rows.c[name] for name in Known._fields)).where(
    due_rows.c.agreement_id == bindparam("agreement"), of_known_kind()
)
_LOCKED = _OF_AGREEMENT.with_for_update()
_MOVE = (
    update(due_rows)
    .where(due_rows.c.id == bindparam("its_id"))
    .values(
        state=RowState.PENDING,
        queue=ITS_QUEUE,
        due=bindparam("due"),
        at=bindparam("due"),
        expires=bindparam("expires"),
    )
)
ASKING = frozenset({Kind.RATING, Kind.RATING_REMINDER})
"""The kinds that ask for a rating."""
_DELETE = delete(due_rows).where(due_rows.c.id == bindparam("its_id"))
_DROP = update(due_rows).where(due_rows.c.id == bindparam("its_id")).values(state=RowState.DROPPED, queue="")


def rows_of(tx: Tx, agreement_id: AgreementId) -> list[Known]:
    """Return what the outbox holds about an agreement: locked if ``tx`` writes, so that delivery claims none of it meanwhile."""
    query = _LOCKED if tx.writing else _OF_AGREEMENT
    return [Known._make(row) for row in tx.connection.execute(query, {"agreement": agreement_id})]


def follow(
    tx: Tx,
    agreement_id: AgreementId,
    wanted: Iterable[Due],
    now: datetime,
    rows: Iterable[Known] | None = None,
) -> None:
    """Make the pending rows about an agreement those that are wanted.

    What is missing is added, what is due at another time moved, what is no longer wanted dropped, and what was dropped and is
    wanted again revived. What was sent is never sent again. ``rows`` spares reading them once more.
    """
    known = {_key(row): row for row in (rows_of(tx, agreement_id) if rows is None else rows) if _counts(row)}
    by_key = {(due.kind, due.subject, due.recipient or "", due.round): due for due in wanted}
    missing = [due for key, due in by_key.items() if key not in known and not _past(due, now)]
    moved = [
        {"its_id": row.id, "due": due.due, "expires": due.expires}
        for key, due in by_key.items()
        if (row := known.get(key)) is not None and _moves(row, due, now)
    ]
    unwanted = [row for key, row in known.items() if key not in by_key and row.state is RowState.PENDING]
    add(tx, *missing)
    if moved:
        tx.connection.execute(_MOVE, moved)
        tx.wakes = True
    for gone, statement in ((False, _DROP), (True, _DELETE)):
        ids = [{"its_id": row.id} for row in unwanted if (row.kind in REPEATABLE) is gone]
        if ids:
            tx.connection.execute(statement, ids)
            tx.wakes = True


def move(tx: Tx, agreement_id: AgreementId, wanted: Iterable[Due]) -> None:
    """Move what is pending about an agreement to where it is wanted now; nothing is added, dropped or revived."""
    dues = {(due.kind, due.subject, due.recipient or "", due.round): due for due in wanted}
    moved = [
        {"its_id": row.id, "due": due.due, "expires": due.expires}
        for row in rows_of(tx, agreement_id)
        if row.state is RowState.PENDING and (due := dues.get(_key(row))) is not None
    ]
    if moved:
        tx.connection.execute(_MOVE, moved)
        tx.wakes = True


def redraws(rows: Iterable[Known], before: Agreement | None, after: Agreement, now: datetime) -> list[Due]:
    """Return the rows that draw again what the change from ``before`` to ``after`` may have changed.

    Those are the messages that still have buttons, or are on their way as they were drawn before the change, and the Homes
    that were opened, of whomever it concerns; the other's while an act can be undone only once it no longer can. A change of
    ratings alone concerns the messages that ask for them, and these at once: it is her own act. Once what she answered has gone,
    what those messages say of it no longer holds, though nothing can be done there any more.
    """
    concerned = [after.person(person) for person in messages.concerned(before, after)]
    rated = messages.only_ratings(before, after)
    changed = {session.id for session in (*after.sessions, *after.talks)} - {
        session.id for session in (before.sessions if before else ()) if session in after.sessions
    }
    dues = [
        Due(Kind.HOME, person.id, _moment(after, person.id, now), after.id, person.id)
        for person in concerned
        if person.home_opened
    ]
    whose = {person.id for person in concerned}
    erased = before is not None and after.mentee_erased and not before.mentee_erased
    for row in rows:
        on_its_way = row.state is RowState.SENDING and row.kind not in REPEATABLE
        says_more = erased and row.kind in ASKING and row.state is RowState.SENT
        if not (row.live or on_its_way or says_more) or row.recipient not in whose:
            continue
        if rated and not (row.kind in ASKING and row.subject in changed):
            continue
        moment = now if rated else _moment(after, row.recipient, now)
        dues.append(Due(Kind.REDRAW, row.id, moment, after.id, row.recipient))
    return dues


def _moment(agreement: Agreement, person: PersonId, now: datetime) -> datetime:
    """Whoever has just acted has seen how things stand."""
    if agreement.acted_by == person and agreement.acted_at == now:
        return now
    return quiet_until(agreement, person, now)


def _key(row: Known) -> tuple[Kind, str, str, int]:
    return row.kind, row.subject, row.recipient, row.round


def _counts(row: Known) -> bool:
    """A turn that is in flight says nothing of the next one."""
    return row.kind in FOLLOWED and (row.kind is not Kind.TURN or row.state is RowState.PENDING)


def _past(due: Due, now: datetime) -> bool:
    return due.kind in REMINDERS and due.due < now


def _moves(row: Known, due: Due, now: datetime) -> bool:
    if row.state is RowState.PENDING:
        return bool((row.due, row.expires) != (due.due, due.expires))
    alive = due.expires is None or due.expires > now
    # A reminder whose moment fell between an act and its Undo has still its place.
    return row.state is RowState.DROPPED and alive and not _past(due, now - UNDO)
