"""Saying one due row to its recipient."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.addressees import GONE, Addressee, Addressees, addressee, in_a_moment, may_call, slack_user
from bot.drawn import Drawn, may_change
from bot.pace import Pace
from bot.sending import Fate, Posted, Sender, Undelivered
from bot.settling import Settling
from bot.uploading import Uploading
from handlers import messages
from handlers.deps import Deps
from handlers.messages import Drop, Later
from handlers.views.text import Message
from mentoring.due import Due, Kind
from mentoring.ids import AccountId, PersonId
from storage import outbox, people
from storage.database import Tx
from storage.outbox import Row

log = logging.getLogger(__name__)

OPEN = "conversations.open"


class Posting:
    """Posts messages. Nothing is sent inside a transaction."""

    def __init__(
        self,
        deps: Deps,
        settle: Settling,
        pace: Pace,
        drawn: Drawn,
        *,
        uploading: Uploading,
        addressees: Addressees,
    ) -> None:
        self._deps = deps
        self._addressees = addressees
        self._uploading = uploading
        self._settle = settle
        self._pace = pace
        self._drawn = drawn

    def post(self, row: Row, sender: Sender) -> bool:
        """Say the row, or write down that it is not to be said, or not now; return whether it was said.

        1. Read who it goes to, and ask Slack about them if that is due (``bot/addressees.py``).
        2. Draw it from the present state, in a transaction that reads.
        3. Find the DM; the first time it is opened, and then kept for good.
        4. Post it, with its file if it brings one (``bot/uploading.py``). A DM that is not there any more is opened anew, once.
        5. Write down where it stands, that its reader now knows the bot from it, when an Undo in it fades, and if Slack is still to be asked.

        Raises:
            Undelivered: Slack did not take it.
        """
        _, account = addressee(row)
        recipient = self._addressees.of(row, sender)
        drawn = self._draw(row)
        if isinstance(drawn, Message):
            said, posted = self._bring(row, account, drawn, sender)
            self._drawn.keep(row.id, said)
            self._write_down(row, recipient, said, posted)
            return True
        if isinstance(drawn, Later):
            at = drawn.at
            self._settle(lambda tx: outbox.later(tx, row.id, at))
        else:
            self._settle(lambda tx: outbox.dropped(tx, row.id))
        return False

    def _draw(self, row: Row) -> Message | Later | Drop:
        with self._deps.database.reading() as tx:
            return messages.draw(tx, row, self._deps, self._deps.now())

    def _bring(self, row: Row, account: AccountId, drawn: Message, sender: Sender) -> tuple[Message, Posted]:
        """Send what was drawn, or what stands in for it if Slack does not take its file; return which, and where it stands."""
        file = drawn.file
        if file is None:
            return drawn, self._send(row, account, drawn, sender)
        channel = row.channel or self._open(row, account, sender)
        if (posted := self._uploading.upload(row, drawn, file, channel, sender)) is not None:
            return drawn, posted
        # The DM is known by now, if it was not before.
        known = replace(row, channel=channel)
        return file.instead, self._send(known, account, file.instead, sender)

    def _send(self, row: Row, account: AccountId, message: Message, sender: Sender) -> Posted:
        channel = row.channel or self._open(row, account, sender)
        self._pace.take(slack_user(row)[0], account)
        try:
            return sender.post(channel, message, row.id)
        except Undelivered as trouble:
            if trouble.reason != "channel_not_found" or row.channel is None:
                raise
        self._settle(lambda tx: people.forget_channel(tx, account))
        return sender.post(self._open(row, account, sender), message, row.id)

    def _open(self, row: Row, account: AccountId, sender: Sender) -> str:
        if not may_call(self._pace, row, OPEN):
            raise in_a_moment(row, OPEN)
        channel = sender.open_dm(slack_user(row)[1])
        kept: list[bool] = []
        self._settle(lambda tx: kept.append(people.keep_channel(tx, account, channel)))
        if not kept[-1]:
            # Nobody would know that something stands there.
            raise Undelivered(Fate.GONE, GONE)
        return channel

    def _write_down(self, row: Row, recipient: Addressee, message: Message, posted: Posted) -> None:
        try:
            asks = self._addressees.afterwards(row, recipient)
            self._settle(lambda tx: self._said(tx, row, recipient.person.id, message, posted, asks=asks))
        except Exception as error:
            # It is said, and must not be said again.
            log.exception("Due row %s was delivered, but that could not be written down.", row.id)
            raise Undelivered(Fate.UNSURE, type(error).__name__) from None

    def _said(
        self, tx: Tx, row: Row, to: PersonId, message: Message, posted: Posted, *, asks: Sequence[Due]
    ) -> None:
        now = self._deps.now()
        outbox.sent(tx, row.id, channel=posted.channel, ts=posted.ts, live=may_change(message), now=now)
        if message.introduces:
            outbox.introduces(tx, row.id)
            people.greeted(tx, to)
        if message.fades_at is not None:
            outbox.add(tx, fading(row, message.fades_at))
        outbox.add(tx, *asks)


def fading(row: Row, at: datetime) -> Due:
    """Return the row that draws a message again when what it offers for a while goes away."""
    return Due(Kind.REDRAW, row.id, at, row.due.agreement_id, row.due.recipient, lane=row.due.lane)
