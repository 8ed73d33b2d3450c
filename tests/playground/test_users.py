import urllib.request
from datetime import UTC, datetime

from slack_sdk import WebClient

from playground.server import Playground
from playground.workspace import Person
from tests.playground.refusals import error
from tests.playground.workspace import MANIFEST, web_client


def test_the_people_of_a_new_workspace(slack: Playground, client: WebClient) -> None:
    found = [
        client.users_info(user=slack.hands(name).id)["user"] for name in ("tom", "anna", "maya", "old.bob")
    ]

    assert [(user["profile"]["real_name"], user.get("tz"), user["deleted"]) for user in found] == [
        ("Tom Reed", "Europe/London", False),
        ("Anna Bright", "America/New_York", False),
        ("Maya Okafor", "Europe/Berlin", False),
        ("Bob Old", None, True),
    ]


def test_an_offset_follows_the_moved_clock() -> None:
    with Playground(MANIFEST, starts=datetime(2027, 3, 1, 12, tzinfo=UTC)) as slack:
        client, anna = web_client(slack), slack.hands("anna").id
        winter = client.users_info(user=anna)["user"]
        slack.move_to(datetime(2027, 3, 15, 12, tzinfo=UTC))
        summer = client.users_info(user=anna)["user"]

    assert (winter["tz_offset"], winter["tz_label"]) == (-5 * 3600, "Eastern Standard Time")
    assert (summer["tz_offset"], summer["tz_label"]) == (-4 * 3600, "Eastern Daylight Time")


def test_a_language_comes_on_request(slack: Playground, client: WebClient) -> None:
    found = [
        client.users_info(user=slack.hands(name).id, include_locale=True)["user"].get("locale")
        for name in ("tom", "anna", "maya", "old.bob")
    ]

    assert found == ["en-GB", "en-US", "de-DE", None]
    assert "locale" not in client.users_info(user=slack.hands("tom").id)["user"]


def test_a_profile_has_pictures_that_can_be_loaded(slack: Playground, client: WebClient) -> None:
    profile = client.users_info(user=slack.hands("tom").id)["user"]["profile"]
    pictures = {name: value for name, value in profile.items() if name.startswith("image_")}

    assert list(pictures) == [f"image_{size}" for size in (24, 32, 48, 72, 192, 512)]
    for address in set(pictures.values()):
        with urllib.request.urlopen(address, timeout=10) as picture:
            assert picture.headers["Content-Type"] == "image/svg+xml"


def test_a_zone_that_has_no_long_name_here_keeps_its_short_one() -> None:
    with Playground(MANIFEST, people=[Person(name="zoe", real_name="Zoe", tz="Asia/Kolkata")]) as slack:
        user = web_client(slack).users_info(user=slack.hands("zoe").id)["user"]

    assert user["tz_label"] == "IST"


def test_a_person_without_a_zone() -> None:
    with Playground(MANIFEST, people=[Person(name="zoe", real_name="Zoe Null", tz="")]) as slack:
        user = web_client(slack).users_info(user=slack.hands("zoe").id)["user"]

    assert "tz" not in user
    assert "tz_offset" not in user


def test_the_app_itself_is_a_bot(client: WebClient) -> None:
    assert client.users_info(user=client.auth_test()["user_id"])["user"]["is_bot"] is True


def test_nobody_of_that_id(client: WebClient) -> None:
    assert error(client.users_info, user="U0NOBODY00") == "user_not_found"
    assert error(client.api_call, api_method="users.info") == "user_not_found"


def test_deactivated_and_back(slack: Playground, client: WebClient) -> None:
    anna = slack.hands("anna").id
    slack.deactivate("anna")
    assert client.users_info(user=anna)["user"]["deleted"] is True
    slack.reactivate("anna")
    assert client.users_info(user=anna)["user"]["deleted"] is False
