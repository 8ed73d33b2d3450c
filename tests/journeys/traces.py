"""What a bot leaves behind, made comparable between two runs: ids by order of appearance, times to the minute, ciphertext by length."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import TextClause, inspect, text

from storage.database import make_engine

# Slack's ids, ours (22 characters, safe in URLs), and the UUIDs of sessions and envelopes.
IDS = re.compile(
    r"\b[A-Z][a-z]?0[A-Z0-9]{9}\b"
    r"|(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])"
    r"|(?<![\w-])(?=[\w-]*[0-9A-Z])[\w-]{22}(?![\w-])"
)
PAIR = re.compile(r"^<\d+> <\d+>$")
"""Two ids in their own order: a key that is the same either way round."""
TIMESTAMP = re.compile(r"\b(\d{10})\.\d{6}\b")
LOGGED_AT = re.compile(r"^[\d-]{10} [\d:.]{12}Z ", re.MULTILINE)
PORT = re.compile(r"(?<=127\.0\.0\.1:)\d+")
TOOK = re.compile(r"(?<= in )\d+\.\d(?= ms\.$)", re.MULTILINE)
BY_CHANCE = ("is later: the message is on its way", "The database is busy; what came of a due row is written")
EARLIEST = 10**15
"""Microseconds since 1970: what is more than this in a table is a time."""


class Comparable:
    """Makes what one run left comparable. The same id becomes the same number wherever it stands."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def __call__(self, value: Any) -> Any:
        """Return ``value`` with ids, times and ciphertext replaced, all through."""
        if isinstance(value, bytes):
            return f"{len(value)} bytes"
        if isinstance(value, str):
            numbered = PAIR.sub(_in_order, IDS.sub(self._numbered, value))
            return TIMESTAMP.sub(lambda found: _minute(int(found[1])), numbered)
        if isinstance(value, dict):
            return {self(key): self(held) for key, held in value.items()}
        if isinstance(value, list | tuple):
            return [self(held) for held in value]
        return _minute(value // 10**6) if isinstance(value, int) and value > EARLIEST else value

    def _numbered(self, found: re.Match[str]) -> str:
        return self._ids.setdefault(found[0], f"<{len(self._ids) + 1}>")


def _in_order(found: re.Match[str]) -> str:
    return " ".join(sorted(found[0].split(" ", 1)))


def _minute(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"


def tables(url: str) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table as it is stored: on SQLite in order of insertion, on PostgreSQL by what they say."""
    engine = make_engine(url)
    order = "rowid" if engine.dialect.name == "sqlite" else "rows::text"
    try:
        with engine.connect() as connection:
            return {
                name: [dict(row) for row in connection.execute(_rows(name, order)).mappings()]
                for name in sorted(inspect(connection).get_table_names())
            }
    finally:
        engine.dispose()


def _rows(table: str, order: str) -> TextClause:
    return text(f'SELECT * FROM "{table}" AS rows ORDER BY {order}')  # noqa: S608 - the schema's own names


def lines(log: str) -> list[str]:
    """Return what was logged without times, how long things took, and ids, in alphabetical order, for threads take turns.

    Whether a message is still on its way when it is to be drawn again, and whether a due row must wait for the database, is a matter of
    milliseconds, so those lines are left out.
    """
    bare = IDS.sub("<id>", PORT.sub("<port>", TOOK.sub("<some>", LOGGED_AT.sub("", log))))
    return sorted(line for line in bare.splitlines() if not any(said in line for said in BY_CHANCE))
