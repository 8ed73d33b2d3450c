"""Sessions as the pair meets them: the card, the reminder, the end; and what others learn of them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers import closing as closing_handlers
from handlers import sessions as handlers
from mentoring.agreement import Terms
from mentoring.due import Kind
from mentoring.refusal import NotFound
from tests.handlers.meetings import IN_BOTH, PLACE, THURSDAY, TUESDAY, cancel, hold, plan, read, refused
from tests.handlers.stage import LONDON, Pair, buttons, payload_of, shown, told

NOT_FOUND = "I can't find that any more. It may have moved on; `/mentor` shows what there is now."


# --- the card and the word


def test_the_word_shows_a_card_with_what_fits(signed: Pair) -> None:
    card = signed.mentor.types(handlers.show_session)
    assert read(card) == (
        "Sessions Your sessions with Anna 0 of 5 held so far. No session is planned. "
        "Plan a session Log one that happened Pause A guide to the session Close"
    )

    session_id = plan(signed, place=PLACE)

    card = signed.mentor.types(handlers.show_session, "<@UANNA|anna>")
    assert read(card) == (
        "Sessions Your sessions with Anna 0 of 5 held so far. Session 1 of 5 "
        f"Tuesday 1 December, 16:30 in London · 11:30 in New York, for 75 minutes. Where {PLACE} "
        "Move it Cancel session Add to calendar Log one that happened Pause A guide to the session Close"
    )
    assert buttons(shown(card)) == {
        "Move it": session_id,
        "Cancel session": session_id,
        "Add to calendar": session_id,
        "Log one that happened": signed.agreement.id,
        "Pause": signed.agreement.id,
        "A guide to the session": signed.agreement.id,
    }


def test_the_card_when_all_sessions_are_used(pair: Pair) -> None:
    pair.sign(terms=Terms(sessions=1))
    hold(pair)

    card = pair.mentee.types(handlers.show_session)

    assert read(card) == (
        "Sessions Your sessions with Tom 1 of 1 held so far. No further session can be planned. "
        f"Last: session 1 of 1 {IN_BOTH}. It didn't happen What came of it Close"
    )


def test_the_word_for_someone_without_a_mentoring(signed: Pair) -> None:
    assert told(signed.stranger.types(handlers.show_session)) == (
        "You have no mentoring under way, so there are no sessions. `/mentor start` begins one."
    )


def test_no_session_beyond_the_limit(pair: Pair) -> None:
    pair.sign(terms=Terms(sessions=1))
    open_form = pair.mentor.does(handlers.open_log, pair.agreement.id)
    assert "It counts as the one that you agreed on, and Anna will be told." in read(open_form)
    plan(pair)
    full = "The one session that you agreed on is used, so no further one can be added."

    assert refused(pair.mentor.does, handlers.open_log, pair.agreement.id).sentence == full
    why = refused(pair.mentor.submits, handlers.log, open_form, starts=pair.stage.now - timedelta(hours=3))
    assert (why.sentence, why.at) == (full, "starts")
    pair.stage.pass_time(TUESDAY + timedelta(hours=2))
    assert pair.mentor.newest(Kind.SESSION_ENDED).text == (
        "Session 1 of 1 with Anna has ended. It was the one that you agreed on. A few lines now keep what mattered."
    )
    assert refused(pair.mentee.does, handlers.open_plan, pair.agreement.id).sentence == full


# --- what the clock brings


def test_the_reminders_before_the_last_session(pair: Pair) -> None:
    pair.sign(terms=Terms(sessions=2))
    first = hold(pair, datetime(2026, 11, 24, 16, 30, tzinfo=LONDON))
    session_id = plan(pair)

    pair.stage.pass_time(TUESDAY - timedelta(minutes=1))

    to_mentor, to_mentee = pair.mentor.newest(Kind.REMINDER), pair.mentee.newest(Kind.REMINDER)
    assert to_mentor.text == (
        "Coming up: session 2 of 2 with Anna, Tuesday 1 December, 16:30 in London · 11:30 in New York. "
        "It is the last of the 2 that you agreed on."
    )
    assert to_mentor.buttons == {"Open recap": pair.agreement.id, "Move it": session_id}
    assert to_mentee.text == (
        f"Coming up: session 2 of 2 with Tom, {IN_BOTH}. It is the last of the 2 that you agreed on. Nothing to prepare. "
        "If you'd like, jot down what came of last time, for yourself or to share."
    )
    assert to_mentee.buttons == {"What came of it": first, "Move it": session_id}
    pair.stage.pass_time(TUESDAY + timedelta(minutes=75))
    past = pair.mentor.newest(Kind.REMINDER)
    assert past.text.startswith("Session 2 of 2 with Anna, Tuesday 1 December, 16:30 in London")
    assert list(past.buttons) == ["Open recap"]
    assert pair.mentee.newest(Kind.REMINDER).text == f"Session 2 of 2 with Tom, {IN_BOTH}."
    assert list(pair.mentee.newest(Kind.REMINDER).buttons) == ["What came of it"]
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

    assert signed.mentee.newest(Kind.REMINDER).text == f"Session 1 of 5 with Tom, {IN_BOTH}, is cancelled."
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
    assert Kind.SESSION_ENDED not in {m.kind for m in signed.mentee.messages}
    plan(signed, TUESDAY + timedelta(days=14))
    ended = signed.mentor.newest(Kind.SESSION_ENDED)
    assert ended.text.endswith(
        "The next is planned: Tuesday 15 December, 16:30 in London · 11:30 in New York."
    )
    assert list(ended.buttons) == ["Write notes", "It didn't happen"]


def test_only_the_newest_message_at_an_end_offers_to_plan_the_next(signed: Pair) -> None:
    hold(signed)
    (first,) = [m for m in signed.mentor.messages if m.kind is Kind.SESSION_ENDED]

    hold(signed, TUESDAY + timedelta(days=14))

    earlier, newest = [m for m in signed.mentor.messages if m.kind is Kind.SESSION_ENDED]
    assert earlier.row_id == first.row_id
    assert "Plan the next" not in earlier.buttons
    assert "Plan the next" in newest.buttons


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
    form = signed.mentor.does(closing_handlers.ask_end, signed.agreement.id)
    signed.mentor.submits(closing_handlers.end, form)

    for handler, value in (
        (handlers.open_plan, signed.agreement.id),
        (handlers.open_log, signed.agreement.id),
        (handlers.open_move, session_id),
    ):
        assert refused(signed.mentor.does, handler, value).sentence == (
            "This mentoring is over, so its sessions can't be changed any more."
        )
