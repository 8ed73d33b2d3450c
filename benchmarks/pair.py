"""A pair in front of Slack: what each of the two does, and the time that the answer took."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from time import perf_counter
from typing import Any

from slack_bolt import BoltResponse

from benchmarks import payloads
from benchmarks.apps import TEAM, Json
from benchmarks.routes import route_of
from benchmarks.standin import StandIn
from handlers.introduction import marked
from mentoring.agreement import Agreement
from mentoring.ids import PersonId
from mentoring.people import Profile
from storage import agreements, people
from storage.database import Database, Tx

STARTS = datetime(2026, 10, 5, 9, tzinfo=UTC)
SENT = marked("row", 0)
"""A block of a message that arrived long ago."""


class Pair:
    """Pair after pair, the moved clock, and the time that each gesture's answer took, by kind, in seconds.

    Args:
        name: letters and digits that tell it from those beside it.
        answer: gives a payload to the bot.
        database: the bot's.
        slack: what the bot takes for Slack.
        beside: what is called before each gesture, so that it meets the same machine.
    """

    tom: str
    anna: str
    person: PersonId
    """The mentee."""

    def __init__(
        self,
        name: str,
        answer: Callable[[Json], BoltResponse],
        database: Database,
        slack: StandIn,
        beside: Callable[[], None] = lambda: None,
    ) -> None:
        self.name, self.answer, self.database, self.slack, self.beside = name, answer, database, slack, beside
        self.now = STARTS
        self.times: dict[str, list[float]] = defaultdict(list)
        self.routes: set[str] = set()
        self.pairs = 0

    # --- who they are

    def meet(self) -> None:
        """Let the next two come, and be known."""
        self.pairs += 1
        self.now = STARTS
        self.tom, self.anna = (f"U{role}{self.name}x{self.pairs}" for role in "TA")
        self.known()

    def known(self) -> None:
        """Let both be known from today, as delivery keeps them; the bot may be a process of its own, and busy."""

        def learn(tx: Tx) -> PersonId:
            for user, name, zone in (
                (self.tom, "Tom Reed", "Europe/London"),
                (self.anna, "Anna Bright", "America/New_York"),
            ):
                profile = Profile(name, zone, "en-GB", active=True, is_bot=False)
                person = people.learn(tx, team_id=TEAM, user_id=user, profile=profile, now=self.now)
            return person.id

        self.person = self.database.patiently(learn)

    @property
    def agreement(self) -> Agreement:
        """Their newest agreement as it stands."""
        with self.database.reading() as tx:
            return agreements.of(tx, self.person, now=self.now)[0]

    # --- what they do

    def command(self, kind: str, user: str, text: str, *, told: bool = False) -> None:
        """Give the command with this text after it."""
        self.measure(kind, payloads.command(self._trigger, self._answers, user, text), told=told)

    def press(
        self, kind: str, user: str, action: str, value: str, *, told: bool = False, block: str = SENT
    ) -> None:
        """Click on a button in a message; ``told``: the answer is a sentence there. ``block`` is as ``introduction.marked``."""
        clicked = payloads.click(self._trigger, self._answers, user, action, value, block=block)
        self.measure(kind, clicked, told=told)

    def press_inside(
        self, kind: str, user: str, action: str, value: str | None = None, **values: Any
    ) -> None:
        """Click on a button in the last window, by default with the value that it was drawn with, and ``values`` entered."""
        done = {"type": "button", "value": self._value(action) if value is None else value}
        self._do_inside(kind, user, action, done, values)

    def choose_inside(self, kind: str, user: str, action: str, value: str, **values: Any) -> None:
        """Choose an option in the last window."""
        self._do_inside(
            kind, user, action, {"type": "static_select", "selected_option": {"value": value}}, values
        )

    def submit(self, kind: str, user: str, **values: Any) -> None:
        """Fill the last window in and send it."""
        self.measure(kind, payloads.submission(self._trigger, user, self._window(values)))

    def close(self, kind: str, user: str) -> None:
        """Close the last window."""
        self.measure(kind, payloads.closed(self._trigger, user, self._window({})))

    def event(self, kind: str, user: str, event: Json) -> None:
        """Let an event come."""
        number = "".join(filter(str.isalnum, kind))
        self.measure(kind, payloads.event(f"Ev{self.name}x{self.pairs}x{number}", user, event))

    def measure(self, kind: str, payload: Json, *, told: bool = False) -> None:
        """Let the bot answer, and take the time.

        Raises:
            RuntimeError: it answered with something else than was to come of it.
        """
        self.beside()
        began = perf_counter()
        response = self.answer(payload)
        self.times[kind].append(perf_counter() - began)
        self.routes.add(route_of(payload))
        if response.status != HTTPStatus.OK or "errors" in (response.body or ""):
            raise RuntimeError(f"{kind}: {response.status} {response.body}")
        sentence = self.slack.told.pop(self.name, "")
        if bool(sentence) is not told:
            raise RuntimeError(f"{kind}: {sentence or 'nothing was told'}")
        if (view := json.loads(response.body or "{}").get("view")) is not None:
            self.slack.views[self.name] = view

    # --- what stands before them

    @property
    def _trigger(self) -> str:
        return f"1.2.{self.name}"

    @property
    def _answers(self) -> str:
        return f"{self.slack.url}response/{self.name}"

    def _window(self, values: Mapping[str, Any]) -> Json:
        return payloads.filled_in(self.slack.views[self.name], f"V{self.name}", values)

    def _do_inside(self, kind: str, user: str, action: str, done: Json, values: Mapping[str, Any]) -> None:
        self.measure(kind, payloads.click_inside(self._trigger, user, self._window(values), action, done))

    def _value(self, action: str) -> str:
        """Return the value that a button of the last window was drawn with."""
        for block in self.slack.views[self.name]["blocks"]:
            for element in (*block.get("elements", ()), block.get("accessory", {})):
                if element.get("action_id") == action:
                    return str(element.get("value", ""))
        raise LookupError(f"no such button: {action}")
