"""Ids: opaque, unguessable strings, made before anything is stored."""

import secrets
from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import NewType

PersonId = NewType("PersonId", str)
AccountId = NewType("AccountId", str)
AgreementId = NewType("AgreementId", str)
SessionId = NewType("SessionId", str)
NoteId = NewType("NoteId", str)
DecisionId = NewType("DecisionId", str)


def new_id() -> str:
    """Return a fresh id: 128 random bits, safe in URLs, 22 characters."""
    return secrets.token_urlsafe(16)


def id_of_new(claimed: str, *whose: str) -> str:
    """Return the id that something new gets: made from the one that its form carries and from whose it is, always the same.

    So a form that is sent twice makes one thing. Whoever sends a form with an id that is another's makes something of their own by
    it, as with any other id, and cannot tell that there is one already.
    """
    seed = "\0".join((claimed, *whose)).encode(errors="surrogatepass")
    return urlsafe_b64encode(blake2b(seed, digest_size=16).digest()).rstrip(b"=").decode()
