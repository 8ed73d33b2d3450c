"""The private rating: asked, saved with one click, never with its number in a message, changed, skipped, closed, released."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers import agreement as agreement_handlers
from handlers import feedback as handlers
from handlers import recap as recap_handlers
from handlers import sessions as session_handlers
from handlers.gestures import Answer, Nothing, Place
from mentoring.agreement import Terms
from mentoring.feedback import Rating, RatingState
from mentoring.ids import SessionId
from mentoring.messages import Kind
from mentoring.refusal import NotFound, Refused
from playground.blockkit import check_blocks, check_view
from storage.database import Database
from storage.vault import MasterKey, Vault
from tests.handlers.stage import (
    BERLIN,
    LONDON,
    NEW_YORK,
    Delivered,
    Pair,
    Stage,
    buttons,
    shown,
    told,
    words,
)

FIRST = datetime(2026, 12, 1, 16, 30, tzinfo=LONDON)
SECOND = datetime(2026, 12, 15, 16, 30, tzinfo=LONDON)
ASKED = datetime(2026, 12, 3, 12, 45, tzinfo=NEW_YORK)
"""Two days after the first session's end, within her working hours."""
CANARY = "Kestrel <!channel> &lt; &amp; *moonlit*"
QUESTION = (
    "On a scale of 1 to 5, how valuable a use of your time was session 1 with Tom, on Tuesday 1 December?"
)
WHEN_SEEN = (
    "Tom can read your answer in the recap when your next session comes near; with none planned, no sooner than "
    "two weeks after your last one. Until then only you are shown it, and you can change it, until 17 December at the latest."
)
NOT_ANONYMOUS = "A score from one mentee can't be anonymous."
CLOSED = "This rating has closed, so it can't be given or changed any more."


def hold(pair: Pair, starts: datetime = FIRST) -> SessionId:
    form = pair.mentor.does(session_handlers.open_plan, pair.agreement.id)
    pair.mentor.submits(session_handlers.plan, form, starts=starts)
    session_id = pair.agreement.standing_sessions[-1].id
    pair.stage.pass_time(starts + timedelta(minutes=75))
    return session_id


@pytest.fixture
def signed(pair: Pair) -> Pair:
    pair.sign()
    return pair


@pytest.fixture
def asked(signed: Pair) -> SessionId:
    """The first session was held, and she has just been asked."""
    session_id = hold(signed)
    signed.stage.pass_time(ASKED)
    return session_id


def rating(pair: Pair, session_id: SessionId) -> Rating:
    found = pair.agreement.session(session_id).rating
    assert found is not None
    return found


def rate(pair: Pair, session_id: SessionId, score: int) -> Answer:
    return pair.mentee.does(handlers.rate, f"{session_id}/{score}")


def question(pair: Pair) -> Delivered:
    return pair.mentee.newest(Kind.RATING)


def read(answer: Answer) -> str:
    view = shown(answer)
    assert check_view(view.to_dict()) == []
    return words(view)


