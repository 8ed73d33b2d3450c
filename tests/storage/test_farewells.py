"""Words at the end, sealed for their authors; and the agreement that two yeses open in the same instant."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from mentoring import closing, proposals
from mentoring.agreement import Agreement, Outcome, Role, State, Terms
from mentoring.calendar import WorkingHours
from mentoring.due import Kind
from mentoring.people import Person, Profile
from mentoring.proposals import Record
from mentoring.refusal import Refused
from mentoring.secret import Secret
from storage import agreements, following, outbox, people
from storage.outbox import RowState
from storage.tables import farewells
from storage.vault import Spot, Unreadable
from tests.storage.pair import ANNA, Pair
from tests.storage.test_concurrency import at_once, propose

HELD = datetime(2026, 11, 26, 13, 15, tzinfo=UTC)
"""The one session's end, on a Thursday."""
ASKED = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
OPENED, FIXED = HELD + timedelta(days=7), HELD + timedelta(days=14)


@pytest.fixture
def ending(pair: Pair) -> Pair:
    """The one session was held, and the closing is open."""
    pair.agree(Terms(sessions=1))
    pair.plan()
    for moment in (HELD, ASKED, OPENED):
        until(pair, moment)
    assert pair.stored().state is State.CLOSING
    return pair


def says(
    pair: Pair, by: Person, *, review: str = "", thanks: str = "", go_on: bool | None = None
) -> Agreement:
    return pair.act(
        lambda agreement: closing.say_farewell(
            agreement, by=by.id, review=review, thanks=thanks, go_on=go_on, now=pair.now
        ),
        by=by,
    )


def until(pair: Pair, moment: datetime) -> None:
    pair.wait(seconds=(moment - pair.now).total_seconds())


def waiting(pair: Pair, *kinds: Kind) -> list[tuple[Kind, str, datetime]]:
    """Kind, recipient and due of the pending rows of these kinds."""
    names = {pair.tom.id: "tom", pair.anna.id: "anna", "": ""}
    with pair.database.reading() as tx:
        rows = following.rows_of(tx, pair.agreement_id)
    return sorted(
        (row.kind, names[row.recipient], row.due)
        for row in rows
        if row.kind in kinds and row.state is RowState.PENDING
    )


def test_words_come_back_as_they_were_saved(ending: Pair) -> None:
    his = says(ending, ending.tom, review="I listened more", thanks="Thank you, Anna", go_on=True)
    assert ending.stored() == his
    hers = says(ending, ending.anna, go_on=False)
    assert ending.stored() == hers
    changed = says(ending, ending.tom, thanks="Thank you very much, Anna")
    assert ending.stored() == changed
    [tom] = [farewell for farewell in changed.farewells if farewell.author == ending.tom.id]
    assert (tom.review, tom.thanks, tom.go_on, tom.revision) == (
        None,
        Secret("Thank you very much, Anna"),
        None,
        1,
    )


def test_to_end_it_while_it_closes_comes_back_as_no_look_back(ending: Pair) -> None:
    ended = ending.act(lambda a: closing.end(a, by=ending.anna.id, now=ending.now))
    assert ending.stored() == ended
    said = says(ending, ending.anna, go_on=False)
    assert ending.stored() == said
    assert said != ended


def test_every_word_is_sealed_for_its_author_and_no_answer_shows_by_its_length(ending: Pair) -> None:
    lengths = set()
    for go_on in (True, False, None):
        says(ending, ending.tom, review="I listened more", thanks="Thank you, Anna", go_on=go_on)
        with ending.database.reading() as tx:
            row = tx.connection.execute(select(farewells)).one()
            for column, text in (("review", "I listened more"), ("thanks", "Thank you, Anna")):
                sealed, name = getattr(row, column), f"{ending.agreement_id}/{ending.tom.id}"
                assert text.encode() not in sealed
                assert tx.vault.open(tx, sealed, Spot("farewells", column, name, ending.tom.id)) == text
                with pytest.raises(Unreadable):
                    tx.vault.open(tx, sealed, Spot("farewells", column, name, ending.anna.id))
        lengths.add(len(row.go_on))
    ending.act(lambda a: closing.end(a, by=ending.anna.id, now=ending.now))
    with ending.database.reading() as tx:
        lengths |= {len(sealed) for sealed in tx.connection.execute(select(farewells.c.go_on)).scalars()}
    assert len(lengths) == 1


def test_an_answer_that_cannot_be_read_is_no_answer(ending: Pair) -> None:
    says(ending, ending.tom, go_on=True)
    says(ending, ending.anna, go_on=True)
    with ending.database.writing() as tx:
        tx.connection.execute(farewells.update().values(go_on=b"damaged"))
    assert [farewell.go_on for farewell in ending.stored().farewells] == [None, None]
    until(ending, FIXED)
    assert ending.stored().outcome is Outcome.COMPLETED
    with ending.database.reading() as tx:
        assert agreements.renewal_of(tx, ending.stored(), seen_by=ending.tom.id, now=ending.now) is None


