from datetime import timedelta

from slack_sdk.socket_mode.request import SocketModeRequest

from playground.server import Playground
from tests.playground.probe import SILENCE, Answer, Probe, connected


def attempts(app: Probe) -> list[tuple[int | None, str | None]]:
    """Number and reason of each delivery so far."""
    return [(request.retry_attempt, request.retry_reason) for request in app.requests]


def test_an_event_that_is_not_acked_comes_again_at_once_then_after_one_and_five_minutes(app: Probe) -> None:
    app.answer = lambda _: SILENCE
    app.slack.hands("anna").say("Hello")
    assert attempts(app) == [(0, ""), (1, "timeout")]

    app.slack.move(timedelta(seconds=59))
    assert len(app.requests) == 2
    app.slack.move(timedelta(seconds=2))
    assert attempts(app)[2:] == [(2, "timeout")]

    app.slack.move(timedelta(minutes=4, seconds=50))
    assert len(app.requests) == 3
    app.slack.move(timedelta(seconds=15))
    assert attempts(app)[3:] == [(3, "timeout")]

    app.slack.move(timedelta(days=1))
    assert len(app.requests) == 4
    assert len({request.payload["event_id"] for request in app.requests}) == 1
    assert len({request.envelope_id for request in app.requests}) == 4


def test_an_ack_ends_it(app: Probe) -> None:
    def answer(request: SocketModeRequest) -> Answer:
        return None if request.retry_attempt == 2 else SILENCE

    app.answer = answer
    app.slack.hands("anna").say("Hello")
    app.slack.move(timedelta(days=1))

    assert attempts(app) == [(0, ""), (1, "timeout"), (2, "timeout")]


def test_what_happened_while_the_app_was_away_is_told_when_it_is_back(slack: Playground) -> None:
    slack.hands("anna").say("Is anybody there?")
    app = Probe(slack)
    with connected(app):
        slack.move(timedelta(minutes=1))

        assert attempts(app) == [(2, "connection_failed")]
        assert app.last["event"]["text"] == "Is anybody there?"


def test_gestures_are_never_delivered_again(app: Probe) -> None:
    app.answer = lambda _: SILENCE
    app.slack.hands("anna").command("/echo")
    app.answer = lambda _: None
    app.slack.move(timedelta(days=1))

    assert len(app.requests) == 1
