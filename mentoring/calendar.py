"""Wall clocks: working hours, rating delays, cadence, and daylight saving time.

Every instant that goes in or comes out is an aware UTC ``datetime``; zones are IANA ``ZoneInfo``.
In a gap of the wall clock a time moves forward by the gap; in a fold the first of the two is meant
(PEP 495: ``fold=0`` does both once the instant has been through UTC). Working hours are as the wall
clock shows them: what is in a gap is left out, what is in a fold counts twice.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from mentoring.refusal import Refused

REMINDER_LEAD = timedelta(hours=12)
"""A reminder goes out at the last working-hours moment at least this long before the session."""

DAYS_OF_A_WEEK = 7
DAYS_SEARCHED = range(2 * DAYS_OF_A_WEEK + 1)
"""How far off working hours can be, in days: two weeks for someone with one working day, if a gap takes its hours."""
NO_HOURS = "working hours need at least one day, and an end that is not before their start"


class Cadence(StrEnum):
    """How often the pair means to meet."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    THREE_WEEKS = "three_weeks"
    MONTHLY = "monthly"
    AS_WE_GO = "as_we_go"


class RatingDelay(StrEnum):
    """How long after a session's end the mentee is asked, in wall-clock days of her zone."""

    NEXT_MORNING = "next_morning"
    TWO_DAYS = "2"
    THREE_DAYS = "3"
    SEVEN_DAYS = "7"


@dataclass(frozen=True)
class WorkingHours:
    """When the clock may speak to someone: from ``start`` to ``end``, both included, on ``days`` (Monday is 0).

    ``start`` is not after ``end``, and there is at least one day.
    """

    start: time = time(9)
    end: time = time(17)
    days: frozenset[int] = frozenset(range(5))


def zone_called(text: str) -> ZoneInfo:
    """Return the IANA zone that a person means: by its city ("New York") or its whole name ("America/New_York"), in any case.

    Raises:
        Refused: there is no such; the sentence names the nearest that there is.
    """
    wanted = text.strip().casefold().replace(" ", "_")
    if (found := _zones().get(wanted)) is not None:
        return ZoneInfo(found)
    near = get_close_matches(wanted, _zones(), n=1)
    hint = f" Did you mean {_zones()[near[0]].rsplit('/', 1)[-1].replace('_', ' ')}?" if near else ""
    raise Refused(f"I don't know a time zone by that name; please give a large city in it.{hint}", at="zone")


