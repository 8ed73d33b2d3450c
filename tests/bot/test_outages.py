"""Late is not lost: what becomes of due rows when something was away, broken or not yet known for a while."""

from datetime import UTC, datetime, timedelta

import pytest
from slack_bolt import BoltContext

from handlers import introduction
from handlers.deps import Deps
from mentoring.agreement import Agreement, Role
from mentoring.due import Due, Kind
from mentoring.feedback import OPEN_FOR
from mentoring.ids import AgreementId, SessionId, new_id
from mentoring.proposals import sign
from mentoring.secret import Secret
from mentoring.sessions import plan
from storage import agreements
from storage.outbox import RowState
from tests.bot.conftest import STARTS, Post, said, wait_until

ONE_DAY = timedelta(days=1)


def agree(post: Post) -> Agreement:
    """Tom mentors Anna, and their first session is tomorrow at three in London."""
    proposal = post.propose("anna", "tom", Role.MENTEE)
    tom, now = proposal.mentor.id, post.clock.now()
    with post.database.writing() as tx:
        signed = sign(
            agreements.current(tx, proposal.id, seen_by=tom, now=now),
            by=tom,
            version=1,
            purpose=Secret("To grow"),
            first_session=SessionId(new_id()),
            now=now,
        )
        planned = plan(signed, SessionId(new_id()), starts=STARTS + ONE_DAY, place=None, by=tom, now=now)
        agreements.save(tx, planned, now)
    return planned


def two_of_annas(post: Post) -> tuple[Agreement, Agreement]:
    """She has two invitations: the first one can't be read, the other one can."""
    spoilt = post.propose("tom", "anna", Role.MENTOR)
    sound = post.propose("maya", "anna", Role.MENTOR)
    post.slack.settle()
    post.execute("DELETE FROM versions WHERE agreement_id = ?", spoilt.id)
    return spoilt, sound


def test_a_rating_whose_asking_fell_into_an_outage_is_asked_afterwards_with_all_its_time(post: Post) -> None:
    """The session is on Tuesday, and she would be asked on Thursday; the token works again four weeks later, on a Sunday."""
    agree(post)
    post.slack.settle()
    post.slack.revoke_token()
    post.add("anna")
    wait_until(lambda: post.workspaces.paused)
    post.slack.move(timedelta(days=27))
    assert post.rows(Kind.RATING) == []

    post.slack.restore_token()
    wait_until(lambda: not post.workspaces.paused)
    post.slack.move(ONE_DAY)

    (rating,) = post.rows(Kind.RATING)
    monday = datetime(2026, 12, 21, 14, tzinfo=UTC)
    assert rating.sent_at is not None
    assert timedelta() <= rating.sent_at - monday < timedelta(minutes=1)
    assert rating.due.expires is not None
    assert timedelta() <= rating.due.expires - monday - OPEN_FOR < timedelta(minutes=1)
    assert "On a scale of 1 to 5" in post.messages("anna")[-1].text
    assert [row.state for row in post.rows(Kind.REMINDER)] == [RowState.DROPPED, RowState.DROPPED]


def test_a_row_of_no_workspace_is_not_tried_without_a_pause(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    tom = post.person("tom")
    at = post.clock.now() + timedelta(minutes=5)
    row_id = post.add_due(Due(Kind.REPLY, "help/1", at, recipient=tom.id))
    post.execute("UPDATE due_rows SET account_id = NULL, team_id = NULL WHERE id = ?", row_id)
    post.slack.move(timedelta(minutes=5))

    other = post.add("anna")
    wait_until(lambda: post.state(other) is RowState.SENT)
    assert (post.state(row_id), post.row(row_id).attempts) == (RowState.PENDING, 1)
    assert next(line for line in said(caplog) if "failed" in line).startswith(
        f"Due row {row_id} (reply) failed"
    )


def test_an_agreement_that_cannot_be_read_stops_no_other_and_is_left_alone_for_longer_and_longer(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    spoilt, sound = two_of_annas(post)
    post.slack.move(timedelta(days=14, hours=3))

    outcomes = {agreement.id: _outcome(post, agreement.id) for agreement in (spoilt, sound)}
    assert outcomes == {spoilt.id: None, sound.id: "lapsed"}
    failures = [line for line in said(caplog) if line.startswith("Due row ") and "(turn) failed" in line]
    # Two seconds at first, an hour at last: 2 + 4 + … + 2048, then hours; half as long where chance has it so.
    assert 11 <= len(failures) <= 22


def test_where_one_agreement_cannot_be_read_the_others_hear_that_someone_cannot_be_reached(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    spoilt, sound = two_of_annas(post)
    # She has moved, so what is due about her agreements must follow; and then she left.
    post.execute("UPDATE accounts SET zone = 'Asia/Tokyo', checked_at = NULL")
    post.add("anna")
    post.slack.settle()
    post.slack.deactivate("anna")
    post.execute("UPDATE accounts SET checked_at = NULL")
    now, anna = post.clock.now(), sound.mentee.id
    rows = [
        post.add_due(Due(Kind.REMINDER, one.id, now, one.id, anna, expires=None)) for one in (spoilt, sound)
    ]
    post.slack.settle()

    assert [post.state(row) for row in rows] == [RowState.DEAD, RowState.DEAD]
    told = post.rows(Kind.UNREACHABLE)
    assert [(row.due.agreement_id, row.due.recipient, row.state) for row in told] == [
        (sound.id, sound.mentor.id, RowState.SENT)
    ]
    assert not post.person("anna").active
    heard = said(caplog)
    assert heard[0] == f"Agreement {spoilt.id} can't be read, so it does not follow changed settings."
    assert f"Nobody is told that due row {rows[0]} can't be delivered: its agreement can't be read." in heard


def _outcome(post: Post, agreement_id: AgreementId) -> str | None:
    with post.database.reading() as tx:
        found = tx.connection.exec_driver_sql("SELECT outcome FROM agreements WHERE id = ?", (agreement_id,))
        outcome: str | None = found.scalar()
    return outcome


def test_a_click_on_an_unsure_message_settles_it_and_draws_it_as_things_stand(post: Post) -> None:
    post.slack.misbehave.drop_after_accept("chat.postMessage")
    proposal = post.propose("tom", "anna", Role.MENTOR)
    wait_until(lambda: post.rows(Kind.INVITATION)[0].state is RowState.UNSURE)
    (invitation,) = post.rows(Kind.INVITATION)
    post.execute("UPDATE agreements SET hidden = TRUE WHERE id = ?", proposal.id)
    (stored,) = post.stored("anna")
    click = {
        "type": "block_actions",
        "user": {"id": post.slack.hands("anna").id, "team_id": post.team_id},
        "container": {"channel_id": stored.channel, "message_ts": stored.ts},
        "actions": [{"block_id": stored.blocks[-1]["block_id"]}],
    }

    introduction.introduce(Deps(post.database, post.clock.now))(click, BoltContext(), lambda: None)
    post.slack.settle()

    settled = post.row(invitation.id)
    assert (settled.state, settled.ts, settled.channel) == (RowState.SENT, stored.ts, stored.channel)
    (shown,) = post.messages("anna")
    assert "Read" not in shown.buttons
    assert "Ada Marsh" in shown.text
    assert post.person("anna").greeted
