"""The one middleware: who is acting, from the payload and the database alone; Slack is never asked here."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt import BoltContext

from handlers.deps import Deps
from mentoring.due import Due, Kind
from mentoring.people import Person
from storage import outbox, people
from storage.database import Busy, Tx

log = logging.getLogger(__name__)

Middleware = Callable[[dict[str, Any], BoltContext, Callable[[], None]], None]


@dataclass(frozen=True)
class Actor:
    """The account that a payload says is acting."""

    team_id: str
    user_id: str
    enterprise_id: str | None
    name: str


def introduce(deps: Deps) -> Middleware:
    """Return the middleware that puts ``person``, the one acting, and ``now`` into the context."""

    def middleware(body: dict[str, Any], context: BoltContext, next_: Callable[[], None]) -> None:
        now = deps.now()
        context["command_name"], context["now"] = deps.command, now
        context["person"] = _person(deps, actor_of(body), body, now)
        next_()

    return middleware


def actor_of(body: Mapping[str, Any]) -> Actor:
    """Return who is acting, from a payload that has passed the guard.

    In a Slack Connect channel ``team`` is the workspace of the channel, and the user's own team is ``user.team_id``; on
    Enterprise Grid ``team`` may be null (docs.slack.dev/interactivity/handling-user-interaction, docs.slack.dev/enterprise).
    """
    match body.get("type"):
        case None:
            user_id, team_id, name = body["user_id"], body["team_id"], body.get("user_name")
        case "event_callback":
            user_id, team_id, name = body["event"]["user"], body["team_id"], None
        case _:
            user, team, view = body["user"], body.get("team"), body.get("view") or {}
            own = team.get("id") if isinstance(team, dict) else team
            team_id = user.get("team_id") or own or view["app_installed_team_id"]
            user_id, name = user["id"], user.get("name") or user.get("username")
    known = isinstance(name, str) and name.strip() != ""
    return Actor(team_id, user_id, _enterprise(body), str(name)[:LONGEST_NAME] if known else NAMELESS)


LONGEST_NAME = 80
"""Characters, as Slack has it for a display name."""
NAMELESS = "Someone"
"""What a newcomer is called until Slack has been asked."""


def _enterprise(body: Mapping[str, Any]) -> str | None:
    enterprise = body.get("enterprise")
    found = enterprise.get("id") if isinstance(enterprise, dict) else enterprise or body.get("enterprise_id")
    return str(found) if found else None


def _person(deps: Deps, actor: Actor, body: Mapping[str, Any], now: datetime) -> Person:
    clicked = _clicked(body)
    with deps.database.reading() as tx:
        known = people.by_account(tx, actor.team_id, actor.user_id)
        unsettled = None if clicked is None else _unsettled(tx, clicked, actor)
    if known is not None and not known.needs_checking(now) and unsettled is None:
        return known
    try:
        with deps.database.writing() as tx:
            if unsettled is not None:
                _settle(tx, unsettled, body, now)
            return people.acting(
                tx,
                team_id=actor.team_id,
                user_id=actor.user_id,
                enterprise_id=actor.enterprise_id,
                name=actor.name,
                now=now,
            )
    except Busy as trouble:
        if known is None or unsettled is not None:
            raise
        # Slack is asked about them after another gesture: whoever only reads now needs nothing written.
        log.info("A profile that is a day old is looked up another time: %s.", type(trouble).__name__)
        return known


def _settle(tx: Tx, clicked: outbox.Row, body: Mapping[str, Any], now: datetime) -> None:
    channel, ts = body["container"]["channel_id"], body["container"]["message_ts"]
    outbox.settle_by_click(tx, clicked.id, channel=channel, ts=ts, now=now)
    # Things may have moved on while nobody knew where it stands, and what it offers for a while must fade.
    due = clicked.due
    outbox.add(tx, Due(Kind.REDRAW, clicked.id, now, due.agreement_id, due.recipient))


def marked(row_id: str, place: int) -> str:
    """Return the ``block_id`` of a block in the message that a due row is sent as, by which a click tells that it arrived."""
    return f"{row_id}/{place}"


def row_marked(message: Mapping[str, Any]) -> str | None:
    """Return the id of the due row that a message of ours, as ``conversations.history`` shows it, was sent for; None if it doesn't say."""
    metadata = message.get("metadata") or {}
    told = (metadata.get("event_payload") or {}).get("id")
    if told:
        return str(told)
    ids = (str(block.get("block_id") or "").partition("/") for block in message.get("blocks") or [])
    return next((row_id for row_id, slash, _ in ids if slash), None)


def _clicked(body: Mapping[str, Any]) -> str | None:
    """Return the id of the due row that the message clicked on was sent for, from the id of its block."""
    container = body.get("container")
    if body.get("type") != "block_actions" or not isinstance(container, dict):
        return None
    if not all(isinstance(container.get(k), str) and container[k] for k in ("channel_id", "message_ts")):
        return None
    block_id = body["actions"][0].get("block_id")
    row_id, slash, _ = block_id.partition("/") if isinstance(block_id, str) else ("", "", "")
    return row_id if slash else None


def _unsettled(tx: Tx, row_id: str, actor: Actor) -> outbox.Row | None:
    """Return the row of a message that was clicked on before it was known to have arrived."""
    row = outbox.row(tx, row_id)
    if row is None or (row.team_id, row.user_id) != (actor.team_id, actor.user_id):
        return None
    return row if row.state in {outbox.RowState.UNSURE, outbox.RowState.SENDING} else None
