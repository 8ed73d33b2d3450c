"""Delivery: what becomes of a due row, over TCP, with a Slack that misbehaves."""

from datetime import timedelta

import pytest

from mentoring.agreement import Role
from mentoring.due import Due, Kind, Lane
from mentoring.proposals import decline, withdraw_proposal
from storage import agreements, outbox, people
from storage.outbox import RowState
from tests.bot.conftest import Post, said, wait_until


def test_a_message_goes_out_once_with_its_marker(post: Post) -> None:
    row_id = post.add("anna", "privacy")
    post.slack.settle()

    (message,) = post.messages("anna")
    (stored,) = post.stored("anna")
    row = post.row(row_id)
    assert message.buttons == ["Open privacy"]
    assert stored.metadata == {"event_type": "mentor_message", "event_payload": {"id": row_id}}
    assert (row.state, row.ts, row.channel, row.live) == (RowState.SENT, message.ts, stored.channel, True)
    assert post.person("anna").greeted


def test_what_is_due_at_the_start_waits_for_no_tick(closed: Post) -> None:
    closed.add("anna")
    closed.delivery.start()
    closed.delivery._ticker.pause()  # the first would come a quarter of a second later

    wait_until(lambda: closed.messages("anna"))


def test_only_the_first_message_says_who_is_writing(post: Post) -> None:
    post.add("anna")
    post.add("anna")
    post.slack.settle()

    assert ["I'm Mentor." in message.words for message in post.messages("anna")] == [True, False]


def test_after_a_server_error_it_is_tried_again_and_whoever_else_waits_is_not_held_up(post: Post) -> None:
    post.slack.misbehave.server_error("chat.postMessage")
    first, second, other = post.add("anna", "privacy"), post.add("anna", "settings"), post.add("tom")
    post.slack.settle()

    assert [message.buttons[0] for message in post.messages("anna")] == ["Open privacy", "Open settings"]
    assert [post.row(row).attempts for row in (first, second, other)].count(1) == 1
    assert [post.state(row) for row in (first, second, other)] == [RowState.SENT] * 3


