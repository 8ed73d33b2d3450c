"""What must be said about an agreement, to whom and when: derived from its state, never from what anyone wrote.

``wanted`` is the whole of it. Storage keeps the outbox in step with it in the same transaction that saves the
agreement, so nothing can be decided without being said, and nothing is said that no longer holds.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from mentoring import retention, session_messages
from mentoring.access import may_see
from mentoring.agreement import REMINDED_AFTER, Agreement, Outcome, Version, VersionOutcome
from mentoring.closing import fixed_moment, thanks_to
from mentoring.due import Due, Kind, Lane
from mentoring.early_end import Check, worth_checking
from mentoring.ids import PersonId
from mentoring.people import Person
from mentoring.rhythm import offer_moment, question_moment
from mentoring.session_messages import reminded_at
from mentoring.turns import next_turn
from mentoring.undo import UNDO

A_PAUSE_ON = 10_000
"""What a pause adds to the round of an offer: more than sessions that are ever planned."""


def wanted(agreement: Agreement, now: datetime) -> list[Due]:
    """Return every due row that the agreement's state calls for, those already sent included; none for whoever is gone.

    ``now`` is used for the next turn alone.
    """
    rows = [*_about_agreement(agreement)]
    for session in (*agreement.talks, *agreement.sessions):
        rows += session_messages.about(agreement, session)
    rows += retention.about(agreement)
    if (moment := next_turn(agreement, now)) is not None:
        rows.append(Due(Kind.TURN, agreement.id, moment, agreement.id, lane=Lane.CLOCK))
    return [row for row in rows if row.recipient is None or not agreement.person(row.recipient).gone]


# --- whom a change concerns


def concerned(before: Agreement | None, after: Agreement) -> list[PersonId]:
    """Return for whom messages and Home may have changed.

    Of a rating alone, before its release, only the mentee; of words at the end alone, their author, and the other only if what was
    passed on has changed. Whoever a proposal does not exist for is concerned by none of it, and that it went out of their sight
    concerns nobody else. Nothing concerns whoever is gone.
    """
    return [person for person in _concerned(before, after) if not after.person(person).gone]


def _concerned(before: Agreement | None, after: Agreement) -> list[PersonId]:
    both = [person.id for person in _both(after) if may_see(before or after, person.id)]
    if before is None:
        return both
    if replace(before, hidden=after.hidden) == after:
        return [after.recipient.id]
    if only_ratings(before, after):
        return [after.mentee.id]
    if replace(before, farewells=after.farewells) == after:
        return [person for person in both if _words_for(before, person) != _words_for(after, person)]
    return both


def _words_for(agreement: Agreement, person: PersonId) -> object:
    """The words at the end that someone is shown: their own, and what was passed on to them."""
    own = agreement.farewell_of(person)
    return own and replace(own, passed_on=False), thanks_to(agreement, person)


def only_ratings(before: Agreement | None, after: Agreement) -> bool:
    """Tell whether nothing but ratings that are not released differs."""
    return (
        before is not None
        and before.farewells == after.farewells
        and _without_ratings(before) == _without_ratings(after)
    )


def _without_ratings(agreement: Agreement) -> object:
    released = {s.id for s in agreement.sessions if s.rating is not None and s.rating.released}
    sessions = [
        (s.id, s.state, s.revision, s.starts, s.place) for s in (*agreement.sessions, *agreement.talks)
    ]
    return (
        agreement.state,
        agreement.outcome,
        agreement.hidden,
        agreement.mentor_erased,
        agreement.mentee_erased,
        agreement.released_at,
        agreement.versions,
        sessions,
        released,
    )


# --- about an agreement


def _about_agreement(agreement: Agreement) -> Iterator[Due]:
    if agreement.proposed:
        yield from _about_proposal(agreement)
    if agreement.active:
        yield from _about_terms(agreement)
        yield from _about_rhythm(agreement)
    if agreement.paused:
        yield from _about_pause(agreement)
    if agreement.closing and agreement.closing_at is not None:
        for person in _both(agreement):
            yield _by_clock(
                agreement, Kind.CLOSING, person, agreement.closing_at, expires=fixed_moment(agreement)
            )
    if agreement.closed_at is not None:
        yield from _about_end(agreement, agreement.closed_at)


def _both(agreement: Agreement) -> tuple[Person, Person]:
    return agreement.mentor, agreement.mentee


def _at_once(agreement: Agreement, kind: Kind, moment: datetime, to: PersonId, round_: int = 0) -> Due:
    return Due(kind, agreement.id, moment, agreement.id, to, round_)


def _by_clock(
    agreement: Agreement,
    kind: Kind,
    to: Person,
    moment: datetime,
    *,
    subject: str | None = None,
    round_: int = 0,
    expires: datetime | None = None,
) -> Due:
    """A row for the first moment from ``moment`` on at which the clock may speak to ``to``."""
    due = to.next_moment(moment)
    return Due(kind, subject or agreement.id, due, agreement.id, to.id, round_, expires, Lane.CLOCK)


def _about_proposal(agreement: Agreement) -> Iterator[Due]:
    version, recipient = agreement.newest, agreement.recipient
    if not agreement.hidden and not agreement.is_renewal:
        first = agreement.versions[0]
        yield _at_once(agreement, Kind.INVITATION, first.sent_at, recipient.id, first.number)
    yield from _about_version(agreement, version)


def _about_version(agreement: Agreement, version: Version) -> Iterator[Due]:
    """Rows about a version that waits for signatures: told to the other, and to the mentor once the mentee has signed it."""
    hidden_from = agreement.recipient.id if agreement.hidden else None
    other = agreement.other(version.author)
    if version.number > 1 and other.id != hidden_from:
        yield _at_once(agreement, Kind.SUGGESTED, version.sent_at, other.id, version.number)
    mentor = agreement.mentor.id
    by_mentee = agreement.sender(version) == agreement.mentee.id
    if not by_mentee and mentor != hidden_from and version.mentee_signed_at is not None:
        yield _at_once(agreement, Kind.SIGNED, version.mentee_signed_at, mentor, version.number)
    signer = agreement.must_sign
    if signer is not None and signer.reminders and signer.id != hidden_from:
        moment = agreement.waits_since + REMINDED_AFTER
        yield _by_clock(
            agreement,
            Kind.PROPOSAL_REMINDER,
            signer,
            moment,
            round_=version.number,
            expires=agreement.lapses_at,
        )


def _about_terms(agreement: Agreement) -> Iterator[Due]:
    """Rows about the terms of an active agreement: in force, and changes to them."""
    signed = agreement.signed
    if signed is not None and signed.mentor_signed_at is not None:
        for person in _both(agreement):
            yield _at_once(agreement, Kind.AGREED, signed.mentor_signed_at, person.id, signed.number)
    if agreement.change is not None:
        yield from _about_version(agreement, agreement.change)
    for version in agreement.versions:
        if version.closed_at is not None:
            yield from _about_dropped(agreement, version, version.closed_at)


def _about_dropped(agreement: Agreement, version: Version, closed: datetime) -> Iterator[Due]:
    """Rows about a change that came to nothing."""
    author = agreement.person(version.author)
    match version.outcome:
        case VersionOutcome.DECLINED:
            yield _at_once(agreement, Kind.CHANGE_DECLINED, closed, author.id, version.number)
        case VersionOutcome.WITHDRAWN:
            other = agreement.other(author.id)
            yield _at_once(agreement, Kind.CHANGE_WITHDRAWN, closed, other.id, version.number)
        case VersionOutcome.LAPSED:
            yield _by_clock(agreement, Kind.CHANGE_LAPSED, author, closed, round_=version.number)
            if version.mentee_signed_at is not None and author.id != agreement.mentee.id:
                mentee = agreement.mentee
                yield _by_clock(agreement, Kind.CHANGE_LAPSED, mentee, closed, round_=version.number)


def _about_rhythm(agreement: Agreement) -> Iterator[Due]:
    if agreement.resumed_at is not None and agreement.resumed_by is not None:
        told = agreement.other(agreement.resumed_by)
        yield _at_once(agreement, Kind.RESUMED, agreement.resumed_at, told.id, agreement.pauses)
    moment = offer_moment(agreement)
    check = worth_checking(agreement)
    for person in _both(agreement):
        if moment is not None and person.reminders:
            # One offer for each time that nothing is planned: after every session, called off or not, and after every pause.
            gap = len(agreement.sessions) + agreement.pauses * A_PAUSE_ON
            yield _by_clock(agreement, Kind.OFFER, person, moment, round_=gap)
        if check is not None and _checks_alone(agreement, check, person):
            subject = check.session.id
            yield _by_clock(agreement, Kind.EARLY_END_CHECK, person, check.since, subject=subject)


def _checks_alone(agreement: Agreement, check: Check, person: Person) -> bool:
    """Tell whether no reminder brings it to them: no session is ahead, or they get none before it.

    A session that was planned too late for reminders is also what the release waited for: it goes before the question.
    """
    ahead = agreement.planned_session
    return ahead is None or (check.since < ahead.starts and reminded_at(ahead, person) is None)


def _about_pause(agreement: Agreement) -> Iterator[Due]:
    if agreement.paused_at is None or agreement.paused_by is None:
        return
    told, round_ = agreement.other(agreement.paused_by), agreement.pauses
    yield _at_once(agreement, Kind.PAUSED, agreement.paused_at, told.id, round_)
    if (moment := question_moment(agreement)) is not None:
        for person in _both(agreement):
            yield _by_clock(agreement, Kind.PAUSE_CHECK, person, moment, round_=round_)


# --- about its end


def _about_end(agreement: Agreement, closed: datetime) -> Iterator[Due]:
    version, proposer, other = agreement.newest, agreement.person(agreement.proposer), agreement.recipient
    round_ = agreement.revision
    match agreement.outcome:
        case Outcome.DECLINED if agreement.closed_by is not None:
            told = agreement.other(agreement.closed_by)
            yield _at_once(agreement, Kind.DECLINED, closed + UNDO, told.id, round_)
        case Outcome.WITHDRAWN if not agreement.hidden:
            yield _at_once(agreement, Kind.WITHDRAWN, closed, other.id, round_)
        case Outcome.LAPSED:
            yield _by_clock(agreement, Kind.LAPSED, proposer, closed)
            if agreement.is_renewal or (
                version.mentee_signed_at is not None and agreement.mentee.id != proposer.id
            ):
                yield _by_clock(agreement, Kind.LAPSED, agreement.other(proposer.id), closed)
        case Outcome.ENDED if agreement.closed_by is not None:
            told = agreement.other(agreement.closed_by)
            yield _at_once(agreement, Kind.ENDED, closed + UNDO, told.id, round_)
            yield _at_once(agreement, Kind.END_RECEIPT, closed, agreement.closed_by, round_)
            yield from _thanks(agreement, closed)
        case Outcome.COMPLETED:
            for person in _both(agreement):
                yield _by_clock(agreement, Kind.RESULT, person, closed)


def _thanks(agreement: Agreement, closed: datetime) -> Iterator[Due]:
    """Rows that tell of thanks written after an early end, once they are passed on."""
    for farewell in agreement.farewells:
        if farewell.passed_on and farewell.thanks is not None:
            to = agreement.other(farewell.author)
            yield _by_clock(agreement, Kind.THANKS, to, max(farewell.written_at, closed + UNDO))
