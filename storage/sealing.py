"""Writing what differs: rows as values, some of which are sealed on their way."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Table, Update, bindparam, insert, update

from mentoring.ids import PersonId
from mentoring.secret import LOST, Secret
from storage.database import Tx
from storage.vault import Spot

Values = Mapping[str, Any]
SHARED, KEPT = "+", "-"
"""The first character of sealed words: their author's choice of who may read them."""


class Sealed(NamedTuple):
    """A text on its way into a column: whose it is, and what it says. Two are equal if both are."""

    owner: PersonId | None
    text: Secret[str] | None


def marked(text: Secret[str], *, shared: bool) -> Secret[str]:
    """Return words as they are sealed, with the choice of who may read them. What cannot be read stays so."""
    return text if text is LOST else Secret((SHARED if shared else KEPT) + text.reveal())


def unmarked(sealed: Secret[str]) -> tuple[Secret[str], bool]:
    """Return words that ``marked`` was given, and whether they are shared: what cannot be read is its author's alone."""
    if sealed is LOST:
        return sealed, False
    text = sealed.reveal()
    return Secret(text[1:]), text.startswith(SHARED)


def write(tx: Tx, table: Table, row: str, values: Values, before: Values | None) -> None:
    """Insert the row, or update the columns whose values differ from ``before``. ``row`` is its id as the vault names it.

    A sealed column that has not changed is not sealed again, so that one which cannot be read is never written over; what cannot
    be read is not copied to another row either.
    """
    if before is None:
        tx.connection.execute(insert(table), _sealed(tx, table, row, values))
        return
    changed = {column: value for column, value in values.items() if value != before[column]}
    if changed:
        keys = {f"key_{column.name}": values[column.name] for column in table.primary_key}
        tx.connection.execute(_update(table), _sealed(tx, table, row, changed) | keys)


def _sealed(tx: Tx, table: Table, row: str, values: Values) -> dict[str, Any]:
    return {
        column: _seal(tx, value, table.name, column, row) if isinstance(value, Sealed) else value
        for column, value in values.items()
    }


def _seal(tx: Tx, value: Sealed, table: str, column: str, row: str) -> bytes | None:
    if value.text is None or value.text is LOST or value.owner is None:
        return None
    return tx.vault.seal(tx, value.text.reveal(), Spot(table, column, row, value.owner))


@cache
def _update(table: Table) -> Update:
    """The update of one row; SQLAlchemy takes the columns from what it is executed with."""
    return update(table).where(
        *(column == bindparam(f"key_{column.name}") for column in table.primary_key.columns)
    )
