"""What is said about a session in the DM: names, numbers and dates alone, drawn from its state as it is now."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from handlers.ids import Action
from handlers.views.text import Message, button, name, paragraph, when
from mentoring.agreement import Agreement, State
from mentoring.feedback import disputable
from mentoring.people import Person
from mentoring.refusal import Refused
from mentoring.sessions import Session, may_plan, undo_cancel
from mentoring.undo import UNDO

# --- parts that the modals about sessions use too


def nth(agreement: Agreement, session: Session) -> str:
    """Return which of how many a session is: "session 2 of 5"."""
    return f"session {agreement.number(session)} of {agreement.terms.sessions}"


def time_of(agreement: Agreement, session: Session, to: Person) -> str:
    """Return when a session starts, in the reader's zone first."""
    return when(session.starts, to, agreement.other(to.id))


def is_last(agreement: Agreement, session: Session) -> bool:
    """Tell whether no further session can follow this one."""
    return agreement.number(session) == agreement.terms.sessions


def can_plan(agreement: Agreement) -> bool:
    """Tell whether a session can be planned now."""
    try:
        may_plan(agreement)
    except Refused:
        return False
    return True


def can_undo(agreement: Agreement, session: Session, by: Person, now: datetime) -> bool:
    """Tell whether ``by`` can still take a cancellation back."""
    try:
        undo_cancel(agreement, session.id, by=by.id, now=now)
    except Refused:
        return False
    return session.cancelled


def plan_button(agreement: Agreement, words: str = "Plan a session") -> ButtonElement:
    return button(words, Action.PLAN, agreement.id)


def move_button(agreement: Agreement, session: Session) -> ButtonElement:
    return button(
        "Move it",
        Action.MOVE,
        session.id,
        label_for_readers=f"Move {nth(agreement, session)} to another time",
    )


def not_held_button(agreement: Agreement, session: Session) -> ButtonElement:
    return button(
        "It didn't happen",
        Action.NOT_HELD,
        session.id,
        label_for_readers=f"{capital(nth(agreement, session))} didn't happen",
    )


def notes_button(
    agreement: Agreement, session: Session, words: str = "Write notes", *, from_recap: bool = False
) -> ButtonElement:
    return button(
        words,
        Action.NOTES,
        f"{agreement.id}/{session.id}{'/recap' if from_recap else ''}",
        label_for_readers=f"{words}: {nth(agreement, session)}",
    )


def undo_button(session: Session) -> ButtonElement:
    return button("Undo", Action.UNDO_CANCEL, session.id, label_for_readers="Undo: the session stands")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def not_counted(agreement: Agreement, session: Session, to: Person) -> str:
    """Return the sentence about a session that is cancelled: it was called off ahead, or it didn't happen."""
    if session.cancelled_at is not None and session.cancelled_at >= session.starts:
        return f"{capital(nth(agreement, session))}, {time_of(agreement, session, to)}, isn't counted: it didn't happen."
    return f"{capital(nth(agreement, session))}, {time_of(agreement, session, to)}, is cancelled."


def _message(
    text: str, buttons: Sequence[ButtonElement | None] = (), *, fades_at: datetime | None = None
) -> Message:
    shown = [one for one in buttons if one is not None]
    blocks: list[Block] = [paragraph(text)]
    if shown:
        blocks.append(ActionsBlock(elements=shown))
    return Message(text, blocks, fades_at)


def _ahead(agreement: Agreement, session: Session, now: datetime) -> bool:
    return agreement.active and session.planned and session.starts > now


# --- what the other just did


def planned(agreement: Agreement, session: Session, to: Person, now: datetime) -> Message:
    """Return what the other is told of a session planned."""
    what, time = nth(agreement, session), time_of(agreement, session, to)
    if session.cancelled:
        return _message(not_counted(agreement, session, to))
    if session.moves:
        return _message(f"{capital(what)} was planned, and has been moved since. It is on {time}.")
    text = f"{name(agreement.other(to.id))} planned {what}: {time}."
    return _message(text, _answers(agreement, session, to, now))


def moved(agreement: Agreement, session: Session, to: Person, now: datetime) -> Message:
    """Return what the other is told of a session moved: the old time beside the new."""
    what, time = nth(agreement, session), time_of(agreement, session, to)
    other = agreement.other(to.id)
    if session.cancelled:
        return _message(not_counted(agreement, session, to))
    if session.set_by == to.id or session.moved_from is None:
        return _message(f"{capital(what)} has been moved again since. It is on {time}.")
    if session.moved_from == session.starts:
        text = f"{name(other)} changed where {what} takes place. The time stays: {time}."
    else:
        before = when(session.moved_from, to, other)
        text = f"{name(other)} moved {what}.\nBefore: {before}.\nNow: {time}."
    return _message(text, _answers(agreement, session, to, now))


def _answers(agreement: Agreement, session: Session, to: Person, now: datetime) -> list[ButtonElement | None]:
    if not _ahead(agreement, session, now) or session.set_by == to.id:
        return []
    return [
        button(
            "That doesn't suit me",
            Action.DOESNT_SUIT,
            session.id,
            label_for_readers=f"The time of {nth(agreement, session)} doesn't suit me: find another",
        ),
        button("Open session", Action.SESSION, agreement.id) if session.place is not None else None,
    ]


