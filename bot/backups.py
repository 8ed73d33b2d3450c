"""The command line about backups: ``mentor backup`` and ``mentor restore``. PostgreSQL has tools of its own, which they name."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.clock import Clock
from bot.progress import watching
from bot.starting import CannotStart, read_settings, sentences
from storage import backups, keys, opening
from storage.lock import file_of, without_password
from storage.refusals import CannotOpen

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.backups import Held


def backup(
    file: Annotated[Path, typer.Argument(help="Where the backup goes. It must not exist yet.")],
) -> None:
    """Copy the database into FILE, verified. It may run beside the bot. The master keys are not in it."""
    with sentences():
        given = read_settings()
        database = file_of(given.database)
        if database is None:
            raise CannotStart(_dump(given.database, file))
        with watching() as watch:
            held = backups.back_up(database, file, watch)
    typer.echo(f"{file} is a backup of {database}: {_what(held)}. It was read back, and is whole.")
    for line in _keys(held, given):
        typer.echo(line)
    typer.echo(
        "What people delete afterwards stays in it: please destroy it once you don't need it any more."
    )


def restore(
    file: Annotated[Path, typer.Argument(help="A backup that `mentor backup` made.")],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a database that holds data; it is kept beside it.")
    ] = False,
) -> None:
    """Put the backup FILE in the place of the database, verified first. Stop the bot before."""
    with sentences():
        given = read_settings()
        database = file_of(given.database)
        if database is None:
            raise CannotStart(_restore_dump(given.database, file))
        with watching() as watch:
            restored = backups.restore(file, database, watch, force=force, now=Clock().now())
        held = restored.held
        typer.echo(f"{database} is now what {file} holds: {_what(held)}. It was verified first.")
        if restored.aside is not None:
            typer.echo(
                f"What was there before is in {restored.aside}. Please remove it once you are sure: it still holds "
                "everything that people wrote."
            )
        for line in _keys(held, given):
            typer.echo(line)
        if held.older:
            typer.echo("It is of an older Mentor: the next start brings its tables to this version.")
        typer.echo(
            "What happened after the backup was made is not known any more: messages sent since may go out once more, and what "
            "people wrote or deleted since is as it was. You can start Mentor again now."
        )


def _what(held: Held) -> str:
    counted = [
        _count(held.rows.get(table, 0), one)
        for table, one in (("people", "person"), ("agreements", "agreement"), ("sessions", "session"))
    ]
    return f"{', '.join(counted)}, {_count(sum(held.rows.values()), 'row')} in all, {held.size / 1e6:.1f} MB"


MORE = {"person": "people"}


def _count(number: int, one: str) -> str:
    return f"{number:,} {one if number == 1 else MORE.get(one, f'{one}s')}"


def _keys(held: Held, given: Settings) -> list[str]:
    """Say which master keys open it, and whether they are known here."""
    if not held.masters:
        return []
    try:
        known = {key.id for key in keys.given(given.keys, opening.KEYS_FILE)}
    except CannotOpen as reason:
        return [f"It can be read with master key {' and '.join(held.masters)} alone. {reason.sentence}"]
    source = "MENTOR_KEYS" if keys.is_set(given.keys) else str(opening.KEYS_FILE)
    missing = [master for master in held.masters if master not in known]
    if missing:
        return [
            f"What people wrote in it can't be read without master key {' and '.join(missing)}, which is not in {source}. "
            "Please put it there before Mentor starts with this database."
        ]
    return [
        f"What people wrote in it can't be read without master key {' and '.join(held.masters)}, which is not in it: please "
        f"keep {source} too, somewhere else."
    ]


# --- PostgreSQL


def _dump(url: str, file: Path) -> str:
    name, address = shlex.quote(str(file)), shlex.quote(without_password(url))
    return (
        "The database is PostgreSQL, which makes its backups with a tool of its own, also while Mentor runs:\n"
        f"  pg_dump --format=custom --file={name} --dbname={address}\n"
        f"It asks for the password; ~/.pgpass or PGPASSWORD can hold it. To see that the backup can be read:\n"
        f"  pg_restore --list {name}\n"
        "The master keys are not in it, and without them nobody can read what people wrote. What they delete afterwards stays in it."
    )


def _restore_dump(url: str, file: Path) -> str:
    name, address = shlex.quote(str(file)), shlex.quote(without_password(url))
    return (
        "The database is PostgreSQL, which restores its backups with a tool of its own. Stop every Mentor on it first, then:\n"
        f"  pg_restore --clean --if-exists --single-transaction --no-owner --dbname={address} {name}\n"
        "It asks for the password; ~/.pgpass or PGPASSWORD can hold it. It replaces what the database holds, all of it or nothing."
    )
