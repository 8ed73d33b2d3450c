from datetime import timedelta

from slack_sdk.socket_mode.request import SocketModeRequest

from playground.server import Playground
from tests.playground.probe import SILENCE, Answer, Probe, connected


def attempts(app: Probe) -> list[tuple[int | None, str | None]]:
    """Number and reason of each delivery so far."""
    return [(request.retry_attempt, request.retry_reason) for request in app.requests]


def test_an_event_that_is_not_acked_comes_again_at_once_then_after_one_and_five_minutes(hasty: Probe) -> None:
    hasty.answer = lambda _: SILENCE
    hasty.slack.hands("anna").say("Hello")
    assert attempts(hasty) == [(0, ""), (1, "timeout")]

    hasty.slack.move(timedelta(seconds=50))
    assert len(hasty.requests) == 2
    hasty.slack.move(timedelta(seconds=15))
    assert attempts(hasty)[2:] == [(2, "timeout")]

    hasty.slack.move(timedelta(minutes=4, seconds=40))
    assert len(hasty.requests) == 3
    hasty.slack.move(timedelta(seconds=30))
    assert attempts(hasty)[3:] == [(3, "timeout")]

    hasty.slack.move(timedelta(days=1))
    assert len(hasty.requests) == 4
    assert len({request.payload["event_id"] for request in hasty.requests}) == 1
    assert len({request.envelope_id for request in hasty.requests}) == 4


def test_an_ack_ends_it(hasty: Probe) -> None:
    def answer(request: SocketModeRequest) -> Answer:
        return None if request.retry_attempt == 2 else SILENCE

    hasty.answer = answer
    hasty.slack.hands("anna").say("Hello")
    hasty.slack.move(timedelta(days=1))

    assert attempts(hasty) == [(0, ""), (1, "timeout"), (2, "timeout")]


def test_what_happened_while_the_app_was_away_is_told_when_it_is_back(slack: Playground) -> None:
    slack.hands("anna").say("Is anybody there?")
    app = Probe(slack)
    with connected(app):
        slack.move(timedelta(minutes=1))

        assert attempts(app) == [(2, "connection_failed")]
        assert app.last["event"]["text"] == "Is anybody there?"


def test_gestures_are_never_delivered_again(hasty: Probe) -> None:
    hasty.answer = lambda _: SILENCE
    hasty.slack.hands("anna").command("/echo")
    hasty.answer = lambda _: None
    hasty.slack.move(timedelta(days=1))

    assert len(hasty.requests) == 1
