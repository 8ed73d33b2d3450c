"""Moving the clock so that an hour is what an hour would have been.

The app's side of it: it polls the offset, takes it over, and says when it is idle and what is next due.
"""

import asyncio

from playground.events import Events
from playground.scheduled import Scheduled
from playground.signals import Signal
from playground.socket_mode import Connections
from playground.workspace import Json, Workspace

POLL_SECONDS = 20.0
NEVER = float("-inf")
GONE_SECONDS = 3.0  # an app without websocket that has not asked for so long is taken for gone
MOST_STEPS_AT_ONE_INSTANT = 20
LATEST = 4_102_444_800.0  # 2100-01-01 UTC: no calendar, here or in the app, is asked for more


class StuckError(Exception):
    """The clock could not be moved: the app did not become idle in time, or there is no such time."""


class PassingTime:
    """The clock protocol with the app, and the steps in which time passes."""

    def __init__(
        self,
        workspace: Workspace,
        connections: Connections,
        events: Events,
        scheduled: Scheduled,
        patience: float,
    ) -> None:
        self._workspace = workspace
        self._connections = connections
        self._events = events
        self._scheduled = scheduled
        self._patience = patience
        self._asked = Signal()
        self._answered = Signal()
        self._moving = asyncio.Lock()
        self._polls = 0
        self._heard = NEVER
        self._idle_at = 0
        self._behind = 0
        self.revision = 1
        self.next_due: float | None = None
        self.app_is_ahead = 0.0

    @property
    def bot_connected(self) -> bool:
        """Whether an app takes its time from this clock: it has asked, and its websocket is open or it asked lately."""
        silent = self._workspace.clock.monotonic() - self._heard
        return (
            self._polls > 0 or silent < GONE_SECONDS or (self._heard > NEVER and self._connections.count > 0)
        )

    def shown(self) -> Json:
        """Return the clock as the page shows it."""
        clock = self._workspace.clock
        return {
            "now": clock.time(),
            "offset": clock.offset,
            "next_due": self._due(),
            "bot_connected": self._connections.count > 0,
            "moving": self._moving.locked(),
        }

    async def poll(self, seen: int, gone: asyncio.Task[None]) -> Json:
        """Answer the app once the revision is not ``seen``, at the latest after 20 seconds.

        Whoever is told of a new one has taken it over once they ask again: there may be several processes of an app.
        """
        self._polls += 1
        self._behind = max(0, self._behind - 1)
        self._answered.send()
        try:
            news = self._asked.until(lambda: self.revision != seen, POLL_SECONDS)
            asked = asyncio.ensure_future(news)
            await asyncio.wait({asked, gone}, return_when=asyncio.FIRST_COMPLETED)
            asked.cancel()
        finally:
            self._polls -= 1
            self._heard = NEVER if gone.done() else self._workspace.clock.monotonic()
            self._behind += self.revision != seen and not gone.done()
            self._answered.send()  # an app that has gone answers no more
        return {"revision": self.revision, "offset": self._workspace.clock.offset + self.app_is_ahead}

    async def put_app_ahead(self, seconds: float) -> None:
        """Let the app's clock show another time than the workspace's: so much later, or earlier if negative; settle then."""
        self.app_is_ahead = seconds
        self.next_due = None  # as of the wrong time; the app says it anew
        await self.settle()

    def report(self, revision: int, next_due: float | None, *, idle: bool) -> None:
        """Hear that the app runs on the offset of ``revision``, whether it is idle, and what is next due, by its own clock."""
        self._heard = self._workspace.clock.monotonic()
        if next_due is not None:
            next_due -= self.app_is_ahead
        if idle:
            self._idle_at = max(self._idle_at, revision)
        if next_due != self.next_due:
            self.next_due = next_due
            self._workspace.changed()
        self._answered.send()

    async def wait_for_report(self, seconds: float) -> None:
        """Wait until the app has said that it is idle on the present clock.

        Raises:
            TimeoutError: it has not within ``seconds``.
        """
        async with asyncio.timeout(seconds):
            await self._answered.until(lambda: self.bot_connected and self._idle_at >= self.revision)

    async def settle(self) -> None:
        """Wait until every envelope is acked and the app has nothing left to do now.

        Raises:
            StuckError: that did not come within the time-out.
        """
        try:
            async with asyncio.timeout(self._patience):
                await self._settle()
        except TimeoutError:
            raise StuckError(f"The app was not idle within {self._patience:g} s.") from None

    async def _settle(self) -> None:
        while True:
            await self._do_due()
            await self._envelopes_settled()
            if not self.bot_connected:
                return
            self.revision += 1
            self._asked.send()
            # An app that was killed between two polls says nothing: its silence has to be looked at.
            while not await self._answered.until(self._has_answered, GONE_SECONDS):
                self._behind = 0
            if self._connections.idle and self._events.idle:
                return

    def _has_answered(self) -> bool:
        idle = self._idle_at >= self.revision and not self._behind
        return idle or not self.bot_connected

    async def _envelopes_settled(self) -> None:
        await self._connections.settled.until(lambda: self._connections.idle and self._events.idle)

    async def move(self, seconds: float) -> None:
        """Let ``seconds`` pass, stopping at each instant at which something is due."""
        await self.move_to(self._workspace.clock.time() + seconds)

    async def move_to(self, target: float) -> None:
        """Let time pass until Unix time ``target``.

        Raises:
            StuckError: the app did not become idle at some step, or that is after the year 2099.
        """
        if target > LATEST:
            raise StuckError("The clock goes as far as the year 2099.")
        async with self._moving:
            self._workspace.changed()
            await self.settle()
            steps, last = 0, None
            while (due := self._due()) is not None and due <= target:
                steps = steps + 1 if due == last else 0
                last = due
                if steps > MOST_STEPS_AT_ONE_INSTANT:
                    raise StuckError("The app stays due at one instant.")
                await self._step(due)
            await self._step(target)
        self._workspace.changed()

    async def to_next_due(self) -> bool:
        """Move to the next instant at which something is due; return False if nothing is."""
        async with self._moving:
            await self.settle()
            due = self._due()
            if due is not None:
                await self._step(due)
        self._workspace.changed()
        return due is not None

    async def _step(self, instant: float) -> None:
        self._workspace.clock.advance_to(instant)
        self._workspace.state.offset = self._workspace.clock.offset
        await self.settle()
        self._workspace.changed()

    async def watch(self) -> None:
        """Do what becomes due as time passes by itself, for as long as the workspace runs."""
        while True:
            await self._do_due()
            due = self._own_due()
            await self._workspace.change.wait(
                None if due is None else max(0.0, due - self._workspace.clock.time())
            )

    async def _do_due(self) -> None:
        await self._scheduled.do_due()
        await self._events.do_due()

    def _own_due(self) -> float | None:
        return _earliest(self._events.next_due, self._scheduled.next_due)

    def _due(self) -> float | None:
        return _earliest(self._own_due(), self.next_due if self.bot_connected else None)


def _earliest(*instants: float | None) -> float | None:
    return min((instant for instant in instants if instant is not None), default=None)
