"""A person in a test: hands that use what is visible by its label, and eyes that read it.

anna.command("/echo hello")
anna.click("Again")
anna.fill("Your name", "Anna")
anna.submit()
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Protocol, TypeVar

from playground.elements import STATE_KEYS, elements_of, options_of
from playground.errors import GestureError
from playground.reading import Reader
from playground.slack import Slack
from playground.workspace import Json
from playground.workspace import Message as StoredMessage
from playground.workspace import View as StoredView

T = TypeVar("T")


class Runner(Protocol):
    """Runs work on the server's loop, the one place where the state may be touched."""

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return the result of ``work``."""
        ...

    def look(self, at: Callable[[], T]) -> T:
        """Return what ``at`` returns."""
        ...


TEXTS = {"plain_text_input", "number_input", "email_text_input", "url_text_input"}


@dataclass(frozen=True)
class Message:
    """A message as the person sees it; ``words`` is everything readable, ``buttons`` the labels to click."""

    ts: str
    text: str
    blocks: list[Json]
    ephemeral: bool
    edited: bool
    by_app: bool
    sent_at: datetime
    words: str
    buttons: list[str]


@dataclass(frozen=True)
class Modal:
    """The modal in front. ``values`` and ``errors`` are by the inputs' labels."""

    title: str
    words: str
    labels: list[str]
    buttons: list[str]
    values: dict[str, Any]
    errors: dict[str, str]
    submit_label: str | None
    close_label: str | None
    depth: int
    private_metadata: str


@dataclass(frozen=True)
class Home:
    """The app's Home tab."""

    words: str
    buttons: list[str]


@dataclass(frozen=True)
class _Place:
    """Where an element stands."""

    block_id: str
    action_id: str
    element: Json
    value: str | None
    where: dict[str, str | None]


