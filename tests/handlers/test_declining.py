"""A proposal is declined with a sentence if one likes: shown to its addressee alone, once they have been told."""

from datetime import timedelta

import pytest

from handlers import closing, declining
from handlers.gestures import Place
from mentoring.agreement import Role
from mentoring.due import Kind
from mentoring.refusal import NotFound, Refused
from storage.tables import versions
from tests.handlers.signing import decline, read
from tests.handlers.stage import INTRODUCTION, PURPOSE, Pair, buttons, shown, words
from tests.handlers.talking import suggest

CANARY = "canary-4711"
MINUTE = timedelta(minutes=1)


def test_the_window_says_what_happens_next(pair: Pair) -> None:
    pair.propose()

    form = shown(pair.mentee.does(declining.ask_decline, str(pair.agreement_id)))

    assert words(form) == (
        "Decline No reason is needed. Tom is told in ten minutes; until then you can undo it. A sentence for Tom Only Tom will "
        "be shown it, here and never in a message. It can stay empty. Decline Not now"
    )
    assert pair.agreement.proposed


def test_a_sentence_is_shown_in_a_window_once_undo_is_over(pair: Pair) -> None:
    pair.propose()
    value = f"{pair.agreement_id}/1"

    done = shown(decline(pair.mentee, pair, f"  {CANARY}\n"))

    assert words(done) == (
        "Done You declined. Tom is told in ten minutes, with your sentence. Until then you can take it back, here or in your "
        "messages. Undo Close"
    )
    assert pair.mentee.newest(Kind.INVITATION).text == (
        f"You declined the invitation from Tom. Tom is told in ten minutes, with your sentence. {INTRODUCTION}"
    )
    pair.stage.pass_time(9 * MINUTE)
    assert words(shown(pair.mentor.does(declining.read_reply, value))).startswith("Not kept")
    pair.stage.pass_time(MINUTE)

    told = pair.mentor.newest(Kind.DECLINED)
    assert told.text.startswith(
        "Anna Bright has declined your invitation. Anna wrote you a sentence with it. There is nothing for you to do."
    )
    assert told.buttons == {"Read the sentence": value}
    assert (
        words(shown(pair.mentor.does(declining.read_reply, value)))
        == f"From Anna Anna wrote to you: {CANARY} Close"
    )
    for one in (pair.mentee, pair.stranger):
        with pytest.raises(NotFound):
            one.does(declining.read_reply, value)
    assert CANARY not in str([m.blocks for m in (*pair.mentor.messages, *pair.mentee.messages)])
    assert CANARY not in words(read(pair.mentor, pair))


def test_without_a_sentence_there_is_no_button(pair: Pair) -> None:
    pair.propose()
    decline(pair.mentee, pair, "   ")
    pair.stage.pass_time(10 * MINUTE)

    told = pair.mentor.newest(Kind.DECLINED)
    assert told.text.startswith(
        "Anna Bright has declined your invitation. No reason is asked or given, and there is nothing for you to do."
    )
    assert told.buttons == {}


def test_undo_takes_the_sentence_back(pair: Pair) -> None:
    pair.propose()
    decline(pair.mentee, pair, CANARY)
    pair.mentee.does(closing.undo_close, str(pair.agreement_id))

    with pair.stage.database.reading() as tx:
        assert tx.connection.execute(versions.select()).mappings().one()["reply"] is None
    decline(pair.mentee, pair)
    pair.stage.pass_time(10 * MINUTE)
    assert pair.mentor.newest(Kind.DECLINED).buttons == {}


def test_a_sentence_that_is_too_long_is_refused_at_its_field(pair: Pair) -> None:
    pair.propose()

    with pytest.raises(Refused) as refusal:
        decline(pair.mentee, pair, "x" * 3001)

    assert (refusal.value.sentence, refusal.value.at) == (
        "Please keep it to 3000 characters; this is 3001.",
        "reply",
    )
    assert pair.agreement.proposed


def test_declining_once_more_says_what_was_done(pair: Pair) -> None:
    pair.propose()
    decline(pair.mentee, pair)

    again = shown(pair.mentee.does(declining.ask_decline, str(pair.agreement_id)))

    assert words(again).startswith("Done You declined. Tom is told in ten minutes")


def test_after_suggesting_other_terms_it_can_be_declined_after_all(pair: Pair) -> None:
    pair.propose(by=Role.MENTEE)
    suggest(pair.mentor, pair, sessions="3")
    form = pair.mentor.does(
        declining.ask_decline, buttons(read(pair.mentor, pair))["Decline"], place=Place.MODAL
    )
    pair.mentor.submits(declining.decline, form, reply=CANARY)

    assert list(pair.mentor.newest(Kind.INVITATION).buttons) == ["Undo"]
    pair.stage.pass_time(10 * MINUTE)

    told = pair.mentee.newest(Kind.DECLINED)
    assert told.buttons == {"Read the sentence": f"{pair.agreement_id}/2"}
    assert CANARY in words(shown(pair.mentee.does(declining.read_reply, told.buttons["Read the sentence"])))
    old = pair.mentee.newest(Kind.SUGGESTED)
    assert (old.text, old.buttons) == (f"Tom has declined since. {INTRODUCTION}", {})
    assert pair.agreement.purpose is not None
    assert pair.agreement.purpose.reveal() == PURPOSE
