"""Which of the routes that ``handlers/routes.py`` knows a payload takes, and which were not taken at all."""

from collections.abc import Iterable, Mapping
from typing import Any

from handlers.routes import ACTIONS, COMMANDS, SUBMISSIONS

EVERY = (
    {f"command {word}" for word in COMMANDS}
    | {f"button {action}" for action in ACTIONS}
    | {f"form {form}" for form in SUBMISSIONS}
    | {"event app_home_opened", "event message"}
)


def route_of(payload: Mapping[str, Any]) -> str:
    """Return the route that a payload takes; one that is none of ``EVERY`` for what leads nowhere in particular."""
    match payload.get("type"):
        case None:
            return f"command {payload['text'].partition(' ')[0]}"
        case "block_actions":
            action = payload["actions"][0]["action_id"]
            # Some carry their place or score at their end.
            return f"button {action if action in ACTIONS else action.rpartition('_')[0]}"
        case "event_callback":
            return f"event {payload['event']['type']}"
        case "view_submission":
            return f"form {payload['view']['callback_id']}"
        case kind:
            return str(kind)


def must_be_whole(taken: Iterable[str]) -> None:
    """See that every route was taken.

    Raises:
        RuntimeError: some were not; which.
    """
    if missing := EVERY - set(taken):
        raise RuntimeError(f"not measured: {', '.join(sorted(missing))}")
