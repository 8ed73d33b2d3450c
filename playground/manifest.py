"""What the app's manifest allows it: commands, events, scopes, tabs.

Field names: docs.slack.dev/reference/app-manifest. Optional scopes: docs.slack.dev/changelog/2026/03/16/optional-scopes;
each must be among the scopes of ``bot`` too (the reference, "OAuth").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Command:
    """A slash command as the manifest declares it; ``command`` begins with its slash."""

    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True)
class App:
    """The installed app, as far as the workspace must know it.

    Whoever installs an app may leave out each of ``optional_scopes``, which are among ``scopes``.
    """

    name: str
    description: str
    commands: tuple[Command, ...]
    events: frozenset[str]
    scopes: tuple[str, ...]
    optional_scopes: frozenset[str]
    interactivity: bool
    socket_mode: bool
    home_tab: bool
    messages_tab: bool
    messages_tab_read_only: bool

    def command(self, name: str) -> Command | None:
        """Return the command called ``name`` (with its slash), or None."""
        return next((command for command in self.commands if command.command == name), None)


def read_app(manifest: Mapping[str, Any]) -> App:
    """Read the parsed manifest.

    Raises:
        ValueError: it has no app name, or an optional scope that is not among its scopes.
    """
    display = manifest.get("display_information", {})
    if not display.get("name"):
        raise ValueError("The manifest has no display_information.name.")
    features = manifest.get("features", {})
    home = features.get("app_home", {})
    settings = manifest.get("settings", {})
    scopes = manifest.get("oauth_config", {}).get("scopes", {})
    wanted, optional = scopes.get("bot", []), scopes.get("bot_optional", [])
    if unnamed := sorted(set(optional) - set(wanted)):
        raise ValueError(f"Each of bot_optional must be among the scopes of bot too; {unnamed} are not.")
    return App(
        name=display["name"],
        description=display.get("description", ""),
        commands=tuple(_read_command(command) for command in features.get("slash_commands", [])),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
        scopes=tuple(wanted),
        optional_scopes=frozenset(optional),
        interactivity=bool(settings.get("interactivity", {}).get("is_enabled", False)),
        socket_mode=bool(settings.get("socket_mode_enabled", False)),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", False)),
        messages_tab_read_only=bool(home.get("messages_tab_read_only_enabled", False)),
    )


def _read_command(command: Mapping[str, Any]) -> Command:
    return Command(
        command=command["command"],
        description=command.get("description", ""),
        usage_hint=command.get("usage_hint", ""),
        should_escape=bool(command.get("should_escape", False)),
    )
