from datetime import UTC, datetime, timedelta

import pytest

from mentoring import notes
from mentoring.ids import NoteId, PersonId, SessionId
from mentoring.notes import Note
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from tests.mentoring.conftest import ANNA, TOM, Pair

TUESDAY = datetime(2026, 11, 10, 16, 30, tzinfo=UTC)


@pytest.fixture
def held(active: Pair) -> SessionId:
    return active.hold_session(TUESDAY)


def write(
    pair: Pair,
    session: SessionId,
    text: str,
    existing: Note | None = None,
    *,
    by: PersonId = TOM.id,
    revision: int = 0,
) -> Note | None:
    return notes.write(
        pair.agreement,
        session,
        existing=existing,
        note_id=NoteId("note"),
        revision=revision,
        text=text,
        by=by,
        now=pair.now,
    )


def test_the_mentor_writes_and_edits_a_note(active: Pair, held: SessionId) -> None:
    note = write(active, held, "  Wants to delegate more.\n")
    assert note == Note(
        NoteId("note"), active.agreement.id, held, TOM.id, Secret("Wants to delegate more."), active.now
    )
    active.later(hours=1)
    edited = write(active, held, "Delegates now.", note)
    assert edited is not None
    assert (edited.id, edited.text, edited.revision, edited.written_at) == (
        "note",
        Secret("Delegates now."),
        1,
        active.now,
    )


def test_an_emptied_note_goes_and_an_empty_one_is_not_begun(active: Pair, held: SessionId) -> None:
    note = write(active, held, "Something")
    assert write(active, held, " ", note) is None
    with pytest.raises(Refused) as caught:
        write(active, held, " \n")
    assert (caught.value.sentence, caught.value.at) == ("There is nothing written yet.", "text")


def test_two_windows_do_not_overwrite_each_other(active: Pair, held: SessionId) -> None:
    first = write(active, held, "One")
    second = write(active, held, "Two", first)
    with pytest.raises(Refused, match="This note was changed in another window"):
        write(active, held, "Three", second, revision=0)
    assert write(active, held, "Two", second, revision=0) == second


def test_a_note_is_at_most_3000_characters(active: Pair, held: SessionId) -> None:
    assert write(active, held, "x" * 3000) is not None
    with pytest.raises(Refused, match="this is 3001"):
        write(active, held, "x" * 3001)


def test_notes_are_the_mentors_and_for_sessions_that_stand(active: Pair, held: SessionId) -> None:
    for by in (ANNA.id, PersonId("maya")):
        with pytest.raises(NotFound):
            write(active, held, "x", by=by)
    with pytest.raises(NotFound):
        write(active, SessionId("another"), "x")
    ahead = active.plan(active.now + timedelta(days=7))
    assert write(active, ahead, "Ask about the reorganisation") is not None
    active.cancel(ahead)
    with pytest.raises(Refused, match="This one was cancelled"):
        write(active, ahead, "x")
