"""Changing real payloads into what Slack never sends, or somebody else would: by a seed, so that it can be done again."""

import copy
import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from handlers.ids import Action, Form
from tests.fuzz.slack import PEOPLE, Json
from tests.handlers.stage import TEAM

Place = tuple[Any, Any]
"""A dict or a list, and the key or index in it."""
URLS = ("response_url",)
"""No made-up address is ever asked: these are given only what nobody could."""
BAD_URLS = (
    "",
    "x",
    "http://[",
    "https://" + "a" * 300,
    "http://127.0.0.1:99999/",
    "file:///etc/passwd",
    "HTTP://\u00e9\n",
)


def mutated(rng: Random, text: str, pool: "Pool") -> tuple[str, Json]:
    """Return a changed copy of a payload, given as JSON, and what was done to it."""
    changed = json.loads(text)
    done = []
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
        change = rng.choice(CHANGES)
        change(rng, changed, pool)
        done.append(change.__name__.lstrip("_"))
    return "+".join(done), changed


class Pool:
    """The ids that stand in a world's payloads, and the payloads, to take others' from."""

    def __init__(self, bodies: Sequence[Json]) -> None:
        self.bodies = bodies
        found: dict[str, None] = {}
        for body in bodies:
            for holder, key in places(body):
                value = holder[key]
                if key in {"value", "private_metadata", "block_id"} and isinstance(value, str):
                    found |= dict.fromkeys(_ids_in(value))
        self.ids = [*found, *PEOPLE, TEAM, "T0002", "D1"]
        self.values = [*dict.fromkeys(_values(bodies))]


def places(value: Any) -> list[Place]:
    """Return every place in a payload, outer ones first."""
    found: list[Place] = []
    layer = [value]
    while layer:
        inner: list[Any] = []
        for holder in layer:
            keys = holder if isinstance(holder, dict) else range(len(holder))
            found += [(holder, key) for key in keys]
            inner += [holder[key] for key in keys if isinstance(holder[key], dict | list)]
        layer = inner
    return found


def _ids_in(text: str) -> list[str]:
    if text.startswith("{"):
        try:
            return [str(value) for value in json.loads(text).values()]
        except (ValueError, AttributeError):
            return []
    return [part for part in text.split("/") if part]


def _values(bodies: Sequence[Json]) -> list[str]:
    return [
        holder[key]
        for body in bodies
        for holder, key in places(body)
        if key == "value" and isinstance(holder[key], str)
    ]


# --- what may stand in a place

TEXTS = (
    "",
    " ",
    "\n",
    "0",
    "-1",
    "1",
    "\u0661",  # an Arabic-Indic digit one: a decimal, but not ASCII
    "\u00b2",
    "1e3",
    "99999999999999999999",
    "9" * 5_000,
    "nan",
    "null",
    "<!channel> <@UTOM|x> <https://example.org|y> &amp; *a* `b` _c_",
    "a" * 76,
    "a" * 151,
    "a" * 256,
    "a" * 3_001,
    "word " * 4_000,
    "é" * 3_000,
    "\U0001f469\u200d\U0001f52c" * 800,
    "\u202egnirts\u2066",
    "\x00",
    "a\x00b",
    "\x07\x1b[31m",
    "\ud83d",
    "a\udc00\ud83d",
    "`" * 500,
    "/",
    "//",
    "../../etc/passwd",
    "' OR 1=1 --",
    "{{7*7}} ${x} %s %n {0.__class__}",
)
MOMENTS: tuple[Any, ...] = (
    0,
    -1,
    1,
    1.5,
    "1764600000",
    2**31,
    2**33,
    2**63,
    10**30,
    -(10**18),
    4_102_444_799,
    253_402_300_800,
    True,
)
DATES = (
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "0001-01-01",
    "2026-1-1",
    "20261224",
    "2026-W50-1",
    "1900-01-01",
    "",
)
TIMES = ("24:00", "25:61", "9:5", "10:30:15.5", "10:30+02:00", "T10", "", "00:00", "23:59")


