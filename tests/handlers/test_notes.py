"""The mentor's notes: for any session, seen by their author alone, and never lost between windows or sessions."""

import json
from datetime import timedelta

import pytest

from handlers import notes as handlers
from handlers import sessions as session_handlers
from handlers.gestures import Answer, Nothing, Place, Show
from handlers.ids import Action
from handlers.views.notes import text_field
from mentoring.due import Kind
from mentoring.ids import SessionId, id_of_new
from mentoring.notes import Note
from mentoring.refusal import NotFound
from storage import notes as stored
from tests.handlers.company import Scenes
from tests.handlers.meetings import TUESDAY, cancel, hold, plan, refused
from tests.handlers.stage import Pair, Someone, payload_of, shown, told, words

SECOND = TUESDAY + timedelta(days=14)
CANARY = "Osprey <!channel> <@UANNA> &lt; *bold*"


@pytest.fixture
def first(signed: Pair, scenes: Scenes) -> SessionId:
    return scenes.live(signed, hold)


def note(pair: Pair, session_id: SessionId) -> Note | None:
    with pair.stage.database.reading() as tx:
        return stored.of_one(tx, session_id, author=pair.mentor.person.id)


def text(pair: Pair, session_id: SessionId) -> str | None:
    kept = note(pair, session_id)
    return None if kept is None else kept.text.reveal()


def write(pair: Pair, form: Answer, session_id: SessionId, typed: str | None) -> Answer:
    return pair.mentor.submits(handlers.write_note, form, **{text_field(session_id): typed})


def switch(one: Someone, form: Answer, chosen: str, **typed: str | None) -> Answer:
    """Choose another session in the form, with what is typed in it."""
    view = payload_of(shown(form), typed)
    return handlers.choose_session(one.gesture(Place.MODAL, chosen, view=view))


def chosen_in(form: Answer) -> str:
    """The session that the form's menu shows."""
    block = next(b for b in shown(form).to_dict()["blocks"] if b.get("dispatch_action"))
    return str(block["element"]["initial_option"]["value"])


# --- writing


def test_notes_are_written_from_the_message_at_the_end(signed: Pair, first: SessionId) -> None:
    button = signed.mentor.newest(Kind.SESSION_ENDED).buttons["Write notes"]
    form = signed.mentor.does(handlers.open_notes, button)
    assert words(shown(form)) == (
        "Your notes Session Session 1 · Tuesday 1 December Your notes on session 1 of 5 "
        "Only you are shown these, here and in your recap: not Anna, nor anyone else. Save Cancel"
    )

    assert write(signed, form, first, f"  {CANARY}\n") == Nothing()

    assert text(signed, first) == CANARY
    again = signed.mentor.types(handlers.open_notes)
    assert CANARY in words(shown(again))
    assert write(signed, again, first, "Shorter") == Nothing()
    assert text(signed, first) == "Shorter"


def test_a_note_sent_twice_is_kept_once(signed: Pair, first: SessionId) -> None:
    form = signed.mentor.types(handlers.open_notes)

    assert write(signed, form, first, CANARY) == write(signed, form, first, CANARY) == Nothing()

    kept = note(signed, first)
    assert kept is not None
    assert (kept.text.reveal(), kept.revision) == (CANARY, 0)
    claimed = json.loads(shown(form).to_dict()["private_metadata"])["note"]
    assert kept.id == id_of_new(claimed, signed.mentor.person.id)


def test_an_emptied_note_is_gone(signed: Pair, first: SessionId) -> None:
    write(signed, signed.mentor.types(handlers.open_notes), first, CANARY)

    assert write(signed, signed.mentor.types(handlers.open_notes), first, "  ") == Nothing()

    assert note(signed, first) is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (None, "There is nothing written yet."),
        (" \n ", "There is nothing written yet."),
        ("x" * 3001, "Please keep it to 3000 characters; this is 3001."),
    ],
)
def test_a_note_that_cannot_be_kept(signed: Pair, first: SessionId, typed: str | None, sentence: str) -> None:
    form = signed.mentor.types(handlers.open_notes)

    why = refused(write, signed, form, first, typed)

    assert (why.sentence, why.at) == (sentence, text_field(first))


