"""How long what someone wrote in an agreement is kept: each chooses for their own, counted from the pair's last closing.

Each of the two reads the same a week before, whatever they wrote: a notice, and then it goes. While the pair has an agreement that
both have signed nothing goes; what its closing then counts for is everything the pair has written. A proposal that was never signed
puts nothing off, or one of the two could keep the other's words for ever. Days are spans of 24 hours on UTC; the day that is told
is that of the reader's zone.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from mentoring.access import may_see
from mentoring.agreement import Agreement, Outcome, Role
from mentoring.calendar import last_working_moment
from mentoring.due import Due, Kind, Lane
from mentoring.erasing import erased
from mentoring.ids import PersonId
from mentoring.people import Person
from mentoring.proposals import REST

NOTICE = timedelta(days=7)
"""Nothing of a mentoring goes less than this after its notice."""
MINUTE = timedelta(minutes=1)


# --- when


def counts(agreement: Agreement, pair: Sequence[Agreement]) -> Agreement | None:
    """Return whose closing counts for what is in a closed agreement: the pair's last one, or its own if it was never signed.

    None while ``pair``, all agreements of the two, has one that is signed and not over: until that is, nothing goes.
    """
    signed = [one for one in pair if one.signed is not None]
    if not agreement.over or not all(one.over for one in signed):
        return None
    # What two yeses opened holds nothing but copies until someone touches it: it goes with what it was copied from.
    own = [] if _is_a_copy(agreement) and signed else [agreement]
    # Of two that were closed in one instant the signed one counts, for of that both are told.
    return max((*own, *signed), key=lambda one: (_closed(one), one.signed is not None, one.id))


def counted_from(agreement: Agreement, pair: Sequence[Agreement]) -> datetime | None:
    """Return from when the days are counted of what is in a closed agreement, as ``counts`` has it; None while nothing goes."""
    last = counts(agreement, pair)
    return None if last is None else last.closed_at


def _closed(agreement: Agreement) -> datetime:
    if agreement.closed_at is None:
        raise ValueError("an agreement that is over was closed at some time")
    return agreement.closed_at


def _is_a_copy(agreement: Agreement) -> bool:
    return agreement.is_renewal and len(agreement.versions) == 1 and agreement.newest.mentee_signed_at is None


def goes_at(agreement: Agreement, person: PersonId, pair: Sequence[Agreement]) -> datetime | None:
    """Return when the days are over for what ``person`` wrote in a closed agreement; None while the pair goes on."""
    since = counted_from(agreement, pair)
    return None if since is None else since + _kept_for(agreement.person(person))


def _kept_for(person: Person) -> timedelta:
    return timedelta(days=int(person.retention))


def notice_moment(person: Person, closed: datetime) -> datetime:
    """Return when someone is told: at the last of their working hours at least a week before, once the clock may speak to them.

    Of a shorter time than before they are told as soon as they have chosen it.
    """
    week_before = closed + _kept_for(person) - NOTICE
    told = last_working_moment(week_before, person.hours, person.zone)
    return person.next_moment(max(told, closed, person.retention_since or closed))


def is_told(agreement: Agreement, person: PersonId) -> bool:
    """Tell whether someone is told before what they wrote goes: whoever signed the agreement, if it exists for them.

    Of a proposal that came to nothing that can only be a mentee, whose purpose it holds. A message to the others, months later,
    would do no more than bring a "no" back.
    """
    if not may_see(agreement, person):
        return False
    if agreement.signed is not None:
        return True
    signed = any(version.mentee_signed_at is not None for version in agreement.versions)
    return signed and agreement.role_of(person) is Role.MENTEE


# --- what is due


def about(agreement: Agreement) -> Iterator[Due]:
    """Return the rows about what goes from an agreement, as far as it alone tells, those already applied included."""
    if agreement.closed_at is None:
        return
    for person in (agreement.mentor, agreement.mentee):
        goes = agreement.closed_at + _kept_for(person)
        if is_told(agreement, person.id):
            told = notice(agreement, person, agreement.closed_at)
            goes = max(goes, told.due + NOTICE)
            if not person.gone and not erased(agreement, person.id):
                yield told
        yield Due(Kind.RETENTION, agreement.id, goes, agreement.id, person.id, lane=Lane.CLOCK)


def notice(agreement: Agreement, person: Person, closed: datetime) -> Due:
    """Return the row that tells someone, a new one after each time that they chose how long since the closing."""
    return Due(
        Kind.RETENTION_NOTICE,
        agreement.id,
        notice_moment(person, closed),
        agreement.id,
        person.id,
        choice(person, closed),
        lane=Lane.CLOCK,
    )


def choice(person: Person, closed: datetime) -> int:
    """Return a number that tells apart what someone chose since the closing; 0 for what they had chosen before it."""
    since = person.retention_since
    if since is None or since <= closed:
        return 0
    return (since - datetime.fromtimestamp(0, UTC)) // MINUTE


# --- the end of it


def empty(agreement: Agreement) -> bool:
    """Tell whether a closed agreement is a shell: nothing is left that either wrote, or they are gone."""
    mentor = agreement.mentor_erased or agreement.mentor.gone
    return agreement.over and mentor and (agreement.mentee_erased or agreement.mentee.gone)


def leaves_at(agreement: Agreement, pair: Sequence[Agreement]) -> datetime | None:
    """Return from when on a shell may go altogether; None while another one of the pair's goes on from it.

    What was declined, or lapsed, stays for as long as it keeps one of them from asking again, if either is still there: whoever is
    gone may come back.
    """
    if any(one.renews == agreement.id for one in pair) or agreement.closed_at is None:
        return None
    limits = agreement.outcome in {Outcome.DECLINED, Outcome.LAPSED}
    if limits and not (agreement.mentor.gone and agreement.mentee.gone):
        return agreement.closed_at + REST
    return agreement.closed_at


def totals(agreement: Agreement) -> Iterator[tuple[str, str]]:
    """Return what remains of an agreement: the month of each thing that came about (in UTC, "2026-11"), and what it was."""
    if agreement.activated_at is not None:
        yield _month(agreement.activated_at), "begun"
    if agreement.outcome in {Outcome.COMPLETED, Outcome.ENDED} and agreement.closed_at is not None:
        yield _month(agreement.closed_at), str(agreement.outcome)
    for session in agreement.held_sessions:
        yield _month(session.starts), "sessions held"


def _month(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m}"
