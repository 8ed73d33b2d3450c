"""Sessions cancelled, or not held after all: one or two clicks, no reason, and ten minutes to take it back."""

from datetime import timedelta
from typing import Any

import pytest

from handlers import sessions as handlers
from handlers.gestures import Nothing, Place
from handlers.views import sessions as views
from mentoring.due import Kind
from tests.handlers.meetings import IN_BOTH, THURSDAY, TUESDAY, cancel, hold, plan, read, refused
from tests.handlers.stage import Pair, buttons, shown

# --- cancelling


def test_cancelling_asks_once_and_tells_the_other_after_ten_minutes(signed: Pair) -> None:
    session_id = plan(signed)
    form = signed.mentee.does(handlers.ask_cancel, session_id)
    assert read(form) == (
        f"Cancel the session? Session 1 of 5 with Tom: {IN_BOTH}.\n"
        "No reason needed, and it doesn't use up any of your sessions. "
        "Tom will be told in ten minutes; until then you can undo it. Cancel this session Keep it"
    )

    receipt = signed.mentee.submits(handlers.cancel, form)

    said = f"Session 1 of 5 with Tom, {IN_BOTH}, is cancelled. Tom will be told in ten minutes, unless you undo it."
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
    assert (faded.text, faded.buttons) == (
        f"Session 1 of 5 with Tom, {IN_BOTH}, is cancelled. Tom has been told.",
        {},
    )


@pytest.mark.parametrize("place", [Place.MESSAGE, Place.MODAL])
def test_a_cancellation_is_undone_and_nobody_hears_of_it(signed: Pair, place: Place) -> None:
    session_id = plan(signed)
    cancel(signed, signed.mentee, session_id)
    undo = signed.mentee.newest(Kind.CANCEL_RECEIPT).buttons["Undo"]

    answer = signed.mentee.does(handlers.undo_cancel, undo, place=place)

    if place is Place.MESSAGE:
        assert answer == Nothing()
    else:
        assert read(answer) == f"Undone Session 1 of 5 with Tom stands as it was: {IN_BOTH}. Close"
    own = signed.mentee.newest(Kind.CANCEL_RECEIPT)
    assert (own.text, own.buttons) == ("Undone: session 1 of 5 with Tom stands.", {})
    signed.mentee.does(handlers.undo_cancel, session_id)  # a double click
    signed.stage.pass_time(timedelta(minutes=20))
    assert {m.kind for m in signed.mentor.messages} == {Kind.AGREED}
    assert signed.agreement.session(session_id).planned


def test_an_undone_cancellation_brings_the_buttons_back(signed: Pair) -> None:
    session_id = plan(signed)
    signed.stage.pass_time(TUESDAY - timedelta(hours=3))
    cancel(signed, signed.mentee, session_id)
    assert signed.mentee.newest(Kind.REMINDER).buttons == signed.mentee.newest(Kind.PLANNED).buttons == {}

    signed.mentee.does(handlers.undo_cancel, session_id)

    assert list(signed.mentee.newest(Kind.REMINDER).buttons) == ["Move it"]
    assert list(signed.mentee.newest(Kind.PLANNED).buttons) == ["Add to calendar", "That doesn't suit me"]


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


def test_whoever_cancels_second_reads_that_it_is_cancelled(signed: Pair) -> None:
    session_id = plan(signed)
    form = signed.mentor.does(handlers.ask_cancel, session_id)
    cancel(signed, signed.mentee, session_id)

    assert read(signed.mentor.submits(handlers.cancel, form)) == (
        "Cancelled Session 1 of 5 with Anna, Tuesday 1 December, 16:30 in London · 11:30 in New York, is cancelled. Close"
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


def test_the_other_reads_of_a_cancellation_before_what_is_planned_instead(signed: Pair) -> None:
    session_id = plan(signed)
    before = len(signed.mentee.messages)
    cancel(signed, signed.mentor, session_id)
    signed.stage.pass_time(timedelta(minutes=2))
    assert len(signed.mentee.messages) == before

    plan(signed, THURSDAY)

    assert [m.kind for m in signed.mentee.messages[before:]] == [Kind.CANCELLED, Kind.PLANNED]
    gone = f"Session 1 of 5 with Tom, {IN_BOTH}, is cancelled."
    assert next(m.text for m in signed.mentee.messages if m.kind is Kind.PLANNED) == gone
    signed.stage.pass_time(timedelta(minutes=20))
    assert len(signed.mentee.messages) == before + 2


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
    in_london = "Session 1 of 5 with Anna, Tuesday 1 December, 16:30 in London · 11:30 in New York"
    assert (ended.text, ended.buttons) == (f"{in_london}, isn't counted: it didn't happen.", {})
    own = signed.mentor.newest(Kind.CANCEL_RECEIPT)
    assert own.text == (
        f"{in_london}, isn't counted: it didn't happen. Anna will be told in ten minutes, unless you undo it."
    )
    signed.stage.pass_time(timedelta(minutes=10))
    message = signed.mentee.newest(Kind.NOT_HELD)
    assert message.text == (
        f"Session 1 of 5 with Tom, {IN_BOTH}, isn't counted: it didn't happen. It doesn't use up any of your sessions."
    )
    assert list(message.buttons) == ["Plan a session"]


def test_it_did_not_happen_from_the_card_and_undone(signed: Pair) -> None:
    session_id = hold(signed)
    card = signed.mentee.does(handlers.show_session, signed.agreement.id, place=Place.HOME)
    button = buttons(shown(card))["It didn't happen"]

    receipt = signed.mentee.does(handlers.not_held, button, place=Place.MODAL, view=shown(card))

    assert read(receipt).endswith("Tom will be told in ten minutes, unless you undo it. Undo Close")
    signed.mentee.does(handlers.undo_cancel, buttons(shown(receipt))["Undo"], place=Place.MODAL)
    assert signed.agreement.session(session_id).held
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
        "Session 1 of 5 with Anna, Tuesday 1 December, 16:30 in London · 11:30 in New York, isn't counted: it didn't happen. "
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


def test_what_was_told_of_a_session_says_when_it_is_cancelled(signed: Pair) -> None:
    session_id = plan(signed)
    form = signed.mentor.does(handlers.open_move, session_id)
    signed.mentor.submits(handlers.move, form, starts=THURSDAY)
    assert signed.mentee.newest(Kind.MOVED).buttons != {}

    cancel(signed, signed.mentee, session_id)

    gone = "Session 1 of 5 with Tom, Thursday 3 December, 05:00 in New York · 10:00 in London, is cancelled."
    moved, planned = signed.mentee.newest(Kind.MOVED), signed.mentee.newest(Kind.PLANNED)
    assert (moved.text, moved.buttons) == (gone, {})
    assert planned.text == "Session 1 of 5 with Tom was planned, and has been moved since."


@pytest.mark.parametrize("drawer", [views.cancelled, views.not_held])
def test_an_undo_in_the_very_moment_of_telling(signed: Pair, drawer: Any) -> None:
    session_id = plan(signed)

    drawn = drawer(
        signed.agreement, signed.agreement.session(session_id), signed.mentee.person, signed.stage.now
    )

    assert drawn.text == "Undone: session 1 of 5 with Tom stands."
