"""Payloads as they come in, of either mode: read so that nothing raises, and that what is read can be kept and said again."""

import json
import math
import re
from typing import Any, NoReturn
from urllib.parse import parse_qsl

DEEPEST = 40
"""Layers of lists and objects. A view in a message is about fifteen deep."""
MOST_FIELDS = 100
"""Fields of a form. A slash command has about fifteen, anything else one."""
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")
"""What JSON can spell and no answer or database can hold: half a surrogate pair is no UTF-8, and PostgreSQL takes no NUL."""


class Unreadable(ValueError):  # noqa: N818 - it is what a payload is, and never reaches a person
    """It is no JSON, or nested too deep to be one of Slack's."""


def from_json(text: str | bytes) -> object:
    """Return what JSON says; None if it is none (RFC 8259: bytes are UTF-8, and NaN is no number)."""
    try:
        return json.loads(text.decode() if isinstance(text, bytes) else text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def from_form(body: bytes) -> object:
    """Return what a form says: its ``payload``, which is JSON, if it has one, else its fields; None if it is none.

    Interactions come as the one, slash commands as the other (docs.slack.dev/interactivity/handling-user-interaction,
    docs.slack.dev/interactivity/implementing-slash-commands).
    """
    try:
        fields = dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return None
    return from_json(fields["payload"]) if "payload" in fields else fields


def tidied(value: Any, layers: int = DEEPEST) -> Any:
    """Return a copy of what was read, without what is no text.

    Raises:
        Unreadable: it has more layers, or numbers that are none.
    """
    match value:
        case str():
            return _NOT_TEXT.sub("", value)
        case dict() | list() if not layers:
            raise Unreadable
        case dict():
            return {tidied(key): tidied(inner, layers - 1) for key, inner in value.items()}
        case list():
            return [tidied(inner, layers - 1) for inner in value]
        case float() if not math.isfinite(value):
            raise Unreadable
        case _:
            return value


def _refuse(_constant: str) -> NoReturn:
    raise Unreadable
