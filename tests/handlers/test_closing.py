"""Ending early, and how it closed: two clicks, no reason, ten minutes to take it back."""

from datetime import timedelta

import pytest

from handlers import agreement as handlers
from handlers import closing as closing_handlers
from handlers import sessions as session_handlers
from handlers.gestures import Nothing, Place
from handlers.views.reading import agreement_view
from mentoring.agreement import Outcome, State, Terms
from mentoring.due import Kind
from mentoring.operator import Operator
from mentoring.refusal import NotFound, Refused
from tests.handlers.signing import TUESDAY
from tests.handlers.stage import Pair, shown, told, words


def test_two_clicks_end_it_and_nobody_asks_why(pair: Pair) -> None:
    pair.sign()

    form = shown(pair.mentee.types(closing_handlers.ask_end))
    assert words(form) == (
        "End with Tom Ending early is a good result too, and no reason is needed. Tom is told kindly, ten minutes from now; "
        "until then you can take it back. A session that is planned is cancelled. Ratings that are still sealed stay private "
        "for good. What each of you wrote stays readable to whoever could read it before, for as long as its author keeps it: yours for "
        "90 days, as set in your settings. End it Keep it"
    )
    done = shown(pair.mentee.submits(closing_handlers.end, form))

    assert words(done) == (
        "Done It has ended. Tom is told in ten minutes, without a reason. Until then you can take it back, here or in your "
        "messages. Undo Look back Close"
    )
    receipt = pair.mentee.newest(Kind.END_RECEIPT)
    assert receipt.text == (
        "You ended your mentoring with Tom Reed. Tom is told in ten minutes, kindly and without a reason. If you like, look "
        "back until 7 December: a short review for yourself, and thanks to pass on."
    )
    assert list(receipt.buttons) == ["Undo", "Look back"]
    assert [m.kind for m in pair.mentor.messages] == [Kind.AGREED]
    assert pair.mentee.submits(closing_handlers.end, form)  # a double click ends it once
    pair.stage.pass_time(timedelta(minutes=10))

    assert pair.mentor.newest(Kind.ENDED).text == (
        "Anna Bright has ended your mentoring. No reason is asked or given: either of you could at any time, and ending early "
        "is a good result too. Thank you for the time you gave it. If you like, look back until 7 December: a short review for "
        "yourself, and thanks to pass on."
    )
    assert list(pair.mentor.newest(Kind.ENDED).buttons) == ["Look back", "Recap", "Agreement"]
    after = pair.mentee.newest(Kind.END_RECEIPT)
    assert (after.text, list(after.buttons)) == (
        "You ended your mentoring with Tom Reed. If you like, look back until 7 December: a short review for yourself, and "
        "thanks to pass on.",
        ["Look back", "Agreement"],
    )
    assert words(shown(pair.mentee.types(handlers.show_agreement))).startswith(
        "Agreement Ended on 23 November 2026. Look back Signed"
    )


@pytest.mark.parametrize("place", [Place.MESSAGE, Place.MODAL])
def test_an_end_is_undone_and_the_other_hears_nothing(pair: Pair, place: Place) -> None:
    pair.sign(Terms(first_session=TUESDAY))
    pair.mentor.submits(closing_handlers.end, shown(pair.mentor.types(closing_handlers.ask_end)))
    assert not pair.agreement.standing_sessions

    undo = pair.mentor.newest(Kind.END_RECEIPT).buttons["Undo"]
    answer = pair.mentor.does(closing_handlers.undo_close, undo, place=place)

    if place is Place.MESSAGE:
        assert answer == Nothing()
    else:
        assert words(shown(answer)) == (
            "Taken back Your mentoring with Anna goes on. Anna was told nothing. Close"
        )
    assert pair.agreement.state is State.ACTIVE
    assert pair.agreement.planned_session is not None
    assert pair.mentor.newest(Kind.END_RECEIPT).text == (
        "You took back the end: your mentoring with Anna goes on."
    )
    pair.stage.pass_time(timedelta(minutes=20))
    assert [m.kind for m in pair.mentee.messages] == [Kind.INVITATION, Kind.AGREED]


