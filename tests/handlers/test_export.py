"""Export: the warning, the passphrase that is shown once, one archive at a time, and the file in the DM."""

import io
import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest
import pyzipper  # type: ignore[import-untyped]  # it has no types
from slack_bolt import App

from handlers import export as handlers
from handlers import guard, notes, settings
from handlers.gestures import Answer, Place, Show
from handlers.ids import Action, Form
from handlers.views.export_files import as_json
from mentoring.due import Due, Kind
from mentoring.ids import SessionId
from mentoring.operator import Operator
from mentoring.refusal import Refused
from mentoring.secret import Secret
from storage import exports, outbox
from storage.outbox import RowState
from tests.handlers.meetings import read, refused
from tests.handlers.ratings import rate
from tests.handlers.slack import StandIn, acked, click, command, said, submission
from tests.handlers.stage import Delivered, Pair, Someone, buttons, read_aloud, shown, words

NO_FILES = (
    "I can't send files in this workspace, so I can't bring you an export here. This bot is run by Ruth of Example "
    "Community: if you ask there, one can be made for you."
)
NOTE = "Goldcrest note"


@pytest.fixture
def filing(signed: Pair) -> Pair:
    """Both have signed, in a workspace that takes files."""
    signed.stage.deps = replace(signed.stage.deps, takes_files=lambda _: True)
    return signed


def passphrase_in(answer: Answer) -> Secret[str]:
    """The passphrase that the window shows."""
    section = shown(answer).to_dict()["blocks"][1]["elements"][0]["elements"]
    assert [part["style"] for part in section] == [{"code": True}]
    return Secret(section[0]["text"])


def opened(delivered: Delivered, passphrase: Secret[str]) -> dict[str, bytes]:
    """The files in the archive that a message brought."""
    assert delivered.message.file is not None
    with pyzipper.AESZipFile(io.BytesIO(delivered.message.file.content)) as zipped:
        zipped.setpassword(passphrase.reveal().encode())
        return {name: zipped.read(name) for name in zipped.namelist()}


def export(who: Someone) -> Answer:
    """Ask for an export, with both clicks."""
    return who.submits(handlers.make_export, who.types(handlers.open_export))


# --- before


def test_the_window_warns_in_plain_words(filing: Pair) -> None:
    form = shown(filing.mentee.types(handlers.open_export))

    assert words(form) == (
        "Export This makes a file with everything in Mentor that is yours or was released to you: what you wrote and scored, what was "
        "shared with you, your agreements with their sessions, and your settings. "
        "What others could see It comes to your messages with me. Slack keeps a copy of files, and whoever can export this "
        "workspace's direct messages could take it. That is why it is encrypted. "
        "The passphrase The next window shows its passphrase, only once. It is kept nowhere, and without it nobody can open the "
        "file. Keep it apart from the file, which is removed from Slack after a day. "
        "It opens with 7-Zip, Keka and the like, not with what comes with Windows. Make it Not now"
    )
    assert list(json.loads(str(form.private_metadata))) == ["export"]


def test_it_lies_on_top_of_a_window_that_may_be_half_filled_in(filing: Pair) -> None:
    more = shown(filing.mentor.does(settings.more_settings, place=Place.MODAL))

    assert buttons(more) == {"Export": "export/", "Forget me": "forget"}
    for place, push in ((Place.MODAL, True), (Place.MESSAGE, False), (Place.COMMAND, False)):
        answer = filing.mentor.does(handlers.open_export, place=place)
        assert isinstance(answer, Show)
        assert answer.push is push


def test_without_files_it_says_whom_to_ask(signed: Pair) -> None:
    form = shown(_open_with_files(signed))

    assert refused(signed.mentee.types, handlers.open_export).sentence == NO_FILES
    assert refused(signed.mentee.submits, handlers.make_export, form).sentence == NO_FILES
    signed.stage.deps = replace(signed.stage.deps, operator=Operator())
    with pytest.raises(
        Refused, match="This bot is run by whoever started it on this machine: if you ask there"
    ):
        signed.mentee.types(handlers.open_export)
    assert not waiting(signed.mentee)


def _open_with_files(pair: Pair) -> Answer:
    before = pair.stage.deps
    pair.stage.deps = replace(before, takes_files=lambda _: True)
    answer = pair.mentee.types(handlers.open_export)
    pair.stage.deps = before
    return answer


def waiting(who: Someone) -> bool:
    with who.stage.database.reading() as tx:
        return exports.waiting(tx, person=who.person.id)


# --- made


