"""The interpreter: walks blocks or a view along the reference and names every place that breaks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.blockkit.reference.payloads import (
    BLOCKS,
    KNOWN_TYPES,
    PAYLOAD_RULES,
    VIEW,
    VIEW_BYTES,
    Found,
    json_bytes,
)
from playground.blockkit.schema import (
    Array,
    Boolean,
    Integer,
    Kind,
    Number,
    Object,
    OneOf,
    String,
    Surface,
)

_FEW = 4  # more types than this are not listed in a sentence
_PLACES: Mapping[Surface, str] = {"message": "messages", "modal": "modals", "home": "Home tabs"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One place that Slack would refuse: its path, such as ``blocks[2].text.text``, and the rule in words.

    The path of the payload itself is the empty string. No sentence repeats what people wrote.
    """

    path: str
    rule: str


def check_blocks(blocks: object, surface: Surface) -> list[Problem]:
    """Return every problem of a list of blocks meant for this surface; none means that Slack takes it."""
    walk = _Walk(surface)
    walk.value(BLOCKS[surface], blocks, "blocks")
    return walk.finished()


def check_view(view: object) -> list[Problem]:
    """Return every problem of a modal or Home view; none means that Slack takes it."""
    home = isinstance(view, dict) and view.get("type") == "home"
    walk = _Walk("home" if home else "modal")
    walk.value(VIEW, view, "")
    size = json_bytes(view)
    if size > VIEW_BYTES:
        walk.problem("", f"must be at most {VIEW_BYTES} bytes as JSON, is {size}")
    return walk.finished()


class _Walk:
    """One check under way: the problems so far, and the blocks and elements met, for the rules over all."""

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.problems: list[Problem] = []
        self.found: list[Found] = []

    def problem(self, path: str, rule: str) -> None:
        self.problems.append(Problem(path, rule))

    def finished(self) -> list[Problem]:
        for rule in PAYLOAD_RULES:
            for path, sentence in rule(self.found, self.surface):
                self.problem(path, sentence)
        return self.problems

    def value(self, kind: Kind, value: object, path: str) -> None:
        match kind:
            case String():
                self.string(kind, value, path)
            case OneOf():
                self.one_of(kind, value, path)
            case Array():
                self.array(kind, value, path)
            case Object():
                self.object(kind, value, path)
            case Boolean():
                if not isinstance(value, bool):
                    self.problem(path, "must be true or false")
            case Integer():
                self.integer(kind, value, path)
            case Number():
                if isinstance(value, bool) or not isinstance(value, int | float):
                    self.problem(path, "must be a number")

    def string(self, kind: String, value: object, path: str) -> None:
        if not isinstance(value, str):
            self.problem(path, "must be a string")
        elif len(value) < kind.at_least:
            self.problem(path, "must not be empty")
        elif kind.at_most is not None and len(value) > kind.at_most:
            self.problem(path, f"must be at most {kind.at_most} characters, is {len(value)}")
        elif kind.choices and value not in kind.choices:
            self.problem(path, f"must be {_either(kind.choices)}")
        elif kind.format is not None and not kind.format.fits(value):
            self.problem(path, f"must be {kind.format.words}")

    def integer(self, kind: Integer, value: object, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            self.problem(path, "must be a whole number")
        elif kind.at_least is not None and value < kind.at_least:
            self.problem(path, f"must be at least {kind.at_least}, is {value}")
        elif kind.at_most is not None and value > kind.at_most:
            self.problem(path, f"must be at most {kind.at_most}, is {value}")

    def array(self, kind: Array, value: object, path: str) -> None:
        if not isinstance(value, list):
            self.problem(path, "must be a list")
            return
        if len(value) < kind.at_least:
            self.problem(path, f"must have at least {_items(kind.at_least)}, has {len(value)}")
        elif kind.at_most is not None and len(value) > kind.at_most:
            self.problem(path, f"must have at most {_items(kind.at_most)}, has {len(value)}")
        for n, item in enumerate(value):
            if item is not None or not kind.nullable:
                self.value(kind.item, item, f"{path}[{n}]")

    def one_of(self, kind: OneOf, value: object, path: str) -> None:
        if not isinstance(value, dict):
            self.problem(path, "must be an object")
        elif kind.key not in value:
            self.problem(_below(path, kind.key), "is required")
        elif not isinstance(name := value[kind.key], str):
            self.problem(_below(path, kind.key), "must be a string")
        elif name in kind.by_name:
            self.fields(kind.by_name[name], value, path, kind.key)
        elif len(kind.by_name) <= _FEW:
            self.problem(_below(path, kind.key), f"must be {_either(kind.by_name)}, is {name!r}")
        elif name in KNOWN_TYPES:
            self.problem(_below(path, kind.key), f"may not stand here: {name!r}")
        else:
            self.problem(_below(path, kind.key), f"is a type that the playground does not know: {name!r}")

    def object(self, kind: Object, value: object, path: str) -> None:
        if isinstance(value, dict):
            self.fields(kind, value, path)
        else:
            self.problem(path, "must be an object")

    def fields(self, kind: Object, value: dict[str, Any], path: str, key: str | None = None) -> None:
        if self.surface not in kind.surfaces:
            self.problem(path, f"{_a(kind)} may stand in {_where(kind.surfaces)} only")
            return
        if kind.role != "part":
            self.found.append(Found(path, kind, value))
        before = len(self.problems)
        for name, inner in value.items():
            field = kind.fields.get(name)
            if field is None:
                if name != key:
                    self.problem(path, f"has a field that {_a(kind)} does not have: {name!r}")
            elif self.surface not in field.surfaces:
                self.problem(_below(path, name), f"may be used in {_where(field.surfaces)} only")
            else:
                self.value(field.kind, inner, _below(path, name))
        for name in kind.required:
            if name not in value:
                self.problem(_below(path, name), "is required")
        if len(self.problems) == before:
            for rule in kind.rules:
                for below, sentence in rule(value):
                    self.problem(f"{path}{below}" if path else below.lstrip("."), sentence)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _either(names: Mapping[str, object] | tuple[str, ...]) -> str:
    *others, last = (repr(name) for name in names)
    return f"{', '.join(others)} or {last}" if others else last


def _items(count: int) -> str:
    return f"{count} item" if count == 1 else f"{count} items"


def _a(kind: Object) -> str:
    name = f"{kind.name} {kind.role}" if kind.role in {"view", "block"} else kind.name
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _where(surfaces: frozenset[Surface]) -> str:
    return " and ".join(words for surface, words in _PLACES.items() if surface in surfaces)
