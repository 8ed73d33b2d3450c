"""A file as Slack shows it to apps, and what kind of thing it is.

Fields and kinds: docs.slack.dev/reference/objects/file-object. What is left of a deleted file is not documented; seen:
``mode: tombstone`` without title or address (wee-slack/wee-slack pull request 641).
"""

import re
from typing import NamedTuple

from playground.workspace import File, Json, Workspace


class Kind(NamedTuple):
    """What a file is: to browsers, to Slack, and to people."""

    mimetype: str
    filetype: str
    pretty_type: str


# The first is ours: Slack's list has no calendar file.
KINDS = {
    "ics": Kind("text/calendar", "ics", "ICS"),
    "csv": Kind("text/csv", "csv", "CSV"),
    "gif": Kind("image/gif", "gif", "GIF"),
    "json": Kind("application/json", "json", "JSON"),
    "jpg": Kind("image/jpeg", "jpg", "JPEG"),
    "pdf": Kind("application/pdf", "pdf", "PDF"),
    "png": Kind("image/png", "png", "PNG"),
    "txt": Kind("text/plain", "text", "Plain Text"),
    "zip": Kind("application/zip", "zip", "Zip"),
}
BINARY = Kind("application/octet-stream", "binary", "Binary")
DELETED = (
    "This file was deleted."  # what Slack shows in its place (seen: slackapi/python-slack-sdk issue 1523)
)


def kind_of(shown: File) -> Kind:
    """What a file is, by the ending of its name."""
    return KINDS.get(shown.name.rpartition(".")[2].lower(), BINARY)


def download_url(workspace: Workspace, shown: File) -> str:
    """The address of a file's bytes, which ends with its name in plain letters."""
    name = re.sub(r"[^a-z0-9._-]", "_", shown.name.lower())
    return f"{workspace.url}/files-pri/{workspace.state.team_id}-{shown.id}/{name}"


def file_object(workspace: Workspace, shown: File) -> Json:
    """A file as messages carry it, and what is left of a deleted one."""
    if shown.deleted:
        return {"id": shown.id, "mode": "tombstone"}
    state, url = workspace.state, download_url(workspace, shown)
    body: Json = {
        "id": shown.id,
        "created": shown.created,
        "timestamp": shown.created,
        "name": shown.name,
        "title": shown.title,
        **kind_of(shown)._asdict(),
        "user": state.bot_user_id,
        "user_team": state.team_id,
        "editable": False,
        "size": shown.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": url,
        "url_private_download": url,
        "permalink": url,
        "has_rich_preview": False,
        "file_access": "visible",
    }
    return body | ({"alt_txt": shown.alt_text} if shown.alt_text else {})
