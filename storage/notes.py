"""Notes: read and written by their author alone."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, delete, select

from mentoring.ids import AgreementId, PersonId, SessionId
from mentoring.notes import Note
from storage.database import Tx
from storage.sealing import Sealed, write
from storage.tables import notes, sessions
from storage.vault import Spot

AT_A_TIME = 100
"""Rows read before they are opened."""
_COLUMNS = [notes.c[field.name] for field in fields(Note)]
_OF = (
    select(*_COLUMNS)
    .join(sessions, sessions.c.id == notes.c.session_id)
    .where(notes.c.agreement_id == bindparam("agreement"), notes.c.author == bindparam("author"))
    .order_by(sessions.c.starts, sessions.c.id)
)
_OF_ONE = select(*_COLUMNS).where(
    notes.c.session_id == bindparam("session"), notes.c.author == bindparam("author")
)
_BY_ID = select(*_COLUMNS).where(notes.c.id == bindparam("note"), notes.c.author == bindparam("author"))


def of(tx: Tx, agreement_id: AgreementId, *, author: PersonId) -> list[Note]:
    """Return the author's notes of an agreement, in the order of its sessions."""
    rows = tx.connection.execute(_OF, {"agreement": agreement_id, "author": author})
    # Some at a time: what is read and opened goes before more is read, and is no garbage to look through meanwhile.
    return [_note(tx, row) for some in rows.partitions(AT_A_TIME) for row in some]


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


def _note(tx: Tx, row: Sequence[Any]) -> Note:
    # By place: an agreement can have many, and each look at a column by its name costs as much as opening the text.
    note_id, agreement_id, session_id, author, text, written_at, revision = row
    opened = tx.vault.read(tx, text, Spot("notes", "text", note_id, author))
    return Note(note_id, agreement_id, session_id, author, opened, written_at, revision)


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
