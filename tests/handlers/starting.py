"""What the tests about the start form have in common."""

from typing import Any

from handlers import start
from handlers.gestures import Place
from storage import agreements
from tests.handlers.stage import Pair, payload_of, shown


def form(pair: Pair, *, opened: bool = False, role: str | None = None) -> Any:
    """The form in the mentor's hands, with its terms open and a role chosen if asked for."""
    view = shown(pair.mentor.types(start.start))
    if opened or role:
        handler = start.open_terms if opened else start.toggle_role
        body = payload_of(view, {"role": role} if role else {})
        view = shown(handler(pair.mentor.gesture(Place.MODAL, role or "", view=body)))
    return view


def labels(view: Any) -> list[str]:
    return [block["label"]["text"] for block in view.to_dict()["blocks"] if block["type"] == "input"]


def open_agreements(pair: Pair) -> list[Any]:
    with pair.stage.database.reading() as tx:
        return agreements.of(tx, pair.mentor.person.id, now=pair.stage.now)
