"""Deleting in Slack what was said to someone who is gone, and on SQLite what file and log still hold of them.

==============  ==========================================================================================================
row             done when
==============  ==========================================================================================================
DELETE_MESSAGE  ``chat.delete`` deletes it, or it isn't there
DELETE_FILE     ``files.delete`` deletes it, or it isn't there
CLEAR_DM        every page of ``conversations.history`` has been read; what is left of the bot's own has got a row of its own
CLEAR_HOME      a newcomer's Home stands there
CLEAR_FILE      the file is written anew, and nobody who reads kept its log from being cut off
==============  ==========================================================================================================

What Slack does not let the bot do for good (a scope that it was not granted, a workspace that must keep what is said) is
logged, and counts as done; everything else is tried again. With the last of these rows what file and log hold of the rows
themselves is overwritten too.

Errors: docs.slack.dev/reference/methods, "Errors" of chat.delete, files.delete and conversations.history.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.doubt import MARK
from bot.pace import Pace
from bot.sending import Fate, Sender, Undelivered
from bot.settling import Settling
from handlers import messages
from handlers.deps import Deps
from handlers.introduction import row_marked
from mentoring.due import Kind
from storage import clearing, outbox, people
from storage.clearing import SETTLED_AFTER, Dm
from storage.database import Busy, Tx
from storage.outbox import Row

log = logging.getLogger(__name__)

NOT_ALLOWED = frozenset(
    {
        "cant_delete_file",
        "cant_delete_message",
        "compliance_exports_prevent_deletion",
        "delete_not_allowed",
        "file_deleting_disabled",
        "missing_scope",
    }
)
"""What no further try would change."""


class Clearing:
    """Carries out the rows that ``storage/forgetting.py`` leaves. Doing one twice does no harm."""

    def __init__(self, deps: Deps, settle: Settling, pace: Pace) -> None:
        self._deps = deps
        self._settle = settle
        self._pace = pace

    def clear(self, row: Row, sender: Sender) -> None:
        """Do what the row is for.

        Raises:
            Undelivered: Slack is to be asked again.
        """
        match row.due.kind:
            case Kind.DELETE_MESSAGE:
                channel, ts = _spot(row)
                self._ask(row, "chat.delete", lambda: sender.delete(channel, ts))
            case Kind.DELETE_FILE:
                file_id = row.file_id or ""
                self._ask(row, "files.delete", lambda: sender.delete_file(file_id))
            case Kind.CLEAR_HOME:
                self._home(row, sender)
            case _:
                return self._look_through(row, sender)
        return self._settle(lambda tx: self._done(tx, row))

    def clear_file(self, row: Row) -> None:
        """Overwrite what a SQLite file and its log still hold of what was deleted.

        Raises:
            Undelivered: somebody still reads from the log.
        """
        try:
            done = self._deps.database.overwrite()
        except Busy:
            done = False
        if not done:
            raise Undelivered(Fate.LATER, "somebody still reads from the database's log")
        self._settle(lambda tx: outbox.done(tx, row.id))
        log.info("Nothing that was deleted is left in the database's file and log.")

    def _ask(self, row: Row, method: str, call: Callable[[], object]) -> None:
        self._pace.call(row.team_id, method)
        try:
            call()
        except Undelivered as trouble:
            if trouble.fate in {Fate.GONE, Fate.DEAD}:
                return
            if trouble.reason not in NOT_ALLOWED:
                raise
            log.warning(
                "Workspace %s does not let %s clear up after someone who is gone: %s.",
                row.team_id,
                method,
                trouble.reason,
            )

    def _home(self, row: Row, sender: Sender) -> None:
        team, user = row.team_id or "", clearing.whose_home(row.due.subject)
        with self._deps.database.reading() as tx:
            back = people.by_account(tx, team, user)
        if back is None or not back.home_opened:
            view = messages.newcomers_home(self._deps, self._deps.now())
            self._ask(row, "views.publish", lambda: sender.publish(user, view))

    def _look_through(self, row: Row, sender: Sender) -> None:
        """Read one page of a DM, from the newest that was there when the row was due; the next one is read in its own turn."""
        dm, found = Dm(row.team_id or "", row.channel or ""), []
        before = row.ts or str(row.due.due.timestamp())
        self._ask(
            row, "conversations.history", lambda: found.append(sender.history(dm.channel, before=before))
        )
        page, more = found[0] if found else ([], False)
        self._settle(lambda tx: self._found(tx, row, dm, page, more=more))

    def _found(self, tx: Tx, row: Row, dm: Dm, page: list[Mapping[str, Any]], *, more: bool) -> None:
        now, until = self._deps.now(), row.due.due - SETTLED_AFTER
        marks = {str(shown["ts"]): _mark(shown) for shown in page if shown.get("bot_id")}
        alive = clearing.alive(tx, {mark for mark in marks.values() if mark})
        gone = [ts for ts, mark in marks.items() if (mark not in alive if mark else _sent(ts) <= until)]
        files = [
            str(file["id"])
            for shown in page
            if str(shown["ts"]) in gone
            for file in shown.get("files") or []
            if file.get("mode") != "tombstone"
        ]
        clearing.add(tx, dm, now, messages=gone, files=files)
        if more:
            clearing.go_on(tx, row.id, str(page[-1]["ts"]), now)
        else:
            self._done(tx, row)

    def _done(self, tx: Tx, row: Row) -> None:
        """Have the rows themselves overwritten too, once the last of them is done."""
        outbox.done(tx, row.id)
        if not clearing.anything_left(tx):
            clearing.clear_file(tx, self._deps.now())


def _mark(shown: Mapping[str, Any]) -> str | None:
    mark = row_marked(shown) or ""
    return mark if MARK.fullmatch(mark) else None


def _spot(row: Row) -> tuple[str, str]:
    if row.channel is None or row.ts is None:
        raise ValueError("a message stands somewhere")
    return row.channel, row.ts


def _sent(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)
