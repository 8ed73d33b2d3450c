"""How the bot stands: looked at from beside it, for whoever asks (``bot/health_http.py``). It tells nothing of whom."""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.clock import Clock
from bot.delivery import Delivery
from bot.figures import Figures
from bot.watch import SILENCE_SECONDS
from bot.workspaces import Workspaces
from storage.backlog import Backlog, backlog
from storage.database import Busy, Database

log = logging.getLogger(__name__)

TURN_SECONDS = 120.0
"""Delivery goes round four times a second; writing down what came of a row may hold it up, on a busy database."""
LOOK_SECONDS = 30.0
OVERDUE_SECONDS = 900.0
"""What is due longer than that is stuck, or a burst of more than 4,500 messages goes out at the default pace."""
STATES = ("pending", "overdue", "sending", "unsure", "undecided")
ASK_SECONDS = 0.5
"""How long whoever asks waits while somebody else's question to the database is not answered."""
FRESH_SECONDS = 5.0
"""How long a count of the due rows is good for: whoever asks more often is told the same."""


@dataclass(frozen=True)
class Readiness:
    """How the bot stands.

    Attributes:
        wrong: what is beyond its bound, in words of one sort: ``starting``, ``ping``, ``sweep``, ``database``, ``overdue``,
            ``paused``. Empty if it is ready.
        last_ping_seconds: since Slack last answered on the websocket; None in HTTP mode.
        last_sweep_seconds: since a look at what is due last went well.
        delivers: this process delivers; on PostgreSQL another one may.
        workspaces_paused: workspaces whose token Slack refuses.
        oldest_overdue_seconds: how late that is which is due longest; None if the database does not tell.
        due_rows: how many are pending, overdue, sending, unsure, undecided (``storage/backlog.py``); empty if it does not tell.
    """

    wrong: tuple[str, ...]
    last_ping_seconds: float | None = None
    last_sweep_seconds: float | None = None
    delivers: bool = False
    workspaces_paused: int = 0
    oldest_overdue_seconds: float | None = None
    due_rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Running:
    """What there is to look at once the bot has joined the workspace ``team_id``.

    ``silence`` tells for how many seconds the websocket has been silent; None in HTTP mode.
    """

    team_id: str
    workspaces: Workspaces
    delivery: Delivery
    clock: Clock
    silence: Callable[[], float] | None = None


class Health:
    """Looks at the running bot from beside it. Nothing is asked of the database but by whoever looks, and then seldom."""

    def __init__(
        self, database: Database, figures: Figures, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._figures = figures
        self._seconds = seconds
        self._running: Running | None = None
        self._counted: tuple[float, Backlog | None] | None = None
        self._lock = threading.Lock()
        figures.registry.register(_Standing(self))

    def watch(self, running: Running) -> None:
        """Look at this from now on."""
        self._running = running

    def alive(self) -> bool:
        """Tell whether the process does anything."""
        age = self._figures.turn_age
        return age is None or age <= TURN_SECONDS

    def readiness(self) -> Readiness:
        """Return how the bot stands."""
        if (running := self._running) is None:
            return Readiness(("starting",))
        paused = running.workspaces.paused
        silence = None if running.silence is None else running.silence()
        counts, look = self._count(running, paused), self._figures.look_age
        oldest = counts.oldest if counts else None
        late = 0.0 if oldest is None else max((running.clock.now() - oldest).total_seconds(), 0.0)
        wrong = {
            "ping": silence is not None and silence > SILENCE_SECONDS,
            "sweep": look is None or look > LOOK_SECONDS,
            "database": counts is None,
            "overdue": late > OVERDUE_SECONDS,
            "paused": running.team_id in paused,
        }
        return Readiness(
            tuple(name for name, is_wrong in wrong.items() if is_wrong),
            last_ping_seconds=_rounded(silence),
            last_sweep_seconds=_rounded(look),
            delivers=running.delivery.delivers,
            workspaces_paused=len(paused),
            oldest_overdue_seconds=_rounded(late) if counts else None,
            due_rows={state: getattr(counts, state) for state in STATES} if counts else {},
        )

    def figures(self) -> bytes:
        """Return everything for Prometheus."""
        return self._figures.text()

    def _count(self, running: Running, paused: set[str]) -> Backlog | None:
        """Return what the outbox holds; None if the database does not tell."""
        if not self._lock.acquire(timeout=ASK_SECONDS):
            return None
        try:
            if self._counted is None or self._seconds() - self._counted[0] > FRESH_SECONDS:
                self._counted = (self._seconds(), self._ask(running, paused))
            return self._counted[1]
        finally:
            self._lock.release()

    def _ask(self, running: Running, paused: set[str]) -> Backlog | None:
        try:
            with self._database.reading() as tx:
                return backlog(tx, running.clock.now(), skip_teams=paused)
        except Busy:
            return None
        except Exception:  # whoever asks is to hear that it does not tell, whatever the cause
            if self._counted is None or self._counted[1] is not None:  # said once, not to each who asks
                log.exception("The due rows can't be counted (reference %s).", secrets.token_hex(4))
            return None


class _Standing(Collector):
    """What stands in ``/readyz``, as gauges that are asked for when Prometheus asks."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def describe(self) -> Iterable[Metric]:
        """Return nothing: so nobody is asked when this is registered."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Give the gauges; what is not known is left out."""
        it = self._health.readiness()
        yield GaugeMetricFamily("mentor_ready", "1 if /readyz says so.", value=not it.wrong)
        yield GaugeMetricFamily("mentor_delivers", "1 if this process delivers.", value=it.delivers)
        paused = "Workspaces whose token Slack refuses."
        yield GaugeMetricFamily("mentor_workspaces_paused", paused, value=it.workspaces_paused)
        rows = GaugeMetricFamily(
            "mentor_due_rows",
            "Due rows that are not settled; the overdue ones are pending.",
            labels=["state"],
        )
        for state, count in it.due_rows.items():
            rows.add_metric([state], count)
        yield rows
        for name, what, value in (
            ("ping_age_seconds", "Since Slack last answered on the websocket.", it.last_ping_seconds),
            ("sweep_age_seconds", "Since a look at what is due last went well.", it.last_sweep_seconds),
            ("oldest_overdue_seconds", "How late the latest of them is.", it.oldest_overdue_seconds),
        ):
            if value is not None:
                yield GaugeMetricFamily(f"mentor_{name}", what, value=value)


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
