"""What goes in its time: what someone wrote in the closed agreements of a pair, and then, of both, the agreements themselves."""

from datetime import datetime, timedelta

from mentoring import retention
from mentoring.agreement import Agreement
from mentoring.due import Kind
from mentoring.erasing import erased
from mentoring.ids import AgreementId, PersonId
from mentoring.retention import NOTICE
from storage import agreements, clearing, due, following
from storage.database import Tx
from storage.erasing import erase_texts, let_go
from storage.tables import RowState

LOOKS_AGAIN = timedelta(days=1)
"""How soon to look again at what waits for something else."""


def look(tx: Tx, agreement_id: AgreementId, person_id: PersonId, now: datetime) -> datetime | None:
    """Let go of what someone wrote in a closed agreement once its time is over, and of the agreement once it is a shell.

    1. The days are counted from the pair's last closing: while they go on, or it isn't time, or a week since the notice, wait.
    2. Then everything goes that the person wrote in agreements that this closing counts for, in one transaction.
    3. At a later look the agreement goes too, if nothing of the other's is left either; of the pair's other shells the same.
    4. On SQLite a row is left that overwrites what file and log still hold.

    Returns when to look again; None if the agreement is gone.
    """
    pair = agreements.of_pair(tx, agreement_id)
    agreement = next((one for one in pair if one.id == agreement_id and one.over), None)
    if agreement is None:
        return None
    if not erased(agreement, person_id):
        agreements.follow_retention(tx, agreement, person_id, now)
        moment = _moment(tx, agreement, person_id, pair, now)
        if moment > now:
            return moment
        _erase(tx, agreement, person_id, pair, now)
        clearing.clear_file_at_night(tx, now)
        return now + LOOKS_AGAIN
    left = pair if any(_is_drawn_again(tx, one, now) for one in pair) else let_go(tx, pair, now)
    if len(left) < len(pair):
        clearing.clear_file_at_night(tx, now)
    return _next_look(agreement, left, now)


def _moment(
    tx: Tx, agreement: Agreement, person_id: PersonId, pair: list[Agreement], now: datetime
) -> datetime:
    """When what the person wrote may go, as far as can be told now; or when to look again."""
    goes = _goes_at(agreement, person_id, pair, now)
    if goes > now:
        return goes
    last = retention.counts(agreement, pair)
    if last is None or last.id == agreement.id:
        return max(goes, _noticed(tx, agreement, person_id, now))
    # The one that it is counted from takes it along, once there has been a notice of that.
    return goes if erased(last, person_id) else now + LOOKS_AGAIN


def _noticed(tx: Tx, agreement: Agreement, person_id: PersonId, now: datetime) -> datetime:
    """When a week has passed since the notice; if it was not said yet, when to look again."""
    notices = [row for row in retention.about(agreement) if row.kind is Kind.RETENTION_NOTICE]
    wanted = next((row for row in notices if row.recipient == person_id), None)
    if wanted is None:
        return now
    row = due.like(tx, wanted)
    if row is None or row.state not in {RowState.SENT, RowState.DEAD}:
        return max(now + LOOKS_AGAIN, wanted.due + NOTICE)
    # Nobody reads in an account that is not active any more.
    return (row.sent_at or row.due.due) + NOTICE


def _goes_at(agreement: Agreement, person_id: PersonId, pair: list[Agreement], now: datetime) -> datetime:
    """When the person's days are over; while the pair goes on, no sooner than these days from now."""
    goes = retention.goes_at(agreement, person_id, pair)
    return goes or now + timedelta(days=int(agreement.person(person_id).retention))


def _erase(tx: Tx, agreement: Agreement, person_id: PersonId, pair: list[Agreement], now: datetime) -> None:
    last = retention.counts(agreement, pair)
    for one in pair:
        if one.over and retention.counts(one, pair) == last:
            erase_texts(tx, one, person_id, now)


def _is_drawn_again(tx: Tx, agreement: Agreement, now: datetime) -> bool:
    """Tell whether messages about an agreement still wait to lose their buttons; that is waited for no longer than a day."""
    return any(
        row.kind is Kind.REDRAW and row.due > now - LOOKS_AGAIN for row in following.rows_of(tx, agreement.id)
    )


def _next_look(agreement: Agreement, left: list[Agreement], now: datetime) -> datetime | None:
    if all(one.id != agreement.id for one in left):
        return None
    soon = now + LOOKS_AGAIN
    if retention.empty(agreement):
        return max(soon, retention.leaves_at(agreement, left) or soon)
    people = (agreement.mentor.id, agreement.mentee.id)
    waits = (_goes_at(agreement, one, left, now) for one in people if not erased(agreement, one))
    return max(now, *waits) + LOOKS_AGAIN
