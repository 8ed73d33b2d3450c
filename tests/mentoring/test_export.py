"""Export: what each of the two takes along, and that it is theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING

import pytest

from mentoring import closing, decisions, feedback, impact, terms
from mentoring.agreement import Role
from mentoring.export import Account, Came, Export, Held, Mentoring, Rated, export
from mentoring.feedback import Score
from mentoring.ids import DecisionId, PersonId
from mentoring.refusal import NotFound
from mentoring.secret import LOST, Secret
from tests.mentoring.conftest import ANNA, LONDON, TOM, Pair

if TYPE_CHECKING:
    from mentoring.decisions import Decision
    from mentoring.ids import SessionId
    from mentoring.impact import Impact
    from mentoring.notes import Note
    from mentoring.people import Person

TUESDAY = datetime(2026, 11, 10, 16, 30, tzinfo=LONDON)
ACCOUNT = Account("T1", "UTOM", "Tom Reed", "Europe/London", "en-GB")


class Kept:
    """What storage keeps beside the agreement: everything, whoever asks for it."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.decisions: list[Decision] = []
        self.impacts: list[Impact] = []

    def export(self, pair: Pair, person: Person) -> Export:
        held = Held(pair.agreement, tuple(self.notes), tuple(self.decisions), tuple(self.impacts))
        return export(person, [ACCOUNT], [held], pair.now)

    def mentoring(self, pair: Pair, person: Person) -> Mentoring:
        [found] = self.export(pair, person).mentorings
        return found


@pytest.fixture
def kept() -> Kept:
    return Kept()


def words(pair: Pair, id_: SessionId, text: str, *, share: bool) -> None:
    pair.agreement = feedback.add_words(
        pair.agreement, id_, words=text, share=share, by=ANNA.id, now=pair.now
    )


def decide(pair: Pair, text: str) -> Decision:
    found = decisions.write(
        pair.agreement,
        existing=None,
        decision_id=DecisionId(text),
        revision=None,
        text=text,
        by=ANNA.id,
        now=pair.now,
    )
    assert found is not None
    return found


def came(pair: Pair, id_: SessionId, text: str, *, share: bool) -> Impact:
    found = impact.write(
        pair.agreement, id_, existing=None, revision=None, text=text, share=share, by=ANNA.id, now=pair.now
    )
    assert found is not None
    return found


def farewell(pair: Pair, by: Person, review: str, thanks: str, go_on: bool | None) -> None:
    pair.agreement = closing.say_farewell(
        pair.agreement, by=by.id, review=review, thanks=thanks, go_on=go_on, now=pair.now
    )


def two_sessions(pair: Pair, kept: Kept) -> tuple[SessionId, SessionId]:
    """The first is rated with words and opened to the mentor, the second is rated and sealed; both have notes and what came of them."""
    first = pair.hold_session(TUESDAY)
    pair.later(days=2, hours=5)
    pair.rate(first, Score.FOUR)
    words(pair, first, "it helped", share=True)
    kept.notes.append(pair.note(first, "ask about the board"))
    kept.impacts.append(came(pair, first, "I spoke first", share=True))
    second = pair.hold_session(TUESDAY + timedelta(days=14))
    pair.later(days=2, hours=5)
    pair.rate(second, Score.ONE)
    words(pair, second, "too long", share=True)
    kept.notes.append(pair.note(second, "shorter next time"))
    kept.impacts.append(came(pair, second, "nothing yet", share=True))
    kept.decisions.append(decide(pair, "leave at five"))
    return first, second


def test_the_mentee_takes_along_all_that_is_hers(active: Pair, kept: Kept) -> None:
    two_sessions(active, kept)
    mine = kept.mentoring(active, ANNA)

    assert (mine.role, mine.other, mine.proposed_by_me) == (Role.MENTEE, "Tom Reed", False)
    assert [(m.number, m.rating, m.impact, m.note) for m in mine.meetings] == [
        (
            1,
            Rated("answered", True, Secret(4), Secret("it helped"), True),
            Came(Secret("I spoke first"), True, kept.impacts[0].written_at),
            None,
        ),
        (
            2,
            Rated("answered", False, Secret(1), Secret("too long"), True),
            Came(Secret("nothing yet"), True, kept.impacts[1].written_at),
            None,
        ),
    ]
    assert mine.decisions == tuple(kept.decisions)


def test_the_mentor_takes_along_notes_and_what_was_opened(active: Pair, kept: Kept) -> None:
    two_sessions(active, kept)
    mine = kept.mentoring(active, TOM)

    assert (mine.role, mine.other, mine.proposed_by_me) == (Role.MENTOR, "Anna Bright", True)
    assert [(m.number, m.rating, m.impact, m.note) for m in mine.meetings] == [
        (
            1,
            Rated("score", True, Secret(4), Secret("it helped"), True),
            Came(Secret("I spoke first"), True, kept.impacts[0].written_at),
            kept.notes[0],
        ),
        (2, Rated("not_yet", False), None, kept.notes[1]),
    ]
    assert mine.decisions == ()


def test_a_cancelled_session_has_no_number_and_keeps_its_note(active: Pair, kept: Kept) -> None:
    ahead = active.plan(TUESDAY)
    kept.notes.append(active.note(ahead, "bring the book"))
    active.cancel(ahead)

    [meeting] = kept.mentoring(active, TOM).meetings
    assert (meeting.number, meeting.state, meeting.rating, meeting.note) == (
        None,
        "cancelled",
        None,
        kept.notes[0],
    )


