"""What two people do nearly at once, and Slack brings the other way round."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playground.server import Playground
from tests.faults.harness import PATIENCE, Outcome, bot_at, seen
from tests.faults.scenes import asked
from tests.journeys.pair import NEW_YORK, Pair

Act = Callable[[Pair], None]


@dataclass(frozen=True)
class Crossing:
    """Two gestures, of which the first reaches the bot after the second.

    Attributes:
        held: the kind of envelope that the first one is.
        first: what is done first.
        second: what is done next.
    """

    held: str
    first: Act
    second: Act


@dataclass(frozen=True)
class Disorder:
    """Some crossings, by what they are called."""

    name: str
    crossings: tuple[Crossing, ...]


def _says(who: str, words: str) -> Act:
    return lambda pair: pair.slack.hands(who).say(words)


def _home(who: str) -> Act:
    return lambda pair: pair.slack.hands(who).open_home()


def _messages(who: str) -> Act:
    return lambda pair: pair.slack.hands(who).open_messages()


EVENTS = Disorder(
    "events come in the wrong order",
    (
        Crossing("events_api", _says("anna", "session"), _says("anna", "help")),
        Crossing("events_api", _home("maya"), _says("maya", "help")),
        Crossing("events_api", _says("tom", "privacy"), _home("tom")),
        Crossing("events_api", _home("anna"), _messages("anna")),
        Crossing(
            "events_api", _says("anna", "settings"), lambda pair: pair.tom.hands.command("/mentor notes")
        ),
    ),
)
GESTURES = Disorder(
    "submissions, clicks and commands come in the wrong order",
    (
        Crossing(
            "interactive", lambda pair: pair.anna.hands.click("4"), lambda pair: pair.tom.hands.submit()
        ),
        Crossing(
            "slash_commands",
            lambda pair: pair.tom.hands.command("/mentor pause"),
            lambda pair: pair.anna.hands.say("session"),
        ),
        Crossing(
            "interactive", lambda pair: pair.tom.hands.submit(), lambda pair: pair.anna.hands.click("Change")
        ),
    ),
)


def lived(home: Path, url: str, disorder: Disorder, *, swapped: bool) -> Outcome:
    """Let the pair do what is crossed, each in its turn or the other way round, once a question is asked and notes are begun."""
    home.mkdir(parents=True)
    with bot_at(home, url) as (slack, bot):
        pair = Pair(slack, patient=True)
        asked(pair)
        pair.tom.click("Write notes")
        pair.tom.fill("Your notes on session 1 of 5", "Delegates too late")
        for crossing in disorder.crossings:
            if swapped:
                _swap(slack, pair, crossing)
            else:
                crossing.first(pair)
                slack.settle()
                crossing.second(pair)
            slack.settle()
        pair.at("Mon 30 Nov 11:30", NEW_YORK)
        return seen(pair, bot, url)


def _swap(slack: Playground, pair: Pair, crossing: Crossing) -> None:
    slack.misbehave.deliver_after_next(crossing.held)
    first = threading.Thread(target=crossing.first, args=(pair,), daemon=True)
    first.start()
    # From then on it is held back, until another one has gone out.
    if not slack.misbehave.wait_until_struck(PATIENCE):
        raise TimeoutError("nothing was held back")
    crossing.second(pair)
    first.join(PATIENCE)
    if first.is_alive():
        raise TimeoutError("Slack has not answered")
