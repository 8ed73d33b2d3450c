from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mentoring import proposals, rhythm, terms
from mentoring.access import may_see
from mentoring.agreement import Agreement, Outcome, Role, State, Terms
from mentoring.ids import AgreementId, SessionId
from mentoring.people import Person
from mentoring.proposals import Record
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from tests.mentoring.conftest import ANNA, LONDON, MONDAY, NEW_YORK, TOM, Pair, someone

STRANGER = someone("Maya Okafor", LONDON)
AHEAD = datetime(2026, 11, 10, 16, 30, tzinfo=UTC)


def propose(
    other: Person = ANNA, record: Record | None = None, *, role: Role = Role.MENTOR, **agreed: Any
) -> Agreement:
    return proposals.propose(
        AgreementId("a"),
        proposer=TOM,
        other=other,
        role=role,
        terms=replace(Terms(), **agreed),
        purpose=None,
        record=record or Record(),
        now=MONDAY,
    )


def refusal(**arguments: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as caught:
        propose(**arguments)
    return caught.value.sentence, caught.value.at


def test_a_mentor_who_proposes_signs_nothing_yet(pair: Pair) -> None:
    proposal = pair.agreement
    assert (proposal.mentor, proposal.mentee, proposal.recipient) == (TOM, ANNA, ANNA)
    assert proposal.state is State.PROPOSED
    assert proposal.must_sign == ANNA
    assert proposal.signed is None
    assert proposal.purpose is None


def test_a_mentee_who_proposes_signs_by_sending(pair: Pair) -> None:
    proposal = pair.propose(Role.MENTEE).agreement
    assert (proposal.mentor, proposal.mentee, proposal.recipient) == (TOM, ANNA, TOM)
    assert proposal.newest.mentee_signed_at == MONDAY
    assert proposal.must_sign == TOM
    assert proposal.purpose == Secret("To lead a team without losing sleep")


def test_a_mentee_does_not_propose_without_a_purpose() -> None:
    assert refusal(role=Role.MENTEE) == (
        "Please say in a few words what you want from it; the agreement opens with them.",
        "purpose",
    )


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        (TOM, "That's you. Please choose the person you would like to work with."),
        (replace(ANNA, is_bot=True), "That's an app, not a person. Please choose a person."),
        (
            replace(ANNA, active=False),
            "That account isn't active in this workspace any more. Please choose someone else.",
        ),
    ],
)
def test_some_cannot_be_proposed_to(other: Person, sentence: str) -> None:
    assert refusal(other=other) == (sentence, "who")


@pytest.mark.parametrize(
    ("agreed", "sentence", "at"),
    [
        ({"sessions": 0}, "Please choose between 1 and 12 sessions.", "sessions"),
        ({"sessions": 13}, "Please choose between 1 and 12 sessions.", "sessions"),
        ({"minutes": 5}, "Please choose between 15 and 240 minutes.", "minutes"),
        ({"minutes": 500}, "Please choose between 15 and 240 minutes.", "minutes"),
        (
            {"first_session": MONDAY},
            "That time has passed. Please choose one ahead, or leave it open for now.",
            "first_session",
        ),
        (
            {"first_session": MONDAY + timedelta(days=367)},
            "Please choose a time within the next year.",
            "first_session",
        ),
        ({"place": Secret("x" * 3001)}, "Please keep the place to 3000 characters.", "place"),
    ],
)
def test_terms_out_of_bounds_are_refused_at_their_field(
    agreed: dict[str, object], sentence: str, at: str
) -> None:
    assert refusal(**agreed) == (sentence, at)


@pytest.mark.parametrize("agreed", [{"sessions": 1}, {"sessions": 12}, {"minutes": 15}, {"minutes": 240}])
def test_terms_at_their_bounds_are_fine(agreed: dict[str, Any]) -> None:
    assert propose(**agreed).state is State.PROPOSED


def test_three_open_and_five_a_week_are_the_most() -> None:
    assert propose(record=Record(open_proposals=2, recent=4)).state is State.PROPOSED
    assert refusal(record=Record(open_proposals=3)) == (
        "Three of your invitations are still open. When one is answered, withdrawn or lapses, you can send another.",
        "who",
    )
    assert refusal(record=Record(recent=5)) == (
        "You have sent five invitations this week. Please wait a few days before the next.",
        "who",
    )


