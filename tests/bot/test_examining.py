"""What ``mentor doctor`` finds, one thing at a time: on this machine, and in a Slack that has something wrong with it."""

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from slack_bolt import BoltResponse
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot import examining
from bot import examining_slack as slack_looks
from bot.doctor import examined
from bot.findings import Finding, Verdict, last_four
from bot.http_mode import address
from bot.listening import listener_at, served
from bot.sending import client_for
from bot.settings import Settings
from handlers.gallery.drawings import HOME, Drawing
from mentoring.due import Kind
from playground.server import Playground
from storage import due, opening
from storage.outbox import Row
from tests.bot.conftest import FILE, OLD, OLD_ID, URL, Post
from tests.bot.test_keys import NEW, NEW_ID
from tests.journeys.driver import MANIFEST

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
GOOD, NOTE, WRONG, UNKNOWN = Verdict.GOOD, Verdict.NOTE, Verdict.WRONG, Verdict.UNKNOWN


def told(**headers: str) -> SlackResponse:
    """An answer of Slack's with these headers."""
    return SlackResponse(
        client=WebClient(),
        http_verb="POST",
        api_url="",
        req_args={},
        data={"ok": True},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        status_code=200,
    )


# --- secrets and settings


def test_of_a_secret_the_last_four_characters_are_shown() -> None:
    assert last_four(None) == "not set"
    assert last_four(SecretStr("xoxb-a-short-one")) == "…-one"
    assert last_four(SecretStr("no-secret-left")) == "set"


def test_the_way_that_it_would_start_is_told(here: Path) -> None:
    given = Settings(
        slack_bot_token=SecretStr("xoxb-1111-2222-3333"),
        slack_app_token=SecretStr("xapp-1111-2222-4444"),
        mentor_operator="Ada [Marsh]",
    )
    assert examining.settings(given) == Finding(
        "Settings",
        GOOD,
        "Socket Mode; SLACK_APP_TOKEN …4444, SLACK_BOT_TOKEN …3333. Run by Ada [Marsh].",
    )
    over_http = given.model_copy(
        update={"slack_app_token": None, "slack_signing_secret": SecretStr("0123456789abcdef")}
    )
    assert examining.settings(over_http) == Finding(
        "Settings",
        GOOD,
        "HTTP mode at 127.0.0.1, port 3000; SLACK_SIGNING_SECRET …cdef, SLACK_BOT_TOKEN …3333. Run by Ada [Marsh].",
    )


# --- the database


def of(url: str, master_keys: str | None = None) -> Settings:
    return Settings(
        database_url=SecretStr(url), mentor_keys=None if master_keys is None else SecretStr(master_keys)
    )


def test_a_database_of_this_version_is_good_and_another_is_told(filled: Path) -> None:
    assert examining.database(of(URL)) == Finding(
        "Database", GOOD, "data/mentor.db, its tables are those of this version (0007)."
    )
    with opening.beside(URL, master_keys=OLD) as database, database.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert examining.database(of(URL)) == Finding(
        "Database",
        NOTE,
        "data/mentor.db, its tables are at 0001; those of this version are at 0007.",
        "Back it up with `mentor backup`; then `mentor run` or `mentor migrate` brings it to this version.",
    )


def test_a_newer_database_is_wrong(filled: Path) -> None:
    with opening.beside(URL, master_keys=OLD) as database, database.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert examining.database(of(URL)) == Finding(
        "Database",
        WRONG,
        "data/mentor.db was written by a newer Mentor: its tables are at 9999, this one knows 0007.",
        "Update Mentor, or name another database in DATABASE_URL.",
    )


def test_a_database_that_cannot_be_opened_is_wrong(here: Path) -> None:
    FILE.parent.mkdir()
    FILE.write_text("Dear diary, " * 1000)
    assert examining.database(of(URL)) == Finding(
        "Database",
        WRONG,
        "The database that DATABASE_URL names can't be opened: file is not a database.",
        "Check DATABASE_URL, and that this account may read and write it.",
    )
    found = examining.database(of("postgresql+psycopg://mentor:s3cret@127.0.0.1:1/mentor"))
    assert (found.verdict, found.mend) == (
        WRONG,
        "Check DATABASE_URL, and that the server runs and lets this account in.",
    )
    assert "s3cret" not in found.found


