from datetime import UTC, datetime, timedelta

import pytest

from playground.passing_time import StuckError
from playground.server import Playground
from tests.playground.clockwork import Clockwork, ticking
from tests.playground.probe import SILENCE, Probe, connected
from tests.playground.workspace import MANIFEST, get, post, web_client

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
SOON = timedelta(seconds=30)  # how much real time a test may take


def hours(*after: float) -> list[datetime]:
    """Instants so many hours after the start."""
    return [START + timedelta(hours=one) for one in after]


def test_each_due_instant_is_met_at_its_time() -> None:
    with Playground(MANIFEST, starts=START) as slack:
        clockwork = Clockwork(slack, hours(1, 2, 2, 30, 300))
        with ticking(slack, clockwork):
            slack.move(timedelta(days=2))

            assert [due for due, _ in clockwork.done] == hours(1, 2, 2, 30)
            assert all(timedelta(0) <= at - due < SOON for due, at in clockwork.done)
            assert timedelta(0) <= slack.clock.now() - (START + timedelta(days=2)) < SOON


def test_what_becomes_due_on_the_way_is_met_too() -> None:
    with Playground(MANIFEST, starts=START) as slack:
        clockwork = Clockwork(slack, hours(1))

        def again(due: datetime) -> None:
            if due < START + timedelta(hours=5):
                clockwork.due.append((due + timedelta(hours=1)).timestamp())

        clockwork.work = again
        with ticking(slack, clockwork):
            slack.move(timedelta(days=1))

        assert [due for due, _ in clockwork.done] == hours(1, 2, 3, 4, 5)


def test_an_app_whose_clock_is_wrong_does_things_early_or_late() -> None:
    with Playground(MANIFEST, starts=START) as slack:
        clockwork = Clockwork(slack, hours(5, 30, 40))
        with ticking(slack, clockwork):
            slack.put_app_ahead(timedelta(hours=6))
            assert [due for due, _ in clockwork.done] == hours(5)

            slack.put_app_ahead(timedelta(hours=-10))
            slack.move(timedelta(hours=39))
            assert [due for due, _ in clockwork.done] == hours(5)
            slack.move(timedelta(hours=2))
            assert [due for due, _ in clockwork.done] == hours(5, 30)
            assert timedelta(0) <= slack.clock.now() - (START + timedelta(hours=41)) < SOON

            slack.put_app_ahead(timedelta())
            assert [due for due, _ in clockwork.done] == hours(5, 30, 40)


def test_to_the_next_thing_due() -> None:
    with Playground(MANIFEST, starts=START) as slack:
        clockwork = Clockwork(slack, hours(5, 8))
        with ticking(slack, clockwork):
            assert slack.to_next_due() is True
            assert timedelta(0) <= slack.clock.now() - (START + timedelta(hours=5)) < SOON
            assert slack.to_next_due() is True
            assert slack.to_next_due() is False

        assert [due for due, _ in clockwork.done] == hours(5, 8)


def test_messages_sent_on_the_way_bear_their_own_time() -> None:
    with Playground(MANIFEST, starts=START) as slack:
        anna, client = slack.hands("anna"), web_client(slack)
        clockwork, app = Clockwork(slack, hours(1, 25)), Probe(slack)

        def send(due: datetime) -> None:
            client.chat_postMessage(channel=anna.id, text=due.isoformat())

        clockwork.work = send
        with connected(app), ticking(slack, clockwork):
            slack.move(timedelta(days=3))

        assert [message.text for message in anna.messages] == [due.isoformat() for due in hours(1, 25)]
        late = [message.sent_at - due for message, due in zip(anna.messages, hours(1, 25), strict=True)]
        assert all(timedelta(0) <= one < SOON for one in late)
        assert [event["text"] for event in app.events("message")] == [
            message.text for message in anna.messages
        ]


def test_redeliveries_are_instants_too() -> None:
    with Playground(MANIFEST, starts=START, ack_seconds=0.2) as slack:
        clockwork, app = Clockwork(slack, []), Probe(slack)
        app.answer = lambda _: SILENCE
        with connected(app), ticking(slack, clockwork):
            slack.hands("anna").say("Hello")
            assert slack.to_next_due() is True
            assert timedelta(minutes=1) <= slack.clock.now() - START < timedelta(minutes=1) + SOON

        assert [request.retry_attempt for request in app.requests] == [0, 1, 2]


def test_without_an_app_time_just_passes() -> None:
    with Playground(MANIFEST, starts=START) as slack:
        slack.move_to(START + timedelta(weeks=10))
        assert timedelta(0) <= slack.clock.now() - (START + timedelta(weeks=10)) < SOON
        slack.move_to(START)  # it never goes back
        assert slack.clock.now() > START + timedelta(weeks=10)


def test_an_app_that_does_not_become_idle_is_an_error() -> None:
    with Playground(MANIFEST, starts=START, settle_seconds=0.2) as slack:
        clockwork = Clockwork(slack, [])
        with ticking(slack, clockwork):
            clockwork.never_idle = True
            with pytest.raises(StuckError, match="not idle"):
                slack.move(timedelta(hours=1))
            answer = post(f"{slack.url}/playground/clock/move", {"seconds": 60})[1]

        assert answer == {"ok": False, "error": "The app was not idle within 0.2 s."}


def test_an_app_that_stays_due_is_an_error() -> None:
    with Playground(MANIFEST, starts=START) as slack:
        clockwork = Clockwork(slack, [])
        clockwork.claims = hours(1)[0].timestamp()
        with ticking(slack, clockwork), pytest.raises(StuckError, match="stays due"):
            slack.move(timedelta(hours=2))


def test_the_clock_by_http() -> None:
    with Playground(MANIFEST, starts=START) as slack:
        clockwork = Clockwork(slack, hours(5))
        with ticking(slack, clockwork):
            url = f"{slack.url}/playground/clock/move"
            status, moved = post(url, {"seconds": 3600})
            assert (status, moved["ok"], moved["moving"], moved["bot_connected"]) == (200, True, False, False)
            assert moved["next_due"] == hours(5)[0].timestamp()
            assert 3600 <= moved["now"] - START.timestamp() < 3600 + SOON.total_seconds()
            _, next_due = post(url, {"to_next": True})
            assert next_due["next_due"] is None
            assert post(url, {"to_next": True})[1] == {"ok": False, "error": "Nothing is due."}
            shown = get(f"{slack.url}/playground/state")[1]["clock"]
            assert shown["offset"] == slack.clock.offset


def test_a_poll_answers_at_once_only_to_news(slack: Playground) -> None:
    _, first = get(f"{slack.url}/playground/clock?seen=-1")

    assert set(first) == {"revision", "offset"}
    assert first["offset"] == 0.0


def test_an_app_that_was_killed_between_two_polls_is_not_waited_for_long() -> None:
    with Playground(MANIFEST, starts=START) as slack:
        get(f"{slack.url}/playground/clock?seen=0")

        slack.move(timedelta(hours=1))

        assert timedelta(0) <= slack.clock.now() - (START + timedelta(hours=1)) < SOON
