"""Undo: ten minutes in which what was just done can be taken back."""

from datetime import datetime, timedelta

UNDO = timedelta(minutes=10)


def undoable(done_at: datetime | None, now: datetime) -> bool:
    """Tell whether what was done at ``done_at`` can still be undone."""
    return done_at is not None and now < done_at + UNDO
