"""Forgetting someone, on both databases: what goes, what stays for the other one, and what is left to do."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from mentoring import closing, proposals
from mentoring.agreement import Outcome, State
from mentoring.due import CLEARING, Due, Kind
from mentoring.ids import PersonId, new_id
from mentoring.people import Person
from mentoring.refusal import NotFound, Refused
from storage import agreements, clearing, decisions, forgetting, key_check, outbox, people
from storage.database import Database
from storage.tables import due_rows
from storage.vault import OWNERS, Spot
from tests.storage import texts
from tests.storage.pair import ANNA, Pair

CHANNEL = "D-ANNA"
SOON = 10


def forget(pair: Pair, person: Person) -> None:
    with pair.database.writing() as tx:
        forgetting.forget(tx, person.id, pair.now)


def rows(database: Database, table: str) -> list[dict[str, Any]]:
    with database.reading() as tx:
        found = tx.connection.execute(select(SQLModel.metadata.tables[table]))
        return [dict(row._mapping) for row in found]


def owners(database: Database) -> dict[str, set[str]]:
    """Whose texts there are, column by column."""
    with database.reading() as tx:
        return {name: {spot.owner for spot, _ in key_check.sealed_texts(tx, name)} for name in OWNERS}


def ghost(pair: Pair, person: Person) -> Person:
    with pair.database.reading() as tx:
        return people.get(tx, person.id)


def told(pair: Pair, person: Person) -> list[Kind]:
    """What is to be said to someone, or has been."""
    with pair.database.reading() as tx:
        query = select(due_rows.c.kind).where(due_rows.c.recipient == person.id).order_by(due_rows.c.number)
        return list(tx.connection.execute(query).scalars())


@pytest.mark.parametrize("who", ["anna", "tom"])
def test_everything_of_theirs_goes_and_everything_of_the_others_stays(pair: Pair, who: str) -> None:
    texts.write_all(pair)
    gone, left = (pair.anna, pair.tom) if who == "anna" else (pair.tom, pair.anna)
    before = owners(pair.database)
    assert gone.id in set.union(*before.values())

    forget(pair, gone)

    assert owners(pair.database) == {name: those - {gone.id} for name, those in before.items()}
    assert {row["person_id"] for row in rows(pair.database, "data_keys")} == {left.id, None}
    assert pair.stored(left.id).state is State.CLOSING
    with pytest.raises(NotFound):
        pair.stored(gone.id)


def test_what_is_left_of_someone_is_a_name_and_when_they_lived(pair: Pair) -> None:
    pair.agree()
    with pair.database.writing() as tx:
        people.keep_channel(tx, pair.anna.account_id, CHANNEL)
        people.opened_home(tx, pair.anna.id)
        people.set_settings(
            tx, pair.anna.id, pair.now, zone=ZoneInfo("Asia/Kolkata"), reminders=False, invitations=False
        )

    forget(pair, pair.anna)

    [account] = [row for row in rows(pair.database, "accounts") if row["id"] == pair.anna.account_id]
    left = ghost(pair, pair.anna)
    newcomer = pair.someone("U-NEW", ANNA)
    settings = {row["id"]: row for row in rows(pair.database, "people")}
    assert settings[pair.anna.id] | {"gone": False, "id": newcomer.id} == settings[newcomer.id]
    assert account == {
        "id": pair.anna.account_id,
        "person_id": pair.anna.id,
        "team_id": "T1",
        "user_id": left.user_id,
        "name": "Anna Bright",
        "zone": "Asia/Kolkata",
        "active": True,
        "is_bot": False,
        **dict.fromkeys(("enterprise_id", "locale", "checked_at", "channel_id")),
    }
    assert left.gone
    assert (left.reminders, left.invitations, left.home_opened, left.zone_chosen) == (
        True,
        True,
        False,
        False,
    )
    assert "U-ANNA" not in left.user_id
    assert left.goes_by("U-ANNA")
    assert not left.goes_by("U-TOM")


def test_no_mention_of_them_stays_in_what_others_said(pair: Pair) -> None:
    pair.agree()
    said = ("recap@U-ANNA/Ev1", "start@U-ANNA/Ev2", "recap@U-ANNA2/Ev3", "recap/Ev4")
    with pair.database.writing() as tx:
        outbox.add(tx, *(Due(Kind.REPLY, one, pair.now, recipient=pair.tom.id) for one in said))
        outbox.add(tx, Due(Kind.REPLY, "recap@U-TOM/Ev5", pair.now, recipient=pair.anna.id))

    forget(pair, pair.anna)

    replies = [row["subject"] for row in rows(pair.database, "due_rows") if row["kind"] is Kind.REPLY]
    assert sorted(replies) == ["recap/Ev1", "recap/Ev4", "recap@U-ANNA2/Ev3", "start/Ev2"]


def test_whoever_comes_back_is_a_newcomer_with_nothing(pair: Pair) -> None:
    pair.agree()
    forget(pair, pair.anna)

    back = pair.someone("U-ANNA", ANNA)

    assert back.id != pair.anna.id
    with pair.database.reading() as tx:
        assert agreements.every(tx, back.id) == []
        assert [a.id for a in agreements.of(tx, pair.tom.id, now=pair.now)] == []


def test_forgetting_twice_changes_nothing(pair: Pair) -> None:
    texts.write_all(pair)
    forget(pair, pair.anna)
    tables = ("people", "accounts", "agreements", "due_rows", "data_keys")
    before = {table: rows(pair.database, table) for table in tables}

    pair.now += timedelta(hours=1)
    forget(pair, pair.anna)

    assert {table: rows(pair.database, table) for table in tables} == before


def test_whoever_is_back_can_go_again_while_slack_is_still_being_cleared(pair: Pair) -> None:
    someone = pair.anna
    for _ in range(2):
        with pair.database.writing() as tx:
            people.keep_channel(tx, someone.account_id, CHANNEL)
            people.opened_home(tx, someone.id)
        forget(pair, someone)
        someone = pair.someone("U-ANNA", ANNA)

    left = [row for row in rows(pair.database, "due_rows") if row["kind"] in CLEARING - {Kind.CLEAR_FILE}]
    assert [row["kind"] for row in left] == [Kind.CLEAR_HOME, Kind.CLEAR_HOME, Kind.CLEAR_DM] * 2
    homes = {row["subject"] for row in left if row["kind"] is Kind.CLEAR_HOME}
    assert {clearing.whose_home(subject) for subject in homes} == {"U-ANNA"}


def test_of_someone_in_nothing_not_a_row_is_left(pair: Pair) -> None:
    with pair.database.writing() as tx:
        outbox.add(tx, Due(Kind.LOOKUP, pair.anna.id, pair.now, recipient=pair.anna.id))

    forget(pair, pair.anna)

    assert [row["id"] for row in rows(pair.database, "people")] == [pair.tom.id]
    assert [row["id"] for row in rows(pair.database, "accounts")] == [pair.tom.account_id]
    assert [row["kind"] for row in rows(pair.database, "due_rows")] == only_on_sqlite(pair, Kind.CLEAR_FILE)


def only_on_sqlite(pair: Pair, *kinds: Kind) -> list[Kind]:
    return list(kinds) if pair.database.can_overwrite else []


# --- how it ends for the other one


def test_a_mentoring_under_way_ends_for_the_other_one(pair: Pair) -> None:
    pair.agree()
    pair.plan()

    forget(pair, pair.anna)

    left = pair.stored(pair.tom.id)
    assert (left.state, left.outcome, left.closed_by) == (State.CLOSED, Outcome.ENDED, pair.anna.id)
    assert left.planned_session is None
    assert left.purpose is None
    assert left.mentee.gone
    assert told(pair, pair.anna) == []
    assert Kind.ENDED in told(pair, pair.tom)


def test_two_yeses_whose_turn_is_late_open_nothing_that_stays_open(pair: Pair) -> None:
    texts.write_all(pair)
    pair.act(
        lambda agreement: closing.say_farewell(
            agreement, by=pair.tom.id, review="", thanks="", go_on=True, now=pair.now
        ),
        by=pair.tom,
    )
    pair.now += timedelta(days=8)

    forget(pair, pair.anna)

    with pair.database.reading() as tx:
        both = agreements.every(tx, pair.tom.id)
    assert sorted(str(a.outcome) for a in both) == ["completed", "declined"]
    assert all(a.mentee_erased and a.purpose is None for a in both)


def test_what_was_proposed_out_of_sight_lapses(pair: Pair) -> None:
    with pair.database.writing() as tx:
        people.set_settings(tx, pair.anna.id, pair.now, invitations=False)
    with pair.database.reading() as tx:
        pair.anna = people.get(tx, pair.anna.id)
    pair.propose()

    forget(pair, pair.anna)

    left = pair.stored(pair.tom.id)
    assert left.proposed
    assert left.hidden
    pair.wait(days=15)
    assert pair.stored(pair.tom.id).outcome is Outcome.LAPSED
    assert told(pair, pair.anna) == []


# --- what was said


def test_what_was_said_is_deleted_and_nothing_more_is_said(pair: Pair) -> None:
    pair.agree()
    pair.plan()
    with pair.database.writing() as tx:
        people.keep_channel(tx, pair.anna.account_id, CHANNEL)
        people.opened_home(tx, pair.anna.id)
    pair.deliver()
    with pair.database.writing() as tx:
        sent = [
            row
            for row in (outbox.row(tx, r["id"]) for r in rows(pair.database, "due_rows"))
            if row is not None and row.due.recipient == pair.anna.id and row.ts
        ]
        tx.connection.execute(due_rows.update().where(due_rows.c.id == sent[0].id).values(file_id="F1"))
    assert len(sent) > 1

    forget(pair, pair.anna)

    left = [row for row in rows(pair.database, "due_rows") if row["kind"] in CLEARING]
    assert sorted(row["ts"] for row in left if row["kind"] is Kind.DELETE_MESSAGE) == sorted(
        str(row.ts) for row in sent
    )
    assert [row["file_id"] for row in left if row["kind"] is Kind.DELETE_FILE] == ["F1"]
    assert {row["channel"] for row in left if row["kind"] is Kind.CLEAR_DM} == {"D1", CHANNEL}
    homes = [row for row in left if row["kind"] is Kind.CLEAR_HOME]
    assert [(clearing.whose_home(row["subject"]), row["due"] - pair.now) for row in homes] == [
        ("U-ANNA", timedelta(0)),
        ("U-ANNA", clearing.SETTLED_AFTER),
    ]
    named = ("recipient", "account_id", "agreement_id")
    assert {tuple(row[name] for name in named) for row in left} == {("", None, None)}
    assert told(pair, pair.anna) == []


def test_what_is_cleared_leaves_no_row(pair: Pair) -> None:
    pair.agree()
    pair.deliver()
    forget(pair, pair.anna)
    pair.now += clearing.SETTLED_AFTER

    with pair.database.reading() as tx:
        assert clearing.anything_left(tx)
    while claimed := [row for row in pair.claim() if row.due.kind in CLEARING]:
        with pair.database.writing() as tx:
            for row in claimed:
                outbox.done(tx, row.id)

    assert [row for row in rows(pair.database, "due_rows") if row["kind"] in CLEARING] == []
    with pair.database.reading() as tx:
        assert not clearing.anything_left(tx)


def test_what_another_process_left_half_cleared_is_cleared_again(pair: Pair) -> None:
    pair.agree()
    pair.deliver()
    forget(pair, pair.anna)
    claimed = {row.id for row in pair.claim() if row.due.kind in CLEARING}

    with pair.database.writing() as tx:
        assert outbox.take_over(tx, pair.now) == []

    assert claimed <= {row.id for row in pair.claim()}


# --- what was under way


def test_nothing_is_written_for_someone_who_is_gone(pair: Pair) -> None:
    pair.agree()
    session_id = pair.plan()
    forget(pair, pair.anna)
    before = rows(pair.database, "people"), rows(pair.database, "accounts"), rows(pair.database, "due_rows")

    with pytest.raises(NotFound), pair.database.writing() as tx:
        agreements.current(tx, pair.agreement_id, seen_by=pair.anna.id, now=pair.now)
    with pytest.raises(NotFound), pair.database.writing() as tx:
        agreements.of_session(tx, session_id, seen_by=pair.anna.id, now=pair.now)
    with pytest.raises(NotFound), pair.database.writing() as tx:
        people.set_settings(tx, pair.anna.id, pair.now, reminders=False)
    with pair.database.writing() as tx:
        people.opened_home(tx, pair.anna.id)
        people.greeted(tx, pair.anna.id)
        people.keep_channel(tx, pair.anna.account_id, CHANNEL)
        outbox.add(
            tx,
            Due(Kind.REPLY, "help/Ev1", pair.now, recipient=pair.anna.id),
            Due(Kind.HOME, pair.anna.id, pair.now, recipient=pair.anna.id),
            Due(Kind.UNREACHABLE, pair.agreement_id, pair.now, pair.agreement_id, pair.anna.id),
        )
        assert (
            people.learn_again(tx, team_id=pair.team_id, user_id="U-ANNA", profile=ANNA, now=pair.now) is None
        )

    after = rows(pair.database, "people"), rows(pair.database, "accounts"), rows(pair.database, "due_rows")
    assert after == before


def test_nobody_proposes_to_or_as_someone_who_is_gone_since_a_moment_ago(pair: Pair) -> None:
    pair.agree()
    forget(pair, pair.anna)

    for one, other in ((pair.tom, pair.anna), (pair.anna, pair.tom)):
        with pair.database.writing() as tx:
            record = agreements.record(tx, one.id, other.id, pair.now)
        with pytest.raises(NotFound):
            proposals.may_propose(one, other, record, pair.now)


def test_no_key_is_made_for_someone_who_is_gone_and_none_is_kept_in_memory(pair: Pair) -> None:
    pair.agree()
    with pair.database.reading() as reading:
        decisions.any_of(reading, pair.agreement_id, author=pair.anna.id)
        agreements.get(reading, pair.agreement_id, seen_by=pair.anna.id)
    vault = pair.database.vault
    assert pair.anna.id in vault._current
    held = [key for key in vault._keys.values() if key.owner == pair.anna.id]

    forget(pair, pair.anna)
    vault.keep(held)

    assert pair.anna.id not in vault._current
    assert [key for key in vault._keys.values() if key.owner == pair.anna.id] == []
    with pytest.raises(NotFound), pair.database.writing() as tx:
        vault.seal(tx, "late", texts_spot(pair.anna.id))


def texts_spot(owner: PersonId) -> Any:
    return Spot("notes", "text", new_id(), owner)


# --- both


def test_of_a_pair_that_is_gone_nothing_remains_but_totals(pair: Pair) -> None:
    texts.write_all(pair)
    forget(pair, pair.anna)
    assert pair.stored(pair.tom.id).closing

    forget(pair, pair.tom)

    empty = set(SQLModel.metadata.tables) - {"due_rows", "monthly_totals", "installations", "data_keys"}
    assert {table: rows(pair.database, table) for table in empty} == {table: [] for table in empty}
    assert {row["person_id"] for row in rows(pair.database, "data_keys")} == {None}
    assert {row["kind"] for row in rows(pair.database, "due_rows")} <= CLEARING
    assert sorted((row["what"], row["total"]) for row in rows(pair.database, "monthly_totals")) == [
        ("begun", 1),
        ("completed", 1),
        ("sessions held", 1),
    ]


def test_whoever_is_gone_goes_altogether_with_the_others_record(pair: Pair) -> None:
    pair.agree()
    forget(pair, pair.anna)
    pair.wait(days=1)
    maya = pair.someone("U-MAYA", ANNA)

    forget(pair, maya)
    assert pair.anna.id in {row["id"] for row in rows(pair.database, "people")}
    forget(pair, pair.tom)

    assert rows(pair.database, "people") == []


# --- at the same time


def meanwhile(pair: Pair, act: Callable[[], object]) -> object:
    """What comes of an act that has to wait until Anna is forgotten: what it returns, or the kind of its refusal."""

    def tried() -> object:
        try:
            return act()
        except Refused as refused:
            return type(refused)

    with ThreadPoolExecutor(1) as pool:
        with pair.database.writing() as tx:
            forgetting.forget(tx, pair.anna.id, pair.now)
            waiting = pool.submit(tried)
            until_one_waits(pair.database)
        return waiting.result(SOON)


def until_one_waits(database: Database) -> None:
    """Go on once somebody waits for a turn, or for a lock."""
    until = time.monotonic() + SOON
    while not waits(database):
        assert time.monotonic() < until


def waits(database: Database) -> bool:
    """Tell whether somebody waits for a turn, or for a lock."""
    if database.can_overwrite:
        return bool(database._tickets._queue)
    locks = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with database.reading() as tx:
        return bool(tx.connection.exec_driver_sql(locks).scalar_one())


def test_a_gesture_of_theirs_that_waited_finds_nothing(pair: Pair) -> None:
    pair.agree()

    assert meanwhile(pair, lambda: pair.act(lambda agreement: agreement, by=pair.anna)) is NotFound


def test_a_gesture_of_the_others_that_waited_meets_whoever_is_left(pair: Pair) -> None:
    pair.agree()

    def thanks() -> bool:
        pair.act(
            lambda agreement: closing.say_farewell(
                agreement, by=pair.tom.id, review="", thanks="For the tea", go_on=None, now=pair.now
            ),
            by=pair.tom,
        )
        return pair.stored(pair.tom.id).mentee.gone

    assert meanwhile(pair, thanks) is True
    assert told(pair, pair.anna) == []
    pair.wait(days=3)
    assert told(pair, pair.anna) == []


def test_an_invitation_that_waited_is_not_sent(pair: Pair) -> None:
    assert meanwhile(pair, pair.propose) is NotFound
    assert rows(pair.database, "agreements") == []


def test_settings_that_waited_are_not_kept(pair: Pair) -> None:
    pair.propose()

    def choose() -> object:
        with pair.database.writing() as tx:
            return people.set_settings(tx, pair.anna.id, pair.now, reminders=False).reminders

    meanwhile(pair, choose)

    assert ghost(pair, pair.anna).reminders
