"""The private rating: asked, saved with one click, never with its number in a message, changed, skipped, closed, released."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers import closing as closing_handlers
from handlers import feedback as handlers
from handlers import sessions as session_handlers
from handlers.gestures import Nothing
from mentoring.agreement import Terms
from mentoring.due import Kind
from mentoring.feedback import RatingState
from mentoring.ids import SessionId
from tests.handlers.company import Scenes, company
from tests.handlers.meetings import TUESDAY, hold, read, refused
from tests.handlers.ratings import (
    ASKED,
    CANARY,
    CLOSED,
    NOT_ANONYMOUS,
    QUESTION,
    SUBJECT,
    WHEN_SEEN,
    question,
    rate,
    rating,
)
from tests.handlers.stage import (
    NEW_YORK,
    Pair,
)

A_FORTNIGHT_LATER = TUESDAY + timedelta(days=14)


# --- the question


def test_the_question_says_who_will_see_the_answer_and_when(signed: Pair, asked: SessionId) -> None:
    message = question(signed)

    assert message.at == ASKED
    assert message.text == f"{QUESTION} {WHEN_SEEN} {NOT_ANONYMOUS}"
    assert message.buttons == {
        "1 · not a good use of my time": f"{asked}/1",
        "2": f"{asked}/2",
        "3": f"{asked}/3",
        "4": f"{asked}/4",
        "5 · a very good use": f"{asked}/5",
        "It didn't happen": asked,
        "Skip": asked,
    }
    elements = [e for block in message.blocks if block["type"] == "actions" for e in block["elements"]]
    assert [e["accessibility_label"] for e in elements] == [
        "1 of 5: not a good use of my time",
        "2 of 5",
        "3 of 5",
        "4 of 5",
        "5 of 5: a very good use of my time",
        "Session 1 of 5 didn't happen",
        "Skip the question about session 1 of 5",
    ]
    assert [e["action_id"] for e in elements[:5]] == [f"rate_{score}" for score in range(1, 6)]


def test_when_it_is_seen_with_a_session_ahead(signed: Pair, asked: SessionId) -> None:
    form = signed.mentor.does(session_handlers.open_plan, signed.agreement.id)
    signed.mentor.submits(session_handlers.plan, form, starts=A_FORTNIGHT_LATER)

    assert (
        "Tom can read your answer in the recap when your next session comes near, not before. Until then"
        in question(signed).text
    )


def test_when_it_is_seen_after_the_last_session(pair: Pair) -> None:
    pair.sign(terms=Terms(sessions=1))
    session_id = hold(pair)
    pair.stage.pass_time(ASKED)

    assert (
        "Tom can read your answer in the recap as this agreement comes to its close, "
        "no sooner than a week after your last session. Until then" in question(pair).text
    )
    pair.stage.pass_time(timedelta(days=6))
    assert "Tom can read your answer in the recap once this agreement has closed." in question(pair).text
    rate(pair, session_id, 4)
    assert list(question(pair).buttons) == ["Add words", "Change"]
    pair.stage.pass_time(timedelta(days=8))
    assert (question(pair).text, question(pair).buttons) == (
        f"Recorded, thank you. Tom can read it now. {SUBJECT}.",
        {},
    )


# --- one click


@pytest.mark.parametrize("score", range(1, 6))
def test_one_click_saves_and_the_message_no_longer_says_a_number(
    signed: Pair, asked: SessionId, score: int
) -> None:
    assert rate(signed, asked, score) == Nothing()
    assert rate(signed, asked, score) == Nothing()  # a double click

    saved = rating(signed, asked)
    assert saved.score is not None
    assert (saved.state, saved.score.reveal(), saved.revision) == (RatingState.ANSWERED, score, 1)
    message = question(signed)
    assert message.text == f"Recorded, thank you. {SUBJECT}. {WHEN_SEEN}"
    assert message.buttons == {
        "Add words": asked,
        "Change": asked,
        "Change how we work": signed.agreement.id,
        "End": signed.agreement.id,
    }


def told_of(pair: Pair) -> list[tuple[Kind, datetime, str, str]]:
    """Everything that either of the pair has been told, with ids that differ by chance taken out."""
    chance: dict[str, str] = {pair.agreement.id: "agreement"}
    for place, session in enumerate(pair.agreement.sessions):
        chance[session.id] = f"session {place}"
    said = []
    for one in (pair.mentor, pair.mentee):
        for message in one.messages:
            drawn = json.dumps([message.text, message.blocks])
            for made_up, stands_for in chance.items():
                drawn = drawn.replace(made_up, stands_for)
            said.append((message.kind, message.at, drawn, one.user_id))
    return said


def go_through(pair: Pair, score: int, share: str | None) -> list[Any]:
    """Rate a session so, with words or without, and let time pass beyond its release; what was told at each step."""
    session_id = hold(pair)
    pair.stage.pass_time(ASKED)
    rate(pair, session_id, score)
    steps = [told_of(pair)]
    if share is not None:
        form = pair.mentee.does(handlers.open_words, session_id)
        pair.mentee.submits(handlers.add_words, form, words=CANARY, share=share)
    steps.append(told_of(pair))
    pair.stage.pass_time(timedelta(days=3))
    steps.append(told_of(pair))
    form = pair.mentor.does(session_handlers.open_plan, pair.agreement.id)
    pair.mentor.submits(session_handlers.plan, form, starts=A_FORTNIGHT_LATER)
    pair.stage.pass_time(A_FORTNIGHT_LATER - timedelta(minutes=5))
    steps.append(told_of(pair))
    return steps


@pytest.fixture
def another(empty_database: Path, tmp_path: Path, scenes: Scenes) -> Iterator[Pair]:
    """The same pair once more, in a database of its own."""
    with company(empty_database, tmp_path / "another.db") as pair:
        scenes.live(pair, Pair.sign)
        yield pair


@pytest.mark.parametrize(
    ("score", "share"), [(1, None), (5, None), (3, "keep"), (3, "share"), (1, "share"), (5, "keep")]
)
def test_what_is_told_is_the_same_whatever_she_answered(
    signed: Pair, another: Pair, score: int, share: str | None
) -> None:
    assert go_through(another, score, share) == go_through(signed, 3, None)


# --- changing


def test_the_score_is_changed_in_a_modal(signed: Pair, asked: SessionId) -> None:
    rate(signed, asked, 2)
    form = signed.mentee.does(handlers.open_change, question(signed).buttons["Change"])
    assert read(form).startswith(
        f"Change your rating {QUESTION} Your rating 1 · not a good use of my time 2 3 4"
    )
    assert "No rating after all" in read(form)

    assert signed.mentee.submits(handlers.change_rating, form, score="5") == Nothing()

    saved = rating(signed, asked).score
    assert saved is not None
    assert saved.reveal() == 5
    assert question(signed).text == f"Recorded, thank you. {SUBJECT}. {WHEN_SEEN}"


def test_a_form_without_a_number(signed: Pair, asked: SessionId) -> None:
    form = signed.mentee.does(handlers.open_change, asked)

    why = refused(signed.mentee.submits, handlers.change_rating, form)

    assert (why.sentence, why.at) == ("Please choose a number from 1 to 5.", "score")


def test_no_rating_after_all_is_a_skip_that_can_be_undone(signed: Pair, asked: SessionId) -> None:
    rate(signed, asked, 2)
    form = signed.mentee.does(handlers.open_change, asked)
    signed.mentee.submits(handlers.change_rating, form, score="none")
    assert question(signed).text == f"Skipped. Nobody is told. {SUBJECT}."

    assert signed.mentee.does(handlers.undo_skip, question(signed).buttons["Undo"]) == Nothing()

    assert question(signed).text.startswith("Recorded, thank you.")
    assert rating(signed, asked).state is RatingState.ANSWERED


# --- skipping


def test_a_skip_is_told_to_nobody_and_can_be_undone_for_ten_minutes(signed: Pair, asked: SessionId) -> None:
    before = len(signed.mentor.messages)
    assert signed.mentee.does(handlers.skip, asked) == Nothing()
    signed.mentee.does(handlers.skip, asked)  # a double click
    assert (question(signed).text, question(signed).buttons) == (
        f"Skipped. Nobody is told. {SUBJECT}.",
        {"Undo": asked},
    )

    signed.mentee.does(handlers.undo_skip, asked)
    assert question(signed).text.startswith(QUESTION)
    signed.mentee.does(handlers.undo_skip, asked)  # a double click
    signed.mentee.does(handlers.skip, asked)
    signed.stage.pass_time(timedelta(minutes=10))

    assert (question(signed).text, question(signed).buttons) == (f"Skipped. Nobody is told. {SUBJECT}.", {})
    assert refused(signed.mentee.does, handlers.undo_skip, asked).sentence == (
        "The ten minutes for undoing have passed. You can still answer with `/mentor feedback`."
    )
    assert len(signed.mentor.messages) == before
    rate(signed, asked, 3)
    assert question(signed).text.startswith("Recorded, thank you.")


# --- reminding and closing


def test_one_reminder_two_days_later_then_silence(signed: Pair, asked: SessionId) -> None:
    signed.stage.pass_time(timedelta(days=13))

    kinds = [message.kind for message in signed.mentee.messages]
    assert kinds.count(Kind.RATING_REMINDER) == 1
    reminder = signed.mentee.newest(Kind.RATING_REMINDER)
    assert reminder.at == datetime(2026, 12, 7, 9, 0, tzinfo=NEW_YORK)
    assert reminder.text == f"A reminder, the only one. {question(signed).text}"
    rate(signed, asked, 1)
    assert question(signed).text == f"Recorded, thank you. {SUBJECT}. {WHEN_SEEN}"
    # Told apart from the question, and as good to go on from.
    answered = signed.mentee.newest(Kind.RATING_REMINDER)
    assert answered.text == f"Recorded, thank you. Reminder of session 1 with Tom, 1 December. {WHEN_SEEN}"
    assert answered.buttons == question(signed).buttons


def test_a_question_closes_quietly(signed: Pair, asked: SessionId) -> None:
    form = signed.mentee.does(handlers.open_change, asked)
    signed.stage.pass_time(timedelta(days=14, minutes=1))

    assert (question(signed).text, question(signed).buttons) == (
        f"This question has closed. There is nothing left to do. {SUBJECT}.",
        {},
    )
    for handler in (handlers.open_change, handlers.open_words, handlers.skip, handlers.undo_skip):
        assert refused(signed.mentee.does, handler, asked).sentence == CLOSED
    assert refused(rate, signed, asked, 4).sentence == CLOSED
    assert refused(signed.mentee.submits, handlers.change_rating, form, score="4").sentence == CLOSED


def test_an_answer_that_is_read_now_stays_as_it_is(signed: Pair, asked: SessionId) -> None:
    rate(signed, asked, 4)
    form = signed.mentee.does(handlers.open_words, asked)
    signed.stage.pass_time(timedelta(days=13))

    assert (question(signed).text, question(signed).buttons) == (
        f"Recorded, thank you. Tom can read it now. {SUBJECT}.",
        {},
    )
    assert (
        refused(signed.mentee.submits, handlers.add_words, form, words="x", share="keep").sentence == CLOSED
    )


def test_an_answer_not_yet_released_can_no_longer_be_changed_after_two_weeks(
    signed: Pair, asked: SessionId
) -> None:
    rate(signed, asked, 4)
    form = signed.mentor.does(session_handlers.open_plan, signed.agreement.id)
    signed.mentor.submits(session_handlers.plan, form, starts=A_FORTNIGHT_LATER + timedelta(days=30))

    signed.stage.pass_time(timedelta(days=14))

    assert (question(signed).text, question(signed).buttons) == (
        f"Recorded, thank you. {SUBJECT}.",
        {},
    )


@pytest.mark.parametrize("score", [None, 1, 5])
def test_a_session_that_did_not_happen_withdraws_its_question(
    signed: Pair, asked: SessionId, score: int | None
) -> None:
    if score:
        rate(signed, asked, score)
    signed.mentee.does(session_handlers.not_held, asked)

    assert (question(signed).text, question(signed).buttons) == (
        f"This question has closed, because the session isn't counted. Nothing was passed on. {SUBJECT}.",
        {},
    )
    assert refused(rate, signed, asked, 2).sentence == CLOSED
    signed.mentee.does(session_handlers.undo_cancel, asked)
    restored = "Recorded, thank you." if score else QUESTION
    assert question(signed).text.startswith(restored)


@pytest.mark.parametrize("score", [None, 1, 5])
def test_ending_early_withdraws_the_question(signed: Pair, asked: SessionId, score: int | None) -> None:
    if score:
        rate(signed, asked, score)
    form = signed.mentee.does(closing_handlers.ask_end, signed.agreement.id)
    signed.mentee.submits(closing_handlers.end, form)

    assert (question(signed).text, question(signed).buttons) == (
        f"This question has closed with the agreement. Nothing was passed on. {SUBJECT}.",
        {},
    )
    assert refused(rate, signed, asked, 2).sentence == CLOSED


@pytest.mark.parametrize("score", [None, 3])
def test_an_end_taken_back_brings_the_question_back(
    signed: Pair, asked: SessionId, score: int | None
) -> None:
    if score:
        rate(signed, asked, score)
    before = question(signed)
    form = signed.mentee.does(closing_handlers.ask_end, signed.agreement.id)
    signed.mentee.submits(closing_handlers.end, form)
    assert question(signed).buttons == {}

    signed.mentee.does(closing_handlers.undo_close, signed.agreement.id)

    assert (question(signed).text, question(signed).buttons) == (before.text, before.buttons)
