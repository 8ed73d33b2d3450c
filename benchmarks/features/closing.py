"""Endings: by the word, and what is said after one."""

from benchmarks.journey import TEXT, Journey
from handlers.ids import Action


def ended(pair: Journey) -> None:
    """She ends it, looks back and thanks him; he reads it."""
    pair.meet()
    pair.begin()
    pair.first_session()
    agreement = pair.agreement.id
    pair.command("end, by its word", pair.anna, "end")
    pair.submit("end", pair.anna)
    pair.press("open looking back", pair.anna, Action.LOOK_BACK, agreement)
    pair.submit("look back", pair.anna, review=TEXT, thanks=TEXT)
    pair.press("read thanks", pair.tom, Action.THANKS, agreement)
