"""Who may do and see what. Ids in a payload are claims: every handler asks here, every query is scoped by the one asking.

================================  ======  ======  ==============  ========
what                              mentor  mentee  proposed to,    everyone
                                                  invitations     else
                                                  off
================================  ======  ======  ==============  ========
the agreement, terms, purpose     yes     yes     no              no
sessions                          yes     yes     no              no
a rating, before its release      no      yes     no              no
a rating, once released           yes     yes     no              no
words that she shares             as the rating   no              no
words that she keeps              no      yes     no              no
the sentence with a decline       its addressee   no              no
the mentor's notes, the recap     yes     no      no              no
a review at the end, "go on?"     each their own  no              no
thanks, once passed on            yes     yes     no              no
her decisions                     no      yes     no              no
what came of it, if she shares    as the rating   no              no
what came of it, if she keeps it  no      yes     no              no
================================  ======  ======  ==============  ========

Whoever may not is told the same as of a thing that does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mentoring.refusal import NotFound

if TYPE_CHECKING:
    from mentoring.agreement import Agreement, Role
    from mentoring.ids import PersonId


def may_see(agreement: Agreement, person: PersonId) -> bool:
    """Tell whether the agreement exists for ``person``."""
    if person not in {agreement.mentor.id, agreement.mentee.id}:
        return False
    return not agreement.hidden or person == agreement.proposer


def must_see(agreement: Agreement, person: PersonId) -> Role:
    """Return the role of ``person``; NotFound if the agreement does not exist for them."""
    if not may_see(agreement, person):
        raise NotFound
    return agreement.role_of(person)


def must_be(role: Role, agreement: Agreement, person: PersonId) -> None:
    """Raise ``NotFound`` unless ``person`` may see the agreement and has this role in it."""
    if must_see(agreement, person) is not role:
        raise NotFound
