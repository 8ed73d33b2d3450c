"""What messages and windows about an agreement are made of: its names for things, its buttons, and who Mentor is."""

from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from handlers.ids import Action
from handlers.views.text import Message, button, name, paragraph, small
from mentoring.agreement import Agreement, Terms, Version
from mentoring.operator import Operator
from mentoring.people import Person
from mentoring.terms import Clause, changed

CHANGED = {
    Clause.PURPOSE: "the purpose",
    Clause.LIMITS: "the limits",
    Clause.FIRST_SESSION: "the first session",
    Clause.PLACE: "the place",
    Clause.FEEDBACK: "when the rating is asked",
    Clause.EARLY_END: "the early-end rule",
}


def message(
    text: str, *buttons: ButtonElement, fine: str | None = None, fades_at: datetime | None = None
) -> Message:
    """Return a message of one paragraph, with buttons and a line in small print if there are any."""
    blocks: list[Block] = [paragraph(text)]
    if buttons:
        blocks.append(ActionsBlock(elements=list(buttons)))
    if fine is not None:
        blocks.append(small(fine))
    return Message(text if fine is None else f"{text} {fine}", blocks, fades_at)


# --- what things are called


def noun(agreement: Agreement) -> str:
    """Return what it is that waits for signatures: it lapses, and needs its name."""
    return f"the {agreement.called}" if agreement.proposed else "the change"


def suggestion_title(agreement: Agreement) -> str:
    """Return what suggesting other terms is called now; at most 24 characters."""
    return "Suggest changes" if agreement.proposed or agreement.change is not None else "Change the agreement"


def size(terms: Terms) -> str:
    """Return how many sessions of how long, for a message: "up to 5 × 75 minutes"."""
    return f"{'1' if terms.sessions == 1 else f'up to {terms.sessions}'} × {terms.minutes} minutes"


def what_changed(agreement: Agreement, version: Version) -> str:
    """Return which clauses a version changes, never to what: "Changed: the limits, the place."; empty if it changes none."""
    before = agreement.basis(version)
    found = changed(before, version) if before is not None else frozenset()
    names = [words for clause, words in CHANGED.items() if clause in found]
    return f"Changed: {', '.join(names)}." if names else ""


def greeting(operator: Operator, command: str) -> tuple[str, str]:
    """Return the two lines for whoever meets the bot for the first time: what it is, and who will see what."""
    return (
        "I'm Mentor. I look after one-to-one mentoring: a clear agreement, a limited number of sessions, honest private "
        "feedback and a good ending.",
        "What you write with me stays within your pair, and each of you sees only their part. Whoever runs me"
        f"{f' ({operator.name})' if operator.name else ''} could technically read what is stored; {command} privacy says exactly who can "
        "read what.",
    )


def invitations_off() -> Message:
    """Return what stands in place of an invitation for someone who wants no more of them."""
    return message(
        "You chose to get no more invitations, so this one needs no answer. You can switch them on again in the settings.",
        button("Settings", Action.SETTINGS, "settings"),
    )


# --- buttons


def suggest_button(
    agreement: Agreement, me: Person, words: str | None = None, *, style: str | None = None
) -> ButtonElement:
    """Return the button that opens the form for other terms; ``words`` where it is called otherwise than usual."""
    label = words or suggestion_title(agreement)
    return button(
        label,
        Action.SUGGEST,
        agreement.id,
        style=style,
        label_for_readers=f"{label}: the agreement with {name(agreement.other(me.id))}",
    )


def read_button(agreement: Agreement, me: Person, words: str = "Read") -> ButtonElement:
    """Return the button that opens what waits for this person's signature."""
    what = "agreement" if agreement.proposed else "change of the agreement"
    return button(
        words,
        Action.READ,
        agreement.id,
        style="primary",
        label_for_readers=f"Read the {what} with {name(agreement.other(me.id))} before signing",
    )


def way_out(agreement: Agreement, me: Person, *, after_all: bool = False) -> ButtonElement:
    """Return the button that takes what waits for a signature back, or says no to it; ``after_all``: they have signed it."""
    other, version = name(agreement.other(me.id)), agreement.newest
    if not agreement.proposed:
        subject = f"{agreement.id}/{version.number}"
        if version.author == me.id:
            spoken = f"Withdraw the change that you suggested to {other}"
            return button("Withdraw", Action.WITHDRAW_CHANGE, subject, label_for_readers=spoken)
        spoken = f"Decline the change that {other} suggests"
        return button(_decline(after_all), Action.DECLINE_CHANGE, subject, label_for_readers=spoken)
    if agreement.proposer == me.id and not agreement.is_renewal:
        spoken = f"Withdraw your invitation to {other}"
        return button("Withdraw", Action.WITHDRAW, agreement.id, label_for_readers=spoken)
    what = f"{agreement.called} {'with' if agreement.is_renewal else 'from'}"
    spoken = f"Decline the {what} {other}{' after all' if after_all else ''}"
    return button(_decline(after_all), Action.DECLINE, agreement.id, label_for_readers=spoken)


def _decline(after_all: bool) -> str:
    return "Decline after all" if after_all else "Decline"


def undo(agreement: Agreement, label_for_readers: str) -> ButtonElement:
    """Return the button that takes back a decline or an end."""
    return button("Undo", Action.UNDO_CLOSE, agreement.id, label_for_readers=label_for_readers)


def show_button(agreement: Agreement, other: Person) -> ButtonElement:
    return button(
        "Agreement",
        Action.AGREEMENT,
        agreement.id,
        label_for_readers=f"Show the agreement with {name(other)}",
    )


def sessions_button(agreement: Agreement, other: Person) -> ButtonElement:
    return button(
        "Sessions", Action.SESSION, agreement.id, label_for_readers=f"Show the sessions with {name(other)}"
    )


def reply_button(agreement: Agreement, version: Version, other: Person) -> ButtonElement:
    """Return the button that shows the sentence with which the other one declined a version."""
    return button(
        "Read the sentence",
        Action.REPLY,
        f"{agreement.id}/{version.number}",
        label_for_readers=f"Read what {name(other)} wrote to you with it",
    )
