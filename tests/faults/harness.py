"""Lets a scene go by, with or without the bot's sudden end at one step, and tells what came of it."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Integer,
    LargeBinary,
    Select,
    Table,
    and_,
    bindparam,
    or_,
    select,
    text,
)

from playground.hands import Message
from playground.server import Playground
from storage.columns import Choice
from storage.database import make_engine
from storage.tables import (
    RowState,
    agreements,
    decisions,
    due_rows,
    farewells,
    impacts,
    notes,
    ratings,
    sessions,
    versions,
)
from tests.faults.process import Faulty, Step, count, taken
from tests.faults.scenes import Scene
from tests.journeys.driver import MANIFEST, Bot
from tests.journeys.pair import Pair, Someone

STARTS = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ACK_SECONDS = 0.8
"""Real seconds that Slack waits for an answer here; the playground's own three would only be waited for."""
PATIENCE = 15.0
IDLE_SECONDS = 0.7
MORE_TRIES = 3
LOOKS, LOOK_SECONDS = 200, 0.05
SOON, LATE = timedelta(minutes=2), timedelta(minutes=45)
"""How much sooner or later a message may come for a fault: as long as these last, or as real seconds go by."""
KEPT = (agreements, versions, sessions, ratings, notes, decisions, impacts, farewells)
AFTERWARDS = timedelta(minutes=15)
"""Long enough for an event to come again and for an undo to be over."""
STUCK = (
    select(due_rows.c.kind, due_rows.c.state)
    .where(
        or_(
            due_rows.c.state.in_([RowState.SENDING, RowState.UNSURE]),
            and_(due_rows.c.state == RowState.PENDING, due_rows.c.at <= bindparam("now")),
        )
    )
    .order_by(due_rows.c.number)
)
DOUBTFUL = text("SELECT count(*) FROM due_rows WHERE state = 'unsure'")


@dataclass(frozen=True)
class Outcome:
    """What came of a scene.

    Attributes:
        said: each person's messages as they stand, in order of their texts.
        homes: what each one's Home says.
        kept: what the database holds about the two, but for the texts themselves, ids and instants.
        came: when each message came, by whose it is and its text.
        stuck: kinds and states of due rows that nobody would look at again, or that are due and still wait.
        troubles: what was logged as an error.
        amiss: what else is not as it must be.
        steps: those that the bot took.
        met: whether the step at which it was to end was reached.
        confirmed: whether Slack said that the gesture worked, the first time.
    """

    said: tuple[tuple[str, ...], tuple[str, ...]]
    homes: tuple[str, str]
    kept: tuple[str, ...]
    came: dict[tuple[str, str], list[datetime]]
    stuck: list[tuple[str, str]]
    troubles: list[str]
    amiss: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    met: bool = False
    confirmed: bool = True

    @property
    def there(self) -> tuple[object, ...]:
        """What both have, in Slack and in the database."""
        return self.said, self.homes, self.kept

    def untimely(self, clean: "Outcome", *, early: timedelta = SOON, late: timedelta = LATE) -> list[str]:
        """Return the messages that came sooner or later than they do undisturbed, by more than that; lost and doubled ones aside."""
        return [
            f"{text} ({there} instead of {wanted})"
            for (person, text), times in self.came.items()
            for there, wanted in zip(times, clean.came.get((person, text), ()), strict=False)
            if not wanted - early <= there <= wanted + late
        ]

    def reading(self, words: str, otherwise: str) -> "Outcome":
        """Return it with other words in all that both read."""
        (tom, anna), (his, hers) = self.said, self.homes
        said = tuple(
            tuple(sorted(one.replace(words, otherwise) for one in messages)) for messages in (tom, anna)
        )
        return replace(
            self,
            said=(said[0], said[1]),
            homes=(his.replace(words, otherwise), hers.replace(words, otherwise)),
        )

    def lost(self, clean: "Outcome") -> list[str]:
        """Return the messages of an undisturbed course that are missing here."""
        return _less(clean.said, self.said)

    def doubled(self, clean: "Outcome") -> list[str]:
        """Return the messages here that an undisturbed course does not have."""
        return _less(self.said, clean.said)


def _less(some: tuple[tuple[str, ...], ...], others: tuple[tuple[str, ...], ...]) -> list[str]:
    return [
        said
        for mine, theirs in zip(some, others, strict=True)
        for said in (Counter(mine) - Counter(theirs)).elements()
    ]


