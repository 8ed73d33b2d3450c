"""Long windows in pages: as much of a list as Slack takes in one view, and then the way to what comes after it."""

import json
from collections.abc import Callable, Sequence
from typing import TypeVar

from slack_sdk.models.blocks import ActionsBlock, Block, InputBlock
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views.text import button, escaped, paragraph
from mentoring.secret import Secret

MOST_BLOCKS = 90
"""Blocks on a page: ten fewer than a view holds (docs.slack.dev/reference/block-kit/blocks)."""
MOST_BYTES = 200_000
"""Bytes on a page: less than the 250 KB of a view (docs.slack.dev/reference/methods/views.open)."""
SPARE_BLOCKS = 4
"""Blocks that the foot of a page may need."""
AROUND_BYTES = 3_000
"""More bytes than what stands around the texts of one entry, or the top and foot of a page, weighs."""

SHOWN_BY = {
    Form.RECAP: Action.RECAP_NEWEST,
    Form.DECISIONS: Action.DECISIONS_PAGE,
    Form.IMPACTS: Action.IMPACTS_EARLIER,
}
"""The long windows, and the button in each that shows its newest page."""

T = TypeVar("T")


def weight(*texts: Secret[str] | None) -> int:
    """Return the bytes that texts and what stands around them weigh at most: ASCII JSON, with what Slack escapes escaped."""
    written = [text.reveal() for text in texts if text is not None]
    return AROUND_BYTES + sum(len(json.dumps(escaped(text))) for text in written)


def fitting(
    entries: Sequence[T],
    draw: Callable[[T], Sequence[Block]],
    texts: Callable[[T], Sequence[Secret[str]]],
    *,
    taken: int,
    weighs: int,
) -> tuple[list[Block], int]:
    """Return the blocks of as many entries as fit on a page, and how many those are: at least one, if there is one.

    Args:
        entries: in the order in which they are shown.
        draw: an entry's blocks.
        texts: what people wrote in it.
        taken: blocks that stand on the page already.
        weighs: bytes that do, as ``weight`` has it.
    """
    blocks: list[Block] = []
    shown = 0
    for entry in entries:
        drawn = draw(entry)
        weighs += weight(*texts(entry))
        full = taken + len(blocks) + len(drawn) > MOST_BLOCKS - SPARE_BLOCKS or weighs > MOST_BYTES
        if shown and full:
            break
        blocks += drawn
        shown += 1
    return blocks, shown


def in_short(view: View) -> View | None:
    """Return a window in a long one's place, with its inputs and a button that shows the rest; None if it is none of the long ones."""
    shown_by = SHOWN_BY.get(Form(view.callback_id)) if view.callback_id else None
    if shown_by is None:
        return None
    blocks: list[Block] = [block for block in view.blocks or [] if isinstance(block, InputBlock)]
    blocks += [
        paragraph("There is more here than Slack takes in one go. It opens with a click."),
        ActionsBlock(elements=[button("Show it", shown_by, "newest")]),
    ]
    return View(**{**view.to_dict(), "blocks": blocks})
