"""What the tests about an agreement have in common: reading it, and signing it."""

from datetime import datetime

from slack_sdk.models.views import View

from handlers import agreement as handlers
from handlers import declining
from handlers.gestures import Answer
from tests.handlers.stage import LONDON, Pair, Someone, shown, words

TUESDAY = datetime(2026, 12, 1, 16, 30, tzinfo=LONDON)


def read(who: Someone, pair: Pair) -> View:
    return shown(who.does(handlers.show_agreement, str(pair.agreement_id)))


def sign(who: Someone, pair: Pair, **typed: str) -> str:
    return words(shown(who.submits(handlers.sign_agreement, read(who, pair), **typed)))


def decline(who: Someone, pair: Pair, reply: str | None = None) -> Answer:
    """Decline the proposal, with both clicks and perhaps a sentence."""
    form = who.does(declining.ask_decline, str(pair.agreement_id))
    return who.submits(declining.decline, form, reply=reply)
