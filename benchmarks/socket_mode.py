"""How many gestures a second come through a real websocket, beside a no-op on the same runner.

``python -m benchmarks.socket_mode [quick]``: two bots, each a process of its own with slack_sdk's own Socket Mode client, take
envelopes from a server in this process that sends the next one to each of ten people as soon as the last is acknowledged. One bot
is ours and lives whole journeys, commits included; the other's handler does nothing. They take turns.
"""

import json
import multiprocessing
import threading
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_sdk import WebClient
from slack_sdk.socket_mode.request import SocketModeRequest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from benchmarks.apps import NOOP, Json, empty, mentor, stock
from benchmarks.figures import Figure, Section, ms, percentile, show
from benchmarks.gestures import together
from benchmarks.journey import Journey
from benchmarks.standin import StandIn
from bot.link import Link
from storage.database import Database
from storage.keys import given
from storage.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = 10
"""As many as slack_sdk's client takes at once."""
REACH = 0.05
PATIENCE = 30.0
SPAWN = multiprocessing.get_context("spawn")


class Slack:
    """A Socket Mode server for one bot: sends an envelope, and returns what it is acknowledged with."""

    def __init__(self) -> None:
        self._numbers = count()
        self._waiting: dict[str, Callable[[Json], None]] = {}
        self._here = threading.Event()
        self._server = serve(self._meet, "127.0.0.1", 0)
        self.url = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait(self) -> None:
        """Wait until the bot is there."""
        if not self._here.wait(PATIENCE):
            raise TimeoutError("the bot doesn't come")

    def send(self, kind: str, payload: Json) -> BoltResponse:
        """Send a payload, and wait until it is acknowledged."""
        name, acked, answers = f"e{next(self._numbers)}", threading.Event(), []

        def hear(answer: Json) -> None:
            answers.append(answer)
            acked.set()

        self._waiting[name] = hear
        self._bot.send(
            json.dumps(
                {
                    "type": kind,
                    "envelope_id": name,
                    "accepts_response_payload": kind != "events_api",
                    "payload": payload,
                }
            )
        )
        if not acked.wait(PATIENCE):
            raise TimeoutError("an envelope was not acknowledged")
        return BoltResponse(status=200, body=json.dumps(answers[0].get("payload", {})))

    def _meet(self, bot: ServerConnection) -> None:
        self._bot = bot
        bot.send(json.dumps({"type": "hello", "num_connections": 1}))
        self._here.set()
        try:
            for message in bot:
                answer = json.loads(message)
                self._waiting.pop(answer["envelope_id"])(answer)
        except ConnectionClosed:
            return

    def close(self) -> None:
        """End."""
        self._server.shutdown()


class Dated(Link):
    """A link whose clock stands where each envelope says, for every pair lives its own weeks."""

    clock = threading.local()

    def _answer(self, request: SocketModeRequest) -> BoltResponse:
        self.clock.now = datetime.fromisoformat(request.payload.pop("its_now"))
        return super()._answer(request)


def ours(told: Connection, url: str, keys: str, web_api: str, websocket: str) -> None:
    """Be the bot, in a process of its own, until told to end."""
    database = Database(url, Vault(given(None, Path(keys))))
    app = mentor(database, lambda: Dated.clock.now, web_api)
    link = Dated(app, WebClient("xapp-1", base_url=web_api), websocket)
    link.open()
    told.recv()
    link.close()


def theirs(told: Connection, web_api: str, websocket: str) -> None:
    """Be a bot whose one command does nothing, on the same runner."""
    link = Link(
        stock(web_api, process_before_response=True), WebClient("xapp-1", base_url=web_api), websocket
    )
    link.open()
    told.recv()
    link.close()


@contextmanager
def running(bot: Callable[..., None], *given: object) -> "Iterator[Slack]":
    """Run a bot, and give the Slack that it is connected to."""
    slack = Slack()
    here, there = SPAWN.Pipe()
    process = SPAWN.Process(target=bot, args=(there, *given, slack.url), daemon=True)
    process.start()
    try:
        slack.wait()
        yield slack
        here.send("end")
        process.join(PATIENCE)
    finally:
        process.kill()
        slack.close()


def kind_of(payload: Json) -> str:
    """Return the type of the envelope that a payload comes in."""
    match payload.get("type"):
        case None:
            return "slash_commands"
        case "event_callback":
            return "events_api"
        case _:
            return "interactive"


def measure(quick: bool = False) -> Section:
    """Let both take turns."""
    turns = 1 if quick else 5
    rates: dict[str, list[float]] = {"ours": [], "noop": []}
    times: list[float] = []
    web_api = StandIn()
    with ExitStack() as stack:
        database = stack.enter_context(empty())
        folder = (database.file or Path()).parent
        files = f"sqlite:///{database.file}", str(folder / "keys")
        bot = stack.enter_context(running(ours, *files, web_api.url))
        noop = stack.enter_context(running(theirs, web_api.url))
        journeys = [_journey(f"s{n}", bot, database, web_api) for n in range(AT_ONCE)]
        for turn in range(turns + 1):
            rate = _rate([partial(_nothing, noop, 50 if quick else 300) for _ in range(AT_ONCE)])
            for journey in journeys:
                journey.times.clear()
            began = perf_counter()
            together([journey.run for journey in journeys])
            took = perf_counter() - began
            found = [time for journey in journeys for each in journey.times.values() for time in each]
            # The first turn warms up.
            if turn or quick:
                rates["noop"].append(rate)
                rates["ours"].append(len(found) / took)
                times += found
    return _section(rates, times, turns)


def _journey(name: str, slack: Slack, database: Database, web_api: StandIn) -> Journey:
    def answer(payload: Json) -> BoltResponse:
        return slack.send(kind_of(payload), {**payload, "its_now": journey.now.isoformat()})

    journey = Journey(name, answer, database, web_api)
    return journey


def _nothing(slack: Slack, times: int) -> int:
    for _ in range(times):
        slack.send("slash_commands", NOOP)
    return times


def _rate(works: list[Callable[[], Any]]) -> float:
    done: list[int] = []
    began = perf_counter()
    together([lambda work=work: done.append(work()) for work in works])  # type: ignore[misc]  # a default of a lambda has no type
    return sum(done) / (perf_counter() - began)


def _section(rates: dict[str, list[float]], times: list[float], turns: int) -> Section:
    mine, noop = (sorted(rates[name])[len(rates[name]) // 2] for name in ("ours", "noop"))
    ratio = mine / noop
    how = (
        f"{turns} turns each, {AT_ONCE} people at a time, through slack_sdk's own Socket Mode client in a process of its own; "
        "what sends envelopes, lives the journeys and answers the bot's calls shares the other core."
    )
    return Section(
        "Gestures over a real websocket",
        how,
        [
            Figure("no-op", f"{noop:.0f} a second"),
            Figure(
                "whole journeys, with commits",
                f"{mine:.0f} a second, {ratio:.2f} ×",
                "the no-op on the same runner",
                f"at least {REACH:g} ×",
                ratio >= REACH,
            ),
            Figure("a gesture, sent to acknowledged", f"{ms(sorted(times)[len(times) // 2])} median"),
            Figure("the same, 99 of 100 within", ms(percentile(times, 99))),
        ],
    )


if __name__ == "__main__":
    show(measure)
