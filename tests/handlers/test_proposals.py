"""What becomes of an invitation: declined, withdrawn, reminded of, lapsed."""

from datetime import timedelta

import pytest

from handlers import agreement as handlers
from handlers import closing as closing_handlers
from handlers import declining
from handlers.gestures import Nothing, Place
from mentoring.agreement import Outcome, State
from mentoring.due import Kind
from mentoring.refusal import Refused
from tests.handlers.signing import decline, read, sign
from tests.handlers.stage import INTRODUCTION, PURPOSE, Pair, buttons, shown, words


def test_a_decline_can_be_undone_for_ten_minutes(pair: Pair) -> None:
    pair.propose()

    decline(pair.mentee, pair)
    message = pair.mentee.newest(Kind.INVITATION)
    assert message.text == (
        f"You declined the invitation from Tom. Tom is told in ten minutes, without a reason. {INTRODUCTION}"
    )
    pair.stage.pass_time(timedelta(minutes=9))
    assert pair.mentee.does(closing_handlers.undo_close, message.buttons["Undo"]) == Nothing()

    assert pair.agreement.state is State.PROPOSED
    again = pair.mentee.newest(Kind.INVITATION)
    assert again.text.startswith("Tom Reed offers to mentor you")
    assert list(again.buttons) == ["Read", "Suggest changes", "Decline", "No more invitations"]
    pair.stage.pass_time(timedelta(minutes=9))
    assert pair.mentor.messages == []
    assert len(pair.mentee.messages) == 1


def test_after_ten_minutes_the_other_is_told_and_undo_is_gone(pair: Pair) -> None:
    pair.propose()
    decline(pair.mentee, pair)

    pair.stage.pass_time(timedelta(minutes=9))
    assert pair.mentor.messages == []
    pair.stage.pass_time(timedelta(minutes=1))

    (message,) = pair.mentor.messages
    assert message.kind is Kind.DECLINED
    assert message.text.startswith(
        "Anna Bright has declined your invitation. No reason is asked or given, and there is nothing for you to do."
    )
    own = pair.mentee.newest(Kind.INVITATION)
    assert (own.text, own.buttons) == (f"You declined the invitation from Tom. {INTRODUCTION}", {})
    with pytest.raises(Refused, match=r"^The ten minutes for undoing have passed\.$"):
        pair.mentee.does(closing_handlers.undo_close, str(pair.agreement_id))


def test_a_decline_in_a_window_offers_undo_there(pair: Pair) -> None:
    pair.propose()
    view = read(pair.mentee, pair)

    form = pair.mentee.does(declining.ask_decline, buttons(view)["Decline"], place=Place.MODAL, view=view)
    answer = shown(pair.mentee.submits(declining.decline, form))

    assert words(answer) == (
        "Done You declined. Tom is told in ten minutes, without a reason. Until then you can take it back, here or in your "
        "messages. Undo Close"
    )
    back = shown(pair.mentee.does(closing_handlers.undo_close, buttons(answer)["Undo"], place=Place.MODAL))
    assert words(back) == "Taken back The invitation is open again. Tom was told nothing. Close"


def test_a_withdrawal_is_told_at_once(pair: Pair) -> None:
    pair.propose()

    assert pair.mentor.does(handlers.withdraw, str(pair.agreement_id)) == Nothing()

    assert pair.mentee.newest(Kind.WITHDRAWN).text == (
        "Tom Reed has withdrawn the invitation. There is nothing for you to do."
    )
    gone = pair.mentee.newest(Kind.INVITATION)
    assert (gone.text, gone.buttons) == (
        f"Tom's invitation: withdrawn. {INTRODUCTION}",
        {},
    )
    with pytest.raises(Refused, match=r"^This invitation is no longer open\.$"):
        pair.mentee.does(declining.ask_decline, str(pair.agreement_id))
    window = shown(pair.mentor.does(handlers.withdraw, str(pair.agreement_id), place=Place.MODAL))
    assert words(window) == "Done You withdrew the invitation to Anna. Close"


