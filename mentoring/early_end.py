"""The early-end rule: after two low scores in a row the pair looks, together, at whether this is still worth the time."""

from mentoring.agreement import Agreement
from mentoring.feedback import Score, Shown, shown_to_mentor
from mentoring.sessions import Session

LOW = Score.TWO
IN_A_ROW = 2


def worth_checking(agreement: Agreement) -> Session | None:
    """Return the later of two sessions in a row that a release has opened as low; None if there are none, or no such rule.

    It is looked at only through what has been released: the last two sessions of which the mentor sees anything. One without a
    rating breaks the row.
    """
    if not agreement.terms.early_end or not agreement.active or agreement.room <= 0:
        return None
    seen = [
        (session, shown)
        for session in agreement.held_sessions
        if (shown := shown_to_mentor(agreement, session)) is not Shown.NOT_YET
    ][-IN_A_ROW:]
    if len(seen) < IN_A_ROW or not all(shown is Shown.SCORE and _low(session) for session, shown in seen):
        return None
    return seen[-1][0]


def _low(session: Session) -> bool:
    rating = session.rating
    return rating is not None and rating.score is not None and rating.score.reveal() <= LOW
