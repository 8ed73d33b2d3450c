"""Proposals: made, read, signed by the mentee and then the mentor, declined, withdrawn or lapsed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from mentoring.access import Right, must, must_see
from mentoring.agreement import Agreement, Outcome, Role, State, Terms, Version
from mentoring.ids import AgreementId, PersonId, SessionId
from mentoring.people import Person
from mentoring.refusal import NotFound, Refused, while_paused
from mentoring.secret import Secret
from mentoring.sessions import NO_TIME, Session
from mentoring.terms import Superseded, check_purpose, check_terms, must_fit, with_reply

OPEN_PROPOSALS = 3
WEEKLY_PROPOSALS = 5
REST = timedelta(days=90)
"""After a decline or lapse nobody is proposed to again by the same person for this long."""
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Record:
    """What the limits on proposals need to know of someone's past.

    Attributes:
        open_proposals: proposals of theirs that are still unanswered.
        recent: how many they made in the last seven days.
        refused_at: when one of theirs to the same person was last declined or lapsed.
        between: the pair's open agreement, if there is one.
        gone: one of the two is gone, since a moment ago.
    """

    open_proposals: int = 0
    recent: int = 0
    refused_at: datetime | None = None
    between: Agreement | None = None
    gone: bool = False


def may_propose(proposer: Person, other: Person, record: Record, now: datetime) -> None:
    """Raise ``Refused`` with the reason if ``proposer`` cannot propose to ``other`` now; ``NotFound`` if one of them is gone."""
    if record.gone:
        raise NotFound
    if other.id == proposer.id:
        raise Refused("That's you. Please choose the person you would like to work with.", at="who")
    if other.is_bot:
        raise Refused("That's an app, not a person. Please choose a person.", at="who")
    if not other.active:
        raise Refused(
            "That account isn't active in this workspace any more. Please choose someone else.", at="who"
        )
    name = other.first_name
    if record.between is not None and not replaceable(record.between, proposer.id):
        raise Refused(_already(record.between, proposer.id, name), at="who")
    if record.open_proposals >= OPEN_PROPOSALS:
        raise Refused(
            "Three of your invitations are still open. When one is answered, withdrawn or lapses, you can send another.",
            at="who",
        )
    if record.recent >= WEEKLY_PROPOSALS:
        raise Refused(
            "You have sent five invitations this week. Please wait a few days before the next.", at="who"
        )
    if record.refused_at is not None and now < record.refused_at + REST:
        again = (record.refused_at + REST).astimezone(proposer.zone)
        raise Refused(f"You can invite {name} again from {again.day} {again:%B %Y}.", at="who")


def replaceable(agreement: Agreement, by: PersonId) -> bool:
    """Tell whether it is a proposal that for ``by`` does not exist, so that their own start replaces it."""
    return agreement.proposed and agreement.hidden and agreement.recipient.id == by


def _already(agreement: Agreement, by: PersonId, name: str) -> str:
    if not agreement.proposed:
        return f"You and {name} already have an agreement. `/mentor` shows it."
    if agreement.is_renewal:
        return f"You and {name} have a new agreement to sign already. `/mentor` shows it."
    if agreement.proposer == by:
        return f"You have already invited {name}; there is no answer yet. `/mentor` shows it."
    return f"{name} has already invited you. `/mentor` shows the invitation."


def propose(
    agreement_id: AgreementId,
    *,
    proposer: Person,
    other: Person,
    role: Role,
    terms: Terms,
    purpose: Secret[str] | None,
    record: Record,
    now: datetime,
) -> Agreement:
    """Return a new proposal, ``role`` being the proposer's own.

    A mentee who proposes signs by sending; a mentor who proposes signs nothing yet.

    Raises:
        Refused: the limits on proposals, a term out of bounds, or a mentee without a purpose.
    """
    may_propose(proposer, other, record, now)
    check_terms(terms, now)
    mentee_proposes = role is Role.MENTEE
    version = Version(
        number=1,
        author=proposer.id,
        sent_at=now,
        terms=terms,
        purpose=check_purpose(purpose) if mentee_proposes else None,
        mentee_signed_at=now if mentee_proposes else None,
    )
    return Agreement(
        id=agreement_id,
        mentor=other if mentee_proposes else proposer,
        mentee=proposer if mentee_proposes else other,
        proposer=proposer.id,
        proposed_at=now,
        versions=(version,),
        hidden=not other.invitations,
    ).acted(proposer.id, now)


def sign(
    agreement: Agreement,
    *,
    by: PersonId,
    version: int,
    purpose: Secret[str] | None,
    first_session: SessionId,
    now: datetime,
) -> Agreement:
    """Return the agreement with ``by``'s signature on ``version``: the mentee's with her purpose, then the mentor's, which puts it in force.

    ``first_session`` is the id that the first session gets if the terms of a proposal name a time that is still ahead.

    Raises:
        NotFound: ``by`` is not one of the pair, or it does not exist for them.
        Superseded: the version is no longer the newest.
        Refused: the purpose is empty, it is not their turn, or more sessions have been used meanwhile than it allows.
    """
    role = must_see(agreement, by)
    newest = agreement.newest
    if version != newest.number:
        raise Superseded
    if (newest.mentee_signed_at if role is Role.MENTEE else newest.mentor_signed_at) is not None:
        return agreement
    if agreement.pending is None:
        what = agreement.called if agreement.signed is None else "change"
        raise Refused(f"This {what} is no longer open, so it can't be signed.")
    if agreement.paused:
        raise while_paused("this change can be signed")
    must_fit(agreement, newest.terms)
    if role is Role.MENTEE:
        # What it waits for now, it has waited for in no pause yet.
        signed = replace(newest, purpose=check_purpose(purpose), mentee_signed_at=now, waited=NO_TIME)
        return agreement.with_version(signed).acted(by, now)
    if newest.mentee_signed_at is None:
        raise Refused(
            f"{agreement.mentee.first_name} signs first, with a purpose in their own words; then it's your turn."
        )
    active = replace(
        agreement.with_version(replace(newest, mentor_signed_at=now)),
        state=State.ACTIVE,
        activated_at=agreement.activated_at or now,
        zone=agreement.mentor.zone,
    ).acted(by, now)
    terms = active.terms
    if agreement.active or terms.first_session is None or terms.first_session <= now:
        return active
    return active.with_session(
        Session(
            id=first_session,
            starts=terms.first_session.astimezone(UTC),
            minutes=terms.minutes,
            set_at=now,
            place=terms.place,
            place_by=newest.author if terms.place else None,
        )
    )


def decline(
    agreement: Agreement, *, by: PersonId, reply: Secret[str] | None = None, now: datetime
) -> Agreement:
    """Return the proposal declined by the one it was made to, with a sentence if they like. Declining twice changes nothing.

    A proposal that goes on from an earlier agreement was made to both, and either may decline it.

    Raises:
        NotFound: ``by`` is not the one it was made to, or it does not exist for them.
        Refused: it is no longer open, or the sentence is too long.
    """
    must(Right.DECLINE, agreement, by)
    if agreement.outcome is Outcome.DECLINED:
        return agreement.seconded(by, now)
    answered = with_reply(_still_proposed(agreement).newest, reply, by)
    return agreement.with_version(answered).closed(Outcome.DECLINED, now, by)


def withdraw_proposal(agreement: Agreement, *, by: PersonId, now: datetime) -> Agreement:
    """Return the proposal withdrawn by its proposer. Withdrawing twice changes nothing.

    Raises:
        NotFound: ``by`` did not propose it.
        Refused: it is no longer open.
    """
    must(Right.WITHDRAW, agreement, by)
    if agreement.outcome is Outcome.WITHDRAWN:
        return agreement
    return _still_proposed(agreement).closed(Outcome.WITHDRAWN, now, by)


def give_way(agreement: Agreement, *, to: PersonId, now: datetime) -> Agreement:
    """Return the proposal replaced by one that ``to``, for whom it doesn't exist, makes to the same person.

    Raises:
        NotFound: it does exist for ``to``, or isn't open.
    """
    if not replaceable(agreement, to):
        raise NotFound
    return agreement.closed(Outcome.WITHDRAWN, now, None)


def hide(agreement: Agreement, *, by: PersonId) -> Agreement:
    """Return the proposal as it stands once the one it was made to wants no more invitations; one that both said yes to stays."""
    signer = agreement.must_sign
    if not agreement.proposed or agreement.is_renewal:
        return agreement
    if by == agreement.proposer or signer is None or signer.id != by:
        return agreement
    return replace(agreement, hidden=True)


def lapse(agreement: Agreement, now: datetime) -> Agreement:
    """Return the proposal lapsed."""
    return agreement.closed(Outcome.LAPSED, now, None)


def _still_proposed(agreement: Agreement) -> Agreement:
    if not agreement.proposed:
        raise Refused(f"This {agreement.called} is no longer open.")
    return agreement
