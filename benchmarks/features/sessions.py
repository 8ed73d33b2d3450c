"""Sessions: what is around one that is ahead, and what is done where it did not go as planned."""

from datetime import timedelta

from benchmarks.journey import SESSION, Journey, moment
from handlers.ids import Action


def around_one(pair: Journey) -> None:
    """One is planned, looked at, put into a calendar, and doesn't suit."""
    pair.meet()
    pair.begin()
    agreement = pair.agreement.id
    pair.plan()
    session = pair.agreement.sessions[0].id
    pair.press("session, by a button", pair.anna, Action.SESSION, agreement)
    pair.press_inside("the session's guide", pair.anna, Action.SESSION_GUIDE, agreement)
    pair.press("open the calendar", pair.anna, Action.CALENDAR, session)
    pair.press_inside("follow a calendar's link", pair.anna, f"{Action.CALENDAR_LINK}_1", "")
    pair.press("ask for the calendar's file", pair.anna, Action.CALENDAR_FILE, session, told=True)
    pair.press("it doesn't suit", pair.anna, Action.DOESNT_SUIT, session)
    pair.submit("move", pair.anna, **moment(pair.now + 2 * SESSION))


def not_as_planned(pair: Journey) -> None:
    """One that was never planned is logged, and then it didn't happen, for ten minutes."""
    pair.meet()
    pair.begin()
    pair.now += timedelta(days=7)
    pair.known()
    pair.press("open logging", pair.tom, Action.LOG, pair.agreement.id)
    pair.submit("log", pair.tom, starts=pair.now - timedelta(days=1))
    session = pair.agreement.sessions[0].id
    pair.press("it didn't happen", pair.anna, Action.NOT_HELD, session)
    pair.press("undo that it didn't", pair.anna, Action.UNDO_CANCEL, session)
