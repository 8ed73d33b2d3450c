"""What the page shows: the workspace as a few people see it."""

from playground import payloads
from playground.file_objects import DELETED, download_url, kind_of
from playground.slack import Slack
from playground.workspace import File, Json, Message, Pane, Person, Workspace

PANES = 2


def shown(slack: Slack, users: list[str]) -> Json:
    """Return everything that the page needs for the panes of ``users``, without any for the first two people."""
    workspace = slack.workspace
    app, state = workspace.app, workspace.state
    if not users:
        users = [user for user in state.panes if not state.people[user].deleted][:PANES]
    return {
        "revision": workspace.revision,
        "clock": slack.time.shown(),
        "people": [_person(slack, person) for person in state.people.values() if not person.is_bot],
        "app": {
            "name": app.name,
            "description": app.description,
            "bot_user_id": state.bot_user_id,
            "commands": [
                {
                    "command": command.command,
                    "description": command.description,
                    "usage_hint": command.usage_hint,
                }
                for command in app.commands
            ],
            "home_tab": app.home_tab,
            "messages_tab": app.messages_tab,
            "messages_tab_read_only": app.messages_tab_read_only,
        },
        "panes": {user: _pane(slack, user) for user in users if user in state.panes},
    }


def _person(slack: Slack, person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "title": person.title,
        "tz": person.tz,
        "tz_label": slack.users.zone_label(person.tz) if person.tz else "",
        "deleted": person.deleted,
    }


def _pane(slack: Slack, user: str) -> Json:
    workspace = slack.workspace
    pane = workspace.state.panes[user]
    home = workspace.home(user)
    return {
        "channel": pane.channel,
        "messages": [_message(workspace, pane, message) for message in workspace.messages(pane.channel)],
        "views": [
            payloads.view(workspace, view)
            | {"errors": view.errors, "answers": view.answers, "busy": view.id in pane.busy}
            for view in workspace.stack(user)
        ],
        "home": payloads.view(workspace, home) | {"busy": pane.busy.get(home.id)} if home else None,
        "tab": pane.tab,
        "notice": pane.notice,
        "unread": pane.unread,
        "draft": pane.draft,
    }


def _message(workspace: Workspace, pane: Pane, message: Message) -> Json:
    return {
        "ts": message.ts,
        "user": message.user,
        "is_bot": message.by_app,
        "text": message.text,
        "blocks": message.blocks,
        "ephemeral": message.ephemeral,
        "edited": message.edited is not None,
        "busy": pane.busy.get(message.ts),
        "state": {"values": message.values},
        "files": [_file(workspace, workspace.state.files[file_id]) for file_id in message.files],
    }


def _file(workspace: Workspace, file: File) -> Json:
    if file.deleted:
        return {"id": file.id, "gone": DELETED}
    return {
        "id": file.id,
        "title": file.title,
        "name": file.name,
        "kind": kind_of(file).pretty_type,
        "size": file.length,
        "url": download_url(workspace, file),
    }
