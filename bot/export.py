"""``mentor export``: someone's export, made by the operator at their request. It needs the master key, and may run beside the bot."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import Clock
from bot.starting import CannotStart, read_settings, sentences
from mentoring.people import Person
from storage import exports, keys, opening, people
from storage.database import Tx

OWNERS_ALONE = 0o600
"""The mode of the archive: whoever runs the command may read it, and nobody else."""
WHO = "The person: their Slack user id, or team/user where that id is known in more than one workspace."
WHERE = "Where to write the archive; nothing is ever written over."


def export(
    person: Annotated[str, typer.Option(help=WHO)],
    out: Annotated[Path, typer.Option(help=WHERE)] = Path("mentor-export.zip"),
) -> None:
    """Write one person's export, at their request: all that is theirs or was released to them, and nothing else, encrypted."""
    # What draws is slack_sdk's, half a second of imports that other commands do without.
    from handlers.archive import archive, new_passphrase  # noqa: PLC0415
    from handlers.views.export_files import files  # noqa: PLC0415

    with sentences():
        given = read_settings()
        with opening.beside(given.database, master_keys=given.keys) as database:
            now = Clock().now()
            with database.reading() as tx:
                keys.must_open(
                    database.vault.masters.ids, keys.wrapped_by(tx.connection), given.keys, opening.KEYS_FILE
                )
                everything = exports.of(tx, _person(tx, person), now)
        passphrase = new_passphrase()
        write_new(out, archive(files(everything), passphrase, now))
    count = len(everything.mentorings)
    typer.echo(
        f"{out} is written: the export of {person}, with {count} mentoring{'' if count == 1 else 's'}."
    )
    typer.echo(
        f"Passphrase, kept nowhere: {passphrase.reveal()}\n"
        "Give both to that person alone, the passphrase by another way than the file, then delete the file here.",
        err=True,
    )


def _person(tx: Tx, named: str) -> Person:
    team, slash, user = named.rpartition("/")
    teams = [team] if slash else people.teams_of(tx, user)
    if len(teams) > 1:
        raise CannotStart(
            f"{user} is known in more than one workspace. Please say which: {', '.join(f'{t}/{user}' for t in teams)}."
        )
    found = people.by_account(tx, teams[0], user) if teams else None
    if found is None:
        raise CannotStart(
            f"Nobody with the Slack user id {user} is known{f' in workspace {team}' if slash else ''}."
        )
    return found


def write_new(out: Path, content: bytes) -> None:
    """Write a new file that its owner alone may read.

    Raises:
        CannotStart: something is there already, which stays as it is, or it can't be written whole, and then nothing is left of it.
    """
    try:
        file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNERS_ALONE)
    except FileExistsError:
        raise CannotStart(
            f"{out} is there already, and nothing is written over. Please name another file with --out."
        ) from None
    except OSError as error:
        raise CannotStart(f"{out} can't be written: {error.strerror}.") from None
    try:
        with os.fdopen(file, "wb") as opened:
            opened.write(content)
    except OSError as error:
        out.unlink(missing_ok=True)
        raise CannotStart(f"{out} can't be written: {error.strerror}.") from None
