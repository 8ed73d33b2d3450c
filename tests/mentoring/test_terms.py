"""Terms talked over in versions: whoever suggests, the mentee signs first and the mentor last, and the old hold meanwhile."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mentoring import closing, proposals, rhythm, terms
from mentoring.agreement import Agreement, Role, State, Terms, VersionOutcome
from mentoring.calendar import Cadence, RatingDelay
from mentoring.ids import SessionId
from mentoring.people import Person
from mentoring.refusal import NotFound, Refused
from mentoring.secret import LOST, Secret
from mentoring.terms import Clause, Superseded
from mentoring.undo import UNDO
from tests.mentoring.conftest import ANNA, MONDAY, TOM, Pair, someone
from tests.mentoring.conftest import LONDON as ZONE

MAYA = someone("Maya Okafor", ZONE)
PURPOSE = Secret("To lead a team without losing sleep")
OTHER = Secret("To delegate")
SENTENCE = Secret("Not this year, I fear")


def suggest(
    pair: Pair,
    by: Person = TOM,
    *,
    basis: int | None = None,
    purpose: Secret[str] | None = PURPOSE,
    **changes: Any,
) -> Pair:
    newest = pair.agreement.newest
    pair.agreement = terms.suggest(
        pair.agreement,
        by=by.id,
        basis=newest.number if basis is None else basis,
        terms=replace(terms.starting_point(pair.agreement).terms, **changes),
        purpose=purpose,
        now=pair.now,
    )
    return pair


def sign(pair: Pair, by: Person, purpose: Secret[str] | None = PURPOSE) -> Pair:
    pair.agreement = proposals.sign(
        pair.agreement,
        by=by.id,
        version=pair.agreement.newest.number,
        purpose=purpose,
        first_session=SessionId("first"),
        now=pair.now,
    )
    return pair


def decline_change(pair: Pair, by: Person, reply: Secret[str] | None = None) -> Agreement:
    return terms.decline_change(
        pair.agreement, by=by.id, version=pair.agreement.newest.number, reply=reply, now=pair.now
    )


# --- versions


def test_a_mentee_signs_by_sending_and_a_mentor_signs_nothing_yet(pair: Pair) -> None:
    suggest(pair, ANNA, sessions=3)
    assert pair.agreement.newest.mentee_signed_at == MONDAY
    assert pair.agreement.must_sign == TOM

    suggest(pair, TOM, minutes=60)
    newest = pair.agreement.newest
    assert (newest.number, newest.author, newest.mentee_signed_at) == (3, TOM.id, None)
    assert (newest.terms.sessions, newest.terms.minutes, newest.purpose) == (3, 60, PURPOSE)
    assert pair.agreement.must_sign == ANNA


def test_a_mentor_leaves_the_purpose_as_it_is(pair: Pair) -> None:
    suggest(pair.propose(Role.MENTEE), TOM, purpose=OTHER, sessions=3)
    assert pair.agreement.newest.purpose == PURPOSE


def test_a_signature_on_an_older_version_is_refused(pair: Pair) -> None:
    suggest(pair, TOM, sessions=3)
    with pytest.raises(Superseded, match="The terms have changed since you opened them"):
        pair.anna_signs()


def test_whoever_comes_second_is_shown_the_newer(pair: Pair) -> None:
    suggest(pair, ANNA, sessions=3)
    with pytest.raises(Superseded):
        suggest(pair, TOM, basis=1, minutes=60)


def test_the_same_twice_is_one_and_nothing_changed_is_none(pair: Pair) -> None:
    once = suggest(pair, ANNA, sessions=3).agreement
    assert suggest(pair, ANNA, basis=1, sessions=3).agreement == once
    with pytest.raises(Refused, match="Nothing is changed yet") as refusal:
        suggest(pair, TOM, wording=2)
    assert refusal.value.at == "sessions"


def test_terms_out_of_bounds_and_a_time_that_has_passed(pair: Pair) -> None:
    passed = pair.now - timedelta(hours=1)
    for changes, at in (
        ({"sessions": 0}, "sessions"),
        ({"minutes": 5}, "minutes"),
        ({"first_session": passed}, "first_session"),
    ):
        with pytest.raises(Refused) as refusal:
            suggest(pair, TOM, **changes)
        assert refusal.value.at == at


def test_a_time_that_stood_in_the_terms_already_may_have_passed(pair: Pair) -> None:
    pair.propose(first_session=MONDAY + timedelta(days=1)).later(days=2)
    suggest(pair, TOM, sessions=3)
    assert pair.agreement.newest.terms.first_session == MONDAY + timedelta(days=1)


def test_what_is_over_or_paused_is_not_changed(active: Pair) -> None:
    active.agreement = rhythm.pause(active.agreement, by=TOM.id, now=active.now)
    with pytest.raises(Refused, match="Your mentoring is paused"):
        suggest(active, TOM, sessions=3)
    active.end()
    with pytest.raises(Refused, match="no longer open"):
        suggest(active, TOM, sessions=3)


def test_a_stranger_finds_nothing(active: Pair) -> None:
    suggest(active, TOM, sessions=3)
    for attempt in (
        lambda: suggest(active, MAYA, sessions=4),
        lambda: decline_change(active, MAYA),
        lambda: terms.reply_to(active.agreement, 2, MAYA.id, active.now),
        lambda: active.agreement.version(7),
    ):
        with pytest.raises(NotFound):
            attempt()


# --- while active


def test_the_old_terms_hold_until_both_have_signed(active: Pair) -> None:
    suggest(active, TOM, sessions=3)
    assert active.agreement.terms.sessions == 5
    assert active.agreement.change == active.agreement.newest
    sign(active, ANNA, OTHER)
    assert (active.agreement.terms.sessions, active.agreement.purpose) == (5, PURPOSE)

    sign(active, TOM)

    agreement = active.agreement
    assert (agreement.state, agreement.terms.sessions, agreement.purpose) == (State.ACTIVE, 3, OTHER)
    assert agreement.change is None
    assert [agreement.is_change(version) for version in agreement.versions] == [False, True]
    assert agreement.basis(agreement.newest) == agreement.versions[0]


def test_a_limit_below_what_is_held_or_planned_is_refused(active: Pair) -> None:
    active.hold_session(MONDAY + timedelta(days=1))
    with pytest.raises(Refused, match="1 session is held or planned already, so please agree on at least 1"):
        terms.must_fit(active.agreement, Terms(sessions=0))
    active.plan(active.now + timedelta(days=7))
    with pytest.raises(Refused, match="2 sessions are held or planned already") as refusal:
        suggest(active, TOM, sessions=1)
    assert refusal.value.at == "sessions"


def test_a_change_is_not_signed_while_paused(active: Pair) -> None:
    suggest(active, TOM, sessions=3)
    active.agreement = rhythm.pause(active.agreement, by=TOM.id, now=active.now)
    with pytest.raises(
        Refused,
        match=r"Your mentoring is paused\. Resume it first, with .* or from Home; then this change can be signed",
    ):
        sign(active, ANNA)


def test_its_author_takes_a_change_back_and_nobody_else(active: Pair) -> None:
    suggest(active, ANNA, sessions=3, purpose=OTHER)
    with pytest.raises(NotFound):
        terms.withdraw_change(active.agreement, by=TOM.id, version=2, now=active.now)
    withdrawn = terms.withdraw_change(active.agreement, by=ANNA.id, version=2, now=active.now)
    assert withdrawn.newest.outcome is VersionOutcome.WITHDRAWN
    assert terms.withdraw_change(withdrawn, by=ANNA.id, version=2, now=active.now) == withdrawn
    with pytest.raises(Refused, match="This change is no longer open"):
        terms.decline_change(withdrawn, by=TOM.id, version=2, reply=None, now=active.now)
    active.agreement = withdrawn
    with pytest.raises(Refused, match="This change is no longer open, so it can't be signed"):
        sign(active, TOM)


def test_what_follows_a_change_that_came_to_nothing_begins_from_what_is_in_force(active: Pair) -> None:
    suggest(active, ANNA, sessions=3, purpose=OTHER)
    active.agreement = terms.withdraw_change(active.agreement, by=ANNA.id, version=2, now=active.now)

    suggest(active, TOM, minutes=60)

    newest = active.agreement.newest
    assert (newest.number, newest.terms.sessions, newest.terms.minutes) == (3, 5, 60)
    assert newest.purpose == PURPOSE


# --- saying no, with a sentence


def test_the_sentence_with_a_declined_change_is_its_authors_alone(active: Pair) -> None:
    suggest(active, TOM, sessions=3)
    with pytest.raises(NotFound):
        decline_change(active, TOM)
    declined = decline_change(active, ANNA, SENTENCE)
    assert declined.newest.outcome is VersionOutcome.DECLINED
    active.agreement = declined
    assert decline_change(active, ANNA, OTHER) == declined
    assert terms.reply_to(declined, 2, TOM.id, active.now) == SENTENCE
    with pytest.raises(NotFound):
        terms.reply_to(declined, 2, ANNA.id, active.now)
    assert terms.reply_to(declined, 1, TOM.id, active.now) is None


@pytest.mark.parametrize("reply", [None, Secret(" \n ")])
def test_no_sentence_is_no_sentence(active: Pair, reply: Secret[str] | None) -> None:
    suggest(active, TOM, sessions=3)
    declined = decline_change(active, ANNA, reply)
    assert (declined.newest.reply, declined.newest.reply_by) == (None, None)


def test_a_sentence_that_is_too_long(active: Pair) -> None:
    suggest(active, TOM, sessions=3)
    with pytest.raises(Refused, match="Please keep it to 3000 characters; this is 3001") as refusal:
        decline_change(active, ANNA, Secret("x" * 3001))
    assert refusal.value.at == "reply"


def test_the_sentence_with_a_declined_proposal_is_shown_once_undo_is_over(pair: Pair) -> None:
    declined = proposals.decline(pair.agreement, by=ANNA.id, reply=SENTENCE, now=pair.now)
    assert terms.reply_to(declined, 1, TOM.id, pair.now + UNDO - timedelta(seconds=1)) is None
    assert terms.reply_to(declined, 1, TOM.id, pair.now + UNDO) == SENTENCE
    with pytest.raises(NotFound):
        terms.reply_to(declined, 1, ANNA.id, pair.now + UNDO)


def test_an_undone_decline_takes_its_sentence_back(pair: Pair) -> None:
    declined = proposals.decline(pair.agreement, by=ANNA.id, reply=SENTENCE, now=pair.now)
    undone = closing.undo_close(declined, by=ANNA.id, place_taken=False, now=pair.now + timedelta(minutes=1))
    assert (undone.newest.reply, undone.newest.reply_by) == (None, None)
    assert undone.proposed


# --- what differs


@pytest.mark.parametrize(
    ("changes", "clause"),
    [
        ({"sessions": 3}, Clause.LIMITS),
        ({"minutes": 60}, Clause.LIMITS),
        ({"cadence": Cadence.MONTHLY}, Clause.LIMITS),
        ({"first_session": MONDAY + timedelta(days=3)}, Clause.FIRST_SESSION),
        ({"place": Secret("Kew")}, Clause.PLACE),
        ({"rating_after": RatingDelay.SEVEN_DAYS}, Clause.FEEDBACK),
        ({"early_end": False}, Clause.EARLY_END),
    ],
)
def test_each_clause_tells_that_it_differs(pair: Pair, changes: dict[str, Any], clause: Clause) -> None:
    suggest(pair, TOM, **changes)
    first, second = pair.agreement.versions
    assert terms.changed(first, second) == {clause}
    assert terms.changed(first, first) == frozenset()


def test_a_purpose_differs_too(pair: Pair) -> None:
    suggest(pair.propose(Role.MENTEE), ANNA, purpose=OTHER)
    assert terms.changed(*pair.agreement.versions) == {Clause.PURPOSE}


def test_a_change_that_is_not_signed_lapses_and_the_old_terms_hold(active: Pair) -> None:
    suggest(active, TOM, sessions=3)
    active.later(days=15)
    assert active.agreement.newest.outcome is VersionOutcome.LAPSED
    assert (active.agreement.state, active.agreement.terms.sessions) == (State.ACTIVE, 5)


def test_a_purpose_that_cannot_be_read_is_written_once_more() -> None:
    with pytest.raises(Refused) as caught:
        terms.check_purpose(LOST)

    assert (caught.value.sentence, caught.value.at) == (
        "What stood here can't be read any more. Please write it once more.",
        "purpose",
    )
