"""What is left to delete in Slack once someone is gone: rows that hold ids of Slack's alone, and leave nothing when they are done.

What is known to stand in a DM is deleted message by message and file by file. After that the DM is looked through, for a post
whose end nobody knows, and for files, of which Slack does not say where it puts them.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, bindparam, func, insert, or_, select, update

from mentoring.due import CLEARING, Kind, Lane
from mentoring.ids import new_id
from storage.tables import RowState, due_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from storage.database import Tx

SETTLED_AFTER = timedelta(minutes=2)
"""Whatever was being posted at that moment has arrived by then, or never will."""

_ALIVE = select(due_rows.c.id).where(due_rows.c.id.in_(bindparam("rows", expanding=True)))
# A file that is being overwritten may hold what is deleted meanwhile.
_LEFT = select(func.count()).where(
    due_rows.c.kind.in_(CLEARING),
    or_(
        due_rows.c.state == RowState.PENDING,
        and_(due_rows.c.state == RowState.SENDING, due_rows.c.kind != Kind.CLEAR_FILE),
    ),
)


class Dm(NamedTuple):
    """A DM of the bot's, by its workspace and its own id."""

    team_id: str
    channel: str


def add(tx: Tx, dm: Dm, now: datetime, *, messages: Iterable[str] = (), files: Iterable[str] = ()) -> None:
    """Let messages, by their ``ts``, and files be deleted."""
    rows = [_row(Kind.DELETE_MESSAGE, dm, now, ts=ts) for ts in messages]
    rows += [_row(Kind.DELETE_FILE, dm, now, file_id=file_id) for file_id in files]
    _insert(tx, rows)


def look_through(tx: Tx, dm: Dm, now: datetime) -> None:
    """Let a DM be looked through once everything under way has settled, for what was posted until then."""
    _insert(tx, [_row(Kind.CLEAR_DM, dm, now + SETTLED_AFTER)])


def clear_home(tx: Tx, team_id: str, user_id: str, now: datetime) -> None:
    """Let a newcomer's Home be published over the one that a Slack user was shown: at once, and over what was under way then."""
    rows = [_row(Kind.CLEAR_HOME, Dm(team_id, ""), due) for due in (now, now + SETTLED_AFTER)]
    for row in rows:
        # Whoever is back, and goes again, may have some that wait from the time before.
        row["subject"] = f"{user_id} {row['id']}"
    _insert(tx, [row | {"channel": None, "queue": f"{Kind.CLEAR_HOME} {user_id}"} for row in rows])


def whose_home(subject: str) -> str:
    """Return the Slack user whose Home a row with this subject clears."""
    return subject.partition(" ")[0]


def clear_file(tx: Tx, now: datetime) -> None:
    """Let what a SQLite file and its log still hold be overwritten."""
    if not tx.on_postgresql:
        row = _row(Kind.CLEAR_FILE, Dm("", ""), now)
        _insert(tx, [row | {"team_id": None, "channel": None, "queue": Kind.CLEAR_FILE}])


def clear_file_at_night(tx: Tx, now: datetime) -> None:
    """Let the same be done at the next midnight on UTC, once for all that goes until then: meanwhile whoever writes would wait."""
    if not tx.on_postgresql:
        midnight = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(0), UTC)
        row = _row(Kind.CLEAR_FILE, Dm("", ""), midnight, subject=f"{midnight:%Y-%m-%d}")
        row |= {"team_id": None, "channel": None, "queue": Kind.CLEAR_FILE}
        tx.connection.execute(tx.insert(due_rows), row)
        tx.wakes = True


def go_on(tx: Tx, row_id: str, before: str, at: datetime) -> None:
    """A DM is looked through as far back as ``before``, a ``ts``; what is older comes at ``at``."""
    tx.connection.execute(
        update(due_rows)
        .where(due_rows.c.id == row_id, due_rows.c.state == RowState.SENDING)
        .values(state=RowState.PENDING, at=at, ts=before)
    )
    tx.wakes = True


def alive(tx: Tx, row_ids: Collection[str]) -> set[str]:
    """Return which of these due rows there are: their messages were said to someone who is not gone."""
    return set(tx.connection.execute(_ALIVE, {"rows": list(row_ids)}).scalars())


def anything_left(tx: Tx) -> bool:
    """Tell whether anything is still to be deleted."""
    return bool(tx.connection.execute(_LEFT).scalar_one())


def _row(
    kind: Kind,
    dm: Dm,
    due: datetime,
    *,
    subject: str | None = None,
    ts: str | None = None,
    file_id: str | None = None,
) -> dict[str, Any]:
    row_id = new_id()
    return {
        "id": row_id,
        "kind": kind,
        "subject": subject or row_id,
        "recipient": "",
        "round": 0,
        "team_id": dm.team_id,
        "queue": f"clear {dm.channel}",
        "lane": int(Lane.CLOCK),
        "due": due,
        "at": due,
        "state": RowState.PENDING,
        "attempts": 0,
        "live": False,
        "channel": dm.channel,
        "ts": ts,
        "file_id": file_id,
    }


def _insert(tx: Tx, rows: list[dict[str, Any]]) -> None:
    if rows:
        tx.connection.execute(insert(due_rows), rows)
        tx.wakes = True
