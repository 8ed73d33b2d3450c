"""Taking out of Slack what is not to stay there."""

from datetime import datetime

from bot.pace import Pace
from bot.sending import Fate, Sender, Undelivered
from bot.settling import Settling
from bot.uploading import MISSING_SCOPE, STAYS
from handlers.deps import Deps
from mentoring.due import Due, Kind, Lane
from storage import outbox
from storage.database import Tx
from storage.outbox import Row, RowState

ON_ITS_WAY = frozenset({RowState.PENDING, RowState.SENDING})


class Removing:
    """Deletes files. It may simply be repeated: what is gone already counts as deleted."""

    def __init__(self, deps: Deps, settle: Settling, pace: Pace) -> None:
        self._deps = deps
        self._settle = settle
        self._pace = pace

    def delete_file(self, row: Row, sender: Sender) -> None:
        """Delete the file which the row that ``row``'s subject names brought, a day after it did, and say so if it was there.

        Raises:
            Undelivered: Slack did not do it; it is to be tried again.
        """
        with self._deps.database.reading() as tx:
            brought = outbox.row(tx, row.due.subject)
        if brought is None or brought.file_id is None:
            return self._settle(lambda tx: outbox.done(tx, row.id))
        now = self._deps.now()
        stays_until = _stays_until(brought, now)
        if now < stays_until:
            return self._settle(lambda tx: outbox.later(tx, row.id, stays_until))
        self._pace.call(row.team_id, "files.delete")
        _delete(brought.file_id, sender)
        return self._settle(lambda tx: self._deleted(tx, row, brought))

    def _deleted(self, tx: Tx, row: Row, brought: Row) -> None:
        outbox.done(tx, row.id)
        outbox.keep_file(tx, brought.id, None)
        # Slack does not say where it puts a file; what was sent in one's place has a place of its own.
        if brought.state is RowState.SENT and brought.ts is None:
            told = Due(
                Kind.EXPORT_REMOVED,
                brought.id,
                self._deps.now(),
                recipient=row.due.recipient,
                lane=Lane.CLOCK,
            )
            outbox.add(tx, told)


def _stays_until(brought: Row, now: datetime) -> datetime:
    """Return when a file has been in Slack for its day: after trouble it may have come long after the first try."""
    if brought.state in ON_ITS_WAY:
        return now + STAYS
    return now if brought.sent_at is None else brought.sent_at + STAYS


def _delete(file_id: str, sender: Sender) -> None:
    try:
        sender.delete_file(file_id)
    except Undelivered as trouble:
        if trouble.reason == MISSING_SCOPE:
            # Messages still go out without it.
            raise Undelivered(Fate.BROKEN, trouble.reason) from None
        if trouble.fate is not Fate.GONE:
            raise
