"""The file and the links: read back by parsers of other make, for the right instant, with nothing that anyone wrote."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil import tz
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event
from ical.timezone import IcsTimezoneInfo

from handlers.views.calendar import (
    OUTLOOK_AT_HOME,
    OUTLOOK_AT_WORK,
    calendar_file,
    google_link,
    outlook_link,
)
from handlers.views.zone_rules import zone_rules
from mentoring.agreement import Agreement
from mentoring.ids import SessionId
from mentoring.people import Person
from mentoring.secret import Secret
from mentoring.sessions import Session
from tests.mentoring.conftest import ANNA, TOM, Pair

TUESDAY = datetime(2026, 12, 1, 16, 30, tzinfo=UTC)
CANARY = "canary-4711"
HOUR = timedelta(hours=1)
IRREGULAR = ("Africa/Casablanca", "America/Santiago", "Asia/Jerusalem")


@pytest.fixture
def agreement() -> Agreement:
    return Pair().both_sign().agreement


def session(starts: datetime = TUESDAY, *, moves: int = 0) -> Session:
    return Session(
        SessionId("s1"),
        starts,
        75,
        set_at=datetime(2026, 11, 2, 10, tzinfo=UTC),
        place=Secret(f"{CANARY} tea room"),
        place_by=TOM.id,
        moves=moves,
    )


def living_in(zone: str, person: Person = TOM) -> Person:
    return replace(person, zone=ZoneInfo(zone))


def read_back(content: bytes) -> Calendar:
    return IcsCalendarStream.calendar_from_ics(content.decode())


def in_utc(event: Event) -> tuple[datetime, datetime]:
    """When it begins and ends; of two clocks that show a time twice Python says that they differ."""
    assert isinstance(event.dtstart, datetime)
    assert isinstance(event.dtend, datetime)
    return event.dtstart.astimezone(UTC), event.dtend.astimezone(UTC)


# --- the file


def test_a_second_parser_finds_one_event_with_a_neutral_title(agreement: Agreement) -> None:
    calendar = read_back(calendar_file(agreement, session(), TOM))

    (event,) = calendar.events
    assert (event.uid, event.sequence, event.summary) == ("s1@mentor", 0, "Meeting with Anna")
    assert (event.dtstart, event.dtend) == (TUESDAY, TUESDAY + timedelta(minutes=75))
    assert event.dtstamp == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert (event.status, event.description, event.location, event.organizer) == (
        "CONFIRMED",
        None,
        None,
        None,
    )
    assert calendar.method is None
    assert [zone.tz_id for zone in calendar.timezones] == ["Europe/London"]


def test_each_gets_it_in_their_own_zone_and_with_the_others_name(agreement: Agreement) -> None:
    (hers,) = read_back(calendar_file(agreement, session(), ANNA)).events

    assert hers.summary == "Meeting with Tom"
    assert str(hers.dtstart) == "2026-12-01 11:30:00-05:00"


def test_a_moved_session_is_the_same_event_in_a_later_edition(agreement: Agreement) -> None:
    (before,) = read_back(calendar_file(agreement, session(), TOM)).events
    moved = replace(session(TUESDAY + timedelta(days=2), moves=1), set_at=TUESDAY - timedelta(days=1))
    (after,) = read_back(calendar_file(agreement, moved, TOM)).events

    assert after.uid == before.uid
    assert (before.sequence, after.sequence) == (0, 1)
    assert after.dtstart == TUESDAY + timedelta(days=2)
    assert after.dtstamp == TUESDAY - timedelta(days=1)


def test_the_same_session_is_always_the_same_file(agreement: Agreement) -> None:
    assert calendar_file(agreement, session(), TOM) == calendar_file(agreement, session(), TOM)


def test_nothing_that_anyone_wrote_is_in_it(agreement: Agreement) -> None:
    assert CANARY.encode() not in calendar_file(agreement, session(), TOM)
    assert agreement.purpose is not None
    assert agreement.purpose.reveal().encode() not in calendar_file(agreement, session(), TOM)


def test_it_is_written_as_the_standard_wants_it(agreement: Agreement) -> None:
    odd = replace(agreement, mentee=replace(ANNA, name="Ann;a,\\ Bright"))

    content = calendar_file(odd, session(), TOM)

    lines = content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert b"SUMMARY:Meeting with Ann\\;a\\,\\\\" in lines
    (event,) = read_back(content).events
    assert event.summary == "Meeting with Ann;a,\\"


def test_a_name_cannot_add_a_line(agreement: Agreement) -> None:
    odd = replace(agreement, mentee=replace(ANNA, name="Anna\r\nLOCATION:here Bright"))

    content = calendar_file(odd, session(), TOM)

    assert b"LOCATION" not in content
    assert b"SUMMARY:Meeting with Anna\r\n" in content


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC"])
def test_utc_needs_no_zone(agreement: Agreement, zone: str) -> None:
    content = calendar_file(agreement, session(), living_in(zone))

    assert b"VTIMEZONE" not in content
    assert b"DTSTART:20261201T163000Z" in content


# --- zones


@pytest.mark.parametrize(
    ("zone", "starts"),
    [
        # Each but the last begins before the clock is changed and ends after it.
        ("Europe/London", datetime(2027, 3, 28, 0, 30, tzinfo=UTC)),
        ("Europe/London", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 3, 14, 6, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2027, 4, 3, 14, 30, tzinfo=UTC)),
        ("Africa/Casablanca", datetime(2027, 2, 7, 1, 30, tzinfo=UTC)),
        # In the second of two hours that the clock shows alike.
        ("Europe/London", datetime(2027, 10, 31, 1, 15, tzinfo=UTC)),
    ],
)
def test_it_lasts_as_long_where_the_clock_is_changed_meanwhile(
    agreement: Agreement, zone: str, starts: datetime
) -> None:
    (event,) = read_back(calendar_file(agreement, session(starts), living_in(zone))).events

    assert in_utc(event) == (starts, starts + timedelta(minutes=75))


def test_a_zone_that_keeps_to_yearly_rules_is_told_by_them() -> None:
    lines = zone_rules(ZoneInfo("America/New_York"), TUESDAY).to_ical().decode().split("\r\n")

    assert lines == [
        "BEGIN:VTIMEZONE",
        "TZID:America/New_York",
        "BEGIN:STANDARD",
        "DTSTART:20251102T020000",
        "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11",
        "TZNAME:EST",
        "TZOFFSETFROM:-0400",
        "TZOFFSETTO:-0500",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:20260308T020000",
        "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3",
        "TZNAME:EDT",
        "TZOFFSETFROM:-0500",
        "TZOFFSETTO:-0400",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
        "",
    ]


@pytest.mark.parametrize("zone", IRREGULAR)
def test_a_zone_that_does_not_is_told_change_by_change(zone: str) -> None:
    content = zone_rules(ZoneInfo(zone), TUESDAY).to_ical()

    assert b"RRULE" not in content
    assert b"RDATE" in content


def test_another_parser_reads_every_zone_as_python_does() -> None:
    """Once a month from the month before the session on, for a year, and on both sides of every change."""
    zones = distinct()
    assert len(zones) > 50

    assert [(zone, moment) for zone in zones for moment in read_otherwise(ZoneInfo(zone))] == []


def distinct() -> list[str]:
    """The zones of tzdata without those whose clocks are set like another's."""
    days = [TUESDAY + timedelta(days=days) for days in range(-31, 361)]
    found = {
        tuple(day.astimezone(ZoneInfo(zone)).utcoffset() for day in days): zone
        for zone in sorted(available_timezones() - {"localtime", "Factory"})
    }
    return list(found.values())


