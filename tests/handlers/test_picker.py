"""The question whom a word is about: however people are called, and however often two have met, no two buttons look alike."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from handlers.views.block_kit import as_json
from handlers.views.picker import MOST_BUTTONS, picker
from mentoring.agreement import Agreement, Outcome, State
from mentoring.ids import AgreementId, PersonId, new_id
from playground.blockkit import check_view
from tests.handlers.stage import Pair, words

LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Cholmondeley"


@pytest.fixture
def one(pair: Pair) -> Agreement:
    """Tom mentors Anna since 23 November."""
    return pair.sign()


def with_(one: Agreement, name: str, *, days: int = 0, agreement_id: str | None = None) -> Agreement:
    """The same with someone of that name, begun so many days earlier."""
    other = replace(one.mentee, id=PersonId(new_id()), name=name)
    began = one.proposed_at - timedelta(days=days)
    id_ = AgreementId(agreement_id or new_id())
    return replace(one, id=id_, mentee=other, proposed_at=began, activated_at=began)


def over(one: Agreement) -> Agreement:
    return replace(
        one, state=State.CLOSED, outcome=Outcome.ENDED, closed_at=one.proposed_at + timedelta(days=9)
    )


def labels(one: Agreement, *offered: Agreement, word: str = "agreement") -> list[tuple[str, str]]:
    """What the buttons say, on the screen and aloud, in the order of ``offered``."""
    view = picker(word, offered, one.mentor)
    drawn = as_json(view)
    assert check_view(drawn) == []
    buttons = [
        button for block in drawn["blocks"] if block["type"] == "actions" for button in block["elements"]
    ]
    said = {button["value"]: (button["text"]["text"], button["accessibility_label"]) for button in buttons}
    assert len(set(said.values())) == len({text for text, _ in said.values()}) == len(offered)
    assert len({aloud for _, aloud in said.values()}) == len(offered)
    return [said[f"{word}/{agreement.id}"] for agreement in offered]


def test_a_name_alone_is_enough_where_it_is_the_only_one(one: Agreement) -> None:
    anna, maya = with_(one, "Anna Bright"), with_(one, "Maya Okafor", days=3)

    assert labels(one, maya, anna) == [
        ("Maya Okafor", "Agreement with Maya Okafor"),
        ("Anna Bright", "Agreement with Anna Bright"),
    ]


def test_two_of_one_name_have_the_day_on_which_it_began(one: Agreement) -> None:
    anna, other, maya = (
        with_(one, "Anna Bright"),
        with_(one, "Anna Bright", days=3),
        with_(one, "Maya Okafor"),
    )

    assert labels(one, anna, other, maya) == [
        ("Anna Bright, since 23 November 2026", "Agreement with Anna Bright, since 23 November 2026"),
        ("Anna Bright, since 20 November 2026", "Agreement with Anna Bright, since 20 November 2026"),
        ("Maya Okafor", "Agreement with Maya Okafor"),
    ]


def test_those_that_began_on_one_day_have_numbers_that_stay(one: Agreement) -> None:
    two = [with_(one, "Anna Bright", agreement_id=id_) for id_ in ("a" * 22, "b" * 22)]
    for offered in permutations(two):
        assert dict(zip((a.id for a in offered), labels(one, *offered), strict=True)) == {
            two[0].id: (
                "Anna Bright, since 23 November 2026 (1)",
                "Agreement with Anna Bright, since 23 November 2026 (1)",
            ),
            two[1].id: (
                "Anna Bright, since 23 November 2026 (2)",
                "Agreement with Anna Bright, since 23 November 2026 (2)",
            ),
        }


def test_of_a_long_name_it_is_the_name_that_is_cut(one: Agreement) -> None:
    """Two differ only where a name is cut, and two others are over."""
    first, second = (with_(one, f"{LONG} {last}", days=days) for last, days in (("Ann", 0), ("Eve", 1)))

    assert labels(one, first, second, word="decisions") == [
        (
            "Wolfeschlegelsteinhausenbergerdorff-Featherstoneha…, since 23 November 2026",
            "Decisions with Wolfeschlegelsteinhausenbergerdorff…, since 23 November 2026",
        ),
        (
            "Wolfeschlegelsteinhausenbergerdorff-Featherstoneha…, since 22 November 2026",
            "Decisions with Wolfeschlegelsteinhausenbergerdorff…, since 22 November 2026",
        ),
    ]
    both = [over(first), over(with_(one, f"{LONG} Ann", days=20))]
    assert [text for text, _ in labels(one, *both)] == [
        "Wolfeschlegelsteinhausenbergerdorff…, 23 November to 2 December 2026, ended",
        "Wolfeschlegelsteinhausenbergerdorff…, 3 November to 12 November 2026, ended",
    ]


def test_nobody_is_called_what_another_is_made_to_be(one: Agreement) -> None:
    names = [
        "Anna Bright",
        "Anna Bright",
        "Anna Bright, since 23 November 2026 (1)",
        "Anna Bright, since 23 November 2026",
    ]

    assert [
        text
        for text, _ in labels(
            one, *(with_(one, name, agreement_id=f"{i}" * 22) for i, name in enumerate(names))
        )
    ] == [
        "Anna Bright, since 23 November 2026 (2)",
        "Anna Bright, since 23 November 2026 (3)",
        "Anna Bright, since 23 November 2026 (1)",
        "Anna Bright, since 23 November 2026 (4)",
    ]


def test_thirty_of_one_name_are_told_apart_and_the_rest_counted(one: Agreement) -> None:
    many = [over(with_(one, LONG)) for _ in range(MOST_BUTTONS)]

    assert len(labels(one, *many)) == MOST_BUTTONS
    view = picker("recap", [*many, *(with_(one, f"Zoe {n}") for n in range(7))], one.mentor)
    assert check_view(as_json(view)) == []
    assert words(view).endswith("7 more don't fit here; give the name with the word. Close")
