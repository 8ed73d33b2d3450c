"""Whole payloads: the blocks of a message, the two views, and the rules that hold over all of their blocks."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from playground.blockkit.reference import blocks, compound
from playground.blockkit.reference.objects import plain_text
from playground.blockkit.rules import repeated
from playground.blockkit.schema import (
    HOME,
    MODAL,
    Array,
    Boolean,
    Field,
    Object,
    OneOf,
    String,
    Surface,
    kinds_in,
)

_BLOCK = OneOf(compound.ALL)

# docs.slack.dev/reference/block-kit/blocks: 50 blocks in a message, 100 in a view. A message's list may be
# empty: chat.update removes the blocks so. A view's may not by slack_sdk; blocks.validate takes it.
_MESSAGE_BLOCKS = Array(_BLOCK, at_most=50)
_VIEW_BLOCKS = Array(_BLOCK, at_least=1, at_most=100)
BLOCKS: Mapping[Surface, Array] = {"message": _MESSAGE_BLOCKS, "modal": _VIEW_BLOCKS, "home": _VIEW_BLOCKS}

_VIEW_FIELDS = {
    "blocks": Field(_VIEW_BLOCKS, required=True),
    "private_metadata": Field(String(at_most=3000)),
    "callback_id": Field(String(at_most=255)),
    "external_id": Field(String(at_most=255), source="blocks.validate"),
}

HOME_VIEW = Object("home", "reference/views/home-tab-views", _VIEW_FIELDS, surfaces=HOME, role="view")

MODAL_VIEW = Object(
    "modal",
    "reference/views/modal-views",
    {
        "title": Field(plain_text(24), required=True),
        "submit": Field(plain_text(24)),
        "close": Field(plain_text(24)),
        **_VIEW_FIELDS,
        "clear_on_close": Field(Boolean()),
        "notify_on_close": Field(Boolean()),
        "submit_disabled": Field(Boolean()),
    },
    surfaces=MODAL,
    role="view",
)

VIEW = OneOf((MODAL_VIEW, HOME_VIEW))

KNOWN_TYPES = frozenset(
    name
    for root in (_MESSAGE_BLOCKS, VIEW)
    for kind in kinds_in(root)
    if isinstance(kind, OneOf)
    for name in kind.by_name
)

# docs.slack.dev/reference/methods/views.open, error view_too_large: "greater than 250kb". Whether 1000 or 1024
# bytes make a kilobyte there is not said; the smaller is taken.
VIEW_BYTES = 250_000

# reference/block-kit/blocks/markdown-block: over all markdown blocks of a payload.
MARKDOWN_CHARACTERS = 12_000

# reference/block-kit/blocks/table-block: over all cells of a table, and of a message, which has one table.
TABLE_CHARACTERS = 10_000


class Found(NamedTuple):
    """A view, block or element met on the way: where, what by the reference, and itself."""

    path: str
    spec: Object
    value: dict[str, Any]


PayloadRule = Callable[[list[Found], Surface], Iterator[tuple[str, str]]]


def json_bytes(value: object) -> int:
    """Return the size of a value as compact JSON in UTF-8, in bytes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return len(text.encode("utf-8", "surrogatepass"))


def _unique_block_ids(found: list[Found], _surface: Surface) -> Iterator[tuple[str, str]]:
    # Every block's page: block_id is unique in its message or view.
    ids = [(f"{path}.block_id", value.get("block_id")) for path, spec, value in found if spec.role == "block"]
    yield from repeated((path, block_id) for path, block_id in ids if isinstance(block_id, str))


def _one_focus(found: list[Found], _surface: Surface) -> Iterator[tuple[str, str]]:
    # Every focusable element's page: only one element can be set to true.
    focused = [path for path, _, value in found if value.get("focus_on_load") is True]
    for path in focused[1:]:
        yield f"{path}.focus_on_load", f"may be true once only, is true at {focused[0]} too"


def _submit_with_inputs(found: list[Found], _surface: Surface) -> Iterator[tuple[str, str]]:
    # reference/views/modal-views, field ``submit``.
    inputs = [path for path, spec, _ in found if spec is blocks.INPUT]
    if inputs and any(spec is MODAL_VIEW and "submit" not in value for _, spec, value in found):
        yield "submit", f"is required, because {inputs[0]} is an input block"


def _markdown_characters(found: list[Found], _surface: Surface) -> Iterator[tuple[str, str]]:
    texts = [value.get("text") for _, spec, value in found if spec is blocks.MARKDOWN]
    total = sum(len(text) for text in texts if isinstance(text, str))
    if total > MARKDOWN_CHARACTERS:
        yield "blocks", f"must have at most {MARKDOWN_CHARACTERS} characters in markdown blocks, has {total}"


def _one_table(found: list[Found], surface: Surface) -> Iterator[tuple[str, str]]:
    # Not on the page; apps report ``only_one_table_allowed`` from chat.postMessage. Of Home tabs nothing was found.
    tables = [path for path, spec, _ in found if spec is blocks.TABLE]
    if surface == "message":
        for path in tables[1:]:
            yield path, f"must be the only table of its message, {tables[0]} is one too"


def _table_characters(found: list[Found], _surface: Surface) -> Iterator[tuple[str, str]]:
    for path, spec, value in found:
        if spec is blocks.TABLE and (total := _characters(value.get("rows"))) > TABLE_CHARACTERS:
            yield path, f"must have at most {TABLE_CHARACTERS} characters in its cells, has {total}"


def _characters(value: object) -> int:
    if isinstance(value, list):
        return sum(map(_characters, value))
    if isinstance(value, dict):
        text = value.get("text")
        return (len(text) if isinstance(text, str) else 0) + _characters(value.get("elements"))
    return 0


PAYLOAD_RULES: tuple[PayloadRule, ...] = (
    _unique_block_ids,
    _one_focus,
    _submit_with_inputs,
    _markdown_characters,
    _one_table,
    _table_characters,
)
