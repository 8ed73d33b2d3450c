"""The shortest journey: from ``/mentor start`` to both signatures, with the bot as a process of its own."""

from playground.hands import Message
from playground.server import Playground
from tests.journeys.driver import Bot


def texts(messages: list[Message]) -> list[str]:
    """The messages' first lines."""
    return [message.text.splitlines()[0] for message in messages]


def test_a_pair_agrees_from_the_first_word_to_both_signatures(slack: Playground, bot: Bot) -> None:
    tom, anna = slack.hands("tom"), slack.hands("anna")

    tom.command("/mentor start @anna")
    tom.fill("My role", "I would be the mentor")
    tom.submit()
    slack.settle()
    tom.close()
    anna.click("Read")
    anna.fill("What do I want from it?", "To lead without shouting")
    anna.submit()
    slack.settle()
    anna.close()
    tom.click("Read")
    tom.submit()
    slack.settle()

    assert [texts(person.messages)[-1] for person in (tom, anna)] == [
        "You and Anna Bright have both signed: up to 5 × 75 minutes. Next: plan your first session; either of you can.",
        "You and Tom Reed have both signed: up to 5 × 75 minutes. Next: plan your first session; either of you can.",
    ]
    assert [len(person.messages) for person in (tom, anna, slack.hands("maya"))] == [2, 2, 0]
    assert bot.memory < 120
    assert bot.troubles == []
    assert "shouting" not in bot.log
    assert bot.stop() == 0


def test_what_a_killed_bot_had_not_said_it_says_after_its_next_start(slack: Playground, bot: Bot) -> None:
    tom, anna = slack.hands("tom"), slack.hands("anna")
    tom.command("/mentor start @anna")
    tom.fill("My role", "I would be the mentor")
    slack.misbehave.ratelimit("chat.postMessage", retry_after=60)
    tom.submit()
    bot.wait_for("Slack asks to wait 60 s")
    assert anna.messages == []

    bot.restart()
    slack.settle()

    assert [text.partition(":")[0] for text in texts(anna.messages)] == ["Tom Reed offers to mentor you"]
    assert bot.troubles == []
