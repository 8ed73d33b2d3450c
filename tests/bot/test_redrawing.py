"""Drawing again: what Slack shows in the end is how things stand, and it keeps its marks."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.drawn import IN_DOUBT
from mentoring import proposals
from mentoring.agreement import Role
from mentoring.due import Due, Kind
from mentoring.ids import AgreementId
from playground.hands import Hands
from playground.server import Playground
from storage import agreements, outbox
from storage.database import Database, Tx
from storage.outbox import RowState
from tests.bot.conftest import Post, office, wait_until
from tests.bot.test_doubt import settled


@pytest.fixture
def post(slack: Playground, database: Database) -> Iterator[Post]:
    """A post office that looks up at once."""
    with office(slack, database, doubt_seconds=0.0) as post:
        post.delivery.start()
        yield post


def hide(post: Post, agreement_id: AgreementId, *, hidden: bool) -> None:
    """Move things on, so that an invitation looks otherwise; nothing is drawn yet."""
    post.execute("UPDATE agreements SET hidden = ? WHERE id = ?", hidden, agreement_id)


def invited(post: Post) -> tuple[AgreementId, Due]:
    """Tom has invited Anna; return of what, and what draws the invitation again."""
    proposal = post.propose("tom", "anna", Role.MENTOR)
    post.slack.settle()
    (invitation,) = post.rows(Kind.INVITATION)
    due = invitation.due
    return proposal.id, Due(Kind.REDRAW, invitation.id, post.clock.now(), proposal.id, due.recipient)


def with_home_open(post: Post, name: str) -> Hands:
    """Return the hands of someone who has just opened Home, and sees it as it stands."""
    hands = post.slack.hands(name)
    hands.open_home()
    post.add_home(name)
    post.slack.settle()
    return hands


def test_a_message_of_which_nobody_knows_how_it_was_drawn_is_drawn_as_things_stand(post: Post) -> None:
    agreement, redraw = invited(post)
    before = post.messages("anna")[0].buttons
    for hidden in (True, False):
        # What was last drawn is known now, and is how things stand in the end.
        hide(post, agreement, hidden=hidden)
        post.add_due(redraw)
        post.slack.settle()

    post.slack.misbehave.drop_after_accept("chat.update")
    hide(post, agreement, hidden=True)
    post.add_due(redraw)
    wait_until(lambda: post.messages("anna")[0].buttons == ["Settings"])
    hide(post, agreement, hidden=False)
    post.slack.settle()

    assert "Read" in before
    assert post.messages("anna")[0].buttons == before


def test_a_home_of_which_nobody_knows_how_it_was_drawn_is_drawn_as_things_stand(post: Post) -> None:
    agreement, _ = invited(post)
    anna = with_home_open(post, "anna")
    before = anna.home.buttons

    post.slack.misbehave.drop_after_accept("views.publish")
    hide(post, agreement, hidden=True)
    post.add_home("anna")
    wait_until(lambda: "Read" not in anna.home.buttons)
    hide(post, agreement, hidden=False)
    post.slack.settle()

    assert "Read" in before
    assert anna.home.buttons == before


@pytest.mark.parametrize("method", ["chat.update", "views.publish"])
def test_what_reaches_slack_only_after_the_next_try_does_not_stand_there_for_good(
    post: Post, method: str
) -> None:
    agreement, redraw = invited(post)
    anna = with_home_open(post, "anna")

    def draw() -> None:
        if method == "chat.update":
            post.add_due(redraw)
        else:
            post.add_home("anna")

    def buttons() -> list[str]:
        return post.messages("anna")[0].buttons if method == "chat.update" else anna.home.buttons

    before, drawn = buttons(), list[str]()
    post.slack.overhear(lambda way, _said, _answer: drawn.append(way))
    post.slack.misbehave.land_late(method, 1.5)
    hide(post, agreement, hidden=True)
    draw()
    assert post.slack.misbehave.wait_until_struck()
    hide(post, agreement, hidden=False)
    wait_until(lambda: drawn.count(method) == 2)

    post.slack.move(IN_DOUBT)

    assert "Read" in before
    assert buttons() == before
    # Nothing is in doubt by then, and nothing is drawn any more.
    assert drawn.count(method) == 3
    post.slack.move(10 * IN_DOUBT)
    assert drawn.count(method) == 3


def test_what_another_process_was_drawing_when_it_stopped_is_drawn_once_more_later(
    slack: Playground, database: Database
) -> None:
    drawn: list[str] = []
    with office(slack, database) as before:
        before.delivery.start()
        _, redraw = invited(before)
    row_id = before.add_due(redraw)
    with database.writing() as tx:
        assert [row.id for row in outbox.claim(tx, before.clock.now(), limit=9)] == [row_id]
    with office(slack, database) as post:
        slack.overhear(lambda way, _said, _answer: drawn.append(way))
        post.delivery.start()
        slack.settle()
        assert drawn.count("chat.update") == 1

        slack.move(IN_DOUBT)
        assert drawn.count("chat.update") == 2
        assert post.rows(Kind.REDRAW) == []


def test_a_message_that_was_drawn_again_keeps_both_of_its_marks(post: Post) -> None:
    agreement, redraw = invited(post)
    hide(post, agreement, hidden=True)
    post.add_due(redraw)
    post.slack.settle()

    (shown,) = post.stored("anna")
    assert post.messages("anna")[0].buttons == ["Settings"]
    # What it says, a button, and who is writing under a line: two lines of that.
    assert [block["block_id"] for block in shown.blocks] == [f"{redraw.subject}/{n}" for n in range(5)]
    assert shown.metadata == {"event_type": "mentor_message", "event_payload": {"id": redraw.subject}}


def test_a_message_that_was_drawn_again_goes_on_saying_who_is_writing(post: Post) -> None:
    agreement, redraw = invited(post)
    post.add("anna")
    post.slack.settle()
    for hidden in (True, False):
        hide(post, agreement, hidden=hidden)
        post.add_due(redraw)
        post.slack.settle()
        assert ["I'm Mentor." in one.words for one in post.messages("anna")] == [True, False]


def test_what_can_still_be_taken_back_is_drawn_for_the_other_when_it_no_longer_can(post: Post) -> None:
    """Home waited to be drawn anew, and is opened once more meanwhile."""
    agreement, _ = invited(post)
    tom = with_home_open(post, "tom")
    before = tom.home.words
    anna, now = post.person("anna").id, post.clock.now()
    toms = post.person("tom").id

    def look_at_home(tx: Tx) -> None:
        outbox.add(tx, Due(Kind.HOME, toms, post.clock.now(), recipient=toms))

    def decline(tx: Tx) -> None:
        proposal = agreements.current(tx, agreement, seen_by=anna, now=now)
        agreements.save(tx, proposals.decline(proposal, by=anna, now=now), now)

    post.database.patiently(decline)
    for minutes in (0, 9):
        post.slack.move(timedelta(minutes=minutes))
        # The row that waits for the end of the ten minutes is due at once now.
        post.database.patiently(look_at_home)
        post.slack.settle()
        assert tom.home.words == before

    post.slack.move(timedelta(minutes=1))
    assert "No answer yet from Anna" in before
    assert "Anna declined it on 23 November 2026." in tom.home.words
    assert post.rows(Kind.REDRAW) == []


def test_where_slack_keeps_metadata_back_a_message_that_was_drawn_again_leaves_no_other_undecided(
    post: Post,
) -> None:
    agreement, redraw = invited(post)
    hide(post, agreement, hidden=True)
    post.add_due(redraw)
    post.slack.settle()
    post.stored("anna")[0].metadata = None

    post.slack.misbehave.drop_before_accept()
    row_id = post.add("anna")

    assert settled(post, row_id) is RowState.SENT
    assert len(post.messages("anna")) == 2
