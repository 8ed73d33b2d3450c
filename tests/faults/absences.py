"""Someone's account is deactivated while messages wait for them, and given back: the other side is told once, and life goes on."""

from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults.harness import Outcome, bot_at, seen
from tests.faults.scenes import STARTS_AT, almost_asked
from tests.journeys.pair import LONDON, NEW_YORK, Pair, Someone, moment

TOLD = "I can't reach Anna at the moment; please contact Anna directly. []"


@dataclass(frozen=True)
class Weeks:
    """Some weeks of a mentoring, and what was for Anna, and for nobody else, while she may have been away."""

    outcome: Outcome
    meanwhile: tuple[str, ...]

    @property
    def without_her(self) -> Outcome:
        """What is there if none of that reached her, and Tom was told so once."""
        tom, anna = self.outcome.said
        left = list(anna)
        for message in self.meanwhile:
            left.remove(message)
        return replace(self.outcome, said=(tuple(sorted((*tom, TOLD))), tuple(left)))


def weeks(home: Path, url: str, *, away: bool) -> Weeks:
    """Let the question fall due and a session be planned, then moved; Anna may be away for the first two.

    Maya asks for help meanwhile: what others are sent goes on.
    """
    home.mkdir(parents=True)
    with bot_at(home, url) as (slack, bot):
        pair = Pair(slack, patient=True)
        almost_asked(pair)
        before = len(pair.anna.messages)
        if away:
            slack.deactivate("anna")
        pair.at("Mon 30 Nov 09:30", NEW_YORK)
        _put(pair.tom, "Plan a session", "Thu 10 Dec 16:30")
        pair.maya.say("help")
        pair.tom.say("help")
        meanwhile = [message.ts for message in pair.anna.messages[before:]]
        pair.at("Tue 1 Dec 11:00", NEW_YORK)
        if away:
            slack.reactivate("anna")
        _put(pair.tom, "Move it", "Fri 11 Dec 16:30")
        pair.anna.say("session")
        pair.at("Thu 10 Dec 09:30", NEW_YORK)
        pair.tom.look_at_home()
        assert [message.by_app for message in pair.maya.messages] == [False, True]
        outcome = seen(pair, bot, url)
        kept = {message.ts: f"{message.text} {message.buttons}" for message in pair.anna.messages}
        return Weeks(outcome, tuple(kept[ts] for ts in meanwhile))


def _put(person: Someone, button: str, starts: str) -> None:
    person.command("/mentor session")
    person.click(button)
    person.fill(STARTS_AT, moment(starts, LONDON))
    person.submit()
    person.hands.close(everything=True)