def test_a_workspace_waits_as_long_as_slack_asks(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.slack.misbehave.ratelimit("chat.postMessage", retry_after=1)
    post.add("anna")
    post.slack.settle()

    assert len(post.messages("anna")) == 1
    assert said(caplog) == [f"Slack asks to wait 1 s before the next message to workspace {post.team_id}."]


@pytest.mark.parametrize("error", ["account_inactive", "token_revoked", "invalid_auth", "missing_scope"])
def test_a_refused_token_pauses_the_workspace_until_it_works_again(
    post: Post, caplog: pytest.LogCaptureFixture, error: str
) -> None:
    post.slack.revoke_token(error)
    rows = [post.add("anna"), post.add("tom")]
    post.slack.settle()

    assert [post.state(row) for row in rows] == [RowState.PENDING] * 2

    post.slack.restore_token()
    wait_until(lambda: post.messages("anna") and post.messages("tom"))
    post.slack.settle()

    assert [len(post.messages(name)) for name in ("anna", "tom")] == [1, 1]
    assert said(caplog) == [
        f"Nothing can be sent to workspace {post.team_id}: {error}. Its messages are kept and go out once "
        "SLACK_BOT_TOKEN works again.",
        f"Messages to workspace {post.team_id} go out again.",
    ]


@pytest.mark.parametrize(
    "error",
    ["user_disabled", "user_not_found", "messages_tab_disabled", "restricted_action", "restricted_action_x"],
)
def test_whoever_cannot_be_reached_is_told_of_to_the_other_side_once(post: Post, error: str) -> None:
    post.slack.misbehave.answer_error("chat.postMessage", error)
    proposal = post.propose("tom", "anna", Role.MENTOR)
    post.slack.settle()

    (invitation,) = post.rows(Kind.INVITATION)
    (told,) = post.rows(Kind.UNREACHABLE)
    (message,) = post.messages("tom")
    assert (invitation.state, told.state) == (RowState.DEAD, RowState.SENT)
    assert (told.due.recipient, told.due.subject) == (proposal.mentor.id, proposal.id)
    assert message.text.startswith("I can't reach Anna at the moment")
    assert post.messages("anna") == []

    post.slack.misbehave.answer_error("chat.postMessage", error)
    post.add_due(Due(Kind.WITHDRAWN, proposal.id, post.clock.now(), proposal.id, proposal.mentee.id))
    post.slack.settle()

    assert len(post.messages("tom")) == 1


def test_two_who_cannot_be_reached_are_not_told_of_each_other_for_ever(post: Post) -> None:
    post.slack.misbehave.answer_error("chat.postMessage", "user_disabled", times=2)
    post.propose("tom", "anna", Role.MENTOR)
    post.slack.settle()

    (told,) = post.rows(Kind.UNREACHABLE)
    assert told.state is RowState.DEAD


def test_a_deactivated_account_is_found_out_before_anything_is_posted(post: Post) -> None:
    post.propose("tom", "anna", Role.MENTOR)
    post.slack.settle()
    post.slack.deactivate("anna")
    post.slack.move(timedelta(days=7, hours=1))

    (reminder,) = post.rows(Kind.PROPOSAL_REMINDER)
    assert reminder.state is RowState.DEAD
    assert len(post.messages("anna")) == 1
    assert post.messages("tom")[0].text.startswith("I can't reach Anna")
    assert not post.person("anna").active


def test_whoever_was_deactivated_is_written_to_again_as_soon_as_they_are_back(post: Post) -> None:
    anna = post.person("anna")
    post.slack.deactivate("anna")
    post.slack.move(timedelta(days=1, hours=1))
    never = post.add_for(anna)
    post.slack.settle()
    assert (post.state(never), post.messages("anna")) == (RowState.DEAD, [])

    post.slack.reactivate("anna")
    said = post.add_for(anna)
    post.slack.settle()

    assert (post.state(said), post.state(never)) == (RowState.SENT, RowState.DEAD)
    assert len(post.messages("anna")) == 1
    assert post.person("anna").active


def test_a_dm_that_is_gone_is_opened_again_once(post: Post) -> None:
    post.add("anna")
    post.slack.settle()
    post.slack.misbehave.answer_error("chat.postMessage", "channel_not_found")
    again = post.add("anna")
    post.slack.settle()

    assert post.state(again) is RowState.SENT
    assert len(post.messages("anna")) == 2

    post.slack.misbehave.answer_error("chat.postMessage", "channel_not_found", times=2)
    never = post.add("anna")
    post.slack.settle()

    assert post.state(never) is RowState.DEAD


def test_the_dm_is_opened_once_for_good(post: Post) -> None:
    post.add("anna")
    post.slack.settle()
    post.slack.misbehave.answer_error("conversations.open", "fatal_error", times=99)
    second = post.add("anna")
    post.slack.settle()

    assert post.state(second) is RowState.SENT


@pytest.mark.parametrize(("fault", "arrived"), [("drop_after_accept", 1), ("drop_before_accept", 0)])
def test_what_may_have_arrived_is_not_said_again(
    post: Post, caplog: pytest.LogCaptureFixture, fault: str, arrived: int
) -> None:
    post.person("anna")
    getattr(post.slack.misbehave, fault)()
    unsure = post.add("anna", "privacy")
    post.slack.settle()

    assert post.state(unsure) is RowState.UNSURE
    assert len(post.messages("anna")) == arrived
    assert said(caplog) == [f"Due row {unsure} (reply) is unsure: RemoteDisconnected."]

    after = post.add("anna", "settings")
    post.slack.settle()

    assert post.state(after) is RowState.SENT


@pytest.mark.parametrize("error", ["fatal_error", "internal_error"])
def test_slacks_own_failures_may_have_arrived_too(post: Post, error: str) -> None:
    post.slack.misbehave.answer_error("chat.postMessage", error)
    unsure = post.add("anna")
    post.slack.settle()

    assert post.state(unsure) is RowState.UNSURE


def test_what_was_left_in_flight_by_another_process_is_unsure(
    closed: Post, caplog: pytest.LogCaptureFixture
) -> None:
    message, home = closed.add("anna"), closed.add_home("tom")
    anna = closed.person("anna")
    with closed.database.writing() as tx:
        people.keep_channel(tx, anna.account_id, anna.user_id)
        assert {row.id for row in outbox.claim(tx, closed.clock.now(), limit=9)} == {message, home}

    closed.delivery.start()
    closed.slack.settle()

    assert closed.state(message) is RowState.UNSURE
    assert closed.messages("anna") == []
    assert closed.slack.hands("tom").home.words != ""
    assert said(caplog) == [f"Due row {message} may or may not have been delivered before the bot stopped."]


def test_one_poisoned_row_stops_nothing_else(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.person("anna")
    post.slack.misbehave.answer_error("chat.postMessage", "invalid_blocks")
    poisoned, after = post.add("anna", "privacy"), post.add("anna", "settings")
    wait_until(lambda: post.state(after) is RowState.SENT)

    assert post.state(poisoned) is RowState.PENDING
    assert said(caplog) == [f"Due row {poisoned} (reply) is broken: invalid_blocks."]

    post.slack.to_next_due()

    assert [message.buttons for message in post.messages("anna")] == [["Open settings"], ["Open privacy"]]


def test_gestures_go_before_the_clock(closed: Post) -> None:
    closed.person("anna")
    clock = [closed.add("anna", "privacy", lane=Lane.CLOCK) for _ in range(3)]
    gesture = closed.add("anna", "settings")
    closed.delivery.start()
    closed.slack.settle()

    assert [message.buttons[0] for message in closed.messages("anna")] == ["Open settings"] + [
        "Open privacy"
    ] * 3
    assert {closed.state(row) for row in (*clock, gesture)} == {RowState.SENT}


def test_home_is_published_and_not_again_while_it_says_the_same(post: Post) -> None:
    post.add_home("anna")
    post.slack.settle()
    first = post.slack._slack.workspace.home(post.slack.hands("anna").id)
    assert first is not None
    drawn = first.hash

    post.add_home("anna")
    post.slack.settle()
    again = post.slack._slack.workspace.home(post.slack.hands("anna").id)

    assert post.rows(Kind.HOME) == []
    assert again is not None
    assert again.hash == drawn


def test_an_undo_in_home_goes_when_its_time_is_over(post: Post) -> None:
    proposal = post.propose("tom", "anna", Role.MENTOR)
    now = post.clock.now()
    with post.database.writing() as tx:
        current = agreements.current(tx, proposal.id, seen_by=proposal.mentee.id, now=now)
        agreements.save(tx, decline(current, by=proposal.mentee.id, now=now), now)
    post.add_home("anna")
    anna = post.slack.hands("anna")
    anna.open_home()
    post.slack.settle()
    assert "Undo" in anna.home.buttons

    post.slack.move(timedelta(minutes=10))

    assert "Undo" not in anna.home.buttons
    # The card itself goes later: it stays for thirty days.
    [row] = post.rows(Kind.HOME)
    assert row.due.due == now + timedelta(days=30)


def test_a_message_is_drawn_again_when_things_have_moved_on(post: Post) -> None:
    proposal = post.propose("tom", "anna", Role.MENTOR)
    post.slack.settle()
    (before,) = post.messages("anna")
    assert "Decline" in before.buttons

    post.slack.move(timedelta(days=15))

    assert "Decline" not in post.messages("anna")[0].buttons
    (invitation,) = post.rows(Kind.INVITATION)
    assert not invitation.live
    assert [row.due.recipient for row in post.rows(Kind.LAPSED)] == [proposal.mentor.id]
    assert post.rows(Kind.REDRAW) == []


def test_a_message_that_is_gone_is_not_drawn_again(post: Post) -> None:
    post.propose("tom", "anna", Role.MENTOR)
    post.slack.settle()
    post.slack.misbehave.answer_error("chat.update", "message_not_found")
    post.slack.move(timedelta(days=15))

    assert post.rows(Kind.REDRAW) == []


def test_a_newcomers_profile_is_asked_for_before_the_first_word(post: Post) -> None:
    maya = post.slack.hands("maya")
    with post.database.writing() as tx:
        new = people.acting(tx, team_id=post.team_id, user_id=maya.id, name="maya", now=post.clock.now())
    post.slack.settle()

    known = post.person("maya")
    assert (new.name, known.name, known.zone.key) == ("maya", "Maya Okafor", "Europe/Berlin")
    assert post.rows(Kind.LOOKUP) == []


def test_stopping_finishes_what_is_under_way(closed: Post) -> None:
    closed.person("anna")
    row_id = closed.add("anna")
    closed.slack.misbehave.delay_call("chat.postMessage", 0.3)
    closed.delivery.start()
    wait_until(lambda: closed.state(row_id) is RowState.SENDING)
    closed.delivery.stop()

    assert closed.state(row_id) is RowState.SENT
    assert len(closed.messages("anna")) == 1


def test_a_slow_call_does_not_hold_a_stop_longer_than_it_may(
    closed: Post, caplog: pytest.LogCaptureFixture
) -> None:
    closed.person("anna")
    row_id = closed.add("anna")
    closed.slack.misbehave.delay_call("chat.postMessage", 0.5)
    closed.delivery.start()
    wait_until(lambda: closed.state(row_id) is RowState.SENDING)
    closed.delivery.stop(0.05)

    assert closed.state(row_id) is RowState.SENDING
    assert said(caplog) == ["What is still under way is left to whoever starts next."]
    wait_until(lambda: closed.state(row_id) is RowState.SENT)


def test_a_message_that_was_on_its_way_when_things_changed_is_drawn_again(post: Post) -> None:
    post.person("anna")
    post.slack.misbehave.delay_call("chat.postMessage", 0.2)
    proposal = post.propose("tom", "anna", Role.MENTOR)
    wait_until(lambda: post.rows(Kind.INVITATION)[0].state is RowState.SENDING)
    with post.database.writing() as tx:
        now = post.clock.now()
        open_one = agreements.current(tx, proposal.id, seen_by=proposal.mentor.id, now=now)
        agreements.save(tx, withdraw_proposal(open_one, by=proposal.mentor.id, now=now), now)
    post.slack.settle()

    assert "Read" not in post.messages("anna")[0].buttons
    assert post.rows(Kind.REDRAW) == []


@pytest.mark.parametrize("kind", [Kind.REDRAW, Kind.HOME])
def test_what_need_not_be_drawn_any_more_is_let_go(post: Post, kind: Kind) -> None:
    tom = post.person("tom")
    post.slack.misbehave.answer_error("views.publish", "user_not_found")
    subject = "no such row" if kind is Kind.REDRAW else tom.id
    post.add_due(Due(kind, subject, post.clock.now(), recipient=tom.id))
    post.slack.settle()

    assert post.rows(kind) == []


def test_nobody_is_told_who_does_not_know_of_the_agreement(post: Post) -> None:
    anna = post.person("anna")
    with post.database.writing() as tx:
        people.set_settings(tx, anna.id, invitations=False, now=post.clock.now())
    proposal = post.propose("tom", "anna", Role.MENTOR)
    post.slack.misbehave.answer_error("chat.postMessage", "user_disabled")
    row_id = post.add_due(Due(Kind.DECLINED, proposal.id, post.clock.now(), proposal.id, proposal.mentor.id))
    post.slack.settle()

    assert post.state(row_id) is RowState.DEAD
    assert post.rows(Kind.UNREACHABLE) == []


def test_a_token_that_is_still_refused_is_looked_at_again_later(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot.delivery")
    post.slack.revoke_token()
    row_id = post.add("anna")
    still = f"The token for workspace {post.team_id} is still refused: account_inactive."
    wait_until(lambda: still in caplog.text)
    post.slack.restore_token()
    wait_until(lambda: post.state(row_id) is RowState.SENT)

    assert caplog.text.count(still) == 1
