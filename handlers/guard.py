"""The shape guard: what doesn't look like Slack's payloads never reaches Bolt, whose own reading of some raises past every handler.

Shapes are those of docs.slack.dev/reference/interaction-payloads and docs.slack.dev/apis/events-api.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse

from handlers import payloads
from handlers.answers import place_of
from handlers.course import EVENT, Told, followed, untold

log = logging.getLogger(__name__)

Json = Mapping[str, Any]
EVENTS = frozenset({"app_home_opened", "message"})
ANYWHERE: Mapping[str, tuple[type, ...]] = {
    # What Bolt looks at in every payload (slack_bolt/request/internals.py); all of it may be missing or null.
    "team": (str, dict),
    "team_id": (str,),
    "enterprise": (str, dict),
    "enterprise_id": (str,),
    "user": (str, dict),
    "user_id": (str,),
    "channel": (str, dict),
    "channel_id": (str,),
    "view": (dict,),
    "message": (dict,),
    "event": (dict,),
    "authorizations": (list,),
    "response_url": (str,),
    "trigger_id": (str,),
    "item": (dict,),
    "previous_message": (dict,),
    "assistant_thread": (dict,),
}
OF_TYPES: Mapping[str, frozenset[str | None]] = {
    # What Bolt tells types apart by, or looks into whatever the type is (slack_bolt/request/payload_utils.py), and which have it.
    "command": frozenset({None}),
    "actions": frozenset({"block_actions"}),
    "view": frozenset({"block_actions", "view_submission", "view_closed"}),
    "event": frozenset({"event_callback"}),
    # Bolt looks for its logger when there are several of these, before it has one (slack_bolt/request/internals.py,
    # build_context). No form of ours asks Slack for them.
    "response_urls": frozenset(),
}
LONGEST_ID = 40
"""Characters, ours: those of today have about eleven."""
USED: Mapping[str, tuple[type, ...]] = {
    # What one of a click's actions may carry of what was done.
    "value": (str,),
    "selected_option": (dict,),
    "selected_user": (str,),
}


def dispatch(
    app: App,
    body: object,
    headers: Mapping[str, str | Sequence[str]] | None = None,
    tell: Told = untold,
) -> BoltResponse:
    """Give a payload to Bolt if it is one of Slack's and one that we listen to; else acknowledge it and do nothing.

    ``tell`` hears how it went.
    """
    try:
        read = payloads.tidied(body)
    except payloads.Unreadable:
        read = None
    if not isinstance(read, dict) or not well_formed(read):
        return _refused()
    if not concerns_us(read):
        return BoltResponse(status=200, body="")
    kind = read.get("type")
    read = {key: value for key, value in read.items() if key not in OF_TYPES or kind in OF_TYPES[key]}
    # What came over HTTP has been checked and read by then: to Bolt all is as if it had come by the websocket.
    try:
        request = BoltRequest(mode="socket_mode", body=read, headers=dict(headers) if headers else None)
    except (AttributeError, KeyError, TypeError):  # Bolt looks deeper into some places than we do
        return _refused()
    with followed(place_of(read) or EVENT, tell):
        return app.dispatch(request)


def _refused() -> BoltResponse:
    log.warning("Refused a payload that doesn't have the shape of Slack's.")
    return BoltResponse(status=200, body="")


def well_formed(body: object) -> bool:
    """Tell whether a payload has the shape of one of Slack's commands, interactions or events."""
    if not isinstance(body, dict) or not _fits(body, ANYWHERE):
        return False
    return _are_objects(body.get("authorizations") or []) and _is_of_its_type(body)


def _is_of_its_type(body: Json) -> bool:
    match body.get("type"):
        case None:
            named = _text(body.get("command")) and _id(body.get("user_id")) and _id(body.get("team_id"))
            return named and isinstance(body.get("text", ""), str)
        case "block_actions":
            return _has_actor(body) and _has_actions(body) and _view_or_message(body)
        case "view_submission" | "view_closed":
            return _has_actor(body) and _is_view(body.get("view"), named=True)
        case "event_callback":
            return _is_event(body)
        case kind:
            return isinstance(kind, str)


def concerns_us(body: Json) -> bool:
    """Tell whether a well-formed payload is one that we listen to: of messages only those that a person has just written."""
    match body.get("type"):
        case None | "block_actions" | "view_submission" | "view_closed":
            return True
        case "event_callback":
            event = body["event"]
            if event["type"] != "message":
                return event["type"] in EVENTS and _id(event.get("user"))
            own = event.get("bot_id") or event.get("subtype")
            return not own and event.get("channel_type") == "im" and _id(event.get("user"))
        case _:
            return False


def _text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _id(value: object) -> bool:
    """An id of Slack's, which is kept as it comes: letters and digits."""
    return isinstance(value, str) and value.isascii() and value.isalnum() and len(value) <= LONGEST_ID


def _are_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _fits(body: Json, shape: Mapping[str, tuple[type, ...]]) -> bool:
    return all(body.get(key) is None or isinstance(body[key], types) for key, types in shape.items())


def _has_actor(body: Json) -> bool:
    user, team, view = body.get("user"), body.get("team"), body.get("view")
    if not isinstance(user, dict) or not _id(user.get("id")):
        return False
    # On Enterprise Grid "team" may be null; then the user or the view says which (SLACK.md of the platform: who can do what).
    teams = (
        user.get("team_id"),
        team.get("id") if isinstance(team, dict) else team,
        view.get("app_installed_team_id") if isinstance(view, dict) else None,
    )
    named = [one for one in teams if one is not None and one != ""]
    return bool(named) and all(map(_id, named))


def _has_actions(body: Json) -> bool:
    actions = body.get("actions")
    return (
        isinstance(actions, list)
        and bool(actions)
        and all(
            isinstance(one, dict)
            and _text(one.get("action_id"))
            and _text(one.get("type"))
            and _fits(one, USED)
            for one in actions
        )
    )


def _view_or_message(body: Json) -> bool:
    view = body.get("view")
    return _is_view(view, named=False) if view is not None else isinstance(body.get("message"), dict)


def _is_view(view: object, *, named: bool) -> bool:
    """``named``: it must say which form it is, as a modal that is submitted does."""
    if not isinstance(view, dict) or not _text(view.get("type")) or not _text(view.get("id")):
        return False
    if named and not isinstance(view.get("callback_id"), str):
        return False
    blocks = view.get("blocks")
    if not isinstance(view.get("private_metadata", ""), str) or not isinstance(blocks, list | None):
        return False
    return all(isinstance(one, dict) for one in blocks or []) and _is_state(view.get("state"))


def _is_state(state: object) -> bool:
    if state is None:
        return True
    values = state.get("values") if isinstance(state, dict) else None
    return isinstance(values, dict) and all(
        isinstance(block, dict) and all(isinstance(entered, dict) for entered in block.values())
        for block in values.values()
    )


def _is_event(body: Json) -> bool:
    event = body.get("event")
    if not isinstance(event, dict) or not _text(event.get("type")) or not _id(body.get("event_id")):
        return False
    of_person = dict.fromkeys(("user", "text", "bot_id", "subtype", "channel_type", "tab", "team"), (str,))
    return _fits(event, {**ANYWHERE, **of_person, "view": (dict,)}) and _id(body.get("team_id"))
