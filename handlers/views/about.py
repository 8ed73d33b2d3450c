"""About the bot: help, privacy, and what it answers to words in its DM."""

from collections.abc import Mapping, Sequence
from copy import copy

from slack_sdk.models.blocks import ActionsBlock, Block, DividerBlock
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.agreement import greeting, message
from handlers.views.block_kit import as_json
from handlers.views.clauses import who_reads
from handlers.views.text import Message, button, paragraph, small
from mentoring.operator import Operator
from mentoring.people import Retention

WORDS: Mapping[str, tuple[str, str]] = {
    "start": ("start @someone", "invite someone to a mentoring, as mentor or mentee"),
    "session": ("session", "plan, move, cancel or log a session"),
    "notes": ("notes", "the mentor's own notes"),
    "recap": ("recap @someone", "your look back before a session, as the mentor"),
    "feedback": ("feedback", "the mentee's ratings: give, change or take back"),
    "decisions": ("decisions", "what you have decided as a mentee, for you alone"),
    "agreement": ("agreement", "what you signed; from there you change, pause or end it"),
    "pause": ("pause", "pause a mentoring for a while; what waits keeps its time"),
    "resume": ("resume", "go on after a pause"),
    "end": ("end", "end a mentoring, at any time and without a reason"),
    "privacy": ("privacy", "who can read what"),
    "settings": (
        "settings",
        "your hours, reminders, quiet times, invitations, and how long your texts are kept",
    ),
    "export": ("export", "everything that is yours, as an encrypted file"),
    "forget": ("forget", "have everything about you forgotten"),
    "help": ("help", "these lines"),
}
"""Every word of the command that there is: how it is written, and what it does."""

NOTHING_PRIVATE = "Please don't write private things here; Slack keeps them."
NEXT = "next"
"""Stands for the question when the next session is."""
OTHER = "other"
"""Stands for whatever was said that is none of the words."""


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


def first_help(operator: Operator, command: str) -> View:
    """Return the help for someone who hasn't been told yet what this is and who will see what."""
    return help_view(command, *greeting(operator, command))


def introduced(view: View, lines: Sequence[str]) -> View:
    """Return a window that says at its end what this is and who will see what, unless it says so already."""
    if lines[0] in str(as_json(view)):
        return view
    told = copy(view)
    told.blocks = [*(view.blocks or ()), DividerBlock(), *map(small, lines)]
    return told


def privacy_view(operator: Operator, chosen: Retention) -> View:
    """Return who can read what, and for how long, in this installation; ``chosen`` is how long the reader's own texts are kept."""
    return forms.modal("Privacy", who_reads("the mentor", "the mentee", operator, chosen=chosen), Form.NOTICE)


# --- words in the DM


def reply(word: str, who: str | None = None) -> Message:
    """Return the answer to something said in the DM: a button that opens what the word opens, else the help.

    ``who`` is the Slack id of someone who was mentioned with the word.
    """
    if word not in SPOKEN:
        return _words(None if word == "help" else NOTHING_PRIVATE)
    sentence, label = SPOKEN[word]
    value = f"{word}/" if who is None else f"{word}/<@{who}>"
    return message(sentence, button(label, Action.OPEN_WORD, value, style="primary"))


def nothing_yet(command: str) -> Message:
    """Return the answer to a word about a mentoring for someone who has none."""
    return message(
        f"That is about a mentoring, and you have none yet. `{command} start @someone` begins one, and so does this:",
        button("Start a mentoring", Action.OPEN_WORD, "start/", style="primary"),
    )


SPOKEN: Mapping[str, tuple[str, str]] = {
    "start": ("You can invite someone to a mentoring, as mentor or as mentee.", "Start a mentoring"),
    "session": ("You can plan, move, cancel or log a session.", "Open sessions"),
    "notes": ("Your own notes, as the mentor:", "Open notes"),
    "recap": ("Your look back before a session, as the mentor:", "Open recap"),
    "feedback": ("Your ratings, as the mentee, to give, change or take back:", "Open feedback"),
    "decisions": ("What you have decided as a mentee, for you alone:", "Open decisions"),
    "agreement": ("What you signed:", "Open the agreement"),
    "pause": ("You can pause a mentoring for a while; what waits keeps its time.", "Pause"),
    "resume": ("You can go on after a pause.", "Resume"),
    "end": ("You can end a mentoring at any time, without a reason.", "End a mentoring"),
    "privacy": ("Who can read what:", "Open privacy"),
    "settings": ("Your settings:", "Open settings"),
    "export": ("Everything that is yours or was released to you, as an encrypted file:", "Export"),
    "forget": ("I can forget everything about you. First you read what that means.", "What goes, what stays"),
}
"""What is answered to a word: a sentence, and the label of the button that opens what the word opens."""
NEEDS_NONE = frozenset({"start", "privacy", "settings", "export", "forget", "help"})
"""Words that make sense without any agreement."""


def _words(lead: str | None) -> Message:
    text = "These are the words that I know, here without the slash:"
    text = text if lead is None else f"{lead} {text}"
    lines = "\n".join(f"`{usage}` {what}" for usage, what in WORDS.values())
    spoken = "; ".join(f"{usage}: {what}" for usage, what in WORDS.values())
    card = button("Show where I stand", Action.CARD, "card")
    return Message(f"{text} {spoken}.", [paragraph(text), paragraph(lines), ActionsBlock(elements=[card])])
