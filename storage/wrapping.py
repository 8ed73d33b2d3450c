"""Data keys, and the master keys of the settings that wrap them.

A wrapped data key is: the nonce (12 bytes), the ciphertext and its tag (16). The associated data name the data key, its
owner and the master key, so that it opens for no one else.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

KEY_BYTES = 32
NONCE_BYTES = 12


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
    """A data key, unwrapped: a person's, or an installation's."""

    id: str
    owner: str
    cipher: AESGCM


class Masters:
    """The master keys that this process was started with: the first wraps, all of them unwrap."""

    def __init__(self, keys: Sequence[MasterKey]) -> None:
        self._keys = {key.id: key for key in keys}
        self.first = keys[0].id

    @property
    def ids(self) -> list[str]:
        """Their ids, the first one first."""
        return list(self._keys)

    def wrap(self, key_id: str, owner: str, raw: bytes) -> dict[str, Any]:
        """Return the columns of a data key's row that hold it, wrapped by the first master key."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._keys[self.first].cipher.encrypt(nonce, raw, _associated(key_id, owner, self.first))
        return {"master_id": self.first, "wrapped": nonce + sealed}

    def unwrap(self, row: Row[Any]) -> bytes | None:
        """Return the data key in a row; None if it is damaged, or its master key is not among these."""
        master = self._keys.get(row.master_id)
        if master is None:
            return None
        nonce, sealed = row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:]
        try:
            return master.cipher.decrypt(nonce, sealed, _associated(row.id, owner_of(row), master.id))
        except (InvalidTag, ValueError):
            return None


def owner_of(row: Row[Any]) -> str:
    """Return whose data key it is: a person's id, or an installation's."""
    owner: str = row.person_id or row.installation_id
    return owner


def new_key() -> bytes:
    """Return 32 random bytes."""
    return AESGCM.generate_key(8 * KEY_BYTES)


def _associated(key_id: str, owner: str, master_id: str) -> bytes:
    return "\0".join(("mentor 1 data key", key_id, owner, master_id)).encode()
