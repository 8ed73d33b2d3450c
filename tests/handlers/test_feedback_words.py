"""Her words beside the score, kept or shared as she chose; the word `feedback`; and what is nobody else's."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers import feedback as handlers
from handlers import recap as recap_handlers
from handlers.gestures import Nothing, Place
from mentoring.feedback import RatingState
from mentoring.ids import SessionId
from mentoring.refusal import NotFound
from tests.handlers.meetings import hold, read, refused
from tests.handlers.ratings import (
    CANARY,
    QUESTION,
    question,
    rate,
    rating,
)
from tests.handlers.stage import (
    LONDON,
    NEW_YORK,
    Pair,
    buttons,
    shown,
    told,
)

# --- words


def test_words_are_shared_only_by_her_choice(signed: Pair, asked: SessionId) -> None:
    rate(signed, asked, 4)
    form = signed.mentee.does(handlers.open_words, question(signed).buttons["Add words"])
    assert read(form) == (
        "Add words About session 1 of 5 with Tom, Tuesday 1 December. In your own words "
        "What made it so? What would make the next one more valuable? Who may read these words? "
        "Share them with Tom, beside the score Keep them for myself "
        "Needed if you write something, and again when you change it. "
        "What you share, Tom can read in the recap when your next session comes near; with none planned, no sooner than two weeks after "
        "your last one. Save Cancel"
    )

    why = refused(signed.mentee.submits, handlers.add_words, form, words=CANARY)
    assert (why.sentence, why.at) == ("Please choose who may read these words.", "share")
    assert signed.mentee.submits(handlers.add_words, form, words=CANARY, share="keep") == Nothing()

    kept = rating(signed, asked)
    assert kept.words is not None
    assert (kept.words.reveal(), kept.shared) == (CANARY, False)
    again = signed.mentee.does(handlers.open_words, asked)
    assert CANARY in read(again)
    assert "At the moment they are for you alone." in read(again)
    assert "initial_option" not in str(shown(again).to_dict())
    why = refused(signed.mentee.submits, handlers.add_words, again)
    assert why.at == "share"
    signed.mentee.submits(handlers.add_words, again, share="share")
    assert rating(signed, asked).shared
    assert "At the moment Tom may read them." in read(signed.mentee.does(handlers.open_words, asked))
    signed.mentee.submits(handlers.add_words, again, words=None)
    assert (rating(signed, asked).words, rating(signed, asked).shared) == (None, False)


def test_kept_words_leave_no_trace_with_the_mentor(signed: Pair, asked: SessionId) -> None:
    rate(signed, asked, 4)
    form = signed.mentee.does(handlers.open_words, asked)
    signed.mentee.submits(handlers.add_words, form, words=CANARY, share="keep")
    signed.stage.pass_time(timedelta(days=14))

    recap = read(signed.mentor.types(recap_handlers.open_recap))

    assert "Rating: 4 of 5" in recap
    assert "Kestrel" not in recap
    assert "words" not in recap.replace("Search notes and words", "").replace("Words to look for", "")


def test_words_too_long_or_before_a_number(signed: Pair, asked: SessionId) -> None:
    assert refused(signed.mentee.does, handlers.open_words, asked).sentence == (
        "Please choose a number first; words go with it."
    )
    rate(signed, asked, 2)
    form = signed.mentee.does(handlers.open_words, asked)

    why = refused(signed.mentee.submits, handlers.add_words, form, words="x" * 3001, share="keep")

    assert (why.sentence, why.at) == ("Please keep it to 3000 characters; this is 3001.", "words")
    signed.mentee.submits(handlers.add_words, form, words="&" * 3000, share="keep")
    assert rating(signed, asked).words is not None


# --- the word


def test_the_word_opens_the_open_question_with_words(signed: Pair, asked: SessionId) -> None:
    form = signed.mentee.types(handlers.show_feedback)
    assert read(form).startswith(f"Your rating {QUESTION} Your rating 1 · not a good use of my time")

    why = refused(signed.mentee.submits, handlers.change_rating, form, score="4", words=CANARY)
    assert (why.sentence, why.at) == ("Please choose who may read these words.", "share")
    assert rating(signed, asked).state is RatingState.ASKED
    why = refused(signed.mentee.submits, handlers.change_rating, form, score="none", words=CANARY)
    assert (why.sentence, why.at) == (
        "Words go with a number. Please choose one, or take the words out.",
        "words",
    )
    signed.mentee.submits(handlers.change_rating, form, score="4", words=CANARY, share="share")

    saved = rating(signed, asked)
    assert saved.score is not None
    assert saved.words is not None
    assert (saved.score.reveal(), saved.words.reveal(), saved.shared) == (4, CANARY, True)
    assert question(signed).text.startswith("Recorded, thank you.")
    again = signed.mentee.does(handlers.show_feedback, signed.agreement.id, place=Place.HOME)
    assert CANARY in read(again)
    assert "No rating after all" in read(again)


def test_the_word_lists_several_questions(signed: Pair, asked: SessionId) -> None:
    signed.mentee.does(handlers.skip, asked)
    second = hold(signed, datetime(2026, 12, 8, 16, 30, tzinfo=LONDON))
    third = hold(signed, datetime(2026, 12, 9, 16, 30, tzinfo=LONDON))
    signed.stage.pass_time(datetime(2026, 12, 11, 13, 0, tzinfo=NEW_YORK))

    view = signed.mentee.types(handlers.show_feedback, "<@UTOM|tom>")

    assert read(view) == (
        "Your rating Which session is it about? "
        "Session 3 of 5 with Tom, Wednesday 9 December: not answered yet. Choose "
        "Session 2 of 5 with Tom, Tuesday 8 December: not answered yet. Choose "
        "Session 1 of 5 with Tom, Tuesday 1 December: skipped; you can still answer. Choose Close"
    )
    form = signed.mentee.does(handlers.show_feedback, f"{signed.agreement.id}/{second}", place=Place.MODAL)
    assert "session 2 with Tom" in read(form)
    rate(signed, second, 3)
    assert "session 3 with Tom" in read(signed.mentee.types(handlers.show_feedback))
    rate(signed, third, 3)
    assert "answered; you can change it." in read(signed.mentee.types(handlers.show_feedback))


def test_the_word_where_there_is_nothing_to_rate(signed: Pair) -> None:
    assert told(signed.mentee.types(handlers.show_feedback)) == (
        "There is no question open for you now. I ask you privately, some days after each session."
    )
    assert told(signed.mentor.types(handlers.show_feedback)) == (
        "It is Anna whom I ask, privately, some days after each session. "
        "What you may read of it stands in your recap: `/mentor recap` opens it."
    )
    assert told(signed.stranger.types(handlers.show_feedback)) == (
        "There is no session to look back on now. `/mentor start` begins a mentoring."
    )
    assert told(signed.mentee.types(handlers.show_feedback, "@maya")) == (
        "You have no agreement with that person. `/mentor` shows what there is."
    )


def test_the_word_before_both_have_signed(pair: Pair) -> None:
    pair.propose()

    assert told(pair.mentee.types(handlers.show_feedback)) == (
        "Nothing is signed by both of you yet. `/mentor` shows where it stands and what you can do."
    )


# --- others


@pytest.mark.parametrize(
    "handler", [handlers.skip, handlers.undo_skip, handlers.open_words, handlers.open_change]
)
def test_the_rating_is_hers_alone(signed: Pair, asked: SessionId, handler: Any) -> None:
    for one in (signed.mentor, signed.stranger):
        for value in (asked, "nothing"):
            assert isinstance(refused(one.does, handler, value), NotFound)


def test_nobody_else_rates_or_sends_her_forms(signed: Pair, asked: SessionId) -> None:
    change = signed.mentee.does(handlers.open_change, asked)
    rate(signed, asked, 3)
    write = signed.mentee.does(handlers.open_words, asked)
    before = signed.agreement

    for one in (signed.mentor, signed.stranger):
        assert isinstance(refused(one.does, handlers.rate, f"{asked}/1"), NotFound)
        assert isinstance(refused(one.submits, handlers.change_rating, change, score="1"), NotFound)
        assert isinstance(refused(one.submits, handlers.add_words, write, words="x", share="share"), NotFound)
        assert isinstance(refused(one.does, handlers.show_feedback, "nothing"), NotFound)
    assert signed.agreement == before


@pytest.mark.parametrize("value", ["6", "0", "", "four"])
def test_a_score_that_there_is_not(signed: Pair, asked: SessionId, value: str) -> None:
    assert refused(signed.mentee.does, handlers.rate, f"{asked}/{value}").sentence == (
        "Please choose a number from 1 to 5."
    )


def test_nothing_she_wrote_or_scored_is_in_a_message_or_metadata(signed: Pair, asked: SessionId) -> None:
    rate(signed, asked, 4)
    form = signed.mentee.does(handlers.open_words, asked)
    signed.mentee.submits(handlers.add_words, form, words=CANARY, share="share")
    for opened in (
        signed.mentee.does(handlers.open_words, asked),
        signed.mentee.does(handlers.open_change, asked),
        signed.mentee.types(handlers.show_feedback),
    ):
        assert json.loads(shown(opened).to_dict()["private_metadata"]) == {"session": asked}
    signed.stage.pass_time(timedelta(days=20))

    for one in (signed.mentor, signed.mentee):
        for message in one.messages:
            assert "Kestrel" not in json.dumps([message.text, message.blocks])
            assert all(value not in {"4", f"{asked}/4"} for value in buttons(message.blocks).values())
