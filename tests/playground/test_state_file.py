from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from playground.server import Playground
from tests.playground.probe import SILENCE, Probe, actions, button, connected, field, home, modal, section
from tests.playground.workspace import MANIFEST, get, post, web_client


def test_a_restart_shows_the_same(tmp_path: Path) -> None:
    file = tmp_path / "state" / "workspace.json"
    with Playground(MANIFEST, state_file=file, rates=False) as slack:
        app = Probe(slack)
        with connected(app):
            anna = slack.hands("anna")
            anna.say("Hello")
            app.client.chat_postMessage(channel=anna.id, text="Go?", blocks=[actions(button("Go", "go"))])
            app.client.views_publish(user_id=anna.id, view=home(section("At home")))
            anna.command("/echo")
            form = modal(field("Name", "name", {"type": "plain_text_input"}))
            app.client.views_open(trigger_id=app.last["trigger_id"], view=form)
            anna.fill("Name", "Anna")
            slack.deactivate("tom")
            slack.move(timedelta(days=3))
        tokens, now = (slack.bot_token, slack.app_token), slack.clock.now()
        before = get(f"{slack.url}/playground/state?panes={anna.id}")[1]

    with Playground(MANIFEST, state_file=file) as slack:
        after = get(f"{slack.url}/playground/state?panes={anna.id}")[1]
        assert (slack.bot_token, slack.app_token) == tokens
        assert timedelta(0) <= slack.clock.now() - now < timedelta(seconds=30)
        assert slack.hands("anna").modal is not None
        for part in ("people", "app", "panes"):
            assert after[part] == before[part]
        assert after["clock"]["offset"] == before["clock"]["offset"]
        assert web_client(slack).auth_test()["ok"] is True


def test_what_was_not_acked_is_still_delivered_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "workspace.json"
    with Playground(MANIFEST, state_file=file, ack_seconds=0.2) as slack:
        app = Probe(slack)
        app.answer = lambda _: SILENCE
        with connected(app):
            slack.hands("anna").say("Hello")

    with Playground(MANIFEST, state_file=file) as slack:
        again = Probe(slack)
        with connected(again):
            slack.move(timedelta(minutes=2))

        assert [request.retry_attempt for request in again.requests] == [2]
        assert again.last["event"]["text"] == "Hello"


def test_the_file_is_its_owners_alone_and_written_while_running(tmp_path: Path) -> None:
    file = tmp_path / "workspace.json"
    with Playground(MANIFEST, state_file=file) as slack:
        web_client(slack).chat_postMessage(channel=slack.hands("anna").id, text="Keep me")
        slack.wait_for_file()
        assert "Keep me" in file.read_text()
        assert file.stat().st_mode & 0o777 == 0o600

    assert list(tmp_path.iterdir()) == [file]


def test_without_a_file_nothing_is_kept(tmp_path: Path) -> None:
    with Playground(MANIFEST) as slack:
        web_client(slack).chat_postMessage(channel=slack.hands("anna").id, text="Gone")

    with Playground(MANIFEST) as slack:
        assert slack.hands("anna").messages == []
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_holds_no_workspace_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "workspace.json"
    file.write_text('{"team_id": 1}')

    with pytest.raises(ValueError, match="does not hold a workspace; remove it to begin a new one"):
        Playground(MANIFEST, state_file=file).start()
    assert file.read_text() == '{"team_id": 1}'


def test_what_was_under_way_at_the_end_is_delivered_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "workspace.json"
    with Playground(MANIFEST, state_file=file) as slack:
        app = Probe(slack)
        app.answer = lambda _: SILENCE
        with connected(app):
            app.client.chat_postMessage(channel=slack.hands("anna").id, text="Hello")
            app.wait_for(1)

    with Playground(MANIFEST, state_file=file) as slack:
        again = Probe(slack)
        with connected(again):
            slack.move(timedelta(minutes=2))

        assert again.last["event"]["text"] == "Hello"
        assert {request.payload["event_id"] for request in (*app.requests, *again.requests)} == {
            app.last["event_id"]
        }


@pytest.mark.parametrize(
    ("gesture", "text", "answer"),
    [
        ("message", "Hello", {"ok": True}),
        ("command", "/echo Hello", {"ok": False, "error": "dispatch_failed"}),
    ],
)
def test_a_gesture_under_way_at_the_end_is_no_error(
    caplog: pytest.LogCaptureFixture, gesture: str, text: str, answer: dict[str, object]
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with Playground(MANIFEST, ack_seconds=600) as slack:
            app = Probe(slack)
            app.answer = lambda _: SILENCE
            with connected(app):
                anna = slack.hands("anna").id
                saying = pool.submit(post, f"{slack.url}/playground/people/{anna}/{gesture}", {"text": text})
                app.wait_for(1)
        assert saying.result() == (200, answer)

    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
