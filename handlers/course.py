"""How a gesture went, for the log and the figures: what handled it, what came of it and how long it took; never who, nor what they wrote.

Whoever learns something of it says so here, in the thread that the gesture is handled in: Bolt, which runs in between, hands
nothing through from one end to the other.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

log = logging.getLogger(__name__)

EVENT = "event"
"""The place of what nobody waits for."""


class Outcome(StrEnum):
    """What came of a gesture."""

    ANSWERED = "answered"
    REFUSED = "refused"  # by a rule; the person has been told why
    BUSY = "busy"  # the database did not get round to it in time
    AWAY = "away"  # the database could not be used at all
    NOT_TAKEN = "not_taken"  # Slack did not take the answer: too late, mostly
    FAILED = "failed"  # an error of ours; the log has its reference


@dataclass
class Course:
    """How one gesture goes.

    Attributes:
        place: where it was made, a ``Place``'s value or ``EVENT``.
        handler: the handler's file and name ("sessions.plan"); "none" where it did not get so far.
        outcome: what came of it.
        seconds: how long it took, from the payload to the answer, the one call to Slack included.
    """

    place: str
    handler: str = "none"
    outcome: Outcome = Outcome.ANSWERED
    seconds: float = 0.0


Told = Callable[[Course], None]
_current: ContextVar[Course | None] = ContextVar("course", default=None)


def untold(_course: Course) -> None:
    """Keep it to oneself: there are no figures."""


def led_to(handler: Callable[..., Any]) -> None:
    """Say which handler has the gesture that is under way in this thread."""
    if (course := _current.get()) is not None:
        course.handler = f"{handler.__module__.rpartition('.')[2]}.{handler.__name__}"


def became(outcome: Outcome) -> None:
    """Say what came of the gesture that is under way in this thread."""
    if (course := _current.get()) is not None:
        course.outcome = outcome


@contextmanager
def followed(place: str, tell: Told) -> Iterator[None]:
    """Follow one gesture, then log a line of it and ``tell``."""
    course = Course(place)
    token, began = _current.set(course), time.perf_counter()
    try:
        yield
    except Exception:  # only noted here, and raised again
        course.outcome = Outcome.FAILED
        raise
    finally:
        _current.reset(token)
        course.seconds = time.perf_counter() - began
        _log(course)
        tell(course)


def _log(course: Course) -> None:
    fields = {
        "handler": course.handler,
        "place": course.place,
        "outcome": course.outcome.value,
        "ms": round(course.seconds * 1000, 1),
    }
    log.info("%(handler)s (%(place)s) %(outcome)s in %(ms).1f ms.", fields, extra={"fields": fields})
