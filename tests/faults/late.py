"""A message of which Slack says nothing, and that appears a while later."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from playground.server import Playground
from tests.faults.harness import Outcome, bot_at, seen, wait_until_sure
from tests.faults.process import DOUBT
from tests.faults.scenes import almost_asked
from tests.journeys.pair import NEW_YORK, Pair

Act = Callable[[Pair], None]
ASKING: tuple[Act, ...] = (
    lambda pair: pair.anna.say("session"),
    lambda pair: pair.at("Mon 30 Nov 09:30", NEW_YORK),
)
PATIENCE = 20.0
TIMEOUT = 10
"""Real seconds for which the bot waits for an answer (``bot/sending.py``)."""


@dataclass(frozen=True)
class Late:
    """A message that lands so many real seconds after the connection was closed, or while the bot waits no more for an answer.

    Attributes:
        name: what it is called.
        seconds: how late.
        looked_up: after how many seconds the bot looks the message up; 60 in earnest.
        doubles: whether the message then comes twice.
        slow: the connection stays open, and the bot gives up by itself.
    """

    name: str
    seconds: float
    looked_up: float
    doubles: bool = False
    slow: bool = False

    def strike(self, slack: Playground) -> None:
        if self.slow:
            slack.misbehave.delay_call("chat.postMessage", self.seconds)
        else:
            slack.misbehave.land_late(seconds=self.seconds)


LATE = (
    Late("a message lands late, before the look-up", 0.4, 1.5),
    Late(
        "a message lands late, after the look-up (it comes twice: docs/operations.md)", 1.5, 0.3, doubles=True
    ),
    Late("Slack answers after the bot has given up", TIMEOUT + 1.0, 3.0, slow=True),
)


def landed(home: Path, url: str, late: Late | None, asking: Sequence[Act] = ASKING) -> Outcome:
    """Let Anna ask something in the DM, and then be asked and answer; each time the bot's message may be late."""
    home.mkdir(parents=True)
    with bot_at(home, url, **({} if late is None else {DOUBT: str(late.looked_up)})) as (slack, bot):
        pair = Pair(slack, patient=True)
        almost_asked(pair)
        for act in asking:
            wanted = slack.look(lambda: _here(slack, pair)) + 1 + (late is not None and late.doubles)
            if late is not None:
                late.strike(slack)
            act(pair)
            wait_until_sure(url, slack)
            if not slack.wait_until(partial(_are_here, slack, pair, wanted), PATIENCE):
                raise TimeoutError(f"there are no {wanted} messages")
            wait_until_sure(url, slack)
        if asking is ASKING:
            # On the newest, of which the bot may not know; it counts, and once.
            pair.anna.click("4")
        return seen(pair, bot, url)


def _are_here(slack: Playground, pair: Pair, wanted: int, _: object) -> bool:
    return _here(slack, pair) >= wanted


def _here(slack: Playground, pair: Pair) -> int:
    """How many messages of the bot's stand in Anna's DM; on the server's loop."""
    channel = slack.workspace.state.panes[pair.anna.hands.id].channel
    return sum(message.by_app for message in slack.workspace.messages(channel))
