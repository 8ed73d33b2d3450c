"""Home, the bare command, help, privacy, settings, and words said in the DM."""

from datetime import timedelta

from handlers import agreement as agreement_handlers
from handlers.gestures import Answer, Gesture, Nothing, Show
from handlers.views import about
from handlers.views import home as views
from mentoring.due import Due, Kind
from storage import agreements, events, outbox, people

RECENTLY = timedelta(days=30)
"""How long a closed agreement's card stays."""


def show_card(gesture: Gesture) -> Answer:
    """The bare command: what fits the moment."""
    deps, person, now = gesture.deps, gesture.person, gesture.now
    with deps.database.reading() as tx:
        mine = agreements.of(tx, person.id, now=now, closed_since=now - RECENTLY)
    return Show(views.card_view(person, mine, operator=deps.operator, command=deps.command, now=now))


def help_(gesture: Gesture) -> Answer:
    """Someone asks what there is."""
    deps = gesture.deps
    known = gesture.person.greeted
    return Show(about.help_view(deps.command) if known else about.first_help(deps.operator, deps.command))


def privacy(gesture: Gesture) -> Answer:
    """Someone asks who can read what."""
    return Show(about.privacy_view(gesture.deps.operator))


def settings(gesture: Gesture) -> Answer:
    """Someone looks at their settings."""
    return Show(about.settings_form(gesture.person))


def save_settings(gesture: Gesture) -> Answer:
    """Someone has switched reminders or invitations."""
    reminders, invitations = about.read_settings(gesture.values)
    agreement_handlers.switch_invitations(gesture, wanted=invitations, reminders=reminders)
    return Nothing()


# --- events


def open_home(gesture: Gesture) -> Answer:
    """Someone has opened Home: it is drawn, and from now on drawn again after every change."""
    event_id = str(gesture.body.get("event_id", ""))
    with gesture.deps.database.writing() as tx:
        if events.first_time(tx, event_id, gesture.now):
            people.opened_home(tx, gesture.person.id)
            outbox.add(tx, Due(Kind.HOME, gesture.person.id, gesture.now, recipient=gesture.person.id))
    return Nothing()


def say_word(gesture: Gesture) -> Answer:
    """Someone has written to the bot: a word gets a button that opens what it opens, anything else the help."""
    event_id = str(gesture.body.get("event_id", ""))
    word = spoken(gesture.value, gesture.deps.command)
    with gesture.deps.database.writing() as tx:
        if events.first_time(tx, event_id, gesture.now):
            # What was said is not kept: only which of our own words it was.
            subject = f"{word}/{event_id}"
            outbox.add(tx, Due(Kind.REPLY, subject, gesture.now, recipient=gesture.person.id))
    return Nothing()


def spoken(text: str, command: str) -> str:
    """Return the word that a message in the DM begins with, with or without the command; ``OTHER`` if it is none of ours."""
    words = text.casefold().split()
    if words and words[0] in {command, command.lstrip("/")}:
        words = words[1:] or ["help"]
    return words[0] if words and words[0] in about.WORDS else about.OTHER
