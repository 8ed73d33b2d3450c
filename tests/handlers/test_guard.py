"""The shape guard: whatever doesn't look like Slack's payloads is acknowledged, and goes nowhere."""

import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt import App

from handlers import guard
from handlers.ids import Action
from handlers.views.reading import notice
from tests.handlers.slack import Json, Send, StandIn, acked, click, command, event, said, submission

WINDOW = notice("Here", "A window.")
GOOD: list[Json] = [
    command("UTOM", "help"),
    click("UTOM", Action.HELP, "help"),
    click("UTOM", Action.HELP, "help", view=WINDOW),
    submission("UTOM", WINDOW),
    {**submission("UTOM", WINDOW), "type": "view_closed"},
    event("UTOM", "app_home_opened", tab="home"),
    said("UTOM", "help"),
]


def without(body: Json, *path: str) -> Json:
    """The payload with one thing missing."""
    return changed(body, *path, to=None)


def changed(body: Json, *path: str, to: Any) -> Json:
    """The payload with one thing in another's place; None takes it away."""
    copy = dict(body)
    if len(path) > 1:
        copy[path[0]] = changed(copy[path[0]], *path[1:], to=to)
    elif to is None:
        del copy[path[0]]
    else:
        copy[path[0]] = to
    return copy


CLICK, IN_WINDOW, SUBMISSION, EVENT = GOOD[1], GOOD[2], GOOD[3], GOOD[5]
MALFORMED: list[object] = [
    None,
    [],
    "text",
    {},
    without(GOOD[0], "user_id"),
    without(GOOD[0], "team_id"),
    changed(GOOD[0], "text", to=5),
    changed(GOOD[0], "command", to=[]),
    changed(CLICK, "actions", to=[]),
    without(CLICK, "actions"),
    changed(CLICK, "actions", to="rate"),
    changed(CLICK, "actions", to=["rate"]),
    changed(CLICK, "actions", to=[{"type": "button"}]),
    without(CLICK, "user"),
    changed(CLICK, "user", to="UTOM"),
    changed(CLICK, "user", to={"team_id": "T1"}),
    changed(without(CLICK, "team"), "user", to={"id": "UTOM"}),
    changed(CLICK, "team", to=5),
    changed(CLICK, "enterprise", to=5),
    changed(CLICK, "channel", to=5),
    without(CLICK, "message"),
    changed(CLICK, "message", to=[]),
    changed(IN_WINDOW, "view", to=[]),
    changed(IN_WINDOW, "view", "state", to=[]),
    changed(IN_WINDOW, "view", "state", to={"values": []}),
    changed(IN_WINDOW, "view", "state", to={"values": {"who": {"who": "UTOM"}}}),
    changed(IN_WINDOW, "view", "blocks", to="none"),
    changed(IN_WINDOW, "view", "blocks", to=["none"]),
    changed(IN_WINDOW, "view", "private_metadata", to={}),
    without(SUBMISSION, "view"),
    without(SUBMISSION, "view", "type"),
    without(SUBMISSION, "view", "id"),
    without(SUBMISSION, "view", "callback_id"),
    without(EVENT, "event"),
    without(EVENT, "event_id"),
    without(EVENT, "team_id"),
    without(EVENT, "event", "type"),
    changed(EVENT, "authorizations", to=[5]),
    changed(EVENT, "authorizations", to={}),
    changed(EVENT, "event", "user", to={}),
    changed(said("UTOM", "x"), "event", "text", to=5),
    changed(EVENT, "type", to=5),
]


@pytest.mark.parametrize("body", GOOD, ids=lambda body: str(body.get("type")))
def test_what_slack_sends_passes(body: Json) -> None:
    assert guard.well_formed(body)
    assert guard.concerns_us(body)


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
def test_what_slack_never_sends_is_acknowledged_and_goes_nowhere(
    app: App, slack: StandIn, body: object, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        response = guard.dispatch(app, body)

    assert (response.status, response.body) == (200, "")
    assert slack.calls == []
    assert caplog.messages == ["Refused a payload that doesn't have the shape of Slack's."]


@pytest.mark.parametrize("kind", ["shortcut", "message_action", "block_suggestion", "something_new"])
def test_what_we_do_not_listen_to_is_acknowledged(
    app: App, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert acked(guard.dispatch(app, {**CLICK, "type": kind})) == {}

    assert caplog.messages == []


def test_addresses_for_answers_that_no_form_asks_for_are_not_looked_at(send: Send) -> None:
    several = [{"response_url": "https://hooks.example/1"}, {"response_url": "https://hooks.example/2"}]
    usual = acked(send(SUBMISSION))
    odd: list[object] = [several, [{}, {}], "two", None]
    for response_urls in odd:
        assert acked(send({**SUBMISSION, "response_urls": response_urls})) == usual


PIECES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.sampled_from(GOOD), data=st.data())
def test_whatever_is_changed_in_a_payload_raises_nothing(send: Send, body: Json, data: st.DataObject) -> None:
    path: list[str] = []
    here: Any = body
    while isinstance(here, dict) and here and (not path or data.draw(st.booleans())):
        path.append(data.draw(st.sampled_from(sorted(here))))
        here = here[path[-1]]
    piece = data.draw(PIECES)

    response = send(changed(body, *path, to=piece))

    assert response.status in ({200, 500} if body.get("type") == "event_callback" else {200})