OF_ANOTHER_TYPE: tuple[Sequence[Any], ...] = (
    (None, True, False),
    (0, 1, -1, 2**31, 2**63, -(2**70), 10**40, 1.5, -0.0, 1e308),
    ([], [None], [[]], [{}], ["a"], [1, 2], [{"type": "input"}] * 101),
    ({}, {"id": None}, {"id": 5}, {"id": ""}, {"type": "modal"}, {"value": {}}, {"": ""}),
)


def _deep(rng: Random) -> Any:
    value: Any = "core"
    for _ in range(rng.choice((5, 39, 41, 200))):
        value = [value] if rng.random() < 0.5 else {"blocks": value}
    return value


def _anything(rng: Random) -> Any:
    kinds: tuple[Sequence[Any], ...] = (*OF_ANOTHER_TYPE, TEXTS, TEXTS, TEXTS, (_deep(rng),))
    return copy.deepcopy(rng.choice(rng.choice(kinds)))


def _put(rng: Random, place: Place, value: Any) -> None:
    holder, key = place
    holder[key] = rng.choice((*BAD_URLS, None, 5, {})) if key in URLS else value


# --- changes, anywhere


def _missing(rng: Random, body: Json, _pool: Pool) -> None:
    if found := places(body):
        holder, key = rng.choice(found)
        del holder[key]


def _another_frame(rng: Random, body: Json, _pool: Pool) -> None:
    """Something else in the outermost layers: where the guard, and Bolt itself, look for who and what it is."""
    outer = [(body, key) for key in body]
    inner = [(body[key], name) for key in body if isinstance(body[key], dict) for name in body[key]]
    _put(rng, rng.choice(rng.choice((outer, inner or outer))), _anything(rng))


def _null(rng: Random, body: Json, _pool: Pool) -> None:
    _put(rng, rng.choice(places(body) or [({}, "")]), None)


def _another_type(rng: Random, body: Json, _pool: Pool) -> None:
    _put(rng, rng.choice(places(body) or [({}, "")]), _anything(rng))


def _another_text(rng: Random, body: Json, _pool: Pool) -> None:
    texts = [place for place in places(body) if isinstance(place[0][place[1]], str)]
    if texts:
        _put(rng, rng.choice(texts), rng.choice(TEXTS))


def _number_as_text(rng: Random, body: Json, _pool: Pool) -> None:
    numbers = [place for place in places(body) if isinstance(place[0][place[1]], int | float)]
    if numbers:
        holder, key = rng.choice(numbers)
        holder[key] = str(holder[key])


def _extra(rng: Random, body: Json, _pool: Pool) -> None:
    names = (
        "type",
        "view",
        "event",
        "user",
        "team",
        "enterprise",
        "authorizations",
        "message",
        "actions",
        "item",
    )
    holders = [holder for holder, _ in places(body) if isinstance(holder, dict)] or [body]
    _put(rng, (rng.choice((body, rng.choice(holders))), rng.choice((*names, *TEXTS[:8]))), _anything(rng))


def _longer_list(rng: Random, body: Json, _pool: Pool) -> None:
    lists = [holder[key] for holder, key in places(body) if isinstance(holder[key], list)]
    if lists:
        chosen = rng.choice(lists)
        chosen[:] = rng.choice(([], chosen * 2, chosen * 50, [*chosen, None], [*chosen, {}], chosen[::-1]))


def _of_another(rng: Random, body: Json, pool: Pool) -> None:
    """A part of another payload in the place of this one's."""
    other = rng.choice(pool.bodies)
    key = rng.choice([key for key in other if key not in URLS])
    body[key] = copy.deepcopy(other[key])


# --- changes of ids


def _another_person(rng: Random, body: Json, _pool: Pool) -> None:
    who = rng.choice((*PEOPLE, "UGONE", "u1", "W123"))
    for holder, key in places(body):
        if key == "user_id" or (key == "id" and holder is body.get("user")):
            holder[key] = who
        if key == "user" and isinstance(holder[key], str):
            holder[key] = who


