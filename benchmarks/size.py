"""How large the database is for each pair that has had five sessions.

``python -m benchmarks.size [quick]``: pairs live from the invitation through five sessions, each planned, moved, noted, rated with
words and reminded of, with all that the outbox says meanwhile; on SQLite, or on the empty PostgreSQL that DATABASE_URL names too.
"""

import os
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select, text

from benchmarks.apps import mentor, must_be_answered, quiet
from benchmarks.figures import Figure, Section, show
from benchmarks.journey import SESSION, TEXT, Journey, moment
from benchmarks.standin import StandIn
from handlers import clock, guard
from handlers.ids import Action
from mentoring.due import LEAVES_NOTHING, Kind
from storage import agreements, outbox, tables
from storage.database import Database
from storage.opening import opened

SESSIONS = 5
COUNTED = (
    "due_rows",
    "sessions",
    "ratings",
    "notes",
    "versions",
    "agreements",
    "accounts",
    "people",
    "data_keys",
)


class Life(Journey):
    """A pair that meets five times."""

    def run(self) -> None:
        """Live it."""
        self.meet()
        self.begin()
        deliver(self)
        for _ in range(SESSIONS):
            starts = self.now + SESSION
            self.plan()
            session = next(s.id for s in self.agreement.sessions if s.planned)
            self.press("open moving", self.anna, Action.MOVE, session)
            self.submit("move", self.anna, **moment(starts + timedelta(hours=1)))
            self.now = starts + timedelta(hours=3)
            self.known()
            deliver(self)
            self.write_notes(session)
            # A Monday, like the one that the session was planned on: it has been asked, and both are at work.
            self.now = self.now.replace(hour=15) + timedelta(days=11)
            self.known()
            deliver(self)
            self.rate(session)
            deliver(self)


def deliver(life: Journey) -> None:
    """Count whatever is due as said, and let time do what it does."""
    while True:
        with life.database.writing() as tx:
            rows = outbox.claim(tx, life.now, limit=100)
            for row in rows:
                if row.due.kind is Kind.TURN and row.due.agreement_id is not None:
                    agreements.by_clock(tx, row.due.agreement_id)
                    outbox.done(tx, row.id)
                    clock.turn(tx, row.due.agreement_id, life.now)
                elif row.due.kind in LEAVES_NOTHING:
                    outbox.done(tx, row.id)
                else:
                    outbox.sent(
                        tx, row.id, channel="D0123456789", ts="1795428000.000100", live=True, now=life.now
                    )
        if not rows:
            return


def size(database: Database) -> int:
    """Return the bytes of the whole database."""
    with database.reading() as tx:
        if tx.on_postgresql:
            return int(
                tx.connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
            )
        pages, page = (
            tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("page_count", "page_size")
        )
        return int(pages) * int(page)


def grown(database: Database, pairs: int) -> tuple[float, dict[str, float]]:
    """Let so many pairs live; return the bytes, and the rows of each table, that one of them takes."""
    slack = StandIn()
    app = mentor(database, lambda: life.now, slack.url)
    life = Life("z", partial(guard.dispatch, app, tell=must_be_answered), database, slack)
    # The first brings what there is once, half-empty pages too.
    life.run()
    before, rows = size(database), count(database)
    for _ in range(pairs):
        life.run()
    after = count(database)
    return (size(database) - before) / pairs, {name: (after[name] - rows[name]) / pairs for name in after}


def count(database: Database) -> dict[str, int]:
    """Return how many rows each table has."""
    with database.reading() as tx:
        return {
            name: tx.connection.execute(select(func.count()).select_from(getattr(tables, name))).scalar_one()
            for name in COUNTED
        }


def measure(quick: bool = False) -> Section:
    """Measure on each database."""
    pairs = 2 if quick else 40
    figures: list[Figure] = []
    with quiet(), ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = [f"sqlite:///{folder}/mentor.db", *filter(None, [os.environ.get("DATABASE_URL")])]
        for url in urls:
            database = stack.enter_context(opened(url, keys_file=folder / f"keys{len(figures)}"))
            took, rows = grown(database, pairs)
            name = "PostgreSQL" if url.startswith("postgresql") else "SQLite"
            figures.append(Figure(f"{name}: of a pair after {SESSIONS} sessions", f"{took / 1000:.0f} KB"))
            figures.append(
                Figure(
                    f"{name}: its rows",
                    ", ".join(f"{number:.0f} {table}" for table, number in rows.items() if number),
                )
            )
    how = f"{pairs} pairs, {SESSIONS} sessions each, with notes, words and purpose of {len(TEXT)} characters; indexes included."
    return Section("Size of the database", how, figures)


if __name__ == "__main__":
    show(measure)
