"""Access: the table that people read is the table that decides, and the two agree with the rules."""

import inspect
import re
from dataclasses import replace

import pytest

from mentoring import access
from mentoring.access import TABLE, Right, may, may_see, must, must_see
from mentoring.agreement import Role
from mentoring.ids import PersonId
from mentoring.refusal import NotFound
from tests.mentoring.conftest import ANNA, TOM, Pair

MAYA = PersonId("maya")
OF_THE_WHOLE = {
    # Tom has invited Anna, and nobody has ended it.
    Right.TAKE_PART: {TOM.id, ANNA.id},
    Right.READ_RECAP: {TOM.id},
    Right.RATE: {ANNA.id},
    Right.WRITE_IMPACT: {ANNA.id},
    Right.WRITE_NOTES: {TOM.id},
    Right.WRITE_DECISIONS: {ANNA.id},
    Right.DECLINE: {ANNA.id},
    Right.WITHDRAW: {TOM.id},
    Right.UNDO_END: set(),
}
"""Who may do what is about the whole agreement, and not about something in it."""


def test_the_docstring_shows_the_table_that_decides() -> None:
    lines = inspect.cleandoc(access.__doc__ or "").splitlines()
    first, head, last = (at for at, line in enumerate(lines) if line.startswith("===="))
    written = [tuple(re.split(r"\s{2,}", line.strip())) for line in lines[head + 1 : last]]

    decides = [
        (right.value, *(TABLE[right][role].__name__.replace("_", " ") for role in (Role.MENTOR, Role.MENTEE)))
        for right in Right
    ]

    assert (first, written) == (2, decides)


@pytest.mark.parametrize("right", OF_THE_WHOLE)
def test_what_is_about_the_whole_agreement(active: Pair, right: Right) -> None:
    found = {person for person in (TOM.id, ANNA.id, MAYA) if may(right, active.agreement, person)}

    assert found == OF_THE_WHOLE[right]


def test_whoever_may_not_is_told_what_is_told_of_nothing(active: Pair) -> None:
    for right, person in [(Right.RATE, TOM.id), (Right.WRITE_NOTES, ANNA.id), (Right.TAKE_PART, MAYA)]:
        with pytest.raises(NotFound):
            must(right, active.agreement, person)
    with pytest.raises(NotFound):
        must_see(active.agreement, MAYA)


def test_for_someone_who_had_everything_forgotten_nothing_exists_any_more(active: Pair) -> None:
    left = replace(active.agreement, mentee=replace(active.agreement.mentee, gone=True))

    assert [may_see(left, person) for person in (TOM.id, ANNA.id)] == [True, False]
    assert [right for right in OF_THE_WHOLE if may(right, left, ANNA.id)] == []
