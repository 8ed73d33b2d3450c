"""Whatever a pair does, in whatever order: the database holds what the rules made, and the outbox what they want said."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mentoring import cancelling, closing, feedback, messages, sessions
from mentoring.agreement import Agreement, Terms
from mentoring.due import LEAVES_NOTHING, Kind
from mentoring.feedback import Score
from mentoring.ids import SessionId, new_id
from mentoring.people import Person
from mentoring.refusal import Refused
from mentoring.secret import Secret
from storage import following, outbox, people
from storage.database import Database
from storage.outbox import RowState
from tests.storage.pair import Pair

Act = Callable[[Pair, Person, int], object]


def _rule(rule: Callable[[Agreement, Pair, Person, int], Agreement]) -> Act:
    return lambda pair, by, number: pair.act(lambda agreement: rule(agreement, pair, by, number), by=by)


def _some_session(agreement: Agreement, number: int) -> SessionId:
    return (
        agreement.sessions[number % len(agreement.sessions)].id if agreement.sessions else SessionId("none")
    )


def _plan(agreement: Agreement, pair: Pair, by: Person, number: int) -> Agreement:
    starts = pair.now + timedelta(hours=5 * number + 1)
    place = Secret("the tea room") if number % 2 else None
    return sessions.plan(agreement, SessionId(new_id()), starts=starts, place=place, by=by.id, now=pair.now)


def _move(agreement: Agreement, pair: Pair, by: Person, number: int) -> Agreement:
    session = agreement.session(_some_session(agreement, number))
    starts, place = pair.now + timedelta(hours=7 * number + 1), Secret(f"room {number}")
    return sessions.move(
        agreement, session.id, starts=starts, place=place, revision=session.revision, by=by.id, now=pair.now
    )


def _on_session(rule: Callable[..., Agreement]) -> Act:
    return _rule(
        lambda agreement, pair, by, number: rule(
            agreement, _some_session(agreement, number), by=by.id, now=pair.now
        )
    )


def _settings(pair: Pair, by: Person, number: int) -> None:
    with pair.database.writing() as tx:
        people.set_settings(tx, by.id, reminders=bool(number % 2), now=pair.now)


ACTS: dict[str, Act] = {
    "plan": _rule(_plan),
    "move": _rule(_move),
    "cancel": _on_session(cancelling.cancel),
    "undo the cancelling": _on_session(cancelling.undo_cancel),
    "say it didn't happen": _on_session(cancelling.didnt_happen),
    "skip": _on_session(feedback.skip),
    "undo the skipping": _on_session(feedback.undo_skip),
    "rate": _rule(
        lambda agreement, pair, by, number: feedback.answer(
            agreement, _some_session(agreement, number), score=Score(number % 5 + 1), by=by.id, now=pair.now
        )
    ),
    "end": _rule(lambda agreement, pair, by, _: closing.end(agreement, by=by.id, now=pair.now)),
    "undo the ending": _rule(
        lambda agreement, pair, by, _: closing.undo_close(
            agreement, by=by.id, place_taken=False, now=pair.now
        )
    ),
    "look back": _rule(
        lambda agreement, pair, by, number: closing.say_farewell(
            agreement,
            by=by.id,
            review="x" * (number % 4),
            thanks="y" * (number % 3),
            go_on=number % 5 > 0,
            now=pair.now,
        )
    ),
    "change settings": _settings,
    "wait some minutes": lambda pair, _, number: pair.wait(minutes=number),
    "wait some hours": lambda pair, _, number: pair.wait(hours=9 * number),
    "wait for delivery": lambda pair, _by, _number: pair.deliver(),
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(
    course=st.lists(
        st.tuples(st.sampled_from(sorted(ACTS)), st.booleans(), st.integers(1, 30)), min_size=3, max_size=14
    )
)
def test_the_database_holds_what_the_rules_made(
    database: Database, course: list[tuple[str, bool, int]]
) -> None:
    pair = Pair(database, team_id=new_id())
    pair.agree(Terms(sessions=3))
    for what, his, number in course:
        with suppress(Refused):
            came = ACTS[what](pair, pair.tom if his else pair.anna, number)
            if isinstance(came, Agreement):
                assert pair.stored() == came
        _outbox_is_in_step(pair)
        _what_waits_stands_in_its_queue(pair)


def _outbox_is_in_step(pair: Pair) -> None:
    """What is pending is just what the rules want of what was not said before, but for reminders that are late."""
    wanted = messages.wanted(pair.stored(), pair.now)
    with pair.database.reading() as tx:
        rows = [row for row in following.rows_of(tx, pair.agreement_id) if row.kind in following.FOLLOWED]
    pending = {_key(row): row.due for row in rows if row.state is RowState.PENDING}
    over = {_key(row) for row in rows if row.state is RowState.SENT and row.kind is not Kind.TURN}
    expected = {(due.kind, due.subject, due.recipient or "", due.round): due.due for due in wanted}
    missing = {key for key in expected.keys() - pending.keys() - over if key[0] is not Kind.TURN}

    assert pending.items() <= expected.items()
    assert all(key[0] in following.REMINDERS and expected[key] < pair.now for key in missing)


def _what_waits_stands_in_its_queue(pair: Pair) -> None:
    """A message in that of its account, anything else in its own; what is settled in none."""
    with pair.database.reading() as tx:
        known = following.rows_of(tx, pair.agreement_id)
        rows = [row for each in known if (row := outbox.row(tx, each.id)) is not None]
    for row in rows:
        waits = row.state in {RowState.PENDING, RowState.SENDING, RowState.UNSURE}
        own = row.account_id is None or row.due.kind in LEAVES_NOTHING
        queue = f"{row.due.kind} {row.due.subject}" if own else row.account_id
        assert row.queue == (queue if waits else "")


def _key(row: following.Known) -> tuple[Kind, str, str, int]:
    return row.kind, row.subject, row.recipient, row.round
