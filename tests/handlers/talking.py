"""What the tests about terms talked over have in common: suggesting, from the form that a button opens."""

from typing import Any

from slack_sdk.models.views import View

from handlers import terms as handlers
from handlers.gestures import Answer, Place
from tests.handlers.stage import Pair, Someone, buttons, payload_of, shown


def form(who: Someone, pair: Pair, *, opened: bool = False, **typed: Any) -> View:
    """The form in someone's hands, with all of the terms if asked for, after they have typed something."""
    view = shown(who.does(handlers.open_suggest, str(pair.agreement_id)))
    if not opened:
        return view
    body = payload_of(view, typed)
    more = handlers.more_terms(who.gesture(Place.MODAL, buttons(view)["More of the terms"], view=body))
    return shown(more)


def suggest(who: Someone, pair: Pair, **typed: Any) -> Answer:
    """Suggest other terms; what is due is delivered."""
    view = form(who, pair, opened=bool(set(typed) - {"sessions", "minutes", "cadence", "purpose"}))
    answer = who.submits(handlers.suggest, view, **typed)
    pair.stage.deliver()
    return answer
