"""``mentor doctor``: one table, what is wrong and how to mend it, and no secret."""

from pathlib import Path

import pytest

from playground.server import Playground
from storage import opening
from tests.bot.commands import in_slack, invoke
from tests.bot.conftest import OLD, OLD_ID, URL


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that is wide enough for each line."""
    monkeypatch.setenv("COLUMNS", "400")


def lines(said: str) -> list[str]:
    """What was said, line by line, with single blanks."""
    return [" ".join(line.split()) for line in said.splitlines()]


def given(monkeypatch: pytest.MonkeyPatch, slack: Playground, **other: str) -> None:
    for name, value in in_slack(slack, **other).items():
        monkeypatch.setenv(name, value)


def test_before_the_first_start_it_says_what_it_could_not_look_at(here: Path) -> None:
    code, said, trouble = invoke("doctor")

    assert (code, trouble) == (0, "")
    assert lines(said) == [
        "note Settings No Slack tokens are set: Mentor would run in a playground on this machine.",
        "→ To join a real Slack, set SLACK_BOT_TOKEN, SLACK_APP_TOKEN and MENTOR_OPERATOR; .env.example says how.",
        "not tried Database data/playground.db has no tables yet. The first `mentor run` makes them.",
        "not tried Keys They are looked at in a database of this version.",
        "not tried Slack There are no tokens, so nothing was asked of Slack: neither about scopes, the way in, the clock and marks "
        "of messages, nor whether it would take every window and message.",
        "Nothing is wrong. 3 could not be tried.",
    ]
    assert list(here.iterdir()) == []


def test_beside_a_running_mentor_it_looks_at_everything_and_shows_no_secret(
    filled: Path, slack: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, slack)
    bot, app = slack.bot_token, slack.app_token
    with opening.opened(URL, master_keys=OLD):
        code, said, trouble = invoke("doctor")

    *found, taken, conclusion = lines(said)
    assert (code, trouble) == (0, "")
    assert found == [
        f"ok Settings Socket Mode; SLACK_APP_TOKEN …{app[-4:]}, SLACK_BOT_TOKEN …{bot[-4:]}. Run by Ada Marsh. Slack's Web API "
        f"is taken to be at {slack.api_url}.",
        "ok Database data/mentor.db, its tables are those of this version (0007). A Mentor is using it.",
        f"ok Keys Master key {OLD_ID}, from MENTOR_KEYS, opens every data key (3).",
        f"ok Bot's token SLACK_BOT_TOKEN …{bot[-4:]} is good: mentor in the workspace Playground.",
        "ok Scopes Those of the manifest: chat:write, commands, files:write, im:history, im:write, users:read.",
        f"ok Way in SLACK_APP_TOKEN …{app[-4:]} is good: Slack gives an address for the websocket.",
        "ok Clock Within a minute of Slack's.",
        "not tried Marks of messages Nothing has been sent yet, so there is no message to look at.",
    ]
    assert taken.startswith("ok Windows and messages Slack would take all ")
    assert conclusion == "Nothing is wrong. 1 could not be tried."
    assert [secret for secret in (bot, app, OLD) if secret[:-4] in said] == []


def test_a_refused_token_is_wrong_and_the_rest_is_not_tried(
    filled: Path, slack: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, slack, SLACK_BOT_TOKEN="xoxb-0000-0000-wrong", SLACK_APP_TOKEN="xapp-0000-0000-wrong")
    code, said, _ = invoke("doctor")

    no_answer = "The bot's token is not good, or Slack can't be reached."
    assert code == 1
    assert lines(said)[3:] == [
        "wrong Bot's token SLACK_BOT_TOKEN …rong is refused by Slack (invalid_auth).",
        "→ Copy “Bot User OAuth Token” from https://api.slack.com/apps, your app, Install App; it begins with xoxb-.",
        f"not tried Scopes {no_answer}",
        "wrong Way in SLACK_APP_TOKEN …rong is refused by Slack (invalid_auth).",
        "→ Make one with the scope connections:write at https://api.slack.com/apps, your app, Basic Information, App-Level Tokens; "
        "it begins with xapp-.",
        f"not tried Clock {no_answer}",
        f"not tried Marks of messages {no_answer}",
        f"not tried Windows and messages {no_answer}",
        "2 things are wrong. 4 could not be tried.",
    ]


def test_a_slack_that_cannot_be_reached_is_wrong(
    filled: Path, slack: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, slack, SLACK_API_URL="http://127.0.0.1:1/api/", HTTPS_PROXY="http://127.0.0.1:2")
    code, said, _ = invoke("doctor")

    assert code == 1
    assert lines(said)[3:5] == [
        "wrong Bot's token Slack can't be reached (ConnectionRefusedError).",
        "→ Check this machine's network, its proxy (HTTPS_PROXY), and SLACK_API_URL.",
    ]


def test_a_revoked_token_and_a_missing_key_are_two_things(
    filled: Path, slack: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, slack)
    monkeypatch.setenv("MENTOR_KEYS", "")
    slack.misbehave.answer_error("auth.test", "token_revoked")
    code, said, _ = invoke("doctor")

    assert code == 1
    assert f"SLACK_BOT_TOKEN …{slack.bot_token[-4:]} has been revoked (token_revoked)." in said
    assert "not tried Marks of messages" in " ".join(said.split())
    assert lines(said)[-1] == "2 things are wrong. 4 could not be tried."


def test_a_wrong_setting_is_one_sentence(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MENTOR_PACE", "quick")

    assert invoke("doctor") == (
        1,
        "",
        "mentor: MENTOR_PACE is not valid: use a whole number of messages a minute, from 1 to 60000; 300 suits Slack.\n",
    )
