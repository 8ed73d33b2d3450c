"""Modals about sessions: the card with what fits now, the forms that plan, move, cancel and log, and their receipts."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, DividerBlock
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.calendar import calendar_buttons
from handlers.views.impact import impacts_button
from handlers.views.rhythm import pause_buttons, paused_blocks
from handlers.views.sessions import (
    NEW_FILE,
    OLD_FILE,
    calendar_button,
    can_plan,
    can_undo,
    file_button,
    is_last,
    last_of_all,
    move_button,
    not_counted,
    not_held_button,
    nth,
    nth_with,
    plan_button,
    time_and_length,
    time_of,
    undo_button,
)
from handlers.views.talk_buttons import guide_button
from handlers.views.talks import talk_blocks
from handlers.views.text import button, capital, name, paragraph, quote, small, when, zone_unknown
from mentoring.agreement import Agreement
from mentoring.calendar import Cadence
from mentoring.feedback import disputable
from mentoring.ids import SessionId
from mentoring.people import Person
from mentoring.secret import Secret, unless_lost
from mentoring.sessions import TALK_MINUTES, TOLD_AT_ONCE, Session, suggested_start

RHYTHM = {
    Cadence.WEEKLY: "every week",
    Cadence.FORTNIGHTLY: "every two weeks",
    Cadence.THREE_WEEKS: "every three weeks",
    Cadence.MONTHLY: "every month",
}

# --- the card


def session_card(agreement: Agreement, me: Person, now: datetime) -> View:
    """Return the pair's sessions as they stand, with what can be done now."""
    held, limit = len(agreement.held_sessions), agreement.terms.sessions
    other = name(agreement.other(me.id))
    blocks: list[Block] = [
        paragraph(f"{held} of {limit} held so far.", heading=f"Your sessions with {other}")
    ]
    if agreement.talk is not None:
        blocks += [*talk_blocks(agreement, agreement.talk, me, now), DividerBlock()]
    blocks += paused_blocks(agreement, me) if agreement.paused else _next_session(agreement, me, now)
    blocks += _last_session(agreement, me)
    blocks += _actions(_to_read_and_write(agreement, me))
    if (sentence := zone_unknown(me)) is not None:
        blocks.append(small(sentence))
    return forms.modal("Sessions", blocks, Form.SESSION)


def _next_session(agreement: Agreement, me: Person, now: datetime) -> list[Block]:
    session = agreement.planned_session
    log = button("Log one that happened", Action.LOG, agreement.id)
    if session is None:
        can = can_plan(agreement)
        words = "No session is planned." if can else "No further session can be planned."
        usual = [plan_button(agreement), log] if can else []
        return [paragraph(words), *_actions([*usual, *pause_buttons(agreement, me)])]
    under_way = session.starts <= now
    heading = f"{capital(nth(agreement, session))}{', under way' if under_way else ''}"
    blocks: list[Block] = [paragraph(f"{time_and_length(agreement, session, me)}.", heading=heading)]
    if session.place is not None:
        blocks += [small("Where"), *quote(session.place)]
    buttons = (
        [not_held_button(agreement, session)]
        if under_way
        else [
            move_button(agreement, session),
            button("Cancel session", Action.CANCEL, session.id),
            calendar_button(agreement, session, me),
        ]
    )
    also = [log] if agreement.room else []
    return [*blocks, *_actions([*buttons, *also, *([] if under_way else pause_buttons(agreement, me))])]


def _last_session(agreement: Agreement, me: Person) -> list[Block]:
    if not agreement.held_sessions:
        return []
    last = agreement.held_sessions[-1]
    told = paragraph(time_of(agreement, last, me) + ".", heading=f"Last: {nth(agreement, last)}")
    buttons = [not_held_button(agreement, last)] if disputable(agreement, last) else []
    return [DividerBlock(), told, *_actions(buttons)]


def _to_read_and_write(agreement: Agreement, me: Person) -> list[ButtonElement]:
    """What is for no session in particular: the guide, and the mentee's look back."""
    guide = button("A guide to the session", Action.SESSION_GUIDE, agreement.id)
    goes_on = agreement.planned_session is not None or can_plan(agreement)
    looks_back = me.id == agreement.mentee.id and bool(agreement.held_sessions)
    return [guide] * goes_on + [impacts_button(agreement)] * looks_back


