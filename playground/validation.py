"""What Slack's own client refuses before it submits a modal.

Limits: docs.slack.dev/reference/block-kit/block-elements (min_length, max_length, min_value, max_value,
is_decimal_allowed, max_selected_items); the sentences are ours where Slack's are not published.
"""

import re
from collections.abc import Callable
from typing import Any

from playground.elements import content_of
from playground.workspace import Json, View

REQUIRED = "Please complete this required field."
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://\S+")


def refusals(view: View) -> dict[str, str]:
    """Return a sentence for each input block that may not be submitted as it is."""
    found = {}
    for block in view.content["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            content = content_of(view.values[block["block_id"]][element["action_id"]])
            refusal = _refusal(element, content, optional=bool(block.get("optional", False)))
            if refusal:
                found[block["block_id"]] = refusal
    return found


def _refusal(element: Json, content: Any, *, optional: bool) -> str | None:
    if content in (None, "", []):
        return None if optional else REQUIRED
    return CHECKS.get(element["type"], _count)(element, content)


def _count(element: Json, content: Any) -> str | None:
    most = element.get("max_selected_items")
    return f"Please select at most {most}." if most is not None and len(content) > most else None


def _email(_: Json, text: str) -> str | None:
    return None if EMAIL.fullmatch(text) else "Please enter a valid email address."


def _url(_: Json, text: str) -> str | None:
    return None if URL.fullmatch(text) else "Please enter a valid URL."


def _length(element: Json, text: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(text) < least:
        return f"Please enter at least {least} characters."
    if len(text) > most:
        return f"Please enter at most {most} characters."
    return None


def _number(element: Json, text: str) -> str | None:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, text):
        return "Please enter a number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and float(text) < float(least):
        return f"Please enter a number of at least {least}."
    if most is not None and float(text) > float(most):
        return f"Please enter a number of at most {most}."
    return None


CHECKS: dict[str, Callable[[Json, Any], str | None]] = {
    "plain_text_input": _length,
    "number_input": _number,
    "email_text_input": _email,
    "url_text_input": _url,
}
