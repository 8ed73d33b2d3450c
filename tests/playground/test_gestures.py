import re

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest

from playground.server import Playground
from playground.workspace import Person
from tests.playground.probe import SILENCE, Answer, Probe, actions, button, connected, home, section
from tests.playground.workspace import MANIFEST, manifest, web_client


def test_a_slash_command_carries_every_field(app: Probe) -> None:
    anna, tom, me = app.slack.hands("anna"), app.slack.hands("tom"), app.client.auth_test()
    anna.command("/echo  hi @tom & <b>, @nobody ")

    payload = dict(app.last)
    assert re.fullmatch(r"\d+\.\d+\.[0-9a-f]+", payload.pop("trigger_id"))
    assert payload.pop("response_url").startswith(f"{app.slack.url}/response/")
    assert payload.pop("token")
    assert payload.pop("api_app_id")[0] == "A"
    assert payload == {
        "team_id": me["team_id"],
        "team_domain": "playground",
        "channel_id": app.client.conversations_open(users=anna.id)["channel"]["id"],
        "channel_name": "directmessage",
        "user_id": anna.id,
        "user_name": "anna",
        "command": "/echo",
        "text": f"hi <@{tom.id}|tom> &amp; &lt;b&gt;, @nobody",
        "is_enterprise_install": "false",
    }
    assert app.requests[-1].type == "slash_commands"
    assert app.requests[-1].accepts_response_payload is True
    assert anna.notice is None
    assert anna.messages == []


def test_without_should_escape_the_text_comes_as_typed(app: Probe) -> None:
    app.slack.hands("anna").command("/plain hi @tom & <b>")

    assert app.last["text"] == "hi @tom & <b>"


def test_a_command_without_text(app: Probe) -> None:
    app.slack.hands("anna").command("/echo")

    assert app.last["text"] == ""


def test_an_ack_with_words_is_seen_by_its_asker_only(app: Probe) -> None:
    anna = app.slack.hands("anna")
    app.answer = lambda _: {"text": "Only you", "blocks": [section("*Only* you")]}
    anna.command("/echo")

    assert [(message.words, message.ephemeral, message.text) for message in anna.messages] == [
        ("Only you", True, "Only you")
    ]


def test_an_ack_may_be_for_the_whole_conversation(app: Probe) -> None:
    anna = app.slack.hands("anna")
    app.answer = lambda _: {"text": "For all", "response_type": "in_channel"}
    anna.command("/echo")

    assert [(message.words, message.ephemeral) for message in anna.messages] == [("For all", False)]


@pytest.mark.parametrize(
    "ack", [{"blocks": [{"type": "nonsense"}]}, {"response_type": "shout", "text": "x"}, {"text": ""}]
)
def test_an_ack_that_is_no_message(app: Probe, ack: Answer) -> None:
    anna = app.slack.hands("anna")
    app.answer = lambda _: ack
    anna.command("/echo")

    assert anna.notice == "/echo failed with the error “invalid_command_response”"
    assert anna.messages == []


def test_an_unknown_command_reaches_nobody(app: Probe) -> None:
    anna = app.slack.hands("anna")
    anna.command("/shout hello")

    assert anna.notice == "/shout is not a valid command."
    assert app.requests == []


def test_a_command_that_nobody_acks(hasty: Probe) -> None:
    anna = hasty.slack.hands("anna")
    notices = []
    for answer in (SILENCE, None):
        hasty.answer = lambda _, answer=answer: answer  # type: ignore[misc]  # a default is how a loop's value is kept
        anna.command("/echo again")
        notices.append(anna.notice)

    assert notices == ["/echo failed with the error “dispatch_failed”", None]


def test_a_command_without_any_websocket(slack: Playground) -> None:
    anna = slack.hands("anna")
    anna.command("/echo")

    assert anna.notice == "/echo failed with the error “dispatch_failed”"


def test_a_message_is_an_event_with_every_field(app: Probe) -> None:
    anna, me = app.slack.hands("anna"), app.client.auth_test()
    anna.say("Hello & goodbye")

    request = app.requests[-1]
    assert (request.type, request.accepts_response_payload) == ("events_api", False)
    assert (request.retry_attempt, request.retry_reason) == (0, "")
    payload = dict(request.payload)
    event = dict(payload.pop("event"))
    assert event.pop("client_msg_id")
    assert event.pop("blocks")[0]["type"] == "rich_text"
    ts = anna.messages[0].ts
    assert event == {
        "type": "message",
        "channel": app.client.conversations_open(users=anna.id)["channel"]["id"],
        "channel_type": "im",
        "user": anna.id,
        "text": "Hello &amp; goodbye",
        "team": me["team_id"],
        "ts": ts,
        "event_ts": ts,
    }
    assert payload.pop("event_id").startswith("Ev")
    assert payload.pop("event_context").startswith("4-")
    assert abs(payload.pop("event_time") - float(ts)) <= 1
    assert payload.pop("token")
    assert payload.pop("api_app_id")[0] == "A"
    assert payload == {
        "type": "event_callback",
        "team_id": me["team_id"],
        "context_team_id": me["team_id"],
        "context_enterprise_id": None,
        "is_ext_shared_channel": False,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": me["team_id"],
                "user_id": me["user_id"],
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
    }


