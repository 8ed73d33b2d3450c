"""Sessions in and out of their rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from mentoring.agreement import Agreement
from mentoring.ids import AgreementId, PersonId
from mentoring.sessions import Session
from storage.database import Tx
from storage.feedback import RATING_COLUMNS, rating_of, save_rating
from storage.finding import of_one_or_more
from storage.sealing import Sealed, write
from storage.tables import ratings, sessions
from storage.vault import Spot

_COLUMNS = [
    sessions.c.agreement_id,
    sessions.c.id,
    sessions.c.starts,
    sessions.c.minutes,
    sessions.c.set_at,
    sessions.c.set_by,
    sessions.c.state,
    sessions.c.place_by,
    sessions.c.moved_from,
    sessions.c.logged_at,
    sessions.c.cancelled_at,
    sessions.c.cancelled_by,
    sessions.c.before,
    sessions.c.moves,
    sessions.c.kind,
    sessions.c.waited,
    sessions.c.revision,
    sessions.c.place,
]
_PLAIN = [column.name for column in _COLUMNS[1:-1]]

_OF_AGREEMENTS = of_one_or_more(
    select(*_COLUMNS, *RATING_COLUMNS)
    .select_from(sessions.outerjoin(ratings, ratings.c.session_id == sessions.c.id))
    .order_by(sessions.c.starts, sessions.c.id),
    sessions.c.agreement_id,
)
AGREEMENT_OF = select(sessions.c.agreement_id).where(sessions.c.id == bindparam("session")).scalar_subquery()
"""The id of the agreement that a session belongs to, within another query."""


def of_agreements(
    tx: Tx, agreement_ids: Sequence[AgreementId], mentees: dict[AgreementId, PersonId]
) -> dict[AgreementId, list[Session]]:
    """Return each agreement's sessions and first talks in order of time, with their ratings."""
    found: dict[AgreementId, list[Session]] = {}
    width = len(_COLUMNS)
    for row in _OF_AGREEMENTS(tx, agreement_ids):
        agreement_id = row[0]
        plain = dict(zip(_PLAIN, row[1 : width - 1], strict=True))
        session = Session(
            **plain,
            place=tx.vault.read(
                tx, row[width - 1], Spot("sessions", "place", plain["id"], plain["place_by"])
            ),
            rating=rating_of(tx, row[width:], mentees[agreement_id]),
        )
        found.setdefault(agreement_id, []).append(session)
    return found


def save_sessions(tx: Tx, agreement: Agreement, before: Agreement | None) -> None:
    """Write the sessions and ratings that differ; the one planned last, so that its place is free."""
    known = {session.id: session for session in (*before.sessions, *before.talks)} if before else {}
    for session in _planned_last((*agreement.sessions, *agreement.talks)):
        earlier = known.get(session.id)
        if session == earlier:
            continue
        values, old = _values(session, agreement.id), _values(earlier, agreement.id) if earlier else None
        write(tx, sessions, session.id, values, old)
        save_rating(tx, session.rating, earlier.rating if earlier else None, agreement.mentee.id)


def _planned_last(found: Iterable[Session]) -> list[Session]:
    return sorted(found, key=lambda session: session.planned)


def _values(session: Session, agreement_id: AgreementId) -> dict[str, Any]:
    return {
        "agreement_id": agreement_id,
        **{name: getattr(session, name) for name in _PLAIN},
        "place": Sealed(session.place_by, session.place),
    }
