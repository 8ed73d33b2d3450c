import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

from slack_sdk import WebClient

from playground.server import Playground
from tests.playground.probe import section
from tests.playground.refusals import error
from tests.playground.workspace import MANIFEST, manifest, web_client


def later(slack: Playground, **after: float) -> int:
    """Unix seconds so long after now, on the workspace's clock."""
    return int((slack.clock.now() + timedelta(**after)).timestamp())


def test_a_message_for_later_arrives_at_its_time(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna")
    at = later(slack, hours=5)
    answer = client.chat_scheduleMessage(
        channel=anna.id, post_at=at, text="Later", blocks=[section("*Later*")]
    )

    assert answer["scheduled_message_id"][0] == "Q"
    assert (answer["post_at"], answer["message"]["type"], answer["message"]["text"]) == (
        at,
        "delayed_message",
        "Later",
    )
    slack.move(timedelta(hours=4))
    assert anna.messages == []
    slack.move(timedelta(days=1))
    [message] = anna.messages
    assert message.words == "Later"
    assert timedelta(0) <= message.sent_at - datetime.fromtimestamp(at, UTC) < timedelta(seconds=30)
    assert client.chat_scheduledMessages_list()["scheduled_messages"] == []


def test_it_is_the_next_thing_due(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna")
    post_at = later(slack, days=2)
    client.chat_scheduleMessage(channel=anna.id, post_at=post_at, text="Later")

    with urlopen(f"{slack.url}/playground/state", timeout=10) as state:
        assert json.load(state)["clock"]["next_due"] == post_at
    assert slack.to_next_due() is True
    assert [message.text for message in anna.messages] == ["Later"]


def test_time_that_passes_by_itself_posts_it_too(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna")
    client.chat_scheduleMessage(channel=anna.id, post_at=later(slack, seconds=2), text="Soon")

    assert slack.wait_until(lambda inside: not inside.workspace.state.scheduled, seconds=10)
    assert [message.text for message in anna.messages] == ["Soon"]


def test_those_with_metadata_never_post(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna")
    metadata = {"event_type": "echo_sent", "event_payload": {}}
    client.chat_scheduleMessage(channel=anna.id, post_at=later(slack, hours=1), text="x", metadata=metadata)
    slack.move(timedelta(hours=2))

    assert anna.messages == []
    assert client.chat_scheduledMessages_list()["scheduled_messages"] == []


def test_they_can_be_listed_and_deleted(slack: Playground, client: WebClient) -> None:
    anna, tom = slack.hands("anna").id, slack.hands("tom").id
    second = client.chat_scheduleMessage(channel=anna, post_at=later(slack, hours=2), text="Second")
    first = client.chat_scheduleMessage(channel=tom, post_at=later(slack, hours=1), text="First")

    listed = client.chat_scheduledMessages_list()["scheduled_messages"]
    assert [message["text"] for message in listed] == ["First", "Second"]
    assert set(listed[0]) == {"id", "channel_id", "post_at", "date_created", "text"}
    of_anna = client.chat_scheduledMessages_list(channel=second["channel"])["scheduled_messages"]
    assert [message["id"] for message in of_anna] == [second["scheduled_message_id"]]

    here = {"channel": second["channel"], "scheduled_message_id": second["scheduled_message_id"]}
    assert error(client.chat_deleteScheduledMessage, **{**here, "channel": first["channel"]}) == (
        "invalid_scheduled_message_id"
    )
    assert client.chat_deleteScheduledMessage(**here)["ok"] is True
    assert error(client.chat_deleteScheduledMessage, **here) == "invalid_scheduled_message_id"
    assert (
        error(client.chat_deleteScheduledMessage, **{**here, "channel": "D0NOTHING0"}) == "channel_not_found"
    )
    assert error(client.chat_scheduledMessages_list, channel="D0NOTHING0") == "invalid_channel"
    slack.move(timedelta(hours=3))
    assert slack.hands("anna").messages == []


def test_what_slack_refuses_to_schedule(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna").id
    schedule = client.chat_scheduleMessage

    assert error(schedule, channel=anna, post_at=later(slack, hours=-1), text="x") == "time_in_past"
    assert error(schedule, channel=anna, post_at=later(slack, days=121), text="x") == "time_too_far"
    assert error(schedule, channel=anna, post_at="noon", text="x") == "invalid_time"
    assert (
        error(schedule, channel="D0NOTHING0", post_at=later(slack, hours=1), text="x") == "channel_not_found"
    )
    empty = {"channel": anna, "post_at": later(slack, hours=1)}
    assert error(client.api_call, api_method="chat.scheduleMessage", json=empty) == "no_text"
    at = later(slack, days=1)
    for second in range(30):
        schedule(channel=anna, post_at=at + second, text="x")
    assert error(schedule, channel=anna, post_at=at, text="x") == "restricted_too_many"
    assert schedule(channel=anna, post_at=at + 400, text="x")["ok"] is True


def test_they_outlive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "workspace.json"
    with Playground(MANIFEST, state_file=file) as slack:
        anna = slack.hands("anna").id
        web_client(slack).chat_scheduleMessage(channel=anna, post_at=later(slack, hours=1), text="Later")
    with Playground(manifest(), state_file=file) as slack:
        slack.move(timedelta(hours=2))
        assert [message.text for message in slack.hands("anna").messages] == ["Later"]
