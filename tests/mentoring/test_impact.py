from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mentoring import impact
from mentoring.access import Right, may
from mentoring.feedback import Score
from mentoring.ids import PersonId, SessionId
from mentoring.impact import Impact, last_before, shown_at_once
from mentoring.recap import recap, search
from mentoring.refusal import NotFound, Refused
from mentoring.secret import LOST, UNREADABLE, Secret
from tests.mentoring.conftest import ANNA, LONDON, TOM, Pair

TUESDAY = datetime(2026, 11, 10, 16, 30, tzinfo=LONDON)
NEXT = TUESDAY + timedelta(weeks=1)


@pytest.fixture
def held(active: Pair) -> SessionId:
    return active.hold_session(TUESDAY)


def readable(pair: Pair, one: Impact, by: PersonId) -> bool:
    return may(Right.READ_IMPACT, pair.agreement, by, one)


def write(
    pair: Pair,
    session: SessionId,
    text: str,
    existing: Impact | None = None,
    *,
    share: bool | None = True,
    revision: int | None = None,
    by: PersonId = ANNA.id,
) -> Impact | None:
    return impact.write(
        pair.agreement,
        session,
        existing=existing,
        revision=revision,
        text=text,
        share=share,
        by=by,
        now=pair.now,
    )


def written(pair: Pair, session: SessionId, text: str, *, share: bool = True) -> Impact:
    found = write(pair, session, text, share=share)
    assert found is not None
    return found


def test_the_mentee_writes_changes_and_shares_or_keeps(active: Pair, held: SessionId) -> None:
    first = write(active, held, "  I asked for help.\n", share=False)
    assert first == Impact(
        held, active.agreement.id, ANNA.id, Secret("I asked for help."), shared=False, written_at=active.now
    )
    active.later(hours=1)
    shared = write(active, held, "I asked for help.", first, share=True, revision=0)
    assert shared is not None
    assert (shared.shared, shared.revision, shared.written_at) == (True, 1, active.now)
    # The same form sent twice changes nothing, and what is taken back is gone.
    assert write(active, held, "I asked for help.", shared, share=True, revision=0) == shared
    assert write(active, held, "", shared, share=None, revision=1) is None
    assert write(active, held, "", None, share=None, revision=1) is None


def test_what_cannot_be_read_stays_as_it_is_until_she_writes_something_else(
    active: Pair, held: SessionId
) -> None:
    lost = replace(written(active, held, "One"), text=LOST, shared=False)

    assert write(active, held, UNREADABLE, lost, share=True, revision=0) is lost
    assert write(active, held, UNREADABLE, lost, share=None, revision=0) is lost
    again = write(active, held, "Two", lost, share=True, revision=0)
    assert again is not None
    assert (again.text, again.shared) == (Secret("Two"), True)


def test_what_cannot_be_kept(active: Pair, held: SessionId) -> None:
    first = written(active, held, "One")
    second = write(active, held, "Two", first, revision=0)
    cases = [
        (("x", None), {"share": None}, "Please choose who may read this.", "share"),
        ((" ", None), {}, "There is nothing written yet.", "text"),
        (("x" * 3001, None), {}, "Please keep it to 3000 characters; this is 3001.", "text"),
        (
            ("Three", second),
            {"revision": 0},
            "This was changed in another window. Copy what you have here, then open it again.",
            "text",
        ),
    ]
    for (text, existing), more, sentence, at in cases:
        with pytest.raises(Refused) as caught:
            write(active, held, text, existing, **more)  # type: ignore[arg-type]  # of several types
        assert (caught.value.sentence, caught.value.at) == (sentence, at)


def test_it_is_about_a_session_that_took_place(active: Pair) -> None:
    ahead = active.plan(TUESDAY)
    with pytest.raises(Refused) as caught:
        write(active, ahead, "x")
    assert caught.value.sentence == "This is about a session that took place. This one didn't, or not yet."
    with pytest.raises(NotFound):
        write(active, SessionId("another"), "x")


