"""How long a gesture's answer takes in process, its commit included, beside a stock Bolt no-op.

``python -m benchmarks.gestures [ROUNDS]``: each round is one whole journey of a fresh pair on SQLite with
synchronous=FULL, one gesture at a time; before every gesture a stock no-op is dispatched, so that both meet the same machine.
The bot's one Web API call is part of a gesture: it goes to a stand-in on this machine that answers at once.
"""

import logging
import platform
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.table import Table
from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from benchmarks.standin import StandIn
from bot.app import build, gesture_client
from handlers import guard
from handlers.deps import Deps
from handlers.ids import Action
from mentoring.agreement import Agreement
from mentoring.ids import PersonId
from mentoring.operator import Operator
from mentoring.people import Profile
from storage import agreements, people
from storage.database import Database
from storage.opening import opened

TEAM = "T1"
STARTS = datetime(2026, 10, 5, 9, tzinfo=UTC)
SESSION = timedelta(days=3)
TEXT = "What she wants is to lead a team without losing sleep over it. " * 5

Json = dict[str, Any]


def tested(client: WebClient) -> SlackResponse:
    """Return what ``auth.test`` says of a bot's token."""
    data = {
        "ok": True,
        "team_id": TEAM,
        "team": "Bench",
        "user_id": "UBOT",
        "bot_id": "B1",
        "user": "mentor",
        "url": "/",
    }
    return SlackResponse(
        client=client, http_verb="POST", api_url="", req_args={}, data=data, headers={}, status_code=200
    )


def stock(slack: StandIn) -> App:
    """Return an app as Bolt's own page makes it, whose one command does nothing."""
    app = App(
        token="xoxb-1",  # noqa: S106 - no one's token
        client=WebClient("xoxb-1", base_url=slack.url),
        request_verification_enabled=False,
        token_verification_enabled=False,
    )

    @app.command("/noop")
    def noop(ack: Ack) -> None:
        ack()

    return app


