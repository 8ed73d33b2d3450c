"""Sending a file to a DM in Slack's three steps, and what may come of each.

=============================  ===================================================  ====================================
step                           what it does                                         when it fails
=============================  ===================================================  ====================================
files.getUploadURLExternal     an address for the bytes; nobody sees anything       as any call that may be repeated
POST of the bytes              Slack has them; nobody sees anything                 begun anew, with a new address
files.completeUploadExternal   the file stands in the DM                            as a message: a doubtful end is UNSURE
=============================  ===================================================  ====================================

It is not begun anew for ever: after ``MOST_TRIES``, or when Slack refuses the file for whatever reason but a token that is
refused for everything, the message that stands in its place is sent instead, and meets its own fate. Without the scope
``files:write``, which is optional, no file is tried from then on.

Steps: docs.slack.dev/messaging/working-with-files, "Uploading files". Slack shares a file some time after the last step has
answered, and does not say where (github.com/slackapi/bolt-js, issue 2115).
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.pace import Pace
from bot.sending import Fate, Posted, Sender, Undelivered
from bot.settling import Settling
from handlers.deps import Deps
from handlers.views.text import File, Message
from mentoring.due import Due, Kind, Lane
from storage import outbox
from storage.database import Tx
from storage.outbox import Row

log = logging.getLogger(__name__)

SCOPE = "files:write"
MISSING_SCOPE = "missing_scope"
STAYS = timedelta(days=1)
"""How long the file of an export stays in Slack."""
MOST_TRIES = 5
"""Tries, with growing pauses of half a minute in all, before links go out instead: what stands behind it in the DM waits."""
METHODS = ("files.getUploadURLExternal", "files.completeUploadExternal")
ITS_OWN = frozenset({Fate.LIMITED, Fate.UNSURE})
"""Fates that a file has as any message: it waits as long as Slack asks, which is no failure, or may have arrived."""
TOKEN_GONE = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})
"""Refusals of the token itself, with which no message goes out either."""


def grants_files(headers: Mapping[str, Any]) -> bool:
    """Tell from the headers of any answer whether the token has the scope; if they don't say so, it will be seen.

    ``x-oauth-scopes``: docs.slack.dev/authentication/installing-with-oauth.
    """
    told = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), None)
    return told is None or SCOPE in str(told).replace(" ", "").split(",")


class Uploading:
    """Uploads files. ``without_files`` is called with a workspace's id when it turns out not to grant the scope.

    Which file it is is written down before anybody sees it, so that it can be deleted whatever comes of the last step.
    """

    def __init__(
        self, deps: Deps, settle: Settling, pace: Pace, without_files: Callable[[str], None]
    ) -> None:
        self._deps = deps
        self._settle = settle
        self._pace = pace
        self._without_files = without_files

    def upload(self, row: Row, message: Message, file: File, channel: str, sender: Sender) -> Posted | None:
        """Bring the message with its file to the DM; None if what stands in its place is to be sent.

        Raises:
            Undelivered: Slack is to be asked again later, or it is not known whether the file has arrived.
        """
        team, account = row.team_id or "", row.account_id or ""
        for method in METHODS:
            self._pace.call(team, method)
        try:
            address, file_id = sender.begin_file(file)
            sender.put_file(address, file)
            self._settle(lambda tx: self._write_down(tx, row, file_id))
            self._pace.take(team, account)
            return sender.share_file(file_id, file, channel, message, row.id)
        except Undelivered as trouble:
            tries = trouble.fate is Fate.LATER and row.attempts < MOST_TRIES
            if tries or trouble.fate in ITS_OWN or trouble.reason in TOKEN_GONE:
                raise
            log.warning("A message goes out in place of the file of due row %s: %s.", row.id, trouble.reason)
            if trouble.reason == MISSING_SCOPE:
                self._without_files(team)
            return None

    def _write_down(self, tx: Tx, row: Row, file_id: str) -> None:
        outbox.keep_file(tx, row.id, file_id)
        if row.due.kind is Kind.EXPORT:
            outbox.add(tx, removal(row, self._deps.now() + STAYS))


def removal(row: Row, at: datetime) -> Due:
    """Return the row that deletes the file which another row brought."""
    return Due(Kind.EXPIRE_EXPORT, row.id, at, recipient=row.due.recipient, lane=Lane.CLOCK)
