"""Messages of which nobody knows whether they arrived: found in the DM, sent, or left alone where Slack does not tell."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.doubt import Doubts
from bot.figures import Figures
from bot.pace import METHOD_BURST, Pace
from bot.settling import Settling
from handlers.deps import Deps
from mentoring.agreement import Role
from mentoring.due import Kind
from playground.server import Playground
from playground.workspace import Message as Stored
from storage import doubt, outbox
from storage.database import Database
from storage.outbox import RowState
from tests.bot.conftest import Post, office, said, wait_until
from tests.bot.test_delivery_in_trouble import Frozen
from tests.bot.test_figures import lines
from tests.bot.test_outages import agree
from tests.bot.test_uploading import SHARE, ask, files, instead

HISTORY = "conversations.history"


@pytest.fixture
def post(slack: Playground, database: Database) -> Iterator[Post]:
    """A post office that looks up at once."""
    with office(slack, database, doubt_seconds=0.0) as post:
        post.delivery.start()
        yield post


def settled(post: Post, row_id: str) -> RowState:
    """Where a row stands once it is no longer in doubt, nor anything left to do."""

    def open_still() -> bool:
        with post.database.reading() as tx:
            return row_id in doubt.still_open(tx) or outbox.busy(tx, post.clock.now())

    wait_until(lambda: not open_still())
    return post.state(row_id)


def undecided(post: Post) -> int:
    with post.database.reading() as tx:
        return doubt.count_undecided(tx)


def unmarked(message: Stored) -> None:
    """Let the DM show it without its marks, as where Slack keeps them back."""
    message.metadata = None
    message.blocks = [block | {"block_id": "b+/4"} for block in message.blocks]


def test_what_arrived_counts_as_sent_and_is_drawn_as_things_stand(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.slack.misbehave.drop_after_accept()
    post.slack.misbehave.delay_call(HISTORY, 0.2)
    proposal = post.propose("tom", "anna", Role.MENTOR)
    wait_until(lambda: post.rows(Kind.INVITATION)[0].state is RowState.UNSURE)
    post.execute("UPDATE agreements SET hidden = TRUE WHERE id = ?", proposal.id)
    (invitation,) = post.rows(Kind.INVITATION)
    assert settled(post, invitation.id) is RowState.SENT
    post.slack.settle()

    (stored,) = post.stored("anna")
    row = post.row(invitation.id)
    assert (row.channel, row.ts) == (stored.channel, stored.ts)
    assert "Read" not in post.messages("anna")[0].buttons
    assert post.person("anna").greeted
    assert said(caplog) == [f"Due row {row.id} (invitation) is unsure: RemoteDisconnected."]


def test_a_first_message_that_arrived_still_says_who_is_writing_and_the_next_one_does_not(post: Post) -> None:
    post.slack.misbehave.drop_after_accept()
    post.slack.misbehave.delay_call(HISTORY, 0.2)
    row_id = post.add("anna", "privacy/1")
    wait_until(lambda: post.stored("anna"))
    (before,) = post.messages("anna")
    settled(post, row_id)
    post.slack.settle()
    (after,) = post.messages("anna")
    post.add("anna", "privacy/2")
    post.slack.settle()

    assert "Ada Marsh" in before.text
    assert (after.text, after.words, after.buttons) == (before.text, before.words, before.buttons)
    assert [("Ada Marsh" in message.text) for message in post.messages("anna")] == [True, False]


def test_what_did_not_arrive_is_sent(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.slack.misbehave.drop_before_accept()
    row_id = post.add("anna")

    assert settled(post, row_id) is RowState.SENT
    assert len(post.messages("anna")) == 1
    assert post.row(row_id).attempts == 1
    assert said(caplog) == [
        f"Due row {row_id} (reply) is unsure: RemoteDisconnected.",
        f"Due row {row_id} (reply) had not arrived, and is sent again.",
    ]


def test_it_is_sent_as_often_as_it_takes_and_found_in_the_end(post: Post) -> None:
    post.slack.misbehave.drop_before_accept(times=2)
    post.slack.misbehave.drop_after_accept()
    row_id = post.add("anna")

    assert settled(post, row_id) is RowState.SENT
    assert len(post.messages("anna")) == 1


@pytest.mark.parametrize("hidden", ["metadata", "blocks"])
def test_one_of_its_two_marks_is_enough(post: Post, hidden: str) -> None:
    post.slack.misbehave.drop_after_accept()
    post.slack.misbehave.delay_call(HISTORY, 0.2)
    row_id = post.add("anna")
    wait_until(lambda: post.stored("anna"))
    (stored,) = post.stored("anna")
    setattr(stored, hidden, None if hidden == "metadata" else [])

    assert settled(post, row_id) is RowState.SENT
    assert len(post.messages("anna")) == 1


def test_it_is_looked_for_in_all_that_was_said_since(post: Post) -> None:
    post.slack.misbehave.drop_after_accept()
    post.slack.misbehave.delay_call(HISTORY, 0.3)
    row_id = post.add("anna")
    wait_until(lambda: post.state(row_id) is RowState.UNSURE)
    for number in range(250):
        post.slack.hands("anna").say(f"hello {number}")

    assert settled(post, row_id) is RowState.SENT
    assert len([message for message in post.stored("anna") if message.by_app]) == 1


def test_what_is_older_is_not_looked_at(post: Post) -> None:
    post.add("anna")
    post.slack.settle()
    unmarked(post.stored("anna")[0])
    post.slack.move(timedelta(hours=2))
    post.slack.misbehave.drop_before_accept()
    row_id = post.add("anna")

    assert settled(post, row_id) is RowState.SENT
    assert len(post.messages("anna")) == 2


@pytest.mark.parametrize("wrong", [timedelta(days=3), timedelta(days=-3)])
def test_a_clock_that_is_wrong_by_days_hides_nothing(post: Post, wrong: timedelta) -> None:
    post.slack.put_app_ahead(wrong)
    post.slack.misbehave.drop_after_accept()
    row_id = post.add("anna")

    assert settled(post, row_id) is RowState.SENT
    assert len(post.messages("anna")) == 1


def test_what_the_person_wrote_bears_no_mark_and_is_no_doubt(post: Post) -> None:
    post.slack.misbehave.drop_before_accept()
    post.slack.misbehave.delay_call(HISTORY, 0.2)
    row_id = post.add("anna")
    wait_until(lambda: post.state(row_id) is RowState.UNSURE)
    post.slack.hands("anna").say("hello")

    assert settled(post, row_id) is RowState.SENT


# --- where Slack does not tell


def test_without_marks_it_is_left_alone_and_counted(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.add("anna")
    post.add("anna")
    post.slack.settle()
    unmarked(post.stored("anna")[-1])
    post.slack.misbehave.drop_before_accept()
    row_id = post.add("anna")

    assert settled(post, row_id) is RowState.UNSURE
    assert undecided(post) == 1
    assert lines(post.figures, "mentor_undecided") == ["mentor_undecided_total 1.0"]
    assert len(post.messages("anna")) == 2
    assert said(caplog)[1:] == [
        f"Nobody can tell whether due row {row_id} (reply) arrived, for the DM shows messages of ours without their marks. "
        "It is not sent again."
    ]


@pytest.mark.parametrize("error", ["missing_scope", "channel_not_found", "method_deprecated"])
def test_where_the_dm_is_not_shown_it_is_left_alone_and_counted(
    post: Post, caplog: pytest.LogCaptureFixture, error: str
) -> None:
    post.slack.misbehave.answer_error(HISTORY, error)
    post.slack.misbehave.drop_before_accept()
    row_id = post.add("anna")

    assert settled(post, row_id) is RowState.UNSURE
    assert undecided(post) == 1
    assert said(caplog)[1:] == [
        f"Nobody can tell whether due row {row_id} (reply) arrived, for Slack does not show the DM ({error}). "
        "It is not sent again."
    ]
    after = post.add("anna")
    post.slack.settle()
    assert post.state(after) is RowState.SENT


def test_a_dm_that_is_not_known_any_more_shows_nothing(
    slack: Playground, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with office(slack, database, doubt_seconds=0.0) as post:
        row_id = post.add("anna")
        with database.writing() as tx:
            assert [row.id for row in outbox.claim(tx, post.clock.now(), limit=9)] == [row_id]
            outbox.unsure(tx, row_id, post.clock.now())
        post.delivery.start()

        assert settled(post, row_id) is RowState.UNSURE
    assert said(caplog) == [
        f"Nobody can tell whether due row {row_id} (reply) arrived, for the DM is not known any more. It is not sent again."
    ]


def test_a_rating_is_asked_again_for_a_second_question_does_no_harm(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    agree(post)
    post.slack.move(timedelta(days=3))
    before = len(post.messages("anna"))
    post.slack.misbehave.drop_after_accept()
    post.slack.misbehave.answer_error(HISTORY, "missing_scope")
    post.slack.move(timedelta(hours=2))
    (rating,) = post.rows(Kind.RATING)

    assert settled(post, rating.id) is RowState.SENT
    first, second = post.stored("anna")[before:]
    assert first.blocks == second.blocks
    assert first.blocks[0]["block_id"] == f"{rating.id}/0"
    assert undecided(post) == 0
    assert lines(post.figures, "mentor_undecided") == []
    assert said(caplog)[-1] == (
        f"Due row {rating.id} (rating) is sent again, for Slack does not show the DM (missing_scope)."
    )


# --- when it is looked up


def test_the_moved_clock_brings_no_look_up_nearer(slack: Playground, database: Database) -> None:
    with office(slack, database) as post:
        post.delivery.start()
        slack.misbehave.drop_before_accept()
        row_id = post.add("anna")
        slack.move(timedelta(days=1))

        assert post.state(row_id) is RowState.UNSURE


def doubts_of(post: Post, seconds: float) -> Doubts:
    """A memory of its own of what is in doubt."""
    deps, settle = Deps(post.database, post.clock.now), Settling(post.database)
    return Doubts(deps, settle, Pace(300), post.workspaces, figures=Figures(), seconds=seconds)


def test_a_clock_that_was_ahead_postpones_no_look_up(closed: Post) -> None:
    doubts = doubts_of(closed, 0.0)
    doubts.take_over({"by a clock that was ahead": closed.clock.now() + timedelta(days=1)})

    assert doubts.next() == "by a clock that was ahead"


def test_after_a_restart_it_goes_by_what_is_stored(closed: Post) -> None:
    doubts, now = doubts_of(closed, 60.0), closed.clock.now()
    doubts.take_over(
        {
            "a minute ago": now - timedelta(seconds=61),
            "just now": now - timedelta(seconds=50),
        }
    )

    assert doubts.next() == "a minute ago"
    assert doubts.next() is None


@pytest.mark.parametrize(("fault", "attempts"), [("drop_after_accept", 0), ("drop_before_accept", 1)])
def test_what_was_under_way_when_the_bot_was_killed_is_looked_up(
    slack: Playground, database: Database, fault: str, attempts: int
) -> None:
    getattr(slack.misbehave, fault)()
    with office(slack, database) as before:
        before.delivery.start()
        row_id = before.add("anna")
        wait_until(lambda: before.state(row_id) is RowState.UNSURE)
    before.execute("UPDATE due_rows SET state = 'sending', doubted_at = NULL WHERE id = ?", row_id)
    with office(slack, database, doubt_seconds=0.0) as post:
        post.delivery.start()

        assert settled(post, row_id) is RowState.SENT
        assert post.row(row_id).attempts == attempts
        assert len(post.messages("anna")) == 1


# --- when Slack is in trouble


def test_a_server_error_is_asked_through(post: Post) -> None:
    post.slack.misbehave.server_error(HISTORY)
    post.slack.misbehave.drop_after_accept()
    row_id = post.add("anna")

    assert settled(post, row_id) is RowState.SENT
    assert len(post.messages("anna")) == 1


def test_while_slack_asks_to_wait_with_the_history_messages_go_out(post: Post) -> None:
    post.slack.misbehave.ratelimit(HISTORY, retry_after=1)
    post.slack.misbehave.drop_after_accept()
    row_id = post.add("anna")
    assert post.slack.misbehave.wait_until_struck()
    after = post.add("anna")
    wait_until(lambda: post.state(after) is RowState.SENT)
    assert post.state(row_id) is RowState.UNSURE

    assert settled(post, row_id) is RowState.SENT
    assert len(post.messages("anna")) == 2


def test_it_waits_as_long_as_slack_asks(post: Post) -> None:
    post.slack.misbehave.ratelimit(HISTORY, retry_after=30)
    post.slack.misbehave.drop_after_accept()
    row_id = post.add("anna")
    assert post.slack.misbehave.wait_until_struck()
    began = time.monotonic()
    wait_until(lambda: row_id in post.delivery._doubts._at)

    assert 29 < post.delivery._doubts._at[row_id] - began < 31


def test_a_refused_token_pauses_the_workspace_and_the_look_up_goes_on_afterwards(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.slack.misbehave.answer_error(HISTORY, "token_expired")
    post.slack.misbehave.drop_after_accept()
    row_id = post.add("anna")

    assert settled(post, row_id) is RowState.SENT
    assert len(post.messages("anna")) == 1
    assert said(caplog)[1:] == [
        f"Nothing can be sent to workspace {post.team_id}: token_expired. Its messages are kept and go out once "
        "SLACK_BOT_TOKEN works again."
    ]


def test_a_history_that_was_read_too_often_is_waited_for(slack: Playground, database: Database) -> None:
    seconds = Frozen()
    pace = Pace(300, seconds)
    with office(slack, database, pace, doubt_seconds=0.0) as post:
        post.delivery.start()
        assert all(pace.may_call(post.team_id, HISTORY) for _ in range(METHOD_BURST))
        slack.misbehave.drop_after_accept()
        row_id = post.add("anna")
        wait_until(lambda: post.state(row_id) is RowState.UNSURE)
        after = post.add("tom")
        wait_until(lambda: post.state(after) is RowState.SENT)
        assert post.state(row_id) is RowState.UNSURE

        seconds.at = 60.0

        assert settled(post, row_id) is RowState.SENT


def test_what_goes_wrong_with_us_is_logged_and_it_is_looked_up_again(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.execute(
        "CREATE TRIGGER full BEFORE UPDATE ON due_rows WHEN NEW.state = 'sent' BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    post.slack.misbehave.drop_after_accept()
    row_id = post.add("anna")
    wait_until(lambda: "could not be looked up" in caplog.text)
    post.execute("DROP TRIGGER full")

    assert settled(post, row_id) is RowState.SENT
    assert said(caplog)[1].startswith(f"Due row {row_id} could not be looked up (reference ")


# --- files


def test_a_file_that_arrived_counts_as_sent_and_is_not_drawn_again(post: Post) -> None:
    post.slack.misbehave.drop_after_accept(SHARE)
    row_id = ask(post)

    assert settled(post, row_id) is RowState.SENT
    post.slack.settle()
    row = post.row(row_id)
    assert (row.ts, row.live) == (None, False)
    assert len(files(post)) == 1
    assert not post.messages("tom")[-1].edited


def test_a_file_that_did_not_arrive_is_sent(post: Post) -> None:
    post.slack.misbehave.drop_before_accept(SHARE)
    row_id = ask(post)

    assert settled(post, row_id) is RowState.SENT
    assert len(files(post)) == 1
    assert instead(post) == []


def test_how_often_a_row_was_looked_up_is_forgotten_whatever_ends_its_doubt(closed: Post) -> None:
    settle = Settling(closed.database)
    for end in ("a click", "its deletion", "the DM is not known"):
        row_id = closed.add("anna")
        with closed.database.writing() as tx:
            (row,) = outbox.claim(tx, closed.clock.now(), limit=1)
            outbox.unsure(tx, row.id, closed.clock.now())
        looking = Doubts(
            Deps(closed.database, closed.clock.now),
            settle,
            Pace(300),
            closed.workspaces,
            figures=closed.figures,
        )
        looking.again(row_id)
        assert set(looking._tries) == {row_id}
        with closed.database.writing() as tx:
            if end == "a click":
                outbox.settle_by_click(tx, row_id, channel="D1", ts="1.0", now=closed.clock.now())
            elif end == "its deletion":
                tx.connection.exec_driver_sql("DELETE FROM due_rows WHERE id = ?", (row_id,))

        looking.look_up(row_id)
        assert looking._tries == {}
