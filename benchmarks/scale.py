"""What ``docs/scale.md`` counts with: what a pair does, says and leaves behind in five sessions, and what several processes cost.

``python -m benchmarks.scale [PAIRS]``: the whole mentoring of ``tests/journeys/five_sessions.py``, lived once by two bots on one PostgreSQL;
then what it left, so many times over with other ids, on SQLite and on PostgreSQL; how soon the answer to a DM is there when the one
that delivers has the gesture, and when the other one has it; and the sweep on PostgreSQL with little and with much pending.
``MENTOR_TEST_POSTGRES_URL`` names a server to use; else one is started.
"""

import os
import re
import secrets
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from rich.console import Console
from sqlalchemy import Connection, insert, make_url, select, text
from sqlmodel import SQLModel

from mentoring.ids import new_id
from playground.server import Playground
from storage import outbox
from storage.database import Database, make_engine
from storage.upgrade import upgrade
from storage.vault import Vault
from storage.wrapping import MasterKey, new_key
from tests import postgres
from tests.faults.several import Crew
from tests.journeys.driver import MANIFEST
from tests.journeys.five_sessions import STARTS, STEPS
from tests.journeys.pair import Pair
from tests.postgres import Postgres

NOT_A_PAIRS = {"installations", "monthly_totals", "events", "exports"}
"""One for each workspace or month, or for two days or one alone."""
IDS = re.compile(r"(?<![\w-])(?:[\w-]{22}|[UD]0[A-Z0-9]{9})(?![\w-])")
BATCH = 50
ROUNDS = 40
PATIENCE = 10.0
PENDING = (1_000, 1_000_000)
LOOKS = 200
DUE = 8
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
FILL = text(
    "INSERT INTO due_rows (id, kind, subject, recipient, round, queue, lane, due, at, state, attempts, live) "
    "SELECT 'i' || i, 'turn', 's' || i, '', 0, 'q' || i, 1, :at, CAST(:at AS timestamptz) + (i - CAST(:first AS int)) * interval '1 second', 'pending', 0, false "
    "FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS i"
)

Row = dict[str, Any]
Say = Callable[[str], None]


@contextmanager
def server() -> Iterator[Postgres]:
    """Give a PostgreSQL server."""
    if outside := os.environ.get("MENTOR_TEST_POSTGRES_URL"):
        yield Postgres(make_url(outside))
        return
    directory = Path(f"{tempfile.gettempdir()}/mentor-scale-{secrets.token_hex(4)}")
    try:
        yield Postgres(make_url(postgres.start(directory)))
    finally:
        postgres.stop(directory)


def lived(url: str, say: Say) -> dict[str, list[Row]]:
    """Let a pair live through its five sessions; say what it did, and return every row that it left."""
    calls: Counter[str] = Counter()
    with Playground(MANIFEST, starts=STARTS, rates=False) as slack, two(slack, url) as crew:
        pair = Pair(slack)

        def hear(way: str, said: Row, answer: Row) -> None:
            calls.update([way])
            pair.post.hear(way, said, answer)

        slack.overhear(hear)
        for step in STEPS:
            step(pair)
        lines = [line for member in crew.members for line in member.gestures]
    took = sorted(float(line.split()[-2]) for line in lines)
    days = (slack.clock.now() - STARTS).days
    say(f"In the {days} days of five sessions a pair makes {len(lines)} gestures and events;")
    say(
        f"each takes {median(took):.0f} ms, the slowest tenth over {took[len(took) * 9 // 10]:.0f} ms. The bot makes these calls:"
    )
    say(", ".join(f"{number} {way}" for way, number in calls.most_common()))
    engine = make_engine(url)
    with engine.connect() as connection:
        rows = {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in SQLModel.metadata.sorted_tables
            if table.name not in NOT_A_PAIRS
        }
    engine.dispose()
    keys = [row for row in rows["data_keys"] if row["person_id"]]
    return {**rows, "data_keys": keys}


@contextmanager
def two(slack: Playground, url: str) -> Iterator[Crew]:
    """Give two bots that run."""
    with tempfile.TemporaryDirectory() as home:
        crew = Crew(slack, Path(home), url)
        crew.start(2)
        yield crew
        crew.end()


