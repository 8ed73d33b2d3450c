"""Words at the end: kept until the fixed instant, passed on in time, and two yeses that open a new agreement."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest

from mentoring import closing, proposals, terms
from mentoring.access import may_see
from mentoring.agreement import Agreement, Outcome, State, Terms
from mentoring.calendar import Cadence
from mentoring.closing import both_go_on, renewal, thanks_to
from mentoring.due import Kind
from mentoring.erasing import without_texts
from mentoring.feedback import RatingState
from mentoring.ids import AgreementId, PersonId, SessionId
from mentoring.messages import concerned, wanted
from mentoring.people import Person
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from mentoring.turns import caught_up, next_turn
from tests.mentoring.conftest import ANNA, LONDON, NEW_YORK, TOM, Pair, said

TUESDAY = datetime(2026, 11, 10, 16, 30, tzinfo=LONDON)
UNDO_OVER = timedelta(minutes=10)


@pytest.fixture
def ending(pair: Pair) -> Pair:
    """The one session that was agreed on was held, and the closing has been open for some hours."""
    pair.propose(sessions=1, cadence=Cadence.MONTHLY, place=Secret("The Blue Door")).both_sign()
    pair.hold_session(TUESDAY)
    return pair.until(TUESDAY + timedelta(days=8))


def says(
    pair: Pair,
    by: Person,
    *,
    review: str = "",
    thanks: str = "",
    go_on: bool | None = None,
    revision: int | None = None,
) -> Agreement:
    pair.agreement = closing.say_farewell(
        pair.agreement,
        by=by.id,
        review=review,
        thanks=thanks,
        go_on=go_on,
        now=pair.now,
        revision=revision,
    )
    return pair.agreement


def completed(pair: Pair) -> Agreement:
    return pair.until(TUESDAY + timedelta(days=15)).agreement


# --- while it closes


def test_words_are_kept_as_they_were_last_left(ending: Pair) -> None:
    says(ending, ANNA, review="  It cleared my head. ", thanks="Thank you", go_on=True)
    first = ending.agreement.farewell_of(ANNA.id)
    assert first is not None
    assert (first.review, first.thanks, first.go_on) == (
        Secret("It cleared my head."),
        Secret("Thank you"),
        Secret(True),
    )
    assert (first.written_at, first.revision) == (ending.now, 0)

    ending.later(hours=1)
    says(ending, ANNA, review=" ", thanks="Thank you all the same")
    second = ending.agreement.farewell_of(ANNA.id)
    assert second is not None
    assert (second.review, second.thanks, second.go_on) == (None, Secret("Thank you all the same"), None)
    assert (second.written_at, second.revision) == (ending.now, 1)
    assert ending.agreement.farewell_of(TOM.id) is None


def test_the_same_words_again_change_nothing(ending: Pair) -> None:
    once = says(ending, ANNA, thanks="Thank you", go_on=False, revision=closing.NOTHING_YET)
    ending.later(hours=1)
    assert says(ending, ANNA, thanks="Thank you", go_on=False, revision=closing.NOTHING_YET) is once


def test_an_empty_form_is_an_answer_too(ending: Pair) -> None:
    once = says(ending, TOM)
    farewell = once.farewell_of(TOM.id)
    assert farewell is not None
    assert farewell.written_at == ending.now
    assert says(ending, TOM) is once


def test_words_from_another_window_are_not_written_over(ending: Pair) -> None:
    says(ending, ANNA, review="From the phone", revision=closing.NOTHING_YET)
    with pytest.raises(Refused, match="in another window") as caught:
        says(ending, ANNA, thanks="From the desk", revision=closing.NOTHING_YET)
    assert caught.value.at == "review"
    says(ending, ANNA, thanks="From the desk", revision=0)
    ending.end(ANNA)
    with pytest.raises(Refused, match="in another window"):
        says(ending, ANNA, go_on=True, revision=1)


def test_words_have_an_end(ending: Pair) -> None:
    for field in ("review", "thanks"):
        with pytest.raises(Refused, match=r"^Please keep it to 3000 characters; this is 3001\.$") as caught:
            says(ending, ANNA, **{field: "x" * 3001})  # type: ignore[arg-type]  # one of the two texts
        assert caught.value.at == field
    with pytest.raises(NotFound):
        says(ending, replace(TOM, id=PersonId("maya")))


def test_whatever_someone_says_concerns_nobody_else_before_the_fixed_instant(ending: Pair) -> None:
    before = ending.agreement
    says(ending, ANNA, review="r", thanks="t", go_on=True)
    assert concerned(before, ending.agreement) == [ANNA.id]
    assert wanted(ending.agreement, ending.now) == wanted(before, ending.now)
    assert thanks_to(ending.agreement, TOM.id) is None


def test_the_last_moment_is_just_before_the_fixed_instant(ending: Pair) -> None:
    fixed = closing.fixed_moment(ending.agreement)
    assert fixed is not None
    assert closing.words_until(ending.agreement) == fixed
    ending.until(fixed - timedelta(microseconds=1))
    says(ending, ANNA, go_on=True)
    ending.until(fixed)
    for go_on in (True, False):
        with pytest.raises(Refused, match="It has closed meanwhile") as caught:
            says(ending, ANNA, go_on=go_on)
        assert caught.value.at == "review"


def test_thanks_come_with_the_result(ending: Pair) -> None:
    says(ending, ANNA, thanks="Thank you", review="Only mine", go_on=True)
    says(ending, TOM, review="His own")
    done = completed(ending)
    assert thanks_to(done, TOM.id) == Secret("Thank you")
    assert thanks_to(done, ANNA.id) is None
    with pytest.raises(NotFound):
        thanks_to(done, PersonId("maya"))
    assert {row.kind for row in said(done, ending.now)} == {Kind.RESULT}
    assert next_turn(done, ending.now) is None


# --- going on


ANSWERS = [None, True, False]


@pytest.mark.parametrize(("tom", "anna"), list(product(ANSWERS, ANSWERS)))
def test_only_two_yeses_go_on(ending: Pair, tom: bool | None, anna: bool | None) -> None:
    says(ending, TOM, go_on=tom)
    says(ending, ANNA, go_on=anna)
    assert not both_go_on(ending.agreement)
    done = completed(ending)
    assert both_go_on(done) is (tom is True and anna is True)
    if not both_go_on(done):
        with pytest.raises(ValueError, match="two yeses"):
            renewal(done, AgreementId("new"), now=ending.now)


def test_to_end_it_while_it_closes_takes_a_yes_back(ending: Pair) -> None:
    says(ending, TOM, go_on=True)
    says(ending, ANNA, thanks="Thank you", go_on=True)
    written = ending.agreement.farewell_of(ANNA.id)
    ending.later(hours=1)
    ending.end(ANNA)
    farewell = ending.agreement.farewell_of(ANNA.id)
    assert farewell is not None
    assert written is not None
    assert farewell == replace(written, go_on=Secret(False), revision=1)
    assert not both_go_on(completed(ending))


@pytest.fixture
def renewed(ending: Pair) -> Pair:
    """Both said yes, and the new agreement is there."""
    for person in (TOM, ANNA):
        says(ending, person, go_on=True)
    done = completed(ending)
    assert done.closed_at is not None
    ending.agreement = renewal(done, AgreementId("new"), now=done.closed_at)
    return ending


def test_a_new_agreement_opens_with_the_terms_of_the_last(renewed: Pair) -> None:
    new = renewed.agreement
    assert (new.id, new.renews, new.state, new.hidden) == ("new", "agreement", State.PROPOSED, False)
    assert new.proposed_at == TUESDAY + timedelta(days=14, minutes=75)
    # It closes at 17:45 in London: Tom hears of it the next morning.
    assert new.newest.sent_at == datetime(2026, 11, 25, 9, tzinfo=LONDON)
    assert new.terms == Terms(sessions=1, cadence=Cadence.MONTHLY, place=Secret("The Blue Door"))
    assert new.purpose == Secret("To lead a team without losing sleep")
    assert new.must_sign == ANNA
    assert (new.sessions, new.farewells, new.activated_at) == ((), (), None)


@pytest.mark.parametrize(("author", "other"), [(TOM, ANNA), (ANNA, TOM)])
def test_its_place_goes_with_whoever_wrote_it(ending: Pair, author: Person, other: Person) -> None:
    for person in (TOM, ANNA):
        says(ending, person, go_on=True)
    last = replace(ending.agreement.newest, author=author.id)
    ending.agreement = replace(ending.agreement, versions=(last,))
    done = completed(ending)
    new = renewal(done, AgreementId("new"), now=ending.now)

    assert new.newest.author == author.id
    assert new.sender(new.newest) is None
    assert without_texts(new, other.id).terms.place == Secret("The Blue Door")
    assert without_texts(new, author.id).terms.place is None


def test_nobody_is_invited_to_it_and_both_hear_of_its_end(renewed: Pair) -> None:
    assert [(row.kind, row.recipient) for row in wanted(renewed.agreement, renewed.now)] == [
        (Kind.PROPOSAL_REMINDER, ANNA.id),
        (Kind.TURN, None),
    ]
    with pytest.raises(NotFound):
        proposals.withdraw_proposal(renewed.agreement, by=TOM.id, now=renewed.now)
    for by, told in ((TOM, ANNA), (ANNA, TOM)):
        declined = proposals.decline(renewed.agreement, by=by.id, now=renewed.now)
        assert (declined.outcome, declined.closed_by) == (Outcome.DECLINED, by.id)
        assert [(row.kind, row.recipient) for row in said(declined, renewed.now)] == [
            (Kind.DECLINED, told.id)
        ]
        with pytest.raises(Refused, match=r"^This new agreement is no longer open, so it can't be signed\.$"):
            proposals.sign(
                declined,
                by=ANNA.id,
                version=1,
                purpose=None,
                first_session=SessionId("first"),
                now=renewed.now,
            )
    lapsed = renewed.later(days=15).agreement
    assert [(row.kind, row.recipient) for row in said(lapsed, renewed.now)] == [
        (Kind.LAPSED, TOM.id),
        (Kind.LAPSED, ANNA.id),
    ]
    with pytest.raises(Refused, match=r"^This new agreement is no longer open\.$"):
        proposals.decline(lapsed, by=ANNA.id, now=renewed.now)


def test_it_is_talked_over_and_signed_like_any_other(renewed: Pair) -> None:
    more = replace(renewed.agreement.terms, sessions=3)
    renewed.agreement = terms.suggest(
        renewed.agreement, by=TOM.id, basis=1, terms=more, purpose=None, now=renewed.now
    )
    for person in (ANNA, TOM):
        renewed.agreement = proposals.sign(
            renewed.agreement,
            by=person.id,
            version=2,
            purpose=renewed.agreement.purpose,
            first_session=SessionId("first"),
            now=renewed.now,
        )
    assert renewed.agreement.active
    assert renewed.agreement.room == 3


def test_who_wants_no_invitations_still_sees_what_both_said_yes_to(renewed: Pair) -> None:
    quiet = replace(ANNA, invitations=False)
    agreement = replace(renewed.agreement, mentee=quiet)
    assert proposals.hide(agreement, by=ANNA.id) is agreement
    assert may_see(agreement, ANNA.id)


def test_it_stands_in_the_way_of_an_invitation(renewed: Pair) -> None:
    record = proposals.Record(between=renewed.agreement)
    for one, other in ((TOM, ANNA), (ANNA, TOM)):
        with pytest.raises(Refused) as caught:
            proposals.may_propose(one, other, record, renewed.now)
        assert caught.value.sentence == (
            f"You and {other.first_name} have a new agreement to sign already. `/mentor` shows it."
        )


# --- after an early end


@pytest.fixture
def ended(active: Pair) -> Pair:
    """Anna has just ended it, on a Tuesday at 16:30 in London and 11:30 in New York."""
    active.until(TUESDAY)
    active.end(ANNA)
    return active


@pytest.mark.parametrize(("author", "to"), [(ANNA, TOM), (TOM, ANNA)])
def test_thanks_reach_the_other_once_the_end_has_been_told(ended: Pair, author: Person, to: Person) -> None:
    ended.later(minutes=2)
    before = ended.agreement
    says(ended, author, review="Mine", thanks="Thank you", go_on=True)
    farewell = ended.agreement.farewell_of(author.id)
    assert farewell is not None
    assert farewell.go_on is None
    assert concerned(before, ended.agreement) == [author.id]
    assert thanks_to(ended.agreement, to.id) is None
    assert next_turn(ended.agreement, ended.now) == TUESDAY + UNDO_OVER

    written = ended.agreement
    ended.until(TUESDAY + UNDO_OVER)
    assert thanks_to(ended.agreement, to.id) == Secret("Thank you")
    assert concerned(written, ended.agreement) == [to.id]
    assert [(row.recipient, row.due) for row in ended.due(Kind.THANKS)] == [(to.id, TUESDAY + UNDO_OVER)]


def test_what_they_write_for_themselves_later_moves_nothing_that_the_other_is_told(ended: Pair) -> None:
    says(ended, ANNA, thanks="Thank you")
    ended.later(days=2)
    told = ended.due(Kind.THANKS)
    assert len(told) == 1
    says(ended, ANNA, review="Never again", thanks="Thank you")
    assert ended.due(Kind.THANKS) == told


def test_thanks_wait_for_the_others_hours_whatever_else_is_written_meanwhile(ended: Pair) -> None:
    ended.until(datetime(2026, 11, 10, 20, tzinfo=LONDON))
    says(ended, ANNA, thanks="Thank you")
    morning = datetime(2026, 11, 11, 9, tzinfo=LONDON)
    assert next_turn(ended.agreement, ended.now) == morning
    ended.until(datetime(2026, 11, 11, 3, tzinfo=LONDON))
    says(ended, ANNA, thanks="Thank you", review="And this for me")
    assert next_turn(ended.agreement, ended.now) == morning
    assert ended.due(Kind.THANKS) == []
    ended.until(morning)
    assert ended.moments(Kind.THANKS, TOM) == [morning]


def test_thanks_taken_away_in_time_were_never_there(ended: Pair) -> None:
    ended.until(datetime(2026, 11, 10, 20, tzinfo=LONDON))
    before = ended.agreement
    says(ended, ANNA, thanks="Thank you")
    says(ended, ANNA)
    assert concerned(before, ended.agreement) == [ANNA.id]
    assert next_turn(ended.agreement, ended.now) is None
    assert wanted(ended.agreement, ended.now) == wanted(before, ended.now)


def test_thanks_that_were_passed_on_can_be_changed_and_taken_away_but_are_told_once(ended: Pair) -> None:
    says(ended, ANNA, thanks="Thank you")
    ended.later(hours=1)
    told = ended.due(Kind.THANKS)
    before = says(ended, ANNA, thanks="Thank you so much")
    assert thanks_to(before, TOM.id) == Secret("Thank you so much")
    assert [row.round for row in ended.due(Kind.THANKS)] == [row.round for row in told]
    gone = says(ended, ANNA, review="For me")
    assert thanks_to(gone, TOM.id) is None
    assert concerned(before, gone) == [TOM.id, ANNA.id]
    assert concerned(gone, says(ended, ANNA, review="For me alone")) == [ANNA.id]
    assert next_turn(ended.agreement, ended.now) is None


def test_words_after_an_early_end_are_taken_for_two_weeks(ended: Pair) -> None:
    assert closing.words_until(ended.agreement) == TUESDAY + timedelta(days=14)
    ended.until(TUESDAY + timedelta(days=14, minutes=-1))
    says(ended, TOM, review="Late, but here")
    ended.later(minutes=1)
    with pytest.raises(Refused, match="The two weeks for looking back are over") as caught:
        says(ended, TOM, review="Later still")
    assert caught.value.at == "review"


def test_words_written_before_an_end_is_undone_go_with_it(ended: Pair) -> None:
    says(ended, TOM, thanks="Thank you", review="Mine")
    says(ended, ANNA, thanks="Thank you too")
    ended.later(minutes=5)
    undone = closing.undo_close(ended.agreement, by=ANNA.id, place_taken=False, now=ended.now)
    assert (undone.state, undone.farewells) == (State.ACTIVE, ())
    with pytest.raises(Refused, match="Your mentoring goes on"):
        closing.may_say_farewell(undone, ANNA.id, ended.now)
    assert caught_up(undone, ended.now + timedelta(days=3)) == undone


def test_after_an_early_end_nobody_is_asked_for_a_rating(active: Pair) -> None:
    held = active.hold_session(TUESDAY)
    active.plan(TUESDAY + timedelta(days=14))
    active.later(days=3)
    rating = active.agreement.session(held).rating
    assert rating is not None
    active.end(TOM)
    active.later(days=60)
    assert {row.kind for row in said(active.agreement, active.now)} == {Kind.ENDED, Kind.END_RECEIPT}
    closed = active.agreement.session(held).rating
    assert closed is not None
    assert closed.state is RatingState.WITHDRAWN


def test_one_that_was_not_asked_yet_never_is(active: Pair) -> None:
    held = active.hold_session(TUESDAY)
    active.end(TOM)
    active.later(days=60)
    assert active.agreement.session(held).rating is None
    assert next_turn(active.agreement, active.now) is None


def test_a_new_agreement_gives_its_fortnight_from_when_both_can_have_heard_of_it(ending: Pair) -> None:
    for person in (TOM, ANNA):
        says(ending, person, go_on=True)
    away = datetime(2026, 12, 21, tzinfo=NEW_YORK)
    done = replace(completed(ending), mentee=replace(ANNA, muted_until=away))
    assert done.closed_at is not None

    muted = renewal(done, AgreementId("new"), now=done.closed_at)
    after_outage = renewal(completed(ending), AgreementId("new"), now=done.closed_at + timedelta(days=30))

    assert muted.lapses_at == datetime(2026, 12, 21, 9, tzinfo=NEW_YORK) + timedelta(days=14)
    assert after_outage.lapses_at > done.closed_at + timedelta(days=44)
