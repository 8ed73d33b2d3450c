"""Slack as the fuzzing meets it: every field that it documents in what it sends, and a client that checks what it is sent."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from playground.blockkit import check_blocks, check_view
from tests.handlers.slack import actor, user
from tests.handlers.stage import TEAM

Json = dict[str, Any]
PEOPLE = ("UTOM", "UANNA", "UMAYA", "UNEW")
NAMES = {"UTOM": "Tom Reed", "UANNA": "Anna Bright", "UMAYA": "Maya Okafor", "UNEW": "Noor Haddad"}
METHODS = frozenset({"users.info", "views.open", "views.push", "views.update"})
"""All that a gesture may call; one of them, once."""


@dataclass
class Heard:
    """What the bot has asked of Slack since it was last listened to, and what Slack would have had against it."""

    calls: list[tuple[str, Json]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    fails: str | None = None
    """The error that every call is answered with; None for none."""

    refused: bool = False
    """One of them was; then the person may be told so by another way."""

    @property
    def views(self) -> list[Json]:
        return [asked["view"] for _, asked in self.calls if "view" in asked]

    def clear(self) -> None:
        self.calls.clear()
        self.wrong.clear()
        self.fails = None
        self.refused = False


class Client(WebClient):
    """A client whose calls are heard, checked as strictly as the playground checks them, and answered in this process."""

    def __init__(self, heard: Heard, token: str | None = None) -> None:
        super().__init__(token, retry_handlers=[])
        self.timeout = 2
        self._heard = heard

    def api_call(self, api_method: str, **request: Any) -> SlackResponse:
        """Answer a call."""
        given = json.loads(json.dumps(request.get("json") or request.get("params") or {}))
        self._heard.calls.append((api_method, given))
        if api_method not in METHODS:
            self._heard.wrong.append(f"{api_method} is no call of a gesture")
        if "view" in given:
            self._heard.wrong += [f"{api_method}: {problem}" for problem in check_view(given["view"])]
        return self._answer(api_method, self._heard.fails or _refusal(api_method, given), given)

    def _answer(self, method: str, error: str | None, given: Json) -> SlackResponse:
        told: Json = {"ok": True} if error is None else {"ok": False, "error": error}
        if method == "users.info" and error is None:
            told = user(given["user"], real_name=NAMES[given["user"]], tz="Europe/Paris")
        answer = SlackResponse(
            client=self,
            http_verb="POST",
            api_url=method,
            req_args={},
            data=told,
            headers={},
            status_code=200,
        )
        if error is not None:
            self._heard.refused = True
            raise SlackApiError(error, answer)  # type: ignore[no-untyped-call]  # as slack_sdk has it
        return answer


def _refusal(method: str, given: Json) -> str | None:
    if method == "users.info" and given.get("user") not in NAMES:
        return "user_not_found"
    if method in {"views.open", "views.push"} and not isinstance(given.get("trigger_id"), str):
        return "invalid_arguments"
    return None


def ephemeral_problems(body: Any) -> list[str]:
    """Return what Slack would have against an answer to a command, or one given by a ``response_url``."""
    if not isinstance(body, dict) or not isinstance(body.get("text"), str) or not body["text"]:
        return ["no text"]
    return [str(problem) for problem in check_blocks(body.get("blocks", []), "message")]


# --- payloads, with every field of docs.slack.dev/reference/interaction-payloads


def view_of(drawn: Json, values: Json) -> Json:
    """Return a view as it comes back."""
    return {
        "id": "V1",
        "team_id": TEAM,
        "title": None,
        "close": None,
        "submit": None,
        "callback_id": "",
        "private_metadata": "",
        "clear_on_close": False,
        "notify_on_close": False,
        **drawn,
        "state": {"values": values},
        "hash": "1.abc",
        "root_view_id": "V1",
        "previous_view_id": None,
        "external_id": "",
        "app_id": "A1",
        "app_installed_team_id": TEAM,
        "bot_id": "B1",
    }


def action_of(element: Json, block_id: str, entry: Json) -> Json:
    """Return one of a click's ``actions``."""
    carried: Json = {
        key: element[key] for key in ("type", "action_id", "text", "value", "style") if key in element
    }
    return {**carried, "block_id": block_id, "action_ts": "1795446000.1", **entry}


def click_in_view(person: str, view: Json, action: Json) -> Json:
    return {
        "type": "block_actions",
        **actor(person),
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [action],
    }


def click_in_message(person: str, message: Json, action: Json, response_url: str) -> Json:
    channel = f"D{person}"
    return {
        "type": "block_actions",
        **actor(person),
        "container": {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel,
            "is_ephemeral": False,
        },
        "channel": {"id": channel, "name": "directmessage"},
        "message": message,
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action],
    }


def submission(person: str, view: Json) -> Json:
    return {"type": "view_submission", **actor(person), "view": view, "response_urls": []}


# --- what can be done with what is shown


def acting(blocks: list[Json]) -> Iterator[tuple[str, Json, Json]]:
    """Give each button and menu with its block's id, and what it holds once it is used."""
    for block in blocks:
        block_id = str(block.get("block_id", "b"))
        elements = [*block.get("elements", []), *filter(None, [block.get("accessory")])]
        if block["type"] == "input" and block.get("dispatch_action"):
            elements = [block["element"]]
        for element in elements if block["type"] in {"actions", "section", "input"} else []:
            for entry in _uses(element):
                yield block_id, element, entry


def _uses(element: Json) -> list[Json]:
    match element["type"]:
        case "button":
            return [{}]
        case "radio_buttons" | "static_select" | "overflow":
            options = element["options"]
            return [
                {"selected_option": option}
                for option in {id(o): o for o in (options[0], options[-1])}.values()
            ]
        case "plain_text_input":
            return [{"value": "impact"}]
        case "users_select":
            return [{"selected_user": "UMAYA"}]
        case _:
            return []


def filled_in(blocks: list[Json], now: datetime, *, blank: bool) -> Json:
    """Return the state of a form's inputs: as it was drawn if ``blank``, else with something in each."""
    return {
        block["block_id"]: {block["element"]["action_id"]: _entry(block["element"], now, blank=blank)}
        for block in blocks
        if block["type"] == "input"
    }


HELD = {
    "radio_buttons": ("selected_option", "initial_option"),
    "static_select": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "plain_text_input": ("value", "initial_value"),
}
"""Where an input holds what was entered, and where what it was drawn with."""


def _entry(element: Json, now: datetime, *, blank: bool) -> Json:
    kind = element["type"]
    options = element.get("options", [None])
    something = {
        "selected_option": options[0],
        "selected_options": options[:1],
        "selected_user": "UNEW",
        "selected_date_time": int((now + timedelta(days=3)).timestamp()),
        "selected_date": "2026-12-24",
        "selected_time": "10:30",
        "value": "forget" if element["action_id"] == "word" else "A few words.",
    }
    nothing: Json = {"selected_options": []}
    holds, drawn_with = HELD[kind]
    return {"type": kind, holds: element.get(drawn_with, (nothing if blank else something).get(holds))}
