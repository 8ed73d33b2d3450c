"""Buttons, the overflow menu, and the buttons below an app's answer. Those of workflows are not known: see menus.py."""

from playground.blockkit.formats import URL
from playground.blockkit.reference.interactive import CONFIRMED, IDS, LABEL, PAGE, interactive
from playground.blockkit.reference.objects import COLOUR_SCHEME, OVERFLOW_OPTION, plain_text
from playground.blockkit.rules import unique_option_values
from playground.blockkit.schema import MESSAGE, Array, Field, Object, String

BUTTON = interactive(
    "button",
    "button-element",
    {
        "text": Field(plain_text(75), required=True),
        "url": Field(String(at_most=3000, format=URL)),
        "value": Field(String(at_most=2000)),
        "style": Field(COLOUR_SCHEME),
        "agent_prompt": Field(String(at_least=1, at_most=4000), source="slack_sdk ButtonElement"),
        "agent_prompt_display": Field(String(at_least=1), source="slack_sdk ButtonElement"),
        "visible_to_user_ids": Field(IDS, source="slack_sdk ButtonElement"),
    },
    CONFIRMED,
    LABEL,
)

OVERFLOW = interactive(
    "overflow",
    "overflow-menu-element",
    # At least one: slack_sdk, blocks.validate.
    {"options": Field(Array(OVERFLOW_OPTION, at_least=1, at_most=5), required=True)},
    CONFIRMED,
    rules=[unique_option_values],
)

_FEEDBACK_BUTTON = Object(
    "feedback button",
    PAGE + "feedback-buttons-element",
    {
        "text": Field(plain_text(75), required=True),
        "value": Field(String(at_most=2000), required=True),
        **LABEL,
    },
)
FEEDBACK_BUTTONS = interactive(
    "feedback_buttons",
    "feedback-buttons-element",
    {
        "positive_button": Field(_FEEDBACK_BUTTON, required=True),
        "negative_button": Field(_FEEDBACK_BUTTON, required=True),
    },
    surfaces=MESSAGE,
)
ICON_BUTTON = interactive(
    "icon_button",
    "icon-button-element",
    {
        "icon": Field(String(choices=("trash",)), required=True),
        "text": Field(plain_text(), required=True),
        "value": Field(String(at_most=2000)),
        "visible_to_user_ids": Field(
            Array(String(at_least=1), at_most=10), source="slack_sdk IconButtonElement"
        ),
    },
    CONFIRMED,
    LABEL,
    surfaces=MESSAGE,
)
