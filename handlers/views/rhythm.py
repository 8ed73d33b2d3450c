"""Keeping the rhythm: the quiet offer to plan or pause, the window that asks before a pause, and what each is told of it."""

from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.agreement import message
from handlers.views.sessions import UNUSED, can_plan, not_counted, nth_with, plan_button, time_of
from handlers.views.text import Message, button, capital, date, day, full_name, name, paragraph
from mentoring.agreement import Agreement, Outcome
from mentoring.people import Person
from mentoring.rhythm import ASKED_AFTER, called_off_by_pause, would_call_off
from mentoring.sessions import Session
from mentoring.undo import UNDO, undoable

TIME_LEFT = "What waits keeps the time that it has left."

# --- buttons that cards and windows use too


def pause_buttons(agreement: Agreement, to: Person) -> list[ButtonElement]:
    """Return the button that pauses it, as long as there is something ahead to pause."""
    ahead = agreement.active and (agreement.room > 0 or agreement.planned_session is not None)
    return [pause_button(agreement, to)] if ahead else []


def pause_button(agreement: Agreement, to: Person) -> ButtonElement:
    label = f"Pause the mentoring with {name(agreement.other(to.id))}"
    return button("Pause", Action.PAUSE, agreement.id, label_for_readers=label)


def resume_button(agreement: Agreement, to: Person, words: str = "Resume") -> ButtonElement:
    label = f"{words}: the mentoring with {name(agreement.other(to.id))} is under way again"
    return button(words, Action.RESUME, agreement.id, style="primary", label_for_readers=label)


def end_button(agreement: Agreement, to: Person) -> ButtonElement:
    label = f"End the mentoring with {name(agreement.other(to.id))}"
    return button("End", Action.END, agreement.id, label_for_readers=label)


def paused_since(agreement: Agreement, to: Person) -> str:
    """Return how a paused agreement stands: "Paused since 3 December 2026."."""
    since = agreement.paused_at
    return "Paused." if since is None else f"Paused since {date(since, to.zone)}."


# --- windows


def ahead_of(agreement: Agreement) -> str:
    """Return what a pause would call off, as ids and revisions: whoever agreed to that has agreed to no more."""
    return " ".join(f"{session.id}/{session.revision}" for session in would_call_off(agreement))


def pause_form(agreement: Agreement, me: Person, *, changed: bool = False) -> View:
    """Return the window that asks once before a pause, and first says what it cancels.

    ``changed``: that has become something else since it was asked.
    """
    other = name(agreement.other(me.id))
    blocks: list[Block] = []
    if changed:
        blocks.append(paragraph("What is planned has changed since you opened this. Please look once more."))
    blocks += [paragraph(_will_be_cancelled(agreement, session, me)) for session in would_call_off(agreement)]
    waits = "The question after a session, how long it stays open and when an answer can be read"
    if agreement.change is not None:
        waits += ", and the change that waits for a signature,"
    blocks += [
        paragraph(
            f"{other} is told at once, and no reason is needed. {waits} all keep the time that they have left."
        ),
        paragraph(
            "Until one of you resumes it, nothing is planned, asked or reminded. Either of you can resume or end it at any "
            f"time; if it is still paused after {ASKED_AFTER.days} days, I ask each of you once."
        ),
    ]
    return forms.modal(
        "Pause the mentoring?",
        blocks,
        Form.PAUSE,
        submit="Pause",
        close="Not now",
        ids=forms.pack(agreement=agreement.id, ahead=ahead_of(agreement)),
    )


def paused_notice(agreement: Agreement, me: Person) -> View:
    """Return what whoever has paused it reads, or who finds it paused."""
    other = name(agreement.other(me.id))
    who = f" {other} has been told." if agreement.paused_by == me.id else ""
    text = f"Your mentoring with {other} is paused.{who} {TIME_LEFT} Either of you can resume or end it at any time."
    buttons = [resume_button(agreement, me), end_button(agreement, me)]
    return forms.modal("Paused", [paragraph(text), ActionsBlock(elements=buttons)], Form.NOTICE)


def resumed_notice(agreement: Agreement, me: Person, now: datetime) -> View:
    """Return what whoever has resumed it reads: what comes next."""
    other = name(agreement.other(me.id))
    mine = agreement.resumed_by == me.id and agreement.resumed_at == now
    told = f" {other} has been told." if mine else ""
    text = f"Your mentoring with {other} is under way again.{told} {_next(agreement)}".strip()
    plan = [ActionsBlock(elements=[plan_button(agreement)])] if can_plan(agreement) else []
    return forms.modal("Resumed", [paragraph(text), *plan], Form.NOTICE)


