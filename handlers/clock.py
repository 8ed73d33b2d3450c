"""What time does to an agreement when its next turn is due."""

from datetime import datetime

from mentoring.due import Lane
from mentoring.ids import AgreementId
from mentoring.turns import caught_up
from storage import agreements
from storage.database import Tx


def turn(tx: Tx, agreement_id: AgreementId, now: datetime) -> None:
    """Apply whatever time alone has done to an agreement by ``now``, and add what must be said of it."""
    agreement = agreements.by_clock(tx, agreement_id)
    agreements.save(tx, caught_up(agreement, now), now, lane=Lane.CLOCK)
