"""One text in every encrypted column, written as people write them."""

from base64 import b64decode, b64encode

from sqlalchemy import update
from sqlmodel import SQLModel

from mentoring import closing, terms
from mentoring.agreement import Terms
from mentoring.decisions import Decision
from mentoring.ids import DecisionId, NoteId, new_id
from mentoring.impact import Impact
from mentoring.notes import Note
from mentoring.secret import Secret
from storage import decisions, exports, impact, installations, key_check, notes
from storage.database import Database
from tests.storage.pair import Pair

EXPORT_ID = "export-1"
PURPOSE = "to lead without shouting"
TEXTS = {
    "versions.purpose": PURPOSE,
    "versions.place": "canary-usual-place-91bc",
    "versions.reply": "canary-reply-0b0b",
    "sessions.place": "canary-place-22de",
    "ratings.score": "5",
    "ratings.words": "-canary-words-c0de",
    "notes.text": "canary-note-4e4e",
    "decisions.text": "canary-decision-dddd",
    "impacts.text": "+canary-impact-1111",
    "farewells.review": "canary-review-2222",
    "farewells.thanks": "canary-thanks-3333",
    "farewells.go_on": "y",
    "exports.archive": b64encode(b"canary-archive-5555").decode(),
    "installations.token": "xoxb-canary-7777",
}
"""What is sealed in each column, its marks included."""


def write_all(pair: Pair) -> None:
    """Write one text of each kind, and let an export of hers be on its way."""
    write_texts(pair)
    with pair.database.writing() as tx:
        archive = b64decode(TEXTS["exports.archive"])
        assert exports.send(tx, EXPORT_ID, archive, person=pair.anna.id, now=pair.now)


def write_texts(pair: Pair) -> None:
    """Let the pair go from the first proposal to the closing, and write one text of each kind on the way."""
    pair.propose(Terms(sessions=1, place=Secret(TEXTS["versions.place"])))
    pair.sign(pair.anna, PURPOSE)
    pair.sign(pair.tom)
    _decline_a_change(pair)
    session_id = pair.plan(place=TEXTS["sessions.place"])
    pair.wait(days=7, hours=4)
    pair.rate(session_id, int(TEXTS["ratings.score"]))
    pair.say(session_id, TEXTS["ratings.words"][1:], share=False)
    with pair.database.writing() as tx:
        text = Secret(TEXTS["notes.text"])
        notes.save(tx, Note(NoteId(new_id()), pair.agreement_id, session_id, pair.tom.id, text, pair.now))
        said = Secret(TEXTS["decisions.text"])
        decisions.save(tx, Decision(DecisionId(new_id()), pair.agreement_id, pair.anna.id, said, pair.now))
        came = Secret(TEXTS["impacts.text"][1:])
        impact.save(
            tx, Impact(session_id, pair.agreement_id, pair.anna.id, came, shared=True, written_at=pair.now)
        )
        installations.keep(tx, "T1", TEXTS["installations.token"])
    pair.wait(days=8)
    pair.act(
        lambda agreement: closing.say_farewell(
            agreement,
            by=pair.anna.id,
            review=TEXTS["farewells.review"],
            thanks=TEXTS["farewells.thanks"],
            go_on=True,
            now=pair.now,
        )
    )


def _decline_a_change(pair: Pair) -> None:
    """She proposes another length, and he would rather not."""
    place = Secret(TEXTS["versions.place"])
    pair.act(
        lambda agreement: terms.suggest(
            agreement,
            by=pair.anna.id,
            basis=1,
            terms=Terms(sessions=1, minutes=60, place=place),
            purpose=None,
            now=pair.now,
        )
    )
    pair.act(
        lambda agreement: terms.decline_change(
            agreement, by=pair.tom.id, version=2, reply=Secret(TEXTS["versions.reply"]), now=pair.now
        ),
        by=pair.tom,
    )


def flip(database: Database, name: str) -> tuple[str, bytes]:
    """Flip one bit of a column's first text; return its row and what stands there now."""
    table_name, _, column = name.partition(".")
    table = SQLModel.metadata.tables[table_name]
    with database.writing() as tx:
        spot, sealed = min(key_check.sealed_texts(tx, name))
        flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
        tx.connection.execute(update(table).where(table.c[column] == sealed).values({column: flipped}))
    return spot.row, flipped