@cache
def _zones() -> dict[str, str]:
    """Every zone of the IANA database by its name and by its city, in lower case; of two with one city the shorter name."""
    names = sorted(available_timezones(), key=lambda key: (len(key), key), reverse=True)
    cities = {
        key.rsplit("/", 1)[-1].casefold(): key for key in names if "/" in key and not key.startswith("Etc/")
    }
    return cities | {key.casefold(): key for key in names}


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which ``zone``'s wall clock shows ``day`` and ``at``.

    The ``fold`` of ``at`` does not count: one that a moment in another fold brings along would turn the rule round.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def days_later(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the instant with the same wall-clock time ``days`` days later in ``zone``."""
    local = moment.astimezone(zone)
    return instant(local.date() + timedelta(days=days), local.time(), zone)


def next_working_moment(moment: datetime, hours: WorkingHours, zone: ZoneInfo) -> datetime:
    """Return ``moment`` if it lies within working hours, else the start of the next ones.

    Raises:
        ValueError: there are no such hours: no day, or an end before the start.
    """
    today = moment.astimezone(zone).date()
    for ahead in DAYS_SEARCHED:
        for opens, closes in _working_spans(today + timedelta(days=ahead), hours, zone):
            if moment <= closes:
                return max(moment, opens)
    raise ValueError(NO_HOURS)


def last_working_moment(moment: datetime, hours: WorkingHours, zone: ZoneInfo) -> datetime:
    """Return ``moment`` if it lies within working hours, else the end of the latest ones before it.

    Raises:
        ValueError: there are no such hours: no day, or an end before the start.
    """
    today = moment.astimezone(zone).date()
    for back in DAYS_SEARCHED:
        for opens, closes in reversed(_working_spans(today - timedelta(days=back), hours, zone)):
            if moment >= opens:
                return min(moment, closes)
    raise ValueError(NO_HOURS)


def _working_spans(day: date, hours: WorkingHours, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """Return from when until when ``zone``'s wall clock shows working hours of ``day``: as a rule once."""
    if day.weekday() not in hours.days:
        return []
    spans = []
    for since, until, offset in _offsets_around(day, zone):
        opens = max(since, datetime.combine(day, hours.start, UTC) - offset)
        closes = min(until - timedelta.resolution, datetime.combine(day, hours.end, UTC) - offset)
        if opens <= closes:
            spans.append((opens, closes))
    return spans


def _offsets_around(day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime, timedelta]]:
    """Return which UTC offsets ``zone`` has, each from one instant until another, over the whole of ``day``.

    As a rule it is one; two if the clock is changed. No zone changes it twice within three days.
    """
    since = datetime.combine(day, time(0), UTC) - timedelta(days=1)
    until = since + timedelta(days=3)
    before, after = _offset(since, zone), _offset(until, zone)
    if before == after:
        return [(since, until, before)]
    minute = timedelta(minutes=1)
    minutes = range((until - since) // minute)
    changed = since + minute * bisect_left(
        minutes, True, key=lambda passed: _offset(since + minute * passed, zone) == after
    )
    return [(since, changed, before), (changed, until, after)]


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    """Return how far ``zone``'s wall clock is ahead of UTC."""
    return moment.astimezone(zone).replace(tzinfo=UTC) - moment


def reminder_moment(starts: datetime, hours: WorkingHours, zone: ZoneInfo) -> datetime:
    """Return the last working-hours moment at least twelve hours before a session starts."""
    return last_working_moment(starts - REMINDER_LEAD, hours, zone)


def rating_moment(ends: datetime, delay: RatingDelay, hours: WorkingHours, zone: ZoneInfo) -> datetime:
    """Return when the mentee is asked for a rating of the session that ended at ``ends``.

    "Next morning" is her next working day's start; otherwise the first working-hours moment after
    the delay's wall-clock days.
    """
    if delay is RatingDelay.NEXT_MORNING:
        tomorrow = ends.astimezone(zone).date() + timedelta(days=1)
        return next_working_moment(instant(tomorrow, time(0), zone), hours, zone)
    return next_working_moment(days_later(ends, int(delay.value), zone), hours, zone)


_DAYS_BETWEEN = {Cadence.WEEKLY: 7, Cadence.FORTNIGHTLY: 14, Cadence.THREE_WEEKS: 21}


def next_slot(previous: datetime, cadence: Cadence, zone: ZoneInfo, *, steps: int = 1) -> datetime | None:
    """Return when the cadence says a session starts, ``steps`` after ``previous``; None when the pair goes as it goes.

    Keeps ``zone``'s wall-clock time. Monthly is the same weekday of the month (second Tuesday); a
    fifth becomes the last.
    """
    if cadence is Cadence.AS_WE_GO:
        return None
    if cadence is Cadence.MONTHLY:
        local = previous.astimezone(zone)
        return instant(_same_weekday(local.date(), months=steps), local.time(), zone)
    return days_later(previous, steps * _DAYS_BETWEEN[cadence], zone)


def next_slot_after(previous: datetime, cadence: Cadence, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Return the cadence's first slot after ``previous`` that is still ahead of ``now``."""
    steps = 1
    while (slot := next_slot(previous, cadence, zone, steps=steps)) is not None and slot <= now:
        steps += 1
    return slot


def _same_weekday(day: date, *, months: int) -> date:
    """Return the same weekday ``months`` later: the n-th of its month, a fifth as the last."""
    nth = (day.day - 1) // DAYS_OF_A_WEEK
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    found = first + timedelta(days=(day.weekday() - first.weekday()) % DAYS_OF_A_WEEK, weeks=nth)
    return found if found.month == first.month else found - timedelta(weeks=1)
