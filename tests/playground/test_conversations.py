from slack_sdk import WebClient

from playground.server import Playground
from tests.playground.refusals import error, refusal


def test_opening_a_dm_names_the_same_channel_each_time(slack: Playground, client: WebClient) -> None:
    anna, tom = slack.hands("anna").id, slack.hands("tom").id
    channel = client.conversations_open(users=[anna])["channel"]

    assert channel["id"][0] == "D"
    assert set(channel) == {"id"}
    assert client.conversations_open(channel=channel["id"])["channel"] == channel
    assert client.conversations_open(users=tom)["channel"] != channel


def test_the_whole_dm_on_request(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna").id
    client.chat_postMessage(channel=anna, text="Hello")
    channel = client.conversations_open(users=anna, return_im=True)["channel"]

    assert (channel["user"], channel["is_im"], channel["latest"]["text"]) == (anna, True, "Hello")


def test_whom_a_dm_cannot_be_opened_with(slack: Playground, client: WebClient) -> None:
    anna, tom = slack.hands("anna").id, slack.hands("tom").id

    assert error(client.conversations_open, users="U0NOBODY00") == "user_not_found"
    assert error(client.conversations_open, users=slack.hands("old.bob").id) == "user_disabled"
    assert error(client.conversations_open, users=client.auth_test()["user_id"]) == "cannot_dm_bot"
    assert error(client.conversations_open, channel="D0NOTHING0") == "channel_not_found"
    assert error(client.conversations_open, users="") == "users_list_not_supplied"
    assert refusal(client.conversations_open, users=[anna, tom])["needed"] == "mpim:write"


def test_history_comes_newest_first_in_pages(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna")
    posted = [client.chat_postMessage(channel=anna.id, text=str(number)) for number in range(5)]
    channel = posted[0]["channel"]

    seen, more = [], []
    for page in client.conversations_history(channel=channel, limit=2):
        seen.append([message["text"] for message in page["messages"]])
        more.append(page["has_more"])

    assert seen == [["4", "3"], ["2", "1"], ["0"]]
    assert more == [True, True, False]


def test_history_holds_no_replies(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna")
    first = client.chat_postMessage(channel=anna.id, text="First")
    client.chat_postMessage(channel=anna.id, text="Reply", thread_ts=first["ts"])
    client.chat_postMessage(channel=anna.id, text="Second")

    texts = [
        message["text"] for message in client.conversations_history(channel=first["channel"])["messages"]
    ]
    assert texts == ["Second", "First"]
    assert [message.text for message in anna.messages] == ["First", "Reply", "Second"]


def test_history_between_two_times(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna")
    posted = [client.chat_postMessage(channel=anna.id, text=str(number)) for number in range(5)]
    channel, second, fourth = posted[0]["channel"], posted[1]["ts"], posted[3]["ts"]

    between = client.conversations_history(channel=channel, oldest=second, latest=fourth)
    within = client.conversations_history(channel=channel, oldest=second, latest=fourth, inclusive=True)

    assert [message["text"] for message in between["messages"]] == ["2"]
    assert [message["text"] for message in within["messages"]] == ["3", "2", "1"]


def test_metadata_comes_only_when_asked_for(slack: Playground, client: WebClient) -> None:
    metadata = {"event_type": "echo_sent", "event_payload": {"id": "1"}}
    posted = client.chat_postMessage(channel=slack.hands("anna").id, text="Hello", metadata=metadata)

    [bare] = client.conversations_history(channel=posted["channel"])["messages"]
    [whole] = client.conversations_history(channel=posted["channel"], include_all_metadata=True)["messages"]

    assert "metadata" not in bare
    assert whole["metadata"] == metadata


def test_what_people_type_is_escaped(slack: Playground, client: WebClient) -> None:
    anna, tom = slack.hands("anna"), slack.hands("tom")
    anna.say("1 < 2 & @tom, not @nobody")
    channel = client.conversations_open(users=anna.id)["channel"]["id"]
    [message] = client.conversations_history(channel=channel)["messages"]

    assert message["text"] == f"1 &lt; 2 &amp; <@{tom.id}>, not @nobody"
    assert message["blocks"][0]["elements"][0]["elements"] == [
        {"type": "text", "text": "1 < 2 & "},
        {"type": "user", "user_id": tom.id},
        {"type": "text", "text": ", not @nobody"},
    ]
    assert message["user"] == anna.id
    assert anna.messages[0].words == "1 < 2 & @Tom Reed, not @nobody"


def test_what_history_refuses(slack: Playground, client: WebClient) -> None:
    channel = client.conversations_open(users=slack.hands("anna").id)["channel"]["id"]
    history = client.conversations_history

    assert error(history, channel="D0NOTHING0") == "channel_not_found"
    assert error(history, channel=channel, limit=0) == "invalid_limit"
    assert error(history, channel=channel, limit=1000) == "invalid_limit"
    assert error(history, channel=channel, cursor="not base64") == "invalid_cursor"
    client.chat_postMessage(channel=channel, text="Hello")
    assert error(history, channel=channel, oldest="yesterday") == "invalid_ts_oldest"
    assert error(history, channel=channel, latest="today") == "invalid_ts_latest"
