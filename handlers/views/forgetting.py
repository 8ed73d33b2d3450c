"""The windows of forgetting: what goes, what stays, and a word to be typed."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block
from slack_sdk.models.views import View

from handlers.ids import Form
from handlers.views import forms
from handlers.views.export import export_button
from handlers.views.reading import notice
from handlers.views.text import paragraph, small
from mentoring.people import Person
from mentoring.refusal import Refused

WORD = "forget"
"""What is to be typed."""
KEEP = "Keep everything"


def forget_form(*, lingers: bool) -> View:
    """Return what goes and what stays, in general and never counted.

    ``lingers``: the database keeps what was deleted in its log and free space.
    """
    blocks: list[Block] = [
        paragraph(
            "I can forget you: at once, for good, and without asking why. If you would like a copy first, export what is yours and "
            "download it, for that file goes too."
        ),
        ActionsBlock(elements=[export_button()]),
        paragraph(
            "Everything you wrote or scored: purposes, ratings, words, thanks, notes, decisions, what came of a session. Your "
            "settings, except those named below, and the key that locked your texts. My messages and files to you.\n"
            "A mentoring under way ends; invitations are withdrawn or declined. The other person reads of an ordinary ending, and "
            "what you wrote looks as if it had never been given.",
            heading="What goes",
        ),
        paragraph(
            "Notes the other person may have written are theirs. So is the record that there was a mentoring, with whom and when, "
            "until their own time for it is over. It keeps your time zone, working hours and “quiet until”, so that times "
            "read to them as before.\n"
            "What others copied, what you wrote to me in Slack, and Slack's own records and exports are out of my reach. "
            f"{_older(lingers=lingers)}",
            heading="What stays",
        ),
        small(
            "If you come back, you come as a newcomer: I won't know whether you wanted invitations, or anything else."
        ),
    ]
    return forms.modal("Forget me", blocks, Form.FORGET, submit="Go on", close=KEEP)


def _older(*, lingers: bool) -> str:
    also = ", and the database's log and free space," if lingers else ""
    return (
        f"Older backups{also} keep what was in them until they expire. Your texts in there are encrypted, and can't be read once "
        "whoever runs this bot has changed its master key and destroyed the old one."
    )


def confirm_form(person: Person) -> View:
    """Return the question for the word; what is submitted happens."""
    blocks: list[Block] = [
        paragraph("This happens as soon as you send it. It can't be undone, by you or by anyone."),
        forms.text_input(
            "word", f"Type {WORD} to confirm", placeholder=WORD, hint="Closing this window changes nothing."
        ),
    ]
    ids = forms.pack(person=person.id)
    return forms.modal("Forget me", blocks, Form.FORGET_FOR_GOOD, submit="Forget me", close=KEEP, ids=ids)


def read_confirmation(view: Mapping[str, Any], values: forms.Values) -> str:
    """Return whom the window was opened for: a claim.

    Raises:
        Refused: the word isn't there.
    """
    if forms.text_of(values, "word").strip(" .\"'“”").casefold() != WORD:
        raise Refused(f"Please type the word {WORD}, or close this window to keep everything.", at="word")
    return forms.unpack(view)["person"]


def forgotten(command: str) -> View:
    """Return what is read once it is done, in place of any message; with it, what lies below closes too."""
    done = notice(
        "Forgotten",
        "It is done: I have forgotten you. My messages to you are being deleted from Slack; if there are many, that takes some "
        f"minutes. Thank you for the time you spent here. `{command}` is open to you at any time, as to anyone.",
    )
    done.clear_on_close = True
    return done
