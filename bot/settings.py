"""What can be set, in the environment or in ``.env``; a wrong setting stops the start with one sentence."""

import ipaddress
import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SLACK = "https://slack.com/api/"
COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
"""A slash command's name: lower case, at most 32 characters (docs.slack.dev/interactivity/implementing-slash-commands)."""
DATABASES = ("sqlite:///", "postgresql+psycopg://")
MOST_A_MINUTE = 60_000

APP_PAGE = "https://api.slack.com/apps, your app"
HOW = {
    "SLACK_BOT_TOKEN": f"copy “Bot User OAuth Token” from {APP_PAGE}, Install App; it begins with xoxb-",
    "SLACK_APP_TOKEN": f"make one with the scope connections:write at {APP_PAGE}, Basic Information, App-Level Tokens; "
    "it begins with xapp-",
    "SLACK_SIGNING_SECRET": f"copy it from {APP_PAGE}, Basic Information, App Credentials",
    "SLACK_API_URL": f"leave it unset for Slack ({SLACK}), or give a stand-in's address, such as http://127.0.0.1:4390/api/",
    "DATABASE_URL": "use sqlite:///data/mentor.db or postgresql+psycopg://user:password@host/database",
    "MENTOR_OPERATOR": "write who runs this bot, as its people should read it: a name, and how to reach them",
    "MENTOR_PACE": f"use a whole number of messages a minute, from 1 to {MOST_A_MINUTE}; 300 suits Slack",
    "MENTOR_COMMAND": "use the slash command's name as manifest.yml has it, such as /mentor",
    "LOG_LEVEL": "use DEBUG, INFO, WARNING or ERROR",
    "LOG_FORMAT": "use text or json",
    "HOST": "use an address of this machine, such as 127.0.0.1 behind a proxy on it",
    "HEALTH_PORT": "use a port number from 1 to 65535 that nothing else on this machine listens on",
    "PORT": "use a port number from 1 to 65535 that nothing else listens on",
}
"""How to get each setting's value; the end of the sentence that names it."""

MANY_WORKSPACES = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")


class WrongSettingError(Exception):
    """A setting is wrong or missing; ``sentence`` names it and how to get its value, never its value."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def wrong(name: str, what: str) -> WrongSettingError:
    """Return the error that says ``what`` is the matter with the setting ``name``."""
    return WrongSettingError(f"{name} {what}: {HOW[name]}.")


def is_loopback(url: str) -> bool:
    """Tell whether ``url`` names this machine itself."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _beginning(prefix: str) -> AfterValidator:
    def check(token: SecretStr | None) -> SecretStr | None:
        if token is not None and not token.get_secret_value().startswith(prefix):
            raise ValueError(f"does not begin with {prefix}")
        return token

    return AfterValidator(check)


def _api_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not an address")
    if parts.scheme == "http" and not is_loopback(url):
        raise ValueError("would send tokens unencrypted to another machine")
    return url if url.endswith("/") else f"{url}/"


def _command(name: str) -> str:
    if not COMMAND.fullmatch(name):
        raise ValueError("is not a command's name")
    return name


def _database(url: SecretStr | None) -> SecretStr | None:
    if url is not None and not url.get_secret_value().startswith(DATABASES):
        raise ValueError("is neither SQLite nor PostgreSQL")
    return url


