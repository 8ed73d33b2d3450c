"""The smallest right value of anything in the reference, and every place where an object may stand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from playground.blockkit import Problem, Surface, check_blocks, check_view, formats
from playground.blockkit.reference.payloads import BLOCKS, HOME_VIEW, MODAL_VIEW
from playground.blockkit.schema import Array, Boolean, Format, Integer, Kind, Number, Object, OneOf, String

_WRITTEN: dict[Format, str] = {
    formats.DATE: "2026-12-01",
    formats.TIME: "17:30",
    formats.ZONE: "Europe/London",
    formats.NUMBER: "7",
    formats.COLOUR: "#F405B3",
    formats.FILE_ID: "F0123ABCD",
    formats.URL: "https://a.example/",
    formats.SAFE_URL: "https://a.example/",
    formats.WEB_URL: "https://a.example/",
    formats.HTTPS_URL: "https://a.example/",
    formats.DATE_TEMPLATE: "{date_long} at {time}",
}

# What an object's rules ask for beside its required fields.
_ALSO = {
    "section": "text",
    "image": "image_url",
    "static_select": "options",
    "multi_static_select": "options",
    "conversation filter": "exclude_bot_users",
    "Slack file": "id",
    "modal": "submit",
    "card": "title",
    "container": "title",
}
_EXCLUSIVE = (
    {"image_url", "slack_file"},
    {"options", "option_groups"},
    {"id", "url"},
    {"icon", "slack_icon"},
)
_DISTINCT = {"value", "action_id", "task_id"}
_TEXTS = {"plain_text", "mrkdwn"}


def smallest(kind: Kind, surface: Surface, n: int = 0) -> Any:
    """Return the ``n``-th smallest right value of this kind; each ``n`` has its own option value and action_id."""
    value: Any = None
    match kind:
        case String():
            value = kind.choices[0] if kind.choices else _WRITTEN[kind.format] if kind.format else "x"
        case Integer():
            value = kind.at_least or 0
        case Number():
            value = 0.5
        case Boolean():
            value = False
        case Array():
            value = [smallest(kind.item, surface, n + i) for i in range(kind.at_least)]
        case OneOf():
            first = next(each for each in kind.objects if surface in each.surfaces)
            value = {kind.key: first.name, **smallest(first, surface, n)}
        case Object():
            value = _smallest_object(kind, surface, n)
    return value


def _smallest_object(spec: Object, surface: Surface, n: int) -> dict[str, Any]:
    also = _ALSO.get(spec.name, "")
    names = [*spec.required, *([also] if also in spec.fields else [])]
    value = {name: smallest(spec.fields[name].kind, surface, n) for name in names}
    return {name: f"{name}{n}" if name in _DISTINCT and each == "x" else each for name, each in value.items()}


@dataclass(frozen=True)
class Place:
    """Where an object may stand: its path, and how a payload looks that holds it there."""

    surface: Surface
    path: str
    spec: Object
    key: str | None
    wrap: Callable[[Any], Any]
    owner: Object | None = None

    def __str__(self) -> str:
        return f"{self.surface}:{self.path or 'view'}:{self.spec.name}"

    def base(self) -> dict[str, Any]:
        tag = {self.key: self.spec.name} if self.key else {}
        return {**tag, **smallest(self.spec, self.surface)}

    def having(self, name: str, value: Any) -> Any:
        """The object with this field set, and with what excludes or must accompany the field put right."""
        excluded = next((group - {name} for group in _EXCLUSIVE if name in group), set())
        if not excluded <= set(self.spec.fields):
            excluded = set()
        held = {k: v for k, v in self.base().items() if k not in excluded}
        if name == "initial_option" and "options" in self.spec.fields and isinstance(value, dict):
            held["options"] = [value]
        if name == "initial_options" and "options" in self.spec.fields and value and isinstance(value, list):
            held["options"] = value
        return {**held, name: value}

    def problems_of(self, value: Any) -> list[Problem]:
        payload = self.wrap(value)
        return check_blocks(payload, "message") if self.surface == "message" else check_view(payload)

    def below(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def all_places() -> list[Place]:
    """Return a place for every object in the reference, and one in each of their owners for the text objects."""
    places: dict[tuple[Object, Object | None], Place] = {}
    for surface in get_args(Surface):
        view = MODAL_VIEW if surface == "modal" else HOME_VIEW
        top = Place(surface, "", view, "type", lambda value: value)
        found = (
            _within(BLOCKS["message"], top, "blocks", lambda value: value, set())
            if surface == "message"
            else _from(top, set())
        )
        for place in found:
            places.setdefault((place.spec, place.owner if place.spec.name in _TEXTS else None), place)
    return [*places.values()]


def _within(
    kind: Kind, owner: Place, path: str, wrap: Callable[[Any], Any], seen: set[Object]
) -> Iterator[Place]:
    match kind:
        case OneOf():
            for each in kind.objects:
                if owner.surface in each.surfaces:
                    yield from _from(Place(owner.surface, path, each, kind.key, wrap, owner.spec), seen)
        case Array():
            yield from _within(kind.item, owner, f"{path}[0]", lambda value: wrap([value]), seen)
        case Object():
            yield from _from(Place(owner.surface, path, kind, None, wrap, owner.spec), seen)


def _from(place: Place, seen: set[Object]) -> Iterator[Place]:
    if place.spec in seen and place.spec.name not in _TEXTS:
        return
    seen.add(place.spec)
    yield place
    for name, field in place.spec.fields.items():
        if place.surface in field.surfaces:

            def inside(value: Any, name: str = name) -> Any:
                return place.wrap(place.having(name, value))

            yield from _within(field.kind, place, place.below(name), inside, seen)
