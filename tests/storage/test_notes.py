"""Notes: their author's alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from mentoring.ids import NoteId, PersonId, SessionId, new_id
from mentoring.notes import Note
from mentoring.secret import Secret
from storage import notes
from tests.storage.pair import Pair


def written(pair: Pair, session_id: SessionId, text: str, author: PersonId | None = None) -> Note:
    note = Note(
        NoteId(new_id()), pair.agreement_id, session_id, author or pair.tom.id, Secret(text), pair.now
    )
    with pair.database.writing() as tx:
        notes.save(tx, note)
    return note


def test_notes_come_back_in_the_order_of_their_sessions_to_their_author_alone(pair: Pair) -> None:
    pair.agree()
    first = pair.plan()
    pair.wait(days=10)
    second = pair.plan()
    later, earlier = written(pair, second, "she is calmer"), written(pair, first, "ask about Ben")

    with pair.database.reading() as tx:
        assert notes.of(tx, pair.agreement_id, author=pair.tom.id) == [earlier, later]
        assert notes.of(tx, pair.agreement_id, author=pair.anna.id) == []
        assert notes.of_one(tx, first, author=pair.tom.id) == earlier
        assert notes.of_one(tx, first, author=pair.anna.id) is None


def test_a_note_is_edited_and_removed_by_its_author(pair: Pair) -> None:
    pair.agree()
    session_id = pair.plan()
    note = written(pair, session_id, "ask about Ben")
    edited = replace(note, text=Secret("Ben is fine"), written_at=pair.now + timedelta(hours=1), revision=1)

    with pair.database.writing() as tx:
        notes.save(tx, edited)
        assert notes.of_one(tx, session_id, author=pair.tom.id) == edited
        notes.remove(tx, replace(edited, author=pair.anna.id))
        assert notes.of_one(tx, session_id, author=pair.tom.id) == edited
        notes.remove(tx, edited)
        assert notes.of_one(tx, session_id, author=pair.tom.id) is None


def test_a_session_has_one_note_of_each_author(pair: Pair) -> None:
    pair.agree()
    session_id = pair.plan()
    written(pair, session_id, "ask about Ben")

    with pytest.raises(IntegrityError):
        written(pair, session_id, "again")
    written(pair, session_id, "hers", pair.anna.id)
