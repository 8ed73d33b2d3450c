"""The quiet surface: cards of agreements, in Home and in the window of the bare command; and when the next sessions are."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, DividerBlock
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import farewells, forms
from handlers.views.agreement import greeting, read_button, suggest_button, undo, way_out
from handlers.views.reading import state_sentence
from handlers.views.rhythm import resume_button
from handlers.views.sessions import nth, time_and_length
from handlers.views.talk_buttons import talk_buttons
from handlers.views.text import (
    Message,
    button,
    date,
    full_name,
    name,
    paragraph,
    small,
    when,
    zone_unknown,
)
from mentoring.agreement import Agreement, Outcome, Role, State
from mentoring.closing import answerable_until
from mentoring.feedback import RatingState, answerable
from mentoring.operator import Operator
from mentoring.people import Person
from mentoring.undo import UNDO, undoable

RECENTLY = timedelta(days=30)
"""How long a closed agreement's card stays."""
NEWS = timedelta(days=1)
"""How long it is news that a proposal came to nothing."""
MOST_CARDS = 30
"""Cards that fit within a view's 100 blocks, at three blocks each, with what stands around them."""


def home(
    person: Person,
    agreements: Sequence[Agreement],
    *,
    operator: Operator,
    command: str,
    now: datetime,
) -> View:
    """Return someone's Home: names, states and dates, every action, and no one's words."""
    blocks: list[Block] = []
    if not person.greeted or not agreements:
        blocks += [paragraph(line) for line in greeting(operator, command)]
    blocks += [
        ActionsBlock(elements=_always(person, primary=not agreements)),
        *_cards(agreements, person, command, now),
    ]
    return View(type="home", blocks=blocks)


def card_view(
    person: Person,
    agreements: Sequence[Agreement],
    *,
    operator: Operator,
    command: str,
    now: datetime,
) -> View:
    """Return what the bare command shows: how to start, or the pair's card with its buttons."""
    blocks: list[Block] = []
    if not agreements:
        blocks += [paragraph(line) for line in greeting(operator, command)]
        blocks.append(
            paragraph(
                "To begin, choose whom you would like to mentor or be mentored by. Nothing starts unless you both sign.",
                heading="How to start",
            )
        )
    cards = list(_cards(agreements, person, command, now))
    blocks += [*cards[1:], DividerBlock()] if cards else []
    blocks.append(ActionsBlock(elements=_always(person, primary=not agreements)))
    return forms.modal("Mentor", blocks, Form.CARD)


def fades_at(person: Person, agreements: Sequence[Agreement], now: datetime) -> datetime | None:
    """Return when something on the cards first goes away by itself, so that they are drawn again then; None if nothing does.

    That is an Undo, the time to look back on what has ended early, and the card of a closed agreement itself: were that to wait for
    whatever is drawn next, it could go in the moment in which the other one's texts do.
    """
    undos = [a.closed_at + UNDO for a in agreements if a.closed_at is not None and _can_undo(a, person, now)]
    words = [until for a in agreements if a.over and (until := farewells.open_until(a, now)) is not None]
    cards = [a.closed_at + RECENTLY for a in agreements if a.closed_at is not None]
    return min((*undos, *words, *cards), default=None)


def _can_undo(agreement: Agreement, person: Person, now: datetime) -> bool:
    """Tell whether this person has just declined or ended it."""
    mine = agreement.closed_by == person.id and agreement.outcome in {Outcome.ENDED, Outcome.DECLINED}
    return mine and undoable(agreement.closed_at, now)


def _always(person: Person, *, primary: bool) -> list[ButtonElement]:
    start = button("Start a mentoring", Action.START, person.id, style="primary" if primary else None)
    return [
        start,
        button("Help", Action.HELP, "help", label_for_readers="Help: what each command does"),
        button("Privacy", Action.PRIVACY, "privacy", label_for_readers="Privacy: who can read what"),
        button(
            "Settings", Action.SETTINGS, "settings", label_for_readers="Settings: reminders and invitations"
        ),
    ]


# --- cards


def _cards(agreements: Sequence[Agreement], person: Person, command: str, now: datetime) -> Iterator[Block]:
    agreements = [a for a in agreements if _worth_a_card(a, agreements, person, now)]
    for agreement in agreements[:MOST_CARDS]:
        yield DividerBlock()
        yield _card(agreement, person, now)
        yield ActionsBlock(elements=_card_buttons(agreement, person, now))
    if (more := len(agreements) - MOST_CARDS) > 0:
        yield small(f"{more} more don't fit here; {command} agreement with a name shows each.")
    if agreements and (unknown := zone_unknown(person)) is not None:
        yield small(unknown)


def _worth_a_card(
    agreement: Agreement, agreements: Sequence[Agreement], person: Person, now: datetime
) -> bool:
    """Tell whether an agreement isn't one that came to nothing before today with someone with whom there is something now."""
    if agreement.closed_at is None or agreement.signed or now - agreement.closed_at < NEWS:
        return True
    other = agreement.other(person.id).id
    return all(a.over or a.other(person.id).id != other for a in agreements)


