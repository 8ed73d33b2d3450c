"""A session on its way into someone's calendar: by a link, by a file, and by a new file after a move."""

from datetime import UTC, datetime

from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

from tests.journeys.driver import Bot
from tests.journeys.pair import LONDON, Pair, Someone, moment

THURSDAY = moment("Thu 26 Nov 16:30", LONDON)
FRIDAY = moment("Fri 27 Nov 10:00", LONDON)


def events(person: Someone) -> list[Event]:
    """The events in the files that someone was sent, as another program reads them."""
    files = [file for message in person.messages for file in message.files]
    read = [IcsCalendarStream.calendar_from_ics(file.content.decode()).events for file in files]
    return [event for found in read for event in found]


def plan(pair: Pair) -> None:
    pair.agree()
    pair.tom.command("/mentor session")
    pair.tom.click("Plan a session")
    pair.tom.fill("When does it start?", THURSDAY)
    pair.tom.fill("Where?", "Robin place")
    pair.tom.submit()


def test_a_file_for_whoever_asks_and_a_new_one_after_a_move(pair: Pair, bot: Bot) -> None:
    tom, anna = pair.tom, pair.anna
    plan(pair)
    tom.click("Google Calendar")
    assert tom.hands.opened == (
        "https://calendar.google.com/calendar/render?action=TEMPLATE&text=Meeting%20with%20Anna"
        "&dates=20261126T163000Z%2F20261126T174500Z"
    )
    tom.close()
    anna.click("Add to calendar")
    anna.click("Outlook at work")
    assert anna.hands.opened is not None
    assert anna.hands.opened.startswith("https://outlook.office.com/calendar/0/deeplink/compose?")
    assert "startdt=2026-11-26T11%3A30%3A00-05%3A00" in anna.hands.opened

    anna.click("Send me a file")
    assert anna.receipt == "Mentor: The file comes to your messages with me in a moment."
    anna.close()
    (first,) = events(anna)
    tom.command("/mentor session")
    tom.click("Move it")
    tom.fill("When does it start?", FRIDAY)
    tom.submit()
    tom.close()
    assert "You took a file for your calendar before this change" in anna.last
    anna.click("Send me the new file")
    anna.click("Send me the new file")

    assert anna.whispers == [
        "The file comes to your messages with me in a moment.",
        "You have this file already: it is in your messages with me.",
    ]
    (_, second) = events(anna)
    assert second.uid == first.uid
    assert (first.sequence, second.sequence) == (0, 1)
    assert first.dtstart == datetime(2026, 11, 26, 16, 30, tzinfo=UTC)
    assert second.dtstart == datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
    assert {event.summary for event in (first, second)} == {"Meeting with Tom"}
    assert events(tom) == []
    assert bot.troubles == []


def test_without_the_scope_there_are_links_alone(pair: Pair, bot: Bot) -> None:
    pair.slack.withhold_scope("files:write")
    bot.restart()

    plan(pair)

    assert pair.tom.receipt.endswith("Anna will be told.\nGoogle Calendar\nOutlook at work\nOutlook.com")
    assert bot.troubles == []
