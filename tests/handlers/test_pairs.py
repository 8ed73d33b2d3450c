"""Whom a word is about: the one meant, the only one that fits, or a picker."""

import pytest

from handlers import agreement as agreement_handlers
from handlers import closing as closing_handlers
from handlers import pairs
from handlers.gestures import Place, Show
from mentoring.agreement import Agreement
from tests.handlers.company import Scenes
from tests.handlers.stage import Pair, buttons, shown, told, words


@pytest.fixture
def mentees(pair: Pair, scenes: Scenes) -> Pair:
    scenes.live(pair, sign_with_both)
    return pair


def sign_with_both(pair: Pair) -> None:
    """Tom mentors Anna and Maya."""
    pair.sign()
    other = Pair(pair.stage, mentor=pair.mentor, mentee=pair.stranger, stranger=pair.mentee)
    other.sign()


def chosen(pair: Pair, rest: str) -> Agreement | str:
    found = pairs.choose(
        pair.mentor.gesture(Place.COMMAND, rest), "recap", lambda a: not a.over, "Nothing fits."
    )
    return (
        found
        if isinstance(found, Agreement)
        else words(shown(found))
        if isinstance(found, Show)
        else told(found)
    )


def test_where_several_fit_a_picker_asks(mentees: Pair) -> None:
    assert chosen(mentees, "") == "Recap With whom? Anna Bright Maya Okafor Close"
    picker = shown(mentees.mentor.types(agreement_handlers.show_agreement))
    assert buttons(picker)["Anna Bright"] == f"agreement/{mentees.agreement_id}"


@pytest.mark.parametrize("rest", ["<@UANNA|anna>", "<@UANNA>", "anna", "@anna", "ANNA BRIGHT"])
def test_a_mention_or_a_name_says_who(mentees: Pair, rest: str) -> None:
    found = chosen(mentees, rest)
    assert isinstance(found, Agreement)
    assert found.id == mentees.agreement_id


def test_someone_else_is_in_no_agreement(mentees: Pair) -> None:
    for rest in ("<@UNOBODY|x>", "zoe"):
        assert (
            chosen(mentees, rest) == "You have no agreement with that person. `/mentor` shows what there is."
        )


def test_open_agreements_go_before_closed_ones(mentees: Pair) -> None:
    form = shown(mentees.mentee.types(closing_handlers.ask_end))
    mentees.mentee.submits(closing_handlers.end, form)

    found = chosen(mentees, "")
    assert isinstance(found, Agreement)
    assert found.mentee.user_id == "UMAYA"
    assert (
        chosen(mentees, "anna") == "With Anna there is nothing for that now. `/mentor` shows what there is."
    )
    form = shown(mentees.stranger.types(closing_handlers.ask_end))
    mentees.stranger.submits(closing_handlers.end, form)
    assert chosen(mentees, "") == "Nothing fits."
    assert words(shown(mentees.mentee.types(agreement_handlers.show_agreement))).startswith(
        "Agreement Ended on"
    )
