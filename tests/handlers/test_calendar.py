"""A session in one's own calendar: links wherever one is planned or moved, a file for whoever asks, a new one after a move."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from handlers import calendar as handlers
from handlers import sessions as session_handlers
from handlers.gestures import Answer, Nothing, Place
from handlers.ids import Action
from handlers.views.calendar import GOOGLE, OUTLOOK_AT_HOME, OUTLOOK_AT_WORK
from mentoring import rhythm, sessions
from mentoring.due import Kind
from mentoring.ids import SessionId, new_id
from mentoring.refusal import NotFound
from mentoring.sessions import SessionKind
from storage import agreements, outbox
from storage.outbox import RowState
from tests.handlers.meetings import IN_BOTH, PLACE, THURSDAY, TUESDAY, cancel, plan, read, refused
from tests.handlers.slack import Send, StandIn, acked, click
from tests.handlers.stage import Delivered, Pair, Someone, buttons, shown, told

TO_MENTOR = "Tuesday 1 December, 16:30 in London · 11:30 in New York"
HERE = f"Here is the file for your calendar. Meeting with Anna: {TO_MENTOR}, for 75 minutes."
LINKS = (
    f"I couldn't send you the file. These links do the same. Meeting with Anna: {TO_MENTOR}, for 75 minutes."
)
LABELS = ["Google Calendar", "Outlook at work", "Outlook.com"]


@pytest.fixture
def files(signed: Pair) -> Pair:
    """A pair in a workspace in which files can be sent."""
    signed.stage.deps = replace(signed.stage.deps, takes_files=lambda _: True)
    return signed


def links(drawn: Any) -> list[str]:
    """The addresses of all link buttons in blocks or a view."""
    if isinstance(drawn, dict):
        own = [drawn["url"]] if "url" in drawn else []
        return own + [link for inner in drawn.values() for link in links(inner)]
    return [link for inner in drawn for link in links(inner)] if isinstance(drawn, list) else []


def move(pair: Pair, one: Someone, session_id: SessionId, **entered: Any) -> Answer:
    return one.submits(session_handlers.move, one.does(session_handlers.open_move, session_id), **entered)


def take(one: Someone, session_id: SessionId) -> Delivered:
    """Ask for the file, and get it."""
    assert (
        told(one.does(handlers.send_file, session_id))
        == "The file comes to your messages with me in a moment."
    )
    return one.newest(Kind.CALENDAR_FILE)


# --- links


def test_the_receipt_has_the_links_at_once(signed: Pair) -> None:
    form = signed.mentor.does(session_handlers.open_plan, signed.agreement.id)

    receipt = signed.mentor.submits(session_handlers.plan, form, starts=TUESDAY, place=PLACE)

    assert list(buttons(shown(receipt))) == LABELS
    found = links(shown(receipt).to_dict())
    assert [link.partition("?")[0] for link in found] == [GOOGLE, OUTLOOK_AT_WORK, OUTLOOK_AT_HOME]
    assert not any("Wolseley" in link for link in found)


@pytest.mark.parametrize("place", [Place.MESSAGE, Place.MODAL])
def test_message_and_sessions_window_open_a_small_window(signed: Pair, place: Place) -> None:
    session_id = plan(signed, place=PLACE)
    offered = (
        signed.mentee.newest(Kind.PLANNED).buttons
        if place is Place.MESSAGE
        else buttons(shown(signed.mentee.types(session_handlers.show_session)))
    )

    window = signed.mentee.does(handlers.open_calendar, offered["Add to calendar"], place=place)

    assert offered["Add to calendar"] == session_id
    assert read(window) == (
        f"Add to calendar Meeting with Tom: {IN_BOTH}, for 75 minutes. Google Calendar Outlook at work Outlook.com "
        "The links open your calendar with title and time filled in; nothing is saved until you save it there. Close"
    )
    assert "Meeting%20with%20Tom" in links(shown(window).to_dict())[0]


def test_a_click_on_a_link_is_acknowledged_and_does_nothing(signed: Pair, send: Send, slack: StandIn) -> None:
    plan(signed)

    for place in range(3):
        assert acked(send(click("UANNA", f"{Action.CALENDAR_LINK}_{place}", "link"))) == {}

    assert slack.calls == []
    assert signed.mentee.does(handlers.follow_link, "link") == Nothing()


def test_a_moved_session_offers_them_anew(signed: Pair) -> None:
    session_id = plan(signed)

    receipt = move(signed, signed.mentee, session_id, starts=THURSDAY)

    assert list(buttons(shown(receipt))) == LABELS
    assert "20261203T100000Z" in links(shown(receipt).to_dict())[0]
    assert list(signed.mentor.newest(Kind.MOVED).buttons) == ["Add to calendar", "That doesn't suit me"]


def test_a_first_talk_has_them_too(pair: Pair) -> None:
    proposal, tom, session_id = pair.propose(), pair.mentor.person.id, SessionId(new_id())
    with pair.stage.database.writing() as tx:
        agreement = agreements.current(tx, proposal.id, seen_by=tom, now=pair.stage.now)
        talk = sessions.plan(
            agreement,
            session_id,
            starts=TUESDAY,
            place=None,
            by=tom,
            now=pair.stage.now,
            kind=SessionKind.FIRST_TALK,
        )
        agreements.save(tx, talk, pair.stage.now)

    window = pair.mentee.does(handlers.open_calendar, session_id)

    assert read(window).startswith(f"Add to calendar Meeting with Tom: {IN_BOTH}, for 60 minutes.")
    assert pair.mentee.newest(Kind.PLANNED).buttons["Add to calendar"] == session_id


# --- the file


def test_without_the_scope_there_is_no_button_and_no_file(signed: Pair) -> None:
    session_id = plan(signed)

    why = refused(signed.mentee.does, handlers.send_file, session_id)

    assert why.sentence == "I can't send files in this workspace. The links do the same."
    assert "Send me a file" not in buttons(shown(signed.mentee.does(handlers.open_calendar, session_id)))
    assert Kind.CALENDAR_FILE not in {one.kind for one in signed.mentee.messages}


def test_the_file_is_sent_to_whoever_asked_and_to_nobody_else(files: Pair) -> None:
    session_id = plan(files)
    window = shown(files.mentor.does(handlers.open_calendar, session_id))
    assert list(buttons(window)) == [*LABELS, "Send me a file"]
    assert "The file comes to your messages here, for any other calendar." in read(
        files.mentor.does(handlers.open_calendar, session_id)
    )

    message = take(files.mentor, SessionId(buttons(window)["Send me a file"]))

    assert message.text == HERE
    assert message.buttons == {}
    assert message.message.file is not None
    assert (message.message.file.name, message.message.file.title) == ("meeting.ics", "Meeting with Anna")
    assert b"SUMMARY:Meeting with Anna" in message.message.file.content
    assert message.message.file.instead.text == LINKS
    assert Kind.CALENDAR_FILE not in {one.kind for one in files.mentee.messages}


def test_the_receipt_offers_the_file_too(files: Pair) -> None:
    form = files.mentor.does(session_handlers.open_plan, files.agreement.id)

    receipt = files.mentor.submits(session_handlers.plan, form, starts=TUESDAY)

    assert list(buttons(shown(receipt))) == [*LABELS, "Send me a file"]


def test_asked_for_again_it_is_not_sent_again(files: Pair) -> None:
    session_id = plan(files)
    for _ in range(2):
        assert told(files.mentor.does(handlers.send_file, session_id)) == (
            "The file comes to your messages with me in a moment."
        )
    files.stage.deliver()

    assert told(files.mentor.does(handlers.send_file, session_id)) == (
        "You have this file already: it is in your messages with me."
    )
    assert [m.kind for m in files.mentor.messages].count(Kind.CALENDAR_FILE) == 1


def test_links_that_came_instead_are_pointed_to(files: Pair) -> None:
    session_id = plan(files)
    files.mentor.does(handlers.send_file, session_id)
    files.stage.deps = replace(files.stage.deps, takes_files=lambda _: False)
    message = files.mentor.newest(Kind.CALENDAR_FILE)
    assert message.text == LINKS
    assert [link.partition("?")[0] for link in links(message.blocks)] == [
        GOOGLE,
        OUTLOOK_AT_WORK,
        OUTLOOK_AT_HOME,
    ]
    files.stage.deps = replace(files.stage.deps, takes_files=lambda _: True)

    assert told(files.mentor.does(handlers.send_file, session_id)) == (
        "Slack didn't take the file; the links in your messages with me do the same."
    )
    # They follow the session, and stay what they are.
    move(files, files.mentee, session_id, starts=THURSDAY)
    assert "Thursday 3 December" in files.mentor.newest(Kind.CALENDAR_FILE).text
    assert "20261203T100000Z" in links(files.mentor.newest(Kind.CALENDAR_FILE).blocks)[0]
    assert "You took a file" not in files.mentor.newest(Kind.MOVED).text
    cancel(files, files.mentor, session_id)
    assert files.mentor.newest(Kind.CALENDAR_FILE).text == (
        "This meeting isn't ahead any more, so there is nothing to add to a calendar."
    )
    assert files.mentor.newest(Kind.CALENDAR_FILE).buttons == {}


@pytest.mark.parametrize("state", [RowState.UNSURE, RowState.DEAD, RowState.DROPPED])
def test_whoever_has_not_got_it_for_sure_can_ask_once_more(files: Pair, state: RowState) -> None:
    session_id = plan(files)
    files.stage.deliver()
    files.mentor.does(handlers.send_file, session_id)
    settle: dict[RowState, outbox.Ending] = {
        RowState.UNSURE: partial(outbox.unsure, now=files.stage.now),
        RowState.DEAD: outbox.dead,
        RowState.DROPPED: outbox.dropped,
    }
    with files.stage.database.writing() as tx:
        (row,) = outbox.claim(tx, files.stage.now, limit=5)
        settle[state](tx, row.id)
    assert Kind.CALENDAR_FILE not in {one.kind for one in files.mentor.messages}

    assert take(files.mentor, session_id).row_id == row.id


def test_what_is_asked_for_and_then_cancelled_is_not_sent(files: Pair) -> None:
    session_id = plan(files)
    files.stage.deliver()
    files.mentor.does(handlers.send_file, session_id)
    agreement_id, anna = files.agreement.id, files.mentee.person.id
    with files.stage.database.writing() as tx:
        agreement = agreements.current(tx, agreement_id, seen_by=anna, now=files.stage.now)
        paused = rhythm.pause(agreement, by=anna, now=files.stage.now)
        agreements.save(tx, paused, files.stage.now)

    assert Kind.CALENDAR_FILE not in {one.kind for one in files.mentor.messages}
    assert refused(files.mentor.does, handlers.send_file, session_id).sentence == (
        "This session isn't ahead any more, so there is nothing to add to a calendar."
    )


def test_the_first_thing_someone_is_sent_says_who_writes_whatever_comes_of_the_file(pair: Pair) -> None:
    pair.stage.deps = replace(pair.stage.deps, takes_files=lambda _: True)
    pair.sign()
    session_id = plan(pair)
    with pair.stage.database.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE people SET greeted = FALSE")

    message = take(pair.mentor, session_id).message

    assert message.file is not None
    for one in (message, message.file.instead):
        assert "I'm Mentor." in one.text
        assert len(one.blocks) > 2


# --- after a move


def test_whoever_took_a_file_is_offered_the_new_one(files: Pair) -> None:
    session_id = plan(files)
    take(files.mentor, session_id)
    move(files, files.mentee, session_id, starts=THURSDAY)
    message = files.mentor.newest(Kind.MOVED)
    assert message.text == (
        "Anna moved session 1 of 5.\n"
        "Before: Tuesday 1 December, 16:30 in London · 11:30 in New York.\n"
        "Now: Thursday 3 December, 10:00 in London · 05:00 in New York.\n"
        "You took a file for your calendar before this change; the new one brings it up to date."
    )
    assert list(message.buttons) == ["Send me the new file", "Add to calendar", "That doesn't suit me"]

    new = take(files.mentor, SessionId(message.buttons["Send me the new file"]))

    assert new.message.file is not None
    assert b"SEQUENCE:1\r\n" in new.message.file.content
    assert f"UID:{session_id}@mentor\r\n".encode() in new.message.file.content
    move(files, files.mentee, session_id, place="Elsewhere")
    assert "You took a file" in files.mentor.newest(Kind.MOVED).text


def test_whoever_moves_it_is_offered_the_new_one_in_the_receipt(files: Pair) -> None:
    session_id = plan(files)
    take(files.mentee, session_id)

    receipt = move(files, files.mentee, session_id, starts=THURSDAY)

    assert read(receipt) == (
        "Moved Session 1 of 5 Thursday 3 December, 05:00 in New York · 10:00 in London, for 75 minutes. Tom will be told. "
        "You took a file for your calendar before this change; the new one brings it up to date. Send me the new file Close"
    )
    assert buttons(shown(receipt)) == {"Send me the new file": session_id}
    assert "You took a file" not in files.mentor.newest(Kind.MOVED).text


def test_where_no_files_can_be_sent_any_more_none_is_offered(files: Pair) -> None:
    session_id = plan(files)
    take(files.mentor, session_id)
    files.stage.deps = replace(files.stage.deps, takes_files=lambda _: False)

    receipt = move(files, files.mentor, session_id, starts=THURSDAY)
    move(files, files.mentee, session_id, starts=TUESDAY)

    assert list(buttons(shown(receipt))) == LABELS
    assert "You took a file" not in files.mentor.newest(Kind.MOVED).text


def test_a_file_that_one_took_changes_nothing_for_the_other(files: Pair) -> None:
    session_id = plan(files)
    take(files.mentor, session_id)

    move(files, files.mentor, session_id, starts=THURSDAY)

    assert list(files.mentee.newest(Kind.MOVED).buttons) == ["Add to calendar", "That doesn't suit me"]


# --- others


def test_a_session_that_is_over_or_of_others(files: Pair) -> None:
    session_id = plan(files)
    for handler in (handlers.open_calendar, handlers.send_file):
        for who, value in ((files.stranger, session_id), (files.mentor, "nothing")):
            assert isinstance(refused(who.does, handler, value), NotFound)
    files.stage.pass_time(TUESDAY + timedelta(minutes=1))

    for handler in (handlers.open_calendar, handlers.send_file):
        assert refused(files.mentor.does, handler, session_id).sentence == (
            "This session isn't ahead any more, so there is nothing to add to a calendar."
        )
    assert "Add to calendar" not in buttons(shown(files.mentor.types(session_handlers.show_session)))