def test_after_a_decline_there_are_ninety_days_of_rest() -> None:
    declined = MONDAY - timedelta(days=30)
    assert refusal(record=Record(refused_at=declined)) == (
        "You can invite Anna again from 1 January 2027.",
        "who",
    )
    assert propose(record=Record(refused_at=MONDAY - timedelta(days=90))).state is State.PROPOSED


def test_one_open_agreement_per_pair(pair: Pair) -> None:
    mine = pair.agreement
    assert refusal(record=Record(between=mine))[0] == (
        "You have already invited Anna; there is no answer yet. `/mentor` shows it."
    )
    hers = pair.propose(Role.MENTEE).agreement
    assert refusal(record=Record(between=hers))[0] == (
        "Anna has already invited you. `/mentor` shows the invitation."
    )
    active = pair.propose().both_sign().agreement
    assert (
        refusal(record=Record(between=active))[0]
        == "You and Anna already have an agreement. `/mentor` shows it."
    )


def test_whoever_wants_no_invitations_never_learns_of_one_and_may_start_herself() -> None:
    hidden = propose(other=replace(ANNA, invitations=False))
    assert hidden.hidden
    assert may_see(hidden, TOM.id)
    assert not may_see(hidden, ANNA.id)
    assert proposals.replaceable(hidden, ANNA.id)
    assert not proposals.replaceable(hidden, TOM.id)
    with pytest.raises(NotFound):
        proposals.decline(hidden, by=ANNA.id, now=MONDAY)
    with pytest.raises(NotFound):
        sign(hidden, ANNA)
    with pytest.raises(NotFound):
        proposals.give_way(hidden, to=TOM.id, now=MONDAY)
    with pytest.raises(NotFound):
        proposals.give_way(hidden, to=STRANGER.id, now=MONDAY)
    gone = proposals.give_way(hidden, to=ANNA.id, now=MONDAY)
    assert (gone.outcome, gone.closed_by, gone.acted_at) == (Outcome.WITHDRAWN, None, hidden.acted_at)
    with pytest.raises(NotFound):
        proposals.give_way(gone, to=ANNA.id, now=MONDAY)


def sign(
    agreement: Agreement, by: Person, *, version: int = 1, purpose: str = "why", now: datetime = MONDAY
) -> Agreement:
    return proposals.sign(
        agreement,
        by=by.id,
        version=version,
        purpose=Secret(purpose),
        first_session=SessionId("first"),
        now=now,
    )


def test_the_mentee_signs_first_and_the_mentor_last(pair: Pair) -> None:
    with pytest.raises(Refused, match="Anna signs first, with a purpose in their own words"):
        sign(pair.agreement, TOM)
    signed = sign(pair.agreement, ANNA)
    assert signed.state is State.PROPOSED
    assert signed.must_sign == TOM
    active = sign(signed, TOM, now=MONDAY + timedelta(hours=1))
    assert active.state is State.ACTIVE
    assert active.activated_at == MONDAY + timedelta(hours=1)
    assert active.zone == LONDON
    assert active.must_sign is None
    assert active.signed == active.newest
    assert active.purpose == Secret("why")


def test_a_purpose_of_blanks_is_refused(pair: Pair) -> None:
    for purpose in ("", " \n\t "):
        with pytest.raises(Refused) as caught:
            sign(pair.agreement, ANNA, purpose=purpose)
        assert caught.value.at == "purpose"
    with pytest.raises(Refused, match="keep the purpose to 3000 characters"):
        sign(pair.agreement, ANNA, purpose="x" * 3001)
    assert sign(pair.agreement, ANNA, purpose="  x  ").purpose == Secret("x")


def test_signing_twice_changes_nothing(pair: Pair) -> None:
    signed = sign(pair.agreement, ANNA)
    assert sign(signed, ANNA, purpose="another", now=MONDAY + timedelta(days=1)) == signed
    active = sign(signed, TOM)
    assert sign(active, TOM) == active


def test_only_the_newest_version_is_signed(pair: Pair) -> None:
    with pytest.raises(Refused, match="The terms have changed since you opened them"):
        sign(pair.agreement, ANNA, version=2)


def test_a_stranger_finds_nothing_to_sign(pair: Pair) -> None:
    with pytest.raises(NotFound):
        sign(pair.agreement, STRANGER)


