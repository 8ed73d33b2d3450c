"""Notes: read and written by their author alone."""

from typing import Any

from sqlalchemy import Row, bindparam, delete, select

from mentoring.ids import AgreementId, PersonId, SessionId
from mentoring.notes import Note
from storage.database import Tx
from storage.sealing import Sealed, write
from storage.tables import notes, sessions
from storage.vault import Spot

_OF = (
    select(notes)
    .join(sessions, sessions.c.id == notes.c.session_id)
    .where(notes.c.agreement_id == bindparam("agreement"), notes.c.author == bindparam("author"))
    .order_by(sessions.c.starts, sessions.c.id)
)
_OF_ONE = select(notes).where(
    notes.c.session_id == bindparam("session"), notes.c.author == bindparam("author")
)
_BY_ID = select(notes).where(notes.c.id == bindparam("note"), notes.c.author == bindparam("author"))


def of(tx: Tx, agreement_id: AgreementId, *, author: PersonId) -> list[Note]:
    """Return the author's notes of an agreement, in the order of its sessions."""
    rows = tx.connection.execute(_OF, {"agreement": agreement_id, "author": author})
    return [_note(tx, row) for row in rows.all()]


def of_one(tx: Tx, session_id: SessionId, *, author: PersonId) -> Note | None:
    """Return the author's note of one session; None if there is none."""
    row = tx.connection.execute(_OF_ONE, {"session": session_id, "author": author}).one_or_none()
    return None if row is None else _note(tx, row)


def save(tx: Tx, note: Note) -> None:
    """Write a note, new or edited."""
    row = tx.connection.execute(_BY_ID, {"note": note.id, "author": note.author}).one_or_none()
    write(tx, notes, note.id, _values(note), None if row is None else _values(_note(tx, row)))


def remove(tx: Tx, note: Note) -> None:
    """Delete a note that its author has emptied."""
    tx.connection.execute(delete(notes).where(notes.c.id == note.id, notes.c.author == note.author))


def _note(tx: Tx, row: Row[Any]) -> Note:
    return Note(
        id=row.id,
        agreement_id=row.agreement_id,
        session_id=row.session_id,
        author=row.author,
        text=tx.vault.read(tx, row.text, Spot("notes", "text", row.id, row.author)),
        written_at=row.written_at,
        revision=row.revision,
    )


def _values(note: Note) -> dict[str, Any]:
    return {
        "id": note.id,
        "agreement_id": note.agreement_id,
        "session_id": note.session_id,
        "author": note.author,
        "text": Sealed(note.author, note.text),
        "written_at": note.written_at,
        "revision": note.revision,
    }
