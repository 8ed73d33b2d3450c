"""Who a message goes to, and whether they are still there.

A post to the DM of a deactivated account succeeds as if somebody read it (github.com/slackapi/python-slack-sdk, issue 1156); ``users.info``
tells, of one person a call and of a hundred a minute. So it is asked before a message where that holds nothing up, and else
afterwards, by a row of its own (``docs/decisions/asking-afterwards.md``).
"""

import logging
import random
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.pace import A_MOMENT, A_WHILE, KEPT, Pace
from bot.sending import Fate, Sender, Undelivered
from bot.settling import Settling
from handlers.deps import Deps
from mentoring.access import may_see
from mentoring.due import Due, Kind, Lane
from mentoring.ids import AccountId, PersonId
from mentoring.people import Person
from mentoring.refusal import NotFound
from storage import agreements, outbox, people
from storage.database import Tx
from storage.outbox import Row
from storage.refusals import Spoilt

log = logging.getLogger(__name__)

METHOD = "users.info"
GONE = "the recipient is gone"
AWAY = "deactivated"
NOT_TOLD_OF = frozenset({Kind.UNREACHABLE, Kind.RETENTION_NOTICE})
"""Kinds of which the other one is not told that they could not be delivered."""


class Addressee(NamedTuple):
    """Who a message goes to; ``unasked``: they are believed to be as they were, and Slack is to be asked afterwards."""

    person: Person
    unasked: bool = False


class Addressees:
    """Asks Slack about people."""

    def __init__(self, deps: Deps, settle: Settling, pace: Pace) -> None:
        self._deps = deps
        self._settle = settle
        self._pace = pace

    def of(self, row: Row, sender: Sender) -> Addressee:
        """Return who a message goes to.

        Slack is asked first if it was not for a day. Where it is asked too much just now, they are believed to be as they were;
        but for newcomers, and for whoever was away: they may be back, and that is asked before anything is given up.

        Raises:
            Undelivered: they are gone, away, or to be asked about in a moment.
        """
        person = self._still_there(row)
        known = person.checked_at is not None and person.active
        if known and not person.needs_checking(self._deps.now()):
            return Addressee(person)
        if not may_call(self._pace, row, METHOD):
            if not known:
                raise in_a_moment(row, METHOD)
            return Addressee(person, unasked=True)
        person = self._ask(row, sender)
        if not person.active:
            raise Undelivered(Fate.DEAD, AWAY)
        return Addressee(person)

    def afterwards(self, row: Row, told: Addressee) -> list[Due]:
        """Return what asks about whoever was told something unasked, when it is its turn among those that can wait."""
        if not told.unasked:
            return []
        at = self._deps.now() + timedelta(seconds=self._pace.turn(row.team_id or "", METHOD))
        return [Due(Kind.REACHED, row.id, at, recipient=told.person.id, lane=Lane.CLOCK)]

    def look_up(self, row: Row, sender: Sender) -> Person:
        """Ask Slack about the row's account, and remember what it says.

        Raises:
            Undelivered: Slack did not tell, or users.info is called too often just now.
        """
        self._pace.call(row.team_id, METHOD)
        return self._ask(row, sender)

    def ask_afterwards(self, row: Row, sender: Sender) -> None:
        """Ask about whoever was told something unasked; if they are away, the other side is told as if it had not been said.

        Raises:
            Undelivered: as of ``look_up``.
        """
        person = self._still_there(row)
        if person.needs_checking(self._deps.now()):
            person = self.look_up(row, sender)
        self._settle(lambda tx: self._asked(tx, row, person))

    def _asked(self, tx: Tx, row: Row, person: Person) -> None:
        message = outbox.row(tx, row.due.subject)
        if message is not None and not person.active:
            log.warning("Due row %s (%s) reached nobody: %s.", message.id, message.due.kind, AWAY)
            told = unreachable(tx, message, self._deps.now())
            outbox.add(tx, *([told] if told else []))
        outbox.done(tx, row.id)

    def _ask(self, row: Row, sender: Sender) -> Person:
        team_id, user_id = slack_user(row)
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

    def _still_there(self, row: Row) -> Person:
        try:
            with self._deps.database.reading() as tx:
                person = people.get(tx, addressee(row)[0])
        except NotFound:
            raise Undelivered(Fate.GONE, GONE) from None
        if person.gone:
            raise Undelivered(Fate.GONE, GONE)
        return person


def may_call(pace: Pace, row: Row, method: str) -> bool:
    """Tell whether a message may call ``method`` first; what the clock caused leaves some calls to what gestures cause."""
    return pace.may_call(row.team_id or "", method, kept=KEPT if row.due.lane is Lane.CLOCK else 0)


def in_a_moment(row: Row, method: str) -> Undelivered:
    """Return that a message waits for ``method``. Many of the clock's may: they don't all come back at once."""
    spread = A_WHILE * random.uniform(0.5, 1.0)  # noqa: S311 - it spreads load, it guards nothing
    wait = spread if row.due.lane is Lane.CLOCK else A_MOMENT
    return Undelivered(Fate.LATER, f"{method} in a moment", wait)


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


def addressee(row: Row) -> tuple[PersonId, AccountId]:
    """Return who a message goes to, and to which account of theirs."""
    if row.due.recipient is None or row.account_id is None:
        raise ValueError("a message has a recipient")
    return row.due.recipient, row.account_id


def slack_user(row: Row) -> tuple[str, str]:
    """Return the workspace and the user, as Slack names them, that a row is for."""
    if row.team_id is None or row.user_id is None:
        raise ValueError("a message goes to a Slack account")
    return row.team_id, row.user_id
