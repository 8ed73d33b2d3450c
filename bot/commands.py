"""The commands that are in files of their own, each imported once it is asked for: `mentor run` does without what they need."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

ELSEWHERE = {
    "doctor": "bot.doctor:doctor",
    "backup": "bot.backups:backup",
    "restore": "bot.backups:restore",
    "copy-database": "bot.copying:copy_database",
    "export": "bot.export:export",
    "keys": "bot.keys:app",
}
"""Where each is: a function, or an app of several."""


class Commands(TyperGroup):
    """The commands of an app, and those ``ELSEWHERE`` (click.palletsprojects.com/en/stable/complex, "Lazily Loading Subcommands")."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        # Their names are known to the list of commands and to "Did you mean", they themselves not yet.
        self.commands: dict[str, Any] = {**self.commands, **dict.fromkeys(ELSEWHERE)}

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command; None if there is none of that name."""
        if cmd_name in ELSEWHERE and self.commands[cmd_name] is None:
            self.commands[cmd_name] = _imported(cmd_name)
        return super().get_command(ctx, cmd_name)


def _imported(name: str) -> Any:
    module, _, attribute = ELSEWHERE[name].partition(":")
    found = getattr(import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False)
        alone.command()(found)
        found = alone
    command = typer.main.get_command(found)
    command.name = name
    return command
