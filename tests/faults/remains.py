"""What a database holds of someone: row by row and, where it is a file, byte by byte."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime

from sqlalchemy import func, select

from mentoring.due import CLEARING
from storage import key_check
from storage.database import Database, Tx
from storage.tables import accounts, data_keys, due_rows, exports, people
from storage.vault import OWNERS, MasterKey, Vault
from storage.wrapping import new_key
from tests.journeys.driver import Bot
from tests.journeys.traces import tables

LONG = 16
"""Bytes in a row that two ciphertexts don't share by chance."""


def traces_of(bot: Bot, user_id: str, dm: str) -> dict[str, bytes]:
    """Return what someone is known by in Slack, and what is sealed and theirs as long as they are known, by what it is."""
    names = {"their id in Slack": user_id.encode(), "their DM's id": dm.encode()}
    with _reading(bot) as tx:
        whose = select(accounts.c.person_id).where(accounts.c.user_id == user_id)
        person = tx.connection.execute(whose).scalar_one_or_none()
        if person is None:
            return names
        key = select(data_keys.c.wrapped).where(data_keys.c.person_id == person)
        sealed = {
            f"{name} of {spot.row}": bytes(value)[-LONG:]
            for name in OWNERS
            for spot, value in key_check.sealed_texts(tx, name)
            if spot.owner == person
        }
        return names | sealed | {"their data key": bytes(tx.connection.execute(key).scalar_one())[:LONG]}


def remains(bot: Bot, traces: Mapping[str, bytes]) -> list[str]:
    """Return which of the traces are left, and where."""
    rows = json.dumps(tables(bot.url), default=_told)
    found = [f"{what} in a row" for what, it in traces.items() if it.hex() in rows or _plain(it) in rows]
    if bot.url.startswith("sqlite"):
        for file in sorted(bot.home.glob("mentor.db*")):
            held = file.read_bytes()
            found += [f"{what} in {file.name}" for what, it in traces.items() if it in held]
    return found


def of_ghost(bot: Bot, name: str) -> list[str]:
    """Return what is wrong with what stands for someone who is gone: one person without anything to be said or to be deleted."""
    with _reading(bot) as tx:
        them = select(people.c.id, people.c.gone).join(accounts, accounts.c.person_id == people.c.id)
        found = tx.connection.execute(them.where(accounts.c.name == name)).all()
        if [person.gone for person in found] != [True]:
            return [f"{len(found)} accounts of {name}"]
        told = select(due_rows.c.kind).where(
            (due_rows.c.recipient == found[0].id) | due_rows.c.kind.in_(CLEARING)
        )
        return [f"a due row: {kind}" for kind in tx.connection.execute(told).scalars()]


def archives(bot: Bot) -> int:
    """Return how many archives are kept to be sent."""
    with _reading(bot) as tx:
        return int(tx.connection.execute(select(func.count()).select_from(exports)).scalar_one())


def _told(value: bytes | datetime) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _plain(trace: bytes) -> str:
    return trace.decode("ascii", "backslashreplace")


@contextmanager
def _reading(bot: Bot) -> Iterator[Tx]:
    """Read beside the bot. No text is opened: the key is another one."""
    database = Database(bot.url, Vault([MasterKey.of(new_key())]))
    with closing(database), database.reading() as tx:
        yield tx
