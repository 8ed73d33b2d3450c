"""Delivery: whatever is due is said, drawn again or applied, once, late rather than never."""

import logging
import secrets
import threading
import time
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # it has no types

from bot.carrying import Carrying
from bot.clock import Clock
from bot.doubt import DOUBT_SECONDS, Doubts
from bot.fates import Fates
from bot.figures import Figures
from bot.pace import Exhausted, Pace
from bot.resting import Resting
from bot.sending import Fate, Undelivered
from bot.set_aside import SetAside
from bot.settling import Settling
from bot.workers import Workers
from bot.workspaces import Workspaces
from handlers.deps import Deps
from mentoring.due import Kind
from storage import doubt, exports, outbox
from storage.database import Busy, Tx, Unavailable
from storage.outbox import Row

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25
FAILED_SECONDS = 1.0
"""How long to wait after a look that failed, lest a full disk be filled with log lines."""
SOON_SECONDS = 0.05
"""How soon to look again when only the pace held something back."""
IN_FLIGHT = 8
"""Rows under way at once."""
STOP_SECONDS = 4.0
"""How long a stop waits for what is under way; a call to Slack may take ten seconds."""


class Delivery:
    """The sweep over what is due. One process delivers at a time; whoever makes this object holds the lock.

    1. Take over: what a process before left ``sending`` becomes ``unsure``.
    2. Wake, by the ticker or by a commit that added something, be it another process's.
    3. Claim as many due rows as there is room and pace for; they are now ``sending``. At most one per recipient.
    4. Carry each out in a thread of its own, and settle it.
    5. Look up, one at a time, the messages of which nobody knows whether they arrived.
    6. With nothing under way and nothing due, tell the clock what is due next.

    ``doubt_seconds`` is how long after the attempt such a message is looked up.
    """

    def __init__(
        self,
        deps: Deps,
        workspaces: Workspaces,
        clock: Clock,
        pace: Pace,
        figures: Figures | None = None,
        *,
        doubt_seconds: float = DOUBT_SECONDS,
    ) -> None:
        self._deps = deps
        self._figures = figures or Figures()
        self._database = deps.database
        self._workspaces = workspaces
        self._clock = clock
        self._pace = pace
        self._settle = Settling(deps.database)
        self._carrying = Carrying(deps, self._settle, workspaces, pace, self._figures)
        self._doubts = Doubts(
            deps, self._settle, pace, workspaces, figures=self._figures, seconds=doubt_seconds
        )
        self._looking_up = False
        self._set_aside = SetAside(deps)
        self._resting = Resting()
        self._fates = Fates(
            deps, self._settle, workspaces, self._figures, resting=self._resting, doubts=self._doubts
        )
        self._workers = Workers(IN_FLIGHT, "delivery")
        self._in_flight: set[str] = set()
        self._ours = False
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self._ticker = BackgroundScheduler(timezone="UTC", daemon=True)

    def start(self) -> None:
        """Begin, at once with a look at what is due: the ticker's first is a quarter of a second away."""
        self._database.woken = self.wake
        self._ticker.add_job(
            self.wake,
            "interval",
            seconds=TICK_SECONDS,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._ticker.start()
        self._workers.start()
        self.wake()
        self._thread.start()

    @property
    def delivers(self) -> bool:
        """Tell whether this process was the one that delivers when it last looked."""
        return self._ours

    def wake(self) -> None:
        """Look at once whether something is due."""
        self._wake.set()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Begin nothing more, and return once what is under way is settled, at the latest after so many seconds.

        What is under way by then stays ``sending``, and is taken over at the next start.
        """
        self._database.woken = lambda: None
        self._stopping.set()
        if not self._ticker.running:
            return
        until = time.monotonic() + seconds
        self._ticker.shutdown(wait=False)
        self.wake()
        self._thread.join(seconds)
        if not self._workers.stop(max(0.0, until - time.monotonic())):
            log.warning("What is still under way is left to whoever starts next.")

    def _run(self) -> None:
        patience: float | None = None
        while not self._stopping.is_set():
            self._wake.wait(patience)
            self._wake.clear()
            self._figures.turned()
            try:
                patience = self._sweep()
                self._figures.looked()
            except Unavailable:
                # Rows may have been claimed all the same: they are taken over once the database is back.
                self._ours = False
                self._stopping.wait(FAILED_SECONDS)
            except Busy:
                patience = SOON_SECONDS
            except Exception:  # whatever it is, the sweep must go on
                log.exception("A look at what is due failed (reference %s).", secrets.token_hex(4))
                self._stopping.wait(FAILED_SECONDS)

    def _sweep(self) -> float | None:
        """Claim and begin what can be begun; return in how many seconds to look again, None to await the ticker."""
        revision = self._clock.revision
        if not self._is_ours():
            return None
        for team in self._workspaces.to_check():
            self._workers.submit(partial(self._check, team))
        paused = self._workspaces.paused
        slow = self._pace.exhausted()
        with self._lock:
            room = min(IN_FLIGHT, slow.room) - len(self._in_flight)
        if room > 0:
            for row in self._claim(room, slow, paused | self._workspaces.held):
                self._begin(row)
        self._look_up_doubts()
        self._set_aside.tell()
        self._report(revision, paused)
        return SOON_SECONDS if slow.teams or slow.accounts else None

    def _is_ours(self) -> bool:
        """Tell whether this process delivers; it takes over what another one left as soon as nobody else does."""
        if not self._database.delivers():
            self._ours = False
        elif not self._ours and not self._in_flight:
            # One try: if it takes long, whether this process still delivers is asked again first.
            with self._database.writing() as tx:
                self._take_over(tx)
            self._ours = True
            log.info("This Mentor delivers from now on.")
        return self._ours

    def _take_over(self, tx: Tx) -> None:
        self._carrying.begin_anew()
        for row_id in outbox.take_over(tx, self._deps.now()):
            log.warning("Due row %s may or may not have been delivered before the bot stopped.", row_id)
        self._doubts.take_over(doubt.still_open(tx))
        exports.tidy(tx)

    def _claim(self, room: int, slow: Exhausted, held: set[str]) -> list[Row]:
        now, teams, queues = self._clock.now(), held | slow.teams, slow.accounts | self._resting.queues
        with self._database.reading() as tx:
            due = outbox.next_due(tx, skip_teams=teams)
        if due is None or due > now:
            return []
        with self._database.writing() as tx:
            return outbox.claim(
                tx, now, limit=room, skip_queues=queues, skip_teams=teams, skip_kinds=slow.kinds
            )

    def _begin(self, row: Row) -> None:
        with self._lock:
            self._in_flight.add(row.id)
        self._workers.submit(partial(self._carry_out, row))

    def _look_up_doubts(self) -> None:
        """Begin to look a message up, if none is being looked up: those that are due have the other places."""
        if self._looking_up or (row_id := self._doubts.next()) is None:
            return
        with self._lock:
            self._looking_up = True
            self._in_flight.add(row_id)
        self._workers.submit(partial(self._look_up_doubt, row_id))

    def _look_up_doubt(self, row_id: str) -> None:
        try:
            self._doubts.look_up(row_id)
            self._tidy()
        except Busy:
            self._doubts.again(row_id)
        except Exception:  # whatever it is, it must not be forgotten
            log.exception("Due row %s could not be looked up (reference %s).", row_id, secrets.token_hex(4))
            self._doubts.again(row_id)
        finally:
            with self._lock:
                self._looking_up = False
                self._in_flight.discard(row_id)
            self.wake()

    def _report(self, revision: int, paused: set[str]) -> None:
        with self._lock:
            if self._in_flight:
                return
        with self._database.reading() as tx:
            if outbox.busy(tx, self._clock.now(), skip_teams=paused):
                return
            due = outbox.next_due(tx, skip_teams=paused)
        self._clock.tell(revision, due)

    def _carry_out(self, row: Row) -> None:
        try:
            self._carrying.carry_out(row)
            self._figures.carried_out(row.due.kind)
        except Undelivered as trouble:
            self._troubled(row, trouble)
        except Busy as busy:
            self._troubled(row, Undelivered(Fate.LATER, type(busy).__name__))
        except Exception:  # whatever is wrong with one row must stop no other
            reference = secrets.token_hex(4)
            log.exception("Due row %s (%s) failed (reference %s).", row.id, row.due.kind, reference)
            self._troubled(row, Undelivered(Fate.BROKEN, f"reference {reference}"))
        finally:
            if row.due.kind is Kind.EXPORT:
                self._tidy()
            with self._lock:
                self._in_flight.discard(row.id)
            self.wake()

    def _tidy(self) -> None:
        """Remove the archives that are not to be sent any more."""
        try:
            self._settle(exports.tidy)
        except Exception:  # the row is settled by then, and must not stay in flight
            log.exception(
                "An archive that is sent could not be removed; it is at the next one, or the next start."
            )

    def _troubled(self, row: Row, trouble: Undelivered) -> None:
        """Write down what becomes of a row that Slack did not take."""
        try:
            self._fates.settle(row, trouble)
        except Exception:
            # Else it would stay in flight, and what stands behind it wait, until the bot is started again.
            self._ours = False
            log.exception(
                "Due row %s could not be settled; it is taken over as if the bot had stopped.", row.id
            )

    def _check(self, team: str) -> None:
        """Ask whether a token that was refused works again."""
        sender = self._workspaces.sender(team)
        try:
            if sender is not None:
                sender.test()
                self._workspaces.resume(team)
        except Undelivered as still:
            log.info("The token for workspace %s is still refused: %s.", team, still.reason)
        self.wake()
