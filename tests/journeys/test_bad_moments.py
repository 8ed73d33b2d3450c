"""Two clicks, two envelopes, two people, old buttons, broken things: a clear sentence, and nothing lost or doubled."""

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from playground.server import Playground
from storage.database import make_engine
from tests.journeys.conftest import Join
from tests.journeys.driver import Bot
from tests.journeys.pair import LONDON, NEW_YORK, Pair, Someone, moment
from tests.journeys.traces import tables

THURSDAY = moment("Thu 26 Nov 16:30", LONDON)
STARTS_AT = "When does it start?"
APOLOGY = re.compile(
    r"Something went wrong on my side\. Please try again; if it happens again, give the reference ([0-9a-f]{8}) "
    r"to whoever runs this bot\."
)


NO_TABLE = {
    "sqlite": "OperationalError from OperationalError",
    "postgresql": "ProgrammingError from UndefinedTable",
}
"""What a missing table is called."""


def told(person: Someone) -> list[str]:
    """The beginning of each DM that someone got."""
    return [" ".join(dm.text.split()[:5]) for dm in person.sent]


def twice(pair: Pair, person: Someone) -> None:
    """Submit, and let the submission be delivered twice; close what is shown then."""
    pair.slack.misbehave.deliver_twice("interactive")
    person.submit()
    if person.hands.modal is not None:
        person.close()


def test_a_double_click_counts_once(pair: Pair, bot: Bot) -> None:
    anna = pair.anna
    pair.agree(first_session=THURSDAY)
    pair.at("Mon 30 Nov 09:30", NEW_YORK)

    # The question stands there a moment longer, so that the second click still finds its button.
    pair.slack.misbehave.delay_call("chat.update", seconds=0.3)
    anna.hands.click("4")
    anna.hands.click("4")
    pair.slack.settle()

    (rating,) = tables(bot.url)["ratings"]
    assert (rating["state"], rating["revision"]) == ("answered", 1)
    assert anna.last.startswith("Recorded, thank you. ")
    assert anna.whispers == []


def test_every_submission_delivered_twice_counts_once(pair: Pair, bot: Bot) -> None:
    tom, anna = pair.tom, pair.anna
    tom.command("/mentor start @anna")
    tom.choose("My role", "I would be the mentor")
    tom.fill("First session", THURSDAY)
    twice(pair, tom)
    anna.click("Read")
    anna.fill("What do I want from it?", "To lead")
    twice(pair, anna)
    tom.click("Read")
    twice(pair, tom)
    anna.command("/mentor session")
    anna.click("Move it")
    anna.fill(STARTS_AT, moment("Wed 25 Nov 16:30", LONDON))
    twice(pair, anna)
    pair.at("Wed 25 Nov 17:50")
    tom.click("Write notes")
    tom.fill("Your notes on session 1 of 5", "Brave")
    twice(pair, tom)
    tom.click("Plan the next")
    twice(pair, tom)
    tom.command("/mentor session")
    tom.click("Cancel session")
    twice(pair, tom)
    pair.at("Wed 25 Nov 18:30")
    tom.command("/mentor session")
    tom.click("Log one that happened")
    tom.fill("When did it start?", moment("Wed 25 Nov 12:00", LONDON))
    twice(pair, tom)
    pair.at("Fri 27 Nov 12:50", NEW_YORK)
    anna.click("4")
    anna.click("Add words")
    anna.fill("In your own words", "Warm")
    anna.fill("Who may read these words?", "Keep them for myself")
    twice(pair, anna)

    assert told(anna) == [
        "Tom Reed offers to mentor",
        "You and Tom Reed have",
        "Coming up: session 1 of",
        "Tom planned session 2 of",
        "Tom cancelled session 2 of",
        "Tom added session 1 of",
        "On a scale of 1",
        "On a scale of 1",
    ]
    assert told(tom) == [
        "Anna Bright has signed, with",
        "You and Anna Bright have",
        "Anna moved session 1 of",
        "Coming up: session 1 of",
        "Session 1 of 5 with",
        "Session 2 of 5 with",
    ]
    stored = tables(bot.url)
    counts = {name: len(stored[name]) for name in ("agreements", "versions", "sessions", "notes", "ratings")}
    assert counts == {"agreements": 1, "versions": 1, "sessions": 3, "notes": 1, "ratings": 2}


