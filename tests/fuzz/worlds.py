"""The states that a pair can be in, each in a database of its own, with what nobody else may be shown."""

from collections.abc import Callable
from datetime import timedelta

from handlers import decisions, feedback, forgetting, impact, notes, rhythm, sessions, talks
from handlers.gestures import Place
from handlers.views.notes import text_field
from mentoring.agreement import Role, Terms
from mentoring.ids import SessionId
from tests.handlers.endings import end, look_back, open_homes, to_the_closing
from tests.handlers.meetings import TUESDAY, hold, plan
from tests.handlers.ratings import ASKED, rate
from tests.handlers.signing import sign
from tests.handlers.stage import PURPOSE, Pair
from tests.handlers.talking import suggest

NOTE, DECISION, KEPT, SHARED = "Osprey-note", "Merlin-decision", "Kestrel-kept", "Harrier-shared"
HIDDEN_FROM = {
    "UTOM": (DECISION, KEPT),
    "UANNA": (NOTE,),
    "UMAYA": (NOTE, DECISION, KEPT, SHARED, PURPOSE),
    "UNEW": (NOTE, DECISION, KEPT, SHARED, PURPOSE),
}
"""What someone may not be shown, whoever's ids they send."""
TWO_WEEKS = timedelta(days=14)


def nobody(pair: Pair) -> None:
    """They know the bot, and nothing more."""


def proposed(pair: Pair) -> None:
    """He has offered; the invitation is open."""
    pair.propose()


def asked_for(pair: Pair) -> None:
    """She has asked, and signed by that; a first talk is planned, and he has suggested other terms."""
    pair.propose(by=Role.MENTEE)
    form = pair.mentee.does(talks.open_plan_talk, str(pair.agreement_id))
    pair.mentee.submits(sessions.plan, form, starts=TUESDAY - timedelta(days=4), place="The Wolseley")
    suggest(pair.mentor, pair, sessions="3")


def half_signed(pair: Pair) -> None:
    """She has signed what he offered."""
    pair.propose()
    sign(pair.mentee, pair, purpose=PURPOSE)


def signed(pair: Pair) -> None:
    """Both have signed, and have their Homes open."""
    pair.sign()
    open_homes(pair)


def planned(pair: Pair) -> None:
    """The first session is ahead, and a change of the terms is suggested."""
    signed(pair)
    plan(pair, place="The Wolseley")
    suggest(pair.mentee, pair, minutes="60")


def _first(pair: Pair) -> SessionId:
    """The first session was held, noted, and asked about."""
    signed(pair)
    session_id = hold(pair)
    form = pair.mentor.does(notes.open_notes, f"{pair.agreement_id}/{session_id}")
    pair.mentor.submits(notes.write_note, form, **{text_field(session_id): NOTE})
    form = pair.mentee.does(decisions.open_decision, f"{pair.agreement_id}/", place=Place.MODAL)
    pair.mentee.submits(decisions.write_decision, form, text=DECISION)
    pair.stage.pass_time(ASKED)
    return session_id


def asked(pair: Pair) -> None:
    """She has just been asked about the first session."""
    _first(pair)


def rated(pair: Pair) -> None:
    """She has answered in words that she keeps; the second session is near, and the rating open to him."""
    session_id = _first(pair)
    rate(pair, session_id, 2)
    form = pair.mentee.does(feedback.open_words, session_id)
    pair.mentee.submits(feedback.add_words, form, words=KEPT, share="keep")
    form = pair.mentee.does(impact.open_impact, session_id)
    pair.mentee.submits(impact.write_impact, form, text=SHARED, share="share")
    plan(pair, TUESDAY + TWO_WEEKS)
    pair.stage.pass_time(TUESDAY + TWO_WEEKS - timedelta(hours=3))


def paused(pair: Pair) -> None:
    """They pause, with a question open."""
    _first(pair)
    pair.mentor.submits(rhythm.pause, pair.mentor.types(rhythm.ask_pause))
    pair.stage.deliver()


def closing_(pair: Pair) -> None:
    """The last session is over, the closing open; he has written already."""
    to_the_closing(pair)
    look_back(pair.mentor, pair, review=NOTE)


def ended(pair: Pair) -> None:
    """She has just ended it: there is Undo, and each may look back."""
    rated(pair)
    end(pair.mentee, pair)


def renewed(pair: Pair) -> None:
    """Two yeses have opened a new agreement."""
    to_the_closing(pair)
    for one in (pair.mentor, pair.mentee):
        look_back(one, pair, go_on="yes")
    pair.stage.pass_time(TUESDAY + timedelta(days=17))


def forgotten(pair: Pair) -> None:
    """She has asked to be forgotten, with all that there was; her account is a newcomer's."""
    rated(pair)
    form = pair.mentee.submits(forgetting.confirm_forget, pair.mentee.types(forgetting.ask_forget))
    pair.mentee.submits(forgetting.forget, form, word="forget")
    pair.stage.pass_time(timedelta(hours=1))


def several(pair: Pair) -> None:
    """He mentors two, and is asked by words whom he means."""
    pair.sign(Terms(sessions=3))
    mine = pair.agreement_id
    other = Pair(pair.stage, pair.mentor, pair.stranger, pair.mentee)
    other.propose()
    sign(pair.stranger, other, purpose="To be heard.")
    sign(pair.mentor, other)
    plan(other)
    pair.agreement_id = mine
    open_homes(pair)


WORLDS: dict[str, Callable[[Pair], None]] = {
    make.__name__.rstrip("_"): make
    for make in (
        nobody,
        proposed,
        asked_for,
        half_signed,
        signed,
        planned,
        asked,
        rated,
        paused,
        closing_,
        ended,
        renewed,
        forgotten,
        several,
    )
}
