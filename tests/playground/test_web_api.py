import urllib.request
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.clock import Clock
from playground.server import Playground
from tests.playground.refusals import refusal
from tests.playground.workspace import MANIFEST, manifest, post, send, web_client

SCOPES = "chat:write,commands,files:write,im:history,im:write,users:read"


def test_auth_test_says_whose_token_it_is(slack: Playground, client: WebClient) -> None:
    answer = client.auth_test()

    assert answer["ok"] is True
    assert answer["url"] == f"{slack.url}/"
    assert answer["user"] == "echo"
    assert answer["team"] == "Playground"
    assert (answer["team_id"][0], answer["user_id"][0], answer["bot_id"][0]) == ("T", "U", "B")
    assert answer["is_enterprise_install"] is False
    assert answer.headers["x-oauth-scopes"] == SCOPES


def test_it_tells_the_machines_time_wherever_the_workspaces_clock_is(
    slack: Playground, client: WebClient
) -> None:
    slack.move(timedelta(days=3))
    machine = Clock()
    before = machine.now().replace(microsecond=0)
    told = parsedate_to_datetime(client.auth_test().headers["date"])

    assert before <= told <= machine.now()


def test_scopes_come_as_headers(client: WebClient) -> None:
    answer = client.users_info(user=client.auth_test()["user_id"])

    assert answer.headers["x-oauth-scopes"] == SCOPES
    assert answer.headers["x-accepted-oauth-scopes"] == "users:read"


def test_a_refusal_tells_the_scopes_too(slack: Playground, client: WebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.users_info(user="U0NOBODY00")
    assert caught.value.response.headers["x-oauth-scopes"] == SCOPES
    with pytest.raises(SlackApiError) as caught:
        web_client(slack, "xoxb-not-one-of-ours").auth_test()
    assert "x-oauth-scopes" not in caught.value.response.headers


def test_tokens_look_like_slacks_and_differ_between_workspaces(slack: Playground) -> None:
    with Playground(MANIFEST) as other:
        assert other.bot_token != slack.bot_token
        assert other.app_token != slack.app_token
    assert slack.bot_token.startswith("xoxb-")
    assert slack.app_token.startswith("xapp-1-A")


def test_an_unknown_method_is_refused(client: WebClient) -> None:
    assert refusal(lambda: client.api_call("chat.shout")) == {
        "error": "unknown_method",
        "req_method": "chat.shout",
    }


def test_no_token(slack: Playground) -> None:
    assert post(f"{slack.api_url}auth.test", {}) == (200, {"ok": False, "error": "not_authed"})


def test_a_token_in_json_does_not_count(slack: Playground) -> None:
    body = {"token": slack.bot_token}

    assert post(f"{slack.api_url}auth.test", body) == (200, {"ok": False, "error": "not_authed"})


@pytest.mark.parametrize("body", [None, b"pretty=1"])
def test_a_token_in_the_address_does_not_count(slack: Playground, body: bytes | None) -> None:
    request = urllib.request.Request(f"{slack.api_url}auth.test?token={slack.bot_token}", body)

    assert send(request) == (200, {"ok": False, "error": "not_authed"})


def test_a_token_in_a_form_counts(slack: Playground) -> None:
    request = urllib.request.Request(f"{slack.api_url}auth.test", f"token={slack.bot_token}".encode())

    assert send(request)[1]["ok"] is True


def test_a_wrong_token(slack: Playground) -> None:
    assert refusal(web_client(slack, "xoxb-1-2-wrong").auth_test) == {"error": "invalid_auth"}


def test_an_app_token_where_a_bot_token_belongs(slack: Playground) -> None:
    assert refusal(web_client(slack, slack.app_token).auth_test) == {"error": "not_allowed_token_type"}


def test_a_bot_token_where_an_app_token_belongs(slack: Playground, client: WebClient) -> None:
    refused = refusal(client.apps_connections_open, app_token=slack.bot_token)

    assert refused == {"error": "not_allowed_token_type"}


def test_a_missing_scope_is_named_with_those_there_are() -> None:
    few = manifest(oauth_config={"scopes": {"bot": ["commands", "im:history"]}})
    with Playground(few) as slack:
        anna = slack.hands("anna").id
        refused = refusal(web_client(slack).chat_postMessage, channel=anna, text="Hello")

    assert refused == {"error": "missing_scope", "needed": "chat:write", "provided": "commands,im:history"}


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (b"{", "application/json", "invalid_json"),
        (b"[1]", "application/json", "json_not_object"),
        (b"<xml/>", "text/xml", "invalid_post_type"),
        (b"text=hello", "", "missing_post_type"),
    ],
)
def test_a_body_that_slack_cannot_read(slack: Playground, body: bytes, kind: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}", "Content-Type": kind}
    request = urllib.request.Request(f"{slack.api_url}auth.test", body, headers)

    assert send(request) == (200, {"ok": False, "error": error})


