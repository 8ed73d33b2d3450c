"""Forgetting someone: what becomes of their agreements, so that the other one of a pair meets an ordinary ending.

===============================  ====================================================================
the agreement is                 then
===============================  ====================================================================
proposed by them                 withdrawn
proposed to them                 declined, without a sentence
proposed to them, out of sight   it lapses, as if it were never read
a new one after two yeses        declined
active or paused                 ended early, a change that is open with it
closing                          it closes at its instant, as with a no or no answer; at once if the
                                 other one is gone too
closed                           it stays; what the other one could still undo, they can't any more
===============================  ====================================================================

What they wrote or scored goes by ``mentoring/erasing.py``. What is left stands beside what the other one keeps: a name, a
zone with working hours and quiet time, and by what a mention is known again, but no Slack account, no other settings, and nobody
to tell anything.
"""

from dataclasses import replace
from datetime import datetime

from mentoring.access import may_see
from mentoring.agreement import Agreement, Role
from mentoring.closing import complete, end
from mentoring.ids import PersonId
from mentoring.people import Person, left_behind
from mentoring.proposals import decline, withdraw_proposal


def leave(agreement: Agreement, person: PersonId, now: datetime) -> Agreement:
    """Return the agreement as it goes on, or ends, without ``person``, who is gone from it. Leaving twice changes nothing.

    ``agreement`` is what time has made of it by ``now``.

    Raises:
        NotFound: they are not one of the pair.
    """
    leaver = agreement.person(person)
    if leaver.gone:
        return agreement
    ended = _without(agreement, person, now)
    if agreement.role_of(person) is Role.MENTOR:
        return replace(ended, mentor=ghost(leaver))
    return replace(ended, mentee=ghost(leaver))


def _without(agreement: Agreement, person: PersonId, now: datetime) -> Agreement:
    if agreement.over:
        return agreement.seconded(person, now)
    if agreement.closing:
        # With nobody left to read of it there is nothing to wait for.
        return complete(agreement, now) if agreement.other(person).gone else agreement
    if not may_see(agreement, person):
        return agreement
    if not agreement.proposed:
        return end(agreement, by=person, now=now)
    if agreement.proposer == person and not agreement.is_renewal:
        return withdraw_proposal(agreement, by=person, now=now)
    return decline(agreement, by=person, now=now)


def ghost(person: Person) -> Person:
    """Return what is left of someone who is gone.

    Zone, hours and quiet time are those that they lived by, so that no time reads otherwise, and what the other one writes to them
    counts as passed on when it would have.
    """
    return Person(
        id=person.id,
        account_id=person.account_id,
        team_id=person.team_id,
        user_id=left_behind(person.account_id, person.user_id),
        name=person.name,
        zone=person.zone,
        zone_known=person.zone_known,
        hours=person.hours,
        muted_until=person.muted_until,
        gone=True,
    )
