"""The calendar in every zone whose clocks are changed between 2024 and 2030.

The calendar goes from the wall clock to UTC. What is expected here is found the other way: minute by minute of UTC, by
what the wall clock shows. An instant is a number of minutes since ``MONDAY`` in UTC, and what a clock shows is one since
that Monday by that clock, so that a month of minutes is looked through in no time.
"""

from bisect import bisect_left, bisect_right
from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from importlib import resources
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.calendar import (
    Cadence,
    RatingDelay,
    WorkingHours,
    days_later,
    instant,
    last_working_moment,
    next_slot,
    next_slot_after,
    next_working_moment,
    rating_moment,
    reminder_moment,
)

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), 60, 24 * 60, 7 * 24 * 60
END_OF_2030 = (datetime(2031, 1, 1, tzinfo=UTC) - MONDAY) // MINUTE
LOOKED_AT = range(-4 * WEEK, END_OF_2030 + 105 * WEEK, WEEK)
"""2024 to 2030, a little before, and the two years after for which slots are counted on."""
FAR = 2 * WEEK + DAY
"""Farther than the nearest working hours ever are."""


def utc(minute: int) -> datetime:
    return MONDAY + minute * MINUTE


MOMENTS = [utc(minute) for minute in LOOKED_AT]


def date_of(shown: int) -> date:
    return MONDAY.date() + timedelta(days=shown // DAY)


def time_of(shown: int) -> time:
    return time(*divmod(shown % DAY, HOUR))


def minute_of(at: time) -> int:
    return at.hour * HOUR + at.minute


@dataclass(frozen=True)
class Change:
    """Until ``at`` a clock was ``before`` minutes ahead of UTC, from then on ``after``."""

    at: int
    before: int
    after: int

    @property
    def skipped(self) -> range:
        """What the clock never shows; empty where it was put back."""
        return range(self.at + self.before, self.at + self.after)

    @property
    def repeated(self) -> range:
        """What the clock shows twice; empty where it was put forward."""
        return range(self.at + self.after, self.at + self.before)


@dataclass(frozen=True)
class Clock:
    """The wall clock of ``zone``, and of all the zones in ``names``: they have the same changes."""

    zone: ZoneInfo
    names: tuple[str, ...]
    changes: tuple[Change, ...]

    def __str__(self) -> str:
        return self.names[0]

    def __repr__(self) -> str:
        return f"<the clock of {self}>"

    @cached_property
    def times(self) -> list[int]:
        return [change.at for change in self.changes]

    @cached_property
    def offsets(self) -> set[int]:
        return {offset for change in self.changes for offset in (change.before, change.after)}

    @cached_property
    def changes_in_question(self) -> list[Change]:
        return [change for change in self.changes if 0 <= change.at < END_OF_2030]

    def shows(self, minute: int) -> int:
        behind = bisect_right(self.times, minute)
        return minute + (self.changes[behind - 1].after if behind else self.changes[0].before)

    def means(self, shown: int) -> int:
        """Return the first minute that shows this; if it is skipped, the one that shows as much more as is skipped."""
        found = [shown - offset for offset in self.offsets if self.shows(shown - offset) == shown]
        if found:
            return min(found)
        (skipped,) = (change.skipped for change in self.changes if shown in change.skipped)
        return self.means(shown + len(skipped))

    def tape(self, hours: WorkingHours, since: int, until: int) -> bytes:
        """Return, for each minute, a 1 if the clock shows working hours and a 0 if not."""
        start, end = minute_of(hours.start), minute_of(hours.end)
        working = bytes(start) + b"\1" * (end - start + 1) + bytes(DAY - 1 - end)
        week = b"".join(working if day in hours.days else bytes(DAY) for day in range(7))
        tape = b""
        for begin, change in pairwise([since, *(at for at in self.times if since < at < until), until]):
            into_week = self.shows(begin) % WEEK
            tape += (week * 4)[into_week : into_week + change - begin]
        return tape

    def next_working(self, minute: int, hours: WorkingHours) -> datetime:
        return utc(minute + self.tape(hours, minute, minute + FAR).index(1))

    def last_working(self, minute: int, hours: WorkingHours) -> datetime:
        """Return the last working moment until ``minute``; where a change ends the hours, the last before the change."""
        found = minute - FAR + self.tape(hours, minute - FAR, minute + 1).rindex(1)
        cut_short = found < minute and self.shows(found) % DAY != minute_of(hours.end)
        return utc(found + 1) - timedelta.resolution if cut_short else utc(found)


def changes_of(zone: ZoneInfo) -> Iterator[Change]:
    """Look at the clock once a week, and closer where it was changed; none is changed twice in a week."""

    def offset(at: datetime) -> int:
        ahead = at.astimezone(zone).utcoffset()
        assert ahead is not None
        return ahead // MINUTE

    offsets = map(offset, MOMENTS)
    for (since, before), (until, after) in pairwise(zip(LOOKED_AT, offsets, strict=True)):
        if before != after:
            at = bisect_left(range(since, until), True, key=lambda minute: offset(utc(minute)) != before)
            yield Change(since + at, before, after)


def clocks() -> list[Clock]:
    """Return the clocks of the tzdata package itself: by name, zoneinfo would read the machine's own files first."""
    tzdata = resources.files("tzdata")
    same_file, same_changes = defaultdict(list), defaultdict(list)
    for name in (tzdata / "zones").read_text().split():
        same_file[(tzdata / "zoneinfo" / name).read_bytes()].append(name)
    for names in same_file.values():
        with (tzdata / "zoneinfo" / names[0]).open("rb") as file:
            zone = ZoneInfo.from_file(file, key=names[0])
        same_changes[tuple(changes_of(zone))].append((zone, names))
    found = [
        Clock(zones[0][0], tuple(name for _, names in zones for name in names), changes)
        for changes, zones in same_changes.items()
    ]
    return [clock for clock in found if clock.changes_in_question]


CLOCKS = clocks()
every_clock = pytest.mark.parametrize("clock", CLOCKS, ids=str)

# Minutes before or after a change, with those that a change of half an hour, one or two makes special more often.
NEAR = st.integers(-150, 150) | st.sampled_from([-120, -61, -60, -30, -1, 0, 1, 29, 30, 59, 60, 119, 120])


# Each made once, for Hypothesis looks through a strategy anew wherever it is made anew.


@cache
def changes(clock: Clock) -> st.SearchStrategy[Change]:
    return st.sampled_from(clock.changes_in_question)


@cache
def moments(change: Change) -> st.SearchStrategy[int]:
    """Near the change, or near that time some days or a week before or after it."""
    days = st.integers(-3, 3) | st.sampled_from([-7, 7])
    return st.builds(lambda near, day: change.at + near + day * DAY, NEAR, days)


@cache
def moments_around(clock: Clock) -> st.SearchStrategy[int]:
    return changes(clock).flatmap(moments)


@cache
def hours_around(change: Change) -> st.SearchStrategy[WorkingHours]:
    """Hours that often begin or end in what is skipped or repeated, and often are on that day of the week alone."""
    shown = change.at + change.before
    bounds = NEAR.map(lambda near: (shown + near) % DAY) | st.integers(0, DAY - 1)
    day_of_change = st.sampled_from([shown - 1, shown]).map(lambda at: {date_of(at).weekday()})
    days = day_of_change | st.sets(st.integers(0, 6), min_size=1)
    return st.builds(working_hours, bounds, bounds, days)


def working_hours(one: int, other: int, days: set[int]) -> WorkingHours:
    start, end = sorted([one, other])
    return WorkingHours(time_of(start), time_of(end), frozenset(days))


def weekly_days(first: date, weeks: int) -> list[date]:
    return [first + timedelta(weeks=weeks * step) for step in range(1, 62 // weeks)]


def monthly_days(first: date) -> list[date]:
    """Return the same one of its weekday's days from each further month of this year and the next, or the last."""
    months = [
        [day for day in Calendar().itermonthdates(year, month) if day.month == month]
        for year in (first.year, first.year + 1)
        for month in range(1, 13)
    ]
    same_weekday = [[day for day in month if day.weekday() == first.weekday()] for month in months]
    place = same_weekday[first.month - 1].index(first)
    return [days[min(place, len(days) - 1)] for days in same_weekday[first.month :]]


def test_the_zones_are_those_whose_clocks_are_changed() -> None:
    names = {name for clock in CLOCKS for name in clock.names}
    assert names >= {"Europe/London", "GB", "Africa/Casablanca", "America/Nuuk", "Asia/Almaty", "Asia/Gaza"}
    assert not names & {"UTC", "Asia/Tokyo", "Asia/Kolkata", "America/Phoenix", "Africa/Lagos"}
    changes = [change for clock in CLOCKS for change in clock.changes_in_question]
    assert {len(change.skipped) for change in changes} == {0, 30, 60, 120}
    assert {len(change.repeated) for change in changes} == {0, 30, 60, 120}


@every_clock
def test_a_time_that_is_skipped_moves_forward_and_of_one_that_is_repeated_the_first_is_meant(
    clock: Clock,
) -> None:
    for change in clock.changes_in_question:
        for shown in change.skipped:
            meant = utc(shown + len(change.skipped) - change.after)
            assert meant >= utc(change.at)
            assert instant(date_of(shown), time_of(shown), clock.zone) == meant
        for shown in change.repeated:
            meant = utc(shown - change.before)
            assert meant < utc(change.at)
            assert instant(date_of(shown), time_of(shown), clock.zone) == meant
            assert instant(date_of(shown), time_of(shown).replace(fold=1), clock.zone) == meant


@every_clock
@settings(max_examples=30)
@given(data=st.data())
def test_the_cadence_keeps_the_wall_clock_time_and_misses_and_doubles_no_slot(
    clock: Clock, data: st.DataObject
) -> None:
    change, cadence = data.draw(changes(clock)), data.draw(st.sampled_from([*Cadence]))
    previous = change.at + data.draw(NEAR) - data.draw(st.integers(0, min(60, change.at // WEEK))) * WEEK
    first = date_of(clock.shows(previous))
    days = {
        Cadence.WEEKLY: weekly_days(first, 1),
        Cadence.FORTNIGHTLY: weekly_days(first, 2),
        Cadence.THREE_WEEKS: weekly_days(first, 3),
        Cadence.MONTHLY: monthly_days(first),
        Cadence.AS_WE_GO: [],
    }[cadence]
    at = clock.shows(previous) % DAY
    slots = [utc(clock.means((day - MONDAY.date()).days * DAY + at)) for day in days]

    steps = range(1, len(slots) + 1)
    assert [next_slot(utc(previous), cadence, clock.zone, steps=step) for step in steps] == slots
    now = data.draw(st.sampled_from(slots[:-1] or [utc(change.at)])) + data.draw(st.integers(-1, 1)) * MINUTE
    ahead = next_slot_after(utc(previous), cadence, clock.zone, now)
    assert ahead == next((slot for slot in slots if slot > now), None)


@every_clock
@settings(max_examples=25)
@given(data=st.data())
def test_days_later_the_wall_clock_shows_the_same(clock: Clock, data: st.DataObject) -> None:
    days = data.draw(st.integers(1, 60))
    moment = data.draw(moments_around(clock)) - data.draw(st.sampled_from([0, days])) * DAY

    meant = clock.means(clock.shows(moment) + days * DAY)
    assert days_later(utc(moment), days, clock.zone) == utc(meant)


@every_clock
@settings(max_examples=50)
@given(data=st.data())
def test_working_moments_are_the_nearest_at_which_the_wall_clock_shows_working_hours(
    clock: Clock, data: st.DataObject
) -> None:
    change = data.draw(changes(clock))
    moment, hours = data.draw(moments(change)), data.draw(hours_around(change))

    assert next_working_moment(utc(moment), hours, clock.zone) == clock.next_working(moment, hours)
    assert last_working_moment(utc(moment), hours, clock.zone) == clock.last_working(moment, hours)


@every_clock
@settings(max_examples=25)
@given(data=st.data())
def test_the_reminder_is_twelve_hours_before_in_working_hours_and_no_later_moment_would_do(
    clock: Clock, data: st.DataObject
) -> None:
    change = data.draw(changes(clock))
    starts = data.draw(moments(change)) + data.draw(st.sampled_from([0, 12 * HOUR]))
    hours = data.draw(hours_around(change))

    latest = clock.last_working(starts - 12 * HOUR, hours)
    assert reminder_moment(utc(starts), hours, clock.zone) == latest


@every_clock
@settings(max_examples=30)
@given(data=st.data())
def test_a_rating_is_asked_in_working_hours_wall_clock_days_after_the_end(
    clock: Clock, data: st.DataObject
) -> None:
    change, delay = data.draw(changes(clock)), data.draw(st.sampled_from([*RatingDelay]))
    days = {"next_morning": 1, "2": 2, "3": 3, "7": 7}[delay.value]
    ends, hours = data.draw(moments(change)) - days * DAY, data.draw(hours_around(change))

    if delay is RatingDelay.NEXT_MORNING:
        today = clock.shows(ends) // DAY
        earliest = next(minute for minute in range(ends, ends + FAR) if clock.shows(minute) // DAY > today)
    else:
        earliest = clock.means(clock.shows(ends) + days * DAY)
    assert rating_moment(utc(ends), delay, hours, clock.zone) == clock.next_working(earliest, hours)
