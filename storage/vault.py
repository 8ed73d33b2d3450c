"""The vault: what people wrote and scored, as ciphertext at rest.

Each text is sealed with AES-256-GCM under the data key of the person whose it is; a master key from the settings wraps the
data keys. The nonce is 96 random bits (NIST SP 800-38D, 8.2.2: good for 2^32 texts a key). The associated data name the
format, table, column, row, owner and data key, so that a ciphertext opens only where it was written.

==================  ==========================================  ==================================
column              what                                        whose
==================  ==========================================  ==================================
versions.purpose    what the mentee wants from it               the mentee's, whoever wrote the version
versions.place      where the pair usually meets                its author's (``versions.author``)
sessions.place      where this session is                       its author's (``sessions.place_by``)
ratings.score       the score, one digit                        the mentee's
ratings.words       her words, and whether she shares them      the mentee's
notes.text          a note                                      its author's (``notes.author``)
decisions.text      what a mentee has decided                   its author's (``decisions.author``)
impacts.text        what came of a session, and if it's shared  its author's (``impacts.author``)
==================  ==========================================  ==================================

A stored value is: one byte for the format, the data key's id (22 bytes), the nonce (12), the ciphertext and its tag (16).
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, update

from mentoring.ids import PersonId, new_id
from mentoring.secret import Secret
from storage.tables import data_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Row

    from storage.database import Tx

logger = logging.getLogger(__name__)

FORMAT = b"\x01"
KEY_BYTES = 32
NONCE_BYTES = 12
ID_BYTES = 22
ENCODING = ("utf-8", "surrogatepass")
"""JSON can carry half of a surrogate pair, which plain UTF-8 refuses."""
HEADER = len(FORMAT) + ID_BYTES + NONCE_BYTES

UNREADABLE = "(can't be read)"
"""Stands where a text cannot be opened: its key is lost, or the row was tampered with."""


class Unreadable(Exception):  # noqa: N818 - it names the value's condition
    """One value does not open. ``row`` is its row's id; the message holds nothing else."""

    def __init__(self, row: str) -> None:
        super().__init__(f"the sealed value of row {row} can't be opened")
        self.row = row


class Spot(NamedTuple):
    """Where a sealed value stands, and whose it is."""

    table: str
    column: str
    row: str
    owner: PersonId


@dataclass(frozen=True)
class MasterKey:
    """A key from the settings, known by an ``id`` that tells nothing of it."""

    id: str
    cipher: AESGCM

    @classmethod
    def of(cls, key: bytes) -> MasterKey:
        """Return the master key of 32 bytes."""
        return cls(sha256(b"mentor master key" + key).hexdigest()[:8], AESGCM(key))


class DataKey(NamedTuple):
    """A person's data key, unwrapped."""

    id: str
    owner: PersonId
    cipher: AESGCM