def anew(rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Return the rows of another such pair: the same, with other ids of the same length."""
    ids: defaultdict[str, str] = defaultdict(new_id)

    def other(found: re.Match[str]) -> str:
        old = found[0]
        if old not in ids and len(old) < len(new_id()):
            ids[old] = f"{old[:2]}{secrets.token_hex(5)[:9].upper()}"
        return ids[old]

    return {
        name: [
            {
                key: IDS.sub(other, value) if type(value) is str else value
                for key, value in row.items()
                if (name, key) != ("due_rows", "number")
            }
            for row in table
        ]
        for name, table in rows.items()
    }


def multiplied(connection: Connection, rows: dict[str, list[Row]], pairs: int) -> None:
    """Write what so many pairs leave."""
    for _ in range(0, pairs, BATCH):
        copies = [anew(rows) for _ in range(BATCH)]
        with connection.begin():
            for table in SQLModel.metadata.sorted_tables:
                if many := [row for copy in copies for row in copy.get(table.name, ())]:
                    connection.execute(insert(table), many)


def sizes(server: Postgres, rows: dict[str, list[Row]], pairs: int, say: Say) -> None:
    """Say how much a pair takes on both databases."""
    per_pair = {name: len(table) for name, table in rows.items() if table}
    say(
        f"Rows of a pair: {sum(per_pair.values())}: "
        + ", ".join(f"{n} {name}" for name, n in per_pair.items())
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mentor.db"
        upgrade(f"sqlite:///{file}")
        empty = file.stat().st_size
        engine = make_engine(f"sqlite:///{file}", foreign_keys=False)
        with engine.connect() as connection:
            multiplied(connection, rows, pairs)
        engine.dispose()
        say(f"SQLite: {(file.stat().st_size - empty) / pairs / 1000:.1f} KB a pair, of {pairs}")
    with server.database() as url:
        upgrade(url)
        engine = make_engine(url)
        with engine.connect() as connection:
            multiplied(connection, rows, pairs)
            found = connection.execute(
                text(
                    "SELECT relname, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class "
                    "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
                )
            ).all()
        engine.dispose()
    total = sum(table + indexes for _, table, indexes in found)
    say(f"PostgreSQL: {total / pairs / 1000:.1f} KB a pair, of {pairs}; by table (indexes): ")
    largest = sorted(found, key=lambda one: -(one[1] + one[2]))
    say(
        ", ".join(
            f"{name} {(t + i) / pairs / 1000:.1f} ({i / pairs / 1000:.1f})"
            for name, t, i in largest
            if name in per_pair
        )
    )


def answers(url: str, say: Say) -> None:
    """Say how soon a DM is answered, by who has the gesture."""
    times: dict[bool, list[float]] = {True: [], False: []}
    with Playground(MANIFEST, rates=False) as slack, two(slack, url) as crew:
        post = Pair(slack).post
        tom = slack.hands("tom")
        tom.say("help")
        slack.settle()
        for _ in range(ROUNDS):
            # Websockets take turns, and a word comes with a second event: so both bots come to have it.
            tom.command("/mentor help")
            slack.settle()
            said, before = len(post.sent), len(crew.delivering.gestures)
            began = perf_counter()
            tom.say("help")
            if not slack.run(slack.workspace.change.until(partial(_beyond, post.sent, said), PATIENCE)):
                raise TimeoutError("no answer")
            took = perf_counter() - began
            slack.settle()
            times[len(crew.delivering.gestures) > before].append(took * 1000)
    for own, what in ((True, "the one that delivers"), (False, "the other one")):
        taken = sorted(times[own])
        say(
            f"From a word in the DM to its answer, taken by {what}: median {median(taken):.0f} ms, longest {taken[-1]:.0f} ms ({len(taken)} times)"
        )


def _beyond(sent: list[Any], said: int) -> bool:
    return len(sent) > said


def sweeps(server: Postgres, say: Say) -> None:
    """Say what a sweep costs on PostgreSQL."""
    for pending in PENDING:
        with server.database() as url:
            upgrade(url)
            database = Database(url, Vault([MasterKey.of(new_key())]))
            with database.writing() as tx:
                tx.connection.execute(FILL, {"at": NOW + HOUR, "first": 1, "last": pending})
                tx.connection.execute(
                    FILL, {"at": NOW - 10 * HOUR, "first": pending + 1, "last": pending + LOOKS * DUE}
                )
            with make_engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))
            looks, claims = [], []
            for _ in range(LOOKS):
                began = perf_counter()
                with database.reading() as tx:
                    outbox.next_due(tx)
                looks.append(perf_counter() - began)
                began = perf_counter()
                with database.writing() as tx:
                    claimed = outbox.claim(tx, NOW, limit=DUE)
                claims.append(perf_counter() - began)
                assert len(claimed) == DUE
                with database.writing() as tx:
                    for row in claimed:
                        outbox.done(tx, row.id)
            database.close()
        say(
            f"PostgreSQL, {pending:,} pending: a look {median(looks) * 1000:.2f} ms, claiming {DUE} {median(claims) * 1000:.2f} ms"
        )


def main() -> None:
    """Measure, and say it."""
    pairs, say = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000, Console(soft_wrap=True).print
    with server() as one:
        with one.database() as url:
            rows = lived(url, say)
        sizes(one, rows, pairs, say)
        with one.database() as url:
            answers(url, say)
        sweeps(one, say)


if __name__ == "__main__":
    main()
