"""What time does to an agreement: its next turn, and, once it is long over, the end of what was written in it."""

from datetime import datetime

from mentoring.due import Lane
from mentoring.ids import AgreementId
from mentoring.turns import caught_up
from storage import agreements
from storage import retention as kept
from storage.database import Tx
from storage.outbox import Row


def turn(tx: Tx, agreement_id: AgreementId, now: datetime) -> None:
    """Apply whatever time alone has done to an agreement by ``now``, and add what must be said of it."""
    agreement = agreements.by_clock(tx, agreement_id)
    agreements.save(tx, caught_up(agreement, now), now, lane=Lane.CLOCK)


def retention(tx: Tx, row: Row, now: datetime) -> datetime | None:
    """Let go of what the row's recipient wrote in its agreement, if its time has come; return when to look again, None for never."""
    due = row.due
    if due.agreement_id is None or due.recipient is None:
        return None
    return kept.look(tx, due.agreement_id, due.recipient, now)
