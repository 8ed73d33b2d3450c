from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.files import LARGEST_BYTES
from playground.server import Playground
from tests.playground.refusals import error, refusal
from tests.playground.uploading import INVITE, begin, newest, shared, upload, uploaded
from tests.playground.workspace import MANIFEST, web_client


def test_the_sdk_uploads_in_one_go(slack: Playground, client: WebClient, dm: str) -> None:
    answer = client.files_upload_v2(
        filename="meeting.ics", content=INVITE, channel=dm, initial_comment="For your calendar"
    )

    [message] = slack.hands("anna").messages
    [file] = message.files
    assert answer["files"] == [{"id": answer["file"]["id"], "title": "meeting.ics"}]
    assert (file.title, file.name, file.kind, file.content) == ("meeting.ics", "meeting.ics", "ICS", INVITE)
    assert (message.text, message.words) == ("For your calendar", "For your calendar\nmeeting.ics")


def test_the_three_steps(slack: Playground, client: WebClient, dm: str) -> None:
    url, file_id = begin(client)
    assert url.startswith(f"{slack.url}/upload/v1/")
    assert upload(url) == (200, "OK - 32")
    assert slack.hands("anna").messages == []
    answer = client.files_completeUploadExternal(files=[{"id": file_id, "title": "Meeting"}], channel_id=dm)

    assert answer.data == {"ok": True, "files": [{"id": file_id, "title": "Meeting"}]}
    message = newest(client, dm)
    assert (message["text"], message["user"], message["upload"]) == ("", client.auth_test()["user_id"], True)
    [file] = message["files"]
    team = client.auth_test()["team_id"]
    at = f"{slack.url}/files-pri/{team}-{file_id}/meeting.ics"
    assert file == {
        "id": file_id,
        "created": pytest.approx(slack.clock.time(), abs=30),
        "timestamp": file["created"],
        "name": "meeting.ics",
        "title": "Meeting",
        "mimetype": "text/calendar",
        "filetype": "ics",
        "pretty_type": "ICS",
        "user": message["user"],
        "user_team": team,
        "editable": False,
        "size": 32,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": at,
        "url_private_download": at,
        "permalink": at,
        "has_rich_preview": False,
        "file_access": "visible",
    }


def test_a_form_may_carry_the_bytes(slack: Playground, client: WebClient, dm: str) -> None:
    url, file_id = begin(client)
    form = b"\r\n".join(
        (
            b"--edge",
            b'Content-Disposition: form-data; name="note"',
            b"",
            b"no file",
            b"--edge",
            b'Content-Disposition: form-data; name="filename"; filename="meeting.ics"',
            b"Content-Type: text/calendar",
            b"",
            INVITE,
            b"--edge--",
            b"",
        )
    )
    assert upload(url, form, **{"Content-Type": "multipart/form-data; boundary=edge"}) == (200, "OK - 32")
    client.files_completeUploadExternal(files=[{"id": file_id}], channel_id=dm)

    assert slack.hands("anna").messages[0].files[0].content == INVITE


def test_a_form_without_a_file_is_no_upload(client: WebClient) -> None:
    form = b'--edge\r\nContent-Disposition: form-data; name="note"\r\n\r\nno file\r\n--edge--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=edge"}

    assert upload(begin(client)[0], form, **kind) == (400, "length_mismatch")


def test_an_upload_address_works_once_and_cannot_be_guessed(slack: Playground, client: WebClient) -> None:
    url, file_id = begin(client)
    assert upload(url) == (200, "OK - 32")
    assert upload(url) == (404, "not_found")
    assert upload(f"{slack.url}/upload/v1/{file_id}") == (404, "not_found")
    assert len(url.rpartition("/")[2]) == 64
    assert begin(client)[0] != url


@pytest.mark.parametrize("content", [INVITE[:-1], INVITE + b"\n", b""])
def test_bytes_of_another_length_than_announced_are_refused(
    client: WebClient, dm: str, content: bytes
) -> None:
    url, file_id = begin(client)
    assert upload(url, content) == (400, "length_mismatch")
    not_there = error(client.files_completeUploadExternal, files=[{"id": file_id}], channel_id=dm)
    assert not_there == "file_not_found"
    assert upload(url) == (200, "OK - 32")


@pytest.mark.parametrize(
    ("given", "refused", "message"),
    [
        ({"length": 3}, "invalid_arguments", "missing required field: filename"),
        ({"filename": "a.txt"}, "invalid_arguments", "missing required field: length"),
        (
            {"filename": "a.txt", "length": "3 bytes"},
            "invalid_arguments",
            "must be an integer [json-pointer:/length]",
        ),
        (
            {"filename": "a.txt", "length": -3},
            "invalid_arguments",
            "must be an integer [json-pointer:/length]",
        ),
        ({"filename": "a.txt", "length": 0}, "missing_argument", None),
        ({"filename": "a.txt", "length": 3, "alt_txt": "x" * 1001}, "alt_txt_too_large", None),
        ({"filename": "a.py", "length": 3, "snippet_type": "python"}, "unknown_snippet_type", None),
        ({"filename": "a.txt", "length": LARGEST_BYTES + 1}, "file_upload_size_restricted", None),
    ],
)
def test_no_address_for_wrong_arguments(
    client: WebClient, given: dict[str, Any], refused: str, message: str | None
) -> None:
    body = refusal(client.api_call, api_method="files.getUploadURLExternal", params=given)

    explained = {"response_metadata": {"messages": [f"[ERROR] {message}"]}} if message else {}
    assert body == {"error": refused} | explained


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (None, "missing required field: files"),
        ([], "must be a list of at least one file [json-pointer:/files]"),
        ({"id": "F1"}, "must be a list of at least one file [json-pointer:/files]"),
        (["F1"], "missing required field: id [json-pointer:/files/0]"),
        ([{"title": "Meeting"}], "missing required field: id [json-pointer:/files/0]"),
        ([{"id": "F1", "title": 5}], "must be a string [json-pointer:/files/0/title]"),
    ],
)
def test_nothing_is_completed_for_wrong_arguments(client: WebClient, files: object, message: str) -> None:
    body = refusal(client.api_call, api_method="files.completeUploadExternal", json={"files": files})

    assert body == {
        "error": "invalid_arguments",
        "response_metadata": {"messages": [f"[ERROR] {message}"]},
    }


