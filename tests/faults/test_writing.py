"""While something is away somebody writes: what was confirmed is kept, and what was refused stays where it was typed, to be sent once more."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from storage.database import make_engine
from storage.tables import notes, ratings
from tests.faults.conftest import LONG, Place
from tests.faults.harness import bot_at
from tests.faults.outages import OUTAGES, Outage
from tests.faults.scenes import asked
from tests.journeys.pair import Pair, Someone

AWAY = (
    "I can't get at my records at the moment, so nothing was saved. Please try again in a few minutes; if it stays like this, "
    "please tell whoever runs this bot."
)
BUSY = "I'm busy for a moment, so nothing was saved. Please try again."
TYPED, NOTE = "Your notes on session 1 of 5", "Delegates too late"
SILENT = "We had some trouble connecting. Try again?", "Mentor did not respond in time"
"""What Slack says by itself: in a form, and of a click."""
MEANWHILE = {
    "the database file is locked by another process": (BUSY, BUSY),
    "the tables are locked by another connection": (BUSY, BUSY),
    "the disk is full, then has room": (AWAY, AWAY),
    "the bot is away while the clock goes on": SILENT,
    "PostgreSQL ends every connection": None,
}
"""What he reads who saves a note, and she who gives a rating; None if it works."""
QUICK = {("the disk is full, then has room", "sqlite")}
CASES = [
    (outage, kind)
    for outage in OUTAGES
    if outage.name in MEANWHILE
    for kind in outage.kinds
    if LONG or (outage.name, kind) in QUICK
]
ACK_SECONDS = 3.0
"""As Slack itself: that somebody else is waited for may take a second."""


@pytest.mark.parametrize(("outage", "kind"), CASES, ids=lambda given: getattr(given, "name", given))
def test_what_was_confirmed_is_kept_and_what_was_refused_works_afterwards(
    outage: Outage, kind: str, place: Place
) -> None:
    home, url = place("here")
    home.mkdir()
    with bot_at(home, url, ACK_SECONDS) as (slack, bot):
        pair = Pair(slack, patient=True)
        asked(pair)
        tom, anna = pair.tom, pair.anna
        tom.click("Write notes")
        tom.fill(TYPED, NOTE)
        with outage.away(slack, bot, url):
            tom.hands.submit()
            his = told(tom)
            anna.hands.click("4")
            hers = told(anna)

        refused = MEANWHILE[outage.name]
        if refused is None:
            assert (his, hers, tom.hands.modal) == ([], [], None)
        else:
            assert (his, hers) == ([refused[0]], [refused[1]])
            assert tom.modal.values[TYPED] == NOTE
            assert kept(url) == (0, ["asked"])
            tom.submit()
            anna.click("4")
        slack.settle()
        assert kept(url) == (1, ["answered"])
        tom.command("/mentor recap")
        assert f"Your notes\n{NOTE}" in tom.receipt


def told(person: Someone) -> list[str]:
    """What somebody reads of trouble: at the fields of a form, beside a message, or from Slack itself."""
    modal = person.hands.modal
    errors = [] if modal is None else list(modal.errors.values())
    notice = [] if person.hands.notice is None else [person.hands.notice]
    return [*errors, *person.whispers, *notice]


def kept(url: str) -> tuple[int, Sequence[str]]:
    """How many notes there are, and where the ratings stand."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            written = connection.execute(select(notes.c.id)).all()
            return len(written), [str(state) for state in connection.scalars(select(ratings.c.state))]
    finally:
        engine.dispose()
