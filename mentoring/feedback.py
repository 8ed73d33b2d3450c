"""The rating: one private question after each session, sealed until a release."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from mentoring.access import Right, must, past_release, stands_open
from mentoring.agreement import Role
from mentoring.calendar import rating_moment
from mentoring.refusal import NotFound, Refused
from mentoring.secret import LOST, UNREADABLE, Secret
from mentoring.undo import UNDO

if TYPE_CHECKING:
    from mentoring.agreement import Agreement
    from mentoring.ids import PersonId, SessionId
    from mentoring.sessions import Session

OPEN_FOR = timedelta(days=14)
"""A rating closes this long after it was asked (or with the agreement)."""
REMINDED_AFTER = timedelta(days=2)
RELEASED_AFTER_LAST = timedelta(days=14)
"""With no session ahead, a release comes this long after the last one held."""
RELEASED_AFTER_ASKING = timedelta(hours=24)
PROMPT = timedelta(minutes=15)
"""A moment that has passed by less than this still counts as now, so that 17:00:00.3 is within hours that end at 17:00."""
LONGEST_TEXT = 3000
"""Characters in any text a person writes: the most that Slack's ``plain_text_input`` takes."""


class Score(IntEnum):
    """How valuable a use of her time the session was."""

    ONE = 1
    TWO = 2
    THREE = 3
    FOUR = 4
    FIVE = 5


class RatingState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Shown(StrEnum):
    """What the mentor sees where a score would stand."""

    NOT_YET = "not_yet"
    SCORE = "score"
    NONE = "none"


@dataclass(frozen=True)
class Rating:
    """The question about one session, and what came of it.

    ``score`` and ``words`` are the mentee's; ``unreadable`` tells that there is a score and it cannot be read; ``shared`` is her
    choice for the words. ``released`` is set once, by a release at ``released_at``, and opens score and shared words to the mentor
    for good. ``before`` keeps the state that an undo returns to. ``waited`` is how long the agreement has been paused since it
    was asked.
    """

    session_id: SessionId
    asked_at: datetime
    state: RatingState = RatingState.ASKED
    score: Secret[int] | None = None
    unreadable: bool = False
    words: Secret[str] | None = None
    shared: bool = False
    answered_at: datetime | None = None
    skipped_at: datetime | None = None
    released: bool = False
    released_at: datetime | None = None
    before: RatingState | None = None
    waited: timedelta = timedelta()
    revision: int = 0

    @property
    def closes_at(self) -> datetime:
        """When it can no longer be answered, unless the agreement is paused now."""
        return self.asked_at + OPEN_FOR + self.waited

    @property
    def open(self) -> bool:
        """Tell whether it can still be given, changed or taken back."""
        return not self.released and self.state in {
            RatingState.ASKED,
            RatingState.ANSWERED,
            RatingState.SKIPPED,
        }


def asking_moment(agreement: Agreement, session: Session, now: datetime) -> datetime:
    """Return when the rating of a held session is asked: late is not lost, but never outside her hours."""
    mentee = agreement.mentee
    planned = rating_moment(session.ends, agreement.terms.rating_after, mentee.hours, mentee.zone)
    planned = mentee.next_moment(max(planned + session.waited, session.logged_at or planned))
    return planned if now <= planned + PROMPT else mentee.next_moment(now)


def ask(agreement: Agreement, session: Session, now: datetime) -> Agreement:
    """Return the agreement with the rating of ``session`` asked at ``now``."""
    return agreement.with_session(replace(session, rating=Rating(session_id=session.id, asked_at=now)))


def answer(
    agreement: Agreement, session_id: SessionId, *, score: Score, by: PersonId, now: datetime
) -> Agreement:
    """Return the agreement with the mentee's score for one session, given or changed.

    Raises:
        NotFound: ``by`` is not the mentee, or there is no such session or question.
        Refused: the rating is closed.
    """
    session, rating = open_rating(agreement, session_id, by, now)
    if rating.state is RatingState.ANSWERED and rating.score == Secret(int(score)):
        return agreement
    answered = replace(
        rating,
        state=RatingState.ANSWERED,
        score=Secret(int(score)),
        unreadable=False,
        answered_at=now,
        skipped_at=None,
        before=None,
        revision=rating.revision + 1,
    )
    return agreement.with_rating(session, answered)


