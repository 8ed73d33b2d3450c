"""Payloads as Slack sends them (docs.slack.dev/reference/interaction-payloads), and what a form that was drawn sends back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from benchmarks.apps import TEAM

Json = dict[str, Any]

STATE = {
    "plain_text_input": ("value", "initial_value"),
    "users_select": ("selected_user", "initial_user"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "radio_buttons": ("selected_option", "initial_option"),
    "static_select": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
}
"""Where an input's state holds what is entered, and where the input holds what it begins with."""


def command(trigger: str, answers: str, user: str, text: str) -> Json:
    """Return the one command, with what is written after it; ``answers`` is its ``response_url``."""
    return {
        "command": "/mentor",
        "text": text,
        "team_id": TEAM,
        "user_id": user,
        "user_name": user,
        "channel_id": "D1",
        "api_app_id": "A1",
        "token": "t",
        "trigger_id": trigger,
        "response_url": answers,
    }


def click(trigger: str, answers: str, user: str, action: str, value: str, *, block: str) -> Json:
    """Return a click on a button in a message; its block names the due row that it was sent for."""
    return {
        **_actor(trigger, user),
        "type": "block_actions",
        "container": {"type": "message", "message_ts": "1.2", "channel_id": "D1"},
        "channel": {"id": "D1", "name": "directmessage"},
        "message": {"type": "message", "ts": "1.2", "text": "", "user": "UBOT"},
        "response_url": answers,
        "actions": [_action(action, {"type": "button", "value": value, "block_id": block})],
    }


def click_inside(trigger: str, user: str, view: Json, action: str, done: Json) -> Json:
    """Return what ``done`` says (a button's value, or what was chosen) in a modal."""
    return {
        **_actor(trigger, user),
        "type": "block_actions",
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [_action(action, done)],
    }


def submission(trigger: str, user: str, view: Json) -> Json:
    """Return a form that is sent."""
    return {**_actor(trigger, user), "type": "view_submission", "view": view, "response_urls": []}


def closed(trigger: str, user: str, view: Json) -> Json:
    """Return a window that is closed."""
    return {**_actor(trigger, user), "type": "view_closed", "view": view, "is_cleared": False}


def event(event_id: str, user: str, happened: Json) -> Json:
    """Return an event."""
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": "A1",
        "token": "t",
        "event_id": event_id,
        "event_time": 1,
        "event": {**happened, "user": user},
        "authorizations": [{"team_id": TEAM, "user_id": "UBOT", "is_bot": True, "enterprise_id": None}],
    }


def filled_in(drawn: Json, view_id: str, values: Mapping[str, Any]) -> Json:
    """Return a view as Slack sends it back: each input as it began, but for those whose names ``values`` has the beginning of."""
    state = {}
    for block in drawn["blocks"]:
        if block["type"] == "input":
            element, name = block["element"], block["block_id"]
            given = next((field for field in values if name.startswith(field)), None)
            kept, began = STATE[element["type"]]
            entered = element.get(began) if given is None else _entered(element["type"], values[given])
            state[name] = {element["action_id"]: {"type": element["type"], kept: entered}}
    for field in values:
        if not any(name.startswith(field) for name in state):
            raise LookupError(f"no such input: {field}")
    return {
        **drawn,
        "id": view_id,
        "team_id": TEAM,
        "hash": "1.a",
        "root_view_id": view_id,
        "app_installed_team_id": TEAM,
        "bot_id": "B1",
        "app_id": "A1",
        "state": {"values": state},
    }


def _entered(kind: str, value: Any) -> Any:
    match kind:
        case "radio_buttons" | "static_select":
            return {"value": value}
        case "datetimepicker" if isinstance(value, datetime):
            return int(value.timestamp())
        case _:
            return value


def _action(action: str, done: Json) -> Json:
    return {"action_id": action, "block_id": "b", "action_ts": "1.2", **done}


def _actor(trigger: str, user: str) -> Json:
    return {
        "team": {"id": TEAM, "domain": "bench"},
        "user": {"id": user, "team_id": TEAM, "username": user, "name": user},
        "api_app_id": "A1",
        "token": "t",
        "trigger_id": trigger,
    }
