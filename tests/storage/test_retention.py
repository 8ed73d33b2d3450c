"""What goes in its time, on both databases: each one's texts, then the agreement, until nothing is left but totals."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, column, select, table, update
from sqlmodel import SQLModel

from mentoring import closing, proposals, retention
from mentoring.agreement import Agreement, Outcome, State, Terms
from mentoring.calendar import Cadence, RatingDelay
from mentoring.due import Due, Kind
from mentoring.feedback import RatingState
from mentoring.ids import AgreementId, PersonId, new_id
from mentoring.people import Person, Retention
from mentoring.refusal import Refused
from mentoring.turns import caught_up
from storage import agreements, erasing, following, notes, outbox, people
from storage.database import Database, make_engine
from storage.outbox import Row, RowState
from storage.tables import accounts, due_rows, monthly_totals, versions
from storage.tables import agreements as agreement_rows
from storage.tables import people as people_rows
from storage.upgrade import upgrade
from storage.vault import Vault
from tests.postgres import Postgres
from tests.storage.pair import MONDAY, Pair
from tests.storage.test_farewells import FIXED, ending, says
from tests.storage.texts import write_texts

__all__ = ["ending"]

DAY = timedelta(days=1)
ENDED = MONDAY
LONG_AGO = datetime(2026, 1, 26, 10, tzinfo=UTC)
STANDING = {"people", "accounts", "data_keys", "installations", "monthly_totals", "events"}
"""Tables that are not about an agreement."""


@pytest.fixture
def ended(pair: Pair) -> Pair:
    """They agreed and Tom ended it, within one instant, on a Monday; what tells of that is sent."""
    pair.agree()
    end(pair)
    pair.now += timedelta(hours=1)
    pair.deliver()
    return pair


def end(pair: Pair) -> Agreement:
    return pair.act(lambda one: closing.end(one, by=pair.tom.id, now=pair.now), by=pair.tom)


def live(pair: Pair, moment: datetime) -> list[Row]:
    """Let time pass as a running bot does, each row at its moment; return what was said meanwhile."""
    said: list[Row] = []
    while True:
        with pair.database.reading() as tx:
            due = outbox.next_due(tx)
        if due is None or due > moment:
            pair.now = moment
            return said
        pair.now = max(pair.now, due)
        said += pair.deliver()


def choose(pair: Pair, who: Person, **chosen: object) -> None:
    with pair.database.writing() as tx:
        people.set_settings(tx, who.id, pair.now, **chosen)


def notices(said: list[Row]) -> list[tuple[PersonId | None, datetime]]:
    return [(row.due.recipient, row.due.due) for row in said if row.due.kind is Kind.RETENTION_NOTICE]


def stands(pair: Pair, agreement_id: AgreementId | None = None) -> bool:
    with pair.database.reading() as tx:
        return bool(agreements.of_pair(tx, agreement_id or pair.agreement_id))


def filled(pair: Pair) -> set[str]:
    """The tables that hold anything."""
    with pair.database.reading() as tx:
        return {
            one.name
            for one in SQLModel.metadata.sorted_tables
            if tx.connection.execute(select(one).limit(1)).first() is not None
        }


def totals(pair: Pair) -> set[tuple[str, str, int]]:
    with pair.database.reading() as tx:
        return {(row.month, row.what, row.total) for row in tx.connection.execute(select(monthly_totals))}


def known(pair: Pair, *kinds: Kind) -> list[following.Known]:
    with pair.database.reading() as tx:
        rows = following.rows_of(tx, pair.agreement_id)
    return sorted((row for row in rows if row.kind in kinds), key=lambda row: (row.due, row.recipient))


# --- in the ordinary course


def test_each_ones_texts_go_in_their_time_and_at_last_all_of_it_but_totals(pair: Pair) -> None:
    """Anna keeps hers for ninety days, Tom for a hundred and eighty."""
    write_texts(pair)
    choose(pair, pair.tom, retention=Retention.HALF_YEAR)
    pair.wait(days=8)
    closed = pair.stored().closed_at
    assert closed is not None
    session = pair.stored().sessions[0]

    said = live(pair, closed + 90 * DAY - timedelta(seconds=1))
    assert [who for who, _ in notices(said)] == [pair.anna.id]
    assert pair.stored().purpose is not None
    assert pair.stored().sessions[0].rating is not None

    said = live(pair, closed + 90 * DAY)
    left = pair.stored()
    assert (left.mentee_erased, left.mentor_erased, left.purpose, left.farewells) == (True, False, None, ())
    assert left.sessions[0].rating is not None
    assert left.sessions[0].rating.state is RatingState.WITHDRAWN
    with pair.database.reading() as tx:
        assert [note.session_id for note in notes.of(tx, pair.agreement_id, author=pair.tom.id)] == [
            session.id
        ]
    assert "decisions" not in filled(pair)
    assert "impacts" not in filled(pair)

    said = live(pair, closed + 180 * DAY - timedelta(seconds=1))
    assert [who for who, _ in notices(said)] == [pair.tom.id]
    assert "notes" in filled(pair)
    live(pair, closed + 180 * DAY)
    assert "notes" not in filled(pair)
    assert stands(pair)
    with pair.database.reading() as tx:
        assert agreements.of(tx, pair.anna.id, now=pair.now, closed_since=agreements.EVER) == []

    live(pair, closed + 182 * DAY)
    assert filled(pair) <= STANDING
    assert totals(pair) == {
        ("2026-11", "begun", 1),
        ("2026-12", "completed", 1),
        ("2026-11", "sessions held", 1),
    }
    assert live(pair, pair.now + 400 * DAY) == []


def test_nothing_goes_sooner_than_a_week_after_its_notice_was_said(ended: Pair) -> None:
    """The bot is down from the eightieth day to the hundredth."""
    live(ended, ENDED + 80 * DAY)
    ended.now = ENDED + 100 * DAY
    ended.deliver()
    told = ended.now
    assert {row.state for row in known(ended, Kind.RETENTION_NOTICE)} == {RowState.SENT}

    live(ended, told + 7 * DAY - timedelta(seconds=1))
    assert ended.stored().purpose is not None
    live(ended, told + 7 * DAY)
    assert ended.stored().purpose is None


def test_without_a_notice_nothing_goes_however_long_that_takes(ended: Pair) -> None:
    with ended.database.writing() as tx:
        tx.connection.execute(
            update(due_rows).values(team_id="T-PAUSED").where(due_rows.c.team_id.is_not(None))
        )
    for day in range(80, 200, 5):
        ended.now = ENDED + day * DAY
        with ended.database.writing() as tx:
            for row in outbox.claim(tx, ended.now, limit=50, skip_teams=["T-PAUSED"]):
                ended.look(tx, row)

    assert not ended.stored().mentor_erased
    assert not ended.stored().mentee_erased


def test_whoever_cannot_be_told_any_more_is_not_waited_for(ended: Pair) -> None:
    live(ended, ENDED + 80 * DAY)
    for notice in known(ended, Kind.RETENTION_NOTICE):
        ended.now = max(ended.now, notice.due)
        with ended.database.writing() as tx:
            [row] = outbox.claim(tx, ended.now, limit=1)
            assert row.id == notice.id
            outbox.dead(tx, row.id)

    live(ended, ENDED + 90 * DAY)
    assert (ended.stored().mentor_erased, ended.stored().mentee_erased) == (True, True)


def test_file_and_log_are_overwritten_once_in_the_night_after(ended: Pair) -> None:
    """Both go at noon; on PostgreSQL there is no such thing."""
    choose(ended, ended.anna, zone=ended.tom.zone)
    live(ended, ENDED + 90 * DAY)

    assert (ended.stored().mentor_erased, ended.stored().mentee_erased) == (True, True)
    with ended.database.reading() as tx:
        on_sqlite = not tx.on_postgresql
        rows = (
            tx.connection.execute(select(due_rows.c.due).where(due_rows.c.kind == Kind.CLEAR_FILE))
            .scalars()
            .all()
        )
    assert list(rows) == [datetime(2027, 2, 22, tzinfo=UTC)] * on_sqlite


# --- of several agreements


def test_while_they_have_another_one_nothing_goes_and_its_end_counts_for_both(ended: Pair) -> None:
    first = ended.agreement_id
    ended.now = ENDED + 80 * DAY
    ended.agreement_id = AgreementId(new_id())
    ended.agree()
    live(ended, ENDED + 120 * DAY)
    second = ended.agreement_id
    again = end(ended).closed_at
    assert again is not None
    said = live(ended, again + 90 * DAY - timedelta(seconds=1))

    assert {who for who, _ in notices(said)} == {ended.tom.id, ended.anna.id}
    assert {row.due.agreement_id for row in said if row.due.kind is Kind.RETENTION_NOTICE} >= {second}
    for agreement_id in (first, second):
        ended.agreement_id = agreement_id
        assert ended.stored().purpose is not None
    live(ended, again + 90 * DAY)
    for agreement_id in (first, second):
        ended.agreement_id = agreement_id
        assert ended.stored().purpose is None
    live(ended, again + 92 * DAY)
    assert not stands(ended, first)
    assert not stands(ended, second)
    assert filled(ended) <= STANDING


def test_what_two_yeses_opened_goes_before_what_it_goes_on_from(ending: Pair) -> None:
    says(ending, ending.tom, go_on=True)
    says(ending, ending.anna, go_on=True)
    live_with_turns(ending, FIXED + 20 * DAY)
    with ending.database.reading() as tx:
        both = agreements.of_pair(tx, ending.agreement_id)
    assert {one.outcome for one in both} == {Outcome.COMPLETED, Outcome.LAPSED}

    live(ending, FIXED + 90 * DAY)
    with ending.database.reading() as tx:
        both = agreements.of_pair(tx, ending.agreement_id)
    assert [(one.purpose, one.mentor_erased, one.mentee_erased) for one in both] == [(None, True, True)] * 2
    # What lapsed keeps its place while it limits a proposal, and what it renews stays with it.
    live(ending, FIXED + 14 * DAY + 89 * DAY)
    assert stands(ending)
    live(ending, FIXED + 14 * DAY + 92 * DAY)
    assert filled(ending) <= STANDING


def live_with_turns(pair: Pair, moment: datetime) -> None:
    """Let time pass, the pair's own turns taken at their moments."""
    while pair.now < moment:
        pair.now += DAY
        with pair.database.writing() as tx:
            for one in agreements.of_pair(tx, pair.agreement_id):
                agreements.save(tx, caught_up(one, pair.now), pair.now)
        pair.deliver()


