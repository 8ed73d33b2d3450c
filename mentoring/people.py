"""People: who they are to the bot, and when they may be spoken to."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mentoring.calendar import WorkingHours
from mentoring.ids import AccountId, PersonId

KEPT_FOR = timedelta(days=1)
"""How long a name, a zone and "is this account active" are believed before Slack is asked again."""


@dataclass(frozen=True)
class Person:
    """Someone as one Slack account shows them.

    ``zone`` is UTC while Slack does not tell one (``zone_known`` is then false). ``checked_at`` is when
    ``users.info`` was last asked; None for a newcomer.
    """

    id: PersonId
    account_id: AccountId
    team_id: str
    user_id: str
    name: str
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    zone_known: bool = False
    active: bool = True
    is_bot: bool = False
    hours: WorkingHours = field(default_factory=WorkingHours)
    reminders: bool = True
    invitations: bool = True
    greeted: bool = False
    home_opened: bool = False
    checked_at: datetime | None = None

    @property
    def first_name(self) -> str:
        """What the pair calls them: the first word of their name."""
        return self.name.split()[0] if self.name.split() else self.name

    def needs_checking(self, now: datetime) -> bool:
        """Tell whether name, zone and activity are older than a day, or were never asked."""
        return self.checked_at is None or now - self.checked_at >= KEPT_FOR


@dataclass(frozen=True)
class Profile:
    """What Slack's ``users.info`` tells of an account. ``zone`` is an IANA name, None where Slack gives none."""

    name: str
    zone: str | None
    locale: str | None
    active: bool
    is_bot: bool