def test_the_end_is_each_ones_own_and_thanks_once_they_are_passed_on(active: Pair, kept: Kept) -> None:
    active.end(by=TOM)
    farewell(active, TOM, "his review", "his thanks", None)
    farewell(active, ANNA, "her review", "her thanks", None)
    before = [kept.mentoring(active, person) for person in (TOM, ANNA)]
    active.later(days=3)
    after = [kept.mentoring(active, person) for person in (TOM, ANNA)]

    assert [one.thanks for one in before] == [None, None]
    assert [one.thanks for one in after] == [Secret("her thanks"), Secret("his thanks")]
    assert [one.farewell and one.farewell.review for one in after] == [
        Secret("his review"),
        Secret("her review"),
    ]
    assert {one.outcome for one in after} == {"ended"}


def test_a_sentence_with_a_decline_is_its_authors_and_then_its_addressees(active: Pair, kept: Kept) -> None:
    agreed = active.agreement.terms
    active.agreement = terms.suggest(
        active.agreement, by=ANNA.id, basis=1, terms=replace(agreed, sessions=3), purpose=None, now=active.now
    )
    active.agreement = terms.decline_change(
        active.agreement, by=TOM.id, version=2, reply=Secret("let us keep five"), now=active.now
    )

    his, hers = (kept.mentoring(active, person).editions[1] for person in (TOM, ANNA))
    assert (his.mine, his.reply, his.reply_is_mine) == (False, Secret("let us keep five"), True)
    assert (hers.mine, hers.reply, hers.reply_is_mine) == (True, Secret("let us keep five"), False)
    assert his.outcome == hers.outcome == "declined"


def test_what_cannot_be_read_is_there_and_says_so(active: Pair, kept: Kept) -> None:
    first, _ = two_sessions(active, kept)
    rating = active.agreement.session(first).rating
    assert rating is not None
    lost = replace(rating, score=None, unreadable=True, words=LOST, shared=False)
    active.agreement = active.agreement.with_rating(active.agreement.session(first), lost)

    hers, his = (kept.mentoring(active, person).meetings[0].rating for person in (ANNA, TOM))
    assert hers == Rated("answered", True, None, LOST, False, unreadable=True)
    assert his == Rated("score", True, unreadable=True)


def test_mentorings_are_in_the_order_of_their_proposals(active: Pair, kept: Kept) -> None:
    later = replace(active.agreement, proposed_at=active.agreement.proposed_at + timedelta(days=1))
    found = export(TOM, [], [Held(later), Held(active.agreement)], active.now)

    assert [one.proposed_at for one in found.mentorings] == [
        active.agreement.proposed_at,
        later.proposed_at,
    ]
    assert (found.person, found.accounts, found.made_at) == (TOM, (), active.now)


@pytest.mark.parametrize("hidden", [False, True])
def test_what_does_not_exist_for_someone_is_not_exported(pair: Pair, kept: Kept, *, hidden: bool) -> None:
    pair.agreement = replace(pair.agreement, hidden=hidden)
    stranger = replace(ANNA, id=PersonId("maya"))

    for person in [stranger, *([ANNA] if hidden else [])]:
        with pytest.raises(NotFound):
            kept.export(pair, person)
    assert kept.mentoring(pair, TOM).editions[0].purpose is None


# --- what makes no difference to the other's


SEALED = [
    (),
    *product([Score.ONE, Score.FIVE], [None, ("kept", False), ("shared", True)]),
]


@pytest.mark.parametrize("answer", SEALED)
def test_until_the_release_her_answer_makes_no_difference_to_his(
    active: Pair, kept: Kept, answer: tuple[Score, tuple[str, bool] | None] | tuple[()]
) -> None:
    id_ = active.hold_session(TUESDAY)
    active.later(days=2, hours=5)
    before = kept.export(active, TOM)
    if answer:
        score, said = answer
        active.rate(id_, score)
        if said is not None:
            words(active, id_, said[0], share=said[1])
        kept.impacts.append(came(active, id_, "what came", share=True))
        kept.decisions.append(decide(active, "a decision"))

    assert kept.export(active, TOM) == before


def test_what_she_keeps_makes_no_difference_to_his_ever(active: Pair, kept: Kept) -> None:
    first, second = two_sessions(active, kept)
    active.agreement = feedback.release(active.agreement, active.now)
    kept.impacts = [replace(one, shared=False) for one in kept.impacts]
    for id_ in (first, second):
        session = active.agreement.session(id_)
        assert session.rating is not None
        kept_to_herself = replace(session.rating, shared=False)
        active.agreement = active.agreement.with_rating(session, kept_to_herself)
    before = kept.export(active, TOM)

    said = list[str]()
    for id_ in (first, second):
        session = active.agreement.session(id_)
        assert session.rating is not None
        active.agreement = active.agreement.with_rating(session, replace(session.rating, words=None))
        said.append(session.state)
    kept.impacts, kept.decisions = [], []

    assert kept.export(active, TOM) == before
    assert [(m.rating and m.rating.words, m.impact) for m in kept.mentoring(active, TOM).meetings] == [
        (None, None)
    ] * len(said)


def test_his_notes_and_what_each_says_at_the_end_make_no_difference_to_the_others(
    active: Pair, kept: Kept
) -> None:
    first = active.hold_session(TUESDAY)
    for week in range(1, 5):
        active.hold_session(TUESDAY + timedelta(days=7 * week))
    active.later(days=8)
    assert active.agreement.closing
    before = kept.export(active, ANNA)
    kept.notes.append(active.note(first, "a note"))
    assert kept.export(active, ANNA) == before

    for by, other in ((TOM, ANNA), (ANNA, TOM)):
        before = kept.export(active, other)
        for go_on in (True, False, None):
            farewell(active, by, "a review", "some thanks", go_on)
            assert kept.export(active, other) == before