# --- what limits proposals


def test_a_decline_goes_on_limiting_after_its_texts_have_gone(pair: Pair) -> None:
    choose(pair, pair.tom, retention=Retention.MONTH)
    choose(pair, pair.anna, retention=Retention.MONTH)
    pair.propose(Terms(place=None))
    pair.act(lambda one: proposals.decline(one, by=pair.anna.id, now=pair.now))
    said = live(pair, MONDAY + 89 * DAY)

    assert notices(said) == []
    assert (pair.stored().mentor_erased, pair.stored().mentee_erased) == (True, True)
    pair.agreement_id, declined = AgreementId(new_id()), pair.agreement_id
    with pytest.raises(Refused, match=r"^You can invite Anna again from 21 February 2027\.$"):
        pair.propose()

    live(pair, MONDAY + 91 * DAY)
    assert not stands(pair, declined)
    assert totals(pair) == set()
    pair.propose()


# --- what they choose


def test_a_longer_time_puts_it_off_and_is_told_again(ended: Pair) -> None:
    said = live(ended, ENDED + 85 * DAY)
    assert {who for who, _ in notices(said)} == {ended.tom.id, ended.anna.id}
    choose(ended, ended.tom, retention=Retention.HALF_YEAR)
    [first] = [
        row
        for row in known(ended, Kind.RETENTION_NOTICE)
        if row.state is RowState.SENT and row.recipient == ended.tom.id
    ]
    with ended.database.reading() as tx:
        redraws = (
            tx.connection.execute(select(due_rows.c.subject).where(due_rows.c.kind == Kind.REDRAW))
            .scalars()
            .all()
        )
    assert list(redraws) == [first.id]

    said = live(ended, ENDED + 180 * DAY - timedelta(seconds=1))
    assert [who for who, _ in notices(said)] == [ended.tom.id]
    assert (ended.stored().mentor_erased, ended.stored().mentee_erased) == (False, True)
    live(ended, ENDED + 180 * DAY)
    assert ended.stored().mentor_erased


