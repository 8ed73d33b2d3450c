"""What one person sees, by its visible words: messages, the modal in front, Home, and what can be used there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from playground.elements import PRESSED, STATE_KEYS, all_blocks, elements_of, options_of
from playground.file_objects import DELETED, kind_of
from playground.reading import Reader
from playground.workspace import Json, Spot, View, Workspace
from playground.workspace import Message as Stored


@dataclass(frozen=True)
class File:
    """A file that can be downloaded; ``kind`` is what people call it (``PDF``), ``content`` its bytes."""

    title: str
    name: str
    kind: str
    content: bytes


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
    files: list[File]


@dataclass(frozen=True)
class Modal:
    """The modal in front of ``depth - 1`` others. ``values`` and ``errors`` are by the inputs' labels."""

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
class Found:
    """Something to use. ``value`` is what a button or an overflow entry stands for, ``url`` what it opens too."""

    label: str
    spot: Spot
    element: Json
    in_input: bool = False
    value: str | None = None
    url: str | None = None


class Eyes:
    """Reads the state; to be used on the server's loop only."""

    def __init__(self, workspace: Workspace, user: str) -> None:
        self._workspace = workspace
        self._user = user

    def messages(self) -> list[Message]:
        """The DM with the app, oldest first."""
        channel = self._workspace.state.panes[self._user].channel
        reader = self._reader()
        return [self._message(message, reader) for message in self._workspace.messages(channel)]

    def _message(self, stored: Stored, reader: Reader) -> Message:
        text = reader.words(stored.blocks, stored.values) if stored.blocks else reader.plain(stored.text)
        files = [self._workspace.state.files[file_id] for file_id in stored.files]
        titles = [DELETED if file.deleted else file.title for file in files]
        return Message(
            ts=stored.ts,
            text=stored.text,
            blocks=stored.blocks,
            ephemeral=stored.ephemeral,
            edited=stored.edited is not None,
            by_app=stored.by_app,
            sent_at=datetime.fromtimestamp(float(stored.ts), UTC),
            words="\n".join(line for line in (text, *titles) if line),
            buttons=self._labels(stored.blocks),
            files=[
                File(file.title, file.name, kind_of(file).pretty_type, file.content)
                for file in files
                if file.content is not None
            ],
        )

    def modal(self) -> Modal | None:
        """The modal in front, if one is open."""
        view = self.front()
        if view is None:
            return None
        reader, blocks = self._reader(), view.content["blocks"]
        inputs = {block["block_id"]: block["label"]["text"] for block in blocks if block["type"] == "input"}
        held = {block_id: next(iter(view.values[block_id].values())) for block_id in inputs}
        return Modal(
            title=view.content["title"]["text"],
            words=reader.words(blocks, view.values),
            labels=list(inputs.values()),
            buttons=self._labels(blocks),
            values={inputs[block_id]: reader.held(entry) for block_id, entry in held.items()},
            errors={inputs[block_id]: sentence for block_id, sentence in view.errors.items()},
            submit_label=label_of(view, "submit"),
            close_label=label_of(view, "close"),
            depth=len(self._workspace.stack(self._user)),
            private_metadata=view.content.get("private_metadata") or "",
        )

    def home(self) -> Home:
        """The Home tab as last published; empty if nothing was."""
        view = self._workspace.home(self._user)
        if view is None:
            return Home("", [])
        blocks = view.content["blocks"]
        return Home(self._reader().words(blocks, view.values), self._labels(blocks))

    def notice(self) -> str | None:
        """Slack's own line after a failed gesture."""
        return self._workspace.state.panes[self._user].notice

    def front(self) -> View | None:
        """The view in front, if a modal is open."""
        stack = self._workspace.stack(self._user)
        return stack[-1] if stack else None

    def button(self, label: str, on: Message | None) -> Found:
        """Return the button or overflow entry that reads ``label``.

        Raises:
            LookupError: there is none; the sentence names what there is.
        """
        there = [found for blocks, spot in self._surfaces(on) for found in self._buttons(blocks, spot)]
        return _pick("button", label, there)

    def input(self, label: str, on: Message | None) -> Found:
        """Return the input called ``label``; selects outside input blocks go by placeholder or section text.

        Raises:
            LookupError: there is none; the sentence names what there is.
        """
        there = [found for blocks, spot in self._surfaces(on) for found in _inputs(blocks, spot)]
        return _pick("input", label, there)

    def _surfaces(self, on: Message | None) -> Iterator[tuple[list[Json], Spot]]:
        """Yield the layouts to look through, the likeliest first, each with an empty spot on it."""
        pane = self._workspace.state.panes[self._user]
        view = None
        if on is None:
            view = self.front() or (self._workspace.home(self._user) if pane.tab == "home" else None)
        if view is not None:
            yield view.content["blocks"], Spot("", "", view_id=view.id)
            return
        for message in reversed(self._workspace.messages(pane.channel)):
            if on is None or message.ts == on.ts:
                yield message.blocks, Spot("", "", message_ts=message.ts)

    def value(self, element: Json, given: Any) -> Any:
        """Return what ``given``, as a person would name it, is to the element.

        Raises:
            LookupError: there is no such option or person; the sentence names what there is.
        """
        if isinstance(given, list | tuple):
            return [self.value(element, one) for one in given]
        if given is None:
            return None
        if "options" in element or "option_groups" in element:
            options = {option["text"]["text"]: option["value"] for option in options_of(element)}
            if given not in options:
                raise LookupError(f"There is no option {given!r}; there are {list(options)}.")
            return options[given]
        return self._person(given) if "users_select" in element["type"] else _plain_value(element, given)

    def _person(self, name: str) -> str:
        people = self._workspace.state.people.values()
        for person in people:
            if name in (person.id, person.name, person.real_name):
                return person.id
        raise LookupError(f"There is nobody called {name!r}; there are {[one.real_name for one in people]}.")

    def _labels(self, blocks: list[Json]) -> list[str]:
        return [found.label for found in self._buttons(blocks, Spot("", ""))]

    def _buttons(self, blocks: list[Json], spot: Spot) -> Iterator[Found]:
        for block in all_blocks(blocks):
            for element in elements_of(block):
                if self._user not in element.get("visible_to_user_ids", [self._user]):
                    continue
                here = replace(spot, block_id=block["block_id"], action_id=element["action_id"])
                for each in _pressable(element):
                    words = each["text"]["text"]
                    yield Found(words, here, element, value=each.get("value"), url=each.get("url"))

    def _reader(self) -> Reader:
        people = self._workspace.state.people
        return Reader(people, people[self._user].tz, self._workspace.clock.now())


