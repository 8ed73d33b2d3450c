"""The mentor's own notes: for any session, and never lost between two windows or two sessions."""

from dataclasses import replace

from handlers.gestures import Answer, Gesture, Nothing, Show, Tell
from handlers.pairs import choose
from handlers.recap import recap_of
from handlers.views import forms
from handlers.views import notes as views
from handlers.views.notes import Opened
from handlers.views.recap import recap_view
from mentoring import notes as rules
from mentoring.access import Right, may, must
from mentoring.agreement import Agreement
from mentoring.erasing import must_be_kept
from mentoring.ids import AgreementId, NoteId, SessionId, id_of_new
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from mentoring.sessions import Session
from storage import agreements
from storage import notes as stored
from storage.database import Tx


def open_notes(gesture: Gesture) -> Answer:
    """Open the note of one session, by default the last one held.

    The value is as ``pairs.choose`` takes it, or "agreement id/session id", with "/recap" where the recap is to come back.
    """
    agreement_id, _, rest = gesture.value.partition("/")
    if not rest:
        return _open_newest(gesture)
    session_id, _, origin = rest.partition("/")
    with gesture.deps.database.reading() as tx:
        agreement = _agreement(tx, AgreementId(agreement_id), gesture)
        session = agreement.session(SessionId(session_id))
        _must_stand(session)
        return _form(tx, agreement, session, gesture, from_recap=origin == "recap")


def _open_newest(gesture: Gesture) -> Answer:
    me = gesture.person.id
    none = (
        "Notes are the mentor's own, for the sessions of a signed agreement; you have none as a mentor. "
        f"`{gesture.deps.command}` shows what there is."
    )
    agreement = choose(
        gesture, "notes", lambda a: may(Right.WRITE_NOTES, a, me) and a.signed is not None, none
    )
    if not isinstance(agreement, Agreement):
        return agreement
    sessions = agreement.held_sessions or agreement.standing_sessions
    if not sessions:
        return Tell(f"There is no session yet to write about. `{gesture.deps.command} session` plans one.")
    with gesture.deps.database.reading() as tx:
        return _form(tx, agreement, sessions[-1], gesture)


def choose_session(gesture: Gesture) -> Answer:
    """Load the note of the session that was chosen in the form, unless what is typed would be lost by it."""
    claims = views.read_claims(gesture.view)
    typed = forms.text_of(gesture.values, claims.field).strip()
    with gesture.deps.database.reading() as tx:
        agreement = _agreement(tx, AgreementId(claims.agreement_id), gesture)
        here = agreement.session(claims.session_id)
        chosen = agreement.session(SessionId(gesture.value))
        _must_stand(chosen)
        note = stored.of_one(tx, here.id, author=gesture.person.id)
        kept = Secret("") if note is None else note.text
        if chosen.id != here.id and Secret(typed) == kept:
            return _form(tx, agreement, chosen, gesture, from_recap=claims.from_recap)
    goes_on = None if chosen.id == here.id else chosen.id
    notice = "" if goes_on is None else views.unsaved(agreement, here, chosen)
    claims = replace(claims, goes_on=goes_on)
    return Show(views.notes_form(agreement, gesture.person, claims, typed, notice=notice))


def write_note(gesture: Gesture) -> Answer:
    """Save the note; then the session chosen meanwhile, or the recap it was opened from, comes next."""
    claims = views.read_claims(gesture.view)
    me = gesture.person.id
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(tx, AgreementId(claims.agreement_id), seen_by=me, now=gesture.now)
        _write(tx, agreement, claims, gesture)
        agreements.save(tx, agreement, gesture.now)
        if claims.goes_on is not None and not agreement.session(claims.goes_on).cancelled:
            notice = views.saved(agreement, agreement.session(claims.session_id))
            onward = agreement.session(claims.goes_on)
            return _form(tx, agreement, onward, gesture, from_recap=claims.from_recap, notice=notice)
        if claims.from_recap:
            return Show(recap_view(recap_of(tx, agreement, by=me), gesture.person))
    return Nothing()


def _must_stand(session: Session) -> None:
    if session.is_talk:
        raise NotFound
    if session.cancelled:
        raise Refused("This session was cancelled, so there are no notes on it.")


def _write(tx: Tx, agreement: Agreement, claims: Opened, gesture: Gesture) -> None:
    me = gesture.person.id
    must(Right.WRITE_NOTES, agreement, me)
    existing = stored.of_one(tx, claims.session_id, author=me)
    try:
        note = rules.write(
            agreement,
            claims.session_id,
            existing=existing,
            note_id=NoteId(id_of_new(claims.note_id, me)),
            revision=claims.revision,
            text=forms.text_of(gesture.values, claims.field),
            by=me,
            now=gesture.now,
        )
    except Refused as refused:
        if refused.at is None:
            raise
        raise Refused(refused.sentence, at=claims.field) from None
    if note is not None:
        stored.save(tx, note)
    elif existing is not None:
        stored.remove(tx, existing)


def _form(
    tx: Tx,
    agreement: Agreement,
    session: Session,
    gesture: Gesture,
    *,
    from_recap: bool = False,
    notice: str = "",
) -> Show:
    must(Right.WRITE_NOTES, agreement, gesture.person.id)
    must_be_kept(agreement, gesture.person.id)
    note = stored.of_one(tx, session.id, author=gesture.person.id)
    claims = views.opened(agreement, session, note, from_recap=from_recap)
    text = "" if note is None else note.text
    return Show(views.notes_form(agreement, gesture.person, claims, text, notice=notice))


def _agreement(tx: Tx, agreement_id: AgreementId, gesture: Gesture) -> Agreement:
    agreement = agreements.current(tx, agreement_id, seen_by=gesture.person.id, now=gesture.now)
    must(Right.WRITE_NOTES, agreement, gesture.person.id)
    return agreement
