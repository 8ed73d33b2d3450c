"""Delivery: whatever is due is said, drawn again or applied, once, late rather than never."""

import logging
import secrets
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # it has no types

from bot.clearing import Clearing
from bot.clock import Clock
from bot.doubt import DOUBT_SECONDS, Doubts
from bot.drawn import Drawn
from bot.figures import Figures
from bot.pace import Pace
from bot.posting import Posting, unreachable
from bot.redrawing import Redrawing
from bot.removing import Removing
from bot.resting import LONGEST_BROKEN, Resting, pause_after
from bot.sending import Fate, Sender, Undelivered
from bot.settling import Settling
from bot.uploading import Uploading
from bot.workers import Workers
from bot.workspaces import UNKNOWN, Workspaces
from handlers import clock as clock_rules
from handlers.deps import Deps
from mentoring.due import CLEARING, LEAVES_NOTHING, Kind
from storage import agreements, doubt, exports, outbox
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
LOUD = {
    Fate.LATER: logging.INFO,
    Fate.DEAD: logging.WARNING,
    Fate.UNSURE: logging.WARNING,
    Fate.BROKEN: logging.ERROR,
}
"""What the log says of a row's fate; a workspace that must wait is said once, not for each row."""


class Delivery:
    """The sweep over what is due. One process delivers at a time; whoever makes this object holds the lock.

    1. Take over: what a process before left ``sending`` becomes ``unsure``.
    2. Wake, by the ticker or by a commit that added something.
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
        drawn = Drawn()
        uploading = Uploading(deps, self._settle, pace, workspaces.without_files)
        self._posting = Posting(deps, self._settle, pace, drawn, uploading)
        self._redrawing = Redrawing(deps, self._settle, pace, drawn)
        self._clearing = Clearing(deps, self._settle, pace)
        self._doubts = Doubts(deps, self._settle, pace, workspaces, doubt_seconds)
        self._looking_up = False
        self._removing = Removing(deps, self._settle, pace)
        self._workers = Workers(IN_FLIGHT, "delivery")
        self._in_flight: set[str] = set()
        self._ours = False
        self._resting = Resting()
        self._failures: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self._ticker = BackgroundScheduler(timezone="UTC", daemon=True)

    def start(self) -> None:
        """Begin."""
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
            except Exception:
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
        slow_teams, slow_accounts, room = self._pace.exhausted()
        with self._lock:
            room = min(IN_FLIGHT, room) - len(self._in_flight)
        waiting = paused | self._workspaces.held | slow_teams
        if room > 0:
            for row in self._claim(room, slow_accounts | self._resting.queues, waiting):
                self._begin(row)
        self._look_up_doubts()
        self._report(revision, paused)
        return SOON_SECONDS if slow_teams or slow_accounts else None

    def _is_ours(self) -> bool:
        """Tell whether this process delivers; it takes over what another one left as soon as nobody else does."""
        if not self._database.delivers():
            self._ours = False
        elif not self._ours and not self._in_flight:
            self._settle(self._take_over)
            self._ours = True
        return self._ours

    def _take_over(self, tx: Tx) -> None:
        for row_id in outbox.take_over(tx, self._deps.now()):
            log.warning("Due row %s may or may not have been delivered before the bot stopped.", row_id)
        self._doubts.take_over(doubt.still_open(tx))
        exports.tidy(tx)

    def _claim(self, room: int, queues: set[str], teams: set[str]) -> list[Row]:
        now = self._clock.now()
        with self._database.reading() as tx:
            due = outbox.next_due(tx, skip_teams=teams)
        if due is None or due > now:
            return []
        with self._database.writing() as tx:
            return outbox.claim(tx, now, limit=room, skip_queues=queues, skip_teams=teams)

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
        except Exception:
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
            self._deliver(row)
            self._failures.pop(row.id, None)
            self._figures.carried_out(row.due.kind)
        except Undelivered as trouble:
            self._troubled(row, trouble)
        except Busy as busy:
            self._troubled(row, Undelivered(Fate.LATER, type(busy).__name__))
        except Exception:
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
        except Exception:
            log.exception(
                "An archive that is sent could not be removed; it is at the next one, or the next start."
            )

    def _deliver(self, row: Row) -> None:
        if row.due.kind is Kind.TURN:
            return self._settle(lambda tx: self._turn(tx, row))
        if row.due.kind is Kind.CLEAR_FILE:
            return self._clearing.clear_file(row)
        if row.due.kind is Kind.RETENTION:
            return self._settle(lambda tx: self._retention(tx, row))
        if row.team_id is None:
            # No workspace can be waited for, so it must not be claimed again at once.
            raise ValueError("whatever is said has a recipient in a workspace")
        sender = self._workspaces.sender(row.team_id)
        if sender is None:
            raise Undelivered(Fate.PAUSED, UNKNOWN)
        return self._say(row, sender)

    def _say(self, row: Row, sender: Sender) -> None:
        match row.due.kind:
            case Kind.LOOKUP:
                self._look_up(row, sender)
            case Kind.HOME:
                self._redrawing.publish_home(row, sender)
            case Kind.REDRAW:
                self._redrawing.redraw(row, sender)
            case kind if kind in CLEARING:
                self._clearing.clear(row, sender)
            case Kind.EXPIRE_EXPORT:
                self._removing.delete_file(row, sender)
            case _:
                if self._posting.post(row, sender):
                    self._workspaces.delivered(row.team_id or "")
                    self._figures.said(row, self._deps.now())

    def _look_up(self, row: Row, sender: Sender) -> None:
        self._posting.look_up(row, sender)
        self._settle(lambda tx: outbox.done(tx, row.id))

    def _turn(self, tx: Tx, row: Row) -> None:
        agreement_id = row.due.agreement_id
        if agreement_id is not None:
            # Locked before its rows, as gestures do, lest two wait for each other.
            agreements.by_clock(tx, agreement_id)
        # Done before the turn, which plans the next one in the same row.
        outbox.done(tx, row.id)
        if agreement_id is not None:
            clock_rules.turn(tx, agreement_id, self._deps.now())

    def _retention(self, tx: Tx, row: Row) -> None:
        again = clock_rules.retention(tx, row, self._deps.now())
        if again is None:
            outbox.done(tx, row.id)
        else:
            outbox.later(tx, row.id, again)

    def _troubled(self, row: Row, trouble: Undelivered) -> None:
        """Write down what becomes of a row that Slack did not take: see the table in ``bot/sending.py``."""
        try:
            self._settle_trouble(row, trouble)
        except Exception:
            # Else it would stay in flight, and what stands behind it wait, until the bot is started again.
            self._ours = False
            log.exception(
                "Due row %s could not be settled; it is taken over as if the bot had stopped.", row.id
            )

    def _settle_trouble(self, row: Row, trouble: Undelivered) -> None:
        now, team = self._deps.now(), row.team_id or ""
        fate = trouble.fate
        if row.due.kind in LEAVES_NOTHING and fate is Fate.DEAD:
            fate = Fate.GONE
        self._figures.carried_out(row.due.kind, fate)
        level = LOUD.get(fate)
        # Waiting for a known moment is the ordinary course.
        if level is not None and not trouble.retry_after:
            log.log(level, "Due row %s (%s) is %s: %s.", row.id, row.due.kind, fate, trouble.reason)
        match fate:
            case Fate.LIMITED:
                self._workspaces.hold(team, trouble.retry_after)
                self._settle(lambda tx: outbox.retry(tx, row.id))
                wait = "Slack asks to wait %.0f s before the next message to workspace %s."
                log.warning(wait, trouble.retry_after, team)
            case Fate.PAUSED:
                self._workspaces.pause(team, trouble.reason)
                self._settle(lambda tx: outbox.retry(tx, row.id))
            case Fate.LATER:
                self._resting.rest(row.queue, trouble.retry_after or pause_after(row.attempts))
                self._settle(lambda tx: outbox.retry(tx, row.id))
            case Fate.DEAD:
                self._settle(lambda tx: _dead(tx, row, now))
            case Fate.UNSURE:
                self._settle(lambda tx: outbox.unsure(tx, row.id, now))
                self._doubts.begin(row.id)
            case Fate.GONE:
                self._settle(lambda tx: outbox.done(tx, row.id))
            case Fate.BROKEN:
                self._failures[row.id] += 1
                pause = pause_after(self._failures[row.id], longest=LONGEST_BROKEN)
                at = now + timedelta(seconds=pause)
                self._settle(lambda tx: outbox.later(tx, row.id, at))

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


def _dead(tx: Tx, row: Row, now: datetime) -> None:
    told = unreachable(tx, row, now)
    outbox.dead(tx, row.id)
    if told is not None:
        outbox.add(tx, told)
