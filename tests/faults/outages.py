"""Something is away for a while: the token, the database, the disk, the bot. A question falls due and somebody acts meanwhile."""

import resource
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from playground.server import Playground
from tests.faults.harness import AFTERWARDS, LATE, SOON, Outcome, bot_at, seen
from tests.faults.scenes import almost_asked
from tests.journeys.driver import Bot
from tests.journeys.pair import NEW_YORK, Pair, moment
from tests.postgres import end_at_once, start

ASKED = moment("Mon 30 Nov 09:30", NEW_YORK)
BOTH = ("sqlite", "postgresql")
NOTICED_SECONDS = 60.0
JUMP, A_WEEK = timedelta(days=3), timedelta(days=7)
LOCK = "LOCK TABLE due_rows, agreements IN ACCESS EXCLUSIVE MODE"
END_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@dataclass(frozen=True)
class Outage:
    """Something that is away within a block, by what it is called, on the databases of these kinds."""

    name: str
    away: Callable[[Playground, Bot, str], AbstractContextManager[None]]
    kinds: tuple[str, ...] = BOTH
    watched: timedelta = AFTERWARDS
    """How long it goes on afterwards, so that whatever was put off is over."""
    early: timedelta = SOON
    late: timedelta = LATE
    """How much sooner or later a message may come."""
    answers: bool = False
    """Whether the bot answers meanwhile. Else the tries that Slack makes with an event may be over before it does."""
    otherwise: tuple[str, str] = ("", "")
    """What reads otherwise afterwards, as it should, and how."""


@contextmanager
def token_refused(slack: Playground, bot: Bot, _url: str) -> Iterator[None]:
    """The bot looks at growing intervals whether the token works again."""
    slack.revoke_token()
    yield
    slack.restore_token()
    bot.wait_for("go out again.", NOTICED_SECONDS)


@contextmanager
def file_locked(_slack: Playground, bot: Bot, _url: str) -> Iterator[None]:
    with closing(sqlite3.connect(bot.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def tables_locked(_slack: Playground, _bot: Bot, url: str) -> Iterator[None]:
    with _beside(url) as other, other.transaction():
        other.execute(LOCK)
        yield


@contextmanager
def no_room(_slack: Playground, bot: Bot, _url: str) -> Iterator[None]:
    """No file of the bot's may grow any more (getrlimit(2), RLIMIT_FSIZE): to SQLite that is a full disk."""
    before = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (1, before[1]))
    yield
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def connections_ended(_slack: Playground, _bot: Bot, url: str) -> Iterator[None]:
    """Every connection is ended, as when the server is started again, and once more at the end."""
    with _beside(url) as other:
        other.execute(END_OTHERS)
        yield
        other.execute(END_OTHERS)


@contextmanager
def bot_gone(_slack: Playground, bot: Bot, _url: str) -> Iterator[None]:
    bot.kill()
    yield
    bot.start()


@contextmanager
def clock_ahead(slack: Playground, bot: Bot, _url: str) -> Iterator[None]:
    """The bot's machine thinks that it is days later than it is; meanwhile one message ends in doubt."""
    slack.misbehave.drop_after_accept()
    slack.put_app_ahead(JUMP)
    yield
    slack.put_app_ahead(timedelta())
    bot.wait_for(" had arrived.", NOTICED_SECONDS)


@contextmanager
def clock_behind(slack: Playground, bot: Bot, _url: str) -> Iterator[None]:
    """The bot's machine thinks that it is days earlier than it is; meanwhile one message ends in doubt."""
    slack.put_app_ahead(-JUMP)
    slack.misbehave.drop_after_accept()
    yield
    slack.put_app_ahead(timedelta())
    bot.wait_for(" had arrived.", NOTICED_SECONDS)


def power_cut_to(directory: Path) -> Callable[[Playground, Bot, str], AbstractContextManager[None]]:
    """Return what ends the PostgreSQL server of a directory at once, as ``pg_ctl stop -m immediate`` does, and starts it again."""

    @contextmanager
    def away(_slack: Playground, _bot: Bot, _url: str) -> Iterator[None]:
        end_at_once(directory)
        yield
        start(directory)

    return away


OUTAGES = (
    Outage("the token is refused, then works again", token_refused),
    Outage("the database file is locked by another process", file_locked, ("sqlite",)),
    Outage("the tables are locked by another connection", tables_locked, ("postgresql",)),
    Outage("the disk is full, then has room", no_room, ("sqlite",)),
    Outage("PostgreSQL ends every connection", connections_ended, ("postgresql",)),
    Outage("the bot is away while the clock goes on", bot_gone),
    Outage(
        "the clock jumps three days ahead, and is put right",
        clock_ahead,
        watched=A_WEEK,
        early=JUMP,
        late=A_WEEK,
        answers=True,
        # A question is open for two weeks from when it was asked, and that was by the wrong clock.
        otherwise=("14 December", "17 December"),
    ),
    Outage(
        "the clock is set back by three days, and is put right", clock_behind, watched=A_WEEK, answers=True
    ),
)


def survived(home: Path, url: str, outage: Outage, seconds: float, *, away: bool) -> Outcome:
    """Let the question fall due, and both of them do something, while something is away for so many real seconds, or not."""
    home.mkdir(parents=True)
    with bot_at(home, url) as (slack, bot):
        pair = Pair(slack, patient=True)
        almost_asked(pair)
        with outage.away(slack, bot, url) if away else nullcontext():
            passing = threading.Thread(target=slack.move_to, args=(ASKED,), daemon=True)
            passing.start()
            pair.tom.hands.command("/mentor notes")
            if outage.answers:
                pair.anna.hands.say("session")
            passing.join(seconds if away else None)
        passing.join()
        slack.move_to(ASKED)
        slack.move(outage.watched)
        return seen(pair, bot, url)


@contextmanager
def _beside(url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as other:
        yield other
