"""What someone does, or what time brings, while the bot may end at any step of it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.journeys.driver import Bot
from tests.journeys.pair import LONDON, NEW_YORK, Pair, Someone, moment

THURSDAY = moment("Thu 26 Nov 16:30", LONDON)
PURPOSE = "To lead a team without losing sleep"
STARTS_AT = "When does it start?"
Amiss = Callable[[], list[str]]
"""Says what is not as it must be."""


def nothing_else(_pair: Pair, _bot: Bot) -> Amiss:
    """Both having what they have undisturbed says it all."""
    return list


@dataclass(frozen=True)
class Scene:
    """Something done, once all that comes before it is over.

    ``who`` does it, and does it again if Slack tells them that it didn't work; None if it is time that passes: then nobody waits for an
    answer. ``watch`` looks at how things are before; what it returns is asked once all is over, and may let more time pass.
    """

    name: str
    prepare: Callable[[Pair], None]
    act: Callable[[Pair], None]
    who: Callable[[Pair], Someone] | None
    watch: Callable[[Pair, Bot], Amiss] = nothing_else


def tom(pair: Pair) -> Someone:
    return pair.tom


def anna(pair: Pair) -> Someone:
    return pair.anna


def filled_in(pair: Pair) -> None:
    """Both have Home open once, and Tom has an invitation ready to be sent."""
    pair.tom.look_at_home()
    pair.anna.look_at_home()
    pair.tom.command("/mentor start @anna")
    pair.tom.choose("My role", "I would be the mentor")
    pair.tom.fill("First session", THURSDAY)


def read_by_anna(pair: Pair) -> None:
    pair.tom.look_at_home()
    pair.propose(first_session=THURSDAY)
    pair.anna.click("Read")
    pair.anna.fill("What do I want from it?", PURPOSE)


def read_by_tom(pair: Pair) -> None:
    read_by_anna(pair)
    pair.anna.submit()
    pair.anna.close()
    pair.tom.click("Read")


def agreed(pair: Pair) -> None:
    pair.anna.look_at_home()
    pair.agree(first_session=THURSDAY)


def to_be_moved(pair: Pair) -> None:
    agreed(pair)
    pair.anna.command("/mentor session")
    pair.anna.click("Move it")
    pair.anna.fill(STARTS_AT, moment("Wed 25 Nov 16:30", LONDON))


def asked(pair: Pair) -> None:
    agreed(pair)
    pair.at("Mon 30 Nov 09:30", NEW_YORK)


def noted(pair: Pair) -> None:
    agreed(pair)
    pair.at("Thu 26 Nov 17:50")
    pair.tom.click("Write notes")
    pair.tom.fill("Your notes on session 1 of 5", "Delegates too late")


def to_be_ended(pair: Pair) -> None:
    agreed(pair)
    pair.tom.command("/mentor end")


def ended(pair: Pair) -> None:
    to_be_ended(pair)
    pair.tom.submit()
    pair.tom.close()


def planned(pair: Pair) -> None:
    """Tom has planned a session, and may have it as a file for his calendar."""
    pair.agree()
    pair.tom.command("/mentor session")
    pair.tom.click("Plan a session")
    pair.tom.fill(STARTS_AT, THURSDAY)
    pair.tom.submit()


def to_be_doubted(pair: Pair) -> None:
    """Slack will take the next message, and not say so."""
    agreed(pair)
    pair.slack.misbehave.drop_after_accept()


def almost_over(pair: Pair) -> None:
    agreed(pair)
    pair.at("Thu 26 Nov 17:40")


def almost_asked(pair: Pair) -> None:
    agreed(pair)
    pair.at("Mon 30 Nov 08:50", NEW_YORK)


def time_passes(pair: Pair) -> None:
    """Until the next thing is due."""
    pair.slack.to_next_due()


def click(label: str, who: Callable[[Pair], Someone]) -> Callable[[Pair], None]:
    def act(pair: Pair) -> None:
        who(pair).hands.click(label)

    return act


def submit(who: Callable[[Pair], Someone]) -> Callable[[Pair], None]:
    def act(pair: Pair) -> None:
        who(pair).hands.submit()

    return act


SCENES = (
    Scene("a window is opened", agreed, lambda pair: pair.tom.hands.command("/mentor session"), tom),
    Scene("an invitation is sent", filled_in, submit(tom), tom),
    Scene("the mentee signs", read_by_anna, submit(anna), anna),
    Scene("the mentor signs last", read_by_tom, submit(tom), tom),
    Scene("a session is moved", to_be_moved, submit(anna), anna),
    Scene("a rating is given", asked, click("4", anna), anna),
    Scene("a note is written", noted, submit(tom), tom),
    Scene("it is ended early", to_be_ended, submit(tom), tom),
    Scene("an end is undone", ended, click("Undo", tom), tom),
    Scene("something is said in the DM", agreed, lambda pair: pair.anna.hands.say("session"), None),
    Scene(
        "a message is in doubt, and looked up",
        to_be_doubted,
        lambda pair: pair.anna.hands.say("session"),
        None,
    ),
    Scene("a file is sent", planned, click("Send me a file", tom), tom),
    Scene("a session comes to its end", almost_over, time_passes, None),
    Scene("a rating is asked", almost_asked, time_passes, None),
)
