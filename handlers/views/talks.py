"""A first talk, before anything is signed: offered, planned, reminded of; and the guide that both can open for it."""

from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms, wordings
from handlers.views.agreement import message, suggest_button
from handlers.views.sessions import (
    calendar_button,
    move_button,
    not_counted,
    settles_at,
    time_and_length,
)
from handlers.views.talk_buttons import guide_button, talk_buttons
from handlers.views.text import Message, button, capital, name, paragraph, quote, small
from mentoring.agreement import Agreement
from mentoring.people import Person
from mentoring.sessions import TALK_MINUTES, Session, is_ahead

QUESTIONS = (
    "What would make this worth the time?",
    "What stays between us?",
    "How shall we tell each other that something is off?",
    "What would make us stop?",
    "How do we like to be reminded?",
)

# --- offering it


def offer(agreement: Agreement, me: Person) -> list[Block]:
    """Return what stands in a window about a proposal: that there could be a first talk, or when it is."""
    buttons = talk_buttons(agreement, me)
    if not buttons:
        return []
    if agreement.talk is not None:
        text = f"{capital(time_and_length(agreement, agreement.talk, me))}."
        return [paragraph(text, heading=f"Your {agreement.talk_called}"), ActionsBlock(elements=buttons)]
    text = (
        f"You could talk before you sign: {TALK_MINUTES} minutes to find out what each of you expects. It is no session, "
        "and is never rated."
    )
    return [paragraph(text, heading=f"A {agreement.talk_called}"), ActionsBlock(elements=buttons)]


# --- looking at it


def talk_window(agreement: Agreement, me: Person, now: datetime) -> View:
    """Return a first talk as it stands, with what can be done now; or how to plan one."""
    other, talk = name(agreement.other(me.id)), agreement.talk
    guide, title = guide_button(agreement, me), capital(agreement.talk_called)
    if talk is None:
        text = f"No {agreement.talk_called} with {other} is planned."
        buttons = [*talk_buttons(agreement, me), guide]
        return forms.modal(title, [paragraph(text), ActionsBlock(elements=buttons)], Form.SESSION)
    return forms.modal(title, talk_blocks(agreement, talk, me, now), Form.SESSION)


def talk_blocks(agreement: Agreement, talk: Session, me: Person, now: datetime) -> list[Block]:
    """Return a planned first talk: when and where, Move, Cancel and the guide."""
    other, under_way = name(agreement.other(me.id)), talk.starts <= now
    heading = f"Your {agreement.talk_called} with {other}{', under way' if under_way else ''}"
    change = (
        []
        if under_way
        else [
            move_button(agreement, talk),
            button(
                "Cancel talk",
                Action.CANCEL,
                talk.id,
                label_for_readers=f"Cancel your {agreement.talk_called} with {other}",
            ),
            calendar_button(agreement, talk, me),
        ]
    )
    return [
        paragraph(f"{time_and_length(agreement, talk, me)}.", heading=heading),
        *((small("Where"), *quote(talk.place)) if talk.place is not None else ()),
        ActionsBlock(elements=[*change, guide_button(agreement, me)]),
    ]


# --- the guide


def guide(agreement: Agreement, me: Person) -> View:
    """Return the page to read at a first talk, the same for both: five things to agree on and five questions."""
    mentee, terms = name(agreement.mentee), agreement.newest.terms
    things = (
        f"Purpose: what {mentee} wants from it, in a few words.",
        "Confidentiality: what you say to each other stays between you, but for what the law excepts.",
        f"Commitment: what {mentee} decides binds {mentee} alone.",
        f"Limits: {wordings.size(terms)}, as it stands now; then it stops.",
        "Feedback: a private score from 1 to 5 after each session, and ending early without fault.",
    )
    blocks: list[Block] = [
        paragraph(
            "For the two of you to talk over. There is nothing to fill in here, and nothing of it is kept."
        ),
        paragraph(_listed(things), heading="Five things to agree on"),
        paragraph(_listed(QUESTIONS), heading="Five questions"),
    ]
    if agreement.proposed or agreement.active:
        blocks += [
            small(
                "What you come to can be written down at the end: one of you fills it in, then both sign it."
            ),
            ActionsBlock(elements=[suggest_button(agreement, me, "Fill in the terms together")]),
        ]
    return forms.modal(f"Your {agreement.talk_called}", blocks, Form.NOTICE)


def _listed(lines: tuple[str, ...]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


# --- the reminder


def reminder(agreement: Agreement, talk: Session, to: Person, now: datetime) -> Message:
    """Return the reminder before a first talk, the same for both: nothing to prepare, and a guide for whoever likes one."""
    if talk.cancelled:
        return _said(agreement, talk, now, not_counted(agreement, talk, to))
    what = f"your {agreement.talk_called} with {name(agreement.other(to.id))}, {time_and_length(agreement, talk, to)}."
    if not is_ahead(agreement, talk, now):
        return _said(agreement, talk, now, capital(what), guide_button(agreement, to))
    text = f"Coming up: {what} Nothing to prepare; the guide has five questions to talk over."
    return _said(agreement, talk, now, text, guide_button(agreement, to), move_button(agreement, talk))


def _said(agreement: Agreement, talk: Session, now: datetime, text: str, *buttons: ButtonElement) -> Message:
    return message(text, *buttons, fades_at=settles_at(agreement, talk, now))
