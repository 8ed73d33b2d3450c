"""Every query of storage, asked by everyone for what is not theirs, and for what is."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

from handlers.pairs import EVER
from mentoring.access import may_see
from mentoring.agreement import Agreement
from mentoring.due import Kind
from mentoring.ids import AgreementId, new_id
from mentoring.people import Person
from mentoring.refusal import NotFound
from storage import agreements
from tests.handlers.everyone import NOW
from tests.handlers.thieves import THIEVES, World, every_thief
from tests.storage.test_scoping import NOT_SCOPED, SCOPES, functions

OF_SOMEONE = {
    "agreements.of": "is asked for everything of someone's, not for something",
    "exports.of": "the same",
    "exports.waiting": "the same",
    "exports.send": "keeps what is their own",
    "erasing.erase_texts": "removes what is their own",
}


def test_every_query_finds_nothing_of_what_is_not_theirs(world: World) -> None:
    """The result and the number of queries are those of ids that nothing has."""
    scoped = {name: query for name, query in functions().items() if name not in {*NOT_SCOPED, *OF_SOMEONE}}
    tried = set()
    for (name, query), thief in product(scoped.items(), THIEVES.values()):
        me = world.town.everyone[thief]
        known = world.exists_for(me)
        for agreement in (one for one in world.agreements.values() if one.id not in known):
            other = replace(agreement, id=AgreementId(new_id()))
            found, nothing = (asked(world, query, me, about) for about in (agreement, other))
            tried.add(name)
            assert found == nothing, (name, thief)
            assert found[0] in (NotFound, None, [], False, frozenset()), (name, thief)

    assert tried == set(scoped) >= {"agreements.get", "notes.of", "decisions.get", "impact.of"}


@every_thief
def test_someones_agreements_are_those_that_exist_for_them(world: World, name: str) -> None:
    me = world.town.everyone[name]
    with world.database.reading() as tx:
        found = agreements.of(tx, me.id, now=NOW, closed_since=NOW - EVER)

    assert {one.id for one in found} == {one.id for one in world.agreements.values() if may_see(one, me.id)}


@every_thief
def test_no_query_finds_a_text_that_is_not_for_whoever_asks(world: World, name: str) -> None:
    me = world.town.everyone[name]
    scoped = [query for name, query in functions().items() if name not in {*NOT_SCOPED, *OF_SOMEONE}]
    mine = [one for one in world.agreements.values() if may_see(one, me.id)]
    found = [asked(world, query, me, about)[0] for query, about in product(scoped, mine)]
    texts = [one.text for many in found if isinstance(many, list) for one in many]

    assert {text.reveal() for text in texts} <= world.allowed(me.id)
    assert bool(texts) is (name in {"Tom", "Anna", "Felix"})


def asked(world: World, query: Callable[..., Any], me: Person, about: Agreement) -> tuple[object, int]:
    """Return what a query finds for someone of an agreement and of what is in it, and how many statements that took."""
    real = about in world.agreements.values()
    anything = next(row["id"] for key, row in world.database.before.items() if key[0] == "exports")
    held = {
        key[0]: row["id"]
        for key, row in world.database.before.items()
        if row.get("agreement_id") == about.id and "id" in row
    }
    given: dict[str, Any] = {
        **dict.fromkeys(SCOPES, me.id),
        "agreement": about,
        "agreement_id": about.id,
        "session_id": held.get("sessions", new_id()) if real else new_id(),
        "decision_id": held.get("decisions", new_id()) if real else new_id(),
        "export_id": anything if real and anything not in world.exists_for(me) else new_id(),
        "other": about.mentor.id if real else new_id(),
        "kind": Kind.REMINDER,
        "moves": 1,
        "since": NOW,
        "now": NOW,
    }
    with world.database.reading() as tx:
        parameters = [one for one in inspect.signature(query).parameters.values() if one.name != "tx"]
        needed = {one.name: given[one.name] for one in parameters if one.default is inspect.Parameter.empty}
        world.database.queries = 0
        try:
            found: object = query(tx, **needed)
        except NotFound:
            found = NotFound
        return found, world.database.queries
