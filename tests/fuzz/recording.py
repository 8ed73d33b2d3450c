"""Real payloads: everything that each person can do in a world, found by doing it, a few windows deep."""

import json
from dataclasses import dataclass
from typing import Any

from handlers.views.about import WORDS
from handlers.views.block_kit import as_json
from tests.fuzz.bench import Bench, Kind
from tests.fuzz.slack import (
    Json,
    acting,
    action_of,
    click_in_message,
    click_in_view,
    filled_in,
    submission,
    view_of,
)
from tests.handlers import slack
from tests.handlers.stage import Delivered

DEEPEST = 3
"""Windows, from the first that a command, a message or Home opens."""
SAID = ("help", "next session", "mentor recap <@UANNA>", "When is my next session?", "nothing that it knows")


@dataclass(frozen=True)
class Recorded:
    """A payload, and by which kind of envelope it comes."""

    kind: Kind
    body: Json


def record(bench: Bench) -> list[Recorded]:
    """Return every payload that was sent on the way through everything, each of them answered without a complaint."""
    found: list[Recorded] = []
    seen: set[str] = set()
    for person in ("UTOM", "UANNA", "UMAYA"):
        layer = _first(bench, person)
        for _ in range(DEEPEST if person in {"UTOM", "UANNA"} else 1):
            shown: list[Json] = []
            for one in layer:
                found.append(one)
                shown += _shown(bench, one)
            layer = [use for view in shown for use in _uses(bench, person, view, seen)]
        found += layer
    return found


def _shown(bench: Bench, one: Recorded) -> list[Json]:
    """Return the windows that a payload leads to, with the world as it was."""
    bench.restore()
    outcome = bench.send(one.kind, one.body)
    assert outcome.problems == [], (one, outcome.problems)
    answered = outcome.answer.get("view") if isinstance(outcome.answer, dict) else None
    return [*outcome.views, *([answered] if answered else [])]


def _first(bench: Bench, person: str) -> list[Recorded]:
    commands = [*WORDS, "", "start <@UANNA|anna>", "recap <@UANNA|anna>", "sesion", "end <@UTOM|tom>"]
    recorded = [Recorded("slash_commands", slack.command(person, text)) for text in commands]
    recorded += [
        Recorded("events_api", slack.said(person, text, f"Ev{person}{n}")) for n, text in enumerate(SAID)
    ]
    recorded.append(
        Recorded(
            "events_api", slack.event(person, "app_home_opened", f"EvH{person}", tab="home", channel="D1")
        )
    )
    for message in bench.inbox.get(person, [])[-6:]:
        recorded += _clicks(bench, person, message)
    if (home := bench.homes.get(person)) is not None:
        recorded += _view_clicks(person, view_of(as_json(home), {}))
    return recorded


def _clicks(bench: Bench, person: str, message: Delivered) -> list[Recorded]:
    blocks = [{**block, "block_id": f"{message.row_id}/{n}"} for n, block in enumerate(message.blocks)]
    told = {"type": "message", "ts": "1.000", "text": message.text, "bot_id": "B1", "blocks": blocks}
    return [
        Recorded(
            "interactive",
            click_in_message(person, told, action_of(element, block_id, entry), bench.response_url),
        )
        for block_id, element, entry in acting(blocks)
    ]


def _uses(bench: Bench, person: str, drawn: Json, seen: set[str]) -> list[Recorded]:
    """Return what can be done in a window, if it is one that was not met before."""
    shape = json.dumps([person, drawn.get("callback_id"), [_shape(block) for block in drawn["blocks"]]])
    if shape in seen:
        return []
    seen.add(shape)
    uses = []
    for blank in (False, True):
        view = view_of(drawn, filled_in(drawn["blocks"], bench.now, blank=blank))
        if drawn.get("submit"):
            uses.append(Recorded("interactive", submission(person, view)))
        if not blank:
            uses += _view_clicks(person, view)
    return uses


def _view_clicks(person: str, view: Json) -> list[Recorded]:
    return [
        Recorded("interactive", click_in_view(person, view, action_of(element, block_id, entry)))
        for block_id, element, entry in acting(view["blocks"])
    ]


def _shape(block: Json) -> Any:
    return [block["type"], block.get("block_id"), [e.get("action_id") for e in block.get("elements", [])]]
