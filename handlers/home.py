"""Home, the bare command, help, privacy, and words said in the DM."""

import re

from handlers.gestures import Answer, Gesture, Nothing, Show
from handlers.pairs import MENTION
from handlers.views import about
from handlers.views import home as views
from mentoring.due import Due, Kind
from storage import agreements, events, outbox, people


def show_card(gesture: Gesture) -> Answer:
    """The bare command: what fits the moment."""
    deps, person, now = gesture.deps, gesture.person, gesture.now
    with deps.database.reading() as tx:
        mine = agreements.of(tx, person.id, now=now, closed_since=now - views.RECENTLY)
    return Show(views.card_view(person, mine, operator=deps.operator, command=deps.command, now=now))


def help_(gesture: Gesture) -> Answer:
    """Someone asks what there is."""
    deps = gesture.deps
    known = gesture.person.greeted
    return Show(about.help_view(deps.command) if known else about.first_help(deps.operator, deps.command))


def privacy(gesture: Gesture) -> Answer:
    """Someone asks who can read what."""
    return Show(about.privacy_view(gesture.deps.operator, gesture.person.retention))


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
    mention = MENTION.search(gesture.value)
    # What was said is not kept: only which of our own words it was, and the Slack id of whom it mentions.
    said = word if mention is None or word == about.OTHER else f"{word}@{mention[1]}"
    with gesture.deps.database.writing() as tx:
        if events.first_time(tx, event_id, gesture.now):
            outbox.add(tx, Due(Kind.REPLY, f"{said}/{event_id}", gesture.now, recipient=gesture.person.id))
    return Nothing()


_WHEN = re.compile(r"\bwhen\b.*\b(session|meeting|meet|talk)\b|\bnext (session|meeting|talk)\b")


def spoken(text: str, command: str) -> str:
    """Return which of our words a message in the DM is: with or without the command, or the question when the next session is.

    ``OTHER`` if it is none.
    """
    words = text.casefold().split()
    if words and words[0] in {command, command.lstrip("/")}:
        words = words[1:] or ["help"]
    if words and words[0].strip(".,?!") in about.WORDS:
        return words[0].strip(".,?!")
    return about.NEXT if _WHEN.search(" ".join(words)) else about.OTHER
