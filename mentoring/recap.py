"""The recap: what the mentor reads before the next session."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from mentoring.access import Right, may, must
from mentoring.agreement import Agreement
from mentoring.feedback import Shown, shown_to_mentor
from mentoring.ids import PersonId
from mentoring.impact import Impact
from mentoring.notes import Note
from mentoring.secret import Secret
from mentoring.sessions import Session

FEWEST_FOR_A_TREND = 2


class Trend(StrEnum):
    """How the last released score stands to the one before it."""

    UP = "up"
    LEVEL = "level"
    DOWN = "down"


@dataclass(frozen=True)
class Entry:
    """One session in the recap; what is None draws no row. ``unreadable``: there is a score, and it cannot be read."""

    session: Session
    number: int
    shown: Shown
    score: Secret[int] | None
    words: Secret[str] | None
    impact: Secret[str] | None
    note: Secret[str] | None
    unreadable: bool = False

    @property
    def texts(self) -> tuple[Secret[str], ...]:
        """What the search looks through."""
        return tuple(text for text in (self.words, self.impact, self.note) if text is not None)


@dataclass(frozen=True)
class Recap:
    """An agreement as its mentor looks back on it: entries newest first, released scores oldest first."""

    agreement: Agreement
    entries: tuple[Entry, ...]
    scores: tuple[Secret[int], ...]
    query: str = ""

    @property
    def trend(self) -> Trend | None:
        """How the last two released scores compare; None with fewer than two."""
        if len(self.scores) < FEWEST_FOR_A_TREND:
            return None
        before, last = (score.reveal() for score in self.scores[-2:])
        if last == before:
            return Trend.LEVEL
        return Trend.UP if last > before else Trend.DOWN


def recap(agreement: Agreement, notes: Iterable[Note], impacts: Iterable[Impact], *, by: PersonId) -> Recap:
    """Return the recap of an agreement for its mentor: held sessions, and any session with a note, cancelled since or not.

    Of what came of a session it holds only what the mentee shares, from the release of that session's rating on.

    Raises:
        NotFound: ``by`` is not the mentor.
    """
    must(Right.READ_RECAP, agreement, by)
    texts = {note.session_id: note.text for note in notes if may(Right.READ_NOTES, agreement, by, note)}
    came = {one.session_id: one.text for one in impacts if may(Right.READ_IMPACT, agreement, by, one)}
    numbers = agreement.numbers
    entries = [
        _entry(agreement, session, numbers[session.id], texts.get(session.id), came.get(session.id))
        for session in reversed(agreement.sessions)
        if session.held or session.id in texts
    ]
    scores = tuple(entry.score for entry in reversed(entries) if entry.score is not None)
    return Recap(agreement=agreement, entries=tuple(entries), scores=scores)


def _entry(
    agreement: Agreement,
    session: Session,
    number: int,
    note: Secret[str] | None,
    impact: Secret[str] | None,
) -> Entry:
    shown = shown_to_mentor(agreement, session)
    rating = session.rating if shown is Shown.SCORE else None
    shares = rating is not None and may(Right.READ_WORDS, agreement, agreement.mentor.id, rating)
    return Entry(
        session=session,
        number=number,
        shown=shown,
        score=rating.score if rating else None,
        words=rating.words if rating and shares else None,
        impact=impact,
        note=note,
        unreadable=rating is not None and rating.unreadable,
    )


def search(whole: Recap, query: str) -> Recap:
    """Return the recap with only the sessions whose note and shared words together hold every word of ``query``, in any case."""
    words = query.casefold().split()
    found = tuple(entry for entry in whole.entries if _holds(entry, words))
    return replace(whole, entries=found, query=query.strip())


def _holds(entry: Entry, words: list[str]) -> bool:
    text = " ".join(text.reveal() for text in entry.texts).casefold()
    return all(word in text for word in words)
