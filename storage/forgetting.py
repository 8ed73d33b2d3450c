"""Forgetting someone: what they wrote or scored, their settings, their data key, and what was said to them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, or_, select, update

from mentoring.due import Kind, Lane
from mentoring.erasing import erased
from mentoring.forgetting import leave
from mentoring.people import Retention, left_behind
from mentoring.turns import caught_up
from storage import agreements, clearing, exports
from storage.accounts import zone_named
from storage.clearing import Dm
from storage.erasing import erase_texts, let_go, remove_gone
from storage.tables import accounts, data_keys, due_rows, people
from storage.tables import agreements as agreement_rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Row

    from mentoring.agreement import Agreement
    from mentoring.ids import AgreementId, PersonId
    from storage.database import Tx

_PERSON = select(people).where(people.c.id == bindparam("person")).with_for_update(key_share=True)
# Locked: a DM that is just being opened with them is known by now, or is not opened any more.
_ACCOUNTS = (
    select(accounts).where(accounts.c.person_id == bindparam("person")).with_for_update(key_share=True)
)
_AGREEMENTS = select(agreement_rows.c.id).where(
    or_(agreement_rows.c.mentor_id == bindparam("person"), agreement_rows.c.mentee_id == bindparam("person"))
)
# By agreement, for that has an index: what is about none is little.
_TOLD = (
    due_rows.c.recipient == bindparam("person"),
    or_(due_rows.c.agreement_id.in_(_AGREEMENTS), due_rows.c.agreement_id.is_(None)),
)
_SAID_TO = (
    select(due_rows.c.team_id, due_rows.c.channel, due_rows.c.ts, due_rows.c.file_id)
    .where(*_TOLD, or_(due_rows.c.channel.is_not(None), due_rows.c.file_id.is_not(None)))
    .order_by(due_rows.c.number)
)
_TAKE_BACK = delete(due_rows).where(*_TOLD)
_LOSE_KEY = delete(data_keys).where(data_keys.c.person_id == bindparam("person"))
_LOSE_ACCOUNT = (
    update(accounts)
    .where(accounts.c.id == bindparam("account"))
    .values(
        user_id=bindparam("behind"),
        zone=bindparam("lived_by"),
        enterprise_id=None,
        locale=None,
        checked_at=None,
        channel_id=None,
    )
)
_BE_GONE = (
    update(people)
    .where(people.c.id == bindparam("person"))
    .values(
        reminders=True,
        invitations=True,
        greeted=False,
        home_opened=False,
        zone=None,
        retention=Retention.QUARTER,
        retention_since=None,
        gone=True,
    )
)
"""With a newcomer's settings."""
_UNMENTION = (
    update(due_rows)
    .where(
        due_rows.c.agreement_id.is_(None),
        due_rows.c.kind == Kind.REPLY,
        due_rows.c.team_id == bindparam("team"),
        # What looks alike to it, for it knows wildcards, stays: nothing is replaced there.
        due_rows.c.subject.contains(bindparam("mention")),
    )
    .values(subject=func.replace(due_rows.c.subject, bindparam("mention"), "/"))
)


def forget(tx: Tx, person_id: PersonId, now: datetime) -> None:
    """Forget someone, whole. Forgetting twice changes nothing; their Slack account comes back, if ever, as a newcomer's.

    1. Each of their agreements goes on, or ends, without them (``mentoring/forgetting.py``); what they wrote or scored is deleted.
    2. What was to be said to them isn't; for what was said a row is left that deletes it in Slack, and one that clears their Home.
    3. Their settings but for working hours and quiet time (``mentoring.forgetting.ghost``), their Slack ids, also where others have
       mentioned them to the bot, and their data key are deleted; agreements of which the other one has nothing left either go, and
       with no agreement left all the rest.
    4. On SQLite a row is left that overwrites what file and log still hold.
    """
    person = tx.connection.execute(_PERSON, {"person": person_id}).one_or_none()
    if person is None or person.gone:
        return
    who = {"person": person_id}
    left = _leave_all(tx, person_id, now)
    theirs = tx.connection.execute(_ACCOUNTS, who).all()
    _clear(tx, person_id, theirs, now, home=person.home_opened)
    tx.connection.execute(_LOSE_KEY, who)
    tx.destroyed.add(person_id)
    for account in theirs:
        # Out of the words, too, that others said in their DM with a mention: "recap@U0123ABCD/…" (handlers/home.py).
        tx.connection.execute(_UNMENTION, {"team": account.team_id, "mention": f"@{account.user_id}/"})
        behind = {
            "account": account.id,
            "behind": left_behind(account.id, account.user_id),
            # The one that they lived by: no time that the other one reads changes.
            "lived_by": person.zone if zone_named(person.zone) else account.zone,
        }
        tx.connection.execute(_LOSE_ACCOUNT, behind)
    tx.connection.execute(_BE_GONE, who)
    pairs: dict[PersonId, list[Agreement]] = defaultdict(list)
    for agreement in left.values():
        pairs[agreement.other(person_id).id].append(agreement)
    for pair in pairs.values():
        let_go(tx, pair, now)
    remove_gone(tx, person_id)
    clearing.clear_file(tx, now)


def _leave_all(tx: Tx, person_id: PersonId, now: datetime) -> dict[AgreementId, Agreement]:
    """Let every agreement go on, or end, without someone, and return what is left of each, by its id: all of them, locked."""
    left: dict[AgreementId, Agreement] = {}
    # Two yeses may open an agreement as the old one is caught up, or in another process meanwhile.
    while not left.keys() >= set(agreements.ids_of(tx, person_id)):
        for stored in agreements.every(tx, person_id):
            left[stored.id] = stored
            if not erased(stored, person_id):
                current = caught_up(stored, now)
                if current != stored:
                    agreements.save(tx, current, now, lane=Lane.CLOCK)
                left[stored.id] = erase_texts(tx, leave(current, person_id, now), person_id, now)
    return left


def _clear(tx: Tx, person_id: PersonId, theirs: Iterable[Row[Any]], now: datetime, *, home: bool) -> None:
    """Take back what is to be said to someone with these accounts, and let be deleted what was."""
    dms: dict[Dm, tuple[list[str], list[str]]] = {}
    for account in theirs:
        if account.channel_id:
            dms[Dm(account.team_id, account.channel_id)] = ([], [])
        if home:
            clearing.clear_home(tx, account.team_id, account.user_id, now)
    for row in tx.connection.execute(_SAID_TO, {"person": person_id}):
        # A file on its way has an id, and stands nowhere yet.
        messages, files = dms.setdefault(Dm(row.team_id, row.channel or ""), ([], []))
        messages += [row.ts] if row.ts else []
        files += [row.file_id] if row.file_id else []
    tx.connection.execute(_TAKE_BACK, {"person": person_id})
    exports.remove_of(tx, person_id)
    for dm, (messages, files) in dms.items():
        clearing.add(tx, dm, now, messages=messages, files=files)
        if dm.channel:
            clearing.look_through(tx, dm, now)
