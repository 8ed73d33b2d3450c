"""Sessions: planned, moved, cancelled, logged, or not held after all; by either of the pair."""

from datetime import datetime

from handlers.gestures import Answer, Gesture, Nothing, Place, Show
from handlers.pairs import choose
from handlers.views import forms, planning, talks
from handlers.views.guide import session_guide
from handlers.views.sessions import notes_button
from mentoring import cancelling
from mentoring import sessions as rules
from mentoring.agreement import Agreement, Role, State
from mentoring.ids import AgreementId, SessionId, id_of_new, new_id
from mentoring.refusal import Refused
from mentoring.secret import Secret
from mentoring.sessions import Session, SessionKind
from storage import agreements, outbox

# --- looking


def show_session(gesture: Gesture) -> Answer:
    """Show the pair's sessions with what can be done now."""
    none = f"You have no mentoring under way, so there are no sessions. `{gesture.deps.command} start` begins one."
    agreement = choose(gesture, "session", _has_sessions, none)
    if not isinstance(agreement, Agreement):
        return agreement
    me = agreement.person(gesture.person.id)
    if agreement.proposed:
        return Show(talks.talk_window(agreement, me, gesture.now))
    return Show(planning.session_card(agreement, me, gesture.now))


def open_guide(gesture: Gesture) -> Answer:
    """Open the guide to a session, to read; the button's value is the agreement's id."""
    return Show(session_guide(_agreement(gesture), gesture.person), push=True)


def _has_sessions(agreement: Agreement) -> bool:
    first_talk = agreement.proposed and agreement.talk is not None
    return agreement.state in {State.ACTIVE, State.PAUSED, State.CLOSING} or first_talk


# --- planning


def open_plan(gesture: Gesture) -> Answer:
    """Open the form for the next session; the button's value is the agreement's id."""
    agreement = _agreement(gesture)
    rules.may_plan(agreement)
    return Show(planning.plan_form(agreement, _fresh_id(), gesture.person, gesture.now))


def plan(gesture: Gesture) -> Answer:
    """Plan a session at the time and place that were entered."""
    claims = forms.unpack(gesture.view)
    session_id = _id_of_new(claims)
    starts, place = _starts(gesture), _place(gesture)
    kind = SessionKind.FIRST_TALK if planning.is_for_talk(claims) else SessionKind.SESSION
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(
            tx, AgreementId(claims["agreement"]), seen_by=gesture.person.id, now=gesture.now
        )
        planned = rules.plan(
            agreement,
            session_id,
            starts=starts,
            place=place,
            by=gesture.person.id,
            now=gesture.now,
            kind=kind,
        )
        agreements.save(tx, planned, gesture.now)
    files = gesture.deps.takes_files(gesture.person.team_id)
    return Show(planning.planned_receipt(planned, planned.session(session_id), gesture.person, files=files))


def open_move(gesture: Gesture) -> Answer:
    """Open the form that moves a session; the button's value is the session's id."""
    agreement, session = _session(gesture)
    rules.may_move(agreement, session, gesture.now)
    return Show(planning.move_form(agreement, session, gesture.person))


def doesnt_suit(gesture: Gesture) -> Answer:
    """Open planning without blame: the session stands until it is moved or cancelled."""
    agreement, session = _session(gesture)
    if session.cancelled and session.is_talk:
        rules.may_plan_talk(agreement)
        return Show(planning.plan_talk_form(agreement, _fresh_id(), gesture.person))
    if session.cancelled:
        rules.may_plan(agreement)
        return Show(planning.plan_form(agreement, _fresh_id(), gesture.person, gesture.now))
    rules.may_move(agreement, session, gesture.now)
    return Show(planning.move_form(agreement, session, gesture.person, unsuited=True))


def move(gesture: Gesture) -> Answer:
    """Move a session to the time and place that were entered."""
    claims = forms.unpack(gesture.view)
    session_id = SessionId(claims["session"])
    starts, place = _starts(gesture), _place(gesture)
    with gesture.deps.database.writing() as tx:
        agreement = agreements.of_session(tx, session_id, seen_by=gesture.person.id, now=gesture.now)
        moved = rules.move(
            agreement,
            session_id,
            starts=starts,
            place=place,
            revision=claims.number("revision"),
            by=gesture.person.id,
            now=gesture.now,
        )
        agreements.save(tx, moved, gesture.now)
        session = moved.session(session_id)
        old_file = outbox.has_old_file(
            tx, moved.id, session.id, recipient=gesture.person.id, moves=session.moves
        )
    if session.revision == claims.number("revision"):
        return Show(planning.unmoved_receipt(moved, session, gesture.person))
    files = gesture.deps.takes_files(gesture.person.team_id)
    receipt = planning.planned_receipt(
        moved, session, gesture.person, "Moved", files=files, old_file=old_file
    )
    return Show(receipt)


