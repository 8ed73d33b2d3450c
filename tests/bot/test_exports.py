"""An export's way into the DM and out of it again, with a Slack that misbehaves: the archive stays here no longer than it must."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from mentoring.due import Due, Kind
from mentoring.ids import new_id
from playground.hands import Message
from playground.server import Playground
from storage import doubt, exports, outbox
from storage.database import Database
from storage.outbox import RowState
from tests.bot.conftest import Post, office, said, wait_until
from tests.bot.test_uploading import ask as ask_for_a_calendar_file

SHARE, DELETE = "files.completeUploadExternal", "files.delete"
ARCHIVE = b"PK not really an archive"
HERE = "Here is your export, encrypted: "
INSTEAD = "I couldn't bring you your export: Slack didn't take the file."
REMOVED = (
    "The file with your export has been removed from here, a day after it came. /mentor export makes another."
)
A_DAY = timedelta(days=1)


def ask(post: Post) -> str:
    """Tom's archive is made, and due to be sent; the row's id."""
    tom, export_id = post.person("tom"), new_id()
    with post.database.writing() as tx:
        assert exports.send(tx, export_id, ARCHIVE, person=tom.id, now=post.clock.now())
    [row] = [row for row in post.rows(Kind.EXPORT) if row.due.subject == export_id]
    return row.id


def greet(post: Post) -> None:
    """Tom knows the bot already, so that what follows is short."""
    post.add("tom")
    post.slack.settle()


def kept(post: Post) -> int:
    """How many archives are still here."""
    with post.database.reading() as tx:
        found: int = tx.connection.exec_driver_sql("SELECT count(*) FROM exports").scalar_one()
    return found


def texts(post: Post, beginning: str) -> list[Message]:
    return [message for message in post.messages("tom") if message.text.startswith(beginning)]


def files(post: Post) -> list[bytes]:
    """What Tom can download."""
    return [file.content for message in post.messages("tom") for file in message.files]


def shown(post: Post) -> list[bool]:
    """For each file that was ever shared with Tom: whether it is deleted."""
    state = post.slack._slack.workspace.state
    return [state.files[file_id].deleted for message in post.stored("tom") for file_id in message.files]


def test_the_file_comes_the_archive_goes_and_after_a_day_so_does_the_file(post: Post) -> None:
    greet(post)
    row_id = ask(post)
    post.slack.settle()

    (file,) = post.messages("tom")[-1].files
    assert (file.name, file.title, file.content) == ("mentor-export.zip", "Your export", ARCHIVE)
    assert post.messages("tom")[-1].words.startswith(HERE)
    row = post.row(row_id)
    assert (row.state, row.ts, row.live, kept(post)) == (RowState.SENT, None, False, 0)
    assert row.file_id is not None

    post.slack.move(A_DAY - timedelta(minutes=1))
    assert (shown(post), texts(post, REMOVED)) == ([False], [])
    post.slack.move(timedelta(minutes=1))

    assert shown(post) == [True]
    assert len(texts(post, REMOVED)) == 1
    assert post.row(row_id).file_id is None
    assert post.rows(Kind.EXPIRE_EXPORT) == []


def test_the_file_of_a_calendar_is_known_and_stays(post: Post) -> None:
    row_id = ask_for_a_calendar_file(post)
    post.slack.settle()

    assert post.row(row_id).file_id is not None
    assert post.rows(Kind.EXPIRE_EXPORT) == []


# --- deleting


@pytest.mark.parametrize("error", ["file_not_found", "file_deleted"])
def test_what_is_gone_already_counts_as_deleted(post: Post, error: str) -> None:
    greet(post)
    ask(post)
    post.slack.settle()
    post.slack.misbehave.answer_error(DELETE, error)
    post.slack.move(A_DAY)

    assert post.rows(Kind.EXPIRE_EXPORT) == []
    assert len(texts(post, REMOVED)) == 1


def test_it_is_tried_until_it_is_done(post: Post) -> None:
    greet(post)
    ask(post)
    post.slack.settle()
    post.slack.misbehave.drop_after_accept(DELETE)
    post.slack.move(A_DAY)

    assert shown(post) == [True]
    assert len(texts(post, REMOVED)) == 1


def test_without_the_scope_it_is_tried_again_and_messages_go_out_meanwhile(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    greet(post)
    ask(post)
    post.slack.settle()
    post.slack.misbehave.answer_error(DELETE, "missing_scope")
    post.slack.move(A_DAY)

    assert post.workspaces.paused == set()
    [row] = post.rows(Kind.EXPIRE_EXPORT)
    assert said(caplog) == [f"Due row {row.id} (expire_export) is broken: missing_scope."]
    post.slack.move(timedelta(hours=1))
    assert shown(post) == [True]


def test_a_file_that_came_late_stays_its_day(post: Post) -> None:
    greet(post)
    row_id = ask(post)
    post.slack.settle()
    later = post.clock.now() + timedelta(hours=6)
    post.execute("UPDATE due_rows SET sent_at = ? WHERE id = ?", int(later.timestamp() * 1_000_000), row_id)
    post.slack.move(A_DAY)
    assert shown(post) == [False]

    post.slack.move(timedelta(hours=6))

    assert shown(post) == [True]


def test_while_it_has_not_come_nothing_is_deleted(closed: Post) -> None:
    row_id = ask(closed)
    with closed.database.writing() as tx:
        outbox.keep_file(tx, row_id, "F0NOTHERE0")
        tx.connection.exec_driver_sql("UPDATE due_rows SET at = at + 86400000000 WHERE id = ?", (row_id,))
    tom = closed.person("tom")
    deletion = closed.add_due(Due(Kind.EXPIRE_EXPORT, row_id, closed.clock.now(), recipient=tom.id))
    closed.add_due(Due(Kind.EXPIRE_EXPORT, "no such row", closed.clock.now(), recipient=tom.id))
    closed.delivery.start()
    closed.slack.settle()

    assert [row.id for row in closed.rows(Kind.EXPIRE_EXPORT)] == [deletion]
    closed.slack.move(A_DAY)
    closed.slack.move(A_DAY)
    assert closed.rows(Kind.EXPIRE_EXPORT) == []
    assert shown(closed) == [True]


# --- doubt, refusal, and what remains of the archive


@pytest.fixture
def prompt(slack: Playground, database: Database) -> Iterator[Post]:
    """A post office that looks up at once what may have arrived."""
    with office(slack, database, doubt_seconds=0.0) as post:
        yield post


def settled(post: Post, row_id: str) -> tuple[RowState, int]:
    """Where the row stands once it is no longer in doubt, and how many archives are here then."""

    def open_still() -> bool:
        with post.database.reading() as tx:
            return row_id in doubt.still_open(tx) or outbox.busy(tx, post.clock.now())

    wait_until(lambda: not open_still())
    post.slack.settle()
    return post.state(row_id), kept(post)


def test_while_it_is_in_doubt_the_archive_is_kept(post: Post) -> None:
    greet(post)
    post.slack.misbehave.drop_after_accept(SHARE)
    row_id = ask(post)
    post.slack.settle()

    assert (post.state(row_id), files(post), kept(post)) == (RowState.UNSURE, [ARCHIVE], 1)


def test_what_is_found_is_not_sent_twice_and_goes_after_its_day(prompt: Post) -> None:
    prompt.delivery.start()
    greet(prompt)
    prompt.slack.misbehave.drop_after_accept(SHARE)
    row_id = ask(prompt)

    assert settled(prompt, row_id) == (RowState.SENT, 0)
    assert files(prompt) == [ARCHIVE]
    prompt.slack.move(A_DAY)
    assert (shown(prompt), len(texts(prompt, REMOVED))) == ([True], 1)


def test_what_is_not_found_is_sent_and_its_passphrase_still_fits(prompt: Post) -> None:
    prompt.delivery.start()
    greet(prompt)
    prompt.slack.misbehave.drop_before_accept(SHARE)
    row_id = ask(prompt)

    assert settled(prompt, row_id) == (RowState.SENT, 0)
    assert files(prompt) == [ARCHIVE]
    prompt.slack.move(A_DAY)
    assert shown(prompt) == [True]


def test_where_nobody_can_tell_the_archive_goes_and_so_does_the_file(prompt: Post) -> None:
    prompt.delivery.start()
    greet(prompt)
    prompt.slack.misbehave.drop_after_accept(SHARE)
    prompt.slack.misbehave.answer_error("conversations.history", "channel_not_found")
    row_id = ask(prompt)

    assert settled(prompt, row_id) == (RowState.UNSURE, 0)
    prompt.slack.move(A_DAY)
    assert (shown(prompt), texts(prompt, REMOVED), texts(prompt, INSTEAD)) == ([True], [], [])


def test_a_crash_while_it_is_sent_loses_nothing(prompt: Post) -> None:
    prompt.delivery.start()
    greet(prompt)
    prompt.delivery.stop()
    row_id = ask(prompt)
    prompt.execute("UPDATE due_rows SET state = 'sending' WHERE id = ?", row_id)
    with office(prompt.slack, prompt.database, doubt_seconds=0.0) as after:
        after.delivery.start()

        assert settled(after, row_id) == (RowState.SENT, 0)
        assert files(after) == [ARCHIVE]


def test_after_a_server_error_it_is_begun_anew_and_sent_once(post: Post) -> None:
    greet(post)
    post.slack.misbehave.server_error(SHARE)
    row_id = ask(post)
    post.slack.settle()

    assert (post.state(row_id), files(post), kept(post)) == (RowState.SENT, [ARCHIVE], 0)
    post.slack.move(A_DAY)
    assert shown(post) == [True]


def test_what_slack_refuses_is_said_and_no_file_is_said_to_be_gone(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    greet(post)
    post.slack.misbehave.answer_error(SHARE, "file_not_found")
    row_id = ask(post)
    post.slack.settle()

    (message,) = texts(post, INSTEAD)
    assert message.buttons == ["Make another"]
    assert (post.state(row_id), kept(post)) == (RowState.SENT, 0)
    assert said(caplog) == [f"A message goes out in place of the file of due row {row_id}: file_not_found."]
    post.slack.move(A_DAY)
    assert texts(post, REMOVED) == []
    assert post.rows(Kind.EXPIRE_EXPORT) == []


def test_of_whoever_has_left_nothing_remains(post: Post) -> None:
    greet(post)
    post.slack.deactivate("tom")
    post.execute("UPDATE accounts SET checked_at = NULL")
    row_id = ask(post)
    post.slack.settle()

    assert (post.state(row_id), kept(post)) == (RowState.DEAD, 0)


def test_a_crash_before_it_is_sent_loses_nothing(closed: Post) -> None:
    row_id = ask(closed)
    closed.delivery.start()
    closed.slack.settle()

    assert (closed.state(row_id), files(closed)) == (RowState.SENT, [ARCHIVE])


def test_nothing_of_the_archive_is_logged(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    post.slack.misbehave.answer_error(SHARE, "file_not_found")
    ask(post)
    post.slack.settle()

    assert "PK" not in caplog.text
