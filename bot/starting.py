"""What every command begins with: the settings; and how it ends where something stands in the way."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from bot import log, settings
from bot.settings import Settings, WrongSettingError
from storage.refusals import CannotCopy, CannotOpen, CannotRotate


class CannotStart(Exception):  # noqa: N818 - it is a sentence for the operator
    """Something stands in the way; ``sentence`` says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read_settings() -> Settings:
    """Return the settings, and log as they say.

    Raises:
        WrongSettingError: a value is wrong or missing.
    """
    given = settings.read()
    log.set_up(given.log_level, given.log_format)
    return given


@contextmanager
def sentences() -> Iterator[None]:
    """End with a sentence and exit code 1 where something stands in the way."""
    try:
        yield
    except (WrongSettingError, CannotCopy, CannotOpen, CannotRotate, CannotStart) as reason:
        typer.echo(f"mentor: {reason.sentence}", err=True)
        raise typer.Exit(1) from None
