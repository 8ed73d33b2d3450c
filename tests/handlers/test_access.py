"""Access as a property: whoever sends whatever, with ids stolen from anyone's payloads, comes to what the table allows and to no more."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from handlers import messages, routes
from handlers.deps import Deps
from handlers.introduction import actor_of
from handlers.pairs import EVER
from handlers.views.export_files import files
from mentoring.access import may_see
from mentoring.agreement import Agreement
from mentoring.due import Kind
from mentoring.ids import AgreementId, PersonId, new_id
from mentoring.people import Person
from mentoring.refusal import NotFound
from storage import agreements, exports, people
from storage.vault import MENTEE, OWNERS, Vault
from tests.handlers.company import MASTER, opened
from tests.handlers.everyone import ELSEWHERE, NOW, town
from tests.handlers.stage import TEAM, words
from tests.handlers.stolen import Key, Payload, Row, Undone, rows
from tests.handlers.thieves import CANARY, PAIRED, THIEVES, World, said
from tests.storage.test_scoping import NOT_SCOPED, SCOPES, functions

READERS = {
    "rich: usual place": "Tom Anna",
    "rich: place of the talk": "Tom Anna",
    "rich: purpose": "Tom Anna",
    "rich: place of the first": "Tom Anna",
    "rich: words, share": "Tom Anna",
    "rich: note": "Tom",
    "rich: decision": "Anna",
    "rich: what came of it, share": "Tom Anna",
    "rich: sealed words, share": "Anna",
    "rich: sealed note": "Tom",
    "rich: sealed decision": "Anna",
    "rich: sealed what came of it, share": "Anna",
    "rich: place of the next": "Tom Anna",
    "rich: reply": "Tom",
    "rich: purpose suggested": "Tom Anna",
    "former: usual place": "Felix Anna",
    "former: purpose": "Felix Anna",
    "former: place": "Felix Anna",
    "former: words, share": "Felix Anna",
    "former: note": "Felix",
    "former: decision": "Anna",
    "former: what came of it, share": "Felix Anna",
    "former: mentor's review": "Felix",
    "former: mentor's thanks": "Felix Anna",
    "former: mentee's review": "Anna",
    "former: mentee's thanks": "Felix Anna",
    # Greta's own went with her.
    "gone: usual place": "",
    "gone: purpose": "Anna",
    "closing: usual place": "Tom Ben",
    "closing: purpose": "Tom Ben",
    "closing: words, keep": "Ben",
    "closing: note": "Tom",
    "closing: decision": "Ben",
    "closing: what came of it, keep": "Ben",
    "closing: mentor's review": "Tom",
    "closing: mentor's thanks": "Tom",
    "closing: mentee's review": "Ben",
    "closing: mentee's thanks": "Ben",
    "ended: purpose": "Tom Eve",
    "ended: mentee's review": "Eve",
    "ended: mentee's thanks": "Eve",
    "proposed: usual place": "Maya Nora",
    "hidden: usual place": "Maya",
    "as mentor: usual place": "Maya Olaf",
    "as mentor: purpose": "Maya Olaf",
    "as mentee: usual place": "Nina Maya",
    "as mentee: purpose": "Nina Maya",
}
"""Who may read each text, by their first names: worked out by hand from the table."""
NOWHERE = {
    "Tom": {"rich: place of the talk", "rich: place of the first"},
    "Anna": {
        "rich: place of the talk",
        "rich: place of the first",
        "rich: words, share",
        "former: place",
        "former: words, share",
    },
    "Felix": {"former: place"},
    "Ben": {"closing: words, keep"},
}
"""What they may read, and no window shows them: places of what is over, and her own words once her form is closed."""


@pytest.fixture(scope="module")
def world(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Everything at one instant; whatever is tried is taken back, so that all tests can share it."""
    file = tmp_path_factory.mktemp("access") / "mentor.db"
    with opened(empty_database, file) as database:
        here = town(database)
    undone = Undone(f"sqlite:///{file}", Vault([MASTER]))
    deps = Deps(undone, lambda: NOW, "/mentor", here.stage.deps.operator, takes_files=lambda _: True)
    undone.say = lambda tx, row_id: said(tx, row_id, deps)
    with undone.reading() as tx:
        undone.before = rows(tx)
    here.stage.database = undone
    found = World(here, deps, undone, here.agreements())
    with undone.counted():
        found.collect()
        yield found
    with undone.reading() as tx:
        assert rows(tx) == undone.before
    undone.close()


every_thief = pytest.mark.parametrize("name", THIEVES.values(), ids=THIEVES)


# --- what is read


def test_the_table_lets_each_one_read_what_is_meant_for_them(world: World) -> None:
    everyone = world.town.everyone
    readers = {
        what: {name for name in everyone if text in world.allowed(everyone[name].id)}
        for what, text in world.town.written.items()
    }

    assert readers == {what: set(names.split()) for what, names in READERS.items()}


@pytest.mark.parametrize("name", PAIRED)
def test_each_one_is_shown_what_they_may_read(world: World, name: str) -> None:
    me = world.town.everyone[name]
    answers = [world.perform(name, payload).answer for payload in world.own[name]]
    shown = set(CANARY.findall("".join(answers)))

    unseen = {world.town.written[what] for what in NOWHERE.get(name, set())}
    assert shown == world.allowed(me.id) - unseen