def test_what_is_no_longer_open_is_not_signed(pair: Pair) -> None:
    withdrawn = proposals.withdraw_proposal(pair.agreement, by=TOM.id, now=MONDAY)
    with pytest.raises(Refused, match="This invitation is no longer open, so it can't be signed"):
        sign(withdrawn, ANNA)


def test_the_first_session_is_planned_with_the_last_signature(pair: Pair) -> None:
    place = Secret("Caffè Nero, Fleet Street")
    active = pair.propose(first_session=AHEAD, place=place).both_sign().agreement
    (session,) = active.sessions
    assert (session.id, session.starts, session.minutes) == ("first", AHEAD, 75)
    assert (session.place, session.place_by, session.set_by) == (place, TOM.id, None)


def test_a_first_session_that_passed_before_the_last_signature_is_left_to_be_planned(pair: Pair) -> None:
    pair.propose(first_session=AHEAD).anna_signs()
    pair.now = AHEAD
    assert pair.tom_signs().agreement.sessions == ()
    assert pair.agreement.state is State.ACTIVE


def test_declining_is_the_recipients_alone(pair: Pair) -> None:
    declined = proposals.decline(pair.agreement, by=ANNA.id, now=MONDAY)
    assert (declined.state, declined.outcome, declined.closed_by) == (State.CLOSED, Outcome.DECLINED, ANNA.id)
    assert proposals.decline(declined, by=ANNA.id, now=MONDAY + timedelta(minutes=1)) == declined
    for person in (TOM, STRANGER):
        with pytest.raises(NotFound):
            proposals.decline(pair.agreement, by=person.id, now=MONDAY)


def test_withdrawing_is_the_proposers_alone(pair: Pair) -> None:
    withdrawn = proposals.withdraw_proposal(pair.agreement, by=TOM.id, now=MONDAY)
    assert (withdrawn.state, withdrawn.outcome) == (State.CLOSED, Outcome.WITHDRAWN)
    assert proposals.withdraw_proposal(withdrawn, by=TOM.id, now=MONDAY) == withdrawn
    with pytest.raises(NotFound):
        proposals.withdraw_proposal(pair.agreement, by=ANNA.id, now=MONDAY)
    with pytest.raises(Refused, match="This invitation is no longer open"):
        proposals.decline(withdrawn, by=ANNA.id, now=MONDAY)
    with pytest.raises(Refused, match="This invitation is no longer open"):
        proposals.withdraw_proposal(pair.both_sign().agreement, by=TOM.id, now=MONDAY)


def test_no_more_invitations_hides_the_proposal_from_its_recipient_alone(pair: Pair) -> None:
    assert proposals.hide(pair.agreement, by=ANNA.id).hidden
    assert not proposals.hide(pair.agreement, by=TOM.id).hidden
    signed = sign(pair.agreement, ANNA)
    assert not proposals.hide(signed, by=ANNA.id).hidden
    assert not proposals.hide(sign(signed, TOM), by=ANNA.id).hidden


def test_roles_and_people(pair: Pair) -> None:
    agreement = pair.agreement
    assert agreement.role_of(TOM.id) is Role.MENTOR
    assert agreement.role_of(ANNA.id) is Role.MENTEE
    assert agreement.other(TOM.id) == ANNA
    assert agreement.person(ANNA.id) == ANNA
    assert agreement.person(TOM.id) == TOM
    assert Role.MENTOR.other is Role.MENTEE
    assert Role.MENTEE.other is Role.MENTOR
    for question in (agreement.role_of, agreement.other, agreement.person):
        with pytest.raises(NotFound):
            question(STRANGER.id)
    assert ANNA.zone == NEW_YORK


def test_a_change_that_waited_through_a_pause_has_its_fortnight_from_her_signature_on(active: Pair) -> None:
    active.agreement = terms.suggest(
        active.agreement, by=TOM.id, basis=1, terms=Terms(sessions=3), purpose=None, now=MONDAY
    )
    active.agreement = rhythm.pause(active.agreement, by=TOM.id, now=MONDAY)
    active.later(days=30)
    active.agreement = rhythm.resume(active.agreement, by=TOM.id, now=active.now)
    assert active.agreement.lapses_at == MONDAY + timedelta(days=44)
    active.later(days=1)
    active.agreement = sign(active.agreement, ANNA, version=2, now=active.now)
    assert active.agreement.lapses_at == MONDAY + timedelta(days=45)
