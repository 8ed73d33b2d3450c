"""Layout blocks, and on which surface each may stand.

The surfaces are those of docs.slack.dev/reference/block-kit/blocks.
"""

from collections.abc import Iterable

from playground.blockkit.formats import HTTPS_URL, WEB_URL
from playground.blockkit.reference import rich_text
from playground.blockkit.reference.elements import (
    IMAGE_FIELDS,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
)
from playground.blockkit.reference.objects import any_text, plain_text
from playground.blockkit.rules import at_least_one, exactly_one, unique
from playground.blockkit.schema import (
    EVERYWHERE,
    HOME,
    MESSAGE,
    MODAL,
    Array,
    Boolean,
    Field,
    Integer,
    Number,
    Object,
    OneOf,
    Rule,
    String,
    Surface,
)

_PAGE = "reference/block-kit/blocks/"
_BLOCK_ID = Field(String(at_most=255))


def layout(
    name: str,
    fields: dict[str, Field],
    *,
    rules: Iterable[Rule] = (),
    surfaces: frozenset[Surface] = EVERYWHERE,
    page: str = "",
) -> Object:
    """A block of this name, described on the page of its name, with these fields beside its block_id."""
    return Object(
        name,
        page or f"{_PAGE}{name.replace('_', '-')}-block",
        {"block_id": _BLOCK_ID, **fields},
        rules=tuple(rules),
        surfaces=surfaces,
        role="block",
    )


SECTION = layout(
    "section",
    {
        "text": Field(any_text(3000)),
        "fields": Field(Array(any_text(2000), at_least=1, at_most=10)),
        "accessory": Field(IN_SECTION),
        "expand": Field(Boolean()),
    },
    rules=[at_least_one("text", "fields")],
)

HEADER = layout(
    "header",
    {"text": Field(plain_text(150), required=True), "level": Field(Integer(at_least=1, at_most=4))},
)

DIVIDER = layout("divider", {})

# For the lists of elements of this and the next two blocks the pages give no minimum; @slack/types means to
# require one of each, slack_sdk does for context_actions.
CONTEXT = layout("context", {"elements": Field(Array(IN_CONTEXT, at_least=1, at_most=10), required=True)})

ACTIONS = layout(
    "actions",
    {"elements": Field(Array(IN_ACTIONS, at_least=1, at_most=25), required=True)},
    rules=[unique("elements", by="action_id")],
)

CONTEXT_ACTIONS = layout(
    "context_actions",
    {"elements": Field(Array(IN_CONTEXT_ACTIONS, at_least=1, at_most=5), required=True)},
    rules=[unique("elements", by="action_id")],
    surfaces=MESSAGE,
)

INPUT = layout(
    "input",
    {
        "label": Field(plain_text(2000), required=True),
        "element": Field(IN_INPUT, required=True),
        "dispatch_action": Field(Boolean()),
        "hint": Field(plain_text(2000)),
        "optional": Field(Boolean()),
    },
)

IMAGE = layout(
    "image",
    {**IMAGE_FIELDS, "title": Field(plain_text(2000))},
    rules=[exactly_one("image_url", "slack_file")],
)

RICH_TEXT = layout("rich_text", {"elements": Field(Array(rich_text.ELEMENTS), required=True)})

# The 12000 characters are for all markdown blocks together: see payloads.py. slack_sdk refuses an empty text,
# blocks.validate takes it.
MARKDOWN = layout("markdown", {"text": Field(String(at_least=1), required=True)}, surfaces=MESSAGE)

_RAW_TEXT = Object("raw_text", _PAGE + "table-block", {"text": Field(String(at_least=1), required=True)})
_RAW_NUMBER = Object(
    "raw_number",
    _PAGE + "data-table-block",
    {"value": Field(Number(), required=True), "text": Field(String(at_least=1), required=True)},
)
_COLUMN = Object(
    "column setting",
    _PAGE + "table-block",
    {"align": Field(String(choices=("left", "center", "right"))), "is_wrapped": Field(Boolean())},
)

# Rows of different lengths are taken by blocks.validate. An empty table is refused by slack_sdk; for an empty
# row no source was found, and it is refused too.
TABLE = layout(
    "table",
    {
        "rows": Field(
            Array(
                Array(OneOf((_RAW_TEXT, _RAW_NUMBER, *rich_text.EMBEDDED.objects)), at_least=1, at_most=20),
                at_least=1,
                at_most=100,
            ),
            required=True,
        ),
        # ``null`` skips a column.
        "column_settings": Field(Array(_COLUMN, at_most=20, nullable=True)),
    },
    surfaces=MESSAGE | HOME,
)

ALERT = layout(
    "alert",
    {
        "text": Field(any_text(200), required=True),
        "level": Field(String(choices=("default", "info", "warning", "error", "success"))),
    },
    surfaces=MODAL,
)

# "Less than" 200 and 50 characters, says the page, and slack_sdk checks it so; provider_name has the author's
# limit by blocks.validate, as have the lengths of URLs.
VIDEO = layout(
    "video",
    {
        "alt_text": Field(String(at_least=1, at_most=2000), required=True, source="blocks.validate"),
        "title": Field(plain_text(199), required=True),
        "video_url": Field(String(at_most=3000, format=HTTPS_URL), required=True),
        "thumbnail_url": Field(String(at_most=3000, format=WEB_URL), required=True),
        "title_url": Field(String(at_most=2000, format=HTTPS_URL)),
        "description": Field(plain_text(199)),
        "author_name": Field(String(at_least=1, at_most=49)),
        "provider_name": Field(String(at_least=1, at_most=50), source="blocks.validate"),
        "provider_icon_url": Field(String(at_most=2000, format=WEB_URL)),
    },
)

# "You can't add this block to app surfaces directly", says the page; but it lists messages as its surface, and
# blocks.validate takes it there.
FILE = layout(
    "file",
    {
        "external_id": Field(String(at_least=1), required=True),
        "source": Field(String(choices=("remote",)), required=True),
    },
    surfaces=MESSAGE,
)

CALL = layout(
    "call",
    {"call_id": Field(String(at_least=1), required=True)},
    surfaces=MESSAGE,
    page="apis/web-api/using-the-calls-api",
)
