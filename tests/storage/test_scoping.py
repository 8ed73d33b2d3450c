"""Whoever reads says for whom: every query of storage is scoped by the person asking, or stands in a list with its reason."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

import storage
from storage import agreements, notes

ROOT = Path(__file__).parents[2]
SCOPES = {"seen_by", "author", "recipient", "person"}
"""The parameters that say for whom something is read."""
SOURCES = {"Tx", "Database", "Connection"}
"""What can be read from."""


class Open(NamedTuple):
    """Why something is read for nobody in particular, and by which modules of ``handlers`` it may be called."""

    why: str
    callers: frozenset[str] = frozenset()


def by(why: str, *callers: str) -> Open:
    return Open(why, frozenset(callers))


PART = "a part of an agreement that was found for whoever asks: storage/agreements.py alone calls it"
DELIVERY = "for delivery, which says what is due to its recipient"
KEYS = "about keys: no text of anyone's is opened"
OPERATOR = "the operator's command checks every sealed value, and shows none"
NOT_SCOPED = {
    "agreements.by_clock": by("what time does, and what becomes of what is due, nobody asks for", "clock"),
    "agreements.record": by(
        "what the limits on proposals need to know: numbers, and the pair's own agreement", "start", "closing"
    ),
    "agreements.ids_of": by("whoever is forgotten or changes their settings: ids alone"),
    "agreements.every": by("whoever is forgotten, whether or not it is in their sight", "forgetting"),
    "agreements.of_pair": by("what goes in its time: nothing of it is shown"),
    "agreements.follow_retention": by("keeps what is due in step with what goes: shows nothing to anyone"),
    "erasing.let_go": by("what is left of a pair's agreements when shells have gone"),
    "retention.look": by("when to look again at what goes in its time", "clock"),
    "clearing.alive": by("which due rows are still there: nothing of what they say"),
    "clearing.anything_left": by("whether something forgotten is still in the file: yes or no"),
    "farewells.of_agreements": by(PART),
    "feedback.rating_of": by(PART),
    "sessions.of_agreements": by(PART),
    "terms.of_agreements": by(PART),
    "following.rows_of": by("keeps what is due in step with the agreement: shows nothing to anyone"),
    "due.row": by(
        "the message that a redraw is about, or that was clicked on, which must be the clicker's own",
        "introduction",
    ),
    "due.newest_sent": by(
        "for the operator's command, which looks whether Slack shows its mark, and shows none of it"
    ),
    "due.like": by("the row that says the same to the recipient that the given one names", "calendar"),
    "outbox.claim": by(DELIVERY),
    "outbox.take_over": by(DELIVERY),
    "outbox.next_due": by(DELIVERY),
    "outbox.busy": by(DELIVERY),
    "outbox.set_aside": by("ids and kinds alone of rows that only another version knows, for the log"),
    "doubt.still_open": by(DELIVERY),
    "doubt.count_undecided": by("how many messages may or may not have arrived: a count alone"),
    "backlog.backlog": by("how many due rows there are and how late: counts alone"),
    "events.first_time": by("Slack's own ids of events", "home"),
    "people.by_account": by(
        "who is acting, or who is meant: a name, a zone and settings, no texts", "introduction", "start"
    ),
    "people.get": by("the recipient of what is drawn", "messages"),
    "people.acting": by("who is acting", "introduction"),
    "people.learn_again": by("what Slack says of someone who is known"),
    "people.learn": by("what Slack says of someone who is meant", "start"),
    "people.teams_of": by("the operator's command says which workspaces know a Slack id"),
    "people.set_settings": by("whose settings they are sets them", "settings"),
    "people.channel": by(DELIVERY),
    "people.keep_channel": by(DELIVERY),
    "installations.token": by("the bot's own"),
    "keys.wrapped_by": by(KEYS),
    "presence.running": by(KEYS),
    "presence.shown": by(KEYS),
    "rotation.left": by(KEYS),
    "rotation.rotate": by(KEYS),
    "key_check.bots": by(KEYS),
    "key_check.wrapped": by(KEYS),
    "key_check.columns": by(OPERATOR),
    "key_check.sealed_texts": by(OPERATOR),
    "vault.Vault.seal": by("seals, and needs the owner's key for it"),
    "vault.Vault.open": by("opens what a query has found"),
    "vault.Vault.read": by("opens what a query has found"),
}


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(storage.__path__):
        if not found.ispkg:
            yield importlib.import_module(f"storage.{found.name}")


def reads(function: Callable[..., Any]) -> bool:
    """Tell whether it is given something to read from, and gives something back."""
    signature = inspect.signature(function)
    given = {_name(parameter.annotation) for parameter in signature.parameters.values()}
    return bool(given & SOURCES) and _name(signature.return_annotation) != "None"


def _name(annotation: object) -> str:
    """Return an annotation as it is written, whether or not it was evaluated."""
    return "None" if annotation is None else getattr(annotation, "__name__", str(annotation))


def is_scoped(function: Callable[..., Any]) -> bool:
    return bool(SCOPES & set(inspect.signature(function).parameters))


def functions() -> dict[str, Callable[..., Any]]:
    """Every public function and method of storage that reads, by module and name."""
    found: dict[str, Callable[..., Any]] = {}
    for module in modules():
        own = [
            thing for thing in vars(module).values() if getattr(thing, "__module__", None) == module.__name__
        ]
        methods = [method for thing in own if inspect.isclass(thing) for method in vars(thing).values()]
        for function in filter(inspect.isfunction, [*own, *methods]):
            name = f"{module.__name__.removeprefix('storage.')}.{function.__qualname__}"
            if not function.__name__.startswith("_") and reads(function):
                found[name] = function
    return found


def test_whatever_is_read_is_read_for_someone_or_stands_in_the_list() -> None:
    found = functions()

    assert sorted(name for name, function in found.items() if not is_scoped(function)) == sorted(NOT_SCOPED)
    assert {"agreements.get", "notes.of", "decisions.get", "impact.of"} <= set(found) - set(NOT_SCOPED)


def test_what_is_not_scoped_is_called_only_where_the_list_says() -> None:
    called: dict[str, set[str]] = {name: set() for name in NOT_SCOPED}
    for file in (ROOT / "handlers").rglob("*.py"):
        for name in calls(file.read_text()):
            if name in called:
                called[name].add(file.stem)

    assert called == {name: set(entry.callers) for name, entry in NOT_SCOPED.items()}


def calls(source: str) -> set[str]:
    """Return the functions of storage that a module names, by where they are defined."""
    tree = ast.parse(source)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    things = {
        alias.asname or alias.name: getattr(importlib.import_module(str(node.module)), alias.name)
        for node in imports
        if str(node.module).partition(".")[0] == "storage"
        for alias in node.names
    }
    named = [things[node.id] for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in things]
    named += [
        getattr(things[node.value.id], node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in things
    ]
    return {
        f"{function.__module__.removeprefix('storage.')}.{function.__qualname__}"
        for function in named
        if inspect.isfunction(function)
    }


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("from storage import agreements\nagreements.by_clock(tx, id_)", {"agreements.by_clock"}),
        ("from storage import agreements as stored\nx = stored.by_clock", {"agreements.by_clock"}),
        ("from storage.agreements import by_clock as b\nb(tx, id_)", {"agreements.by_clock"}),
        ("from storage import outbox\noutbox.row(tx, row_id)", {"due.row"}),
    ],
)
def test_a_call_is_seen_however_it_is_imported(source: str, named: set[str]) -> None:
    assert calls(source) == named


def test_a_new_read_that_is_for_nobody_would_be_seen() -> None:
    def every(tx: "Tx") -> "list[Note]":  # type: ignore[name-defined]  # noqa: F821
        raise NotImplementedError

    assert (reads(every), is_scoped(every)) == (True, False)
    assert (reads(notes.of), is_scoped(notes.of)) == (True, True)
    assert reads(agreements.by_clock)
