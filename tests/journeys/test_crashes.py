"""A power cut at the worst moments: between a commit and the call to Slack, the call and its answer, a click and its redraw."""

from playground.server import Playground
from tests.journeys.driver import Bot
from tests.journeys.pair import LONDON, NEW_YORK, Pair, Someone, moment
from tests.journeys.traces import tables

LONG = 1.5
"""Real seconds that a call takes; the bot is killed within them."""


def rows(bot: Bot, kind: str) -> list[str]:
    """Where the due rows of a kind stand."""
    return [row["state"] for row in tables(bot.database)["due_rows"] if row["kind"] == kind]


def texts(person: Someone) -> list[str]:
    """The first words of what someone has in their DM."""
    return [" ".join(message.text.split()[:4]) for message in person.messages]


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
