"""What becomes of a due row that Slack did not take: the table in ``bot/sending.py``, written down."""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.addressees import unreachable
from bot.doubt import Doubts
from bot.figures import Figures
from bot.resting import LONGEST_BROKEN, Resting, pause_after
from bot.sending import Fate, Undelivered
from bot.settling import Settling
from bot.workspaces import Workspaces
from handlers.deps import Deps
from mentoring.due import LEAVES_NOTHING
from storage import outbox
from storage.database import Tx
from storage.outbox import Row

log = logging.getLogger(__name__)

LOUD = {
    Fate.LATER: logging.INFO,
    Fate.DEAD: logging.WARNING,
    Fate.UNSURE: logging.WARNING,
    Fate.BROKEN: logging.ERROR,
}
"""What the log says of a row's fate; a workspace that must wait is said once, not for each row."""


class Fates:
    """Settles what failed. Queues that wait for their first row are ``resting``; what is in doubt goes to ``doubts``.

    Waiting for a moment that is known, of the pace or of Slack's, is no failure, and lets no later pause be longer.
    """

    def __init__(
        self,
        deps: Deps,
        settle: Settling,
        workspaces: Workspaces,
        figures: Figures,
        *,
        resting: Resting,
        doubts: Doubts,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._deps = deps
        self._settle = settle
        self._workspaces = workspaces
        self._figures = figures
        self._resting = resting
        self._doubts = doubts
        self._chance = chance

    def settle(self, row: Row, trouble: Undelivered) -> None:
        """Log it, and write it down."""
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
                self._settle(lambda tx: outbox.wait(tx, row.id))
                wait = "Slack asks to wait %.0f s before the next message to workspace %s."
                log.warning(wait, trouble.retry_after, team)
            case Fate.PAUSED:
                self._workspaces.pause(team, trouble.reason)
                self._settle(lambda tx: outbox.wait(tx, row.id))
            case Fate.LATER if trouble.retry_after:
                self._resting.rest(row.queue, trouble.retry_after)
                self._settle(lambda tx: outbox.wait(tx, row.id))
            case Fate.LATER:
                self._resting.rest(row.queue, pause_after(row.attempts, chance=self._chance))
                self._settle(lambda tx: outbox.retry(tx, row.id))
            case Fate.DEAD:
                self._settle(lambda tx: _dead(tx, row, now))
            case Fate.UNSURE:
                self._settle(lambda tx: outbox.unsure(tx, row.id, now))
                self._doubts.begin(row.id)
            case Fate.GONE:
                self._settle(lambda tx: outbox.done(tx, row.id))
            case Fate.BROKEN:
                pause = pause_after(row.attempts + 1, longest=LONGEST_BROKEN, chance=self._chance)
                at = now + timedelta(seconds=pause)
                self._settle(lambda tx: outbox.retry(tx, row.id, at=at))


def _dead(tx: Tx, row: Row, now: datetime) -> None:
    told = unreachable(tx, row, now)
    outbox.dead(tx, row.id)
    if told is not None:
        outbox.add(tx, told)
