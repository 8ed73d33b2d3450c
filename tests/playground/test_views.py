from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest

from playground.server import Playground
from tests.playground.probe import Answer, Probe, actions, button, connected, field, home, modal, section
from tests.playground.refusals import error, refusal
from tests.playground.workspace import MANIFEST, manifest, web_client

NAME = field("Name", "name", {"type": "plain_text_input"})
MORE = actions(button("More", "more"))


def trigger(app: Probe, person: str = "anna") -> str:
    """A fresh trigger id of a person's slash command."""
    app.slack.hands(person).command("/echo")
    return str(app.last["trigger_id"])


def more(app: Probe) -> str:
    """A fresh trigger id of anna's click in the modal in front, which must have ``MORE``."""
    app.slack.hands("anna").click("More")
    return str(app.last["trigger_id"])


def opened(app: Probe, view: dict[str, Any]) -> dict[str, Any]:
    """Open ``view`` for anna; return it as Slack answers."""
    answer: dict[str, Any] = app.client.views_open(trigger_id=trigger(app), view=view)["view"]
    return answer


def test_an_opened_view_comes_with_everything_slack_adds(app: Probe) -> None:
    me = app.client.auth_test()
    view = opened(app, modal(NAME, callback_id="form", private_metadata="secret", notify_on_close=True))

    assert view["id"][0] == "V"
    assert view["root_view_id"] == view["id"]
    assert view["previous_view_id"] is None
    assert view["hash"]
    assert view["state"] == {"values": {"name": {"x": {"type": "plain_text_input", "value": None}}}}
    assert (view["team_id"], view["app_installed_team_id"], view["bot_id"]) == (
        me["team_id"],
        me["team_id"],
        me["bot_id"],
    )
    assert (view["callback_id"], view["private_metadata"], view["external_id"]) == ("form", "secret", "")
    assert (view["clear_on_close"], view["notify_on_close"], view["close"]) == (False, True, None)
    assert app.slack.hands("tom").modal is None
    shown = app.slack.hands("anna").modal
    assert shown is not None
    assert (shown.title, shown.labels, shown.submit_label, shown.depth) == ("Form", ["Name"], "Send", 1)


def test_a_trigger_opens_once(app: Probe) -> None:
    once = trigger(app)
    app.client.views_open(trigger_id=once, view=modal(NAME))

    assert error(app.client.views_open, trigger_id=once, view=modal(NAME)) == "exchanged_trigger_id"


def test_a_refused_view_does_not_use_the_trigger_up(app: Probe) -> None:
    once = trigger(app)
    refused = refusal(app.client.views_open, trigger_id=once, view=modal(NAME, callback_id="x" * 256))

    assert refused["error"] == "invalid_arguments"
    assert refused["response_metadata"]["messages"][0].endswith("[json-pointer:/view/callback_id]")
    assert app.client.views_open(trigger_id=once, view=modal(NAME))["ok"] is True


def test_triggers_that_are_none(app: Probe) -> None:
    assert error(app.client.views_open, trigger_id="1.2.abc", view=modal(NAME)) == "invalid_trigger_id"
    assert error(app.client.views_open, trigger_id="mine", view=modal(NAME)) == "invalid_trigger_id"
    assert error(app.client.views_open, view=modal(NAME)) == "invalid_arguments"


def test_a_trigger_lives_in_real_time_and_not_on_the_moved_clock() -> None:
    with Playground(MANIFEST, rates=False, trigger_seconds=0.0) as slack:
        app = Probe(slack)
        with connected(app):
            assert (
                error(app.client.views_open, trigger_id=trigger(app), view=modal(NAME))
                == "expired_trigger_id"
            )


def test_moving_the_clock_spares_a_trigger(app: Probe) -> None:
    once = trigger(app)
    app.slack.move(timedelta(hours=1))

    assert app.client.views_open(trigger_id=once, view=modal(NAME))["ok"] is True


