"""When something goes wrong: a sentence with a reference, a log without content, and events that come again."""

import logging
import re
from contextlib import AbstractContextManager

import pytest
from slack_bolt import App

from bot.app import gesture_client
from handlers import guard, start, terms
from handlers.gestures import Gesture, Place, Show
from handlers.ids import Action
from handlers.views.reading import notice
from storage.database import Tx
from tests.handlers.slack import StandIn, acked, click, command, said, submission
from tests.handlers.stage import Pair, shown, words
from tests.handlers.talking import suggest

CANARY = "canary-4711"
SORRY = (
    "Something went wrong on my side. Please try again; if it happens again, give the reference {} "
    "to whoever runs this bot."
)
NOT_OPENED = "Slack didn't open the window in time. Please try that once more."
REFERENCE = re.compile(r"Reference ([0-9a-f]{8}): (.*)\n")


class Broken:
    """A database that fails, telling what it was asked to keep."""

    def reading(self) -> AbstractContextManager[Tx]:
        raise ValueError(f"could not read {CANARY}")

    writing = reading


@pytest.fixture
def broken(app: App, pair: Pair) -> App:
    """The app, with a database that breaks whatever is done."""
    object.__setattr__(pair.stage.deps, "database", Broken())
    return app


def reference(caplog: pytest.LogCaptureFixture) -> str:
    found = REFERENCE.match(caplog.messages[-1])
    assert found is not None
    assert found[2] == "ValueError"
    assert CANARY not in caplog.text
    return found[1]


def test_a_command_is_told_the_reference(
    broken: App, slack: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    answer = acked(guard.dispatch(broken, command("UTOM", "help")))

    assert answer["text"] == SORRY.format(reference(caplog))
    assert slack.calls == []


def test_a_submission_keeps_what_was_typed(app: App, pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    form = shown(pair.mentor.types(start.start))
    object.__setattr__(pair.stage.deps, "database", Broken())

    answer = acked(guard.dispatch(app, submission("UTOM", form, who="UANNA", role="mentor", place=CANARY)))

    assert answer == {"response_action": "errors", "errors": {"who": SORRY.format(reference(caplog))}}


def test_a_click_in_a_message_is_told_beside_it(
    broken: App, slack: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    body = click("UTOM", Action.DECLINE, CANARY, response_url=f"{slack.url}/response")

    assert acked(guard.dispatch(broken, body)) == {}

    assert slack.methods == ["response"]
    assert slack.calls[0][1]["text"] == SORRY.format(reference(caplog))


def test_a_click_in_a_window_is_told_in_one(
    broken: App, slack: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    assert acked(guard.dispatch(broken, click("UTOM", Action.CARD, CANARY, view=notice("Here", "A.")))) == {}

    assert slack.methods == ["views.push"]
    assert words(slack.view) == f"Mentor {SORRY.format(reference(caplog))} Close"


def test_an_event_comes_again(broken: App, slack: StandIn, caplog: pytest.LogCaptureFixture) -> None:
    response = guard.dispatch(broken, said("UTOM", CANARY))

    assert response.status == 500
    assert reference(caplog)
    assert slack.calls == []


# --- when Slack doesn't take the answer


@pytest.mark.parametrize("error", ["expired_trigger_id", "internal_error"])
def test_a_command_hears_that_its_window_did_not_open(app: App, slack: StandIn, error: str) -> None:
    slack.answers["views.open"] = {"ok": False, "error": error}

    answer = acked(guard.dispatch(app, command("UTOM", "help")))

    assert answer["text"] == NOT_OPENED
    assert slack.methods == ["views.open"]


def test_a_click_in_a_message_hears_it_too(app: App, slack: StandIn) -> None:
    slack.answers["views.open"] = {"ok": False, "error": "expired_trigger_id"}
    body = click("UTOM", Action.HELP, "help", response_url=f"{slack.url}/response")

    assert acked(guard.dispatch(app, body)) == {}

    assert slack.methods == ["views.open", "response"]
    assert slack.calls[1][1]["text"] == NOT_OPENED


def test_a_click_in_home_is_acknowledged_all_the_same(
    app: App, slack: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    slack.answers["views.push"] = {"ok": False, "error": "push_limit_reached"}

    assert acked(guard.dispatch(app, click("UTOM", "gone", view=notice("Here", "A window.")))) == {}

    assert caplog.messages == ["Slack didn't take an answer: push_limit_reached."]


def test_half_an_answer_is_none(app: App, slack: StandIn, caplog: pytest.LogCaptureFixture) -> None:
    slack.answers["views.open"] = {"ok": True, "cut": True}

    assert acked(guard.dispatch(app, command("UTOM", "help")))["text"] == NOT_OPENED

    assert caplog.messages[-1] == "Slack didn't take an answer: IncompleteRead."


def test_a_call_that_hangs_is_given_up_before_slack_gives_us_up(
    app: App, slack: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    slack.answers["views.open"] = {"hang": True}

    answer = acked(guard.dispatch(app, command("UTOM", "help")))

    assert answer["text"] == NOT_OPENED
    assert slack.methods == ["views.open"]
    assert caplog.messages[-1] == "Slack didn't take an answer: TimeoutError."


def test_the_client_has_one_quick_try() -> None:
    client = gesture_client("http://127.0.0.1:1/api/", None)

    assert (client.timeout, client.retry_handlers) == (1.5, [])


def test_a_busy_database_says_so(app: App, pair: Pair, slack: StandIn) -> None:
    pair.propose()
    with pair.stage.database.writing():
        answered = guard.dispatch(
            app,
            click(
                "UANNA", Action.NO_INVITATIONS, str(pair.agreement_id), response_url=f"{slack.url}/response"
            ),
        )

    assert acked(answered) == {}
    assert slack.calls[0][1]["text"] == "I'm busy for a moment, so nothing was saved. Please try again."
    assert pair.agreement.proposed


def test_an_event_that_finds_it_busy_comes_again(
    app: App, pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO), pair.stage.database.writing():
        assert guard.dispatch(app, said("UTOM", "help")).status == 500

    assert guard.dispatch(app, said("UTOM", "help")).status == 200
    assert len(pair.mentor.messages) == 1


def test_neither_a_gesture_nor_its_answer_shows_what_was_typed(pair: Pair) -> None:
    gesture = Gesture(
        Place.COMMAND,
        pair.mentor.person,
        pair.stage.deps,
        pair.stage.now,
        body={"a": "canary"},
        value="canary",
    )

    assert "canary" not in repr(gesture)
    assert "canary" not in repr(Show(notice("Note", "canary")))


def test_a_sentence_finds_its_field_also_where_that_was_drawn_anew(app: App, pair: Pair) -> None:
    pair.propose()
    form = shown(pair.mentor.does(terms.open_suggest, str(pair.agreement_id)))
    suggest(pair.mentee, pair, sessions="3", purpose="To delegate")
    again = shown(pair.mentor.submits(terms.suggest, form, minutes="60"))

    answer = acked(guard.dispatch(app, submission("UTOM", again, **{"sessions.2": "few"})))

    assert answer == {
        "response_action": "errors",
        "errors": {"sessions.2": "Please give the number of sessions in digits, from 1 to 12."},
    }
