"""What goes in its time, delivered: the notice, then what was written, then the agreement, and the file is overwritten."""

from datetime import timedelta

import pytest

from mentoring.agreement import Agreement, Role
from mentoring.due import Kind
from mentoring.proposals import withdraw_proposal
from storage import agreements
from storage.outbox import RowState
from tests.bot.conftest import Post


@pytest.fixture
def withdrawn(post: Post) -> Agreement:
    """Anna, who would like to be mentored, asked Tom and took it back on the same Monday."""
    asked = post.propose("anna", "tom", Role.MENTEE)
    with post.database.writing() as tx:
        current = agreements.by_clock(tx, asked.id)
        agreements.save(
            tx, withdraw_proposal(current, by=asked.mentee.id, now=post.clock.now()), post.clock.now()
        )
    post.slack.settle()
    return asked


def left(post: Post, agreement: Agreement) -> list[Agreement]:
    with post.database.reading() as tx:
        return agreements.of_pair(tx, agreement.id)


def test_what_was_written_goes_a_week_after_its_notice_and_then_all_of_it(
    post: Post, withdrawn: Agreement
) -> None:
    post.slack.move(timedelta(days=89))

    [notice] = post.rows(Kind.RETENTION_NOTICE)
    assert (notice.state, notice.due.recipient) == (RowState.SENT, withdrawn.mentee.id)
    assert post.messages("anna")[-1].buttons == ["Export", "Settings"]
    assert [one.purpose is None for one in left(post, withdrawn)] == [False]

    post.slack.move(timedelta(days=3))
    assert left(post, withdrawn) == []
    assert [post.rows(kind) for kind in (Kind.RETENTION, Kind.RETENTION_NOTICE, Kind.CLEAR_FILE)] == [
        [],
        [],
        [],
    ]


def test_of_whoever_cannot_be_told_of_it_nobody_is_told(post: Post, withdrawn: Agreement) -> None:
    post.slack.move(timedelta(days=80))
    post.slack.misbehave.answer_error("chat.postMessage", "user_disabled")
    post.slack.move(timedelta(days=9))

    [notice] = post.rows(Kind.RETENTION_NOTICE)
    assert notice.state is RowState.DEAD
    assert post.rows(Kind.UNREACHABLE) == []

    post.slack.move(timedelta(days=3))
    assert left(post, withdrawn) == []
