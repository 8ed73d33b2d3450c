import time
from concurrent.futures import ThreadPoolExecutor
from http.client import RemoteDisconnected
from urllib.error import URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest

from playground.server import Playground
from tests.playground.probe import Answer, Probe, actions, button
from tests.playground.refusals import error
from tests.playground.workspace import MANIFEST, post, web_client


def texts(slack: Playground) -> list[str]:
    """What anna reads."""
    return [message.text for message in slack.hands("anna").messages]


def test_a_post_that_is_accepted_and_dropped(slack: Playground, client: WebClient) -> None:
    slack.misbehave.drop_after_accept()
    anna = slack.hands("anna").id
    with pytest.raises(RemoteDisconnected):
        client.chat_postMessage(channel=anna, text="One")
    client.chat_postMessage(channel=anna, text="Two")

    assert texts(slack) == ["One", "Two"]


def test_the_sdks_own_retry_posts_twice(slack: Playground) -> None:
    slack.misbehave.drop_after_accept()
    WebClient(slack.bot_token, base_url=slack.api_url).chat_postMessage(
        channel=slack.hands("anna").id, text="Twice"
    )

    assert texts(slack) == ["Twice", "Twice"]


def test_a_post_that_is_dropped_unread(slack: Playground, client: WebClient) -> None:
    slack.misbehave.drop_before_accept()
    with pytest.raises(RemoteDisconnected):
        client.chat_postMessage(channel=slack.hands("anna").id, text="One")

    assert texts(slack) == []


def test_a_post_that_lands_late(slack: Playground, client: WebClient) -> None:
    slack.misbehave.land_late(seconds=0.3)
    anna = slack.hands("anna").id
    with pytest.raises(RemoteDisconnected):
        client.chat_postMessage(channel=anna, text="One")
    client.chat_postMessage(channel=anna, text="Two")
    assert texts(slack) == ["Two"]

    pane = slack.workspace.state.panes[anna]
    slack.wait_until(lambda found: len(found.workspace.messages(pane.channel)) == 2)
    assert texts(slack) == ["Two", "One"]


def test_what_lands_late_and_is_refused_is_not_there(slack: Playground, client: WebClient) -> None:
    slack.misbehave.land_late(seconds=0.0)
    with pytest.raises(RemoteDisconnected):
        client.chat_postMessage(channel="D0NOBODY00", text="One")

    assert client.auth_test()["ok"] is True
    assert texts(slack) == []


def test_what_would_land_later_than_the_end_does_not(client: WebClient) -> None:
    with Playground(MANIFEST) as slack:
        slack.misbehave.land_late(seconds=600)
        with pytest.raises(RemoteDisconnected):
            web_client(slack).chat_postMessage(channel=slack.hands("anna").id, text="One")


def test_429_with_retry_after(slack: Playground, client: WebClient) -> None:
    slack.misbehave.ratelimit("chat.postMessage", retry_after=7, times=2)
    anna = slack.hands("anna").id
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=anna, text="One")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["retry-after"] == "7"
    client.chat_postMessage(channel=anna, text="Three")

    assert texts(slack) == ["Three"]


def test_500(slack: Playground, client: WebClient) -> None:
    slack.misbehave.server_error("chat.postMessage")
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=slack.hands("anna").id, text="One")

    assert caught.value.response.status_code == 500
    assert texts(slack) == []


def test_any_error_by_name(slack: Playground, client: WebClient) -> None:
    slack.misbehave.answer_error("chat.postMessage", "fatal_error")

    assert error(client.chat_postMessage, channel=slack.hands("anna").id, text="One") == "fatal_error"


def test_a_fault_strikes_its_own_method_only(slack: Playground, client: WebClient) -> None:
    slack.misbehave.server_error("chat.update")

    assert client.chat_postMessage(channel=slack.hands("anna").id, text="One")["ok"] is True


def test_faults_can_be_called_off(slack: Playground, client: WebClient) -> None:
    slack.misbehave.server_error()
    slack.misbehave.deliver_never()
    slack.misbehave.stop()

    assert client.auth_test()["ok"] is True


def test_a_delayed_call_lets_a_later_one_pass(slack: Playground, client: WebClient) -> None:
    slack.misbehave.delay_call("chat.postMessage", seconds=0.5)
    anna = slack.hands("anna").id
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(client.chat_postMessage, channel=anna, text="First sent")
        assert slack.misbehave.wait_until_struck()
        client.chat_postMessage(channel=anna, text="Second sent")
        slow.result()

    assert texts(slack) == ["Second sent", "First sent"]


@pytest.mark.parametrize("kind", ["slash_commands", "*"])
def test_an_envelope_twice(app: Probe, kind: str) -> None:
    app.slack.misbehave.deliver_twice(kind)
    app.slack.hands("anna").command("/echo")
    first, second = app.wait_for(2)

    assert first.envelope_id != second.envelope_id
    assert first.payload == second.payload
    app.slack.hands("anna").command("/echo")
    assert len(app.requests) == 3


