"""Who is shown which text: what the table says, what each one's own windows show, and what can be had by stolen payloads."""

import pytest

from handlers import messages
from handlers.views.export_files import files
from mentoring.ids import PersonId
from storage import exports
from tests.handlers.everyone import NOW
from tests.handlers.stage import words
from tests.handlers.thieves import CANARY, PAIRED, World, every_thief

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
