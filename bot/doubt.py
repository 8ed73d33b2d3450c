"""Messages of which nobody knows whether they arrived: a while later their mark is looked for in the DM.

=============================================  ==================================================================
the DM                                         then
=============================================  ==================================================================
shows it                                       it counts as sent, and is drawn again as things stand now
shows all that we said since, and not it       it is sent
shows something of ours without any mark,      a rating is asked again, for a second prompt does no harm: there is
or Slack does not show it at all               one rating. Anything else is left alone, and counted
=============================================  ==================================================================

A post that lands later than the look-up still comes twice: Slack knows no key by which it would refuse the second.
"""

import logging
import re
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.figures import Figures
from bot.pace import Pace
from bot.resting import LONGEST_BROKEN, pause_after
from bot.sending import Fate, Sender, Undelivered
from bot.settling import Settling
from bot.workspaces import Workspaces
from handlers.deps import Deps
from handlers.introduction import row_marked
from mentoring.due import Due, Kind
from storage import doubt, outbox, people
from storage.database import Tx
from storage.outbox import Row, RowState

log = logging.getLogger(__name__)

DOUBT_SECONDS = 60.0
"""Between an attempt and the look-up: Slack may show a message only a while after it has taken it."""
SKEW = timedelta(hours=1)
"""How far this machine's clock and Slack's may be apart."""
METHOD = "conversations.history"
MISSING_SCOPE = "missing_scope"
MAY_COME_TWICE = frozenset({Kind.RATING})
MARK = re.compile(r"[\w-]{22}")
"""What the id of a due row looks like (``mentoring/ids.py``); Slack gives other ids to blocks that have none."""
Json = Mapping[str, Any]


