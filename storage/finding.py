"""Queries by one id or several: for one, which is most of them, SQLAlchemy need not spell out a list."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam

from storage.database import Tx

Find = Callable[[Tx, Sequence[str]], Iterable[Sequence[Any]]]


def of_one_or_more(query: Select[Any], column: ColumnElement[str]) -> Find:
    """Return what finds the rows of ``query`` whose ``column`` is one of the ids that it is given."""
    of_one = query.where(column == bindparam("one"))
    of_more = query.where(column.in_(bindparam("more", expanding=True)))

    def find(tx: Tx, ids: Sequence[str]) -> Iterable[Sequence[Any]]:
        if len(ids) == 1:
            return tx.connection.execute(of_one, {"one": ids[0]})
        return tx.connection.execute(of_more, {"more": ids})

    return find
