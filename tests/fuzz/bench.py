"""The bench: a world in a database of its own, the bot before it, both ways in, and what must hold whatever comes in."""

import json
import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

from slack_bolt import App, BoltContext, BoltResponse
from slack_sdk.models.views import View
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web import SlackResponse

from bot.app import build
from bot.http_mode import Answering
from bot.link import Link
from handlers.answers import MOST_ACK_BYTES
from handlers.introduction import actor_of
from mentoring.agreement import Agreement
from playground.blockkit import check_view
from storage import agreements, people
from tests.bot.requests import FORM, JSON, SECRET, signed
from tests.fuzz.slack import PEOPLE, Client, Heard, Json, ephemeral_problems
from tests.fuzz.worlds import HIDDEN_FROM, WORLDS
from tests.handlers.company import introduced, opened
from tests.handlers.slack import StandIn, acked
from tests.handlers.stage import TEAM, Delivered, Pair, Stage
from tests.mentoring import always

_REFERENCE = re.compile(r"[Rr]eference [0-9a-f]{8}")
DELIVERED_EVERY = 25
"""Gestures that saved something, after which everything that is due is drawn."""
OF_AGREEMENTS = ("agreements", "versions", "sessions", "ratings")
"""The tables that an agreement is read from."""
LAST_FRAMES = 5
"""Lines of a traceback that are kept."""

Kind = Literal["slash_commands", "interactive", "events_api"]
Way = Literal["websocket", "http"]


@dataclass
class Outcome:
    """What came of one payload."""

    answer: Any = None
    views: list[Json] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    reached: bool = False
    """A handler was asked."""
    saved: bool = False


