"""Keeping the rhythm: one quiet offer, a pause in which everything stands still, and going on from there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers import agreement as agreement_handlers
from handlers import closing as closing_handlers
from handlers import feedback as feedback_handlers
from handlers import home, routes
from handlers import rhythm as handlers
from handlers import sessions as session_handlers
from handlers import settings as settings_handlers
from handlers import talks as talk_handlers
from handlers import terms as terms_handlers
from handlers.gestures import Answer, Place
from mentoring import terms
from mentoring.agreement import State, Terms
from mentoring.due import Kind
from mentoring.feedback import RatingState
from mentoring.ids import SessionId
from mentoring.refusal import NotFound
from storage import agreements
from tests.handlers.meetings import IN_BOTH, THURSDAY, TUESDAY, cancel, hold, plan, read, refused
from tests.handlers.ratings import ASKED, QUESTION, SUBJECT, question, rate, rating
from tests.handlers.stage import LONDON, NEW_YORK, Pair, Someone, buttons, shown, told, words
from tests.handlers.test_home import card, open_home

IN_LONDON = "Tuesday 1 December, 16:30 in London · 11:30 in New York"
UNUSED = "It doesn't use up any of your sessions."
STANDS_STILL = "Until then only you are shown it, and you can change it; while your mentoring is paused, the time for that stands still."
REFUSED = (
    "Your mentoring is paused. Resume it first, with `/mentor resume` or from Home; "
    "then sessions can be planned, moved and logged."
)
DAY = timedelta(days=1)


def pause(who: Someone, pair: Pair) -> Answer:
    """Both clicks."""
    form = who.types(handlers.ask_pause)
    assert shown(form).to_dict()["submit"]["text"] == "Pause"
    answer = who.submits(handlers.pause, form)
    assert pair.agreement.paused
    return answer


def resume(who: Someone) -> str:
    return read(who.types(handlers.resume))


def end(who: Someone) -> None:
    who.submits(closing_handlers.end, who.types(closing_handlers.ask_end))


def kinds(who: Someone) -> list[Kind]:
    return [message.kind for message in who.messages]


# --- the offer


def test_each_gets_one_quiet_offer_that_says_the_same(signed: Pair) -> None:
    hold(signed)
    signed.stage.pass_time(TUESDAY + timedelta(days=20, hours=23))
    assert Kind.OFFER not in {*kinds(signed.mentor), *kinds(signed.mentee)}
    signed.stage.pass_time(timedelta(days=60))

    offers = [m for m in (*signed.mentor.messages, *signed.mentee.messages) if m.kind is Kind.OFFER]
    assert [(m.at, m.text) for m in offers] == [
        (
            TUESDAY + timedelta(days=21),
            f"Nothing is planned with {other} at the moment. You could plan session 2 of 5, or pause for a while; either is "
            "fine, and I mention it only this once.",
        )
        for other in ("Anna Bright", "Tom Reed")
    ]
    for offer in offers:
        assert offer.buttons == {"Plan a session": signed.agreement.id, "Pause": signed.agreement.id}


def test_once_something_is_planned_the_offer_is_quiet_for_both(signed: Pair) -> None:
    signed.stage.pass_time(timedelta(days=21))
    plan(signed, signed.stage.now + timedelta(days=3))

    for one, other in ((signed.mentor, "Anna"), (signed.mentee, "Tom")):
        offer = one.newest(Kind.OFFER)
        assert (offer.text, offer.buttons) == (f"A session with {other} is planned.", {})


def test_what_is_planned_before_it_is_said_says_it_never(signed: Pair) -> None:
    signed.stage.pass_time(datetime(2026, 12, 14, 15, tzinfo=LONDON) - timedelta(hours=2))
    plan(signed, signed.stage.now + timedelta(days=3))
    signed.stage.pass_time(timedelta(days=2))
    assert Kind.OFFER not in {*kinds(signed.mentor), *kinds(signed.mentee)}


def test_an_offer_leads_to_a_pause_and_is_quiet_then(signed: Pair) -> None:
    signed.stage.pass_time(timedelta(days=21))
    button = signed.mentee.newest(Kind.OFFER).buttons["Pause"]

    signed.mentee.submits(handlers.pause, signed.mentee.does(handlers.ask_pause, button))

    for one, other in ((signed.mentor, "Anna"), (signed.mentee, "Tom")):
        offer = one.newest(Kind.OFFER)
        assert (offer.text, offer.buttons) == (f"Your mentoring with {other} is paused.", {})


def test_after_a_pause_there_may_be_another_offer(signed: Pair) -> None:
    signed.stage.pass_time(timedelta(days=21))
    pause(signed.mentor, signed)
    signed.stage.pass_time(timedelta(days=30))
    resume(signed.mentor)
    signed.stage.pass_time(timedelta(days=6))
    assert kinds(signed.mentee).count(Kind.OFFER) == 1
    signed.stage.pass_time(timedelta(days=40))
    assert kinds(signed.mentee).count(Kind.OFFER) == 2


def test_an_offer_is_quiet_once_it_has_ended_and_again_as_it_was_when_that_is_undone(signed: Pair) -> None:
    signed.stage.pass_time(timedelta(days=21))
    before = signed.mentee.newest(Kind.OFFER)
    end(signed.mentee)
    offer = signed.mentee.newest(Kind.OFFER)
    assert (offer.text, offer.buttons) == ("Your mentoring with Tom has ended.", {})

    signed.mentee.does(closing_handlers.undo_close, signed.agreement.id)

    assert signed.mentee.newest(Kind.OFFER) == before
    assert signed.mentor.newest(Kind.OFFER).buttons != {}


# --- pausing


def test_pausing_asks_once_and_says_first_what_it_cancels(signed: Pair) -> None:
    session_id = plan(signed)

    form = signed.mentee.types(handlers.ask_pause)
    assert read(form) == (
        f"Pause the mentoring? Session 1 of 5 with Tom, {IN_BOTH}, will be cancelled. {UNUSED} "
        "Tom is told at once, and no reason is needed. The question after a session, how long it stays open and when an answer "
        "can be read all keep the time that they have left. "
        "Until one of you resumes it, nothing is planned, asked or reminded. Either of you can resume or end it at any time; "
        "if it is still paused after 60 days, I ask each of you once. Pause Not now"
    )
    assert signed.agreement.active
    receipt = signed.mentee.submits(handlers.pause, form)

    assert read(receipt) == (
        "Paused Your mentoring with Tom is paused. Tom has been told. What waits keeps the time that it has left. "
        "Either of you can resume or end it at any time. Resume End Close"
    )
    message = signed.mentor.newest(Kind.PAUSED)
    assert message.at == signed.stage.now
    assert message.text == (
        f"Anna Bright has paused your mentoring. Session 1 of 5 with Anna, {IN_LONDON}, is cancelled. {UNUSED} "
        "What waits keeps the time that it has left. No reason is asked or given, and either of you can resume it at any time."
    )
    assert message.buttons == {"Resume": signed.agreement.id, "End": signed.agreement.id}
    assert signed.agreement.session(session_id).cancelled
    planned = signed.mentee.newest(Kind.PLANNED)
    assert (planned.text, planned.buttons) == (
        f"Session 1 of 5 with Tom, {IN_BOTH}, is cancelled.",
        {},
    )
    assert Kind.CANCELLED not in {*kinds(signed.mentor), *kinds(signed.mentee)}


def test_with_nothing_planned_nothing_is_said_to_be_cancelled(signed: Pair) -> None:
    form = signed.mentor.types(handlers.ask_pause)
    assert read(form).startswith("Pause the mentoring? Anna is told at once, and no reason is needed. The ")
    signed.mentor.submits(handlers.pause, form)
    assert signed.mentee.newest(Kind.PAUSED).text == (
        "Tom Reed has paused your mentoring. What waits keeps the time that it has left. No reason is asked or given, and "
        "either of you can resume it at any time."
    )


def test_a_first_talk_that_is_still_ahead_is_cancelled_and_used_up_no_session(pair: Pair) -> None:
    pair.propose()
    form = pair.mentor.does(talk_handlers.open_plan_talk, str(pair.agreement_id))
    pair.mentor.submits(session_handlers.plan, form, starts=TUESDAY)
    pair.sign()

    form = pair.mentor.types(handlers.ask_pause)
    assert read(form).startswith(
        f"Pause the mentoring? Your first talk with Anna, {IN_LONDON}, will be cancelled. Anna is told at once,"
    )
    pair.mentor.submits(handlers.pause, form)

    assert pair.mentee.newest(Kind.PAUSED).text.startswith(
        f"Tom Reed has paused your mentoring. Your first talk with Tom, {IN_BOTH}, is cancelled. What waits keeps the time"
    )
    planned = pair.mentee.newest(Kind.PLANNED)
    assert (planned.text, planned.buttons) == (f"Your first talk with Tom, {IN_BOTH}, is cancelled.", {})


def test_a_change_that_waits_is_named_too(signed: Pair) -> None:
    agreement_id, anna = signed.agreement.id, signed.mentee.person.id
    with signed.stage.database.writing() as tx:
        agreement = agreements.get(tx, agreement_id, seen_by=anna)
        suggested = terms.suggest(
            agreement,
            by=agreement.mentee.id,
            basis=1,
            terms=Terms(sessions=4),
            purpose=None,
            now=signed.stage.now,
        )
        agreements.save(tx, suggested, signed.stage.now)
    assert (
        "when an answer can be read, and the change that waits for a signature, all keep the time that they have left."
        in read(signed.mentor.types(handlers.ask_pause))
    )


def test_it_pauses_no_more_than_it_said(signed: Pair) -> None:
    form = signed.mentor.types(handlers.ask_pause)
    plan(signed)

    again = signed.mentor.submits(handlers.pause, form)

    assert signed.agreement.active
    assert read(again).startswith(
        "Pause the mentoring? What is planned has changed since you opened this. Please look once more. "
        f"Session 1 of 5 with Anna, {IN_LONDON}, will be cancelled."
    )
    moving = signed.mentee.does(session_handlers.open_move, plan_id(signed))
    signed.mentee.submits(session_handlers.move, moving, starts=THURSDAY)
    once_more = signed.mentor.submits(handlers.pause, again)
    assert signed.agreement.active
    assert "Thursday 3 December, 10:00 in London · 05:00 in New York, will be cancelled." in read(once_more)
    signed.mentor.submits(handlers.pause, once_more)
    assert signed.agreement.paused


def plan_id(pair: Pair) -> SessionId:
    ahead = pair.agreement.planned_session
    assert ahead is not None
    return ahead.id


def test_pausing_twice_is_pausing_once(signed: Pair) -> None:
    mine, theirs = signed.mentee.types(handlers.ask_pause), signed.mentor.types(handlers.ask_pause)
    first = signed.mentee.submits(handlers.pause, mine)
    signed.stage.pass_time(timedelta(minutes=1))

    assert read(signed.mentee.submits(handlers.pause, mine)) == read(first)
    assert read(signed.mentor.submits(handlers.pause, theirs)) == (
        "Paused Your mentoring with Anna is paused. What waits keeps the time that it has left. "
        "Either of you can resume or end it at any time. Resume End Close"
    )
    assert signed.agreement.pauses == 1
    assert kinds(signed.mentor).count(Kind.PAUSED) == 1
    assert Kind.PAUSED not in kinds(signed.mentee)
    offer = signed.mentee.does(handlers.ask_pause, signed.agreement.id)
    assert read(offer) == read(first)


def test_who_can_pause_what(signed: Pair) -> None:
    nothing = "You have no mentoring under way to pause. `/mentor resume` goes on with one that is paused."
    assert told(signed.stranger.types(handlers.ask_pause)) == nothing
    with pytest.raises(NotFound):
        signed.stranger.does(handlers.ask_pause, signed.agreement.id)
    form = shown(signed.mentee.types(handlers.ask_pause))
    with pytest.raises(NotFound):
        signed.stranger.submits(handlers.pause, form)
    plan(signed)
    signed.stage.pass_time(TUESDAY + timedelta(minutes=5))
    assert refused(signed.mentee.types, handlers.ask_pause).sentence == (
        "A session is under way. You can pause once it is over."
    )
    pause_later = shown(signed.mentor.does(session_handlers.show_session, signed.agreement.id))
    assert "Pause" not in buttons(pause_later)
    end(signed.mentee)
    assert told(signed.mentor.types(handlers.ask_pause)) == nothing
    assert refused(signed.mentor.submits, handlers.pause, form).sentence == (
        "Only a mentoring that is under way can be paused."
    )


def test_before_both_have_signed_there_is_nothing_to_pause(pair: Pair) -> None:
    pair.propose()
    not_yet = "Nothing is signed by both of you yet. `/mentor` shows where it stands and what you can do."
    assert told(pair.mentor.types(handlers.ask_pause)) == not_yet
    assert told(pair.mentor.types(handlers.resume)) == not_yet


def test_after_the_last_session_there_is_nothing_to_pause(pair: Pair) -> None:
    pair.sign(terms=Terms(sessions=1))
    hold(pair)
    for view in (session_handlers.show_session, agreement_handlers.show_agreement, home.show_card):
        assert "Pause" not in buttons(shown(pair.mentor.types(view)))


# --- while it is paused


def test_cards_and_windows_say_so_and_offer_to_resume_or_end(signed: Pair) -> None:
    hold(signed)
    pause(signed.mentor, signed)
    open_home(signed.mentee)

    assert card(signed.mentor) == (
        "Mentor Anna Bright · you are the mentor Paused since 1 December 2026.\nSessions: 1 of 5 held, 4 left "
        "Resume Sessions Notes Recap Agreement Start a mentoring Help Privacy Settings Close"
    )
    assert "Paused since 1 December 2026." in words(signed.stage.homes["UANNA"])
    assert list(buttons(signed.stage.homes["UANNA"]))[-5:] == [
        "Resume",
        "Sessions",
        "Feedback",
        "Decisions",
        "Agreement",
    ]
    assert read(signed.mentee.types(session_handlers.show_session)) == (
        "Sessions Your sessions with Tom 1 of 5 held so far. Paused since 1 December 2026. Nothing can be planned until one of "
        "you resumes it. What waits keeps the time that it has left. Resume End "
        f"Last: session 1 of 5 {IN_BOTH}. What came of it Close"
    )
    assert list(signed.mentor.newest(Kind.SESSION_ENDED).buttons) == ["Write notes"]
    window = shown(signed.mentee.types(agreement_handlers.show_agreement))
    assert words(window).startswith("Agreement Paused since 1 December 2026. Resume End Signed Anna: ")
    assert list(buttons(window)) == ["Resume", "End"]


def test_what_has_to_wait_is_refused_with_the_way_on(signed: Pair) -> None:
    forms: list[tuple[Any, Answer]] = [
        (session_handlers.plan, signed.mentor.does(session_handlers.open_plan, signed.agreement.id)),
        (session_handlers.log, signed.mentor.does(session_handlers.open_log, signed.agreement.id)),
    ]
    session_id = plan(signed)
    forms.append((session_handlers.move, signed.mentor.does(session_handlers.open_move, session_id)))
    pause(signed.mentee, signed)

    for handler, form in forms:
        why = refused(signed.mentor.submits, handler, form, starts=TUESDAY)
        assert (why.sentence, why.at) == (REFUSED, "starts")
    for handler in (session_handlers.open_plan, session_handlers.open_log):
        assert refused(signed.mentor.does, handler, signed.agreement.id).sentence == REFUSED
    for handler in (session_handlers.open_move, session_handlers.doesnt_suit):
        assert refused(signed.mentor.does, handler, session_id).sentence == REFUSED
    assert refused(signed.mentor.does, terms_handlers.open_suggest, signed.agreement.id).sentence == (
        "Your mentoring is paused. Resume it first, with `/mentor resume` or from Home; then the agreement can be changed."
    )


def test_an_open_question_shows_no_last_day_and_can_be_answered(signed: Pair, asked: SessionId) -> None:
    pause(signed.mentor, signed)
    signed.stage.pass_time(timedelta(days=30))

    assert question(signed).text.startswith(QUESTION)
    assert STANDS_STILL in question(signed).text
    assert "17 December" not in question(signed).text
    assert "Waiting for you: the rating of session 1, its time stands still" in card(signed.mentee)
    assert "rating" not in card(signed.mentor)
    form = signed.mentee.types(feedback_handlers.show_feedback)
    assert STANDS_STILL in read(form)

    rate(signed, asked, 4)

    assert question(signed).text.startswith(f"Recorded, thank you. {SUBJECT}. Tom can read your answer")
    assert question(signed).text.endswith(STANDS_STILL)
    assert list(question(signed).buttons) == ["Add words", "Change", "End"]
    words_form = signed.mentee.does(feedback_handlers.open_words, asked)
    signed.mentee.submits(feedback_handlers.add_words, words_form, words="Good.", share="keep")
    resume(signed.mentee)
    signed.stage.deliver()
    assert "you can change it, until 16 January at the latest." in question(signed).text


def test_what_was_skipped_in_a_pause_still_reads_as_answered_after_it(signed: Pair, asked: SessionId) -> None:
    pause(signed.mentor, signed)
    signed.mentee.does(feedback_handlers.skip, asked)
    signed.stage.pass_time(timedelta(days=70))
    assert (question(signed).text, question(signed).buttons) == (f"Skipped. Nobody is told. {SUBJECT}.", {})
    resume(signed.mentor)

    form = signed.mentee.types(feedback_handlers.show_feedback)
    signed.mentee.submits(feedback_handlers.change_rating, form, score="3")

    assert question(signed).text.startswith("Recorded, thank you.")


def test_the_word_for_ratings_still_finds_them(signed: Pair, asked: SessionId) -> None:
    pause(signed.mentor, signed)
    assert told(signed.mentor.types(feedback_handlers.show_feedback)).startswith("It is Anna whom I ask")
    rate(signed, asked, 2)
    assert "Change your rating" in read(signed.mentee.types(feedback_handlers.show_feedback))


def test_a_question_not_asked_yet_comes_with_its_remaining_time(signed: Pair) -> None:
    session_id = hold(signed)
    signed.stage.pass_time(ASKED - timedelta(hours=20))
    pause(signed.mentor, signed)
    signed.stage.pass_time(timedelta(days=60))
    assert signed.agreement.session(session_id).rating is None
    assert Kind.RATING not in kinds(signed.mentee)
    resume(signed.mentee)
    signed.stage.pass_time(timedelta(days=3))
    # 20 hours were left, and end on Monday, within her hours.
    assert question(signed).at == datetime(2027, 2, 1, 12, 45, tzinfo=NEW_YORK)


def test_a_sealed_answer_stays_sealed(signed: Pair, asked: SessionId) -> None:
    rate(signed, asked, 4)
    pause(signed.mentee, signed)
    signed.stage.pass_time(timedelta(days=100))
    assert not rating(signed, asked).released
    assert rating(signed, asked).state is RatingState.ANSWERED
    assert "Recorded, thank you." in question(signed).text
    resume(signed.mentee)
    assert not rating(signed, asked).released
    signed.stage.pass_time(timedelta(days=15))
    assert rating(signed, asked).released


# --- the question after sixty days


def test_after_sixty_days_each_is_asked_once(signed: Pair) -> None:
    pause(signed.mentor, signed)
    signed.stage.pass_time(timedelta(days=59))
    assert Kind.PAUSE_CHECK not in {*kinds(signed.mentor), *kinds(signed.mentee)}
    signed.stage.pass_time(timedelta(days=120))

    for one, other in ((signed.mentor, "Anna Bright"), (signed.mentee, "Tom Reed")):
        assert kinds(one).count(Kind.PAUSE_CHECK) == 1
        message = one.newest(Kind.PAUSE_CHECK)
        assert message.at == datetime(2027, 1, 22, 14, tzinfo=LONDON)
        assert message.text == (
            f"Your mentoring with {other} has been paused since 23 November. Would you like to go on, or to end it? Leaving it "
            "as it is is fine too; I won't ask again."
        )
        assert message.buttons == {"Go on": signed.agreement.id, "End": signed.agreement.id}


@pytest.mark.parametrize(("then", "stands"), [(resume, "goes on"), (end, "has ended")])
def test_it_is_quiet_once_either_has_chosen(
    signed: Pair, then: Callable[[Someone], object], stands: str
) -> None:
    pause(signed.mentor, signed)
    signed.stage.pass_time(timedelta(days=60))
    then(signed.mentee)
    signed.stage.pass_time(timedelta(minutes=10))
    for one, other in ((signed.mentor, "Anna"), (signed.mentee, "Tom")):
        message = one.newest(Kind.PAUSE_CHECK)
        assert (message.text, message.buttons) == (f"Your mentoring with {other} {stands}.", {})


# --- going on


def test_going_on_is_one_click_and_says_what_comes_next(signed: Pair) -> None:
    hold(signed)
    pause(signed.mentor, signed)
    signed.stage.pass_time(timedelta(days=9))
    button = signed.mentee.newest(Kind.PAUSED).buttons["Resume"]

    answer = signed.mentee.does(handlers.resume, button)

    assert read(answer) == (
        "Resumed Your mentoring with Tom is under way again. Tom has been told. Nothing is planned yet: either of you can plan "
        "session 2 of 5. Plan a session Close"
    )
    assert signed.agreement.state is State.ACTIVE
    message = signed.mentor.newest(Kind.RESUMED)
    assert message.at == signed.stage.now
    assert message.text == (
        "Anna Bright has resumed your mentoring. Nothing is planned yet: either of you can plan session 2 of 5."
    )
    assert message.buttons == {"Plan a session": signed.agreement.id}
    paused = signed.mentee.newest(Kind.PAUSED)
    assert (paused.text, paused.buttons) == (
        "Tom paused your mentoring on 1 December; it has been resumed since.",
        {},
    )
    plan(signed, signed.stage.now + timedelta(days=3))
    assert (signed.mentor.newest(Kind.RESUMED).text, signed.mentor.newest(Kind.RESUMED).buttons) == (
        "Anna Bright has resumed your mentoring.",
        {},
    )


def test_going_on_twice_is_going_on_once(signed: Pair) -> None:
    pause(signed.mentor, signed)
    button = signed.mentee.newest(Kind.PAUSED).buttons["Resume"]
    signed.mentee.does(handlers.resume, button)
    signed.stage.pass_time(timedelta(minutes=1))

    for one, other in ((signed.mentor, "Anna"), (signed.mentee, "Tom")):
        assert read(one.does(handlers.resume, button)) == (
            f"Resumed Your mentoring with {other} is under way again. Nothing is planned yet: either of you can plan session 1 "
            "of 5. Plan a session Close"
        )
    assert [m.kind for m in (*signed.mentor.messages, *signed.mentee.messages)].count(Kind.RESUMED) == 1
    nothing = "Nothing of yours is paused. `/mentor` shows where you stand."
    assert told(signed.mentee.types(handlers.resume)) == nothing
    with pytest.raises(NotFound):
        signed.stranger.does(handlers.resume, button)
    end(signed.mentee)
    assert told(signed.mentee.does(handlers.resume, button)) == nothing


def test_after_the_last_session_what_comes_next_is_its_close(pair: Pair) -> None:
    pair.sign(terms=Terms(sessions=1))
    hold(pair)
    pause(pair.mentee, pair)
    pair.stage.pass_time(timedelta(days=30))

    assert resume(pair.mentee) == (
        "Resumed Your mentoring with Tom is under way again. Tom has been told. All sessions are used, so it comes to its close "
        "by itself. Close"
    )
    assert pair.mentor.newest(Kind.RESUMED).text == (
        "Anna Bright has resumed your mentoring. All sessions are used, so it comes to its close by itself."
    )
    pair.stage.pass_time(timedelta(days=20))
    assert pair.agreement.over


def test_after_months_nothing_late_is_said(signed: Pair, asked: SessionId) -> None:
    rate(signed, asked, 4)
    plan(signed, TUESDAY + timedelta(days=14))
    signed.stage.pass_time(timedelta(days=5))
    pause(signed.mentor, signed)
    signed.stage.pass_time(timedelta(days=200))
    before = {one.user_id: len(one.messages) for one in (signed.mentor, signed.mentee)}
    resume(signed.mentee)
    signed.stage.pass_time(timedelta(days=6))

    assert [m.kind for m in signed.mentor.messages[before["UTOM"] :]] == [Kind.RESUMED]
    assert signed.mentee.messages[before["UANNA"] :] == []


def test_a_pause_that_nobody_was_told_of_yet_is_told_with_going_on(signed: Pair) -> None:
    pause_form = signed.mentor.types(handlers.ask_pause)
    signed.mentor.submits(handlers.pause, pause_form)
    signed.mentor.types(handlers.resume)

    assert kinds(signed.mentee) == [Kind.INVITATION, Kind.AGREED, Kind.RESUMED]


def test_a_cancellation_is_told_before_the_pause(signed: Pair) -> None:
    session_id = plan(signed)
    before = len(signed.mentee.messages)
    cancel(signed, signed.mentor, session_id)
    signed.stage.pass_time(timedelta(minutes=4))
    pause(signed.mentor, signed)

    assert [(m.kind, m.text) for m in signed.mentee.messages[before:]] == [
        (Kind.CANCELLED, f"Tom cancelled session 1 of 5: {IN_BOTH}. {UNUSED}"),
        (
            Kind.PAUSED,
            "Tom Reed has paused your mentoring. What waits keeps the time that it has left. No reason is asked or given, and "
            "either of you can resume it at any time.",
        ),
    ]
    receipt = signed.mentor.newest(Kind.CANCEL_RECEIPT)
    assert (receipt.text, receipt.buttons) == (f"Session 1 of 5 with Anna, {IN_LONDON}, is cancelled.", {})
    assert refused(signed.mentor.does, session_handlers.undo_cancel, session_id).sentence == (
        "Your mentoring has been paused since, so this can't be undone."
    )


def test_an_end_while_paused_taken_back_is_the_pause_again(signed: Pair) -> None:
    session_id = plan(signed)
    pause(signed.mentor, signed)
    before = signed.mentee.newest(Kind.PAUSED)
    end(signed.mentee)
    assert (signed.mentee.newest(Kind.PAUSED).text, signed.mentee.newest(Kind.PAUSED).buttons) == (
        "Tom paused your mentoring on 23 November.",
        {},
    )

    signed.mentee.does(closing_handlers.undo_close, signed.agreement.id)

    assert signed.agreement.paused
    assert signed.mentee.newest(Kind.PAUSED) == before
    assert signed.agreement.session(session_id).cancelled
    resume(signed.mentee)
    assert signed.agreement.planned_session is None


def test_a_pause_of_one_pair_is_none_of_another(signed: Pair) -> None:
    other = Pair(signed.stage, mentor=signed.mentor, mentee=signed.stranger, stranger=signed.mentee)
    other.sign()
    picker = shown(signed.mentor.types(handlers.ask_pause))
    assert words(picker) == "Pause With whom? Anna Bright Maya Okafor Close"
    form = signed.mentor.does(routes.open_word, buttons(picker)["Maya Okafor"], place=Place.MODAL)
    signed.mentor.submits(handlers.pause, form)

    assert (other.agreement.state, signed.agreement.state) == (State.PAUSED, State.ACTIVE)
    assert Kind.PAUSED not in kinds(signed.mentee)
    assert "Maya" in resume(signed.mentor)


def test_the_words_in_the_dm(signed: Pair) -> None:
    for place, (word, sentence, label) in enumerate(
        [
            ("pause", "You can pause a mentoring for a while; what waits keeps its time.", "Pause"),
            ("resume", "You can go on after a pause.", "Resume"),
        ]
    ):
        gesture = signed.mentee.gesture(Place.MESSAGE, word)
        home.say_word(replace(gesture, body={"event_id": f"Ev{place}"}))
        reply = signed.mentee.newest(Kind.REPLY)
        assert (reply.text, reply.buttons) == (sentence, {label: f"{word}/"})
    answer = signed.mentee.does(routes.open_word, "pause/")
    assert read(answer).startswith("Pause the mentoring?")


def test_reminders_switched_off_silence_the_offer_but_not_what_the_other_did(signed: Pair) -> None:
    settings_handlers.change(signed.mentee.gesture(Place.HOME), reminders=False)
    signed.stage.pass_time(timedelta(days=21))
    assert Kind.OFFER not in kinds(signed.mentee)
    pause(signed.mentor, signed)
    assert Kind.PAUSED in kinds(signed.mentee)
