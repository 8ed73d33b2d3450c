"""Everything that one of a pair can do, by its name: for the tests that draw a course of gestures and clocks.

A gesture takes the agreement as it stands, who does it, when, and a number that decides what a person would: which session,
how far ahead, which terms, which words. It returns the agreement as the rules have it then, or raises what they raise.
Whatever is written holds the word ``CANARY``.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from mentoring import cancelling, closing, feedback, proposals, rhythm, sessions, terms
from mentoring.agreement import Agreement, Role, Terms
from mentoring.calendar import Cadence, RatingDelay
from mentoring.feedback import Score
from mentoring.ids import AgreementId, PersonId, SessionId
from mentoring.people import Person
from mentoring.secret import Secret
from mentoring.sessions import SessionKind

CANARY = "canary"

Gesture = Callable[[Agreement, PersonId, datetime, int], Agreement]
T = TypeVar("T")


def pick(things: Sequence[T], number: int) -> T:
    """The thing that a number stands for."""
    return things[number % len(things)]


def said(number: int) -> Secret[str] | None:
    """What someone writes: now and then nothing."""
    return Secret(f"{CANARY} {number}") if number % 3 else None


def words(number: int) -> str:
    """What someone types into a field: now and then only a blank."""
    return f"{CANARY} {number}" if number % 3 else " "


def some_terms(number: int, now: datetime) -> Terms:
    """Terms that a pair might think of."""
    return Terms(
        sessions=1 + number % 3,
        minutes=(45, 75)[number // 4 % 2],
        cadence=pick(list(Cadence), number // 8),
        rating_after=pick(list(RatingDelay), number // 3),
        early_end=bool(number // 5 % 2),
        first_session=now + timedelta(hours=number % 300) if number % 5 == 1 else None,
        place=said(number),
    )


def _id(what: str, agreement: Agreement, now: datetime, number: int) -> SessionId:
    """The future id that a form carries: the same when the same form comes twice."""
    return SessionId(f"{what} {number} of {agreement.id} at {now:%Y-%m-%dT%H:%M:%S.%f}")


def _of(agreement: Agreement, number: int) -> SessionId:
    """One of the sessions and first talks, the one added last first; an id of nothing while there are none.

    Not by when they start: a move that is sent twice is of the same one.
    """
    there = sorted(
        (*agreement.sessions, *agreement.talks),
        key=lambda one: (one.id.rpartition(" at ")[2], one.id),
        reverse=True,
    )
    return pick(there, number).id if there else SessionId("none")


def _version(agreement: Agreement, number: int) -> int:
    """The number of the newest version, now and then of an older one, or of none."""
    return agreement.newest.number if number % 4 else 1 + number // 4 % 6


# --- before both have signed, and changes afterwards


def proposal(proposer: Person, other: Person, role: Role, now: datetime, number: int) -> Agreement:
    """A proposal in the role that the proposer takes."""
    return proposals.propose(
        AgreementId(f"agreement {number} at {now:%Y-%m-%dT%H:%M:%S.%f}"),
        proposer=proposer,
        other=other,
        role=role,
        terms=some_terms(number, now + timedelta(hours=1)),
        purpose=Secret(f"{CANARY} {number}"),
        record=proposals.Record(),
        now=now,
    )


def _sign(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    return proposals.sign(
        agreement,
        by=by,
        version=_version(agreement, number),
        purpose=said(number),
        first_session=_id("first session", agreement, now, number),
        now=now,
    )


def _suggest(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    return terms.suggest(
        agreement,
        by=by,
        basis=_version(agreement, number // 2),
        terms=some_terms(number, now),
        purpose=said(number // 7),
        now=now,
    )


def _decline(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    return proposals.decline(agreement, by=by, reply=said(number), now=now)


def _withdraw(agreement: Agreement, by: PersonId, now: datetime, _: int) -> Agreement:
    return proposals.withdraw_proposal(agreement, by=by, now=now)


def _decline_change(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    version = _version(agreement, number)
    return terms.decline_change(agreement, by=by, version=version, reply=said(number), now=now)


def _withdraw_change(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    return terms.withdraw_change(agreement, by=by, version=_version(agreement, number), now=now)


# --- sessions and first talks


def _plan(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    return sessions.plan(
        agreement,
        _id("session", agreement, now, number),
        starts=now + timedelta(hours=number % 400 - 3),
        place=said(number),
        by=by,
        now=now,
    )


def _plan_talk(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    return sessions.plan(
        agreement,
        _id("talk", agreement, now, number),
        starts=now + timedelta(hours=number % 400 - 3),
        place=said(number),
        by=by,
        now=now,
        kind=SessionKind.FIRST_TALK,
    )


def _move(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    session = agreement.session(_of(agreement, number // 8))
    return sessions.move(
        agreement,
        session.id,
        starts=now + timedelta(hours=number % 400 - 3),
        place=said(number),
        revision=session.revision - (number % 5 == 4),
        by=by,
        now=now,
    )


def _log(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    starts = now - timedelta(hours=number % 300)
    return sessions.log(agreement, _id("logged", agreement, now, number), starts=starts, by=by, now=now)


def _cancel(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    return cancelling.cancel(agreement, _of(agreement, number), by=by, now=now)


def _didnt_happen(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    return cancelling.didnt_happen(agreement, _of(agreement, number), by=by, now=now)


def _undo_cancel(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    return cancelling.undo_cancel(agreement, _of(agreement, number), by=by, now=now)


# --- ratings


def _rate(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    session = _of(agreement, number // 5)
    return feedback.answer(agreement, session, score=pick(list(Score), number), by=by, now=now)


def _add_words(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    share = pick((True, False, None), number // 2)
    session = _of(agreement, number // 6)
    return feedback.add_words(agreement, session, words=words(number), share=share, by=by, now=now)


def _skip(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    return feedback.skip(agreement, _of(agreement, number), by=by, now=now)


def _undo_skip(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    return feedback.undo_skip(agreement, _of(agreement, number), by=by, now=now)


# --- the rhythm, and the end


def _pause(agreement: Agreement, by: PersonId, now: datetime, _: int) -> Agreement:
    return rhythm.pause(agreement, by=by, now=now)


def _resume(agreement: Agreement, by: PersonId, now: datetime, _: int) -> Agreement:
    return rhythm.resume(agreement, by=by, now=now)


def _end(agreement: Agreement, by: PersonId, now: datetime, _: int) -> Agreement:
    return closing.end(agreement, by=by, now=now)


def _undo_close(agreement: Agreement, by: PersonId, now: datetime, _: int) -> Agreement:
    return closing.undo_close(agreement, by=by, place_taken=False, now=now)


def _say_farewell(agreement: Agreement, by: PersonId, now: datetime, number: int) -> Agreement:
    return closing.say_farewell(
        agreement,
        by=by,
        review=words(number),
        thanks=words(number // 2),
        go_on=pick((True, True, False, None), number),
        now=now,
    )


ON_PROPOSALS: dict[str, Gesture] = {
    "sign": _sign,
    "suggest other terms": _suggest,
    "decline": _decline,
    "withdraw": _withdraw,
    "plan a first talk": _plan_talk,
}
ON_CHANGES: dict[str, Gesture] = {
    "sign": _sign,
    "suggest other terms": _suggest,
    "decline the change": _decline_change,
    "withdraw the change": _withdraw_change,
}
ON_SESSIONS: dict[str, Gesture] = {
    "plan": _plan,
    "move": _move,
    "log": _log,
    "cancel": _cancel,
    "say it didn't happen": _didnt_happen,
    "undo the cancelling": _undo_cancel,
}
ON_RATINGS: dict[str, Gesture] = {
    "rate": _rate,
    "add words": _add_words,
    "skip": _skip,
    "undo the skipping": _undo_skip,
}
ON_THE_RHYTHM: dict[str, Gesture] = {"pause": _pause, "resume": _resume}
ON_THE_END: dict[str, Gesture] = {
    "end": _end,
    "undo the ending": _undo_close,
    "say farewell": _say_farewell,
}
GESTURES = ON_PROPOSALS | ON_CHANGES | ON_SESSIONS | ON_RATINGS | ON_THE_RHYTHM | ON_THE_END

ENDINGS = {"decline", "withdraw", "end"}
"""What brings it all to an end."""
UNDONE_BY = {
    "cancel": "undo the cancelling",
    "say it didn't happen": "undo the cancelling",
    "skip": "undo the skipping",
    "decline": "undo the ending",
    "end": "undo the ending",
}
"""What takes a gesture back, with the same number."""
