"""People and their accounts: who is acting, what Slack says of them, and what they chose."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from mentoring.due import Due, Kind
from mentoring.ids import AccountId, PersonId, new_id
from mentoring.people import GONE, Person, Profile, check_settings
from mentoring.refusal import NotFound
from storage import agreements, due
from storage.accounts import hours_columns, person_columns, person_of
from storage.database import Tx
from storage.tables import accounts, people

_PERSON = select(*person_columns()).join_from(accounts, people, people.c.id == accounts.c.person_id)
_BY_ACCOUNT = _PERSON.where(accounts.c.team_id == bindparam("team"), accounts.c.user_id == bindparam("user"))
_BY_ID = _PERSON.where(people.c.id == bindparam("person")).order_by(accounts.c.id).limit(1)
_TEAMS = (
    select(accounts.c.team_id).where(accounts.c.user_id == bindparam("user")).order_by(accounts.c.team_id)
)
_CHANNEL = select(accounts.c.channel_id).where(accounts.c.id == bindparam("account"))


def by_account(tx: Tx, team_id: str, user_id: str) -> Person | None:
    """Return the person behind a Slack account; None if they are unknown."""
    row = tx.connection.execute(_BY_ACCOUNT, {"team": team_id, "user": user_id}).one_or_none()
    return None if row is None else person_of(row)


def teams_of(tx: Tx, user_id: str) -> list[str]:
    """Return the workspaces in which a Slack user id is known."""
    return list(tx.connection.execute(_TEAMS, {"user": user_id}).scalars())


def get(tx: Tx, person_id: PersonId) -> Person:
    """Return a person, by the first of their accounts; NotFound if there is no such person."""
    row = tx.connection.execute(_BY_ID, {"person": person_id}).one_or_none()
    if row is None:
        raise NotFound
    return person_of(row)


def acting(
    tx: Tx, *, team_id: str, user_id: str, enterprise_id: str | None = None, name: str, now: datetime
) -> Person:
    """Return the person behind a gesture. A newcomer is added, by the name that the gesture gives.

    ``tx`` writes, though nothing is written of someone who is known, but when Slack is to be asked about them again.
    """
    person = by_account(tx, team_id, user_id) or _created(
        tx, team_id=team_id, user_id=user_id, enterprise_id=enterprise_id, name=name, now=now
    )
    if person.needs_checking(now):
        due.add(tx, Due(Kind.LOOKUP, person.id, now, recipient=person.id))
    return person


def learn(tx: Tx, *, team_id: str, user_id: str, profile: Profile, now: datetime) -> Person:
    """Return the person as ``users.info`` has just shown them, unknown so far or not.

    What is due about their agreements follows a changed zone at once.
    """
    before = by_account(tx, team_id, user_id) or _created(
        tx, team_id=team_id, user_id=user_id, enterprise_id=None, name=profile.name, now=now
    )
    _set_profile(tx, before, profile, now)
    return _changed(tx, before, now)


def learn_again(tx: Tx, *, team_id: str, user_id: str, profile: Profile, now: datetime) -> Person | None:
    """Do as ``learn`` if they are known still; None if they are gone meanwhile, and nothing is written of them."""
    before = by_account(tx, team_id, user_id)
    if before is None or not _set_profile(tx, before, profile, now):
        return None
    return _changed(tx, before, now)


def _set_profile(tx: Tx, before: Person, profile: Profile, now: datetime) -> bool:
    """Keep what Slack shows of someone; False if they are gone since they were read."""
    # Of whoever is deactivated Slack shows neither; the other one's messages go on naming times as they were.
    where = {"zone": profile.zone, "locale": profile.locale} if profile.active or profile.zone else {}
    return _set_account(
        tx,
        before.account_id,
        **where,
        name=profile.name,
        active=profile.active,
        is_bot=profile.is_bot,
        checked_at=now,
    )


def set_settings(tx: Tx, person_id: PersonId, now: datetime, **chosen: Any) -> Person:
    """Return the person with the settings given, what isn't given as it was; what is due about their agreements follows at once.

    Args:
        tx: writes.
        person_id: whose.
        now: the instant.
        chosen: fields of ``Person`` by their names: ``reminders``, ``invitations``, ``hours``, ``retention``, ``muted_until``; and
            ``zone``, the ``ZoneInfo`` of their own choice, None for Slack's.

    Raises:
        Refused: a choice makes no sense; nothing is written then.
        NotFound: they are gone.
    """
    before = get(tx, person_id)
    if before.gone:
        raise NotFound
    check_settings(replace(before, **{k: v for k, v in chosen.items() if k != "zone"}), now)
    values = {k: v for k, v in chosen.items() if k not in {"zone", "hours"}}
    if "zone" in chosen:
        values["zone"] = None if chosen["zone"] is None else chosen["zone"].key
    if chosen.get("retention", before.retention) is not before.retention:
        values["retention_since"] = now
    if "hours" in chosen:
        values |= hours_columns(chosen["hours"])
    _set_person(tx, person_id, **values)
    return _changed(tx, before, now)


def opened_home(tx: Tx, person_id: PersonId) -> None:
    """Remember that they have opened Home, so that it is drawn again when something changes."""
    _set_person(tx, person_id, home_opened=True)


def greeted(tx: Tx, person_id: PersonId) -> None:
    """Remember that they have been told what Mentor is."""
    _set_person(tx, person_id, greeted=True)


def channel(tx: Tx, account_id: AccountId) -> str | None:
    """Return the account's DM with the bot, if it is known."""
    found: str | None = tx.connection.execute(_CHANNEL, {"account": account_id}).scalar()
    return found