def _actions(buttons: Sequence[ButtonElement]) -> list[Block]:
    return [ActionsBlock(elements=list(buttons))] if buttons else []


# --- the forms


def plan_form(agreement: Agreement, session_id: SessionId, me: Person, now: datetime) -> View:
    """Return the form that plans the next session; ``session_id`` is the id that it will have."""
    other = agreement.other(me.id)
    number, limit = len(agreement.standing_sessions) + 1, agreement.terms.sessions
    starts = suggested_start(agreement, now)
    last = last_of_all(agreement) if number == limit else ""
    said = [f"Session {number} of {limit} with {name(other)}, {agreement.terms.minutes} minutes.{last}"]
    if starts is not None:
        said.append(f"You meet {RHYTHM[agreement.terms.cadence]}; that would be {when(starts, me, other)}.")
    blocks = [paragraph(" ".join(said)), *_time_and_place(starts, _usual_place(agreement))]
    ids = forms.pack(agreement=agreement.id, session=session_id)
    return forms.modal("Plan a session", blocks, Form.PLAN, submit="Plan", close="Cancel", ids=ids)


def plan_talk_form(agreement: Agreement, session_id: SessionId, me: Person) -> View:
    """Return the form that plans a first talk; ``session_id`` is the id that it will have."""
    other = name(agreement.other(me.id))
    text = (
        f"{TALK_MINUTES} minutes with {other}, before either of you is bound, to find out what each of you expects. It is no "
        f"session, and is never rated. {other} will be told."
    )
    blocks: list[Block] = [paragraph(text), *_time_and_place(None, None)]
    ids = forms.pack(agreement=agreement.id, session=session_id, kind="talk")
    return forms.modal(
        f"Plan a {agreement.talk_called}", blocks, Form.PLAN, submit="Plan", close="Cancel", ids=ids
    )


def is_for_talk(claims: forms.Claims) -> bool:
    """Tell whether a form that plans was drawn for a first talk."""
    return claims.get("kind") == "talk"


def move_form(agreement: Agreement, session: Session, me: Person, *, unsuited: bool = False) -> View:
    """Return the form that moves a session; ``unsuited`` when its time doesn't suit ``me``."""
    time = time_of(agreement, session, me)
    other = name(agreement.other(me.id))
    if unsuited:
        text = (
            f"No reason needed. Choose a time that suits you better, and {other} will see it beside the old one. "
            f"Until then {nth(agreement, session)} stands: {time}."
        )
    else:
        text = f"{capital(nth(agreement, session))} with {other} is planned: {time}."
    what = "talk" if session.is_talk else "session"
    blocks = [
        paragraph(text),
        *_time_and_place(session.starts, session.place),
        *_actions([button(f"Cancel {what} instead", Action.CANCEL, session.id)]),
    ]
    ids = forms.pack(session=session.id, revision=session.revision)
    return forms.modal(f"Move the {what}", blocks, Form.MOVE, submit="Move", close="Cancel", ids=ids)


def _time_and_place(starts: datetime | None, place: Secret[str] | None) -> list[Block]:
    return [
        forms.moment_input("starts", "When does it start?", initial=starts, hint=forms.OWN_CLOCK),
        forms.text_input(
            "place",
            "Where?",
            optional=True,
            initial=place,
            hint="A café, an address, a link. It is shown to the two of you here, never in a message.",
        ),
    ]


def _usual_place(agreement: Agreement) -> Secret[str] | None:
    # A session that was added afterwards never had a place.
    planned = [s for s in agreement.standing_sessions if s.logged_at is None]
    return unless_lost(planned[-1].place if planned else agreement.terms.place)


