"""What each kind of person has of their own, and what they could send of all that is stolen from the others."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import pytest

from handlers import messages, routes
from handlers.deps import Deps
from handlers.gestures import Place
from handlers.ids import Form
from handlers.views.text import Message
from mentoring.access import Right, may, may_see
from mentoring.agreement import Agreement, Version
from mentoring.due import Kind
from mentoring.ids import PersonId
from mentoring.people import Person
from mentoring.secret import Secret
from mentoring.sessions import Session
from storage import decisions, due, impact, notes
from storage.database import Tx
from tests.handlers.everyone import NOW, Town
from tests.handlers.stage import read_aloud, words
from tests.handlers.stolen import (
    ID,
    Outcome,
    Payload,
    Said,
    Undone,
    clicks,
    collected,
    drawn_in,
    ids_in,
    perform,
)

CANARY = re.compile(r"canary\d{3}x")
PAIRED = ("Tom", "Anna", "Felix", "Ben", "Eve", "Maya", "Nora", "Olaf", "Nina")
"""Those who have something of their own to come to."""
THIEVES = {
    "mentor": "Tom",
    "mentee": "Anna",
    "former partner": "Felix",
    "another member": "Maya",
    "someone of another workspace": "Elsewhere",
    "someone of the same Slack id in another workspace": "Namesake",
    "deactivated": "Dora",
    "guest": "Guest",
    "gone": "Greta",
    "invited": "Nora",
    "invited, and wants no invitations": "Hugo",
}
"""Every kind of person."""
every_thief = pytest.mark.parametrize("name", THIEVES.values(), ids=THIEVES)
OWN = {"Tom": ("closing",), "Anna": ("rich",), "Felix": ("former",), "Maya": ("as mentor", "as mentee")}
"""What a thief puts in place of the agreement that something was stolen from."""


@dataclass(frozen=True)
class Tried:
    """A payload in someone's hands, what came of it, and what came of the same with ids of things that do not exist.

    ``nothing`` is None where all its ids are of what exists for them.
    """

    payload: Payload
    outcome: Outcome
    nothing: Outcome | None

    def about(self, agreements: Iterable[Agreement]) -> tuple[Agreement, Session | Version | None] | None:
        """Return the agreement that it is about, with the session or version that it names; None if it names no agreement."""
        value, claims = self.payload.value, self.payload.claims
        named = set(ID.findall(value)) or set(ID.findall(claims))
        number = json.loads(claims).get("version", value.partition("/")[2])
        for agreement in agreements:
            for session in (*agreement.sessions, *agreement.talks):
                if session.id in named:
                    return agreement, session
            if agreement.id in named:
                return agreement, next((one for one in agreement.versions if str(one.number) == number), None)
        return None

    @property
    def shown(self) -> set[str]:
        """The texts that the answer has, and the payload did not bring along."""
        return set(CANARY.findall(self.outcome.answer)) - set(CANARY.findall(self.payload.view))


@dataclass
class World:
    """Everyone and everything, what each can send of their own, and the database that stays as it is."""

    town: Town
    deps: Deps
    database: Undone
    agreements: dict[str, Agreement]
    own: dict[str, list[Payload]] = field(default_factory=dict)
    attempts: dict[str, list[Tried]] = field(default_factory=dict)

    def collect(self) -> None:
        """Follow all that each one is offered, from their words, their messages and their Home on."""
        for name in PAIRED:
            user_id = self.town.everyone[name].user_id
            seeds = [Payload("command", word) for word in routes.COMMANDS]
            for message in self.town.stage.inbox.get(user_id, []):
                seeds += [Payload("action", *click, Place.MESSAGE) for click in clicks(message.blocks)]
            home = self.town.stage.homes.get(user_id)
            seeds += [] if home is None else drawn_in(home)
            self.own[name] = collected(partial(self.perform, name), seeds, self.ids)

    @cached_property
    def ids(self) -> set[str]:
        """Every id of anything there is."""
        return set().union(*(ids_in(key, row) for key, row in self.database.before.items()))

    @cached_property
    def stolen(self) -> list[Payload]:
        """Everyone's payloads, each once; and for what nobody is offered just now, one of each form its value could have."""
        found = {payload.like(self.ids): payload for own in self.own.values() for payload in own}
        return [*found.values(), *_made_up(self, list(found.values()))]

    def exists_for(self, person: Person) -> set[str]:
        """Return the ids of what there is for someone: their agreements and sessions, and what they wrote or were sent."""
        seen = {one.id for one in self.agreements.values() if may_see(one, person.id)}
        found: set[str] = {*seen, person.id, person.account_id}
        for key, row in self.database.before.items():
            in_sight = key[0] in {"sessions", "versions"} and row["agreement_id"] in seen
            if in_sight or person.id in {row.get("author"), row.get("recipient"), row.get("person_id")}:
                found |= ids_in(key, row)
        return found

    def tried(self, name: str) -> list[Tried]:
        """Return what comes of all that is stolen in someone's hands."""
        if name not in self.attempts:
            unknown = self.ids - self.exists_for(self.town.everyone[name])
            self.attempts[name] = [
                Tried(
                    payload,
                    self.perform(name, payload),
                    self.perform(name, payload.without(unknown)) if payload.ids & unknown else None,
                )
                for payload in in_the_hands_of(self, name)
            ]
        return self.attempts[name]

    def perform(self, name: str, payload: Payload) -> Outcome:
        return perform(self.deps, self.database, self.town.everyone[name], payload)

    def allowed(self, person: PersonId) -> set[str]:
        """Return every text that the table lets someone read."""
        with self.database.reading() as tx:
            found = {text for one in self.agreements.values() for text in _readable(tx, one, person)}
        return {text.reveal() for text in found if text is not None}