def test_only_an_uploaded_file_is_completed_and_once(slack: Playground, client: WebClient, dm: str) -> None:
    complete = client.files_completeUploadExternal
    assert error(complete, files=[{"id": "F0NOTHERE0"}], channel_id=dm) == "file_not_found"
    assert error(complete, files=[{"id": begin(client)[1]}], channel_id=dm) == "file_not_found"
    file_id = shared(client, dm)
    assert error(complete, files=[{"id": file_id}], channel_id=dm) == "file_not_found"
    fresh = uploaded(client)
    assert error(complete, files=[{"id": fresh}, {"id": file_id}], channel_id=dm) == "file_not_found"
    assert len(slack.hands("anna").messages) == 1
    assert complete(files=[{"id": fresh}], channel_id=dm)["ok"] is True


def test_a_file_goes_to_a_conversation_not_to_a_persons_id(
    slack: Playground, client: WebClient, dm: str
) -> None:
    files: list[dict[str, str | None]] = [{"id": uploaded(client)}]
    complete = client.files_completeUploadExternal
    pattern = "input must match regex pattern: ^[CGDZ][A-Z0-9]{8,}$ [json-pointer:/channel_id]"
    assert refusal(complete, files=files, channel_id=slack.hands("anna").id) == {
        "error": "invalid_arguments",
        "response_metadata": {"messages": [f"[ERROR] {pattern}"]},
    }
    assert error(complete, files=files, channel_id="D0NOWHERE0") == "channel_not_found"
    assert error(complete, files=files, channels=["U0NOBODY00"]) == "invalid_channel"
    assert error(complete, files=files, channels=["D0NOWHERE0"] * 101) == "channels_limit_exceeded"
    assert slack.hands("anna").messages == []

    complete(files=files, channels=[slack.hands("anna").id, dm, slack.hands("tom").id])
    assert [len(slack.hands(name).messages) for name in ("anna", "tom", "maya")] == [1, 1, 0]


def test_blocks_introduce_a_file_unless_there_is_a_comment(
    slack: Playground, client: WebClient, dm: str
) -> None:
    shared(client, dm, blocks='[{"type": "section", "text": {"type": "plain_text", "text": "See"}}]')
    shared(client, dm, initial_comment="Read", blocks="[{]")
    refused = error(shared, client=client, dm=dm, blocks='[{"type": "section"}]')

    assert refused == "invalid_blocks"
    assert [message.words for message in slack.hands("anna").messages] == [
        "See\nmeeting.ics",
        "Read\nmeeting.ics",
    ]


def test_a_file_may_answer_a_message(slack: Playground, client: WebClient, dm: str) -> None:
    parent = client.chat_postMessage(channel=dm, text="When?")["ts"]
    shared(client, dm, thread_ts=parent)
    messages = slack.look(lambda: list(slack.workspace.messages(dm)))
    assert [message.thread_ts for message in messages] == [None, parent]

    files: list[dict[str, str | None]] = [{"id": uploaded(client)}]
    complete = client.files_completeUploadExternal
    assert error(complete, files=files, channel_id=dm, thread_ts="1.000001") == "thread_not_found"
    both = [dm, slack.hands("tom").id]
    assert error(complete, files=files, channels=both, thread_ts=parent) == "invalid_arguments"


def test_a_name_of_its_own_needs_a_scope_that_nobody_has(client: WebClient, dm: str) -> None:
    refused = refusal(
        client.files_completeUploadExternal, files=[{"id": uploaded(client)}], channel_id=dm, username="Bob"
    )

    assert (refused["error"], refused["needed"]) == ("missing_scope", "chat:write.customize")


def test_without_the_scope_nothing_can_be_uploaded_or_deleted(
    slack: Playground, client: WebClient, dm: str
) -> None:
    file_id = shared(client, dm)
    slack.withhold_scope("files:write")
    missing = {
        "error": "missing_scope",
        "needed": "files:write",
        "provided": "chat:write,commands,im:history,im:write,users:read",
    }
    assert refusal(client.files_upload_v2, filename="a.txt", content="a", channel=dm) == missing
    assert refusal(client.files_completeUploadExternal, files=[{"id": file_id}], channel_id=dm) == missing
    assert refusal(client.files_delete, file=file_id) == missing

    slack.grant_scope("files:write")
    assert client.files_delete(file=file_id)["ok"] is True


def test_the_rates_of_each_method() -> None:
    with Playground(MANIFEST) as slack:
        client = web_client(slack)
        for _ in range(50):
            assert error(client.files_delete, file="F0NOTHERE0") == "file_not_found"
        assert error(client.files_delete, file="F0NOTHERE0") == "ratelimited"
        for _ in range(100):
            begin(client)
        with pytest.raises(SlackApiError) as caught:
            begin(client)
        assert caught.value.response.status_code == 429
        for _ in range(100):
            assert error(client.files_completeUploadExternal, files=[{"id": "F1"}]) == "file_not_found"
        assert error(client.files_completeUploadExternal, files=[{"id": "F1"}]) == "ratelimited"
