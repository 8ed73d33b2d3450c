"""Access as a property: whoever sends whatever, with ids stolen from anyone's payloads, comes to what the table allows and to no more."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from handlers import routes
from handlers.ids import Action, Form
from handlers.introduction import actor_of
from mentoring.access import Right, may, may_see
from mentoring.agreement import Agreement
from mentoring.due import Kind
from mentoring.people import Person
from mentoring.sessions import Session
from storage import people
from storage.vault import MENTEE, OWNERS
from tests.handlers.everyone import ELSEWHERE
from tests.handlers.stage import TEAM
from tests.handlers.stolen import Key, Payload, Row
from tests.handlers.thieves import World, every_thief

ACTS: Mapping[str, Right] = {
    Action.WITHDRAW: Right.WITHDRAW,
    Action.DECLINE: Right.DECLINE,
    Action.WITHDRAW_CHANGE: Right.WITHDRAW_CHANGE,
    Action.DECLINE_CHANGE: Right.DECLINE_CHANGE,
    Action.UNDO_CLOSE: Right.UNDO_END,
    Action.UNDO_CANCEL: Right.UNDO_CANCELLATION,
    Action.RATE: Right.RATE,
    Action.SKIP: Right.RATE,
    Action.UNDO_SKIP: Right.RATE,
    Action.WORDS: Right.RATE,
    Action.CHANGE_RATING: Right.RATE,
    Action.NOTES_SESSION: Right.WRITE_NOTES,
    Action.RECAP_SEARCH: Right.READ_RECAP,
    Action.RECAP_EARLIER: Right.READ_RECAP,
    Action.DECISIONS_PAGE: Right.WRITE_DECISIONS,
    Action.DECISION: Right.WRITE_DECISIONS,
    Action.IMPACT: Right.WRITE_IMPACT,
    Action.IMPACTS: Right.WRITE_IMPACT,
    Action.IMPACTS_EARLIER: Right.WRITE_IMPACT,
    Form.WORDS: Right.RATE,
    Form.RATING: Right.RATE,
    Form.NOTES: Right.WRITE_NOTES,
    Form.RECAP: Right.READ_RECAP,
    Form.DECISION: Right.WRITE_DECISIONS,
    Form.IMPACT: Right.WRITE_IMPACT,
}
"""What each of these does: for whoever may not, the thing isn't there."""


# --- what is told of what is not theirs


@every_thief
def test_what_is_not_theirs_is_told_as_if_it_did_not_exist(world: World, name: str) -> None:
    """The answer and the number of queries are those of the same payload with ids that nothing has."""
    compared = [tried for tried in world.tried(name) if tried.nothing is not None]

    assert [t.payload for t in compared if t.nothing and t.outcome.told != t.nothing.told] == []
    assert {t.payload.table for t in compared} == {"action", "submission"}
    assert len(compared) >= 300


@every_thief
def test_nobody_does_what_the_table_does_not_let_them_do(world: World, name: str) -> None:
    me = world.town.everyone[name]
    done, refused = [], 0
    for tried in world.tried(name):
        right, about = ACTS.get(tried.payload.action), tried.about(world.agreements.values())
        if right is None or about is None or may(right, about[0], me.id, about[1]):
            continue
        if right is Right.UNDO_CANCELLATION and isinstance(about[1], Session) and not about[1].cancelled:
            # It is there already, whoever asks for it back.
            continue
        refused += 1
        if tried.outcome.found or tried.outcome.changed:
            done.append(tried.payload)

    assert done == []
    assert refused >= 50


@pytest.mark.parametrize("name", ["Hugo", "Greta"])
def test_what_is_out_of_sight_makes_no_difference_to_a_word(world: World, name: str) -> None:
    """Someone has invited him, and she is one of a pair: both are answered as whoever has nothing here."""
    words = [word for word in routes.COMMANDS if word != "settings"]
    told = {
        one: [world.perform(one, Payload("command", word)).told for word in words] for one in (name, "Guest")
    }

    assert told[name] == told["Guest"]


@every_thief
def test_nothing_is_changed_that_is_not_theirs(world: World, name: str) -> None:
    me = world.town.everyone[name]
    touched = [
        (tried.payload.name, key)
        for tried in world.tried(name)
        for key, (before, after) in tried.outcome.changed.items()
        if not _is_theirs(world, me, key, before, after)
    ]

    assert touched == []


def _is_theirs(world: World, me: Person, key: Key, before: Row | None, after: Row | None) -> bool:
    """Tell whether a row may differ by what someone does: it is their own or in an agreement of theirs, or new; no text of another's."""
    row = before or after or {}
    if row.get("kind") is Kind.HOME and before is not None:
        # It is drawn again of both, and one row may be for more than one reason.
        return row["recipient"] in {me.id, *(one.id for one in _pairs_of(world, me))}
    agreement = _agreement_of(world, key, row)
    if agreement is not None and not may_see(agreement, me.id):
        return False
    if agreement is None and before is not None:
        return me.id in {row.get("id"), row.get("person_id"), row.get("recipient")}
    for name, owner in OWNERS.items():
        table, _, column = name.partition(".")
        if (
            table == key[0]
            and before is not None
            and before[column] != (after or {}).get(column)
            and before[column]
        ):
            whose = agreement.mentee.id if owner == MENTEE and agreement is not None else before.get(owner)
            if whose != me.id:
                return False
    return True


def _pairs_of(world: World, me: Person) -> Iterator[Person]:
    for agreement in world.agreements.values():
        if may_see(agreement, me.id):
            yield from (agreement.mentor, agreement.mentee)


def _agreement_of(world: World, key: Key, row: Row) -> Agreement | None:
    about = row["id"] if key[0] == "agreements" else row.get("agreement_id")
    if key[0] == "ratings":
        about = world.database.before[("sessions", row["session_id"])]["agreement_id"]
    return next((one for one in world.agreements.values() if one.id == about), None)


# --- every way in


@every_thief
def test_every_handler_was_tried_by_everyone(world: World, name: str) -> None:
    tables: dict[str, Any] = {
        "command": routes.COMMANDS,
        "action": routes.ACTIONS,
        "submission": routes.SUBMISSIONS,
    }
    tried = {(tried.payload.table, tried.payload.handler) for tried in world.tried(name)}

    assert tried == {(table, handler) for table, handlers in tables.items() for handler in handlers.values()}


def test_the_same_slack_id_in_another_workspace_is_someone_else(world: World) -> None:
    """In a channel that two workspaces share, ``team`` is the channel's, and the user's own stands with the user."""
    payload = {"type": "block_actions", "user": {"id": "UTOM", "team_id": ELSEWHERE}, "team": {"id": TEAM}}
    actor = actor_of(payload)
    with world.database.reading() as tx:
        found = people.by_account(tx, actor.team_id, actor.user_id)

    assert found == world.town.everyone["Namesake"] != world.town.everyone["Tom"]
