"""Endings: the closing after the last session and its result, ending early and Undo, and what each of the two is told."""

from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.agreement import message, show_button, suggest_button, undo
from handlers.views.farewells import (
    has_said,
    look_back_button,
    open_until,
    thanks_button,
    used,
)
from handlers.views.proposals import others_turn
from handlers.views.reading import notice
from handlers.views.text import Message, button, day, full_name, name, paragraph, when
from mentoring.agreement import Agreement, Outcome, Role, VersionOutcome
from mentoring.closing import fixed_moment, thanks_to
from mentoring.people import Person
from mentoring.undo import UNDO, undoable


def end_form(agreement: Agreement, reader: Person) -> View:
    """Return the second of the two clicks that end an agreement, no reason asked; or what End does while it is closing."""
    other = name(agreement.other(reader.id))
    closing = agreement.closing
    lines = _ends_closing(agreement, reader, other) if closing else _ends_early(reader, other)
    return forms.modal(
        f"End with {other}"[:24],
        [paragraph(line) for line in lines],
        Form.END,
        submit="Keep it as a no" if closing else "End it",
        close="Leave it" if closing else "Keep it",
        ids=forms.pack(agreement=agreement.id),
    )


def _ends_early(reader: Person, other: str) -> tuple[str, str]:
    return (
        f"Ending early is a good result too, and no reason is needed. {other} is told kindly, ten minutes from now; until "
        "then you can take it back.",
        "A session that is planned is cancelled. Ratings that are still sealed stay private for good. "
        "What each of you wrote stays readable to whoever could read it before, for as long as its author keeps it: "
        f"yours for {int(reader.retention)} days, as set in your settings.",
    )


def _ends_closing(agreement: Agreement, reader: Person, other: str) -> tuple[str, str]:
    return (
        f"{used(agreement, other)} There is nothing left to end early: it closes on {_fixed(agreement, reader)}.",
        "If you end it here, that is kept as a no to going on together, in place of any answer you gave before. Nobody is "
        "told; it closes as it would. Until then you can change it.",
    )


def _fixed(agreement: Agreement, reader: Person) -> str:
    fixed = fixed_moment(agreement)
    return "" if fixed is None else when(fixed, reader)


def kept_as_no(agreement: Agreement, reader: Person) -> View:
    """Return what is read after End while the agreement is closing."""
    return notice(
        "Kept",
        f"Kept as a no to going on together. Nobody is told; it closes on {_fixed(agreement, reader)} as it would. Until then "
        "you can change it.",
        ActionsBlock(elements=[look_back_button(agreement, reader)]),
    )


def ended_notice(agreement: Agreement, reader: Person, now: datetime) -> View:
    """Return what whoever ended or declined it reads, with Undo."""
    other = name(agreement.other(reader.id))
    declined, mine = agreement.outcome is Outcome.DECLINED, agreement.closed_by == reader.id
    what = (
        "It has ended." if not declined else "You declined." if mine else f"{other} had declined it already."
    )
    words = [] if open_until(agreement, now) is None else [look_back_button(agreement, reader)]
    if not mine or not undoable(agreement.closed_at, now):
        return notice("Done", what, *_actions(words))
    with_sentence = declined and agreement.newest.reply_by == reader.id
    with_it = "with your sentence" if with_sentence else "without a reason"
    return notice(
        "Done",
        f"{what} {other} is told in ten minutes, {with_it}. Until then you can take it back, here or in your messages.",
        *_actions([undo(agreement, f"Undo, and go on with {other}"), *words]),
    )


def _actions(buttons: list[ButtonElement]) -> list[Block]:
    return [ActionsBlock(elements=buttons)] if buttons else []


# --- the closing


def closing(agreement: Agreement, to: Person, now: datetime) -> Message:  # noqa: ARG001 - drawers are called alike
    """Return what each is asked once all sessions are used; after an answer the same whatever it was."""
    other = agreement.other(to.id)
    if not agreement.closing:
        on = "" if agreement.closed_at is None else f" on {day(agreement.closed_at, to.zone)}"
        return message(f"Your mentoring with {name(other)} came to its close{on}.")
    until = _fixed(agreement, to)
    if has_said(agreement, to):
        text = (
            f"Your look back on the mentoring with {name(other)} is kept, thank you. You can change it until {until}; nothing is "
            "passed on before then."
        )
        return message(text, look_back_button(agreement, to, "Change it"))
    return message(
        f"{used(agreement, full_name(other))} So your mentoring comes to its close, as you agreed.{_lapsed_change(agreement)} If "
        "you like, look back: a short review for yourself, thanks to pass on, and whether you would go on together. You can "
        f"answer, and change your answer, until {until}; then it closes, whatever was answered.",
        look_back_button(agreement, to, style="primary"),
    )


def _lapsed_change(agreement: Agreement) -> str:
    newest = agreement.newest
    if newest.outcome is VersionOutcome.LAPSED and newest.closed_at == agreement.closing_at:
        return " The change that was still open has lapsed."
    return ""


def result(agreement: Agreement, renewal: Agreement | None, to: Person, now: datetime) -> Message:
    """Return what the closing came to: the same for both. ``renewal`` is the agreement that two yeses opened."""
    other = agreement.other(to.id)
    if renewal is not None:
        return _going_on(agreement, renewal, to, now)
    held = len(agreement.held_sessions)
    sessions = "1 session" if held == 1 else f"{held} sessions"
    return message(
        f"Your mentoring with {full_name(other)} is complete. You held {sessions} together, all that you had agreed on. Thank you "
        "for the time and care that went into it.",
        *thanks_button(agreement, to, style="primary"),
        *_keepsakes(agreement, to, other),
    )