def add_words(
    agreement: Agreement,
    session_id: SessionId,
    *,
    words: str,
    share: bool | None,
    by: PersonId,
    now: datetime,
) -> Agreement:
    """Return the agreement with the mentee's words beside her score; blank takes them away.

    Raises:
        NotFound: as ``answer``.
        Refused: the rating is closed or has no score, the words are too long, or she has not chosen who may read them.
    """
    session, rating = open_rating(agreement, session_id, by, now)
    if rating.state is not RatingState.ANSWERED:
        raise Refused("Please choose a number first; words go with it.")
    text = words.strip()
    if rating.words is LOST and text == UNREADABLE:
        return agreement
    if len(text) > LONGEST_TEXT:
        raise Refused(f"Please keep it to {LONGEST_TEXT} characters; this is {len(text)}.", at="words")
    if text and share is None:
        raise Refused("Please choose who may read these words.", at="share")
    changed = replace(rating, words=Secret(text) if text else None, shared=bool(text and share))
    if changed == rating:
        return agreement
    return agreement.with_rating(session, replace(changed, revision=rating.revision + 1))


def skip(agreement: Agreement, session_id: SessionId, *, by: PersonId, now: datetime) -> Agreement:
    """Return the agreement with the rating skipped or taken back; nobody is told.

    Raises:
        NotFound, Refused: as ``answer``.
    """
    session, rating = open_rating(agreement, session_id, by, now)
    if rating.state is RatingState.SKIPPED:
        return agreement
    skipped = replace(
        rating, state=RatingState.SKIPPED, skipped_at=now, before=rating.state, revision=rating.revision + 1
    )
    return agreement.with_rating(session, skipped)


def undo_skip(agreement: Agreement, session_id: SessionId, *, by: PersonId, now: datetime) -> Agreement:
    """Return the agreement with a skip taken back, as the rating was before it. Undoing twice changes nothing.

    Raises:
        NotFound: as ``answer``.
        Refused: ten minutes have passed, or the rating is closed.
    """
    session, rating = open_rating(agreement, session_id, by, now)
    if rating.state is not RatingState.SKIPPED:
        return agreement
    if rating.skipped_at is None or rating.before is None or now >= rating.skipped_at + UNDO:
        raise Refused(
            "The ten minutes for undoing have passed. You can still answer with `/mentor feedback`."
        )
    restored = replace(
        rating, state=rating.before, before=None, skipped_at=None, revision=rating.revision + 1
    )
    return agreement.with_rating(session, restored)


def open_rating(
    agreement: Agreement, session_id: SessionId, by: PersonId, now: datetime
) -> tuple[Session, Rating]:
    """Return a session and its rating if ``by`` may still give, change or take it back.

    Raises:
        NotFound: ``by`` is not the mentee, or there is no such session or question.
        Refused: the rating is closed.
    """
    must(Right.RATE, agreement, by)
    session = agreement.session(session_id)
    if session.rating is None:
        raise NotFound
    if session.cancelled or not answerable(agreement, session.rating, now):
        raise Refused("This rating has closed, so it can't be given or changed any more.")
    return session, session.rating


def answerable(agreement: Agreement, rating: Rating, now: datetime) -> bool:
    """Tell whether a rating can still be given, changed or taken back; while the agreement is paused its time stands still."""
    return rating.open and not agreement.over and agreement.clock(now) < rating.closes_at


def shown_to_mentor(agreement: Agreement, session: Session) -> Shown:
    """Return what the mentor sees for a held session: the same whatever the mentee did, until a release."""
    rating = session.rating
    if rating is not None and stands_open(Right.READ_SCORE, agreement, Role.MENTOR, rating):
        return Shown.SCORE
    return Shown.NONE if agreement.over or past_release(agreement, session) else Shown.NOT_YET