@pytest.mark.parametrize(
    ("view", "code"),
    [
        (home(section("Hello")), "invalid_arguments"),
        (modal(NAME, submit=None), "invalid_arguments"),
        (modal(section("x" * 3001)), "invalid_arguments"),
        (modal(*[section("x" * 3000) for _ in range(90)]), "view_too_large"),
        ("{", "invalid_arguments"),
        ([], "invalid_arguments"),
    ],
)
def test_views_that_slack_refuses(app: Probe, view: Any, code: str) -> None:
    body = {"trigger_id": trigger(app), "view": view}

    assert error(app.client.api_call, api_method="views.open", json=body) == code
    assert app.slack.hands("anna").modal is None


def test_a_stack_holds_three_views(app: Probe) -> None:
    first = opened(app, modal(MORE))
    second = app.client.views_push(trigger_id=more(app), view=modal(MORE))["view"]
    third = app.client.views_push(trigger_id=more(app), view=modal(MORE))["view"]

    assert [view["root_view_id"] for view in (first, second, third)] == [first["id"]] * 3
    assert (second["previous_view_id"], third["previous_view_id"]) == (first["id"], second["id"])
    assert error(app.client.views_push, trigger_id=more(app), view=modal(NAME)) == "push_limit_reached"
    shown = app.slack.hands("anna").modal
    assert shown is not None
    assert shown.depth == 3


def test_a_view_is_pushed_by_what_somebody_does_in_the_modal_only(app: Probe) -> None:
    anna = app.slack.hands("anna")
    app.client.views_publish(user_id=anna.id, view=home(actions(button("At home", "at_home"))))
    anna.open_home()
    anna.click("At home")
    at_home = app.last["trigger_id"]
    opened(app, modal(MORE))

    for elsewhere in (at_home, trigger(app)):
        assert error(app.client.views_push, trigger_id=elsewhere, view=modal(NAME)) == "invalid_trigger_id"
    assert anna.modal is not None
    assert anna.modal.depth == 1
    within = more(app)
    anna.close()
    assert error(app.client.views_push, trigger_id=within, view=modal(NAME)) == "not_found"


def test_an_external_id_is_unique(app: Probe) -> None:
    opened(app, modal(NAME, external_id="mine"))
    tom = trigger(app, "tom")

    assert error(app.client.views_open, trigger_id=tom, view=modal(NAME, external_id="mine")) == (
        "duplicate_external_id"
    )
    updated = app.client.views_update(external_id="mine", view=modal(NAME, external_id="mine"))
    assert updated["view"]["external_id"] == "mine"


def test_an_update_changes_the_hash_and_keeps_what_was_typed(app: Probe) -> None:
    anna = app.slack.hands("anna")
    before = opened(app, modal(NAME))
    anna.fill("Name", "Anna")
    after = app.client.views_update(
        view_id=before["id"], hash=before["hash"], view=modal(section("New"), NAME)
    )["view"]

    assert after["id"] == before["id"]
    assert after["hash"] != before["hash"]
    assert after["state"]["values"]["name"]["x"]["value"] == "Anna"
    shown = anna.modal
    assert shown is not None
    assert shown.words == "New\nName\nAnna"
    other = modal(field("Name", "other", {"type": "plain_text_input"}))
    emptied = app.client.views_update(view_id=before["id"], view=other)["view"]
    assert emptied["state"]["values"] == {"other": {"x": {"type": "plain_text_input", "value": None}}}


def test_what_an_update_refuses(app: Probe) -> None:
    view = opened(app, modal(NAME))
    update = app.client.views_update

    assert error(update, view_id=view["id"], hash="1.old", view=modal(NAME)) == "hash_conflict"
    assert error(update, view_id="V0NOTHING0", view=modal(NAME)) == "not_found"
    assert error(update, external_id="nothing", view=modal(NAME)) == "not_found"
    assert error(update, view_id=view["id"], view=home(section("Home"))) == "invalid_arguments"
    assert (
        error(app.client.api_call, api_method="views.update", json={"view": modal(NAME)})
        == "invalid_arguments"
    )
    app.slack.hands("anna").close()
    assert error(update, view_id=view["id"], view=modal(NAME)) == "not_found"


