"""What is set and secret is never said: not by a command that fails, not in the log at DEBUG, not by what holds it."""

import base64
import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App

from bot import log
from bot.cli import app as commands
from bot.http_mode import Answering
from bot.sending import Sender, client_for
from playground.server import Playground
from storage import keys
from storage.database import Database
from storage.vault import MasterKey
from tests.bot.commands import OPERATOR, invoke
from tests.bot.requests import JSON, signed
from tests.handlers.slack import said

CANARY = "canary-4711"
KEY = base64.b64encode(b"a canary in a coal mine, singing".ljust(32)).decode()
SECRETS = {
    "SLACK_BOT_TOKEN": f"xoxb-{CANARY}",
    "SLACK_APP_TOKEN": f"xapp-{CANARY}",
    "SLACK_SIGNING_SECRET": CANARY,
    "SLACK_CLIENT_SECRET": CANARY,
    "MENTOR_KEYS": KEY,
    "DATABASE_URL": f"postgresql+psycopg://mentor:{CANARY}@127.0.0.1:1/mentor",
    "LOG_LEVEL": "DEBUG",
    **OPERATOR,
}
COMMANDS: list[list[str]] = [
    ["run"],
    ["migrate"],
    ["keys", "check"],
    ["keys", "rotate"],
    ["backup", "backup.db"],
    ["restore", "backup.db"],
]


def tells(text: str) -> list[str]:
    """Return which of the secrets stand in a text."""
    return [secret for secret in (CANARY, KEY) if secret in text]


@pytest.fixture
def given(here: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """All of them set, in an empty directory."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_whose_database_cannot_be_reached_says_no_secret(
    given: pytest.MonkeyPatch, words: list[str]
) -> None:
    code, out, err = invoke(*words)

    assert code == 1
    assert "mentor: " in err
    assert tells(out + err) == []


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://mentor:{CANARY}@db/mentor",
        f"postgresql+psycopg://mentor:{CANARY}@[/mentor",
        f"postgresql+psycopg://mentor:{CANARY}@db:port/mentor",
        f"postgresql+psycopg://mentor:{CANARY}@db.invalid/mentor",
        f"postgresql+psycopg://mentor:{CANARY}",
    ],
    ids=range(5),
)
def test_nor_does_one_whose_address_is_none(given: pytest.MonkeyPatch, url: str) -> None:
    given.setenv("DATABASE_URL", url)
    code, out, err = invoke("migrate")

    assert code == 1
    assert "mentor: " in err
    assert tells(out + err) == []


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "MENTOR_KEYS", "MENTOR_PACE", "PORT"])
def test_a_wrong_value_is_named_and_not_said(given: pytest.MonkeyPatch, name: str) -> None:
    given.setenv(name, CANARY)
    given.setenv("DATABASE_URL", "sqlite:///mentor.db")
    code, out, err = invoke("run")

    assert code == 1
    assert name in err
    assert tells(out + err) == []


@pytest.mark.parametrize("mode", ["websocket", "http"])
def test_a_token_that_slack_refuses_is_not_said(
    given: pytest.MonkeyPatch, slack: Playground, mode: str
) -> None:
    given.setenv("SLACK_API_URL", slack.api_url)
    given.setenv("DATABASE_URL", "sqlite:///mentor.db")
    if mode == "http":
        given.delenv("SLACK_APP_TOKEN")
    code, out, err = invoke("run")

    assert code == 1
    assert "SLACK_BOT_TOKEN is refused by Slack" in err
    assert tells(out + err) == []


@pytest.fixture
def heard(log_as_before: None) -> io.StringIO:
    """All that is logged at DEBUG."""
    out = io.StringIO()
    log.set_up("DEBUG", "text", out)
    return out


def test_requests_leave_neither_secret_nor_signature_nor_words_in_the_log(heard: io.StringIO) -> None:
    """Signed or not, and when handling one fails."""
    bolt = App(token="xoxb-1", token_verification_enabled=False, request_verification_enabled=False)

    @bolt.middleware
    def fail() -> None:
        raise RuntimeError(CANARY)

    answering = Answering(bolt, CANARY)
    body = json.dumps(said("UANNA", f"words {CANARY}")).encode()
    good = signed(body, JSON, secret=CANARY)
    statuses = [answering(headers, body).status for headers in (good, {**good, "x-slack-signature": "v0=no"})]

    assert statuses == [500, 401]
    assert "Refused a request whose signature" in heard.getvalue()
    assert tells(heard.getvalue()) == []
    assert good["x-slack-signature"] not in heard.getvalue()


def test_what_holds_a_secret_does_not_show_it(slack: Playground, database: Database) -> None:
    [master] = keys.parse(KEY, "MENTOR_KEYS")
    client = client_for(f"xoxb-{CANARY}", api_url=slack.api_url)
    holders: list[Any] = [
        master,
        MasterKey.of(CANARY.encode().ljust(32)),
        client,
        Sender(client),
        Answering(App(client=client, token_verification_enabled=False), CANARY),
        database.vault,
    ]

    assert [tells(f"{one!r} {one}") for one in holders] == [[]] * len(holders)


def test_no_command_shows_its_variables_when_it_breaks() -> None:
    assert (commands.pretty_exceptions_enable, logging.raiseExceptions) == (False, True)
