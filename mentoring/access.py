"""Who may do and see what: all of it is decided here. Ids in a payload are claims, so every handler and rule asks, and every query is scoped.

==============================  =============================  =============================
what one of the pair does       the mentor may                 the mentee may
==============================  =============================  =============================
take part                       always                         always
read a score                    once released                  always
read words                      once released and shared       always
read what came of a session     once settled and shared        if it is theirs
read notes                      if it is theirs                never
read the recap                  always                         never
read decisions                  never                          if it is theirs
read a review                   if it is theirs                if it is theirs
read thanks                     if it is theirs or passed on   if it is theirs or passed on
read a reply                    if it is to them               if it is to them
rate a session                  never                          always
write what came of a session    never                          always
write notes                     always                         never
write decisions                 never                          always
decline the proposal            if it was made to them         if it was made to them
withdraw the proposal           if it was made by them         if it was made by them
decline a change                unless it is theirs            unless it is theirs
withdraw a change               if it is theirs                if it is theirs
undo an end                     if they ended it               if they ended it
undo a cancellation             if they cancelled it           if they cancelled it
==============================  =============================  =============================

To take part is to read the terms, the purpose, the places and the sessions, to sign and suggest terms, and to plan, pause, resume and
end. Words that she keeps, or what came of a session that she keeps, nobody else ever reads. A review goes with "would you go on?"; a
reply is the sentence with a no, which its author finds in an export alone. Everybody else may nothing, and neither may one of the pair
for whom the agreement does not exist: because they had everything forgotten, or were invited while they want no invitations.

Whoever may not is told the same as of a thing that does not exist.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from mentoring.agreement import Outcome, Role
from mentoring.refusal import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mentoring.agreement import Agreement, Version
    from mentoring.closing import Farewell
    from mentoring.feedback import Rating
    from mentoring.ids import PersonId
    from mentoring.impact import Impact
    from mentoring.sessions import Session

    Condition = Callable[[Agreement, PersonId, Any], bool]


class Right(StrEnum):
    """What someone does with an agreement, or with something in it: a row of the table."""

    TAKE_PART = "take part"
    READ_SCORE = "read a score"
    READ_WORDS = "read words"
    READ_IMPACT = "read what came of a session"
    READ_NOTES = "read notes"
    READ_RECAP = "read the recap"
    READ_DECISIONS = "read decisions"
    READ_REVIEW = "read a review"
    READ_THANKS = "read thanks"
    READ_REPLY = "read a reply"
    RATE = "rate a session"
    WRITE_IMPACT = "write what came of a session"
    WRITE_NOTES = "write notes"
    WRITE_DECISIONS = "write decisions"
    DECLINE = "decline the proposal"
    WITHDRAW = "withdraw the proposal"
    DECLINE_CHANGE = "decline a change"
    WITHDRAW_CHANGE = "withdraw a change"
    UNDO_END = "undo an end"
    UNDO_CANCELLATION = "undo a cancellation"


# --- the decisions


def may(right: Right, agreement: Agreement, person: PersonId, of: Any = None) -> bool:
    """Tell whether ``person`` may do it, with ``of`` where it is about something in the agreement.

    ``of`` is the rating for a score and words; else the note, decision, impact, version, session or farewell itself.
    """
    return may_see(agreement, person) and stands_open(right, agreement, agreement.role_of(person), of)


def stands_open(right: Right, agreement: Agreement, role: Role, of: Any = None) -> bool:
    """Tell whether it is open to the one in this role, be they gone by now: for what the other one is told of it.

    ``of`` is as for ``may``.
    """
    person = agreement.mentor if role is Role.MENTOR else agreement.mentee
    return TABLE[right][role](agreement, person.id, of)


def must(right: Right, agreement: Agreement, person: PersonId, of: Any = None) -> None:
    """Raise ``NotFound`` unless ``person`` may do it, as ``may`` tells."""
    if not may(right, agreement, person, of):
        raise NotFound


def may_see(agreement: Agreement, person: PersonId) -> bool:
    """Tell whether the agreement exists for ``person``."""
    one = agreement.mentor if person == agreement.mentor.id else agreement.mentee
    if one.id != person or one.gone:
        return False
    return not agreement.hidden or person == agreement.proposer


def must_see(agreement: Agreement, person: PersonId) -> Role:
    """Return the role of ``person``; NotFound if the agreement does not exist for them."""
    if not may_see(agreement, person):
        raise NotFound
    return agreement.role_of(person)


def past_release(agreement: Agreement, session: Session) -> bool:
    """Tell whether there has been a release since the session's rating was asked, whatever came of the question."""
    rating = session.rating
    if rating is None:
        return False
    return rating.released or (agreement.released_at is not None and rating.asked_at < agreement.released_at)