def test_a_database_on_postgresql_is_shown_without_its_password(postgres_url: str) -> None:
    found = examining.database(of(postgres_url))

    assert found.verdict is UNKNOWN
    assert found.found.startswith("postgresql://")
    assert found.found.endswith(" has no tables yet. The first `mentor run` makes them.")
    with opening.opened(postgres_url, master_keys=OLD):
        both = list(examined(of(postgres_url, OLD), lambda *_: None))[1:3]
    where = found.found.partition(" has")[0]
    assert both == [
        Finding(
            "Database", GOOD, f"{where}, its tables are those of this version (0007). A Mentor is using it."
        ),
        Finding("Keys", GOOD, f"Master key {OLD_ID}, from MENTOR_KEYS, opens every data key (0)."),
    ]


# --- keys


def keys_found(master_keys: str | None) -> Finding:
    found = {finding.what: finding for finding in examined(of(URL, master_keys), lambda *_: None)}
    return found["Keys"]


def test_keys_are_good_missing_older_or_damaged(filled: Path) -> None:
    assert keys_found(OLD) == Finding(
        "Keys", GOOD, f"Master key {OLD_ID}, from MENTOR_KEYS, opens every data key (3)."
    )
    assert keys_found(NEW) == Finding(
        "Keys",
        WRONG,
        f"Master key {OLD_ID}, which data keys are wrapped by, is not in MENTOR_KEYS: Mentor will not start.",
        "Put it back from your backup, beside those that are there.",
    )
    assert keys_found(f"{NEW},{OLD}") == Finding(
        "Keys",
        NOTE,
        f"Every data key opens. Of 3, 3 still by master key {OLD_ID}.",
        "`mentor keys rotate` wraps them with the first one.",
    )
    assert NEW_ID != OLD_ID
    with opening.beside(URL, master_keys=OLD) as database, database.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE data_keys SET wrapped = x'00' WHERE person_id IS NULL")
    assert keys_found(OLD) == Finding(
        "Keys",
        WRONG,
        "1 of 3 data keys can't be opened.",
        "`mentor keys check` names them, and what can't be read for it. A backup may still have them whole.",
    )


def test_without_any_key_it_matters_whether_one_is_needed(filled: Path) -> None:
    assert keys_found(None) == Finding(
        "Keys",
        WRONG,
        f"The database was written with master key {OLD_ID}, which is missing: MENTOR_KEYS is not set, and there is no data/keys. "
        "Please set MENTOR_KEYS to it, or put back the keys file from your backup.",
        "Before that Mentor will not start.",
    )
    Path("data/keys").write_text(OLD)
    Path("data/keys").chmod(0o644)
    assert keys_found(None).found.startswith(
        "data/keys holds the master key, and others on this machine may read it"
    )
    Path("data/keys").unlink()
    with opening.beside(URL, master_keys=OLD) as database, database.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE installations SET token = NULL")
        tx.connection.exec_driver_sql("DELETE FROM data_keys")
    assert keys_found(None) == Finding(
        "Keys", UNKNOWN, "There is no master key yet. The first `mentor run` makes one."
    )


# --- scopes and the clock


def test_scopes_are_held_against_the_manifest() -> None:
    all_of_them = "chat:write,commands,files:write,im:history,im:write,users:read"
    assert slack_looks.scopes(told(x_oauth_scopes=all_of_them), MANIFEST) == Finding(
        "Scopes",
        GOOD,
        "Those of the manifest: chat:write, commands, files:write, im:history, im:write, users:read.",
    )
    assert slack_looks.scopes(
        told(X_OAuth_Scopes=all_of_them.replace("files:write,", "")), MANIFEST
    ) == Finding(
        "Scopes",
        NOTE,
        "All that are needed. Without files:write calendar files and exports can't be sent; for sessions there are links.",
        f"To have it: {slack_looks.INSTALL}",
    )
    assert slack_looks.scopes(
        told(x_oauth_scopes="chat:write, commands,im:write,users:read"), MANIFEST
    ) == Finding("Scopes", WRONG, "Missing: im:history.", slack_looks.INSTALL)
    assert slack_looks.scopes(told(x_oauth_scopes=f"{all_of_them},channels:read"), MANIFEST) == Finding(
        "Scopes",
        NOTE,
        "All of the manifest's, and channels:read, which Mentor doesn't use.",
        slack_looks.INSTALL,
    )
    assert slack_looks.scopes(told(), MANIFEST) == Finding(
        "Scopes", UNKNOWN, "Slack doesn't say which scopes the token has."
    )


