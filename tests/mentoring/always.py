"""What holds of every agreement and every gesture, whatever the pair and the clock do."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mentoring.access import may_see
from mentoring.agreement import Agreement, Outcome, State
from mentoring.due import Due, Kind, Lane
from mentoring.erasing import erased, without_texts
from mentoring.feedback import RatingState
from mentoring.ids import PersonId
from mentoring.messages import concerned, wanted
from mentoring.people import Person
from mentoring.refusal import NotFound, Refused
from mentoring.retention import NOTICE, counted_from, empty
from mentoring.secret import PLACEHOLDER
from mentoring.sessions import Session, SessionKind
from mentoring.turns import caught_up, next_turn
from tests.mentoring.gestures import GESTURES, Gesture

NEVER_ACTIVE = {Outcome.DECLINED, Outcome.LAPSED, Outcome.WITHDRAWN}
TELLS_OF_THE_END = {Kind.DECLINED, Kind.WITHDRAWN, Kind.LAPSED, Kind.ENDED, Kind.END_RECEIPT, Kind.RESULT}
TELLS_OF_A_CANCELLATION = {Kind.CANCELLED, Kind.NOT_HELD, Kind.CANCEL_RECEIPT}
AT_ANY_HOUR = {Kind.SESSION_ENDED, Kind.RATING, Kind.RETENTION}
"""The first is said as the session ends; the second was asked in her hours as they were then; of the last nobody is told."""
LONG_ENOUGH = timedelta(days=366 + 14 + 1)
"""A first talk can be a year ahead, and a proposal waits a fortnight from its end."""


def check(agreement: Agreement, now: datetime) -> None:
    """Raise AssertionError at the first thing that should hold and does not."""
    rows = wanted(agreement, now)
    limits_hold(agreement)
    both_have_signed(agreement)
    ratings_are_of_held_sessions(agreement)
    time_has_done_what_it_does(agreement, now)
    there_is_a_way_to_the_end(agreement, now)
    rows_name_things_once(agreement, rows)
    the_clock_keeps_to_their_hours(agreement, rows)
    what_is_out_of_sight_is_not_spoken_of(agreement, rows)
    a_pause_is_quiet(agreement, rows)
    the_end_is_quiet(agreement, rows)
    what_is_written_is_kept_and_told_of(agreement, rows)


def limits_hold(agreement: Agreement) -> None:
    assert len(agreement.standing_sessions) <= agreement.terms.sessions
    assert sum(session.planned for session in agreement.sessions) <= 1
    assert sum(talk.planned for talk in agreement.talks) <= 1
    assert all(session.kind is SessionKind.SESSION for session in agreement.sessions)
    assert all(talk.kind is SessionKind.FIRST_TALK and talk.rating is None for talk in agreement.talks)
    if agreement.signed is None:
        assert agreement.sessions == ()


def both_have_signed(agreement: Agreement) -> None:
    """Nothing is in force without the mentee's and then the mentor's signature on one version."""
    signed = agreement.signed
    begun = agreement.state in {State.ACTIVE, State.PAUSED, State.CLOSING} or (
        agreement.over and agreement.outcome not in NEVER_ACTIVE
    )
    assert begun == (signed is not None)
    assert begun == (agreement.activated_at is not None)
    for version in agreement.versions:
        if version.mentor_signed_at is not None:
            assert version.mentee_signed_at is not None
            assert version.mentee_signed_at <= version.mentor_signed_at
            assert version.purpose is not None or agreement.mentee_erased
            assert version.closed_at is None
    assert [version.number for version in agreement.versions] == [*range(1, len(agreement.versions) + 1)]


def ratings_are_of_held_sessions(agreement: Agreement) -> None:
    for session in agreement.sessions:
        if session.rating is None:
            continue
        assert (
            session.held or session.rating.state is RatingState.WITHDRAWN or session.rating.released is False
        )
        assert session.held or not session.rating.open
        assert not session.planned


def time_has_done_what_it_does(agreement: Agreement, now: datetime) -> None:
    caught = caught_up(agreement, now)
    assert caught_up(caught, now) == caught
    turn = next_turn(caught, now)
    assert turn is None or turn > now
    for moment in (caught.closing_at, caught.released_at, caught.closed_at):
        assert moment is None or moment <= now


def there_is_a_way_to_the_end(agreement: Agreement, now: datetime) -> None:
    """Time ends it by itself, or one gesture of either does."""
    if agreement.over:
        return
    if agreement.state in {State.PROPOSED, State.CLOSING}:
        assert caught_up(agreement, now + LONG_ENOUGH).over
    for person in (agreement.mentor, agreement.mentee):
        if agreement.state is not State.CLOSING and may_see(agreement, person.id):
            assert any(_ends(what, agreement, person, now) for what in ("end", "decline", "withdraw"))


def _ends(what: str, agreement: Agreement, person: Person, now: datetime) -> bool:
    try:
        return GESTURES[what](agreement, person.id, now, 0).over
    except Refused:
        return False


def rows_name_things_once(agreement: Agreement, rows: list[Due]) -> None:
    """Nothing is said twice, and a row names what it is about: it holds nothing that anyone wrote."""
    keys = [(row.kind, row.subject, row.recipient, row.round) for row in rows]
    assert len(keys) == len(set(keys))
    subjects = {agreement.id, *(session.id for session in (*agreement.sessions, *agreement.talks))}
    for row in rows:
        assert row.subject in subjects
        assert row.agreement_id == agreement.id
        assert row.recipient in {None, agreement.mentor.id, agreement.mentee.id}
        assert (row.recipient is None) == (row.kind is Kind.TURN)


def the_clock_keeps_to_their_hours(agreement: Agreement, rows: list[Due]) -> None:
    for row in rows:
        if row.lane is Lane.CLOCK and row.recipient is not None and row.kind not in AT_ANY_HOUR:
            assert agreement.person(row.recipient).next_moment(row.due) == row.due


def what_is_out_of_sight_is_not_spoken_of(agreement: Agreement, rows: list[Due]) -> None:
    for row in rows:
        assert row.recipient is None or may_see(agreement, row.recipient) or row.kind is Kind.RETENTION


def a_pause_is_quiet(agreement: Agreement, rows: list[Due]) -> None:
    """While it is paused: the pause, and the question after sixty days. What was decided before is told as it begins."""
    if agreement.paused:
        assert agreement.paused_at is not None
        later = {row.kind for row in rows if row.due > agreement.paused_at}
        assert later == {Kind.PAUSE_CHECK}
        assert {row.kind for row in rows} - later - TELLS_OF_A_CANCELLATION == {Kind.PAUSED}


def the_end_is_quiet(agreement: Agreement, rows: list[Due]) -> None:
    """After it is over: what tells of the end, thanks, and what was written goes. What was decided before is told by then."""
    if agreement.over:
        assert agreement.closed_at is not None
        told = [row for row in rows if row.recipient is not None]
        later = {row.kind for row in told if row.due > agreement.closed_at}
        assert later <= TELLS_OF_THE_END | {Kind.THANKS, Kind.RETENTION_NOTICE, Kind.RETENTION}
        assert {row.kind for row in told} - later <= TELLS_OF_THE_END | TELLS_OF_A_CANCELLATION


def what_is_written_is_kept_and_told_of(agreement: Agreement, rows: list[Due]) -> None:
    """Once it is over each one's texts are kept for the days that they chose, and for a week after they are told."""
    goes = {row.recipient: row.due for row in rows if row.kind is Kind.RETENTION}
    told = {row.recipient: row.due for row in rows if row.kind is Kind.RETENTION_NOTICE}
    closed = agreement.closed_at
    if closed is None:
        assert not goes
        assert not told
        return
    for person in (agreement.mentor, agreement.mentee):
        if person.gone:
            assert person.id not in goes | told
            continue
        assert goes[person.id] >= closed + timedelta(days=int(person.retention))
        if agreement.signed is not None and may_see(agreement, person.id):
            assert (person.id in told) is not erased(agreement, person.id)
        if person.id in told:
            assert told[person.id] >= max(closed, person.retention_since or closed)
            assert goes[person.id] >= told[person.id] + NOTICE


