"""Delivery when it is not Slack's fault: hours, expiry, pace, a database that is busy, full or spoilt, another process."""

import os
import sqlite3
import threading
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from bot.pace import BURST, METHOD_BURST, Pace
from bot.sending import Fate
from bot.set_aside import LOOK_SECONDS, SetAside
from handlers.deps import Deps
from mentoring.agreement import Role
from mentoring.due import Due, Kind, Lane
from mentoring.operator import Operator
from playground.server import Playground
from storage import outbox
from storage.database import Busy, Database
from storage.outbox import RowState
from storage.upgrade import upgrade
from storage.vault import MasterKey, Vault
from tests.bot.conftest import Post, office, said, wait_until
from tests.postgres import Postgres
from tests.storage.test_forgetting import waits
from tests.trouble import Hindered

NIGHT = timedelta(hours=10)
"""From the start, so that it is one in the morning in London."""


A_MESSAGE = 60 / (300 - BURST) + 0.001
"""Seconds until one more message may go out."""


class Frozen:
    """Real seconds that pass only when the test says so."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_the_clocks_messages_wait_for_working_hours(post: Post) -> None:
    post.person("tom")
    post.slack.move(NIGHT)
    row_id = post.add("tom", lane=Lane.CLOCK)
    gesture = post.add("tom")
    post.slack.settle()
    assert (post.state(row_id), post.state(gesture)) == (RowState.PENDING, RowState.SENT)

    post.slack.move(timedelta(hours=8, minutes=1))

    sent_at = post.messages("tom")[-1].sent_at
    assert post.state(row_id) is RowState.SENT
    assert sent_at.replace(second=0, microsecond=0) == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_what_has_expired_is_dropped(post: Post) -> None:
    anna, now = post.person("anna"), post.clock.now()
    row_id = post.add_due(Due(Kind.REPLY, "help/1", now, recipient=anna.id, expires=now))
    post.slack.settle()

    assert post.state(row_id) is RowState.DROPPED
    assert post.messages("anna") == []


def test_a_row_that_cannot_be_drawn_stops_nothing_else(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    tom = post.person("tom")
    spoilt = post.add_due(
        Due(Kind.REPLY, "help/1", post.clock.now() + timedelta(minutes=5), recipient=tom.id)
    )
    post.execute("UPDATE due_rows SET account_id = NULL WHERE id = ?", spoilt)
    other = post.add("anna")
    post.slack.move(timedelta(minutes=5))

    assert (post.state(spoilt), post.state(other)) == (RowState.PENDING, RowState.SENT)
    first, second, *_ = said(caplog)
    reference = first.partition("reference ")[2].removesuffix(").")
    assert first == f"Due row {spoilt} (reply) failed (reference {reference})."
    assert second == f"Due row {spoilt} (reply) is broken: reference {reference}."


@pytest.mark.parametrize("kind", [Kind.HOME, Kind.LOOKUP])
def test_a_home_or_a_look_up_without_an_account_is_only_logged(
    post: Post, caplog: pytest.LogCaptureFixture, kind: Kind
) -> None:
    tom = post.person("tom")
    row_id = post.add_due(Due(kind, tom.id, post.clock.now() + timedelta(minutes=5), recipient=tom.id))
    post.execute("UPDATE due_rows SET account_id = NULL WHERE id = ?", row_id)
    post.slack.move(timedelta(minutes=5))

    assert post.state(row_id) is RowState.PENDING
    assert said(caplog)[0].startswith(f"Due row {row_id} ({kind}) failed (reference ")


def test_what_was_said_but_could_not_be_written_down_is_not_said_again(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.execute(
        "CREATE TRIGGER full BEFORE UPDATE ON due_rows WHEN NEW.state = 'sent' BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    row_id = post.add("anna")
    post.slack.settle()

    assert post.state(row_id) is RowState.UNSURE
    assert len(post.messages("anna")) == 1
    assert said(caplog) == [
        f"Due row {row_id} was delivered, but that could not be written down.",
        f"Due row {row_id} (reply) is unsure: IntegrityError.",
    ]


def test_a_row_that_cannot_be_settled_is_taken_over_once_the_database_can_be_written(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.execute(
        "CREATE TRIGGER full BEFORE UPDATE ON due_rows WHEN NEW.state IN ('sent', 'unsure') "
        "BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    row_id = post.add("anna")
    left = f"Due row {row_id} could not be settled; it is taken over as if the bot had stopped."
    wait_until(lambda: left in said(caplog))
    assert post.state(row_id) is RowState.SENDING

    post.execute("DROP TRIGGER full")
    after = post.add("anna")
    post.slack.settle()

    assert (post.state(row_id), post.state(after)) == (RowState.UNSURE, RowState.SENT)
    assert len(post.messages("anna")) == 2


def test_a_busy_database_is_waited_for(
    post: Post, database_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot.settling")
    post.slack.misbehave.delay_call("chat.postMessage", 0.2)
    row_id = post.add("anna")
    wait_until(lambda: post.state(row_id) is RowState.SENDING)
    with closing(sqlite3.connect(database_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        wait_until(lambda: "The database is busy" in caplog.text)
        other.execute("ROLLBACK")
    post.slack.settle()

    assert post.state(row_id) is RowState.SENT
    assert len(post.messages("anna")) == 1


def test_while_the_database_cannot_be_written_nothing_goes_out_and_then_everything_once(
    closed: Post, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [closed.add(name) for name in ("anna", "tom", "maya", "anna")]
    with Hindered(closed.database, "read only"):
        closed.delivery.start()
        wait_until(lambda: said(caplog) == ["The database can't be used (SQLITE_READONLY)."])
        assert [closed.state(row) for row in rows] == [RowState.PENDING] * 4
    wait_until(lambda: [closed.state(row) for row in rows] == [RowState.SENT] * 4)

    assert [len(closed.messages(name)) for name in ("anna", "tom", "maya")] == [2, 1, 1]
    assert said(caplog)[1:] == ["The database can be used again."]


def test_rows_that_were_claimed_though_the_database_failed_are_taken_over(
    post: Post, database_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    anna = post.person("anna")
    later = post.clock.now() + timedelta(minutes=5)
    row_id = post.add_due(Due(Kind.REPLY, "help/1", later, recipient=anna.id))
    post.slack.settle()
    with Hindered(post.database, "read only"), closing(sqlite3.connect(database_file)) as other:
        with other:
            other.execute("UPDATE due_rows SET at = 0 WHERE id = ?", (row_id,))
        wait_until(lambda: said(caplog))
        with other:
            other.execute("UPDATE due_rows SET state = 'sending' WHERE id = ?", (row_id,))
    wait_until(lambda: post.state(row_id) is RowState.SENT)

    assert len(post.messages("anna")) == 1


def test_what_went_out_before_the_database_failed_is_written_down_once_it_is_back(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.add("anna")
    post.slack.settle()
    post.slack.misbehave.delay_call("chat.postMessage", 0.2)
    row_id = post.add("anna")
    wait_until(lambda: post.state(row_id) is RowState.SENDING)
    with Hindered(post.database, "read only"):
        wait_until(lambda: said(caplog) and len(post.messages("anna")) == 2)
        assert post.state(row_id) is RowState.SENDING
    after = post.add("anna")
    wait_until(lambda: post.state(after) is RowState.SENT)

    assert post.state(row_id) is RowState.SENT
    assert len(post.messages("anna")) == 3


def test_a_row_that_the_database_does_not_get_round_to_is_tried_again_and_is_not_at_fault(
    closed: Post, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot")
    row_id = closed.add("anna")
    with closed.database.writing() as tx:
        (row,) = outbox.claim(tx, closed.clock.now(), limit=1)
    carrying = threading.Thread(target=closed.delivery._carry_out, args=[row])
    with ExitStack() as taken:
        for _ in range(20):
            taken.enter_context(closed.database.reading())
        carrying.start()
        wait_until(lambda: "The database is busy" in caplog.text)
    carrying.join()

    assert (closed.state(row_id), closed.row(row_id).attempts) == (RowState.PENDING, 1)
    assert caplog.messages[0] == f"Due row {row_id} (reply) is later: Busy."
    assert said(caplog) == []


def test_a_sweep_that_fails_is_logged_and_the_next_one_goes_on(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    row_id = post.add("anna")
    post.slack.settle()
    post.execute("ALTER TABLE due_rows RENAME TO hidden_rows")
    post.delivery.wake()
    wait_until(lambda: any("A look at what is due failed (reference " in line for line in said(caplog)))
    post.execute("ALTER TABLE hidden_rows RENAME TO due_rows")
    post.add("anna")
    post.slack.settle()

    assert post.state(row_id) is RowState.SENT
    assert len(post.messages("anna")) == 2


def test_more_than_the_pace_waits_and_then_goes_on(slack: Playground, database: Database) -> None:
    seconds = Frozen()
    with office(slack, database, Pace(300, seconds)) as post:
        rows = [post.add(name) for name in ("tom", "anna", "maya") for _ in range(4)]
        post.delivery.start()
        wait_until(lambda: [post.state(row) for row in rows].count(RowState.SENT) == BURST)
        post.delivery.wake()
        assert [post.state(row) for row in rows].count(RowState.SENT) == BURST

        seconds.at = 1.0
        slack.settle()

        assert {post.state(row) for row in rows} == {RowState.SENT}


def test_what_a_gesture_causes_does_not_wait_for_the_prompts_that_are_due(
    slack: Playground, database: Database
) -> None:
    seconds = Frozen()
    with office(slack, database, Pace(300, seconds)) as post:
        somebody = [post.person(name) for name in ("tom", "maya")]
        post.person("anna")
        with database.writing() as tx:
            prompts = [
                Due(
                    Kind.REPLY,
                    f"help/{n}",
                    post.clock.now(),
                    recipient=somebody[n % 2].id,
                    lane=Lane.CLOCK,
                )
                for n in range(3_000)
            ]
            outbox.add(tx, *prompts)
        post.delivery.start()
        wait_until(lambda: _sent(post) == BURST)
        for spent in range(1, 4):
            gesture = post.add("anna")
            seconds.at += A_MESSAGE
            wait_until(lambda row=gesture: post.state(row) is RowState.SENT)  # type: ignore[misc]  # a default of a lambda
            assert _sent(post) == BURST + spent


def _sent(post: Post) -> int:
    with post.database.reading() as tx:
        found = tx.connection.exec_driver_sql("SELECT count(*) FROM due_rows WHERE state = 'sent'")
        return int(found.scalar_one())


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("users.info", Kind.LOOKUP),
        ("views.publish", Kind.HOME),
        ("conversations.open", Kind.REPLY),
        ("chat.update", Kind.REDRAW),
    ],
)
def test_a_method_that_was_called_too_often_is_waited_for(
    slack: Playground, database: Database, method: str, kind: Kind
) -> None:
    seconds = Frozen()
    pace = Pace(300, seconds)
    with office(slack, database, pace) as post:
        tom, now = post.person("tom"), post.clock.now()
        post.delivery.start()
        post.add("anna")
        slack.settle()
        seconds.at = 60.0
        subject: str = tom.id
        if kind is Kind.REDRAW:
            proposal = post.propose("anna", "tom", Role.MENTEE)
            slack.settle()
            subject = post.rows(Kind.INVITATION)[0].id
            post.execute("UPDATE agreements SET hidden = TRUE WHERE id = ?", proposal.id)
        assert all(pace.may_call(post.team_id, method) for _ in range(METHOD_BURST))
        about = f"help/{subject}" if kind is Kind.REPLY else subject
        row_id = post.add_due(Due(kind, about, now, recipient=tom.id))
        behind = post.add("anna")
        wait_until(lambda: post.state(behind) is RowState.SENT)
        # A row that is for this method alone is not even claimed.
        wait_until(lambda: bool(post.tries(kind, Fate.LATER)) is (kind is Kind.REPLY))
        wait_until(lambda: post.state(row_id) is RowState.PENDING)
        assert post.row(row_id).attempts == 0

        seconds.at = 120.0
        slack.settle()

        assert not [row for row in post.rows(kind) if row.state is RowState.PENDING]


def test_on_postgresql_one_process_delivers_and_another_takes_over(
    slack: Playground, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    upgrade(postgres_url)
    keys = [MasterKey.of(os.urandom(32))]
    first, second = Database(postgres_url, Vault(keys)), Database(postgres_url, Vault(keys))
    with office(slack, second) as waiting:
        with office(slack, first) as post:
            post.delivery.start()
            post.add("anna")
            slack.settle()
            waiting.delivery.start()
            assert not second.delivers()
            stuck = post.add_due(
                Due(
                    Kind.REPLY,
                    "help/1",
                    post.clock.now() + timedelta(days=1),
                    recipient=post.person("anna").id,
                )
            )
        with first.writing() as tx:
            tx.connection.exec_driver_sql("UPDATE due_rows SET state = 'sending' WHERE id = %s", (stuck,))
        first.close()
        waiting.add("tom")
        wait_until(lambda: waiting.messages("tom"))

        assert waiting.state(stuck) is RowState.UNSURE
        assert said(caplog) == [f"Due row {stuck} may or may not have been delivered before the bot stopped."]
    second.close()


def test_on_postgresql_it_goes_on_when_every_connection_was_ended(
    slack: Playground, postgres: Postgres, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    upgrade(postgres_url)
    vault = Vault([MasterKey.of(os.urandom(32))])
    with (
        closing(Database(postgres_url, vault)) as database,
        office(slack, database, doubt_seconds=0.0) as post,
    ):
        names = ("anna", "tom", "maya")
        post.delivery.start()
        before = [post.add(name) for name in names]
        slack.settle()
        slack.misbehave.delay_call("chat.postMessage", 0.2, times=3)
        rows = [post.add(name) for name in names]
        assert slack.misbehave.wait_until_struck()
        with postgres.connect() as connection:
            ended = connection.execute(
                "SELECT count(pg_terminate_backend(pid, 1000)) FROM pg_stat_activity WHERE datname = %s",
                (make_url(postgres_url).database,),
            ).fetchone()
        assert ended is not None
        assert ended[0] > 1
        wait_until(lambda: _states(database, rows) == {RowState.SENT}, seconds=30.0)

        assert [len(post.messages(name)) for name in names] == [2, 2, 2]
        assert {post.state(row) for row in before} == {RowState.SENT}
        assert database.delivers()


def _states(database: Database, rows: list[str]) -> set[RowState]:
    """Where rows stand; none while the connection to look with is one of those that were ended."""
    with suppress(Busy), database.reading() as tx:
        return {row.state for row in (outbox.row(tx, row_id) for row_id in rows) if row is not None}
    return set()


def test_on_postgresql_one_that_is_held_up_as_it_takes_over_asks_first_whether_it_still_delivers(
    slack: Playground, postgres: Postgres, postgres_url: str
) -> None:
    upgrade(postgres_url)
    keys = [MasterKey.of(os.urandom(32))]
    name = make_url(postgres_url).database
    plain = make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with (
        closing(Database(postgres_url, Vault(keys))) as first,
        closing(Database(postgres_url, Vault(keys))) as second,
        office(slack, first) as post,
        psycopg.connect(plain) as holder,
    ):
        row = post.add("anna")
        post.execute("UPDATE due_rows SET state = 'sending' WHERE id = %s", row)
        holder.execute("LOCK TABLE due_rows IN EXCLUSIVE MODE")
        post.delivery.start()
        wait_until(lambda: waits(second))
        wait_until(lambda: not waits(second))
        with postgres.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 1000) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
                "WHERE locktype = 'advisory' AND datname = %s",
                (name,),
            )
        # The second one delivers from now on, and has the same row under way.
        wait_until(second.delivers)
        wait_until(lambda: post.figures.look_age is not None)
        holder.rollback()

        assert not post.delivery.delivers
        assert post.state(row) is RowState.SENDING


def test_whoever_takes_over_does_not_trust_what_it_drew_before(
    slack: Playground, postgres: Postgres, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot.delivery")
    upgrade(postgres_url)
    database = Database(postgres_url, Vault([MasterKey.of(os.urandom(32))]))
    calls: list[str] = []
    slack.overhear(lambda way, _said, _answer: calls.append(way))
    with office(slack, database) as post:
        post.delivery.start()
        post.add("tom")
        slack.settle()
        tom = post.person("tom")

        def drawn() -> int:
            post.add_due(Due(Kind.HOME, tom.id, post.clock.now(), recipient=tom.id))
            slack.settle()
            return calls.count("views.publish")

        assert [drawn(), drawn()] == [1, 1]
        with postgres.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = %s",
                (make_url(postgres_url).database,),
            )
        # The server ends one connection after another: by then it may have begun anew already.
        wait_until(lambda: caplog.messages.count("This Mentor delivers from now on.") == 2)
        assert [drawn(), drawn()] == [2, 2]
    database.close()


def test_a_row_of_a_kind_that_is_not_known_is_told_of_once_and_stops_nothing_else(
    closed: Post, caplog: pytest.LogCaptureFixture
) -> None:
    strange = closed.add("tom")
    closed.execute("UPDATE due_rows SET kind = 'horoscope' WHERE id = ?", strange)
    others = [closed.add("tom"), closed.add("anna")]
    closed.delivery.start()
    closed.slack.settle()
    assert [closed.state(row) for row in others] == [RowState.SENT] * 2

    told = f"Due row {strange} is of a kind that this version does not know: horoscope. It waits for a version that does."
    assert said(caplog) == [told]


def test_such_rows_are_looked_for_once_a_minute_and_told_of_once(
    closed: Post, caplog: pytest.LogCaptureFixture
) -> None:
    time = Frozen()
    deps = Deps(closed.database, closed.clock.now, operator=Operator("Ada Marsh"))
    set_aside = SetAside(deps, time)
    set_aside.tell()
    first = closed.add("tom")
    closed.execute("UPDATE due_rows SET kind = 'horoscope' WHERE id = ?", first)
    time.at = LOOK_SECONDS - 1
    set_aside.tell()
    assert said(caplog) == []

    time.at = LOOK_SECONDS
    set_aside.tell()
    second = closed.add("anna")
    closed.execute("UPDATE due_rows SET kind = 'weather' WHERE id = ?", second)
    time.at = 2 * LOOK_SECONDS
    set_aside.tell()
    assert [line.partition(". ")[0] for line in said(caplog)] == [
        f"Due row {first} is of a kind that this version does not know: horoscope",
        f"Due row {second} is of a kind that this version does not know: weather",
    ]
