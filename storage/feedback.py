"""Ratings in and out of their rows."""

from collections.abc import Sequence
from typing import Any

from mentoring.feedback import Rating
from mentoring.ids import PersonId
from mentoring.secret import Secret
from storage.database import Tx
from storage.sealing import Sealed, write
from storage.tables import ratings
from storage.vault import UNREADABLE, Spot

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
        score=_score(tx, score, session_id, mentee),
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
    words = (
        None if rating.words is None else Secret((SHARED if rating.shared else KEPT) + rating.words.reveal())
    )
    return {
        **{name: getattr(rating, name) for name in _PLAIN},
        "score": Sealed(mentee, None if rating.score is None else Secret(str(rating.score.reveal()))),
        "words": Sealed(mentee, words),
    }


def _score(tx: Tx, sealed: bytes | None, session_id: str, mentee: PersonId) -> Secret[int] | None:
    text = tx.vault.read(tx, sealed, Spot("ratings", "score", session_id, mentee))
    return None if text is None or text.reveal() == UNREADABLE else Secret(int(text.reveal()))


def _words(text: Secret[str] | None) -> dict[str, Any]:
    if text is None or text.reveal() == UNREADABLE:
        return {"words": text, "shared": False}
    return {"words": Secret(text.reveal()[1:]), "shared": text.reveal().startswith(SHARED)}
