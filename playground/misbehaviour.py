"""What can be asked to go wrong. Each fault strikes the next ``times`` calls or envelopes that fit, then is over."""

from dataclasses import dataclass
from typing import Literal

CallFault = Literal[
    "drop_after_accept", "drop_before_accept", "ratelimited", "server_error", "delay", "error"
]
EnvelopeFault = Literal["twice", "never", "delay", "hold"]
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

    def drop_after_accept(self, method: str = "chat.postMessage", times: int = 1) -> None:
        """Do what the call asks, then close the connection without an answer."""
        self._calls.append(_Planned("drop_after_accept", method, times))

    def drop_before_accept(self, method: str = "chat.postMessage", times: int = 1) -> None:
        """Close the connection without an answer and without doing anything."""
        self._calls.append(_Planned("drop_before_accept", method, times))

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

    def deliver_after_next(self, envelope: str = ANY, times: int = 1) -> None:
        """Hold the envelope back until the one after it has gone out."""
        self._envelopes.append(_Planned("hold", envelope, times))

    def stop(self) -> None:
        """Forget every fault still planned."""
        self._calls.clear()
        self._envelopes.clear()

    @property
    def planned(self) -> int:
        """How many faults have not been used up."""
        return len(self._calls) + len(self._envelopes)

    def strike_call(self, method: str) -> Struck | None:
        """Return the fault for this call, using it up."""
        return _strike(self._calls, method)

    def next_envelope(self, envelope: str) -> str | None:
        """Return the kind of fault that waits for this envelope, without using it up."""
        return next((fault.kind for fault in self._envelopes if fault.target in (ANY, envelope)), None)

    def strike_envelope(self, envelope: str) -> Struck | None:
        """Return the fault for this envelope, using it up."""
        return _strike(self._envelopes, envelope)


def _strike(planned: list[_Planned], target: str) -> Struck | None:
    for fault in planned:
        if fault.target in (ANY, target):
            fault.times -= 1
            if fault.times <= 0:
                planned.remove(fault)
            return Struck(fault.kind, fault.seconds, fault.error)
    return None
