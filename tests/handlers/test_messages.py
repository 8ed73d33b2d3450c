"""Drawing due rows: at the right hour, from the present state, or not at all."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers import clock, messages
from handlers.messages import Drop, Later
from handlers.views.text import Message
from mentoring.agreement import Outcome
from mentoring.due import LEAVES_NOTHING, Due, Kind, Lane
from mentoring.ids import AgreementId, PersonId
from mentoring.refusal import NotFound
from storage import outbox
from storage.outbox import Row, RowState
from tests.handlers.stage import LONDON, Pair, words

MONDAY = datetime(2026, 11, 30, tzinfo=LONDON)


def row(due: Due, *, ts: str | None = None) -> Row:
    return Row(
        "r1", due, None, "T1", "U1", None, ts, RowState.SENDING, 0, ts is not None, None, "q", at=due.due
    )


def draw(pair: Pair, due: Due, now: datetime, *, ts: str | None = None) -> Message | Later | Drop:
    with pair.stage.database.reading() as tx:
        return messages.draw(tx, row(due, ts=ts), pair.stage.deps, now)


def reminder(pair: Pair, *, lane: Lane = Lane.CLOCK, expires: datetime | None = None) -> Due:
    """A row for the mentee about the pair's proposal."""
    agreement = pair.agreement
    return Due(
        Kind.PROPOSAL_REMINDER,
        agreement.id,
        pair.stage.now,
        agreement.id,
        agreement.mentee.id,
        1,
        expires=expires,
        lane=lane,
    )


@pytest.mark.parametrize(
    ("hour", "minute", "drawn"),
    [(14, 0, True), (22, 0, True), (22, 14, True), (22, 16, False), (13, 59, False), (3, 0, False)],
)
def test_the_clock_speaks_in_working_hours(pair: Pair, hour: int, minute: int, drawn: bool) -> None:
    """Anna's 9:00 to 17:00 in New York are 14:00 to 22:00 in London; a quarter of an hour late is still in time."""
    pair.propose()
    now = MONDAY.replace(hour=hour, minute=minute)

    answer = draw(pair, reminder(pair), now)

    assert isinstance(answer, Message if drawn else Later)
    if isinstance(answer, Later):
        assert answer.at == MONDAY.replace(hour=14) + timedelta(days=hour == 22)


def test_what_someone_just_did_is_said_at_any_hour(pair: Pair) -> None:
    pair.propose()
    assert isinstance(draw(pair, reminder(pair, lane=Lane.GESTURE), MONDAY.replace(hour=3)), Message)


@pytest.mark.parametrize(("late", "drawn"), [(timedelta(minutes=15), True), (timedelta(hours=3), False)])
def test_at_a_sessions_end_it_speaks_at_any_hour_but_not_at_any_hour_after_an_outage(
    pair: Pair, late: timedelta, drawn: bool
) -> None:
    now = MONDAY.replace(hour=21)
    due = Due(Kind.SESSION_ENDED, "s1", now - late, None, pair.mentor.person.id, lane=Lane.CLOCK)

    expected = Drop() if drawn else Later(MONDAY.replace(day=1, month=12, hour=9))
    assert draw(pair, due, now) == expected


def test_what_would_come_too_late_is_not_said(pair: Pair) -> None:
    pair.propose()
    night = MONDAY.replace(hour=3)

    assert draw(pair, reminder(pair, expires=night), night) == Drop()
    assert draw(pair, reminder(pair, expires=night + timedelta(hours=11)), night) == Drop()
    assert draw(pair, reminder(pair, expires=night + timedelta(hours=12)), night) == Later(
        MONDAY.replace(hour=14)
    )


def test_what_was_sent_is_drawn_again_at_any_hour_and_after_it_expired(pair: Pair) -> None:
    pair.propose()
    night = MONDAY.replace(hour=3)

    assert isinstance(draw(pair, reminder(pair, expires=night), night, ts="1.1"), Message)


def test_what_has_gone_out_of_sight_is_not_said_and_what_was_said_goes(pair: Pair) -> None:
    pair.propose()
    due = replace(reminder(pair, lane=Lane.GESTURE), recipient=pair.stranger.person.id)

    assert draw(pair, due, pair.stage.now) == Drop()
    again = draw(pair, due, pair.stage.now, ts="1.1")
    assert isinstance(again, Message)
    assert again.text.startswith("You chose to get no more invitations")


@pytest.mark.parametrize(
    "due",
    [
        Due(Kind.TURN, "a", MONDAY, AgreementId("a")),
        Due(Kind.AGREED, "a", MONDAY, None, PersonId("")),
    ],
)
def test_rows_that_say_nothing_are_dropped(pair: Pair, due: Due) -> None:
    due = due if due.recipient is None else replace(due, recipient=pair.mentor.person.id)
    assert draw(pair, due, MONDAY) == Drop()


def test_a_kind_that_is_not_a_message_is_dropped(pair: Pair) -> None:
    pair.propose()
    assert draw(pair, replace(reminder(pair), kind=Kind.TURN), MONDAY.replace(hour=15)) == Drop()


def test_names_are_escaped_in_the_text_that_notifications_show(pair: Pair) -> None:
    odd = pair.stage.someone("UODD", "<!channel> & co", LONDON)
    Pair(pair.stage, mentor=odd, mentee=pair.mentee, stranger=pair.stranger).propose()

    (message,) = pair.mentee.messages
    assert message.text.startswith("&lt;!channel&gt; &amp; co offers to mentor you")
    assert words(message.blocks).startswith("<!channel> & co offers to mentor you")


def test_someone_unreachable_is_told_of_without_a_cause(pair: Pair) -> None:
    agreement = pair.propose()
    due = Due(Kind.UNREACHABLE, agreement.id, pair.stage.now, agreement.id, agreement.mentor.id)

    drawn = draw(pair, due, pair.stage.now)

    assert isinstance(drawn, Message)
    assert drawn.text.startswith("I can't reach Anna at the moment; please contact Anna directly.")


def test_every_message_has_its_drawer() -> None:
    drawn = {
        *messages.OF_VERSIONS,
        *messages.OF_AGREEMENTS,
        *messages.WITH_RENEWAL,
        *messages.OF_SESSIONS,
        *messages.WITH_MORE,
        Kind.EXPORT,
        Kind.EXPORT_REMOVED,
        Kind.REPLY,
        Kind.RETENTION_NOTICE,
    }
    assert drawn == set(Kind) - LEAVES_NOTHING - {Kind.RETENTION}


def test_a_turn_applies_what_time_has_done(pair: Pair) -> None:
    agreement = pair.propose()
    late = pair.stage.now + timedelta(days=15)

    with pair.stage.database.writing() as tx:
        clock.turn(tx, agreement.id, late)
    with pair.stage.database.writing() as tx:
        rows = outbox.claim(tx, late, limit=9)

    assert pair.agreement.outcome is Outcome.LAPSED
    assert [(r.due.kind, r.due.lane) for r in rows if r.due.kind is Kind.LAPSED] == [
        (Kind.LAPSED, Lane.CLOCK)
    ]
    with pytest.raises(NotFound), pair.stage.database.writing() as tx:
        clock.turn(tx, AgreementId("none"), late)
