"""Feedback, given in windows and changed."""

from benchmarks.journey import TEXT, Journey
from handlers.ids import Action


def in_windows(pair: Journey) -> None:
    """She answers from a button's window, and changes her mind about the number."""
    pair.meet()
    pair.begin()
    session = pair.first_session()
    pair.press("feedback, by a button", pair.anna, Action.FEEDBACK, pair.agreement.id)
    pair.submit("rate in a window", pair.anna, score="4", words=TEXT, share="share")
    pair.press("open changing a rating", pair.anna, Action.CHANGE_RATING, session)
    pair.submit("change a rating", pair.anna, score="5")
