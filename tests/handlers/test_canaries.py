"""What people write is shown in windows, and is nowhere else: no message, no metadata, no log, no database page."""

import logging
from pathlib import Path

import pytest
from slack_bolt import App

from handlers import agreement, guard, start
from handlers.ids import Action
from tests.handlers.signing import TUESDAY
from tests.handlers.slack import StandIn, acked, click, command, said, submission
from tests.handlers.stage import Pair, shown

CANARY = "canary-4711"


def test_a_purpose_and_a_place_are_in_windows_alone(
    app: App, slack: StandIn, pair: Pair, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="handlers")
    caplog.set_level(logging.INFO)
    form = shown(pair.mentor.types(start.start))
    offered = submission(
        "UTOM", form, who="UANNA", role="mentor", first_session=TUESDAY, place=f"{CANARY} place"
    )
    assert acked(guard.dispatch(app, offered))["response_action"] == "update"
    agreement_id = pair.mentee.messages[0].buttons["Read"]

    reading = shown(pair.mentee.does(agreement.show_agreement, agreement_id))
    signed = submission("UANNA", reading, purpose=f"{CANARY} purpose")
    assert CANARY not in str(acked(guard.dispatch(app, signed)))
    second = shown(pair.mentor.does(agreement.show_agreement, agreement_id))
    assert f"{CANARY} purpose" in str(second.to_dict())
    guard.dispatch(app, submission("UTOM", second))
    guard.dispatch(app, said("UANNA", f"{CANARY} said"))
    guard.dispatch(app, command("UANNA", f"{CANARY} typed"))
    guard.dispatch(app, click("UANNA", Action.OPEN_WORD, f"{CANARY}/word", response_url=f"{slack.url}/r"))
    for one in (pair.mentor, pair.mentee):
        assert CANARY not in str([(m.text, m.blocks, m.subject) for m in one.messages])

    for view in (form, reading, second):
        assert CANARY not in (view.private_metadata or "")
    assert CANARY not in caplog.text
    pages = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert agreement_id.encode() in pages
    assert CANARY.encode() not in pages
    assert [method for method, _ in slack.calls] == ["views.open", "r"]
