"""The words in which the reference is written: what a value may be, and what an object's fields are."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

Surface: TypeAlias = Literal["message", "modal", "home"]
MESSAGE: frozenset[Surface] = frozenset({"message"})
MODAL: frozenset[Surface] = frozenset({"modal"})
HOME: frozenset[Surface] = frozenset({"home"})
EVERYWHERE: frozenset[Surface] = MESSAGE | MODAL | HOME

Rule: TypeAlias = Callable[[Mapping[str, Any]], Iterator[tuple[str, str]]]
"""What must hold between an object's fields: yields a path below the object (such as ``.max_length``, or the
empty string for the object itself) and a sentence. It is asked only when every field is right by itself."""


class Format(NamedTuple):
    """A way of writing a string: how a sentence calls it, and whether a string is written so."""

    words: str
    fits: Callable[[str], bool]


@dataclass(frozen=True, slots=True, eq=False)
class String:
    """A string; lengths are in characters (code points) of the string as sent, after any escaping."""

    at_most: int | None = None
    at_least: int = 0
    choices: tuple[str, ...] = ()
    format: Format | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Integer:
    """A whole number within bounds, both included."""

    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """Any JSON number."""


@dataclass(frozen=True, slots=True, eq=False)
class Boolean:
    """``true`` or ``false``."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of an object; ``source`` names where its limit is from if that is not the object's own page."""

    kind: "Kind"
    required: bool = False
    surfaces: frozenset[Surface] = EVERYWHERE
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """An object: its name (for typed objects the value of ``type``), its fields, and where it may stand.

    ``source`` is the path on docs.slack.dev of the page that its fields and limits are from.
    """

    name: str
    source: str
    fields: Mapping[str, Field]
    rules: tuple[Rule, ...] = ()
    surfaces: frozenset[Surface] = EVERYWHERE
    role: Literal["view", "block", "element", "part"] = "part"
    required: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "required", tuple(n for n, f in self.fields.items() if f.required))


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """One of several typed objects, told apart by the field ``key``."""

    objects: tuple[Object, ...]
    key: str = "type"
    by_name: Mapping[str, Object] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {each.name: each for each in self.objects})


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """A list of values of one kind; ``nullable`` lets ``null`` stand for an item."""

    item: "Kind"
    at_least: int = 0
    at_most: int | None = None
    nullable: bool = False


Kind: TypeAlias = String | Integer | Number | Boolean | Object | OneOf | Array


def kinds_in(kind: Kind, seen: set[Kind] | None = None) -> Iterator[Kind]:
    """Yield this kind and every kind that may occur in a value of it, once each."""
    seen = set() if seen is None else seen
    if kind in seen:
        return
    seen.add(kind)
    yield kind
    inner: tuple[Kind, ...] = ()
    match kind:
        case OneOf():
            inner = kind.objects
        case Array():
            inner = (kind.item,)
        case Object():
            inner = tuple(each.kind for each in kind.fields.values())
    for each in inner:
        yield from kinds_in(each, seen)
