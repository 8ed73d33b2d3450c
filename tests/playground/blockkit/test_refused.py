"""What Slack refuses between fields, between blocks and in wrong places, each with its exact problem."""

from typing import Any

import pytest

from playground.blockkit import Problem, Surface, check_blocks
from tests.playground.blockkit.build import (
    HIDDEN,
    IMAGE,
    ONE,
    TWO,
    URL,
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

WRONG: list[tuple[str, Surface, Any, str, str]] = [
    # What is no list of blocks
    ("an object", "message", {"type": "divider"}, "blocks", "must be a list"),
    ("a string", "message", "[]", "blocks", "must be a list"),
    ("null", "home", None, "blocks", "must be a list"),
    ("a block that is none", "message", ["divider"], "blocks[0]", "must be an object"),
    ("no type", "message", [{}], "blocks[0].type", "is required"),
    ("a type that is no string", "message", [{"type": ["divider"]}], "blocks[0].type", "must be a string"),
    ("an unknown block", "message", [{"type": "hologram"}],
     "blocks[0].type", "is a type that the playground does not know: 'hologram'"),
    ("an element as a block", "message", [button()], "blocks[0].type", "may not stand here: 'button'"),
    ("no blocks in a modal", "modal", [], "blocks", "must have at least 1 item, has 0"),
    # Places
    ("an input in actions", "modal", actions({"type": "plain_text_input"}),
     "blocks[0].elements[0].type", "may not stand here: 'plain_text_input'"),
    ("a moment in a section", "message", accessory(type="datetimepicker"),
     "blocks[0].accessory.type", "may not stand here: 'datetimepicker'"),
    ("a button in an input", "modal", asks(button()), "blocks[0].element.type", "may not stand here: 'button'"),
    ("an image in actions", "message", actions({**IMAGE, "image_url": URL}),
     "blocks[0].elements[0].type", "may not stand here: 'image'"),
    ("a button in a context", "message", [{"type": "context", "elements": [button()]}],
     "blocks[0].elements[0].type", "must be 'image', 'plain_text' or 'mrkdwn', is 'button'"),
    ("an unknown element", "message", accessory(type="slider"),
     "blocks[0].accessory.type", "is a type that the playground does not know: 'slider'"),
    *[(f"{kind}, which nobody could use", "modal", asks({"type": kind, "action_id": "a"}),
       "blocks[0].element.type", f"is a type that the playground does not know: '{kind}'")
      for kind in ("external_select", "multi_external_select", "file_input")],
    ("a workflow's button, which nobody could use", "message", actions({"type": "workflow_button"}),
     "blocks[0].elements[0].type", "is a type that the playground does not know: 'workflow_button'"),
    ("a number on Home", "home", asks({"type": "number_input", "is_decimal_allowed": False}),
     "blocks[0].element", "a number_input may stand in modals only"),
    ("a moment on Home", "home", actions({"type": "datetimepicker"}),
     "blocks[0].elements[0]", "a datetimepicker may stand in messages and modals only"),
    ("rich text asked in a message", "message", asks({"type": "rich_text_input", "action_id": "a"}),
     "blocks[0].element", "a rich_text_input may stand in modals and Home tabs only"),
    ("a response_url outside modals", "home", asks({"type": "channels_select", "response_url_enabled": True}),
     "blocks[0].element.response_url_enabled", "may be used in modals only"),
    ("a response_url outside inputs", "modal", accessory(type="channels_select", response_url_enabled=True),
     "blocks[0].accessory", "has a field that a channels_select does not have: 'response_url_enabled'"),
    # Texts
    ("a bare string as text", "message", [{"type": "section", "text": "x"}], "blocks[0].text", "must be an object"),
    ("an empty text", "message", [section(text=mrkdwn(""))], "blocks[0].text.text", "must not be empty"),
    ("mrkdwn in a header", "message", [{"type": "header", "text": mrkdwn()}],
     "blocks[0].text.type", "must be 'plain_text', is 'mrkdwn'"),
    ("mrkdwn in a button", "message", actions({**button(), "text": mrkdwn()}),
     "blocks[0].elements[0].text.type", "must be 'plain_text', is 'mrkdwn'"),
    ("mrkdwn in a label", "modal", asks({"type": "plain_text_input"}, label=mrkdwn()),
     "blocks[0].label.type", "must be 'plain_text', is 'mrkdwn'"),
    ("mrkdwn in a select", "message", accessory(type="static_select", options=[{"text": mrkdwn(), "value": "1"}]),
     "blocks[0].accessory.options[0].text.type", "must be 'plain_text', is 'mrkdwn'"),
    ("emoji in mrkdwn", "message", [section(text={**mrkdwn(), "emoji": True})],
     "blocks[0].text", "has a field that a mrkdwn does not have: 'emoji'"),
    ("verbatim in plain_text", "message", [section(text={**plain(), "verbatim": True})],
     "blocks[0].text", "has a field that a plain_text does not have: 'verbatim'"),
    ("an escaped text over the limit", "message", [section(text=mrkdwn("&amp;" * 601))],
     "blocks[0].text.text", "must be at most 3000 characters, is 3005"),
    ("a long field", "message", [section(fields=[mrkdwn("x" * 2001)])],
     "blocks[0].fields[0].text", "must be at most 2000 characters, is 2001"),
    ("a long option", "message", accessory(type="overflow", options=[option(text="x" * 76)]),
     "blocks[0].accessory.options[0].text.text", "must be at most 75 characters, is 76"),
    # Between fields
    ("an empty section", "message", [{"type": "section"}], "blocks[0]", "must have at least one of text and fields"),
    ("no image", "message", [IMAGE], "blocks[0]", "must have exactly one of image_url and slack_file, has none"),
    ("two images", "message", accessory(**IMAGE, image_url=URL, slack_file={"id": "F0123ABCD"}), "blocks[0].accessory",
     "must have exactly one of image_url and slack_file, has image_url and slack_file"),
    ("a file named twice", "message", [{**IMAGE, "slack_file": {"id": "F0123ABCD", "url": URL}}],
     "blocks[0].slack_file", "must have exactly one of id and url, has id and url"),
    *[("a file by what is no id", "message", [{**IMAGE, "slack_file": {"id": wrong}}],
       "blocks[0].slack_file.id", "must be the id of a file, such as F0123ABCD")
      for wrong in ("F1", "f0123abcd", "U0123ABCD", "F0123ABCD ", "")],
    ("no options", "message", accessory(type="static_select"),
     "blocks[0].accessory", "must have exactly one of options and option_groups, has none"),
    ("options and groups", "message",
     accessory(type="multi_static_select", options=[ONE], option_groups=[{"label": plain(), "options": [TWO]}]),
     "blocks[0].accessory", "must have exactly one of options and option_groups, has options and option_groups"),
    ("a foreign initial option", "message", accessory(type="radio_buttons", options=[ONE], initial_option=TWO),
     "blocks[0].accessory.initial_option", "must be exactly one of the options"),
    ("an initial option with another text", "message",
     accessory(type="static_select", options=[ONE], initial_option=option("1", "Uno")),
     "blocks[0].accessory.initial_option", "must be exactly one of the options"),
    ("a foreign initial option among several", "message",
     accessory(type="checkboxes", options=[ONE], initial_options=[ONE, TWO]),
     "blocks[0].accessory.initial_options[1]", "must be exactly one of the options"),
    ("an initial option twice", "message",
     accessory(type="checkboxes", options=[ONE, TWO], initial_options=[ONE, ONE]),
     "blocks[0].accessory.initial_options[1].value", "must be unique, is the same as initial_options[0].value"),
    ("an option value twice", "message", accessory(type="overflow", options=[ONE, option("1", "Uno")]),
     "blocks[0].accessory.options[1].value", "must be unique, is the same as options[0].value"),
    ("an option value in two groups", "message", accessory(
        type="static_select", option_groups=[{"label": plain(), "options": [ONE]}] * 2),
     "blocks[0].accessory.option_groups[1].options[0].value",
     "must be unique, is the same as option_groups[0].options[0].value"),
    ("an empty filter", "message", accessory(type="conversations_select", filter={}), "blocks[0].accessory.filter",
     "must have at least one of include and exclude_external_shared_channels and exclude_bot_users"),
    ("lengths out of order", "modal", asks({"type": "plain_text_input", "min_length": 6, "max_length": 5}),
     "blocks[0].element.min_length", "must not be above max_length"),
    ("numbers out of order", "modal",
     asks({"type": "number_input", "is_decimal_allowed": False, "min_value": "10", "max_value": "9"}),
     "blocks[0].element.min_value", "must not be above max_value"),
    ("a decimal that is not allowed", "modal",
     asks({"type": "number_input", "is_decimal_allowed": False, "initial_value": "1.5"}),
     "blocks[0].element.initial_value", "must be a whole number, because is_decimal_allowed is false"),
    ("an empty card", "home", [{"type": "card"}],
     "blocks[0]", "must have at least one of hero_image and title and actions and body"),
    ("an action_id twice in a card", "modal",
     [{"type": "card", "actions": [button(action_id="a"), button(action_id="a")]}],
     "blocks[0].actions[1].action_id", "must be unique, is the same as actions[0].action_id"),
    ("a card with two icons", "home",
     [{"type": "card", "title": plain(), "icon": {**IMAGE, "image_url": URL},
       "slack_icon": {"type": "icon", "name": "star"}}],
     "blocks[0].slack_icon", "may not stand beside icon"),
    ("a container in a container", "home", [{"type": "container", "title": plain(), "child_blocks": [
        {"type": "container", "title": plain(), "child_blocks": [section()]}]}],
     "blocks[0].child_blocks[0].type", "may not stand here: 'container'"),
    ("a divided container that collapses", "home",
     [{"type": "container", "title": plain(), "child_blocks": [section()], "is_collapsible": True,
       "has_header_divider": True}],
     "blocks[0].has_header_divider", "must not be true with is_collapsible"),
    ("a pending task by itself", "message",
     [{"type": "task_card", "task_id": "1", "title": "Boil water", "status": "pending"}],
     "blocks[0].status", "must be 'in_progress', 'complete' or 'error'"),
    ("a task twice", "message", [{"type": "plan", "title": "Tea", "tasks": [
        {"task_id": "1", "title": "Boil water", "status": "complete"}] * 2}],
     "blocks[0].tasks[1].task_id", "must be unique, is the same as tasks[0].task_id"),
    # Formats
    ("a day that is none", "message", accessory(type="datepicker", initial_date="2026-02-30"),
     "blocks[0].accessory.initial_date", "must be a date as YYYY-MM-DD"),
    ("a short date", "message", accessory(type="datepicker", initial_date="20261201"),
     "blocks[0].accessory.initial_date", "must be a date as YYYY-MM-DD"),
    ("a time that is none", "message", accessory(type="timepicker", initial_time="24:00"),
     "blocks[0].accessory.initial_time", "must be a time as HH:mm, 00:00 to 23:59"),
    ("a time with seconds", "message", accessory(type="timepicker", initial_time="10:00:00"),
     "blocks[0].accessory.initial_time", "must be a time as HH:mm, 00:00 to 23:59"),
    ("a zone that is none", "message", accessory(type="timepicker", timezone="Europe/Atlantis"),
     "blocks[0].accessory.timezone", "must be an IANA time zone"),
    ("milliseconds", "message", actions({"type": "datetimepicker", "initial_date_time": 1795437600000}),
     "blocks[0].elements[0].initial_date_time", "must be at most 9999999999, is 1795437600000"),
    ("a number as a number", "modal", asks({"type": "number_input", "is_decimal_allowed": True, "min_value": 1}),
     "blocks[0].element.min_value", "must be a string"),
    ("a date token that is none", "message", written({"type": "date", "timestamp": 1, "format": "{year}"}),
     "blocks[0].elements[0].elements[0].format", "must be a template of Slack's date tokens only"),
    ("a colour by name", "message", written({"type": "color", "value": "red"}),
     "blocks[0].elements[0].elements[0].value", "must be a colour as #RRGGBB"),
    ("a path as a link", "message", actions(button(url="/there")), "blocks[0].elements[0].url",
     "must be a URL that is safe to follow"),
    *[("an address that runs or reads", "message", actions(button(url=url)), "blocks[0].elements[0].url",
       "must be a URL that is safe to follow")
      for url in ("javascript:alert(1)", "JavaScript:void(0)", "data:text/html,x", "vbscript:x", "file:///etc/hosts")],
    ("a menu that runs", "message", accessory(type="overflow", options=[option(url="javascript:alert(1)")]),
     "blocks[0].accessory.options[0].url", "must be a URL that is safe to follow"),
    ("a link that runs", "home", written({"type": "link", "url": " javascript:alert(1)"}),
     "blocks[0].elements[0].elements[0].url", "must be an address that is safe to follow"),
    ("a picture from two lines", "message", [{**IMAGE, "image_url": URL + "\n"}], "blocks[0].image_url",
     "must be an http or https URL"),
    # Rich text
    ("an empty part", "message", written({"type": "text", "text": ""}),
     "blocks[0].elements[0].elements[0].text", "must not be empty"),
    ("mrkdwn in rich text", "message", written(mrkdwn()),
     "blocks[0].elements[0].elements[0].type", "may not stand here: 'mrkdwn'"),
    ("a part without a section", "message", rich({"type": "text", "text": "x"}), "blocks[0].elements[0].type",
     "must be 'rich_text_section', 'rich_text_list', 'rich_text_preformatted' or 'rich_text_quote', is 'text'"),
    ("a list in a list", "message", rich({"type": "rich_text_list", "style": "bullet", "elements": [
        {"type": "rich_text_list", "style": "bullet", "elements": []}]}),
     "blocks[0].elements[0].elements[0].type", "must be 'rich_text_section', is 'rich_text_list'"),
    ("a mention in code", "message", rich({"type": "rich_text_preformatted", "elements": [
        {"type": "user", "user_id": "U1"}]}),
     "blocks[0].elements[0].elements[0].type", "must be 'text' or 'link', is 'user'"),
    ("an unknown style", "message", written({"type": "text", "text": "x", "style": {"blink": True}}),
     "blocks[0].elements[0].elements[0].style", "has a field that a style does not have: 'blink'"),
    # Between blocks
    ("a block_id twice", "message", [section(block_id="a"), {"type": "divider", "block_id": "a"}],
     "blocks[1].block_id", "must be unique, is the same as blocks[0].block_id"),
    ("an action_id twice in its block", "message", actions(button(action_id="a"), button(), button(action_id="a")),
     "blocks[0].elements[2].action_id", "must be unique, is the same as elements[0].action_id"),
    ("two elements in focus", "modal",
     asks({**HIDDEN, "focus_on_load": True}) + asks({**HIDDEN, "focus_on_load": True}),
     "blocks[1].element.focus_on_load", "may be true once only, is true at blocks[0].element too"),
    ("too much markdown", "message", [{"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6001}],
     "blocks", "must have at most 12000 characters in markdown blocks, has 12001"),
    ("two tables in a message", "message", [table([cell()]), {"type": "divider"}, table([cell()])],
     "blocks[2]", "must be the only table of its message, blocks[0] is one too"),
    ("too much in a table", "message",
     [table([cell("x" * 9_000), {"type": "rich_text", "elements": [
         {"type": "rich_text_section", "elements": [{"type": "text", "text": "x" * 1_001}]}]}])],
     "blocks[0]", "must have at most 10000 characters in its cells, has 10001"),
    ("a block_id twice, in a container", "home", [{"type": "container", "title": plain(), "block_id": "a",
                                                   "child_blocks": [section(block_id="a")]}],
     "blocks[0].child_blocks[0].block_id", "must be unique, is the same as blocks[0].block_id"),
    ("a button in a table", "message", [table([button()])],
     "blocks[0].rows[0][0].type", "must be 'raw_text', 'raw_number' or 'rich_text', is 'button'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("surface", "blocks", "path", "rule"), [each[1:] for each in WRONG], ids=[each[0] for each in WRONG]
)
def test_what_slack_refuses(surface: Surface, blocks: Any, path: str, rule: str) -> None:
    assert check_blocks(blocks, surface) == [Problem(path, rule)]


def test_every_problem_is_named_not_only_the_first() -> None:
    blocks = [
        {"type": "header", "text": plain("x" * 151)},
        *actions(button(style="loud", colour="red"), {"type": "button"}),
        {"type": "alert", "text": mrkdwn()},
    ]

    assert check_blocks(blocks, "message") == [
        Problem("blocks[0].text.text", "must be at most 150 characters, is 151"),
        Problem("blocks[1].elements[0].style", "must be 'primary' or 'danger'"),
        Problem("blocks[1].elements[0]", "has a field that a button does not have: 'colour'"),
        Problem("blocks[1].elements[1].text", "is required"),
        Problem("blocks[2]", "an alert block may stand in modals only"),
    ]


def test_a_problem_does_not_repeat_what_people_wrote() -> None:
    secret = "she said"
    blocks = [
        section(text=plain(secret * 400), block_id=secret),
        section(block_id=secret),
        *accessory(type="datepicker", initial_date=secret),
        *accessory(type="static_select", options=[option(secret)] * 2),
    ]

    problems = check_blocks(blocks, "message")

    assert len(problems) == 4
    assert not [problem for problem in problems if secret in problem.path + problem.rule]