def went(scene: Scene, home: Path, url: str, end_at: Step | None = None) -> Outcome:
    """Let a scene go by on the empty database at ``url``; the bot ends at a step of it and is started again."""
    home.mkdir(parents=True)
    with bot_at(home, url) as (slack, bot):
        pair = Pair(slack, patient=True)
        scene.prepare(pair)
        slack.settle()
        what_is_amiss = scene.watch(pair, bot)
        count(home, bot.pid, end_at)
        with _acting(scene, pair) as acting:
            met = end_at is not None and bot.died(PATIENCE)
            if met:
                bot.start()
            elif end_at is not None:
                # It took fewer such steps this time, and must not end at one that comes later.
                count(home, bot.pid, None)
            acting.join(PATIENCE)
        who = None if scene.who is None else scene.who(pair)
        confirmed = who is None or who.hands.notice is None
        if who is not None and not confirmed:
            _again(scene, pair, who)
        wait_until_sure(url, slack)
        steps = taken(home)
        slack.move(AFTERWARDS)
        wait_until_sure(url, slack)
        amiss = what_is_amiss()
        return replace(seen(pair, bot, url), amiss=amiss, steps=steps, met=met, confirmed=confirmed)


def seen(pair: Pair, bot: Bot, url: str) -> Outcome:
    """Return what both have in the end, once everything in doubt has been looked up."""
    wait_until_sure(url, pair.slack)
    homes = pair.tom.look_at_home(), pair.anna.look_at_home()
    # They have gone back to their messages, of which the bot hears too.
    pair.slack.settle()
    came = defaultdict(list)
    for name, person in (("tom", pair.tom), ("anna", pair.anna)):
        for message in _messages(person):
            came[name, _read(message)].append(message.sent_at)
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return Outcome(
                said=(_said(pair.tom), _said(pair.anna)),
                homes=homes,
                kept=_kept(connection),
                came=dict(came),
                stuck=_stuck(connection, pair.slack.clock.now()),
                troubles=bot.troubles,
            )
    finally:
        engine.dispose()


def idle(home: Path, url: str) -> set[str]:
    """Return the kinds of steps that a bot takes while nothing happens."""
    home.mkdir(parents=True)
    with bot_at(home, url) as (_, bot):
        count(home, bot.pid, None)
        threading.Event().wait(IDLE_SECONDS)
        return {step.kind for step in taken(home)}


@contextmanager
def bot_at(
    home: Path, url: str, ack_seconds: float = ACK_SECONDS, /, **settings: str
) -> Iterator[tuple[Playground, Bot]]:
    """Give a workspace, and a bot in it whose steps can be counted."""
    with Playground(MANIFEST, starts=STARTS, rates=False, ack_seconds=ack_seconds) as slack:
        bot = Bot(slack, home, Faulty, DATABASE_URL=url, **settings)
        bot.start()
        try:
            yield slack, bot
        finally:
            bot.end()


@contextmanager
def _acting(scene: Scene, pair: Pair) -> Iterator[threading.Thread]:
    """Let it be done in a thread: whoever does it waits for Slack's answer."""
    acting = threading.Thread(target=scene.act, args=(pair,), daemon=True)
    acting.start()
    yield acting
    if acting.is_alive():
        raise TimeoutError("Slack has not answered")


def _again(scene: Scene, pair: Pair, who: Someone) -> None:
    """Slack said that it did not work, so it is done once more, as often as that is so, if what it is done with is still there."""
    for _ in range(MORE_TRIES):
        try:
            scene.act(pair)
        except LookupError:
            return  # it had worked: there is nothing left to press
        if who.hands.notice is None:
            return


def _said(person: Someone) -> tuple[str, ...]:
    return tuple(sorted(_read(message) for message in _messages(person)))


def _messages(person: Someone) -> list[Message]:
    return [message for message in person.messages if message.by_app and not message.ephemeral]


def _read(message: Message) -> str:
    # What comes with a file has blocks alone.
    return f"{message.text or message.words} {message.buttons}"


def wait_until_sure(url: str, slack: Playground) -> None:
    """Wait until nothing is left to do, and every message in doubt has been looked up."""
    engine = make_engine(url)
    try:
        until = threading.Event()
        for _ in range(LOOKS):
            slack.settle()
            with engine.connect() as connection:
                if not connection.execute(DOUBTFUL).scalar():
                    return
            until.wait(LOOK_SECONDS)
    finally:
        engine.dispose()


def _stuck(connection: Connection, now: datetime) -> list[tuple[str, str]]:
    return [(str(kind), str(state)) for kind, state in connection.execute(STUCK, {"now": now})]


def _kept(connection: Connection) -> tuple[str, ...]:
    """How many things of each kind there are, where each stands, and of which texts there are any."""
    return tuple(
        f"{table.name}: {dict(row._mapping)}"
        for table in KEPT
        for row in sorted(connection.execute(_shape(table)), key=repr)
    )


def _shape(table: Table) -> Select[Any]:
    return select(
        *(
            column.is_not(None).label(column.name) if isinstance(column.type, LargeBinary) else column
            for column in table.c
            if isinstance(column.type, Choice | Boolean | Integer | LargeBinary)
        )
    )