def log_form(agreement: Agreement, session_id: SessionId, me: Person) -> View:
    """Return the form that adds a session which already happened; ``session_id`` is the id that it will have."""
    other, limit = name(agreement.other(me.id)), agreement.terms.sessions
    counts = "the one that you agreed on" if limit == 1 else f"one of your {limit}"
    text = (
        f"For a session with {other} that happened without being planned here. It counts as {counts}, "
        f"and {other} will be told."
    )
    blocks = [paragraph(text), forms.moment_input("starts", "When did it start?", hint=forms.OWN_CLOCK)]
    ids = forms.pack(agreement=agreement.id, session=session_id)
    return forms.modal("Log a session", blocks, Form.LOG, submit="Log", close="Cancel", ids=ids)


def cancel_form(agreement: Agreement, session: Session, me: Person, now: datetime) -> View:
    """Return the small modal that asks once before a session is cancelled."""
    other = name(agreement.other(me.id))
    told = (
        f"It starts so soon that {other} will be told at once."
        if now >= session.starts - TOLD_AT_ONCE
        else f"{other} will be told in ten minutes; until then you can undo it."
    )
    what = "talk" if session.is_talk else "session"
    unused = "" if session.is_talk else ", and it doesn't use up any of your sessions"
    text = (
        f"{capital(nth(agreement, session))} with {other}: {time_of(agreement, session, me)}.\n"
        f"No reason needed{unused}. {told}"
    )
    return forms.modal(
        f"Cancel the {what}?",
        [paragraph(text)],
        Form.CANCEL,
        submit=f"Cancel this {what}",
        close="Keep it",
        ids=forms.pack(session=session.id),
    )


# --- the receipts


def planned_receipt(
    agreement: Agreement,
    session: Session,
    me: Person,
    title: str = "Planned",
    *,
    files: bool = False,
    old_file: bool = False,
) -> View:
    """Return what whoever planned or moved a session reads: its time in both zones, and the ways to their calendar.

    ``files``: files can be sent in this workspace. ``old_file``: they took one, which shows an earlier time.
    """
    other = name(agreement.other(me.id))
    last = last_of_all(agreement) if is_last(agreement, session) else ""
    text = f"{time_and_length(agreement, session, me)}.{last} {other} will be told."
    blocks: list[Block] = [paragraph(text, heading=capital(nth(agreement, session)))]
    if files and old_file:
        blocks += [paragraph(OLD_FILE), ActionsBlock(elements=[file_button(session, NEW_FILE)])]
    else:
        blocks.append(calendar_buttons(agreement, session, me, files=files))
    blocks += _actions([guide_button(agreement, me)] if session.is_talk else [])
    return _receipt(title, blocks)


def unmoved_receipt(agreement: Agreement, session: Session, me: Person) -> View:
    """Return what is said when neither time nor place was changed."""
    text = f"Nothing has changed: {time_of(agreement, session, me)}."
    return _receipt("Not moved", [paragraph(text, heading=capital(nth(agreement, session)))])


def logged_receipt(agreement: Agreement, session: Session, me: Person, also: ButtonElement | None) -> View:
    """Return what whoever logged a session reads."""
    other = name(agreement.other(me.id))
    text = f"{time_of(agreement, session, me)}. It counts, and {other} will be told."
    heading = capital(nth(agreement, session))
    return _receipt("Logged", [paragraph(text, heading=heading), *_actions([] if also is None else [also])])


def cancelled_receipt(agreement: Agreement, session: Session, me: Person, now: datetime) -> View:
    """Return what whoever cancelled reads, with Undo while there is time."""
    text = not_counted(agreement, session, me)
    if session.cancelled_by != me.id:
        return _receipt("Cancelled", [paragraph(text)])
    undo = can_undo(agreement, session, me, now)
    told = "will be told in ten minutes, unless you undo it." if undo else "will be told."
    text = f"{text} {name(agreement.other(me.id))} {told}"
    return _receipt("Cancelled", [paragraph(text), *_actions([undo_button(session)] if undo else [])])


def undone_receipt(agreement: Agreement, session: Session, me: Person) -> View:
    """Return what is read after an Undo."""
    text = f"{capital(nth_with(agreement, session, me))} stands as it was: {time_of(agreement, session, me)}."
    return _receipt("Undone", [paragraph(text)])


def _receipt(title: str, blocks: Sequence[Block]) -> View:
    return forms.modal(title, blocks, Form.SESSION)
