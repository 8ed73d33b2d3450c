"""What Slack's ``users.info`` tells of someone, as far as it matters here."""

from collections.abc import Mapping
from typing import Any

from mentoring.people import Profile

SLACKBOT = "USLACKBOT"
"""Slackbot's id everywhere; ``users.info`` does not call it a bot (docs.slack.dev/reference/objects/user-object)."""


def profile_of(user: Mapping[str, Any]) -> Profile:
    """Return the profile in a ``user`` object of Slack's."""
    shown = user.get("profile") or {}
    name = shown.get("real_name") or user.get("real_name") or shown.get("display_name") or user.get("name")
    return Profile(
        name=str(name or "Someone"),
        zone=user.get("tz") or None,
        locale=user.get("locale") or None,
        active=not user.get("deleted", False),
        is_bot=bool(user.get("is_bot")) or user.get("id") == SLACKBOT,
    )