def _another_team(rng: Random, body: Json, _pool: Pool) -> None:
    team = rng.choice(("T0002", None, "", "E1"))
    for holder, key in places(body):
        if (key == "team_id" or (key == "id" and holder is body.get("team"))) and rng.random() < 0.8:
            holder[key] = team


def _swapped_id(rng: Random, body: Json, pool: Pool) -> None:
    """An id of something else, in a value, a block's id or among a form's ids."""
    fitting = [
        place
        for place in places(body)
        if place[1] in {"value", "block_id", "selected_user"} and isinstance(place[0][place[1]], str)
    ]
    if fitting:
        holder, key = rng.choice(fitting)
        parts = holder[key].split("/")
        parts[rng.randrange(len(parts))] = rng.choice((*pool.ids, *TEXTS[:12]))
        holder[key] = "/".join(parts)


def _another_value(rng: Random, body: Json, pool: Pool) -> None:
    """A button with the value of another, or with one part more or less."""
    actions = body.get("actions")
    if isinstance(actions, list) and actions and isinstance(actions[0], dict):
        value = str(actions[0].get("value", ""))
        cut = value.rpartition("/")[0]
        chosen = rng.choice(
            (rng.choice(pool.values or [""]), cut, f"{value}/", f"{value}/{rng.choice(TEXTS[:12])}")
        )
        if "selected_option" in actions[0]:
            actions[0]["selected_option"] = rng.choice(({"value": chosen}, {"value": 5}, {}, None, chosen))
        else:
            actions[0]["value"] = chosen


def _another_action(rng: Random, body: Json, _pool: Pool) -> None:
    actions = body.get("actions")
    if isinstance(actions, list) and actions and isinstance(actions[0], dict):
        chosen = rng.choice(list(Action))
        actions[0]["action_id"] = rng.choice(
            (chosen, chosen, f"{chosen}_3", f"{chosen}_", "rate_9", "rate_-1", "x")
        )


def _another_form(rng: Random, body: Json, _pool: Pool) -> None:
    if isinstance(body.get("view"), dict):
        body["view"]["callback_id"] = rng.choice((*Form, "x", ""))


def _ids_of_the_form(rng: Random, body: Json, pool: Pool) -> None:
    """Other ids and revisions in ``private_metadata``."""
    view = body.get("view")
    if not isinstance(view, dict):
        return
    try:
        ids = json.loads(view.get("private_metadata") or "{}")
    except (TypeError, ValueError):
        ids = {}
    if not isinstance(ids, dict):
        ids = {}
    whole = rng.randrange(8)
    if whole == 0 or not ids:
        view["private_metadata"] = rng.choice(
            (*TEXTS, "[]", "[[", "5", '{"agreement": null}', '{"a": {"b": []}}', "{" * 2_000)
        )
        return
    key = rng.choice(list(ids))
    match rng.randrange(4):
        case 0:
            del ids[key]
        case 1:
            ids[key] = rng.choice(pool.ids)
        case 2:
            ids[key] = rng.choice(
                (-1, "-1", 0, 10**30, str(10**30), 1.5, True, None, [], {}, str(2**63), "+1", " 1")
            )
        case _:
            ids[key] = rng.choice(TEXTS)
    view["private_metadata"] = json.dumps(ids)


# --- changes of what was entered