# --- cancelling


def ask_cancel(gesture: Gesture) -> Answer:
    """Ask once before a session is cancelled; the button's value is the session's id."""
    agreement, session = _session(gesture)
    if session.cancelled:
        raise Refused(f"This {'talk' if session.is_talk else 'session'} is cancelled already.")
    cancelling.cancel(agreement, session.id, by=gesture.person.id, now=gesture.now)
    return Show(planning.cancel_form(agreement, session, gesture.person, gesture.now))


def cancel(gesture: Gesture) -> Answer:
    """Cancel the session ahead; the receipt has Undo."""
    session_id = SessionId(forms.unpack(gesture.view)["session"])
    with gesture.deps.database.writing() as tx:
        agreement = agreements.of_session(tx, session_id, seen_by=gesture.person.id, now=gesture.now)
        cancelled = cancelling.cancel(agreement, session_id, by=gesture.person.id, now=gesture.now)
        agreements.save(tx, cancelled, gesture.now)
    session = cancelled.session(session_id)
    return Show(planning.cancelled_receipt(cancelled, session, gesture.person, gesture.now))


def not_held(gesture: Gesture) -> Answer:
    """Take a session that didn't happen out of the count: one click, no reason; the receipt has Undo."""
    session_id = SessionId(gesture.value)
    with gesture.deps.database.writing() as tx:
        agreement = agreements.of_session(tx, session_id, seen_by=gesture.person.id, now=gesture.now)
        changed = cancelling.didnt_happen(agreement, session_id, by=gesture.person.id, now=gesture.now)
        agreements.save(tx, changed, gesture.now)
    if gesture.place is Place.MESSAGE:
        return Nothing()
    session = changed.session(session_id)
    return Show(planning.cancelled_receipt(changed, session, gesture.person, gesture.now))


def undo_cancel(gesture: Gesture) -> Answer:
    """Take a cancellation, or an "it didn't happen", back."""
    session_id = SessionId(gesture.value)
    with gesture.deps.database.writing() as tx:
        agreement = agreements.of_session(tx, session_id, seen_by=gesture.person.id, now=gesture.now)
        restored = cancelling.undo_cancel(agreement, session_id, by=gesture.person.id, now=gesture.now)
        agreements.save(tx, restored, gesture.now)
    if gesture.place is Place.MESSAGE:
        return Nothing()
    return Show(planning.undone_receipt(restored, restored.session(session_id), gesture.person))


# --- logging


def open_log(gesture: Gesture) -> Answer:
    """Open the form for a session that already happened; the button's value is the agreement's id."""
    agreement = _agreement(gesture)
    rules.may_log(agreement)
    return Show(planning.log_form(agreement, _fresh_id(), gesture.person))


def log(gesture: Gesture) -> Answer:
    """Add a session that already happened."""
    claims = forms.unpack(gesture.view)
    session_id = _id_of_new(claims)
    starts = _starts(gesture)
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(
            tx, AgreementId(claims["agreement"]), seen_by=gesture.person.id, now=gesture.now
        )
        logged = rules.log(agreement, session_id, starts=starts, by=gesture.person.id, now=gesture.now)
        agreements.save(tx, logged, gesture.now)
    session = logged.session(session_id)
    is_mentor = logged.role_of(gesture.person.id) is Role.MENTOR
    write = notes_button(logged, session) if is_mentor else None
    return Show(planning.logged_receipt(logged, session, gesture.person, write))


# --- reading


def _agreement(gesture: Gesture) -> Agreement:
    with gesture.deps.database.reading() as tx:
        return agreements.current(tx, AgreementId(gesture.value), seen_by=gesture.person.id, now=gesture.now)


def _session(gesture: Gesture) -> tuple[Agreement, Session]:
    session_id = SessionId(gesture.value)
    with gesture.deps.database.reading() as tx:
        agreement = agreements.of_session(tx, session_id, seen_by=gesture.person.id, now=gesture.now)
    return agreement, agreement.session(session_id)


def _starts(gesture: Gesture) -> datetime:
    starts = forms.instant_of(gesture.values, "starts")
    if starts is None:
        raise Refused("Please choose a date and a time.", at="starts")
    return starts


def _place(gesture: Gesture) -> Secret[str] | None:
    return forms.secret_of(gesture.values, "place")


def _id_of_new(claims: forms.Claims) -> SessionId:
    return SessionId(id_of_new(claims.future_id("session"), claims["agreement"]))


def _fresh_id() -> SessionId:
    return SessionId(new_id())