class _Errors(logging.Handler):
    """Keeps what was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("slack_sdk"):
            return  # it says what it could not do, which is then ours to answer for
        first, *frames = record.getMessage().rstrip().splitlines()
        told = "\n    ".join([f"{record.name}: {_REFERENCE.sub('', first)}", *frames[-LAST_FRAMES:]])
        if record.exc_info and record.exc_info[1] is not None:
            told += f" ({type(record.exc_info[1]).__name__}: {record.exc_info[1]})"
        self.lines.append(told)


class _Answers(BaseSocketModeClient):
    """A websocket that only remembers what was answered."""

    def __init__(self) -> None:
        self.sent: list[Json] = []
        self.logger = logging.getLogger(__name__)

    def send_message(self, message: str) -> None:
        self.sent.append(json.loads(message))


class Bench:
    """One world, and the bot that serves it."""

    def __init__(self, pair: Pair, file: Path, slack: StandIn) -> None:
        self._pair, self._slack = pair, slack
        self.response_url = f"{slack.url}/response"
        self._heard = Heard()
        self._reached = False
        self._app = self._built()
        self._link = Link(self._app, Client(self._heard, "xapp-1"), "ws://127.0.0.1:1/")
        self._answering = Answering(self._app, SECRET)
        self._errors = _Errors()
        self._live = sqlite3.connect(file, isolation_level=None)
        self._live.execute("PRAGMA synchronous=OFF")
        self._kept = sqlite3.connect(":memory:")
        self._live.backup(self._kept)
        self._version = self._data_version()
        stage = pair.stage
        self._shown = {who: list(got) for who, got in stage.inbox.items()}, dict(stage.homes)
        self._changed = False
        self._saves = 0
        self._sound: list[list[Any]] = []
        self._theirs: set[str] = set()
        """Secrets that have stood in what somebody sent who may not know them, and who may have kept them since."""

    @property
    def now(self) -> datetime:
        return self._pair.stage.now

    @property
    def inbox(self) -> dict[str, list[Delivered]]:
        return self._pair.stage.inbox

    @property
    def homes(self) -> dict[str, View]:
        return self._pair.stage.homes

    def _built(self) -> App:
        client = Client(self._heard)
        told = {"ok": True, "url": "", "team_id": TEAM, "user_id": "UBOT", "bot_id": "B1"}
        tested = SlackResponse(
            client=client, http_verb="POST", api_url="", req_args={}, data=told, headers={}, status_code=200
        )
        app = build(self._pair.stage.deps, tested, token="xoxb-1", client=client)

        @app.middleware
        def speak_to_us(context: BoltContext, next_: Any) -> BoltResponse | None:
            context["client"] = client
            self._reached = True
            answer: BoltResponse | None = next_()
            return answer

        return app

    def close(self) -> None:
        self._link.close()
        self._live.close()
        self._kept.close()

    def restore(self) -> None:
        """Have the world as it was in the beginning."""
        if self._changed:
            self._kept.backup(self._live)
            self._version = self._data_version()
            stage = self._pair.stage
            stage.inbox = {who: list(got) for who, got in self._shown[0].items()}
            stage.homes = dict(self._shown[1])
            self._changed = False
            self._theirs.clear()

    def _data_version(self) -> int:
        """Return what changes when another connection has committed (sqlite.org/pragma.html#pragma_data_version)."""
        version: int = self._live.execute("PRAGMA data_version").fetchone()[0]
        return version

    # --- one payload

    def send(self, kind: Kind, body: Any, way: Way = "websocket", *, fails: str | None = None) -> Outcome:
        """Send a payload as Slack would, and say what came of it."""
        text = json.dumps(body)
        if way == "websocket":
            outcome = self.send_frame(kind, text, fails=fails)
        elif kind != "slash_commands":
            outcome = self.send_text(kind, text, fails=fails)
        else:
            fields = {
                key: value if isinstance(value, str) else json.dumps(value) for key, value in body.items()
            }
            outcome = self.send_request(kind, urlencode(fields, errors="replace").encode(), FORM, fails=fails)
        if outcome.reached:
            outcome.problems += self._betrayed(str(actor_of(body).user_id), text, outcome)
        return outcome

    def _betrayed(self, user_id: str, sent: str, outcome: Outcome) -> list[str]:
        """Return which secrets somebody was shown who may not know them."""
        hidden = HIDDEN_FROM.get(user_id, HIDDEN_FROM["UNEW"])
        self._theirs |= {secret for secret in hidden if secret in sent}
        calls = [asked for _, asked in (*self._heard.calls, *self._slack.calls)]
        shown = json.dumps([outcome.answer, calls])
        return [f"{user_id} was shown {one}" for one in hidden if one in shown and one not in self._theirs]

    def send_text(self, kind: Kind, text: str, *, fails: str | None = None) -> Outcome:
        """Send what is to be JSON over HTTP: an event as it is, the rest in a form."""
        if kind == "events_api":
            return self.send_request(kind, text.encode(), JSON, fails=fails)
        return self.send_request(kind, urlencode({"payload": text}).encode(), FORM, fails=fails)

    def send_frame(self, kind: Kind, text: str, *, fails: str | None = None) -> Outcome:
        """Send what is to be a payload by the websocket."""
        with self._watched(fails) as outcome:
            message = f'{{"envelope_id": "e1", "type": "{kind}", "payload": {text}}}'
            try:
                request = SocketModeRequest.from_dict(json.loads(message))
            except (TypeError, ValueError, RecursionError):
                return outcome  # slack_sdk itself goes no further
            answers = _Answers()
            assert request is not None
            self._link.handle(answers, request)
            if not answers.sent:
                outcome.problems.append("no ack")
            else:
                outcome.answer = answers.sent[0].get("payload", "")
            outcome.problems += _ack_problems(kind, outcome.answer)
        return outcome

    def send_request(
        self, kind: Kind, body: bytes, content_type: str, *, fails: str | None = None
    ) -> Outcome:
        """Send what is to be a payload over HTTP, signed."""
        with self._watched(fails) as outcome:
            answer = self._answering(signed(body, content_type), body)
            if answer.status != 200:
                if answer.status != 401 or _is_text(body):
                    outcome.problems.append(f"status {answer.status}")
                return outcome
            outcome.answer = acked(answer) if answer.body else ""
            outcome.problems += _ack_problems(kind, outcome.answer)
        return outcome

    @contextmanager
    def _watched(self, fails: str | None) -> Iterator[Outcome]:
        outcome = Outcome()
        self._heard.clear()
        self._heard.fails = fails
        self._slack.calls.clear()
        self._errors.lines.clear()
        self._reached = False
        logging.getLogger().addHandler(self._errors)
        try:
            yield outcome
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            outcome.problems.append(f"raised {type(error).__name__}: {error}")
        finally:
            logging.getLogger().removeHandler(self._errors)
        outcome.reached = self._reached
        outcome.views = self._heard.views
        outcome.problems += self._errors.lines + self._heard.wrong
        for _, asked in self._slack.calls:
            outcome.problems += [f"response_url: {one}" for one in ephemeral_problems(asked)]
        if len(self._heard.calls) + len(self._slack.calls) > (2 if self._heard.refused else 1):
            outcome.problems.append(
                f"{len(self._heard.calls)} calls, {len(self._slack.calls)} answers by address"
            )
        version = self._data_version()
        if version != self._version:
            self._version, self._changed, outcome.saved = version, True, True
            outcome.problems += self._broken()

    def _broken(self) -> list[str]:
        """Return what doesn't hold of what is saved."""
        try:
            rows = [self._live.execute(f"SELECT * FROM {table}").fetchall() for table in OF_AGREEMENTS]  # noqa: S608 - names of our own tables
            if rows != self._sound:
                for agreement in self._agreements():
                    always.check(agreement, self.now)
                self._sound = rows
            self._saves += 1
            if self._saves % DELIVERED_EVERY == 0:
                self._pair.stage.deliver()
                self._version = self._data_version()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            return [f"saved what breaks: {type(error).__name__}: {error}"]
        return []

    def _agreements(self) -> list[Agreement]:
        found = {}
        with self._pair.stage.database.reading() as tx:
            for user in PEOPLE:
                person = people.by_account(tx, TEAM, user)
                for agreement in [] if person is None else agreements.of(tx, person.id, now=self.now):
                    found[agreement.id] = agreement
        return list(found.values())


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _ack_problems(kind: Kind, answer: Any) -> list[str]:
    """Return what Slack would have against an ack."""
    if answer in ("", {}):
        return []
    if len(json.dumps(answer)) > MOST_ACK_BYTES:
        return [f"an ack of {len(json.dumps(answer))} bytes"]
    match answer:
        case {"response_action": "errors", "errors": dict(errors)} if errors and kind == "interactive":
            return [f"error at {at!r}: {said!r}" for at, said in errors.items() if not (at and said)]
        case {"response_action": "update" | "push", "view": dict(view)} if kind == "interactive":
            return [f"ack: {problem}" for problem in check_view(view)]
        case {"response_type": "ephemeral"} if kind == "slash_commands":
            return [f"ack: {problem}" for problem in ephemeral_problems(answer)]
        case _:
            return [f"no ack that Slack knows: {json.dumps(answer)[:200]}"]


@contextmanager
def bench(world: str, empty: Path, folder: Path, slack: StandIn) -> Iterator[Bench]:
    """Give the bench of a world."""
    file = folder / "mentor.db"
    with opened(empty, file) as database:
        pair = introduced(Stage(database))
        WORLDS[world](pair)
        # Slack has just been asked about everybody, so that not every gesture sees to that.
        introduced(pair.stage)
        pair.stage.deliver()
        found = Bench(pair, file, slack)
        try:
            yield found
        finally:
            found.close()
