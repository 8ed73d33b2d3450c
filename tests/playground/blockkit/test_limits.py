"""Every field of the reference at the edges of its limits, driven by the reference itself."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from playground.blockkit import Problem, Surface, check_blocks
from playground.blockkit.reference.payloads import BLOCKS, KNOWN_TYPES, VIEW
from playground.blockkit.schema import (
    EVERYWHERE,
    Array,
    Boolean,
    Integer,
    Kind,
    Number,
    Object,
    String,
    kinds_in,
)
from tests.playground.blockkit.samples import Place, all_places, smallest

PLACES = all_places()
each_place = pytest.mark.parametrize("place", PLACES, ids=str)

Edge = tuple[Any, Any, str, str]
"""A value within, the next one beyond, where below the field the problem is, and its sentence."""


def edges(kind: Kind, surface: Surface) -> Iterator[Edge]:
    match kind:
        case String():
            yield from string_edges(kind)
        case Integer():
            if (low := kind.at_least) is not None:
                yield low, low - 1, "", f"must be at least {low}, is {low - 1}"
            if (high := kind.at_most) is not None:
                yield high, high + 1, "", f"must be at most {high}, is {high + 1}"
        case Array():
            yield from array_edges(kind, surface)


def string_edges(kind: String) -> Iterator[Edge]:
    if (high := kind.at_most) is not None:
        start = "https://" if kind.format else ""
        within, beyond = (start + "é" * (length - len(start)) for length in (high, high + 1))
        yield within, beyond, "", f"must be at most {high} characters, is {high + 1}"
    if kind.at_least:
        yield smallest(kind, "message"), "", "", "must not be empty"
    for choice in kind.choices:
        listed = " or ".join(", ".join(map(repr, kind.choices)).rsplit(", ", 1))
        yield choice, f"{choice}?", "", f"must be {listed}"
    if kind.format:
        wrong = "javascript:{no such thing}"  # an address, which may be any text, that nobody should follow
        yield smallest(kind, "message"), wrong, "", f"must be {kind.format.words}"


def array_edges(kind: Array, surface: Surface) -> Iterator[Edge]:
    def filled(count: int) -> list[Any]:
        return [smallest(kind.item, surface, n) for n in range(count)]

    if (high := kind.at_most) is not None:
        yield filled(high), filled(high + 1), "", f"must have at most {high} items, has {high + 1}"
    if low := kind.at_least:
        items = "item" if low == 1 else "items"
        yield filled(low), filled(low - 1), "", f"must have at least {low} {items}, has {low - 1}"
    for within, beyond, path, rule in edges(kind.item, surface):
        yield [within], [beyond], f"[0]{path}", rule


@each_place
def test_the_smallest_value_passes(place: Place) -> None:
    assert place.problems_of(place.base()) == []


@each_place
def test_each_limit_holds_at_its_edge(place: Place) -> None:
    for name, field in place.spec.fields.items():
        if place.surface not in field.surfaces:
            continue
        for within, beyond, path, rule in edges(field.kind, place.surface):
            assert place.problems_of(place.having(name, within)) == [], name
            assert place.problems_of(place.having(name, beyond)) == [Problem(place.below(name) + path, rule)]


@each_place
def test_each_required_field_is_required(place: Place) -> None:
    for name in place.spec.required:
        lacking = {k: v for k, v in place.base().items() if k != name}
        assert place.problems_of(lacking) == [Problem(place.below(name), "is required")]


@each_place
def test_an_unknown_field_is_refused(place: Place) -> None:
    (problem,) = place.problems_of({**place.base(), "surprise": 1})
    assert problem.path == place.path
    assert re.fullmatch(r"has a field that an? .+ does not have: 'surprise'", problem.rule)


@each_place
def test_a_value_of_another_type_is_refused(place: Place) -> None:
    for name, field in place.spec.fields.items():
        if place.surface in field.surfaces:
            for wrong in (None, *WRONG.get(type(field.kind), ["text", 7, []])):
                rule = SENTENCES.get(type(field.kind), "must be an object")
                assert place.problems_of(place.having(name, wrong)) == [Problem(place.below(name), rule)]


WRONG: dict[type, list[object]] = {
    String: [7, True, [], {}],
    Boolean: ["true", 0, 1],
    Integer: ["7", 7.0, True],
    Number: ["7", True],
    Array: ["text", {}, 7],
}
SENTENCES = {
    String: "must be a string",
    Boolean: "must be true or false",
    Integer: "must be a whole number",
    Number: "must be a number",
    Array: "must be a list",
}


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_a_surface_holds_so_many_blocks(surface: Surface, most: int) -> None:
    assert check_blocks([{"type": "divider"}] * most, surface) == []
    assert check_blocks([{"type": "divider"}] * (most + 1), surface) == [
        Problem("blocks", f"must have at most {most} items, has {most + 1}")
    ]


@pytest.mark.parametrize("surface", ["message", "modal", "home"])
def test_each_block_stands_on_its_surfaces_only(surface: Surface) -> None:
    everywhere = BLOCKS["message"].item
    names = {"message": "messages", "modal": "modals", "home": "Home tabs"}
    for block in everywhere.objects:  # type: ignore[union-attr]  # the blocks are one of several objects
        home = surface if surface in block.surfaces else min(block.surfaces)
        problems = check_blocks([{"type": block.name, **smallest(block, home)}], surface)
        if surface in block.surfaces:
            assert problems == []
        else:
            article = "an" if block.name[0] in "aeiou" else "a"
            where = " and ".join(words for each, words in names.items() if each in block.surfaces)
            assert problems == [
                Problem("blocks[0]", f"{article} {block.name} block may stand in {where} only")
            ]


def test_every_object_names_its_source_and_is_reached_by_the_tests_above() -> None:
    objects = {
        kind for root in (BLOCKS["message"], VIEW) for kind in kinds_in(root) if isinstance(kind, Object)
    }
    assert {each.source.split("/")[0] for each in objects} == {"reference", "apis"}
    assert {each.name for each in objects if each.surfaces == EVERYWHERE} <= {p.spec.name for p in PLACES}
    assert objects == {place.spec for place in PLACES}


def test_the_known_types_are_those_of_the_reference() -> None:
    blocks = {
        "section", "header", "divider", "context", "actions", "input", "image", "rich_text", "markdown", "table",
        "alert", "video", "file", "call", "context_actions", "card", "carousel", "container", "plan", "task_card",
    }  # fmt: skip
    elements = {
        "button", "checkboxes", "radio_buttons", "overflow", "static_select", "users_select",
        "conversations_select", "channels_select", "multi_static_select",
        "multi_users_select", "multi_conversations_select", "multi_channels_select", "datepicker", "timepicker",
        "datetimepicker", "plain_text_input", "number_input", "email_text_input", "url_text_input",
        "rich_text_input", "feedback_buttons", "icon_button",
    }  # fmt: skip
    assert blocks | elements <= KNOWN_TYPES
