"""People and accounts: newcomers, what Slack says of them, and what they chose."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from mentoring.due import Kind
from mentoring.people import Person, Profile
from storage import agreements, outbox, people
from storage.database import Database
from tests.storage.pair import ANNA, MONDAY, Pair


def arrive(database: Database, **more: object) -> Person:
    gesture = {"team_id": "T1", "user_id": "U-EVE", "name": "eve", "now": MONDAY, **more}
    with database.writing() as tx:
        return people.acting(tx, **gesture)  # type: ignore[arg-type]  # acting's own


def test_a_newcomer_is_known_by_the_name_of_the_gesture_and_looked_up(database: Database) -> None:
    eve = arrive(database, enterprise_id="E1")

    assert eve == Person(id=eve.id, account_id=eve.account_id, team_id="T1", user_id="U-EVE", name="eve")
    with database.writing() as tx:
        assert people.by_account(tx, "T1", "U-EVE") == people.get(tx, eve.id) == eve
        assert people.by_account(tx, "T2", "U-EVE") is None
        [row] = outbox.claim(tx, MONDAY, limit=5)
    assert (row.due.kind, row.due.subject, row.user_id) == (Kind.LOOKUP, eve.id, "U-EVE")


def test_someone_known_costs_one_query_and_no_write(pair: Pair) -> None:
    asked: list[str] = []

    @event.listens_for(pair.database._engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement.split(maxsplit=1)[0])

    found = arrive(pair.database, user_id="U-ANNA", name="anna.b", now=MONDAY + timedelta(hours=23))

    assert found == pair.anna
    assert [word for word in asked if word not in {"BEGIN", "COMMIT"}] == ["SELECT"]


def test_someone_is_looked_up_again_after_a_day_but_not_twice(pair: Pair) -> None:
    for _ in range(2):
        arrive(pair.database, user_id="U-ANNA", now=MONDAY + timedelta(days=1))

    with pair.database.writing() as tx:
        rows = outbox.claim(tx, MONDAY + timedelta(days=1), limit=5)
    assert [(row.due.kind, row.user_id) for row in rows] == [(Kind.LOOKUP, "U-ANNA")]


def test_what_slack_says_replaces_what_was_known(pair: Pair) -> None:
    gone = Profile("Anna Bright-Hall", "Asia/Tokyo", "ja-JP", active=False, is_bot=False)
    with pair.database.writing() as tx:
        now = MONDAY + timedelta(days=1)
        after = people.learn(tx, team_id="T1", user_id="U-ANNA", profile=gone, now=now)

    assert after == replace(
        pair.anna, name="Anna Bright-Hall", zone=ZoneInfo("Asia/Tokyo"), active=False, checked_at=now
    )


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus", "../etc/passwd", "Europe"])
def test_a_person_without_a_zone_that_is_known_has_utc(pair: Pair, zone: str | None) -> None:
    eve = pair.someone("U-EVE", Profile("Eve", zone, None, active=True, is_bot=False))

    assert (eve.zone, eve.zone_known) == (ZoneInfo("UTC"), False)


def test_whoever_is_deactivated_keeps_the_zone_that_slack_no_longer_shows(pair: Pair) -> None:
    away = Profile("Anna Bright", None, None, active=False, is_bot=False)
    with pair.database.writing() as tx:
        person = people.learn(tx, team_id="T1", user_id="U-ANNA", profile=away, now=MONDAY)
    assert person == replace(pair.anna, active=False)


def test_a_changed_person_is_seen_at_once_in_what_was_loaded(pair: Pair) -> None:
    pair.agree()
    with pair.database.writing() as tx:
        before = agreements.get(tx, pair.agreement_id, seen_by=pair.tom.id)
        married = replace(ANNA, name="Anna Hall")
        people.learn(tx, team_id="T1", user_id="U-ANNA", profile=married, now=pair.now)
        after = agreements.get(tx, pair.agreement_id, seen_by=pair.tom.id)

    assert (before.mentee.name, after.mentee.name) == ("Anna Bright", "Anna Hall")


def test_settings_are_kept_each_by_itself(pair: Pair) -> None:
    def chosen(**choice: bool) -> tuple[bool, bool]:
        with pair.database.writing() as tx:
            person = people.set_settings(tx, pair.tom.id, now=MONDAY, **choice)
        return person.reminders, person.invitations

    assert chosen(reminders=False) == (False, True)
    assert chosen(invitations=False) == (False, False)
    assert chosen(reminders=True) == (True, False)
    assert chosen() == (True, False)


def test_being_greeted_and_opening_home_are_remembered(pair: Pair) -> None:
    with pair.database.writing() as tx:
        people.greeted(tx, pair.tom.id)
        people.opened_home(tx, pair.anna.id)
        tom, anna = people.get(tx, pair.tom.id), people.get(tx, pair.anna.id)

    assert (tom.greeted, tom.home_opened, anna.greeted, anna.home_opened) == (True, False, False, True)


def test_the_dm_channel_is_kept_until_it_is_forgotten(pair: Pair) -> None:
    with pair.database.writing() as tx:
        assert people.channel(tx, pair.tom.account_id) is None
        people.keep_channel(tx, pair.tom.account_id, "D1")
        assert people.channel(tx, pair.tom.account_id) == "D1"
        people.forget_channel(tx, pair.tom.account_id)
        assert people.channel(tx, pair.tom.account_id) is None