class Journey:
    """A pair, the moved clock, and the time that each gesture's answer took, by kind, in seconds."""

    def __init__(self, app: App, noop: App, database: Database, slack: StandIn) -> None:
        self.app, self.noop, self.database, self.slack = app, noop, database, slack
        self.now = STARTS
        self.times: dict[str, list[float]] = defaultdict(list)
        self.stock: list[float] = []
        self.pairs = 0

    # --- payloads

    def common(self, user: str) -> Json:
        return {
            "team": {"id": TEAM, "domain": "bench"},
            "user": {"id": user, "team_id": TEAM, "username": user, "name": user},
            "api_app_id": "A1",
            "token": "t",
            "trigger_id": "1.2.3",
        }

    def command(self, kind: str, user: str, text: str) -> BoltResponse:
        payload = {
            "command": "/mentor",
            "text": text,
            "team_id": TEAM,
            "user_id": user,
            "user_name": user,
            "channel_id": "D1",
            "api_app_id": "A1",
            "token": "t",
            "trigger_id": "1.2.3",
            "response_url": f"{self.slack.url}response",
        }
        return self.measure(kind, payload)

    def press(self, kind: str, user: str, action: str, value: str) -> BoltResponse:
        payload = {
            **self.common(user),
            "type": "block_actions",
            "container": {"type": "message", "message_ts": "1.2", "channel_id": "D1"},
            "channel": {"id": "D1", "name": "directmessage"},
            "message": {"type": "message", "ts": "1.2", "text": "", "user": "UBOT"},
            "response_url": f"{self.slack.url}response",
            "actions": [
                {"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": "1.2"}
            ],
        }
        return self.measure(kind, payload)

    def submit(self, kind: str, user: str, values: Mapping[str, Json]) -> BoltResponse:
        drawn = self.slack.view
        view = {
            **drawn,
            "id": "V1",
            "team_id": TEAM,
            "hash": "1.a",
            "root_view_id": "V1",
            "app_installed_team_id": TEAM,
            "bot_id": "B1",
            "app_id": "A1",
            "state": {"values": {field: {field: entered} for field, entered in values.items()}},
        }
        return self.measure(
            kind, {**self.common(user), "type": "view_submission", "view": view, "response_urls": []}
        )

    def field(self, beginning: str) -> str:
        """Return the input of the last view whose name begins so."""
        return next(
            str(block["block_id"])
            for block in self.slack.view["blocks"]
            if block["block_id"].startswith(beginning)
        )

    def event(self, kind: str, user: str, event: Json) -> BoltResponse:
        payload = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A1",
            "token": "t",
            "event_id": f"Ev{self.pairs}{kind}",
            "event_time": 1,
            "event": {**event, "user": user},
            "authorizations": [{"team_id": TEAM, "user_id": "UBOT", "is_bot": True, "enterprise_id": None}],
        }
        return self.measure(kind, payload)

    def measure(self, kind: str, payload: Json) -> BoltResponse:
        noop: Json = {
            "command": "/noop",
            "text": "",
            "team_id": TEAM,
            "user_id": "U1",
            "channel_id": "D1",
            "token": "t",
        }
        began = perf_counter()
        self.noop.dispatch(BoltRequest(mode="socket_mode", body=noop))
        self.stock.append(perf_counter() - began)
        began = perf_counter()
        response = guard.dispatch(self.app, payload)
        self.times[kind].append(perf_counter() - began)
        if response.status != HTTPStatus.OK or "errors" in (response.body or ""):
            raise RuntimeError(f"{kind}: {response.status} {response.body}")
        if self.slack.told:
            raise RuntimeError(f"{kind}: {self.slack.told}")
        return response

    # --- the journey

    def agreement(self, person: PersonId) -> Agreement:
        with self.database.reading() as tx:
            return agreements.of(tx, person, now=self.now)[0]

    def known(self, tom: str, anna: str) -> PersonId:
        """Let both be known from today, as delivery keeps them; return the mentee."""
        with self.database.writing() as tx:
            for user, name, zone in (
                (tom, "Tom Reed", "Europe/London"),
                (anna, "Anna Bright", "America/New_York"),
            ):
                profile = Profile(name, zone, "en-GB", active=True, is_bot=False)
                person = people.learn(tx, team_id=TEAM, user_id=user, profile=profile, now=self.now).id
        return person

    def run(self) -> None:
        """One pair, from the invitation to an early end that is undone."""
        self.pairs += 1
        self.now = STARTS
        tom, anna = f"UT{self.pairs}", f"UA{self.pairs}"
        person = self.known(tom, anna)
        self.begin(tom, anna, person)
        session = self.first_session(tom, anna, person)
        self.rate(anna, session)
        self.look_back(tom, person, session)
        self.around(tom, anna, person)

    def begin(self, tom: str, anna: str, person: PersonId) -> None:
        self.event(
            "open Home", tom, {"type": "app_home_opened", "tab": "home", "channel": "D1", "event_ts": "1.2"}
        )
        self.command("start", tom, f"start <@{anna}|anna>")
        self.submit(
            "send an invitation",
            tom,
            {
                "who": {"type": "users_select", "selected_user": anna},
                "role": {"type": "radio_buttons", "selected_option": {"value": "mentor"}},
                "first_session": {"type": "datetimepicker", "selected_date_time": None},
                "place": {"type": "plain_text_input", "value": "Fleet Street"},
            },
        )
        agreement = self.agreement(person).id
        self.press("read", anna, Action.READ, agreement)
        self.submit("sign", anna, {"purpose": {"type": "plain_text_input", "value": TEXT}})
        self.press("read", tom, Action.READ, agreement)
        self.submit("sign", tom, {})

    def first_session(self, tom: str, anna: str, person: PersonId) -> str:
        agreement = self.agreement(person).id
        starts = self.now + SESSION
        self.press("open planning", tom, Action.PLAN, agreement)
        self.submit("plan", tom, _moment(starts))
        session = self.agreement(person).sessions[0].id
        self.press("open moving", anna, Action.MOVE, session)
        self.submit("move", anna, _moment(starts + timedelta(hours=1)))
        self.now = starts + timedelta(hours=3)
        self.known(tom, anna)
        self.press("open notes", tom, Action.NOTES, f"{agreement}/{session}")
        self.submit(
            "write notes",
            tom,
            {
                "session": {"type": "static_select", "selected_option": {"value": session}},
                self.field("text"): {"type": "plain_text_input", "value": TEXT},
            },
        )
        self.now += timedelta(days=5, hours=4)
        self.known(tom, anna)
        return session

    def rate(self, anna: str, session: str) -> None:
        self.press("rate", anna, f"{Action.RATE}_4", f"{session}/4")
        self.press("open words", anna, Action.WORDS, session)
        self.submit(
            "add words",
            anna,
            {
                "words": {"type": "plain_text_input", "value": TEXT},
                "share": {"type": "radio_buttons", "selected_option": {"value": "share"}},
            },
        )
        self.press("skip", anna, Action.SKIP, session)
        self.press("undo a skip", anna, Action.UNDO_SKIP, session)

    def look_back(self, tom: str, person: PersonId, session: str) -> None:
        agreement = self.agreement(person).id
        self.press("recap", tom, Action.RECAP, agreement)
        self.command("session", tom, "session")
        self.press("open planning", tom, Action.PLAN, agreement)
        self.submit("plan", tom, _moment(self.now + SESSION))
        ahead = next(s.id for s in self.agreement(person).sessions if s.id != session)
        self.press("open cancelling", tom, Action.CANCEL, ahead)
        self.submit("cancel", tom, {})
        self.press("undo a cancellation", tom, Action.UNDO_CANCEL, ahead)

    def around(self, tom: str, anna: str, person: PersonId) -> None:
        agreement = self.agreement(person).id
        self.command("/mentor alone", anna, "")
        self.command("agreement", anna, "agreement")
        self.command("feedback", anna, "feedback")
        self.command("help", anna, "help")
        self.command("privacy", anna, "privacy")
        self.event(
            "a word in the DM",
            tom,
            {
                "type": "message",
                "channel_type": "im",
                "channel": "D1",
                "text": "recap",
                "ts": "1.2",
                "event_ts": "1.2",
            },
        )
        self.press("open ending", anna, Action.END, agreement)
        self.submit("end", anna, {})
        self.press("undo an end", anna, Action.UNDO_CLOSE, agreement)


