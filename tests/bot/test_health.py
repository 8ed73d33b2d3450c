"""Whether the bot is well: 200 or 503 by stated bounds, for this machine alone, and nothing of anyone."""

import asyncio
import logging
import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import httpx
import pytest

from bot import settings
from bot.figures import Figures
from bot.health import (
    FRESH_SECONDS,
    LOOK_SECONDS,
    OVERDUE_SECONDS,
    TURN_SECONDS,
    Health,
    Running,
)
from bot.health_http import addresses, listening
from bot.serving import serving
from bot.settings import WrongSettingError
from bot.watch import SILENCE_SECONDS
from mentoring.due import Due, Kind
from mentoring.ids import new_id
from playground.server import Playground
from storage.database import Busy, Database, Tx
from tests.bot.conftest import Post, free_port, said, wait_until
from tests.journeys.process import ROOT

READY = {
    "ready": True,
    "wrong": [],
    "last_ping_seconds": 1.0,
    "last_sweep_seconds": 0.0,
    "delivers": False,
    "workspaces_paused": 0,
    "oldest_overdue_seconds": 0.0,
    "due_rows": {"pending": 0, "overdue": 0, "sending": 0, "unsure": 0, "undecided": 0},
}
PATIENCE = 10


class Client:
    """Whoever asks."""

    def __init__(self, health: Health) -> None:
        self._app = addresses(health)

    def get(self, path: str, method: str = "GET") -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                return await client.request(method, path)

        return asyncio.run(ask())


class Watched:
    """A bot that does not deliver by itself, and what looks at it; its seconds are set by the test."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.seconds = 1000.0
        self.silence = 1.0
        self.figures = Figures(lambda: self.seconds)
        self.health = Health(post.database, self.figures, lambda: self.seconds)
        self.client = Client(self.health)
        self.figures.turned()
        self.figures.looked()

    def join(self) -> None:
        post = self.post
        self.health.watch(
            Running(post.team_id, post.workspaces, post.delivery, post.clock, lambda: self.silence)
        )

    def owe(self, name: str, seconds: float) -> None:
        """Owe someone a message for so many seconds."""
        recipient, at = self.post.person(name).id, self.post.clock.now() - timedelta(seconds=seconds)
        self.post.add_due(Due(Kind.REPLY, f"help/{new_id()}", at, recipient=recipient))

    def ready(self) -> tuple[int, dict[str, Any]]:
        self.seconds += FRESH_SECONDS + 1
        self.figures.looked()
        return self.as_it_is()

    def as_it_is(self) -> tuple[int, dict[str, Any]]:
        answer = self.client.get("/readyz")
        return answer.status_code, answer.json()

    def wrong(self) -> tuple[int, list[str]]:
        status, body = self.as_it_is()
        assert body["ready"] is (not body["wrong"])
        return status, body["wrong"]


@pytest.fixture
def watched(closed: Post) -> Watched:
    watched = Watched(closed)
    watched.join()
    return watched


def test_before_it_has_joined_it_is_alive_but_not_ready(closed: Post) -> None:
    watched = Watched(closed)

    assert watched.client.get("/healthz").json() == {"alive": True}
    assert watched.wrong() == (503, ["starting"])
    assert "mentor_ready 0.0\n" in watched.client.get("/metrics").text


def test_a_bot_that_is_well_says_how_well(watched: Watched) -> None:
    assert watched.ready() == (200, READY)


def test_what_waits_and_what_is_late_is_told(watched: Watched) -> None:
    watched.owe("anna", OVERDUE_SECONDS - 60)
    watched.owe("anna", -60)

    status, body = watched.ready()
    assert status == 200
    assert body["due_rows"] == {"pending": 2, "overdue": 1, "sending": 0, "unsure": 0, "undecided": 0}
    assert OVERDUE_SECONDS - 60 <= body["oldest_overdue_seconds"] < OVERDUE_SECONDS

    watched.owe("tom", OVERDUE_SECONDS + 1)
    assert watched.ready()[1]["wrong"] == ["overdue"]


def test_whoever_asks_often_is_told_the_same_counts(watched: Watched) -> None:
    assert watched.ready()[1]["due_rows"]["pending"] == 0
    watched.post.add("anna")

    assert watched.as_it_is()[1]["due_rows"]["pending"] == 0
    assert watched.ready()[1]["due_rows"]["pending"] == 1


def test_a_silent_websocket_is_not_ready(watched: Watched) -> None:
    watched.silence = SILENCE_SECONDS
    assert watched.wrong() == (200, [])

    watched.silence = SILENCE_SECONDS + 1
    assert watched.wrong() == (503, ["ping"])


def test_a_sweep_that_fails_is_not_ready_and_one_that_hangs_is_not_alive(watched: Watched) -> None:
    watched.seconds += LOOK_SECONDS
    assert watched.wrong() == (200, [])

    watched.seconds += 1
    assert watched.wrong() == (503, ["sweep"])
    assert watched.client.get("/healthz").status_code == 200

    watched.seconds += TURN_SECONDS
    answer = watched.client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"alive": False})


def test_its_own_workspace_paused_is_not_ready_and_another_one_is_told(watched: Watched) -> None:
    watched.post.workspaces.pause("T-another", "token_revoked")
    assert watched.ready() == (200, READY | {"workspaces_paused": 1})

    watched.post.workspaces.pause(watched.post.team_id, "token_revoked")
    watched.owe("anna", OVERDUE_SECONDS + 1)
    status, body = watched.ready()
    assert (status, body["wrong"], body["workspaces_paused"]) == (503, ["paused"], 2)
    assert body["due_rows"] == {"pending": 1, "overdue": 0, "sending": 0, "unsure": 0, "undecided": 0}


class Broken:
    """A database that does not answer."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def reading(self) -> AbstractContextManager[Tx]:
        raise self._error


