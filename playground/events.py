"""The Events API: what the app subscribed to, delivered until it is acked.

Source: docs.slack.dev/apis/events-api, "Retries": at once, after 1 minute, after 5 minutes.
"""

import asyncio

from playground import payloads
from playground.socket_mode import Connections, NotDeliveredError
from playground.workspace import Json, Redelivery, Workspace

RETRY_SECONDS = {2: 60.0, 3: 300.0}  # the first retry goes out at once
# An event arrives only with the scope that its page names (docs.slack.dev/reference/events).
SCOPES = {"message.im": "im:history", "user_change": "users:read"}


class Events:
    """Sends events, and again when they were not acked."""

    def __init__(self, workspace: Workspace, connections: Connections) -> None:
        self._workspace = workspace
        self._connections = connections
        self._tasks: set[asyncio.Task[None]] = set()

    def emit(self, name: str, inner: Json) -> asyncio.Task[None] | None:
        """Send an event if the app subscribed to ``name``; the task ends with its first attempts."""
        if name not in self._workspace.app.events:
            return None
        if SCOPES.get(name, "") not in (*self._workspace.scopes, ""):
            return None
        return self._start(payloads.event(self._workspace, inner), 0, "")

    async def tell(self, name: str, inner: Json) -> None:
        """Send an event and wait for its first attempts, unless it is to be held back."""
        held = self._connections.holds_next("events_api")
        task = self.emit(name, inner)
        if task is not None and not held:
            await asyncio.wait({task})  # not the task itself, which ends with the workspace

    def _start(self, payload: Json, attempt: int, reason: str) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(self._attempt(payload, attempt, reason))
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._connections.settled.send()

    async def _attempt(self, payload: Json, attempt: int, reason: str) -> None:
        try:
            await self._connections.deliver("events_api", payload, attempt=attempt, reason=reason)
        except NotDeliveredError as error:
            if attempt == 0:
                await self._attempt(payload, 1, error.reason)
            elif attempt + 1 in RETRY_SECONDS:
                self._plan(payload, attempt + 1, error.reason, RETRY_SECONDS[attempt + 1])
        except asyncio.CancelledError:
            # The workspace stops: after its restart the retry is the only delivery.
            self._plan(payload, attempt + 1, "timeout", 0.0)
            raise

    def _plan(self, payload: Json, attempt: int, reason: str, seconds: float) -> None:
        due = self._workspace.clock.time() + seconds
        again = Redelivery(payload=payload, attempt=attempt, reason=reason, due=due)
        self._workspace.state.redeliveries.append(again)
        self._workspace.changed()

    @property
    def idle(self) -> bool:
        """Whether nothing is being sent now."""
        return not self._tasks

    @property
    def next_due(self) -> float | None:
        """When the next redelivery is due, on the workspace's clock, in Unix seconds."""
        return min((again.due for again in self._workspace.state.redeliveries), default=None)

    async def do_due(self) -> None:
        """Send again what is due now, and wait for the outcome."""
        redeliveries = self._workspace.state.redeliveries
        due = [again for again in redeliveries if again.due <= self._workspace.clock.time()]
        for again in due:
            redeliveries.remove(again)
        if due:
            self._workspace.changed()
            await asyncio.wait({self._start(again.payload, again.attempt, again.reason) for again in due})

    async def stop(self) -> None:
        """Give up what is being sent."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
