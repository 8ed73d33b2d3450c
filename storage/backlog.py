"""How much is due and how late it is: figures of the outbox, without whom any of it is for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, literal_column, or_, select

from storage.database import Tx
from storage.doubt import count_undecided
from storage.tables import due_rows, of_known_kind


@dataclass(frozen=True)
class Backlog:
    """Due rows that are not settled.

    Attributes:
        pending: those that wait for their time, their turn, or a version that knows their kind.
        overdue: those of them whose time has come, in workspaces that are sent to.
        oldest: when the time of the first of these came; None if there are none.
        sending: those under way.
        unsure: those of which nobody knows yet whether they arrived.
        undecided: those of which nobody will, unless somebody clicks on them (``bot/doubt.py``).
    """

    pending: int
    overdue: int
    oldest: datetime | None
    sending: int
    unsure: int
    undecided: int


# Literals, not parameters: only so do both databases see that a partial index fits.
_STATE = {
    state: due_rows.c.state == literal_column(f"'{state}'") for state in ("pending", "sending", "unsure")
}
_COUNTS = select(*(select(func.count()).where(it).scalar_subquery() for it in _STATE.values()))
_OVERDUE = select(func.count(), func.min(due_rows.c.at)).where(
    _STATE["pending"],
    of_known_kind(),
    due_rows.c.at <= bindparam("now"),
    or_(due_rows.c.team_id.is_(None), due_rows.c.team_id.not_in(bindparam("teams", expanding=True))),
)


def backlog(tx: Tx, now: datetime, *, skip_teams: Collection[str] = ()) -> Backlog:
    """Return how much is due at ``now``; what waits for one of ``skip_teams`` is pending but not overdue."""
    pending, sending, in_doubt = tx.connection.execute(_COUNTS).one()
    overdue, oldest = tx.connection.execute(_OVERDUE, {"now": now, "teams": list(skip_teams)}).one()
    undecided = count_undecided(tx)
    return Backlog(
        pending=pending,
        overdue=overdue,
        oldest=oldest,
        sending=sending,
        unsure=in_doubt - undecided,
        undecided=undecided,
    )