def _entered(rng: Random, body: Json, _pool: Pool) -> None:
    """Another text, date, time, option or person in one of a form's inputs."""
    view = body.get("view")
    values = (
        view.get("state", {}).get("values", {})
        if isinstance(view, dict) and isinstance(view.get("state"), dict)
        else {}
    )
    entries = [
        entry
        for block in (values.values() if isinstance(values, dict) else [])
        for entry in (block.values() if isinstance(block, dict) else [])
        if isinstance(entry, dict)
    ]
    if not entries:
        return
    entry = rng.choice(entries)
    match rng.choice(list(entry) or ["value"]):
        case "selected_date_time":
            entry["selected_date_time"] = rng.choice(MOMENTS)
        case "selected_date":
            entry["selected_date"] = rng.choice(DATES)
        case "selected_time":
            entry["selected_time"] = rng.choice(TIMES)
        case "selected_user":
            entry["selected_user"] = rng.choice((*PEOPLE, "UBOT", "USLACKBOT", "", "x" * 300, None, 5))
        case "selected_option":
            odd: Any = rng.choice((*TEXTS, 5, None, {}))
            entry["selected_option"] = rng.choice(({"value": odd}, {"text": "x"}, None, [], "share"))
        case "selected_options":
            odd = rng.choice((*TEXTS, 5, None))
            entry["selected_options"] = rng.choice(([{"value": odd}], [None], ["x"], {}, "all", [{}] * 50))
        case "value":
            entry["value"] = rng.choice((*TEXTS, 5, [], None))
        case _:
            entry["type"] = rng.choice(("plain_text_input", "x", None))


def _another_input(rng: Random, body: Json, _pool: Pool) -> None:
    """An input under another id, missing, or twice."""
    view = body.get("view")
    state = view.get("state") if isinstance(view, dict) else None
    values = state.get("values") if isinstance(state, dict) else None
    if isinstance(values, dict) and values:
        name = rng.choice(list(values))
        block = values.pop(name)
        names = (f"{name}.2", f".{name}", "x", "", "who", "text", "starts", "words", "share", name.upper())
        if rng.random() < 0.8:
            values[rng.choice(names)] = block
            if isinstance(block, dict) and block and rng.random() < 0.5:
                block[rng.choice(names)] = block.pop(rng.choice(list(block)))


def _another_event(rng: Random, body: Json, _pool: Pool) -> None:
    event = body.get("event")
    if isinstance(event, dict):
        key = rng.choice(("type", "subtype", "bot_id", "channel_type", "tab", "text", "user", "event_id"))
        where = body if key == "event_id" else event
        where[key] = rng.choice(
            (*TEXTS, "message", "app_home_opened", "im", "home", "bot_message", None, 5, {})
        )


CHANGES: tuple[Callable[[Random, Json, Pool], None], ...] = (
    *[_another_frame] * 16,
    _missing,
    _null,
    _another_type,
    _another_type,
    _another_text,
    _another_text,
    _number_as_text,
    _extra,
    _longer_list,
    _of_another,
    _another_person,
    _another_team,
    _swapped_id,
    _swapped_id,
    _another_value,
    _another_action,
    _another_form,
    _ids_of_the_form,
    _ids_of_the_form,
    _entered,
    _entered,
    _entered,
    _another_input,
    _another_event,
)

# --- changes of what is written, for which there is no payload any more


def spoilt(rng: Random, text: str) -> str:
    """Return JSON that was changed as text: cut, with keys twice, or with what is no JSON."""
    at = rng.randrange(len(text) + 1)
    odd = rng.choice(
        (
            "{",
            "}",
            "[",
            "]",
            '"',
            ",",
            ":",
            "\\",
            " ",
            "\x00",
            "\\u0000",
            "\\ud83d",
            "\\x",
            "\u2028",
            "\ufeff",
        )
    )
    deep = rng.choice(("[" * 3_000, '{"a":' * 3_000, "[" * 3_000 + "]" * 3_000, "null", "[]", '""', "5", ""))
    number = rng.choice(("NaN", "Infinity", "1e999", "-0", "01", "9" * 5_000))
    return rng.choice(
        (
            text[:at],
            text[:at] + odd + text[at:],
            text.replace('"type": ', '"type": "x", "type": ', 1),
            f"{text[:-1]}, {text[1:]}",  # every key twice
            text.replace("null", number, 1),
            deep,
            text.replace('"', '"\\ud800', 1),
            text[:at] + text[at : at + 20] * rng.choice((2, 50)) + text[at:],
        )
    )
