"""manifest.yml asks for exactly what the code uses, and Slack would take it."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from slack_sdk import WebClient
from slack_sdk.web.base_client import BaseClient

from bot.settings import Settings

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT.parent / "shared/data/slack-manifest.schema.json"

# The bot scope that each Web API method needs; for conversations.* the one for direct messages. None: it needs
# no bot scope. Source: docs.slack.dev/reference/methods/<method>, "Required scopes".
METHOD_SCOPES = {
    "apps.connections.open": None,  # connections:write, of the app-level token
    "auth.test": None,
    "blocks.validate": None,
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "im:history",
    "conversations.open": "im:write",
    "files.completeUploadExternal": "files:write",
    "files.delete": "files:write",
    "files.getUploadURLExternal": "files:write",
    "users.info": "users:read",
    "views.open": None,
    "views.publish": None,
    "views.push": None,
    "views.update": None,
}

# What the app can do without: whoever installs it may leave these out. Source: docs.slack.dev/reference/app-manifest,
# "bot_optional", and docs.slack.dev/changelog/2026/03/16/optional-scopes.
OPTIONAL_SCOPES = ["files:write"]

# The scope that each event needs. Source: docs.slack.dev/reference/events/<event>, "Required scopes".
EVENT_SCOPES = {"app_home_opened": None, "message.im": "im:history"}

WEB_API = {
    name.replace("_", "."): name
    for name in set(dir(WebClient)) - set(dir(BaseClient))
    if not name.startswith("_")
}


def manifest() -> dict[str, Any]:
    document = yaml.safe_load((ROOT / "manifest.yml").read_text())
    assert isinstance(document, dict)
    return document


def modules() -> Iterator[ast.Module]:
    """Every module of the floors that talk to Slack."""
    for floor in ["bot", "handlers"]:
        for file in sorted((ROOT / floor).rglob("*.py")):
            yield ast.parse(file.read_text(), filename=str(file))


def methods_used() -> set[str]:
    """The Web API methods that are called or named, ``client.chat_postMessage`` as well as ``"chat.postMessage"``."""
    named = {
        node.attr if isinstance(node, ast.Attribute) else str(node.value).replace(".", "_")
        for module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute | ast.Constant)
    }
    return {method for method, name in WEB_API.items() if name in named}


def registered(kind: str) -> list[ast.expr]:
    """The first argument of each ``app.<kind>(…)`` where ``app`` is Bolt's, not the command line's."""
    return [
        node.args[0]
        for module in modules()
        if any(isinstance(node, ast.ImportFrom) and node.module == "slack_bolt" for node in module.body)
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == kind
        and ast.unparse(node.func.value) == "app"
    ]


def events_used() -> list[str]:
    """The events listened for, as a manifest names them: a message's with the kind of its channel."""
    names = []
    for argument in registered("event"):
        constraint = ast.literal_eval(argument)
        event = constraint if isinstance(constraint, dict) else {"type": constraint}
        # Mentor is in no channel; it reads only its own direct messages.
        kind = event.get("channel_type", "im")
        names.append(f"message.{kind}" if event["type"] == "message" else event["type"])
    return sorted(names)


def test_it_subscribes_to_exactly_the_events_listened_for() -> None:
    assert manifest()["settings"]["event_subscriptions"] == {"bot_events": events_used()}


def test_it_asks_for_exactly_the_scopes_that_commands_events_and_methods_need() -> None:
    needed = {METHOD_SCOPES[method] for method in methods_used()} | {
        EVENT_SCOPES[event] for event in events_used()
    }
    if registered("command"):
        needed.add("commands")

    scopes = {"bot": sorted(needed - {None}, key=str), "bot_optional": OPTIONAL_SCOPES}
    assert manifest()["oauth_config"] == {"scopes": scopes}


def test_it_has_exactly_the_command_listened_for_with_mentions_escaped() -> None:
    [command] = manifest()["features"]["slash_commands"]
    assert len(registered("command")) == 1
    assert command["command"] == Settings.model_fields["mentor_command"].default
    assert command["should_escape"] is True


def test_the_tabs_and_gestures_that_the_code_uses_are_on() -> None:
    assert manifest()["features"]["app_home"] == {
        "home_tab_enabled": "views.publish" in methods_used(),
        "messages_tab_enabled": "message.im" in events_used(),
        "messages_tab_read_only_enabled": False,
    }
    assert manifest()["settings"]["interactivity"] == {"is_enabled": True}
    assert manifest()["settings"]["socket_mode_enabled"] is True


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        # docs.slack.dev/reference/app-manifest
        ("display_information.name", 35),
        ("display_information.description", 140),
        ("features.bot_user.display_name", 80),
        ("features.slash_commands.0.command", 32),
        ("features.slash_commands.0.description", 2000),
        ("features.slash_commands.0.usage_hint", 1000),
    ],
)
def test_what_people_read_keeps_to_slacks_limits(path: str, limit: int) -> None:
    value: Any = manifest()
    for step in path.split("."):
        value = value[int(step) if step.isdigit() else step]

    assert 0 < len(value) <= limit


def test_it_fits_slacks_published_schema() -> None:
    if not SCHEMA.exists():
        pytest.skip("Slack's manifest schema is not at ../shared/data/slack-manifest.schema.json")
    problems = Draft7Validator(json.loads(SCHEMA.read_text())).iter_errors(manifest())

    assert [f"{problem.json_path}: {problem.message}" for problem in problems] == []
