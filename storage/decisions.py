"""A mentee's decisions: read and written by their author alone."""

from typing import Any

from sqlalchemy import Row, bindparam, delete, select

from mentoring.decisions import Decision
from mentoring.ids import AgreementId, DecisionId, PersonId
from storage.database import Tx
from storage.sealing import Sealed, write
from storage.tables import decisions
from storage.vault import Spot

_MINE = (decisions.c.agreement_id == bindparam("agreement"), decisions.c.author == bindparam("author"))
_OF = select(decisions).where(*_MINE).order_by(decisions.c.written_at.desc(), decisions.c.id)
_ANY = select(decisions.c.id).where(*_MINE).limit(1)
_BY_ID = select(decisions).where(
    decisions.c.id == bindparam("decision"), decisions.c.author == bindparam("author")
)


def of(tx: Tx, agreement_id: AgreementId, *, author: PersonId) -> list[Decision]:
    """Return the author's decisions in an agreement, newest first."""
    rows = tx.connection.execute(_OF, {"agreement": agreement_id, "author": author})
    return [_decision(tx, row) for row in rows.all()]


def any_of(tx: Tx, agreement_id: AgreementId, *, author: PersonId) -> bool:
    """Tell whether the author has written any in an agreement."""
    found = tx.connection.execute(_ANY, {"agreement": agreement_id, "author": author})
    return found.scalar() is not None


def get(tx: Tx, decision_id: DecisionId, *, author: PersonId) -> Decision | None:
    """Return one of the author's decisions; None if there is none of this id."""
    row = tx.connection.execute(_BY_ID, {"decision": decision_id, "author": author}).one_or_none()
    return None if row is None else _decision(tx, row)


def save(tx: Tx, decision: Decision) -> None:
    """Write a decision, new or edited."""
    before = get(tx, decision.id, author=decision.author)
    write(tx, decisions, decision.id, _values(decision), None if before is None else _values(before))


def remove(tx: Tx, decision: Decision) -> None:
    """Delete a decision that its author has emptied."""
    mine = (decisions.c.id == decision.id, decisions.c.author == decision.author)
    tx.connection.execute(delete(decisions).where(*mine))


def _decision(tx: Tx, row: Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        agreement_id=row.agreement_id,
        author=row.author,
        text=tx.vault.read(tx, row.text, Spot("decisions", "text", row.id, row.author)),
        written_at=row.written_at,
        revision=row.revision,
    )


def _values(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "agreement_id": decision.agreement_id,
        "author": decision.author,
        "text": Sealed(decision.author, decision.text),
        "written_at": decision.written_at,
        "revision": decision.revision,
    }
