"""What one of the two just did and can still take back: until then the other is shown things as they were before."""

from collections.abc import Iterator
from datetime import datetime

from mentoring.agreement import Agreement, Outcome
from mentoring.cancelling import may_stand_again, standing_again
from mentoring.closing import reopened
from mentoring.ids import PersonId
from mentoring.session_messages import told_at
from mentoring.sessions import Session
from mentoring.turns import caught_up
from mentoring.undo import UNDO, undoable


def quiet_until(agreement: Agreement, person: PersonId, now: datetime) -> datetime:
    """Return from when ``person`` may be shown all that the other did: at once, or when the last undo time is over."""
    end = _end_told_at(agreement, person, now)
    cancelled = (told for _, told in _quietly_cancelled(agreement, person, now))
    return max((now, *cancelled, *([] if end is None else [end])))


def as_shown_to(
    agreement: Agreement, person: PersonId, now: datetime, *, place_taken: bool = False
) -> tuple[Agreement, datetime | None]:
    """Return the agreement as ``person`` is shown it unasked, and when that next changes by itself; None if it doesn't.

    It is as it was before what the other did, as long as the other can take that back: no longer once ``person`` has done something
    since, or something stands in its place. It is so too if the other is gone, who takes nothing back: their end is one like any.
    """
    shown, moments = agreement, []
    end = _end_told_at(agreement, person, now)
    if end is not None and not place_taken and _done_last(agreement, person, agreement.closed_at):
        shown = reopened(agreement)
        moments.append(end)
    # What was done last is taken back first: of two, the second one stood in the place of the first.
    cancelled = sorted(_quietly_cancelled(shown, person, now), key=_cancelled_at, reverse=True)
    for session, told in cancelled:
        if _done_last(agreement, person, session.cancelled_at) and may_stand_again(shown, session):
            shown = standing_again(shown, session)
            moments.append(told)
    return caught_up(shown, now) if moments else shown, min(moments, default=None)


def _end_told_at(agreement: Agreement, person: PersonId, now: datetime) -> datetime | None:
    """Return when ``person`` is told that the other has declined or ended it; None if that is not still to come."""
    closed = agreement.closed_at
    others = agreement.outcome in {Outcome.DECLINED, Outcome.ENDED} and agreement.closed_by != person
    return closed + UNDO if others and closed is not None and undoable(closed, now) else None


def _quietly_cancelled(
    agreement: Agreement, person: PersonId, now: datetime
) -> Iterator[tuple[Session, datetime]]:
    """The sessions and talks that the other has cancelled, each with when ``person`` is told, if that is still to come."""
    for session in (*agreement.sessions, *agreement.talks):
        if session.cancelled_at is None or session.cancelled_by in {None, person}:
            continue
        told = told_at(agreement, session, session.cancelled_at)
        if session.undo_open(now) and told > now:
            yield session, told


def _cancelled_at(quiet: tuple[Session, datetime]) -> datetime:
    session, told = quiet
    return session.cancelled_at or told


def _done_last(agreement: Agreement, person: PersonId, moment: datetime | None) -> bool:
    """Tell whether ``person`` has done nothing since the other did something at ``moment``."""
    return moment is not None and not agreement.other_acted_since(agreement.other(person).id, moment)
