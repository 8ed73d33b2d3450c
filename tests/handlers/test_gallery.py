"""The gallery holds everything that the bot can draw, and Slack would take it all, as far as the playground knows."""

import ast
import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest

from handlers import gallery, messages, views
from handlers.gallery.drawings import HOME, Drawing, drawings
from handlers.ids import Action, Form
from mentoring.due import LEAVES_NOTHING, Kind
from mentoring.operator import Operator
from playground.blockkit import check_blocks, check_view

PARTS = {"modal", "message", "with_check", "answered"}
"""What windows and messages are made with, and none by itself."""


@pytest.fixture(scope="module")
def drawn() -> list[Drawing]:
    return drawings(Operator("Ruth of Example Community"))


def test_there_is_every_kind_every_window_and_home(drawn: list[Drawing]) -> None:
    assert {one.of for one in drawn} == {*(set(Kind) - LEAVES_NOTHING - {Kind.RETENTION}), *Form, HOME}


def test_there_is_every_button(drawn: list[Drawing]) -> None:
    found = re.findall(r'"action_id": "([^"]+)"', json.dumps([one.content for one in drawn]))
    assert {str(one) for one in Action} <= {*found, *(re.sub(r"_\d+$", "", one) for one in found)}


def test_slack_would_take_it_all(drawn: list[Drawing]) -> None:
    refused = {
        one.of: problems
        for one in drawn
        if (problems := check_blocks(one.blocks, "message") if one.is_message else check_view(one.content))
    }
    assert refused == {}


def test_they_are_few_enough_to_be_looked_at_one_by_one(drawn: list[Drawing]) -> None:
    assert len({one.of for one in drawn}) < len(drawn) < 250


def test_whatever_draws_a_window_or_a_message_is_in_it() -> None:
    used = set(re.findall(r"\w+", inspect.getsource(messages)))
    for file in Path(gallery.__path__[0]).glob("*.py"):
        used |= {_name(node) for node in ast.walk(ast.parse(file.read_text()))}
    assert _drawers() - used == set()


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _drawers() -> set[str]:
    """Return the names of what returns a window or a message."""
    found: set[Any] = set()
    for file in Path(views.__path__[0]).glob("*.py"):
        found |= {
            node.name
            for node in ast.parse(file.read_text()).body
            if isinstance(node, ast.FunctionDef)
            and node.returns is not None
            and ast.unparse(node.returns) in {"View", "Message"}
            and not node.name.startswith("_")
        }
    assert "look_back_form" in found
    return found - PARTS
