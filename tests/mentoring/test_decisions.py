from datetime import timedelta

import pytest

from mentoring import decisions
from mentoring.decisions import Decision
from mentoring.ids import DecisionId, PersonId
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from tests.mentoring.conftest import ANNA, TOM, Pair


def write(
    pair: Pair,
    text: str,
    existing: Decision | None = None,
    *,
    revision: int | None = None,
    by: PersonId = ANNA.id,
) -> Decision | None:
    return decisions.write(
        pair.agreement,
        existing=existing,
        decision_id=DecisionId("decision"),
        revision=revision,
        text=text,
        by=by,
        now=pair.now,
    )


def test_the_mentee_writes_and_changes_a_decision_which_keeps_its_date(active: Pair) -> None:
    first = write(active, "  Say no to the second project.\n")
    assert first == Decision(
        DecisionId("decision"),
        active.agreement.id,
        ANNA.id,
        Secret("Say no to the second project."),
        active.now,
    )
    written = active.now
    active.later(days=1)
    changed = write(active, "Say no on Friday.", first, revision=0)
    assert changed is not None
    assert (changed.id, changed.text, changed.written_at, changed.revision) == (
        "decision",
        Secret("Say no on Friday."),
        written,
        1,
    )


def test_an_emptied_decision_goes_also_when_it_is_emptied_twice(active: Pair) -> None:
    first = write(active, "Something")
    assert write(active, " \n", first, revision=0) is None
    assert write(active, " \n", None, revision=0) is None
    with pytest.raises(Refused) as caught:
        write(active, " \n")
    assert (caught.value.sentence, caught.value.at) == ("There is nothing written yet.", "text")


def test_what_was_removed_in_another_window_is_written_again_rather_than_lost(active: Pair) -> None:
    kept = write(active, "Still meant", None, revision=3)
    assert kept is not None
    assert (kept.id, kept.text, kept.revision) == ("decision", Secret("Still meant"), 0)


def test_two_windows_do_not_overwrite_each_other(active: Pair) -> None:
    first = write(active, "One")
    second = write(active, "Two", first, revision=0)
    for late in (0, None):
        with pytest.raises(Refused) as caught:
            write(active, "Three", second, revision=late)
        assert (caught.value.sentence, caught.value.at) == (
            "This decision was changed in another window. Copy what you have here, then open it again.",
            "text",
        )
    assert write(active, "Two", second, revision=0) == second


def test_a_decision_is_at_most_3000_characters(active: Pair) -> None:
    assert write(active, "x" * 3000) is not None
    with pytest.raises(Refused) as caught:
        write(active, "x" * 3001)
    assert caught.value.sentence == "Please keep it to 3000 characters; this is 3001."


def test_decisions_are_the_mentees_and_for_what_both_have_signed(pair: Pair) -> None:
    with pytest.raises(Refused) as caught:
        write(pair, "x")
    assert (
        caught.value.sentence
        == "Nothing is signed by both of you yet, so there is nothing to decide on here."
    )
    pair.both_sign()
    for by in (TOM.id, PersonId("maya")):
        with pytest.raises(NotFound):
            write(pair, "x", by=by)


def test_they_stay_hers_after_an_early_end(active: Pair) -> None:
    first = write(active, "Before")
    active.end(ANNA)
    active.now += timedelta(days=40)
    after = write(active, "After", first, revision=0)
    assert after is not None
    assert after.text == Secret("After")
