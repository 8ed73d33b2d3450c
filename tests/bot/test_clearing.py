"""What was said to someone who is gone goes from Slack, over TCP, with a Slack that misbehaves."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clearing import Clearing
from bot.pace import KEPT, METHOD_BURST, Pace
from bot.sending import PAGE, Sender
from bot.settling import Settling
from handlers.deps import Deps
from mentoring.agreement import Role
from mentoring.due import CLEARING, Due, Kind
from mentoring.ids import PersonId, new_id
from mentoring.operator import Operator
from mentoring.people import Person
from playground.server import Playground
from playground.workspace import Message as Stored
from storage import clearing, forgetting, outbox, people
from storage.clearing import SETTLED_AFTER
from storage.database import Database, Tx
from storage.outbox import RowState
from tests.bot.conftest import Post, office, said, wait_until
from tests.bot.test_uploading import planned

LATER = SETTLED_AFTER + timedelta(seconds=1)
NEWCOMERS = ["Start a mentoring", "Help", "Privacy", "Settings"]
"""The buttons of a newcomer's Home."""


def forget(post: Post, name: str) -> Person:
    """Let someone be forgotten, who was known; delivery begins to clear up."""
    gone = post.person(name)
    with post.database.writing() as tx:
        forgetting.forget(tx, gone.id, post.clock.now())
    return gone


def left(post: Post) -> list[Kind]:
    return [row.due.kind for kind in sorted(CLEARING) for row in post.rows(kind)]


def open_home(post: Post, name: str) -> None:
    """Someone has opened Home, and it was drawn."""
    person = post.person(name)
    with post.database.writing() as tx:
        people.opened_home(tx, person.id)
    post.add_home(name)
    post.slack.settle()


def test_messages_files_and_home_go_and_the_others_stay(post: Post) -> None:
    post.add_due(planned(post))
    post.add("tom", "privacy")
    post.slack.settle()
    open_home(post, "tom")
    assert [len(message.files) for message in post.messages("tom")].count(1) == 1
    files = post.slack._slack.workspace.state.files
    annas = post.messages("anna")
    assert annas
    assert "Anna" in post.slack.hands("tom").home.words

    forget(post, "tom")
    post.slack.settle()
    # Where Slack puts a file it does not say: its message is found when the DM is looked through.
    assert all(file.deleted for file in files.values())
    assert len(post.messages("tom")) == 1
    post.slack.move(LATER)

    assert post.messages("tom") == []
    assert left(post) == []
    home = post.slack.hands("tom").home
    assert "Anna" not in home.words
    assert home.buttons == NEWCOMERS
    assert [message.text for message in post.messages("anna")][: len(annas)] == [m.text for m in annas]


def test_a_home_that_lands_after_it_was_cleared_is_cleared_again(post: Post) -> None:
    planned(post)
    tom, person = post.slack.hands("tom"), post.person("tom")
    with post.database.writing() as tx:
        people.opened_home(tx, person.id)
    post.slack.misbehave.land_late("views.publish", seconds=1.0)
    post.add_home("tom")
    assert post.slack.misbehave.wait_until_struck()

    forget(post, "tom")
    wait_until(lambda: tom.home.buttons == NEWCOMERS)
    wait_until(lambda: "Anna" in tom.home.words)
    post.slack.move(LATER)

    assert tom.home.buttons == NEWCOMERS
    assert left(post) == []


def test_a_message_that_arrived_though_nobody_knows_is_found(post: Post) -> None:
    post.slack.misbehave.drop_after_accept("chat.postMessage")
    unsure = post.add("anna")
    post.slack.settle()
    assert post.state(unsure) is RowState.UNSURE
    assert len(post.messages("anna")) == 1

    forget(post, "anna")
    post.slack.move(LATER)

    assert post.messages("anna") == []
    assert left(post) == []