@pytest.mark.parametrize("seconds", [-60, 0, 60])
def test_a_clock_within_a_minute_of_slacks_is_good(seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    assert slack_looks.clock(told(date="Wed, 25 Nov 2026 12:00:00 GMT"), now) == Finding(
        "Clock", GOOD, "Within a minute of Slack's."
    )


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (61, "61 seconds ahead of Slack's: messages go out as much too early"),
        (-7200, "7,200 seconds behind Slack's: messages go out as much too late"),
    ],
)
def test_a_clock_that_is_further_off_is_wrong(seconds: int, said: str) -> None:
    now = NOW + timedelta(seconds=seconds)
    assert slack_looks.clock(told(Date="Wed, 25 Nov 2026 12:00:00 GMT"), now) == Finding(
        "Clock",
        WRONG,
        f"This machine's clock is {said}, and beyond five minutes nothing comes in over HTTP.",
        "Let it be set by itself (NTP), such as by systemd-timesyncd or chrony.",
    )


@pytest.mark.parametrize("headers", [{}, {"date": "tea time"}, {"date": "Wed, 25 Nov 2026 12:00:00 -0000"}])
def test_a_clock_that_slack_does_not_tell_is_not_judged(headers: dict[str, str]) -> None:
    assert slack_looks.clock(told(**headers), NOW) == Finding(
        "Clock", UNKNOWN, "Slack's answer doesn't say what time it is there."
    )


# --- the way in


def over_http(port: int) -> Settings:
    return Settings(slack_bot_token=SecretStr("xoxb-1"), slack_signing_secret=SecretStr("s"), port=port)


def hang_up(other: socket.socket) -> None:
    """Take a connection and say nothing."""
    other.accept()[0].close()


def test_over_http_the_port_is_free_ours_or_somebody_elses() -> None:
    with listener_at("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    assert slack_looks.way_in(over_http(port)) == Finding(
        "Way in", GOOD, f"127.0.0.1, port {port} is free. No Mentor listens there now."
    )
    with socket.create_server(("127.0.0.1", port)) as other, ThreadPoolExecutor() as pool:
        pool.submit(hang_up, other)
        assert slack_looks.way_in(over_http(port)) == Finding(
            "Way in",
            WRONG,
            "PORT can't be listened at (Address already in use): use a port number from 1 to 65535 that nothing else listens on.",
            "Nor does a Mentor answer there.",
        )
    with listener_at("127.0.0.1", port) as listener, ThreadPoolExecutor() as pool:
        ours = address(lambda _headers, _body: BoltResponse(status=200), pool)
        with served(ours, listener, "requests"):
            assert slack_looks.way_in(over_http(port)) == Finding(
                "Way in", GOOD, f"A Mentor listens at 127.0.0.1, port {port}."
            )


def test_slack_that_asks_to_wait_for_a_websocket_is_not_judged(slack: Playground) -> None:
    slack.misbehave.ratelimit("apps.connections.open")
    given = Settings(slack_app_token=SecretStr(slack.app_token), slack_api_url=slack.api_url)

    assert slack_looks.way_in(given) == Finding(
        "Way in", UNKNOWN, "Slack asks to wait; it was asked just now."
    )


# --- marks of messages


@pytest.fixture
def sent(post: Post) -> Row:
    """The message that was sent last."""
    post.add("anna")
    post.slack.settle()
    last = post.add("tom")
    post.slack.settle()
    with post.database.reading() as tx:
        row = due.newest_sent(tx, post.team_id)
    assert row is not None
    assert row.id == last
    return row


@pytest.fixture
def client(slack: Playground) -> WebClient:
    return client_for(slack.bot_token, api_url=slack.api_url)


def test_a_mark_is_found_in_metadata_or_in_the_ids_of_blocks(
    sent: Row, client: WebClient, post: Post
) -> None:
    assert slack_looks.marks(client, sent) == Finding(
        "Marks of messages", GOOD, "Slack shows them, in messages' metadata."
    )
    (stored,) = post.stored("tom")
    stored.metadata = None
    assert slack_looks.marks(client, sent) == Finding(
        "Marks of messages", GOOD, "Slack shows them, in the ids of blocks; metadata it doesn't show."
    )
    stored.blocks = []
    assert slack_looks.marks(client, sent) == Finding(
        "Marks of messages",
        WRONG,
        "Slack shows a message without its mark: of one whose sending was cut short nobody can tell whether it arrived. A rating is "
        "then asked again; anything else is not sent again.",
        "Please report it, with the version of Mentor.",
    )


