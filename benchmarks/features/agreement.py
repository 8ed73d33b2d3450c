"""The agreement: terms talked over before and after it is signed, a first talk, and a pause."""

from benchmarks.journey import SESSION, Journey, moment
from handlers.ids import Action


def talked_over(pair: Journey) -> None:
    """She would like other terms, and a first talk before she signs."""
    pair.meet()
    pair.invite()
    agreement = pair.agreement.id
    pair.press("read", pair.anna, Action.READ, agreement)
    pair.press_inside("open planning a talk", pair.anna, Action.PLAN_TALK, agreement)
    pair.submit("plan a talk", pair.anna, **moment(pair.now + SESSION))
    pair.press("look at the talk", pair.anna, Action.TALK, agreement)
    pair.press("the talk's guide", pair.anna, Action.GUIDE, agreement)
    pair.press("open suggesting", pair.anna, Action.SUGGEST, agreement)
    pair.press_inside("more terms", pair.anna, Action.SUGGEST_TERMS)
    pair.submit("suggest terms", pair.anna, sessions="4", minutes="60", purpose="To lead without shouting.")


def changed(pair: Journey) -> None:
    """Signed terms are to be changed: taken back the first time, declined the second."""
    pair.meet()
    pair.begin()
    agreement = pair.agreement.id
    change = _suggested(pair)
    pair.press("withdraw a change", pair.tom, Action.WITHDRAW_CHANGE, f"{agreement}/{change}")
    change = _suggested(pair)
    pair.press("open declining a change", pair.anna, Action.DECLINE_CHANGE, f"{agreement}/{change}")
    pair.submit("decline a change", pair.anna, reply="Four are too few.")
    pair.press("read the reply", pair.tom, Action.REPLY, f"{agreement}/{change}")


def _suggested(pair: Journey) -> int:
    pair.press("open suggesting", pair.tom, Action.SUGGEST, pair.agreement.id)
    pair.submit("suggest a change", pair.tom, sessions="4")
    return pair.agreement.newest.number


def paused(pair: Journey) -> None:
    """A session ahead, a pause, and on; by words and by buttons."""
    pair.meet()
    pair.begin()
    agreement = pair.agreement.id
    pair.plan()
    pair.command("pause", pair.anna, "pause")
    pair.submit("confirm a pause", pair.anna)
    pair.command("resume", pair.anna, "resume")
    pair.press("pause, by a button", pair.anna, Action.PAUSE, agreement)
    pair.submit("confirm a pause", pair.anna)
    pair.press("resume, by a button", pair.anna, Action.RESUME, agreement)
    pair.press("carry on", pair.anna, Action.CARRY_ON, agreement, told=True)
