"""The vault: what people wrote and scored, as ciphertext at rest.

Each text is sealed with AES-256-GCM under the data key of the person whose it is; a master key from the settings wraps the
data keys (``storage/wrapping.py``). The nonce is 96 random bits (NIST SP 800-38D, 8.2.2: good for 2^32 texts a key). The
associated data name the format, table, column, row, owner and data key, so that a ciphertext opens only where it was written.

===================  ========================================  ==========================================
column               what                                      whose
===================  ========================================  ==========================================
versions.purpose     what the mentee wants from it             the mentee's, whoever wrote the version
versions.place       where the pair usually meets              its author's (``versions.author``)
versions.reply       the sentence of whoever declined it       theirs (``versions.reply_by``)
sessions.place       where this session is                     its author's (``sessions.place_by``)
ratings.score        the score, one digit                      the mentee's
ratings.words        her words, and whether she shares them    the mentee's
notes.text           a note                                    its author's (``notes.author``)
decisions.text       a decision of the mentee's                its author's (``decisions.author``)
impacts.text         what came of a session, whether shared    its author's (``impacts.author``)
farewells.review     a look back, for oneself                  its author's (``farewells.author``)
farewells.thanks     thanks for the other                      its author's (``farewells.author``)
farewells.go_on      whether they would go on together         its author's (``farewells.author``)
exports.archive      an export on its way, already encrypted   whose it is (``exports.person_id``)
installations.token  the bot's token for a workspace           the installation's own, no person's
===================  ========================================  ==========================================

A stored value is: one byte for the format, the data key's id (22 bytes), the nonce (12), the ciphertext and its tag (16). A
row is named by its primary key, its parts joined by "/".
"""

from __future__ import annotations

import logging
import secrets
import time
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import bindparam, select

from mentoring.ids import new_id
from mentoring.refusal import NotFound
from mentoring.secret import LOST, UNREADABLE, Secret
from storage.refusals import CannotSeal
from storage.tables import data_keys, people
from storage.wrapping import NONCE_BYTES, DataKey, MasterKey, Masters, new_key, owner_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement

    from storage.database import Tx

__all__ = [
    "INSTALLATIONS",
    "MENTEE",
    "OWNERS",
    "UNREADABLE",
    "DataKey",
    "MasterKey",
    "Spot",
    "Unreadable",
    "Vault",
]

logger = logging.getLogger(__name__)

FORMAT = b"\x01"
ID_BYTES = 22
ENCODING = ("utf-8", "surrogatepass")
"""JSON can carry half of a surrogate pair, which plain UTF-8 refuses."""
_GONE = select(people.c.gone).where(people.c.id == bindparam("person"))
HEADER = len(FORMAT) + ID_BYTES + NONCE_BYTES
KEPT_SECONDS = 600.0
"""How long unwrapped data keys stay in memory before all are dropped: another process may have forgotten whose they are."""

MENTEE = "the mentee"
INSTALLATIONS = "installations"
"""The table whose texts are sealed under keys of its own rows."""
OWNERS: Mapping[str, str] = MappingProxyType(
    {
        "versions.purpose": MENTEE,
        "versions.place": "author",
        "versions.reply": "reply_by",
        "sessions.place": "place_by",
        "ratings.score": MENTEE,
        "ratings.words": MENTEE,
        "notes.text": "author",
        "decisions.text": "author",
        "impacts.text": "author",
        "farewells.review": "author",
        "farewells.thanks": "author",
        "farewells.go_on": "author",
        "exports.archive": "person_id",
        f"{INSTALLATIONS}.token": "id",
    }
)
"""The table above as data: for each column, the column of the same row that names the owner, or the agreement's mentee."""


class Unreadable(Exception):  # noqa: N818 - it names the value's condition
    """One value does not open. ``row`` is its row's id; the message holds nothing else."""

    def __init__(self, row: str) -> None:
        super().__init__(f"the sealed value of row {row} can't be opened")
        self.row = row


class Spot(NamedTuple):
    """Where a sealed value stands, and whose it is: a person's id, or an installation's."""

    table: str
    column: str
    row: str
    owner: str


