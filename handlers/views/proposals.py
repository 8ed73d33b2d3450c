"""What the bot says in a DM about what waits for signatures, and what became of it: names, numbers and dates only."""

from datetime import datetime

from slack_sdk.models.blocks import ButtonElement

from handlers.ids import Action
from handlers.views.agreement import (
    message,
    noun,
    read_button,
    reply_button,
    sessions_button,
    show_button,
    size,
    suggest_button,
    undo,
    way_out,
    what_changed,
)
from handlers.views.sessions import calendar_button
from handlers.views.text import Message, button, capital, day, full_name, name, when
from mentoring.agreement import Agreement, Outcome, Role, State, Version, VersionOutcome
from mentoring.people import Person
from mentoring.terms import reply_to
from mentoring.undo import UNDO, undoable

STANDS = "What you agreed stays in force"

# --- what asks for a signature


def invitation(agreement: Agreement, version: Version, to: Person, now: datetime) -> Message:
    """Return the invitation, and later in its place what became of it."""
    if not asks(agreement, version, to):
        return answered(agreement, version, to, now)
    other, lapses = agreement.other(to.id), day(agreement.lapses_at, to.zone)
    mentee = agreement.role_of(to.id) is Role.MENTEE
    offer = "offers to mentor you" if mentee else "asks you to be their mentor"
    return message(
        f"{full_name(other)} {offer}: {size(version.terms)}. Nothing starts unless you both sign. "
        f"Ignoring this is fine; it lapses on {lapses}.",
        *_ways(agreement, to),
        button(
            "No more invitations",
            Action.NO_INVITATIONS,
            agreement.id,
            label_for_readers="No more invitations to a mentoring, from anyone",
        ),
    )


def signed(agreement: Agreement, version: Version, to: Person, now: datetime) -> Message:
    """Return what the mentor reads once the mentee has signed what the mentor wrote."""
    if not asks(agreement, version, to):
        return answered(agreement, version, to, now)
    other, lapses = full_name(agreement.other(to.id)), day(agreement.lapses_at, to.zone)
    if agreement.proposed:
        text = (
            f"{other} has signed, with a purpose in their own words. If you sign too, it starts; without your signature "
            f"{noun(agreement)} lapses on {lapses}."
        )
    else:
        text = (
            f"{other} has signed the change that you suggested. {STANDS} until you have signed too; without your signature "
            f"the change lapses on {lapses}."
        )
    return message(text, *_ways(agreement, to))


def proposal_reminder(agreement: Agreement, version: Version, to: Person, now: datetime) -> Message:
    """Return the one reminder to whoever must sign."""
    if not asks(agreement, version, to):
        return answered(agreement, version, to, now, again=True)
    other, lapses = agreement.other(to.id), day(agreement.lapses_at, to.zone)
    what = capital(noun(agreement))
    if agreement.sender(version) != other.id and version.mentee_signed_at is not None:
        change = "" if agreement.proposed else " the change"
        text = (
            f"{name(other)} has signed{change}, and it waits for your signature. "
            f"{what} lapses on {lapses}; this is the only reminder."
        )
    elif not agreement.proposed:
        text = (
            f"The change that {full_name(other)} suggested still waits for your signature. Leaving it is fine: what you "
            f"agreed stays in force. The change lapses on {lapses}, and this is the only reminder."
        )
    elif version.number > 1:
        text = (
            f"The terms that {full_name(other)} suggested still wait for your signature. Leaving them is fine; "
            f"{noun(agreement)} lapses on {lapses}, and this is the only reminder."
        )
    else:
        whose = f"{what} {'with' if agreement.is_renewal else 'from'} {full_name(other)}"
        text = (
            f"{whose} still waits for your signature. Ignoring it is fine; it lapses on {lapses}, "
            "and this is the only reminder."
        )
    return message(text, *_ways(agreement, to))


def _ways(agreement: Agreement, to: Person) -> list[ButtonElement]:
    return [read_button(agreement, to), suggest_button(agreement, to), way_out(agreement, to)]


def asks(agreement: Agreement, version: Version, to: Person) -> bool:
    """Tell whether a message about a version asks ``to`` for a signature now."""
    signer = agreement.must_sign
    pending = agreement.pending
    return (
        pending is not None
        and pending.number == version.number
        and signer is not None
        and signer.id == to.id
        and not agreement.paused
    )


