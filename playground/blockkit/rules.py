"""What must hold between an object's fields, as small makers of rules that the reference names."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from playground.blockkit.formats import as_number
from playground.blockkit.schema import Rule

_Found = Iterator[tuple[str, str]]


def exactly_one(*names: str) -> Rule:
    """One of these fields, and not another."""

    def rule(value: Mapping[str, Any]) -> _Found:
        there = [name for name in names if name in value]
        if len(there) != 1:
            yield "", f"must have exactly one of {_listed(names)}, has {_listed(there) or 'none'}"

    return rule


def at_least_one(*names: str) -> Rule:
    """One of these fields, or several."""

    def rule(value: Mapping[str, Any]) -> _Found:
        if not any(name in value for name in names):
            yield "", f"must have at least one of {_listed(names)}"

    return rule


def not_both(one: str, other: str) -> Rule:
    """These two fields exclude one another."""

    def rule(value: Mapping[str, Any]) -> _Found:
        if one in value and other in value:
            yield f".{other}", f"may not stand beside {one}"

    return rule


def in_order(lower: str, upper: str) -> Rule:
    """The one number, or string of a number, is not above the other."""

    def rule(value: Mapping[str, Any]) -> _Found:
        if lower in value and upper in value:
            low, high = as_number(str(value[lower])), as_number(str(value[upper]))
            if low is not None and high is not None and low > high:
                yield f".{lower}", f"must not be above {upper}"

    return rule


def whole_unless_decimals_allowed(value: Mapping[str, Any]) -> _Found:
    """A number input that allows no decimals holds none itself."""
    if value["is_decimal_allowed"]:
        return
    for name in ("initial_value", "min_value", "max_value"):
        if "." in value.get(name, ""):
            yield f".{name}", "must be a whole number, because is_decimal_allowed is false"


def unique(items: str, by: str) -> Rule:
    """No two items of this list have the same value in this field."""

    def rule(value: Mapping[str, Any]) -> _Found:
        yield from repeated(
            (f".{items}[{n}].{by}", item.get(by)) for n, item in enumerate(value.get(items, ()))
        )

    return rule


def unique_option_values(value: Mapping[str, Any]) -> _Found:
    """No two options of an element, in whatever group, have the same value."""
    yield from repeated((f"{path}.value", option["value"]) for path, option in _options(value))


def initial_option_offered(value: Mapping[str, Any]) -> _Found:
    """The initial option is exactly one of the options."""
    if "initial_option" in value:
        yield from _offered(value, [(".initial_option", value["initial_option"])])


def initial_options_offered(value: Mapping[str, Any]) -> _Found:
    """The initial options are exactly some of the options, each once."""
    initial = [(f".initial_options[{n}]", each) for n, each in enumerate(value.get("initial_options", ()))]
    yield from _offered(value, initial)
    yield from repeated((f"{path}.value", each["value"]) for path, each in initial)


def repeated(values: Iterable[tuple[str, object]]) -> _Found:
    """Yield each path whose value, unless None, an earlier path has too."""
    first: dict[object, str] = {}
    for path, value in values:
        if value is None:
            continue
        earlier = first.setdefault(value, path)
        if earlier != path:
            yield path, f"must be unique, is the same as {earlier.lstrip('.')}"


def _options(value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for n, option in enumerate(value.get("options", ())):
        yield f".options[{n}]", option
    for g, group in enumerate(value.get("option_groups", ())):
        for n, option in enumerate(group["options"]):
            yield f".option_groups[{g}].options[{n}]", option


def _offered(value: Mapping[str, Any], initial: list[tuple[str, Any]]) -> _Found:
    offered = [option for _, option in _options(value)]
    for path, each in initial:
        if each not in offered:
            yield path, "must be exactly one of the options"


def _listed(names: Iterable[str]) -> str:
    return " and ".join(names)
