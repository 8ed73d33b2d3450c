"""Saying one due row to its recipient."""

import logging
from dataclasses import replace
from datetime import datetime

from bot.drawn import Drawn, may_change
from bot.pace import A_MOMENT, Pace
from bot.sending import Fate, Posted, Sender, Undelivered
from bot.settling import Settling
from bot.uploading import Uploading
from handlers import messages
from handlers.deps import Deps
from handlers.messages import Drop, Later
from handlers.views.text import Message
from mentoring.access import may_see
from mentoring.due import Due, Kind
from mentoring.ids import AccountId, PersonId
from mentoring.people import Person
from mentoring.refusal import NotFound
from storage import agreements, outbox, people
from storage.database import Tx
from storage.outbox import Row
from storage.refusals import Spoilt

log = logging.getLogger(__name__)

GONE = "the recipient is gone"
NOT_TOLD_OF = frozenset({Kind.UNREACHABLE, Kind.RETENTION_NOTICE})
"""Kinds of which the other one is not told that they could not be delivered."""


class Posting:
    """Posts messages. Nothing is sent inside a transaction."""

    def __init__(self, deps: Deps, settle: Settling, pace: Pace, drawn: Drawn, uploading: Uploading) -> None:
        self._deps = deps
        self._uploading = uploading
        self._settle = settle
        self._pace = pace
        self._drawn = drawn

    def post(self, row: Row, sender: Sender) -> bool:
        """Say the row, or write down that it is not to be said, or not now; return whether it was said.

        1. Read who it goes to. A profile older than a day, or of whoever was deactivated, is asked for first, for Slack takes posts
           to the DM of a deactivated account as if someone read them.
        2. Draw it from the present state, in a transaction that reads.
        3. Find the DM; the first time it is opened, and then kept for good.
        4. Post it, with its file if it brings one (``bot/uploading.py``). A DM that is not there any more is opened anew, once.
        5. Write down where it stands, that its reader now knows the bot, and when an Undo in it fades.

        Raises:
            Undelivered: Slack did not take it.
        """
        recipient, account = _addressee(row)
        person = self._known(recipient, row, sender)
        drawn = self._draw(row)
        if isinstance(drawn, Message):
            said, posted = self._bring(row, account, drawn, sender)
            self._drawn.keep(row.id, said)
            self._write_down(row, person, said, posted)
            return True
        if isinstance(drawn, Later):
            at = drawn.at
            self._settle(lambda tx: outbox.later(tx, row.id, at))
        else:
            self._settle(lambda tx: outbox.dropped(tx, row.id))
        return False

    def _known(self, recipient: PersonId, row: Row, sender: Sender) -> Person:
        with self._deps.database.reading() as tx:
            person = _still_there(tx, recipient)
        # Whoever was away may be back: that is asked before anything is given up.
        if person.needs_checking(self._deps.now()) or not person.active:
            person = self.look_up(row, sender)
        if not person.active:
            raise Undelivered(Fate.DEAD, "deactivated")
        return person

    def look_up(self, row: Row, sender: Sender) -> Person:
        """Ask Slack about the row's account, and remember what it says.

        Raises:
            Undelivered: Slack did not tell, or users.info is called too often just now.
        """
        team_id, user_id = _slack_user(row)
        if not self._pace.may_call(team_id, "users.info"):
            raise Undelivered(Fate.LATER, "users.info in a moment", A_MOMENT)
        profile, now = sender.profile(user_id), self._deps.now()
        found: list[Person | None] = []
        self._settle(
            lambda tx: found.append(
                people.learn_again(tx, team_id=team_id, user_id=user_id, profile=profile, now=now)
            )
        )
        if (person := found[-1]) is None:
            raise Undelivered(Fate.GONE, GONE)
        return person

    def _draw(self, row: Row) -> Message | Later | Drop:
        with self._deps.database.reading() as tx:
            return messages.draw(tx, row, self._deps, self._deps.now())

    def _bring(self, row: Row, account: AccountId, drawn: Message, sender: Sender) -> tuple[Message, Posted]:
        """Send what was drawn, or what stands in for it if Slack does not take its file; return which, and where it stands."""
        file = drawn.file
        if file is None:
            return drawn, self._send(row, account, drawn, sender)
        team_id, user_id = _slack_user(row)
        channel = row.channel or self._open(account, team_id, user_id, sender)
        if (posted := self._uploading.upload(row, drawn, file, channel, sender)) is not None:
            return drawn, posted
        # The DM is known by now, if it was not before.
        known = replace(row, channel=channel)
        return file.instead, self._send(known, account, file.instead, sender)

    def _send(self, row: Row, account: AccountId, message: Message, sender: Sender) -> Posted:
        team_id, user_id = _slack_user(row)
        channel = row.channel or self._open(account, team_id, user_id, sender)
        self._pace.take(team_id, account)
        try:
            return sender.post(channel, message, row.id)
        except Undelivered as trouble:
            if trouble.reason != "channel_not_found" or row.channel is None:
                raise
        self._settle(lambda tx: people.forget_channel(tx, account))
        return sender.post(self._open(account, team_id, user_id, sender), message, row.id)

    def _open(self, account: AccountId, team_id: str, user_id: str, sender: Sender) -> str:
        if not self._pace.may_call(team_id, "conversations.open"):
            raise Undelivered(Fate.LATER, "conversations.open in a moment", A_MOMENT)
        channel = sender.open_dm(user_id)
        kept: list[bool] = []
        self._settle(lambda tx: kept.append(people.keep_channel(tx, account, channel)))
        if not kept[-1]:
            # Nobody would know that something stands there.
            raise Undelivered(Fate.GONE, GONE)
        return channel

    def _write_down(self, row: Row, person: Person, message: Message, posted: Posted) -> None:
        try:
            self._settle(lambda tx: self._said(tx, row, person, message, posted))
        except Exception as error:
            # It is said, and must not be said again.
            log.exception("Due row %s was delivered, but that could not be written down.", row.id)
            raise Undelivered(Fate.UNSURE, type(error).__name__) from None

    def _said(self, tx: Tx, row: Row, person: Person, message: Message, posted: Posted) -> None:
        now = self._deps.now()
        outbox.sent(tx, row.id, channel=posted.channel, ts=posted.ts, live=may_change(message), now=now)
        if message.introduces:
            people.greeted(tx, person.id)
        if message.fades_at is not None:
            outbox.add(tx, fading(row, message.fades_at))