# --- what stands in its place


def answered(
    agreement: Agreement, version: Version, to: Person, now: datetime, *, again: bool = False
) -> Message:
    """Return what stands in place of a message that asked for a signature on ``version``, and doesn't any more.

    ``again``: another message says so at length.
    """
    if (settled := _settled(agreement, version, to)) is not None:
        return message(settled)
    if agreement.pending is not None:
        return _still_open(agreement, version, to, again=again)
    return _closed(agreement, version, to, now)


def _settled(agreement: Agreement, version: Version, to: Person) -> str | None:
    """Return what became of a version for good; None if it is the newest and nothing has."""
    whose, newest = _whose(agreement, version, to), agreement.newest
    if version.mentor_signed_at is not None:
        # What comes next, and the way to the agreement, stand in the message that says so.
        return f"{whose}: signed by both."
    if version.outcome is not None:
        return _dropped(agreement, version, to)
    # One's own newer terms are the answer to this one, as long as they wait for the other one or came to nothing with it all.
    signer = agreement.must_sign
    answer = newest.author == to.id and newest.open and (signer is None or signer.id != to.id)
    if newest.number > version.number and not answer:
        return f"{whose}: newer terms have taken its place."
    return None


def _dropped(agreement: Agreement, version: Version, to: Person) -> str:
    whose = _whose(agreement, version, to)
    match version.outcome:
        case VersionOutcome.DECLINED if version.author != to.id:
            return f"You declined the change that {name(agreement.other(to.id))} suggested. {STANDS}."
        case VersionOutcome.DECLINED:
            return f"{whose}: declined."
        case VersionOutcome.WITHDRAWN:
            return f"{whose}: withdrawn."
        case _:
            return f"{whose} has lapsed. {STANDS}."


def _still_open(agreement: Agreement, version: Version, to: Person, *, again: bool) -> Message:
    whose = _whose(agreement, version, to)
    if agreement.paused:
        show = show_button(agreement, agreement.other(to.id))
        return message(f"{whose} waits until your mentoring goes on: it is paused.", show)
    if again:
        return message(f"{whose}: you have answered.")
    text, buttons = others_turn(agreement, to)
    return message(text, *buttons)


def _closed(agreement: Agreement, version: Version, to: Person, now: datetime) -> Message:
    whose = _whose(agreement, version, to)
    match agreement.outcome:
        case Outcome.DECLINED if agreement.closed_by == to.id:
            return _declined_by_me(agreement, to, now)
        case Outcome.DECLINED:
            # Not before the other one's undo time is over: until then they are shown the proposal as it was.
            return message(f"{name(agreement.other(to.id))} has declined since.")
        case Outcome.WITHDRAWN:
            return message(f"{whose}: withdrawn.")
        case Outcome.LAPSED:
            return message(f"{whose} has lapsed. There is nothing for you to do.")
        case _:
            return message(f"{whose} is no longer open.")


def _whose(agreement: Agreement, version: Version, to: Person) -> str:
    other = name(agreement.other(to.id))
    if version.number > 1:
        return f"Your suggestion to {other}" if version.author == to.id else f"{other}'s suggestion"
    if agreement.is_renewal:
        return f"The new agreement with {other}"
    return f"Your invitation to {other}" if version.author == to.id else f"{other}'s invitation"


def others_turn(agreement: Agreement, to: Person) -> tuple[str, list[ButtonElement]]:
    """Return what someone reads who has signed or suggested, while it is the other one's turn, and its buttons."""
    other, lapses = agreement.other(to.id), day(agreement.lapses_at, to.zone)
    mine = agreement.sender(agreement.newest) == to.id
    if agreement.role_of(to.id) is Role.MENTOR:
        text = f"You suggested other terms. {name(other)} reads them and signs first"
    elif mine and agreement.newest.number > 1:
        text = f"You suggested other terms, and signed them by sending. It's {name(other)}'s turn now"
    else:
        text = f"You have signed. It's {name(other)}'s turn now"
    buttons = [show_button(agreement, other), way_out(agreement, to, after_all=not mine)]
    return f"{text}; without both signatures {noun(agreement)} lapses on {lapses}.", buttons


