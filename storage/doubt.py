"""Messages of which nobody knows whether they arrived, and what a look-up shows of them. A click may have told before."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, select, update

from storage.database import Tx
from storage.tables import RowState, due_rows, of_known_kind

# A literal, not a parameter: only so do both databases see that the partial index fits.
_UNSURE = due_rows.c.state == literal_column("'unsure'")
_OPEN = select(due_rows.c.id, due_rows.c.doubted_at).where(
    _UNSURE, due_rows.c.doubted_at.is_not(None), of_known_kind()
)
_UNDECIDED = select(func.count()).select_from(due_rows).where(_UNSURE, due_rows.c.doubted_at.is_(None))


def still_open(tx: Tx) -> dict[str, datetime]:
    """Return the rows that are to be looked up, and since when they are unsure."""
    return {row.id: row.doubted_at for row in tx.connection.execute(_OPEN)}


def arrived(tx: Tx, row_id: str, *, channel: str, ts: str | None, live: bool, now: datetime) -> None:
    """The message is there: it counts as sent."""
    _settle(tx, row_id, state=RowState.SENT, queue="", channel=channel, ts=ts, live=live, sent_at=now)


def not_there(tx: Tx, row_id: str) -> None:
    """The message did not arrive: it is due again, and keeps its place."""
    _settle(tx, row_id, state=RowState.PENDING, attempts=due_rows.c.attempts + 1)
    tx.wakes = True


def undecided(tx: Tx, row_id: str) -> None:
    """No look-up can tell: it stays unsure, and is not looked up again. A click still tells."""
    _settle(tx, row_id)


def count_undecided(tx: Tx) -> int:
    """Return of how many messages it could not be found out whether they arrived."""
    return int(tx.connection.execute(_UNDECIDED).scalar_one())


def _settle(tx: Tx, row_id: str, **values: Any) -> None:
    tx.connection.execute(
        update(due_rows).where(due_rows.c.id == row_id, _UNSURE).values(doubted_at=None, **values)
    )
