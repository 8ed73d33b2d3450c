"""The terms of an agreement: what can be agreed on, and changes talked over in versions until both sign one."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from mentoring.access import Right, must, must_see
from mentoring.agreement import Agreement, Outcome, Role, Terms, Version, VersionOutcome
from mentoring.feedback import LONGEST_TEXT
from mentoring.ids import PersonId
from mentoring.refusal import Refused, while_paused
from mentoring.secret import UNREADABLE, Secret
from mentoring.sessions import FARTHEST
from mentoring.undo import undoable

FEWEST_SESSIONS, MOST_SESSIONS = 1, 12
SHORTEST, LONGEST = 15, 240
"""Minutes of a session."""


class Clause(StrEnum):
    """What of an agreement can change from one version to the next."""

    PURPOSE = "purpose"
    LIMITS = "limits"
    FIRST_SESSION = "first_session"
    PLACE = "place"
    FEEDBACK = "feedback"
    EARLY_END = "early_end"


class Superseded(Refused):
    """Someone has proposed a newer version since; what was typed is to be looked at beside it."""

    def __init__(self) -> None:
        super().__init__("The terms have changed since you opened them. Please read them once more.")


def check_terms(terms: Terms, now: datetime) -> None:
    """Raise ``Refused`` at the first term that cannot be agreed on."""
    if not FEWEST_SESSIONS <= terms.sessions <= MOST_SESSIONS:
        raise Refused(f"Please choose between {FEWEST_SESSIONS} and {MOST_SESSIONS} sessions.", at="sessions")
    if not SHORTEST <= terms.minutes <= LONGEST:
        raise Refused(f"Please choose between {SHORTEST} and {LONGEST} minutes.", at="minutes")
    if terms.first_session is not None and terms.first_session <= now:
        raise Refused(
            "That time has passed. Please choose one ahead, or leave it open for now.", at="first_session"
        )
    if terms.first_session is not None and terms.first_session > now + FARTHEST:
        raise Refused("Please choose a time within the next year.", at="first_session")
    if terms.place is not None and len(terms.place.reveal()) > LONGEST_TEXT:
        raise Refused(f"Please keep the place to {LONGEST_TEXT} characters.", at="place")


def check_purpose(purpose: Secret[str] | None) -> Secret[str]:
    """Return the purpose without blanks around it.

    Raises:
        Refused: it is empty, only blanks, or too long; or it says no more than that it can't be read.
    """
    text = purpose.reveal().strip() if purpose is not None else ""
    if text == UNREADABLE:
        raise Refused("What stood here can't be read any more. Please write it once more.", at="purpose")
    if not text:
        raise Refused(
            "Please say in a few words what you want from it; the agreement opens with them.", at="purpose"
        )
    if len(text) > LONGEST_TEXT:
        raise Refused(f"Please keep the purpose to {LONGEST_TEXT} characters.", at="purpose")
    return Secret(text)


def changed(before: Version, after: Version) -> frozenset[Clause]:
    """Return the clauses that read differently in ``after``."""
    old, new = before.terms, after.terms
    differs = {
        Clause.PURPOSE: before.purpose != after.purpose,
        Clause.LIMITS: (old.sessions, old.minutes, old.cadence) != (new.sessions, new.minutes, new.cadence),
        Clause.FIRST_SESSION: old.first_session != new.first_session,
        Clause.PLACE: old.place != new.place,
        Clause.FEEDBACK: old.rating_after != new.rating_after,
        Clause.EARLY_END: old.early_end != new.early_end,
    }
    return frozenset(clause for clause, differing in differs.items() if differing)


def may_suggest(agreement: Agreement, by: PersonId) -> None:
    """Raise ``Refused`` unless ``by`` can propose other terms now; ``NotFound`` if it does not exist for them."""
    must_see(agreement, by)
    if agreement.paused:
        raise while_paused("the agreement can be changed")
    if not (agreement.proposed or agreement.active):
        raise Refused("This agreement is no longer open, so its terms can't be changed.")


def starting_point(agreement: Agreement) -> Version:
    """Return the version that a suggestion begins from: the one that waits for a signature, else the one in force."""
    newest = agreement.newest
    return newest if newest.open else agreement.signed or newest


def suggest(
    agreement: Agreement,
    *,
    by: PersonId,
    basis: int,
    terms: Terms,
    purpose: Secret[str] | None,
    now: datetime,
) -> Agreement:
    """Return the agreement with a newer version of its terms, which voids every signature on the one before it.

    A mentee signs by sending; a mentor signs nothing yet, and what the mentee wrote as purpose stays. While the agreement is
    active its old terms hold until both have signed. The same suggestion twice changes nothing.

    Args:
        agreement: proposed, or active.
        by: its author, one of the pair.
        basis: the number of the version that the author had before them.
        terms: all of them, changed or not.
        purpose: the mentee's, if she writes it; a mentor's is not looked at.
        now: the instant.

    Raises:
        NotFound: ``by`` is not one of the pair, or it does not exist for them.
        Superseded: there is a newer version than ``basis``.
        Refused: it is not open, a term is out of bounds or below the sessions already used, or nothing is changed.
    """
    may_suggest(agreement, by)
    newest, compared = agreement.newest, starting_point(agreement)
    mentee = agreement.role_of(by) is Role.MENTEE
    wanted = check_purpose(purpose or compared.purpose) if mentee else compared.purpose
    if (
        newest.author == by
        and newest.number == basis + 1
        and (newest.terms, newest.purpose) == (terms, wanted)
    ):
        return agreement
    if newest.number != basis:
        raise Superseded
    # A time that stood in the terms already may have passed; it is looked at again when both sign.
    check_terms(
        replace(terms, first_session=None) if terms.first_session == compared.terms.first_session else terms,
        now,
    )
    must_fit(agreement, terms)
    if (compared.terms, compared.purpose) == (replace(terms, wording=compared.terms.wording), wanted):
        raise Refused(
            "Nothing is changed yet. Change what you would like to be different, then send it.", at="sessions"
        )
    version = Version(
        number=newest.number + 1,
        author=by,
        sent_at=now,
        terms=terms,
        purpose=wanted,
        mentee_signed_at=now if mentee else None,
    )
    return agreement.with_version(version).acted(by, now)


def must_fit(agreement: Agreement, terms: Terms) -> None:
    """Raise ``Refused`` if the terms allow fewer sessions than are used or planned already."""
    used = len(agreement.standing_sessions)
    if terms.sessions < used:
        sessions = "1 session is" if used == 1 else f"{used} sessions are"
        raise Refused(
            f"{sessions} held or planned already, so please agree on at least {used}.", at="sessions"
        )


def withdraw_change(agreement: Agreement, *, by: PersonId, version: int, now: datetime) -> Agreement:
    """Return the agreement without the change that its author takes back. Twice changes nothing.

    Raises:
        NotFound: ``by`` did not write it, or there is no such version.
        Refused: it is no longer open.
    """
    must_see(agreement, by)
    found = agreement.version(version)
    must(Right.WITHDRAW_CHANGE, agreement, by, found)
    if found.outcome is VersionOutcome.WITHDRAWN:
        return agreement
    return _settled(agreement, found, VersionOutcome.WITHDRAWN, now).acted(by, now)


def decline_change(
    agreement: Agreement, *, by: PersonId, version: int, reply: Secret[str] | None, now: datetime
) -> Agreement:
    """Return the agreement without the change that the other one would rather not make: its old terms hold. Twice changes nothing.

    Raises:
        NotFound: ``by`` wrote it, or there is no such version.
        Refused: it is no longer open, or the reply is too long.
    """
    must_see(agreement, by)
    found = agreement.version(version)
    must(Right.DECLINE_CHANGE, agreement, by, found)
    if found.outcome is VersionOutcome.DECLINED:
        return agreement
    answered = with_reply(found, reply, by)
    return _settled(agreement, answered, VersionOutcome.DECLINED, now).acted(by, now)


def with_reply(version: Version, reply: Secret[str] | None, by: PersonId) -> Version:
    """Return the version with the sentence of whoever declines it; none, or blanks, is no sentence.

    Raises:
        Refused: it is too long.
    """
    text = reply.reveal().strip() if reply is not None else ""
    if len(text) > LONGEST_TEXT:
        raise Refused(f"Please keep it to {LONGEST_TEXT} characters; this is {len(text)}.", at="reply")
    return replace(version, reply=Secret(text), reply_by=by) if text else version


def reply_to(agreement: Agreement, number: int, person: PersonId, now: datetime) -> Secret[str] | None:
    """Return the sentence with which the other one declined a version, once ``person`` has been told; None if there is none.

    Raises:
        NotFound: ``person`` is not one of the pair, wrote it themselves, or there is no such version.
    """
    must_see(agreement, person)
    version = agreement.version(number)
    must(Right.READ_REPLY, agreement, person, version)
    if version.outcome is VersionOutcome.DECLINED:
        return version.reply
    declined = agreement.outcome is Outcome.DECLINED and version == agreement.newest
    told = declined and not undoable(agreement.closed_at, now)
    return version.reply if told else None


def lapse_change(agreement: Agreement, now: datetime) -> Agreement:
    """Return the agreement without the change that was not signed in time: its old terms hold."""
    return _settled(agreement, agreement.newest, VersionOutcome.LAPSED, now)


def paused_for(version: Version, span: timedelta) -> Version:
    """Return a version that has waited for a signature through a pause of ``span``."""
    return replace(version, waited=version.waited + span) if version.open else version


def _settled(agreement: Agreement, version: Version, outcome: VersionOutcome, now: datetime) -> Agreement:
    if agreement.change is None or agreement.change.number != version.number:
        raise Refused("This change is no longer open.")
    return agreement.with_version(replace(version, closed_at=now, outcome=outcome))
