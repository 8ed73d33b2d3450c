"""Each one's words at the end of an agreement, in and out of their rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select

from mentoring.agreement import Agreement
from mentoring.closing import Farewell
from mentoring.ids import AgreementId
from mentoring.secret import Secret
from storage.database import Tx
from storage.finding import of_one_or_more
from storage.sealing import Sealed, write
from storage.tables import farewells
from storage.vault import Spot

ANSWERS: dict[tuple[bool, Secret[bool] | None], Secret[str]] = {
    (True, Secret(True)): Secret("y"),
    (True, Secret(False)): Secret("n"),
    (True, None): Secret("-"),
    (False, Secret(False)): Secret("e"),
}
"""What is sealed of an answer: whether it was said, and what. All are of one length, and there is always one, so that the sealed
value tells nothing either."""
_SAID = {sealed: answer for answer, sealed in ANSWERS.items()}
_OF_AGREEMENTS = of_one_or_more(
    select(farewells).order_by(farewells.c.agreement_id, farewells.c.author), farewells.c.agreement_id
)
_REMOVE = delete(farewells).where(
    farewells.c.agreement_id == bindparam("its_agreement"), farewells.c.author == bindparam("its_author")
)


def of_agreements(tx: Tx, agreement_ids: Sequence[AgreementId]) -> dict[AgreementId, list[Farewell]]:
    """Return what has been written at the end of each agreement, in the order of the authors' ids."""
    found: dict[AgreementId, list[Farewell]] = {}
    for row in _OF_AGREEMENTS(tx, agreement_ids):
        agreement_id, author, review, thanks, go_on, written_at, passed_on, revision = row

        def read(
            column: str, sealed: bytes | None, *, row: str = _row(agreement_id, author), whose: Any = author
        ) -> Any:
            return tx.vault.read(tx, sealed, Spot("farewells", column, row, whose))

        # What can't be read is no answer.
        said, would_go_on = _SAID.get(read("go_on", go_on), (True, None))
        farewell = Farewell(
            author=author,
            written_at=written_at,
            review=read("review", review),
            thanks=read("thanks", thanks),
            go_on=would_go_on,
            said=said,
            passed_on=passed_on,
            revision=revision,
        )
        found.setdefault(agreement_id, []).append(farewell)
    return found


def save_farewells(tx: Tx, agreement: Agreement, before: Agreement | None) -> None:
    """Write what differs, and remove what went with an end that was taken back."""
    authors = {farewell.author for farewell in agreement.farewells}
    for gone in before.farewells if before else ():
        if gone.author not in authors:
            tx.connection.execute(_REMOVE, {"its_agreement": agreement.id, "its_author": gone.author})
    for farewell in agreement.farewells:
        earlier = before.farewell_of(farewell.author) if before else None
        if farewell != earlier:
            old = _values(earlier, agreement) if earlier else None
            write(tx, farewells, _row(agreement.id, farewell.author), _values(farewell, agreement), old)


def _row(agreement_id: str, author: str) -> str:
    """The row's id as the vault names it."""
    return f"{agreement_id}/{author}"


def _values(farewell: Farewell, agreement: Agreement) -> dict[str, Any]:
    return {
        "agreement_id": agreement.id,
        "author": farewell.author,
        "review": Sealed(farewell.author, farewell.review),
        "thanks": Sealed(farewell.author, farewell.thanks),
        "go_on": Sealed(farewell.author, ANSWERS[farewell.said, farewell.go_on]),
        "written_at": farewell.written_at,
        "passed_on": farewell.passed_on,
        "revision": farewell.revision,
    }
