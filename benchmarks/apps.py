"""What benchmarks give payloads to: the bot's own app, and Bolt's as its own page makes it; and an empty database."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.app import build, gesture_client, take_short_turns
from handlers.course import Course, Outcome
from handlers.deps import Deps
from mentoring.operator import Operator
from storage.database import Database
from storage.opening import opened

TEAM = "T1"

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
    """Return the bot's own app, with the scope that lets it send files, and let threads take turns as they do in the bot."""
    take_short_turns()
    client = gesture_client(slack_url, None)
    deps = Deps(database, now, operator=Operator("Ada Marsh"), takes_files=lambda _: True)
    return build(deps, tested(client), token="xoxb-1", client=client)  # noqa: S106 - no one's token


def must_be_answered(course: Course) -> None:
    """Hear how a gesture went.

    Raises:
        RuntimeError: it was refused, or went wrong, so that its time is not the one that was to be measured.
    """
    if course.outcome is not Outcome.ANSWERED:
        raise RuntimeError(f"{course.handler}: {course.outcome}")


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
