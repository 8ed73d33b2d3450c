"""Twelve mentees and three mentors of one person: pickers, Home and the recap by name; nothing crosses."""

from datetime import timedelta

import pytest

from handlers import decisions, notes, recap
from mentoring.agreement import Role
from playground.blockkit import check_view
from tests.handlers.meetings import TUESDAY, hold
from tests.handlers.stage import BERLIN, Pair, buttons, shown, words
from tests.handlers.test_home import open_home

MENTEES = [
    "Ada Ash", "Ben Birch", "Cleo Cedar", "Dan Date", "Eve Elm", "Finn Fir",
    "Gus Gum", "Ida Ivy", "Jo Juniper", "Kit Kapok", "Lea Larch", "Mo Maple",
]  # fmt: skip
MENTORS = ["Nell Oak", "Otto Pine", "Pia Quince"]


def joined(pair: Pair, name: str, role: Role) -> Pair:
    """Tom and someone new, who proposes, so that Tom's own limits don't count; ``role`` is Tom's."""
    other = pair.stage.someone(f"U{name.split(maxsplit=1)[0].upper()}", name, BERLIN)
    mentor, mentee = (pair.mentor, other) if role is Role.MENTOR else (other, pair.mentor)
    made = Pair(pair.stage, mentor=mentor, mentee=mentee, stranger=pair.stranger)
    made.propose(by=role.other)
    made.sign()
    return made


@pytest.fixture
def many(pair: Pair) -> dict[str, Pair]:
    """Tom mentors twelve people and is mentored by three; each pair by the other one's name."""
    mentees = {name: joined(pair, name, Role.MENTOR) for name in MENTEES}
    return mentees | {name: joined(pair, name, Role.MENTEE) for name in MENTORS}


def test_pickers_offer_those_whom_a_word_can_be_about_by_name(pair: Pair, many: dict[str, Pair]) -> None:
    mentoring = shown(pair.mentor.types(recap.open_recap))
    mentored = shown(pair.mentor.types(decisions.open_decisions))

    assert check_view(mentoring.to_dict()) == []
    assert buttons(mentoring) == {name: f"recap/{many[name].agreement_id}" for name in MENTEES}
    assert buttons(mentored) == {name: f"decisions/{many[name].agreement_id}" for name in MENTORS}


def test_home_has_a_card_for_each_and_each_of_them_has_one(pair: Pair, many: dict[str, Pair]) -> None:
    tom = pair.mentor
    open_home(tom)
    for one in many.values():
        other = one.mentee if one.mentor is tom else one.mentor
        open_home(other)
    pair.stage.deliver()

    mine = pair.stage.homes["UTOM"]
    assert check_view(mine.to_dict()) == []
    for name in MENTEES:
        assert f"{name} · you are the mentor" in words(mine)
    for name in MENTORS:
        assert f"{name} · you are the mentee" in words(mine)
    for name in (*MENTEES, *MENTORS):
        theirs = words(pair.stage.homes[f"U{name.split()[0].upper()}"])
        assert theirs.count("Tom Reed · you are the") == 1
        assert [other for other in (*MENTEES, *MENTORS) if other in theirs] == []


def test_the_recap_by_name_holds_that_ones_notes_alone(pair: Pair, many: dict[str, Pair]) -> None:
    for place, name in enumerate(MENTEES[:3]):
        hold(many[name], TUESDAY + timedelta(days=place))
        form = many[name].mentor.types(notes.open_notes, name)
        session = many[name].agreement.sessions[0].id
        pair.mentor.submits(notes.write_note, form, **{f"text-{session}": f"Canary of {name}"})

    for name in MENTEES[:3]:
        read = words(shown(pair.mentor.types(recap.open_recap, f"@{name.split()[0].lower()}")))
        assert f"Canary of {name}" in read
        assert read.count("Canary of") == 1
