"""What looking for due rows costs when much is pending: with nothing due, and claiming a hundred, beside APScheduler's job store.

``python -m benchmarks.sweep [quick]``: databases with a thousand, a hundred thousand and a million pending rows, a tenth as many
accounts, filled in bulk; they take turns. APScheduler's SQLAlchemyJobStore holds a job for each prompt, on SQLite with the same journal and the same syncing.
"""

import tempfile
import threading
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from apscheduler.events import EVENT_JOB_SUBMITTED  # type: ignore[import-untyped]  # it has no types
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore  # type: ignore[import-untyped]
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]
from sqlalchemy import insert, text

from benchmarks.apps import quiet
from benchmarks.figures import Figure, Section, at_most, ms, show
from bot.delivery import IN_FLIGHT
from storage import outbox
from storage.database import Database, make_engine
from storage.due import ITS_QUEUE
from storage.opening import opened
from storage.tables import due_rows, people

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
PENDING = (1_000, 100_000, 1_000_000)
DUE = 100
FLAT, CHEAPER = 1.5, 10.0
EACH = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :many) SELECT"
NAMED = "CAST(i AS TEXT)"
PATIENCE = 60.0


class Outbox:
    """A database with so many pending rows, none of them due for a month."""

    def __init__(self, database: Database, pending: int) -> None:
        self.database, self.pending = database, pending
        self.looks: list[float] = []
        self.claims: list[float] = []
        self.eights: list[float] = []
        self.settles: list[float] = []
        with database.writing() as tx:
            fill(tx.connection, pending)

    def look(self) -> None:
        """Do what a sweep does when nothing is due."""
        began = perf_counter()
        with self.database.reading() as tx:
            due = outbox.next_due(tx, skip_teams=set())
        self.looks.append(perf_counter() - began)
        assert due == LATER

    def claim(self) -> None:
        """Let a hundred be due, and claim them: at once, and as delivery does; settle each in a commit of its own."""
        self._due()
        began = perf_counter()
        self._claim(DUE)
        self.claims.append((perf_counter() - began) / DUE)
        self._due()
        claimed: list[str] = []
        began = perf_counter()
        while len(claimed) < DUE:
            with self.database.reading() as tx:
                outbox.next_due(tx, skip_teams=set())
            claimed += self._claim(IN_FLIGHT)
        self.eights.append((perf_counter() - began) / DUE)
        began = perf_counter()
        for row_id in claimed:
            with self.database.writing() as tx:
                outbox.sent(tx, row_id, channel="D1", ts="1.2", live=True, now=NOW)
        self.settles.append((perf_counter() - began) / DUE)
        self._due(LATER)

    def _claim(self, limit: int) -> list[str]:
        with self.database.writing() as tx:
            return [row.id for row in outbox.claim(tx, NOW, limit=limit)]

    def _due(self, at: datetime = NOW - timedelta(minutes=1)) -> None:
        with self.database.writing() as tx:
            first = due_rows.update().where(due_rows.c.number <= DUE)
            tx.connection.execute(first.values(state=outbox.RowState.PENDING, queue=ITS_QUEUE, at=at))


