"""Elements that offer options: radio buttons, checkboxes, and the select menus.

Menus whose options the app gives while somebody types (external_select) are not known: nobody could use them here.
"""

from playground.blockkit.reference.interactive import CONFIRMED, FOCUS, IDS, PLACEHOLDER, interactive
from playground.blockkit.reference.objects import CHOICE, CONVERSATION_FILTER, OPTION, OPTION_GROUP
from playground.blockkit.rules import (
    exactly_one,
    initial_option_offered,
    initial_options_offered,
    unique_option_values,
)
from playground.blockkit.schema import MODAL, Array, Boolean, Field, Integer, String

RADIO_BUTTONS = interactive(
    "radio_buttons",
    "radio-button-group-element",
    # At least one: blocks.validate.
    {"options": Field(Array(CHOICE, at_least=1, at_most=10), required=True), "initial_option": Field(CHOICE)},
    CONFIRMED,
    FOCUS,
    rules=[unique_option_values, initial_option_offered],
)

CHECKBOXES = interactive(
    "checkboxes",
    "checkboxes-element",
    {
        "options": Field(Array(CHOICE, at_least=1, at_most=10), required=True),
        "initial_options": Field(Array(CHOICE, at_least=1)),
    },
    CONFIRMED,
    FOCUS,
    rules=[unique_option_values, initial_options_offered],
)

_SELECT = "select-menu-element"
_MULTI = "multi-select-menu-element"
_SELECT_FIELDS = {**CONFIRMED, **FOCUS, **PLACEHOLDER}
_MULTI_FIELDS = {**_SELECT_FIELDS, "max_selected_items": Field(Integer(at_least=1))}
_STATIC = {
    "options": Field(Array(OPTION, at_least=1, at_most=100)),
    "option_groups": Field(Array(OPTION_GROUP, at_least=1, at_most=100)),
}
_STATIC_RULES = (exactly_one("options", "option_groups"), unique_option_values)
_CONVERSATIONS = {
    "default_to_current_conversation": Field(Boolean()),
    "filter": Field(CONVERSATION_FILTER),
}

SELECTS = (
    interactive(
        "static_select",
        _SELECT,
        _STATIC,
        {"initial_option": Field(OPTION)},
        _SELECT_FIELDS,
        rules=[*_STATIC_RULES, initial_option_offered],
    ),
    interactive("users_select", _SELECT, {"initial_user": Field(String(at_least=1))}, _SELECT_FIELDS),
)
_CONVERSATIONS_SELECT = {
    "initial_conversation": Field(String(at_least=1)),
    **_CONVERSATIONS,
    **_SELECT_FIELDS,
}
_CHANNELS_SELECT = {"initial_channel": Field(String(at_least=1)), **_SELECT_FIELDS}
CHANNEL_SELECTS = (
    interactive("conversations_select", _SELECT, _CONVERSATIONS_SELECT),
    interactive("channels_select", _SELECT, _CHANNELS_SELECT),
)
# In an input block of a modal, and nowhere else, these two may ask for a response_url.
_RESPONSE_URL = {"response_url_enabled": Field(Boolean(), surfaces=MODAL)}
CHANNEL_SELECTS_IN_INPUT = (
    interactive("conversations_select", _SELECT, _CONVERSATIONS_SELECT, _RESPONSE_URL),
    interactive("channels_select", _SELECT, _CHANNELS_SELECT, _RESPONSE_URL),
)

MULTI_SELECTS = (
    interactive(
        "multi_static_select",
        _MULTI,
        _STATIC,
        {"initial_options": Field(Array(OPTION, at_least=1))},
        _MULTI_FIELDS,
        rules=[*_STATIC_RULES, initial_options_offered],
    ),
    interactive("multi_users_select", _MULTI, {"initial_users": Field(IDS)}, _MULTI_FIELDS),
    interactive(
        "multi_conversations_select",
        _MULTI,
        {"initial_conversations": Field(Array(String(at_least=1), at_least=1)), **_CONVERSATIONS},
        _MULTI_FIELDS,
    ),
    interactive(
        "multi_channels_select",
        _MULTI,
        {"initial_channels": Field(Array(String(at_least=1), at_least=1))},
        _MULTI_FIELDS,
    ),
)