def test_what_was_written_about_an_end_goes_with_its_undo(pair: Pair) -> None:
    pair.agree()
    pair.act(lambda a: closing.end(a, by=pair.anna.id, now=pair.now))
    says(pair, pair.tom, thanks="Thank you")
    says(pair, pair.anna, review="Mine")
    back = pair.act(lambda a: closing.undo_close(a, by=pair.anna.id, place_taken=False, now=pair.now))

    assert pair.stored() == back
    with pair.database.reading() as tx:
        assert tx.connection.execute(select(farewells)).all() == []
    pair.now += timedelta(minutes=1)
    pair.act(lambda a: closing.end(a, by=pair.tom.id, now=pair.now), by=pair.tom)
    again = says(pair, pair.anna, thanks="Thank you")
    assert pair.stored() == again
    pair.wait(hours=2)
    assert [kind for kind, _, _ in waiting(pair, Kind.THANKS)] == [Kind.THANKS]


# --- two yeses


def test_two_yeses_open_the_next_in_the_same_instant(ending: Pair) -> None:
    says(ending, ending.tom, go_on=True)
    says(ending, ending.anna, go_on=True)
    until(ending, FIXED)

    old = ending.stored()
    with ending.database.reading() as tx:
        new = agreements.renewal_of(tx, old, seen_by=ending.tom.id, now=ending.now)
        assert new is not None
        assert agreements.get(tx, new.id, seen_by=ending.anna.id) == new
        rows = following.rows_of(tx, new.id)
    assert (old.outcome, new.renews, new.proposed_at) == (Outcome.COMPLETED, old.id, old.closed_at)
    assert sorted((row.kind, row.state) for row in rows) == [
        (Kind.PROPOSAL_REMINDER, RowState.PENDING),
        (Kind.TURN, RowState.PENDING),
    ]
    assert new == closing.renewal(old, new.id, now=ending.now)


@pytest.mark.parametrize("go_on", [None, False])
def test_anything_else_opens_none(ending: Pair, go_on: bool | None) -> None:
    says(ending, ending.tom, go_on=True)
    says(ending, ending.anna, go_on=go_on)
    until(ending, FIXED)
    with ending.database.reading() as tx:
        assert agreements.renewal_of(tx, ending.stored(), seen_by=ending.tom.id, now=ending.now) is None
        assert agreements.of(tx, ending.tom.id, now=ending.now) == []


def renewed(pair: Pair) -> Agreement:
    says(pair, pair.tom, go_on=True)
    says(pair, pair.anna, go_on=True)
    until(pair, FIXED)
    with pair.database.reading() as tx:
        new = agreements.renewal_of(tx, pair.stored(), seen_by=pair.tom.id, now=pair.now)
    assert new is not None
    pair.agreement_id = new.id
    return new


def record(pair: Pair, proposer: Person, other: Person) -> Record:
    with pair.database.writing() as tx:
        return agreements.record(tx, proposer.id, other.id, pair.now)


def test_it_counts_against_nobody(ending: Pair) -> None:
    new = renewed(ending)
    for one, other in ((ending.tom, ending.anna), (ending.anna, ending.tom)):
        assert record(ending, one, other) == Record(between=new)
    ending.wait(days=15)
    assert ending.stored().outcome is Outcome.LAPSED
    for one, other in ((ending.tom, ending.anna), (ending.anna, ending.tom)):
        assert record(ending, one, other) == Record()


def test_whoever_declines_it_is_left_in_peace_by_the_other(ending: Pair) -> None:
    renewed(ending)
    ending.act(lambda a: proposals.decline(a, by=ending.anna.id, now=ending.now))
    assert record(ending, ending.tom, ending.anna) == Record(refused_at=ending.now)
    assert record(ending, ending.anna, ending.tom) == Record()


def test_it_opens_for_someone_who_is_gone_or_wants_no_invitations_or_has_three_open(ending: Pair) -> None:
    for number in range(3):
        other = ending.someone(f"U{number}", Profile(f"P{number}", None, None, active=True, is_bot=False))
        assert propose(ending, ending.tom, other, Role.MENTOR)
    says(ending, ending.tom, go_on=True)
    says(ending, ending.anna, go_on=True)
    with ending.database.writing() as tx:
        people.set_settings(tx, ending.anna.id, ending.now, invitations=False)
        gone = replace(ANNA, active=False)
        people.learn(tx, team_id="T1", user_id="U-ANNA", profile=gone, now=ending.now)
    until(ending, FIXED)

    with ending.database.reading() as tx:
        new = agreements.renewal_of(tx, ending.stored(), seen_by=ending.tom.id, now=ending.now)
        assert new is not None
        assert agreements.get(tx, new.id, seen_by=ending.anna.id).hidden is False
    assert record(ending, ending.tom, ending.anna).open_proposals == 3