@pytest.mark.parametrize("known", [True, False])
def test_what_was_on_its_way_is_found_and_nobody_is_told_of_anything(
    closed: Post, caplog: pytest.LogCaptureFixture, known: bool
) -> None:
    """With the DM known, the message arrives after all; with none, it is opened for nothing."""
    post = closed
    post.propose("tom", "anna", Role.MENTOR)
    anna = post.person("anna")
    if known:
        with post.database.writing() as tx:
            channel = post.slack._slack.workspace.state.panes[anna.user_id].channel
            people.keep_channel(tx, anna.account_id, channel)
    post.slack.misbehave.delay_call("chat.postMessage" if known else "conversations.open", seconds=0.5)
    post.delivery.start()
    wait_until(lambda: post.rows(Kind.INVITATION)[0].state is RowState.SENDING)

    forget(post, "anna")
    if known:
        wait_until(lambda: post.messages("anna"))
    post.slack.move(LATER)

    assert post.messages("anna") == []
    assert post.rows(Kind.INVITATION) == []
    assert post.rows(Kind.UNREACHABLE) == []
    assert left(post) == []
    with post.database.reading() as tx:
        assert people.by_account(tx, post.team_id, anna.user_id) is None
    assert said(caplog) == []


def test_whoever_cannot_be_reached_any_more_is_not_told_of(
    closed: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post = closed
    post.propose("tom", "anna", Role.MENTOR)
    post.slack.misbehave.delay_call("chat.postMessage", seconds=0.5)
    post.slack.misbehave.answer_error("chat.postMessage", "user_disabled")
    post.delivery.start()
    wait_until(lambda: post.rows(Kind.INVITATION)[0].state is RowState.SENDING)

    forget(post, "anna")
    post.slack.settle()

    assert post.rows(Kind.UNREACHABLE) == []
    assert [row.due.kind for row in post.rows(Kind.DECLINED)] == [Kind.DECLINED]


def test_what_was_said_to_them_as_a_newcomer_stays(post: Post) -> None:
    post.add("anna", "privacy")
    post.slack.settle()
    forget(post, "anna")
    post.slack.settle()
    post.add("anna", "settings")
    post.slack.settle()
    post.slack.move(LATER)

    assert [message.buttons for message in post.messages("anna")] == [["Open settings"]]


@pytest.mark.parametrize("code", ["cant_delete_message", "compliance_exports_prevent_deletion"])
def test_what_slack_does_not_let_go_is_logged_and_counts_as_done(
    post: Post, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    post.add("anna", "privacy")
    post.slack.settle()
    post.slack.misbehave.answer_error("chat.delete", code, times=2)

    forget(post, "anna")
    post.slack.move(LATER)

    assert len(post.messages("anna")) == 1
    assert left(post) == []
    line = f"Workspace {post.team_id} does not let chat.delete clear up after someone who is gone: {code}."
    assert said(caplog) == [line, line]


def test_without_the_scope_for_history_nothing_else_waits(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.add("anna", "privacy")
    post.slack.settle()
    post.slack.misbehave.answer_error("conversations.history", "missing_scope")

    forget(post, "anna")
    post.slack.move(LATER)
    post.add("tom", "privacy")
    post.slack.settle()

    assert post.messages("anna") == []
    assert len(post.messages("tom")) == 1
    assert left(post) == []
    assert said(caplog) == [
        f"Workspace {post.team_id} does not let conversations.history clear up after someone who is gone: missing_scope."
    ]


def test_a_message_that_is_not_there_counts_as_deleted(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.add("anna", "privacy")
    post.slack.settle()
    post.slack.misbehave.answer_error("chat.delete", "message_not_found")

    forget(post, "anna")
    post.slack.settle()
    assert len(post.messages("anna")) == 1
    post.slack.move(LATER)

    assert post.messages("anna") == []
    assert said(caplog) == []


@pytest.mark.parametrize("method", ["chat.delete", "conversations.history"])
def test_after_a_server_error_it_is_tried_again(post: Post, method: str) -> None:
    post.add("anna", "privacy")
    post.slack.settle()
    post.slack.misbehave.server_error(method)

    forget(post, "anna")
    post.slack.move(LATER)

    assert post.messages("anna") == []
    assert left(post) == []


def test_a_long_conversation_is_looked_through_page_by_page(post: Post) -> None:
    anna = post.person("anna")
    workspace, messages = post.slack._slack.workspace, post.slack._slack.messages
    channel = workspace.state.panes[anna.user_id].channel
    with post.database.writing() as tx:
        people.keep_channel(tx, anna.account_id, channel)

    def talk() -> None:
        messages.add(channel, "Nobody wrote down where I stand.", [])
        for _ in range(PAGE):
            hers = Stored(ts=workspace.next_ts(), channel=channel, user=anna.user_id, text="Hers.")
            workspace.messages(channel).append(hers)
        messages.add(channel, "Nor where I do.", [])

    post.slack.look(talk)
    forget(post, "anna")
    post.slack.move(LATER)

    assert {message.text for message in post.messages("anna")} == {"Hers."}
    assert left(post) == []


def test_more_deletions_than_slack_takes_wait_their_turn(slack: Playground, database: Database) -> None:
    frozen = [0.0]
    with office(slack, database, Pace(300, lambda: frozen[0])) as post:
        post.delivery.start()
        anna = post.person("anna")
        channel = post.slack._slack.workspace.state.panes[anna.user_id].channel
        for _ in range(METHOD_BURST + 5):
            shown = post.slack.look(lambda: post.slack._slack.messages.add(channel, "One of many.", []))
            told(post, anna.id, channel, shown.ts)

        forget(post, "anna")
        wait_until(lambda: len(post.messages("anna")) <= 5 + KEPT)
        # Some calls are kept for what gestures cause.
        assert len(post.messages("anna")) >= 5

        def all_gone() -> bool:
            frozen[0] += 1.0
            return not post.messages("anna")

        wait_until(all_gone)


def told(post: Post, recipient: PersonId, channel: str, ts: str) -> None:
    """Write down that someone was sent a message."""
    row_id = post.add_due(
        Due(Kind.REPLY, f"help/{new_id()}", post.clock.now() + timedelta(days=9), recipient=recipient)
    )
    post.execute("UPDATE due_rows SET state = 'sent', channel = ?, ts = ? WHERE id = ?", channel, ts, row_id)


class KilledError(Exception):
    """The bot ends there."""


def last_of_all(post: Post) -> None:
    """Leave one message to delete, in a DM of Anna's; Slack doesn't have it."""
    anna = post.person("anna")
    with post.database.writing() as tx:
        people.keep_channel(tx, anna.account_id, "D1")
        clearing.add(tx, clearing.Dm(post.team_id, "D1"), post.clock.now(), messages=["1.1"])


def test_that_the_last_is_done_and_what_is_to_be_overwritten_since_are_one_commit(closed: Post) -> None:
    last_of_all(closed)

    class SettlesOnce(Settling):
        def __call__(self, work: Callable[[Tx], None]) -> None:
            super().__call__(work)
            raise KilledError

    with closed.database.writing() as tx:
        [row] = outbox.claim(tx, closed.clock.now(), limit=8)
    with pytest.raises(KilledError):
        clearing_of(closed, SettlesOnce(closed.database)).clear(row, sender_of(closed))

    assert left(closed) == [Kind.CLEAR_FILE]


def test_what_is_done_while_the_file_is_overwritten_is_overwritten_afterwards(closed: Post) -> None:
    last_of_all(closed)
    with closed.database.writing() as tx:
        clearing.clear_file(tx, closed.clock.now())
    with closed.database.writing() as tx:
        rows = {row.due.kind: row for row in outbox.claim(tx, closed.clock.now(), limit=8)}
    assert set(rows) == {Kind.CLEAR_FILE, Kind.DELETE_MESSAGE}

    class SettlesLast(Settling):
        def __call__(self, work: Callable[[Tx], None]) -> None:
            other = clearing_of(closed, Settling(closed.database))
            other.clear(rows[Kind.DELETE_MESSAGE], sender_of(closed))
            super().__call__(work)

    clearing_of(closed, SettlesLast(closed.database)).clear_file(rows[Kind.CLEAR_FILE])
    assert left(closed) == [Kind.CLEAR_FILE]


def clearing_of(post: Post, settling: Settling) -> Clearing:
    deps = Deps(post.database, post.clock.now, operator=Operator("Ada Marsh"))
    return Clearing(deps, settling, Pace(60_000))


def sender_of(post: Post) -> Sender:
    sender = post.workspaces.sender(post.team_id)
    assert sender is not None
    return sender


def test_the_file_is_overwritten_once_nobody_reads(post: Post, database_file: Path) -> None:
    post.add("anna", "privacy")
    post.slack.settle()
    log = database_file.with_name(f"{database_file.name}-wal")
    with closing(sqlite3.connect(database_file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM people").fetchone()

        forget(post, "anna")
        wait_until(lambda: any(row.attempts for row in post.rows(Kind.CLEAR_FILE)))
        assert log.stat().st_size > 0
        reader.execute("ROLLBACK")

    post.slack.move(LATER)
    assert post.rows(Kind.CLEAR_FILE) == []
