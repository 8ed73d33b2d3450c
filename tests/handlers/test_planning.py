"""Sessions planned, moved and logged by either, and told to the other in both zones."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers import sessions as handlers
from handlers import settings
from handlers.gestures import Place
from mentoring.agreement import Terms
from mentoring.due import Kind
from tests.handlers.meetings import IN_BOTH, PLACE, THURSDAY, TUESDAY, cancel, hold, plan, read, refused
from tests.handlers.stage import LONDON, Pair, buttons, shown

# --- planning


def test_the_first_session_is_planned_and_the_other_is_told(signed: Pair) -> None:
    form = signed.mentor.does(handlers.open_plan, signed.agreement.id)
    assert read(form).startswith("Plan a session Session 1 of 5 with Anna, 75 minutes. When does it start?")

    receipt = signed.mentor.submits(handlers.plan, form, starts=TUESDAY, place=PLACE)

    assert read(receipt) == (
        "Planned Session 1 of 5 Tuesday 1 December, 16:30 in London · 11:30 in New York, for 75 minutes. "
        "Anna will be told. Google Calendar Outlook at work Outlook.com Close"
    )
    message = signed.mentee.newest(Kind.PLANNED)
    assert message.text == f"Tom planned session 1 of 5: {IN_BOTH}."
    assert list(message.buttons) == ["Add to calendar", "That doesn't suit me", "Open session"]
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
            "That time has passed. One that already happened is added from Sessions: “Log one that happened”.",
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
    assert list(message.buttons) == ["Add to calendar", "That doesn't suit me"]
    old = signed.mentee.newest(Kind.PLANNED)
    assert old.text == "Session 1 of 5 with Tom was planned, and has been moved since."
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
    assert signed.agreement.session(session_id).moves == 0
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


def test_an_old_move_says_that_it_was_moved_again(signed: Pair) -> None:
    session_id = plan(signed)
    form = signed.mentee.does(handlers.open_move, session_id)
    signed.mentee.submits(handlers.move, form, starts=THURSDAY)
    assert signed.mentor.newest(Kind.MOVED).buttons == {
        "Add to calendar": session_id,
        "That doesn't suit me": session_id,
    }
    form = signed.mentor.does(handlers.doesnt_suit, session_id)

    signed.mentor.submits(handlers.move, form, starts=TUESDAY)

    old = signed.mentor.newest(Kind.MOVED)
    assert (old.text, old.buttons) == ("Session 1 of 5 with Anna has been moved again since.", {})
    assert signed.mentee.newest(Kind.MOVED).text == (
        "Tom moved session 1 of 5.\n"
        "Before: Thursday 3 December, 05:00 in New York · 10:00 in London.\n"
        f"Now: {IN_BOTH}."
    )


def test_a_time_that_does_not_suit_opens_planning_and_the_session_stands(signed: Pair) -> None:
    session_id = plan(signed)
    button = signed.mentee.newest(Kind.PLANNED).buttons["That doesn't suit me"]

    form = signed.mentee.does(handlers.doesnt_suit, button)

    assert (
        "No reason needed. Choose a time that suits you better, and Tom will see it beside the old one. "
        f"Until then session 1 of 5 stands: {IN_BOTH}."
    ) in read(form)
    assert signed.agreement.session(session_id).planned
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


# --- logging


def test_a_session_that_was_logged_does_not_make_the_usual_place_be_forgotten(signed: Pair) -> None:
    plan(signed, place=PLACE)
    signed.stage.pass_time(TUESDAY + timedelta(days=1))
    form = signed.mentor.does(handlers.open_log, signed.agreement.id)
    signed.mentor.submits(handlers.log, form, starts=TUESDAY + timedelta(hours=4))

    assert PLACE in read(signed.mentor.does(handlers.open_plan, signed.agreement.id))


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


# --- the limit


def test_both_are_told_of_the_limit_before_the_last_session_reminders_or_not(pair: Pair) -> None:
    pair.sign(terms=Terms(sessions=2))
    for one in (pair.mentor, pair.mentee):
        settings.change(one.gesture(Place.HOME), reminders=False)
    form = pair.mentor.does(handlers.open_plan, pair.agreement.id)
    assert "last" not in read(form)
    assert "last" not in read(pair.mentor.submits(handlers.plan, form, starts=TUESDAY))
    assert "last" not in pair.mentee.newest(Kind.PLANNED).text
    pair.stage.pass_time(TUESDAY + timedelta(days=1))
    limit = "It is the last of the 2 that you agreed on."

    form = pair.mentor.does(handlers.open_plan, pair.agreement.id)
    receipt = pair.mentor.submits(handlers.plan, form, starts=TUESDAY + timedelta(days=14))

    assert read(form).startswith(
        f"Plan a session Session 2 of 2 with Anna, 75 minutes. {limit} You meet every two weeks;"
    )
    assert read(receipt) == (
        "Planned Session 2 of 2 Tuesday 15 December, 16:30 in London · 11:30 in New York, for 75 minutes. "
        f"{limit} Anna will be told. Google Calendar Outlook at work Outlook.com Close"
    )
    assert pair.mentee.newest(Kind.PLANNED).text == (
        f"Tom planned session 2 of 2: Tuesday 15 December, 11:30 in New York · 16:30 in London. {limit}"
    )
    ahead = pair.agreement.planned_session
    assert ahead is not None
    form = pair.mentee.does(handlers.open_move, ahead.id)
    receipt = pair.mentee.submits(handlers.move, form, starts=TUESDAY + timedelta(days=15))
    assert f" for 75 minutes. {limit} Tom will be told." in read(receipt)
    assert pair.mentor.newest(Kind.MOVED).text == (
        "Anna moved session 2 of 2.\n"
        "Before: Tuesday 15 December, 16:30 in London · 11:30 in New York.\n"
        f"Now: Wednesday 16 December, 16:30 in London · 11:30 in New York. {limit}"
    )
    pair.stage.pass_time(TUESDAY + timedelta(days=16))
    # What is over needs no word of it; it closes soon.
    assert pair.mentor.newest(Kind.MOVED).text.endswith(
        "Now: Wednesday 16 December, 16:30 in London · 11:30 in New York."
    )


def test_of_one_session_it_is_the_one(pair: Pair) -> None:
    pair.sign(terms=Terms(sessions=1))
    plan(pair)
    assert pair.mentee.newest(Kind.PLANNED).text == (
        f"Tom planned session 1 of 1: {IN_BOTH}. It is the one that you agreed on."
    )