class Hands:
    """One person's hands and eyes. Every gesture returns once the app has acked or has failed to."""

    def __init__(
        self,
        slack: Slack,
        user: str,
        loop: Runner,
    ) -> None:
        self._slack = slack
        self._loop = loop
        self.id = user

    def command(self, text: str) -> None:
        """Type a slash command."""
        self._do(self._slack.gestures.command(self.id, text))

    def say(self, text: str) -> None:
        """Write to the app in its Messages tab."""
        self._do(self._slack.gestures.say(self.id, text))

    def open_home(self) -> None:
        """Open the app's Home tab."""
        self._do(self._slack.gestures.tab(self.id, "home"))

    def open_messages(self) -> None:
        """Open the app's Messages tab."""
        self._do(self._slack.gestures.tab(self.id, "messages"))

    def click(self, label: str, on: Message | None = None) -> None:
        """Click the button, or the overflow entry, that reads ``label``.

        It is looked for in the modal in front (its submit and close buttons too), else on Home if that tab is
        open, else in the newest message that has it; only there if ``on`` names a message.

        Raises:
            LookupError: there is none; the sentence names what there is.
        """
        stored = self._loop.look(lambda: self._front(on))
        if isinstance(stored, StoredView) and on is None:
            if label == _label(stored, "submit"):
                return self.submit()
            if label == _label(stored, "close"):
                return self.close()
        place = self._loop.look(lambda: self._button(label, on))
        if place is None:
            raise LookupError(
                f"There is no button {label!r}; there are {self._loop.look(lambda: self._buttons(on))}."
            )
        gesture = self._slack.gestures.act(
            self.id, place.block_id, place.action_id, place.value, **place.where
        )
        self._do(gesture)
        return None

    def fill(self, label: str, value: Any, on: Message | None = None) -> None:
        """Type or choose in the input called ``label``: a text, an option's text, a list of them, a person's
        name, a date, a time or a datetime; None clears. A text input gets Enter at the end.

        Raises:
            LookupError: there is no such input or option; the sentence names what there is.
        """
        place = self._loop.look(lambda: self._input(label, on))
        given = self._loop.look(lambda: self._value(place.element, value))
        gestures = self._slack.gestures
        if place.value == "input":
            element = (place.block_id, place.action_id, given)
            self._do(gestures.fill(self.id, *element, **place.where, enter=place.element["type"] in TEXTS))
        else:
            self._do(gestures.act(self.id, place.block_id, place.action_id, given, **place.where))

    def submit(self) -> None:
        """Press the modal's submit button; see ``modal.errors`` and ``notice`` for what came of it."""
        self._do(self._slack.gestures.submit(self.id, self._top().id))

    def close(self, *, everything: bool = False) -> None:
        """Press the modal's close button, or with ``everything`` the cross that closes all of them."""
        self._do(self._slack.gestures.close(self.id, self._top().id, everything=everything))

    @property
    def messages(self) -> list[Message]:
        """The DM with the app as this person sees it, oldest first, ephemeral messages included."""
        channel = self._slack.workspace.state.panes[self.id].channel
        return self._loop.look(
            lambda: [self._message(message) for message in self._slack.workspace.messages(channel)]
        )

    @property
    def modal(self) -> Modal | None:
        """The modal in front, if one is open."""
        return self._loop.look(self._modal)

    @property
    def home(self) -> Home:
        """The Home tab as last published; empty if nothing was."""
        return self._loop.look(self._home)

    @property
    def notice(self) -> str | None:
        """Slack's own line after a failed gesture; the next gesture takes it away."""
        return self._loop.look(lambda: self._slack.workspace.state.panes[self.id].notice)

    def _do(self, gesture: Coroutine[Any, Any, Any]) -> None:
        try:
            self._loop.run(gesture)
        except GestureError as error:
            raise LookupError(str(error)) from None

    def _reader(self) -> Reader:
        workspace = self._slack.workspace
        people = workspace.state.people
        return Reader(people, people[self.id].tz, workspace.clock.now())

    def _message(self, stored: StoredMessage) -> Message:
        reader = self._reader()
        words = reader.words(stored.blocks, stored.values) if stored.blocks else reader.plain(stored.text)
        return Message(
            ts=stored.ts,
            text=stored.text,
            blocks=stored.blocks,
            ephemeral=stored.ephemeral,
            edited=stored.edited is not None,
            by_app=stored.by_app,
            sent_at=datetime.fromtimestamp(float(stored.ts), UTC),
            words=words,
            buttons=[label for label, _ in _buttons(stored.blocks, {})],
        )

    def _modal(self) -> Modal | None:
        stack = self._slack.workspace.stack(self.id)
        if not stack:
            return None
        view = stack[-1]
        reader, blocks = self._reader(), view.content["blocks"]
        labels = {block["block_id"]: block["label"]["text"] for block in blocks if block["type"] == "input"}
        values = {
            label: reader.held(next(iter(view.values[block_id].values())))
            for block_id, label in labels.items()
        }
        return Modal(
            title=view.content["title"]["text"],
            words=reader.words(blocks, view.values),
            labels=list(labels.values()),
            buttons=[label for label, _ in _buttons(blocks, {})],
            values=values,
            errors={labels[block_id]: text for block_id, text in view.errors.items()},
            submit_label=_label(view, "submit"),
            close_label=_label(view, "close"),
            depth=len(stack),
            private_metadata=view.content.get("private_metadata") or "",
        )

    def _home(self) -> Home:
        view = self._slack.workspace.home(self.id)
        if view is None:
            return Home("", [])
        blocks = view.content["blocks"]
        words = self._reader().words(blocks, view.values)
        return Home(words, [label for label, _ in _buttons(blocks, {})])

    def _top(self) -> StoredView:
        stack = self._loop.look(lambda: self._slack.workspace.stack(self.id))
        if not stack:
            raise LookupError("No modal is open.")
        top: StoredView = stack[-1]
        return top

    def _front(self, on: Message | None) -> StoredView | None:
        stack = self._slack.workspace.stack(self.id)
        return stack[-1] if stack and on is None else None

    def _surfaces(self, on: Message | None) -> list[tuple[list[Json], dict[str, str | None]]]:
        """Return the layouts to look through, the likeliest first, with what the gestures call them."""
        workspace = self._slack.workspace
        pane = workspace.state.panes[self.id]
        front = self._front(on)
        if front is None and on is None and pane.tab == "home":
            front = workspace.home(self.id)
        if front is not None:
            return [(front.content["blocks"], {"view_id": front.id, "message_ts": None})]
        return [
            (message.blocks, {"view_id": None, "message_ts": message.ts})
            for message in reversed(workspace.messages(pane.channel))
            if on is None or message.ts == on.ts
        ]

    def _button(self, label: str, on: Message | None) -> _Place | None:
        for blocks, where in self._surfaces(on):
            for found, place in _buttons(blocks, where):
                if found == label:
                    return place
        return None

    def _buttons(self, on: Message | None) -> list[str]:
        return [label for blocks, where in self._surfaces(on) for label, _ in _buttons(blocks, where)]

    def _input(self, label: str, on: Message | None) -> _Place:
        there = []
        for blocks, where in self._surfaces(on):
            for found, place in _inputs(blocks, where):
                if found == label:
                    return place
                there.append(found)
        raise LookupError(f"There is no input {label!r}; there are {there}.")

    def _value(self, element: Json, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [self._value(element, one) for one in value]
        if value is None:
            return None
        if "options" in element or "option_groups" in element:
            return _option(element, value)
        if "users_select" in element["type"]:
            return self._person(value)
        if isinstance(value, datetime):
            return int(value.timestamp())
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, time):
            return value.strftime("%H:%M")
        return str(value) if element["type"] == "number_input" else value

    def _person(self, name: str) -> str:
        people = self._slack.workspace.state.people.values()
        for person in people:
            if name in (person.id, person.name, person.real_name):
                return person.id
        raise LookupError(f"There is nobody called {name!r}; there are {[one.real_name for one in people]}.")


def _label(view: StoredView, which: str) -> str | None:
    shown = view.content.get(which)
    return shown["text"] if shown else None


def _buttons(blocks: list[Json], where: dict[str, str | None]) -> list[tuple[str, _Place]]:
    found = []
    for block in blocks:
        for element in elements_of(block):
            place = (block["block_id"], element["action_id"], element)
            if element["type"] == "button":
                found.append((element["text"]["text"], _Place(*place, element.get("value"), where)))
            elif element["type"] == "overflow":
                found += [
                    (option["text"]["text"], _Place(*place, option.get("value"), where))
                    for option in options_of(element)
                ]
    return found


def _inputs(blocks: list[Json], where: dict[str, str | None]) -> list[tuple[str, _Place]]:
    found = []
    for block in blocks:
        for element in elements_of(block):
            if element["type"] not in STATE_KEYS:
                continue
            place = (block["block_id"], element["action_id"], element)
            if block["type"] == "input":
                found.append((block["label"]["text"], _Place(*place, "input", where)))
            else:
                shown = element.get("placeholder") or block.get("text") or {"text": element["action_id"]}
                found.append((shown["text"], _Place(*place, None, where)))
    return found


def _option(element: Json, text: str) -> str:
    options = options_of(element)
    for option in options:
        if option["text"]["text"] == text:
            return str(option["value"])
    raise LookupError(
        f"There is no option {text!r}; there are {[option['text']['text'] for option in options]}."
    )