def refused(answering: Any, *arguments: Any, **entered: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        answering(*arguments, **entered)
    return caught.value


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
    signed.mentor.submits(session_handlers.plan, form, starts=SECOND)

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
        "Recorded, thank you. Tom can read it now.",
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
    assert message.text == f"Recorded, thank you. {WHEN_SEEN}"
    assert message.buttons == {"Add words": asked, "Change": asked, "End": signed.agreement.id}


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
    pair.mentor.submits(session_handlers.plan, form, starts=SECOND)
    pair.stage.pass_time(SECOND - timedelta(minutes=5))
    steps.append(told_of(pair))
    return steps


@pytest.fixture
def another(empty_database: Path, tmp_path: Path) -> Iterator[Pair]:
    """The same pair once more, in a database of its own."""
    shutil.copy(empty_database, tmp_path / "another.db")
    database = Database(f"sqlite:///{tmp_path / 'another.db'}", Vault([MasterKey.of(b"k" * 32)]))
    stage = Stage(database)
    pair = Pair(
        stage,
        mentor=stage.someone("UTOM", "Tom Reed", LONDON),
        mentee=stage.someone("UANNA", "Anna Bright", NEW_YORK),
        stranger=stage.someone("UMAYA", "Maya Okafor", BERLIN),
    )
    pair.sign()
    yield pair
    database.close()


@pytest.mark.parametrize(
    ("score", "share"), [(1, None), (5, None), (3, "keep"), (3, "share"), (1, "share"), (5, "keep")]
)
def test_what_is_told_is_the_same_whatever_she_answered(
    signed: Pair, another: Pair, score: int, share: str | None
) -> None:
    assert go_through(another, score, share) == go_through(signed, 3, None)


# --- words


def test_words_are_shared_only_by_her_choice(signed: Pair, asked: SessionId) -> None:
    rate(signed, asked, 4)
    form = signed.mentee.does(handlers.open_words, question(signed).buttons["Add words"])
    assert read(form) == (
        "Add words About session 1 of 5 with Tom, Tuesday 1 December. In your own words "
        "What made it so? What would make the next one more valuable? Who may read these words? "
        "Share them with Tom, beside the score Keep them for myself "
        "Needed if you write something, and again when you change it. Save Cancel"
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
    assert question(signed).text == f"Recorded, thank you. {WHEN_SEEN}"


def test_a_form_without_a_number(signed: Pair, asked: SessionId) -> None:
    form = signed.mentee.does(handlers.open_change, asked)

    why = refused(signed.mentee.submits, handlers.change_rating, form)

    assert (why.sentence, why.at) == ("Please choose a number from 1 to 5.", "score")


def test_no_rating_after_all_is_a_skip_that_can_be_undone(signed: Pair, asked: SessionId) -> None:
    rate(signed, asked, 2)
    form = signed.mentee.does(handlers.open_change, asked)
    signed.mentee.submits(handlers.change_rating, form, score="none")
    assert question(signed).text == "Skipped. Nobody is told."

    assert signed.mentee.does(handlers.undo_skip, question(signed).buttons["Undo"]) == Nothing()

    assert question(signed).text.startswith("Recorded, thank you.")
    assert rating(signed, asked).state is RatingState.ANSWERED


# --- skipping


def test_a_skip_is_told_to_nobody_and_can_be_undone_for_ten_minutes(signed: Pair, asked: SessionId) -> None:
    before = len(signed.mentor.messages)
    assert signed.mentee.does(handlers.skip, asked) == Nothing()
    signed.mentee.does(handlers.skip, asked)  # a double click
    assert (question(signed).text, question(signed).buttons) == ("Skipped. Nobody is told.", {"Undo": asked})

    signed.mentee.does(handlers.undo_skip, asked)
    assert question(signed).text.startswith(QUESTION)
    signed.mentee.does(handlers.undo_skip, asked)  # a double click
    signed.mentee.does(handlers.skip, asked)
    signed.stage.pass_time(timedelta(minutes=10))

    assert (question(signed).text, question(signed).buttons) == ("Skipped. Nobody is told.", {})
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
    assert signed.mentee.newest(Kind.RATING_REMINDER).text == question(signed).text
    assert question(signed).text.startswith("Recorded, thank you.")


def test_a_question_closes_quietly(signed: Pair, asked: SessionId) -> None:
    form = signed.mentee.does(handlers.open_change, asked)
    signed.stage.pass_time(timedelta(days=14, minutes=1))

    assert (question(signed).text, question(signed).buttons) == (
        "This question has closed. There is nothing left to do.",
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
        "Recorded, thank you. Tom can read it now.",
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
    signed.mentor.submits(session_handlers.plan, form, starts=SECOND + timedelta(days=30))

    signed.stage.pass_time(timedelta(days=14))

    assert (question(signed).text, question(signed).buttons) == (
        "Recorded, thank you.",
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
        "This question has closed, because the session isn't counted. Nothing was passed on.",
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
    form = signed.mentee.does(agreement_handlers.ask_end, signed.agreement.id)
    signed.mentee.submits(agreement_handlers.end, form)

    assert (question(signed).text, question(signed).buttons) == (
        "This question has closed with the agreement. Nothing was passed on.",
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
    form = signed.mentee.does(agreement_handlers.ask_end, signed.agreement.id)
    signed.mentee.submits(agreement_handlers.end, form)
    assert question(signed).buttons == {}

    signed.mentee.does(agreement_handlers.undo_close, signed.agreement.id)

    assert (question(signed).text, question(signed).buttons) == (before.text, before.buttons)


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
        "There is no session to look back on yet. `/mentor start` begins a mentoring."
    )
    assert told(signed.mentee.types(handlers.show_feedback, "@maya")).startswith("There is no")


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
            assert check_blocks(message.blocks, "message") == []
            assert all(value not in {"4", f"{asked}/4"} for value in buttons(message.blocks).values())