def test_the_passphrase_is_shown_and_opens_the_file_that_comes(filing: Pair, asked: SessionId) -> None:
    rate(filing, asked, 4)
    answer = export(filing.mentee)
    passphrase = passphrase_in(answer)

    assert words(shown(answer)) == (
        "Your passphrase The file comes to your messages with me in a moment. This opens it: "
        f"{passphrase.reveal()} "
        "Copy it or write it down now, apart from the file: once this window is closed, nobody can look it up. Download the file "
        "today, for it is removed from Slack after a day. "
        "If no file has come in a few minutes, ask for another. It gets a passphrase of its own, and this one is of no use any more. "
        "I have it"
    )
    message = filing.mentee.newest(Kind.EXPORT)
    file = message.message.file
    assert file is not None
    assert (file.name, file.title) == ("mentor-export.zip", "Your export")
    assert message.text == (
        "Here is your export, encrypted: everything that is yours or was released to you. The passphrase is the one that you were "
        "shown. It opens with 7-Zip, Keka and the like, not with what comes with Windows. The file is removed from here after a "
        "day, so keep a copy of your own."
    )
    with filing.stage.database.reading() as tx:
        everything = exports.of(tx, filing.mentee.person, filing.stage.now)
    content = json.loads(opened(message, passphrase)["export.json"])
    assert content == as_json(everything)
    assert content["mentorings"][0]["meetings"][0]["rating"]["score"] == 4


def test_each_gets_their_own(filing: Pair, asked: SessionId) -> None:
    form = filing.mentor.does(notes.open_notes, str(filing.agreement_id))
    filing.mentor.submits(notes.write_note, form, **{f"text-{asked}": NOTE})
    rate(filing, asked, 2)
    found = {
        who.user_id: opened(who.newest(Kind.EXPORT), passphrase)
        for who, passphrase in [(who, passphrase_in(export(who))) for who in (filing.mentor, filing.mentee)]
    }

    his, hers = (json.loads(found[user]["export.json"])["mentorings"][0] for user in ("UTOM", "UANNA"))
    assert (his["role"], his["meetings"][0]["note"]["text"]) == ("mentor", NOTE)
    assert his["meetings"][0]["rating"]["state"] == "not_yet"
    assert NOTE.encode() in found["UTOM"]["mentoring-1.md"]
    assert (hers["role"], hers["meetings"][0]["note"]) == ("mentee", None)
    assert hers["meetings"][0]["rating"]["score"] == 2
    assert NOTE.encode() not in b"".join(found["UANNA"].values())


def test_whoever_has_no_mentoring_has_settings(filing: Pair) -> None:
    passphrase = passphrase_in(export(filing.stranger))

    assert list(opened(filing.stranger.newest(Kind.EXPORT), passphrase)) == ["you.md", "export.json"]


def test_the_same_form_makes_one_export(filing: Pair) -> None:
    form = filing.mentee.types(handlers.open_export)
    first = filing.mentee.submits(handlers.make_export, form)
    again = (
        "Made already This export is made already, and its passphrase was shown then. It can't be shown again, for it is kept "
        "nowhere. If you don't have it, leave the file alone and ask for another with /mentor export . Close"
    )

    assert read(filing.mentee.submits(handlers.make_export, form)) == again
    passphrase = passphrase_in(first)
    assert opened(filing.mentee.newest(Kind.EXPORT), passphrase)
    assert read(filing.mentee.submits(handlers.make_export, form)) == again
    assert len([one for one in filing.mentee.messages if one.kind is Kind.EXPORT]) == 1


def test_one_is_on_its_way_at_a_time_and_then_there_can_be_another(filing: Pair) -> None:
    first = passphrase_in(export(filing.mentee))
    assert waiting(filing.mentee)
    assert read(export(filing.mentee)) == (
        "On its way An export of yours is still on its way to your messages with me, so no other was made. Once it is there you can "
        "ask for another with /mentor export . Close"
    )
    assert passphrase_in(export(filing.mentor))

    assert opened(filing.mentee.newest(Kind.EXPORT), first)
    assert not waiting(filing.mentee)
    second = passphrase_in(export(filing.mentee))
    assert second != first
    assert opened(filing.mentee.newest(Kind.EXPORT), second)


def test_somebody_elses_form_makes_an_export_of_ones_own(filing: Pair) -> None:
    """The id in it is a claim, and names nothing that is anybody's."""
    form = filing.mentee.types(handlers.open_export)
    filing.mentee.submits(handlers.make_export, form)

    assert read(filing.mentor.submits(handlers.make_export, form)).startswith("Your passphrase")
    for one in (filing.mentor, filing.mentee):
        assert [sent.kind for sent in one.messages if sent.kind is Kind.EXPORT] == [Kind.EXPORT]


