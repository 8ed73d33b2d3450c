"""The interactive elements of a layout: finding them, and what they hold.

State keys and initial values: docs.slack.dev/reference/block-kit/block-elements, "interaction payload" of each.
"""

import secrets
import string
from collections.abc import Callable, Iterator
from typing import Any

from playground.blockkit import check_blocks
from playground.blockkit.formats import DATE, TIME
from playground.errors import GestureError

Json = dict[str, Any]

STATE_KEYS = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "multi_static_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
}
INITIAL_KEYS = {
    "value": "initial_value",
    "rich_text_value": "initial_value",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
}
LISTS = {
    "selected_options",
    "selected_users",
    "selected_conversations",
    "selected_channels",
}
PRESSED = {"button", "icon_button"}
STATELESS = {*PRESSED, "overflow", "feedback_buttons"}


def all_blocks(blocks: list[Json]) -> Iterator[Json]:
    """Yield every block, each followed by those within it: a container's, and a carousel's cards."""
    for block in blocks:
        yield block
        yield from all_blocks(_within(block))


def _within(block: Json) -> list[Json]:
    within: list[Json] = block.get(_NESTS.get(block["type"], ""), [])
    return within


_NESTS = {"container": "child_blocks", "carousel": "elements"}


def _is_instant(value: Any) -> bool:
    """Ten digits, as initial_date_time has them (block-elements/datetime-picker-element)."""
    return isinstance(value, int) and not isinstance(value, bool) and 10**9 <= value < 10**10


def _is_rich_text(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") == "rich_text" and not check_blocks([value], "home")


# What Slack's client can send for each state key, in words and as a check; lists hold distinct ones.
FITTING: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "value": ("a text", lambda value: isinstance(value, str)),
    "rich_text_value": ("rich text", _is_rich_text),
    "selected_date": (
        "a date, such as 2026-12-01",
        lambda value: isinstance(value, str) and DATE.fits(value),
    ),
    "selected_time": (
        "a time of day, such as 17:30",
        lambda value: isinstance(value, str) and TIME.fits(value),
    ),
    "selected_date_time": ("a moment in Unix seconds", _is_instant),
}
A_CHOICE = ("a choice", lambda value: isinstance(value, str))


def elements_of(block: Json) -> Iterator[Json]:
    """Yield the interactive elements of ``block`` itself, not those of blocks within it."""
    if block["type"] not in _NESTS:
        yield from _walk(block)


def _walk(node: Any) -> Iterator[Json]:
    if isinstance(node, list):
        for item in node:
            yield from _walk(item)
    elif isinstance(node, dict):
        if node.get("type") in STATE_KEYS or node.get("type") in STATELESS:
            yield node
        else:
            for value in node.values():
                yield from _walk(value)


def find_element(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json]:
    """Return the block and the element that these ids name.

    Raises:
        GestureError: there is none.
    """
    for block in all_blocks(blocks):
        if block["block_id"] == block_id:
            for element in elements_of(block):
                if element["action_id"] == action_id:
                    return block, element
    raise GestureError(f"There is no element {action_id!r} in a block {block_id!r} here.")


def with_ids(blocks: list[Json]) -> list[Json]:
    """Return the blocks as Slack keeps them: with a made-up id wherever the app gave none."""
    kept: list[Json] = _copied(blocks)
    for block in all_blocks(kept):
        block["block_id"] = block.get("block_id") or _made_up_id()
        for element in elements_of(block):
            element["action_id"] = element.get("action_id") or _made_up_id()
    return kept


def _copied(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _copied(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_copied(item) for item in node]
    return node


def _made_up_id() -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(5))


def initial_values(blocks: list[Json], kept: dict[str, Json] | None = None) -> dict[str, Json]:
    """Return ``state.values`` of freshly drawn blocks.

    What was typed before stays where block id, action id and type are the same ("Preserving input entry in
    views", docs.slack.dev/reference/views/modal-views).
    """
    values: dict[str, Json] = {}
    for block in all_blocks(blocks):
        for element in elements_of(block):
            if element["type"] not in STATE_KEYS:
                continue
            before = (kept or {}).get(block["block_id"], {}).get(element["action_id"])
            same = before is not None and before["type"] == element["type"]
            entry = before if same else _initial(element)
            values.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return values


def _initial(element: Json) -> Json:
    key = STATE_KEYS[element["type"]]
    empty: Any = [] if key in LISTS else None
    return _entry(element, element.get(INITIAL_KEYS.get(key, ""), empty))


def _entry(element: Json, content: Any) -> Json:
    entry = {"type": element["type"], STATE_KEYS[element["type"]]: content}
    if element["type"] == "timepicker" and element.get("timezone"):
        entry["timezone"] = element["timezone"]
    return entry


def content_of(entry: Json) -> Any:
    """Return what a ``state.values`` entry holds: a text, an option, a list …, or None or [] when empty."""
    return entry[STATE_KEYS[entry["type"]]]


def options_of(element: Json) -> list[Json]:
    """Return the element's options, those of its groups too."""
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    return [option for group in groups for option in group["options"]]


def filled(element: Json, value: Any) -> Json:
    """Return the ``state.values`` entry after a person gave ``value`` (None clears).

    ``value`` is a text for text inputs, an option's value for selects, a list for several, a person's id,
    ``"2026-12-01"``, ``"17:30"`` or Unix seconds.

    Raises:
        GestureError: the element does not offer that value.
    """
    key = STATE_KEYS.get(element["type"])
    if key is None:
        raise GestureError("That holds no value: it is there to be pressed.")
    if value in (None, "", []):
        return _entry(element, [] if key in LISTS else None)
    words, fits = FITTING.get(key, A_CHOICE)
    if key in LISTS:
        words = "a list of different choices"
        right = isinstance(value, list) and all(map(fits, value)) and len(set(value)) == len(value)
    else:
        right = fits(value)
    if not right:
        raise GestureError(f"This takes {words}, not {value!r}.")
    if key == "selected_option":
        return _entry(element, chosen(element, value))
    if key == "selected_options":
        return _entry(element, [chosen(element, one) for one in value])
    return _entry(element, value)


def rated(element: Json, value: Any) -> Json:
    """Return what an action tells of the one of two feedback buttons that stands for ``value``.

    Fields: docs.slack.dev/tools/bolt-js/reference/interfaces/FeedbackButtonsAction.

    Raises:
        GestureError: neither does.
    """
    for button in (element["positive_button"], element["negative_button"]):
        if button["value"] == value:
            return {"text": button["text"], "value": value}
    raise GestureError(f"There is no button for {value!r}.")


def chosen(element: Json, value: Any) -> Json:
    """Return the element's option with this ``value``.

    Raises:
        GestureError: there is none.
    """
    for option in options_of(element):
        if option.get("value") == value:
            return option
    raise GestureError(f"There is no option {value!r}.")