@pytest.mark.parametrize("typed", ["&" * 3000, "שלום עולם", "🦊" * 1500, "a\u0000b\u0007c"])
def test_any_text_is_kept(signed: Pair, first: SessionId, typed: str) -> None:
    write(signed, signed.mentor.types(handlers.open_notes), first, typed)

    kept = typed.replace("\u0000", "").replace("\u0007", "")
    assert text(signed, first) == kept
    assert kept in words(shown(signed.mentor.types(handlers.open_notes)))


@pytest.mark.parametrize("before", [None, "As it was"])
def test_two_windows_and_the_second_is_told_and_keeps_its_text(
    signed: Pair, first: SessionId, before: str | None
) -> None:
    if before:
        write(signed, signed.mentor.types(handlers.open_notes), first, before)
    one, other = signed.mentor.types(handlers.open_notes), signed.mentor.types(handlers.open_notes)
    write(signed, one, first, "From one window")

    why = refused(write, signed, other, first, "From the other")

    assert (why.sentence, why.at) == (
        "This note was changed in another window. Copy what you have here, then open it again.",
        text_field(first),
    )
    assert text(signed, first) == "From one window"


# --- choosing a session


def test_another_session_loads_its_own_note(signed: Pair, first: SessionId) -> None:
    write(signed, signed.mentor.types(handlers.open_notes), first, CANARY)
    second = plan(signed, SECOND)
    form = signed.mentor.types(handlers.open_notes)
    assert "Session 2 · Tuesday 15 December, planned Session 1 · Tuesday 1 December" in words(shown(form))
    assert chosen_in(form) == first

    ahead = switch(signed.mentor, form, second)

    assert chosen_in(ahead) == second
    assert "Your notes on session 2 of 5" in words(shown(ahead))
    assert CANARY not in words(shown(ahead))
    write(signed, ahead, second, "Ask about the offer")
    assert (text(signed, first), text(signed, second)) == (CANARY, "Ask about the offer")
    back = switch(signed.mentor, ahead, first, **{text_field(second): "Ask about the offer"})
    assert CANARY in words(shown(back))


def test_choosing_another_session_never_loses_what_is_typed(signed: Pair, first: SessionId) -> None:
    second = plan(signed, SECOND)
    form = signed.mentor.types(handlers.open_notes)

    warned = switch(signed.mentor, form, second, **{text_field(first): CANARY})

    assert chosen_in(warned) == first
    assert (
        "What you wrote about session 1 of 5 isn't saved yet. Save it to go on to session 2 of 5, "
        "or choose session 1 of 5 again to stay."
    ) in words(shown(warned))
    assert CANARY in words(shown(warned))
    assert shown(warned).to_dict()["submit"]["text"] == "Save and go on"
    assert note(signed, first) is None
    onward = write(signed, warned, first, CANARY)
    assert text(signed, first) == CANARY
    assert chosen_in(onward) == second
    assert "Your note on session 1 of 5 is saved." in words(shown(onward))
    assert write(signed, onward, second, "And this") == Nothing()
    assert text(signed, second) == "And this"


def test_choosing_the_same_session_again_stays(signed: Pair, first: SessionId) -> None:
    second = plan(signed, SECOND)
    form = signed.mentor.types(handlers.open_notes)
    typed = {text_field(first): CANARY}
    warned = switch(signed.mentor, form, second, **typed)

    stays = switch(signed.mentor, warned, first, **typed)

    assert "isn't saved yet" not in words(shown(stays))
    assert shown(stays).to_dict()["submit"]["text"] == "Save"
    assert write(signed, stays, first, CANARY) == Nothing()


