import json
import urllib.request

import pytest

from playground.server import Playground
from tests.playground.probe import Probe, actions, button, field, home, modal, options, section
from tests.playground.workspace import get, post, send, web_client


def state(slack: Playground, *people: str) -> dict[str, object]:
    """What the page shows for these people."""
    ids = ",".join(slack.hands(name).id for name in people)
    shown: dict[str, object] = get(f"{slack.url}/playground/state?panes={ids}")[1]
    return shown


def pane(slack: Playground, person: str = "anna") -> dict[str, object]:
    """What the page shows in one pane."""
    panes = state(slack, person)["panes"]
    assert isinstance(panes, dict)
    shown: dict[str, object] = panes[slack.hands(person).id]
    return shown


def gesture(slack: Playground, name: str, **body: object) -> dict[str, object]:
    """What a gesture of anna's answers."""
    answer: dict[str, object] = post(f"{slack.url}/playground/people/{slack.hands('anna').id}/{name}", body)[
        1
    ]
    return answer


def test_the_workspace_as_the_page_gets_it(slack: Playground) -> None:
    shown = state(slack, "anna", "tom")

    assert shown["clock"] == {
        "now": pytest.approx(slack.clock.time(), abs=30),
        "offset": 0.0,
        "next_due": None,
        "bot_connected": False,
        "moving": False,
    }
    people = shown["people"]
    assert isinstance(people, list)
    assert [(one["name"], one["real_name"], one["tz"], one["deleted"]) for one in people] == [
        ("tom", "Tom Reed", "Europe/London", False),
        ("anna", "Anna Bright", "America/New_York", False),
        ("maya", "Maya Okafor", "Europe/Berlin", False),
        ("old.bob", "Bob Old", "Europe/London", True),
    ]
    app = shown["app"]
    assert isinstance(app, dict)
    assert app.pop("bot_user_id")[0] == "U"
    assert app == {
        "name": "Echo",
        "description": "Says it back",
        "commands": [
            {"command": "/echo", "description": "Says it back", "usage_hint": "words"},
            {"command": "/plain", "description": "The same, unescaped", "usage_hint": ""},
        ],
        "home_tab": True,
        "messages_tab": True,
        "messages_tab_read_only": False,
    }
    panes = shown["panes"]
    assert isinstance(panes, dict)
    assert list(panes) == [slack.hands("anna").id, slack.hands("tom").id]
    empty = pane(slack)
    assert str(empty.pop("channel"))[0] == "D"
    assert empty == {
        "messages": [],
        "views": [],
        "home": None,
        "tab": "messages",
        "notice": None,
        "unread": 0,
        "draft": "",
    }


def test_every_gesture_by_http(app: Probe) -> None:
    slack, anna = app.slack, app.slack.hands("anna")
    ok = {"ok": True}
    assert gesture(slack, "draft", text="Hel") == ok
    assert pane(slack)["draft"] == "Hel"
    assert gesture(slack, "message", text="Hello") == ok
    assert pane(slack)["draft"] == ""
    assert gesture(slack, "command", text="/echo") == ok
    view = modal(
        field("Name", "name", {"type": "plain_text_input"}, dispatch_action=True),
        actions(button("Go", "go")),
    )
    opened = app.client.views_open(trigger_id=app.last["trigger_id"], view=view)["view"]["id"]
    assert gesture(slack, "submit", view_id=opened) == {"ok": False, "error": "invalid_input"}
    spot = {"view_id": opened, "block_id": "name", "action_id": "x"}
    assert gesture(slack, "input", **spot, value="A") == ok
    assert app.last["command"] == "/echo"
    assert gesture(slack, "input", **spot, value="Anna", enter=True) == ok
    assert app.last["actions"][0]["value"] == "Anna"
    assert gesture(slack, "action", view_id=opened, block_id="actions", action_id="go") == ok
    assert app.last["actions"][0]["action_id"] == "go"
    views = pane(slack)["views"]
    assert isinstance(views, list)
    assert views[0]["state"]["values"]["name"]["x"]["value"] == "Anna"
    assert (views[0]["errors"], views[0]["busy"]) == ({}, False)
    assert gesture(slack, "submit", view_id=opened) == ok
    assert anna.modal is None
    anna.command("/echo")
    opened = app.client.views_open(trigger_id=app.last["trigger_id"], view=view)["view"]["id"]
    assert gesture(slack, "close", view_id=opened, all=True) == ok
    app.client.views_publish(user_id=anna.id, view=home(section("Hello")))
    assert gesture(slack, "tab", tab="home") == ok
    assert pane(slack)["tab"] == "home"
    app.client.chat_postMessage(channel=anna.id, text="While away")
    assert pane(slack)["unread"] == 1
    assert gesture(slack, "tab", tab="messages") == ok
    assert pane(slack)["unread"] == 0
    assert gesture(slack, "command", text="/shout") == {"ok": False, "error": "invalid_command"}
    assert pane(slack)["notice"] == "/shout is not a valid command."
    assert gesture(slack, "dismiss") == ok
    assert pane(slack)["notice"] is None