def logged(
    agreement: Agreement,
    session: Session,
    to: Person,
    now: datetime,  # noqa: ARG001 - all drawers are called alike
) -> Message:
    """Return what the other is told of a session that was added after it happened."""
    if session.cancelled:
        return _message(not_counted(agreement, session, to))
    what, time = nth(agreement, session), time_of(agreement, session, to)
    text = f"{name(agreement.other(to.id))} added {what}, which has already happened: {time}."
    to_mentor = to.id == agreement.mentor.id
    buttons = [
        notes_button(agreement, session) if to_mentor else None,
        plan_button(agreement, "Plan the next") if to_mentor and can_plan(agreement) else None,
        not_held_button(agreement, session) if disputable(agreement, session) else None,
    ]
    return _message(text, buttons)


def cancelled(agreement: Agreement, session: Session, to: Person, now: datetime) -> Message:
    """Return what the other is told of a session called off."""
    if not session.cancelled:
        return _stands(agreement, session, to)
    if session.cancelled_at is not None and session.cancelled_at >= session.starts:
        return not_held(agreement, session, to, now)
    what, time = nth(agreement, session), time_of(agreement, session, to)
    other = name(agreement.other(to.id))
    text = f"{other} cancelled {what}: {time}. It doesn't use up any of your sessions."
    return _message(text, [plan_button(agreement) if can_plan(agreement) else None])


def not_held(
    agreement: Agreement,
    session: Session,
    to: Person,
    now: datetime,  # noqa: ARG001 - all drawers are called alike
) -> Message:
    """Return what the other is told of a session that didn't happen: no reason, no name."""
    if not session.cancelled:
        return _stands(agreement, session, to)
    text = f"{not_counted(agreement, session, to)} It doesn't use up any of your sessions."
    return _message(text, [plan_button(agreement) if can_plan(agreement) else None])


def cancel_receipt(agreement: Agreement, session: Session, to: Person, now: datetime) -> Message:
    """Return what whoever cancelled is told, with Undo for ten minutes."""
    if not session.cancelled:
        return _stands(agreement, session, to)
    what = not_counted(agreement, session, to)
    if session.cancelled_by != to.id or session.cancelled_at is None:
        return _message(what)
    other = name(agreement.other(to.id))
    if not session.undo_open(now):
        return _message(f"{what} {other} has been told.")
    if not can_undo(agreement, session, to, now):
        return _message(what)
    return _message(
        f"{what} {other} will be told in ten minutes, unless you undo it.",
        [undo_button(session)],
        fades_at=session.cancelled_at + UNDO,
    )


def _stands(agreement: Agreement, session: Session, to: Person) -> Message:
    return _message(
        f"{capital(nth(agreement, session))} stands as it was: {time_of(agreement, session, to)}."
    )


# --- what the clock brings


def reminder(agreement: Agreement, session: Session, to: Person, now: datetime) -> Message:
    """Return the reminder before a session: the mentor's way to the recap; nothing for the mentee to prepare."""
    if session.cancelled:
        return _message(not_counted(agreement, session, to))
    to_mentor = to.id == agreement.mentor.id
    other = name(agreement.other(to.id))
    said = [f"{capital(nth(agreement, session))} with {other}: {time_of(agreement, session, to)}."]
    if is_last(agreement, session) and agreement.terms.sessions > 1:
        said.append(f"It is the last of the {agreement.terms.sessions} that you agreed on.")
    if not to_mentor:
        said.append("Nothing to prepare.")
    buttons = [
        button("Open recap", Action.RECAP, agreement.id, label_for_readers=f"Open your recap with {other}")
        if to_mentor
        else None,
        move_button(agreement, session) if _ahead(agreement, session, now) else None,
    ]
    return _message(" ".join(said), buttons)


def session_ended(
    agreement: Agreement,
    session: Session,
    to: Person,
    now: datetime,  # noqa: ARG001 - all drawers are called alike
) -> Message:
    """Return what the mentor is asked as a session ends."""
    if session.cancelled:
        return _message(not_counted(agreement, session, to))
    other = name(agreement.other(to.id))
    said = [f"{capital(nth(agreement, session))} with {other} has ended."]
    if is_last(agreement, session):
        said.append(f"It was the last of the {agreement.terms.sessions} that you agreed on.")
        said.append("A few lines now keep what mattered.")
    else:
        said.append("A few lines now will refresh your memory before the next.")
    ahead = agreement.planned_session
    if ahead is not None and agreement.state is State.ACTIVE:
        said.append(f"The next is planned: {time_of(agreement, ahead, to)}.")
    buttons = [
        notes_button(agreement, session),
        plan_button(agreement, "Plan the next") if can_plan(agreement) else None,
        not_held_button(agreement, session) if disputable(agreement, session) else None,
    ]
    return _message(" ".join(said), buttons)
