"""The early-end rule: who is to be brought it by what, once for each reason, and the private "carry on"."""

from handlers.gestures import Answer, Gesture, Tell
from handlers.views.early_end import CARRIED_ON
from mentoring.agreement import Agreement
from mentoring.due import Kind
from mentoring.early_end import worth_checking
from mentoring.ids import AgreementId
from mentoring.people import Person
from mentoring.sessions import Session
from storage import agreements, outbox
from storage.database import Tx


def carry_on(gesture: Gesture) -> Answer:
    """Someone finds it still worth the time: that is theirs alone, so nothing is kept of it."""
    with gesture.deps.database.reading() as tx:
        agreements.get(tx, AgreementId(gesture.value), seen_by=gesture.person.id)
    return Tell(CARRIED_ON)


def is_asked_alone(tx: Tx, agreement: Agreement, low: Session, to: Person) -> bool:
    """Tell whether someone is still to be asked without a reminder: none has brought it since the rule began to hold.

    ``low`` is the later of the two sessions that are the reason.
    """
    check = worth_checking(agreement)
    if check is None or check.session.id != low.id:
        return False
    return not outbox.said(tx, Kind.REMINDER, agreement.id, to.id, since=check.since)


def reminder_asks(tx: Tx, agreement: Agreement, session: Session, to: Person) -> bool:
    """Tell whether the reminder of ``session`` is what brings it: nothing else has since the rule began to hold."""
    check = worth_checking(agreement)
    if check is None or session.starts <= check.session.starts:
        return False
    reminded = outbox.said(tx, Kind.REMINDER, agreement.id, to.id, since=check.since)
    alone = outbox.said(tx, Kind.EARLY_END_CHECK, agreement.id, to.id, since=check.since)
    return not reminded - {session.id} and check.session.id not in alone