def test_a_shorter_time_goes_a_week_after_a_notice_of_its_own(ended: Pair) -> None:
    live(ended, ENDED + 50 * DAY)
    choose(ended, ended.tom, retention=Retention.MONTH)
    said = live(ended, ENDED + 60 * DAY)

    [(who, told)] = notices(said)
    assert (who, told) == (ended.tom.id, datetime(2027, 1, 12, 12, tzinfo=UTC))
    assert ended.stored().mentor_erased
    assert not ended.stored().mentee_erased


def test_changed_and_changed_back_it_is_told_anew(ended: Pair) -> None:
    live(ended, ENDED + 85 * DAY)
    choose(ended, ended.tom, retention=Retention.HALF_YEAR)
    ended.now += timedelta(minutes=5)
    choose(ended, ended.tom, retention=Retention.QUARTER)
    changed = ended.now
    said = live(ended, changed + 7 * DAY - timedelta(seconds=1))

    assert [who for who, _ in notices(said)] == [ended.tom.id]
    assert not ended.stored().mentor_erased
    live(ended, changed + 7 * DAY)
    assert ended.stored().mentor_erased


def test_other_settings_move_the_notice_and_nothing_else(ended: Pair) -> None:
    before = known(ended, Kind.RETENTION, Kind.RETENTION_NOTICE)
    choose(ended, ended.tom, muted_until=MONDAY + 85 * DAY, reminders=False)
    after = known(ended, Kind.RETENTION, Kind.RETENTION_NOTICE)

    assert [row for row in before if row.recipient == ended.anna.id] == [
        row for row in after if row.recipient == ended.anna.id
    ]
    his = {row.kind: row.due for row in after if row.recipient == ended.tom.id}
    assert his == {
        Kind.RETENTION_NOTICE: datetime(2027, 2, 16, 12, tzinfo=UTC),
        Kind.RETENTION: datetime(2027, 2, 23, 12, tzinfo=UTC),
    }


