"""Home opened, and words said in the DM: each event has its effect once."""

import pytest

from handlers.ids import Action, Form
from mentoring.due import Kind
from storage import outbox
from tests.handlers.slack import Json, Send, StandIn, acked, click, event, said
from tests.handlers.stage import Pair, words

CANARY = "canary-4711"


def test_home_is_drawn_once_for_an_opening_delivered_twice(send: Send, slack: StandIn, pair: Pair) -> None:
    opened = event("UTOM", "app_home_opened", tab="home", channel="DUTOM")

    assert acked(send(opened)) == {}
    pair.stage.deliver()
    assert words(pair.stage.homes.pop("UTOM")).startswith("I'm Mentor.")
    assert acked(send(opened)) == {}
    pair.stage.deliver()

    assert pair.stage.homes == {}
    assert slack.calls == []
    assert pair.mentor.person.home_opened


def test_opening_the_messages_tab_is_not_opening_home(send: Send, pair: Pair) -> None:
    assert acked(send(event("UTOM", "app_home_opened", tab="messages", channel="DUTOM"))) == {}

    pair.stage.deliver()
    assert pair.stage.homes == {}
    assert not pair.mentor.person.home_opened


def test_a_word_in_the_dm_gets_a_button_that_opens_it(send: Send, slack: StandIn, pair: Pair) -> None:
    pair.sign()
    for _ in range(2):
        assert acked(send(said("UTOM", "Recap please"))) == {}

    reply = pair.mentor.newest(Kind.REPLY)
    assert reply.text == "Your look back before a session, as the mentor:"
    assert reply.buttons == {"Open recap": "recap/"}
    assert [m.kind for m in pair.mentor.messages].count(Kind.REPLY) == 1
    send(click("UTOM", Action.OPEN_WORD, "recap/"))
    assert slack.methods == ["views.open"]
    assert slack.view["callback_id"] == Form.RECAP


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("help", "help"),
        ("/mentor", "help"),
        ("mentor privacy", "privacy"),
        ("/mentor END", "end"),
        ("my boss shouts at me", "other"),
        ("", "other"),
        ("Settings!", "settings"),
        ("recap <@UANNA>", "recap@UANNA"),
        ("When is my next session?", "next"),
        ("hey, when do we meet again", "next"),
        ("next session", "next"),
        ("whenever my boss shouts at me", "other"),
    ],
)
def test_what_is_said_in_the_dm_is_kept_as_our_own_word_alone(
    send: Send, pair: Pair, text: str, word: str
) -> None:
    send(said("UMAYA", text, "Ev7"))

    with pair.stage.database.writing() as tx:
        (row,) = outbox.claim(tx, pair.stage.now, limit=5)
    assert row.due.subject == f"{word}/Ev7"


def test_anything_else_said_gets_the_help_and_a_warning(send: Send, pair: Pair) -> None:
    send(said("UMAYA", CANARY))

    (reply,) = pair.stranger.messages
    assert reply.text.startswith(
        "Please don't write private things here; Slack keeps them. These are the words that I know, here without "
        "the slash: start @someone: invite someone to a mentoring, as mentor or mentee;"
    )
    assert CANARY not in str(reply)


@pytest.mark.parametrize(
    "written",
    [
        said("UMAYA", "help", bot_id="B1"),
        said("UMAYA", "help", subtype="message_changed"),
        said("UMAYA", "help", channel_type="channel"),
        said(None, "help"),
    ],
)
def test_messages_that_no_person_has_just_written_are_left_alone(
    send: Send, pair: Pair, written: Json
) -> None:
    assert acked(send(written)) == {}

    with pair.stage.database.reading() as tx:
        assert outbox.next_due(tx) is None