def _readable(tx: Tx, agreement: Agreement, me: PersonId) -> Iterator[Secret[str] | None]:
    def where(right: Right, of: object = None) -> bool:
        return may(right, agreement, me, of)

    for version in agreement.versions:
        if where(Right.TAKE_PART):
            yield from (version.purpose, version.terms.place)
        if where(Right.READ_REPLY, version):
            yield version.reply
    for session in (*agreement.talks, *agreement.sessions):
        if where(Right.TAKE_PART):
            yield session.place
        if session.rating is not None and where(Right.READ_WORDS, session.rating):
            yield session.rating.words
    for farewell in agreement.farewells:
        yield farewell.review if where(Right.READ_REVIEW, farewell) else None
        yield farewell.thanks if where(Right.READ_THANKS, farewell) else None
    for note in notes.of(tx, agreement.id, author=agreement.mentor.id):
        yield note.text if where(Right.READ_NOTES, note) else None
    for decision in decisions.of(tx, agreement.id, author=agreement.mentee.id):
        yield decision.text if where(Right.READ_DECISIONS, decision) else None
    for session in agreement.sessions:
        came = impact.of_one(tx, session.id, author=agreement.mentee.id)
        yield came.text if came is not None and where(Right.READ_IMPACT, came) else None


def said(tx: Tx, row_id: str, deps: Deps) -> Said:
    """Return what a due row will show: a message, of which nobody may read anything, or someone's Home."""
    row = due.row(tx, row_id)
    assert row is not None
    to = row.due.recipient
    if to is None:
        return "", ""
    if row.due.kind is Kind.HOME:
        return to, words(messages.draw_home(tx, to, deps, NOW)[0])
    drawn = messages.draw(tx, row, deps, NOW)
    return "", read_aloud(drawn) if isinstance(drawn, Message) else ""


# --- what is stolen


def _made_up(world: World, offered: Sequence[Payload]) -> Iterator[Payload]:
    tried = {payload.handler for payload in offered if payload.table == "action"}
    values = {"", "1"}
    for agreement in (world.agreements[pair] for pair in ("rich", "closing", "hidden")):
        sessions = [session.id for session in (*agreement.sessions, *agreement.talks)]
        values |= {agreement.id, f"{agreement.id}/1", *sessions, *(f"{session}/5" for session in sessions)}
        values |= {f"{agreement.id}/{session}" for session in sessions}
    pages = {Form.RECAP, Form.DECISIONS, Form.IMPACTS}
    paged = {(payload.form, payload.claims): payload.view for payload in offered if payload.form in pages}
    for name in (name for name, handler in routes.ACTIONS.items() if handler not in tried):
        yield from (Payload("action", name, value, Place.MESSAGE) for value in sorted(values))
        yield from (
            Payload("action", name, value, Place.MODAL, view)
            for value in ("0", "1")
            for view in paged.values()
        )


def in_the_hands_of(world: World, name: str) -> Iterator[Payload]:
    """Yield what someone could send of all that is stolen: as it is, for what is still to come, and beside their own."""
    known = world.exists_for(world.town.everyone[name])
    taken = dict(_taken(world, known))
    agreements = {one.id for one in world.agreements.values()}
    for payload in world.stolen:
        yield payload
        yield from payload.claiming(taken, world.ids)
        for pair in OWN.get(name, ()):
            mixed = payload.exchanged(
                dict.fromkeys(payload.ids & agreements - known, world.agreements[pair].id)
            )
            if mixed != payload and mixed.ids & world.ids - known:
                yield mixed
                yield from mixed.claiming(taken, world.ids)


def _taken(world: World, known: set[str]) -> Iterator[tuple[str, str]]:
    """Yield an id of each kind of thing that exists, and not for whoever knows only these, by what forms call the thing."""
    for table in ("agreements", "sessions", "notes", "decisions", "exports"):
        for key, row in world.database.before.items():
            if key[0] == table and str(row["id"]) not in known:
                yield table.removesuffix("s"), str(row["id"])
                break
