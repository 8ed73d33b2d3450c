"""What Slack takes: each block and element used rightly."""

from typing import Any

import pytest

from playground.blockkit import Surface, check_blocks
from tests.playground.blockkit.build import (
    CONFIRM,
    IMAGE,
    ONE,
    TWO,
    accessory,
    actions,
    asks,
    button,
    cell,
    mrkdwn,
    option,
    plain,
    rich,
    section,
    table,
    written,
)

RIGHT: list[tuple[str, Surface, Any]] = [
    ("no blocks in a message", "message", []),
    ("a link button", "message", actions(button(url="https://a.example", style="primary", confirm=CONFIRM))),
    *[("an address of an app", "message", actions(button(url=url)))
      for url in ("slack://app?team=T1&id=A1", "mailto:a@b.example", "http://a.example/?q=javascript:x")],
    ("the same action_id in two blocks", "message", actions(button(action_id="a")) * 2),
    ("no action_id at all", "message", actions(button(), button())),
    ("fields without text", "home", [{"type": "section", "fields": [plain(), mrkdwn()]}]),
    ("an initial option from a group", "modal", asks({
        "type": "static_select", "initial_option": TWO,
        "option_groups": [{"label": plain(), "options": [ONE]}, {"label": plain(), "options": [TWO]}],
    })),
    ("initial options", "modal", asks({"type": "checkboxes", "options": [ONE, TWO], "initial_options": [TWO]})),
    ("mrkdwn in a radio button", "home", accessory(
        type="radio_buttons", options=[{"text": mrkdwn(), "value": "1", "description": mrkdwn()}]
    )),
    ("a URL in an overflow menu", "message", accessory(type="overflow", options=[option(url="https://a.example")])),
    ("an image by its Slack file", "message", [{**IMAGE, "slack_file": {"id": "F0123ABCD"}}]),
    ("a time of day in a zone", "modal", asks({
        "type": "timepicker", "initial_time": "23:59", "timezone": "America/New_York",
    })),
    ("a moment", "message", actions({"type": "datetimepicker", "initial_date_time": 1795437600})),
    ("equal bounds", "modal", asks({"type": "plain_text_input", "min_length": 5, "max_length": 5})),
    ("negative decimals", "modal", asks({
        "type": "number_input", "is_decimal_allowed": True, "min_value": "-10.5", "max_value": "-2",
    })),
    ("a response_url", "modal", asks({"type": "channels_select", "response_url_enabled": True})),
    ("nested lists", "home", rich(
        {"type": "rich_text_list", "style": "ordered", "offset": 4, "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "One"}]},
        ]},
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "border": 1, "elements": []},
        {"type": "rich_text_quote", "elements": [{"type": "user", "user_id": "U1", "style": {"bold": True}}]},
        {"type": "rich_text_preformatted", "language": "python", "elements": [{"type": "text", "text": "x"}]},
    )),
    ("every written part", "message", written(
        {"type": "text", "text": " ", "style": {"code": True, "strike": False}},
        {"type": "link", "url": "https://a.example", "text": "there"},
        {"type": "emoji", "name": "wave", "skin_tone": 2},
        {"type": "channel", "channel_id": "C1"},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "team", "team_id": "T1"},
        {"type": "broadcast", "range": "here"},
        {"type": "color", "value": "#F405B3"},
        {"type": "date", "timestamp": 1795437600, "format": "{date_long} at {time}", "fallback": "soon"},
    )),
    ("a table with a skipped column", "home", [table(
        [cell(), {"type": "raw_number", "value": 1.5, "text": "1.5"}],
        [{"type": "rich_text", "elements": []}],
        column_settings=[None, {"align": "right", "is_wrapped": True}],
    )]),
    ("two tables on a Home tab", "home", [table([cell()]), table([cell()])]),
    ("markdown", "message", [{"type": "markdown", "text": "# " + "x" * 11_998}]),
    ("an alert", "modal", [{"type": "alert", "text": mrkdwn(), "level": "warning"}]),
    ("feedback buttons", "message", [{"type": "context_actions", "elements": [{
        "type": "feedback_buttons",
        "positive_button": {"text": plain("Good"), "value": "1"},
        "negative_button": {"text": plain("Bad"), "value": "0", "accessibility_label": "Not good"},
    }]}]),
    ("a collapsed container", "home", [{"type": "container", "title": plain(), "is_collapsible": True,
                                        "child_blocks": [section(), *actions(button())]}]),
    ("a plan", "message", [{"type": "plan", "title": "Tea", "tasks": [
        {"task_id": "1", "title": "Boil water", "status": "pending"},
        {"type": "task_card", "task_id": "2", "title": "Pour", "status": "complete",
         "details": written({"type": "text", "text": "Now"})[0], "output": {**written()[0], "block_id": "a"}}]}]),
    ("a call", "message", [{"type": "call", "call_id": "R1"}]),
]  # fmt: skip


@pytest.mark.parametrize(("surface", "blocks"), [each[1:] for each in RIGHT], ids=[each[0] for each in RIGHT])
def test_what_slack_takes(surface: Surface, blocks: Any) -> None:
    assert check_blocks(blocks, surface) == []
