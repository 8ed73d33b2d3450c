"""A pair and what reaches them: hands that wait until all is said, a calendar, and a transcript of every DM."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from playground.hands import Hands, Home, Message, Modal
from playground.server import Playground

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
PURPOSE = "To lead a team without losing sleep"
OPENS, CLOSES, SATURDAY = time(9), time(17), 5


def moment(text: str, zone: ZoneInfo, year: int = 2026) -> datetime:
    """Return the moment that "Thu 8 Oct 16:30" is on ``zone``'s wall clock; the weekday must be right."""
    found = datetime.strptime(f"{text} {year}", "%a %d %b %H:%M %Y").replace(tzinfo=zone)
    assert shown(found, zone) == text
    return found


def shown(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment as "Thu 8 Oct 16:30" on ``zone``'s wall clock."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b} {local:%H:%M}"


@dataclass(frozen=True)
class Dm:
    """A message as it was sent. ``by_clock``: time alone had brought it, and no gesture."""

    ts: str
    at: datetime
    text: str
    by_clock: bool


@dataclass
class Post:
    """Every DM as it was sent, whatever has become of it since."""

    sent: list[Dm] = field(default_factory=list)
    drawn: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    by_clock: bool = False

    def hear(self, way: str, said: dict[str, Any], answer: dict[str, Any]) -> None:
        """Keep what was posted, and all that was drawn: under its message's ``ts``, or under whose Home it is."""
        if way in {"chat.postMessage", "chat.update", "views.publish"}:
            self.drawn.append((answer.get("ts") or said["user_id"], said))
        if way == "chat.postMessage":
            at = datetime.fromtimestamp(float(answer["ts"]), LONDON)
            blocks = json.loads(said["blocks"]) if isinstance(said["blocks"], str) else said["blocks"]
            elements = [e for block in blocks if block["type"] == "actions" for e in block["elements"]]
            text = _with_buttons(said["text"], [element["text"]["text"] for element in elements])
            self.sent.append(Dm(answer["ts"], at, text, self.by_clock))


class Someone:
    """One of the workspace's people. Every gesture that reaches the bot ends once the bot has said all there is to say.

    ``before`` is called ahead of each such gesture.
    """

    def __init__(self, pair: "Pair", handle: str, zone: ZoneInfo) -> None:
        self.hands: Hands = pair.slack.hands(handle)
        self.zone = zone
        self._pair = pair

    def command(self, text: str) -> None:
        self._gesture(lambda: self.hands.command(text))

    def say(self, text: str) -> None:
        self._gesture(lambda: self.hands.say(text))

    def click(self, label: str, on: Message | None = None) -> None:
        self._gesture(lambda: self.hands.click(label, on))

    def choose(self, label: str, value: Any) -> None:
        """Fill an input of which the bot hears at once."""
        self._gesture(lambda: self.hands.fill(label, value))

    def fill(self, label: str, value: Any) -> None:
        """Fill an input that is read when the form is submitted."""
        self.hands.fill(label, value)

    def submit(self) -> None:
        self._gesture(self.hands.submit)

    def close(self) -> None:
        self.hands.close()

    def sign(self, purpose: str | None = None) -> None:
        """Read the agreement from the newest message that offers it, and sign."""
        self.click("Read")
        if purpose is not None:
            self.fill("What do I want from it?", purpose)
        self.submit()
        assert self.receipt.startswith("Signed: ")

    def look_at_home(self) -> str:
        """Open Home, go back to the messages, and return what Home says."""
        self._gesture(self.hands.open_home)
        self.hands.open_messages()
        return self.home.words

    @property
    def modal(self) -> Modal:
        """The modal in front."""
        modal = self.hands.modal
        assert modal is not None, (self.hands.notice, self.messages[-1:])
        return modal

    @property
    def receipt(self) -> str:
        """What the modal in front says; it is closed."""
        words = f"{self.modal.title}: {self.modal.words}"
        self.close()
        return words

    @property
    def home(self) -> Home:
        return self.hands.home

    @property
    def messages(self) -> list[Message]:
        return self.hands.messages

    @property
    def last(self) -> str:
        """The newest message as it stands now, with its buttons."""
        last = self.messages[-1]
        return _with_buttons(last.text, last.buttons)

    @property
    def whispers(self) -> list[str]:
        """The lines that only this person was shown, and that Slack doesn't keep."""
        workspace = self._pair.slack.workspace

        def texts() -> list[str]:
            stored = workspace.messages(workspace.state.panes[self.hands.id].channel)
            return [message.text for message in stored if message.ephemeral]

        return self._pair.slack.look(texts)

    @property
    def sent(self) -> list[Dm]:
        """Every DM that this person got, as it was sent."""
        mine = {message.ts for message in self.messages}
        return [dm for dm in self._pair.post.sent if dm.ts in mine]

    @property
    def transcript(self) -> str:
        """Every DM that this person got: when on their clock, as it was sent, and as it stands now where that differs."""
        now = {message.ts: message for message in self.messages if message.by_app and not message.ephemeral}
        assert list(now) == [dm.ts for dm in self.sent], (
            "a message was sent otherwise than by chat.postMessage"
        )
        lines: list[str] = []
        for dm in self.sent:
            lines += [shown(dm.at, self.zone), dm.text]
            standing = _with_buttons(now[dm.ts].text, now[dm.ts].buttons)
            lines += [] if standing == dm.text else [f"-> {standing}"]
            lines.append("")
        return "\n".join(lines)

    def _gesture(self, made: Callable[[], None]) -> None:
        self._pair.before_gesture()
        front = self.hands.modal
        made()
        if self._pair.patient and self.hands.notice is not None and self.hands.modal == front:
            self._pair.slack.wait_for_app()
            with suppress(LookupError):  # it had worked: there is nothing left to press
                made()
        self._pair.slack.settle()


@dataclass
class Pair:
    """Tom in London and Anna in New York, in a workspace whose clock is moved.

    ``patient``: what Slack says did not work, and changed nothing that can be seen, is done once more.
    """

    slack: Playground
    before_gesture: Callable[[], None] = lambda: None
    patient: bool = False

    def __post_init__(self) -> None:
        self.post = Post()
        self.slack.overhear(self.post.hear)
        self.tom = Someone(self, "tom", LONDON)
        self.anna = Someone(self, "anna", NEW_YORK)
        self.maya = Someone(self, "maya", ZoneInfo("Europe/Berlin"))

    def agree(
        self,
        *,
        first_session: datetime | None = None,
        place: str | None = None,
        purpose: str = PURPOSE,
        **terms: str,
    ) -> None:
        """Let Tom invite Anna, and both sign; ``terms`` are by the form's labels, with ``_`` for a space."""
        self.propose(first_session=first_session, place=place, **terms)
        self.anna.sign(purpose)
        self.tom.sign()

    def propose(
        self, *, first_session: datetime | None = None, place: str | None = None, **terms: str
    ) -> None:
        """Let Tom invite Anna to be his mentee."""
        tom = self.tom
        tom.command("/mentor start @anna")
        tom.choose("My role", "I would be the mentor")
        tom.fill("First session", first_session)
        tom.fill("Usual place", place)
        if terms:
            tom.click("Change the terms")
        for label, value in terms.items():
            tom.fill(label.replace("_", " "), value)
        tom.submit()
        assert tom.receipt.startswith("Sent: ")

    def at(self, text: str, zone: ZoneInfo = LONDON, year: int = 2026) -> None:
        """Let time pass until this moment."""
        self.post.by_clock = True
        self.slack.move_to(moment(text, zone, year))
        self.post.by_clock = False


def _with_buttons(text: str, labels: list[str]) -> str:
    return " ".join([text, *(f"[{label}]" for label in labels)])


def in_working_hours(dm: Dm, zone: ZoneInfo) -> bool:
    """Tell whether it came from Monday to Friday, from 9:00 to 17:00 to the minute."""
    local = dm.at.astimezone(zone)
    return local.weekday() < SATURDAY and OPENS <= local.time().replace(second=0, microsecond=0) <= CLOSES
