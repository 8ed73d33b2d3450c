"""The playground as a thing to start and stop: a server on 127.0.0.1, in a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

from playground.clock import Clock
from playground.hands import Hands
from playground.http_server import HttpServer
from playground.manifest import read_app
from playground.misbehaviour import Misbehaviour
from playground.routes import Routes
from playground.slack import Limits, Slack
from playground.socket_mode import DisconnectReason
from playground.state_file import StateFile
from playground.workspace import DEFAULT_PEOPLE, Hear, Person, Workspace, new_state

ADDRESS = "127.0.0.1"
PATIENCE = 30.0

T = TypeVar("T")


class Playground:
    """A strict Slack workspace on this machine, for one app.

    Args:
        manifest: the app's manifest, parsed.
        port: the TCP port on 127.0.0.1; 0 takes a free one.
        people: who is in a new workspace.
        state_file: where the workspace is kept, so that a restart shows the same; None keeps nothing.
        starts: what a new workspace's clock shows at first; None is now.
        rates: whether calls beyond Slack's rates get 429; tests that must go faster switch it off.
        ack_seconds: how long an app has to ack, in real seconds; Slack's are three.
        trigger_seconds: how long a trigger id lives, in real seconds; Slack's three.
        settle_seconds: how long an app may take to become idle, in real seconds, before a move fails.

    Raises:
        ValueError: the manifest does not turn Socket Mode on, the only way to reach an app here, or (at the
            start) the state file holds no workspace.
        OSError: the port is taken.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any],
        port: int = 0,
        people: Sequence[Person] = DEFAULT_PEOPLE,
        state_file: Path | None = None,
        *,
        starts: datetime | None = None,
        rates: bool = True,
        ack_seconds: float = 3.0,
        trigger_seconds: float = 3.0,
        settle_seconds: float = 20.0,
    ) -> None:
        self._app = read_app(manifest)
        if not self._app.socket_mode:
            raise ValueError("The manifest does not turn Socket Mode on (settings.socket_mode_enabled).")
        self._port = port
        self._people = people
        self._file = StateFile(state_file) if state_file else None
        self._starts = starts
        self._rates = rates
        self._limits = Limits(ack_seconds, trigger_seconds, settle_seconds)
        self._thread = threading.Thread(target=self._run, name="playground", daemon=True)
        self._ready: Future[None] = Future()
        self._loop: asyncio.AbstractEventLoop
        self._slack: Slack

    def start(self) -> Self:
        """Listen, and return once the address answers."""
        self._socket = socket.create_server((ADDRESS, self._port))
        self.url = f"http://{ADDRESS}:{self._socket.getsockname()[1]}"
        self.api_url = f"{self.url}/api/"
        self._thread.start()
        try:
            self._ready.result(PATIENCE)
        except BaseException:
            self._socket.close()
            raise
        return self

    def stop(self) -> None:
        """Close every connection and the port; the state file is written."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(PATIENCE)
        self._socket.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        try:
            self._slack = self._made()
        except Exception as error:  # noqa: BLE001 -- whatever it is, start() raises it where it is heard
            self._ready.set_exception(error)
            return
        server = HttpServer(Routes(self._slack).application(), self._stopping)
        serving = asyncio.create_task(server.serve(sockets=[self._socket]))
        watching = asyncio.create_task(self._slack.time.watch())
        self._ready.set_result(None)
        await self._stopping.wait()
        watching.cancel()
        await self._slack.stop()
        await asyncio.gather(serving, watching, return_exceptions=True)
        if self._file:
            self._file.write(self._slack.workspace.state)

    def _made(self) -> Slack:
        state = self._file.read() if self._file else None
        if state is None:
            clock = Clock.starting_at(self._starts) if self._starts else Clock()
            state = new_state(self._app, self._people)
            state.offset = clock.offset
        clock = Clock(state.offset)
        slack = Slack(self._app, state, clock, self.url, rates=self._rates, limits=self._limits)
        if self._file:
            file = self._file
            slack.workspace.on_change = lambda: file.write_soon(slack.workspace.state)
        return slack

    @property
    def bot_token(self) -> str:
        """The app's bot token (``xoxb-…``)."""
        return self._slack.workspace.state.bot_token

    @property
    def app_token(self) -> str:
        """The app-level token with ``connections:write`` (``xapp-…``)."""
        return self._slack.workspace.state.app_token

    @property
    def clock(self) -> Clock:
        """The workspace's clock."""
        return self._slack.workspace.clock

    def run(self, work: Coroutine[Any, Any, T], seconds: float | None = PATIENCE) -> T:
        """Run ``work`` on the server's loop and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def look(self, at: Callable[[], T]) -> T:
        """Call ``at`` on the server's loop, where the state may be read, and return its result."""

        async def looked() -> T:
            return at()

        return self.run(looked())

    def wait_until(self, true: Callable[[Slack], bool], seconds: float = PATIENCE) -> bool:
        """Wait until ``true``, looked at on the server's loop at each change, at most ``seconds``; return it."""
        slack = self._slack
        return self.run(slack.workspace.change.until(lambda: true(slack), seconds), seconds=None)

    def hands(self, person: str) -> Hands:
        """Return the hands and eyes of a person, named by id or handle.

        Raises:
            LookupError: there is nobody of that name.
        """
        people = self._slack.workspace.state.people.values()
        for one in people:
            if person in (one.id, one.name):
                return Hands(self._slack, one.id, self)
        raise LookupError(f"There is nobody called {person!r}; there are {[one.name for one in people]}.")

    def wait_for_app(self, seconds: float = PATIENCE) -> None:
        """Wait until the app's websocket is open.

        Raises:
            TimeoutError: it was not within ``seconds``.
        """
        self.run(self._slack.connections.wait_for(any_open=True, seconds=seconds), seconds=None)

    def wait_for_no_app(self, seconds: float = PATIENCE) -> None:
        """Wait until no websocket is open, so that the playground has noticed that an app is gone.

        Raises:
            TimeoutError: one was still open after ``seconds``.
        """
        self.run(self._slack.connections.wait_for(any_open=False, seconds=seconds), seconds=None)

    def wait_for_clock(self, seconds: float = PATIENCE) -> None:
        """Wait until the app has taken the clock over and is idle; only then do moves step through its due times.

        Raises:
            TimeoutError: it had not within ``seconds``.
        """
        self.run(self._slack.time.wait_for_report(seconds), seconds=None)

    @property
    def misbehave(self) -> Misbehaviour:
        """What can be asked to go wrong with calls and envelopes."""
        return self._slack.misbehaviour

    @property
    def workspace(self) -> Workspace:
        """The state itself, to be read and changed within ``look`` alone."""
        return self._slack.workspace

    def overhear(self, hear: Hear) -> None:
        """Call ``hear``, on the server's loop, with all that the app says from now on.

        That is each Web API call that was done, each payload that came with an ack, each use of a ``response_url``.
        """
        self.look(lambda: setattr(self.workspace, "overheard", hear))

    def disconnect(self, reason: DisconnectReason | None = None) -> None:
        """Close the app's websockets, announced with ``reason`` or without a word."""
        self.run(self._slack.connections.disconnect(reason))

    def fall_silent(self) -> None:
        """Neither ping nor answer pings any more on the app's websockets, open as they are; those opened later do."""
        self.run(self._slack.connections.fall_silent())

    def deactivate(self, person: str) -> None:
        """Deactivate the account of a person, named by id or handle."""
        self.run(self._slack.deactivate(self.hands(person).id))

    def reactivate(self, person: str) -> None:
        """Give the account back."""
        self.run(self._slack.reactivate(self.hands(person).id))

    def revoke_token(self, error: str = "account_inactive") -> None:
        """Make every call with the bot token fail with ``error`` (methods/auth.test, "Errors")."""
        self.run(self._slack.revoke_token(error))

    def restore_token(self) -> None:
        """Let the bot token work again."""
        self.run(self._slack.restore_token())

    def withhold_scope(self, scope: str) -> None:
        """Let the app go without an optional scope: what needs it answers ``missing_scope``.

        Raises:
            ValueError: it is not among the manifest's ``bot_optional``.
        """
        self.run(self._slack.withhold_scope(scope))

    def grant_scope(self, scope: str) -> None:
        """Give an optional scope back."""
        self.run(self._slack.grant_scope(scope))

    def move(self, by: timedelta) -> None:
        """Let time pass, stopping wherever something is due."""
        self.run(self._slack.time.move(by.total_seconds()), seconds=None)

    def move_to(self, instant: datetime) -> None:
        """Let time pass until ``instant`` (aware)."""
        self.run(self._slack.time.move_to(instant.timestamp()), seconds=None)

    def put_app_ahead(self, by: timedelta) -> None:
        """Let the app's clock be wrong by so much from now on, negative for slow; zero puts it right. Slack's own goes on."""
        self.run(self._slack.time.put_app_ahead(by.total_seconds()), seconds=None)

    def to_next_due(self) -> bool:
        """Move to the next thing due; return False if nothing is."""
        return self.run(self._slack.time.to_next_due())

    def wait_for_file(self) -> None:
        """Wait until the state file holds what has happened so far."""
        if self._file:
            self.run(self._file.written())

    def settle(self) -> None:
        """Wait until the app has nothing left to do now."""
        self.run(self._slack.time.settle())
