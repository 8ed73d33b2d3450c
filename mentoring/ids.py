"""Ids: opaque, unguessable strings, made before anything is stored."""

import secrets
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