def label_of(view: View, which: str) -> str | None:
    """Return what a modal's ``submit`` or ``close`` button reads, None if the app gave it no label."""
    shown = view.content.get(which)
    return shown["text"] if shown else None


def _plain_value(element: Json, given: Any) -> Any:
    if isinstance(given, datetime):
        return int(given.timestamp())
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(given, time):
        return given.strftime("%H:%M")
    return str(given) if element["type"] == "number_input" else given


def _pick(kind: str, label: str, there: list[Found]) -> Found:
    for found in there:
        if found.label == label:
            return found
    raise LookupError(f"There is no {kind} {label!r}; there are {[found.label for found in there]}.")


def _pressable(element: Json) -> list[Json]:
    if element["type"] in PRESSED:
        return [element]
    if element["type"] == "feedback_buttons":
        return [element["positive_button"], element["negative_button"]]
    return options_of(element) if element["type"] == "overflow" else []


def _inputs(blocks: list[Json], spot: Spot) -> Iterator[Found]:
    for block in all_blocks(blocks):
        for element in elements_of(block):
            if element["type"] not in STATE_KEYS:
                continue
            here = replace(spot, block_id=block["block_id"], action_id=element["action_id"])
            if block["type"] == "input":
                yield Found(block["label"]["text"], here, element, in_input=True)
            else:
                shown = element.get("placeholder") or block.get("text") or {"text": element["action_id"]}
                yield Found(shown["text"], here, element)
