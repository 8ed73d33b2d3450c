"""The websocket: what is in hand is answered before it closes, and it comes back by itself."""

import asyncio
import json
import logging
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.joining import join
from bot.link import Link
from bot.sending import client_for
from playground.server import Playground
from playground.socket_mode import NotDeliveredError
from tests.bot.conftest import said, wait_until

PATIENCE = 10


class Gate:
    """A handler that answers when it is let."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()

    def __call__(self) -> BoltResponse:
        self.reached.set()
        assert self.open.wait(PATIENCE)
        return BoltResponse(status=200, body={"text": "Here you are."})


@pytest.fixture
def gate() -> Gate:
    return Gate()


Open = Callable[..., Link]


@pytest.fixture
def opened(slack: Playground, gate: Gate) -> Iterator[Open]:
    """Open a link, with other times than usual."""
    with ExitStack() as stack:

        def opened(**more: Any) -> Link:
            bot, app = (
                client_for(token, api_url=slack.api_url) for token in (slack.bot_token, slack.app_token)
            )
            joined = join(bot, app)
            us = AuthorizeResult.from_auth_test_response(
                auth_test_response=joined.tested, bot_token=slack.bot_token
            )
            bolt = App(
                client=client_for(None, api_url=slack.api_url),
                authorize=lambda: us,
                process_before_response=True,
            )
            bolt.command("/mentor")(gate)
            assert joined.websocket is not None
            link = Link(bolt, app, joined.websocket, **more)
            stack.callback(_close, link)
            link.open()
            slack.wait_for_app()
            return link

        yield opened


def _close(link: Link) -> None:
    if not link.client.closed:
        link.close()


@pytest.fixture
def link(opened: Open) -> Link:
    return opened()


def test_a_gesture_in_hand_is_answered_before_the_end(slack: Playground, link: Link, gate: Gate) -> None:
    tom = slack.hands("tom")
    with ThreadPoolExecutor(2) as pool:
        command = pool.submit(tom.command, "/mentor")
        assert gate.reached.wait(PATIENCE)
        end = pool.submit(link.close)
        gate.open.set()
        command.result(PATIENCE)
        end.result(PATIENCE)

    assert tom.notice is None
    assert [message.text for message in tom.messages] == ["Here you are."]
    assert not link.client.is_connected()


def test_what_comes_meanwhile_is_answered_too(slack: Playground, link: Link, gate: Gate) -> None:
    tom, anna = slack.hands("tom"), slack.hands("anna")
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(tom.command, "/mentor")
        assert gate.reached.wait(PATIENCE)
        gate.reached.clear()
        end = pool.submit(link.close)
        wait_until(link._watch._stopping.is_set)
        second = pool.submit(anna.command, "/mentor")
        assert gate.reached.wait(PATIENCE)
        gate.open.set()
        for one in (first, second, end):
            one.result(PATIENCE)

    assert [(hands.notice, [said.text for said in hands.messages]) for hands in (tom, anna)] == [
        (None, ["Here you are."])
    ] * 2


@pytest.mark.parametrize("reason", ["refresh_requested", None])
def test_a_websocket_that_slack_closes_is_opened_again(
    slack: Playground, link: Link, gate: Gate, reason: Any
) -> None:
    gate.open.set()
    before = link.client.session_id()
    slack.disconnect(reason)
    wait_until(lambda: link.client.is_connected() and link.client.session_id() != before)
    slack.wait_for_app()
    slack.hands("tom").command("/mentor")

    assert [message.text for message in slack.hands("tom").messages] == ["Here you are."]


def test_it_tells_for_how_long_slack_has_been_silent(link: Link) -> None:
    wait_until(lambda: link.silence() > 0.2)
    session = link.client.current_session
    assert session is not None
    session.check_state()  # pings

    wait_until(lambda: link.silence() < 0.2)


def test_a_websocket_that_is_open_but_silent_is_opened_again(
    slack: Playground, opened: Open, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    gate.open.set()
    lost = threading.Event()
    link = opened(lost=lost.set, ping_seconds=0.05, silence_seconds=0.5, patience_seconds=60.0)
    before = link.client.session_id()
    slack.fall_silent()
    wait_until(lambda: link.client.session_id() != before)
    # The one that is silent may still be there for a moment.
    assert websockets(slack, 1)
    slack.hands("tom").command("/mentor")

    assert [message.text for message in slack.hands("tom").messages] == ["Here you are."]
    assert said(caplog) == ["Slack has been silent for 1 s. I connect anew."]
    wait_until(lambda: link.silence() < 0.1)
    assert not lost.is_set()


def test_without_a_websocket_that_answers_it_is_lost(
    slack: Playground, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    lost = threading.Event()
    opened(lost=lost.set, ping_seconds=0.05, silence_seconds=0.5, patience_seconds=0.2)
    slack.misbehave.answer_error("apps.connections.open", "internal_error", times=99)
    slack.fall_silent()

    assert lost.wait(PATIENCE)
    lines = said(caplog)
    assert lines[-1] == "Slack has been silent for 1 s, and can't be reached anew."
    assert set(lines[:-1]) == {
        "Slack has been silent for 1 s. I connect anew.",
        "Slack can't be reached (SlackApiError).",
    }


NO_ROOM = (
    "Slack takes 10 websockets of an app: 9 Mentors have theirs, and one is kept for making one anew. This one takes no gestures until "
    "another one ends, and looks about every 0 s whether there is room. It delivers if no other one does."
)
ROOM = "There is a websocket for this Mentor now: it takes gestures."


def websockets(slack: Playground, number: int) -> bool:
    return slack.wait_until(lambda all_of_it: all_of_it.connections.count == number, PATIENCE)


@pytest.fixture
def nine(opened: Open) -> list[Link]:
    """As many as there may be."""
    return [opened() for _ in range(9)]


def test_nine_take_gestures_and_make_their_websockets_anew_without_giving_any_up(
    slack: Playground, nine: list[Link], caplog: pytest.LogCaptureFixture
) -> None:
    before = {link.client.session_id() for link in nine}
    slack.disconnect("refresh_requested")
    wait_until(lambda: not before & {link.client.session_id() for link in nine})

    assert websockets(slack, 9)
    assert said(caplog) == []


def test_a_tenth_gives_its_websocket_back_and_waits_until_another_one_ends(
    slack: Playground, nine: list[Link], opened: Open, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    gate.open.set()
    lost = threading.Event()
    tenth = opened(lost=lost.set, silence_seconds=2.0, patience_seconds=0.5, stand_by_seconds=0.3)
    wait_until(lambda: said(caplog) == [NO_ROOM])
    assert websockets(slack, 9)
    # Longer than it may be silent, and than some more tries take.
    assert not lost.wait(2.8)
    assert said(caplog) == [NO_ROOM]

    for link in nine:
        link.close()
    wait_until(lambda: said(caplog) == [NO_ROOM, ROOM])
    assert websockets(slack, 1)
    assert tenth.client.is_connected()
    slack.hands("tom").command("/mentor")
    assert [message.text for message in slack.hands("tom").messages] == ["Here you are."]


def test_whom_slack_refuses_an_eleventh_websocket_waits_too(
    slack: Playground, nine: list[Link], opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    # Not one of ours: nobody here gives it back.
    stranger = opened()
    wait_until(lambda: said(caplog) != [])
    stranger._stand_by._settled = True
    stranger._stand_by.stop()
    stranger._stand_by._connect(force=True)
    assert websockets(slack, 10)
    wait_until(lambda: said(caplog)[-1:] == [ROOM])
    caplog.clear()

    eleventh = opened(stand_by_seconds=60.0)
    wait_until(lambda: said(caplog) == [NO_ROOM.replace("every 0 s", "every 60 s")])

    assert websockets(slack, 10)
    eleventh.close()
    assert not eleventh.client.is_connected()


def test_a_message_that_is_too_long_does_not_make_it_deaf(
    slack: Playground, link: Link, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    gate.open.set()
    before = link.client.session_id()
    connections, under_way = slack._slack.connections, []

    async def begin() -> None:
        async def deliver() -> None:
            with suppress(NotDeliveredError):
                await connections.deliver("interactive", {"type": "block_actions", "text": "x" * 4_000_000})

        under_way.append(asyncio.create_task(deliver()))

    slack.run(begin())
    wait_until(lambda: link.client.is_connected() and link.client.session_id() != before)
    slack.wait_for_app()
    slack.hands("tom").command("/mentor")

    assert [message.text for message in slack.hands("tom").messages] == ["Here you are."]
    assert said(caplog) == ["Slack sent a message that is too long to be read. I connect anew."]


class Answers(BaseSocketModeClient):
    """A websocket that only remembers what was answered."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.logger = logging.getLogger(__name__)

    def send_message(self, message: str) -> None:
        self.sent.append(json.loads(message))