def test_an_end_that_is_taken_back_takes_its_rows_along(pair: Pair) -> None:
    pair.agree()
    end(pair)
    pair.act(
        lambda one: closing.undo_close(one, by=pair.tom.id, place_taken=False, now=pair.now), by=pair.tom
    )
    assert {row.state for row in known(pair, Kind.RETENTION, Kind.RETENTION_NOTICE)} == {RowState.DROPPED}
    end(pair)
    assert {row.state for row in known(pair, Kind.RETENTION, Kind.RETENTION_NOTICE)} == {RowState.PENDING}


# --- whoever is gone


def test_whoever_is_gone_stays_for_the_others_texts_and_goes_with_them(ended: Pair) -> None:
    with ended.database.writing() as tx:
        erasing.erase_texts(tx, agreements.by_clock(tx, ended.agreement_id), ended.anna.id, ended.now)
        tx.connection.execute(update(people_rows).values(gone=True).where(people_rows.c.id == ended.anna.id))
    said = live(ended, ENDED + 90 * DAY - timedelta(seconds=1))
    assert [who for who, _ in notices(said)] == [ended.tom.id]
    assert stands(ended)

    live(ended, ENDED + 92 * DAY)
    with ended.database.reading() as tx:
        assert list(tx.connection.execute(select(people_rows.c.id)).scalars()) == [ended.tom.id]
        assert list(tx.connection.execute(select(accounts.c.person_id)).scalars()) == [ended.tom.id]
    assert filled(ended) <= STANDING


def test_whoever_is_gone_stays_while_another_agreement_needs_them(ended: Pair) -> None:
    with ended.database.writing() as tx:
        tx.connection.execute(update(people_rows).values(gone=True).where(people_rows.c.id == ended.anna.id))
        erasing.remove_gone(tx, ended.anna.id)
        assert people.get(tx, ended.anna.id).gone


def test_a_home_that_waits_to_be_drawn_outlives_the_agreement(ended: Pair) -> None:
    with ended.database.writing() as tx:
        people.opened_home(tx, ended.tom.id)
        outbox.add(tx, Due(Kind.HOME, ended.tom.id, ended.now, ended.agreement_id, ended.tom.id))
        erasing.remove(tx, agreements.by_clock(tx, ended.agreement_id))

    with ended.database.reading() as tx:
        rows = tx.connection.execute(select(due_rows)).all()
    assert [(row.kind, row.agreement_id) for row in rows] == [(Kind.HOME, None)]


