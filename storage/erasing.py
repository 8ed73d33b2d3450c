"""Erasing what someone wrote or scored in an agreement from every table. SQLite overwrites it (``secure_delete``)."""

from datetime import datetime

from sqlalchemy import bindparam, delete

from mentoring.agreement import Agreement
from mentoring.erasing import without_texts
from mentoring.ids import PersonId
from storage import agreements
from storage.database import Tx
from storage.tables import decisions, impacts, notes

_OUTSIDE = [
    delete(table).where(
        table.c.agreement_id == bindparam("its_agreement"), table.c.author == bindparam("its_author")
    )
    for table in (notes, decisions, impacts)
]
"""What is not part of the agreement itself."""


def erase_texts(tx: Tx, agreement: Agreement, person: PersonId, now: datetime) -> Agreement:
    """Remove everything that ``person`` wrote or scored in an agreement, and return what is left of it.

    The outbox is kept in step; nobody is told.

    Raises:
        NotFound: they are not one of the pair.
    """
    left = without_texts(agreement, person)
    for statement in _OUTSIDE:
        tx.connection.execute(statement, {"its_agreement": agreement.id, "its_author": person})
    agreements.save(tx, left, now)
    return left
