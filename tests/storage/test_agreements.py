"""Agreements, whole, in and out of both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from mentoring import cancelling, closing, proposals, sessions
from mentoring.agreement import Agreement, Outcome, Role, State, Terms
from mentoring.calendar import Cadence, RatingDelay
from mentoring.feedback import RatingState
from mentoring.ids import AgreementId, PersonId, SessionId, new_id
from mentoring.people import Profile
from mentoring.refusal import NotFound
from mentoring.secret import Secret
from mentoring.turns import caught_up
from storage import agreements, people
from storage.database import Overtaken
from tests.storage.pair import MONDAY, Pair

TERMS = Terms(
    sessions=3,
    minutes=45,
    cadence=Cadence.MONTHLY,
    rating_after=RatingDelay.NEXT_MORNING,
    early_end=False,
    first_session=MONDAY + timedelta(days=3, microseconds=1),
    place=Secret("the tea room"),
)


def test_a_proposal_comes_back_as_it_was_saved(pair: Pair) -> None:
    proposal = pair.propose(TERMS)

    assert pair.stored() == proposal


def test_a_mentees_proposal_comes_back_with_her_purpose_and_signature(pair: Pair) -> None:
    proposal = pair.propose(by=Role.MENTEE)

    assert pair.stored() == proposal
    assert pair.stored().purpose == Secret("to lead without shouting")


def test_a_whole_agreement_comes_back_as_it_was_saved(pair: Pair) -> None:
    first = pair.agree(TERMS).sessions[0].id
    pair.wait(days=7, hours=4)
    pair.rate(first, 4)
    pair.say(first, "I said no, kindly", share=True)
    second = pair.plan()
    pair.act(
        lambda agreement: sessions.move(
            agreement,
            second,
            starts=pair.now + timedelta(days=9),
            place=Secret("by video"),
            revision=0,
            by=pair.anna.id,
            now=pair.now,
        )
    )
    pair.wait(days=14)
    pair.wait(days=16)
    third = pair.plan(place=None)
    after = pair.act(lambda agreement: cancelling.cancel(agreement, third, by=pair.anna.id, now=pair.now))

    stored = pair.stored()

    assert stored == after
    assert stored.released_at is not None
    assert [session.state.value for session in stored.sessions] == ["held", "held", "cancelled"]
    ratings = [session.rating for session in stored.sessions]
    assert [rating and rating.state for rating in ratings] == [
        RatingState.ANSWERED,
        RatingState.EXPIRED,
        None,
    ]
    assert ratings[0] is not None
    assert (ratings[0].score, ratings[0].words, ratings[0].shared) == (
        Secret(4),
        Secret("I said no, kindly"),
        True,
    )
    assert (stored.sessions[1].place, stored.sessions[1].place_by) == (Secret("by video"), pair.anna.id)


def test_words_that_she_keeps_come_back_kept(pair: Pair) -> None:
    session_id = pair.agree(TERMS).sessions[0].id
    pair.wait(days=7, hours=4)
    pair.rate(session_id, 2)
    pair.say(session_id, "+ not for him", share=False)

    rating = pair.stored().session(session_id).rating

    assert rating is not None
    assert (rating.words, rating.shared) == (Secret("+ not for him"), False)


def test_an_ended_agreement_comes_back_with_its_ending_and_can_be_taken_back(pair: Pair) -> None:
    active = pair.agree(TERMS)
    ended = pair.act(lambda agreement: closing.end(agreement, by=pair.anna.id, now=pair.now))

    assert pair.stored() == ended
    assert (ended.state, ended.outcome, ended.closed_by) == (State.CLOSED, Outcome.ENDED, pair.anna.id)

    restored = pair.act(
        lambda agreement: closing.undo_close(agreement, by=pair.anna.id, place_taken=False, now=pair.now)
    )

    assert pair.stored() == restored
    assert restored.state is active.state


def test_a_stranger_finds_nothing(pair: Pair) -> None:
    session_id = pair.agree(TERMS).sessions[0].id
    eve = pair.someone("U-EVE", Profile("Eve", None, None, active=True, is_bot=False))

    with pair.database.reading() as tx:
        for agreement_id in (pair.agreement_id, AgreementId(new_id())):
            with pytest.raises(NotFound):
                agreements.get(tx, agreement_id, seen_by=eve.id)
        for of_session in (session_id, SessionId(new_id())):
            with pytest.raises(NotFound):
                agreements.of_session(tx, of_session, seen_by=eve.id, now=pair.now)
        assert agreements.of(tx, eve.id, now=pair.now) == []


def test_a_stolen_id_costs_the_same_one_query_as_an_id_of_nothing(pair: Pair) -> None:
    session_id = pair.agree(TERMS).sessions[0].id
    eve = pair.someone("U-EVE", Profile("Eve", None, None, active=True, is_bot=False))
    asked: list[str] = []

    @event.listens_for(pair.database._engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    with pair.database.writing() as tx:
        asked.clear()
        for agreement_id in (pair.agreement_id, AgreementId("none")):
            with pytest.raises(NotFound):
                agreements.current(tx, agreement_id, seen_by=eve.id, now=pair.now)
        for of_session in (session_id, SessionId("none")):
            with pytest.raises(NotFound):
                agreements.of_session(tx, of_session, seen_by=eve.id, now=pair.now)

    assert len(asked) == 4


def test_whoever_wants_no_invitations_finds_no_proposal(pair: Pair) -> None:
    with pair.database.writing() as tx:
        pair.anna = people.set_settings(tx, pair.anna.id, invitations=False, now=pair.now)
    pair.propose()

    with pair.database.reading() as tx:
        assert agreements.of(tx, pair.anna.id, now=pair.now) == []
        assert [agreement.id for agreement in agreements.of(tx, pair.tom.id, now=pair.now)] == [
            pair.agreement_id
        ]
        with pytest.raises(NotFound):
            agreements.current(tx, pair.agreement_id, seen_by=pair.anna.id, now=pair.now)


def test_current_is_what_time_has_made_of_it_and_saved_only_by_save(pair: Pair) -> None:
    session_id = pair.agree(TERMS).sessions[0].id
    later = pair.now + timedelta(days=4)

    with pair.database.writing() as tx:
        now_held = agreements.of_session(tx, session_id, seen_by=pair.tom.id, now=later)
    assert now_held.session(session_id).held
    assert pair.stored().session(session_id).planned

    with pair.database.writing() as tx:
        agreements.save(tx, agreements.current(tx, pair.agreement_id, seen_by=pair.tom.id, now=later), later)
    assert pair.stored().session(session_id).held


def test_of_gives_open_ones_and_those_closed_lately_the_last_acted_in_first(pair: Pair) -> None:
    eve = pair.someone("U-EVE", Profile("Eve Stone", "Asia/Tokyo", None, active=True, is_bot=False))
    pair.agree(TERMS)
    pair.now += timedelta(hours=1)
    hers = AgreementId(new_id())
    with pair.database.writing() as tx:
        proposal = proposals.propose(
            hers,
            proposer=pair.tom,
            other=eve,
            role=Role.MENTOR,
            terms=Terms(),
            purpose=None,
            record=agreements.record(tx, pair.tom.id, eve.id, pair.now),
            now=pair.now,
        )
        agreements.save(tx, proposal, pair.now)

    def found(**since: timedelta) -> list[AgreementId]:
        closed_since = pair.now - since["within"] if since else None
        with pair.database.reading() as tx:
            mine = agreements.of(tx, pair.tom.id, now=pair.now, closed_since=closed_since)
            return [agreement.id for agreement in mine]

    assert found() == [hers, pair.agreement_id]
    pair.now += timedelta(hours=1)
    pair.act(lambda agreement: closing.end(agreement, by=pair.tom.id, now=pair.now), by=pair.tom)
    assert found() == [hers]
    assert found(within=timedelta(days=1)) == [pair.agreement_id, hers]
    pair.now += timedelta(days=2)
    assert found(within=timedelta(days=1)) == [hers]
    pair.now += timedelta(days=20)
    assert found() == []


def test_the_record_counts_what_the_limits_are_about(pair: Pair) -> None:
    def record() -> tuple[int, int, bool, bool]:
        with pair.database.writing() as tx:
            found = agreements.record(tx, pair.tom.id, pair.anna.id, pair.now)
            return found.open_proposals, found.recent, found.refused_at is not None, found.between is not None

    assert record() == (0, 0, False, False)
    pair.propose()
    assert record() == (1, 1, False, True)
    pair.act(lambda agreement: proposals.decline(agreement, by=pair.anna.id, now=pair.now))
    assert record() == (0, 1, True, False)
    pair.now += timedelta(days=8)
    assert record() == (0, 0, True, False)
    with pair.database.writing() as tx:
        hers = agreements.record(tx, pair.anna.id, pair.tom.id, pair.now)
    assert (hers.open_proposals, hers.recent, hers.refused_at, hers.between) == (0, 0, None, None)


def test_a_proposal_whose_time_is_over_does_not_stand_in_the_way_of_the_next(pair: Pair) -> None:
    proposal = pair.propose()
    pair.now += timedelta(days=15)

    with pair.database.writing() as tx:
        record = agreements.record(tx, pair.tom.id, pair.anna.id, pair.now)
    assert (record.open_proposals, record.between) == (0, None)
    assert record.refused_at == proposal.lapses_at
    assert pair.stored().outcome is Outcome.LAPSED


def test_a_pair_has_one_open_agreement_whichever_way_round(pair: Pair) -> None:
    proposal = pair.propose()
    twin = replace(
        proposal, id=AgreementId(new_id()), mentor=proposal.mentee, mentee=proposal.mentor, sessions=()
    )

    with pytest.raises(Overtaken), pair.database.writing() as tx:
        agreements.save(tx, twin, pair.now)

    pair.act(lambda agreement: proposals.decline(agreement, by=pair.anna.id, now=pair.now))
    with pair.database.writing() as tx:
        agreements.save(tx, twin, pair.now)
    with pair.database.reading() as tx:
        assert agreements.get(tx, twin.id, seen_by=pair.tom.id) == twin


def test_an_agreement_has_one_planned_session(pair: Pair) -> None:
    planned = pair.agree(TERMS).sessions[0]
    second = replace(planned, id=SessionId(new_id()), starts=planned.starts + timedelta(days=1))

    with pytest.raises(Overtaken):
        pair.act(lambda agreement: agreement.with_session(second))


def test_the_place_of_a_cancelled_session_is_free_within_one_save(pair: Pair) -> None:
    planned = pair.agree(TERMS).sessions[0]
    earlier = replace(planned, id=SessionId(new_id()), starts=planned.starts - timedelta(days=1))

    def replaced(agreement: Agreement) -> Agreement:
        cancelled = cancelling.cancel(agreement, planned.id, by=pair.tom.id, now=pair.now)
        return cancelled.with_session(earlier)

    saved = pair.act(replaced)

    assert pair.stored() == saved
    assert saved.planned_session == earlier


def test_only_what_differs_is_written(pair: Pair) -> None:
    session_id = pair.agree(TERMS).sessions[0].id
    pair.wait(days=7, hours=4)
    written: list[str] = []
    engine = pair.database._engine

    @event.listens_for(engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("INSERT", "UPDATE")) and "due_rows" not in statement:
            written.append(statement.split(" WHERE", maxsplit=1)[0])

    pair.rate(session_id, 5)

    changed = [[word.split("=")[0] for word in line.split("SET ")[-1].split(", ")] for line in written]
    assert [line.split()[1] for line in written] == ["ratings"]
    assert changed == [["state", "score", "answered_at", "revision"]]

    written.clear()
    pair.rate(session_id, 5)
    assert written == []


def test_an_agreement_is_loaded_in_three_queries(pair: Pair) -> None:
    pair.agree(TERMS)
    asked: list[str] = []

    @event.listens_for(pair.database._engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    pair.stored()
    assert len([statement for statement in asked if statement.startswith("SELECT agreements")]) == 1
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 3


def test_the_clock_finds_any_agreement_but_none_that_is_not(pair: Pair) -> None:
    pair.propose()

    with pair.database.reading() as tx:
        stored = agreements.by_clock(tx, pair.agreement_id)
        assert agreements.by_clock(tx, pair.agreement_id) is stored
        with pytest.raises(NotFound):
            agreements.by_clock(tx, AgreementId("none"))
    assert caught_up(stored, pair.now) == stored


def test_a_stranger_is_not_found_by_their_id(pair: Pair) -> None:
    with pair.database.reading() as tx, pytest.raises(NotFound):
        people.get(tx, PersonId("none"))
