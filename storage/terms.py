"""Versions of the terms in and out of their rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from mentoring.agreement import Agreement, Terms, Version
from mentoring.ids import AgreementId, PersonId
from storage.database import Tx
from storage.finding import of_one_or_more
from storage.sealing import Sealed, write
from storage.tables import versions
from storage.vault import Spot

_VERSION = [
    "number",
    "author",
    "sent_at",
    "mentee_signed_at",
    "mentor_signed_at",
    "closed_at",
    "outcome",
    "reply_by",
    "waited",
]
_TERMS = ["sessions", "minutes", "cadence", "rating_after", "early_end", "wording", "first_session"]
_OF_AGREEMENTS = of_one_or_more(
    select(
        versions.c.agreement_id,
        *(versions.c[name] for name in (*_VERSION, *_TERMS)),
        versions.c.place,
        versions.c.purpose,
        versions.c.reply,
    ).order_by(versions.c.agreement_id, versions.c.number),
    versions.c.agreement_id,
)


def of_agreements(
    tx: Tx, agreement_ids: Sequence[AgreementId], mentees: dict[AgreementId, PersonId]
) -> dict[AgreementId, list[Version]]:
    """Return each agreement's versions, oldest first."""
    found: dict[AgreementId, list[Version]] = {}
    for row in _OF_AGREEMENTS(tx, agreement_ids):
        agreement_id, *values, place, purpose, reply = row
        version = dict(zip(_VERSION, values, strict=False))
        terms = dict(zip(_TERMS, values[len(_VERSION) :], strict=True))
        name = _row(agreement_id, version["number"])
        where, whose, answer = (
            Spot("versions", "place", name, version["author"]),
            Spot("versions", "purpose", name, mentees[agreement_id]),
            Spot("versions", "reply", name, version["reply_by"]),
        )
        found.setdefault(agreement_id, []).append(
            Version(
                **version,
                terms=Terms(**terms, place=tx.vault.read(tx, place, where)),
                purpose=tx.vault.read(tx, purpose, whose),
                reply=tx.vault.read(tx, reply, answer),
            )
        )
    return found


def save_versions(tx: Tx, agreement: Agreement, before: Agreement | None) -> None:
    """Write the versions that differ."""
    known = {version.number: version for version in before.versions} if before else {}
    for version in agreement.versions:
        earlier = known.get(version.number)
        if version != earlier:
            values = _values(version, agreement)
            old = _values(earlier, agreement) if earlier else None
            write(tx, versions, _row(agreement.id, version.number), values, old)


def _row(agreement_id: AgreementId, number: int) -> str:
    """The row's id as the vault names it."""
    return f"{agreement_id}/{number}"


def _values(version: Version, agreement: Agreement) -> dict[str, Any]:
    return {
        "agreement_id": agreement.id,
        **{name: getattr(version, name) for name in _VERSION},
        **{name: getattr(version.terms, name) for name in _TERMS},
        "place": Sealed(version.author, version.terms.place),
        "purpose": Sealed(agreement.mentee.id, version.purpose),
        "reply": Sealed(version.reply_by, version.reply),
    }
