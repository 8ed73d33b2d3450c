"""A mentoring's first weeks, with something going wrong around every gesture; at its end both must have what they have without."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

from playground.server import Playground
from tests.faults.harness import AFTERWARDS, Outcome, bot_at, seen, wait_until_sure
from tests.faults.scenes import STARTS_AT, THURSDAY
from tests.journeys.pair import LONDON, NEW_YORK, Pair, Someone, moment

RETRY_SECONDS = 1
SLOW_SECONDS = 0.4
AGAIN = timedelta(seconds=61)
"""When Slack sends an event for the third time (docs.slack.dev/apis/events-api, "Retries")."""
DELIVERING = ("chat.postMessage", "chat.update", "views.publish", "users.info", "conversations.open")


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong before each gesture, by what it is called."""

    name: str
    strike: Callable[[Playground], None]
    every: int = 1
    """Before each so-maniest gesture."""


def _many_429(slack: Playground) -> None:
    for method in DELIVERING:
        slack.misbehave.ratelimit(method, RETRY_SECONDS, times=2)


def _many_500(slack: Playground) -> None:
    for method in DELIVERING:
        slack.misbehave.server_error(method, times=3)


def _lost_twice(slack: Playground) -> None:
    slack.move(AGAIN)
    slack.misbehave.deliver_never("events_api", times=2)


def _dropped_and_not_shown(slack: Playground) -> None:
    slack.misbehave.drop_after_accept()
    slack.misbehave.server_error("conversations.history")
    slack.misbehave.ratelimit("conversations.history", RETRY_SECONDS)


def _closed(slack: Playground) -> None:
    slack.disconnect()
    slack.wait_for_app()


def _refreshed(slack: Playground) -> None:
    slack.disconnect("refresh_requested")
    slack.wait_for_app()


FAULTS = (
    Fault("a message is taken, then the connection drops", lambda slack: slack.misbehave.drop_after_accept()),
    Fault(
        "the connection drops before a message is taken", lambda slack: slack.misbehave.drop_before_accept()
    ),
    Fault(
        "Slack says fatal_error",
        lambda slack: slack.misbehave.answer_error("chat.postMessage", "fatal_error"),
    ),
    Fault(
        "Slack asks to wait (429)",
        lambda slack: slack.misbehave.ratelimit("chat.postMessage", RETRY_SECONDS),
    ),
    Fault("Slack asks to wait (429), twice running, whatever delivery calls", _many_429, every=3),
    Fault("Slack answers 500, three times running, whatever delivery calls", _many_500, every=3),
    Fault("a message is taken, the connection drops, and the look-up fails twice", _dropped_and_not_shown, 2),
    Fault("Slack answers 500", lambda slack: slack.misbehave.server_error("chat.postMessage")),
    Fault("redraws fail with 500", lambda slack: slack.misbehave.server_error("chat.update")),
    Fault("Slack is slow", lambda slack: slack.misbehave.delay_call("chat.postMessage", SLOW_SECONDS)),
    Fault("events come twice", lambda slack: slack.misbehave.deliver_twice("events_api")),
    Fault("an event is lost, and sent again", lambda slack: slack.misbehave.deliver_never("events_api")),
    Fault("an event is lost twice, and sent again a minute later", _lost_twice),
    Fault("submissions and clicks come twice", lambda slack: slack.misbehave.deliver_twice("interactive")),
    Fault("commands come twice", lambda slack: slack.misbehave.deliver_twice("slash_commands")),
    Fault("the websocket is closed without a word", _closed),
    Fault(
        "the websocket is closed before an answer comes, every few gestures",
        lambda slack: slack.misbehave.close_after_delivery(),
        every=3,
    ),
    Fault("Slack refreshes the websocket", _refreshed),
)


def course(pair: Pair, calm: Callable[[], None]) -> None:
    """From the invitation over one session, its rating and its notes, a move, a pause and an end that is taken back.

    ``calm`` is called before days go by: nobody is in doubt for so long.
    """
    tom, anna = pair.tom, pair.anna
    anna.say("help")
    pair.agree(first_session=THURSDAY)
    anna.command("/mentor session")
    anna.click("Move it")
    anna.fill(STARTS_AT, moment("Wed 25 Nov 16:30", LONDON))
    anna.submit()
    _close(anna)
    calm()
    pair.at("Wed 25 Nov 17:50")
    tom.click("Write notes")
    tom.fill("Your notes on session 1 of 5", "Delegates too late")
    tom.submit()
    _close(tom)
    tom.click("Plan the next")
    tom.submit()
    _close(tom)
    calm()
    pair.at("Mon 30 Nov 09:30", NEW_YORK)
    anna.click("4")
    anna.say("when is my next session?")
    tom.command("/mentor pause")
    tom.submit()
    _close(tom)
    tom.command("/mentor resume")
    _close(tom)
    anna.command("/mentor end")
    anna.submit()
    _close(anna)
    anna.click("Undo")


def _before_gestures(fault: Fault, slack: Playground, url: str) -> Callable[[], None]:
    gestures = count(1)

    def strike() -> None:
        """Let it go wrong once more, when what went wrong before is over and found out."""
        if next(gestures) % fault.every == 0:
            slack.misbehave.stop()
            wait_until_sure(url, slack)
            fault.strike(slack)

    return strike


def _close(person: Someone) -> None:
    """Close the windows that are open, if any are."""
    if person.hands.modal is not None:
        person.hands.close(everything=True)


def lived(home: Path, url: str, fault: Fault | None = None) -> Outcome:
    """Let the course go by on the empty database at ``url``, with a fault before each gesture if one is given."""
    home.mkdir(parents=True)
    with bot_at(home, url) as (slack, bot):
        pair = Pair(slack, patient=True)
        for person in (pair.tom, pair.anna):
            person.look_at_home()
            person.say("help")
        if fault is not None:
            pair.before_gesture = _before_gestures(fault, slack, url)
        course(pair, lambda: wait_until_sure(url, slack))
        pair.before_gesture = lambda: None
        slack.misbehave.stop()
        slack.move(AFTERWARDS)
        return seen(pair, bot, url)
