"""Rich text: the block's four kinds of element, and what stands within them."""

from playground.blockkit.formats import COLOUR, DATE_TEMPLATE, SAFE_URL, ZONE
from playground.blockkit.schema import Array, Boolean, Field, Integer, Kind, Object, OneOf, String

_PAGE = "reference/block-kit/block-elements/"

_ID = String(at_least=1)
_ADDRESS = String(at_least=1, format=SAFE_URL)

# The pages list these but for ``code``, which @slack/types and slack_sdk have, and leave ``unlink`` out for
# some kinds; what differs by kind is not checked.
_STYLE = Object(
    "style",
    _PAGE + "text-element",
    {
        name: Field(Boolean())
        for name in (
            "bold",
            "italic",
            "strike",
            "code",
            "underline",
            "highlight",
            "client_highlight",
            "unlink",
        )
    },
)


def _part(name: str, required: dict[str, Kind], optional: dict[str, Kind] | None = None) -> Object:
    return Object(
        name,
        f"{_PAGE}{name.replace('_', '-')}-element",
        {
            **{each: Field(kind, required=True) for each, kind in required.items()},
            **{each: Field(kind) for each, kind in (optional or {}).items()},
            "style": Field(_STYLE),
        },
    )


TEXT = _part("text", {"text": String(at_least=1)})
LINK = _part(
    "link",
    {"url": _ADDRESS},
    {
        "text": String(at_least=1),
        "unsafe": Boolean(),
        "from_llm": Boolean(),
        "is_slack_url": Boolean(),
        "truncated": Boolean(),
    },
)

# What people write, and what apps write for them.
_WRITTEN = (
    TEXT,
    LINK,
    _part("user", {"user_id": _ID}, {"from_llm": Boolean()}),
    _part("usergroup", {"usergroup_id": _ID}),
    _part("channel", {"channel_id": _ID}, {"tab_id": _ID, "from_llm": Boolean()}),
    _part("team", {"team_id": _ID}),
    _part("broadcast", {"range": String(choices=("here", "channel", "everyone"))}),
    # ``skin_tone`` and ``style`` are in slack_sdk, ``url`` is in @slack/types, none is on the page.
    _part("emoji", {"name": _ID}, {"unicode": _ID, "skin_tone": Integer(), "url": _ADDRESS}),
    _part(
        "date",
        {"timestamp": Integer(at_least=0), "format": String(at_least=1, format=DATE_TEMPLATE)},
        {"timezone": String(format=ZONE), "url": _ADDRESS, "fallback": String(at_least=1)},
    ),
    _part("color", {"value": String(format=COLOUR)}),
    _part(
        "tag",
        {"text": String(at_least=1)},
        {
            "color": String(
                choices=(
                    "gray",
                    "brown",
                    "purple",
                    "indigo",
                    "blue",
                    "green",
                    "yellow",
                    "orange",
                    "red",
                )
            )
        },
    ),
)


def _cited(kind: str, *fields: str) -> Object:
    # The page does not say which of these fields are required.
    return Object(kind, _PAGE + "citation-element", {each: Field(_ID) for each in fields})


# What mostly Slack itself writes: links to its own things.
_THINGS = (
    _part(
        "attachment_mention",
        {"url": _ADDRESS},
        {
            **dict.fromkeys(
                (
                    "text",
                    "app_id",
                    "entity_id",
                    "icon_url",
                    "channel_id",
                    "ts",
                    "icon_name",
                    "reference_object_type",
                    "product_name",
                ),
                _ID,
            ),
            "full_size_preview_enabled": Boolean(),
        },
    ),
    _part(
        "canvas",
        {"file_id": _ID},
        {
            **dict.fromkeys(("label", "section_id", "text"), _ID),
            "url": _ADDRESS,
            "hide_title": Boolean(),
            "is_skill_invocation": Boolean(),
        },
    ),
    _part("canvas_message_unfurl", {"root_message_ts": _ID, "root_message_channel": _ID}),
    _part("canvas_user_mention", {"user_id": _ID}, {"thread_id": _ID}),
    _part(
        "citation",
        {
            "url": _ADDRESS,
            "text": String(at_least=1),
            "index": Integer(),
            "details": OneOf(
                (
                    _cited("file", "descriptor", "file_id"),
                    _cited("external", "app_name", "app_icon_url"),
                    _cited("web", "display_name", "title", "snippet"),
                    _cited("message", "channel", "message_ts"),
                    _cited("memory", "memory_id"),
                ),
                key="citation_type",
            ),
        },
        {"from_llm": Boolean(), "is_slack_url": Boolean()},
    ),
    _part("file", {"file_id": _ID}, {"text": _ID, "url": _ADDRESS, "is_skill_invocation": Boolean()}),
    _part(
        "list_record",
        {"file_id": _ID},
        {**dict.fromkeys(("record_id", "view_id", "text"), _ID), "url": _ADDRESS},
    ),
    _part(
        "message_mention",
        {"channel_id": _ID, "message_ts": _ID},
        {**dict.fromkeys(("author_id", "thread_ts", "text"), _ID), "url": _ADDRESS},
    ),
    _part(
        "salesforce_data_field",
        {"salesforce_record_id": _ID},
        {
            "salesforce_field_label": _ID,
            "salesforce_field_api_name": _ID,
            "salesforce_include_field_label": Boolean(),
        },
    ),
    _part(
        "work_object_mention",
        {**dict.fromkeys(("entity_id", "app_id", "text"), _ID), "url": _ADDRESS},
        {"icon_url": _ID, "product_name": _ID, "full_size_preview_enabled": Boolean()},
    ),
    _part(
        "workflow_mention",
        dict.fromkeys(("workflow_id", "function_trigger_id", "text"), _ID),
        {**dict.fromkeys(("channel_id", "ts"), _ID), "url": _ADDRESS},
    ),
)

_ANY_PART = Array(OneOf((*_WRITTEN, *_THINGS)))

_BORDER = Field(Integer(at_least=0, at_most=1), source="@slack/types RichTextBorderable; blocks.validate")

SECTION = Object(
    "rich_text_section",
    _PAGE + "rich-text-section-element",
    {"elements": Field(_ANY_PART, required=True)},
)

LIST = Object(
    "rich_text_list",
    _PAGE + "rich-text-list-element",
    {
        "style": Field(String(choices=("bullet", "ordered")), required=True),
        "elements": Field(Array(OneOf((SECTION,))), required=True),
        "indent": Field(Integer(at_least=0, at_most=8), source="@slack/types RichTextList; blocks.validate"),
        "offset": Field(Integer(at_least=0), source="blocks.validate"),
        "border": _BORDER,
    },
)

QUOTE = Object(
    "rich_text_quote",
    _PAGE + "rich-text-quote-element",
    {"elements": Field(_ANY_PART, required=True), "border": _BORDER},
)

PREFORMATTED = Object(
    "rich_text_preformatted",
    _PAGE + "rich-text-preformatted-element",
    {
        "elements": Field(Array(OneOf((TEXT, LINK))), required=True),
        "border": _BORDER,
        "language": Field(String(at_least=1)),
    },
)

ELEMENTS = OneOf((SECTION, LIST, PREFORMATTED, QUOTE))

# A rich_text block as a part of something else: its block_id is not one of the payload's own. Slack's example
# of a plan has the same one twice.
EMBEDDED = OneOf(
    (
        Object(
            "rich_text",
            "reference/block-kit/blocks/rich-text-block",
            {"elements": Field(Array(ELEMENTS), required=True), "block_id": Field(String(at_most=255))},
        ),
    )
)
