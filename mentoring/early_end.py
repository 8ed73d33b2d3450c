"""The early-end rule: after two low scores in a row the pair looks, together, at whether this is still worth the time."""

from dataclasses import dataclass
from datetime import datetime

from mentoring.agreement import Agreement
from mentoring.feedback import Score, Shown, shown_to_mentor
from mentoring.sessions import Session

LOW = Score.TWO
IN_A_ROW = 2


@dataclass(frozen=True)
class Check:
    """A reason to look together: ``session`` is the later of the two, ``since`` when both were released."""

    session: Session
    since: datetime


def worth_checking(agreement: Agreement) -> Check | None:
    """Return the reason to look at it now: a release has opened two sessions in a row as low.

    None if there is no such reason, or no such rule, or no session left to save. It is looked at only through what has been
    released: the last two sessions of which the mentor sees anything. One without a rating breaks the row.
    """
    left = agreement.room > 0 or agreement.planned_session is not None
    if not agreement.terms.early_end or not agreement.active or not left:
        return None
    seen = [
        (session, shown)
        for session in agreement.held_sessions
        if (shown := shown_to_mentor(agreement, session)) is not Shown.NOT_YET
    ][-IN_A_ROW:]
    if len(seen) < IN_A_ROW or not all(shown is Shown.SCORE and _low(session) for session, shown in seen):
        return None
    opened = [s.rating.released_at for s, _ in seen if s.rating is not None and s.rating.released_at]
    # Before the rule was looked at no release wrote down its moment.
    since = max(opened, default=agreement.released_at)
    return None if since is None else Check(seen[-1][0], since)


def _low(session: Session) -> bool:
    rating = session.rating
    return rating is not None and rating.score is not None and rating.score.reveal() <= LOW