def test_an_event_twice_is_one_event(app: Probe) -> None:
    app.slack.misbehave.deliver_twice("events_api")
    app.slack.hands("anna").say("Hello")
    first, second = app.wait_for(2)

    assert first.payload["event_id"] == second.payload["event_id"]


def test_a_submission_twice_answers_once(app: Probe) -> None:
    app.client.chat_postMessage(
        channel=app.slack.hands("anna").id, text="x", blocks=[actions(button("Go", "go"))]
    )
    app.wait_for(1)
    app.slack.misbehave.deliver_twice("interactive")
    app.slack.hands("anna").click("Go")
    app.wait_for(3)

    assert app.requests[1].payload["trigger_id"] == app.requests[2].payload["trigger_id"]


def test_an_envelope_never(hasty: Probe) -> None:
    hasty.slack.misbehave.deliver_never("slash_commands")
    anna = hasty.slack.hands("anna")
    anna.command("/echo")

    assert anna.notice == "/echo failed with the error “dispatch_failed”"
    assert hasty.requests == []


def test_an_event_that_is_lost_comes_again(hasty: Probe) -> None:
    hasty.slack.misbehave.deliver_never("events_api")
    hasty.slack.hands("anna").say("Hello")

    assert [request.retry_attempt for request in hasty.requests] == [1]


def test_a_delayed_envelope(app: Probe) -> None:
    app.slack.misbehave.delay_delivery("slash_commands", seconds=0.2)
    started = time.monotonic()
    app.slack.hands("anna").command("/echo")

    assert time.monotonic() - started >= 0.2
    assert len(app.requests) == 1


def test_events_out_of_order(app: Probe) -> None:
    app.slack.misbehave.deliver_after_next("events_api")
    anna = app.slack.hands("anna")
    anna.say("First")
    anna.say("Second")
    app.wait_for(2)

    assert [event["text"] for event in app.events("message")] == ["Second", "First"]


def test_a_held_event_does_not_wait_for_ever(hasty: Probe) -> None:
    hasty.slack.misbehave.deliver_after_next("events_api")
    hasty.slack.hands("anna").say("Alone")
    hasty.wait_for(1)

    assert hasty.last["event"]["text"] == "Alone"


def test_an_app_goes_on_after_its_websocket_was_closed_under_it(hasty: Probe) -> None:
    def answer(request: SocketModeRequest) -> Answer:
        hasty.slack.disconnect("refresh_requested")
        return None

    hasty.answer = answer
    anna = hasty.slack.hands("anna")
    anna.command("/echo")
    hasty.slack.wait_for_app()
    hasty.answer = lambda _: None
    anna.command("/echo again")

    assert hasty.last["text"] == "again"
    assert anna.notice is None


def test_a_websocket_that_is_closed_before_the_ack(hasty: Probe) -> None:
    hasty.slack.misbehave.close_after_delivery("slash_commands")
    anna = hasty.slack.hands("anna")
    anna.command("/echo")
    assert anna.notice == "/echo failed with the error “dispatch_failed”"
    hasty.wait_for(1)

    hasty.slack.wait_for_app()
    anna.command("/echo again")
    first, second = hasty.wait_for(2)
    assert (first.payload["text"], second.payload["text"]) == ("", "again")
    assert anna.notice is None


def test_every_fault_by_http(slack: Playground, client: WebClient) -> None:
    url, anna = f"{slack.url}/playground/misbehave", slack.hands("anna").id

    assert post(url, {"what": "server_error", "method": "auth.test"}) == (200, {"ok": True})
    with pytest.raises(SlackApiError):
        client.auth_test()
    assert post(url, {"what": "revoke_token"}) == (200, {"ok": True})
    assert error(client.auth_test) == "account_inactive"
    assert post(url, {"what": "restore_token"}) == (200, {"ok": True})
    assert post(url, {"what": "deactivate", "user": anna}) == (200, {"ok": True})
    assert client.users_info(user=anna)["user"]["deleted"] is True
    assert post(url, {"what": "reactivate", "user": anna}) == (200, {"ok": True})
    assert post(url, {"what": "disconnect", "reason": "warning"}) == (200, {"ok": True})
    assert post(url, {"what": "strike_call"})[1] == {"ok": False, "error": "There is no fault 'strike_call'."}
    assert post(url, {"what": "deactivate", "user": "U0NOBODY00"})[1]["ok"] is False
    assert post(url, {"what": "server_error", "times": 1, "colour": "red"})[1]["ok"] is False


def test_a_call_under_way_at_the_end_is_cut() -> None:
    with ThreadPoolExecutor(1) as pool:
        with Playground(MANIFEST) as slack:
            slack.misbehave.delay_call("auth.test", seconds=600)
            slow = pool.submit(web_client(slack).auth_test)
            assert slack.misbehave.wait_until_struck()
            started = time.monotonic()

        assert time.monotonic() - started < 20
        with pytest.raises((ConnectionError, URLError)):
            slow.result()
