"""Blocks made of others: cards, carousels, containers, plans and their tasks; and the list of all blocks."""

from collections.abc import Iterator, Mapping
from typing import Any

from playground.blockkit.formats import URL
from playground.blockkit.reference import blocks, elements, rich_text
from playground.blockkit.reference.blocks import layout
from playground.blockkit.reference.buttons import BUTTON
from playground.blockkit.reference.objects import any_text, plain_text
from playground.blockkit.rules import at_least_one, not_both, unique
from playground.blockkit.schema import HOME, MESSAGE, Array, Boolean, Field, Object, OneOf, String

_IMAGE = Field(OneOf((elements.IMAGE,)))
_RICH_TEXT = Field(rich_text.EMBEDDED)

_ICON = Object(
    "icon",
    "reference/block-kit/composition-objects/slack-icon-object",
    {
        "name": Field(
            String(
                choices=(
                    "archive", "book", "bookmark", "bot", "bug", "calendar", "call", "caret-left", "caret-right",
                    "check", "clipboard", "code", "comment", "compass", "copy", "cube", "download", "edit",
                    "email", "eye-closed", "eye-open", "file", "flag", "folder", "gear", "globe", "heart", "help",
                    "image", "info", "key", "lightbulb", "link", "map", "mobile", "new-window", "pin", "plus",
                    "refine", "refresh", "rocket", "save", "screen", "share", "sparkle", "star", "star-filled",
                    "tag", "thumbs-down", "thumbs-up", "trash", "upload", "user", "warning",
                )
            ),
            required=True,
        )
    },
)  # fmt: skip

CARD = layout(
    "card",
    {
        "hero_image": _IMAGE,
        "icon": _IMAGE,
        "slack_icon": Field(OneOf((_ICON,))),
        # The page calls the texts strings; its examples and slack_sdk use text objects.
        "title": Field(any_text(150)),
        "subtitle": Field(any_text(150)),
        "body": Field(any_text(200)),
        "subtext": Field(any_text(200)),
        "actions": Field(Array(OneOf((BUTTON,)), at_least=1, at_most=3)),
    },
    rules=[
        at_least_one("hero_image", "title", "actions", "body"),
        not_both("icon", "slack_icon"),
        unique("actions", by="action_id"),
    ],
)

CAROUSEL = layout(
    "carousel",
    {"elements": Field(Array(OneOf((CARD,)), at_least=1, at_most=10), required=True)},
    surfaces=MESSAGE | HOME,
)


def _divided_or_collapsible(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if value.get("is_collapsible") and value.get("has_header_divider"):
        yield ".has_header_divider", "must not be true with is_collapsible"  # slack_sdk ContainerBlock


CONTAINER = layout(
    "container",
    {
        "title": Field(plain_text(150)),
        "rich_text_title": _RICH_TEXT,
        "subtitle": Field(any_text(150)),
        "child_blocks": Field(
            Array(
                OneOf(
                    (
                        blocks.ACTIONS,
                        blocks.CONTEXT,
                        blocks.DIVIDER,
                        blocks.FILE,
                        blocks.HEADER,
                        blocks.IMAGE,
                        blocks.INPUT,
                        blocks.RICH_TEXT,
                        blocks.SECTION,
                        blocks.TABLE,
                        blocks.VIDEO,
                    )
                ),
                at_least=1,  # slack_sdk ContainerBlock
                at_most=10,
            ),
            required=True,
        ),
        "width": Field(String(choices=("narrow", "standard", "wide", "full"))),
        "icon": _IMAGE,
        "is_collapsible": Field(Boolean()),
        "default_collapsed": Field(Boolean()),
        "has_header_divider": Field(Boolean()),
    },
    rules=[at_least_one("title", "rich_text_title"), _divided_or_collapsible],
    surfaces=MESSAGE | HOME,
)

_URL_SOURCE = Object(
    "url",
    "reference/block-kit/block-elements/url-source-element",
    {
        "url": Field(String(at_most=3000, format=URL), required=True, source="blocks.validate"),
        "text": Field(String(at_least=1), required=True),
    },
)
_TASK = {
    "task_id": Field(String(at_least=1), required=True),
    "title": Field(String(at_least=1), required=True),
    "details": _RICH_TEXT,
    "output": _RICH_TEXT,
    "sources": Field(Array(OneOf((_URL_SOURCE,)))),
}

# The page calls the status optional and lists pending too; blocks.validate requires it, and takes pending in a
# plan only.
TASK_CARD = layout(
    "task_card",
    {**_TASK, "status": Field(String(choices=("in_progress", "complete", "error")), required=True)},
    surfaces=MESSAGE,
)
_PLAN_TASK = layout(
    "task",
    {
        **_TASK,
        "type": Field(String(choices=("task_card",))),
        "status": Field(String(choices=("pending", "in_progress", "complete", "error")), required=True),
    },
    page="reference/block-kit/blocks/plan-block",
)

# The page calls the title an object and the tasks optional, and sets no bound; its example has a string, and
# the rest is from blocks.validate.
PLAN = layout(
    "plan",
    {
        "title": Field(String(at_least=1), required=True),
        "tasks": Field(Array(_PLAN_TASK, at_most=50), required=True, source="blocks.validate"),
    },
    rules=[unique("tasks", by="task_id")],
    surfaces=MESSAGE,
)

ALL = (
    blocks.ACTIONS,
    blocks.ALERT,
    blocks.CALL,
    blocks.CONTEXT,
    blocks.CONTEXT_ACTIONS,
    blocks.DIVIDER,
    blocks.FILE,
    blocks.HEADER,
    blocks.IMAGE,
    blocks.INPUT,
    blocks.MARKDOWN,
    blocks.RICH_TEXT,
    blocks.SECTION,
    blocks.TABLE,
    blocks.VIDEO,
    CARD,
    CAROUSEL,
    CONTAINER,
    PLAN,
    TASK_CARD,
)