def envelope(kind: str, payload: Any) -> SocketModeRequest:
    return SocketModeRequest(type=kind, envelope_id="e1", payload=payload)


def test_a_gesture_that_hangs_holds_up_only_whoever_waits_for_it(
    slack: Playground, opened: Open, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    link, answers = opened(in_hand_seconds=0.05), Answers()
    who = {"team_id": slack._slack.workspace.state.team_id, "user_id": slack.hands("tom").id}
    command = envelope("slash_commands", {"command": "/mentor", **who})
    link.client.message_workers.submit(link.handle, answers, command)
    assert gate.reached.wait(PATIENCE)
    link.close()
    assert not link.client.is_connected()
    with ThreadPoolExecutor(1) as pool:
        join = pool.submit(link.join)
        assert not join.done()
        gate.open.set()
        join.result(PATIENCE)

    assert [answer["envelope_id"] for answer in answers.sent] == ["e1"]
    assert said(caplog) == ["A gesture is still in hand. The websocket is closed without its answer."]


def test_an_end_does_not_wait_for_an_address_that_slack_puts_off(slack: Playground, link: Link) -> None:
    slack.misbehave.ratelimit("apps.connections.open", retry_after=6)
    slack.disconnect(None)
    assert slack.misbehave.wait_until_struck()
    reading = link.client.current_session_runner.thread
    link.close()

    assert reading.is_alive()
    reading.join(PATIENCE)
    link.client.disconnect()


def test_a_malformed_payload_is_acknowledged_and_nothing_else(link: Link) -> None:
    answers = Answers()
    link.handle(answers, envelope("interactive", {"type": "block_actions", "actions": []}))

    assert answers.sent == [{"envelope_id": "e1"}]


@pytest.mark.parametrize(("kind", "answered"), [("interactive", [{"envelope_id": "e1"}]), ("events_api", [])])
def test_what_goes_wrong_beyond_every_handler_is_acknowledged_unless_slack_sends_it_again(
    slack: Playground,
    link: Link,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    answered: list[dict[str, str]],
) -> None:
    @link.app.error
    def fail_too(error: Exception) -> None:
        raise error

    @link.app.middleware
    def fail() -> None:
        raise RuntimeError("canary")

    answers = Answers()
    who = {"team_id": slack._slack.workspace.state.team_id, "user_id": slack.hands("tom").id}
    link.handle(answers, envelope(kind, {"command": "/mentor", **who}))

    (line,) = said(caplog)
    assert answers.sent == answered
    assert re.fullmatch(rf"An envelope could not be read \(reference [0-9a-f]{{8}}, {kind}\)\.", line)


def test_an_answer_that_slack_cannot_be_given_is_logged(link: Link, caplog: pytest.LogCaptureFixture) -> None:
    class Gone(Answers):
        def send_message(self, message: str) -> None:
            raise ConnectionError(message)

    link.handle(Gone(), envelope("interactive", {}))

    assert said(caplog)[-1] == "An answer to Slack was lost (interactive)."
