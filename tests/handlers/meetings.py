"""What the tests about sessions have in common: a time, a place, and the steps that lead to them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers import sessions as handlers
from handlers.gestures import Answer
from mentoring.ids import SessionId
from mentoring.refusal import Refused
from tests.handlers.stage import LONDON, Pair, Someone, shown, words

TUESDAY = datetime(2026, 12, 1, 16, 30, tzinfo=LONDON)
THURSDAY = datetime(2026, 12, 3, 10, 0, tzinfo=LONDON)
IN_BOTH = "Tuesday 1 December, 11:30 in New York · 16:30 in London"
PLACE = "The Wolseley, <!channel> by the window"


def plan(pair: Pair, starts: datetime = TUESDAY, place: str | None = None) -> SessionId:
    """The mentor plans a session; its id."""
    form = pair.mentor.does(handlers.open_plan, pair.agreement.id)
    pair.mentor.submits(handlers.plan, form, starts=starts, place=place)
    pair.stage.deliver()
    ahead = pair.agreement.planned_session
    assert ahead is not None
    return ahead.id


def hold(pair: Pair, starts: datetime = TUESDAY) -> SessionId:
    """The mentor plans a session, and it has just ended; its id."""
    session_id = plan(pair, starts)
    pair.stage.pass_time(starts + timedelta(minutes=75))
    return session_id


def cancel(pair: Pair, one: Someone, session_id: SessionId) -> Answer:
    """``one`` cancels a session, with both clicks."""
    form = one.does(handlers.ask_cancel, session_id)
    assert shown(form).to_dict()["submit"]["text"] == "Cancel this session"
    return one.submits(handlers.cancel, form)


def refused(answering: Any, *arguments: Any, **entered: Any) -> Refused:
    """The refusal that an answer would have been."""
    with pytest.raises(Refused) as caught:
        answering(*arguments, **entered)
    return caught.value


def read(answer: Answer) -> str:
    """Everything that a modal says."""
    return words(shown(answer))
