"""The command line: ``mentor run``, ``playground``, ``migrate`` and ``version``; others are in files of theirs, see ``bot/commands.py``."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from filelock import FileLock, Timeout
from pydantic import SecretStr

from bot.commands import Commands
from bot.starting import CannotStart, read_settings, say, sentences

if TYPE_CHECKING:
    from types import FrameType

    from bot.settings import Settings
    from playground.server import Playground

PLAYGROUND_STATE = Path("data/playground.json")
LOOK_UP_SECONDS = 0.5
STOPS = (signal.SIGTERM, signal.SIGINT)
END_SECONDS = 9.0
"""After which the process ends whatever is under way; supervisors wait ten before they kill (docs.docker.com, "docker stop")."""
LOST = "Slack has gone silent and can't be reached any more. Start Mentor again, or let a supervisor do it: it waits for Slack then."
PORTS = range(4390, 4400)
"""The page's port, and those that are tried when it is taken."""

app = typer.Typer(
    cls=Commands,
    help="Mentor: a Slack bot that looks after one-to-one mentoring.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def run() -> None:
    """Start the bot: in Slack with tokens, else in a playground on this machine."""
    with sentences(logged=True), _until_stopped() as ending:
        with _nothing_collected():
            # Half of a start, which other commands do without.
            from bot.app import take_short_turns  # noqa: PLC0415
            from bot.serving import serving  # noqa: PLC0415
            from storage import opening  # noqa: PLC0415

        take_short_turns()
        given, lost = read_settings(), threading.Event()
        with opening.opened(given.database, master_keys=given.keys) as database:
            if given.in_slack:
                with serving(given, database, lost.set) as joined:
                    say(f"Mentor is in the workspace {joined.team}. Ctrl-C stops it.")
                    _wait(ending, lost)
            say("No Slack tokens are set, so Mentor runs in a playground: a Slack workspace on this machine.")
            with _playground(given) as slack, serving(_joining(given, slack), database, lost.set):
                say(f"Open {slack.url}  (Ctrl-C stops it; .env.example says how to join a real Slack)")
                _wait(ending, lost)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Look for no garbage meanwhile, and from then on not in what is there at the end.

    What is imported stays, and looking through it again and again takes a fifth of a start, and later now and then a tenth of a second
    (docs.python.org/3/library/gc.html, "gc.freeze").
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@app.command()
def playground() -> None:
    """Start the playground alone, for a bot that is started by itself."""
    with sentences(), _until_stopped() as ending, _playground(read_settings()) as slack:
        typer.echo(
            f"The playground is at {slack.url}  (Ctrl-C stops it). A bot joins it with a MENTOR_OPERATOR and:"
        )
        typer.echo(f"SLACK_API_URL={slack.api_url}")
        typer.echo(f"SLACK_BOT_TOKEN={slack.bot_token}")
        typer.echo(f"SLACK_APP_TOKEN={slack.app_token}")
        _wait(ending, threading.Event())


@app.command()
def migrate() -> None:
    """Bring the database to the tables of this version; `mentor run` does the same at its start."""
    # The database's half of what `run` imports: the playground does without.
    from storage import opening  # noqa: PLC0415

    with sentences():
        changed = opening.migrate(read_settings().database)
        typer.echo("The database is migrated." if changed else "The database is up to date.")


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(installed_version("mentor"))


def _joining(given: Settings, slack: Playground) -> Settings:
    """Return the settings with which the bot joins this playground."""
    tokens = {"slack_bot_token": SecretStr(slack.bot_token), "slack_app_token": SecretStr(slack.app_token)}
    return given.model_copy(update={"slack_api_url": slack.api_url, **tokens})


@contextmanager
def _playground(given: Settings) -> Iterator[Playground]:
    """Run a playground that goes on where the last one in this directory stopped."""
    # Nobody who is in Slack needs its weight.
    from bot import manifest  # noqa: PLC0415
    from playground.server import Playground  # noqa: PLC0415

    described = manifest.read()
    described["features"]["slash_commands"][0]["command"] = given.mentor_command
    lock = FileLock(PLAYGROUND_STATE.with_suffix(".lock"), blocking=False)
    try:
        PLAYGROUND_STATE.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise CannotStart(
            f"A playground already runs here, with {PLAYGROUND_STATE}. Stop it first."
        ) from None
    except OSError as error:
        raise CannotStart(f"{PLAYGROUND_STATE} can't be opened: {error.strerror}.") from None
    with lock:
        slack = _listening(Playground, described)
        try:
            yield slack
        finally:
            slack.stop()


def _listening(kind: type[Playground], described: dict[str, Any]) -> Playground:
    for port in PORTS:
        try:
            return kind(described, port, state_file=PLAYGROUND_STATE).start()
        except ValueError as reason:  # the file holds no workspace
            raise CannotStart(str(reason)) from None
        except OSError:
            say(f"Port {port} is taken; trying the next.", err=True)
    raise CannotStart(f"The ports {PORTS[0]} to {PORTS[-1]} are all taken. Free one of them.")


class Ending:
    """The end of the process, which comes so many seconds after it has begun to stop even if something does not end."""

    def __init__(self, seconds: float = END_SECONDS) -> None:
        self._seconds = seconds
        self._over = threading.Event()

    def begin(self, code: int) -> None:
        """End with this exit code soon. Nothing is lost by that, at any point."""

        def end() -> None:
            if not self._over.wait(self._seconds):
                os._exit(code)

        threading.Thread(target=end, name="end", daemon=True).start()

    def over(self) -> None:
        """Everything has ended by itself."""
        self._over.set()


@contextmanager
def _until_stopped() -> Iterator[Ending]:
    """Let SIGTERM and Ctrl-C stop cleanly, within ten seconds, and with exit code 0. A second one stops at once."""
    ending = Ending()

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in STOPS:
            signal.signal(number, signal.SIG_DFL)
        ending.begin(0)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in STOPS}
    try:
        yield ending
    except KeyboardInterrupt:
        say("Stopped.", err=True)
    finally:
        ending.over()
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait(ending: Ending, lost: threading.Event) -> None:
    """Wait until a signal ends it. Another thread may take the signal, and Python runs its handler in this one, once awake.

    Raises:
        CannotStart: ``lost`` was set: Slack can't be reached any more.
    """
    while not lost.wait(LOOK_UP_SECONDS):
        pass
    ending.begin(1)
    raise CannotStart(LOST)


if __name__ == "__main__":
    app()
