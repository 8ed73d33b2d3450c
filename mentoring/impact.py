"""What came of a session, as the mentee sees it later: for herself, or shared on purpose."""

from dataclasses import dataclass, replace
from datetime import datetime

from mentoring.access import Right, must, past_release
from mentoring.agreement import Agreement
from mentoring.erasing import must_be_kept
from mentoring.feedback import LONGEST_TEXT
from mentoring.ids import AgreementId, PersonId, SessionId
from mentoring.refusal import Refused
from mentoring.secret import LOST, UNREADABLE, Secret
from mentoring.sessions import Session


@dataclass(frozen=True)
class Impact:
    """What came of one session. ``shared`` is her choice of who may read it."""

    session_id: SessionId
    agreement_id: AgreementId
    author: PersonId
    text: Secret[str]
    shared: bool
    written_at: datetime
    revision: int = 0


def last_before(agreement: Agreement, session: Session) -> Session | None:
    """Return the last session that was held before this one; None if it is the first."""
    held = [s for s in agreement.held_sessions if s.starts < session.starts and s.id != session.id]
    return held[-1] if held else None


def write(
    agreement: Agreement,
    session_id: SessionId,
    *,
    existing: Impact | None,
    revision: int | None,
    text: str,
    share: bool | None,
    by: PersonId,
    now: datetime,
) -> Impact | None:
    """Return what to keep of what came of a session, new, changed, or shared otherwise; None if it was emptied.

    She may change it or take it back at any time.

    Args:
        agreement: signed by both, once.
        session_id: a session that was held.
        existing: what she has written of it so far.
        revision: that of what the form was opened with; None if there was nothing.
        text: what she wrote.
        share: whether the mentor may read it; None if she has not chosen.
        by: who writes.
        now: the instant.

    Raises:
        NotFound: ``by`` is not the mentee, or there is no such session.
        Refused: what she wrote there has gone, it was not held, nothing is written, it is too long, nothing is chosen, or it was changed in another window.
    """
    must(Right.WRITE_IMPACT, agreement, by)
    session = agreement.session(session_id)
    must_be_kept(agreement, by)
    if not session.held or session.is_talk:
        raise Refused("This is about a session that took place. This one didn't, or not yet.", at="text")
    text = text.strip()
    if existing is not None and existing.text is LOST and text == UNREADABLE:
        return existing
    if len(text) > LONGEST_TEXT:
        raise Refused(f"Please keep it to {LONGEST_TEXT} characters; this is {len(text)}.", at="text")
    if not text and existing is None:
        if revision is None:
            raise Refused("There is nothing written yet.", at="text")
        return None
    if text and share is None:
        raise Refused("Please choose who may read this.", at="share")
    if existing is None:
        return Impact(session.id, agreement.id, by, Secret(text), bool(share), now)
    if existing.revision != revision and (existing.text, existing.shared) == (Secret(text), share):
        return existing
    if existing.revision != revision:
        raise Refused(
            "This was changed in another window. Copy what you have here, then open it again.", at="text"
        )
    if not text:
        return None
    return replace(existing, text=Secret(text), shared=bool(share), written_at=now, revision=revision + 1)


def shown_at_once(agreement: Agreement, session: Session) -> bool:
    """Tell whether what she shares of a session now is in the mentor's recap from this instant on."""
    return agreement.over or past_release(agreement, session)
