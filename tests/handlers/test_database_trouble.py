"""With a database that cannot be written people get a sentence where they are, their words stay, and nothing is half-saved."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from handlers.ids import Action
from handlers.notes import open_notes
from handlers.views.notes import text_field
from handlers.views.reading import notice
from mentoring.ids import SessionId
from mentoring.people import KEPT_FOR
from storage.database import Database
from tests.handlers.meetings import hold
from tests.handlers.slack import Json, Send, StandIn, acked, click, command, said, submission
from tests.handlers.stage import Pair, shown, words
from tests.journeys.traces import tables
from tests.trouble import HINDRANCES, Hindered

AWAY = (
    "I can't get at my records at the moment, so nothing was saved. Please try again in a few minutes; if it stays like this, "
    "please tell whoever runs this bot."
)
BUSY = "I'm busy for a moment, so nothing was saved. Please try again."
hindered = pytest.mark.parametrize("how", list(HINDRANCES))


def stored(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All that the database holds."""
    return tables(database._engine.url.render_as_string(hide_password=False))


def file_of(database: Database) -> Path:
    return Path(str(make_url(database._engine.url).database))


@pytest.fixture
def notes(signed: Pair, send: Send) -> Json:
    """The mentor's notes, longer than a page of the database, about a session that was held, about to be saved."""
    session_id = hold(signed)
    send(command("UTOM", "help"))  # lets his profile be looked up
    signed.stage.database.overwrite()  # leaves no free pages
    form = shown(signed.mentor.types(open_notes))
    return submission("UTOM", form, **{text_field(session_id): "🫖" * 2_900})


@hindered
def test_what_someone_typed_stays_in_the_form(database: Database, send: Send, notes: Json, how: str) -> None:
    before = stored(database)
    with Hindered(database, how):
        (sentence,) = acked(send(notes))["errors"].values()
    assert sentence == AWAY
    assert stored(database) == before

    assert acked(send(notes)) == {}
    assert len(stored(database)["notes"]) == 1


def test_it_stays_while_someone_else_holds_the_file_too(database: Database, send: Send, notes: Json) -> None:
    before = stored(database)
    with closing(sqlite3.connect(file_of(database), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        (sentence,) = acked(send(notes))["errors"].values()
        other.execute("ROLLBACK")
    assert sentence == BUSY
    assert stored(database) == before

    assert acked(send(notes)) == {}
    assert len(stored(database)["notes"]) == 1


def test_a_newcomers_command_is_told(database: Database, send: Send, slack: StandIn) -> None:
    with Hindered(database, "read only"):
        assert acked(send(command("UNEW", "help")))["text"] == AWAY
    assert slack.calls == []

    send(command("UNEW", "help"))
    assert slack.methods == ["views.open"]


def test_whoever_only_reads_notices_nothing(
    pair: Pair, database: Database, send: Send, slack: StandIn
) -> None:
    pair.sign()
    with Hindered(database, "read only"):
        assert acked(send(command("UTOM", "agreement"))) == {}

    assert slack.methods == ["views.open"]


def test_nor_does_whoever_only_reads_when_slack_was_not_asked_about_them_for_days(
    pair: Pair, database: Database, send: Send, slack: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    pair.sign()
    pair.stage.now += 2 * KEPT_FOR
    before = stored(database)
    caplog.set_level(logging.INFO)
    with Hindered(database, "read only"):
        assert acked(send(command("UTOM", "agreement"))) == {}
    assert slack.methods == ["views.open"]
    assert stored(database) == before
    told = "A profile that is a day old is looked up another time: Unavailable."
    assert [record.getMessage() for record in caplog.records if record.name == "handlers.introduction"] == [
        told
    ]

    assert acked(send(command("UTOM", "agreement"))) == {}
    lookups = [row["subject"] for row in stored(database)["due_rows"] if row["kind"] == "lookup"]
    assert lookups == [pair.mentor.person.id]


def test_a_click_in_a_message_is_told_beside_it(
    asked: SessionId, database: Database, send: Send, slack: StandIn
) -> None:
    before = stored(database)
    rate = click("UANNA", f"{Action.RATE}_4", f"{asked}/4", response_url=f"{slack.url}/response")
    with Hindered(database, "read only"):
        assert acked(send(rate)) == {}
    assert (slack.methods, slack.calls[0][1]["text"]) == (["response"], AWAY)
    assert stored(database) == before

    send(rate)
    assert [row["state"] for row in stored(database)["ratings"]] == ["answered"]


def test_a_click_in_a_window_is_told_in_one(
    asked: SessionId, database: Database, send: Send, slack: StandIn
) -> None:
    with Hindered(database, "read only"):
        rate = click("UANNA", f"{Action.RATE}_4", f"{asked}/4", view=notice("Here", "A."))
        assert acked(send(rate)) == {}

    assert slack.methods == ["views.push"]
    assert words(slack.view) == f"Mentor {AWAY} Close"


def test_what_was_written_in_the_dm_comes_again_and_is_answered_once(
    pair: Pair, database: Database, send: Send
) -> None:
    before = stored(database)
    with Hindered(database, "read only"):
        assert [send(said("UTOM", "help")).status for _ in range(2)] == [500, 500]
    assert stored(database) == before

    assert [send(said("UTOM", "help")).status for _ in range(2)] == [200, 200]
    assert [row["kind"] for row in stored(database)["due_rows"]] == ["reply"]
