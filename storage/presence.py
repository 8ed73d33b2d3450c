"""Which bots run on a database, and with which master keys: so that no key is changed under one that lacks the new one.

On PostgreSQL a bot shows each of its master keys by a shared advisory lock of the key's number, on a connection that it
keeps: the server lets go of them however the bot ends. On SQLite one process alone may have the database, by the lock file
(``storage/lock.py``): it writes its keys' ids into a file beside that.

No bot starts between a look at who runs and what is done on the strength of it: both happen in a transaction that writes,
within ``keys_turn``, and a bot shows its keys before it takes its turn to check them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from filelock import Timeout
from sqlalchemy import text

from storage.lock import lock_file
from storage.refusals import CannotOpen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from storage.database import Tx
    from storage.wrapping import Masters

TURN = 0x6D656E76
"""The advisory lock of whoever looks at master keys, on PostgreSQL."""
FIRST, FURTHER = 0x6D656E77, 0x6D656E78
"""The two classes of advisory locks that show a bot's keys (docs: postgresql.org, "Advisory Locks" and "pg_locks")."""


class Bot(NamedTuple):
    """The ids of the master keys that a running bot was started with, the first one first."""

    masters: tuple[str, ...]

    @property
    def first(self) -> str:
        return self.masters[0]


# --- PostgreSQL


def show(connection: Connection, masters: Masters) -> None:
    """Show on this connection that a bot runs with these master keys."""
    for place, master in enumerate(masters.ids):
        number = int(master, 16)
        connection.execute(
            text("SELECT pg_advisory_lock_shared(:kind, :number)"),
            # The server takes signed numbers.
            {"kind": FURTHER if place else FIRST, "number": number - (number >> 31 << 32)},
        )


_SHOWN = text(
    "SELECT pid, objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 "
    "AND classid IN (:first, :further) "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY pid, classid, objid"
)


def shown(connection: Connection) -> list[Bot]:
    """Return the bots that show their keys on PostgreSQL. Right only within ``keys_turn``."""
    found: dict[int, list[str]] = {}
    for pid, number in connection.execute(_SHOWN, {"first": FIRST, "further": FURTHER}):
        found.setdefault(pid, []).append(f"{number:08x}")
    return [Bot(tuple(masters)) for masters in found.values()]


def keys_turn(tx: Tx, *, shared: bool = False) -> None:
    """Wait until nobody else looks at master keys, until the end of the transaction; several may ``shared``."""
    if tx.on_postgresql:
        suffix = "_shared" if shared else ""
        tx.connection.execute(text(f"SELECT pg_advisory_xact_lock{suffix}(:turn)"), {"turn": TURN})


# --- SQLite


def _note(file: Path) -> Path:
    return file.with_name(f"{file.name}.running")


def write_down(file: Path, masters: Masters) -> None:
    """Write down that the bot which holds the lock file of a SQLite database runs with these master keys.

    Raises:
        CannotOpen: it cannot be written.
    """
    note = _note(file)
    try:
        new = note.with_name(f"{note.name}.new")
        new.write_text(" ".join(masters.ids) + "\n")
        os.replace(new, note)
    except OSError as error:
        raise CannotOpen(f"{note} can't be written: {error.strerror}.") from None


def strike_out(file: Path) -> None:
    """Take back what was written down. Whoever does it holds the lock file."""
    _note(file).unlink(missing_ok=True)


def clear(file: Path) -> None:
    """Take back what a bot that runs no longer has left written down.

    Raises:
        CannotOpen: the lock file cannot be opened.
    """
    try:
        with lock_file(file).acquire(timeout=0):
            strike_out(file)
    except Timeout:
        pass
    except OSError as error:
        raise CannotOpen(f"{file}.lock can't be opened: {error.strerror}.") from None


def _written(file: Path) -> list[Bot]:
    try:
        masters = _note(file).read_text().split()
    except FileNotFoundError:
        return []
    return [Bot(tuple(masters))] if masters else []


# --- both


def running(tx: Tx, file: Path | None) -> list[Bot]:
    """Return the bots that run on the database; ``file`` is a SQLite database's. Right only within ``keys_turn``."""
    return shown(tx.connection) if file is None else _written(file)


def must_agree(masters: Sequence[str], bots: Iterable[Bot]) -> None:
    """Raise ``CannotOpen`` unless each of these bots can open what a bot with ``masters`` wraps, and the reverse."""
    for bot in bots:
        unknown = [
            first for first, known in ((masters[0], bot.masters), (bot.first, masters)) if first not in known
        ]
        if unknown:
            raise CannotOpen(
                f"A Mentor that runs on this database and this one don't both know master key {unknown[0]}. "
                "Please start both with the same MENTOR_KEYS, or stop the other one first."
            )
