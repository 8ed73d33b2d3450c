"""Block Kit as it goes to Slack: what ``to_dict`` of slack_sdk's models gives, checked the same, in a third of the time.

``JsonObject.validate_json`` goes through ``dir()`` of every object to find its checks (slack_sdk/models/basic_objects.py); for a long
window that was half of a gesture's time. They are the same for all objects of a class, and are looked up once.
"""

from typing import Any

from slack_sdk.models.basic_objects import EMPTY_ALLOWED_TYPE_AND_PROPERTY_LIST, JsonObject

_MAY_BE_EMPTY = {(one["type"], one["property"]) for one in EMPTY_ALLOWED_TYPE_AND_PROPERTY_LIST}


def as_json(what: Any) -> Any:
    """Return a model, or a list of them, as Slack takes it.

    Raises:
        SlackObjectFormationError: one of slack_sdk's checks fails.
    """
    if isinstance(what, list | tuple):
        return [as_json(one) for one in what]
    if not isinstance(what, JsonObject):
        return what
    kind = type(what)
    if kind.to_dict is not JsonObject.to_dict:
        return what.to_dict()
    for check in _checks(kind):
        getattr(what, check)()
    found = ((name, getattr(what, name, None)) for name in _attributes(kind, what))
    return {name: as_json(value) for name, value in found if _is_there(what, name, value)}


def _is_there(what: JsonObject, name: str, value: object) -> bool:
    if value is None:
        return False
    return (
        not hasattr(value, "__len__")
        or len(value) > 0
        or (getattr(what, "type", None), name) in _MAY_BE_EMPTY
    )


_CHECKS: dict[type[JsonObject], tuple[str, ...]] = {}
_ATTRIBUTES: dict[type[JsonObject], tuple[str, ...]] = {}


def _checks(kind: type[JsonObject]) -> tuple[str, ...]:
    if kind not in _CHECKS:
        _CHECKS[kind] = tuple(name for name in dir(kind) if hasattr(getattr(kind, name), "validator"))
    return _CHECKS[kind]


def _attributes(kind: type[JsonObject], one: JsonObject) -> tuple[str, ...]:
    """Return the names that make up the JSON of a class; slack_sdk tells them of an object only."""
    if kind not in _ATTRIBUTES:
        _ATTRIBUTES[kind] = tuple(sorted(one.attributes))
    return _ATTRIBUTES[kind]