class Vault:
    """Seals and opens. Unwrapped data keys are kept in memory once the transaction that made them is over."""

    def __init__(self, master_keys: Sequence[MasterKey]) -> None:
        self._masters = {key.id: key for key in master_keys}
        self._first = master_keys[0]
        self._keys: dict[str, DataKey] = {}
        self._current: dict[PersonId, DataKey] = {}

    def seal(self, tx: Tx, text: str, spot: Spot) -> bytes:
        """Return ``text`` as ciphertext that opens at ``spot`` alone. Makes the owner's data key if there is none."""
        key = self._current.get(spot.owner) or self._data_key_of(tx, spot.owner)
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = key.cipher.encrypt(nonce, text.encode(*ENCODING), _associated(spot, key.id))
        return FORMAT + key.id.encode() + nonce + sealed

    def open(self, tx: Tx, sealed: bytes, spot: Spot) -> str:
        """Return the text that was sealed at ``spot``.

        Raises:
            Unreadable: it was sealed elsewhere, has been changed, or its key cannot be had.
        """
        key_id = sealed[len(FORMAT) : len(FORMAT) + ID_BYTES].decode("ascii", "replace")
        key = self._keys.get(key_id) or self._data_key(tx, key_id)
        if key is None or not sealed.startswith(FORMAT):
            raise Unreadable(spot.row)
        nonce = sealed[HEADER - NONCE_BYTES : HEADER]
        try:
            return key.cipher.decrypt(nonce, sealed[HEADER:], _associated(spot, key.id)).decode(*ENCODING)
        except (InvalidTag, ValueError):
            raise Unreadable(spot.row) from None

    def read(self, tx: Tx, sealed: bytes | None, spot: Spot) -> Secret[str] | None:
        """Return the text at ``spot``; one that cannot be opened is logged by its row's id, and reads so."""
        if sealed is None:
            return None
        try:
            return Secret(self.open(tx, sealed, spot))
        except Unreadable:
            # Without the traceback, which adds nothing.
            logger.error("%s.%s of row %s can't be opened", spot.table, spot.column, spot.row)  # noqa: TRY400
            return Secret(UNREADABLE)

    def keep(self, keys: Iterable[DataKey]) -> None:
        """Keep data keys in memory: those read, and those made by a transaction that has been committed."""
        for key in keys:
            self._keys[key.id] = key
            self._current[key.owner] = key

    def rewrap(self, tx: Tx) -> int:
        """Wrap with the first master key every data key that another one wraps; return how many. Touches no text.

        One that does not open is logged and left as it is: what it sealed can't be read, all else can.
        """
        rows = tx.connection.execute(
            select(data_keys).where(data_keys.c.master_id != self._first.id).with_for_update()
        ).all()
        again = 0
        for row in rows:
            try:
                raw = self._unwrap(row)
            except (InvalidTag, ValueError):
                logger.error("data key %s can't be opened", row.id)  # noqa: TRY400 - the traceback adds nothing
                continue
            wrapped = self._wrap(row.id, row.person_id, raw)
            tx.connection.execute(
                update(data_keys)
                .where(data_keys.c.id == row.id)
                .values(master_id=self._first.id, wrapped=wrapped)
            )
            again += 1
        return again

    def _data_key_of(self, tx: Tx, owner: PersonId) -> DataKey:
        """The person's data key, made now if there is none; another process may be making one at the same time."""
        if (key := self._found(tx, data_keys.c.person_id, owner)) is not None:
            return key
        key_id, raw = new_id(), AESGCM.generate_key(8 * KEY_BYTES)
        row = {
            "id": key_id,
            "person_id": owner,
            "master_id": self._first.id,
            "wrapped": self._wrap(key_id, owner, raw),
        }
        tx.connection.execute(tx.insert(data_keys), row)
        made = self._found(tx, data_keys.c.person_id, owner)
        if made is None:
            raise Unreadable(owner)
        return made

    def _data_key(self, tx: Tx, key_id: str) -> DataKey | None:
        return next((key for key in tx.keys if key.id == key_id), None) or self._found(
            tx, data_keys.c.id, key_id
        )

    def _found(self, tx: Tx, column: ColumnElement[str], value: str) -> DataKey | None:
        """The data key in the database; it is kept once the transaction is over, lest one that is undone be used."""
        row = tx.connection.execute(select(data_keys).where(column == value)).one_or_none()
        if row is None or row.master_id not in self._masters:
            return None
        try:
            key = DataKey(row.id, row.person_id, AESGCM(self._unwrap(row)))
        except (InvalidTag, ValueError):
            return None
        tx.keys.append(key)
        return key

    def _wrap(self, key_id: str, owner: str, raw: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._first.cipher.encrypt(nonce, raw, _wrapping(key_id, owner, self._first.id))

    def _unwrap(self, row: Row[Any]) -> bytes:
        nonce, sealed = row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:]
        master = self._masters[row.master_id]
        return master.cipher.decrypt(nonce, sealed, _wrapping(row.id, row.person_id, master.id))


def _associated(spot: Spot, key_id: str) -> bytes:
    return "\0".join(("mentor 1", *spot, key_id)).encode()


def _wrapping(key_id: str, owner: str, master_id: str) -> bytes:
    return "\0".join(("mentor 1 data key", key_id, owner, master_id)).encode()
