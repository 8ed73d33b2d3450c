"""What is the mentee's own between sessions: decisions, and what came of last time."""

from benchmarks.journey import TEXT, Journey
from handlers.ids import Action


def written(pair: Journey) -> None:
    """She writes a decision and what came of the session, and leafs through both."""
    pair.meet()
    pair.begin()
    session = pair.first_session()
    agreement = pair.agreement.id
    starts = pair.agreement.session(session).starts
    pair.command("decisions", pair.anna, "decisions")
    pair.press_inside("open a decision", pair.anna, Action.DECISION)
    pair.submit("write a decision", pair.anna, text=TEXT)
    pair.press_inside("another page of decisions", pair.anna, f"{Action.DECISIONS_PAGE}_0", "0")
    pair.press("decisions, by a button", pair.anna, Action.DECISIONS, agreement)
    pair.press("open what came of it", pair.anna, Action.IMPACT, session)
    pair.submit("write what came of it", pair.anna, text=TEXT, share="share")
    pair.press("all that came of it", pair.anna, Action.IMPACTS, agreement)
    pair.press_inside(
        "all that came of it, earlier", pair.anna, Action.IMPACTS_EARLIER, str(int(starts.timestamp()) + 1)
    )
