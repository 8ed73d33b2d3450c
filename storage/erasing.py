"""Erasing what someone wrote or scored in an agreement from every table, and what is left of it. SQLite overwrites it (``secure_delete``)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select, update

from mentoring import retention
from mentoring.agreement import Agreement
from mentoring.due import Kind
from mentoring.erasing import without_texts
from mentoring.ids import PersonId
from storage import agreements
from storage.database import Tx
from storage.tables import (
    accounts,
    data_keys,
    decisions,
    due_rows,
    farewells,
    impacts,
    monthly_totals,
    notes,
    people,
    ratings,
    sessions,
    versions,
)
from storage.tables import agreements as agreement_rows

_OUTSIDE = [
    delete(table).where(
        table.c.agreement_id == bindparam("its_agreement"), table.c.author == bindparam("its_author")
    )
    for table in (notes, decisions, impacts)
]
"""What is not part of the agreement itself."""
_HOMES = (
    update(due_rows)
    .where(due_rows.c.agreement_id == bindparam("its_agreement"), due_rows.c.kind == Kind.HOME)
    .values(agreement_id=None)
)
_WHOLE = [
    delete(ratings).where(
        ratings.c.session_id.in_(
            select(sessions.c.id).where(sessions.c.agreement_id == bindparam("its_agreement"))
        )
    ),
    *(
        delete(table).where(table.c.agreement_id == bindparam("its_agreement"))
        for table in (due_rows, notes, decisions, impacts, sessions, farewells, versions)
    ),
    delete(agreement_rows).where(agreement_rows.c.id == bindparam("its_agreement")),
]
"""An agreement with all that refers to it, what refers before what it refers to."""
_MORE = (
    update(monthly_totals)
    .where(monthly_totals.c.month == bindparam("its_month"), monthly_totals.c.what == bindparam("its_what"))
    .values(total=monthly_totals.c.total + bindparam("more"))
)
_NEEDED = select(agreement_rows.c.id).where(
    or_(
        agreement_rows.c.mentor_id == bindparam("its_person"),
        agreement_rows.c.mentee_id == bindparam("its_person"),
    )
)
_ACCOUNTS = select(accounts.c.id).where(accounts.c.person_id == bindparam("its_person"))
_PERSON = [
    delete(due_rows).where(due_rows.c.account_id.in_(_ACCOUNTS)),
    delete(data_keys).where(data_keys.c.person_id == bindparam("its_person")),
    delete(accounts).where(accounts.c.person_id == bindparam("its_person")),
    delete(people).where(people.c.id == bindparam("its_person")),
]


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


def let_go(tx: Tx, pair: Iterable[Agreement], now: datetime) -> list[Agreement]:
    """Remove those of a pair's agreements that are shells and stand in for nothing any more, and return what is left of them.

    ``pair`` is all agreements of the two, locked. Whoever is gone, and was in no other agreement, goes with them.
    """
    left = list(pair)
    # What goes on from another one goes before it.
    for agreement in sorted(left, key=lambda one: one.proposed_at, reverse=True):
        leaves = retention.leaves_at(agreement, left) if retention.empty(agreement) else None
        if leaves is not None and leaves <= now:
            remove(tx, agreement)
            left.remove(agreement)
    return left


def remove(tx: Tx, agreement: Agreement) -> None:
    """Remove a closed agreement, and everything that belongs to it; of it remain monthly totals alone.

    Whoever of the two is gone goes too, if they are in no other agreement.
    """
    _count(tx, agreement)
    one = {"its_agreement": agreement.id}
    # A Home that waits to be drawn is its reader's, whichever agreement asked for it.
    tx.connection.execute(_HOMES, one)
    for statement in _WHOLE:
        tx.connection.execute(statement, one)
    tx.loaded.pop(agreement.id, None)
    for person in (agreement.mentor, agreement.mentee):
        if person.gone:
            remove_gone(tx, person.id)


def remove_gone(tx: Tx, person: PersonId) -> None:
    """Remove what stands for someone who is gone, unless an agreement still needs it."""
    who = {"its_person": person}
    if tx.connection.execute(_NEEDED, who).first() is not None:
        return
    for statement in _PERSON:
        tx.connection.execute(statement, who)


def _count(tx: Tx, agreement: Agreement) -> None:
    counted = sorted(Counter(retention.totals(agreement)).items())
    if not counted:
        return
    new = [{"month": month, "what": what, "total": 0} for (month, what), _ in counted]
    tx.connection.execute(tx.insert(monthly_totals), new)
    more = [{"its_month": month, "its_what": what, "more": number} for (month, what), number in counted]
    tx.connection.execute(_MORE, more)