class Settings(BaseSettings):
    """Everything that can be set (design, section 9). Secrets show themselves only to ``get_secret_value()``.

    ``database_url`` None stands for the default, which depends on where the bot runs: see ``database``.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )

    slack_bot_token: Annotated[SecretStr | None, _beginning("xoxb-")] = None
    slack_app_token: Annotated[SecretStr | None, _beginning("xapp-")] = None
    slack_signing_secret: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_api_url: Annotated[str, AfterValidator(_api_url)] = SLACK
    database_url: Annotated[SecretStr | None, AfterValidator(_database)] = None
    mentor_keys: SecretStr | None = None
    mentor_pace: Annotated[int, Field(ge=1, le=MOST_A_MINUTE)] = 300
    mentor_command: Annotated[str, AfterValidator(_command)] = "/mentor"
    mentor_operator: str | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 3000
    health_port: Annotated[int | None, Field(ge=1, le=65535)] = None

    @model_validator(mode="before")
    @classmethod
    def _tidy(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Take away blanks around values; what is only blanks counts as unset. Words for levels may be in any case."""
        tidy = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        for name, change in (("log_level", str.upper), ("log_format", str.lower)):
            if isinstance(tidy.get(name), str):
                tidy[name] = change(tidy[name])
        return {name: value for name, value in tidy.items() if value != ""}

    @property
    def in_slack(self) -> bool:
        """Tell whether there are tokens, so that the bot joins that Slack rather than the playground."""
        return self.slack_bot_token is not None

    @property
    def bot_token(self) -> str:
        """The bot's token; to be asked only if there is one."""
        if self.slack_bot_token is None:
            raise ValueError("there is no token")
        return self.slack_bot_token.get_secret_value()

    @property
    def app_token(self) -> str | None:
        """The app-level token, with which the bot opens a websocket; None in HTTP mode."""
        return None if self.slack_app_token is None else self.slack_app_token.get_secret_value()

    @property
    def signing_secret(self) -> str | None:
        """What Slack signs its requests with; None in Socket Mode, which goes before HTTP mode where both could be."""
        if self.slack_signing_secret is None or self.slack_app_token is not None:
            return None
        return self.slack_signing_secret.get_secret_value()

    @property
    def health(self) -> tuple[str, int] | None:
        """Where health and figures are to be had, on this machine alone: the setting that says so, and the port; None: nowhere.

        ``PORT`` is Slack's in HTTP mode, and there alone has a default.
        """
        if self.health_port is not None:
            return "HEALTH_PORT", self.health_port
        said = "port" in self.model_fields_set and self.signing_secret is None
        return ("PORT", self.port) if said else None

    @property
    def local(self) -> bool:
        """Tell whether the Web API is on this machine."""
        return is_loopback(self.slack_api_url)

    @property
    def database(self) -> str:
        """The database's address: as set, else a file of the playground's own, else the bot's."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return "sqlite:///data/mentor.db" if self.in_slack else "sqlite:///data/playground.db"

    @property
    def keys(self) -> str | None:
        """The master keys as set, comma-separated."""
        return None if self.mentor_keys is None else self.mentor_keys.get_secret_value()


def read() -> Settings:
    """Return the settings of the environment and ``.env``; the environment wins.

    Raises:
        WrongSettingError: a value is wrong, or one that others need is missing.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise wrong(str(first["loc"][0]).upper(), _what(first)) from None
    except UnicodeDecodeError:
        raise WrongSettingError(".env can't be read: save it as plain text in UTF-8.") from None
    _check_together(settings)
    return settings


def _what(problem: Any) -> str:
    if problem["type"] == "value_error":
        return str(problem["msg"].removeprefix("Value error, "))
    return "is not valid"


def _check_together(settings: Settings) -> None:
    """Raise ``WrongSettingError`` for the first setting that the others call for."""
    ways_in = settings.slack_app_token or settings.slack_signing_secret
    if settings.in_slack and ways_in is None:
        raise wrong(
            "SLACK_APP_TOKEN",
            "is missing, with which SLACK_BOT_TOKEN joins Slack by Socket Mode (for HTTP mode set SLACK_SIGNING_SECRET)",
        )
    if not settings.in_slack and ways_in is not None:
        raise wrong("SLACK_BOT_TOKEN", "is missing, without which nobody joins Slack")
    if settings.in_slack and settings.mentor_operator is None:
        raise wrong("MENTOR_OPERATOR", "is missing")
    if not settings.in_slack:
        for name in MANY_WORKSPACES:
            if getattr(settings, name.lower()) is not None:
                raise WrongSettingError(
                    f"{name} is for installing Mentor into many workspaces, which this version does not do yet: unset it, "
                    "and join one workspace with SLACK_BOT_TOKEN."
                )
