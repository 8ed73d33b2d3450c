"""Composition objects: the parts that blocks and elements are made of."""

from functools import cache

from playground.blockkit.formats import FILE_ID, URL, WEB_URL
from playground.blockkit.rules import at_least_one, exactly_one
from playground.blockkit.schema import Array, Boolean, Field, Object, OneOf, String

_PAGE = "reference/block-kit/composition-objects/"


@cache
def plain_text(at_most: int = 3000) -> OneOf:
    """A plain_text object of 1 to ``at_most`` characters."""
    return OneOf((_plain_text(at_most),))


@cache
def any_text(at_most: int = 3000) -> OneOf:
    """A plain_text or mrkdwn object of 1 to ``at_most`` characters."""
    return OneOf(text_objects(at_most))


@cache
def text_objects(at_most: int = 3000) -> tuple[Object, Object]:
    """The two text objects, each of 1 to ``at_most`` characters."""
    mrkdwn = Object(
        "mrkdwn",
        _PAGE + "text-object",
        {
            "text": Field(String(at_least=1, at_most=at_most), required=True),
            "verbatim": Field(Boolean()),
        },
    )
    return _plain_text(at_most), mrkdwn


@cache
def _plain_text(at_most: int) -> Object:
    return Object(
        "plain_text",
        _PAGE + "text-object",
        {
            "text": Field(String(at_least=1, at_most=at_most), required=True),
            "emoji": Field(Boolean()),
        },
    )


COLOUR_SCHEME = String(choices=("primary", "danger"))

CONFIRM = Object(
    "confirmation dialog",
    _PAGE + "confirmation-dialog-object",
    {
        "title": Field(plain_text(100), required=True),
        # The page's table says plain_text, its example and both SDKs use mrkdwn as well.
        "text": Field(any_text(300), required=True),
        "confirm": Field(plain_text(30), required=True),
        "deny": Field(plain_text(30), required=True),
        "style": Field(COLOUR_SCHEME),
    },
)

_OPTION_PAGE = _PAGE + "option-object"
_OPTION_VALUE = Field(String(at_most=150), required=True)  # @slack/types says 75, the page and slack_sdk 150

OPTION = Object(
    "option",
    _OPTION_PAGE,
    {
        "text": Field(plain_text(75), required=True),
        "value": _OPTION_VALUE,
        "description": Field(plain_text(75)),
    },
)

# Radio buttons and checkboxes may use mrkdwn.
CHOICE = Object(
    "option",
    _OPTION_PAGE,
    {
        "text": Field(any_text(75), required=True),
        "value": _OPTION_VALUE,
        "description": Field(any_text(75)),
    },
)

# Only an overflow menu's options may open a URL.
OVERFLOW_OPTION = Object(
    "option", _OPTION_PAGE, {**OPTION.fields, "url": Field(String(at_most=3000, format=URL))}
)

OPTION_GROUP = Object(
    "option group",
    _PAGE + "option-group-object",
    {
        "label": Field(plain_text(75), required=True),
        # At least one option: blocks.validate.
        "options": Field(Array(OPTION, at_least=1, at_most=100), required=True),
    },
)

CONVERSATION_FILTER = Object(
    "conversation filter",
    _PAGE + "conversation-filter-object",
    {
        "include": Field(Array(String(choices=("im", "mpim", "private", "public")), at_least=1)),
        "exclude_external_shared_channels": Field(Boolean()),
        "exclude_bot_users": Field(Boolean()),
    },
    rules=(at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),),
)

DISPATCH_ACTION_CONFIG = Object(
    "dispatch action configuration",
    _PAGE + "dispatch-action-configuration-object",
    {
        # The page calls it optional; blocks.validate requires it, with one or both of the two.
        "trigger_actions_on": Field(
            Array(String(choices=("on_enter_pressed", "on_character_entered")), at_least=1, at_most=2),
            required=True,
        )
    },
)

SLACK_FILE = Object(
    "Slack file",
    _PAGE + "slack-file-object",
    {"id": Field(String(format=FILE_ID)), "url": Field(String(format=WEB_URL))},
    rules=(exactly_one("id", "url"),),
)
