"""Rows of people and accounts as ``Person`` values."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, FromClause

from mentoring.people import Person
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
        account.c.checked_at,
    ]


WIDTH = len(person_columns())


def person_of(values: Sequence[Any]) -> Person:
    """Return the person in the values of ``person_columns``."""
    id_, account, team, user, name, zone_name, active, bot, reminders, invitations, greeted, home, checked = (
        values
    )
    zone = zone_named(zone_name)
    return Person(
        id=id_,
        account_id=account,
        team_id=team,
        user_id=user,
        name=name,
        zone=zone or UTC_ZONE,
        zone_known=zone is not None,
        active=active,
        is_bot=bot,
        reminders=reminders,
        invitations=invitations,
        greeted=greeted,
        home_opened=home,
        checked_at=checked,
    )


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
