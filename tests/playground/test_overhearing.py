from typing import Any

from playground.server import Playground
from tests.playground.probe import Probe, actions, button, modal, section
from tests.playground.refusals import error


def test_all_that_an_app_says_can_be_overheard(slack: Playground, app: Probe) -> None:
    heard: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
    slack.overhear(lambda *said: heard.append(said))
    anna = slack.hands("anna")
    app.client.chat_postMessage(
        channel=anna.id, text="Hello", blocks=[section("Hello"), actions(button("Again", "again"))]
    )
    anna.click("Again")
    app.client.views_open(trigger_id=app.last["trigger_id"], view=modal(section("Sure?")))
    app.answer = lambda _: {"response_action": "clear"}
    anna.submit()
    app.answer = lambda _: {"text": "Only you see this"}
    anna.command("/echo")

    assert [way for way, _, _ in heard] == ["chat.postMessage", "ack", "views.open", "ack", "response_url"]
    assert (heard[0][1]["text"], heard[0][2]["ts"]) == ("Hello", anna.messages[0].ts)
    assert [said for _, said, _ in heard[3:]] == [{"response_action": "clear"}, {"text": "Only you see this"}]


def test_what_slack_refuses_was_not_said(slack: Playground, app: Probe) -> None:
    heard: list[str] = []
    slack.overhear(lambda way, _said, _answer: heard.append(way))

    assert error(app.client.chat_postMessage, channel="C0NOWHERE0", text="Hello") == "channel_not_found"
    assert heard == []
