from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from playground.server import Playground
from tests.playground.refusals import error, refusal
from tests.playground.workspace import MANIFEST, manifest, web_client

SECTION = {"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "Hello"}}
PROBE = {"event_type": "echo_sent", "event_payload": {"id": "1"}}


def test_a_message_to_a_person_arrives_in_their_dm(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna")
    answer = client.chat_postMessage(channel=anna.id, text="Hello <@U1> & co", blocks=[SECTION])

    assert answer["channel"] == client.conversations_open(users=anna.id)["channel"]["id"]
    assert answer["message"]["text"] == "Hello <@U1> & co"
    assert answer["message"]["blocks"] == [SECTION]
    assert answer["message"]["bot_profile"]["name"] == "Echo"
    assert answer["message"]["app_id"][0] == "A"
    [message] = anna.messages
    assert (message.ts, message.words, message.by_app, message.ephemeral) == (
        answer["ts"],
        "Hello",
        True,
        False,
    )
    assert slack.hands("tom").messages == []


def test_message_times_follow_the_moved_clock_and_only_grow(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna")
    first = client.chat_postMessage(channel=anna.id, text="One")
    slack.move(timedelta(days=3))
    second = client.chat_postMessage(channel=anna.id, text="Two")
    third = client.chat_postMessage(channel=anna.id, text="Three")

    assert (
        timedelta(days=3)
        <= anna.messages[1].sent_at - anna.messages[0].sent_at
        < timedelta(days=3, seconds=30)
    )
    assert first["ts"] < second["ts"] < third["ts"]


def test_a_workspace_may_start_at_any_time() -> None:
    with Playground(MANIFEST, starts=datetime(2027, 3, 1, 9, tzinfo=UTC)) as slack:
        anna = slack.hands("anna")
        web_client(slack).chat_postMessage(channel=anna.id, text="Spring")

        assert (
            timedelta(0)
            <= anna.messages[0].sent_at - datetime(2027, 3, 1, 9, tzinfo=UTC)
            < timedelta(seconds=30)
        )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "  "}, "no_text"),
        ({"text": "Hello", "channel": "D0NOBODY00"}, "channel_not_found"),
        ({"text": "Hello", "channel": "#general"}, "channel_not_found"),
        ({"text": "Hello", "blocks": "[{"}, "invalid_blocks_format"),
        ({"text": "Hello", "blocks": {"type": "section"}}, "invalid_blocks_format"),
        ({"text": "Hello", "blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"text": "Hello", "markdown_text": "*Hello*"}, "markdown_text_conflict"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"text": "Hello", "metadata": "{"}, "invalid_metadata_format"),
        ({"text": "Hello", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"text": "Hello", "metadata": {**PROBE, "more": 1}}, "invalid_metadata_format"),
        ({"text": "Hello", "metadata": {**PROBE, "event_type": "no spaces"}}, "invalid_metadata_format"),
        ({"text": "Hello", "metadata": {**PROBE, "event_payload": "x"}}, "invalid_metadata_format"),
        (
            {"text": "Hello", "metadata": {**PROBE, "event_payload": {"x": "y" * 20_000}}},
            "metadata_too_large",
        ),
        ({"text": "Hello", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"text": "Hello", "attachments": [{"text": "x"}]}, "invalid_arguments"),
    ],
)
def test_what_slack_refuses_to_post(
    slack: Playground, client: WebClient, arguments: dict[str, Any], code: str
) -> None:
    anna = slack.hands("anna")

    assert (
        error(client.api_call, api_method="chat.postMessage", json={"channel": anna.id, **arguments}) == code
    )
    assert anna.messages == []


def test_every_broken_rule_comes_with_its_place(slack: Playground, client: WebClient) -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
    refused = refusal(
        client.chat_postMessage, channel=slack.hands("anna").id, text="Hello", blocks=[SECTION, header]
    )

    [message] = refused["response_metadata"]["messages"]
    assert message.startswith("[ERROR] must be at most 150 characters")
    assert message.endswith("[json-pointer:/blocks/1/text/text]")


def test_a_text_over_40000_characters_is_cut(slack: Playground, client: WebClient) -> None:
    answer = client.chat_postMessage(channel=slack.hands("anna").id, text="x" * 40_001)

    assert answer["message"]["text"] == "x" * 40_000


def test_markdown_becomes_a_block(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna")
    client.chat_postMessage(channel=anna.id, markdown_text="**Hello**")

    assert anna.messages[0].blocks[0]["type"] == "markdown"


def test_a_reply_names_its_thread(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna")
    parent = client.chat_postMessage(channel=anna.id, text="Hello")
    reply = client.chat_postMessage(channel=anna.id, text="And", thread_ts=parent["ts"])

    assert reply["message"]["thread_ts"] == parent["ts"]


def test_a_deactivated_persons_dm_still_takes_messages(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna")
    slack.deactivate("anna")

    assert client.chat_postMessage(channel=anna.id, text="Hello")["ok"] is True


def test_no_messages_without_a_messages_tab() -> None:
    closed = manifest(features={"app_home": {"home_tab_enabled": True, "messages_tab_enabled": False}})
    with Playground(closed) as slack:
        client, anna = web_client(slack), slack.hands("anna").id

        assert error(client.chat_postMessage, channel=anna, text="Hello") == "messages_tab_disabled"
        assert (
            error(client.chat_postEphemeral, channel=anna, user=anna, text="Hello") == "messages_tab_disabled"
        )


def test_an_update_by_text_alone_drops_the_blocks(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna")
    posted = client.chat_postMessage(channel=anna.id, text="Hello", blocks=[SECTION], metadata=PROBE)
    answer = client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Changed")

    assert answer["text"] == "Changed"
    [message] = anna.messages
    assert (message.text, message.blocks, message.edited) == ("Changed", [], True)
    history = client.conversations_history(channel=posted["channel"], include_all_metadata=True)
    assert history["messages"][0]["metadata"] == PROBE

    client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Bare", metadata={})
    history = client.conversations_history(channel=posted["channel"], include_all_metadata=True)
    assert "metadata" not in history["messages"][0]


def test_an_update_by_blocks_keeps_the_text_and_does_not_count_as_edited(
    slack: Playground, client: WebClient
) -> None:
    anna = slack.hands("anna")
    posted = client.chat_postMessage(channel=anna.id, text="Hello")
    client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Changed")
    assert anna.messages[0].edited

    by_blocks = {"channel": posted["channel"], "ts": posted["ts"], "blocks": [SECTION]}
    answer = client.api_call("chat.update", json=by_blocks)
    [message] = anna.messages
    assert (message.text, message.blocks, message.edited) == ("Changed", [SECTION], False)
    assert "edited" not in answer["message"]


@pytest.mark.parametrize(
    "nothing", [{"text": ""}, {"text": " "}, {"text": "", "blocks": []}, {"metadata": PROBE}], ids=str
)
def test_an_update_to_nothing_is_refused(
    slack: Playground, client: WebClient, nothing: dict[str, Any]
) -> None:
    anna = slack.hands("anna")
    posted = client.chat_postMessage(channel=anna.id, text="Hello", blocks=[SECTION])
    update = {"channel": posted["channel"], "ts": posted["ts"], **nothing}

    assert error(client.api_call, api_method="chat.update", json=update) == "no_text"
    assert (anna.messages[0].text, anna.messages[0].blocks) == ("Hello", [SECTION])


def test_blocks_cannot_be_taken_from_a_message_without_text(slack: Playground, client: WebClient) -> None:
    post = {"channel": slack.hands("anna").id, "blocks": [SECTION]}
    posted = client.api_call("chat.postMessage", json=post)
    update = {"channel": posted["channel"], "ts": posted["ts"], "blocks": []}

    assert error(client.api_call, api_method="chat.update", json=update) == "no_text"


def test_what_slack_refuses_to_update(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna")
    anna.say("Mine")
    posted = client.chat_postMessage(channel=anna.id, text="Hello")
    here, ts = posted["channel"], posted["ts"]
    ephemeral = client.chat_postEphemeral(channel=here, user=anna.id, text="Psst")["message_ts"]

    assert error(client.chat_update, channel=here, ts=anna.messages[0].ts, text="x") == "cant_update_message"
    assert error(client.chat_update, channel=here, ts="1.000001", text="x") == "message_not_found"
    assert error(client.chat_update, channel=here, ts=ephemeral, text="x") == "message_not_found"
    assert error(client.chat_update, channel=anna.id, ts=ts, text="x") == "channel_not_found"
    assert error(client.api_call, api_method="chat.update", json={"channel": here, "ts": ts}) == "no_text"
    assert error(client.chat_update, channel=here, ts=ts, text="&" * 801) == "msg_too_long"
    assert client.chat_update(channel=here, ts=ts, text="&" * 800)["ok"] is True


def test_a_deleted_message_is_gone(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna")
    anna.say("Mine")
    posted = client.chat_postMessage(channel=anna.id, text="Hello")

    assert client.chat_delete(channel=posted["channel"], ts=posted["ts"])["ts"] == posted["ts"]
    assert [message.words for message in anna.messages] == ["Mine"]
    mine = anna.messages[0].ts
    assert error(client.chat_delete, channel=posted["channel"], ts=mine) == "cant_delete_message"
    assert error(client.chat_delete, channel=posted["channel"], ts=posted["ts"]) == "message_not_found"


def test_an_ephemeral_message_is_seen_and_not_kept(slack: Playground, client: WebClient) -> None:
    anna, tom = slack.hands("anna"), slack.hands("tom")
    channel = client.conversations_open(users=anna.id)["channel"]["id"]
    client.chat_postEphemeral(channel=channel, user=anna.id, text="Psst")

    assert [(message.words, message.ephemeral) for message in anna.messages] == [("Psst", True)]
    assert client.conversations_history(channel=channel)["messages"] == []
    assert error(client.chat_postEphemeral, channel=channel, user=tom.id, text="x") == "user_not_in_channel"


def test_made_up_ids_stand_where_the_app_gave_none(slack: Playground, client: WebClient) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}
    posted = client.chat_postMessage(
        channel=slack.hands("anna").id, text="Go?", blocks=[{"type": "actions", "elements": [button]}]
    )

    [block] = posted["message"]["blocks"]
    assert len(block["block_id"]) == 5
    assert len(block["elements"][0]["action_id"]) == 5
