"""About the bot: help, privacy, settings, and what it answers to words in its DM."""

from collections.abc import Mapping
from typing import Literal

from slack_sdk.models.blocks import ActionsBlock, Block
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.agreement import greeting, message
from handlers.views.clauses import who_reads
from handlers.views.text import Message, button, paragraph, small, zone_unknown
from mentoring.people import Person

WORDS: Mapping[str, tuple[str, str]] = {
    "start": ("start @someone", "invite someone to a mentoring, as mentor or mentee"),
    "session": ("session", "plan, move, cancel or log a session"),
    "notes": ("notes", "the mentor's own notes"),
    "recap": ("recap @someone", "what came before, for the mentor to read ahead of a session"),
    "feedback": ("feedback", "the mentee's ratings: give, change or take back"),
    "agreement": ("agreement", "what you signed"),
    "end": ("end", "end a mentoring, at any time and without a reason"),
    "privacy": ("privacy", "who can read what"),
    "settings": ("settings", "reminders and invitations"),
    "help": ("help", "these lines"),
}
"""Every word of the command that there is: how it is written, and what it does."""

NOTHING_PRIVATE = "Please don't write private things here; Slack keeps them."
OTHER = "other"
"""Stands for whatever was said that is none of the words."""
Switch = Literal["on", "off"]


def help_lines(command: str) -> str:
    """Return one line for every word of the command."""
    lines = [f"`{command} {usage}` {what}" for usage, what in WORDS.values()]
    return "\n".join([f"`{command}` where you stand, with the buttons that fit", *lines])


def help_view(command: str, *leads: str) -> View:
    """Return the help, after what there is to say first."""
    blocks: list[Block] = [paragraph(lead) for lead in leads]
    blocks += [
        paragraph(help_lines(command)),
        small(
            "Everything can be done from this app's Home too. In a message to this app the same words work without the slash."
        ),
    ]
    return forms.modal("Help", blocks, Form.NOTICE)


def unknown_word(word: str, nearest: str | None, command: str) -> View:
    """Return the help for a word that there isn't, with the nearest that there is."""
    shown = word if len(word) <= len("a word of this length") else "that"
    lead = f"There is no word “{shown}”."
    return help_view(command, lead if nearest is None else f"{lead} Did you mean `{command} {nearest}`?")


def first_help(operator: str | None, command: str) -> View:
    """Return the help for someone who hasn't been told yet what this is and who will see what."""
    return help_view(command, *greeting(operator, command))


def privacy_view(operator: str | None) -> View:
    """Return who can read what, as it is today."""
    return forms.modal("Privacy", who_reads("the mentor", "the mentee", operator), Form.NOTICE)


# --- settings


def settings_form(person: Person) -> View:
    """Return the two things that can be switched."""
    blocks: list[Block] = [
        forms.radio(
            "reminders",
            "Reminders",
            {"on": "Remind me of sessions, ratings and signatures", "off": "No reminders"},
            chosen=_switch(person.reminders),
            hint="What the other one does, and the question after a session, still reach you.",
        ),
        forms.radio(
            "invitations",
            "Invitations",
            {"on": "People may invite me to a mentoring", "off": "No more invitations"},
            chosen=_switch(person.invitations),
            hint="Nobody is told. Whoever invites you sees an invitation without an answer.",
        ),
    ]
    if (unknown := zone_unknown(person)) is not None:
        blocks.append(small(unknown))
    return forms.modal("Settings", blocks, Form.SETTINGS, submit="Save", close="Cancel")


def read_settings(values: forms.Values) -> tuple[bool, bool]:
    """Return whether reminders and invitations are wanted; what isn't chosen stays on."""
    return forms.choice_of(values, "reminders") != "off", forms.choice_of(values, "invitations") != "off"


def _switch(wanted: bool) -> Switch:
    return "on" if wanted else "off"


# --- words in the DM


def reply(word: str) -> Message:
    """Return the answer to something said in the DM: a button that opens what the word opens, else the help."""
    if word not in WORDS or word == "help":
        return _words(None if word == "help" else NOTHING_PRIVATE)
    label = f"Open {word}" if word != "start" else "Start a mentoring"
    return message(
        f"Here you are: {WORDS[word][1]}.",
        button(label, Action.OPEN_WORD, f"{word}/", style="primary"),
    )


def _words(lead: str | None) -> Message:
    text = "These are the words that I know, here without the slash:"
    text = text if lead is None else f"{lead} {text}"
    lines = "\n".join(f"`{usage}` {what}" for usage, what in WORDS.values())
    spoken = "; ".join(f"{usage}: {what}" for usage, what in WORDS.values())
    card = button("Show where I stand", Action.CARD, "card")
    return Message(f"{text} {spoken}.", [paragraph(text), paragraph(lines), ActionsBlock(elements=[card])])
