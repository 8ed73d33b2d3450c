"""Someone is forgotten, from the first word to the last byte, with the bot as a process of its own."""

from pathlib import Path

from tests.journeys.driver import Bot
from tests.journeys.pair import LONDON, NEW_YORK, Pair, moment
from tests.journeys.traces import tables


def test_whoever_asks_for_it_is_forgotten(pair: Pair, bot: Bot, tmp_path: Path) -> None:
    tom, anna = pair.tom, pair.anna
    pair.agree(first_session=moment("Tue 1 Dec 16:30", LONDON), place="The tea room")
    anna.look_at_home()
    tom.look_at_home()
    pair.at("Thu 3 Dec 12:50", NEW_YORK)
    anna.click("4")
    anna.say("forget")
    known = anna.hands.id
    assert known in said_of(bot)
    before = [message.text for message in tom.messages]

    anna.click("What goes, what stays")
    anna.submit()
    anna.fill("Type forget to confirm", "yes")
    anna.submit()
    assert anna.modal.errors == {
        "Type forget to confirm": "Please type the word forget, or close this window to keep everything."
    }
    anna.fill("Type forget to confirm", "forget")
    anna.submit()

    assert anna.receipt.startswith("Forgotten: It is done: I have forgotten you.")
    pair.at("Thu 3 Dec 13:05", NEW_YORK)
    assert [message.text for message in anna.messages] == ["forget"]
    assert "Tom" not in anna.home.words
    assert known not in said_of(bot)
    for part in tmp_path.rglob("mentor.db*"):
        assert known.encode() not in part.read_bytes(), part.name
    assert [message.text for message in tom.messages][: len(before)] == before
    [told] = tom.messages[len(before) :]
    assert told.text.startswith("Anna Bright has ended your mentoring.")

    anna.command("/mentor")
    assert "How to start" in anna.modal.words


def said_of(bot: Bot) -> str:
    """Everything that the database says in plain."""
    return str(tables(bot.url))
