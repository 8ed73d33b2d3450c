"""The windows in which an agreement is read, signed, looked up and ended."""

from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, DividerBlock
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import clauses, farewells, forms, talks
from handlers.views.agreement import noun, read_button, suggest_button, way_out, what_changed
from handlers.views.proposals import first_session_passed
from handlers.views.rhythm import end_button, pause_buttons, paused_since, resume_button
from handlers.views.text import button, capital, date, name, paragraph, small, when
from mentoring.agreement import Agreement, Outcome, Role, State, Version
from mentoring.closing import fixed_moment
from mentoring.operator import Operator
from mentoring.people import Person
from mentoring.secret import Secret, unless_lost
from mentoring.undo import undoable


def reading(
    agreement: Agreement,
    reader: Person,
    operator: Operator,
    now: datetime,
    *,
    session_id: str,
    lead: str | None = None,
    purpose: Secret[str] | None = None,
) -> View:
    """Return the version that waits for ``reader``'s signature: every clause, what is changed, who can read what, and Sign.

    Args:
        agreement: whose newest version waits for ``reader``.
        reader: one of the pair.
        operator: who runs the bot.
        now: the instant.
        session_id: the id that the first session gets if this signature makes the agreement active.
        lead: what there is to say before all else.
        purpose: what the mentee has typed already.
    """
    other, version = agreement.other(reader.id), agreement.newest
    mentee_signs = agreement.role_of(reader.id) is Role.MENTEE
    blocks: list[Block] = [
        *((paragraph(lead),) if lead is not None else ()),
        paragraph(_whose_turn(agreement, reader)),
        small(_written_by(agreement, version, reader)),
    ]
    if mentee_signs:
        blocks.append(
            forms.text_input(
                "purpose",
                "What do I want from it?",
                lines=True,
                initial=purpose or unless_lost(version.purpose),
                hint=f"The agreement opens with these words. Only you and {name(other)} are shown them.",
            )
        )
    blocks += [
        *clauses.clauses(
            agreement,
            version,
            reader,
            operator,
            now,
            before=agreement.basis(version),
            without=[clauses.PURPOSE] if mentee_signs else [],
        ),
        DividerBlock(),
        *_reads(agreement, operator),
        *talks.offer(agreement, reader),
        ActionsBlock(elements=[suggest_button(agreement, reader), way_out(agreement, reader)]),
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
    other, lapses = name(agreement.other(reader.id)), date(agreement.lapses_at, reader.zone)
    mentee = agreement.role_of(reader.id) is Role.MENTEE
    if agreement.proposed:
        turn = (
            f"You sign first, {other} last; nothing starts before that."
            if mentee
            else f"{other} has signed. With your signature it starts."
        )
    else:
        turn = (
            f"You sign first, {other} last. Until then what you agreed stays in force."
            if mentee
            else f"{other} has signed. With your signature these terms are in force; until then the old ones are."
        )
    return f"{turn} {capital(noun(agreement))} lapses on {lapses}."


def _written_by(agreement: Agreement, version: Version, reader: Person) -> str:
    if agreement.is_renewal and version.number == 1:
        return "The terms of your last agreement, opened again because you both said yes to going on."
    author = "you" if version.author == reader.id else name(agreement.person(version.author))
    said = f"Version {version.number} of the terms, by {author}, {date(version.sent_at, reader.zone)}."
    if not (what := what_changed(agreement, version)):
        return said
    return f"{said} {what} The old text stands beside the new."


def _reads(agreement: Agreement, operator: Operator) -> list[Block]:
    return clauses.who_reads(name(agreement.mentor), name(agreement.mentee), operator)


# --- looking it up


def agreement_view(
    agreement: Agreement, reader: Person, operator: Operator, now: datetime, *, lead: str | None = None
) -> View:
    """Return the agreement as it is in force, or as far as it is signed; and the change that waits, if one does."""
    version = agreement.signed or agreement.newest
    before = None if agreement.signed is not None else agreement.basis(version)
    blocks: list[Block] = [
        *((paragraph(lead),) if lead is not None else ()),
        paragraph(state_sentence(agreement, reader, now)),
        *(_pending_change(agreement, agreement.change, reader, operator) if agreement.change else ()),
        *_ways_on(agreement, reader, now),
        paragraph(_signatures(agreement, reader), heading="Signed"),
        *((small(_written_by(agreement, version, reader)),) if agreement.proposed else ()),
        *clauses.clauses(agreement, version, reader, operator, now, before=before),
        DividerBlock(),
        *_reads(agreement, operator),
    ]
    if agreement.proposed:
        ways = [suggest_button(agreement, reader), way_out(agreement, reader)]
        blocks += [*talks.offer(agreement, reader), ActionsBlock(elements=ways)]
    return forms.modal("Agreement", blocks, Form.AGREEMENT)


def _ways_on(agreement: Agreement, reader: Person, now: datetime) -> list[Block]:
    """Return what can be done about an agreement that both have signed, before its long text: nobody has to look for the end."""
    if agreement.proposed:
        return []
    if agreement.paused:
        ways = [resume_button(agreement, reader), end_button(agreement, reader)]
    elif agreement.active:
        change = [suggest_button(agreement, reader)] if agreement.change is None else []
        ways = [*change, *pause_buttons(agreement, reader), end_button(agreement, reader)]
    else:
        ways = farewells.buttons(agreement, reader, now)
    return [ActionsBlock(elements=ways)] if ways else []


def _pending_change(agreement: Agreement, change: Version, reader: Person, operator: Operator) -> list[Block]:
    """Return the change that waits for a signature, beside what is in force, with what ``reader`` can do about it."""
    before, signer = agreement.basis(change), agreement.must_sign
    mine = signer is not None and signer.id == reader.id
    ways = [way_out(agreement, reader, after_all=not mine and change.author != reader.id)]
    if agreement.active:
        ways = [
            *([read_button(agreement, reader, "Read and sign")] if mine else []),
            suggest_button(agreement, reader),
            *ways,
        ]
    return [
        DividerBlock(),
        paragraph(_written_by(agreement, change, reader), heading="A change that waits"),
        *(clauses.differences(agreement, before, change, reader, operator) if before is not None else ()),
        ActionsBlock(elements=ways),
        DividerBlock(),
        paragraph(
            "What you agreed, and what is in force until you have both signed the change.", heading="In force"
        ),
    ]


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
            return _waiting_sentence(agreement, reader)
        case State.CLOSING:
            fixed = fixed_moment(agreement)
            closes = date(fixed, reader.zone) if fixed is not None else ""
            return f"All sessions are used. It closes by itself on {closes}."
        case State.CLOSED:
            return _closed_sentence(agreement, reader, other, now)
        case State.PAUSED:
            return paused_since(agreement, reader)
        case _:
            since = agreement.activated_at
            signed = f"Signed by both on {date(since, reader.zone)}." if since else "Signed by both."
            return signed if agreement.change is None else f"{signed} {_waiting_sentence(agreement, reader)}"


def _waiting_sentence(agreement: Agreement, reader: Person) -> str:
    """Return whose answer is waited for. That there is none yet is shown to the one who asks, and to nobody else."""
    signer, what = agreement.must_sign, noun(agreement)
    lapses = f"lapses on {date(agreement.lapses_at, reader.zone)}."
    if signer is None or signer.id == reader.id:
        return f"{capital(what)} waits for your signature; it {lapses}"
    if agreement.proposed and agreement.is_renewal:
        # Both asked for it.
        return f"{capital(what)} waits for {name(signer)}'s signature; it {lapses}"
    return f"No answer yet from {name(signer)}; {what} {lapses}"


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
    if agreement.pending is not None:
        lapses = date(agreement.lapses_at, reader.zone)
        held = "" if agreement.proposed else " Until then what you agreed stays in force."
        text = f"You have signed. {other} reads it now and signs last; without that {noun(agreement)} lapses on {lapses}.{held}"
        return notice("Signed", text)
    if agreement.signed is not None and agreement.is_change(agreement.signed):
        return notice("Signed", f"You and {other} have both signed. The new terms are in force from now on.")
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