def _going_on(agreement: Agreement, renewal: Agreement, to: Person, now: datetime) -> Message:
    other = agreement.other(to.id)
    both = f"You and {full_name(other)} both said yes to going on."
    keepsakes = [*thanks_button(agreement, to), *_recap(agreement, to, other)]
    closed = renewal.closed_at
    mine = renewal.outcome is Outcome.DECLINED and renewal.closed_by == to.id
    if mine and closed is not None and undoable(closed, now):
        return message(
            f"{both} You declined the new agreement; {name(other)} is told in ten minutes.",
            undo(renewal, f"Undo declining the new agreement with {name(other)}"),
            *keepsakes,
            fades_at=closed + UNDO,
        )
    if renewal.over and renewal.signed is None:
        return message(f"{both} The new agreement wasn't signed by both in the end.", *keepsakes)
    if renewal.signed is not None:
        return message(
            f"{both} You have both signed a new agreement.", show_button(renewal, other), *keepsakes
        )
    said, buttons = _to_sign(renewal, to)
    return message(f"{both} {said}", *buttons, *keepsakes)


def _to_sign(renewal: Agreement, to: Person) -> tuple[str, list[ButtonElement]]:
    """Return how the new agreement stands while it waits for signatures, and its buttons."""
    other, newest, lapses = name(renewal.other(to.id)), renewal.newest, day(renewal.lapses_at, to.zone)
    signer, untouched = renewal.must_sign, newest.number == 1 and newest.mentee_signed_at is None
    if not untouched and (signer is None or signer.id != to.id):
        return others_turn(renewal, to)
    read = button(
        "Read the new agreement",
        Action.READ,
        renewal.id,
        style="primary",
        label_for_readers=f"Read the new agreement with {other} before signing",
    )
    buttons = [read, suggest_button(renewal, to)]
    if not untouched:
        said = "The new agreement waits for your signature"
        return f"{said}; without both signatures it lapses on {lapses}.", buttons
    mentee, mentor = name(renewal.mentee), name(renewal.mentor)
    return (
        "A new agreement is open, with the terms of the last: talk them over, change what you like, and sign when it suits you. "
        f"{mentee} signs first, {mentor} last; nothing starts before that, and without both signatures it lapses on {lapses}.",
        buttons,
    )


# --- ending early


def ended(agreement: Agreement, to: Person, now: datetime) -> Message:
    """Return how the other one is told of an early end."""
    other = agreement.other(to.id)
    if not agreement.over:
        return message(f"Your mentoring with {name(other)} goes on.", show_button(agreement, other))
    return _with_words(
        agreement,
        to,
        f"{full_name(other)} has ended your mentoring. No reason is asked or given: either of you could at any time, and "
        "ending early is a good result too. Thank you for the time you gave it.",
        now,
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
        return _with_words(agreement, to, text, now)
    said, words = _look_back(agreement, to, now)
    return message(
        f"{text} {name(other)} is told in ten minutes, kindly and without a reason.{said}",
        undo(agreement, f"Undo the end of your mentoring with {name(other)}"),
        *words,
        fades_at=agreement.closed_at + UNDO,
    )


def _with_words(agreement: Agreement, to: Person, text: str, now: datetime) -> Message:
    said, words = _look_back(agreement, to, now)
    keepsakes = _keepsakes(agreement, to, agreement.other(to.id))
    return message(f"{text}{said}", *words, *keepsakes, fades_at=open_until(agreement, now))


def _look_back(agreement: Agreement, to: Person, now: datetime) -> tuple[str, list[ButtonElement]]:
    """Return the offer to write at the end, while it stands: what is said of it, and its button."""
    if (until := open_until(agreement, now)) is None:
        return "", []
    on = day(until, to.zone)
    if has_said(agreement, to):
        said = f" Your look back is kept; you can change it until {on}."
        return said, [look_back_button(agreement, to, "Change it")]
    said = f" If you like, look back until {on}: a short review for yourself, and thanks to pass on."
    return said, [look_back_button(agreement, to)]


def thanks(agreement: Agreement, to: Person, now: datetime) -> Message:  # noqa: ARG001 - drawers are called alike
    """Return how someone hears of thanks written after an early end; what they say is shown in a window alone."""
    other = agreement.other(to.id)
    if thanks_to(agreement, to.id) is None:
        return message(f"{name(other)} had written something here, and has taken it back since.")
    return message(
        f"{full_name(other)} has written you some thanks, now that your mentoring has ended.",
        *thanks_button(agreement, to, style="primary"),
    )


def unreachable(agreement: Agreement, to: Person, now: datetime) -> Message:  # noqa: ARG001 - drawers are called alike
    """Return what one side is told, once, when the other cannot be reached, whatever the cause."""
    other = name(agreement.other(to.id))
    return message(f"I can't reach {other} at the moment; please contact {other} directly.")


def _keepsakes(agreement: Agreement, to: Person, other: Person) -> list[ButtonElement]:
    return [*_recap(agreement, to, other), show_button(agreement, other)]


def _recap(agreement: Agreement, to: Person, other: Person) -> list[ButtonElement]:
    if agreement.role_of(to.id) is Role.MENTEE:
        return []
    spoken = f"Open your recap of the mentoring with {name(other)}"
    return [button("Recap", Action.RECAP, agreement.id, label_for_readers=spoken)]