def test_nobody_else_writes(active: Pair, held: SessionId) -> None:
    for by in (TOM.id, PersonId("maya")):
        with pytest.raises(NotFound):
            write(active, held, "x", by=by)


def test_last_time_is_the_session_held_before_this_one(active: Pair) -> None:
    first = active.plan(TUESDAY)
    assert last_before(active.agreement, active.agreement.session(first)) is None
    active.until(TUESDAY + timedelta(hours=2))
    second = active.hold_session(NEXT)
    third = active.plan(NEXT + timedelta(weeks=1))

    found = [last_before(active.agreement, active.agreement.session(id_)) for id_ in (first, second, third)]

    assert [None if one is None else one.id for one in found] == [None, first, second]


def test_the_mentor_reads_what_is_shared_from_the_release_on(active: Pair, held: SessionId) -> None:
    shared, kept = written(active, held, "Shared"), written(active, held, "Kept", share=False)
    active.later(days=2)
    active.rate(held, Score.FOUR)
    session = active.agreement.session(held)
    assert not shown_at_once(active.agreement, session)
    assert [readable(active, one, TOM.id) for one in (shared, kept)] == [False, False]
    assert [readable(active, one, ANNA.id) for one in (shared, kept)] == [True, True]

    ahead = active.plan(NEXT)
    active.until(active.agreement.session(ahead).starts)

    assert shown_at_once(active.agreement, active.agreement.session(held))
    assert [readable(active, one, TOM.id) for one in (shared, kept)] == [True, False]
    assert not readable(active, shared, PersonId("maya"))


def test_the_release_opens_it_whether_or_not_she_has_rated(active: Pair, held: SessionId) -> None:
    shared = written(active, held, "Shared")
    active.later(days=2)
    active.plan(NEXT)
    active.until(NEXT)

    assert readable(active, shared, TOM.id)


def test_what_an_early_end_finds_sealed_stays_so_and_what_is_shared_later_is_shown(
    active: Pair, held: SessionId
) -> None:
    before = written(active, held, "Shared")
    active.end(TOM)
    session = active.agreement.session(held)
    assert shown_at_once(active.agreement, session)
    assert not readable(active, before, TOM.id)
    assert readable(active, before, ANNA.id)

    # She saves it once more, as it is.
    active.now += timedelta(minutes=1)
    after = write(active, held, "Shared", before, revision=0)

    assert after is not None
    assert readable(active, after, TOM.id)


def test_an_early_end_takes_back_nothing_that_was_shown(active: Pair, held: SessionId) -> None:
    shared = written(active, held, "Shared")
    active.later(days=2)
    active.plan(NEXT)
    active.until(NEXT - timedelta(hours=1))
    active.end(ANNA)

    assert readable(active, shared, TOM.id)


def test_completing_it_is_a_release(pair: Pair) -> None:
    pair.propose(sessions=1).both_sign()
    held = pair.hold_session(TUESDAY)
    shared = written(pair, held, "Shared")
    pair.later(days=30)

    assert pair.agreement.over
    assert readable(pair, shared, TOM.id)


def test_a_session_that_did_not_happen_takes_it_along(active: Pair, held: SessionId) -> None:
    shared = written(active, held, "Shared")
    active.didnt_happen(held)
    active.end(ANNA)

    assert not readable(active, shared, TOM.id)


def test_the_recap_holds_what_is_shared_and_finds_it(active: Pair, held: SessionId) -> None:
    note, shared = active.note(held, "Ask about Ben"), written(active, held, "I asked the Board for help.")
    kept = replace(shared, shared=False)
    active.later(days=2)
    assert [e.impact for e in recap(active.agreement, [note], [shared], by=TOM.id).entries] == [None]
    active.plan(NEXT)
    active.until(NEXT)

    whole = recap(active.agreement, [note], [shared], by=TOM.id)
    assert [e.impact for e in whole.entries] == [Secret("I asked the Board for help.")]
    assert [e.impact for e in recap(active.agreement, [note], [kept], by=TOM.id).entries] == [None]
    assert [len(search(whole, query).entries) for query in ("board ben", "HELP", "board carl")] == [1, 1, 0]
