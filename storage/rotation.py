"""Rotating the master key: every data key is wrapped by the first one. No text is touched.

1. The operator puts a new master key before the old one and starts the bot again; the bot wraps new data keys with it.
2. ``rotate`` wraps the others, a few in each transaction. It may run beside the bot, be killed anywhere and begun again: what
   is done is done, and what is left still says which master key opens it.
3. With none left, the old master key opens nothing in this database any more, only in older backups.
"""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, func, select, update

from storage.presence import clear, keys_turn, running
from storage.refusals import CannotRotate
from storage.tables import data_keys
from storage.wrapping import owner_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.database import Database, Tx

BATCH = 250
"""Data keys in one transaction: about ten milliseconds, for which the bot beside waits."""

_SOME = (
    select(data_keys)
    .where(data_keys.c.master_id == bindparam("master"), data_keys.c.id > bindparam("after"))
    .order_by(data_keys.c.id)
    .limit(bindparam("at_once"))
    .with_for_update()
)
_WRAP = (
    update(data_keys)
    .where(data_keys.c.id == bindparam("its_id"), data_keys.c.master_id == bindparam("before"))
    .values(master_id=bindparam("master_id"), wrapped=bindparam("wrapped"))
)


class Batch(NamedTuple):
    """What became of some data keys: how many were wrapped anew, and the ids of those that do not open, left as they are."""

    wrapped: int
    damaged: list[str]
    last: str | None
    """The last data key looked at; None if there was none left."""


def left(tx: Tx) -> dict[str, int]:
    """Return how many data keys each master key but the first wraps."""
    counted = (
        select(data_keys.c.master_id, func.count().label("number"))
        .where(data_keys.c.master_id != tx.vault.masters.first)
        .group_by(data_keys.c.master_id)
    )
    return {row.master_id: row.number for row in tx.connection.execute(counted)}


def rotate(database: Database, *, at_once: int = BATCH) -> Iterator[Batch]:
    """Wrap with the first master key every data key that another one wraps, ``at_once`` together; tell of them once saved.

    Raises:
        CannotRotate: a bot runs that was not started with this first master key as its own; nothing more is changed.
        CannotOpen: the database stayed busy.
    """
    if database.file is not None:
        clear(database.file)
    with database.reading() as tx:
        masters = sorted(left(tx))
    for master in masters:
        last: str | None = ""
        while last is not None:
            began = time.monotonic()
            batch = database.patiently(
                partial(_wrap_some, database=database, master=master, after=last, at_once=at_once)
            )
            yield batch
            last = batch.last
            # As long as it took: on SQLite the bot gets its turn only in between.
            _NEVER.wait(time.monotonic() - began)


_NEVER = threading.Event()


def _wrap_some(tx: Tx, database: Database, master: str, after: str, at_once: int) -> Batch:
    keys_turn(tx)
    _must_know(tx, database)
    masters = database.vault.masters
    rows = tx.connection.execute(_SOME, {"master": master, "after": after, "at_once": at_once}).all()
    anew: list[dict[str, Any]] = []
    damaged = []
    for row in rows:
        raw = masters.unwrap(row)
        if raw is None:
            damaged.append(row.id)
        else:
            wrapped = masters.wrap(row.id, owner_of(row), raw)
            anew.append({"its_id": row.id, "before": master, **wrapped})
    if anew:
        tx.connection.execute(_WRAP, anew)
    return Batch(len(anew), damaged, rows[-1].id if rows else None)


def _must_know(tx: Tx, database: Database) -> None:
    first = database.vault.masters.first
    for bot in running(tx, database.file):
        if bot.first == first:
            continue
        knows = (
            f"wraps with master key {bot.first}"
            if first in bot.masters
            else f"does not know master key {first}"
        )
        raise CannotRotate(
            f"The Mentor that is running {knows}. Please stop it and start it again with this MENTOR_KEYS or keys file, the new "
            "key first and the old one after it; then run `mentor keys rotate` again. Nothing is lost meanwhile."
        )
