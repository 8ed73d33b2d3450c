from dataclasses import replace
from datetime import timedelta

from mentoring.ids import new_id
from tests.mentoring.conftest import MONDAY, TOM


def test_people_are_called_by_their_first_name() -> None:
    assert TOM.first_name == "Tom"
    assert replace(TOM, name=" ").first_name == " "


def test_what_slack_told_is_believed_for_a_day() -> None:
    assert TOM.needs_checking(MONDAY)
    checked = replace(TOM, checked_at=MONDAY)
    assert not checked.needs_checking(MONDAY + timedelta(hours=23, minutes=59))
    assert checked.needs_checking(MONDAY + timedelta(days=1))


def test_ids_are_long_and_never_the_same() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(one) for one in ids} == {22}
