"""The early-end rule as both of the pair meet it: one line, in a reminder or alone; no number, and no hint of who."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from handlers.ids import Action
from handlers.views.agreement import suggest_button
from handlers.views.text import Message, button, name, paragraph, small
from mentoring.agreement import Agreement
from mentoring.early_end import worth_checking
from mentoring.people import Person
from mentoring.sessions import Session
from mentoring.undo import UNDO, undoable

CHECK = "You agreed to check now and then whether this is still worth the time."
NOBODY_TOLD = "If it is, carry on: that changes nothing, and nobody is told."
CARRIED_ON = "Good. Nothing changes, and nobody is told."


def with_check(drawn: Message, agreement: Agreement, to: Person) -> Message:
    """Return a message with the line, and what there is to choose, below it."""
    return replace(
        drawn,
        text=f"{drawn.text} {CHECK} {NOBODY_TOLD}",
        blocks=[*drawn.blocks, paragraph(CHECK), *_choices(agreement, to)],
    )


def early_end_check(agreement: Agreement, session: Session, to: Person, now: datetime) -> Message:
    """Return the line alone, for whom no reminder brings it; ``session`` is the later of the two."""
    text = f"This is about your mentoring with {name(agreement.other(to.id))}. {CHECK}"
    check = worth_checking(agreement)
    if check is not None and check.session.id == session.id:
        return Message(f"{text} {NOBODY_TOLD}", [paragraph(text), *_choices(agreement, to)])
    # Until an end can no longer be undone, it may be worth checking again.
    ended = agreement.closed_at
    fades_at = ended + UNDO if ended is not None and undoable(ended, now) else None
    return Message(text, [paragraph(text)], fades_at)


def _choices(agreement: Agreement, to: Person) -> Sequence[Block]:
    other = name(agreement.other(to.id))
    buttons: list[ButtonElement] = [
        button(
            "Carry on",
            Action.CARRY_ON,
            agreement.id,
            label_for_readers=f"Carry on with {other}; nobody is told",
        ),
        suggest_button(agreement, to, "Change how we work"),
        button("End", Action.END, agreement.id, label_for_readers=f"End the mentoring with {other}"),
    ]
    return [small(NOBODY_TOLD), ActionsBlock(elements=buttons)]
