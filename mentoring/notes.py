"""The mentor's own notes: read and written by their author alone."""

from dataclasses import dataclass, replace
from datetime import datetime

from mentoring.access import Right, must
from mentoring.agreement import Agreement
from mentoring.erasing import must_be_kept
from mentoring.feedback import LONGEST_TEXT
from mentoring.ids import AgreementId, NoteId, PersonId, SessionId
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret


@dataclass(frozen=True)
class Note:
    """What the mentor wrote about one session, for no one else."""

    id: NoteId
    agreement_id: AgreementId
    session_id: SessionId
    author: PersonId
    text: Secret[str]
    written_at: datetime
    revision: int = 0


def write(
    agreement: Agreement,
    session_id: SessionId,
    *,
    existing: Note | None,
    note_id: NoteId,
    revision: int,
    text: str,
    by: PersonId,
    now: datetime,
) -> Note | None:
    """Return the note to keep for a session, new or edited; None if an existing one was emptied.

    ``note_id`` is the id a new note gets; ``revision`` that of the note the form was opened with.

    Raises:
        NotFound: ``by`` is not the mentor, or there is no such session; a first talk is none.
        Refused: what they wrote there has gone, nothing is written, it is too long, nothing is signed yet, or it was changed in another window.
    """
    must(Right.WRITE_NOTES, agreement, by)
    session = agreement.session(session_id)
    if session.is_talk:
        raise NotFound
    must_be_kept(agreement, by)
    if agreement.signed is None or session.cancelled:
        raise Refused("Notes belong to a session of a signed agreement. This one was cancelled.", at="text")
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise Refused(f"Please keep it to {LONGEST_TEXT} characters; this is {len(text)}.", at="text")
    if existing is None:
        if not text:
            raise Refused("There is nothing written yet.", at="text")
        return Note(note_id, agreement.id, session.id, by, Secret(text), now)
    if existing.text == Secret(text):
        return existing
    if existing.revision != revision:
        raise Refused(
            "This note was changed in another window. Copy what you have here, then open it again.", at="text"
        )
    return replace(existing, text=Secret(text), written_at=now, revision=revision + 1) if text else None