def paused_blocks(agreement: Agreement, me: Person) -> list[Block]:
    """Return how a window says that it is paused, with the two ways on."""
    text = f"{paused_since(agreement, me)} Nothing can be planned until one of you resumes it. {TIME_LEFT}"
    buttons = [resume_button(agreement, me), end_button(agreement, me)]
    return [paragraph(text), ActionsBlock(elements=buttons)]


def _will_be_cancelled(agreement: Agreement, session: Session, to: Person) -> str:
    said = (
        f"{capital(nth_with(agreement, session, to))}, {time_of(agreement, session, to)}, will be cancelled."
    )
    return said if session.is_talk else f"{said} {UNUSED}"


def _is_cancelled(agreement: Agreement, session: Session, to: Person) -> str:
    said = not_counted(agreement, session, to)
    return said if session.is_talk else f"{said} {UNUSED}"


def _next(agreement: Agreement) -> str:
    """Return what comes next after a pause; empty if that is said elsewhere."""
    if can_plan(agreement):
        number = len(agreement.standing_sessions) + 1
        return (
            f"Nothing is planned yet: either of you can plan session {number} of {agreement.terms.sessions}."
        )
    if agreement.active and agreement.room <= 0 and agreement.planned_session is None:
        return "All sessions are used, so it comes to its close by itself."
    return ""


# --- messages


def offer(agreement: Agreement, to: Person, now: datetime) -> Message:
    """Return the one quiet offer when nothing is planned; it says nothing of what anyone did or didn't do."""
    if not can_plan(agreement):
        return _as_it_stands(agreement, to, now)
    number = len(agreement.standing_sessions) + 1
    return message(
        f"Nothing is planned with {full_name(agreement.other(to.id))} at the moment. You could plan session {number} of "
        f"{agreement.terms.sessions}, or pause for a while; either is fine, and I mention it only this once.",
        plan_button(agreement),
        pause_button(agreement, to),
    )


def paused(agreement: Agreement, to: Person, now: datetime) -> Message:
    """Return how the other one is told of a pause, and what it called off."""
    other = agreement.other(to.id)
    if not agreement.paused:
        on = "" if agreement.paused_at is None else f" on {day(agreement.paused_at, to.zone)}"
        again = "" if agreement.over else "; it has been resumed since"
        return _quiet(f"{name(other)} paused your mentoring{on}{again}.", agreement, now)
    gone = [f"{_is_cancelled(agreement, session, to)} " for session in called_off_by_pause(agreement)]
    return message(
        f"{full_name(other)} has paused your mentoring. {''.join(gone)}{TIME_LEFT} No reason is asked or given, and either of "
        "you can resume it at any time.",
        resume_button(agreement, to),
        end_button(agreement, to),
    )


def resumed(agreement: Agreement, to: Person, now: datetime) -> Message:
    """Return how the other one is told that it goes on, and what comes next."""
    told = f"{full_name(agreement.other(to.id))} has resumed your mentoring."
    if not can_plan(agreement):
        return _quiet(f"{told} {_next(agreement)}".strip(), agreement, now)
    return message(f"{told} {_next(agreement)}", plan_button(agreement))


def pause_check(agreement: Agreement, to: Person, now: datetime) -> Message:
    """Return the one question after a long pause."""
    if not agreement.paused or agreement.paused_at is None:
        return _as_it_stands(agreement, to, now)
    return message(
        f"Your mentoring with {full_name(agreement.other(to.id))} has been paused since {day(agreement.paused_at, to.zone)}. "
        "Would you like to go on, or to end it? Leaving it as it is is fine too; I won't ask again.",
        resume_button(agreement, to, "Go on"),
        end_button(agreement, to),
    )


def _as_it_stands(agreement: Agreement, to: Person, now: datetime) -> Message:
    """Return what stays of a message once what it offered no longer fits."""
    other = name(agreement.other(to.id))
    if agreement.paused:
        return _quiet(f"Your mentoring with {other} is paused.", agreement, now)
    if agreement.over:
        how = "is complete" if agreement.outcome is Outcome.COMPLETED else "has ended"
        return _quiet(f"Your mentoring with {other} {how}.", agreement, now)
    if agreement.planned_session is not None:
        return _quiet(f"A session with {other} is planned.", agreement, now)
    return _quiet(f"Your mentoring with {other} goes on.", agreement, now)


def _quiet(text: str, agreement: Agreement, now: datetime) -> Message:
    """Return a message that offers nothing, for as long as nobody takes an end back."""
    ended = agreement.closed_at
    return message(text, fades_at=ended + UNDO if ended is not None and undoable(ended, now) else None)
