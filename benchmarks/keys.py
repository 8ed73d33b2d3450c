"""How long ``mentor keys rotate`` takes, with a bot that writes beside it.

``python -m benchmarks.keys [PEOPLE]``: a new SQLite database, or the empty one that DATABASE_URL names, with so many people,
each with a data key; then the command, as a process of its own, while someone new writes something twenty times a second.
"""

import base64
import os
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from rich.console import Console
from sqlalchemy import insert

from storage import people
from storage.database import Database
from storage.opening import opened
from storage.rotation import left
from storage.tables import data_keys
from storage.tables import people as person_rows
from storage.vault import Spot
from storage.wrapping import new_key

ROOT = Path(__file__).parent.parent
MONDAY = datetime(2026, 10, 5, 9, tzinfo=UTC)
OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))
CHUNK = 5_000
PAUSE = 0.05


def fill(database: Database, number: int) -> None:
    """Add so many people with data keys."""
    person = {
        "reminders": True,
        "invitations": True,
        "greeted": True,
        "home_opened": False,
        "hours_start": 540,
        "hours_end": 1020,
        "work_days": "01234",
        "retention": 90,
        "created_at": MONDAY,
    }
    masters = database.vault.masters
    for start in range(0, number, CHUNK):
        names = [f"{place:022}" for place in range(start, min(start + CHUNK, number))]
        keys = [{"id": name, "person_id": name, **masters.wrap(name, name, new_key())} for name in names]
        with database.writing() as tx:
            tx.connection.execute(insert(person_rows), [{"id": name, **person} for name in names])
            tx.connection.execute(insert(data_keys), keys)


def write_on(database: Database, over: threading.Event) -> list[float]:
    """Let newcomers write until it is ``over``; return how long each had to wait, in seconds."""
    waits: list[float] = []
    while not over.wait(PAUSE):
        began = perf_counter()
        with database.writing() as tx:
            name = f"U{len(waits)}"
            who = people.acting(tx, team_id="T1", user_id=name, name=name, now=MONDAY)
            database.vault.seal(tx, "a thought", Spot("notes", "text", "n1", who.id))
        waits.append(perf_counter() - began)
    return waits


def main(number: int) -> None:
    """Print what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/mentor.db"
        with opened(url, master_keys=OLD) as database:
            fill(database, number)
        waits: list[float] = []
        over = threading.Event()
        with opened(url, master_keys=f"{NEW},{OLD}") as database:
            writer = threading.Thread(target=lambda: waits.extend(write_on(database, over)))
            writer.start()
            began = perf_counter()
            subprocess.run(
                [sys.executable, "-m", "bot.cli", "keys", "rotate"],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": url, "MENTOR_KEYS": f"{NEW},{OLD}"},
                stdout=subprocess.DEVNULL,
                check=True,
            )
            took = perf_counter() - began
            over.set()
            writer.join()
            with database.reading() as tx:
                assert left(tx) == {}
    slowest = quantiles(waits, n=100)[-1]
    console = Console(highlight=False)
    console.print(f"{number:,} data keys wrapped anew in {took:.1f} s.")
    console.print(
        f"Meanwhile a write beside it took {1000 * median(waits):.0f} ms (median) and {1000 * slowest:.0f} ms (99th percentile)."
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
