"""What ``mentor keys check`` finds out: which master key wraps what, and how much of what people wrote can be read."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, select
from sqlmodel import SQLModel

from storage.presence import Bot, clear, running
from storage.tables import agreements, data_keys, sessions
from storage.vault import MENTEE, OWNERS, DataKey, Spot, Unreadable
from storage.wrapping import owner_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import ColumnElement, FromClause, Select, Table

    from storage.backups import Watch
    from storage.database import Database, Tx

AT_ONCE = 1000
"""Rows that are fetched at once."""


class DataKeys(NamedTuple):
    """The data keys that one master key wraps, and the ids of those that do not open."""

    master: str
    keys: int
    damaged: list[str]


class Column(NamedTuple):
    """An encrypted column, its texts, and the rows of those that cannot be read."""

    name: str
    texts: int
    unreadable: list[str]


def bots(database: Database) -> list[Bot]:
    """Return the bots that run on the database, with the ids of their master keys."""
    if database.file is not None:
        clear(database.file)
    with database.reading() as tx:
        return running(tx, database.file)


def wrapped(database: Database, watch: Watch) -> list[DataKeys]:
    """Return the data keys by master key, the first one's first; what opens is kept in memory for ``columns``."""
    masters = database.vault.masters
    found = {master: DataKeys(master, 0, []) for master in masters.ids}
    with database.reading() as tx:
        total = _count(tx, select(data_keys.c.id))
        rows = tx.connection.execute(select(data_keys).execution_options(yield_per=AT_ONCE))
        for place, row in enumerate(rows):
            if place % AT_ONCE == 0:
                watch("Opening data keys", place, total)
            before = found.get(row.master_id, DataKeys(row.master_id, 0, []))
            raw = masters.unwrap(row)
            if raw is None:
                before.damaged.append(row.id)
            else:
                database.vault.keep([DataKey(row.id, owner_of(row), AESGCM(raw))])
            found[row.master_id] = before._replace(keys=before.keys + 1)
    return list(found.values())


def columns(database: Database, watch: Watch) -> list[Column]:
    """Open every text of every encrypted column, one column after another."""
    with database.reading() as tx:
        total = sum(_count(tx, _texts(name)) for name in OWNERS)
    found: list[Column] = []
    for name in OWNERS:
        before = sum(column.texts for column in found)
        with database.reading() as tx:
            found.append(_column(tx, name, partial(_opened, watch, before, total)))
    return found


def _opened(watch: Watch, before: int, total: int, now: int) -> None:
    watch("Opening texts", before + now, total)


def _count(tx: Tx, what: Select[Any]) -> int:
    return int(tx.connection.execute(select(func.count()).select_from(what.subquery())).scalar_one())


def _column(tx: Tx, name: str, watch: Callable[[int], None]) -> Column:
    texts, unreadable = 0, []
    for spot, sealed in sealed_texts(tx, name):
        if texts % AT_ONCE == 0:
            watch(texts)
        texts += 1
        try:
            tx.vault.open(tx, sealed, spot)
        except Unreadable:
            unreadable.append(spot.row)
    return Column(name, texts, unreadable)


def sealed_texts(tx: Tx, name: str) -> Iterator[tuple[Spot, bytes]]:
    """Give what is sealed in a column of ``OWNERS``, each with its spot: row and owner as that table says."""
    table, _, column = name.partition(".")
    for *key, owner, sealed in tx.connection.execute(_texts(name)):
        yield Spot(table, column, "/".join(map(str, key)), owner), sealed


def _texts(name: str) -> Select[Any]:
    table_name, _, column = name.partition(".")
    table = SQLModel.metadata.tables[table_name]
    source, whose = _with_mentee(table) if OWNERS[name] == MENTEE else (table, table.c[OWNERS[name]])
    query = (
        select(*table.primary_key, whose, table.c[column]).select_from(source).order_by(*table.primary_key)
    )
    return query.where(table.c[column].is_not(None)).execution_options(yield_per=AT_ONCE)


def _with_mentee(table: Table) -> tuple[FromClause, ColumnElement[str]]:
    """The table joined to the agreement that each of its rows belongs to, and that agreement's mentee."""
    source: FromClause = table
    belongs = table.c.get("agreement_id")
    if belongs is None:
        source, belongs = table.join(sessions, sessions.c.id == table.c.session_id), sessions.c.agreement_id
    return source.join(agreements, agreements.c.id == belongs), agreements.c.mentee_id
