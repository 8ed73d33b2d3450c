"""What the start form refuses, through the whole of it: the sentence stands at its field, and what was typed stays."""

from datetime import datetime
from typing import Any

from playground.workspace import DEFAULT_PEOPLE
from tests.journeys.pair import LONDON, Pair, moment

WHO, PURPOSE, SESSIONS, MINUTES, FIRST = (
    "With whom?",
    "What do I want from it?",
    "How many sessions?",
    "Minutes of a session",
    "First session",
)
TYPED = {PURPOSE: "To lead", SESSIONS: "4", MINUTES: "60", FIRST: moment("Thu 26 Nov 16:30", LONDON)}


def refused(pair: Pair, **wrong: Any) -> dict[str, str]:
    """Send the form, filled in well but for ``wrong``, by label with ``_`` for a space; return what it says at which field."""
    tom = pair.tom
    tom.command("/mentor start")
    tom.choose("My role", "I would be the mentee")
    tom.click("Change the terms")
    given = {
        WHO: "Anna Bright",
        **TYPED,
        **{label.replace("_", " "): value for label, value in wrong.items()},
    }
    for label, value in given.items():
        tom.fill(label, value)
    before = tom.modal.values
    tom.submit()
    errors = tom.modal.errors
    assert tom.modal.values == before
    tom.close()
    return errors


def test_every_mistake_in_starting_is_told_at_its_field(pair: Pair) -> None:
    bob = next(person for person in DEFAULT_PEOPLE if person.deleted)

    assert refused(pair, **{"With_whom?": "Tom Reed"}) == {
        WHO: "That's you. Please choose the person you would like to work with."
    }
    assert refused(pair, **{"With_whom?": "Mentor"}) == {
        WHO: "That's an app, not a person. Please choose a person."
    }
    assert refused(pair, **{"With_whom?": bob.real_name}) == {
        WHO: "That account isn't active in this workspace any more. Please choose someone else."
    }
    assert refused(pair, **{"What_do_I_want_from_it?": "   \n  "}) == {
        PURPOSE: "Please say in a few words what you want from it; the agreement opens with them."
    }
    for sessions, sentence in (
        ("0", "Please choose between 1 and 12 sessions."),
        ("13", "Please choose between 1 and 12 sessions."),
        ("five", "Please give the number of sessions in digits, from 1 to 12."),
    ):
        assert refused(pair, **{"How_many_sessions?": sessions}) == {SESSIONS: sentence}
    for minutes in ("5", "500"):
        assert refused(pair, Minutes_of_a_session=minutes) == {
            MINUTES: "Please choose between 15 and 240 minutes."
        }
    past = datetime(2026, 11, 22, 16, 30, tzinfo=LONDON)
    assert refused(pair, First_session=past) == {
        FIRST: "That time has passed. Please choose one ahead, or leave it open for now."
    }
    assert pair.anna.messages == []

    pair.propose()
    assert refused(pair) == {WHO: "You have already invited Anna; there is no answer yet. /mentor shows it."}
