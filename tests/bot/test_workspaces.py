"""Which workspaces must wait, and how often a refused token is looked at again."""

import pytest

from bot.sending import Sender, client_for
from bot.workspaces import UNKNOWN, Workspaces
from storage.outbox import RowState
from tests.bot.conftest import Post, said, wait_until


@pytest.fixture
def workspaces() -> Workspaces:
    return Workspaces({"T1": Sender(client_for("xoxb-1", api_url="http://127.0.0.1:1/api/"))}.get)


def test_a_pause_is_said_once_until_something_goes_through(
    workspaces: Workspaces, caplog: pytest.LogCaptureFixture
) -> None:
    told = (
        "Nothing can be sent to workspace T1: missing_scope. Its messages are kept and go out once SLACK_BOT_TOKEN works "
        "again."
    )
    workspaces.pause("T1", "missing_scope")
    workspaces.pause("T1", "missing_scope")
    assert (workspaces.paused, said(caplog)) == ({"T1"}, [told])

    workspaces.resume("T1")
    assert workspaces.paused == set()
    workspaces.pause("T1", "missing_scope")
    assert (workspaces.paused, said(caplog)) == ({"T1"}, [told])

    workspaces.resume("T1")
    workspaces.delivered("T1")
    workspaces.delivered("T1")
    workspaces.resume("T1")
    assert said(caplog) == [told, "Messages to workspace T1 go out again."]


def test_a_refused_token_is_not_looked_at_at_once(workspaces: Workspaces) -> None:
    workspaces.pause("T1", "invalid_auth")

    assert workspaces.to_check() == []


def test_a_token_is_looked_up_once_and_again_after_it_was_refused() -> None:
    found = {team: Sender(client_for("xoxb-1", api_url="http://127.0.0.1:1/api/")) for team in ("T1", "T2")}
    asked = []

    def find(team: str) -> Sender | None:
        asked.append(team)
        return found.get(team)

    workspaces = Workspaces(find)
    assert [workspaces.sender(team) for team in ("T1", "T2", "T1")] == [
        found[team] for team in ("T1", "T2", "T1")
    ]
    assert asked == ["T1", "T2"]

    found["T1"] = Sender(client_for("xoxb-2", api_url="http://127.0.0.1:1/api/"))
    workspaces.pause("T1", "token_revoked")
    assert [workspaces.sender(team) for team in ("T1", "T2")] == [found["T1"], found["T2"]]
    assert asked == ["T1", "T2", "T1"]

    assert [workspaces.sender("T3"), workspaces.sender("T3")] == [None, None]
    assert asked == ["T1", "T2", "T1", "T3", "T3"]


def test_every_look_at_a_refused_token_is_at_the_one_that_there_is_then() -> None:
    def sender(token: str) -> Sender:
        return Sender(client_for(token, api_url="http://127.0.0.1:1/api/"))

    found = {"T1": sender("xoxb-1")}
    workspaces = Workspaces(found.get)
    workspaces.pause("T1", "token_revoked")
    wait_until(workspaces.to_check)
    assert workspaces.sender("T1") is found["T1"]

    found["T1"] = sender("xoxb-2")
    wait_until(workspaces.to_check)
    assert workspaces.sender("T1") is found["T1"]


def test_slacks_longest_wait_counts(workspaces: Workspaces) -> None:
    workspaces.hold("T1", 60)
    workspaces.hold("T1", 0)
    workspaces.hold("T2", 0)

    assert workspaces.held == {"T1"}


def test_a_workspace_without_a_token_keeps_its_messages(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    anna = post.person("anna")
    post.execute("UPDATE accounts SET team_id = 'T0' WHERE id = ?", anna.account_id)
    row_id = post.add_for(anna)
    other = post.add("tom")
    post.slack.settle()

    assert (post.state(row_id), post.state(other)) == (RowState.PENDING, RowState.SENT)
    assert said(caplog) == [
        f"Nothing can be sent to workspace T0: {UNKNOWN}. Its messages are kept and go out once SLACK_BOT_TOKEN works again."
    ]
