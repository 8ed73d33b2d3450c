"""What every command begins with: the settings; and how it ends where something stands in the way."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from bot import log, settings
from bot.settings import Settings, WrongSettingError
from storage.refusals import CannotCopy, CannotOpen, CannotRotate

logger = logging.getLogger(__name__)


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
def sentences(*, logged: bool = False) -> Iterator[None]:
    """End with a sentence and exit code 1 where something stands in the way.

    ``logged``: the bot's own sentence, and so a line of the log where a machine reads that.
    """
    try:
        yield
    except (WrongSettingError, CannotCopy, CannotOpen, CannotRotate, CannotStart) as reason:
        _end(reason.sentence, logged=logged)
        raise typer.Exit(1) from None


def _end(sentence: str, *, logged: bool) -> None:
    if logged and log.is_json():
        logger.error(sentence)
    else:
        typer.echo(f"mentor: {sentence}", err=True)


def say(sentence: str, *, err: bool = False) -> None:
    """Tell whoever started the bot how it stands: plainly, or as a line of the log where a machine reads that."""
    if log.is_json():
        logger.info(sentence)
    else:
        typer.echo(sentence, err=err)
