"""What the bot says in a DM about an agreement: names, numbers and dates only, and always as things stand now."""

from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from handlers.ids import Action
from handlers.views.text import Message, button, day, full_name, name, paragraph, small, when
from mentoring.agreement import Agreement, Outcome, Role, State, Terms
from mentoring.people import Person
from mentoring.undo import UNDO, undoable


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


# --- proposals


def invitation(agreement: Agreement, to: Person, now: datetime) -> Message:
    """Return the invitation, and later in its place what became of it."""
    if agreement.proposed:
        mine = agreement.must_sign
        return (
            _asking(agreement, to) if mine is not None and mine.id == to.id else _signed_by_me(agreement, to)
        )
    return _what_became(agreement, to, now)


def _asking(agreement: Agreement, to: Person) -> Message:
    other = agreement.other(to.id)
    size = _size(agreement.newest.terms)
    lapses = f"Ignoring this is fine; it lapses on {day(agreement.lapses_at, to.zone)}."
    if agreement.role_of(to.id) is Role.MENTEE:
        text = (
            f"{full_name(other)} offers to mentor you: {size}. Nothing starts unless you both sign. {lapses}"
        )
    else:
        text = f"{full_name(other)} asks you to be their mentor: {size}. Nothing starts unless you both sign. {lapses}"
    return message(
        text,
        _read(agreement, other, style="primary"),
        _decline(agreement, other),
        button(
            "No more invitations",
            Action.NO_INVITATIONS,
            agreement.id,
            label_for_readers="No more invitations to a mentoring, from anyone",
        ),
    )


def _signed_by_me(agreement: Agreement, to: Person) -> Message:
    other = agreement.other(to.id)
    return message(
        f"You have signed. It's {name(other)}'s turn now; without both signatures it lapses on "
        f"{day(agreement.lapses_at, to.zone)}.",
        show_button(agreement, other),
        button(
            "Decline after all",
            Action.DECLINE,
            agreement.id,
            label_for_readers=f"Decline the invitation from {name(other)} after all",
        ),
    )


def _what_became(agreement: Agreement, to: Person, now: datetime) -> Message:
    """Return what stands in place of an invitation that is not open any more."""
    other = agreement.other(to.id)
    if not agreement.over or agreement.outcome in {Outcome.COMPLETED, Outcome.ENDED}:
        # What comes next, and the way to the agreement, stand in the message that says so.
        return message(f"You and {name(other)} have both signed.")
    match agreement.outcome:
        case Outcome.DECLINED if agreement.closed_by == to.id:
            return _declined_by_me(agreement, other, now)
        case Outcome.WITHDRAWN:
            return message(f"{name(other)} has withdrawn this invitation. There is nothing for you to do.")
        case _:
            return message(
                f"The invitation between you and {name(other)} has lapsed. There is nothing for you to do."
            )


def _declined_by_me(agreement: Agreement, other: Person, now: datetime) -> Message:
    text = f"You declined the invitation from {name(other)}."
    if agreement.closed_at is None or not undoable(agreement.closed_at, now):
        return message(text)
    return message(
        f"{text} {name(other)} is told in ten minutes, without a reason.",
        undo(agreement, f"Undo declining the invitation from {name(other)}"),
        fades_at=agreement.closed_at + UNDO,
    )


def proposal_reminder(agreement: Agreement, to: Person, now: datetime) -> Message:
    """Return the one reminder to whoever must sign."""
    signer = agreement.must_sign
    if not agreement.proposed:
        return _what_became(agreement, to, now)
    if signer is None or signer.id != to.id:
        return _signed_by_me(agreement, to)
    other = agreement.other(to.id)
    lapses = day(agreement.lapses_at, to.zone)
    if agreement.proposer == to.id:
        return message(
            f"{name(other)} has signed, and it waits for your signature. It lapses on {lapses}; this is the only reminder.",
            _read(agreement, other, style="primary"),
            _withdraw(agreement, other),
        )
    return message(
        f"The invitation from {full_name(other)} still waits for your signature. Ignoring it is fine; it lapses on "
        f"{lapses}, and this is the only reminder.",
        _read(agreement, other, style="primary"),
        _decline(agreement, other),
    )


def signed(agreement: Agreement, to: Person, now: datetime) -> Message:
    """Return what the mentor reads once the mentee has signed what the mentor proposed."""
    other = agreement.other(to.id)
    if agreement.proposed:
        return message(
            f"{full_name(other)} has signed, with a purpose in their own words. If you sign too, it starts; without your "
            f"signature it lapses on {day(agreement.lapses_at, to.zone)}.",
            _read(agreement, other, style="primary"),
            _withdraw(agreement, other),
        )
    if agreement.outcome is Outcome.WITHDRAWN:
        return message(f"You withdrew the invitation to {name(other)}.")
    if agreement.outcome is Outcome.DECLINED:
        # It says so only when the other one's undo time is over: redraws wait for that.
        return message(f"{name(other)} had signed, and has declined since.")
    return _what_became(agreement, to, now)


