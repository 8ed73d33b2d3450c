"""Files in three steps, with a Slack that misbehaves at each: sent once, or links in their place, and nothing held up."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from ical.calendar_stream import IcsCalendarStream

from bot.pace import METHOD_BURST, Pace
from bot.sending import Fate
from bot.uploading import MOST_TRIES, grants_files
from mentoring.agreement import Role
from mentoring.due import Due, Kind
from mentoring.ids import SessionId, new_id
from mentoring.proposals import sign
from mentoring.secret import Secret
from mentoring.sessions import plan
from playground.hands import Message
from playground.server import Playground
from storage import agreements
from storage.database import Database
from storage.outbox import RowState
from tests.bot.conftest import Post, office, said, wait_until

A_WEEK = timedelta(days=7)
BEGIN, PUT, SHARE = "files.getUploadURLExternal", "upload_url", "files.completeUploadExternal"
HERE = "Here is the file for your calendar. Meeting with Anna: "
INSTEAD = "I couldn't send you the file. These links do the same. Meeting with Anna: "


def planned(post: Post) -> Due:
    """Tom and Anna have signed, a session is planned in a week, and all that is said of it; the row of Tom's calendar file."""
    now, session_id = post.clock.now(), SessionId(new_id())
    agreement = post.propose("tom", "anna", Role.MENTOR)
    tom, anna = agreement.mentor.id, agreement.mentee.id
    for person in (anna, tom):
        agreement = sign(
            agreement, by=person, version=1, purpose=Secret("To grow"), first_session=session_id, now=now
        )
    agreement = plan(agreement, session_id, starts=now + A_WEEK, place=None, by=anna, now=now)
    with post.database.writing() as tx:
        agreements.current(tx, agreement.id, seen_by=tom, now=now)
        agreements.save(tx, agreement, now)
    return Due(Kind.CALENDAR_FILE, session_id, now, agreement.id, tom)


def ask(post: Post) -> str:
    """Tom asks for the file, when all else has been sent; the row's id."""
    due = planned(post)
    post.slack.settle()
    return post.add_due(due)


def instead(post: Post) -> list[Message]:
    """The messages that Tom was sent in a file's place."""
    return [message for message in post.messages("tom") if message.text.startswith(INSTEAD)]


def files(post: Post) -> list[bytes]:
    return [file.content for message in post.messages("tom") for file in message.files]


def test_the_file_stands_in_the_dm_with_its_words(post: Post) -> None:
    row_id = ask(post)
    post.slack.settle()

    message = post.messages("tom")[-1]
    (file,) = message.files
    assert (file.name, file.title, file.kind) == ("meeting.ics", "Meeting with Anna", "ICS")
    assert message.words.startswith(HERE)
    (event,) = IcsCalendarStream.calendar_from_ics(file.content.decode()).events
    assert event.summary == "Meeting with Anna"
    row = post.row(row_id)
    assert (row.state, row.ts, row.live) == (RowState.SENT, None, False)
    assert [block["block_id"] for block in post.stored("tom")[-1].blocks] == [f"{row_id}/0"]


def test_a_message_with_a_file_is_never_drawn_again(post: Post) -> None:
    row_id = ask(post)
    post.slack.settle()
    due = post.row(row_id).due
    post.add_due(Due(Kind.REDRAW, row_id, post.clock.now(), due.agreement_id, due.recipient))
    post.slack.settle()

    assert len(files(post)) == 1
    assert not post.messages("tom")[-1].edited
    assert post.rows(Kind.REDRAW) == []


# --- what may be begun anew


@pytest.mark.parametrize("step", [BEGIN, PUT, SHARE])
def test_after_a_server_error_it_is_begun_anew_and_sent_once(post: Post, step: str) -> None:
    post.slack.misbehave.server_error(step)
    row_id = ask(post)
    post.slack.settle()

    assert post.state(row_id) is RowState.SENT
    assert len(files(post)) == 1


