import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.client import RemoteDisconnected
from pathlib import Path

import pytest
from slack_sdk import WebClient

from playground.server import Playground
from tests.playground.probe import Probe
from tests.playground.refusals import error
from tests.playground.uploading import INVITE, begin, newest, shared, upload, uploaded
from tests.playground.workspace import MANIFEST, get, web_client


def test_a_file_without_a_channel_stays_private(slack: Playground, client: WebClient) -> None:
    file_id = uploaded(client)
    answer = client.files_completeUploadExternal(files=[{"id": file_id}])

    assert answer["files"] == [{"id": file_id, "title": "meeting.ics"}]
    assert slack.hands("anna").messages == []
    assert client.files_delete(file=file_id).data == {"ok": True}


def test_several_files_stand_in_one_message(slack: Playground, client: WebClient, dm: str) -> None:
    client.files_upload_v2(
        channel=dm,
        file_uploads=[
            {"filename": "one.txt", "content": "One", "title": "The first"},
            {"filename": "two.unknown", "content": b"\x00\xff", "alt_txt": "Two bytes"},
        ],
    )

    [message] = slack.hands("anna").messages
    assert [(file.title, file.name, file.kind) for file in message.files] == [
        ("The first", "one.txt", "Plain Text"),
        ("two.unknown", "two.unknown", "Binary"),
    ]
    assert [file.content for file in message.files] == [b"One", b"\x00\xff"]
    assert message.words == "The first\ntwo.unknown"
    assert [file.get("alt_txt") for file in newest(client, dm)["files"]] == [None, "Two bytes"]


def test_a_deleted_file_leaves_its_message_behind(slack: Playground, client: WebClient, dm: str) -> None:
    file_id = shared(client, dm, initial_comment="For your calendar")
    at = newest(client, dm)["files"][0]["url_private"]
    assert client.files_delete(file=file_id).data == {"ok": True}

    assert newest(client, dm)["files"] == [{"id": file_id, "mode": "tombstone"}]
    [message] = slack.hands("anna").messages
    assert (message.words, message.files) == ("For your calendar\nThis file was deleted.", [])
    with pytest.raises(urllib.error.HTTPError) as gone:
        urllib.request.urlopen(at, timeout=10)
    with gone.value:
        assert gone.value.code == 404
    assert error(client.files_delete, file=file_id) == "file_deleted"


def test_what_is_no_file_cannot_be_deleted(client: WebClient) -> None:
    assert error(client.files_delete, file="F0NOTHERE0") == "file_not_found"
    assert error(client.files_delete, file=uploaded(client)) == "file_not_found"
    assert error(client.files_delete, file="") == "invalid_arguments"


def test_a_download_is_a_file_and_never_a_page(client: WebClient, dm: str) -> None:
    page = b"<script>alert(1)</script>"
    client.files_upload_v2(filename="Tom’s 1/2.html", content=page, channel=dm)
    at = newest(client, dm)["files"][0]["url_private"]

    assert at.endswith("/tom_s_1_2.html")
    with urllib.request.urlopen(at, timeout=10) as answer:
        assert answer.read() == page
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert (
            answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Tom%E2%80%99s%201%2F2.html"
        )
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_is_not_completed_cannot_be_downloaded(slack: Playground, client: WebClient) -> None:
    at = f"{slack.url}/files-pri/{client.auth_test()['team_id']}-{uploaded(client)}/meeting.ics"

    with pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(at, timeout=10)
    with missing.value:
        assert missing.value.code == 404


def test_the_app_hears_of_its_file_like_of_any_message(app: Probe) -> None:
    anna = app.slack.hands("anna")
    dm = app.client.conversations_open(users=anna.id)["channel"]["id"]
    file_id = shared(app.client, dm, initial_comment="Here")
    app.wait_for(1)

    [event] = app.events("message")
    assert (event["subtype"], event["channel"], event["channel_type"]) == ("file_share", dm, "im")
    assert (event["text"], event["ts"]) == ("Here", anna.messages[0].ts)
    assert [file["id"] for file in event["files"]] == [file_id]


def test_the_bytes_can_be_overheard(slack: Playground, client: WebClient, dm: str) -> None:
    heard: list[tuple[str, dict[str, object]]] = []
    slack.overhear(lambda way, said, _answer: heard.append((way, said)))
    file_id = shared(client, dm)

    assert [way for way, _ in heard] == [
        "files.getUploadURLExternal",
        "upload_url",
        "files.completeUploadExternal",
    ]
    assert heard[1][1] == {"file": file_id, "content": INVITE.decode()}


