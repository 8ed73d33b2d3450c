"""What no form of ours sends and somebody else might: each is an ordinary answer, and nothing odd is kept. Found by the fuzzing."""

import json
from typing import Any

import pytest
from slack_bolt import App

from handlers import guard, sessions, settings, start
from handlers.views import forms
from handlers.views.reading import notice
from mentoring.refusal import NotFound, Refused
from storage import agreements, people
from tests.handlers.meetings import TUESDAY, refused
from tests.handlers.slack import Json, Send, StandIn, acked, click, command, event, said, submission
from tests.handlers.stage import TEAM, Pair, payload_of, shown, words

GONE = NotFound().sentence


def claimed(pair: Pair, form: Any, **ids: Any) -> Json:
    """A form that is sent by the mentor with other ids and revisions in its ``private_metadata``; None takes one out."""
    body = submission("UTOM", shown(form))
    claims = {**json.loads(body["view"]["private_metadata"]), **ids}
    body["view"]["private_metadata"] = json.dumps(
        {key: value for key, value in claims.items() if value is not None}
    )
    body["view"]["state"] = payload_of(shown(form), {"starts": TUESDAY})["state"]
    return body


@pytest.mark.parametrize("revision", ["soon", "", "1.5", "9" * 5_000, "²", "\u0661", "\ud83d", None, [], {}])
def test_a_revision_that_is_none_finds_nothing(signed: Pair, send: Send, revision: Any) -> None:
    planned = signed.mentor.does(sessions.open_plan, signed.agreement.id)
    signed.mentor.submits(sessions.plan, planned, starts=TUESDAY)
    ahead = signed.agreement.planned_session
    assert ahead is not None
    form = signed.mentor.does(sessions.open_move, ahead.id)

    answer = acked(send(claimed(signed, form, revision=revision)))

    assert answer == {"response_action": "errors", "errors": {"starts": GONE.replace("`", "")}}
    assert signed.agreement.planned_session == ahead


@pytest.mark.parametrize("future", ["", "x", "a" * 10_000, "-" * 21 + "/", "é" * 22, "\ud83d", None])
def test_an_id_that_we_could_not_have_made_is_never_given_to_anything(
    signed: Pair, send: Send, future: Any
) -> None:
    form = signed.mentor.does(sessions.open_plan, signed.agreement.id)

    answer = acked(send(claimed(signed, form, session=future)))

    assert answer == {"response_action": "errors", "errors": {"starts": GONE.replace("`", "")}}
    assert signed.agreement.sessions == ()


def test_nor_is_it_to_an_agreement(pair: Pair) -> None:
    form = shown(pair.mentor.types(start.start))
    form.private_metadata = forms.pack(agreement="x", terms="closed")

    with pytest.raises(NotFound):
        pair.mentor.submits(start.propose, form, who="UANNA", role="mentor")
    with pair.stage.database.reading() as tx:
        assert agreements.of(tx, pair.mentor.person.id, now=pair.stage.now) == []


@pytest.mark.parametrize(
    "packed", ["[" * 100_000, "{", "[]", "5", '{"agreement": "\\ud83d"}', '{"agreement": "é"}']
)
def test_what_is_not_ours_in_a_form_holds_no_ids(packed: str) -> None:
    with pytest.raises(NotFound):
        forms.unpack({"private_metadata": packed})["agreement"]


@pytest.mark.parametrize("picked", ["24:00", "9:30", "10:30:15", "10:30+02:00", "T10", "", 5, None])
def test_a_time_that_no_clock_shows_is_none(picked: Any) -> None:
    assert forms.time_of({"at": {"at": {"selected_time": picked}}}, "at") is None


@pytest.mark.parametrize(
    "picked", ["9999-12-31", "0001-01-01", "2100-01-01", "2000-12-31", "2026-02-30", "", 5]
)
def test_a_day_that_nobody_means_is_asked_for_again(pair: Pair, picked: Any) -> None:
    form = shown(pair.mentor.types(settings.settings))
    why = refused(pair.mentor.submits, settings.save_settings, form, muted_until=picked)

    assert (why.sentence, why.at) == ("Please choose a day.", "muted_until")


