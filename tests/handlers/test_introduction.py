"""Who is acting and who is named: from the payload, the database, and one question to Slack at most."""

import pytest

from handlers import start
from handlers.ids import Action
from handlers.introduction import marked
from handlers.views.reading import notice
from mentoring.due import Due, Kind
from storage import outbox
from tests.handlers.slack import Json, Send, StandIn, acked, click, command, submission, user
from tests.handlers.stage import TEAM, Pair, Someone, shown, words


def test_somebody_new_is_looked_up_once_by_the_submission_that_names_them(
    send: Send, slack: StandIn, pair: Pair
) -> None:
    slack.answers["users.info"] = user("UNEW", real_name="Noor Khan", tz="Asia/Kolkata")
    form = shown(pair.mentor.types(start.start))

    answer = acked(send(submission("UTOM", form, who="UNEW", role="mentor")))

    assert slack.methods == ["users.info"]
    assert slack.calls[0][1] == {"user": "UNEW", "team_id": TEAM}
    assert words(answer["view"]).startswith("Sent Your invitation to Noor is on its way.")
    noor = Someone(pair.stage, "UNEW").person
    assert (noor.name, noor.zone.key, noor.zone_known) == ("Noor Khan", "Asia/Kolkata", True)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            {"ok": False, "error": "user_not_found"},
            "I can't find that person in this workspace. Please choose someone else.",
        ),
        (
            {"ok": False, "error": "user_not_visible"},
            "I can't find that person in this workspace. Please choose someone else.",
        ),
        (
            {"ok": False, "error": "ratelimited"},
            "Slack doesn't tell me just now who that is. Please send it once more in a moment.",
        ),
        ({"ok": True, "bot": True}, "That's an app, not a person. Please choose a person."),
        (
            {"ok": True, "gone": True},
            "That account isn't active in this workspace any more. Please choose someone else.",
        ),
    ],
)
def test_nobody_is_invited_whom_slack_does_not_vouch_for(
    send: Send, slack: StandIn, pair: Pair, told: Json, sentence: str
) -> None:
    slack.answers["users.info"] = (
        user("UNEW", is_bot="bot" in told, deleted="gone" in told) if told["ok"] else told
    )
    form = shown(pair.mentor.types(start.start))

    answer = acked(send(submission("UTOM", form, who="UNEW", role="mentor")))

    assert answer == {"response_action": "errors", "errors": {"who": sentence}}
    assert slack.methods == ["users.info"]


def test_a_look_up_that_hangs_is_given_up(send: Send, slack: StandIn, pair: Pair) -> None:
    slack.answers["users.info"] = {"hang": True}
    form = shown(pair.mentor.types(start.start))

    answer = acked(send(submission("UTOM", form, who="UNEW", role="mentor")))

    sentence = "Slack doesn't tell me just now who that is. Please send it once more in a moment."
    assert answer == {"response_action": "errors", "errors": {"who": sentence}}


def test_slackbot_is_an_app(send: Send, slack: StandIn, pair: Pair) -> None:
    slack.answers["users.info"] = user("USLACKBOT", real_name="Slackbot")
    form = shown(pair.mentor.types(start.start))

    answer = acked(send(submission("UTOM", form, who="USLACKBOT", role="mentor")))

    assert answer["errors"] == {"who": "That's an app, not a person. Please choose a person."}


def test_a_newcomer_is_met_from_the_payload_alone(send: Send, slack: StandIn, pair: Pair) -> None:
    assert acked(send(command("UNEW", "help", user_name="noor"))) == {}

    assert slack.methods == ["views.open"]
    assert Someone(pair.stage, "UNEW").person.name == "noor"
    with pair.stage.database.writing() as tx:
        (row,) = outbox.claim(tx, pair.stage.now, limit=5)
    assert (row.due.kind, row.user_id) == (Kind.LOOKUP, "UNEW")


@pytest.mark.parametrize(
    "fields",
    [
        {"team": None, "enterprise": {"id": "E1", "name": "Example"}, "is_enterprise_install": True},
        {"team": {"id": "TOTHER", "domain": "other"}},
    ],
    ids=["enterprise grid", "slack connect"],
)
def test_whoever_acts_is_known_by_their_own_team(
    send: Send, slack: StandIn, pair: Pair, fields: Json
) -> None:
    pair.propose()

    assert acked(send({**click("UANNA", Action.NO_INVITATIONS, str(pair.agreement_id)), **fields})) == {}

    assert pair.agreement.hidden


def test_without_a_team_of_their_own_the_view_tells_it(send: Send, slack: StandIn, pair: Pair) -> None:
    pair.propose()
    body = click("UANNA", Action.NO_INVITATIONS, str(pair.agreement_id), view=notice("Here", "A window."))
    del body["user"]["team_id"]
    body["team"] = None
    body["view"]["app_installed_team_id"] = TEAM

    assert acked(send(body)) == {}

    assert pair.agreement.hidden


# --- a click settles a message that may not have arrived


@pytest.mark.parametrize("before", ["unsure", "sending"])
def test_a_click_shows_that_its_message_arrived(send: Send, pair: Pair, before: str) -> None:
    with pair.stage.database.writing() as tx:
        outbox.add(tx, Due(Kind.REPLY, "help/Ev9", pair.stage.now, recipient=pair.mentee.person.id))
    with pair.stage.database.writing() as tx:
        (row,) = outbox.claim(tx, pair.stage.now, limit=5)
        if before == "unsure":
            outbox.unsure(tx, row.id, pair.stage.now)

    send(click("UMAYA", Action.HELP, "help", block_id=marked(row.id, 1)))
    assert state_of(pair, row.id) == (before, None)
    send(click("UANNA", Action.HELP, "help", block_id=marked(row.id, 1)))
    assert state_of(pair, row.id) == ("sent", "1.000")


def state_of(pair: Pair, row_id: str) -> tuple[str, str | None]:
    with pair.stage.database.reading() as tx:
        row = outbox.row(tx, row_id)
    assert row is not None
    return row.state, row.ts