def read_otherwise(zone: ZoneInfo) -> list[datetime]:
    """The moments at which dateutil's reading of a zone's rules has another offset than Python."""
    content = b"BEGIN:VCALENDAR\r\n" + zone_rules(zone, TUESDAY).to_ical() + b"END:VCALENDAR\r\n"
    read = tz.tzical(io.StringIO(content.decode().replace("\r\n", "\n"))).get(zone.key)
    moments = [TUESDAY + timedelta(days=days) for days in range(-30, 361, 30)]
    moments += [change + span for change in changes(zone) for span in (-3 * HOUR, 3 * HOUR)]
    local = [moment.astimezone(zone) for moment in moments]
    return [here for here in local if here.replace(tzinfo=read).utcoffset() != here.utcoffset()]


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Sydney", "Europe/Dublin"])
def test_the_second_parser_reads_yearly_rules_too(agreement: Agreement, zone: str) -> None:
    calendar = read_back(calendar_file(agreement, session(), living_in(zone)))
    read = IcsTimezoneInfo.from_timezone(calendar.timezones[0])

    for days in range(-30, 361, 30):
        local = (TUESDAY + timedelta(days=days)).astimezone(ZoneInfo(zone))
        assert read.utcoffset(local.replace(tzinfo=None)) == local.utcoffset()


def changes(zone: ZoneInfo) -> list[datetime]:
    """The hours in which the zone's offset changes."""
    hours = [TUESDAY + hours * HOUR for hours in range(-30 * 24, 360 * 24)]
    return [
        later
        for earlier, later in pairwise(hours)
        if earlier.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset()
    ]


# --- links


def test_google_is_told_the_instant_in_utc(agreement: Agreement) -> None:
    link = urlsplit(google_link(agreement, session(), ANNA))

    assert f"{link.scheme}://{link.netloc}{link.path}" == "https://calendar.google.com/calendar/render"
    assert parse_qs(link.query, strict_parsing=True) == {
        "action": ["TEMPLATE"],
        "text": ["Meeting with Tom"],
        "dates": ["20261201T163000Z/20261201T174500Z"],
    }


@pytest.mark.parametrize("address", [OUTLOOK_AT_WORK, OUTLOOK_AT_HOME])
def test_outlook_is_told_the_readers_clock_with_its_offset(agreement: Agreement, address: str) -> None:
    link = outlook_link(address, agreement, session(), ANNA)

    assert link.startswith(f"{address}?")
    assert parse_qs(urlsplit(link).query, strict_parsing=True) == {
        "path": ["/calendar/action/compose"],
        "rru": ["addevent"],
        "subject": ["Meeting with Tom"],
        "startdt": ["2026-12-01T11:30:00-05:00"],
        "enddt": ["2026-12-01T12:45:00-05:00"],
    }


def test_odd_names_stay_within_the_title_of_a_link(agreement: Agreement) -> None:
    odd = replace(agreement, mentor=replace(TOM, name="T&text=x#é Reed"))

    for link in (google_link(odd, session(), ANNA), outlook_link(OUTLOOK_AT_WORK, odd, session(), ANNA)):
        asked = parse_qs(urlsplit(link).query, strict_parsing=True)
        assert asked.get("text", asked.get("subject")) == ["Meeting with T&text=x#é"]
        assert CANARY not in link
