"""Rows of people and accounts as ``Person`` values."""

from collections.abc import Sequence
from datetime import time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, FromClause

from mentoring.calendar import WorkingHours
from mentoring.people import Person, Retention
from storage.tables import accounts, people

UTC_ZONE = ZoneInfo("UTC")


def person_columns(account: FromClause = accounts, person: FromClause = people) -> list[ColumnElement[Any]]:
    """The columns that ``person_of`` reads, in its order."""
    return [
        person.c.id,
        account.c.id,
        account.c.team_id,
        account.c.user_id,
        account.c.name,
        account.c.zone,
        account.c.active,
        account.c.is_bot,
        person.c.reminders,
        person.c.invitations,
        person.c.greeted,
        person.c.home_opened,
        person.c.zone,
        person.c.hours_start,
        person.c.hours_end,
        person.c.work_days,
        person.c.retention,
        person.c.muted_until,
        account.c.checked_at,
        person.c.gone,
        person.c.retention_since,
    ]


WIDTH = len(person_columns())


def person_of(values: Sequence[Any]) -> Person:
    """Return the person in the values of ``person_columns``."""
    id_, account, team, user, name, slacks_zone, active, bot, reminders, invitations, greeted, home = values[
        :12
    ]
    chosen_zone, start, end, days, retention, muted_until, checked, gone, since = values[12:]
    own = zone_named(chosen_zone)
    zone = own or zone_named(slacks_zone)
    return Person(
        id=id_,
        account_id=account,
        team_id=team,
        user_id=user,
        name=name,
        zone=zone or UTC_ZONE,
        zone_known=zone is not None,
        zone_chosen=own is not None,
        active=active,
        is_bot=bot,
        reminders=reminders,
        hours=hours_of(start, end, days),
        invitations=invitations,
        retention=Retention(retention),
        retention_since=since,
        muted_until=muted_until,
        greeted=greeted,
        home_opened=home,
        checked_at=checked,
        gone=gone,
    )


@cache
def hours_of(start: int, end: int, days: str) -> WorkingHours:
    """Return working hours from the columns of ``people``: minutes since midnight, and days as digits."""
    return WorkingHours(
        start=time(*divmod(start, 60)), end=time(*divmod(end, 60)), days=frozenset(map(int, days))
    )


def hours_columns(hours: WorkingHours) -> dict[str, int | str]:
    """Return working hours as the columns of ``people``."""
    return {
        "hours_start": hours.start.hour * 60 + hours.start.minute,
        "hours_end": hours.end.hour * 60 + hours.end.minute,
        "work_days": "".join(map(str, sorted(hours.days))),
    }


@cache
def zone_named(name: str | None) -> ZoneInfo | None:
    """Return the IANA zone; None if there is none of that name here."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # KeyError is what ZoneInfoNotFoundError derives from; the others are for names that are no file's.
        return None