def test_the_app_hears_of_its_own_messages_too(app: Probe) -> None:
    anna = app.slack.hands("anna")
    posted = app.client.chat_postMessage(channel=anna.id, text="One")
    app.wait_for(1)
    app.client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Two")
    app.wait_for(2)
    app.client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    app.wait_for(3)
    app.client.chat_postEphemeral(channel=posted["channel"], user=anna.id, text="Psst")
    app.slack.settle()

    new, changed, deleted = app.events("message")
    assert (new["text"], new["bot_id"][0], new["channel_type"]) == ("One", "B", "im")
    assert (changed["subtype"], changed["hidden"]) == ("message_changed", True)
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("One", "Two")
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", posted["ts"])
    assert deleted["previous_message"]["text"] == "Two"


def test_opening_home_tells_what_is_there(app: Probe) -> None:
    anna = app.slack.hands("anna")
    anna.open_home()
    empty = app.events("app_home_opened")[0]
    app.client.views_publish(user_id=anna.id, view=home(section("Hello"), actions(button("Go", "go"))))
    anna.open_home()
    full = app.events("app_home_opened")[1]
    anna.open_messages()
    other = app.events("app_home_opened")[2]

    assert empty == {
        "type": "app_home_opened",
        "user": anna.id,
        "channel": app.client.conversations_open(users=anna.id)["channel"]["id"],
        "event_ts": empty["event_ts"],
        "tab": "home",
    }
    assert full["view"]["type"] == "home"
    assert full["view"]["blocks"][0]["text"]["text"] == "Hello"
    assert (other["tab"], "view" in other) == ("messages", False)


def test_only_events_that_were_asked_for_arrive() -> None:
    deaf = {**MANIFEST["settings"], "event_subscriptions": {"bot_events": []}}
    with Playground(manifest(settings=deaf)) as slack:
        app = Probe(slack)
        with connected(app):
            slack.hands("anna").say("Hello")
            slack.hands("anna").open_home()
            slack.hands("anna").command("/echo")
            slack.settle()

        assert [request.type for request in app.requests] == ["slash_commands"]


def test_an_event_needs_its_scope() -> None:
    with Playground(manifest(oauth_config={"scopes": {"bot": ["commands"]}})) as slack:
        app = Probe(slack)
        with connected(app):
            slack.hands("anna").say("Hello")
            slack.hands("anna").open_home()
            slack.settle()

        assert [request.payload["event"]["type"] for request in app.requests] == ["app_home_opened"]


def test_no_writing_where_the_manifest_does_not_allow_it() -> None:
    tabs = {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": True}
    with Playground(manifest(features={"app_home": tabs})) as slack:
        anna = slack.hands("anna")
        with pytest.raises(LookupError, match="Sending messages to this app has been turned off"):
            anna.say("Hello")


def test_who_cannot_do_anything(app: Probe) -> None:
    with pytest.raises(LookupError, match="nobody called 'zoe'"):
        app.slack.hands("zoe")
    with pytest.raises(LookupError, match="Bob Old's account is deactivated"):
        app.slack.hands("old.bob").command("/echo")
    with pytest.raises(LookupError, match="There is nobody"):
        app.slack.hands("echo").say("I am the bot")
    with pytest.raises(LookupError, match="nothing to send"):
        app.slack.hands("anna").say("  ")
    assert app.requests == []


def test_a_change_of_an_account_is_told(app: Probe) -> None:
    app.slack.deactivate("anna")
    app.wait_for(1)

    [event] = app.events("user_change")
    assert event["cache_ts"] == int(float(event["event_ts"]))
    assert event["user"]["locale"] == "en-US"
    assert (event["user"]["id"], event["user"]["deleted"]) == (app.slack.hands("anna").id, True)


def test_a_revoked_token_is_told(app: Probe) -> None:
    me = app.client.auth_test()
    app.slack.revoke_token()
    app.wait_for(1)

    [event] = app.events("tokens_revoked")
    assert event["tokens"] == {"oauth": [], "bot": [me["user_id"]]}


def test_commands_in_a_row_reach_the_app_in_order(app: Probe) -> None:
    texts: list[str] = []

    def answer(request: SocketModeRequest) -> Answer:
        texts.append(request.payload["text"])
        return None

    app.answer = answer
    for number in range(5):
        app.slack.hands("anna").command(f"/echo {number}")

    assert texts == ["0", "1", "2", "3", "4"]


def test_addresses_become_links(app: Probe) -> None:
    anna = app.slack.hands("anna")
    anna.say("See https://a.example/?a=1&b=2, please")
    [event] = app.events("message")
    assert event["text"] == "See <https://a.example/?a=1&amp;b=2>, please"
    assert anna.messages[0].words == "See https://a.example/?a=1&b=2, please"
    anna.command("/echo https://a.example")

    assert app.last["text"] == "<https://a.example>"


def test_a_message_that_begins_with_a_slash_is_a_command(app: Probe) -> None:
    app.slack.hands("anna").say("/echo hello")

    assert (app.last["command"], app.last["text"]) == ("/echo", "hello")
    assert app.slack.hands("anna").messages == []


def test_a_person_without_a_zone_reads_dates_in_utc() -> None:
    with Playground(MANIFEST, people=[Person(name="zoe", real_name="Zoe Null", tz="")]) as slack:
        zoe = slack.hands("zoe")
        web_client(slack).chat_postMessage(channel=zoe.id, text="<!date^0^{date_num} {time}|then>")

        assert zoe.messages[0].words == "1970-01-01 12:00 AM"
