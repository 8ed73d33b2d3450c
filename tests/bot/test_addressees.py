"""People whom Slack was not asked about for days: asked before a message where that holds nothing up, else afterwards."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.addressees import Addressee, Addressees
from bot.pace import A_MOMENT, A_WHILE, BURST, KEPT, METHOD_BURST, Pace
from bot.sending import Fate, Sender, Undelivered, client_for
from bot.settling import Settling
from handlers.deps import Deps
from mentoring.agreement import Role
from mentoring.due import Due, Kind, Lane
from mentoring.people import Person, Profile
from playground.server import Playground
from playground.workspace import Person as Somebody
from storage import outbox, people
from storage.database import Database
from storage.outbox import RowState
from tests.bot.conftest import STARTS, Post, office, said, wait_until
from tests.bot.test_delivery_in_trouble import A_MESSAGE, Frozen
from tests.journeys.driver import MANIFEST

CROWD = 60
STEPS = 30
METHOD = "users.info"
NOW = {
    "a newcomer": "UPDATE accounts SET checked_at = NULL WHERE id = ?",
    "away": "UPDATE accounts SET active = FALSE WHERE id = ?",
}


@pytest.fixture
def slack() -> Iterator[Playground]:
    """A workspace with many people in it."""
    crowd = [Somebody(name=f"p{n}", real_name=f"P {n}", tz="Europe/London") for n in range(CROWD + STEPS)]
    names = [Somebody(name="tom", real_name="Tom Reed"), Somebody(name="anna", real_name="Anna Bright")]
    with Playground(MANIFEST, people=[*crowd, *names], starts=STARTS, rates=False) as playground:
        yield playground


@pytest.fixture
def calls(slack: Playground) -> Counter[str]:
    """How often each method was called."""
    counted: Counter[str] = Counter()
    slack.overhear(lambda way, _said, _answer: counted.update([way]))
    return counted


def stale(post: Post, name: str) -> Person:
    """Make someone known who was looked up two days ago, and whose DM is open."""
    profile = Profile(name.title(), "Europe/London", "en-GB", active=True, is_bot=False)
    user_id = post.slack.hands(name).id
    with post.database.writing() as tx:
        asked = post.clock.now() - timedelta(days=2)
        person = people.learn(tx, team_id=post.team_id, user_id=user_id, profile=profile, now=asked)
        pane = post.slack._slack.workspace.state.panes[user_id]
        people.keep_channel(tx, person.account_id, pane.channel)
    return person


def sent(post: Post) -> int:
    with post.database.reading() as tx:
        found = tx.connection.exec_driver_sql("SELECT count(*) FROM due_rows WHERE state = 'sent'")
        return int(found.scalar_one())


def exhaust(pace: Pace, post: Post, *, kept: int = 0) -> None:
    while pace.may_call(post.team_id, METHOD, kept=kept):
        pass


def test_prompts_to_people_not_looked_up_for_days_go_out_at_the_pace_and_delay_no_gesture(
    slack: Playground, database: Database, calls: Counter[str]
) -> None:
    seconds = Frozen()
    with office(slack, database, Pace(300, seconds)) as post:
        crowd = [stale(post, f"p{n}") for n in range(CROWD + STEPS)]
        with database.writing() as tx:
            now = post.clock.now()
            prompts = [
                Due(Kind.REPLY, f"help/{n}", now, recipient=crowd[n % CROWD].id, lane=Lane.CLOCK)
                for n in range(3_000)
            ]
            outbox.add(tx, *prompts)
        post.delivery.start()
        wait_until(lambda: sent(post) == BURST)
        assert calls[METHOD] == METHOD_BURST - KEPT

        gestures: list[str] = []
        for step in range(STEPS):
            # Each to somebody else, of whom Slack was not asked either.
            gesture = post.add(f"p{CROWD + step}") if step % 3 == 0 else None
            gestures += [gesture] if gesture else []
            seconds.at += A_MESSAGE
            wait_until(lambda so_far=BURST + step + 1: sent(post) == so_far)  # type: ignore[misc]  # a default of a lambda
            if gesture is not None:
                assert post.state(gesture) is RowState.SENT
        assert post.tries(Kind.REPLY, Fate.LATER) == 0

        post.execute("DELETE FROM due_rows WHERE state = 'pending' AND kind = 'reply'")
        afterwards = {row.due.subject for row in post.rows(Kind.REACHED)}
        # Of whom a gesture spoke to, Slack was asked first: calls were left for that.
        assert afterwards.isdisjoint(gestures)
        assert calls[METHOD] + len(afterwards) == BURST + STEPS

        # Their turns come one after another.
        turns = sorted(row.at for row in post.rows(Kind.REACHED))
        apart = (turns[-1] - turns[0]).total_seconds()
        assert apart > (len(turns) - 1) * 60 / 80 - STEPS * A_MESSAGE

        def all_asked() -> bool:
            seconds.at += 1.0
            return not post.rows(Kind.REACHED)

        moving = threading.Thread(target=slack.move, args=[timedelta(minutes=2)])
        moving.start()
        wait_until(all_asked)
        moving.join()
        assert calls[METHOD] == BURST + STEPS
        assert post.tries(Kind.REACHED, Fate.LATER) == 0


def test_whoever_turns_out_to_be_away_after_a_message_is_told_of_to_the_other_side_once(
    slack: Playground, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = Frozen()
    pace = Pace(300, seconds)
    with office(slack, database, pace) as post:
        post.delivery.start()
        post.propose("tom", "anna", Role.MENTOR)
        slack.settle()
        slack.deactivate("anna")
        exhaust(pace, post)
        # It would wait until all is done.
        moving = threading.Thread(target=slack.move, args=[timedelta(days=7, hours=1)])
        moving.start()
        wait_until(lambda: post.rows(Kind.REACHED))

        (reminder,) = post.rows(Kind.PROPOSAL_REMINDER)
        assert (reminder.state, len(post.messages("anna")), post.messages("tom")) == (RowState.SENT, 2, [])
        seconds.at = 60.0
        moving.join()
        wait_until(lambda: post.rows(Kind.UNREACHABLE))
        slack.settle()

        assert not post.person("anna").active
        assert [message.text.partition(" at ")[0] for message in post.messages("tom")] == [
            "I can't reach Anna"
        ]
        assert post.rows(Kind.REACHED) == []
        # It stands in Slack, and is to be deleted there with the rest when she has all about her forgotten.
        assert post.state(reminder.id) is RowState.SENT
        assert said(caplog) == [f"Due row {reminder.id} (proposal_reminder) reached nobody: deactivated."]


def test_whoever_has_gone_meanwhile_is_not_asked_about(
    slack: Playground, database: Database, calls: Counter[str]
) -> None:
    with office(slack, database) as post:
        anna = stale(post, "anna")
        row_id = post.add_due(Due(Kind.REACHED, "no such row", post.clock.now(), recipient=anna.id))
        post.execute("UPDATE people SET gone = TRUE WHERE id = ?", anna.id)
        post.delivery.start()
        slack.settle()

        assert calls[METHOD] == 0
        assert row_id not in {row.id for row in post.rows(Kind.REACHED)}


@pytest.mark.parametrize("who", list(NOW))
@pytest.mark.parametrize("lane", list(Lane))
def test_a_newcomer_and_whoever_was_away_are_asked_about_first_whatever_it_takes(
    slack: Playground, database: Database, who: str, lane: Lane
) -> None:
    pace = Pace(300, Frozen())
    with office(slack, database, pace) as post:
        anna = post.person("anna")
        post.execute(NOW[who], anna.account_id)
        row = post.row(post.add("anna", lane=lane))
        exhaust(pace, post, kept=KEPT if lane is Lane.CLOCK else 0)
        addressees = Addressees(Deps(database, post.clock.now), Settling(database), pace)
        sender = Sender(client_for(slack.bot_token, api_url=slack.api_url))
        with pytest.raises(Undelivered, match=r"^users\.info in a moment$") as told:
            addressees.of(row, sender)

        # Many of the clock's may wait: they come back one by one.
        least, most = (A_MOMENT, A_MOMENT) if lane is Lane.GESTURE else (A_WHILE / 2, A_WHILE)
        assert told.value.fate is Fate.LATER
        assert least <= told.value.retry_after <= most


def test_a_message_that_did_not_go_out_takes_no_turn_to_be_asked_about(
    slack: Playground, database: Database
) -> None:
    pace = Pace(300, Frozen())
    with office(slack, database, pace) as post:
        anna = stale(post, "anna")
        row = post.row(post.add("anna"))
        exhaust(pace, post)
        addressees = Addressees(Deps(database, post.clock.now), Settling(database), pace)
        sender = Sender(client_for(slack.bot_token, api_url=slack.api_url))
        tries = [addressees.of(row, sender) for _ in range(3)]
        assert tries == [Addressee(anna, unasked=True)] * 3

        (question,) = addressees.afterwards(row, tries[-1])
        assert (question.kind, question.subject, question.recipient) == (Kind.REACHED, row.id, anna.id)
        # Turns are three quarters of a second apart; the one before was the first.
        assert pace.turn(post.team_id, METHOD) == 1.5