def agreed(agreement: Agreement, to: Person, now: datetime) -> Message:
    """Return what each reads once both have signed: that it is on, and what comes next."""
    other = agreement.other(to.id)
    text = f"You and {full_name(other)} have both signed: {_size(agreement.terms)}."
    show = show_button(agreement, other)
    if agreement.state is not State.ACTIVE:
        return message(text, show)
    ahead = agreement.planned_session
    # Once one was held, this is the past: what comes next stands where it was planned.
    if ahead is not None and ahead.starts > now and not agreement.held_sessions:
        next_ = f"Next: session {agreement.number(ahead)} on {when(ahead.starts, to, other)}."
        return message(f"{text} {next_}", _sessions(agreement, other), show)
    if agreement.standing_sessions:
        return message(text, _sessions(agreement, other), show)
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


def declined(agreement: Agreement, to: Person, now: datetime) -> Message:  # noqa: ARG001 - drawers are called alike
    """Return what the proposer reads after a decline."""
    other = agreement.other(to.id)
    return message(
        f"{full_name(other)} has declined your invitation. No reason is asked or given, and there is nothing for you to do."
    )


def withdrawn(agreement: Agreement, to: Person, now: datetime) -> Message:  # noqa: ARG001 - drawers are called alike
    """Return what the one it was proposed to reads after a withdrawal."""
    other = agreement.other(to.id)
    return message(f"{full_name(other)} has withdrawn the invitation. There is nothing for you to do.")


def lapsed(agreement: Agreement, to: Person, now: datetime) -> Message:  # noqa: ARG001 - drawers are called alike
    """Return what the proposer, and a mentee who had signed, read after a lapse."""
    other = agreement.other(to.id)
    whose = "Your invitation to" if agreement.proposer == to.id else "The invitation from"
    return message(
        f"{whose} {full_name(other)} has lapsed: it wasn't signed by both in time. There is nothing for you to do."
    )


def invitations_off() -> Message:
    """Return what stands in place of an invitation for someone who wants no more of them."""
    return message(
        "You chose to get no more invitations, so this one needs no answer. You can switch them on again in the settings.",
        button("Settings", Action.SETTINGS, "settings"),
    )


def greeting(operator: str | None, command: str) -> tuple[str, str]:
    """Return the two lines for whoever meets the bot for the first time: what it is, and who will see what."""
    return (
        "I'm Mentor. I look after one-to-one mentoring: a clear agreement, a limited number of sessions, honest private "
        "feedback and a good ending.",
        "What you write with me stays within your pair, and each of you sees only their part. Whoever runs me"
        f"{f' ({operator})' if operator else ''} could technically read what is stored; {command} privacy says exactly who can "
        "read what.",
    )


# --- buttons


def undo(agreement: Agreement, label_for_readers: str) -> ButtonElement:
    """Return the button that takes back a decline or an end."""
    return button("Undo", Action.UNDO_CLOSE, agreement.id, label_for_readers=label_for_readers)


def _size(terms: Terms) -> str:
    return f"{'1' if terms.sessions == 1 else f'up to {terms.sessions}'} × {terms.minutes} minutes"


def _read(agreement: Agreement, other: Person, *, style: str | None = None) -> ButtonElement:
    return button(
        "Read",
        Action.READ,
        agreement.id,
        style=style,
        label_for_readers=f"Read the agreement with {name(other)} before signing",
    )


def show_button(agreement: Agreement, other: Person) -> ButtonElement:
    return button(
        "Agreement",
        Action.AGREEMENT,
        agreement.id,
        label_for_readers=f"Show the agreement with {name(other)}",
    )


def _sessions(agreement: Agreement, other: Person) -> ButtonElement:
    return button(
        "Sessions", Action.SESSION, agreement.id, label_for_readers=f"Show the sessions with {name(other)}"
    )


def _decline(agreement: Agreement, other: Person) -> ButtonElement:
    return button(
        "Decline",
        Action.DECLINE,
        agreement.id,
        label_for_readers=f"Decline the invitation from {name(other)}",
    )


def _withdraw(agreement: Agreement, other: Person) -> ButtonElement:
    return button(
        "Withdraw",
        Action.WITHDRAW,
        agreement.id,
        label_for_readers=f"Withdraw your invitation to {name(other)}",
    )