class Doubts:
    """The rows in doubt, and when each is looked up: in real seconds, never on the moved clock.

    Args:
        deps: the database and the clock.
        settle: writes down what is found.
        pace: how often Slack is asked.
        workspaces: who asks.
        figures: counts what is left undecided.
        seconds: how long after the attempt.
    """

    def __init__(
        self,
        deps: Deps,
        settle: Settling,
        pace: Pace,
        workspaces: Workspaces,
        *,
        figures: Figures,
        seconds: float = DOUBT_SECONDS,
    ) -> None:
        self._deps = deps
        self._settle = settle
        self._pace = pace
        self._workspaces = workspaces
        self._figures = figures
        self._seconds = seconds
        self._at: dict[str, float] = {}
        self._tries: dict[str, int] = {}
        self._lock = threading.Lock()

    def begin(self, row_id: str) -> None:
        """Note that a row has just come into doubt."""
        self._wait(row_id, self._seconds)

    def take_over(self, since: Mapping[str, datetime]) -> None:
        """Note the rows that are in doubt from before, and since when; those that are known already wait as they did."""
        now = self._deps.now()
        for row_id, doubted_at in since.items():
            if row_id not in self._at:
                waited = (now - doubted_at).total_seconds()
                self._wait(row_id, min(max(self._seconds - waited, 0.0), self._seconds))

    def next(self) -> str | None:
        """Return the row to look up now, if there is one; it is not returned again before that has come to something."""
        now = time.monotonic()
        with self._lock:
            due = min(self._at, key=self._at.__getitem__, default=None)
            if due is None or self._at[due] > now:
                return None
            del self._at[due]
            return due

    def look_up(self, row_id: str) -> None:
        """Look for a row in the DM, and write down what that shows; if Slack does not tell now, it is asked again later."""
        with self._deps.database.reading() as tx:
            row = outbox.row(tx, row_id)
        if row is None or row.state is not RowState.UNSURE:  # a click has told
            return self._over(row_id)
        try:
            self._decide(row)
        except Undelivered as trouble:
            return self._troubled(row, trouble)
        return self._over(row_id)

    def again(self, row_id: str) -> None:
        """Look a row up again, after a pause, for something went wrong on our side."""
        self._wait(row_id, self._longer(row_id, LONGEST_BROKEN))

    def _decide(self, row: Row) -> None:
        team = row.team_id or ""
        sender = None if team in self._workspaces.paused else self._workspaces.sender(team)
        if sender is None:
            raise Undelivered(Fate.LATER, "the workspace waits")
        if row.channel is None:
            return self._undecided(row, "the DM is not known any more")
        marked, since = True, (row.due.due - SKEW).timestamp()
        for message in self._messages(team, row.channel, since, sender):
            mark = row_marked(message) or ""
            if mark == row.id:
                return self._arrived(row, row.channel, message)
            apart = message.get("user") == row.user_id or float(message["ts"]) < since
            marked = marked and (apart or MARK.fullmatch(mark) is not None)
        if not marked:
            return self._undecided(row, "the DM shows messages of ours without their marks")
        log.warning("Due row %s (%s) had not arrived, and is sent again.", row.id, row.due.kind)
        return self._settle(lambda tx: doubt.not_there(tx, row.id))

    def _messages(self, team: str, channel: str, since: float, sender: Sender) -> Iterator[Json]:
        """Give what stands in a DM since then, newest first, and the rest of that page: this machine's clock may have been wrong by days."""
        before: str | None = None
        while True:
            self._pace.call(team, METHOD)
            page, more = sender.history(channel, before=before)
            yield from page
            if not more:
                return
            before = str(page[-1]["ts"])
            if float(before) < since:
                return

    def _arrived(self, row: Row, channel: str, message: Json) -> None:
        log.info("Due row %s (%s) had arrived.", row.id, row.due.kind)
        now = self._deps.now()
        # As of a file that was sent without doubt, its place is not kept: that tells it from links sent instead.
        is_file = bool(message.get("files"))
        ts = None if is_file else str(message["ts"])

        def write_down(tx: Tx) -> None:
            doubt.arrived(tx, row.id, channel=channel, ts=ts, live=not is_file, now=now)
            if is_file and row.due.recipient is not None:
                people.greeted(tx, row.due.recipient)
            if not is_file:
                # Things may have moved on meanwhile, and what it offers for a while must fade.
                outbox.add(tx, Due(Kind.REDRAW, row.id, now, row.due.agreement_id, row.due.recipient))

        self._settle(write_down)

    def _undecided(self, row: Row, reason: str) -> None:
        if row.due.kind in MAY_COME_TWICE:
            log.warning("Due row %s (%s) is sent again, for %s.", row.id, row.due.kind, reason)
            return self._settle(lambda tx: doubt.not_there(tx, row.id))
        log.warning(
            "Nobody can tell whether due row %s (%s) arrived, for %s. It is not sent again.",
            row.id,
            row.due.kind,
            reason,
        )
        self._settle(lambda tx: doubt.undecided(tx, row.id))
        return self._figures.left_undecided()

    def _troubled(self, row: Row, trouble: Undelivered) -> None:
        if trouble.fate is Fate.PAUSED and trouble.reason != MISSING_SCOPE:
            self._workspaces.pause(row.team_id or "", trouble.reason)
        elif trouble.fate not in {Fate.LATER, Fate.LIMITED}:
            self._undecided(row, f"Slack does not show the DM ({trouble.reason})")
            return self._over(row.id)
        return self._wait(row.id, trouble.retry_after or self._longer(row.id))

    def _over(self, row_id: str) -> None:
        with self._lock:
            self._tries.pop(row_id, None)

    def _longer(self, row_id: str, longest: float = DOUBT_SECONDS) -> float:
        with self._lock:
            tries = self._tries.get(row_id, 0)
            self._tries[row_id] = tries + 1
        return pause_after(tries, longest=longest)

    def _wait(self, row_id: str, seconds: float) -> None:
        with self._lock:
            self._at[row_id] = time.monotonic() + seconds
