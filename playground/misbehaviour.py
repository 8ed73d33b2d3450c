"""What can be asked to go wrong. Each fault strikes the next ``times`` calls or envelopes that fit, then is over."""

import asyncio
import threading
from dataclasses import dataclass

from playground.errors import DroppedError, LateError, SlackError

ANY = "*"


@dataclass
class _Planned:
    kind: str
    target: str
    times: int
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True)
class Struck:
    """A fault that strikes now; ``seconds`` is a delay or a ``Retry-After``."""

    kind: str
    seconds: float
    error: str


class Misbehaviour:
    """The faults planned so far. ``method`` and ``envelope`` may be ``"*"`` for any."""

    def __init__(self) -> None:
        self._calls: list[_Planned] = []
        self._envelopes: list[_Planned] = []
        # Tests plan and wait on their own threads; faults strike on the server's.
        self._struck = threading.Condition()

    def drop_after_accept(self, method: str = "chat.postMessage", times: int = 1) -> None:
        """Do what the call asks, then close the connection without an answer."""
        self._calls.append(_Planned("drop_after_accept", method, times))

    def drop_before_accept(self, method: str = "chat.postMessage", times: int = 1) -> None:
        """Close the connection without an answer and without doing anything."""
        self._calls.append(_Planned("drop_before_accept", method, times))

    def land_late(self, method: str = "chat.postMessage", seconds: float = 1.0, times: int = 1) -> None:
        """Close the connection without an answer, and do what the call asks ``seconds`` of real time later."""
        self._calls.append(_Planned("late", method, times, seconds))

    def ratelimit(self, method: str = ANY, retry_after: int = 1, times: int = 1) -> None:
        """Answer 429 with ``Retry-After``, in real seconds."""
        self._calls.append(_Planned("ratelimited", method, times, float(retry_after)))

    def server_error(self, method: str = ANY, times: int = 1) -> None:
        """Answer 500, having done nothing."""
        self._calls.append(_Planned("server_error", method, times))

    def answer_error(self, method: str, error: str, times: int = 1) -> None:
        """Answer ``ok: false`` with ``error`` (``fatal_error``, ``account_inactive`` …), having done nothing."""
        self._calls.append(_Planned("error", method, times, error=error))

    def delay_call(self, method: str = ANY, seconds: float = 1.0, times: int = 1) -> None:
        """Take ``seconds`` of real time before the call is done."""
        self._calls.append(_Planned("delay", method, times, seconds))

    def deliver_twice(self, envelope: str = ANY, times: int = 1) -> None:
        """Send the payload in two envelopes. ``envelope``: events_api, interactive, slash_commands or any."""
        self._envelopes.append(_Planned("twice", envelope, times))

    def deliver_never(self, envelope: str = ANY, times: int = 1) -> None:
        """Lose the envelope: it counts as not acked."""
        self._envelopes.append(_Planned("never", envelope, times))

    def delay_delivery(self, envelope: str = ANY, seconds: float = 1.0, times: int = 1) -> None:
        """Send the envelope ``seconds`` of real time later."""
        self._envelopes.append(_Planned("delay", envelope, times, seconds))

    def close_after_delivery(self, envelope: str = ANY, times: int = 1) -> None:
        """Close the websocket once the envelope has gone out on it, before the ack can come."""
        self._envelopes.append(_Planned("close", envelope, times))

    def deliver_after_next(self, envelope: str = ANY, times: int = 1) -> None:
        """Hold the envelope back until the one after it has gone out."""
        self._envelopes.append(_Planned("hold", envelope, times))

    def stop(self) -> None:
        """Forget every fault still planned."""
        self._calls.clear()
        self._envelopes.clear()

    def wait_until_struck(self, seconds: float = 10.0) -> bool:
        """Wait until every planned fault has struck, at most ``seconds``; return whether they have."""
        with self._struck:
            return self._struck.wait_for(lambda: not self._calls and not self._envelopes, seconds)

    async def befall(self, method: str) -> bool:
        """Let the fault for this call happen, using it up; return whether the answer is to be lost once the work is done.

        Raises:
            SlackError: the call is to be answered so, with nothing done.
            DroppedError: the connection is to be closed, with nothing done.
            LateError: the same, and the call is to be done later.
        """
        fault = self._strike(self._calls, method)
        if fault is None:
            return False
        match fault.kind:
            case "drop_before_accept":
                raise DroppedError
            case "late":
                raise LateError(fault.seconds)
            case "ratelimited":
                raise SlackError("ratelimited", status=429, retry_after=int(fault.seconds))
            case "server_error":
                raise SlackError("internal_error", status=500)
            case "error":
                raise SlackError(fault.error)
            case "delay":
                await asyncio.sleep(fault.seconds)
        return fault.kind == "drop_after_accept"

    def next_envelope(self, envelope: str) -> str | None:
        """Return the kind of fault that waits for this envelope, without using it up."""
        return next((fault.kind for fault in self._envelopes if fault.target in (ANY, envelope)), None)

    def strike_envelope(self, envelope: str) -> Struck | None:
        """Return the fault for this envelope, using it up."""
        return self._strike(self._envelopes, envelope)

    def _strike(self, planned: list[_Planned], target: str) -> Struck | None:
        with self._struck:
            fault = next((fault for fault in planned if fault.target in (ANY, target)), None)
            if fault is None:
                return None
            fault.times -= 1
            if fault.times <= 0:
                planned.remove(fault)
                self._struck.notify_all()
            return Struck(fault.kind, fault.seconds, fault.error)