def test_home_is_published_and_redrawn(app: Probe) -> None:
    anna = app.slack.hands("anna")
    assert (anna.home.words, anna.home.buttons) == ("", [])
    first = app.client.views_publish(
        user_id=anna.id, view=home(section("*Hello*"), actions(button("Go", "go")))
    )
    again = app.client.views_publish(user_id=anna.id, view=home(section("Again")), hash=first["view"]["hash"])

    assert first["view"]["id"] == again["view"]["id"]
    assert anna.home.words == "Again"
    stale = {"user_id": anna.id, "view": home(section("Late")), "hash": first["view"]["hash"]}
    assert error(app.client.views_publish, **stale) == "hash_conflict"
    assert (
        error(app.client.views_publish, user_id="U0NOBODY00", view=home(section("Hello")))
        == "invalid_arguments"
    )
    assert error(app.client.views_publish, user_id=anna.id, view=modal(NAME)) == "invalid_arguments"


def test_no_home_without_a_home_tab() -> None:
    without = manifest(features={"app_home": {"home_tab_enabled": False, "messages_tab_enabled": True}})
    with Playground(without) as slack:
        anna = slack.hands("anna")

        assert (
            error(web_client(slack).views_publish, user_id=anna.id, view=home(section("Hello")))
            == "not_enabled"
        )
        with pytest.raises(LookupError, match="no home tab"):
            anna.open_home()


def answering(**ack: Any) -> Any:
    """An answer function that gives ``ack`` to submissions only."""

    def answer(request: SocketModeRequest) -> Answer:
        return ack if request.payload.get("type") == "view_submission" else None

    return answer


def test_a_plain_ack_closes_the_view_and_shows_the_one_before(app: Probe) -> None:
    anna = app.slack.hands("anna")
    opened(app, modal(section("First")))
    opened(app, modal(section("Second")))
    anna.submit()

    shown = anna.modal
    assert shown is not None
    assert (shown.words, shown.depth) == ("First", 1)
    anna.submit()
    assert anna.modal is None


def test_clear_closes_all(app: Probe) -> None:
    anna = app.slack.hands("anna")
    opened(app, modal(section("First")))
    opened(app, modal(section("Second")))
    app.answer = answering(response_action="clear")
    anna.submit()

    assert anna.modal is None


def test_an_ack_may_update_or_push(app: Probe) -> None:
    anna = app.slack.hands("anna")
    opened(app, modal(section("First")))
    app.answer = answering(response_action="update", view=modal(section("Changed")))
    anna.submit()
    assert anna.modal is not None
    assert (anna.modal.words, anna.modal.depth) == ("Changed", 1)
    app.answer = answering(response_action="push", view=modal(section("On top")))
    anna.submit()
    assert anna.modal is not None
    assert (anna.modal.words, anna.modal.depth) == ("On top", 2)


def test_an_ack_may_refuse_inputs(app: Probe) -> None:
    anna = app.slack.hands("anna")
    opened(app, modal(NAME))
    app.answer = answering(response_action="errors", errors={"name": "Too short."})
    anna.fill("Name", "A")
    anna.submit()

    assert anna.modal is not None
    assert anna.modal.errors == {"Name": "Too short."}
    assert anna.modal.values == {"Name": "A"}
    anna.fill("Name", "Anna")
    assert anna.modal.errors == {}


@pytest.mark.parametrize(
    "ack",
    [
        {"response_action": "errors", "errors": {"nothing": "There is no such block."}},
        {"response_action": "errors", "errors": {"words": "Not an input."}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors"},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "update"},
        {"response_action": "update", "view": home(section("Home"))},
        {"response_action": "push", "view": modal(NAME, submit=None)},
        {"response_action": "shout"},
    ],
)
def test_an_ack_that_slack_cannot_follow_is_trouble(app: Probe, ack: dict[str, Any]) -> None:
    anna = app.slack.hands("anna")
    opened(app, modal(section("Hello", block_id="words"), {**NAME, "optional": True}))
    app.answer = answering(**ack)
    anna.submit()

    assert anna.notice == "We had some trouble connecting. Try again?"
    assert anna.modal is not None
    assert anna.modal.errors == {}


def test_a_modal_opened_during_a_submission_does_not_survive_its_ack(app: Probe) -> None:
    anna = app.slack.hands("anna")
    opened(app, modal(section("First")))

    def answer(request: SocketModeRequest) -> Answer:
        app.client.views_open(trigger_id=request.payload["trigger_id"], view=modal(section("Second")))
        return None

    app.answer = answer
    anna.submit()

    assert anna.modal is None