@pytest.mark.parametrize("step", [BEGIN, PUT])
def test_a_connection_that_drops_before_the_last_step_is_no_doubt(post: Post, step: str) -> None:
    post.slack.misbehave.drop_after_accept(step)
    row_id = ask(post)
    post.slack.settle()

    assert post.state(row_id) is RowState.SENT
    assert len(files(post)) == 1


@pytest.mark.parametrize("step", [BEGIN, SHARE])
def test_a_workspace_waits_as_long_as_slack_asks(
    post: Post, step: str, caplog: pytest.LogCaptureFixture
) -> None:
    post.slack.misbehave.ratelimit(step, retry_after=1)
    row_id = ask(post)
    post.slack.settle()

    assert post.state(row_id) is RowState.SENT
    assert len(files(post)) == 1
    assert said(caplog) == [f"Slack asks to wait 1 s before the next message to workspace {post.team_id}."]


# --- doubt


@pytest.mark.parametrize("error", ["fatal_error", "internal_error"])
def test_a_doubtful_end_is_left_alone(post: Post, error: str, caplog: pytest.LogCaptureFixture) -> None:
    post.slack.misbehave.answer_error(SHARE, error)
    row_id = ask(post)
    post.slack.settle()

    assert post.state(row_id) is RowState.UNSURE
    assert instead(post) == []
    assert said(caplog) == [f"Due row {row_id} (calendar_file) is unsure: {error}."]


def test_a_file_whose_sharing_is_not_answered_is_not_sent_twice(post: Post) -> None:
    post.slack.misbehave.drop_after_accept(SHARE)
    row_id = ask(post)
    post.slack.settle()

    assert post.state(row_id) is RowState.UNSURE
    assert len(files(post)) == 1