# --- what an earlier version closed


@pytest.fixture(params=["sqlite", "postgresql"])
def earlier_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the version before, with an agreement that ended long ago, and one that goes on."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'earlier.db'}"
        _fill(url)
        yield url
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        with postgres.database() as url:
            _fill(url)
            yield url


def _fill(url: str) -> None:
    upgrade(url, head="0003")
    engine = make_engine(url)
    with engine.connect() as connection, connection.begin():
        for who in ("tom", "anna", "maya"):
            _insert(connection, people_rows, _a_person(who))
            _insert(connection, accounts, _an_account(who))
        for agreement in (_an_agreement("over", "anna", closed=LONG_AGO), _an_agreement("open", "maya")):
            _insert(connection, agreement_rows, agreement)
            _insert(connection, versions, _a_version(agreement["id"]))
    engine.dispose()


def _insert(connection: Connection, into: Table, values: dict[str, Any]) -> None:
    """Insert what there was in that version; the table as it is now would add what has come since."""
    then = table(into.name, *(column(name, into.c[name].type) for name in values))
    connection.execute(then.insert(), values)


def _a_person(who: str) -> dict[str, Any]:
    shown = {"reminders": True, "invitations": True, "greeted": True, "home_opened": False}
    hours = {"hours_start": 540, "hours_end": 1020, "work_days": "01234"}
    return {"id": who, "retention": 90, "created_at": LONG_AGO, **shown, **hours}


def _an_account(who: str) -> dict[str, Any]:
    slack = {"team_id": "T1", "user_id": f"U-{who}", "name": who, "zone": "Europe/London"}
    return {"id": f"{who}-account", "person_id": who, "active": True, "is_bot": False, **slack}


def _an_agreement(agreement_id: str, mentee: str, *, closed: datetime | None = None) -> dict[str, Any]:
    return {
        "id": agreement_id,
        "pair": f"{mentee} tom",
        "mentor_id": "tom",
        "mentee_id": mentee,
        "mentor_account_id": "tom-account",
        "mentee_account_id": f"{mentee}-account",
        "proposer_id": "tom",
        "proposed_at": LONG_AGO,
        "state": State.CLOSED if closed else State.ACTIVE,
        "outcome": Outcome.ENDED if closed else None,
        "closed_by": "tom" if closed else None,
        "hidden": False,
        "activated_at": LONG_AGO,
        "closed_at": closed,
        "pauses": 0,
        "revision": 3,
    }


def _a_version(agreement_id: str) -> dict[str, Any]:
    agreed = {"sent_at": LONG_AGO, "mentee_signed_at": LONG_AGO, "mentor_signed_at": LONG_AGO}
    terms = {
        "sessions": 5,
        "minutes": 75,
        "cadence": Cadence.FORTNIGHTLY,
        "rating_after": RatingDelay.TWO_DAYS,
    }
    return {
        "agreement_id": agreement_id,
        "number": 1,
        "author": "tom",
        "early_end": True,
        "wording": 1,
        "waited": timedelta(0),
        **agreed,
        **terms,
    }


def test_what_an_earlier_version_closed_begins_with_a_notice(earlier_url: str, vault: Vault) -> None:
    """It ended three hundred days ago; the bot is started, in the new version, on a Monday at noon."""
    upgrade(earlier_url)
    database = Database(earlier_url, vault)
    pair = Pair(database, team_id="T2", agreement_id=AgreementId("over"))
    assert [(row.kind, row.recipient) for row in known(pair, *Kind)] == [
        (Kind.RETENTION, "anna"),
        (Kind.RETENTION, "tom"),
    ]

    said = live(pair, MONDAY + 7 * DAY - timedelta(seconds=1))
    assert {(row.due.kind, row.due.recipient) for row in said} == {
        (Kind.RETENTION_NOTICE, "tom"),
        (Kind.RETENTION_NOTICE, "anna"),
    }
    assert not retention.empty(pair.stored(PersonId("tom")))
    live(pair, MONDAY + 9 * DAY)
    assert not stands(pair)
    assert stands(pair, AgreementId("open"))
    assert totals(pair) == {("2026-01", "begun", 1), ("2026-01", "ended", 1)}
    database.close()