def test_an_event_delivered_twice_is_answered_once(pair: Pair) -> None:
    pair.slack.misbehave.deliver_twice("events_api")
    pair.tom.say("privacy")

    assert told(pair.tom) == ["Who can read what: I'm"]


def test_two_people_move_one_session_at_once(pair: Pair) -> None:
    tom, anna = pair.tom, pair.anna
    pair.agree(first_session=THURSDAY)
    for person in (tom, anna):
        person.command("/mentor session")
        person.click("Move it")
    anna.fill(STARTS_AT, moment("Fri 27 Nov 12:00", NEW_YORK))
    anna.submit()
    tom.fill(STARTS_AT, moment("Fri 27 Nov 12:00", LONDON))
    tom.fill("Where?", "Elsewhere")
    tom.submit()

    assert tom.modal.errors == {
        STARTS_AT: "This session was moved while you had it open. Please look at its new time first."
    }
    assert tom.modal.values == {STARTS_AT: "2026-11-27 12:00", "Where?": "Elsewhere"}
    assert told(anna)[2:] == []


def test_two_people_plan_at_once(pair: Pair) -> None:
    tom, anna = pair.tom, pair.anna
    pair.agree()
    for person in (tom, anna):
        person.click("Plan a session")
        person.fill(STARTS_AT, THURSDAY)
    anna.submit()
    tom.submit()

    assert tom.modal.errors == {STARTS_AT: "A session is already planned. You can move it instead."}
    assert told(tom)[2:] == ["Anna planned session 1 of"]
    assert told(anna)[2:] == []


def test_an_invitation_withdrawn_while_it_is_read(pair: Pair) -> None:
    tom, anna = pair.tom, pair.anna
    pair.propose()
    anna.click("Read")
    anna.fill("What do I want from it?", "To lead")
    tom.command("/mentor")
    tom.click("Withdraw")
    anna.submit()

    assert anna.modal.errors == {
        "What do I want from it?": "This invitation is no longer open, so it can't be signed."
    }


@contextmanager
def nothing_is_drawn_again(pair: Pair) -> Iterator[None]:
    """Messages keep their old buttons meanwhile, as they would in a Slack that takes no updates."""
    pair.slack.misbehave.answer_error("chat.update", "edit_window_closed", times=1000)
    yield
    pair.slack.misbehave.stop()


def test_buttons_in_old_messages_after_things_moved_on(pair: Pair) -> None:
    tom, anna = pair.tom, pair.anna
    with nothing_is_drawn_again(pair):
        pair.agree(first_session=THURSDAY)
        pair.at("Thu 26 Nov 12:00")
        tom.click("Move it")
        tom.fill(STARTS_AT, moment("Thu 26 Nov 17:00", LONDON))
        tom.submit()
        tom.close()
        pair.at("Thu 26 Nov 18:20")
        tom.click("It didn't happen")
        pair.at("Thu 26 Nov 18:40")

        seen: dict[str, str] = {}
        for person, label in (
            (tom, "Move it"),
            (tom, "Undo"),
            (tom, "Write notes"),
            (tom, "Read"),
            (tom, "Withdraw"),
            (anna, "That doesn't suit me"),
            (anna, "Decline"),
        ):
            heard = len(person.whispers)
            person.click(label)
            if person.hands.modal is None:
                seen[label] = " ".join(person.whispers[heard:])
            else:
                seen[label] = f"{person.modal.title}: {person.modal.words.partition('.')[0]}."
                person.close()

    assert seen == {
        "Move it": "This session isn't ahead any more, so it can't be moved.",
        "Undo": "The ten minutes for undoing have passed.",
        "Write notes": "This session was cancelled, so there are no notes on it.",
        "Read": "Agreement: Signed by both on 23 November 2026.",
        "Withdraw": "This invitation is no longer open.",
        "That doesn't suit me": "Plan a session: Session 1 of 5 with Tom, 75 minutes.",
        "Decline": "This invitation is no longer open.",
    }