def _declined_by_me(agreement: Agreement, to: Person, now: datetime) -> Message:
    other = name(agreement.other(to.id))
    what = f"{agreement.called} {'with' if agreement.is_renewal else 'from'}"
    text = f"You declined the {what} {other}."
    if agreement.closed_at is None or not undoable(agreement.closed_at, now):
        return message(text)
    told = "with your sentence" if agreement.newest.reply is not None else "without a reason"
    return message(
        f"{text} {other} is told in ten minutes, {told}.",
        undo(agreement, f"Undo declining the {what} {other}"),
        fades_at=agreement.closed_at + UNDO,
    )


# --- how it went


def agreed(agreement: Agreement, version: Version, to: Person, now: datetime) -> Message:
    """Return what each reads once both have signed: that it is on, and what comes next."""
    other = agreement.other(to.id)
    show = show_button(agreement, other)
    if agreement.is_change(version):
        what = what_changed(agreement, version)
        text = f"You and {full_name(other)} have both signed new terms: {size(version.terms)}. They are in force from now on."
        return message(f"{text} {what}".strip(), show)
    text = f"You and {full_name(other)} have both signed: {size(version.terms)}."
    if agreement.state is not State.ACTIVE:
        return message(text, show)
    if agreement.talk is not None:
        text = f"{text} Your {agreement.talk_called} stays: {when(agreement.talk.starts, to, other)}."
    ahead = agreement.planned_session
    # Once one was held, this is the past: what comes next stands where it was planned.
    if ahead is not None and ahead.starts > now and not agreement.held_sessions:
        next_ = f"Next: session {agreement.number(ahead)} on {when(ahead.starts, to, other)}."
        calendar = calendar_button(agreement, ahead, to)
        return message(f"{text} {next_}", calendar, sessions_button(agreement, other), show)
    if agreement.standing_sessions:
        return message(text, sessions_button(agreement, other), show)
    plan = button(
        "Plan a session",
        Action.PLAN,
        agreement.id,
        style="primary",
        label_for_readers=f"Plan the first session with {name(other)}",
    )
    next_ = (
        "The time named for the first session had passed, so it needs a new one; either of you can plan it."
        if first_session_passed(agreement)
        else "Next: plan your first session; either of you can."
    )
    return message(f"{text} {next_}", plan, show)


def first_session_passed(agreement: Agreement) -> bool:
    """Tell whether the time that the terms name for the first session had passed when both had signed."""
    named, signed_at = agreement.terms.first_session, agreement.activated_at
    return named is not None and signed_at is not None and named <= signed_at


def declined(agreement: Agreement, to: Person, now: datetime) -> Message:
    """Return what the other one reads after a decline, with the way to the sentence that came with it, if one did."""
    other = agreement.other(to.id)
    what = "the new agreement" if agreement.is_renewal else "your invitation"
    text = f"{full_name(other)} has declined {what}."
    if reply_to(agreement, agreement.newest.number, to.id, now) is None:
        return message(f"{text} No reason is asked or given, and there is nothing for you to do.")
    return message(
        f"{text} {name(other)} wrote you a sentence with it. There is nothing for you to do.",
        reply_button(agreement, agreement.newest, other),
    )


def withdrawn(agreement: Agreement, to: Person, now: datetime) -> Message:  # noqa: ARG001 - drawers are called alike
    """Return what the one it was proposed to reads after a withdrawal."""
    other = agreement.other(to.id)
    return message(f"{full_name(other)} has withdrawn the invitation. There is nothing for you to do.")


def lapsed(agreement: Agreement, to: Person, now: datetime) -> Message:  # noqa: ARG001 - drawers are called alike
    """Return what the proposer, and a mentee who had signed, read after a lapse."""
    other = full_name(agreement.other(to.id))
    if agreement.is_renewal:
        whose = f"The new agreement with {other}"
    else:
        whose = (
            f"Your invitation to {other}" if agreement.proposer == to.id else f"The invitation from {other}"
        )
    return message(f"{whose} has lapsed: it wasn't signed by both in time. There is nothing for you to do.")
