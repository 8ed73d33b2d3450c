"""Ratings in and out of their rows."""

from collections.abc import Sequence
from typing import Any

from mentoring.feedback import Rating, Score
from mentoring.ids import PersonId
from mentoring.secret import LOST, Secret
from storage.database import Tx
from storage.sealing import Sealed, marked, unmarked, write
from storage.tables import ratings
from storage.vault import Spot

_DIGITS = {Secret(int(score)): Secret(str(int(score))) for score in Score}
"""Scores as they are sealed."""
_SCORES = {digit: score for score, digit in _DIGITS.items()}

RATING_COLUMNS = [
    ratings.c.session_id,
    ratings.c.asked_at,
    ratings.c.state,
    ratings.c.answered_at,
    ratings.c.skipped_at,
    ratings.c.released,
    ratings.c.released_at,
    ratings.c.before,
    ratings.c.waited,
    ratings.c.revision,
    ratings.c.score,
    ratings.c.words,
]
_PLAIN = [column.name for column in RATING_COLUMNS[:-2]]


def rating_of(tx: Tx, values: Sequence[Any], mentee: PersonId) -> Rating | None:
    """Return the rating in the values of ``RATING_COLUMNS``; None if the session has none."""
    *plain, score, words = values
    session_id = plain[0]
    if session_id is None:
        return None
    return Rating(
        **dict(zip(_PLAIN, plain, strict=True)),
        **_score(tx.vault.read(tx, score, Spot("ratings", "score", session_id, mentee))),
        **_words(tx.vault.read(tx, words, Spot("ratings", "words", session_id, mentee))),
    )


def save_rating(tx: Tx, rating: Rating | None, before: Rating | None, mentee: PersonId) -> None:
    """Write what differs."""
    if rating is not None and rating != before:
        write(
            tx,
            ratings,
            rating.session_id,
            _values(rating, mentee),
            _values(before, mentee) if before else None,
        )


def _values(rating: Rating, mentee: PersonId) -> dict[str, Any]:
    return {
        **{name: getattr(rating, name) for name in _PLAIN},
        "score": Sealed(mentee, None if rating.score is None else _DIGITS[rating.score]),
        "words": Sealed(mentee, None if rating.words is None else marked(rating.words, shared=rating.shared)),
    }


def _score(text: Secret[str] | None) -> dict[str, Any]:
    return {"score": None if text is None else _SCORES.get(text), "unreadable": text is LOST}


def _words(text: Secret[str] | None) -> dict[str, Any]:
    words, shared = (None, False) if text is None else unmarked(text)
    return {"words": words, "shared": shared}
