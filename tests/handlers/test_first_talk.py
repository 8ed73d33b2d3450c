"""A first talk before anything is signed: offered, planned and moved like a session, and spoken of as none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers import agreement as agreement_handlers
from handlers import home, notes, sessions, start, talks
from handlers import terms as terms_handlers
from handlers.gestures import Place, Show
from mentoring.agreement import Outcome, Role, State
from mentoring.due import Kind
from mentoring.ids import SessionId
from mentoring.refusal import NotFound
from tests.handlers.meetings import PLACE, THURSDAY, TUESDAY, refused
from tests.handlers.meetings import read as said
from tests.handlers.signing import decline, read, sign
from tests.handlers.stage import LONDON, PURPOSE, Pair, Someone, buttons, shown, told, words
from tests.handlers.starting import form as start_form
from tests.handlers.talking import suggest

THURSDAY_26 = datetime(2026, 11, 26, 16, 0, tzinfo=LONDON)
HERS = "Thursday 26 November, 11:00 in New York · 16:00 in London"
HIS = "Thursday 26 November, 16:00 in London · 11:00 in New York"
NO_SESSION = "It is for finding out what each of you expects; it is no session, and is never rated."


def talk(pair: Pair, who: Someone | None = None, place: str | None = None) -> SessionId:
    """Someone, the mentor unless said otherwise, plans a first talk; its id."""
    who = who or pair.mentor
    form = who.does(talks.open_plan_talk, str(pair.agreement_id))
    who.submits(sessions.plan, form, starts=THURSDAY_26, place=place)
    pair.stage.deliver()
    planned = pair.agreement.talk
    assert planned is not None
    return planned.id


def card(who: Someone) -> str:
    return words(shown(who.types(home.show_card)))


# --- offered


def test_it_is_offered_before_signing_in_the_window_and_on_the_card(pair: Pair) -> None:
    pair.propose()
    offer = (
        "A first talk You could talk before you sign: 60 minutes to find out what each of you expects. It is no session, and is "
        "never rated. Plan a first talk"
    )

    for one in (pair.mentor, pair.mentee):
        view = read(one, pair)
        assert offer in words(view)
        assert buttons(view)["Plan a first talk"] == pair.agreement_id
        assert "Suggest changes Plan a first talk" in card(one)
    pair.sign()
    for one in (pair.mentor, pair.mentee):
        assert "first talk" not in words(read(one, pair))
        assert "first talk" not in card(one)


def test_the_receipt_of_an_invitation_offers_it(pair: Pair) -> None:
    answer = shown(pair.mentor.submits(start.propose, start_form(pair), who="UANNA", role="mentor"))

    form = pair.mentor.does(talks.open_plan_talk, buttons(answer)["Plan a first talk"], place=Place.MODAL)

    assert isinstance(form, Show)
    assert form.push
    assert said(form) == (
        "Plan a first talk 60 minutes with Anna, before either of you is bound, to find out what each of you expects. It is no "
        "session, and is never rated. Anna will be told. When does it start? Slack shows this in the time zone of your device. "
        "Where? A café, an address, a link. It is shown to the two of you here, never in a message. Plan Cancel"
    )


# --- planned, moved, cancelled


def test_it_is_planned_and_the_other_is_told(pair: Pair) -> None:
    pair.propose()
    form = pair.mentee.does(talks.open_plan_talk, str(pair.agreement_id))

    receipt = pair.mentee.submits(sessions.plan, form, starts=THURSDAY_26, place=PLACE)

    assert said(receipt) == (
        f"Planned Your first talk {HERS}, for 60 minutes. Tom will be told. Google Calendar Outlook at work Outlook.com "
        "Guide Close"
    )
    assert said(pair.mentee.submits(sessions.plan, form, starts=THURSDAY_26, place=PLACE)) == said(receipt)
    (message,) = pair.mentor.messages
    assert message.kind is Kind.PLANNED
    assert message.text.startswith(f"Anna planned your first talk: {HIS}, for 60 minutes. {NO_SESSION}")
    assert list(message.buttons) == ["Add to calendar", "That doesn't suit me", "First talk"]
    assert PLACE not in str(message.blocks)
    window = shown(pair.mentor.does(talks.show_talk, message.buttons["First talk"]))
    assert words(window) == (
        f"First talk Your first talk with Anna {HIS}, for 60 minutes. Where {PLACE} Move it Cancel talk Add to calendar Guide Close"
    )
    assert said(pair.mentor.types(sessions.show_session)) == words(window)
    for one, time in ((pair.mentor, HIS), (pair.mentee, HERS)):
        assert f"\nFirst talk: {time}, for 60 minutes" in card(one)
        assert list(buttons(shown(one.types(home.show_card))))[2] == "First talk"
        assert f"Your first talk {time}, for 60 minutes. First talk Suggest changes" in words(read(one, pair))


def test_it_is_moved_with_the_old_time_beside_the_new(pair: Pair) -> None:
    pair.propose()
    talk_id = talk(pair)
    form = pair.mentee.does(
        sessions.doesnt_suit, pair.mentee.newest(Kind.PLANNED).buttons["That doesn't suit me"]
    )
    assert said(form).startswith(
        "Move the talk No reason needed. Choose a time that suits you better, and Tom will see it beside the old one. "
        f"Until then your first talk stands: {HERS}. When does it start?"
    )
    assert "Cancel talk instead" in buttons(shown(form))

    receipt = pair.mentee.submits(sessions.move, form, starts=TUESDAY)

    assert said(receipt) == (
        "Moved Your first talk Tuesday 1 December, 11:30 in New York · 16:30 in London, for 60 minutes. Tom will be told. "
        "Google Calendar Outlook at work Outlook.com Guide Close"
    )
    message = pair.mentor.newest(Kind.MOVED)
    assert message.text.startswith(
        f"Anna moved your first talk.\nBefore: {HIS}.\nNow: Tuesday 1 December, 16:30 in London · 11:30 in New York."
    )
    assert list(message.buttons) == ["Add to calendar", "That doesn't suit me", "First talk"]
    assert (
        pair.mentee.newest(Kind.PLANNED).text
        == "Your first talk with Tom was planned, and has been moved since."
    )
    again = pair.mentor.does(sessions.open_move, talk_id)
    assert said(again).startswith(
        "Move the talk Your first talk with Anna is planned: Tuesday 1 December, 16:30 in London · 11:30 in New York."
    )
    assert said(pair.mentor.submits(sessions.move, again)).startswith(
        "Not moved Your first talk Nothing has changed"
    )


def test_it_is_cancelled_and_another_can_be_planned(pair: Pair) -> None:
    pair.propose()
    talk_id = talk(pair)
    form = shown(pair.mentor.does(sessions.ask_cancel, talk_id))
    assert words(form) == (
        f"Cancel the talk? Your first talk with Anna: {HIS}.\nNo reason needed. Anna will be told in ten minutes; until then "
        "you can undo it. Cancel this talk Keep it"
    )

    receipt = shown(pair.mentor.submits(sessions.cancel, form))

    assert words(receipt) == (
        f"Cancelled Your first talk with Anna, {HIS}, is cancelled. Anna will be told in ten minutes, unless you undo it. Undo Close"
    )
    mine = pair.mentor.newest(Kind.CANCEL_RECEIPT)
    assert mine.text.startswith(
        f"Your first talk with Anna, {HIS}, is cancelled. Anna will be told in ten minutes"
    )
    pair.stage.pass_time(timedelta(minutes=10))
    message = pair.mentee.newest(Kind.CANCELLED)
    assert message.text == f"Tom cancelled your first talk: {HERS}."
    assert message.buttons == {"Plan a first talk": pair.agreement_id}
    assert pair.mentee.newest(Kind.PLANNED).text == f"Your first talk with Tom, {HERS}, is cancelled."
    assert said(pair.mentee.does(sessions.doesnt_suit, talk_id)).startswith(
        "Plan a first talk 60 minutes with Tom"
    )
    assert said(pair.mentee.does(talks.show_talk, str(pair.agreement_id))) == (
        "First talk No first talk with Tom is planned. Plan a first talk Guide Close"
    )
    assert (
        refused(pair.mentor.does, sessions.ask_cancel, talk_id).sentence == "This talk is cancelled already."
    )


def test_a_cancelled_talk_comes_back_with_undo(pair: Pair) -> None:
    pair.propose()
    talk_id = talk(pair)
    form = shown(pair.mentor.does(sessions.ask_cancel, talk_id))
    receipt = shown(pair.mentor.submits(sessions.cancel, form))
    pair.stage.deliver()

    undone = pair.mentor.does(sessions.undo_cancel, buttons(receipt)["Undo"], place=Place.MODAL)

    assert said(undone) == f"Undone Your first talk with Anna stands as it was: {HIS}. Close"
    assert pair.mentor.newest(Kind.CANCEL_RECEIPT).text.startswith(
        "Undone: your first talk with Anna stands."
    )
    assert pair.mentee.newest(Kind.PLANNED).text.startswith("Tom planned your first talk")


@pytest.mark.parametrize(
    ("starts", "sentence"),
    [
        (datetime(2026, 11, 23, 13, 0, tzinfo=UTC), "That time has passed. Please choose one ahead."),
        (datetime(2028, 1, 1, tzinfo=UTC), "Please choose a time within the next year."),
        (None, "Please choose a date and a time."),
    ],
)
def test_a_time_that_cannot_be_planned(pair: Pair, starts: datetime | None, sentence: str) -> None:
    pair.propose()
    form = pair.mentor.does(talks.open_plan_talk, str(pair.agreement_id))

    why = refused(pair.mentor.submits, sessions.plan, form, starts=starts)

    assert (why.sentence, why.at) == (sentence, "starts")
    assert pair.agreement.talks == ()


# --- the clock


def test_both_are_reminded_and_offered_the_guide(pair: Pair) -> None:
    pair.propose()
    talk(pair)
    pair.stage.pass_time(datetime(2026, 11, 25, 23, 0, tzinfo=LONDON))

    for one, other, time in ((pair.mentor, "Anna", HIS), (pair.mentee, "Tom", HERS)):
        message = one.newest(Kind.REMINDER)
        assert message.text.partition(" I'm Mentor")[0] == (
            f"Coming up: your first talk with {other}, {time}, for 60 minutes. Nothing to prepare; the guide has five questions "
            "to talk over."
        )
        assert list(message.buttons) == ["Guide", "Move it"]
    pair.stage.pass_time(THURSDAY_26 + timedelta(minutes=1))
    form = pair.mentee.does(talks.show_talk, str(pair.agreement_id))
    assert said(form) == f"First talk Your first talk with Tom, under way {HERS}, for 60 minutes. Guide Close"
    suggest(pair.mentee, pair, sessions="3", purpose=PURPOSE)
    old = pair.mentor.newest(Kind.REMINDER)
    assert old.text.partition(" I'm Mentor")[0] == f"Your first talk with Anna, {HIS}, for 60 minutes."
    assert list(old.buttons) == ["Guide"]


def test_when_it_is_over_nothing_is_asked_and_a_fortnight_is_left(pair: Pair) -> None:
    pair.propose()
    talk_id = talk(pair)
    pair.stage.pass_time(THURSDAY_26 + timedelta(minutes=61))
    before = [m.kind for m in (*pair.mentor.messages, *pair.mentee.messages)]

    pair.stage.pass_time(timedelta(days=3))

    assert [m.kind for m in (*pair.mentor.messages, *pair.mentee.messages)] == before
    assert "the invitation lapses on 10 December 2026" in card(pair.mentor)
    assert "irst talk" not in card(pair.mentor)
    assert "irst talk" not in words(read(pair.mentee, pair))
    sign(pair.mentee, pair, purpose=PURPOSE)
    sign(pair.mentor, pair)
    assert said(pair.mentor.types(sessions.show_session)).startswith(
        "Sessions Your sessions with Anna 0 of 5 held so far. No session is planned."
    )
    for handler, value in (
        (sessions.not_held, talk_id),
        (notes.open_notes, f"{pair.agreement_id}/{talk_id}"),
    ):
        with pytest.raises(NotFound):
            pair.mentor.does(handler, value)
    why = refused(pair.mentor.does, sessions.open_move, talk_id)
    assert why.sentence == "This talk isn't ahead any more, so it can't be moved."
    why = refused(pair.mentor.does, sessions.ask_cancel, talk_id)
    assert why.sentence == "This talk's time has passed, so there is nothing to cancel."
    why = refused(pair.mentor.does, talks.open_plan_talk, str(pair.agreement_id))
    assert why.sentence == "A first talk comes before signing. You can plan a session instead."


def test_a_talk_that_is_still_ahead_when_both_have_signed_stays(pair: Pair) -> None:
    pair.propose()
    talk_id = talk(pair)
    sign(pair.mentee, pair, purpose=PURPOSE)
    sign(pair.mentor, pair)

    assert pair.agreement.state is State.ACTIVE
    assert said(pair.mentor.types(sessions.show_session)) == (
        f"Sessions Your sessions with Anna 0 of 5 held so far. Your first talk with Anna {HIS}, for 60 minutes. Move it "
        "Cancel talk Add to calendar Guide No session is planned. Plan a session Log one that happened Pause "
        "A guide to the session Close"
    )
    assert f"\nFirst talk: {HIS}, for 60 minutes\nNext session: none planned yet" in card(pair.mentor)
    assert pair.mentee.newest(Kind.AGREED).text == (
        f"You and Tom Reed have both signed: up to 5 × 75 minutes. Your first talk stays: {HERS}. Next: plan your first "
        "session; either of you can."
    )
    cancel_form = shown(pair.mentee.does(sessions.ask_cancel, talk_id))
    pair.mentee.submits(sessions.cancel, cancel_form)
    pair.stage.pass_time(timedelta(minutes=10))
    assert pair.mentor.newest(Kind.CANCELLED).buttons == {}


def test_a_decline_calls_it_off_with_everything_else(pair: Pair) -> None:
    pair.propose()
    talk(pair)
    decline(pair.mentee, pair)
    pair.stage.pass_time(timedelta(minutes=10))

    assert pair.mentee.newest(Kind.PLANNED).text == f"Your first talk with Tom, {HERS}, is cancelled."
    assert pair.mentee.newest(Kind.PLANNED).buttons == {}
    assert [m.kind for m in pair.mentor.messages] == [Kind.DECLINED]
    assert pair.agreement.outcome is Outcome.DECLINED
    assert told(pair.mentor.types(sessions.show_session)).startswith("You have no mentoring under way")


# --- the guide


def test_the_guide_is_one_page_with_nothing_to_fill_in(pair: Pair) -> None:
    pair.propose()
    talk(pair)

    pages = [shown(one.does(talks.open_guide, str(pair.agreement_id))) for one in (pair.mentor, pair.mentee)]

    for page in pages:
        assert words(page) == (
            "Your first talk For the two of you to talk over. There is nothing to fill in here, and nothing of it is kept. "
            "Five things to agree on 1. Purpose: what Anna wants from it, in a few words.\n"
            "2. Confidentiality: what you say to each other stays between you, but for what the law excepts.\n"
            "3. Commitment: what Anna decides binds Anna alone.\n"
            "4. Limits: up to 5 sessions of 75 minutes, every two weeks, as it stands now; then it stops.\n"
            "5. Feedback: a private score from 1 to 5 after each session, and ending early without fault. "
            "Five questions 1. What would make this worth the time?\n2. What stays between us?\n"
            "3. How shall we tell each other that something is off?\n4. What would make us stop?\n"
            "5. How do we like to be reminded? What you come to can be written down at the end: one of you fills it in, then "
            "both sign it. Fill in the terms together Close"
        )
        assert [block for block in page.to_dict()["blocks"] if block["type"] == "input"] == []
    form = pair.mentor.does(
        terms_handlers.open_suggest, buttons(pages[0])["Fill in the terms together"], place=Place.MODAL
    )
    assert said(form).startswith("Suggest changes Change what you would like to be different.")


def test_once_it_has_come_to_nothing_the_guide_has_no_way_on(pair: Pair) -> None:
    pair.propose()
    decline(pair.mentee, pair)

    assert buttons(shown(pair.mentee.does(talks.open_guide, str(pair.agreement_id)))) == {}


# --- someone else's, and someone who wants no invitations


@pytest.mark.parametrize("handler", [talks.open_plan_talk, talks.show_talk, talks.open_guide])
def test_a_stolen_id_tells_nothing(pair: Pair, handler: Any) -> None:
    pair.propose()
    for value in (str(pair.agreement_id), "no such id"):
        with pytest.raises(NotFound):
            pair.stranger.does(handler, value)


def test_whoever_wants_no_invitations_is_told_of_no_talk(pair: Pair) -> None:
    pair.propose()
    pair.mentee.does(agreement_handlers.no_invitations, str(pair.agreement_id))
    count = len(pair.mentee.messages)

    talk(pair)
    pair.stage.pass_time(THURSDAY)

    assert len(pair.mentee.messages) == count
    assert "irst talk" not in card(pair.mentee)
    assert [m.kind for m in pair.mentor.messages] == [Kind.REMINDER]
    with pytest.raises(NotFound):
        pair.mentee.does(talks.show_talk, str(pair.agreement_id))


def test_terms_can_be_suggested_and_signed_around_it(pair: Pair) -> None:
    pair.propose(by=Role.MENTEE)
    talk_id = talk(pair, pair.mentee)
    suggest(pair.mentor, pair, sessions="3")

    assert pair.agreement.session(talk_id).planned
    assert "Your first talk" in words(read(pair.mentee, pair))