def fill(connection: Any, pending: int) -> None:
    """Add so many pending rows, due in a month and later, of a tenth as many accounts."""
    on_postgresql = connection.dialect.name == "postgresql"
    many = max(pending // 10, DUE)
    connection.execute(insert(people), {"id": "p", "created_at": NOW})
    account = f"INSERT INTO accounts (id, person_id, team_id, user_id, name, active, is_bot) {EACH} 'a' || {NAMED}, 'p', 'T1', 'U' || {NAMED}, 'N', {{yes}}, {{no}} FROM n"
    yes, no = ("true", "false") if on_postgresql else ("1", "0")
    connection.execute(text(account.format(yes=yes, no=no)), {"many": many})
    at = "CAST(:later AS timestamptz) + i * interval '1 second'" if on_postgresql else ":later + i * 1000000"
    rows = (
        "INSERT INTO due_rows (id, kind, subject, recipient, round, account_id, team_id, queue, lane, due, at, state, attempts, live) "
        f"{EACH} 'r' || {NAMED}, 'rating', 's' || {NAMED}, 'p', 0, 'a' || CAST(i % :accounts AS TEXT), 'T1', "
        f"'a' || CAST(i % :accounts AS TEXT), 1, {at}, {at}, 'pending', 0, {no} FROM n"
    )
    later = LATER if on_postgresql else int(LATER.timestamp() * 1_000_000)
    connection.execute(text(rows), {"many": pending, "accounts": many, "later": later})
    if on_postgresql:
        connection.execute(text("ANALYZE due_rows"))


class Jobs:
    """APScheduler with so many jobs in its SQLAlchemyJobStore, none of them due for a month."""

    def __init__(self, folder: Path, pending: int) -> None:
        self.pending = pending
        self.claims: list[float] = []
        engine = make_engine(f"sqlite:///{folder}/jobs{pending}.db")
        # Its transactions are its own; ours begin as they read or write.
        self._scheduler = BackgroundScheduler(
            jobstores={"default": SQLAlchemyJobStore(engine=engine)}, timezone="UTC"
        )
        self._scheduler.start(paused=True)
        self._add(LATER)
        with engine.execution_options(writing=True).begin() as connection:
            copied = f"INSERT INTO apscheduler_jobs (id, next_run_time, job_state) {EACH} 'j' || {NAMED}, :later + i, job_state FROM n, apscheduler_jobs WHERE apscheduler_jobs.id = 'p0'"
            connection.execute(text(copied), {"many": pending, "later": LATER.timestamp()})
        self._scheduler.remove_job("p0")

    def claim(self) -> None:
        """Let a hundred be due, and let the scheduler take them: it hands each on and removes it."""
        for number in range(DUE):
            self._add(NOW, number)
        taken, over = [0], threading.Event()

        def hear(_event: object) -> None:
            taken[0] += 1
            if taken[0] == DUE:
                self.claims.append((perf_counter() - began) / DUE)
                over.set()

        self._scheduler.add_listener(hear, EVENT_JOB_SUBMITTED)
        began = perf_counter()
        self._scheduler.resume()
        if not over.wait(PATIENCE):
            raise TimeoutError("the jobs are not taken")
        self._scheduler.remove_listener(hear)
        self._scheduler.pause()

    def close(self) -> None:
        """End."""
        self._scheduler.shutdown()

    def _add(self, at: datetime, number: int = 0) -> None:
        self._scheduler.add_job(nothing, "date", run_date=at, id=f"p{number}", misfire_grace_time=None)


def nothing() -> None:
    """Be said."""


@contextmanager
def outboxes(sizes: tuple[int, ...]) -> "Iterator[list[Outbox]]":
    """Give a SQLite database of each size."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found = []
        for size in sizes:
            url = f"sqlite:///{folder}/{size}.db"
            database = stack.enter_context(opened(url, keys_file=folder / "keys"))
            found.append(Outbox(database, size))
        yield found


def measure(quick: bool = False) -> Section:
    """Measure both, in turns."""
    sizes = (1_000,) if quick else PENDING
    with quiet(), outboxes(sizes) as ours, tempfile.TemporaryDirectory() as folder:
        theirs = [Jobs(Path(folder), size) for size in sizes]
        for _ in range(2 if quick else 10):
            for each in ours:
                for _ in range(20):
                    each.look()
                each.claim()
            for their in theirs:
                their.claim()
        for their in theirs:
            their.close()
    return _section(ours, theirs)


def _section(ours: list[Outbox], theirs: list[Jobs]) -> Section:
    figures = []
    for what, times in (
        ("a sweep with nothing due", [each.looks for each in ours]),
        (f"claiming one of {DUE} due, all at once", [each.claims for each in ours]),
        (f"the same, {IN_FLIGHT} at a time", [each.eights for each in ours]),
        ("settling one, with a commit", [each.settles for each in ours]),
    ):
        least = median(times[0])
        for each, found in zip(ours, times, strict=True):
            shown = f"{ms(median(found))}"
            name = f"{what}, {each.pending:,} pending"
            if each is ours[0] or what.startswith("settling"):
                figures.append(Figure(name, shown))
            else:
                ratio = median(found) / least
                figures.append(
                    at_most(name, ratio, FLAT, shown=f"{shown}, {ratio:.2f} ×", beside=f"{ours[0].pending:,}")
                )
    for their in theirs:
        mine = next(one for one in ours if one.pending == their.pending)
        once, as_delivered = (median(their.claims) / median(found) for found in (mine.claims, mine.eights))
        figures += [
            Figure(
                f"taking one of {DUE} due, {their.pending:,} pending: APScheduler's job store",
                f"{ms(median(their.claims))}, {once:.1f} × ours",
                "claiming all at once",
                f"at least {CHEAPER:g} ×",
                once >= CHEAPER,
            ),
            Figure(
                f"the same, {their.pending:,} pending, beside delivery's own way",
                f"{as_delivered:.1f} × ours",
                f"looking, and claiming {IN_FLIGHT} at a time",
            ),
        ]
    how = (
        "SQLite with synchronous=FULL, filled in bulk, a tenth as many accounts. Delivery never claims all at once: it looks, then takes up "
        f"to {IN_FLIGHT} in a commit, for so many are under way at once. APScheduler's SQLAlchemyJobStore has a job for each prompt, on the "
        "same engine; it takes all that are due in one go, and removes each in a commit of its own; ours has another "
        "commit for each, that settles it once Slack has it."
    )
    return Section("Looking for what is due", how, figures)


if __name__ == "__main__":
    show(measure)
