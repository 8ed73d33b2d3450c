"""How long a thousand messages to a thousand channels take, when only Slack's answering holds them up.

``python -m benchmarks.channels [quick]``: the pace is raised by its setting. Slack answers after 50 or 200 ms; the floor is the
number of messages times that, divided by how many are under way at once. Beside it a ``WebClient`` that posts one after another: in
turns, for the thousand comes in slices.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

from slack_sdk import WebClient

from benchmarks.apps import TEAM, empty
from benchmarks.figures import Figure, Section, at_most, show
from benchmarks.slow_slack import Slow, slow
from bot.clock import Clock
from bot.delivery import IN_FLIGHT, Delivery
from bot.pace import Pace
from bot.sending import Sender, client_for
from bot.workspaces import Workspaces
from handlers.deps import Deps
from mentoring.due import Due, Kind, Lane
from mentoring.people import Profile
from storage import outbox, people
from storage.database import Database

REACH = 1.3
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
RAISED = 1_000_000
"""Messages a minute."""
JUST_NOW, DAYS_AGO = timedelta(), timedelta(days=2)
"""When Slack was asked about those who are told: of whom it was not for a day, it is asked first, a second call."""
PROFILE = Profile("P", "Europe/London", "en-GB", active=True, is_bot=False)


class Standing(Clock):
    """A clock that somebody sets: the clock's own messages wait for working hours."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def owe(database: Database, clock: Clock, numbers: range, asked_ago: timedelta) -> None:
    """Let so many people, each with a DM, and about whom Slack was asked so long ago, be owed one message of the clock's."""
    now = clock.now()
    with database.writing() as tx:
        for number in numbers:
            person = people.learn(
                tx, team_id=TEAM, user_id=f"U{number}", profile=PROFILE, now=now - asked_ago
            )
            people.keep_channel(tx, person.account_id, f"D{number}")
            people.greeted(tx, person.id)
            outbox.add(tx, Due(Kind.REPLY, f"help/{number}", now, recipient=person.id, lane=Lane.CLOCK))


@contextmanager
def delivering(database: Database, clock: Clock, api_url: str) -> Iterator[None]:
    """Deliver meanwhile, as fast as Slack answers."""
    sender = Sender(client_for("xoxb-1", api_url=api_url))
    delivery = Delivery(Deps(database, clock.now), Workspaces({TEAM: sender}.get), clock, Pace(RAISED))
    delivery.start()
    try:
        yield
    finally:
        delivery.stop()


@dataclass(frozen=True)
class Turns:
    """Seconds, one for each turn: of the slices, by how long ago Slack was asked about their people, and of the stock client's few."""

    slices: Mapping[timedelta, list[float]]
    one_by_one: list[float]


def in_turns(turns: int, messages: int, few: int, latency: float, ages: Sequence[timedelta]) -> Turns:
    """Let so many messages be delivered, to people whom Slack was asked about each so long ago, and a stock client post a few; in turns."""
    slices: dict[timedelta, list[float]] = {age: [] for age in ages}
    one_by_one, clock, owed = [], Standing(), 0
    with (
        empty() as database,
        slow(latency, messages) as slack,
        slow(latency, few) as other,
        delivering(database, clock, slack.url),
    ):
        client = WebClient("xoxb-1", base_url=other.url)
        for _ in range(turns):
            for asked_ago, took in slices.items():
                owe(database, clock, range(owed, owed + messages), asked_ago)
                took.append(_until_answered(slack, messages))
                owed += messages
            one_by_one.append(one_after_another(client, few))
    return Turns(slices, one_by_one)


def _until_answered(slack: Slow, messages: int) -> float:
    began = perf_counter()
    channels = slack.wait()
    took = perf_counter() - began
    assert len(channels) == messages
    return took


def one_after_another(client: WebClient, messages: int) -> float:
    """Return the seconds that a stock client takes for so many messages."""
    began = perf_counter()
    for number in range(messages):
        client.chat_postMessage(channel=f"D{number}", text="A word")
    return perf_counter() - began


def measure(quick: bool = False) -> Section:
    """Measure both latencies; people whom Slack must be asked about with the one where all that is ours shows most."""
    turns, messages, few = (2, 8, 2) if quick else (5, 200, 20)
    figures = []
    for latency, ages in (
        ((0.01, (JUST_NOW, DAYS_AGO)),) if quick else ((0.05, (JUST_NOW, DAYS_AGO)), (0.2, (JUST_NOW,)))
    ):
        found = in_turns(turns, messages, few, latency, ages)
        took = median(found.slices[JUST_NOW])
        each, floor = median(found.one_by_one) / few, messages * latency / IN_FLIGHT
        figures += [
            at_most(
                f"{messages} messages, Slack answering after {latency * 1e3:.0f} ms",
                took / floor,
                REACH,
                shown=f"{took:.2f} s ({sum(found.slices[JUST_NOW]):.2f} s for all {turns * messages:,}), {took / floor:.2f} ×",
                beside=f"the floor, {floor:.2f} s",
            ),
            Figure(
                "a WebClient, one after another",
                f"{each * messages:.1f} s, {each * messages / took:.1f} × as long",
                f"reckoned from {few} in each turn",
            ),
        ]
        for asked in (median(found.slices[age]) for age in ages if age is not JUST_NOW):
            figures.append(
                Figure(
                    f"{messages} messages, Slack asked about everybody two days ago",
                    f"{asked:.2f} s, {asked / took:.2f} × as long",
                    "asked just now; of each it is asked first, a second call",
                )
            )
    how = (
        f"A thousand in {turns} slices of {messages}, each from the commit that owes them to the last answer; in turns with as many to people whom "
        f"Slack must be asked about, and with the WebClient. Each message to a DM of its own; {IN_FLIGHT} are under way at once, and each "
        "is drawn, and settled in a commit, before the next."
    )
    return Section("A thousand messages to a thousand channels", how, figures)


if __name__ == "__main__":
    show(measure)
