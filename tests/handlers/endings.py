"""What the tests about endings have in common: the pair's last session, the closing, and looking back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.models.views import View

from handlers import closing as handlers
from handlers import home
from handlers.gestures import Answer, Place
from mentoring.agreement import Agreement, Terms
from mentoring.due import Kind
from mentoring.ids import AgreementId
from storage import agreements
from tests.handlers.meetings import TUESDAY, hold
from tests.handlers.stage import LONDON, NEW_YORK, Pair, Someone, shown

OPENED = TUESDAY + timedelta(days=7, minutes=75)
"""A week after the last session's end: 17:45 in London, 12:45 in New York."""
FIXED = OPENED + timedelta(days=7)
IN_LONDON = "Tuesday 15 December, 17:45 in London"
IN_NEW_YORK = "Tuesday 15 December, 12:45 in New York"
RESULT_IN_LONDON = datetime(2026, 12, 16, 9, tzinfo=LONDON)
RESULT_IN_NEW_YORK = datetime(2026, 12, 15, 12, 45, tzinfo=NEW_YORK)
CLOSED = "It has closed meanwhile, so nothing can be added or changed any more."


def to_the_closing(pair: Pair, sessions: int = 1) -> None:
    """Both have signed, have their Homes open, and held what they agreed on; the closing is open, and both were told."""
    pair.sign(Terms(sessions=sessions))
    open_homes(pair)
    for week in reversed(range(sessions)):
        hold(pair, TUESDAY - timedelta(days=week))
    pair.stage.pass_time(OPENED + timedelta(days=1))


def open_homes(pair: Pair) -> None:
    """Each of the two opens Home, which from now on is drawn after every change."""
    for one in (pair.mentor, pair.mentee):
        opened = one.gesture(Place.MESSAGE)
        home.open_home(replace(opened, body={**opened.body, "event_id": f"Ev{one.user_id}"}))


def form(who: Someone, pair: Pair, *, place: Place = Place.MESSAGE) -> View:
    return shown(who.does(handlers.look_back, str(pair.agreement_id), place=place))


def look_back(who: Someone, pair: Pair, **entered: Any) -> Answer:
    """Fill the form in as it is now, and send it."""
    return who.submits(handlers.keep_words, form(who, pair), **entered)


def end(who: Someone, pair: Pair) -> View:
    """Both clicks of End; the last window."""
    opened = who.does(handlers.ask_end, str(pair.agreement_id))
    return shown(who.submits(handlers.end, opened))


def renewal(pair: Pair) -> Agreement:
    """The agreement that two yeses have opened; from now on it is the pair's."""
    with pair.stage.database.reading() as tx:
        found = agreements.renewal_of(
            tx, pair.agreement, seen_by=pair.agreement.mentor.id, now=pair.stage.now
        )
    assert found is not None
    pair.agreement_id = AgreementId(found.id)
    return found


def kinds(who: Someone) -> list[Kind]:
    return [message.kind for message in who.messages]
