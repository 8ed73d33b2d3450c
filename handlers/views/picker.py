"""The question whom a word is about, where several could be meant: a button for each, and no two alike."""

from collections import Counter
from collections.abc import Sequence
from itertools import count

from slack_sdk.models.blocks import ActionsBlock, Block, HeaderBlock
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.text import LONGEST_BUTTON, button, date, day, full_name, plain, small
from mentoring.agreement import Agreement
from mentoring.people import Person

MOST_BUTTONS = 30
BUTTONS_IN_A_ROW = 5


def picker(word: str, agreements: Sequence[Agreement], person: Person) -> View:
    """Return the question whom ``word`` is about; each button carries "word/agreement id"."""
    blocks: list[Block] = [HeaderBlock(text=plain("With whom?"))]
    ordered = sorted(agreements, key=lambda a: full_name(a.other(person.id)).casefold())
    offered = ordered[:MOST_BUTTONS]
    spoken = f"{word.capitalize()} with "
    labels = _labels(offered, person, LONGEST_BUTTON)
    for_readers = _labels(offered, person, LONGEST_BUTTON - len(spoken))
    buttons = [
        button(
            label,
            f"{Action.PICK}_{place % BUTTONS_IN_A_ROW}",
            f"{word}/{agreement.id}",
            label_for_readers=f"{spoken}{for_reader}",
        )
        for place, (agreement, label, for_reader) in enumerate(zip(offered, labels, for_readers, strict=True))
    ]
    starts = range(0, len(buttons), BUTTONS_IN_A_ROW)
    blocks += [ActionsBlock(elements=buttons[start : start + BUTTONS_IN_A_ROW]) for start in starts]
    if (more := len(ordered) - MOST_BUTTONS) > 0:
        blocks.append(small(f"{more} more don't fit here; give the name with the word."))
    return forms.modal(word.capitalize(), blocks, Form.PICK)


def _labels(agreements: Sequence[Agreement], person: Person, room: int) -> list[str]:
    """Return what each is called in at most so many characters, no two alike.

    By the other one's name; what is over with its dates. Where several are called the same, what isn't over has the day on which it
    began, and those that are called the same even then have numbers, in the order in which they were proposed.
    """
    names = [full_name(agreement.other(person.id)) for agreement in agreements]
    tails = [_past(agreement, person) for agreement in agreements]
    same = _counted(names, tails, room)
    tails = [
        tail or (_since(agreement, person) if same[_fitting(name, tail, room)] > 1 else "")
        for agreement, name, tail in zip(agreements, names, tails, strict=True)
    ]
    same = _counted(names, tails, room)
    labels, taken = [_fitting(*one, room) for one in zip(names, tails, strict=True)], set(same)
    for place in sorted(range(len(labels)), key=lambda at: (agreements[at].proposed_at, agreements[at].id)):
        if same[labels[place]] > 1:
            numbered = (_fitting(names[place], f"{tails[place]} ({number})", room) for number in count(1))
            labels[place] = next(label for label in numbered if label not in taken)
            taken.add(labels[place])
    return labels


def _counted(names: Sequence[str], tails: Sequence[str], room: int) -> Counter[str]:
    return Counter(_fitting(name, tail, room) for name, tail in zip(names, tails, strict=True))


def _past(agreement: Agreement, person: Person) -> str:
    """Return from when to when it was, and what became of it; nothing while it isn't over."""
    if agreement.closed_at is None:
        return ""
    began = day(agreement.activated_at or agreement.proposed_at, person.zone)
    return f", {began} to {date(agreement.closed_at, person.zone)}, {agreement.outcome}"


def _since(agreement: Agreement, person: Person) -> str:
    return f", since {date(agreement.activated_at or agreement.proposed_at, person.zone)}"


def _fitting(name: str, tail: str, room: int) -> str:
    """Return both in so many characters: it is the name that is cut."""
    return f"{name}{tail}" if len(name + tail) <= room else f"{name[: room - len(tail) - 1]}…{tail}"
