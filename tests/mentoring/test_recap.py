from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mentoring import feedback
from mentoring.feedback import Score, Shown
from mentoring.ids import PersonId
from mentoring.recap import Recap, Trend, recap, search
from mentoring.refusal import NotFound
from mentoring.secret import Secret
from tests.mentoring.conftest import ANNA, LONDON, TOM, Pair

TUESDAY = datetime(2026, 11, 10, 16, 30, tzinfo=LONDON)


def look_back(pair: Pair, scores: list[Score], *, share: bool = True) -> Recap:
    """Hold, note and rate a session a week apart for each score, then plan the next and come to its release."""
    written = []
    for number, score in enumerate(scores):
        id_ = pair.hold_session(TUESDAY + timedelta(weeks=number))
        written.append(pair.note(id_, f"Note {number + 1} about the Board"))
        pair.later(days=2)
        pair.rate(id_, score)
        pair.agreement = feedback.add_words(
            pair.agreement, id_, words=f"Words {number + 1}", share=share, by=ANNA.id, now=pair.now
        )
    ahead = pair.plan(TUESDAY + timedelta(weeks=len(scores)))
    pair.until(pair.agreement.session(ahead).starts)
    return recap(pair.agreement, written, [], by=TOM.id)


def test_a_score_that_cannot_be_read_is_told_from_one_that_is_not_there(active: Pair) -> None:
    look_back(active, [Score.FOUR, Score.FIVE])
    session = active.agreement.sessions[0]
    assert session.rating is not None
    lost = replace(session.rating, score=None, unreadable=True)
    active.agreement = active.agreement.with_rating(session, lost)

    found = recap(active.agreement, [], [], by=TOM.id)

    assert [(e.number, e.shown, e.score, e.unreadable) for e in found.entries] == [
        (2, Shown.SCORE, Secret(5), False),
        (1, Shown.SCORE, None, True),
    ]
    assert (found.scores, found.trend) == ((Secret(5),), None)


def test_newest_first_with_what_was_released(active: Pair) -> None:
    found = look_back(active, [Score.FOUR, Score.FIVE])
    assert [(e.number, e.shown, e.score, e.words, e.note) for e in found.entries] == [
        (2, Shown.SCORE, Secret(5), Secret("Words 2"), Secret("Note 2 about the Board")),
        (1, Shown.SCORE, Secret(4), Secret("Words 1"), Secret("Note 1 about the Board")),
    ]
    assert found.scores == (Secret(4), Secret(5))


def test_words_she_kept_draw_no_row(active: Pair) -> None:
    found = look_back(active, [Score.FOUR], share=False)
    assert found.entries[0].words is None


def test_before_the_release_there_is_no_score(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.later(days=2)
    active.rate(id_, Score.ONE)
    (entry,) = recap(active.agreement, [], [], by=TOM.id).entries
    assert (entry.shown, entry.score, entry.words, entry.note) == (Shown.NOT_YET, None, None, None)


def test_a_session_ahead_is_there_once_it_has_a_note(active: Pair) -> None:
    ahead = active.plan(TUESDAY)
    assert recap(active.agreement, [], [], by=TOM.id).entries == ()
    note = active.note(ahead, "Ask about the move")
    assert [e.note for e in recap(active.agreement, [note], [], by=TOM.id).entries] == [
        Secret("Ask about the move")
    ]


def test_a_note_outlives_its_session(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    note = active.note(id_, "Ask about the move")
    active.later(days=2)
    active.rate(id_, Score.ONE)
    active.didnt_happen(id_)
    assert recap(active.agreement, [], [], by=TOM.id).entries == ()
    (entry,) = recap(active.agreement, [note], [], by=TOM.id).entries
    assert (entry.score, entry.words, entry.note) == (None, None, Secret("Ask about the move"))


@pytest.mark.parametrize(
    ("scores", "trend"),
    [
        ([], None),
        ([Score.THREE], None),
        ([Score.THREE, Score.FOUR], Trend.UP),
        ([Score.FOUR, Score.FOUR], Trend.LEVEL),
        ([Score.FIVE, Score.FOUR], Trend.DOWN),
    ],
)
def test_the_trend_compares_the_last_two(active: Pair, scores: list[Score], trend: Trend | None) -> None:
    assert look_back(active, scores).trend is trend


def test_searching_finds_every_word_in_notes_and_shared_words(active: Pair) -> None:
    found = look_back(active, [Score.FOUR, Score.FIVE])
    assert [e.number for e in search(found, "board NOTE 1").entries] == [1]
    assert [e.number for e in search(found, " words ").entries] == [2, 1]
    assert search(found, " words ").query == "words"
    assert search(found, "nothing").entries == ()
    assert search(found, "").entries == found.entries
    assert search(found, "nothing").scores == found.scores


def test_the_recap_is_the_mentors(active: Pair) -> None:
    for person in (ANNA.id, PersonId("maya")):
        with pytest.raises(NotFound):
            recap(active.agreement, [], [], by=person)
