"""A low score and a high one leave the same messages, logs and rows: only who may read a rating can tell them apart."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from playground.server import Playground
from tests.journeys.driver import MANIFEST, Bot
from tests.journeys.pair import LONDON, NEW_YORK, Pair, Someone, moment
from tests.journeys.traces import Comparable, lines, tables

OCTOBER = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
LABELS = {1: "1 · not a good use of my time", 3: "3", 5: "5 · a very good use"}
TERMS = {
    "How_many_sessions?": "3",
    "How_often?": "Every week",
    "When_is_the_mentee_asked_for_a_rating?": "The next working morning",
    "Early-end_rule": "No such rule",
}
NOTE, SHARED, KEPT = "Ask about Priya", "That it was so concrete", "Nobody need know"


@dataclass(frozen=True)
class Left:
    """What one journey left: all that was said in messages and on Home, each person's DMs, the log and the tables."""

    said: list[Any]
    transcripts: list[str]
    unreleased: list[str]
    logged: list[str]
    stored: dict[str, Any]


@contextmanager
def workspace() -> Iterator[Playground]:
    with Playground(MANIFEST, starts=OCTOBER, rates=False) as slack:
        yield slack


def lived(score: int, home: Path) -> Left:
    """Go through three sessions that are all rated ``score``."""
    home.mkdir()
    with workspace() as slack:
        bot = Bot(slack, home, MENTOR_KEYS=base64.b64encode(bytes(32)).decode())
        bot.start()
        try:
            pair = Pair(slack)
            unreleased = three_sessions(pair, score)
            slack.settle()
            assert bot.troubles == []
            bot.stop()
            comparable = Comparable()
            return Left(
                stored=comparable(numbered_anew(tables(bot.url))),
                said=comparable([said_to(pair, person) for person in (pair.tom, pair.anna)]),
                transcripts=[pair.tom.transcript, pair.anna.transcript],
                unreleased=unreleased,
                logged=lines(bot.log),
            )
        finally:
            bot.end()


def numbered_anew(stored: dict[str, Any]) -> dict[str, Any]:
    """The tables with the due rows in the order of what they say, and numbered so.

    Their own numbers depend on which done rows had gone when one was added, and on whether a gesture or a delivery was first.
    """
    places = {
        row["id"]: place
        for table in ("people", "agreements", "sessions")
        for place, row in enumerate(stored[table])
    }

    def said(row: dict[str, Any]) -> tuple[Any, ...]:
        subject, recipient = places.get(row["subject"], -1), places.get(row["recipient"], -1)
        return row["kind"], subject, recipient, row["round"], row["due"]

    due = sorted(stored["due_rows"], key=said)
    return stored | {"due_rows": [row | {"number": number} for number, row in enumerate(due)]}


def said_to(pair: Pair, person: Someone) -> list[Any]:
    """All that was ever drawn for someone: each message with every later drawing of it, and each Home."""
    drawn = [[body for ts, body in pair.post.drawn if ts == message.ts] for message in person.messages]
    return [drawn, [body for user, body in pair.post.drawn if user == person.hands.id]]


def three_sessions(pair: Pair, score: int) -> list[str]:
    """Rate, take back and rate again, with words to share and to keep; return what Tom reads before each release."""
    tom, anna = pair.tom, pair.anna
    pair.at("Mon 5 Oct 15:00")
    for person in (tom, anna):
        # Else a Home that is drawn beside the first message may introduce the bot too, or not.
        person.say("help")
        person.look_at_home()
    pair.agree(first_session=moment("Thu 8 Oct 15:00", LONDON), **TERMS)
    pair.at("Thu 8 Oct 16:20")
    tom.click("Write notes")
    tom.fill("Your notes on session 1 of 3", NOTE)
    tom.submit()
    plan_the_next(pair)

    pair.at("Fri 9 Oct 09:10", NEW_YORK)
    anna.click(LABELS[score])
    add_words(pair, SHARED, "Share them with Tom, beside the score")
    anna.click("Change")
    anna.fill("Your rating", "No rating after all")
    anna.submit()
    anna.command("/mentor feedback")
    anna.fill("Your rating", LABELS[score])
    anna.fill("Who may read these words?", "Share them with Tom, beside the score")
    anna.submit()
    pair.at("Mon 12 Oct 11:00")
    unreleased = [recap(pair)]

    pair.at("Wed 14 Oct 17:05")
    assert f"\nRating: {score} of 5 " in recap(pair)
    pair.at("Thu 15 Oct 16:20")
    plan_the_next(pair)
    pair.at("Fri 16 Oct 09:10", NEW_YORK)
    anna.click(LABELS[score])
    add_words(pair, KEPT, "Keep them for myself")
    pair.at("Thu 22 Oct 16:20")
    assert recap(pair).count(f"\nRating: {score} of 5 ") == 2
    pair.at("Fri 23 Oct 09:10", NEW_YORK)
    anna.click(LABELS[score])

    pair.at("Fri 6 Nov 10:00")
    assert tom.home.words.endswith("Complete since 5 November 2026.\nRecap\nAgreement")
    assert recap(pair).count(f"\nRating: {score} of 5 ") == 3
    return unreleased


def plan_the_next(pair: Pair) -> None:
    pair.tom.click("Plan the next")
    pair.tom.submit()
    assert pair.tom.receipt.startswith("Planned: ")


def add_words(pair: Pair, words: str, who: str) -> None:
    pair.anna.click("Add words")
    pair.anna.fill("In your own words", words)
    pair.anna.fill("Who may read these words?", who)
    pair.anna.submit()
    assert pair.anna.hands.modal is None


def recap(pair: Pair) -> str:
    pair.tom.command("/mentor recap")
    return pair.tom.receipt


@pytest.fixture(scope="module")
def low(tmp_path_factory: pytest.TempPathFactory) -> Left:
    return lived(1, tmp_path_factory.mktemp("scores") / "1")


@pytest.mark.parametrize("score", [3, 5])
def test_only_the_recap_tells_one_score_from_another(low: Left, score: int, tmp_path: Path) -> None:
    other = lived(score, tmp_path / str(score))

    assert other.transcripts == low.transcripts
    assert other.unreleased == low.unreleased
    assert other.said == low.said
    assert other.logged == low.logged
    assert other.stored == low.stored
    assert [row["score"] for row in low.stored["ratings"]] == [low.stored["ratings"][0]["score"]] * 3
