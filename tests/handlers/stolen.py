"""Payloads as people's own Slack would send them, collected from all that the bot draws; and what comes of one in other hands."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from slack_sdk.models.views import View
from sqlalchemy import Engine, event, select
from sqlmodel import SQLModel

from handlers import routes
from handlers.deps import Deps
from handlers.gestures import Answer, Gesture, Handler, Nothing, Place, Show, Tell
from handlers.ids import Form
from handlers.views.block_kit import as_json
from mentoring.ids import new_id
from mentoring.people import Person
from mentoring.refusal import NotFound, Refused
from storage.database import Database, Tx
from storage.vault import Vault
from tests.handlers.everyone import NOW
from tests.handlers.stage import payload_of

Key = tuple[str, ...]
Row = Mapping[str, Any]
Changes = Mapping[Key, tuple[Row | None, Row | None]]
"""Rows as they were and as they would be, by table and primary key."""
Said = tuple[str, str]
"""A person's id, and what they would be sent or shown."""
ID = re.compile(r"(?<![\w-])(?:[a-z]+-)?([\w-]{22})(?![\w-])", re.ASCII)
"""As ``mentoring.ids.new_id`` makes them; the name of an input may begin with a word."""
PASSPHRASE = re.compile(r"\b[a-z]{5}(?:-[a-z]{5}){6}\b")
PLACE_IN_ROW = re.compile(r"_\d+$")


@dataclass(frozen=True)
class Payload:
    """A word, a click or a submission. ``view`` is the window it happens in, as JSON; empty if it is none."""

    table: str
    name: str
    value: str = ""
    place: Place = Place.COMMAND
    view: str = ""

    @property
    def handler(self) -> Handler:
        if self.table == "command":
            return routes.COMMANDS[self.name]
        if self.table == "submission":
            return routes.SUBMISSIONS[self.name]
        return routes.ACTIONS.get(self.name) or routes.ACTIONS[self.action]

    @property
    def action(self) -> str:
        """Its name without its place in a row."""
        return PLACE_IN_ROW.sub("", self.name)

    @property
    def form(self) -> str:
        """Which window it happens in."""
        return str(json.loads(self.view).get("callback_id")) if self.view else ""

    @property
    def claims(self) -> str:
        """What the window says that it is about."""
        return str(json.loads(self.view).get("private_metadata") or "{}") if self.view else "{}"

    @property
    def ids(self) -> set[str]:
        """Everything in it that looks like an id."""
        return set(ID.findall(f"{self.value} {self.view}"))

    def without(self, ids: set[str]) -> "Payload":
        """Return the same with other ids, of which nothing is known, in place of these."""
        return self.exchanged({one: new_id() for one in ids & self.ids})

    def exchanged(self, ids: Mapping[str, str]) -> "Payload":
        """Return the same with other ids in place of these."""
        value, view = self.value, self.view
        for one, other in ids.items():
            value, view = value.replace(one, other), view.replace(one, other)
        return replace(self, value=value, view=view)

    def claiming(self, taken: Mapping[str, str], known: set[str]) -> Iterator["Payload"]:
        """Yield the same, a thing to come in it bearing the id of one that there is already, by what the form calls it."""
        for what, one in json.loads(self.claims).items():
            if what in taken and ID.fullmatch(one) and one not in known:
                yield self.exchanged({one: taken[what]})

    def like(self, known: set[str]) -> tuple[str, ...]:
        """Return what tells two payloads apart: ids that were drawn for something to come don't."""
        return (
            self.table,
            self.name,
            self.place,
            self.form,
            _known(self.value, known),
            _known(self.claims, known),
        )


def _known(text: str, known: set[str]) -> str:
    return ID.sub(lambda found: found[1] if found[1] in known else "*", text)


def ids_in(key: Key, row: Row) -> set[str]:
    """Return the ids that a row goes by."""
    return set(ID.findall(" ".join((*key[1:], str(row.get("id"))))))


@dataclass(frozen=True)
class Outcome:
    """What came of a payload: what was answered, how many queries that took, and which rows differ after it."""

    answer: str
    queries: int
    changed: Changes = field(default_factory=dict)
    said: Sequence[Said] = ()
    found: bool = True
    view: View | None = None

    @property
    def told(self) -> tuple[str, int]:
        """What whoever sent it could tell it by: the answer, whatever ids and passphrase it draws, and how long it took."""
        return PASSPHRASE.sub("*", ID.sub("*", self.answer)), self.queries


WRITES = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")