def test_a_form_without_its_id_is_refused(filing: Pair) -> None:
    form = shown(filing.mentee.types(handlers.open_export))
    form.private_metadata = None
    with pytest.raises(Refused):
        filing.mentee.submits(handlers.make_export, form)


# --- what comes instead


def test_what_slack_does_not_take_is_said_and_another_can_be_made(filing: Pair) -> None:
    export(filing.mentee)
    message = filing.mentee.newest(Kind.EXPORT)
    assert message.message.file is not None

    instead = message.message.file.instead
    assert read_aloud(instead) == (
        "I couldn't bring you your export: Slack didn't take the file. Nothing of it is left, so its passphrase is of no use any more. | "
        "I couldn't bring you your export: Slack didn't take the file. Nothing of it is left, so its passphrase is of no use any more. "
        "Make another"
    )


def test_where_files_were_forbidden_meanwhile_it_is_said_at_once(filing: Pair) -> None:
    export(filing.mentee)
    filing.stage.deps = replace(filing.stage.deps, takes_files=lambda _: False)

    message = filing.mentee.newest(Kind.EXPORT)
    assert message.message.file is None
    assert message.buttons == {"Make another": "export/"}


def test_an_archive_that_is_gone_is_not_sent(filing: Pair) -> None:
    export(filing.mentee)
    with filing.stage.database.writing() as tx:
        exports.remove_of(tx, filing.mentee.person.id)

    assert [one.kind for one in filing.mentee.messages if one.kind is Kind.EXPORT] == []


def test_that_the_file_is_gone_again_is_said_in_working_hours(filing: Pair) -> None:
    export(filing.mentee)
    sent = filing.mentee.newest(Kind.EXPORT)
    due = Due(Kind.EXPORT_REMOVED, sent.row_id, filing.stage.now, recipient=filing.mentee.person.id)
    with filing.stage.database.writing() as tx:
        outbox.add(tx, due)

    assert filing.mentee.newest(Kind.EXPORT_REMOVED).text == (
        "The file with your export has been removed from here, a day after it came. /mentor export makes another."
    )


# --- through Slack


def test_the_word_the_button_and_the_message_lead_to_it(filing: Pair, app: App, slack: StandIn) -> None:
    guard.dispatch(app, command("UTOM", "export"))
    assert slack.view["callback_id"] == Form.EXPORT

    guard.dispatch(app, said("UTOM", "Export"))
    message = filing.mentor.newest(Kind.REPLY)
    assert message.text == "Everything that is yours or was released to you, as an encrypted file:"
    assert message.buttons == {"Export": "export/"}
    guard.dispatch(app, click("UTOM", Action.OPEN_WORD, "export/"))
    assert [method for method, _ in slack.calls] == ["views.open", "views.open"]
    assert slack.view["callback_id"] == Form.EXPORT


def test_the_passphrase_and_what_it_hides_are_nowhere_else(
    filing: Pair, app: App, slack: StandIn, asked: SessionId, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="handlers")
    caplog.set_level(logging.INFO)
    form = filing.mentor.does(notes.open_notes, str(filing.agreement_id))
    filing.mentor.submits(notes.write_note, form, **{f"text-{asked}": NOTE})
    warned = shown(filing.mentor.types(handlers.open_export))

    answer = acked(guard.dispatch(app, submission("UTOM", warned)))
    assert answer["response_action"] == "update"
    passphrase = answer["view"]["blocks"][1]["elements"][0]["elements"][0]["text"]
    message = filing.mentor.newest(Kind.EXPORT)
    assert NOTE.encode() in opened(message, Secret(passphrase))["mentoring-1.md"]

    assert answer["view"].get("private_metadata") in {None, ""}
    assert slack.calls == []
    pages = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    elsewhere = [caplog.text, read_aloud(message.message), repr(message), repr(answer.get("errors"))]
    for canary in (passphrase, passphrase[:11], NOTE):
        assert [place for place in elsewhere if canary in place] == []
        assert canary.encode() not in pages
    assert message.message.file is not None
    assert message.message.file.content[:200] not in pages
    with filing.stage.database.reading() as tx:
        row = outbox.row(tx, message.row_id)
    assert row is not None
    assert (row.state, row.due.agreement_id) == (RowState.SENT, None)