def test_a_mark_that_cannot_be_looked_at_is_not_judged(
    sent: Row, client: WebClient, slack: Playground
) -> None:
    client.chat_delete(channel=sent.channel or "", ts=sent.ts or "")
    gone = Finding("Marks of messages", UNKNOWN, "The message sent last isn't there any more.")
    assert slack_looks.marks(client, sent) == gone
    nowhere = replace(sent, channel="D0NOWHERE0")
    assert slack_looks.marks(client, nowhere) == Finding(
        "Marks of messages", UNKNOWN, "Slack doesn't show the message sent last (channel_not_found)."
    )
    slack.misbehave.answer_error("conversations.history", "missing_scope")
    assert slack_looks.marks(client, sent) == Finding(
        "Marks of messages", WRONG, "Slack doesn't show the bot its own messages.", slack_looks.INSTALL
    )
    assert slack_looks.marks(client, None) == Finding(
        "Marks of messages", UNKNOWN, "Nothing has been sent yet, so there is no message to look at."
    )


# --- what Slack takes

TEXT = {"type": "section", "text": {"type": "plain_text", "text": "Hello"}}
TAKEN = Drawing(HOME, {"type": "home", "blocks": [TEXT]})
REFUSED = Drawing(Kind.RATING, {"blocks": [TEXT, {"type": "section"}]})
WHY = "rating, /blocks/1: must have at least one of text and fields"


def looked(client: WebClient, *all_: Drawing, wait: list[float] | None = None) -> tuple[Finding, list[int]]:
    done: list[int] = []
    waited = [] if wait is None else wait
    return slack_looks.drawings(client, all_, done.append, waited.append), done


def test_whatever_slack_would_not_take_is_named(client: WebClient) -> None:
    assert looked(client, TAKEN, TAKEN) == (
        Finding("Windows and messages", GOOD, "Slack would take all 2 that differ."),
        [1, 2],
    )
    mend = "Please report it, with the version of Mentor: people can't be shown these."
    assert looked(client, TAKEN, REFUSED) == (
        Finding("Windows and messages", WRONG, f"Slack would not take 1 of 2: {WHY}.", mend),
        [1, 2],
    )
    assert looked(client, *[REFUSED] * 5)[0] == Finding(
        "Windows and messages",
        WRONG,
        f"Slack would not take 5 of 5: {WHY}; {WHY}; {WHY}; and 2 more.",
        mend,
    )


def test_slack_is_waited_for_but_not_for_ever(client: WebClient, slack: Playground) -> None:
    waited: list[float] = []
    slack.misbehave.ratelimit("blocks.validate", retry_after=100)
    assert looked(client, TAKEN, wait=waited) == (
        Finding("Windows and messages", GOOD, "Slack would take all 1 that differ."),
        [1],
    )
    assert waited == [100.0]
    slack.misbehave.ratelimit("blocks.validate", retry_after=100, times=2)
    assert looked(client, TAKEN, TAKEN)[0] == Finding(
        "Windows and messages",
        UNKNOWN,
        "They could not be tried (ratelimited).",
    )


def test_what_was_refused_before_slack_went_away_is_told(client: WebClient, slack: Playground) -> None:
    slack.misbehave.answer_error("blocks.validate", "unknown_method")
    assert looked(client, TAKEN)[0] == Finding(
        "Windows and messages",
        UNKNOWN,
        "They could not be tried (unknown_method).",
    )

    def then_nothing(_done: int) -> None:
        slack.misbehave.server_error("blocks.validate")

    found = slack_looks.drawings(client, [REFUSED, TAKEN], then_nothing)
    assert found.found == f"Slack would not take 1 of the first 1: {WHY}."
    slack.misbehave.answer_error("blocks.validate", "fatal_error")
    found = slack_looks.drawings(client, [TAKEN], then_nothing)
    assert found.found == "They could not be tried (fatal_error)."
    found = slack_looks.drawings(client, [TAKEN, REFUSED], then_nothing)
    assert found.found == "Slack would take 1; the other 1 could not be tried (HTTP 500)."
