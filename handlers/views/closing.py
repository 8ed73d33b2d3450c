"""Ending early: the second click, what each of the two is told, and Undo."""

from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.agreement import message, show_button, undo
from handlers.views.reading import notice
from handlers.views.text import Message, button, full_name, name, paragraph
from mentoring.agreement import Agreement, Outcome, Role
from mentoring.people import Person
from mentoring.undo import UNDO, undoable


def end_form(agreement: Agreement, reader: Person) -> View:
    """Return the second of the two clicks that end an agreement: no reason is asked."""
    other = name(agreement.other(reader.id))
    blocks: list[Block] = [
        paragraph(
            f"Ending early is a good result too, and no reason is needed. {other} is told kindly, ten minutes from now; until "
            "then you can take it back."
        ),
        paragraph(
            "A session that is planned is cancelled. Ratings that weren't released stay private for good. "
            "What each of you wrote stays readable to whoever could read it before."
        ),
    ]
    return forms.modal(
        f"End with {other}"[:24],
        blocks,
        Form.END,
        submit="End it",
        close="Keep it",
        ids=forms.pack(agreement=agreement.id),
    )


def ended_notice(agreement: Agreement, reader: Person, now: datetime) -> View:
    """Return what whoever ended or declined it reads, with Undo."""
    other = name(agreement.other(reader.id))
    what = "You declined." if agreement.outcome is Outcome.DECLINED else "It has ended."
    if agreement.closed_by != reader.id or not undoable(agreement.closed_at, now):
        return notice("Done", what)
    with_it = "with your sentence" if agreement.newest.reply_by == reader.id else "without a reason"
    return notice(
        "Done",
        f"{what} {other} is told in ten minutes, {with_it}. Until then you can take it back, here or in your messages.",
        ActionsBlock(elements=[undo(agreement, f"Undo, and go on with {other}")]),
    )


# --- messages


def ended(agreement: Agreement, to: Person, now: datetime) -> Message:  # noqa: ARG001 - drawers are called alike
    """Return how the other one is told of an early end."""
    other = agreement.other(to.id)
    if not agreement.over:
        return message(f"Your mentoring with {name(other)} goes on.", show_button(agreement, other))
    return message(
        f"{full_name(other)} has ended your mentoring. No reason is asked or given: either of you could at any time, and "
        "ending early is a good result too. Thank you for the time you gave it.",
        *_keepsakes(agreement, to, other),
    )


def end_receipt(agreement: Agreement, to: Person, now: datetime) -> Message:
    """Return what whoever ended it reads, with Undo while that is possible."""
    other = agreement.other(to.id)
    if not agreement.over:
        return message(
            f"You took back the end: your mentoring with {name(other)} goes on.",
            show_button(agreement, other),
        )
    if agreement.closed_by != to.id:
        return message(f"You took back the end of your mentoring with {name(other)}.")
    text = f"You ended your mentoring with {full_name(other)}."
    if agreement.closed_at is None or not undoable(agreement.closed_at, now):
        return message(text, *_keepsakes(agreement, to, other))
    return message(
        f"{text} {name(other)} is told in ten minutes, kindly and without a reason.",
        undo(agreement, f"Undo the end of your mentoring with {name(other)}"),
        fades_at=agreement.closed_at + UNDO,
    )


def unreachable(agreement: Agreement, to: Person, now: datetime) -> Message:  # noqa: ARG001 - drawers are called alike
    """Return what one side is told, once, when the other cannot be reached, whatever the cause."""
    other = name(agreement.other(to.id))
    return message(f"I can't reach {other} at the moment; please contact {other} directly.")


def _keepsakes(agreement: Agreement, to: Person, other: Person) -> list[ButtonElement]:
    show = show_button(agreement, other)
    if agreement.role_of(to.id) is Role.MENTEE:
        return [show]
    recap = button(
        "Recap",
        Action.RECAP,
        agreement.id,
        label_for_readers=f"Open your recap of the mentoring with {name(other)}",
    )
    return [recap, show]
