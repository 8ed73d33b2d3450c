"""While the bot is down time passes all the same: afterwards nothing is missing, nothing is doubled, nobody is woken."""

from tests.journeys.driver import Bot
from tests.journeys.pair import LONDON, NEW_YORK, Pair, moment, shown

THURSDAY = moment("Thu 26 Nov 16:30", LONDON)


def beginnings(pair: Pair) -> list[tuple[str, str, str]]:
    """Each DM since both signed: whose, when on their clock, and how it begins."""
    return [
        (name, shown(dm.at, person.zone), " ".join(dm.text.split()[:3]))
        for name, person in (("Tom", pair.tom), ("Anna", pair.anna))
        for dm in person.sent[2:]
    ]


def test_what_fell_due_meanwhile_is_said_in_working_hours(pair: Pair, bot: Bot) -> None:
    pair.agree(first_session=THURSDAY)
    pair.at("Wed 25 Nov 12:00")
    bot.kill()
    pair.at("Thu 26 Nov 06:00")
    bot.start()
    pair.at("Thu 26 Nov 16:00")
    bot.kill()
    pair.at("Mon 30 Nov 15:00", NEW_YORK)
    bot.start()
    pair.at("Tue 1 Dec 12:00", NEW_YORK)

    assert beginnings(pair) == [
        ("Tom", "Thu 26 Nov 09:00", "Coming up: session"),
        ("Tom", "Tue 1 Dec 09:00", "Session 1 of"),
        ("Anna", "Thu 26 Nov 09:00", "Coming up: session"),
        ("Anna", "Mon 30 Nov 15:00", "On a scale"),
    ]


def test_a_reminder_that_is_too_late_is_not_sent(pair: Pair, bot: Bot) -> None:
    pair.agree(first_session=THURSDAY)
    pair.at("Wed 25 Nov 12:00")
    bot.kill()
    pair.at("Thu 26 Nov 16:31")
    bot.start()
    pair.at("Thu 26 Nov 18:00")

    assert beginnings(pair) == [("Tom", "Thu 26 Nov 17:45", "Session 1 of")]


def test_undo_and_its_news_survive_a_kill(pair: Pair, bot: Bot) -> None:
    pair.agree(first_session=THURSDAY)
    pair.at("Wed 25 Nov 10:00")
    pair.tom.command("/mentor session")
    pair.tom.click("Cancel session")
    pair.tom.submit()
    bot.restart()
    pair.at("Wed 25 Nov 10:05")
    pair.tom.click("Undo")
    bot.restart()
    pair.at("Wed 25 Nov 10:30")

    assert beginnings(pair) == [("Tom", "Wed 25 Nov 10:00", "Session 1 of")]
    assert pair.tom.last == "Undone: session 1 of 5 with Anna stands."


def test_killed_on_the_way_to_someone_new_it_still_reaches_them_once(pair: Pair, bot: Bot) -> None:
    # It is asked who Anna is and where her messages are, before anything can be said.
    pair.slack.misbehave.delay_call("conversations.open", seconds=5.0)
    tom = pair.tom.hands
    tom.command("/mentor start @anna")
    tom.fill("My role", "I would be the mentor")
    tom.submit()
    assert pair.slack.misbehave.wait_until_struck()
    bot.restart()
    pair.slack.settle()

    assert [dm.text.partition(":")[0] for dm in pair.anna.sent] == ["Tom Reed offers to mentor you"]
