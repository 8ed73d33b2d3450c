"""What the bot says in a DM about terms that were suggested, and about changes that came to nothing: names, numbers, dates."""

from datetime import datetime

from handlers.views.agreement import (
    message,
    noun,
    read_button,
    reply_button,
    show_button,
    size,
    suggest_button,
    way_out,
    what_changed,
)
from handlers.views.proposals import STANDS, answered, asks
from handlers.views.text import Message, day, full_name, name
from mentoring.agreement import Agreement, Role, Version
from mentoring.people import Person
from mentoring.terms import reply_to


def suggested(agreement: Agreement, version: Version, to: Person, now: datetime) -> Message:
    """Return what the one who did not write them is told of other terms, and later in its place what became of them."""
    if not asks(agreement, version, to):
        return answered(agreement, version, to, now)
    other, lapses = agreement.other(to.id), day(agreement.lapses_at, to.zone)
    mentee = agreement.role_of(to.id) is Role.MENTEE
    what = "other terms" if agreement.proposed else "a change"
    pronoun = "them" if agreement.proposed else "it"
    said = [
        f"{full_name(other)} suggests {what}{'' if mentee else f', and has signed {pronoun}'}: {size(version.terms)}.",
        what_changed(agreement, version),
    ]
    if not agreement.proposed:
        both = "both signed" if mentee else "signed too"
        said.append(f"{STANDS} until you have {both}; without that the change lapses on {lapses}.")
    elif mentee:
        said.append(
            f"You sign first, {name(other)} last; without both signatures {noun(agreement)} lapses on {lapses}."
        )
    else:
        said.append(
            f"If you sign too, it starts; without your signature {noun(agreement)} lapses on {lapses}."
        )
    ways = [read_button(agreement, to), suggest_button(agreement, to), way_out(agreement, to)]
    return message(" ".join(filter(None, said)), *ways)


def change_declined(agreement: Agreement, version: Version, to: Person, now: datetime) -> Message:
    """Return what the author of a change reads when the other one would rather not make it."""
    other = agreement.other(to.id)
    show = show_button(agreement, other)
    text = f"{full_name(other)} would rather keep to what you agreed, so it stays in force."
    if reply_to(agreement, version.number, to.id, now) is None:
        return message(f"{text} There is nothing for you to do.", show)
    return message(
        f"{text} {name(other)} wrote you a sentence with it. There is nothing for you to do.",
        reply_button(agreement, version, other),
        show,
    )


def change_withdrawn(agreement: Agreement, version: Version, to: Person, now: datetime) -> Message:  # noqa: ARG001 - drawers are called alike
    """Return what the one who did not write it reads when a change is taken back."""
    other = agreement.other(to.id)
    return message(
        f"{full_name(other)} has withdrawn the change. {STANDS}; there is nothing for you to do.",
        show_button(agreement, other),
    )


def change_lapsed(agreement: Agreement, version: Version, to: Person, now: datetime) -> Message:  # noqa: ARG001 - drawers are called alike
    """Return what the author of a change, and a mentee who had signed it, read when it lapses."""
    other = agreement.other(to.id)
    whose = (
        f"The change that you suggested to {full_name(other)}"
        if version.author == to.id
        else f"The change that {full_name(other)} suggested"
    )
    return message(
        f"{whose} has lapsed: it wasn't signed by both in time. {STANDS}.", show_button(agreement, other)
    )