class Vault:
    """Seals and opens. Unwrapped data keys are kept in memory for a while, once the transaction that made them is over.

    On PostgreSQL, where another process may forget someone, a key from memory opens only, and what is sealed is sealed under one that is
    in the database until the transaction ends.

    ``seconds`` are real seconds since some start.
    """

    def __init__(
        self, master_keys: Sequence[MasterKey], seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._since = seconds()
        self.masters = Masters(master_keys)
        self._keys: dict[str, DataKey] = {}
        self._current: dict[str, DataKey] = {}
        self._destroyed: set[str] = set()
        self._told: set[object] = set()

    def seal(self, tx: Tx, text: str, spot: Spot) -> bytes:
        """Return ``text`` as ciphertext that opens at ``spot`` alone. Makes the owner's data key if there is none.

        Raises:
            CannotSeal: the owner has a data key, and it cannot be opened.
            NotFound: the owner is gone.
        """
        key = self._sure(tx).get(spot.owner) or self._data_key_of(tx, spot)
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

    @overload
    def read(self, tx: Tx, sealed: bytes, spot: Spot) -> Secret[str]: ...

    @overload
    def read(self, tx: Tx, sealed: None, spot: Spot) -> None: ...

    @overload
    def read(self, tx: Tx, sealed: bytes | None, spot: Spot) -> Secret[str] | None: ...

    def read(self, tx: Tx, sealed: bytes | None, spot: Spot) -> Secret[str] | None:
        """Return the text at ``spot``; ``LOST`` if it cannot be opened, which is logged once, by its row's id."""
        if sealed is None:
            return None
        try:
            return Secret(self.open(tx, sealed, spot))
        except Unreadable:
            self._tell_once(spot[:3], "%s.%s of row %s can't be opened", *spot[:3])
            return LOST

    def keep(self, keys: Iterable[DataKey]) -> None:
        """Keep data keys in memory: those read, and those made by a transaction that has been committed."""
        now = self._seconds()
        if now - self._since > KEPT_SECONDS:
            self._since, self._keys, self._current = now, {}, {}
        for key in keys:
            if key.owner not in self._destroyed:
                self._keys[key.id] = key
                self._current[key.owner] = key

    def destroyed(self, owners: Iterable[str]) -> None:
        """Drop the data keys of these owners from memory, for their rows are deleted; whoever still has one doesn't bring it back."""
        for owner in owners:
            self._destroyed.add(owner)
            self._current.pop(owner, None)
            for key in [key for key in list(self._keys.values()) if key.owner == owner]:
                self._keys.pop(key.id, None)

    def _sure(self, tx: Tx) -> dict[str, DataKey]:
        """The data keys by owner that are in the database for sure."""
        return tx.held if tx.on_postgresql else self._current

    def _tell_once(self, what: object, message: str, *values: str) -> None:
        """Log it the first time: what is read with every look at Home would fill the log."""
        if what not in self._told:
            self._told.add(what)
            logger.error(message, *values)

    def _data_key_of(self, tx: Tx, spot: Spot) -> DataKey:
        """The owner's data key, made now if there is none; another process may be making one at the same time.

        None is made for whoever is gone.
        """
        column = data_keys.c.installation_id if spot.table == INSTALLATIONS else data_keys.c.person_id
        if (key := self._held(tx, column, spot.owner)) is not None:
            return key
        if spot.table != INSTALLATIONS and tx.connection.execute(_GONE, {"person": spot.owner}).scalar():
            raise NotFound
        key_id = new_id()
        row = {"id": key_id, column.name: spot.owner, **self.masters.wrap(key_id, spot.owner, new_key())}
        tx.connection.execute(tx.insert(data_keys), row)
        made = self._held(tx, column, spot.owner)
        if made is None:
            self._tell_once(
                spot.owner, "the data key of %s can't be opened, so nothing is sealed", spot.owner
            )
            raise CannotSeal
        return made

    def _data_key(self, tx: Tx, key_id: str) -> DataKey | None:
        return tx.keys.get(key_id) or self._found(tx, data_keys.c.id, key_id)

    def _held(self, tx: Tx, column: ColumnElement[str], owner: str) -> DataKey | None:
        """The owner's data key, which cannot be deleted before this transaction ends."""
        key = self._found(tx, column, owner, hold=True)
        if key is not None:
            tx.held[owner] = key
        return key

    def _found(self, tx: Tx, column: ColumnElement[str], value: str, *, hold: bool = False) -> DataKey | None:
        """The data key in the database; it is kept once the transaction is over, lest one that is undone be used."""
        wanted = select(data_keys).where(column == value)
        if hold:
            wanted = wanted.with_for_update(read=True, key_share=True)
        row = tx.connection.execute(wanted).one_or_none()
        raw = None if row is None else self.masters.unwrap(row)
        if row is None or raw is None:
            return None
        key = DataKey(row.id, owner_of(row), AESGCM(raw))
        tx.keys[key.id] = key
        return key


def _associated(spot: Spot, key_id: str) -> bytes:
    return "\0".join(("mentor 1", *spot, key_id)).encode()