# --- links in its place


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (BEGIN, "file_uploads_disabled"),
        (BEGIN, "restricted_action"),
        (SHARE, "file_not_found"),
        (SHARE, "channel_not_found"),
        (SHARE, "no_permission"),
    ],
)
def test_what_slack_refuses_is_replaced_by_links(
    post: Post, step: str, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    post.slack.misbehave.answer_error(step, error)
    row_id = ask(post)
    after = post.add("tom")
    post.slack.settle()

    (message,) = instead(post)
    assert message.buttons == ["Google Calendar", "Outlook at work", "Outlook.com"]
    row = post.row(row_id)
    assert (row.state, row.ts, row.live) == (RowState.SENT, message.ts, True)
    assert post.state(after) is RowState.SENT
    assert files(post) == []
    assert post.workspaces.takes_files(post.team_id)
    assert said(caplog) == [f"A message goes out in place of the file of due row {row_id}: {error}."]


def test_an_upload_that_is_refused_is_replaced_by_links(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.slack.misbehave.answer_error(PUT, "no")
    row_id = ask(post)
    post.slack.settle()

    assert post.state(row_id) is RowState.SENT
    assert len(instead(post)) == 1
    assert said(caplog) == [f"A message goes out in place of the file of due row {row_id}: HTTP 400."]


def test_without_the_scope_links_go_out_and_no_file_is_offered_any_more(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.slack.withhold_scope("files:write")
    row_id = ask(post)
    post.slack.settle()

    assert post.state(row_id) is RowState.SENT
    assert len(instead(post)) == 1
    assert not post.workspaces.takes_files(post.team_id)
    assert post.workspaces.paused == set()
    after = post.add("anna")
    post.slack.settle()
    assert post.state(after) is RowState.SENT
    assert said(caplog) == [
        f"A message goes out in place of the file of due row {row_id}: missing_scope.",
        f"Workspace {post.team_id} does not grant files:write, so neither calendar files nor exports can be sent there. "
        "To change that, install the app again with it and restart Mentor.",
    ]
    post.workspaces.without_files(post.team_id)
    assert len(said(caplog)) == 2


def test_a_server_that_never_takes_files_holds_nothing_up_for_good(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    row_id = post.add_due(replace(planned(post), due=post.clock.now() + timedelta(minutes=5)))
    post.slack.settle()
    post.execute("UPDATE due_rows SET attempts = ? WHERE id = ?", MOST_TRIES, row_id)
    post.slack.misbehave.server_error(PUT, times=9)
    post.slack.move(timedelta(minutes=5))

    assert post.state(row_id) is RowState.SENT
    assert len(instead(post)) == 1
    assert said(caplog) == [f"A message goes out in place of the file of due row {row_id}: HTTP 500."]


def test_what_slack_asks_to_wait_for_is_no_failure_of_the_file(post: Post) -> None:
    row_id = post.add_due(replace(planned(post), due=post.clock.now() + timedelta(minutes=5)))
    post.slack.settle()
    post.execute("UPDATE due_rows SET attempts = ? WHERE id = ?", MOST_TRIES, row_id)
    post.slack.misbehave.ratelimit("files.getUploadURLExternal", retry_after=1)
    post.slack.move(timedelta(minutes=5))

    assert (len(files(post)), instead(post)) == (1, [])


def test_a_refused_token_pauses_the_workspace_and_the_file_comes_when_it_works_again(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    due = planned(post)
    post.slack.settle()
    post.slack.revoke_token("token_revoked")
    row_id = post.add_due(due)
    wait_until(lambda: post.workspaces.paused and post.state(row_id) is RowState.PENDING)
    assert post.workspaces.takes_files(post.team_id)
    assert "goes out in place" not in caplog.text

    post.slack.restore_token()
    wait_until(lambda: post.state(row_id) is RowState.SENT)

    assert len(files(post)) == 1


def test_nothing_is_uploaded_for_whoever_has_left(post: Post) -> None:
    due = planned(post)
    post.slack.settle()
    post.slack.deactivate("tom")
    post.execute("UPDATE accounts SET checked_at = NULL")
    row_id = post.add_due(due)
    post.slack.settle()

    assert post.state(row_id) is RowState.DEAD


def test_the_dm_is_opened_for_a_file_too(post: Post) -> None:
    due = planned(post)
    post.slack.settle()
    post.execute("UPDATE accounts SET channel_id = NULL")
    row_id = post.add_due(due)
    post.slack.settle()

    assert len(files(post)) == 1
    assert post.row(row_id).channel == post.stored("tom")[-1].channel


# --- pace


@pytest.mark.parametrize("method", [BEGIN, SHARE])
def test_a_method_that_was_called_too_often_is_waited_for(
    slack: Playground, database: Database, method: str
) -> None:
    class Frozen:
        at = 0.0

        def __call__(self) -> float:
            return self.at

    seconds = Frozen()
    pace = Pace(300, seconds)
    with office(slack, database, pace) as post:
        due = planned(post)
        post.delivery.start()
        slack.settle()
        assert all(pace.may_call(post.team_id, method) for _ in range(METHOD_BURST))
        row_id = post.add_due(due)
        wait_until(lambda: post.tries(Kind.CALENDAR_FILE, Fate.LATER))
        assert (files(post), post.row(row_id).attempts) == ([], 0)

        seconds.at = 60.0
        slack.settle()

        assert len(files(post)) == 1


def test_a_file_counts_as_a_message(slack: Playground, database: Database) -> None:
    pace = Pace(300, lambda: 0.0)
    with office(slack, database, pace) as post:
        post.delivery.start()
        ask(post)
        slack.settle()
        sent = len(post.messages("tom")) + len(post.messages("anna"))

        room = pace.exhausted().room

    assert room == 10 - sent


# --- the scope


@pytest.mark.parametrize(
    ("headers", "grants"),
    [
        ({}, True),
        ({"x-oauth-scopes": "chat:write,files:write"}, True),
        ({"X-OAuth-Scopes": "chat:write, files:write"}, True),
        ({"x-oauth-scopes": "chat:write,remote_files:write"}, False),
        ({"x-oauth-scopes": ""}, False),
    ],
)
def test_the_scope_is_known_from_the_headers(headers: dict[str, str], *, grants: bool) -> None:
    assert grants_files(headers) is grants


def test_nothing_of_the_file_is_logged(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    post.slack.misbehave.answer_error(SHARE, "file_not_found")
    ask(post)
    post.slack.settle()

    assert "Anna" not in caplog.text
    assert "VCALENDAR" not in caplog.text
