"""What the app receives, with every field that Slack documents for it.

Shapes: docs.slack.dev/reference/interaction-payloads, /reference/events, /interactivity/implementing-slash-commands.
"""

import secrets

from playground.file_objects import file_object
from playground.workspace import Json, Message, Person, View, Workspace, new_id


def user(workspace: Workspace, person: Person) -> Json:
    """The acting person in an interaction."""
    return {
        "id": person.id,
        "username": person.name,
        "name": person.name,
        "team_id": workspace.state.team_id,
    }


def about_app(workspace: Workspace, person: Person) -> Json:
    """The fields that all interactions share."""
    state = workspace.state
    return {
        "team": {"id": state.team_id, "domain": state.team_domain},
        "user": user(workspace, person),
        "api_app_id": state.app_id,
        "token": state.verification_token,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def bot_profile(workspace: Workspace) -> Json:
    """The app as it appears on its messages."""
    state = workspace.state
    return {
        "id": state.bot_id,
        "app_id": state.app_id,
        "user_id": state.bot_user_id,
        "name": workspace.app.name,
        "icons": {
            f"image_{size}": f"https://a.slack-edge.com/img/services/bot_{size}.png" for size in (36, 48, 72)
        },
        "deleted": False,
        "updated": 1_700_000_000,
        "team_id": state.team_id,
    }


def message(workspace: Workspace, shown: Message, *, with_metadata: bool = False) -> Json:
    """A message object; metadata only where it was asked for."""
    body: Json = {
        "type": "message",
        "user": shown.user,
        "text": shown.text,
        "ts": shown.ts,
        "team": workspace.state.team_id,
    }
    if shown.by_app:
        body |= {
            "bot_id": workspace.state.bot_id,
            "app_id": workspace.state.app_id,
            "bot_profile": bot_profile(workspace),
        }
    if shown.blocks:
        body["blocks"] = shown.blocks
    if shown.client_msg_id:
        body["client_msg_id"] = shown.client_msg_id
    if shown.thread_ts:
        body["thread_ts"] = shown.thread_ts
    if shown.edited:
        body["edited"] = {"user": shown.user, "ts": shown.edited}
    if with_metadata and shown.metadata:
        body["metadata"] = shown.metadata
    if shown.files:
        files = [file_object(workspace, workspace.state.files[file_id]) for file_id in shown.files]
        body |= {"files": files, "upload": True, "display_as_bot": False}
    return body


def view(workspace: Workspace, shown: View) -> Json:
    """A view object as answers and payloads carry it."""
    content = shown.content
    return {
        "id": shown.id,
        "team_id": workspace.state.team_id,
        "type": content["type"],
        "title": content.get("title"),
        "blocks": content["blocks"],
        "close": content.get("close"),
        "submit": content.get("submit"),
        "private_metadata": content.get("private_metadata") or "",
        "callback_id": content.get("callback_id") or "",
        "external_id": shown.external_id,
        "state": {"values": shown.values},
        "hash": shown.hash,
        "clear_on_close": bool(content.get("clear_on_close", False)),
        "notify_on_close": bool(content.get("notify_on_close", False)),
        "root_view_id": shown.root_view_id,
        "previous_view_id": shown.previous_view_id,
        "app_id": workspace.state.app_id,
        "app_installed_team_id": workspace.state.team_id,
        "bot_id": workspace.state.bot_id,
    }


def slash_command(workspace: Workspace, person: Person, command: str, text: str) -> Json:
    """A slash command, but for its ``trigger_id`` and ``response_url``."""
    state = workspace.state
    return {
        "token": state.verification_token,
        "team_id": state.team_id,
        "team_domain": state.team_domain,
        "channel_id": state.panes[person.id].channel,
        "channel_name": "directmessage",
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": state.app_id,
        "is_enterprise_install": "false",
    }


def on_message(workspace: Workspace, shown: Message) -> Json:
    """The part of a ``block_actions`` payload that tells of the message acted on."""
    part: Json = {
        "container": {
            "type": "message",
            "message_ts": shown.ts,
            "channel_id": shown.channel,
            "is_ephemeral": shown.ephemeral,
        },
        "channel": {"id": shown.channel, "name": "directmessage"},
        "state": {"values": shown.values},
    }
    if not shown.ephemeral:  # Slack keeps no ephemeral message to send along
        part["message"] = message(workspace, shown)
    return part


def action(workspace: Workspace, block: Json, element: Json, entry: Json | None) -> Json:
    """One of a ``block_actions`` payload's ``actions``: the element, what it now holds, and when."""
    carried = (
        "type",
        "action_id",
        "text",
        "value",
        "style",
        "url",
        "icon",
        "placeholder",
        "confirm",
        "accessibility_label",
    )
    body: Json = {"block_id": block["block_id"]}
    body |= {key: element[key] for key in carried if key in element}
    body |= {key: element[key] for key in element if key.startswith("initial_")}
    if entry:
        body |= entry
    body["action_ts"] = f"{workspace.clock.time():.6f}"
    return body


def event(workspace: Workspace, inner: Json) -> Json:
    """The Events API's envelope around ``inner`` (apis/events-api, "callback field overview")."""
    state = workspace.state
    context = secrets.token_hex(24)
    return {
        "token": state.verification_token,
        "team_id": state.team_id,
        "context_team_id": state.team_id,
        "context_enterprise_id": None,
        "api_app_id": state.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(workspace.clock.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": state.team_id,
                "user_id": state.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{context}",
    }


def rich_text(pieces: list[Json]) -> list[Json]:
    """The block that Slack's own composer makes of a typed message."""
    section = {"type": "rich_text_section", "elements": pieces}
    return [{"type": "rich_text", "block_id": secrets.token_hex(3), "elements": [section]}]
