"""What a notice says that what someone wrote goes, as things stand now."""

from datetime import datetime

from handlers.views import retention as views
from handlers.views.text import Message
from mentoring.agreement import Agreement
from mentoring.erasing import erased
from mentoring.people import Person
from mentoring.retention import NOTICE, choice, counts, goes_at
from storage import agreements
from storage.database import Tx
from storage.outbox import Row


def notice(tx: Tx, row: Row, agreement: Agreement, to: Person, now: datetime) -> Message | None:
    """Return what the notice says; None if it makes no sense any more and was not sent yet.

    It goes on the day told, and no sooner: a notice that comes late puts it off.
    """
    sent = row.ts is not None
    if erased(agreement, to.id):
        return views.gone(agreement, to) if sent else None
    other = agreement.other(to.id).id
    mine = agreements.of(tx, to.id, now=now, closed_since=agreements.EVER)
    pair = [one for one in mine if one.id != agreement.id and one.other(to.id).id == other]
    goes, closed = goes_at(agreement, to.id, [*pair, agreement]), agreement.closed_at
    if goes is None or closed is None or counts(agreement, [*pair, agreement]) != agreement:
        return views.goes_on(agreement, to) if sent else None
    if row.due.round != choice(to, closed):
        return views.chosen_anew(agreement, to) if sent else None
    return views.notice(agreement, to, max(goes, (row.sent_at or now) + NOTICE))
