"""The command line about master keys: ``mentor keys new``, ``check`` and ``rotate``. No key is ever printed but a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table

from bot.progress import bar, watching
from bot.starting import read_settings, sentences
from storage import key_check, keys, opening, rotation

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database
    from storage.key_check import Column, DataKeys

MOST_ROWS = 10
"""Rows that are named when they cannot be read; of more it is said how many."""

app = typer.Typer(
    help="Master keys: make, check and rotate them.", no_args_is_help=True, add_completion=False
)


@app.command()
def new() -> None:
    """Print a new master key, and what to do with it. It is kept nowhere."""
    with sentences():
        given = read_settings()
        key = keys.new()
        [made] = keys.parse(key, "")
        typer.echo(key)
        steps = [
            f"This is a new master key, kept nowhere yet. Its id is {made.id}.",
            "1. Write it down in a safe place, apart from the database and its backups.",
            *_first_key(given),
        ]
        typer.echo("\n".join(steps), err=True)


def _first_key(given: Settings) -> list[str]:
    if not keys.is_set(given.keys) and not opening.KEYS_FILE.exists():
        return [
            "2. Set MENTOR_KEYS to it, then start Mentor. A database that another key was used for needs that one too."
        ]
    where = (
        "Put it first in MENTOR_KEYS, with a comma between it and what stands there now."
        if keys.is_set(given.keys)
        else f"Put it into {opening.KEYS_FILE}, on a line of its own above the key that stands there now."
    )
    return [
        f"2. {where}",
        "3. Stop Mentor and start it again.",
        "4. Run `mentor keys rotate`. It says when the old key may go.",
    ]


@app.command()
def check() -> None:
    """Tell which master keys are known, what each wraps, and how much can be read. Exit code 1 if anything can't be."""
    with sentences():
        given = read_settings()
        with opening.beside(given.database, master_keys=given.keys) as database:
            with watching() as watch:
                wrapped = key_check.wrapped(database, watch)
                columns = key_check.columns(database, watch)
            console = Console(highlight=False)
            console.print(_keys_table(wrapped, database, given))
            console.print()
            console.print(_columns_table(columns))
            for line in _running(database):
                typer.echo(line)
    trouble = _trouble(wrapped, columns, database.vault.masters.ids)
    for line in trouble or ["Everything can be read."]:
        typer.echo(line, err=bool(trouble))
    if trouble:
        raise typer.Exit(1)


def _source(given: Settings) -> str:
    return "MENTOR_KEYS" if keys.is_set(given.keys) else str(opening.KEYS_FILE)


def _keys_table(wrapped: list[DataKeys], database: Database, given: Settings) -> Table:
    masters = database.vault.masters
    table = Table(
        "master key",
        "data keys",
        "",
        box=None,
        title=f"Master keys, from {_source(given)}",
        title_justify="left",
    )
    table.columns[1].justify = "right"
    for found in wrapped:
        if found.master == masters.first:
            what = "wraps new data keys"
        elif found.master not in masters.ids:
            what = "is missing"
        elif found.keys:
            what = "still needed, until `mentor keys rotate`"
        else:
            what = "needed no more"
        table.add_row(found.master, f"{found.keys:,}", what)
    return table


def _columns_table(columns: list[Column]) -> Table:
    table = Table("column", "texts", "can be read", box=None, title="What is encrypted", title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    for found in columns:
        table.add_row(found.name, f"{found.texts:,}", f"{found.texts - len(found.unreadable):,}")
    return table


def _running(database: Database) -> list[str]:
    bots = key_check.bots(database)
    return [f"A Mentor is running with {', '.join(bot.masters)}." for bot in bots] or [
        "No Mentor is running."
    ]


def _trouble(wrapped: list[DataKeys], columns: list[Column], known: list[str]) -> list[str]:
    lines = [
        f"Master key {found.master} is missing. Please set MENTOR_KEYS to it too, or put back the keys file from your backup."
        for found in wrapped
        if found.master not in known
    ]
    damaged = [f"data key {key}" for found in wrapped if found.master in known for key in found.damaged]
    unreadable = [f"{column.name} of row {row}" for column in columns for row in column.unreadable]
    lines += [f"Can't be opened: {name}." for name in (damaged + unreadable)[:MOST_ROWS]]
    more = len(damaged) + len(unreadable) - MOST_ROWS
    return lines + ([f"And {more} more."] if more > 0 else [])


@app.command()
def rotate() -> None:
    """Wrap every data key with the first master key. It may run beside the bot, be stopped at any time and begun again."""
    with sentences():
        given = read_settings()
        with opening.beside(given.database, master_keys=given.keys) as database:
            masters = database.vault.masters
            with database.reading() as tx:
                keys.must_open(masters.ids, keys.wrapped_by(tx.connection), given.keys, opening.KEYS_FILE)
                left = rotation.left(tx)
            done, damaged = 0, []
            with bar("Wrapping", sum(left.values())) as advance:
                for batch in rotation.rotate(database):
                    done += batch.wrapped
                    damaged += batch.damaged
                    advance(batch.wrapped + len(batch.damaged))
    typer.echo(_result(done, masters.first, masters.ids[1:], _source(given)))
    if damaged:
        typer.echo(
            f"{_count(len(damaged))} can't be opened, and {_is(len(damaged))} left as before: {', '.join(damaged[:MOST_ROWS])}. "
            "`mentor keys check` tells what can't be read for it.",
            err=True,
        )
        raise typer.Exit(1)


def _result(done: int, first: str, others: list[str], source: str) -> str:
    if not done and not others:
        return (
            f"Every data key is wrapped by master key {first}, so there is nothing to do. `mentor keys new` makes another "
            "master key, and says what to do with it."
        )
    lines = [f"{_count(done)} {_is(done)} wrapped by master key {first} now."] if done else []
    old = " and ".join(others)
    return "\n".join(
        [
            *lines,
            f"Master key {old} is needed no more: take it out of {source}, then stop Mentor and start it again. Keep it "
            "somewhere else for as long as you may want to restore a backup from before. Once it is destroyed, nobody can read in "
            "those backups, either, what people wrote whose data keys have been deleted since.",
        ]
    )


def _count(keys: int) -> str:
    return "1 data key" if keys == 1 else f"{keys:,} data keys"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
