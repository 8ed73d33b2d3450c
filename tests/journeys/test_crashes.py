"""Stops, and a power cut at the worst moments: between a commit and the call to Slack, the call and its answer, a click and its redraw."""

import time

from sqlalchemy import text

from bot.delivery import STOP_SECONDS
from playground.server import Playground
from storage.database import make_engine
from tests.journeys.conftest import ON_BOTH
from tests.journeys.driver import Bot
from tests.journeys.pair import LONDON, NEW_YORK, Pair, Someone, moment

STATES = text("SELECT state FROM due_rows WHERE kind = :kind ORDER BY number")
LONGER = STOP_SECONDS + 0.5
STOPPING = "INFO bot.serving: Stopping: what is in hand is finished first."

LONG = 1.5
"""Real seconds that a call takes; the bot is killed within them."""


def rows(bot: Bot, kind: str) -> list[str]:
    """Where the due rows of a kind stand."""
    engine = make_engine(bot.url)
    with engine.connect() as connection:
        states = connection.execute(STATES, {"kind": kind}).scalars().all()
    engine.dispose()
    return list(states)


def texts(person: Someone) -> list[str]:
    """The first words of what someone has in their DM."""
    return [" ".join(message.text.split()[:4]) for message in person.messages]


@ON_BOTH
def test_killed_while_slack_takes_a_message_it_is_not_said_twice(slack: Playground, bot: Bot) -> None:
    pair = Pair(slack)
    pair.propose()
    before, said = len(pair.tom.messages), len(pair.post.sent)
    pair.anna.hands.click("Read")
    pair.anna.hands.fill("What do I want from it?", "To lead")
    slack.misbehave.delay_call("chat.postMessage", LONG)
    pair.anna.hands.submit()
    assert slack.misbehave.wait_until_struck()
    assert rows(bot, "signed") == ["sending"]

    bot.kill()
    assert slack.run(slack.workspace.change.until(lambda: len(pair.post.sent) > said, 10.0))
    bot.start()
    slack.settle()

    assert texts(pair.tom)[before:] == ["Anna Bright has signed,"]
    assert rows(bot, "signed") == ["unsure"]
    assert "may or may not have been delivered before the bot stopped." in bot.log

    pair.tom.click("Read")
    pair.tom.submit()
    pair.tom.close()
    assert rows(bot, "signed") == ["sent"]
    assert texts(pair.tom)[before + 1 :] == ["You and Anna Bright"]
    assert "Read" not in pair.tom.messages[before].buttons
    assert bot.troubles == []


def test_killed_between_a_click_and_its_redraw_no_button_stays_alive(slack: Playground, bot: Bot) -> None:
    pair = Pair(slack)
    pair.agree(first_session=moment("Thu 26 Nov 16:30", LONDON))
    pair.at("Mon 30 Nov 09:30", NEW_YORK)
    slack.misbehave.delay_call("chat.update", LONG)
    slack.misbehave.delay_call("chat.update", LONG)
    pair.anna.hands.click("4")
    assert "4" in pair.anna.messages[-1].buttons

    bot.kill()
    slack.misbehave.stop()
    bot.start()
    slack.settle()

    assert pair.anna.messages[-1].buttons == ["Add words", "Change", "Change how we work", "End"]
    assert rows(bot, "redraw") == ["pending"]  # for when the rating closes
    assert bot.troubles == []


def test_killed_within_the_ten_minutes_the_undo_still_fades_and_the_other_is_told_once(
    slack: Playground, bot: Bot
) -> None:
    pair = Pair(slack)
    pair.agree(first_session=moment("Thu 26 Nov 16:30", LONDON))
    pair.tom.command("/mentor end")
    pair.tom.submit()
    pair.tom.close()
    assert "Undo" in pair.tom.messages[-1].buttons
    before = len(pair.anna.messages)

    bot.kill()
    slack.move(moment("Mon 23 Nov 10:30", LONDON) - slack.clock.now())
    bot.start()
    slack.settle()

    assert "Undo" not in pair.tom.messages[-1].buttons
    assert texts(pair.anna)[before:] == ["Tom Reed has ended"]
    assert bot.troubles == []


def test_a_slow_slack_holds_no_stop_for_long_and_a_second_signal_ends_at_once(
    slack: Playground, bot: Bot
) -> None:
    pair = Pair(slack)
    for twice in (True, False):
        slack.misbehave.delay_call("chat.postMessage", LONGER)
        pair.anna.hands.say("help")
        assert slack.misbehave.wait_until_struck()
        began = time.monotonic()
        if twice:
            bot.ask_to_stop()
            bot.wait_for(STOPPING)
            assert bot.stop() == -15
            assert time.monotonic() - began < STOP_SECONDS
        else:
            assert bot.stop() == 0
            assert STOP_SECONDS <= time.monotonic() - began < STOP_SECONDS + 2
            assert "What is still under way is left to whoever starts next." in bot.log
        assert rows(bot, "reply")[-1] == "sending"
        bot.start()
    slack.settle()
    assert rows(bot, "reply") == ["unsure", "unsure"]
