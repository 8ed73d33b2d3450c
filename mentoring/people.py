"""People: who they are to the bot, and when they may be spoken to."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from mentoring.calendar import WorkingHours, last_working_moment, next_working_moment, reminder_moment
from mentoring.ids import AccountId, PersonId
from mentoring.refusal import Refused

KEPT_FOR = timedelta(days=1)
"""How long a name, a zone and "is this account active" are believed before Slack is asked again."""
LONGEST_MUTE = timedelta(days=92)
"""Nobody is muted by mistake for longer than about a quarter of a year."""
GONE = "gone "
"""No Slack id begins so."""


class Retention(IntEnum):
    """Days that someone's own texts are kept after the pair's last closing."""

    MONTH = 30
    QUARTER = 90
    HALF_YEAR = 180


@dataclass(frozen=True)
class Person:
    """Someone as one Slack account shows them, and what they chose.

    ``zone`` is the one they chose (``zone_chosen``), else Slack's; UTC while Slack does not tell one either (``zone_known`` is
    then false). ``muted_until``: before that instant the clock starts nothing with them. ``checked_at`` is when ``users.info``
    was last asked; None for a newcomer. ``gone``: they had everything about them forgotten; nothing is said to them any more, and
    what is left stands for them beside what the other one of a pair keeps. ``retention_since``: they last changed ``retention`` then.
    """

    id: PersonId
    account_id: AccountId
    team_id: str
    user_id: str
    name: str
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    zone_known: bool = False
    zone_chosen: bool = False
    active: bool = True
    is_bot: bool = False
    hours: WorkingHours = field(default_factory=WorkingHours)
    reminders: bool = True
    invitations: bool = True
    retention: Retention = Retention.QUARTER
    retention_since: datetime | None = None
    muted_until: datetime | None = None
    greeted: bool = False
    home_opened: bool = False
    checked_at: datetime | None = None
    gone: bool = False

    @property
    def first_name(self) -> str:
        """What the pair calls them: the first word of their name."""
        return self.name.split()[0] if self.name.split() else self.name

    def goes_by(self, user_id: str) -> bool:
        """Tell whether this is whom a mention of a Slack id means, gone or not."""
        return self.user_id == (left_behind(self.account_id, user_id) if self.gone else user_id)

    def next_moment(self, moment: datetime) -> datetime:
        """Return the first instant from ``moment`` on at which the clock may speak to them: in their hours, and not muted."""
        return next_working_moment(max(moment, self.muted_until or moment), self.hours, self.zone)

    def may_hear(self, moment: datetime, grace: timedelta) -> bool:
        """Tell whether the clock may speak to them at ``moment``, or could less than ``grace`` ago."""
        if self.muted_until is not None and moment < self.muted_until:
            return False
        return last_working_moment(moment, self.hours, self.zone) >= moment - grace

    def reminder_moment(self, starts: datetime) -> datetime:
        """Return when they would be reminded of a session that starts at ``starts``, muted or not."""
        return reminder_moment(starts, self.hours, self.zone)

    def needs_checking(self, now: datetime) -> bool:
        """Tell whether name, zone and activity are older than a day, or were never asked; a clock set back makes nobody younger."""
        return self.checked_at is None or abs(now - self.checked_at) >= KEPT_FOR


def left_behind(account_id: AccountId, user_id: str) -> str:
    """Return what stands in the place of a Slack id once its owner is gone: by it a mention is known again, and it is no Slack id."""
    return f"{GONE}{sha256(f'{account_id} {user_id}'.encode()).hexdigest()}"


@dataclass(frozen=True)
class Profile:
    """What Slack's ``users.info`` tells of an account. ``zone`` is an IANA name, None where Slack gives none."""

    name: str
    zone: str | None
    locale: str | None
    active: bool
    is_bot: bool


def check_settings(person: Person, now: datetime) -> None:
    """Raise ``Refused`` at the first choice of theirs that makes no sense."""
    if not person.hours.days:
        raise Refused("Please keep at least one day, else I could never reach you.", at="days")
    if person.hours.end <= person.hours.start:
        raise Refused("The end of your hours must come after their start.", at="hours_end")
    if person.muted_until is not None and person.muted_until > now + LONGEST_MUTE:
        raise Refused("Please choose a day within the next three months.", at="muted_until")