@pytest.mark.parametrize(("error", "logged"), [(Busy(), 0), (ValueError("canary"), 1)])
def test_a_database_that_does_not_answer_is_not_ready(
    closed: Post, caplog: pytest.LogCaptureFixture, error: Exception, logged: int
) -> None:
    watched = Watched(closed)
    watched.health = Health(Broken(error), Figures(), lambda: watched.seconds)  # type: ignore[arg-type]  # all that is asked
    watched.client = Client(watched.health)
    watched.join()

    status, body = watched.as_it_is()
    assert status == 503
    assert body["wrong"] == ["sweep", "database"]
    assert (body["oldest_overdue_seconds"], body["due_rows"]) == (None, {})
    watched.seconds += FRESH_SECONDS + 1
    assert "mentor_due_rows{" not in watched.client.get("/metrics").text
    assert [line.partition(" (")[0] for line in said(caplog)] == ["The due rows can't be counted"] * logged


class Hanging:
    """A database that answers when it is let."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.let = threading.Event()

    def reading(self) -> AbstractContextManager[Tx]:
        assert self.let.wait(PATIENCE)
        return self._database.reading()


def test_a_database_that_hangs_holds_up_one_at_most_and_nobody_who_asks_for_life(closed: Post) -> None:
    watched, database = Watched(closed), Hanging(closed.database)
    watched.health = Health(database, watched.figures, lambda: watched.seconds)  # type: ignore[arg-type]  # all that is asked
    watched.join()

    async def ask() -> None:
        transport = httpx.ASGITransport(addresses(watched.health))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            # As many as there are threads to answer them.
            ready = [asyncio.create_task(client.get("/readyz")) for _ in range(40)]
            alive = asyncio.create_task(client.get("/healthz"))
            first, _ = await asyncio.wait([alive, *ready], return_when=asyncio.FIRST_COMPLETED)
            assert first == {alive}
            assert alive.result().status_code == 200
            meanwhile = [await one for one in islice(asyncio.as_completed(ready, timeout=PATIENCE), 39)]
            assert [answer.json()["wrong"] for answer in meanwhile] == [["database"]] * 39
            database.let.set()
            answers = await asyncio.gather(*ready)
        assert sorted(answer.json()["wrong"] for answer in answers) == [[], *[["database"]] * 39]

    asyncio.run(ask())


def test_the_same_stands_in_the_metrics(watched: Watched) -> None:
    watched.post.add("anna")
    watched.ready()

    answer = watched.client.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=")
    for line in (
        "mentor_ready 1.0",
        "mentor_delivers 0.0",
        "mentor_workspaces_paused 0.0",
        'mentor_due_rows{state="pending"} 1.0',
        'mentor_due_rows{state="unsure"} 0.0',
        "mentor_ping_age_seconds 1.0",
        "mentor_sweep_age_seconds 0.0",
    ):
        assert f"\n{line}\n" in answer.text
    assert "mentor_build_info{version=" in answer.text


def test_the_page_for_operators_tells_of_every_figure_and_of_no_other(watched: Watched) -> None:
    figures = watched.client.get("/metrics").text
    there = set(re.findall(r"^# TYPE (mentor_\w+)", figures, re.MULTILINE))
    named = re.findall(r"(?<!--network )\bmentor_[a-z_]+", (ROOT / "docs/operations.md").read_text())

    assert {name.removesuffix("_bucket") for name in named} == {
        name for name in there if not name.endswith("_created")
    }


def test_it_tells_nothing_of_anyone(post: Post) -> None:
    health = Health(post.database, post.figures)
    health.watch(Running(post.team_id, post.workspaces, post.delivery, post.clock, lambda: 0.0))
    rows = [post.add("anna"), post.add("tom", "canary")]
    wait_until(lambda: post.messages("anna") and post.messages("tom"))
    people = [post.person(name) for name in ("anna", "tom")]

    client = Client(health)
    shown = client.get("/metrics").text + client.get("/readyz").text

    assert 'mentor_due_row_tries_total{kind="reply",outcome="done"} 2.0' in shown
    ids = [one.id for one in people] + [one.account_id for one in people] + rows + [post.team_id]
    users = [post.slack.hands(name).id for name in ("anna", "tom")]
    for secret in [*ids, *users, "Anna", "Tom", "canary", "help"]:
        assert secret not in shown.replace("# HELP", "")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/metrics/", 404), ("POST", "/metrics", 405), ("GET", "/slack/events", 404)],
)
def test_there_is_nothing_else(watched: Watched, method: str, path: str, status: int) -> None:
    assert watched.client.get(path, method).status_code == status


def test_the_running_bot_is_looked_at_on_its_port(
    slack: Playground,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.chdir(tmp_path)
    port = free_port()
    for name, value in {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "MENTOR_OPERATOR": "Ada Marsh",
        "PORT": str(port),
    }.items():
        monkeypatch.setenv(name, value)

    def get(path: str) -> tuple[int, str]:
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    with serving(settings.read(), database):
        slack.hands("anna").command("/mentor help")
        wait_until(lambda: get("/readyz")[0] == 200)
        wait_until(
            lambda: 'mentor_gestures_total{handler="home.help_",outcome="answered"} 1.0' in get("/metrics")[1]
        )
        assert get("/healthz") == (200, '{"alive":true}')
        with pytest.raises(WrongSettingError) as taken, listening(Health(database, Figures()), "PORT", port):
            pass

    assert f"Health and figures are at http://127.0.0.1:{port}, for this machine alone." in caplog.messages
    assert taken.value.sentence.startswith("PORT can't be listened at (Address already in use): use a port")


Read = Callable[..., tuple[str, int] | None]


@pytest.fixture
def health_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Read:
    """Return where settings say that health is to be had."""
    monkeypatch.chdir(tmp_path)
    common = {"SLACK_BOT_TOKEN": "xoxb-1", "MENTOR_OPERATOR": "Ada Marsh"}

    def read(**given: str) -> tuple[str, int] | None:
        for name, value in (common | given).items():
            monkeypatch.setenv(name, value)
        return settings.read().health

    return read


def test_without_a_port_set_nothing_is_opened(health_of: Read) -> None:
    assert health_of(SLACK_APP_TOKEN="xapp-1") is None


def test_in_socket_mode_it_is_at_the_port_set(health_of: Read) -> None:
    assert health_of(SLACK_APP_TOKEN="xapp-1", PORT="3000") == ("PORT", 3000)


def test_a_port_of_its_own_goes_before_that(health_of: Read) -> None:
    assert health_of(SLACK_APP_TOKEN="xapp-1", PORT="3000", HEALTH_PORT="9000") == ("HEALTH_PORT", 9000)


def test_in_http_mode_the_port_is_slacks(health_of: Read) -> None:
    assert health_of(SLACK_SIGNING_SECRET="signs", PORT="3000") is None


def test_in_http_mode_it_needs_a_port_of_its_own(health_of: Read) -> None:
    assert health_of(SLACK_SIGNING_SECRET="signs", PORT="3000", HEALTH_PORT="9000") == ("HEALTH_PORT", 9000)
