"""Sessions as the pair meets them: planned, moved, cancelled, logged, not held after all, reminded of and ended."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers import agreement as agreement_handlers
from handlers import sessions as handlers
from handlers.gestures import Answer, Nothing, Place
from mentoring.agreement import Terms
from mentoring.ids import SessionId
from mentoring.messages import Kind
from mentoring.refusal import NotFound, Refused
from mentoring.sessions import Session
from playground.blockkit import check_blocks, check_view
from tests.handlers.stage import LONDON, Pair, Someone, buttons, payload_of, shown, told, words

TUESDAY = datetime(2026, 12, 1, 16, 30, tzinfo=LONDON)
THURSDAY = datetime(2026, 12, 3, 10, 0, tzinfo=LONDON)
PLACE = "The Wolseley, <!channel> by the window"
IN_BOTH = "Tuesday 1 December, 11:30 in New York · 16:30 in London"
NOT_FOUND = "I can't find that any more. It may have moved on; `/mentor` shows what there is now."


@pytest.fixture
def signed(pair: Pair) -> Pair:
    pair.sign()
    return pair


def plan(
    pair: Pair, starts: datetime = TUESDAY, place: str | None = None, by: Someone | None = None
) -> SessionId:
    one = by or pair.mentor
    form = one.does(handlers.open_plan, pair.agreement.id)
    one.submits(handlers.plan, form, starts=starts, place=place)
    pair.stage.deliver()
    ahead = pair.agreement.planned_session
    assert ahead is not None
    return ahead.id


def hold(pair: Pair, starts: datetime = TUESDAY) -> SessionId:
    session_id = plan(pair, starts)
    pair.stage.pass_time(starts + timedelta(minutes=75))
    return session_id


def session(pair: Pair, session_id: SessionId) -> Session:
    return pair.agreement.session(session_id)


def refused(answering: Any, *arguments: Any, **entered: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        answering(*arguments, **entered)
    return caught.value


def read(answer: Answer) -> str:
    """Everything that a modal says, once it was checked as Slack would."""
    view = shown(answer)
    assert check_view(view.to_dict()) == []
    return words(view)


# --- planning


def test_the_first_session_is_planned_and_the_other_is_told(signed: Pair) -> None:
    form = signed.mentor.does(handlers.open_plan, signed.agreement.id)
    assert read(form).startswith("Plan a session Session 1 of 5 with Anna, 75 minutes. When does it start?")

    receipt = signed.mentor.submits(handlers.plan, form, starts=TUESDAY, place=PLACE)

    assert read(receipt) == (
        "Planned Session 1 of 5 Tuesday 1 December, 16:30 in London · 11:30 in New York, for 75 minutes. "
        "Anna will be told. Close"
    )
    message = signed.mentee.newest(Kind.PLANNED)
    assert message.text == f"Tom planned session 1 of 5: {IN_BOTH}."
    assert check_blocks(message.blocks, "message") == []
    assert list(message.buttons) == ["That doesn't suit me", "Open session"]
    assert PLACE not in str(message.blocks)
    assert signed.agreement.planned_session is not None
    assert signed.agreement.planned_session.starts == TUESDAY.astimezone(UTC)


def test_the_next_slot_is_proposed_by_the_cadence_in_both_zones(signed: Pair) -> None:
    hold(signed)

    form = signed.mentor.newest(Kind.SESSION_ENDED)
    answer = signed.mentor.does(handlers.open_plan, form.buttons["Plan the next"])

    assert (
        "You meet every two weeks; that would be Tuesday 15 December, 16:30 in London · 11:30 in New York."
        in (read(answer))
    )
    receipt = signed.mentor.submits(handlers.plan, answer)
    assert "Tuesday 15 December, 16:30 in London" in read(receipt)


def test_a_form_sent_twice_plans_once_and_is_answered_the_same(signed: Pair) -> None:
    form = signed.mentor.does(handlers.open_plan, signed.agreement.id)

    first = signed.mentor.submits(handlers.plan, form, starts=TUESDAY)
    second = signed.mentor.submits(handlers.plan, form, starts=TUESDAY)

    assert read(first) == read(second)
    assert len(signed.agreement.sessions) == 1
    assert [m.kind for m in signed.mentee.messages].count(Kind.PLANNED) == 1


def test_two_people_plan_at_once_and_the_second_reads_why_not(signed: Pair) -> None:
    form = signed.mentee.does(handlers.open_plan, signed.agreement.id)
    plan(signed)

    why = refused(signed.mentee.submits, handlers.plan, form, starts=THURSDAY)

    assert (why.sentence, why.at) == ("A session is already planned. You can move it instead.", "starts")


@pytest.mark.parametrize(
    ("starts", "sentence"),
    [
        (
            datetime(2026, 11, 23, 13, 0, tzinfo=UTC),
            "That time has passed. For a session that already happened, choose “Log one”.",
        ),
        (datetime(2028, 1, 1, tzinfo=UTC), "Please choose a time within the next year."),
        (None, "Please choose a date and a time."),
    ],
)
def test_a_time_that_cannot_be_planned(signed: Pair, starts: datetime | None, sentence: str) -> None:
    form = signed.mentor.does(handlers.open_plan, signed.agreement.id)

    why = refused(signed.mentor.submits, handlers.plan, form, starts=starts)

    assert (why.sentence, why.at) == (sentence, "starts")
    assert signed.agreement.sessions == ()


def test_no_session_beyond_the_limit(pair: Pair) -> None:
    pair.sign(terms=Terms(sessions=1))
    open_form = pair.mentor.does(handlers.open_log, pair.agreement.id)
    plan(pair)
    full = "All 1 sessions that you agreed on are used, so no further one can be added."

    assert refused(pair.mentor.does, handlers.open_log, pair.agreement.id).sentence == full
    why = refused(pair.mentor.submits, handlers.log, open_form, starts=pair.stage.now - timedelta(hours=3))
    assert (why.sentence, why.at) == (full, "starts")
    pair.stage.pass_time(TUESDAY + timedelta(hours=2))
    assert refused(pair.mentee.does, handlers.open_plan, pair.agreement.id).sentence == full


# --- moving


def test_a_move_shows_the_old_time_beside_the_new(signed: Pair) -> None:
    session_id = plan(signed)
    form = signed.mentee.does(handlers.open_move, session_id)

    receipt = signed.mentee.submits(handlers.move, form, starts=THURSDAY)

    assert read(receipt).startswith(
        "Moved Session 1 of 5 Thursday 3 December, 05:00 in New York · 10:00 in London, for 75 minutes."
    )
    message = signed.mentor.newest(Kind.MOVED)
    assert message.text == (
        "Anna moved session 1 of 5.\n"
        "Before: Tuesday 1 December, 16:30 in London · 11:30 in New York.\n"
        "Now: Thursday 3 December, 10:00 in London · 05:00 in New York."
    )
    assert list(message.buttons) == ["That doesn't suit me"]
    assert check_blocks(message.blocks, "message") == []
    old = signed.mentee.newest(Kind.PLANNED)
    assert old.text == "Session 1 of 5 was planned, and has been moved since."
    assert old.buttons == {}


def test_a_move_sent_twice_is_said_once(signed: Pair) -> None:
    session_id = plan(signed)
    form = signed.mentor.does(handlers.open_move, session_id)

    first = signed.mentor.submits(handlers.move, form, starts=THURSDAY)
    second = signed.mentor.submits(handlers.move, form, starts=THURSDAY)

    assert read(first) == read(second)
    assert [m.kind for m in signed.mentee.messages].count(Kind.MOVED) == 1


def test_moving_to_where_it_is_changes_nothing_and_tells_nobody(signed: Pair) -> None:
    session_id = plan(signed, place=PLACE)
    form = signed.mentor.does(handlers.open_move, session_id)

    receipt = signed.mentor.submits(handlers.move, form)

    assert read(receipt).startswith("Not moved Session 1 of 5 Nothing has changed: Tuesday 1 December")
    assert session(signed, session_id).moves == 0
    assert [m.kind for m in signed.mentee.messages if m.kind is Kind.MOVED] == []


def test_another_place_alone_is_told_without_the_place(signed: Pair) -> None:
    session_id = plan(signed, place=PLACE)
    form = signed.mentor.does(handlers.open_move, session_id)

    signed.mentor.submits(handlers.move, form, place="Kew Gardens")

    message = signed.mentee.newest(Kind.MOVED)
    assert message.text == f"Tom changed where session 1 of 5 takes place. The time stays: {IN_BOTH}."
    assert "Kew" not in str(message.blocks)
    card = read(signed.mentee.does(handlers.show_session, message.buttons["Open session"]))
    assert "Where Kew Gardens" in card


def test_two_people_move_one_session_and_the_second_looks_again(signed: Pair) -> None:
    session_id = plan(signed)
    early = signed.mentee.does(handlers.open_move, session_id)
    late = signed.mentor.does(handlers.open_move, session_id)
    signed.mentee.submits(handlers.move, early, starts=THURSDAY)

    why = refused(signed.mentor.submits, handlers.move, late, starts=TUESDAY + timedelta(days=1))

    assert (why.sentence, why.at) == (
        "This session was moved while you had it open. Please look at its new time first.",
        "starts",
    )


def test_a_time_that_does_not_suit_opens_planning_and_the_session_stands(signed: Pair) -> None:
    session_id = plan(signed)
    button = signed.mentee.newest(Kind.PLANNED).buttons["That doesn't suit me"]

    form = signed.mentee.does(handlers.doesnt_suit, button)

    assert (
        "No reason needed. Choose a time that suits you better, and Tom will see it beside the old one. "
        f"Until then session 1 of 5 stands: {IN_BOTH}."
    ) in read(form)
    assert session(signed, session_id).planned
    signed.mentee.submits(handlers.move, form, starts=THURSDAY)
    assert signed.mentor.newest(Kind.MOVED).text.startswith("Anna moved session 1 of 5.")


def test_a_time_that_does_not_suit_of_a_session_cancelled_since_opens_the_plan_form(signed: Pair) -> None:
    session_id = plan(signed)
    cancel(signed, signed.mentor, session_id)

    form = signed.mentee.does(handlers.doesnt_suit, session_id)

    assert read(form).startswith("Plan a session Session 1 of 5 with Tom")


def test_a_button_in_an_old_message_after_the_session_has_begun(signed: Pair) -> None:
    session_id = plan(signed)
    signed.stage.pass_time(TUESDAY + timedelta(minutes=5))

    for handler in (handlers.doesnt_suit, handlers.open_move):
        why = refused(signed.mentee.does, handler, session_id)
        assert why.sentence == "This session isn't ahead any more, so it can't be moved."


# --- cancelling


def cancel(pair: Pair, one: Someone, session_id: SessionId) -> Answer:
    form = one.does(handlers.ask_cancel, session_id)
    assert shown(form).to_dict()["submit"]["text"] == "Cancel this session"
    return one.submits(handlers.cancel, form)


def test_cancelling_asks_once_and_tells_the_other_after_ten_minutes(signed: Pair) -> None:
    session_id = plan(signed)
    form = signed.mentee.does(handlers.ask_cancel, session_id)
    assert read(form) == (
        f"Cancel the session? Session 1 of 5 with Tom: {IN_BOTH}.\n"
        "No reason needed, and it doesn't use up any of your sessions. "
        "Tom will be told in ten minutes; until then you can undo it. Cancel this session Keep it"
    )

    receipt = signed.mentee.submits(handlers.cancel, form)

    said = f"Session 1 of 5, {IN_BOTH}, is cancelled. Tom will be told in ten minutes, unless you undo it."
    assert read(receipt) == f"Cancelled {said} Undo Close"
    own = signed.mentee.newest(Kind.CANCEL_RECEIPT)
    assert (own.text, list(own.buttons)) == (said, ["Undo"])
    assert Kind.CANCELLED not in {m.kind for m in signed.mentor.messages}
    signed.stage.pass_time(timedelta(minutes=10))
    message = signed.mentor.newest(Kind.CANCELLED)
    assert message.text == (
        "Anna cancelled session 1 of 5: Tuesday 1 December, 16:30 in London · 11:30 in New York. "
        "It doesn't use up any of your sessions."
    )
    assert message.buttons == {"Plan a session": signed.agreement.id}
    faded = signed.mentee.newest(Kind.CANCEL_RECEIPT)
    assert (faded.text, faded.buttons) == (f"Session 1 of 5, {IN_BOTH}, is cancelled. Tom has been told.", {})


@pytest.mark.parametrize("place", [Place.MESSAGE, Place.MODAL])
def test_a_cancellation_is_undone_and_nobody_hears_of_it(signed: Pair, place: Place) -> None:
    session_id = plan(signed)
    cancel(signed, signed.mentee, session_id)
    undo = signed.mentee.newest(Kind.CANCEL_RECEIPT).buttons["Undo"]

    answer = signed.mentee.does(handlers.undo_cancel, undo, place=place)

    if place is Place.MESSAGE:
        assert answer == Nothing()
    else:
        assert read(answer) == f"Undone Session 1 of 5 stands as it was: {IN_BOTH}. Close"
    own = signed.mentee.newest(Kind.CANCEL_RECEIPT)
    assert (own.text, own.buttons) == ("Undone: session 1 of 5 stands.", {})
    signed.mentee.does(handlers.undo_cancel, session_id)  # a double click
    signed.stage.pass_time(timedelta(minutes=20))
    assert {m.kind for m in signed.mentor.messages} == {Kind.AGREED}
    assert session(signed, session_id).planned


def test_an_undone_cancellation_brings_the_buttons_back(signed: Pair) -> None:
    session_id = plan(signed)
    signed.stage.pass_time(TUESDAY - timedelta(hours=3))
    cancel(signed, signed.mentee, session_id)
    assert signed.mentee.newest(Kind.REMINDER).buttons == signed.mentee.newest(Kind.PLANNED).buttons == {}

    signed.mentee.does(handlers.undo_cancel, session_id)

    assert list(signed.mentee.newest(Kind.REMINDER).buttons) == ["Move it"]
    assert list(signed.mentee.newest(Kind.PLANNED).buttons) == ["That doesn't suit me"]


def test_cancelling_twice_is_once(signed: Pair) -> None:
    session_id = plan(signed)
    form = signed.mentee.does(handlers.ask_cancel, session_id)

    first = signed.mentee.submits(handlers.cancel, form)
    second = signed.mentee.submits(handlers.cancel, form)

    assert read(first) == read(second)
    assert [m.kind for m in signed.mentee.messages].count(Kind.CANCEL_RECEIPT) == 1
    assert refused(signed.mentee.does, handlers.ask_cancel, session_id).sentence == (
        "This session is cancelled already."
    )


def test_within_an_hour_of_the_start_it_is_told_at_once(signed: Pair) -> None:
    session_id = plan(signed)
    signed.stage.pass_time(TUESDAY - timedelta(minutes=30))

    form = signed.mentor.does(handlers.ask_cancel, session_id)
    assert "It starts so soon that Anna will be told at once." in read(form)
    receipt = signed.mentor.submits(handlers.cancel, form)

    assert buttons(shown(receipt)) == {}
    assert signed.mentor.newest(Kind.CANCEL_RECEIPT).text.endswith("is cancelled. Anna has been told.")
    assert signed.mentee.newest(Kind.CANCELLED).text == (
        f"Tom cancelled session 1 of 5: {IN_BOTH}. It doesn't use up any of your sessions."
    )


def test_undo_after_ten_minutes_or_when_its_place_is_taken(signed: Pair) -> None:
    session_id = plan(signed)
    cancel(signed, signed.mentee, session_id)
    plan(signed, THURSDAY)

    assert refused(signed.mentee.does, handlers.undo_cancel, session_id).sentence == (
        "Something else has taken its place since, so this can't be undone."
    )
    assert signed.mentee.newest(Kind.CANCEL_RECEIPT).buttons == {}
    signed.stage.pass_time(timedelta(minutes=10))
    assert refused(signed.mentee.does, handlers.undo_cancel, session_id).sentence == (
        "The ten minutes for undoing have passed."
    )


def test_a_session_that_is_over_is_not_cancelled_but_did_not_happen(signed: Pair) -> None:
    session_id = hold(signed)

    assert refused(signed.mentor.does, handlers.ask_cancel, session_id).sentence == (
        "This session's time has passed. If it didn't take place, choose “It didn't happen”."
    )


# --- it didn't happen


def test_it_did_not_happen_is_one_click_and_told_without_a_name(signed: Pair) -> None:
    session_id = hold(signed)

    assert signed.mentor.does(handlers.not_held, session_id) == Nothing()
    assert signed.mentor.does(handlers.not_held, session_id) == Nothing()  # a double click

    ended = signed.mentor.newest(Kind.SESSION_ENDED)
    in_london = "Session 1 of 5, Tuesday 1 December, 16:30 in London · 11:30 in New York"
    assert (ended.text, ended.buttons) == (f"{in_london}, isn't counted: it didn't happen.", {})
    own = signed.mentor.newest(Kind.CANCEL_RECEIPT)
    assert own.text == (
        f"{in_london}, isn't counted: it didn't happen. Anna will be told in ten minutes, unless you undo it."
    )
    signed.stage.pass_time(timedelta(minutes=10))
    message = signed.mentee.newest(Kind.NOT_HELD)
    assert message.text == (
        f"Session 1 of 5, {IN_BOTH}, isn't counted: it didn't happen. It doesn't use up any of your sessions."
    )
    assert "Tom" not in message.text
    assert list(message.buttons) == ["Plan a session"]


def test_it_did_not_happen_from_the_card_and_undone(signed: Pair) -> None:
    session_id = hold(signed)
    card = signed.mentee.does(handlers.show_session, signed.agreement.id, place=Place.HOME)
    button = buttons(shown(card))["It didn't happen"]

    receipt = signed.mentee.does(handlers.not_held, button, place=Place.MODAL, view=shown(card))

    assert read(receipt).endswith("Tom will be told in ten minutes, unless you undo it. Undo Close")
    signed.mentee.does(handlers.undo_cancel, buttons(shown(receipt))["Undo"], place=Place.MODAL)
    assert session(signed, session_id).held
    assert list(signed.mentor.newest(Kind.SESSION_ENDED).buttons) == [
        "Write notes",
        "Plan the next",
        "It didn't happen",
    ]


def test_while_it_should_be_under_way_it_is_told_at_once_without_a_name(signed: Pair) -> None:
    session_id = plan(signed)
    signed.stage.pass_time(TUESDAY + timedelta(minutes=20))
    card = signed.mentee.does(handlers.show_session, signed.agreement.id)
    assert "Session 1 of 5, under way" in read(card)

    signed.mentee.does(handlers.not_held, session_id)

    assert signed.mentor.newest(Kind.CANCELLED).text == (
        "Session 1 of 5, Tuesday 1 December, 16:30 in London · 11:30 in New York, isn't counted: it didn't happen. "
        "It doesn't use up any of your sessions."
    )
    assert signed.mentee.newest(Kind.CANCEL_RECEIPT).text.endswith("it didn't happen. Tom has been told.")


def test_it_did_not_happen_of_a_session_ahead(signed: Pair) -> None:
    session_id = plan(signed)

    assert refused(signed.mentor.does, handlers.not_held, session_id).sentence == (
        "This session is still ahead. You can cancel or move it instead."
    )


def test_it_did_not_happen_once_its_rating_is_settled(signed: Pair) -> None:
    session_id = hold(signed)
    signed.stage.pass_time(timedelta(days=20))

    assert refused(signed.mentor.does, handlers.not_held, session_id).sentence == (
        "This session has been settled since, so it stays counted."
    )
    assert list(signed.mentor.newest(Kind.SESSION_ENDED).buttons) == ["Write notes", "Plan the next"]
    assert "It didn't happen" not in buttons(
        shown(signed.mentee.does(handlers.show_session, signed.agreement.id))
    )


# --- logging


def test_a_session_that_happened_is_logged_by_the_mentee(signed: Pair) -> None:
    signed.stage.pass_time(timedelta(days=2))
    form = signed.mentee.does(handlers.open_log, signed.agreement.id)
    assert (
        "For a session with Tom that happened without being planned here. It counts as one of your 5, and Tom will be told."
    ) in read(form)

    when = datetime(2026, 11, 24, 10, 0, tzinfo=LONDON)
    receipt = signed.mentee.submits(handlers.log, form, starts=when)
    again = signed.mentee.submits(handlers.log, form, starts=when)

    assert (
        read(receipt)
        == read(again)
        == (
            "Logged Session 1 of 5 Tuesday 24 November, 05:00 in New York · 10:00 in London. "
            "It counts, and Tom will be told. Close"
        )
    )
    message = signed.mentor.newest(Kind.LOGGED)
    assert message.text == (
        "Anna added session 1 of 5, which has already happened: Tuesday 24 November, 10:00 in London · 05:00 in New York."
    )
    assert list(message.buttons) == ["Write notes", "Plan the next", "It didn't happen"]
    assert check_blocks(message.blocks, "message") == []


def test_the_mentor_who_logs_is_offered_to_write_notes(signed: Pair) -> None:
    signed.stage.pass_time(timedelta(days=2))
    form = signed.mentor.does(handlers.open_log, signed.agreement.id)

    receipt = signed.mentor.submits(handlers.log, form, starts=signed.stage.now - timedelta(hours=5))

    logged = signed.agreement.held_sessions[0]
    assert buttons(shown(receipt)) == {"Write notes": f"{signed.agreement.id}/{logged.id}"}
    assert list(signed.mentee.newest(Kind.LOGGED).buttons) == ["It didn't happen"]
    signed.mentor.does(handlers.not_held, logged.id)
    signed.stage.pass_time(timedelta(minutes=11))
    assert signed.mentee.newest(Kind.LOGGED).text.endswith("isn't counted: it didn't happen.")


@pytest.mark.parametrize(
    ("hours_ago", "sentence"),
    [
        (1, "This is for a session that is over. For one ahead, choose “Plan a session”."),
        (24 * 20, "That is before the agreement was signed, so it doesn't count towards it."),
        (46, "There is already a session at that time."),
    ],
)
def test_a_time_that_cannot_be_logged(signed: Pair, hours_ago: int, sentence: str) -> None:
    hold(signed, datetime(2026, 11, 24, 10, 0, tzinfo=LONDON))
    signed.stage.pass_time(datetime(2026, 11, 26, 8, 0, tzinfo=LONDON))
    form = signed.mentor.does(handlers.open_log, signed.agreement.id)

    why = refused(
        signed.mentor.submits, handlers.log, form, starts=signed.stage.now - timedelta(hours=hours_ago)
    )

    assert (why.sentence, why.at) == (sentence, "starts")


# --- the card and the word


def test_the_word_shows_a_card_with_what_fits(signed: Pair) -> None:
    card = signed.mentor.types(handlers.show_session)
    assert read(card) == (
        "Sessions Your sessions with Anna 0 of 5 held so far. No session is planned. "
        "Plan a session Log one that happened Close"
    )

    session_id = plan(signed, place=PLACE)

    card = signed.mentor.types(handlers.show_session, "<@UANNA|anna>")
    assert read(card) == (
        "Sessions Your sessions with Anna 0 of 5 held so far. Session 1 of 5 "
        f"Tuesday 1 December, 16:30 in London · 11:30 in New York, for 75 minutes. Where {PLACE} "
        "Move it Cancel session Log one that happened Close"
    )
    assert buttons(shown(card)) == {
        "Move it": session_id,
        "Cancel session": session_id,
        "Log one that happened": signed.agreement.id,
    }


def test_the_card_when_all_sessions_are_used(pair: Pair) -> None:
    pair.sign(terms=Terms(sessions=1))
    hold(pair)

    card = pair.mentee.types(handlers.show_session)

    assert read(card) == (
        "Sessions Your sessions with Tom 1 of 1 held so far. No further session can be planned. "
        f"Last: session 1 of 1 {IN_BOTH}. It didn't happen Close"
    )


def test_the_word_for_someone_without_a_mentoring(signed: Pair) -> None:
    assert told(signed.stranger.types(handlers.show_session)) == (
        "You have no mentoring under way, so there are no sessions. `/mentor start` begins one."
    )


# --- what the clock brings


def test_the_reminders_before_the_last_session(pair: Pair) -> None:
    pair.sign(terms=Terms(sessions=2))
    hold(pair, datetime(2026, 11, 24, 16, 30, tzinfo=LONDON))
    session_id = plan(pair)

    pair.stage.pass_time(TUESDAY - timedelta(minutes=1))

    to_mentor, to_mentee = pair.mentor.newest(Kind.REMINDER), pair.mentee.newest(Kind.REMINDER)
    assert to_mentor.text == (
        "Coming up: session 2 of 2 with Anna, Tuesday 1 December, 16:30 in London · 11:30 in New York. "
        "It is the last of the 2 that you agreed on."
    )
    assert to_mentor.buttons == {"Open recap": pair.agreement.id, "Move it": session_id}
    assert to_mentee.text == (
        f"Coming up: session 2 of 2 with Tom, {IN_BOTH}. It is the last of the 2 that you agreed on. Nothing to prepare."
    )
    assert to_mentee.buttons == {"Move it": session_id}
    assert check_blocks(to_mentor.blocks, "message") == check_blocks(to_mentee.blocks, "message") == []
    pair.stage.pass_time(TUESDAY + timedelta(minutes=75))
    past = pair.mentor.newest(Kind.REMINDER)
    assert past.text.startswith("Session 2 of 2 with Anna, Tuesday 1 December, 16:30 in London")
    assert list(past.buttons) == ["Open recap"]
    ended = pair.mentor.newest(Kind.SESSION_ENDED)
    assert ended.text == (
        "Session 2 of 2 with Anna has ended. It was the last of the 2 that you agreed on. "
        "A few lines now keep what mattered."
    )
    assert list(ended.buttons) == ["Write notes", "It didn't happen"]


def test_a_reminder_of_a_session_cancelled_since(signed: Pair) -> None:
    session_id = plan(signed)
    signed.stage.pass_time(TUESDAY - timedelta(hours=3))

    cancel(signed, signed.mentee, session_id)

    assert signed.mentee.newest(Kind.REMINDER).text == f"Session 1 of 5, {IN_BOTH}, is cancelled."
    assert list(signed.mentor.newest(Kind.REMINDER).buttons) == ["Open recap", "Move it"]
    signed.stage.pass_time(timedelta(minutes=10))
    assert signed.mentor.newest(Kind.REMINDER).buttons == {}


def test_the_message_at_its_end_asks_for_notes_and_the_next(signed: Pair) -> None:
    session_id = hold(signed)

    ended = signed.mentor.newest(Kind.SESSION_ENDED)

    assert ended.text == (
        "Session 1 of 5 with Anna has ended. A few lines now will refresh your memory before the next."
    )
    assert ended.buttons == {
        "Write notes": f"{signed.agreement.id}/{session_id}",
        "Plan the next": signed.agreement.id,
        "It didn't happen": session_id,
    }
    assert check_blocks(ended.blocks, "message") == []
    assert Kind.SESSION_ENDED not in {m.kind for m in signed.mentee.messages}
    plan(signed, TUESDAY + timedelta(days=14))
    ended = signed.mentor.newest(Kind.SESSION_ENDED)
    assert ended.text.endswith(
        "The next is planned: Tuesday 15 December, 16:30 in London · 11:30 in New York."
    )
    assert list(ended.buttons) == ["Write notes", "It didn't happen"]


# --- others


@pytest.mark.parametrize(
    "handler",
    [
        handlers.open_move,
        handlers.ask_cancel,
        handlers.not_held,
        handlers.doesnt_suit,
        handlers.undo_cancel,
        handlers.open_plan,
        handlers.open_log,
        handlers.show_session,
    ],
)
def test_someone_elses_ids_read_as_missing_ones(signed: Pair, handler: Any) -> None:
    session_id = plan(signed)
    theirs = (
        signed.agreement.id
        if handler in {handlers.open_plan, handlers.open_log, handlers.show_session}
        else session_id
    )

    for value in (theirs, "nothing", ""):
        if handler is handlers.show_session and not value:
            continue
        why = refused(signed.stranger.does, handler, value)
        assert isinstance(why, NotFound)
        assert why.sentence == NOT_FOUND


def test_someone_elses_form_reads_as_a_missing_one(signed: Pair) -> None:
    plan_form = signed.mentor.does(handlers.open_plan, signed.agreement.id)
    log_form = signed.mentor.does(handlers.open_log, signed.agreement.id)
    session_id = plan(signed)
    move_form = signed.mentor.does(handlers.open_move, session_id)
    cancel_form = signed.mentor.does(handlers.ask_cancel, session_id)
    before = signed.agreement

    for handler, form in (
        (handlers.plan, plan_form),
        (handlers.log, log_form),
        (handlers.move, move_form),
        (handlers.cancel, cancel_form),
    ):
        entered: dict[str, Any] = {} if form is cancel_form else {"starts": THURSDAY}
        why = refused(signed.stranger.submits, handler, form, **entered)
        assert isinstance(why, NotFound)
    assert signed.agreement == before


def test_the_place_is_only_ever_in_modals(signed: Pair) -> None:
    session_id = plan(signed, place=PLACE)
    form = signed.mentor.does(handlers.open_move, session_id)
    assert PLACE not in payload_of(shown(form), {})["private_metadata"]
    signed.mentor.submits(handlers.move, form, starts=THURSDAY)
    cancel(signed, signed.mentor, session_id)
    signed.stage.pass_time(timedelta(minutes=20))

    for one in (signed.mentor, signed.mentee):
        for message in one.messages:
            assert "Wolseley" not in message.text + str(message.blocks)


def test_a_plan_offered_by_the_message_that_both_have_signed(pair: Pair) -> None:
    pair.sign()
    offered = pair.mentor.newest(Kind.AGREED).buttons

    assert pair.agreement.id in offered.values()
    assert read(pair.mentor.does(handlers.open_plan, pair.agreement.id)).startswith("Plan a session")


def test_everything_is_refused_once_it_is_over(signed: Pair) -> None:
    session_id = plan(signed)
    form = signed.mentor.does(agreement_handlers.ask_end, signed.agreement.id)
    signed.mentor.submits(agreement_handlers.end, form)

    for handler, value in (
        (handlers.open_plan, signed.agreement.id),
        (handlers.open_log, signed.agreement.id),
        (handlers.open_move, session_id),
    ):
        assert refused(signed.mentor.does, handler, value).sentence == (
            "Sessions can be changed only while the agreement is active."
        )
