"""A first talk: an hour to arrange it all, before anyone has signed; it counts for nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mentoring import cancelling, proposals, sessions
from mentoring.agreement import Outcome, State
from mentoring.due import Due, Kind, Lane
from mentoring.ids import SessionId
from mentoring.messages import wanted
from mentoring.people import Person
from mentoring.quiet import quiet_until
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from mentoring.sessions import SessionKind, SessionState
from tests.mentoring.conftest import ANNA, LONDON, MONDAY, NEW_YORK, TOM, Pair

THURSDAY = datetime(2026, 11, 5, 17, tzinfo=LONDON)
LATER = datetime(2026, 11, 24, 17, tzinfo=LONDON)
TEN_MINUTES = timedelta(minutes=10)
TALK = SessionId("talk")


def talk(pair: Pair, starts: datetime = THURSDAY, *, by: Person = TOM, id_: SessionId = TALK) -> SessionId:
    pair.agreement = sessions.plan(
        pair.agreement,
        id_,
        starts=starts,
        place=Secret("the tea room"),
        by=by.id,
        now=pair.now,
        kind=SessionKind.FIRST_TALK,
    )
    return id_


@pytest.mark.parametrize("person", [TOM, ANNA])
def test_either_plans_one_of_an_hour(pair: Pair, person: Person) -> None:
    talk(pair, by=person)
    planned = pair.agreement.talk
    assert planned is not None
    assert (planned.starts, planned.minutes, planned.set_by) == (THURSDAY, 60, person.id)
    assert (planned.place, planned.place_by) == (Secret("the tea room"), person.id)
    assert planned.is_talk
    assert pair.agreement.session(TALK) == planned


def test_it_uses_up_nothing_and_has_no_rating(pair: Pair) -> None:
    pair.propose(sessions=1)
    talk(pair)
    pair.later(days=4)
    held = pair.agreement.session(TALK)
    assert (held.state, held.rating) == (SessionState.HELD, None)
    assert pair.agreement.talk is None
    assert (pair.agreement.sessions, pair.agreement.room) == ((), 1)
    with pytest.raises(NotFound):
        cancelling.didnt_happen(pair.agreement, TALK, by=ANNA.id, now=pair.now)
    session = pair.both_sign().plan(LATER)
    assert pair.agreement.number(pair.agreement.session(session)) == 1


def test_one_at_a_time_and_another_after_it(pair: Pair) -> None:
    talk(pair)
    talk(pair)
    assert len(pair.agreement.talks) == 1
    with pytest.raises(Refused) as caught:
        talk(pair, id_=SessionId("another"))
    assert (caught.value.sentence, caught.value.at) == (
        "Your first talk is already planned. You can move it instead.",
        "starts",
    )
    pair.later(days=4)
    talk(pair, LATER, id_=SessionId("another"))
    assert [one.state for one in pair.agreement.talks] == [SessionState.HELD, SessionState.PLANNED]


def test_it_comes_before_signing(active: Pair) -> None:
    with pytest.raises(Refused) as caught:
        talk(active)
    assert (caught.value.sentence, caught.value.at) == (
        "A first talk comes before signing. You can plan a session instead.",
        "starts",
    )


def test_it_is_moved_like_a_session(pair: Pair) -> None:
    talk(pair)
    pair.move(TALK, THURSDAY + timedelta(days=1))
    moved = pair.agreement.session(TALK)
    assert (moved.starts, moved.moved_from, moved.moves) == (THURSDAY + timedelta(days=1), THURSDAY, 1)
    with pytest.raises(Refused, match="This talk was moved while you had it open"):
        sessions.move(pair.agreement, TALK, starts=LATER, place=None, revision=0, by=TOM.id, now=MONDAY)
    pair.until(THURSDAY + timedelta(days=1))
    with pytest.raises(Refused, match="This talk isn't ahead any more, so it can't be moved"):
        pair.move(TALK, LATER)


def test_it_is_cancelled_and_that_is_undone_like_a_session(pair: Pair) -> None:
    talk(pair)
    planned = pair.agreement.session(TALK)
    pair.cancel(TALK, ANNA)
    assert pair.agreement.talk is None
    assert pair.moments(Kind.CANCELLED, TOM) == [MONDAY + TEN_MINUTES]
    assert pair.moments(Kind.CANCEL_RECEIPT, ANNA) == [MONDAY]
    assert quiet_until(pair.agreement, TOM.id, MONDAY) == MONDAY + TEN_MINUTES
    pair.agreement = cancelling.undo_cancel(pair.agreement, TALK, by=ANNA.id, now=MONDAY)
    assert pair.agreement.session(TALK) == replace(planned, revision=2)


def test_the_undoing_is_refused_once_another_is_planned(pair: Pair) -> None:
    talk(pair)
    pair.cancel(TALK, ANNA)
    talk(pair, LATER, by=ANNA, id_=SessionId("another"))
    assert pair.moments(Kind.CANCELLED, TOM) == [MONDAY]
    with pytest.raises(Refused, match="Something else has taken its place since"):
        cancelling.undo_cancel(pair.agreement, TALK, by=ANNA.id, now=MONDAY)


def test_what_has_passed_is_not_cancelled(pair: Pair) -> None:
    talk(pair)
    pair.later(days=4)
    with pytest.raises(Refused, match="This talk's time has passed, so there is nothing to cancel"):
        pair.cancel(TALK)


def test_signing_leaves_one_that_is_still_ahead_where_it_is(pair: Pair) -> None:
    talk(pair)
    pair.both_sign()
    assert len(pair.due(Kind.REMINDER)) == 2
    pair.cancel(TALK, TOM)
    pair.agreement = cancelling.undo_cancel(pair.agreement, TALK, by=TOM.id, now=MONDAY)
    assert pair.agreement.talk is not None
    pair.later(days=4)
    assert pair.agreement.session(TALK).held
    assert pair.agreement.sessions == ()


@pytest.mark.parametrize("person", [TOM, ANNA])
def test_it_goes_with_the_proposal(pair: Pair, person: Person) -> None:
    talk(pair)
    if person == TOM:
        pair.agreement = proposals.withdraw_proposal(pair.agreement, by=TOM.id, now=MONDAY)
    else:
        pair.agreement = proposals.decline(pair.agreement, by=ANNA.id, now=MONDAY)
    gone = pair.agreement.session(TALK)
    assert (gone.state, gone.cancelled_by, gone.cancelled_at) == (SessionState.CANCELLED, None, MONDAY)
    assert pair.due(Kind.CANCELLED) == pair.due(Kind.REMINDER) == []
    for act in (
        lambda: pair.move(TALK, LATER),
        lambda: talk(pair, id_=SessionId("another")),
    ):
        with pytest.raises(Refused):
            act()


def test_the_other_is_told_and_both_are_reminded(pair: Pair) -> None:
    talk(pair)
    assert pair.due(Kind.PLANNED) == [
        Due(Kind.PLANNED, TALK, MONDAY, pair.agreement.id, ANNA.id, expires=THURSDAY.astimezone(UTC))
    ]
    assert pair.due(Kind.REMINDER) == [
        Due(
            Kind.REMINDER,
            TALK,
            moment,
            pair.agreement.id,
            person.id,
            expires=THURSDAY.astimezone(UTC),
            lane=Lane.CLOCK,
        )
        for person, moment in (
            (TOM, datetime(2026, 11, 4, 17, tzinfo=LONDON)),
            (ANNA, datetime(2026, 11, 4, 17, tzinfo=NEW_YORK)),
        )
    ]
    pair.later(days=4)
    assert {row.kind for row in wanted(pair.agreement, pair.now)} == {
        Kind.INVITATION,
        Kind.PROPOSAL_REMINDER,
        Kind.TURN,
    }


def test_the_proposal_waits_for_it_and_a_fortnight_more(pair: Pair) -> None:
    talk(pair, LATER)
    assert pair.moments(Kind.PROPOSAL_REMINDER, ANNA) == [datetime(2026, 12, 1, 13, tzinfo=NEW_YORK)]
    pair.until(LATER + timedelta(days=14, minutes=59))
    assert pair.agreement.proposed
    pair.later(minutes=1)
    assert (pair.agreement.state, pair.agreement.outcome) == (State.CLOSED, Outcome.LAPSED)


def test_when_it_is_cancelled_there_is_a_fortnight_to_decide(pair: Pair) -> None:
    """Without it the proposal would have lapsed before: nobody loses it by calling a talk off."""
    talk(pair, LATER)
    pair.until(LATER - timedelta(days=2))
    pair.cancel(TALK)
    pair.later(days=13, hours=23)
    assert pair.agreement.proposed
    pair.later(hours=1)
    assert pair.agreement.closed_at == LATER + timedelta(days=12)


def test_whoever_a_proposal_does_not_exist_for_finds_no_talk(pair: Pair) -> None:
    talk(pair)
    pair.cancel(TALK, ANNA)
    pair.agreement = proposals.hide(pair.agreement, by=ANNA.id)
    hidden = pair.agreement
    assert {row.recipient for row in wanted(hidden, MONDAY)} == {TOM.id, None}
    for act in (
        lambda: cancelling.undo_cancel(hidden, TALK, by=ANNA.id, now=MONDAY),
        lambda: talk(pair, by=ANNA, id_=SessionId("another")),
        lambda: cancelling.cancel(hidden, TALK, by=ANNA.id, now=MONDAY),
        lambda: pair.move(TALK, LATER, ANNA),
    ):
        with pytest.raises(NotFound):
            act()
    talk(pair, id_=SessionId("another"))
    assert pair.due(Kind.PLANNED) == []
    assert [row.recipient for row in pair.due(Kind.REMINDER)] == [TOM.id]


def test_nobody_takes_notes_on_it(pair: Pair) -> None:
    talk(pair)
    pair.later(days=4)
    pair.both_sign()
    with pytest.raises(NotFound):
        pair.note(TALK, "She is quick")


def test_a_time_that_has_passed_is_no_time_for_it(pair: Pair) -> None:
    for attempt in (lambda: talk(pair, MONDAY), lambda: pair.move(talk(pair), MONDAY)):
        with pytest.raises(Refused, match=r"^That time has passed\. Please choose one ahead\.$") as refusal:
            attempt()
        assert refusal.value.at == "starts"
