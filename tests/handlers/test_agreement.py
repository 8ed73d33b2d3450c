"""An agreement in the hands of its pair: read, signed, declined, withdrawn, looked up and ended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers import agreement as handlers
from handlers.gestures import Nothing, Place
from handlers.views.reading import agreement_view, notice
from mentoring.agreement import Outcome, Role, State, Terms
from mentoring.messages import Kind
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from storage import agreements
from tests.handlers.stage import LONDON, PURPOSE, Pair, Someone, buttons, shown, told, words

CANARY = "canary-4711"
TUESDAY = datetime(2026, 12, 1, 16, 30, tzinfo=LONDON)
IN_BOTH = "Tuesday 1 December, 16:30 in London · 11:30 in New York"
HER_TIME = "Tuesday 1 December, 11:30 in New York · 16:30 in London"


def read(who: Someone, pair: Pair) -> Any:
    return shown(who.does(handlers.show_agreement, str(pair.agreement_id)))


def sign(who: Someone, pair: Pair, **typed: Any) -> str:
    return words(shown(who.submits(handlers.sign_agreement, read(who, pair), **typed)))


# --- reading and signing


def test_whoever_signs_first_reads_every_clause_and_who_can_read_what(pair: Pair) -> None:
    pair.propose(terms=Terms(first_session=TUESDAY, place=Secret("The <!channel> café")))

    view = read(pair.mentee, pair)

    assert (view.title.text, view.submit.text, view.close.text) == ("Read and sign", "Sign", "Not now")
    assert list(buttons(view)) == ["Decline"]
    assert words(view) == (
        "Read and sign You sign first, Tom last; nothing starts before that. It lapses on 7 December 2026. "
        "What do I want from it? The agreement opens with these words. Only you and Tom can read them. "
        "Who Mentor: Tom Reed\nMentee: Anna Bright "
        "Confidentiality What we say to each other, and what is written here, stays between us in the strictest confidence. "
        "The only exceptions are those that the law makes: illegal acts, the order of a court, and a serious risk of harm to "
        "someone. This bot is run by Ruth of Example Community. "
        "Commitment A decision that Anna makes binds Anna alone. Tom offers experience and questions, not instructions, and "
        "nobody keeps count. "
        "Limits We meet for up to 5 sessions of 75 minutes, every two weeks. It stops after the last one, so that it never "
        "goes on out of habit or politeness; going on would take a new agreement that both of us want. "
        "Feedback After each session that took place, two days later and in working hours, Anna is asked one question: on a "
        "scale of 1 to 5, how valuable a use of your time was the session? The answer stays sealed until the reminder before "
        "the next session; until then Anna can change it or take it back. From then on Tom can read the score, and any words "
        "that Anna chose to share. With one mentee a score can't be anonymous. "
        "Ending early If two scores in a row are 2 or less, we look together at whether this is still worth the time. Either "
        "of us can end it at any time, with two clicks, without a reason and without fault. Ending early is a good result "
        "too. "
        f"First session {HER_TIME} Place Where we usually meet: The <!channel> café "
        "Who can read what The agreement, its purpose and the sessions: Tom and Anna.\n"
        "A rating: Anna; Tom too, from its release before the next session on.\n"
        "Words beside a rating: as Anna chooses each time, for both or for Anna alone.\n"
        "Tom may keep private notes about Anna here: Tom alone reads them. "
        "What others could see What you write in windows like this one is never put into a message. What you type into a chat "
        "stays in Slack. Whoever can export this workspace's direct messages may see that you use this bot, with whom and "
        "when.\nTexts and scores are stored encrypted. Ruth of Example Community holds the database and its key, and could "
        "technically read what is stored. A score from one mentee can't be anonymous. Decline Sign Not now"
    )


def test_the_mentee_signs_first_and_the_mentor_last(pair: Pair) -> None:
    pair.propose()

    assert sign(pair.mentee, pair, purpose=f" {CANARY} ") == (
        "Signed You have signed. Tom reads it now and signs last; without that it lapses on 7 December 2026. Close"
    )
    hers = pair.mentee.newest(Kind.INVITATION)
    assert (
        hers.text == "You have signed. It's Tom's turn now; without both signatures it lapses on 7 December."
    )
    assert list(hers.buttons) == ["Agreement", "Decline after all"]
    his = pair.mentor.newest(Kind.SIGNED)
    assert his.text.startswith(
        "Anna Bright has signed, with a purpose in their own words. If you sign too, it starts; without your signature it "
        "lapses on 7 December."
    )
    assert list(his.buttons) == ["Read", "Withdraw"]

    view = read(pair.mentor, pair)
    assert words(view).startswith(
        f"Read and sign Anna has signed. With your signature it starts. It lapses on 7 December 2026. Who Mentor: Tom Reed\n"
        f"Mentee: Anna Bright Purpose In Anna's own words: {CANARY}"
    )
    assert sign(pair.mentor, pair) == (
        "Signed You and Anna have both signed. Next, either of you can plan the first session. Close"
    )

    assert pair.agreement.state is State.ACTIVE
    for one, other in ((pair.mentee, "Tom Reed"), (pair.mentor, "Anna Bright")):
        message = one.newest(Kind.AGREED)
        assert message.text == (
            f"You and {other} have both signed: up to 5 × 75 minutes. Next: plan your first session; either of you can."
        )
        assert list(message.buttons) == ["Plan a session", "Agreement"]
        assert not any(CANARY in str(one) for one in one.messages)
    assert pair.mentee.newest(Kind.INVITATION).text == "You and Tom have both signed."
    assert pair.mentor.newest(Kind.SIGNED).text == "You and Anna have both signed."


def test_the_first_session_named_is_planned_by_the_second_signature(pair: Pair) -> None:
    pair.propose(terms=Terms(first_session=TUESDAY))
    sign(pair.mentee, pair, purpose=PURPOSE)

    assert sign(pair.mentor, pair) == (
        f"Signed You and Anna have both signed. Your first session is on {IN_BOTH}. Close"
    )
    message = pair.mentee.newest(Kind.AGREED)
    assert message.text == (
        f"You and Tom Reed have both signed: up to 5 × 75 minutes. Next: session 1 on {HER_TIME}."
    )
    assert list(message.buttons) == ["Sessions", "Agreement"]
    pair.stage.pass_time(TUESDAY + timedelta(hours=3))
    message = pair.mentee.newest(Kind.AGREED)
    assert message.text == "You and Tom Reed have both signed: up to 5 × 75 minutes."
    assert list(message.buttons) == ["Sessions", "Agreement"]


def test_a_first_session_that_has_passed_is_planned_anew(pair: Pair) -> None:
    pair.propose(terms=Terms(first_session=TUESDAY))
    sign(pair.mentee, pair, purpose=PURPOSE)
    pair.stage.pass_time(TUESDAY + timedelta(minutes=1))

    assert sign(pair.mentor, pair) == (
        "Signed You and Anna have both signed. The time named for the first session has passed, so it needs a new one; either "
        "of you can plan it. Close"
    )
    for one in (pair.mentor, pair.mentee):
        message = one.newest(Kind.AGREED)
        assert message.text.endswith(
            "The time named for the first session had passed, so it needs a new one; either of you can plan it."
        )
        assert list(message.buttons) == ["Plan a session", "Agreement"]


def test_a_purpose_of_blanks_is_refused_at_its_field(pair: Pair) -> None:
    pair.propose()

    with pytest.raises(Refused) as refusal:
        sign(pair.mentee, pair, purpose=" \u0000\u200b ".replace("\u200b", "\n"))

    assert (refusal.value.sentence, refusal.value.at) == (
        "Please say in a few words what you want from it; the agreement opens with them.",
        "purpose",
    )


def test_signing_twice_signs_once(pair: Pair) -> None:
    pair.propose()
    view = read(pair.mentee, pair)
    first = pair.mentee.submits(handlers.sign_agreement, view, purpose=PURPOSE)
    second = pair.mentee.submits(handlers.sign_agreement, view, purpose=PURPOSE)

    assert shown(first).to_dict() == shown(second).to_dict()
    assert len([m for m in pair.mentor.messages if m.kind is Kind.SIGNED]) == 1


def test_the_mentor_cannot_sign_first(pair: Pair) -> None:
    pair.propose()
    view = read(pair.mentor, pair)

    assert view.submit is None
    assert words(view).startswith(
        "Agreement Waiting for Anna's signature; it lapses on 7 December 2026. Signed Anna: not yet\nTom: not yet"
    )
    assert list(buttons(view)) == ["Withdraw"]


def test_an_invitation_withdrawn_meanwhile_is_not_signed(pair: Pair) -> None:
    pair.propose()
    view = read(pair.mentee, pair)
    pair.mentor.does(handlers.withdraw, str(pair.agreement_id))

    with pytest.raises(Refused, match=r"^This invitation is no longer open, so it can't be signed\.$"):
        pair.mentee.submits(handlers.sign_agreement, view, purpose=PURPOSE)


def test_what_was_signed_can_be_looked_up_with_both_dates(pair: Pair) -> None:
    pair.sign()
    pair.stage.pass_time(timedelta(days=3))

    view = shown(pair.mentee.types(handlers.show_agreement))

    assert words(view).startswith(
        "Agreement Signed by both on 23 November 2026. Signed Anna: Monday 23 November, 09:00 in New York\n"
        "Tom: Monday 23 November, 09:00 in New York Who Mentor: Tom Reed\nMentee: Anna Bright "
        f"Purpose In Anna's own words: {PURPOSE} Confidentiality"
    )
    assert list(buttons(view)) == ["End"]


def test_a_long_purpose_is_read_as_it_was_written(pair: Pair) -> None:
    odd = "& <!channel> <@UTOM> &lt; *not bold* :tada: مرحبا " * 60
    pair.propose()
    sign(pair.mentee, pair, purpose=odd[:3000])

    assert odd[:3000].strip() in words(read(pair.mentor, pair))


# --- no, thank you


def test_a_decline_can_be_undone_for_ten_minutes(pair: Pair) -> None:
    pair.propose()

    assert pair.mentee.does(handlers.decline, str(pair.agreement_id)) == Nothing()
    message = pair.mentee.newest(Kind.INVITATION)
    assert message.text == (
        "You declined the invitation from Tom. Tom is told in ten minutes, without a reason."
    )
    pair.stage.pass_time(timedelta(minutes=9))
    assert pair.mentee.does(handlers.undo_close, message.buttons["Undo"]) == Nothing()

    assert pair.agreement.state is State.PROPOSED
    again = pair.mentee.newest(Kind.INVITATION)
    assert again.text.startswith("Tom Reed offers to mentor you")
    assert list(again.buttons) == ["Read", "Decline", "No more invitations"]
    pair.stage.pass_time(timedelta(minutes=9))
    assert pair.mentor.messages == []
    assert len(pair.mentee.messages) == 1


def test_after_ten_minutes_the_other_is_told_and_undo_is_gone(pair: Pair) -> None:
    pair.propose()
    pair.mentee.does(handlers.decline, str(pair.agreement_id))

    pair.stage.pass_time(timedelta(minutes=9))
    assert pair.mentor.messages == []
    pair.stage.pass_time(timedelta(minutes=1))

    (message,) = pair.mentor.messages
    assert message.kind is Kind.DECLINED
    assert message.text.startswith(
        "Anna Bright has declined your invitation. No reason is asked or given, and there is nothing for you to do."
    )
    own = pair.mentee.newest(Kind.INVITATION)
    assert (own.text, own.buttons) == ("You declined the invitation from Tom.", {})
    with pytest.raises(Refused, match=r"^The ten minutes for undoing have passed\.$"):
        pair.mentee.does(handlers.undo_close, str(pair.agreement_id))


def test_a_decline_in_a_window_offers_undo_there(pair: Pair) -> None:
    pair.propose()
    view = read(pair.mentee, pair)

    answer = shown(pair.mentee.does(handlers.decline, buttons(view)["Decline"], place=Place.MODAL, view=view))

    assert words(answer) == (
        "Done You declined. Tom is told in ten minutes, without a reason. Until then you can take it back, here or in your "
        "messages. Undo Close"
    )
    back = shown(pair.mentee.does(handlers.undo_close, buttons(answer)["Undo"], place=Place.MODAL))
    assert words(back) == "Taken back The invitation is open again. Tom was told nothing. Close"


def test_a_withdrawal_is_told_at_once(pair: Pair) -> None:
    pair.propose()

    assert pair.mentor.does(handlers.withdraw, str(pair.agreement_id)) == Nothing()

    assert pair.mentee.newest(Kind.WITHDRAWN).text == (
        "Tom Reed has withdrawn the invitation. There is nothing for you to do."
    )
    gone = pair.mentee.newest(Kind.INVITATION)
    assert (gone.text, gone.buttons) == (
        "Tom has withdrawn this invitation. There is nothing for you to do.",
        {},
    )
    with pytest.raises(Refused, match=r"^This invitation is no longer open\.$"):
        pair.mentee.does(handlers.decline, str(pair.agreement_id))
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
    assert list(reminder.buttons) == ["Read", "Decline"]
    pair.stage.pass_time(timedelta(days=7))

    assert pair.agreement.outcome is Outcome.LAPSED
    assert [m.kind for m in pair.mentee.messages] == [Kind.INVITATION, Kind.PROPOSAL_REMINDER]
    gone = "The invitation between you and Tom has lapsed. There is nothing for you to do."
    assert [(m.text, m.buttons) for m in pair.mentee.messages] == [(gone, {}), (gone, {})]
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
        "Anna has signed, and it waits for your signature. It lapses on 7 December; this is the only reminder."
    )
    assert list(reminder.buttons) == ["Read", "Withdraw"]
    pair.stage.pass_time(timedelta(days=7))

    assert pair.mentee.newest(Kind.LAPSED).text == (
        "The invitation from Tom Reed has lapsed: it wasn't signed by both in time. There is nothing for you to do."
    )


def test_a_reminder_is_drawn_again_once_it_is_signed(pair: Pair) -> None:
    pair.propose()
    pair.stage.pass_time(timedelta(days=8))
    sign(pair.mentee, pair, purpose=PURPOSE)

    assert list(pair.mentee.newest(Kind.PROPOSAL_REMINDER).buttons) == ["Agreement", "Decline after all"]
    sign(pair.mentor, pair)
    assert pair.mentee.newest(Kind.PROPOSAL_REMINDER).text == "You and Tom have both signed."


def test_the_mentor_hears_of_a_decline_after_signing_when_undo_is_over(pair: Pair) -> None:
    pair.propose()
    sign(pair.mentee, pair, purpose=PURPOSE)
    pair.mentee.does(handlers.decline, pair.mentee.newest(Kind.INVITATION).buttons["Decline after all"])

    pair.stage.pass_time(timedelta(minutes=9))
    assert list(pair.mentor.newest(Kind.SIGNED).buttons) == ["Read", "Withdraw"]
    pair.stage.pass_time(timedelta(minutes=1))

    message = pair.mentor.newest(Kind.SIGNED)
    assert (message.text, message.buttons) == ("Anna had signed, and has declined since.", {})
    assert pair.mentor.newest(Kind.DECLINED).text.startswith("Anna Bright has declined your invitation.")


def test_a_withdrawal_after_her_signature_changes_what_he_was_told(pair: Pair) -> None:
    pair.propose()
    sign(pair.mentee, pair, purpose=PURPOSE)
    pair.mentor.does(handlers.withdraw, pair.mentor.newest(Kind.SIGNED).buttons["Withdraw"])

    message = pair.mentor.newest(Kind.SIGNED)
    assert (message.text, message.buttons) == ("You withdrew the invitation to Anna.", {})


@pytest.mark.parametrize(
    ("outcome", "closed_by", "mentors", "mentees"),
    [
        (Outcome.WITHDRAWN, "mentor", "You withdrew it on {}.", "Tom withdrew it on {}."),
        (Outcome.LAPSED, None, "It lapsed on {}.", "It lapsed on {}."),
        (Outcome.COMPLETED, None, "Complete since {}.", "Complete since {}."),
    ],
)
def test_how_it_closed_can_be_read(
    pair: Pair, outcome: Outcome, closed_by: str | None, mentors: str, mentees: str
) -> None:
    active = pair.sign()
    closed = active.closed(outcome, pair.stage.now, active.mentor.id if closed_by else None)

    for person, sentence in ((active.mentor, mentors), (active.mentee, mentees)):
        view = agreement_view(closed, person, "Ruth", pair.stage.now + timedelta(days=1))
        assert words(view).startswith(f"Agreement {sentence.format('23 November 2026')} Signed")


# --- the end


def test_two_clicks_end_it_and_nobody_asks_why(pair: Pair) -> None:
    pair.sign()

    form = shown(pair.mentee.types(handlers.ask_end))
    assert words(form) == (
        "End with Tom Ending early is a good result too, and no reason is needed. Tom is told kindly, ten minutes from now; "
        "until then you can take it back. A session that is planned is cancelled. Ratings that weren't released stay private "
        "for good. What each of you wrote stays readable to whoever could read it before. End it Keep it"
    )
    done = shown(pair.mentee.submits(handlers.end, form))

    assert words(done) == (
        "Done It has ended. Tom is told in ten minutes, without a reason. Until then you can take it back, here or in your "
        "messages. Undo Close"
    )
    receipt = pair.mentee.newest(Kind.END_RECEIPT)
    assert receipt.text == (
        "You ended your mentoring with Tom Reed. Tom is told in ten minutes, kindly and without a reason."
    )
    assert list(receipt.buttons) == ["Undo"]
    assert [m.kind for m in pair.mentor.messages] == [Kind.AGREED]
    assert pair.mentee.submits(handlers.end, form)  # a double click ends it once
    pair.stage.pass_time(timedelta(minutes=10))

    assert pair.mentor.newest(Kind.ENDED).text == (
        "Anna Bright has ended your mentoring. No reason is asked or given: either of you could at any time, and ending early "
        "is a good result too. Thank you for the time you gave it."
    )
    assert list(pair.mentor.newest(Kind.ENDED).buttons) == ["Recap", "Agreement"]
    after = pair.mentee.newest(Kind.END_RECEIPT)
    assert (after.text, list(after.buttons)) == ("You ended your mentoring with Tom Reed.", ["Agreement"])
    assert words(shown(pair.mentee.types(handlers.show_agreement))).startswith(
        "Agreement Ended on 23 November 2026. Signed"
    )


@pytest.mark.parametrize("place", [Place.MESSAGE, Place.MODAL])
def test_an_end_is_undone_and_the_other_hears_nothing(pair: Pair, place: Place) -> None:
    pair.sign(Terms(first_session=TUESDAY))
    pair.mentor.submits(handlers.end, shown(pair.mentor.types(handlers.ask_end)))
    assert not pair.agreement.standing_sessions

    undo = pair.mentor.newest(Kind.END_RECEIPT).buttons["Undo"]
    answer = pair.mentor.does(handlers.undo_close, undo, place=place)

    if place is Place.MESSAGE:
        assert answer == Nothing()
    else:
        assert words(shown(answer)) == (
            "Taken back Your mentoring with Anna goes on. Anna was told nothing. Close"
        )
    assert pair.agreement.state is State.ACTIVE
    assert pair.agreement.planned_session is not None
    assert pair.mentor.newest(Kind.END_RECEIPT).text == (
        "You took back the end: your mentoring with Anna goes on."
    )
    pair.stage.pass_time(timedelta(minutes=20))
    assert [m.kind for m in pair.mentee.messages] == [Kind.INVITATION, Kind.AGREED]


def test_an_end_cannot_be_undone_once_the_place_is_taken(pair: Pair) -> None:
    pair.sign()
    pair.mentor.submits(handlers.end, shown(pair.mentor.types(handlers.ask_end)))
    ended = str(pair.agreement_id)
    pair.agreement_id = None
    pair.propose()

    with pytest.raises(Refused, match=r"^Something has happened since, so this can't be undone\.$"):
        pair.mentor.does(handlers.undo_close, ended)


def test_whoever_ends_it_second_is_offered_no_undo(pair: Pair) -> None:
    pair.sign()
    form = shown(pair.mentee.types(handlers.ask_end))
    pair.mentor.submits(handlers.end, shown(pair.mentor.types(handlers.ask_end)))

    answer = shown(pair.mentee.submits(handlers.end, form))

    assert words(answer) == "Done It has ended. Close"
    assert [m.kind for m in pair.mentee.messages] == [Kind.INVITATION, Kind.AGREED]


def test_only_who_did_it_can_undo_it(pair: Pair) -> None:
    pair.sign()
    pair.mentor.submits(handlers.end, shown(pair.mentor.types(handlers.ask_end)))

    with pytest.raises(NotFound):
        pair.mentee.does(handlers.undo_close, str(pair.agreement_id))


def test_nothing_is_left_to_end_while_it_is_closing(pair: Pair) -> None:
    pair.sign()
    form = shown(pair.mentee.types(handlers.ask_end))
    active = pair.agreement
    with pair.stage.database.writing() as tx:
        agreements.get(tx, active.id, seen_by=active.mentee.id)
        agreements.save(tx, replace(active, state=State.CLOSING, closing_at=pair.stage.now), pair.stage.now)

    assert told(pair.mentee.types(handlers.ask_end)) == (
        "All sessions with Tom are used, so it closes by itself on 30 November 2026. There is nothing left to end."
    )
    late = shown(pair.mentee.submits(handlers.end, form))
    assert words(late) == "Closing All sessions are used, so it closes by itself on 30 November 2026. Close"
    assert pair.agreement.state is State.CLOSING
    assert words(read(pair.mentor, pair)).startswith(
        "Agreement All sessions are used. It closes by itself on 30 November 2026."
    )


def test_a_proposal_is_not_ended(pair: Pair) -> None:
    pair.propose()

    assert told(pair.mentor.types(handlers.ask_end)) == (
        "You have no mentoring to end. `/mentor` shows what there is."
    )


# --- someone else's


@pytest.mark.parametrize(
    "handler",
    [handlers.show_agreement, handlers.decline, handlers.withdraw, handlers.ask_end, handlers.undo_close],
)
def test_a_stolen_id_tells_nothing(pair: Pair, handler: Callable[..., Any]) -> None:
    pair.propose()
    before = pair.agreement

    for one in (str(pair.agreement_id), "no such id"):
        with pytest.raises(NotFound):
            pair.stranger.does(handler, one)

    assert pair.agreement == before


@pytest.mark.parametrize("handler", [handlers.sign_agreement, handlers.end])
def test_a_stolen_form_tells_nothing(pair: Pair, handler: Callable[..., Any]) -> None:
    pair.propose()
    form = read(pair.mentee, pair)

    with pytest.raises(NotFound):
        pair.stranger.submits(handler, form, purpose=CANARY)
    with pytest.raises(NotFound):
        pair.stranger.submits(handler, notice("Here", "A window without ids."))

    assert pair.agreement.proposed
    assert pair.agreement.purpose is None


def test_the_proposer_cannot_decline_nor_the_other_withdraw(pair: Pair) -> None:
    pair.propose(by=Role.MENTEE)

    with pytest.raises(NotFound):
        pair.mentee.does(handlers.decline, str(pair.agreement_id))
    with pytest.raises(NotFound):
        pair.mentor.does(handlers.withdraw, str(pair.agreement_id))
