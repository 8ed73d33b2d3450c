"""Who somebody was to someone before they had everything forgotten and came back: the other one of a pair keeps that record."""

from sqlalchemy import and_, bindparam, or_, select

from mentoring.ids import PersonId
from mentoring.people import left_behind
from storage.database import Tx
from storage.tables import accounts, agreements, people

_WITH = or_(
    and_(agreements.c.mentor_id == bindparam("person"), agreements.c.mentee_id == people.c.id),
    and_(agreements.c.mentee_id == bindparam("person"), agreements.c.mentor_id == people.c.id),
)
_GHOSTS = (
    select(people.c.id, accounts.c.id.label("account"), accounts.c.user_id)
    .join_from(agreements, people, _WITH)
    .join(accounts, accounts.c.person_id == people.c.id)
    .where(people.c.gone.is_(True))
    .distinct()
)
_SLACK_IDS = select(accounts.c.user_id).where(accounts.c.person_id == bindparam("person"))


def formerly(tx: Tx, other: PersonId, *, seen_by: PersonId) -> list[PersonId]:
    """Return whoever is gone of those with whom ``seen_by`` has an agreement, and whom a mention of ``other`` means."""
    ghosts = tx.connection.execute(_GHOSTS, {"person": seen_by}).all()
    if not ghosts:
        return []
    slack_ids = tx.connection.execute(_SLACK_IDS, {"person": other}).scalars().all()
    return sorted(
        {
            PersonId(ghost.id)
            for ghost in ghosts
            for slack_id in slack_ids
            if ghost.user_id == left_behind(ghost.account, slack_id)
        }
    )