def test_who_starts_anew_just_after_the_fixed_instant_meets_what_both_said_yes_to(ending: Pair) -> None:
    """The clock has not come to it yet: whoever is first closes the old one, and so opens the new."""
    says(ending, ending.tom, go_on=True)
    says(ending, ending.anna, go_on=True)
    ending.now = FIXED

    with pytest.raises(Refused, match="You and Anna have a new agreement to sign already"):
        propose(ending, ending.tom, ending.anna, Role.MENTOR)
    found = record(ending, ending.tom, ending.anna)
    assert found.between is not None
    assert found.between.renews == ending.agreement_id


def test_both_who_answer_at_once_are_both_kept(ending: Pair) -> None:
    at_once(
        lambda: says(ending, ending.tom, thanks="Thank you, Anna", go_on=True),
        lambda: says(ending, ending.anna, thanks="Thank you, Tom", go_on=True),
    )
    assert {farewell.thanks for farewell in ending.stored().farewells} == {
        Secret("Thank you, Anna"),
        Secret("Thank you, Tom"),
    }
    assert renewed(ending).proposed


def test_an_answer_at_the_very_instant_is_kept_before_it_or_refused(ending: Pair) -> None:
    says(ending, ending.tom, go_on=True)
    ending.now = FIXED

    def answer() -> object:
        return says(ending, ending.anna, go_on=True)

    came = at_once(answer, ending.wait)

    assert came == ["It has closed meanwhile, so nothing can be added or changed any more.", None]
    with ending.database.reading() as tx:
        assert agreements.renewal_of(tx, ending.stored(), seen_by=ending.tom.id, now=ending.now) is None


# --- what the outbox makes of it


def test_the_result_is_drawn_again_with_what_becomes_of_the_new_agreement(ending: Pair) -> None:
    old = ending.agreement_id
    renewed(ending)
    until(ending, FIXED + timedelta(days=1))
    ending.deliver()
    with ending.database.reading() as tx:
        told = {row.id for row in following.rows_of(tx, old) if row.kind is Kind.RESULT}
    assert len(told) == 2

    ending.sign(ending.anna, "to lead still")
    with ending.database.writing() as tx:
        again = {
            row.due.subject for row in outbox.claim(tx, ending.now, limit=50) if row.due.kind is Kind.REDRAW
        }
    assert told <= again


def test_a_result_that_waits_is_not_taken_back_by_what_becomes_of_the_new_agreement(ending: Pair) -> None:
    with ending.database.writing() as tx:
        people.set_settings(tx, ending.tom.id, ending.now, muted_until=FIXED + timedelta(days=3))
    old = ending.agreement_id
    renewed(ending)
    ending.sign(ending.anna, "to lead still")
    ending.agreement_id = old
    assert [who for _, who, _ in waiting(ending, Kind.RESULT)] == ["anna", "tom"]


def test_what_waits_after_the_end_follows_the_settings(ending: Pair) -> None:
    with ending.database.writing() as tx:
        people.set_settings(tx, ending.tom.id, ending.now, muted_until=FIXED + timedelta(days=30))
    until(ending, FIXED)
    afternoon = datetime(2026, 12, 10, 14, tzinfo=UTC)
    assert waiting(ending, Kind.RESULT) == [
        (Kind.RESULT, "anna", afternoon),
        (Kind.RESULT, "tom", datetime(2027, 1, 11, 9, tzinfo=UTC)),
    ]
    with ending.database.writing() as tx:
        people.set_settings(
            tx,
            ending.tom.id,
            ending.now,
            muted_until=None,
            hours=WorkingHours(start=WorkingHours().start, end=WorkingHours().end, days=frozenset({4})),
        )
    assert waiting(ending, Kind.RESULT) == [
        (Kind.RESULT, "anna", afternoon),
        (Kind.RESULT, "tom", datetime(2026, 12, 11, 9, tzinfo=UTC)),
    ]


def test_settings_begin_nothing_about_what_was_over_long_ago_but_what_goes(ending: Pair) -> None:
    until(ending, FIXED)
    ending.deliver()
    with ending.database.writing() as tx:
        tx.connection.exec_driver_sql("DELETE FROM due_rows")
        people.set_settings(tx, ending.tom.id, ending.now, reminders=False)
        rows = following.rows_of(tx, ending.agreement_id)
    assert {(row.kind, row.recipient) for row in rows} == {
        (Kind.RETENTION_NOTICE, ending.tom.id),
        (Kind.RETENTION, ending.tom.id),
    }