# --- the conditions, each named as the table says it


def always(_agreement: Agreement, _person: PersonId, _of: object) -> bool:
    return True


def never(_agreement: Agreement, _person: PersonId, _of: object) -> bool:
    return False


def if_it_is_theirs(_agreement: Agreement, person: PersonId, of: Any) -> bool:
    return bool(of.author == person)


def unless_it_is_theirs(_agreement: Agreement, person: PersonId, of: Any) -> bool:
    return bool(of.author != person)


def once_released(_agreement: Agreement, _person: PersonId, rating: Rating) -> bool:
    return rating.released


def once_released_and_shared(_agreement: Agreement, _person: PersonId, rating: Rating) -> bool:
    return rating.released and rating.shared


def once_settled_and_shared(agreement: Agreement, _person: PersonId, impact: Impact) -> bool:
    """Tell whether it is shared, and the session's rating past its release.

    Until then the mentor is shown the same whether she has written something or not. What an early end finds before its release
    stays sealed, as ratings do, lest ending and undoing it be a way to look; what she shares after the end is shown.
    """
    session = agreement.session(impact.session_id)
    if not impact.shared or not session.held:
        return False
    since_its_end = agreement.closed_at is not None and impact.written_at > agreement.closed_at
    return past_release(agreement, session) or agreement.outcome is Outcome.COMPLETED or since_its_end


def if_it_is_theirs_or_passed_on(_agreement: Agreement, person: PersonId, farewell: Farewell) -> bool:
    return farewell.author == person or farewell.passed_on


def if_it_is_to_them(_agreement: Agreement, person: PersonId, version: Version) -> bool:
    return version.reply_by != person


def if_it_was_made_to_them(agreement: Agreement, person: PersonId, _of: object) -> bool:
    """Tell whether they were invited; what two yeses opened was made to both."""
    return agreement.is_renewal or person != agreement.proposer


def if_it_was_made_by_them(agreement: Agreement, person: PersonId, _of: object) -> bool:
    """Tell whether they invited; what two yeses opened nobody did."""
    return not agreement.is_renewal and person == agreement.proposer


def if_they_ended_it(agreement: Agreement, person: PersonId, _of: object) -> bool:
    """Tell whether they ended it early, or declined it."""
    return person == agreement.closed_by and agreement.outcome in {Outcome.DECLINED, Outcome.ENDED}


def if_they_cancelled_it(_agreement: Agreement, person: PersonId, session: Session) -> bool:
    """Tell whether they cancelled it ahead, or said that it didn't happen."""
    return person == session.cancelled_by


def _row(mentor: Condition, mentee: Condition) -> Mapping[Role, Condition]:
    return {Role.MENTOR: mentor, Role.MENTEE: mentee}


TABLE: Mapping[Right, Mapping[Role, Condition]] = {
    Right.TAKE_PART: _row(always, always),
    Right.READ_SCORE: _row(once_released, always),
    Right.READ_WORDS: _row(once_released_and_shared, always),
    Right.READ_IMPACT: _row(once_settled_and_shared, if_it_is_theirs),
    Right.READ_NOTES: _row(if_it_is_theirs, never),
    Right.READ_RECAP: _row(always, never),
    Right.READ_DECISIONS: _row(never, if_it_is_theirs),
    Right.READ_REVIEW: _row(if_it_is_theirs, if_it_is_theirs),
    Right.READ_THANKS: _row(if_it_is_theirs_or_passed_on, if_it_is_theirs_or_passed_on),
    Right.READ_REPLY: _row(if_it_is_to_them, if_it_is_to_them),
    Right.RATE: _row(never, always),
    Right.WRITE_IMPACT: _row(never, always),
    Right.WRITE_NOTES: _row(always, never),
    Right.WRITE_DECISIONS: _row(never, always),
    Right.DECLINE: _row(if_it_was_made_to_them, if_it_was_made_to_them),
    Right.WITHDRAW: _row(if_it_was_made_by_them, if_it_was_made_by_them),
    Right.DECLINE_CHANGE: _row(unless_it_is_theirs, unless_it_is_theirs),
    Right.WITHDRAW_CHANGE: _row(if_it_is_theirs, if_it_is_theirs),
    Right.UNDO_END: _row(if_they_ended_it, if_they_ended_it),
    Right.UNDO_CANCELLATION: _row(if_they_cancelled_it, if_they_cancelled_it),
}