class Undone(Database):
    """The database, in which every transaction that writes is undone at its end; what it would have changed is told.

    ``queries`` counts what is asked of it, but for the looks at what has changed.
    """

    before: dict[Key, Row]
    changed: Changes
    said: list[Said]
    say: Callable[[Tx, str], Said]
    queries = 0
    looks = False

    def __init__(self, url: str, vault: Vault) -> None:
        super().__init__(url, vault)
        self.written: set[str] = set()

    @contextmanager
    def writing(self) -> Iterator[Tx]:
        self.written.clear()
        with suppress(_Undo), super().writing() as tx:
            yield tx
            self._look(tx)
            _undo()

    def _look(self, tx: Tx) -> None:
        """Tell which rows are not as they were, and what will be said of them and to whom."""
        self.looks = True
        before = {key: row for key, row in self.before.items() if key[0] in self.written}
        after = rows(tx, of=self.written)
        self.changed = {
            key: (before.get(key), after.get(key))
            for key in {*before, *after}
            if before.get(key) != after.get(key)
        }
        self.said = [
            self.say(tx, after[key]["id"]) for key in self.changed if key[0] == "due_rows" and key in after
        ]
        self.looks = False

    @contextmanager
    def counted(self) -> Iterator[None]:
        def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            self.queries += not self.looks
            if (found := WRITES.match(statement)) is not None:
                self.written.add(found[1])

        event.listen(Engine, "before_cursor_execute", count)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", count)


class _Undo(Exception):  # noqa: N818 - nothing failed
    """The end of a transaction that is taken back."""


def _undo() -> None:
    raise _Undo


def rows(tx: Tx, *, of: Collection[str] | None = None) -> dict[Key, Row]:
    """Return every row of every table, or of some, by table and primary key."""
    return {
        (table.name, *(str(row[column.name]) for column in table.primary_key)): dict(row)
        for table in SQLModel.metadata.sorted_tables
        if of is None or table.name in of
        for row in tx.connection.execute(select(table)).mappings()
    }


def perform(deps: Deps, database: Undone, person: Person, payload: Payload) -> Outcome:
    """Return what comes of a payload that ``person`` sends; everything is left as it was."""
    gesture = Gesture(
        place=payload.place,
        person=person,
        deps=deps,
        now=NOW,
        body={},
        value=payload.value,
        view=json.loads(payload.view) if payload.view else {},
    )
    database.queries, database.changed, database.said = 0, {}, []
    try:
        answer = payload.handler(gesture)
    except Refused as refused:
        said = f"{type(refused).__name__}: {refused.sentence} {refused.at}"
        return Outcome(said, database.queries, found=not isinstance(refused, NotFound))
    view = answer.view if isinstance(answer, Show) else None
    return Outcome(_told(answer), database.queries, database.changed, database.said, view=view)


def _told(answer: Answer) -> str:
    match answer:
        case Show(view, push):
            return f"{push} {json.dumps(as_json(view))}"
        case Tell(sentence):
            return sentence
        case Nothing():
            return ""


# --- collecting


def drawn_in(view: View) -> Iterator[Payload]:
    """Yield every click and submission that a modal or Home offers, with its inputs filled in."""
    drawn = view.to_dict()
    place = Place.HOME if drawn["type"] == "home" else Place.MODAL
    filled = json.dumps(payload_of(view, dict(_filled_in(drawn))))
    for action_id, value in clicks(drawn["blocks"]):
        yield Payload("action", action_id, value, place, filled)
    if drawn.get("callback_id") in routes.SUBMISSIONS:
        yield Payload("submission", drawn["callback_id"], "", Place.SUBMISSION, filled)


def clicks(drawn: Any) -> Iterator[tuple[str, str]]:
    """Yield action id and value of everything that does something at once."""
    if isinstance(drawn, list):
        for inner in drawn:
            yield from clicks(inner)
    elif isinstance(drawn, dict):
        if drawn.get("type") == "button":
            yield drawn["action_id"], drawn.get("value", "")
        elif drawn.get("dispatch_action"):
            element = drawn["element"]
            for option in element.get("options", [{"value": "x"}]):
                yield element["action_id"], option["value"]
        for inner in drawn.values():
            yield from clicks(inner)


def _filled_in(drawn: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    past = drawn.get("callback_id") == Form.LOG
    for block in drawn["blocks"]:
        element = block.get("element", {})
        if block["type"] != "input" or any(key.startswith("initial") for key in element):
            continue
        match element["type"]:
            case "plain_text_input":
                yield block["block_id"], "x"
            case "datetimepicker":
                yield block["block_id"], NOW + timedelta(days=-6 if past else 2)
            case "radio_buttons" | "static_select":
                yield block["block_id"], element["options"][0]["value"]
            case "users_select":
                yield block["block_id"], "UOLAF"


def collected(send: Callable[[Payload], Outcome], seeds: Iterable[Payload], known: set[str]) -> list[Payload]:
    """Return every payload that someone comes to in their own Slack, by following all that is offered from ``seeds`` on."""
    found: dict[tuple[str, ...], Payload] = {}
    waiting = list(reversed(list(seeds)))
    while waiting:
        payload = waiting.pop()
        if found.setdefault(payload.like(known), payload) is not payload:
            continue
        view = send(payload).view
        if view is not None:
            waiting += reversed(list(drawn_in(view)))
    return list(found.values())
