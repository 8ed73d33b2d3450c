from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
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

LONDON, NUUK = ZoneInfo("Europe/London"), ZoneInfo("America/Nuuk")
OFFICE = WorkingHours()
ZONES = [
    "Europe/London",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "UTC",
]
moments = st.integers(0, 7 * 365 * 24 * 60).map(
    lambda m: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=m)
)


def london(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


def test_a_moment_within_working_hours_stands() -> None:
    for moment in (london(2026, 11, 5, 9), london(2026, 11, 5, 12), london(2026, 11, 5, 17)):
        assert next_working_moment(moment, OFFICE, LONDON) == moment
        assert last_working_moment(moment, OFFICE, LONDON) == moment


@pytest.mark.parametrize(
    ("moment", "after", "before"),
    [
        (london(2026, 11, 5, 8, 59), london(2026, 11, 5, 9), london(2026, 11, 4, 17)),
        (london(2026, 11, 5, 17, 1), london(2026, 11, 6, 9), london(2026, 11, 5, 17)),
        (london(2026, 11, 7, 12), london(2026, 11, 9, 9), london(2026, 11, 6, 17)),
    ],
)
def test_outside_working_hours_the_nearest_ones_count(
    moment: datetime, after: datetime, before: datetime
) -> None:
    assert next_working_moment(moment, OFFICE, LONDON) == after
    assert last_working_moment(moment, OFFICE, LONDON) == before


@pytest.mark.parametrize("never", [WorkingHours(days=frozenset()), WorkingHours(time(17), time(9))])
def test_working_hours_need_a_day_and_an_end_after_their_start(never: WorkingHours) -> None:
    with pytest.raises(ValueError, match="at least one day, and an end that is not before their start"):
        next_working_moment(london(2026, 11, 5, 9), never, LONDON)
    with pytest.raises(ValueError, match="at least one day, and an end that is not before their start"):
        last_working_moment(london(2026, 11, 5, 9), never, LONDON)


def test_a_single_working_day_is_found_a_week_away() -> None:
    thursdays = WorkingHours(days=frozenset({3}))
    assert next_working_moment(london(2026, 11, 5, 18), thursdays, LONDON) == london(2026, 11, 12, 9)
    assert last_working_moment(london(2026, 11, 5, 8), thursdays, LONDON) == london(2026, 10, 29, 17)


def test_the_reminder_goes_out_at_the_last_working_moment_twelve_hours_before() -> None:
    assert reminder_moment(london(2026, 11, 10, 16, 30), OFFICE, LONDON) == london(2026, 11, 9, 17)
    assert reminder_moment(london(2026, 11, 10, 23), OFFICE, LONDON) == london(2026, 11, 10, 11)
    assert reminder_moment(london(2026, 11, 9, 8), OFFICE, LONDON) == london(2026, 11, 6, 17)


@pytest.mark.parametrize(
    ("delay", "asked"),
    [
        (RatingDelay.NEXT_MORNING, london(2026, 11, 27, 9)),
        (RatingDelay.TWO_DAYS, london(2026, 11, 30, 9)),
        (RatingDelay.THREE_DAYS, london(2026, 11, 30, 9)),
        (RatingDelay.SEVEN_DAYS, london(2026, 12, 4, 9)),
    ],
)
def test_a_rating_is_asked_after_the_delay_in_working_hours(delay: RatingDelay, asked: datetime) -> None:
    ends = london(2026, 11, 26, 17, 30)  # a Thursday
    assert rating_moment(ends, delay, OFFICE, LONDON) == asked


def test_the_next_morning_after_a_friday_is_monday() -> None:
    assert rating_moment(london(2026, 11, 27, 12), RatingDelay.NEXT_MORNING, OFFICE, LONDON) == london(
        2026, 11, 30, 9
    )


@pytest.mark.parametrize(
    ("cadence", "expected"),
    [
        (Cadence.WEEKLY, london(2026, 10, 27, 16, 30)),
        (Cadence.FORTNIGHTLY, london(2026, 11, 3, 16, 30)),
        (Cadence.THREE_WEEKS, london(2026, 11, 10, 16, 30)),
        (Cadence.MONTHLY, london(2026, 11, 17, 16, 30)),
        (Cadence.AS_WE_GO, None),
    ],
)
def test_the_cadence_keeps_the_wall_clock_over_the_end_of_summer_time(
    cadence: Cadence, expected: datetime | None
) -> None:
    previous = london(2026, 10, 20, 16, 30)  # the third Tuesday; clocks go back on the 25th
    assert next_slot(previous, cadence, LONDON) == expected


def test_a_fifth_weekday_becomes_the_last() -> None:
    fifth_tuesday = london(2026, 9, 29, 10)
    assert next_slot(fifth_tuesday, Cadence.MONTHLY, LONDON) == london(2026, 10, 27, 10)
    assert next_slot(fifth_tuesday, Cadence.MONTHLY, LONDON, steps=3) == london(2026, 12, 29, 10)


def test_a_month_over_the_turn_of_the_year() -> None:
    assert next_slot(london(2026, 12, 8, 10), Cadence.MONTHLY, LONDON) == london(2027, 1, 12, 10)


def test_slots_that_have_passed_are_passed_over() -> None:
    previous, now = london(2026, 10, 20, 16, 30), london(2026, 12, 1, 16, 30)
    assert next_slot_after(previous, Cadence.FORTNIGHTLY, LONDON, now) == london(2026, 12, 15, 16, 30)
    assert next_slot_after(previous, Cadence.AS_WE_GO, LONDON, now) is None


def test_a_time_in_the_gap_moves_forward_by_the_gap() -> None:
    assert instant(date(2026, 3, 29), time(1, 30), LONDON) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert instant(date(2026, 3, 29), time(1, 30), LONDON).astimezone(LONDON).time() == time(2, 30)


def test_of_a_time_in_the_fold_the_first_is_meant() -> None:
    assert instant(date(2026, 10, 25), time(1, 30), LONDON) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_slot_counted_from_the_second_of_two_moves_forward_in_the_gap_all_the_same() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert second.astimezone(LONDON).time() == time(1, 30)
    slot = next_slot(second, Cadence.WEEKLY, LONDON, steps=22)
    assert slot == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert slot.astimezone(LONDON).time() == time(2, 30)


def test_hours_that_the_clock_skips_in_part_end_as_it_jumps() -> None:
    evening = WorkingHours(time(22), time(23, 30), frozenset({5}))
    jump = datetime(2026, 3, 29, 1, tzinfo=UTC)  # Nuuk goes from Saturday, 23:00, to Sunday, 0:00
    assert last_working_moment(jump + timedelta(hours=6), evening, NUUK) == jump - timedelta.resolution
    assert next_working_moment(jump, evening, NUUK) == datetime(2026, 4, 4, 22, tzinfo=NUUK)


def test_a_single_day_whose_hours_the_clock_skips_is_passed_over() -> None:
    late = WorkingHours(time(23, 15), time(23, 45), frozenset({5}))
    before = datetime(2026, 3, 21, 23, 46, tzinfo=NUUK).astimezone(UTC)
    after = datetime(2026, 4, 4, 23, 14, tzinfo=NUUK).astimezone(UTC)
    assert next_working_moment(before, late, NUUK) == after + timedelta(minutes=1)
    assert last_working_moment(after, late, NUUK) == before - timedelta(minutes=1)


def test_hours_that_the_clock_shows_twice_count_twice() -> None:
    night = WorkingHours(time(1, 10), time(1, 40), frozenset({6}))
    between = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)  # 1:50 in London, for the first time
    assert next_working_moment(between, night, LONDON) == datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert last_working_moment(between, night, LONDON) == datetime(2026, 10, 25, 0, 40, tzinfo=UTC)


@given(moments, st.sampled_from(ZONES), st.integers(1, 60))
def test_days_later_is_the_same_wall_clock_time(moment: datetime, name: str, days: int) -> None:
    zone = ZoneInfo(name)
    local, found = moment.astimezone(zone), days_later(moment, days, zone).astimezone(zone)
    wanted = datetime.combine(local.date() + timedelta(days=days), local.time())
    exists = wanted.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wanted
    assert not exists or found.replace(tzinfo=None) == wanted


@given(moments, st.sampled_from(ZONES), st.integers(0, 23), st.sets(st.integers(0, 6), min_size=1))
def test_working_moments_lie_within_working_hours(
    moment: datetime, name: str, start: int, days: set[int]
) -> None:
    zone, hours = ZoneInfo(name), WorkingHours(time(start), time(23, 59), frozenset(days))
    after, before = next_working_moment(moment, hours, zone), last_working_moment(moment, hours, zone)
    assert before <= moment <= after
    for found in (after, before):
        assert found.astimezone(zone).weekday() in days
