"""What the database says no with, turned into what a person can be told."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from mentoring.refusal import NotFound
from storage.refusals import Busy, Overtaken, Unavailable, Unclear

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)

AGAIN_SECONDS = 60.0
"""How long the log says no more of a trouble that it has told of."""
PLACES = (
    "one_open_agreement_per_pair",
    "agreements.pair",
    "one_planned_session",
    "sessions.agreement_id",
)
"""The unique places that two people may want at once, as PostgreSQL and SQLite name them."""
WAITS = frozenset({"55P03", "40P01"})
"""lock_not_available, deadlock_detected: postgresql.org/docs/current/errcodes-appendix.html."""
AWAY = ("08", "53", "57P", "58", "25006")
"""How the codes begin of a lost connection, resources that are used up (a full disk), a server that ends or begins, trouble of the
system's, and a database that may only be read."""
UNUSABLE = frozenset({"SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_PROTOCOL"})
"""The same of SQLite's (sqlite.org/rescode.html); longer names begin with these."""
NO_CODE = "connection lost"


@dataclass
class Phase:
    """How far a transaction has come; one that only reads never commits."""

    committing: bool = False


class Trouble:
    """Tells people what the database says, and whoever reads the log of troubles that only they can end, once a minute."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def told(self, phase: Phase) -> Iterator[None]:
        """Turn what the database raises into what a person can be told.

        Raises:
            Busy: others took too long.
            Overtaken: another transaction took the place of what this one wanted to save.
            NotFound: what it wanted to add has the id of something that does not exist for this person.
            Unavailable: the database cannot be reached, or not be written.
            Unclear: it was lost while it saved.
        """
        try:
            yield
        except NoConnection:
            raise Busy from None
        except DBAPIError as error:
            if _is_a_taken_place(error):
                raise Overtaken from None
            if _is_an_id_of_others(error):
                raise NotFound from None
            if _is_a_wait(error):
                raise Busy from None
            if (code := _away(error)) is None:
                raise
            self.note(code)
            raise (Unclear if phase.committing and code == NO_CODE else Unavailable) from None
        else:
            if phase.committing:
                self._over()

    def note(self, code: str) -> None:
        """Log a trouble by its code, unless that has just been done."""
        now = time.monotonic()
        with self._lock:
            quiet = now - self._told.get(code, -AGAIN_SECONDS) < AGAIN_SECONDS
            if not quiet:
                self._told[code] = now
        if not quiet:
            log.error("The database can't be used (%s).", code)

    def _over(self) -> None:
        if self._told:
            with self._lock:
                was, self._told = self._told, {}
            if was:
                log.warning("The database can be used again.")


def code_of(error: DBAPIError) -> str:
    """Return what names an error of the database's: never its text, which may quote a value."""
    return str(
        getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None) or NO_CODE
    )


def _away(error: DBAPIError) -> str | None:
    """Return the code of a trouble that ends without any change of ours; None if it is another."""
    if isinstance(error.orig, sqlite3.Error):
        name = code_of(error)
        return name if any(name.startswith(one) for one in UNUSABLE) else None
    # psycopg's errors, told apart without importing it: a bot on SQLite does without its nine megabytes.
    if not hasattr(error.orig, "sqlstate"):
        return None
    state: str | None = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated or (state is None and isinstance(error, OperationalError)):
        return NO_CODE
    return state if state is not None and state.startswith(AWAY) else None


def _is_a_taken_place(error: DBAPIError) -> bool:
    said = str(error.orig)
    return isinstance(error, IntegrityError) and any(place in said for place in PLACES)


def _is_an_id_of_others(error: DBAPIError) -> bool:
    """Forms carry the future id of what they create: a claim, which may name what is there already, for others."""
    said = str(error.orig)
    return isinstance(error, IntegrityError) and any(
        f"{table}_pkey" in said or f"{table}.id" in said
        for table in ("agreements", "sessions", "notes", "decisions")
    )


def _is_a_wait(error: DBAPIError) -> bool:
    state, said = getattr(error.orig, "sqlstate", None), str(error.orig)
    # What delivery would put back is just being asked for anew, by a transaction that it could not see: once more, it can.
    return state in WAITS or "database is locked" in said or "one_pending" in said