def test_files_outlive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "workspace.json"
    content = bytes(range(256))
    with Playground(MANIFEST, state_file=file, rates=False) as slack:
        client, anna = web_client(slack), slack.hands("anna")
        dm = client.conversations_open(users=anna.id)["channel"]["id"]
        client.files_upload_v2(filename="all.bin", content=content, channel=dm)
        client.files_delete(file=shared(client, dm))
        waiting, _ = begin(client)
        before = get(f"{slack.url}/playground/state?panes={anna.id}")[1]["panes"][anna.id]["messages"]
        port = int(slack.url.rpartition(":")[2])

    with Playground(MANIFEST, port, state_file=file, rates=False) as slack:
        anna = slack.hands("anna")
        after = get(f"{slack.url}/playground/state?panes={anna.id}")[1]["panes"][anna.id]["messages"]
        assert after == before
        assert [[one.content for one in message.files] for message in anna.messages] == [[content], []]
        assert upload(waiting) == (200, "OK - 32")


def test_what_the_page_gets_of_a_file(slack: Playground, client: WebClient, dm: str) -> None:
    gone, there = shared(client, dm), shared(client, dm)
    client.files_delete(file=gone)
    anna = slack.hands("anna").id
    messages = get(f"{slack.url}/playground/state?panes={anna}")[1]["panes"][anna]["messages"]

    assert messages[0]["files"] == [{"id": gone, "gone": "This file was deleted."}]
    assert messages[1]["files"] == [
        {
            "id": there,
            "title": "meeting.ics",
            "name": "meeting.ics",
            "kind": "ICS",
            "size": 32,
            "url": newest(client, dm)["files"][0]["url_private"],
        }
    ]


def test_a_file_that_arrives_out_of_sight_is_unread(slack: Playground, client: WebClient, dm: str) -> None:
    anna = slack.hands("anna")
    anna.open_home()
    shared(client, dm)

    assert get(f"{slack.url}/playground/state?panes={anna.id}")[1]["panes"][anna.id]["unread"] == 1


def test_a_completion_that_is_accepted_and_dropped_has_happened(
    slack: Playground, client: WebClient, dm: str
) -> None:
    file_id = uploaded(client)
    slack.misbehave.drop_after_accept("files.completeUploadExternal")
    with pytest.raises(RemoteDisconnected):
        client.files_completeUploadExternal(files=[{"id": file_id}], channel_id=dm)

    assert len(slack.hands("anna").messages) == 1
    again = error(client.files_completeUploadExternal, files=[{"id": file_id}], channel_id=dm)
    assert again == "file_not_found"


def test_bytes_that_are_accepted_and_dropped_are_there(slack: Playground, client: WebClient, dm: str) -> None:
    slack.misbehave.drop_after_accept("upload_url")
    url, file_id = begin(client)
    with pytest.raises(RemoteDisconnected):
        upload(url)

    assert upload(url) == (404, "not_found")
    assert client.files_completeUploadExternal(files=[{"id": file_id}], channel_id=dm)["ok"] is True


def test_bytes_that_are_dropped_unread_may_come_again(slack: Playground, client: WebClient) -> None:
    slack.misbehave.drop_before_accept("upload_url")
    url, _ = begin(client)
    with pytest.raises(RemoteDisconnected):
        upload(url)

    assert upload(url) == (200, "OK - 32")


def test_an_upload_address_can_be_told_to_refuse(slack: Playground, client: WebClient) -> None:
    url, _ = begin(client)
    slack.misbehave.ratelimit("upload_url", retry_after=7)
    with pytest.raises(urllib.error.HTTPError) as limited:
        urllib.request.urlopen(url, INVITE, timeout=10)
    with limited.value:
        assert (limited.value.code, limited.value.headers["Retry-After"]) == (429, "7")
    slack.misbehave.server_error("upload_url")
    assert upload(url) == (500, "internal_error")
    slack.misbehave.answer_error("upload_url", "too_tired")
    assert upload(url) == (400, "too_tired")
    assert upload(url) == (200, "OK - 32")


def test_a_slow_upload_lets_others_pass(slack: Playground, client: WebClient) -> None:
    slow, fast = begin(client)[0], begin(client)[0]
    slack.misbehave.delay_call("upload_url", seconds=0.5)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(upload, slow)
        assert slack.misbehave.wait_until_struck()
        assert upload(fast) == (200, "OK - 32")
        assert not first.done()
        assert first.result() == (200, "OK - 32")


@pytest.mark.parametrize(
    "method", ["files.getUploadURLExternal", "files.completeUploadExternal", "files.delete"]
)
def test_every_step_can_go_wrong(slack: Playground, client: WebClient, dm: str, method: str) -> None:
    file_id = shared(client, dm)
    given = {"filename": "a.txt", "length": 1, "files": [{"id": file_id}], "file": file_id}
    slack.misbehave.ratelimit(method)
    slack.misbehave.server_error(method)
    slack.misbehave.answer_error(method, "file_uploads_disabled")

    codes = [error(client.api_call, api_method=method, json=given) for _ in range(3)]
    assert codes == ["ratelimited", "internal_error", "file_uploads_disabled"]
    assert len(slack.hands("anna").messages[0].files) == 1