def test_whoever_took_the_end_back_has_not_ended_it_when_the_other_does(pair: Pair) -> None:
    pair.sign()
    pair.mentor.submits(closing_handlers.end, shown(pair.mentor.types(closing_handlers.ask_end)))
    pair.mentor.does(closing_handlers.undo_close, pair.mentor.newest(Kind.END_RECEIPT).buttons["Undo"])

    pair.mentee.submits(closing_handlers.end, shown(pair.mentee.types(closing_handlers.ask_end)))
    pair.stage.pass_time(timedelta(minutes=20))

    assert pair.mentor.newest(Kind.END_RECEIPT).text == "You took back the end of your mentoring with Anna."
    assert pair.mentee.newest(Kind.END_RECEIPT).text.startswith("You ended your mentoring with Tom Reed. If")


def test_an_end_cannot_be_undone_once_the_place_is_taken(pair: Pair) -> None:
    pair.sign()
    pair.mentor.submits(closing_handlers.end, shown(pair.mentor.types(closing_handlers.ask_end)))
    ended = str(pair.agreement_id)
    pair.agreement_id = None
    pair.propose()

    with pytest.raises(Refused, match=r"^Something has happened since, so this can't be undone\.$"):
        pair.mentor.does(closing_handlers.undo_close, ended)


def test_whoever_ends_it_second_is_offered_no_undo(pair: Pair) -> None:
    pair.sign()
    form = shown(pair.mentee.types(closing_handlers.ask_end))
    pair.mentor.submits(closing_handlers.end, shown(pair.mentor.types(closing_handlers.ask_end)))

    answer = shown(pair.mentee.submits(closing_handlers.end, form))

    assert words(answer) == "Done It has ended. Look back Close"
    assert [m.kind for m in pair.mentee.messages] == [Kind.INVITATION, Kind.AGREED]


def test_only_who_did_it_can_undo_it(pair: Pair) -> None:
    pair.sign()
    pair.mentor.submits(closing_handlers.end, shown(pair.mentor.types(closing_handlers.ask_end)))

    with pytest.raises(NotFound):
        pair.mentee.does(closing_handlers.undo_close, str(pair.agreement_id))


def test_what_is_over_is_not_ended_again(pair: Pair) -> None:
    pair.sign()
    pair.mentor.submits(closing_handlers.end, shown(pair.mentor.types(closing_handlers.ask_end)))

    for who in (pair.mentor, pair.mentee):
        assert told(who.types(closing_handlers.ask_end)) == (
            "You have no mentoring to end. `/mentor` shows what there is."
        )
        assert told(who.does(closing_handlers.ask_end, str(pair.agreement_id))) == (
            "This mentoring is over already, so there is nothing to end. `/mentor` shows what there is."
        )


def test_a_proposal_is_not_ended(pair: Pair) -> None:
    none = "You have no mentoring to end. `/mentor` shows what there is."
    assert told(pair.mentor.types(closing_handlers.ask_end)) == none
    pair.propose()

    not_yet = "Nothing is signed by both of you yet. `/mentor` shows where it stands and what you can do."
    assert told(pair.mentor.types(closing_handlers.ask_end)) == not_yet
    assert told(pair.mentor.does(closing_handlers.ask_end, str(pair.agreement_id))) == not_yet
    assert told(pair.mentee.types(session_handlers.show_session)) == not_yet
    assert told(pair.stranger.types(closing_handlers.ask_end)) == none


@pytest.mark.parametrize(
    ("outcome", "closed_by", "mentors", "mentees"),
    [
        (Outcome.WITHDRAWN, "mentor", "You withdrew it on {}.", "Tom withdrew it on {}."),
        (Outcome.LAPSED, None, "It lapsed on {}.", "It lapsed on {}."),
        (Outcome.COMPLETED, None, "Complete since {}.", "Complete since {}."),
    ],
)
def test_how_it_closed_can_be_read(
    pair: Pair, outcome: Outcome, closed_by: str | None, mentors: str, mentees: str
) -> None:
    active = pair.sign()
    closed = active.closed(outcome, pair.stage.now, active.mentor.id if closed_by else None)

    for person, sentence in ((active.mentor, mentors), (active.mentee, mentees)):
        view = agreement_view(closed, person, Operator("Ruth"), pair.stage.now + timedelta(days=1))
        assert words(view).startswith(f"Agreement {sentence.format('23 November 2026')} Signed")
