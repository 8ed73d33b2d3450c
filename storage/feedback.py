"""Ratings in and out of their rows."""

from collections.abc import Sequence
from typing import Any

from mentoring.feedback import Rating
from mentoring.ids import PersonId
from mentoring.secret import LOST, Secret
from storage.database import Tx
from storage.sealing import Sealed, write
from storage.tables import ratings
from storage.vault import Spot

SHARED, KEPT = "+", "-"
"""The first character of sealed words: her choice of who may read them."""

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
        "score": Sealed(mentee, None if rating.score is None else Secret(str(rating.score.reveal()))),
        "words": Sealed(mentee, _words_to_seal(rating)),
    }


def _words_to_seal(rating: Rating) -> Secret[str] | None:
    if rating.words is None or rating.words is LOST:
        return rating.words
    return Secret((SHARED if rating.shared else KEPT) + rating.words.reveal())


def _score(text: Secret[str] | None) -> dict[str, Any]:
    if text is None or text is LOST:
        return {"score": None, "unreadable": text is LOST}
    return {"score": Secret(int(text.reveal()))}


def _words(text: Secret[str] | None) -> dict[str, Any]:
    if text is None or text is LOST:
        return {"words": text, "shared": False}
    return {"words": Secret(text.reveal()[1:]), "shared": text.reveal().startswith(SHARED)}