def _still_there(tx: Tx, recipient: PersonId) -> Person:
    try:
        person = people.get(tx, recipient)
    except NotFound:
        raise Undelivered(Fate.GONE, GONE) from None
    if person.gone:
        raise Undelivered(Fate.GONE, GONE)
    return person


def fading(row: Row, at: datetime) -> Due:
    """Return the row that draws a message again when what it offers for a while goes away."""
    return Due(Kind.REDRAW, row.id, at, row.due.agreement_id, row.due.recipient, lane=row.due.lane)


def unreachable(tx: Tx, row: Row, now: datetime) -> Due | None:
    """Return what tells the other side that the row's recipient cannot be reached; None if there is nobody to tell.

    Whoever is gone can be reached by nobody, which tells nothing.

    It is one row per agreement and recipient, so it is told once whatever the cause; long after the end there is no need to.
    """
    due = row.due
    if due.agreement_id is None or due.recipient is None or due.kind in NOT_TOLD_OF:
        return None
    try:
        agreement = agreements.by_clock(tx, due.agreement_id)
    except NotFound:
        return None
    except Spoilt:
        log.warning("Nobody is told that due row %s can't be delivered: its agreement can't be read.", row.id)
        return None
    other = agreement.other(due.recipient)
    if agreement.person(due.recipient).gone or not may_see(agreement, other.id):
        return None
    return Due(Kind.UNREACHABLE, agreement.id, now, agreement.id, other.id, lane=due.lane)


def _addressee(row: Row) -> tuple[PersonId, AccountId]:
    if row.due.recipient is None or row.account_id is None:
        raise ValueError("a message has a recipient")
    return row.due.recipient, row.account_id


def _slack_user(row: Row) -> tuple[str, str]:
    if row.team_id is None or row.user_id is None:
        raise ValueError("a message goes to a Slack account")
    return row.team_id, row.user_id
