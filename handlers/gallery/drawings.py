"""The whole gallery: each drawing once that differs from the others in more than its words."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.views import View

from handlers.gallery import messages, windows
from handlers.gallery.lives import EXAMPLES, Example, Moment, lives
from handlers.ids import Form
from handlers.views.block_kit import as_json
from handlers.views.text import Message
from mentoring.due import Kind
from mentoring.operator import Operator

HOME = "home"
NAMES = {"type", "action_id", "style"}
"""What tells one element from another, but for its words."""


@dataclass(frozen=True)
class Drawing:
    """Something that Slack is to take, as JSON: a message's blocks, or a view.

    ``of`` is the kind of the message, the form of the window, or ``HOME``.
    """

    of: Kind | Form | str
    content: Any

    @property
    def blocks(self) -> list[Any]:
        found: list[Any] = self.content["blocks"]
        return found

    @property
    def is_message(self) -> bool:
        return isinstance(self.of, Kind)


def drawings(operator: Operator) -> list[Drawing]:
    """Return what the bot can draw, of a usual pair and of one with the longest of everything, the largest of a kind first.

    Of each kind there is every block, and every button, that differs from others in more than its words.
    """
    chosen: list[Drawing] = []
    seen: set[tuple[str, str]] = set()
    for example in EXAMPLES:
        for drawing in sorted(_all(example, operator), key=_size, reverse=True):
            new = {(drawing.of, shape) for block in drawing.blocks for shape in _shapes(block)} - seen
            if new:
                seen |= new
                chosen.append(drawing)
    return chosen


def _all(example: Example, operator: Operator) -> Iterator[Drawing]:
    moments: list[Moment] = []
    for life in lives(example):
        moments += life
        for kind, message in messages.of_life(life):
            yield _message(kind, message)
    seen = set()
    for moment in moments:
        if (standing := repr(windows.standing(moment))) not in seen:
            seen.add(standing)
            yield from map(_view, windows.of_moment(moment, example, operator))
            for kind, message in messages.asked_for(moment):
                yield _message(kind, message)
    yield from map(_view, windows.asked_for(moments[len(moments) // 2], example, operator))
    for kind, message in messages.answers(example, operator):
        yield _message(kind, message)


def _message(kind: Kind, message: Message) -> Drawing:
    return Drawing(kind, {"blocks": as_json(message.blocks)})


def _view(view: View) -> Drawing:
    content = as_json(view)
    return Drawing(Form(content["callback_id"]) if content["type"] == "modal" else HOME, content)


def _size(drawing: Drawing) -> int:
    return len(json.dumps(drawing.content))


def _shapes(block: Any) -> Iterator[str]:
    """Give what Slack looks at in a block: itself, and each button, input or text in it, without the words."""
    yield json.dumps(_without_words({**block, "elements": []}))
    for element in block.get("elements", []):
        yield json.dumps(_without_words(element))


def _named(value: str) -> str:
    """Return a name without what differs from row to row, or session to session."""
    return re.split(r"[-_]\d|-session", value)[0]


def _without_words(content: Any) -> Any:
    if isinstance(content, dict):
        return {
            name: _named(value) if name in NAMES and isinstance(value, str) else _without_words(value)
            for name, value in sorted(content.items())
        }
    if isinstance(content, list):
        # However many there are: the largest comes first.
        return sorted({json.dumps(_without_words(one)) for one in content})
    return type(content).__name__