def goes_with_the_last_closing(pair: list[Agreement]) -> None:
    """Of what was signed nothing goes while the pair goes on; then all of it is counted from one and the same instant."""
    signed = [agreement for agreement in pair if agreement.signed is not None]
    moments = {counted_from(agreement, pair) for agreement in signed}
    if any(not agreement.over for agreement in signed):
        assert moments == {None}
    elif signed:
        assert moments == {
            max(agreement.closed_at for agreement in signed if agreement.closed_at is not None)
        }


def nothing_is_left_of(agreement: Agreement, person: PersonId) -> None:
    """Erasing again changes nothing, and of what both wrote nothing is left once both are erased."""
    assert erased(agreement, person)
    assert without_texts(agreement, person) == agreement
    if agreement.mentor_erased and agreement.mentee_erased:
        assert empty(agreement)
        assert PLACEHOLDER not in repr(agreement)


# --- of gestures


def finds_nothing(
    stranger: PersonId, gesture: Gesture, agreement: Agreement, now: datetime, number: int
) -> None:
    """For whoever it does not exist there is nothing to do, whatever they try."""
    with pytest.raises(NotFound):
        gesture(agreement, stranger, now, number)


def comes_to_the_same_twice(
    gesture: Gesture, after: Agreement, by: PersonId, now: datetime, number: int
) -> None:
    """The same form sent twice, or a second click, changes nothing more: at most it is refused."""
    try:
        again = gesture(after, by, now, number)
    except Refused:
        return
    assert again == after


def concerns_whom_it_tells(before: Agreement, after: Agreement, now: datetime) -> None:
    """Whoever is to be told something else is one of those that the change concerns."""
    changed = set(wanted(before, now)) ^ set(wanted(after, now))
    told = {row.recipient for row in changed if row.kind is not Kind.RETENTION} - {None}
    assert told <= set(concerned(before, after))


def without_traces(agreement: Agreement) -> Agreement:
    """The agreement but for how often it, and what is in it, was changed, and who did something last."""

    def untouched(session: Session) -> Session:
        rating = None if session.rating is None else replace(session.rating, revision=0)
        return replace(session, rating=rating, revision=0)

    return replace(
        agreement,
        sessions=tuple(map(untouched, agreement.sessions)),
        talks=tuple(map(untouched, agreement.talks)),
        acted_by=None,
        acted_at=None,
        other_acted_at=None,
        revision=0,
    )


def was_told_at_once(agreement: Agreement) -> bool:
    """Tell whether a session was cancelled so late that the other was told without waiting for Undo."""
    return any(session.cancelled_late for session in (*agreement.sessions, *agreement.talks))