@every_thief
def test_nobody_is_shown_more_than_they_may_read(world: World, name: str) -> None:
    me = world.town.everyone[name]
    with world.database.reading() as tx:
        # Of whoever is gone there is nobody left to draw it for.
        home = "" if name == "Greta" else words(messages.draw_home(tx, me.id, world.deps, NOW)[0])
    shown = set(CANARY.findall(home)).union(*(tried.shown for tried in world.tried(name)))

    assert shown <= world.allowed(me.id)


@every_thief
def test_nothing_that_follows_shows_anyone_more(world: World, name: str) -> None:
    """Whatever is sent, no message has any text in it, and no Home one that is not for its reader."""
    follows = [said for tried in world.tried(name) for said in tried.outcome.said]
    shown = {(to, text) for to, drawn in follows for text in CANARY.findall(drawn)}

    assert {(to, text) for to, text in shown if not to or text not in world.allowed(PersonId(to))} == set()


# --- what is told of what is not theirs


@every_thief
def test_what_is_not_theirs_is_told_as_if_it_did_not_exist(world: World, name: str) -> None:
    """The answer and the number of queries are those of the same payload with ids that nothing has."""
    compared = [tried for tried in world.tried(name) if tried.nothing is not None]

    assert [t.payload for t in compared if t.nothing and t.outcome.told != t.nothing.told] == []
    assert {t.payload.table for t in compared} == {"action", "submission"}
    assert len(compared) >= 300


@pytest.mark.parametrize("name", ["Hugo", "Greta"])
def test_what_is_out_of_sight_makes_no_difference_to_a_word(world: World, name: str) -> None:
    """Someone has invited him, and she is one of a pair: both are answered as whoever has nothing here."""
    words = [word for word in routes.COMMANDS if word != "settings"]
    told = {
        one: [world.perform(one, Payload("command", word)).told for word in words] for one in (name, "Guest")
    }

    assert told[name] == told["Guest"]


@every_thief
def test_nothing_is_changed_that_is_not_theirs(world: World, name: str) -> None:
    me = world.town.everyone[name]
    touched = [
        (tried.payload.name, key)
        for tried in world.tried(name)
        for key, (before, after) in tried.outcome.changed.items()
        if not _is_theirs(world, me, key, before, after)
    ]

    assert touched == []


def _is_theirs(world: World, me: Person, key: Key, before: Row | None, after: Row | None) -> bool:
    """Tell whether a row may differ by what someone does: it is their own or in an agreement of theirs, or new; no text of another's."""
    row = before or after or {}
    agreement = _agreement_of(world, key, row)
    if agreement is not None and not may_see(agreement, me.id):
        return False
    if agreement is None and before is not None:
        # Homes are drawn again of both.
        seen = {one.id for one in _pairs_of(world, me)} | {me.id} if key[0] == "due_rows" else {me.id}
        return bool(seen & {row.get("id"), row.get("person_id"), row.get("recipient")})
    for name, owner in OWNERS.items():
        table, _, column = name.partition(".")
        if (
            table == key[0]
            and before is not None
            and before[column] != (after or {}).get(column)
            and before[column]
        ):
            whose = agreement.mentee.id if owner == MENTEE and agreement is not None else before.get(owner)
            if whose != me.id:
                return False
    return True


def _pairs_of(world: World, me: Person) -> Iterator[Person]:
    for agreement in world.agreements.values():
        if may_see(agreement, me.id):
            yield from (agreement.mentor, agreement.mentee)


def _agreement_of(world: World, key: Key, row: Row) -> Agreement | None:
    about = row["id"] if key[0] == "agreements" else row.get("agreement_id")
    if key[0] == "ratings":
        about = world.database.before[("sessions", row["session_id"])]["agreement_id"]
    return next((one for one in world.agreements.values() if one.id == about), None)


# --- every way in


@every_thief
def test_every_handler_was_tried_by_everyone(world: World, name: str) -> None:
    tables: dict[str, Any] = {
        "command": routes.COMMANDS,
        "action": routes.ACTIONS,
        "submission": routes.SUBMISSIONS,
    }
    tried = {(tried.payload.table, tried.payload.handler) for tried in world.tried(name)}

    assert tried == {(table, handler) for table, handlers in tables.items() for handler in handlers.values()}


def test_the_same_slack_id_in_another_workspace_is_someone_else(world: World) -> None:
    """In a channel that two workspaces share, ``team`` is the channel's, and the user's own stands with the user."""
    payload = {"type": "block_actions", "user": {"id": "UTOM", "team_id": ELSEWHERE}, "team": {"id": TEAM}}
    actor = actor_of(payload)
    with world.database.reading() as tx:
        found = people.by_account(tx, actor.team_id, actor.user_id)

    assert found == world.town.everyone["Namesake"] != world.town.everyone["Tom"]


# --- every query

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


@pytest.mark.parametrize("name", PAIRED)
def test_an_export_has_all_that_someone_may_read_and_no_more(world: World, name: str) -> None:
    me = world.town.everyone[name]
    with world.database.reading() as tx:
        made = files(exports.of(tx, me, NOW))
    found = {
        kind: set(CANARY.findall("".join(made[name].decode() for name in made if name.endswith(kind))))
        for kind in (".md", ".json")
    }

    # A reply is for the other one to read; in an export it is one's own too.
    own = {world.town.written["rich: reply"]} if name == "Anna" else set()
    assert found == dict.fromkeys((".md", ".json"), world.allowed(me.id) | own)


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
