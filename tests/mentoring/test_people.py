from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from mentoring.calendar import WorkingHours
from mentoring.feedback import PROMPT
from mentoring.ids import new_id
from mentoring.people import Retention, check_settings
from mentoring.refusal import Refused
from tests.mentoring.conftest import ANNA, LONDON, MONDAY, NEW_YORK, TOM

WEDNESDAY = datetime(2026, 11, 4, tzinfo=LONDON)
EVENINGS = WorkingHours(start=time(18), end=time(20, 30), days=frozenset({2, 5}))


def test_people_are_called_by_their_first_name() -> None:
    assert TOM.first_name == "Tom"
    assert replace(TOM, name=" ").first_name == " "


def test_what_slack_told_is_believed_for_a_day() -> None:
    assert TOM.needs_checking(MONDAY)
    checked = replace(TOM, checked_at=MONDAY)
    assert not checked.needs_checking(MONDAY + timedelta(hours=23, minutes=59))
    assert checked.needs_checking(MONDAY + timedelta(days=1))
    assert checked.needs_checking(MONDAY - timedelta(days=1))


def test_ids_are_long_and_never_the_same() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(one) for one in ids} == {22}


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """A time of Wednesday's, or days after it, in London."""
    return WEDNESDAY + timedelta(days=days, hours=hour, minutes=minute)


def test_the_clock_speaks_to_someone_in_their_own_hours() -> None:
    assert TOM.next_moment(at(8)) == at(9)
    assert TOM.next_moment(at(12, 34)) == at(12, 34)
    assert TOM.next_moment(at(17)) == at(17)
    assert TOM.next_moment(at(17, 1)) == at(9, days=1)
    assert TOM.next_moment(at(18, days=2)) == at(9, days=5)
    assert ANNA.next_moment(at(9)) == datetime(2026, 11, 4, 9, tzinfo=NEW_YORK)
    tom = replace(TOM, hours=EVENINGS)
    assert tom.next_moment(at(9)) == at(18)
    assert tom.next_moment(at(20, 31)) == at(18, days=3)


def test_and_not_while_they_are_muted() -> None:
    muted = replace(TOM, muted_until=at(13))
    assert muted.next_moment(at(10)) == at(13)
    assert muted.next_moment(at(14)) == at(14)
    assert replace(TOM, muted_until=at(21)).next_moment(at(10)) == at(9, days=1)


def test_what_is_a_little_late_is_said_all_the_same() -> None:
    assert TOM.may_hear(at(9), PROMPT)
    assert TOM.may_hear(at(17, 15), PROMPT)
    assert not TOM.may_hear(at(17, 16), PROMPT)
    assert not TOM.may_hear(at(8, 59), PROMPT)
    assert not TOM.may_hear(at(12, days=3), PROMPT)


def test_but_nothing_to_whoever_is_muted() -> None:
    muted = replace(TOM, muted_until=at(13))
    assert not muted.may_hear(at(12, 59), PROMPT)
    assert muted.may_hear(at(13), PROMPT)


def test_a_reminder_has_its_moment_muted_or_not() -> None:
    muted = replace(TOM, muted_until=at(0, days=30))
    assert TOM.reminder_moment(at(16, days=1)) == muted.reminder_moment(at(16, days=1)) == at(17)


@pytest.mark.parametrize(
    ("chosen", "sentence", "field"),
    [
        (
            {"hours": WorkingHours(days=frozenset())},
            "Please keep at least one day, else I could never reach you.",
            "days",
        ),
        (
            {"hours": WorkingHours(start=time(9), end=time(9))},
            "The end of your hours must come after their start.",
            "hours_end",
        ),
        (
            {"hours": WorkingHours(start=time(22), end=time(6))},
            "The end of your hours must come after their start.",
            "hours_end",
        ),
        (
            {"muted_until": MONDAY + timedelta(days=92, seconds=1)},
            "Please choose a day within the next three months.",
            "muted_until",
        ),
    ],
)
def test_choices_that_make_no_sense_are_refused_at_their_field(
    chosen: dict[str, Any], sentence: str, field: str
) -> None:
    with pytest.raises(Refused) as caught:
        check_settings(replace(TOM, **chosen), MONDAY)
    assert (caught.value.sentence, caught.value.at) == (sentence, field)


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"hours": EVENINGS},
        {"hours": WorkingHours(start=time(9), end=time(9, 1), days=frozenset({6}))},
        {"muted_until": MONDAY + timedelta(days=92)},
        {"muted_until": MONDAY - timedelta(days=1)},
        {"retention": Retention.MONTH},
    ],
)
def test_choices_at_their_bounds_are_fine(chosen: dict[str, Any]) -> None:
    check_settings(replace(TOM, **chosen), MONDAY)
