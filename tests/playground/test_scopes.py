from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient

from playground.server import Playground
from tests.playground.probe import Probe, connected
from tests.playground.refusals import refusal
from tests.playground.workspace import manifest, post, web_client

BOT = ["chat:write", "commands", "im:history", "users:read"]


def optional(*scopes: str, bot: list[str] = BOT) -> dict[str, object]:
    """A manifest whose app can do without these scopes."""
    return manifest(oauth_config={"scopes": {"bot": bot, "bot_optional": list(scopes)}})


@pytest.fixture
def slack() -> Iterator[Playground]:
    """A workspace whose app can do without seeing people, and without reading what they write."""
    with Playground(optional("users:read", "im:history"), rates=False) as playground:
        yield playground


def scopes(client: WebClient) -> str:
    """The scopes that the token has, as ``auth.test`` tells."""
    return str(client.auth_test().headers["x-oauth-scopes"])


def test_an_optional_scope_is_granted_until_it_is_taken_away(slack: Playground, client: WebClient) -> None:
    tom = slack.hands("tom").id
    assert scopes(client) == "chat:write,commands,im:history,users:read"
    assert client.users_info(user=tom)["ok"] is True

    slack.withhold_scope("users:read")
    assert refusal(client.users_info, user=tom) == {
        "error": "missing_scope",
        "needed": "users:read",
        "provided": "chat:write,commands,im:history",
    }
    assert scopes(client) == "chat:write,commands,im:history"
    assert client.chat_postMessage(channel=tom, text="Still here")["ok"] is True

    slack.grant_scope("users:read")
    assert client.users_info(user=tom)["ok"] is True
    assert scopes(client) == "chat:write,commands,im:history,users:read"


def test_an_event_needs_its_scope_even_if_that_is_optional(slack: Playground) -> None:
    app = Probe(slack)
    with connected(app):
        slack.withhold_scope("im:history")
        slack.hands("anna").say("Unheard")
        slack.grant_scope("im:history")
        slack.hands("anna").say("Heard")

        assert [event["text"] for event in app.events("message")] == ["Heard"]


def test_only_an_optional_scope_can_be_taken_away(slack: Playground) -> None:
    with pytest.raises(ValueError, match="'chat:write' is not among the manifest's bot_optional"):
        slack.withhold_scope("chat:write")


def test_a_scope_is_taken_away_by_http(slack: Playground, client: WebClient) -> None:
    url = f"{slack.url}/playground/misbehave"

    assert post(url, {"what": "withhold_scope", "scope": "users:read"}) == (200, {"ok": True})
    assert scopes(client) == "chat:write,commands,im:history"
    assert post(url, {"what": "grant_scope", "scope": "users:read"}) == (200, {"ok": True})
    assert scopes(client) == "chat:write,commands,im:history,users:read"
    assert post(url, {"what": "withhold_scope", "scope": "chat:write"}) == (
        200,
        {"ok": False, "error": "'chat:write' is not among the manifest's bot_optional."},
    )


def test_a_scope_taken_away_stays_away_over_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "workspace.json"
    with Playground(optional("users:read"), state_file=file) as slack:
        slack.withhold_scope("users:read")

    with Playground(optional("users:read"), state_file=file) as slack:
        assert scopes(web_client(slack)) == "chat:write,commands,im:history"


def test_slack_takes_no_optional_scope_that_is_not_among_the_others() -> None:
    with pytest.raises(ValueError, match=r"among the scopes of bot too; \['files:write'\] are not"):
        Playground(optional("files:write", "users:read"))
