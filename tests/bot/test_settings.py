"""Settings: one sentence for each mistake, naming the setting and how to get its value, never its value."""

from pathlib import Path

import pytest

from bot import settings
from bot.settings import WrongSettingError

BOT, APP = "xoxb-1-canary", "xapp-1-canary"
IN_SLACK = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "MENTOR_OPERATOR": "Ada"}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(monkeypatch: pytest.MonkeyPatch, **given: str) -> settings.Settings:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return settings.read()


def sentence(monkeypatch: pytest.MonkeyPatch, **given: str) -> str:
    with pytest.raises(WrongSettingError) as wrong:
        read(monkeypatch, **given)
    return wrong.value.sentence


def test_with_nothing_set_the_playground_has_a_database_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    given = read(monkeypatch)

    assert not given.in_slack
    assert given.database == "sqlite:///data/playground.db"
    assert (given.mentor_pace, given.mentor_command, given.mentor_operator) == (300, "/mentor", None)
    assert (given.log_level, given.log_format, given.host, given.port) == ("INFO", "text", "127.0.0.1", 3000)
    assert given.slack_api_url == "https://slack.com/api/"
    assert not given.local


def test_with_tokens_it_joins_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    given = read(monkeypatch, **IN_SLACK)

    assert given.in_slack
    assert given.database == "sqlite:///data/mentor.db"
    assert (given.bot_token, given.app_token, given.signing_secret) == (BOT, APP, None)


def test_without_an_app_level_token_a_signing_secret_is_http_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    given = read(monkeypatch, SLACK_BOT_TOKEN=BOT, SLACK_SIGNING_SECRET="signs", MENTOR_OPERATOR="Ada")

    assert given.in_slack
    assert (given.bot_token, given.app_token, given.signing_secret) == (BOT, None, "signs")


def test_with_both_it_is_socket_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    given = read(monkeypatch, **IN_SLACK, SLACK_SIGNING_SECRET="signs")

    assert (given.app_token, given.signing_secret) == (APP, None)