def disputable(agreement: Agreement, session: Session) -> bool:
    """Tell whether "it didn't happen" can still be said of a held session; not while the agreement is paused."""
    return session.held and not agreement.paused and shown_to_mentor(agreement, session) is Shown.NOT_YET


def release_moment(agreement: Agreement) -> datetime | None:
    """Return when the next release is due while the agreement is active; None if there is nothing to wait for.

    It depends on sessions and askings alone, never on whether or what she answered.
    """
    asked = [s.rating for s in agreement.held_sessions if s.rating is not None]
    ahead = agreement.planned_session
    if ahead is not None:
        if not agreement.held_sessions:
            return None
        moment = min(p.reminder_moment(ahead.starts) for p in (agreement.mentor, agreement.mentee))
        due = moment if moment >= ahead.set_at else ahead.starts
        return (
            due if agreement.released_at is None or agreement.released_at < max(due, ahead.set_at) else None
        )
    if not asked:
        return None
    last = agreement.held_sessions[-1]
    cancelled = [
        _counted_from(agreement, s.cancelled_at) for s in agreement.sessions if s.cancelled_at is not None
    ]
    first = max(
        last.ends + RELEASED_AFTER_LAST + last.waited,
        *(rating.asked_at + rating.waited + RELEASED_AFTER_ASKING for rating in asked),
        *(moment + RELEASED_AFTER_ASKING for moment in cancelled),
    )
    moments = sorted({first, *(rating.closes_at for rating in asked)})
    return next(
        (m for m in moments if m >= first and (agreement.released_at is None or m > agreement.released_at)),
        None,
    )


def _counted_from(agreement: Agreement, cancelled_at: datetime) -> datetime:
    """Return when a cancellation would have been if the last pause had taken no time, so that what it delays keeps its remaining time."""
    paused, resumed = agreement.paused_at, agreement.resumed_at
    if paused is None or resumed is None or cancelled_at + RELEASED_AFTER_ASKING <= paused:
        return cancelled_at
    return cancelled_at if cancelled_at >= resumed else cancelled_at + (resumed - paused)


def release(agreement: Agreement, now: datetime) -> Agreement:
    """Return the agreement with every rating that is answered by now open to the mentor, for good."""
    sessions = tuple(
        replace(s, rating=replace(s.rating, released=True, released_at=now, revision=s.rating.revision + 1))
        if s.held
        and s.rating is not None
        and s.rating.state is RatingState.ANSWERED
        and not s.rating.released
        else s
        for s in agreement.sessions
    )
    return replace(agreement, sessions=sessions, released_at=now)


def expire(agreement: Agreement, now: datetime, *, closing: bool = False) -> Agreement:
    """Return the agreement with unanswered ratings closed whose 14 days are over, or all of them when it closes."""
    return replace(
        agreement,
        sessions=tuple(
            replace(s, rating=replace(s.rating, state=RatingState.EXPIRED, revision=s.rating.revision + 1))
            if s.rating is not None
            and s.rating.state is RatingState.ASKED
            and (closing or now >= s.rating.closes_at)
            else s
            for s in agreement.sessions
        ),
    )


def withdraw(rating: Rating | None) -> Rating | None:
    """Return the rating as it stands once its session is cancelled or its agreement ended early."""
    if rating is None or rating.released or not rating.open:
        return rating
    return replace(rating, state=RatingState.WITHDRAWN, before=rating.state, revision=rating.revision + 1)


def restore(rating: Rating | None) -> Rating | None:
    """Return the rating as it was before ``withdraw``."""
    if rating is None or rating.state is not RatingState.WITHDRAWN or rating.before is None:
        return rating
    unskipped = RatingState.ASKED if rating.answered_at is None else RatingState.ANSWERED
    before = unskipped if rating.before is RatingState.SKIPPED else None
    return replace(rating, state=rating.before, before=before, revision=rating.revision + 1)
