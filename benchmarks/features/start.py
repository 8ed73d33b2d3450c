"""The beginning: the form and its turns, and the ways out of an invitation."""

from benchmarks.journey import TEXT, Journey
from handlers.ids import Action


def ways_to_begin(pair: Journey) -> None:
    """A mentee begins, opens the terms, and signs by sending."""
    pair.meet()
    pair.press("start, by a button", pair.anna, Action.START, "start")
    pair.choose_inside("choose a role", pair.anna, Action.START_ROLE, "mentee", role="mentee")
    pair.press_inside("open the terms", pair.anna, Action.START_TERMS, role="mentee")
    pair.submit("send an invitation as a mentee", pair.anna, who=pair.tom, role="mentee", purpose=TEXT)


def taken_back(pair: Journey) -> None:
    """The mentor thinks better of it."""
    pair.meet()
    pair.invite()
    pair.press("withdraw an invitation", pair.tom, Action.WITHDRAW, pair.agreement.id)


def declined(pair: Journey) -> None:
    """The mentee declines, for ten minutes and for good; then she wants no more invitations."""
    pair.meet()
    pair.invite()
    agreement = pair.agreement.id
    pair.press("open declining", pair.anna, Action.DECLINE, agreement)
    pair.submit("decline", pair.anna, reply="Not this year, but thank you.")
    pair.press("undo a no", pair.anna, Action.UNDO_CLOSE, agreement)
    pair.press("no more invitations", pair.anna, Action.NO_INVITATIONS, agreement)