def test_form_and_json_say_the_same(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna").id
    blocks = '[{"type": "section", "text": {"type": "plain_text", "text": "Hello"}}]'
    form = client.api_call("chat.postMessage", params={"channel": anna, "blocks": blocks, "text": "Hello"})
    parsed = client.chat_postMessage(
        channel=anna,
        blocks=[{"type": "section", "text": {"type": "plain_text", "text": "Hello"}}],
        text="Hello",
    )

    assert form["message"]["blocks"][0]["text"] == parsed["message"]["blocks"][0]["text"]


def test_a_missing_argument_is_named(client: WebClient) -> None:
    assert refusal(client.api_call, api_method="chat.postMessage", json={"text": "Hello"}) == {
        "error": "invalid_arguments",
        "response_metadata": {"messages": ["[ERROR] missing required field: channel"]},
    }


def test_an_argument_of_the_wrong_type(client: WebClient) -> None:
    refused = refusal(
        client.api_call, api_method="chat.postMessage", json={"channel": ["C1"], "text": "Hello"}
    )

    assert refused["error"] == "invalid_arguments"
    assert refused["response_metadata"] == {"messages": ["[ERROR] must be a string [json-pointer:/channel]"]}


def test_a_burst_of_ten_messages_passes_and_the_eleventh_must_wait() -> None:
    with Playground(MANIFEST) as slack:
        client, anna, tom = web_client(slack), slack.hands("anna").id, slack.hands("tom").id
        for number in range(10):
            client.chat_postMessage(channel=anna, text=str(number))
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=anna, text="too fast")

        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["retry-after"] == "1"
        assert caught.value.response["error"] == "ratelimited"
        assert len(slack.hands("anna").messages) == 10
        assert client.chat_postMessage(channel=tom, text="another channel")["ok"] is True


def test_a_tier_three_method_passes_fifty_times_a_minute() -> None:
    with Playground(MANIFEST) as slack:
        client, anna = web_client(slack), slack.hands("anna").id
        for _ in range(50):
            client.conversations_open(users=anna)
        with pytest.raises(SlackApiError) as caught:
            client.conversations_open(users=anna)

        assert caught.value.response.status_code == 429
        assert 30 <= int(caught.value.response.headers["retry-after"]) <= 60


def test_a_revoked_token_and_its_return(slack: Playground, client: WebClient) -> None:
    slack.revoke_token()
    assert refusal(client.auth_test) == {"error": "account_inactive"}
    slack.revoke_token("token_revoked")
    assert refusal(client.auth_test) == {"error": "token_revoked"}
    slack.restore_token()
    assert client.auth_test()["ok"] is True


def test_a_manifest_without_socket_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="Socket Mode"):
        Playground(manifest(settings={}))
    with pytest.raises(ValueError, match=r"display_information\.name"):
        Playground({})


def test_a_person_and_their_dm_are_one_channel_to_the_rates() -> None:
    with Playground(MANIFEST) as slack:
        client, anna = web_client(slack), slack.hands("anna").id
        channel = client.conversations_open(users=anna)["channel"]["id"]
        for _ in range(5):
            client.chat_postMessage(channel=anna, text="One")
            client.chat_postMessage(channel=channel, text="Two")

        assert refusal(client.chat_postMessage, channel=channel, text="Three") == {"error": "ratelimited"}
