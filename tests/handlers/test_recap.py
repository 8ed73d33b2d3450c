"""The recap: what the mentor reads before the next session, searched and paged, each text exactly as it was written."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers import feedback as feedback_handlers
from handlers import notes as note_handlers
from handlers import recap as handlers
from handlers import sessions as session_handlers
from handlers.gestures import Answer, Nothing, Place
from handlers.ids import Action
from handlers.views.notes import text_field
from handlers.views.pages import MOST_BLOCKS, MOST_BYTES
from mentoring.agreement import Terms
from mentoring.calendar import RatingDelay
from mentoring.due import Kind
from mentoring.ids import SessionId
from mentoring.refusal import NotFound
from tests.handlers.company import Scenes
from tests.handlers.meetings import hold, plan, refused
from tests.handlers.stage import LONDON, PURPOSE, Pair, Someone, buttons, payload_of, shown, told, words

FIRST = datetime(2026, 11, 24, 16, 30, tzinfo=LONDON)
HARD = [
    "x" * 3000,
    "&" * 3000,
    "🦊" * 3000,
    "שלום, זה עבד היטב",
    "<!channel> <@UANNA> <#C1|x> <https://a.example|b> &lt;b&gt; &amp; *bold* _it_ `code` ~no~ :fox_face:",
]


def note(pair: Pair, session_id: SessionId, text: str) -> None:
    form = pair.mentor.does(note_handlers.open_notes, f"{pair.agreement.id}/{session_id}")
    assert pair.mentor.submits(note_handlers.write_note, form, **{text_field(session_id): text}) == Nothing()


def rate(pair: Pair, session_id: SessionId, score: int, said: str = "", share: str = "share") -> None:
    """Answer as soon as it is asked."""
    pair.stage.pass_time(pair.agreement.session(session_id).ends + timedelta(days=4))
    pair.mentee.does(feedback_handlers.rate, f"{session_id}/{score}")
    if said:
        form = pair.mentee.does(feedback_handlers.open_words, session_id)
        pair.mentee.submits(feedback_handlers.add_words, form, words=said, share=share)


@pytest.fixture
def signed(pair: Pair, scenes: Scenes) -> Pair:
    scenes.live(pair, Pair.sign, terms=Terms(sessions=12, rating_after=RatingDelay.TWO_DAYS))
    return pair


def weeks(count: int) -> list[datetime]:
    return [FIRST + timedelta(weeks=week) for week in range(count)]


@pytest.fixture
def three(signed: Pair, scenes: Scenes) -> tuple[SessionId, ...]:
    return scenes.live(signed, hold_three)


def hold_three(pair: Pair) -> tuple[SessionId, ...]:
    """Three held sessions, the first two rated 3 and 5 and released, the third not asked about yet."""
    held = []
    for starts, score, said, share in zip(
        weeks(2), (3, 5), ("Clear questions", "Only for me"), ("share", "keep"), strict=True
    ):
        held.append(hold(pair, starts))
        note(pair, held[-1], f"Talked about {'hiring' if score == 3 else 'the board'}")
        rate(pair, held[-1], score, said, share)
    return *held, hold(pair, weeks(3)[2])


def act(one: Someone, handler: Any, page: Answer, value: str = "", **typed: str | None) -> Answer:
    view = payload_of(shown(page), {str(Action.RECAP_SEARCH): typed.get("query")} if typed else {})
    answer: Answer = handler(one.gesture(Place.MODAL, value, view=view))
    return answer


def numbers(page: Answer) -> list[int]:
    """Which sessions a page shows, in order."""
    return [int(n) for n in re.findall(r"\*Session (\d+)\*", words(shown(page)))]


# --- a page


def test_the_recap_before_anything_was_held(signed: Pair) -> None:
    assert words(shown(signed.mentor.types(handlers.open_recap))) == (
        f"Recap What Anna wants from it {PURPOSE} 0 of 12 sessions held. No session is planned. "
        "Search notes and words Nothing here yet. After the first session your notes and the ratings stand here. "
        "Search Close"
    )


def test_the_recap_newest_first_and_what_is_not_there_draws_no_row(
    signed: Pair, three: tuple[SessionId, ...]
) -> None:
    plan(signed, weeks(4)[3])

    page = signed.mentor.types(handlers.open_recap)

    assert words(shown(page)) == (
        f"Recap What Anna wants from it {PURPOSE} 3 of 12 sessions held. "
        "Next: session 4 of 12, Tuesday 15 December, 16:30 in London · 11:30 in New York. "
        "Ratings so far: 3 → 5. The last is ▲ higher than the time before. Search notes and words "
        "*Session 3* · Tuesday 8 December 2026\nRating: Not yet Write notes "
        "*Session 2* · Tuesday 1 December 2026\nRating: 5 of 5 ●●●●● Edit notes Your notes Talked about the board "
        "*Session 1* · Tuesday 24 November 2026\nRating: 3 of 5 ●●●○○ Edit notes "
        "Anna's words Clear questions Your notes Talked about hiring Search Close"
    )


def test_sealed_answers_read_not_yet_and_none_reads_no_rating(signed: Pair) -> None:
    session_id = hold(signed, FIRST)
    rate(signed, session_id, 2, "Too long")
    assert "Rating: Not yet" in words(shown(signed.mentor.types(handlers.open_recap)))
    assert "Too long" not in words(shown(signed.mentor.types(handlers.open_recap)))

    signed.mentee.does(feedback_handlers.skip, session_id)
    assert "Rating: Not yet" in words(shown(signed.mentor.types(handlers.open_recap)))
    signed.stage.pass_time(timedelta(days=21))

    page = words(shown(signed.mentor.types(handlers.open_recap)))
    assert "Rating: No rating" in page
    assert "Too long" not in page


@pytest.mark.parametrize(
    ("scores", "trend"),
    [
        ((4,), None),
        ((4, 4), "Ratings so far: 4 → 4. The last is = the same as the time before."),
        ((4, 2), "Ratings so far: 4 → 2. The last is ▼ lower than the time before."),
    ],
)
def test_the_trend_is_said_in_words_and_symbols(
    signed: Pair, scores: tuple[int, ...], trend: str | None
) -> None:
    for starts, score in zip(weeks(len(scores)), scores, strict=True):
        rate(signed, hold(signed, starts), score)
    signed.stage.pass_time(timedelta(days=21))

    page = words(shown(signed.mentor.types(handlers.open_recap)))

    assert (trend in page) if trend else ("Ratings so far" not in page)


@pytest.mark.parametrize("text", HARD)
def test_texts_stand_exactly_as_they_were_written(signed: Pair, text: str) -> None:
    session_id = hold(signed, FIRST)
    note(signed, session_id, text)
    rate(signed, session_id, 4, text)
    signed.stage.pass_time(timedelta(days=21))

    drawn = shown(signed.mentor.types(handlers.open_recap)).to_dict()

    quotes = [e for b in drawn["blocks"] if b["type"] == "rich_text" for e in b["elements"]]
    quoted = [q["elements"] for q in quotes if q["type"] == "rich_text_quote"]
    assert quoted[1:] == [[{"type": "text", "text": text}]] * 2
    assert text not in json.dumps(
        [b for b in drawn["blocks"] if b["type"] != "rich_text"], ensure_ascii=False
    )


def test_control_characters_and_turning_marks_are_left_out(signed: Pair) -> None:
    session_id = hold(signed, FIRST)

    note(signed, session_id, "left\u202eright\u0000\u0008 still left")

    assert "leftright still left" in words(shown(signed.mentor.types(handlers.open_recap)))


# --- searching


def test_searching_on_enter_filters_and_blank_shows_all(signed: Pair, three: tuple[SessionId, ...]) -> None:
    page = signed.mentor.types(handlers.open_recap)
    search = next(b for b in shown(page).to_dict()["blocks"] if b["type"] == "input")
    assert search["dispatch_action"] is True

    assert numbers(act(signed.mentor, handlers.search_recap, page, query="BOARD talked")) == [2]
    assert numbers(act(signed.mentor, handlers.search_recap, page, query="clear")) == [1]
    assert numbers(act(signed.mentor, handlers.search_recap, page, query=None)) == [3, 2, 1]
    none = act(signed.mentor, handlers.search_recap, page, query="Only for me")
    assert "No session's notes or shared words have all of these words." in words(shown(none))


def test_the_search_button_searches_too(signed: Pair, three: tuple[SessionId, ...]) -> None:
    page = signed.mentor.types(handlers.open_recap)

    found = signed.mentor.submits(handlers.search_recap, page, **{str(Action.RECAP_SEARCH): "hiring"})

    assert numbers(found) == [1]


# --- paging


def pages(one: Someone, page: Answer) -> list[Answer]:
    """The page and all earlier ones."""
    found = [page]
    while (value := earlier_in(found[-1])) is not None:
        found.append(act(one, handlers.earlier, found[-1], value))
    return found


def earlier_in(page: Answer) -> str | None:
    return next((v for k, v in buttons(shown(page)).items() if k.startswith("Earlier")), None)


def test_long_texts_are_paged_within_slacks_limits(signed: Pair) -> None:
    for starts in weeks(12):
        session_id = hold(signed, starts)
        note(signed, session_id, "🦊" * 2990 + " note")
        rate(signed, session_id, 4, "🦊" * 2990 + " words")
    signed.stage.pass_time(timedelta(days=21))

    first = signed.mentor.types(handlers.open_recap)
    found = pages(signed.mentor, first)

    assert len(found) == 6
    assert [n for page in found for n in numbers(page)] == list(range(12, 0, -1))
    for page in found:
        drawn = shown(page).to_dict()
        assert len(drawn["blocks"]) <= MOST_BLOCKS
        assert len(json.dumps(drawn)) <= MOST_BYTES
    assert "Earlier (10)" in buttons(shown(first))
    assert "Newest" not in buttons(shown(first))
    assert words(shown(found[1])).startswith("Recap Earlier sessions with Anna Search notes and words")
    newest = act(signed.mentor, handlers.search_recap, found[-1], buttons(shown(found[-1]))["Newest"])
    assert words(shown(newest)) == words(shown(first))
    filtered = act(signed.mentor, handlers.search_recap, first, query="words")
    second = act(signed.mentor, handlers.earlier, filtered, earlier_in(filtered) or "", query="words")
    assert numbers(second) == [10, 9]


def test_twelve_sessions_with_short_texts_are_one_page(signed: Pair) -> None:
    for starts in weeks(12):
        session_id = hold(signed, starts)
        note(signed, session_id, "A line or two about what we said")
        rate(signed, session_id, 4, "Good questions")
    signed.stage.pass_time(timedelta(days=21))

    page = signed.mentor.types(handlers.open_recap)

    assert numbers(page) == list(range(12, 0, -1))
    assert earlier_in(page) is None


def test_a_cursor_that_makes_no_sense_shows_the_newest(signed: Pair, three: tuple[SessionId, ...]) -> None:
    page = signed.mentor.types(handlers.open_recap)

    assert numbers(act(signed.mentor, handlers.earlier, page, "soon")) == [3, 2, 1]
    assert numbers(act(signed.mentor, handlers.earlier, page, "1")) == []


# --- ways in


def test_the_reminder_opens_it(signed: Pair, three: tuple[SessionId, ...]) -> None:
    plan(signed, weeks(4)[3])
    signed.stage.pass_time(weeks(4)[3] - timedelta(hours=1))

    button = signed.mentor.newest(Kind.REMINDER).buttons["Open recap"]

    assert numbers(signed.mentor.does(handlers.open_recap, button)) == [3, 2, 1]


def test_editing_a_note_comes_back_to_the_recap(signed: Pair, three: tuple[SessionId, ...]) -> None:
    page = signed.mentor.types(handlers.open_recap)
    edit = [
        b["accessory"] for b in shown(page).to_dict()["blocks"] if b["type"] == "section" and "accessory" in b
    ]
    assert [(e["text"]["text"], e["accessibility_label"]) for e in edit] == [
        ("Write notes", "Write notes: session 3 of 12"),
        ("Edit notes", "Edit notes: session 2 of 12"),
        ("Edit notes", "Edit notes: session 1 of 12"),
    ]
    form = signed.mentor.does(note_handlers.open_notes, edit[1]["value"], place=Place.MODAL)
    assert "Talked about the board" in words(shown(form))

    again = signed.mentor.submits(
        note_handlers.write_note, form, **{text_field(three[1]): "The board, twice"}
    )

    assert "Your notes The board, twice" in words(shown(again))
    assert numbers(again) == [3, 2, 1]


def test_several_mentees_are_picked_from(signed: Pair) -> None:
    other = Pair(signed.stage, mentor=signed.mentor, mentee=signed.stranger, stranger=signed.mentee)
    other.sign()

    picker = signed.mentor.types(handlers.open_recap)

    assert set(buttons(shown(picker)).values()) == {
        f"recap/{signed.agreement.id}",
        f"recap/{other.agreement.id}",
    }
    chosen = signed.mentor.types(handlers.open_recap, "<@UMAYA|maya>")
    assert "What Maya wants from it" in words(shown(chosen))


def test_the_word_for_whoever_is_no_mentor(signed: Pair) -> None:
    for one in (signed.mentee, signed.stranger):
        assert told(one.types(handlers.open_recap)) == (
            "The recap is the mentor's: the ratings they may read, words that were shared, and notes of their own. "
            "You have none as a mentor."
        )


def test_someone_elses_recap_reads_as_a_missing_one(signed: Pair, three: tuple[SessionId, ...]) -> None:
    page = signed.mentor.types(handlers.open_recap)

    for one in (signed.mentee, signed.stranger):
        assert isinstance(refused(act, one, handlers.search_recap, page), NotFound)
        assert isinstance(refused(act, one, handlers.earlier, page, "1"), NotFound)
    for value in (signed.agreement.id, "nothing"):
        assert isinstance(refused(signed.stranger.does, handlers.open_recap, value), NotFound)
    assert "notes" not in json.loads(shown(page).to_dict()["private_metadata"])


def test_a_note_on_a_session_cancelled_since_can_still_be_read(signed: Pair) -> None:
    session_id = hold(signed)
    note(signed, session_id, "Ask about the move")
    signed.mentee.does(session_handlers.not_held, session_id)

    view = shown(signed.mentor.types(handlers.open_recap))

    assert "*Cancelled session* · Tuesday 1 December 2026 Your notes Ask about the move" in words(view)
    assert buttons(view) == {}