def test_gestures_that_cannot_be(app: Probe) -> None:
    slack, anna = app.slack, app.slack.hands("anna")
    posted = app.client.chat_postMessage(channel=anna.id, text="x", blocks=[actions(button("Go", "go"))])
    here = {"message_ts": posted["ts"], "block_id": "actions", "action_id": "go"}

    assert gesture(slack, "dance")["error"] == "There is no gesture 'dance'."
    assert gesture(slack, "tab", tab="shop")["error"] == "The app has no shop tab."
    assert gesture(slack, "submit", view_id="V1")["error"] == "That view is not in front."
    assert gesture(slack, "command")["error"] == "'text' must be a text."
    gone = "That message or view is not there any more."
    assert gesture(slack, "action", **{**here, "message_ts": "1.000001"})["error"] == gone
    assert gesture(slack, "action", **{**here, "view_id": "V1", "message_ts": None})["error"] == gone
    nothing = "There is no element 'stop' in a block 'actions' here."
    assert gesture(slack, "action", **{**here, "action_id": "stop"})["error"] == nothing
    assert (
        gesture(slack, "input", **here, value="x")["error"]
        == "That holds no value: it is there to be pressed."
    )
    more = {"type": "overflow", "action_id": "more", "options": options("A", "B")}
    who = {"type": "users_select", "action_id": "who"}
    size = {"type": "static_select", "action_id": "size", "options": options("S")}
    posted = app.client.chat_postMessage(channel=anna.id, text="x", blocks=[actions(more, who, size)])
    here = {"message_ts": posted["ts"], "block_id": "actions"}
    for action_id, value, sentence in (
        ("more", "z", "There is no option 'z'."),
        ("size", "z", "There is no option 'z'."),
        ("who", "U0NOBODY00", "There is nobody 'U0NOBODY00' here."),
    ):
        assert gesture(slack, "action", **here, action_id=action_id, value=value)["error"] == sentence


def test_why_a_gesture_could_not_be_is_shown_until_the_next(slack: Playground) -> None:
    assert gesture(slack, "message", text=" ")["error"] == "There is nothing to send."
    assert pane(slack)["notice"] == "There is nothing to send."
    assert pane(slack, "tom")["notice"] is None
    assert gesture(slack, "dismiss") == {"ok": True}
    assert pane(slack)["notice"] is None
    nobody = post(f"{slack.url}/playground/people/U0NOBODY00/draft", {"text": "x"})[1]
    assert nobody["error"] == "There is nobody 'U0NOBODY00' here."


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:4390"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
def test_other_sites_are_kept_out(slack: Playground, headers: dict[str, str]) -> None:
    status, answer = post(f"{slack.url}/playground/clock/move", {"seconds": 3600}, **headers)

    assert status == 403
    assert answer["ok"] is False
    assert slack.clock.offset == 0.0


def test_its_own_page_is_let_in(slack: Playground) -> None:
    port = slack.url.rpartition(":")[2]
    url = f"{slack.url}/playground/clock/move"

    assert post(url, {"seconds": 1}, Origin=slack.url)[0] == 200
    assert post(url, {"seconds": 1}, Host=f"localhost:{port}", Origin=f"http://localhost:{port}")[0] == 200


def test_without_names_the_first_two_are_shown(slack: Playground) -> None:
    slack.deactivate("tom")
    panes = state(slack)["panes"]

    assert isinstance(panes, dict)
    assert list(panes) == [slack.hands("anna").id, slack.hands("maya").id]
    assert get(f"{slack.url}/playground/state?panes=U0NOBODY00")[1]["panes"] == {}


@pytest.mark.parametrize("path", ["/", "/page/page.js", "/playground/state", "/playground/changes"])
def test_rebound_names_see_nothing(slack: Playground, path: str) -> None:
    assert get(slack.url + path, Host="evil.example")[0] == 403


def test_changes_come_as_they_happen(slack: Playground) -> None:
    with urllib.request.urlopen(f"{slack.url}/playground/changes", timeout=10) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        first = stream.readline()
        stream.readline()
        web_client(slack).chat_postMessage(channel=slack.hands("anna").id, text="Hello")
        second = stream.readline()

    assert first.startswith(b"data: ")
    assert second.startswith(b"data: ")
    assert int(second[6:]) > int(first[6:])


def test_the_page_and_its_parts(slack: Playground) -> None:
    with urllib.request.urlopen(slack.url, timeout=10) as page:
        assert page.headers["Content-Type"].startswith("text/html")
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
        assert page.headers["Cache-Control"] == "no-cache"
    with urllib.request.urlopen(f"{slack.url}/page/page.js", timeout=10) as script:
        assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert script.headers["Cache-Control"] == "no-cache"


def test_only_this_machine_is_listened_to(slack: Playground) -> None:
    assert slack.url.startswith("http://127.0.0.1:")


def test_a_form_may_use_a_response_url(app: Probe) -> None:
    app.slack.hands("anna").command("/echo")
    payload = urllib.parse.urlencode({"payload": json.dumps({"text": "Hello"})}).encode()

    assert send(urllib.request.Request(app.last["response_url"], payload))[0] == 200
    assert app.slack.hands("anna").messages[0].words == "Hello"


def test_what_cannot_be_read_is_no_crash(slack: Playground) -> None:
    url = f"{slack.url}/playground"

    assert get(f"{url}/clock?seen=soon")[0] == 400
    assert post(f"{url}/clock", {"idle": True})[0] == 400
    assert post(f"{url}/clock/move", [])[0] == 400
    assert post(f"{url}/clock/move", {"seconds": "many"})[0] == 400
    request = urllib.request.Request(f"{url}/clock/move", b"{", {"Content-Type": "application/json"})
    assert send(request)[0] == 400
