"""What a mentee has decided: her own, for nobody else, and never asked about."""

from dataclasses import dataclass, replace
from datetime import datetime

from mentoring.access import Right, must
from mentoring.agreement import Agreement
from mentoring.erasing import must_be_kept
from mentoring.feedback import LONGEST_TEXT
from mentoring.ids import AgreementId, DecisionId, PersonId
from mentoring.refusal import Refused
from mentoring.secret import Secret


@dataclass(frozen=True)
class Decision:
    """Something that the mentee means to do. ``written_at`` is when it was first written, whatever was changed since."""

    id: DecisionId
    agreement_id: AgreementId
    author: PersonId
    text: Secret[str]
    written_at: datetime
    revision: int = 0


def write(
    agreement: Agreement,
    *,
    existing: Decision | None,
    decision_id: DecisionId,
    revision: int | None,
    text: str,
    by: PersonId,
    now: datetime,
) -> Decision | None:
    """Return the decision to keep, new or edited; None if it was emptied. The same form sent twice changes nothing.

    They are hers whatever becomes of the agreement, so she may write after its end too.

    Args:
        agreement: signed by both, once.
        existing: the decision of this id as it stands; None if there is none.
        decision_id: the id that a new one gets.
        revision: that of the decision the form was opened with; None for a new one.
        text: what she wrote.
        by: who writes.
        now: the instant.

    Raises:
        NotFound: ``by`` is not the mentee.
        Refused: what she wrote there has gone, nothing is written, it is too long, nothing is signed yet, or it was changed in another window.
    """
    must(Right.WRITE_DECISIONS, agreement, by)
    must_be_kept(agreement, by)
    if agreement.signed is None:
        raise Refused(
            "Nothing is signed by both of you yet, so there is nothing to decide on here.", at="text"
        )
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise Refused(f"Please keep it to {LONGEST_TEXT} characters; this is {len(text)}.", at="text")
    if existing is None:
        if text:
            return Decision(decision_id, agreement.id, by, Secret(text), now)
        if revision is None:
            raise Refused("There is nothing written yet.", at="text")
        return None
    if existing.text == Secret(text):
        return existing
    if existing.revision != revision:
        raise Refused(
            "This decision was changed in another window. Copy what you have here, then open it again.",
            at="text",
        )
    return replace(existing, text=Secret(text), revision=revision + 1) if text else None
