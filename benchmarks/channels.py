"""How long a thousand messages to a thousand channels take, when only Slack's answering holds them up.

``python -m benchmarks.channels [quick]``: the pace is raised by its setting. Slack answers after 50 or 200 ms; the floor is the
number of messages times that, divided by how many are under way at once. Beside it a ``WebClient`` that posts one after another.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import perf_counter

from slack_sdk import WebClient

from benchmarks.apps import TEAM, empty
from benchmarks.figures import Figure, Section, at_most, show
from benchmarks.slow_slack import slow
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
PROFILE = Profile("P", "Europe/London", "en-GB", active=True, is_bot=False)


class Standing(Clock):
    """A clock that somebody sets: the clock's own messages wait for working hours."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def owe(database: Database, clock: Clock, messages: int, asked_ago: timedelta) -> None:
    """Let so many people, each with a DM, and about whom Slack was asked so long ago, be owed one message of the clock's."""
    now = clock.now()
    with database.writing() as tx:
        for number in range(messages):
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


def delivered(messages: int, latency: float, asked_ago: timedelta = JUST_NOW) -> float:
    """Return the seconds from the start of delivery until the last of so many messages was answered."""
    clock = Standing()
    with empty() as database, slow(latency, messages) as slack:
        owe(database, clock, messages, asked_ago)
        began = perf_counter()
        with delivering(database, clock, slack.url):
            channels = slack.wait()
            took = perf_counter() - began
    assert len(channels) == messages
    return took


def one_after_another(messages: int, latency: float) -> float:
    """Return the seconds that a stock client takes for so many messages."""
    with slow(latency, messages) as slack:
        client = WebClient("xoxb-1", base_url=slack.url)
        began = perf_counter()
        for number in range(messages):
            client.chat_postMessage(channel=f"D{number}", text="A word")
        return perf_counter() - began


def measure(quick: bool = False) -> Section:
    """Measure both latencies."""
    messages, few = (16, 4) if quick else (1_000, 50)
    figures = []
    for latency in (0.01,) if quick else (0.05, 0.2):
        took, each = delivered(messages, latency), one_after_another(few, latency) / few
        floor = messages * latency / IN_FLIGHT
        figures += [
            at_most(
                f"{messages:,} messages, Slack answering after {latency * 1e3:.0f} ms",
                took / floor,
                REACH,
                shown=f"{took:.2f} s, {took / floor:.2f} ×",
                beside=f"the floor, {floor:.2f} s",
            ),
            Figure(
                "a WebClient, one after another",
                f"{each * messages:.1f} s, {each * messages / took:.1f} × as long",
                f"reckoned from {few}",
            ),
        ]
    asked = delivered(messages, latency, DAYS_AGO)
    figures.append(
        Figure(
            f"the same {messages:,} at {latency * 1e3:.0f} ms, Slack asked about everybody two days ago",
            f"{asked:.1f} s, {asked / took:.2f} × as long",
            "asked just now; of each it is asked first, a second call",
        )
    )
    how = f"Each message to a DM of its own; {IN_FLIGHT} are under way at once, and each is drawn, and settled in a commit, before the next."
    return Section("A thousand messages to a thousand channels", how, figures)


if __name__ == "__main__":
    show(measure)
