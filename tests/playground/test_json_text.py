import json
import urllib.request
from pathlib import Path

import pytest

from playground.json_text import DEEPEST, parsed
from playground.misbehaviour import ANY
from playground.server import Playground
from tests.playground.probe import Probe, connected
from tests.playground.workspace import MANIFEST, get, post, send

HALF = "\ud83d"  # of an emoji: JSON can say it, UTF-8 cannot
DEEP = "[" * 5_000 + "]" * 5_000
WORDS = {"type": "plain_text", "text": HALF}


@pytest.mark.parametrize("text", [r'"\ud83d\ude00"', "[1, 2.5, null, true]", '{"a": {"b": []}}', "1" * 400])
def test_json_says_what_it_says(text: str) -> None:
    assert parsed(text) == parsed(text.encode()) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "NaN",
        "[Infinity]",
        "1e999",
        r'"\ud83d"',
        r'{"\ude00": 1}',
        b'"\xed\xa0\xbd"',
        b'"\xff"',
        DEEP,
        DEEP.encode(),
        "1" * 5_000,
    ],
    ids=str,
)
def test_what_could_not_be_kept_is_no_json(text: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- which of json's own sentences it is does not matter
        parsed(text)


def test_nesting_has_an_end() -> None:
    deepest = "[" * DEEPEST + "]" * DEEPEST

    assert parsed(deepest) == json.loads(deepest)
    with pytest.raises(ValueError, match="too deep"):
        parsed(f"[{deepest}]")


@pytest.mark.parametrize(
    ("method", "body", "error"),
    [
        ("chat.postMessage", rb'{"channel": "CHANNEL", "text": "\ud83d"}', "invalid_json"),
        ("chat.postMessage", b'{"channel": "CHANNEL", "text": "\xed\xa0\xbd"}', "invalid_json"),
        ("chat.postMessage", b'{"channel": "CHANNEL", "text": NaN}', "invalid_json"),
        (
            "chat.postMessage",
            f'{{"channel": "CHANNEL", "text": "x", "blocks": {DEEP}}}'.encode(),
            "invalid_json",
        ),
        (
            "chat.postMessage",
            json.dumps({"channel": "CHANNEL", "text": "x", "blocks": DEEP}).encode(),
            "invalid_blocks_format",
        ),
        (
            "chat.postMessage",
            json.dumps({"channel": "CHANNEL", "text": "x", "metadata": DEEP}).encode(),
            "invalid_metadata_format",
        ),
        (
            "chat.postMessage",
            json.dumps({"channel": "CHANNEL", "text": "x", "blocks": json.dumps([WORDS])}).encode(),
            "invalid_blocks_format",
        ),
        (
            "views.publish",
            json.dumps({"user_id": "CHANNEL", "view": DEEP}).encode(),
            "invalid_arguments",
        ),
    ],
    ids=[
        "half",
        "half in UTF-8",
        "NaN",
        "deep",
        "deep blocks",
        "deep metadata",
        "half in blocks",
        "deep view",
    ],
)
def test_what_slack_could_not_read_never_reaches_the_workspace(
    tmp_path: Path, method: str, body: bytes, error: str
) -> None:
    file = tmp_path / "workspace.json"
    with Playground(MANIFEST, state_file=file) as slack:
        anna = slack.hands("anna")
        headers = {"Authorization": f"Bearer {slack.bot_token}", "Content-Type": "application/json"}
        asked = urllib.request.Request(
            slack.api_url + method, body.replace(b"CHANNEL", anna.id.encode()), headers
        )

        status, answer = send(asked)
        assert (status, answer["error"]) == (200, error)
        assert anna.messages == []
        assert get(f"{slack.url}/playground/state")[0] == 200
    with Playground(MANIFEST, state_file=file) as slack:
        assert slack.hands("anna").id == anna.id


def test_half_an_emoji_in_a_gesture_is_refused_and_the_workspace_lives(tmp_path: Path) -> None:
    with Playground(MANIFEST, state_file=tmp_path / "workspace.json") as slack:
        anna = slack.hands("anna").id
        status, answer = post(f"{slack.url}/playground/people/{anna}/draft", {"text": HALF})

        assert (status, answer) == (400, {"ok": False, "error": "The body is not JSON."})
        assert get(f"{slack.url}/playground/state?panes={anna}")[1]["panes"][anna]["draft"] == ""


@pytest.mark.parametrize("seconds", [1e10, 1e18, 1e300])
def test_the_clock_cannot_be_moved_beyond_all_calendars(slack: Playground, seconds: float) -> None:
    answer = post(f"{slack.url}/playground/clock/move", {"seconds": seconds})

    assert answer == (200, {"ok": False, "error": "The clock goes as far as the year 2099."})
    assert get(f"{slack.url}/playground/state")[1]["clock"]["offset"] == 0.0


def test_an_ack_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    with Playground(MANIFEST, state_file=tmp_path / "workspace.json", ack_seconds=0.3) as slack:
        app = Probe(slack)
        app.answer = lambda _: {"text": HALF}
        with connected(app):
            slack.hands("anna").command("/echo")
        assert slack.hands("anna").notice == "/echo failed with the error “dispatch_failed”"
        assert slack.hands("anna").messages == []


@pytest.mark.parametrize("payload", ["{", "[1]", json.dumps({"text": HALF})])
def test_a_response_that_cannot_be_read_is_refused(app: Probe, payload: str) -> None:
    app.slack.hands("anna").command("/echo")
    form = urllib.parse.urlencode({"payload": payload}).encode()
    asked = urllib.request.Request(app.last["response_url"], form)

    assert send(asked) == (400, {"ok": False, "error": "invalid_payload"})
    assert app.slack.hands("anna").messages == []


@pytest.mark.parametrize("text", [True, ["a"], {"a": "b"}])
def test_a_text_that_is_none_is_refused(slack: Playground, text: object) -> None:
    body = {"channel": slack.hands("anna").id, "text": text}
    answer = post(f"{slack.api_url}chat.postMessage", body, Authorization=f"Bearer {slack.bot_token}")[1]

    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"] == {"messages": ["[ERROR] must be a string [json-pointer:/text]"]}
    assert slack.hands("anna").messages == []


def test_a_fault_of_the_playground_is_no_fault_of_the_caller(caplog: pytest.LogCaptureFixture) -> None:
    def breaks(_way: str, _said: object, _answer: object) -> None:
        raise KeyError("ours")

    with Playground(MANIFEST) as slack:
        slack.overhear(breaks)
        body = {"channel": slack.hands("anna").id, "text": "Hello"}
        answer = post(f"{slack.api_url}chat.postMessage", body, Authorization=f"Bearer {slack.bot_token}")

    assert answer == (500, {"ok": False, "error": "internal_error"})
    [logged] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert logged.exc_info is not None
    assert repr(logged.exc_info[1]) == "KeyError('ours')"


def test_faults_and_gestures_of_the_wrong_shape_are_told(slack: Playground) -> None:
    url = f"{slack.url}/playground"
    anna = f"{url}/people/{slack.hands('anna').id}"

    for address, body, sentence in (
        (f"{url}/misbehave", {"what": 5}, "'what' must be a text."),
        (
            f"{url}/misbehave",
            {"what": "ratelimit", "often": ANY},
            "ratelimit: got an unexpected keyword argument 'often'.",
        ),
        (f"{url}/clock/move", {"seconds": True}, "'seconds' must be a number."),
        (f"{url}/clock/move", {"to_next": 1}, "'to_next' must be true or false."),
        (f"{anna}/message", {"text": 5}, "'text' must be a text."),
        (f"{anna}/submit", {"view_id": ["V1"]}, "'view_id' must be a text."),
    ):
        assert post(address, body) == (400, {"ok": False, "error": sentence})