def test_an_exception_leaves_a_reference_and_no_content(slack: Playground, bot: Bot, kind: str) -> None:
    pair = Pair(slack)
    tom = pair.tom
    pair.agree(first_session=THURSDAY)
    pair.at("Thu 26 Nov 18:00")
    tom.click("Write notes")
    tom.fill("Your notes on session 1 of 5", "A note that must not be logged")
    renamed(bot, "notes", "mislaid")
    tom.submit()

    (sentence,) = tom.modal.errors.values()
    found = APOLOGY.fullmatch(sentence)
    assert found is not None
    assert tom.modal.values["Your notes on session 1 of 5"] == "A note that must not be logged"
    (line,) = bot.troubles
    assert line.endswith(f" ERROR handlers.errors: Reference {found[1]}: {NO_TABLE[kind]}")
    assert "must not be logged" not in bot.log

    renamed(bot, "mislaid", "notes")
    tom.submit()
    tom.command("/mentor recap")
    assert tom.receipt.endswith("\nYour notes\nA note that must not be logged")


def renamed(bot: Bot, table: str, other: str) -> None:
    """Break the database, or mend it: a table goes by another name."""
    engine = make_engine(bot.url)
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {other}"))
    engine.dispose()


def test_without_a_network_at_the_start_it_keeps_trying(slack: Playground, join: Join) -> None:
    slack.misbehave.drop_before_accept("auth.test")
    slack.misbehave.drop_before_accept("apps.connections.open")

    bot = join()
    slack.hands("tom").command("/mentor")

    assert slack.hands("tom").modal is not None
    assert bot.log.count("Slack can't be reached (") == 2
    assert bot.troubles == []


def test_the_other_is_told_once_that_someone_cannot_be_reached(pair: Pair) -> None:
    tom = pair.tom
    pair.agree(first_session=THURSDAY)
    pair.slack.deactivate("anna")
    pair.at("Thu 26 Nov 18:00")
    tom.click("Plan the next")
    tom.submit()
    tom.close()

    pair.at("Fri 5 Feb 12:00", year=2027)

    assert [dm for dm in told(pair.anna) if not dm.startswith(("Tom Reed offers", "You and Tom Reed"))] == []
    unreachable = [dm for dm in tom.sent if "reach" in dm.text]
    assert [dm.text for dm in unreachable] == [
        "I can't reach Anna at the moment; please contact Anna directly."
    ]


def test_a_first_session_that_has_passed_by_the_second_signature(pair: Pair) -> None:
    pair.propose(first_session=moment("Mon 23 Nov 16:30", LONDON))
    pair.anna.sign("To lead")
    pair.at("Tue 24 Nov 10:00")
    pair.tom.sign()

    passed = (
        "have both signed: up to 5 × 75 minutes. The time named for the first session had passed, so it needs a new one; "
        "either of you can plan it. [Plan a session] [Agreement]"
    )
    assert pair.tom.last == f"You and Anna Bright {passed}"
    assert pair.anna.last == f"You and Tom Reed {passed}"


def test_a_signature_reaches_the_other_sides_messages(pair: Pair) -> None:
    pair.propose()
    before = len(pair.tom.messages)
    pair.anna.hands.click("Read")
    pair.anna.hands.fill("What do I want from it?", "To lead")

    signed = time.perf_counter()
    pair.anna.hands.submit()
    arrived = pair.slack.run(
        pair.slack.workspace.change.until(lambda: len(pair.post.sent) > before + 1, 10.0)
    )
    took = time.perf_counter() - signed
    sys.stdout.write(f"From the signature to the other side's messages: {took:.3f} s.\n")

    assert arrived
    assert pair.tom.last.startswith("Anna Bright has signed, with a purpose in their own words.")
