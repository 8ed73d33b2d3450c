"""A time zone's rules as iCalendar tells them (RFC 5545, 3.6.5): when the clock is changed, and by how much.

icalendar's own ``Timezone.from_tzinfo`` (7.3.2) begins summer time an hour late: it names the onset by the clock after the
change, where the standard wants the one before. And it lists onsets, where many calendars understand only yearly rules.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

BEFORE = timedelta(days=400)
"""How long before a moment its zone's rules are told from: at least one change of each kind, where there are any."""
AFTER = timedelta(days=400)
FORESEEN = timedelta(days=8 * 366)
"""For so long a change must keep to a yearly rule to be told by it: no fourth Sunday is the last of its month every time."""
A_WEEK = 7
ONE_SECOND = timedelta(seconds=1)


class Kind(NamedTuple):
    """What a change makes of the clock."""

    before: timedelta
    after: timedelta
    name: str
    summer: bool


def zone_rules(zone: ZoneInfo, around: datetime) -> Timezone:
    """Return the zone with the rules that hold around a moment: yearly ones if it has them, else each change by itself."""
    timezone = Timezone()
    timezone.add("tzid", zone.key)
    first, last = ((around + span).astimezone(UTC).replace(microsecond=0) for span in (-BEFORE, AFTER))
    onsets = list(_changes(zone, first, first + FORESEEN))
    kinds: dict[Kind, list[datetime]] = {}
    for onset in onsets:
        kind = _kind(zone, onset)
        kinds.setdefault(kind, []).append(_by_the_clock_before(onset, kind))
    yearly = {kind: _yearly(times) for kind, times in kinds.items()}
    if not onsets or None in yearly.values():
        standing = _standing(zone, first)
        timezone.add_component(_observance(standing, [_by_the_clock_before(first, standing)]))
        yearly = dict.fromkeys(yearly)
    for kind, times in kinds.items():
        near = [time for time in times if time < _by_the_clock_before(last, kind)]
        if rule := yearly[kind]:
            timezone.add_component(_observance(kind, times[:1], rule))
        elif near:
            timezone.add_component(_observance(kind, near))
    return timezone


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """Give the instants, in UTC, at which the zone's offset changes: looked for week by week, then to the second."""

    def offset(moment: datetime) -> timedelta | None:
        return moment.astimezone(zone).utcoffset()

    week = timedelta(weeks=1)
    while first < last:
        low, high = first, first + week
        before = offset(low)
        if before != offset(high):
            while high - low > ONE_SECOND:
                middle = low + (high - low) // 2
                low, high = (middle, high) if offset(middle) == before else (low, middle)
            yield high.replace(microsecond=0)
        first += week


def _kind(zone: ZoneInfo, onset: datetime) -> Kind:
    before = (onset - ONE_SECOND).astimezone(zone).utcoffset()
    return _standing(zone, onset)._replace(before=before or timedelta())


def _standing(zone: ZoneInfo, moment: datetime) -> Kind:
    """How the clock stands at a moment, as if it had never stood otherwise."""
    local = moment.astimezone(zone)
    offset = local.utcoffset() or timedelta()
    return Kind(offset, offset, local.tzname() or zone.key, (local.dst() or timedelta()) > timedelta())


def _by_the_clock_before(onset: datetime, kind: Kind) -> datetime:
    return (onset + kind.before).replace(tzinfo=None)


def _yearly(times: list[datetime]) -> vRecur | None:
    """Return the yearly rule that all the times keep to, like "the last Sunday of March"; None if there is none."""
    first = times[0]
    one_a_year = [time.year for time in times] == list(range(first.year, first.year + len(times)))
    alike = {(time.month, time.weekday(), time.time()) for time in times}
    if len(times) < FORESEEN.days // 366 - 1 or len(alike) > 1 or not one_a_year:
        return None
    places = {(time.day - 1) // A_WEEK + 1 for time in times}
    if all((time + timedelta(days=A_WEEK)).month != time.month for time in times):
        place = -1
    elif len(places) == 1:
        place = places.pop()
    else:
        return None
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[first.weekday()]
    return vRecur({"FREQ": "YEARLY", "BYMONTH": first.month, "BYDAY": f"{place}{weekday}"})


def _observance(
    kind: Kind, times: list[datetime], rule: vRecur | None = None
) -> TimezoneStandard | TimezoneDaylight:
    observance = TimezoneDaylight() if kind.summer else TimezoneStandard()
    observance.add("dtstart", times[0])
    if rule:
        observance.add("rrule", rule)
    elif times[1:]:
        observance.add("rdate", times[1:])
    observance.add("tzoffsetfrom", kind.before)
    observance.add("tzoffsetto", kind.after)
    observance.add("tzname", kind.name)
    return observance