def _card(agreement: Agreement, person: Person, now: datetime) -> Block:
    other = agreement.other(person.id)
    lines = [state_sentence(agreement, person, now), *_talk_line(agreement, person)]
    if agreement.state in {State.ACTIVE, State.PAUSED, State.CLOSING}:
        lines += [*_sessions_lines(agreement, person, now), *_waiting(agreement, person, now)]
    if (look_back := farewells.card_line(agreement, person, now)) is not None:
        lines.append(look_back)
    role = f"you {_are(agreement)} the {agreement.role_of(person.id)}"
    return paragraph("\n".join(lines), heading=f"{full_name(other)} · {role}")


def _talk_line(agreement: Agreement, person: Person) -> Iterator[str]:
    if agreement.talk is not None and (agreement.proposed or agreement.active):
        yield f"First talk: {time_and_length(agreement, agreement.talk, person)}"


def _are(agreement: Agreement) -> str:
    if agreement.signed is not None:
        return "were" if agreement.over else "are"
    return "would be" if agreement.proposed else "would have been"


def _sessions_lines(agreement: Agreement, person: Person, now: datetime) -> Iterator[str]:
    ahead = agreement.planned_session
    if ahead is not None:
        shown = when(ahead.starts, person, agreement.other(person.id))
        yield f"{'Next session' if ahead.starts > now else 'Session now'}: {shown}"
    elif agreement.active and agreement.room:
        yield "Next session: none planned yet"
    held, limit = len(agreement.held_sessions), agreement.terms.sessions
    yield f"Sessions: {held} of {limit} held, {limit - held} left"


def _waiting(agreement: Agreement, person: Person, now: datetime) -> Iterator[str]:
    """What waits for this person: a rating waits for the mentee alone, and is no one else's to see."""
    if agreement.role_of(person.id) is not Role.MENTEE:
        return
    for session in agreement.held_sessions:
        rating = session.rating
        if rating is not None and rating.state is RatingState.ASKED and answerable(agreement, rating, now):
            until = answerable_until(agreement, rating)
            open_ = "its time stands still" if until is None else f"open until {date(until, person.zone)}"
            yield f"Waiting for you: the rating of session {agreement.number(session)}, {open_}"


def _card_buttons(agreement: Agreement, person: Person, now: datetime) -> list[ButtonElement]:
    other = name(agreement.other(person.id))

    def one(label: str, action: Action, *, style: str | None = None) -> ButtonElement:
        return button(label, action, agreement.id, style=style, label_for_readers=f"{label}, with {other}")

    signer = agreement.must_sign
    mine = signer is not None and signer.id == person.id and not agreement.paused
    if agreement.proposed:
        read = read_button(agreement, person) if mine else one("Agreement", Action.AGREEMENT)
        talk = talk_buttons(agreement, person)
        return [read, suggest_button(agreement, person), *talk, way_out(agreement, person)]
    waiting = [read_button(agreement, person, "Read the change")] if mine else []
    mentor = agreement.role_of(person.id) is Role.MENTOR
    private = (
        [one("Notes", Action.NOTES), one("Recap", Action.RECAP)]
        if mentor
        else [one("Feedback", Action.FEEDBACK), one("Decisions", Action.DECISIONS)]
    )
    if agreement.over:
        back = [undo(agreement, f"Undo, and go on with {other}")] if _can_undo(agreement, person, now) else []
        past = private[-1:] if agreement.signed else []
        words = farewells.buttons(agreement, person, now)
        return [*back, *words, *past, one("Agreement", Action.AGREEMENT)]
    # To change, pause or end it stands first in the window of the agreement: a card has five buttons at most.
    usual = [one("Sessions", Action.SESSION), *private, one("Agreement", Action.AGREEMENT)]
    if agreement.closing:
        return [*farewells.buttons(agreement, person, now), *usual]
    return [*([resume_button(agreement, person)] if agreement.paused else waiting), *usual]


def next_sessions(agreements: Sequence[Agreement], person: Person, now: datetime, command: str) -> Message:
    """Return the answer to the question when the next session is: with whom and when, one line each."""
    lines = []
    for agreement in sorted(agreements, key=lambda a: full_name(a.other(person.id)).casefold()):
        other = agreement.other(person.id)
        ahead = agreement.talk if agreement.proposed else agreement.planned_session
        if ahead is not None:
            what = nth(agreement, ahead).capitalize()
            under_way = ", under way now" if ahead.starts <= now else ""
            lines.append(f"{what} with {full_name(other)}: {when(ahead.starts, person, other)}{under_way}.")
        elif agreement.active:
            lines.append(f"Nothing is planned with {full_name(other)}. `{command} session` plans one.")
        elif agreement.paused:
            lines.append(
                f"Your mentoring with {full_name(other)} is paused. `{command} resume` goes on with it."
            )
    text = "\n".join(lines) or f"You have no session ahead. `{command}` shows where you stand."
    return Message(text.replace("`", ""), [paragraph(text)])
