"""A whole journey of a pair as payloads of Slack's: the gestures that benchmarks time, and the bot that they are given to."""

import logging
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from time import perf_counter
from typing import Any

from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from benchmarks.standin import StandIn
from bot.app import build, gesture_client
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


NOOP: Json = {
    "command": "/noop",
    "text": "",
    "team_id": TEAM,
    "user_id": "U1",
    "channel_id": "D1",
    "token": "t",
}


def stock(slack_url: str, *, process_before_response: bool = False) -> App:
    """Return an app as Bolt's own page makes it, whose one command, ``NOOP``, does nothing."""
    app = App(
        token="xoxb-1",  # noqa: S106 - no one's token
        client=WebClient("xoxb-1", base_url=slack_url),
        request_verification_enabled=False,
        token_verification_enabled=False,
        process_before_response=process_before_response,
    )

    @app.command("/noop")
    def noop(ack: Ack) -> None:
        ack()

    return app


def mentor(database: Database, now: Callable[[], datetime], slack_url: str) -> App:
    """Return the bot's own app."""
    client = gesture_client(slack_url, None)
    deps = Deps(database, now, operator=Operator("Ada Marsh"))
    return build(deps, tested(client), token="xoxb-1", client=client)  # noqa: S106 - no one's token


@contextmanager
def quiet() -> Iterator[None]:
    """Let nothing be logged meanwhile: it would be among the figures, and cost time."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def empty() -> Iterator[Database]:
    """Give an empty SQLite database, and quiet."""
    with (
        quiet(),
        tempfile.TemporaryDirectory() as folder,
        opened(f"sqlite:///{folder}/mentor.db", keys_file=Path(folder) / "keys") as database,
    ):
        yield database


class Journey:
    """Pair after pair, the moved clock, and the time that each gesture's answer took, by kind, in seconds.

    Args:
        name: letters and digits that tell it from those beside it.
        answer: gives a payload to the bot.
        database: the bot's.
        slack: what the bot takes for Slack.
        beside: what is called before each gesture, so that it meets the same machine.
    """

    def __init__(
        self,
        name: str,
        answer: Callable[[Json], BoltResponse],
        database: Database,
        slack: StandIn,
        beside: Callable[[], None] = lambda: None,
    ) -> None:
        self.name, self.answer, self.database, self.slack, self.beside = name, answer, database, slack, beside
        self.now = STARTS
        self.times: dict[str, list[float]] = defaultdict(list)
        self.pairs = 0

    # --- payloads

    def common(self, user: str) -> Json:
        return {
            "team": {"id": TEAM, "domain": "bench"},
            "user": {"id": user, "team_id": TEAM, "username": user, "name": user},
            "api_app_id": "A1",
            "token": "t",
            "trigger_id": f"1.2.{self.name}",
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
            "trigger_id": f"1.2.{self.name}",
            "response_url": f"{self.slack.url}response/{self.name}",
        }
        return self.measure(kind, payload)

    def press(self, kind: str, user: str, action: str, value: str) -> BoltResponse:
        payload = {
            **self.common(user),
            "type": "block_actions",
            "container": {"type": "message", "message_ts": "1.2", "channel_id": "D1"},
            "channel": {"id": "D1", "name": "directmessage"},
            "message": {"type": "message", "ts": "1.2", "text": "", "user": "UBOT"},
            "response_url": f"{self.slack.url}response/{self.name}",
            "actions": [
                {"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": "1.2"}
            ],
        }
        return self.measure(kind, payload)

    def submit(self, kind: str, user: str, values: Mapping[str, Json]) -> BoltResponse:
        drawn = self.slack.views[self.name]
        view = {
            **drawn,
            "id": f"V{self.name}",
            "team_id": TEAM,
            "hash": "1.a",
            "root_view_id": f"V{self.name}",
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
            for block in self.slack.views[self.name]["blocks"]
            if block["block_id"].startswith(beginning)
        )

    def event(self, kind: str, user: str, event: Json) -> BoltResponse:
        payload = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A1",
            "token": "t",
            "event_id": f"Ev{self.name}x{self.pairs}x{kind.replace(' ', '')}",
            "event_time": 1,
            "event": {**event, "user": user},
            "authorizations": [{"team_id": TEAM, "user_id": "UBOT", "is_bot": True, "enterprise_id": None}],
        }
        return self.measure(kind, payload)

    def measure(self, kind: str, payload: Json) -> BoltResponse:
        self.beside()
        began = perf_counter()
        response = self.answer(payload)
        self.times[kind].append(perf_counter() - began)
        if response.status != HTTPStatus.OK or "errors" in (response.body or ""):
            raise RuntimeError(f"{kind}: {response.status} {response.body}")
        if told := self.slack.told.pop(self.name, ""):
            raise RuntimeError(f"{kind}: {told}")
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
        tom, anna = (f"U{role}{self.name}x{self.pairs}" for role in "TA")
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
        self.submit("plan", tom, moment(starts))
        session = self.agreement(person).sessions[0].id
        self.press("open moving", anna, Action.MOVE, session)
        self.submit("move", anna, moment(starts + timedelta(hours=1)))
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
        self.submit("plan", tom, moment(self.now + SESSION))
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


def moment(starts: datetime) -> dict[str, Json]:
    """Return what is entered for a session that starts then."""
    return {
        "starts": {"type": "datetimepicker", "selected_date_time": int(starts.timestamp())},
        "place": {"type": "plain_text_input", "value": "Fleet Street"},
    }