def keep_channel(tx: Tx, account_id: AccountId, channel: str) -> bool:
    """Remember the account's DM with the bot; False if whose it was is gone, so that nothing must be said there."""
    return _set_account(tx, account_id, channel_id=channel)


def forget_channel(tx: Tx, account_id: AccountId) -> None:
    """Forget the account's DM with the bot: Slack does not know it any more."""
    _set_account(tx, account_id, channel_id=None)


def _created(
    tx: Tx, *, team_id: str, user_id: str, enterprise_id: str | None, name: str, now: datetime
) -> Person:
    """A newcomer; whoever else meets them in the same instant gets the same person."""
    person_id = new_id()
    tx.connection.execute(insert(people), {"id": person_id, "created_at": now})
    account = {
        "id": new_id(),
        "person_id": person_id,
        "enterprise_id": enterprise_id,
        "team_id": team_id,
        "user_id": user_id,
        "name": name,
    }
    tx.connection.execute(tx.insert(accounts), account)
    person = person_of(tx.connection.execute(_BY_ACCOUNT, {"team": team_id, "user": user_id}).one())
    if person.id != person_id:
        tx.connection.execute(people.delete().where(people.c.id == person_id))
    return person


def _changed(tx: Tx, before: Person, now: datetime) -> Person:
    """The person as they are now. What was loaded of their agreements is out of date, and what is due may be."""
    after = get(tx, before.id)
    if after != before:
        for agreement_id in [
            key for key, held in tx.loaded.items() if after.id in {held.mentor.id, held.mentee.id}
        ]:
            del tx.loaded[agreement_id]
    if _heard(after) != _heard(before):
        agreements.follow_settings(tx, after.id, now)
    return after


def _heard(person: Person) -> object:
    """What tells when the clock may speak to someone, and of what."""
    return person.zone, person.reminders, person.hours, person.muted_until, person.retention_since


def _set_person(tx: Tx, person_id: PersonId, **values: Any) -> None:
    if values:
        known = people.c.id == person_id, people.c.gone.is_(False)
        tx.connection.execute(update(people).where(*known).values(**values))


def _set_account(tx: Tx, account_id: AccountId, **values: Any) -> bool:
    known = accounts.c.id == account_id, accounts.c.user_id.not_like(f"{GONE}%")
    return bool(tx.connection.execute(update(accounts).where(*known).values(**values)).rowcount)