def _moment(starts: datetime) -> dict[str, Json]:
    return {
        "starts": {"type": "datetimepicker", "selected_date_time": int(starts.timestamp())},
        "place": {"type": "plain_text_input", "value": "Fleet Street"},
    }


@contextmanager
def journey() -> Iterator[Journey]:
    """Give a journey on a database of its own."""
    logging.disable(logging.WARNING)
    slack = StandIn()
    with (
        tempfile.TemporaryDirectory() as folder,
        opened(f"sqlite:///{folder}/mentor.db", keys_file=Path(folder) / "keys") as database,
    ):
        now: Callable[[], datetime] = lambda: made.now  # noqa: E731 - it names what is made below
        deps = Deps(database, now, operator=Operator("Ada Marsh"))
        client = gesture_client(slack.url, None)
        app = build(deps, tested(client), token="xoxb-1", client=client)  # noqa: S106 - no one's token
        made = Journey(app, stock(slack), database, slack)
        yield made


def main(rounds: int = 40) -> None:
    """Run ``rounds`` journeys after two to warm up, and print the medians."""
    with journey() as made:
        for number in range(rounds + 2):
            if number == 2:  # noqa: PLR2004 - the warm-up
                made.times.clear()
                made.stock.clear()
            made.run()
    noop = median(made.stock)
    table = Table("gesture", "median ms", "× stock no-op", "worst ms")
    for kind, times in sorted(made.times.items(), key=lambda item: median(item[1])):
        table.add_row(
            kind, f"{median(times) * 1e3:.2f}", f"{median(times) / noop:.2f}", f"{max(times) * 1e3:.1f}"
        )
    everything = [time for times in made.times.values() for time in times]
    table.add_section()
    table.add_row(
        "the whole journey",
        f"{median(everything) * 1e3:.2f}",
        f"{median(everything) / noop:.2f}",
        f"{max(everything) * 1e3:.1f}",
    )
    table.add_row("stock Bolt no-op", f"{noop * 1e3:.2f}", "1", f"{max(made.stock) * 1e3:.1f}")
    console = Console()
    console.print(
        f"{rounds} journeys, {len(everything)} gestures; Python {platform.python_version()}, {platform.machine()}"
    )
    console.print(table)


if __name__ == "__main__":
    main(*(int(given) for given in sys.argv[1:2]))
