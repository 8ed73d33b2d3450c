"""Uploading as an app does, step by step."""

import urllib.error
import urllib.request
from typing import Any

from slack_sdk import WebClient

INVITE = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def begin(client: WebClient, content: bytes = INVITE, name: str = "meeting.ics") -> tuple[str, str]:
    """The address for a file's bytes, and its id."""
    answer = client.files_getUploadURLExternal(filename=name, length=len(content))
    return answer["upload_url"], answer["file_id"]


def upload(url: str, content: bytes = INVITE, **headers: str) -> tuple[int, str]:
    """POST a file's bytes; return status and answer, also of a refusal."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, content, headers), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def uploaded(client: WebClient) -> str:
    """The id of a file whose bytes are there, and which is not completed."""
    url, file_id = begin(client)
    assert upload(url) == (200, "OK - 32")
    return file_id


def shared(client: WebClient, dm: str, **more: Any) -> str:
    """The id of a file that stands in the DM."""
    file_id = uploaded(client)
    client.files_completeUploadExternal(files=[{"id": file_id}], channel_id=dm, **more)
    return file_id


def newest(client: WebClient, dm: str) -> dict[str, Any]:
    """The newest message in the DM's history."""
    message: dict[str, Any] = client.conversations_history(channel=dm)["messages"][0]
    return message
