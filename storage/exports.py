"""Exports: what goes into one, read for whose it is; and archives on their way, until they are sent.

An archive is encrypted with a passphrase that is kept nowhere. At rest it is sealed once more, as everything of a person's is, so
that it goes with their data key.
"""

from base64 import b64decode, b64encode
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, exists, or_, select

from mentoring.agreement import Agreement, Role
from mentoring.due import Due, Kind
from mentoring.export import Account, Export, Held, export
from mentoring.ids import PersonId
from mentoring.people import Person
from mentoring.refusal import NotFound
from mentoring.secret import LOST
from storage import agreements, decisions, due, impact, notes
from storage.database import Tx
from storage.tables import RowState, accounts, due_rows, exports
from storage.vault import Spot

_ACCOUNTS = (
    select(accounts.c.team_id, accounts.c.user_id, accounts.c.name, accounts.c.zone, accounts.c.locale)
    .where(accounts.c.person_id == bindparam("person"))
    .order_by(accounts.c.id)
)
_OF = select(exports.c.id, exports.c.archive).where(exports.c.person_id == bindparam("person"))
_REMOVE_OF = delete(exports).where(exports.c.person_id == bindparam("its_person"))
# That there is no agreement is said for the sake of an index that any query can use.
_EXPORTS = (due_rows.c.agreement_id.is_(None), due_rows.c.kind == Kind.EXPORT)
_STILL_TO_SEND = exists(
    select(due_rows.c.id).where(
        *_EXPORTS,
        due_rows.c.subject == exports.c.id,
        or_(
            due_rows.c.state.in_([RowState.PENDING, RowState.SENDING]),
            # It is looked up, and sent again if it is not there (storage/doubt.py).
            and_(due_rows.c.state == RowState.UNSURE, due_rows.c.doubted_at.is_not(None)),
        ),
    )
)
_TIDY = delete(exports).where(~_STILL_TO_SEND)
_WAITING = select(exports.c.id).where(exports.c.person_id == bindparam("person"), _STILL_TO_SEND)
_ASKED = select(due_rows.c.id).where(
    *_EXPORTS,
    due_rows.c.subject == bindparam("export"),
    due_rows.c.recipient == bindparam("person"),
)


def of(tx: Tx, person: Person, now: datetime) -> Export:
    """Return all that is ``person``'s own or was released to them; ``tx`` reads it for them alone."""
    theirs = tx.connection.execute(_ACCOUNTS, {"person": person.id}).all()
    ever = agreements.of(tx, person.id, now=now, closed_since=agreements.EVER)
    held = [_held(tx, agreement, person.id) for agreement in ever]
    return export(person, [Account(*account) for account in theirs], held, now)


def _held(tx: Tx, agreement: Agreement, me: PersonId) -> Held:
    mentor = agreement.role_of(me) is Role.MENTOR
    return Held(
        agreement,
        notes=tuple(notes.of(tx, agreement.id, author=me)) if mentor else (),
        decisions=() if mentor else tuple(decisions.of(tx, agreement.id, author=me)),
        impacts=tuple(impact.of(tx, agreement, seen_by=me)),
    )


# --- on its way


def asked(tx: Tx, export_id: str, *, person: PersonId) -> bool:
    """Tell whether ``person`` has asked for this very export already, whatever has become of it."""
    return tx.connection.execute(_ASKED, {"export": export_id, "person": person}).first() is not None


def waiting(tx: Tx, *, person: PersonId) -> bool:
    """Tell whether an archive of the person's is still to be sent."""
    return tx.connection.execute(_WAITING, {"person": person}).first() is not None


def send(tx: Tx, export_id: str, archive: bytes, *, person: PersonId, now: datetime) -> bool:
    """Keep an archive until it is sent, which is due at once; False, and nothing is kept, if one is on its way already.

    Raises:
        CannotSeal: the person's data key cannot be opened.
    """
    tidy(tx)
    if asked(tx, export_id, person=person):
        return False
    sealed = tx.vault.seal(tx, b64encode(archive).decode(), _spot(export_id, person))
    row = {"id": export_id, "person_id": person, "archive": sealed}
    if not tx.connection.execute(tx.insert(exports), row).rowcount:
        return False
    due.add(tx, Due(Kind.EXPORT, export_id, now, recipient=person))
    return True


def archive(tx: Tx, export_id: str, *, person: PersonId) -> bytes:
    """Return an archive of the person's that is to be sent.

    Raises:
        NotFound: there is none, or it cannot be read any more.
    """
    row = tx.connection.execute(_OF, {"person": person}).one_or_none()
    if row is None or row.id != export_id:
        raise NotFound
    text = tx.vault.read(tx, row.archive, _spot(export_id, person))
    if text is LOST:
        raise NotFound
    return b64decode(text.reveal())


def tidy(tx: Tx) -> None:
    """Remove every archive that is not to be sent any more: it was, or can't be, or nobody can find out."""
    tx.connection.execute(_TIDY)


def remove_of(tx: Tx, person: PersonId) -> None:
    """Remove what of the person's is on its way. What was sent is not here any more."""
    tx.connection.execute(_REMOVE_OF, {"its_person": person})


def _spot(export_id: str, person: PersonId) -> Spot:
    return Spot("exports", "archive", export_id, person)
