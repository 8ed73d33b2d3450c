"""Of each gesture one line: what handled it, what came of it, how long it took; never who made it, nor what it said."""

import json
import logging
import re
from collections.abc import Iterator

import pytest
from slack_bolt import App

from bot.log import JsonLines
from handlers import guard, start
from handlers.course import Course, Outcome
from handlers.ids import Action
from handlers.views.reading import notice
from tests.handlers.slack import StandIn, click, command, said, submission
from tests.handlers.stage import Pair, shown
from tests.handlers.test_errors import Broken
from tests.trouble import Hindered

CANARY = "canary-4711"
LINE = re.compile(r"(\S+) \((\w+)\) (\w+) in \d+\.\d ms\.")


@pytest.fixture(autouse=True)
def _at_info(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.INFO):
        yield


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, ...]]:
    """Return the handler, place and outcome of each line."""
    found = [LINE.fullmatch(record.getMessage()) for record in caplog.records if of_course(record)]
    return [line.groups() for line in found if line is not None]


def of_course(record: logging.LogRecord) -> bool:
    return record.name == "handlers.course"


def test_each_way_in_leaves_one_line(app: App, pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    form = shown(pair.mentor.types(start.start))
    for body in (
        command("UTOM", "help"),
        command("UTOM", f"{CANARY} typed"),
        click("UTOM", Action.PICK, f"recap/{CANARY}"),
        click("UTOM", "unheard_of", CANARY, view=notice("Here", "A window.")),
        submission("UTOM", form, who="UTOM", role="mentor", place=CANARY),
        said("UTOM", f"{CANARY} said"),
    ):
        guard.dispatch(app, body)

    assert lines(caplog) == [
        ("home.help_", "command", "answered"),
        ("routes.unknown_word", "command", "answered"),
        ("recap.open_recap", "message", "refused"),
        ("none", "modal", "refused"),
        ("start.propose", "submission", "refused"),
        ("home.say_word", "event", "answered"),
    ]
    assert not re.search(rf"{CANARY}|UTOM|UANNA|{pair.mentor.person.id}", caplog.text)


def test_a_busy_database_is_told_from_a_refusal(
    app: App, pair: Pair, slack: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    pair.propose()
    refuse = click(
        "UANNA", Action.NO_INVITATIONS, str(pair.agreement_id), response_url=f"{slack.url}/response"
    )
    with pair.stage.database.writing():
        guard.dispatch(app, refuse)

    assert lines(caplog) == [("agreement.no_invitations", "message", "busy")]


def test_and_so_is_a_database_that_cannot_be_used(
    app: App, pair: Pair, slack: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    pair.propose()
    refuse = click(
        "UANNA", Action.NO_INVITATIONS, str(pair.agreement_id), response_url=f"{slack.url}/response"
    )
    with Hindered(pair.stage.database, "read only"):
        guard.dispatch(app, refuse)

    assert lines(caplog) == [("agreement.no_invitations", "message", "away")]


def test_an_answer_that_slack_does_not_take(
    app: App, slack: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    slack.answers["views.open"] = {"ok": False, "error": "expired_trigger_id"}

    guard.dispatch(app, command("UTOM", "help"))

    assert lines(caplog) == [("home.help_", "command", "not_taken")]


def test_an_error_of_ours(app: App, pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    object.__setattr__(pair.stage.deps, "database", Broken())

    guard.dispatch(app, command("UTOM", "help"))
    guard.dispatch(app, said("UTOM", CANARY))

    assert lines(caplog) == [("none", "command", "failed"), ("none", "event", "failed")]


def test_what_raises_past_bolt_is_a_failure_too(caplog: pytest.LogCaptureFixture) -> None:
    class Raising:
        def dispatch(self, _request: object) -> object:
            raise ValueError(CANARY)

    with pytest.raises(ValueError, match=CANARY):
        guard.dispatch(Raising(), command("UTOM", "help"))  # type: ignore[arg-type]

    assert lines(caplog) == [("none", "command", "failed")]
    assert CANARY not in caplog.text


def test_what_does_not_concern_us_leaves_none(app: App, caplog: pytest.LogCaptureFixture) -> None:
    guard.dispatch(app, {**said("UTOM", "help"), "type": "something_new"})
    guard.dispatch(app, [CANARY])

    assert lines(caplog) == []


def test_whoever_asks_is_told_as_well(app: App) -> None:
    told: list[Course] = []

    guard.dispatch(app, command("UTOM", "help"), tell=told.append)

    [course] = told
    assert (course.place, course.handler, course.outcome) == ("command", "home.help_", Outcome.ANSWERED)
    assert 0 < course.seconds < 5


def test_in_json_each_part_is_a_field_of_its_own(app: App, caplog: pytest.LogCaptureFixture) -> None:
    guard.dispatch(app, command("UTOM", "help"))

    [record] = filter(of_course, caplog.records)
    body = json.loads(JsonLines().format(record))
    assert list(body) == ["time", "level", "logger", "message", "handler", "place", "outcome", "ms"]
    assert (body["handler"], body["place"], body["outcome"]) == ("home.help_", "command", "answered")
    assert body["message"] == f"home.help_ (command) answered in {body['ms']:.1f} ms."
