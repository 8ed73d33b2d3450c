"""The windows in which an agreement is read, signed, looked up and ended."""

from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, DividerBlock
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import clauses, forms
from handlers.views.agreement import first_session_passed
from handlers.views.text import button, date, name, paragraph, when
from mentoring.agreement import Agreement, Outcome, Role, State
from mentoring.closing import fixed_moment
from mentoring.people import Person
from mentoring.undo import undoable


def reading(agreement: Agreement, reader: Person, operator: str | None, *, session_id: str) -> View:
    """Return the agreement to be read and signed by ``reader``: every clause, who can read what, and Sign.

    ``session_id`` is the id that the first session gets if this signature makes the agreement active.
    """
    other, version = agreement.other(reader.id), agreement.newest
    mentee_signs = agreement.role_of(reader.id) is Role.MENTEE
    blocks: list[Block] = [paragraph(_whose_turn(agreement, reader))]
    if mentee_signs:
        blocks.append(
            forms.text_input(
                "purpose",
                "What do I want from it?",
                lines=True,
                initial=version.purpose,
                hint=f"The agreement opens with these words. Only you and {name(other)} can read them.",
            )
        )
    blocks += [
        *clauses.clauses(agreement, version, reader, operator),
        DividerBlock(),
        *_reads(agreement, operator),
        ActionsBlock(elements=[_way_out(agreement, reader)]),
    ]
    return forms.modal(
        "Read and sign",
        blocks,
        Form.READ,
        submit="Sign",
        close="Not now",
        ids=forms.pack(agreement=agreement.id, version=version.number, session=session_id),
    )


def _whose_turn(agreement: Agreement, reader: Person) -> str:
    other = name(agreement.other(reader.id))
    lapses = date(agreement.lapses_at, reader.zone)
    if agreement.role_of(reader.id) is Role.MENTEE:
        return f"You sign first, {other} last; nothing starts before that. It lapses on {lapses}."
    return f"{other} has signed. With your signature it starts. It lapses on {lapses}."


def _way_out(agreement: Agreement, reader: Person) -> ButtonElement:
    other = name(agreement.other(reader.id))
    if agreement.proposer == reader.id:
        return button(
            "Withdraw",
            Action.WITHDRAW,
            agreement.id,
            label_for_readers=f"Withdraw your invitation to {other}",
        )
    return button(
        "Decline", Action.DECLINE, agreement.id, label_for_readers=f"Decline the invitation from {other}"
    )


def _reads(agreement: Agreement, operator: str | None) -> list[Block]:
    return clauses.who_reads(name(agreement.mentor), name(agreement.mentee), operator)


def agreement_view(agreement: Agreement, reader: Person, operator: str | None, now: datetime) -> View:
    """Return the agreement as it was signed, or as far as it is signed; with what ``reader`` can do about it."""
    version = agreement.signed or agreement.newest
    blocks: list[Block] = [
        paragraph(state_sentence(agreement, reader, now)),
        paragraph(_signatures(agreement, reader), heading="Signed"),
        *clauses.clauses(agreement, version, reader, operator),
        DividerBlock(),
        *_reads(agreement, operator),
    ]
    if agreement.proposed:
        blocks.append(ActionsBlock(elements=[_way_out(agreement, reader)]))
    elif agreement.state in {State.ACTIVE, State.PAUSED}:
        label = f"End the mentoring with {name(agreement.other(reader.id))}"
        blocks.append(
            ActionsBlock(elements=[button("End", Action.END, agreement.id, label_for_readers=label)])
        )
    return forms.modal("Agreement", blocks, Form.AGREEMENT)


def _signatures(agreement: Agreement, reader: Person) -> str:
    version = agreement.signed or agreement.newest
    lines = []
    for person, signed_at in (
        (agreement.mentee, version.mentee_signed_at),
        (agreement.mentor, version.mentor_signed_at),
    ):
        stamp = "not yet" if signed_at is None else when(signed_at, reader)
        lines.append(f"{name(person)}: {stamp}")
    return "\n".join(lines)


def state_sentence(agreement: Agreement, reader: Person, now: datetime) -> str:
    """Return how an agreement stands, as one of the pair reads it."""
    other = name(agreement.other(reader.id))
    match agreement.state:
        case State.PROPOSED:
            return _proposed_sentence(agreement, reader, other)
        case State.CLOSING:
            fixed = fixed_moment(agreement)
            closes = date(fixed, reader.zone) if fixed is not None else ""
            return f"All sessions are used. It closes by itself on {closes}."
        case State.CLOSED:
            return _closed_sentence(agreement, reader, other, now)
        case State.PAUSED:
            return "Paused."
        case _:
            since = agreement.activated_at
            return f"Signed by both on {date(since, reader.zone)}." if since else "Signed by both."


def _proposed_sentence(agreement: Agreement, reader: Person, other: str) -> str:
    signer = agreement.must_sign
    lapses = date(agreement.lapses_at, reader.zone)
    if signer is not None and signer.id == reader.id:
        return f"Waiting for your signature; it lapses on {lapses}."
    return f"Waiting for {other}'s signature; it lapses on {lapses}."


def _closed_sentence(agreement: Agreement, reader: Person, other: str, now: datetime) -> str:
    closed = agreement.closed_at
    on = f" on {date(closed, reader.zone)}" if closed else ""
    mine = agreement.closed_by == reader.id
    soon = " Undo is possible for ten minutes." if mine and undoable(closed, now) else ""
    match agreement.outcome:
        case Outcome.ENDED:
            return f"Ended{on}.{soon}"
        case Outcome.DECLINED:
            return f"{'You' if mine else other} declined it{on}.{soon}"
        case Outcome.WITHDRAWN if agreement.closed_by is None:
            return f"It made way for {other}'s own invitation{on}."
        case Outcome.WITHDRAWN:
            return f"{'You' if mine else other} withdrew it{on}."
        case Outcome.LAPSED:
            return f"It lapsed{on}."
        case _:
            return f"Complete since{on.removeprefix(' on')}."


def after_signing(agreement: Agreement, reader: Person) -> View:
    """Return what whoever has just signed reads."""
    other = name(agreement.other(reader.id))
    if agreement.proposed:
        lapses = date(agreement.lapses_at, reader.zone)
        text = f"You have signed. {other} reads it now and signs last; without that it lapses on {lapses}."
        return notice("Signed", text)
    plan = button(
        "Plan a session",
        Action.PLAN,
        agreement.id,
        style="primary",
        label_for_readers=f"Plan the first session with {other}",
    )
    more = [] if agreement.planned_session is not None else [ActionsBlock(elements=[plan])]
    return notice("Signed", f"You and {other} have both signed. {_next(agreement, reader)}", *more)


def _next(agreement: Agreement, reader: Person) -> str:
    ahead = agreement.planned_session
    if ahead is not None:
        return f"Your first session is on {when(ahead.starts, reader, agreement.other(reader.id))}."
    if first_session_passed(agreement):
        return "The time named for the first session has passed, so it needs a new one; either of you can plan it."
    return "Next, either of you can plan the first session."


def notice(title: str, text: str, *more: Block) -> View:
    """Return a small window that says something. The title holds at most 24 characters."""
    return forms.modal(title, [paragraph(text), *more], Form.NOTICE)
