"""Saying no: the small window with an optional sentence, and the window in which its addressee is shown it."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.ids import Form
from handlers.views import forms
from handlers.views.reading import notice
from handlers.views.text import name, paragraph, quote
from mentoring.agreement import Agreement
from mentoring.people import Person
from mentoring.secret import Secret

KEPT = "What you agreed stays in force"


def decline_form(agreement: Agreement, me: Person, *, version: int | None = None) -> View:
    """Return the window that declines a proposal, or with ``version`` a change: no reason is needed, a sentence is welcome."""
    other = name(agreement.other(me.id))
    if version is None:
        what = f"No reason is needed. {other} is told in ten minutes; until then you can undo it."
    else:
        what = f"No reason is needed. {KEPT}, and {other} is told {_when_told(agreement)}."
    blocks: list[Block] = [
        paragraph(what),
        forms.text_input(
            "reply",
            f"A sentence for {other}",
            lines=True,
            optional=True,
            hint=f"Only {other} will be shown it, here and never in a message. It can stay empty.",
        ),
    ]
    ids = {"agreement": str(agreement.id)} | ({} if version is None else {"version": str(version)})
    title = "Decline" if version is None else "Decline the change"
    return forms.modal(title, blocks, Form.DECLINE, submit="Decline", close="Not now", ids=forms.pack(**ids))


def change_declined(agreement: Agreement, me: Person) -> View:
    """Return what whoever has declined a change reads."""
    other = name(agreement.other(me.id))
    text = f"You declined the change that {other} suggested. {KEPT}, and {other} is told {_when_told(agreement)}."
    return notice("Done", text)


def _when_told(agreement: Agreement) -> str:
    """While it is paused nothing is said but what concerns the pause."""
    return "once your mentoring goes on" if agreement.paused else "at once"


def reply_view(agreement: Agreement, me: Person, reply: Secret[str]) -> View:
    """Return the sentence with which the other one declined, for its addressee."""
    other = name(agreement.other(me.id))
    return forms.modal(
        f"From {other}"[:24], [paragraph(f"{other} wrote to you:"), *quote(reply)], Form.NOTICE
    )


def no_reply(agreement: Agreement, me: Person) -> View:
    """Return what stands where a sentence was that isn't kept any more."""
    other = name(agreement.other(me.id))
    return notice("Not kept", f"What {other} wrote with it isn't kept any more.")
