"""A session in one's own calendar: links that open it there, and a file. Neither holds anything that anyone wrote.

Both take what they need and return what they make, so that they can be made anywhere. The title is neutral, for others may
look into a calendar.
"""

from datetime import UTC, datetime
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.sessions import Beside, file_button
from handlers.views.text import File, Message, button, name, paragraph, small, when
from mentoring.agreement import Agreement
from mentoring.people import Person
from mentoring.sessions import Session, is_ahead

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK_AT_WORK = "https://outlook.office.com/calendar/0/deeplink/compose"
OUTLOOK_AT_HOME = "https://outlook.live.com/calendar/0/deeplink/compose"
FILE_NAME = "meeting.ics"

# --- what it says


def title(agreement: Agreement, me: Person) -> str:
    """Return what the session is called in someone's calendar."""
    return f"Meeting with {name(agreement.other(me.id))}"


def _described(agreement: Agreement, session: Session, me: Person) -> str:
    return f"{title(agreement, me)}: {when(session.starts, me, agreement.other(me.id))}, for {session.minutes} minutes"


# --- links


def google_link(agreement: Agreement, session: Session, me: Person) -> str:
    """Return the address at which Google Calendar opens a new event with the session's title and time.

    Its times are in UTC with a "Z", which Google shows in the calendar's own zone (Google's "Instructions for making Google
    Calendar event reminder buttons", google.com/googlecalendar/event_publisher_guide_detail.html; the present address:
    github.com/InteractionDesignFoundation/add-event-to-calendar-docs, services/google.md).
    """
    dates = "/".join(f"{moment:%Y%m%dT%H%M%SZ}" for moment in _from_to(session, ZoneInfo("UTC")))
    return _address(GOOGLE, action="TEMPLATE", text=title(agreement, me), dates=dates)


def outlook_link(address: str, agreement: Agreement, session: Session, me: Person) -> str:
    """Return the address at which Outlook on the web opens a new event with the session's title and time.

    Not documented by Microsoft. The parameters are those of github.com/InteractionDesignFoundation/add-event-to-calendar-docs,
    services/outlook-web.md. Outlook has been seen to heed a time's offset, and to ignore it and take the hour for the reader's own
    (github.com/AnandChowdhary/calendar-link, issue 236 and pull requests 262 and 494): the reader's wall clock with its offset is
    right either way.

    Args:
        address: ``OUTLOOK_AT_WORK``, or ``OUTLOOK_AT_HOME`` for personal accounts, which are apart.
        agreement: the pair's.
        session: the session.
        me: whose calendar it is for.
    """
    starts, ends = (moment.isoformat(timespec="seconds") for moment in _from_to(session, me.zone))
    return _address(
        address,
        path="/calendar/action/compose",
        rru="addevent",
        subject=title(agreement, me),
        startdt=starts,
        enddt=ends,
    )


def _from_to(session: Session, zone: ZoneInfo) -> tuple[datetime, datetime]:
    # By way of UTC: wall clocks differ by other than the session's length where the clock changes in between.
    return session.starts.astimezone(zone), session.ends.astimezone(zone)


def _address(address: str, **parameters: str) -> str:
    return f"{address}?{urlencode(parameters, quote_via=quote)}"


def link_buttons(agreement: Agreement, session: Session, me: Person) -> list[ButtonElement]:
    """Return the buttons that open the session in a calendar on the web; Slack follows them, and tells of the click too."""
    links = {
        "Google Calendar": google_link(agreement, session, me),
        "Outlook at work": outlook_link(OUTLOOK_AT_WORK, agreement, session, me),
        "Outlook.com": outlook_link(OUTLOOK_AT_HOME, agreement, session, me),
    }
    return [_link(label, address, place) for place, (label, address) in enumerate(links.items())]


def _link(label: str, address: str, place: int) -> ButtonElement:
    one = button(
        label, f"{Action.CALENDAR_LINK}_{place}", "link", label_for_readers=f"Open this session in {label}"
    )
    one.url = address
    return one


# --- the file


def calendar_file(agreement: Agreement, session: Session, me: Person) -> bytes:
    """Return the session as an iCalendar file (RFC 5545), in the zone of whose calendar it is for.

    UID stays the same and SEQUENCE grows when the session is moved, so that a calendar knows the later file for the same event.
    It has no METHOD: that would make it a message of a schedule's organizer, whose address it would have to name (RFC 5546,
    3.2.1), and is known to nobody here; without one it is simply an event (RFC 5545, 3.7.2). DTSTAMP is then when the event was
    last changed (3.8.7.2), so that the same event is always the same file.
    """
    # icalendar takes 4 MB and a tenth of a second, which a bot that is asked for no file does without.
    from icalendar import Calendar, Event  # noqa: PLC0415

    from handlers.views.zone_rules import zone_rules  # noqa: PLC0415

    calendar = Calendar()
    calendar.add("prodid", "-//Mentor//Sessions//EN")
    calendar.add("version", "2.0")
    starts, ends = _from_to(session, me.zone)
    if starts.fold or ends.fold:
        # A wall clock that shows a time twice means the first (3.3.5); for the second only UTC is left.
        starts, ends = _from_to(session, ZoneInfo("UTC"))
    event = Event()
    event.add("uid", f"{session.id}@mentor")
    event.add("sequence", session.moves)
    event.add("dtstamp", session.set_at.astimezone(UTC))
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("summary", title(agreement, me))
    event.add("status", "CONFIRMED")
    if "TZID" in event["dtstart"].params:
        calendar.add_component(zone_rules(me.zone, starts))
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


# --- where it is offered


def calendar_buttons(agreement: Agreement, session: Session, me: Person, *, files: bool) -> ActionsBlock:
    """Return all the ways to one's calendar in a row; ``files``: files can be sent in this workspace."""
    links = link_buttons(agreement, session, me)
    return ActionsBlock(elements=[*links, file_button(session)] if files else links)


def calendar_view(agreement: Agreement, session: Session, me: Person, *, files: bool) -> View:
    """Return the small window that opens from "Add to calendar"."""
    fine = "The links open your calendar with title and time filled in; nothing is saved until you save it there."
    if files:
        fine += " The file comes to your messages here, for any other calendar."
    blocks: list[Block] = [
        paragraph(f"{_described(agreement, session, me)}."),
        calendar_buttons(agreement, session, me, files=files),
        small(fine),
    ]
    return forms.modal("Add to calendar", blocks, Form.CALENDAR)


# --- in the DM

GONE = "This meeting isn't ahead any more, so there is nothing to add to a calendar."


def calendar_message(
    agreement: Agreement, session: Session, to: Person, now: datetime, beside: Beside
) -> Message:
    """Return the message that brings the file, with the one that stands in its place if Slack does not take it.

    Where no files can be sent, it is that one at once.
    """
    if not is_ahead(agreement, session, now):
        return Message(GONE, [paragraph(GONE)])
    described = _described(agreement, session, to)
    links = f"I couldn't send you the file. These links do the same. {described}."
    instead = Message(links, [paragraph(links), ActionsBlock(elements=link_buttons(agreement, session, to))])
    if not beside.files:
        return instead
    text = f"Here is the file for your calendar. {described}."
    content = calendar_file(agreement, session, to)
    return Message(text, [paragraph(text)], file=File(FILE_NAME, title(agreement, to), content, instead))
