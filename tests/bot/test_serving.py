"""The running bot takes its workspace's token from the vault."""

import logging
import threading
from pathlib import Path

import pytest

from bot import settings
from bot.serving import serving
from mentoring.due import Due, Kind
from mentoring.ids import new_id
from mentoring.people import Profile
from playground.server import Playground
from storage import installations, outbox, people
from storage.database import Database
from tests.bot.conftest import STARTS, said, wait_until


def greet(database: Database, team_id: str, user_id: str) -> None:
    """Owe someone a message."""
    with database.writing() as tx:
        profile = Profile("Anna", "America/New_York", "en-GB", active=True, is_bot=False)
        who = people.learn(tx, team_id=team_id, user_id=user_id, profile=profile, now=STARTS)
        outbox.add(tx, Due(Kind.REPLY, f"help/{new_id()}", STARTS, recipient=who.id))


@pytest.fixture
def in_slack(slack: Playground, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The settings with which the bot joins the playground."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "MENTOR_OPERATOR": "Ada Marsh",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("in_slack")
def test_messages_go_out_with_the_token_in_the_vault_to_its_own_workspace(
    slack: Playground,
    database: Database,
    database_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "signs what comes over HTTP")
    anna = slack.hands("anna")
    with database.writing() as tx:
        installations.keep(tx, "T0", slack.bot_token)

    with serving(settings.read(), database) as joined:
        with database.writing() as tx:
            assert installations.token(tx, joined.team_id) == slack.bot_token
            installations.keep(tx, joined.team_id, "xoxb-another")
        greet(database, joined.team_id, anna.id)
        greet(database, "T0", "U0")
        wait_until(lambda: len(said(caplog)) == 2)
        assert anna.messages == []

        with database.writing() as tx:
            installations.keep(tx, joined.team_id, slack.bot_token)
        wait_until(lambda: len(anna.messages) == 1)

    both = "SLACK_APP_TOKEN is set, so this is Socket Mode: SLACK_SIGNING_SECRET is not used."
    assert both in caplog.messages
    later = "Its messages are kept and go out once SLACK_BOT_TOKEN works again."
    assert sorted(said(caplog)[:2]) == sorted(
        [
            f"Nothing can be sent to workspace T0: no token is set for it. {later}",
            f"Nothing can be sent to workspace {joined.team_id}: invalid_auth. {later}",
        ]
    )
    pages = b"".join(part.read_bytes() for part in database_file.parent.glob("mentor.db*"))
    assert joined.team_id.encode() in pages
    assert slack.bot_token.encode() not in pages


@pytest.mark.usefixtures("in_slack")
def test_whoever_runs_it_hears_that_slack_is_lost(slack: Playground, database: Database) -> None:
    lost = threading.Event()
    with serving(settings.read(), database, lost.set, silence_seconds=0.5, patience_seconds=0.2):
        slack.misbehave.answer_error("apps.connections.open", "internal_error", times=99)
        slack.fall_silent()

        assert lost.wait(10)