def test_whoever_must_sign_is_reminded_once_and_then_it_lapses(pair: Pair) -> None:
    pair.propose()

    pair.stage.pass_time(timedelta(days=8))
    reminder = pair.mentee.newest(Kind.PROPOSAL_REMINDER)
    assert reminder.text == (
        "The invitation from Tom Reed still waits for your signature. Ignoring it is fine; it lapses on 7 December, and this "
        "is the only reminder."
    )
    assert list(reminder.buttons) == ["Read", "Suggest changes", "Decline"]
    pair.stage.pass_time(timedelta(days=7))

    assert pair.agreement.outcome is Outcome.LAPSED
    assert [m.kind for m in pair.mentee.messages] == [Kind.INVITATION, Kind.PROPOSAL_REMINDER]
    gone = "Tom's invitation has lapsed. There is nothing for you to do."
    assert [(m.text, m.buttons) for m in pair.mentee.messages] == [(f"{gone} {INTRODUCTION}", {}), (gone, {})]
    (message,) = pair.mentor.messages
    assert message.text.startswith(
        "Your invitation to Anna Bright has lapsed: it wasn't signed by both in time. There is nothing for you to do."
    )


def test_the_mentor_is_reminded_too_and_a_mentee_who_had_signed_hears_of_the_lapse(pair: Pair) -> None:
    pair.propose()
    sign(pair.mentee, pair, purpose=PURPOSE)

    pair.stage.pass_time(timedelta(days=8))
    reminder = pair.mentor.newest(Kind.PROPOSAL_REMINDER)
    assert reminder.text == (
        "Anna has signed, and it waits for your signature. The invitation lapses on 7 December; this is the only reminder."
    )
    assert list(reminder.buttons) == ["Read", "Suggest changes", "Withdraw"]
    pair.stage.pass_time(timedelta(days=7))

    assert pair.mentee.newest(Kind.LAPSED).text == (
        "The invitation from Tom Reed has lapsed: it wasn't signed by both in time. There is nothing for you to do."
    )


def test_a_reminder_is_drawn_again_once_it_is_signed(pair: Pair) -> None:
    pair.propose()
    pair.stage.pass_time(timedelta(days=8))
    sign(pair.mentee, pair, purpose=PURPOSE)

    reminder = pair.mentee.newest(Kind.PROPOSAL_REMINDER)
    assert (reminder.text, reminder.buttons) == ("Tom's invitation: you have answered.", {})
    assert list(pair.mentee.newest(Kind.INVITATION).buttons) == ["Agreement", "Decline after all"]


def test_the_mentor_hears_of_a_decline_after_signing_when_undo_is_over(pair: Pair) -> None:
    pair.propose()
    sign(pair.mentee, pair, purpose=PURPOSE)
    assert pair.mentee.newest(Kind.INVITATION).buttons["Decline after all"] == pair.agreement_id
    decline(pair.mentee, pair)

    pair.stage.pass_time(timedelta(minutes=9))
    assert list(pair.mentor.newest(Kind.SIGNED).buttons) == ["Read", "Suggest changes", "Withdraw"]
    pair.stage.pass_time(timedelta(minutes=1))

    message = pair.mentor.newest(Kind.SIGNED)
    assert (message.text, message.buttons) == (f"Anna has declined since. {INTRODUCTION}", {})
    assert pair.mentor.newest(Kind.DECLINED).text.startswith("Anna Bright has declined your invitation.")


def test_a_withdrawal_after_her_signature_changes_what_he_was_told(pair: Pair) -> None:
    pair.propose()
    sign(pair.mentee, pair, purpose=PURPOSE)
    pair.mentor.does(handlers.withdraw, pair.mentor.newest(Kind.SIGNED).buttons["Withdraw"])

    message = pair.mentor.newest(Kind.SIGNED)
    assert (message.text, message.buttons) == (f"Your invitation to Anna: withdrawn. {INTRODUCTION}", {})
