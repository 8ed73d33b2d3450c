"""Each one's words at the end of an agreement, in and out of their rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from mentoring.agreement import Agreement
from mentoring.closing import Farewell
from mentoring.ids import AgreementId
from mentoring.secret import Secret
from storage.database import Tx
from storage.finding import of_one_or_more
from storage.sealing import Sealed, write
from storage.tables import farewells
from storage.vault import UNREADABLE, Spot

YES, NO = "yes", "no"
_OF_AGREEMENTS = of_one_or_more(
    select(farewells).order_by(farewells.c.agreement_id, farewells.c.author), farewells.c.agreement_id
)


def of_agreements(tx: Tx, agreement_ids: Sequence[AgreementId]) -> dict[AgreementId, list[Farewell]]:
    """Return what has been written at the end of each agreement, in the order of the authors' ids."""
    found: dict[AgreementId, list[Farewell]] = {}
    for agreement_id, author, review, thanks, go_on, written_at, revision in _OF_AGREEMENTS(
        tx, agreement_ids
    ):

        def read(
            column: str, sealed: bytes | None, *, row: str = _row(agreement_id, author), whose: Any = author
        ) -> Any:
            return tx.vault.read(tx, sealed, Spot("farewells", column, row, whose))

        farewell = Farewell(
            author=author,
            written_at=written_at,
            review=read("review", review),
            thanks=read("thanks", thanks),
            go_on=_answer(read("go_on", go_on)),
            revision=revision,
        )
        found.setdefault(agreement_id, []).append(farewell)
    return found


def save_farewells(tx: Tx, agreement: Agreement, before: Agreement | None) -> None:
    """Write what differs."""
    for farewell in agreement.farewells:
        earlier = before.farewell_of(farewell.author) if before else None
        if farewell != earlier:
            old = _values(earlier, agreement) if earlier else None
            write(tx, farewells, _row(agreement.id, farewell.author), _values(farewell, agreement), old)


def _row(agreement_id: str, author: str) -> str:
    """The row's id as the vault names it."""
    return f"{agreement_id}/{author}"


def _values(farewell: Farewell, agreement: Agreement) -> dict[str, Any]:
    go_on = None if farewell.go_on is None else Secret(YES if farewell.go_on.reveal() else NO)
    return {
        "agreement_id": agreement.id,
        "author": farewell.author,
        "review": Sealed(farewell.author, farewell.review),
        "thanks": Sealed(farewell.author, farewell.thanks),
        "go_on": Sealed(farewell.author, go_on),
        "written_at": farewell.written_at,
        "revision": farewell.revision,
    }


def _answer(text: Secret[str] | None) -> Secret[bool] | None:
    return None if text is None or text.reveal() == UNREADABLE else Secret(text.reveal() == YES)
