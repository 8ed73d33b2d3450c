"""The command line about moving: ``mentor copy-database``."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.progress import watching
from bot.starting import sentences
from storage import copying


def copy_database(
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="The address of the database to copy, as in DATABASE_URL.")
    ],
    target: Annotated[
        str, typer.Argument(metavar="TO", help="The address of one that is new or empty, of either kind.")
    ],
) -> None:
    """Copy a whole database into an empty one, SQLite to PostgreSQL or any other way. Stop the bot before.

    Others on this machine can read a command's line while it runs: leave passwords to ~/.pgpass or PGPASSWORD.
    """
    with sentences():
        with watching() as watch:
            rows = copying.copy(source, target, watch)
        before, now = copying.shown_address(source), copying.shown_address(target)
        typer.echo(
            f"{now} holds what {before} holds: {sum(rows.values()):,} rows in {len(rows)} tables, each compared with where it "
            "came from."
        )
        typer.echo(
            f"Set DATABASE_URL to it, keep the master keys as they are, and start Mentor. {before} is as it was: it still holds "
            "everything that people wrote, so please remove it once you don't need it any more, and its backups too."
        )