@pytest.mark.parametrize("ticked", [None, 5, "all", {}, True, [None, "x", {}]])
def test_boxes_that_are_none_are_not_ticked(ticked: Any) -> None:
    assert forms.choices_of({"days": {"days": {"selected_options": ticked}}}, "days") == frozenset()


@pytest.mark.parametrize("picked", [999_999_999, 4_102_444_800, -1, 1.5, "1764600000", True])
def test_a_moment_that_nobody_means_is_asked_for_again(picked: Any) -> None:
    with pytest.raises(Refused) as why:
        forms.instant_of({"starts": {"starts": {"selected_date_time": picked}}}, "starts")

    assert (why.value.sentence, why.value.at) == ("Please choose a date and a time.", "starts")


# --- frames


@pytest.mark.parametrize(
    "body",
    [
        command("UTOM'; --", "help"),
        command("U" * 41, "help"),
        {**command("UTOM", "help"), "team_id": "a team"},
        {**click("UTOM", "help", "help"), "team": {"id": "[[["}},
        {**click("UTOM", "help", "help"), "actions": [{"type": "button", "action_id": "help", "value": 5}]},
        {
            **click("UTOM", "help", "help"),
            "actions": [{"type": "x", "action_id": "x", "selected_option": "x"}],
        },
        said("UTOM", "help", "Ev/1"),
        event("u t", "app_home_opened", tab="home"),
        {**said("UTOM", "help"), "authorizations": [{"authorizations": True}]},
    ],
    ids=range(9),
)
def test_ids_and_frames_that_slack_never_sends_go_nowhere(
    app: App, slack: StandIn, pair: Pair, body: Json
) -> None:
    assert acked(guard.dispatch(app, body)) == {}

    assert slack.calls == []
    assert pair.stage.inbox == {}


@pytest.mark.parametrize(
    "other",
    [{"command": 5}, {"command": "/mentor", "text": "help"}, {"event": None}, {"event": {"bot_id": "B1"}}],
)
def test_what_belongs_to_another_type_is_not_looked_at(send: Send, slack: StandIn, other: Json) -> None:
    usual = acked(send(click("UTOM", "privacy", view=notice("Here", "A window."))))
    asked = slack.calls.copy()
    slack.calls.clear()

    assert acked(send({**click("UTOM", "privacy", view=notice("Here", "A window.")), **other})) == usual
    assert slack.calls == asked
    assert slack.methods == ["views.update"]


def test_who_acts_is_read_where_a_payload_of_its_type_says_so(pair: Pair, send: Send) -> None:
    """Not where another type would say it."""
    other = {"user": {"id": "UANNA", "team_id": TEAM}, "event": {"user": "UANNA"}}
    send({**command("UNEW", "privacy", user_name="noor"), **other})
    send({**command("UNEWER", "privacy", user_name=5), "event": None})
    send({**command("UNEWEST", "privacy", user_name="n" * 500)})

    with pair.stage.database.reading() as tx:
        known = [people.by_account(tx, TEAM, user) for user in ("UNEW", "UNEWER", "UNEWEST")]
    assert [person and person.name for person in known] == ["noor", "Someone", "n" * 80]
    assert not pair.mentee.person.greeted


@pytest.mark.parametrize(
    "url", ["", "x", "http://[", "https://" + "a" * 300, "file:///etc/passwd", "http://é/"]
)
def test_an_address_for_answers_that_is_none_is_not_asked(
    send: Send, slack: StandIn, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    body = click("UTOM", "decline", "x")

    assert acked(send({**body, "response_url": url})) == {}

    assert slack.methods == (["views.open"] if url == "" else [])
    assert len([line for line in caplog.messages if line.startswith("Slack didn't take an answer: ")]) == (
        url != ""
    )


@pytest.mark.parametrize("name", [None, "", "x" * 256, {}])
def test_a_sentence_is_not_put_at_an_input_without_a_name(signed: Pair, send: Send, name: Any) -> None:
    body = claimed(signed, signed.mentor.does(sessions.open_plan, signed.agreement.id), session="x")
    for block in body["view"]["blocks"]:
        block["block_id"] = name

    answer = acked(send(body))

    assert answer["response_action"] == "update"
    assert words(answer["view"]) == f"Mentor {GONE.replace('`', '')} Close"