def test_the_environment_wins_over_the_file_and_blanks_count_as_unset(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("MENTOR_OPERATOR=Ada\nLOG_LEVEL=debug\nMENTOR_PACE=\nLOG_FORMAT=json\n")

    given = read(monkeypatch, LOG_LEVEL="error", MENTOR_OPERATOR="  ", LOG_FORMAT="", MENTOR_COMMAND=" ")

    assert (given.log_level, given.log_format) == ("ERROR", "json")
    assert (given.mentor_pace, given.mentor_operator, given.mentor_command) == (300, None, "/mentor")


def test_secrets_show_themselves_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    given = read(
        monkeypatch,
        **IN_SLACK,
        DATABASE_URL="postgresql+psycopg://mentor:canary@db/mentor",
        MENTOR_KEYS="canary",
        SLACK_SIGNING_SECRET="canary",
        SLACK_CLIENT_SECRET="canary",
    )

    assert "canary" not in f"{given!r} {given} {given.model_dump()} {given.model_dump_json()}"
    assert given.keys == "canary"
    assert given.database == "postgresql+psycopg://mentor:canary@db/mentor"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"SLACK_BOT_TOKEN": BOT},
            "SLACK_APP_TOKEN is missing, with which SLACK_BOT_TOKEN joins Slack by Socket Mode (for HTTP mode set "
            "SLACK_SIGNING_SECRET): make one with the scope connections:write at "
            "https://api.slack.com/apps, your app, Basic Information, App-Level Tokens; it begins with xapp-.",
        ),
        (
            {"SLACK_APP_TOKEN": APP},
            "SLACK_BOT_TOKEN is missing, without which nobody joins Slack: copy “Bot User OAuth Token” from "
            "https://api.slack.com/apps, your app, Install App; it begins with xoxb-.",
        ),
        (
            {"SLACK_SIGNING_SECRET": "canary"},
            "SLACK_BOT_TOKEN is missing, without which nobody joins Slack: copy “Bot User OAuth Token” from "
            "https://api.slack.com/apps, your app, Install App; it begins with xoxb-.",
        ),
        (
            {**IN_SLACK, "SLACK_BOT_TOKEN": APP},
            "SLACK_BOT_TOKEN does not begin with xoxb-: copy “Bot User OAuth Token” from https://api.slack.com/apps, "
            "your app, Install App; it begins with xoxb-.",
        ),
        (
            {**IN_SLACK, "SLACK_APP_TOKEN": "canary"},
            "SLACK_APP_TOKEN does not begin with xapp-: make one with the scope connections:write at "
            "https://api.slack.com/apps, your app, Basic Information, App-Level Tokens; it begins with xapp-.",
        ),
        (
            {**IN_SLACK, "MENTOR_OPERATOR": ""},
            "MENTOR_OPERATOR is missing: write who runs this bot, as its people should read it: a name, and how to reach them.",
        ),
        (
            {"SLACK_API_URL": "http://slack.example/api/"},
            "SLACK_API_URL would send tokens unencrypted to another machine: leave it unset for Slack "
            "(https://slack.com/api/), or give a stand-in's address, such as http://127.0.0.1:4390/api/.",
        ),
        (
            {"SLACK_API_URL": "slack"},
            "SLACK_API_URL is not an address: leave it unset for Slack (https://slack.com/api/), or give a stand-in's "
            "address, such as http://127.0.0.1:4390/api/.",
        ),
        (
            {"DATABASE_URL": "mysql://canary@db/mentor"},
            "DATABASE_URL is neither SQLite nor PostgreSQL: use sqlite:///data/mentor.db or "
            "postgresql+psycopg://user:password@host/database.",
        ),
        (
            {"MENTOR_PACE": "canary"},
            "MENTOR_PACE is not valid: use a whole number of messages a minute, from 1 to 60000; 300 suits Slack.",
        ),
        (
            {"MENTOR_PACE": "0"},
            "MENTOR_PACE is not valid: use a whole number of messages a minute, from 1 to 60000; 300 suits Slack.",
        ),
        (
            {"MENTOR_COMMAND": "mentor"},
            "MENTOR_COMMAND is not a command's name: use the slash command's name as manifest.yml has it, such as /mentor.",
        ),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is not valid: use DEBUG, INFO, WARNING or ERROR."),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is not valid: use text or json."),
        (
            {"PORT": "65536"},
            "PORT is not valid: use a port number from 1 to 65535 that nothing else listens on.",
        ),
        (
            {"SLACK_CLIENT_ID": "canary"},
            "SLACK_CLIENT_ID is for installing Mentor into many workspaces, which this version does not do yet: unset it, "
            "and join one workspace with SLACK_BOT_TOKEN.",
        ),
    ],
)
def test_a_wrong_setting_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], expected: str
) -> None:
    assert sentence(monkeypatch, **given) == expected


def test_a_file_that_is_not_text_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"MENTOR_OPERATOR=\xff\xfe")

    assert sentence(monkeypatch) == ".env can't be read: save it as plain text in UTF-8."


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:4390/api/", True),
        ("http://localhost:4390/api", True),
        ("http://[::1]:4390/api/", True),
        ("https://slack.com/api/", False),
        ("https://127.0.0.1.example/api/", False),
    ],
)
def test_only_this_machine_itself_is_local(monkeypatch: pytest.MonkeyPatch, url: str, local: bool) -> None:
    given = read(monkeypatch, SLACK_API_URL=url)

    assert given.local is local
    assert given.slack_api_url.endswith("/api/")


def test_the_token_is_not_asked_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="there is no token"):
        read(monkeypatch).bot_token  # noqa: B018 - the look itself is refused


def test_the_example_names_every_setting() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text()

    assert [name for name in settings.Settings.model_fields if f"#{name.upper()}=" not in example] == []
