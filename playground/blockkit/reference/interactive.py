"""What interactive elements share: an action_id, and the fields that many of them have."""

from collections.abc import Iterable, Mapping

from playground.blockkit.reference.objects import CONFIRM, DISPATCH_ACTION_CONFIG, plain_text
from playground.blockkit.schema import EVERYWHERE, Array, Boolean, Field, Object, Rule, String, Surface

PAGE = "reference/block-kit/block-elements/"

CONFIRMED = {"confirm": Field(CONFIRM)}
FOCUS = {"focus_on_load": Field(Boolean())}
PLACEHOLDER = {"placeholder": Field(plain_text(150))}
DISPATCH = {"dispatch_action_config": Field(DISPATCH_ACTION_CONFIG)}
LABEL = {"accessibility_label": Field(String(at_least=1, at_most=75))}
IDS = Array(String(at_least=1))

# The pages of all elements but two call action_id optional; slack_sdk's docstrings call it required.
_ACTION_ID = String(at_least=1, at_most=255)


def interactive(
    name: str,
    page: str,
    *fields: Mapping[str, Field],
    rules: Iterable[Rule] = (),
    surfaces: frozenset[Surface] = EVERYWHERE,
    action_id_required: bool = False,
) -> Object:
    """An element of this name, described on this page, with these fields beside its action_id."""
    merged = {"action_id": Field(_ACTION_ID, required=action_id_required)}
    for each in fields:
        merged |= each
    return Object(name, PAGE + page, merged, rules=tuple(rules), surfaces=surfaces, role="element")
