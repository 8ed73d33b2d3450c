"""What came of sessions: read by the mentee who wrote it, and by the mentor as far as the rules let them."""

from typing import Any

from sqlalchemy import Row, bindparam, delete, select

from mentoring.access import Right, may, must_see
from mentoring.agreement import Agreement
from mentoring.ids import PersonId, SessionId
from mentoring.impact import Impact
from storage.database import Tx
from storage.sealing import Sealed, marked, unmarked, write
from storage.tables import impacts
from storage.vault import Spot

_OF = (
    select(impacts)
    .where(impacts.c.agreement_id == bindparam("agreement"), impacts.c.author == bindparam("author"))
    .order_by(impacts.c.session_id)
)
_OF_ONE = select(impacts).where(
    impacts.c.session_id == bindparam("session"), impacts.c.author == bindparam("author")
)


def of(tx: Tx, agreement: Agreement, *, seen_by: PersonId) -> list[Impact]:
    """Return what came of the agreement's sessions, as far as ``seen_by`` may read it.

    Raises:
        NotFound: the agreement does not exist for ``seen_by``.
    """
    must_see(agreement, seen_by)
    rows = tx.connection.execute(_OF, {"agreement": agreement.id, "author": agreement.mentee.id}).all()
    found = (_impact(tx, row) for row in rows)
    return [impact for impact in found if may(Right.READ_IMPACT, agreement, seen_by, impact)]


def of_one(tx: Tx, session_id: SessionId, *, author: PersonId) -> Impact | None:
    """Return what the author has written of one session; None if there is nothing."""
    row = tx.connection.execute(_OF_ONE, {"session": session_id, "author": author}).one_or_none()
    return None if row is None else _impact(tx, row)


def save(tx: Tx, impact: Impact) -> None:
    """Write it, new or changed."""
    before = of_one(tx, impact.session_id, author=impact.author)
    write(tx, impacts, impact.session_id, _values(impact), None if before is None else _values(before))


def remove(tx: Tx, impact: Impact) -> None:
    """Delete what its author has taken back."""
    mine = (impacts.c.session_id == impact.session_id, impacts.c.author == impact.author)
    tx.connection.execute(delete(impacts).where(*mine))


def _impact(tx: Tx, row: Row[Any]) -> Impact:
    text, shared = unmarked(tx.vault.read(tx, row.text, Spot("impacts", "text", row.session_id, row.author)))
    return Impact(
        session_id=row.session_id,
        agreement_id=row.agreement_id,
        author=row.author,
        text=text,
        shared=shared,
        written_at=row.written_at,
        revision=row.revision,
    )


def _values(impact: Impact) -> dict[str, Any]:
    return {
        "session_id": impact.session_id,
        "agreement_id": impact.agreement_id,
        "author": impact.author,
        "text": Sealed(impact.author, marked(impact.text, shared=impact.shared)),
        "written_at": impact.written_at,
        "revision": impact.revision,
    }
