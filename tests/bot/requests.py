"""Requests as Slack signs and sends them over HTTP (docs.slack.dev/authentication/verifying-requests-from-slack)."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
FIVE_MINUTES = 300

Headers = dict[str, str]


def signature(body: bytes, at: str, secret: str = SECRET) -> str:
    return "v0=" + hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()


def signed(body: bytes, kind: str = FORM, *, seconds_ago: float = 0.0, secret: str = SECRET) -> Headers:
    """Return the headers of a request with this body."""
    at = str(int(time.time() - seconds_ago))  # noqa: TID251 - Slack signs with the real time
    return {
        "content-type": kind,
        "x-slack-request-timestamp": at,
        "x-slack-signature": signature(body, at, secret),
    }


def command(body: dict[str, Any]) -> bytes:
    """Return a slash command's body."""
    return urlencode(body).encode()


def interaction(body: dict[str, Any]) -> bytes:
    """Return the body of a click or a submission."""
    return urlencode({"payload": json.dumps(body)}).encode()


def event(body: dict[str, Any]) -> bytes:
    """Return an event's body."""
    return json.dumps(body).encode()
