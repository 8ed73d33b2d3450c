"""Slack's events, remembered so that one delivered again has no second effect."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from storage.database import Tx
from storage.tables import events

KEPT_FOR = timedelta(days=2)
"""Slack delivers an event again at once, after one and after five minutes (docs.slack.dev/apis/events-api)."""


def first_time(tx: Tx, event_id: str, now: datetime) -> bool:
    """Tell whether an event comes for the first time, and remember it: in the transaction of its effect."""
    new = tx.connection.execute(tx.insert(events), {"id": event_id, "seen_at": now})
    if not new.rowcount:
        return False
    tx.connection.execute(delete(events).where(events.c.seen_at < now - KEPT_FOR))
    return True
