"""What the bot counts and times, for Prometheus: by kinds of things alone. No ids, no names, nothing that anyone wrote."""

import time
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from bot.sending import Fate
from handlers.course import Course
from mentoring.due import Kind, Lane
from storage.outbox import Row

GESTURE_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 3.0)
"""Slack waits for three; a call to it is given up after one and a half."""
LAG_SECONDS = (0.25, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 21600.0)
DONE = "done"


class Figures:
    """Counters and histograms since the start, in a registry of their own. Each is told by whoever does the thing.

    Args:
        seconds: real seconds since some start.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self.registry = registry = CollectorRegistry()
        self._seconds = seconds
        self._turned: float | None = None
        self._looked: float | None = None
        ProcessCollector(registry=registry)
        self._gestures = Counter(
            "mentor_gestures",
            "Gestures and events, by what handled them and what came of it.",
            ["handler", "outcome"],
            registry=registry,
        )
        self._gesture_seconds = Histogram(
            "mentor_gesture_seconds",
            "From a payload to its answer, by where it was made.",
            ["place"],
            buckets=GESTURE_SECONDS,
            registry=registry,
        )
        self._tries = Counter(
            "mentor_due_row_tries",
            "Tries to carry out a due row, by its kind and what came of it.",
            ["kind", "outcome"],
            registry=registry,
        )
        # Without a label it is there from the start, at 0: so Prometheus sees the first one as an increase.
        self._undecided = Counter(
            "mentor_undecided",
            "Messages of which it could not be found out whether they arrived.",
            registry=registry,
        )
        self._lag = Histogram(
            "mentor_delivery_lag_seconds",
            "From when a message was due to when Slack had it, by what caused it.",
            ["lane"],
            buckets=LAG_SECONDS,
            registry=registry,
        )
        Gauge("mentor_build_info", "Which version runs.", ["version"], registry=registry).labels(
            version("mentor")
        ).set(1)

    def gesture(self, course: Course) -> None:
        """Count a gesture."""
        self._gestures.labels(course.handler, course.outcome).inc()
        self._gesture_seconds.labels(course.place).observe(course.seconds)

    def carried_out(self, kind: Kind, fate: Fate | None = None) -> None:
        """Count a try to carry out a due row; ``fate`` is what became of it where it did not succeed."""
        self._tries.labels(kind, fate or DONE).inc()

    def left_undecided(self) -> None:
        """Count a message of which nobody can tell whether it arrived. A click on it may yet tell; it stays counted."""
        self._undecided.inc()

    def said(self, row: Row, now: datetime) -> None:
        """Note how late a message was that Slack has just taken."""
        lag = (now - row.at).total_seconds()
        self._lag.labels(Lane(row.due.lane).name.lower()).observe(max(lag, 0.0))

    def turned(self) -> None:
        """Note that delivery goes round, with or without success."""
        self._turned = self._seconds()

    def looked(self) -> None:
        """Note that a look at what is due went well."""
        self._looked = self._seconds()

    @property
    def turn_age(self) -> float | None:
        """Seconds since delivery last went round; None before it begins."""
        return None if self._turned is None else self._seconds() - self._turned

    @property
    def look_age(self) -> float | None:
        """Seconds since a look at what is due last went well; None before the first."""
        return None if self._looked is None else self._seconds() - self._looked

    def text(self) -> bytes:
        """Return all of it in Prometheus's text format."""
        return generate_latest(self.registry)