def test_the_menu_and_the_text_are_named_anew_so_that_slack_shows_what_belongs_to_them(
    signed: Pair, first: SessionId
) -> None:
    second = plan(signed, SECOND)
    form = signed.mentor.types(handlers.open_notes)
    onward = switch(signed.mentor, form, second)

    ids = [
        [b["block_id"] for b in shown(f).to_dict()["blocks"] if b["type"] == "input"] for f in (form, onward)
    ]

    assert not set(ids[0]) & set(ids[1])
    menu = next(b for b in shown(form).to_dict()["blocks"] if b["type"] == "input")
    assert menu["element"]["action_id"] == Action.NOTES_SESSION


# --- the word


def test_the_word_without_sessions_or_as_a_mentee(signed: Pair) -> None:
    assert told(signed.mentor.types(handlers.open_notes)) == (
        "There is no session yet to write about. `/mentor session` plans one."
    )
    assert told(signed.mentee.types(handlers.open_notes)) == (
        "Notes are the mentor's own, for the sessions of a signed agreement; you have none as a mentor. "
        "`/mentor` shows what there is."
    )


def test_the_word_opens_the_session_ahead_while_none_was_held(signed: Pair) -> None:
    ahead = plan(signed, TUESDAY)

    assert chosen_in(signed.mentor.types(handlers.open_notes)) == ahead


def test_a_session_cancelled_since(signed: Pair, first: SessionId) -> None:
    form = signed.mentor.types(handlers.open_notes)
    signed.mentee.does(session_handlers.not_held, first)

    assert refused(signed.mentor.does, handlers.open_notes, f"{signed.agreement.id}/{first}").sentence == (
        "This session was cancelled, so there are no notes on it."
    )
    why = refused(write, signed, form, first, CANARY)
    assert (why.sentence, why.at) == (
        "Notes belong to a session of a signed agreement. This one was cancelled.",
        text_field(first),
    )


def test_the_session_to_go_on_to_was_cancelled_meanwhile(signed: Pair, first: SessionId) -> None:
    second = plan(signed, SECOND)
    form = signed.mentor.types(handlers.open_notes)
    warned = switch(signed.mentor, form, second, **{text_field(first): CANARY})
    cancel(signed, signed.mentee, second)

    assert write(signed, warned, first, CANARY) == Nothing()

    assert text(signed, first) == CANARY
    why = refused(switch, signed.mentor, form, second, **{text_field(first): CANARY})
    assert why.sentence == "This session was cancelled, so there are no notes on it."


# --- others


def test_nobody_else_opens_writes_or_switches(signed: Pair, first: SessionId) -> None:
    form = signed.mentor.types(handlers.open_notes)
    write(signed, form, first, CANARY)
    second = plan(signed, SECOND)

    for one in (signed.mentee, signed.stranger):
        for value in (f"{signed.agreement.id}/{first}", f"{signed.agreement.id}/nothing", f"nothing/{first}"):
            assert isinstance(refused(one.does, handlers.open_notes, value), NotFound)
        typed = {text_field(first): "Mine now"}
        assert isinstance(refused(one.submits, handlers.write_note, form, **typed), NotFound)
        assert isinstance(refused(switch, one, form, second), NotFound)
    assert isinstance(refused(switch, signed.mentor, form, "nothing"), NotFound)
    assert text(signed, first) == CANARY


def test_a_form_that_holds_nothing_of_ours(signed: Pair, first: SessionId) -> None:
    view = shown(signed.mentor.types(handlers.open_notes))
    view.private_metadata = "{}"

    assert isinstance(refused(signed.mentor.submits, handlers.write_note, Show(view)), NotFound)


def test_a_note_is_in_no_message_and_no_metadata(signed: Pair, first: SessionId) -> None:
    write(signed, signed.mentor.types(handlers.open_notes), first, CANARY)
    second = plan(signed, SECOND)
    form = signed.mentor.types(handlers.open_notes)
    warned = switch(signed.mentor, form, second, **{text_field(first): CANARY + " more"})
    signed.stage.pass_time(SECOND + timedelta(days=3))

    for opened in (form, warned):
        assert "Osprey" not in shown(opened).to_dict()["private_metadata"]
    for one in (signed.mentor, signed.mentee):
        for message in one.messages:
            assert "Osprey" not in json.dumps([message.text, message.blocks])
