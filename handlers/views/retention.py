"""What someone reads a week before what they wrote goes: the same whatever they wrote, and whether they did."""

from datetime import datetime

from handlers.ids import Action
from handlers.views.agreement import message
from handlers.views.text import Message, button, day, name
from mentoring.agreement import Agreement, Role
from mentoring.people import Person, Retention


def notice(agreement: Agreement, to: Person, goes: datetime) -> Message:
    """Return the notice, with the two things that can be done about it."""
    other = name(agreement.other(to.id))
    longest = to.retention is max(Retention)
    text = (
        f"On {day(goes, to.zone)} {_what(agreement, to)} goes for good: your own texts are kept for {int(to.retention)} days, as "
        f"set in your settings. If you'd like a copy, export it before then{'' if longest else '; to keep it longer, choose more days'}. "
        f"{other}'s own texts follow {other}'s choice, and nobody is told of yours."
    )
    return message(
        text,
        button(
            "Export",
            Action.OPEN_WORD,
            "export/",
            label_for_readers=f"Export, before what you wrote with {other} goes",
        ),
        button(
            "Settings",
            Action.SETTINGS_MORE,
            "more",
            label_for_readers="Settings: how long your own texts are kept",
        ),
    )


def chosen_anew(agreement: Agreement, to: Person) -> Message:
    """Return what stands in the notice's place once they have changed how long their texts are kept."""
    text = _what(agreement, to)
    return message(
        f"You have changed how long your own texts are kept, so you'll hear from me again a week before {text} goes."
    )


def goes_on(agreement: Agreement, to: Person) -> Message:
    """Return what stands in the notice's place once the pair has begun anew."""
    other, text = name(agreement.other(to.id)), _what(agreement, to)
    return message(
        f"You and {other} have a mentoring again, so {text} stays for now. You'll hear from me a week before it goes."
    )


def gone(agreement: Agreement, to: Person) -> Message:
    """Return what stands in the notice's place afterwards."""
    text = _what(agreement, to)
    return message(f"{text[0].upper()}{text[1:]} has gone, as set in your settings.")


def _what(agreement: Agreement, to: Person) -> str:
    other = name(agreement.other(to.id))
    if agreement.signed is None:
        return f"whatever you wrote for a mentoring with {other} that didn't come about"
    did = "wrote and rated" if agreement.role_of(to.id) is Role.MENTEE else "wrote"
    return f"whatever you {did} in your mentoring with {other}"
