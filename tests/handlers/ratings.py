"""What the tests about ratings have in common: the question, its moment, and the steps that answer it."""

from datetime import datetime

from handlers import feedback as handlers
from handlers.gestures import Answer
from mentoring.due import Kind
from mentoring.feedback import Rating
from mentoring.ids import SessionId
from tests.handlers.stage import NEW_YORK, Delivered, Pair

ASKED = datetime(2026, 12, 3, 12, 45, tzinfo=NEW_YORK)
"""Two days after the first session's end, within her working hours."""
QUESTION = (
    "On a scale of 1 to 5, how valuable a use of your time was session 1 with Tom, on Tuesday 1 December?"
)
SUBJECT = "Session 1 with Tom, 1 December"
"""What stays of the question once it is answered or closed."""
WHEN_SEEN = (
    "Tom can read your answer in the recap when your next session comes near; with none planned, no sooner than "
    "two weeks after your last one. Until then only you are shown it, and you can change it, until 17 December at the latest."
)
NOT_ANONYMOUS = "A score from one mentee can't be anonymous."
CLOSED = "This rating has closed, so it can't be given or changed any more."
CANARY = "Kestrel <!channel> &lt; &amp; *moonlit*"


def rating(pair: Pair, session_id: SessionId) -> Rating:
    found = pair.agreement.session(session_id).rating
    assert found is not None
    return found


def rate(pair: Pair, session_id: SessionId, score: int) -> Answer:
    return pair.mentee.does(handlers.rate, f"{session_id}/{score}")


def question(pair: Pair) -> Delivered:
    return pair.mentee.newest(Kind.RATING)
