"""JSON from outside, read so that it can be kept: what comes in must go out again, to the page and into the state file."""

import json
from typing import Any, NoReturn

DEEPEST = 100  # ours; nothing that Slack documents is nested a quarter as deep


def parsed(text: str | bytes) -> Any:
    """Return what ``text`` says.

    Raises:
        ValueError: it is no JSON (RFC 8259: ``NaN`` is none, and bytes are UTF-8), is nested more than ``DEEPEST``
            deep, or holds a number beyond any float or half of a surrogate pair, which UTF-8 cannot write.
    """
    written = text.decode() if isinstance(text, bytes) else text
    try:
        value = json.loads(written, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("too deep") from None
    layer = [value]
    for _ in range(DEEPEST):
        layer = [inner for outer in layer for inner in _inside(outer)]
    if layer:
        raise ValueError("too deep")
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
