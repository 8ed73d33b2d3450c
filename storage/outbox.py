"""The outbox: what is due, and what came of it.

A row is ``pending``, then ``sending`` once it is claimed, then ``sent``; or ``pending`` again, ``unsure``, ``dead`` or
``dropped``. Rows of a kind that may be due again and again, or that leaves nothing, are deleted when they are done.

Each row stands in a queue: a message in that of its recipient's account, anything else in one of its own subject. It leaves it
once it is settled, and takes its place in it again if it is to be said after all. Of a queue one row at a time is in flight; those
behind wait, also while the one before them is to be tried again.

A row may be of a kind that only a newer version knows, which ran on this database before or runs beside this one. It is set aside:
nothing here reads or changes it, no other row waits for it, and it comes alive again once a version that knows it delivers.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    delete,
    exists,
    literal_column,
    not_,
    or_,
    select,
    text,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy import Row as Values

from mentoring.due import LEAVES_NOTHING, REPEATABLE, Due, Kind, Lane
from mentoring.ids import AgreementId, PersonId
from storage.columns import Instant
from storage.database import Tx
from storage.due import ITS_QUEUE, ROWS, Row, add, has_old_file, like, row, row_of, take_place
from storage.following import follow
from storage.tables import RowState, due_rows, of_known_kind

__all__ = [
    "Ending",
    "Row",
    "RowState",
    "add",
    "again",
    "busy",
    "claim",
    "dead",
    "done",
    "dropped",
    "follow",
    "has_old_file",
    "introduces",
    "keep_file",
    "later",
    "like",
    "next_due",
    "redrawn",
    "retry",
    "row",
    "said",
    "sent",
    "set_aside",
    "settle_by_click",
    "take_over",
    "unsure",
    "wait",
]

Ending = Callable[[Tx, str], None]
"""What says what became of a row."""
NONE_SKIPPED: Mapping[Lane, Collection[tuple[str, Kind]]] = {}

# Literals, not parameters: only so do both databases see that a partial index fits.
_PENDING = due_rows.c.state == literal_column("'pending'")
_SENDING = due_rows.c.state == literal_column("'sending'")
_TEAM_MAY = or_(due_rows.c.team_id.is_(None), due_rows.c.team_id.not_in(bindparam("teams", expanding=True)))


def _head_of_its_queue() -> ColumnElement[bool]:
    """Nothing of the same queue is in flight, or goes before it and is due."""
    flying, other = due_rows.alias("flying"), due_rows.alias("other")
    in_flight = select(flying.c.queue).where(
        flying.c.state == literal_column("'sending'"), of_known_kind("flying")
    )
    order, its_order = (tuple_(t.c.lane, t.c.due, t.c.number) for t in (other, due_rows))
    before: Select[Any] = (
        select(literal_column("1"))
        .select_from(other)
        .where(
            other.c.queue == due_rows.c.queue,
            text("other.queue <> ''"),
            of_known_kind("other"),
            other.c.state == literal_column("'pending'"),
            other.c.at <= bindparam("now"),
            # Said by "order" too; this the index can tell by itself, without a look at the row.
            other.c.number != due_rows.c.number,
            order < its_order,
        )
    )
    return and_(due_rows.c.queue.not_in(in_flight), ~exists(before))


_DUE: Select[Any] = (
    ROWS.where(
        _PENDING,
        due_rows.c.lane == bindparam("lane"),
        due_rows.c.at <= bindparam("now"),
        _TEAM_MAY,
        tuple_(due_rows.c.team_id, due_rows.c.kind).not_in(bindparam("kinds", expanding=True)),
        due_rows.c.queue.not_in(bindparam("queues", expanding=True)),
        _head_of_its_queue(),
    )
    .order_by(due_rows.c.at, due_rows.c.number)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, of=due_rows)
)
_CLAIM = (
    update(due_rows)
    .where(due_rows.c.number.in_(bindparam("numbers", expanding=True)))
    .values(state=RowState.SENDING)
)
_NEXT_DUE = select(due_rows.c.at).where(_PENDING, _TEAM_MAY, of_known_kind()).order_by(due_rows.c.at).limit(1)
_SAID = select(due_rows.c.subject).where(
    due_rows.c.agreement_id == bindparam("agreement"),
    due_rows.c.recipient == bindparam("recipient"),
    due_rows.c.kind == bindparam("its_kind", type_=due_rows.c.kind.type),
    due_rows.c.state == literal_column("'sent'"),
    due_rows.c.sent_at >= bindparam("since", type_=Instant()),
)
_IN_FLIGHT = select(due_rows.c.id).where(_SENDING, _TEAM_MAY, of_known_kind()).limit(1)
_SET_ASIDE = select(due_rows.c.id, type_coerce(due_rows.c.kind, String).label("its_kind")).where(
    or_(and_(_PENDING, due_rows.c.at <= bindparam("now")), _SENDING), not_(of_known_kind())
)


def claim(
    tx: Tx,
    now: datetime,
    *,
    limit: int,
    skip_queues: Collection[str] = (),
    skip_teams: Collection[str] = (),
    skip_kinds: Mapping[Lane, Collection[tuple[str, Kind]]] = NONE_SKIPPED,
) -> list[Row]:
    """Mark up to ``limit`` rows that are due as ``sending``, and return them in order.

    By lane, then the one due longest first; one for each queue. ``skip_queues`` (an account's id is the queue of its messages),
    ``skip_teams`` and, of a lane, ``skip_kinds`` of a workspace wait for something, and take no place.
    """
    found: list[Values[Any]] = []
    for lane in Lane:
        parameters = {"lane": int(lane), "now": now, "limit": limit - len(found)}
        if parameters["limit"]:
            skipped = {
                "teams": list(skip_teams),
                "queues": list(skip_queues),
                "kinds": list(skip_kinds.get(lane, ())),
            }
            found += tx.connection.execute(_DUE, parameters | skipped).all()
    if not found:
        return []
    tx.connection.execute(_CLAIM, {"numbers": [values.number for values in found]})
    return [row_of(values, state=RowState.SENDING) for values in found]


def sent(tx: Tx, row_id: str, *, channel: str, ts: str | None, live: bool, now: datetime) -> None:
    """The message is in Slack; ``live``: it has buttons. ``ts`` is None of a file, for Slack does not say where it puts that."""
    _end(tx, row_id, RowState.SENT, channel=channel, ts=ts, live=live, sent_at=now)


def done(tx: Tx, row_id: str) -> None:
    """What it was for is done: a row of a kind that leaves nothing goes, any other counts as sent."""
    if not _removed(tx, row_id):
        _end(tx, row_id, RowState.SENT)


def dropped(tx: Tx, row_id: str) -> None:
    """It no longer makes sense."""
    if not _removed(tx, row_id):
        _end(tx, row_id, RowState.DROPPED)


def dead(tx: Tx, row_id: str) -> None:
    """Its recipient cannot be reached."""
    if not _removed(tx, row_id):
        _end(tx, row_id, RowState.DEAD)


def unsure(tx: Tx, row_id: str, now: datetime) -> None:
    """It may have arrived, or not: it stays so until a click on it, or a look-up, tells (``storage/doubt.py``)."""
    _settle(tx, row_id, RowState.UNSURE, doubted_at=now)


def again(tx: Tx, row_id: str, due: Due) -> None:
    """It is asked for once more: if it was not said, or not for sure, it is due as if it were new."""
    tx.connection.execute(
        update(due_rows)
        .where(
            due_rows.c.id == row_id,
            due_rows.c.state.in_([RowState.UNSURE, RowState.DEAD, RowState.DROPPED]),
        )
        .values(
            state=RowState.PENDING,
            queue=ITS_QUEUE,
            due=due.due,
            at=due.due,
            expires=due.expires,
            attempts=0,
            channel=None,
            ts=None,
        )
    )
    tx.wakes = True


def later(tx: Tx, row_id: str, at: datetime) -> None:
    """Its drawing says: not before ``at``. Others of its queue may go before it."""
    _pend(tx, row_id, at=at)


def wait(tx: Tx, row_id: str) -> None:
    """It was not its turn yet, which is no failure: it is due again at once, and keeps its place.

    When that may be is the caller's to say, by ``skip_queues`` and ``skip_teams``, in monotonic time.
    """
    _pend(tx, row_id)


def retry(tx: Tx, row_id: str, *, at: datetime | None = None) -> None:
    """A try failed and did nothing, and is counted: it is due again as after ``wait``; or ``at`` a time, as after ``later``."""
    _pend(tx, row_id, at=at, tries=1)


def keep_file(tx: Tx, row_id: str, file_id: str | None) -> None:
    """Write down which file of Slack's a message brings, before anybody sees it; None once it is deleted."""
    tx.connection.execute(update(due_rows).where(due_rows.c.id == row_id).values(file_id=file_id))


def redrawn(tx: Tx, row_id: str, *, live: bool) -> None:
    """A message that was sent has been drawn again; ``live``: it still has buttons."""
    tx.connection.execute(update(due_rows).where(due_rows.c.id == row_id).values(live=live))


def introduces(tx: Tx, row_id: str) -> None:
    """The message says who is writing, and goes on saying so; whatever has become of its row meanwhile."""
    tx.connection.execute(update(due_rows).where(due_rows.c.id == row_id).values(introduces=True))


def settle_by_click(tx: Tx, row_id: str, *, channel: str, ts: str, now: datetime) -> None:
    """Someone clicked on the message, so it arrived: an unsure row, or one still in flight, counts as sent."""
    tx.connection.execute(
        update(due_rows)
        .where(due_rows.c.id == row_id, due_rows.c.state.in_([RowState.UNSURE, RowState.SENDING]))
        .values(state=RowState.SENT, queue="", channel=channel, ts=ts, live=True, sent_at=now)
    )


def take_over(tx: Tx, now: datetime) -> list[str]:
    """Settle what another process left in flight, and return the ids of the messages that are now unsure.

    A DM is written down before the first message in it is posted: where there is none, nothing was said.
    """
    doubtful = []
    for left in tx.connection.execute(ROWS.where(_SENDING)).all():
        if left.kind in LEAVES_NOTHING or left.channel_id is None:
            retry(tx, left.id)
        else:
            unsure(tx, left.id, now)
            doubtful.append(left.id)
    return doubtful


def next_due(tx: Tx, *, skip_teams: Collection[str] = ()) -> datetime | None:
    """Return when the next pending row is due, however long ago; None if there is none."""
    found: datetime | None = tx.connection.execute(_NEXT_DUE, {"teams": list(skip_teams)}).scalar()
    return found


def set_aside(tx: Tx, now: datetime) -> dict[str, str]:
    """Return the kinds that this version does not know of rows that would be due, or that another version left in flight, by their ids."""
    return {row.id: row.its_kind for row in tx.connection.execute(_SET_ASIDE, {"now": now})}


def said(
    tx: Tx, kind: Kind, agreement_id: AgreementId, recipient: PersonId, *, since: datetime
) -> frozenset[str]:
    """Return the subjects of which messages of a kind have reached someone from ``since`` on."""
    one = {"its_kind": kind, "agreement": agreement_id, "recipient": recipient, "since": since}
    return frozenset(tx.connection.execute(_SAID, one).scalars())


def busy(tx: Tx, now: datetime, *, skip_teams: Collection[str] = ()) -> bool:
    """Tell whether anything is in flight or due, unsure rows and ``skip_teams`` aside."""
    due = next_due(tx, skip_teams=skip_teams)
    if due is not None and due <= now:
        return True
    return tx.connection.execute(_IN_FLIGHT, {"teams": list(skip_teams)}).scalar() is not None


def _end(tx: Tx, row_id: str, state: RowState, **values: Any) -> None:
    """Settle a row for good: it leaves its queue."""
    _settle(tx, row_id, state, queue="", **values)


def _settle(tx: Tx, row_id: str, state: RowState, **values: Any) -> None:
    """Set the state of a row that is in flight, if nothing else has settled it."""
    tx.connection.execute(
        update(due_rows)
        .where(due_rows.c.id == row_id, due_rows.c.state == RowState.SENDING)
        .values(state=state, **values)
    )


def _removed(tx: Tx, row_id: str) -> bool:
    """Delete the row if it is of a kind that leaves nothing."""
    gone = tx.connection.execute(
        delete(due_rows).where(due_rows.c.id == row_id, _SENDING, due_rows.c.kind.in_(LEAVES_NOTHING))
    )
    return bool(gone.rowcount)


def _pend(tx: Tx, row_id: str, *, at: datetime | None = None, tries: int = 0) -> None:
    """Make a row that is in flight pending again, with so many ``tries`` more; one that has been settled since is left alone.

    A repeatable one that is pending once more already makes room for that, which is due no later than itself, and has its tries.
    """
    twin = due_rows.alias("twin")
    same = (twin.c[name] == due_rows.c[name] for name in ("kind", "subject", "recipient"))
    replaced = tx.connection.execute(
        delete(due_rows)
        .where(
            due_rows.c.id == row_id,
            _SENDING,
            due_rows.c.kind.in_(REPEATABLE),
            exists(select(twin.c.id).where(*same, twin.c.state == literal_column("'pending'"))),
        )
        .returning(*(due_rows.c[name] for name in ("kind", "subject", "recipient", "at", "lane", "attempts")))
    ).one_or_none()
    if replaced is None:
        put_off = {} if at is None else {"at": at}
        _settle(tx, row_id, RowState.PENDING, attempts=due_rows.c.attempts + tries, **put_off)
    else:
        kind, subject, recipient, was_at, lane, attempts = replaced
        key = {"its_kind": kind, "its_subject": subject, "its_recipient": recipient}
        take_place(tx, key, due=at or was_at, lane=lane, attempts=attempts + tries)
    tx.wakes = True
