"""users.info and auth.test.

Fields: docs.slack.dev/reference/objects/user-object, /reference/methods/auth.test; what the object's page leaves open,
@slack/types (events/user.ts).
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from playground.arguments import Arguments
from playground.errors import SlackError
from playground.workspace import Json, Person, Workspace

IMAGE_SIZES = (24, 32, 48, 72, 192, 512)
# tz_label is a long name, such as "Pacific Daylight Time". By continent, since abbreviations are used twice.
ZONE_NAMES = {
    "Europe": {
        "GMT": "Greenwich Mean Time",
        "BST": "British Summer Time",
        "IST": "Irish Standard Time",
        "WET": "Western European Time",
        "WEST": "Western European Summer Time",
        "CET": "Central European Time",
        "CEST": "Central European Summer Time",
        "EET": "Eastern European Time",
        "EEST": "Eastern European Summer Time",
    },
    "America": {
        "EST": "Eastern Standard Time",
        "EDT": "Eastern Daylight Time",
        "CST": "Central Standard Time",
        "CDT": "Central Daylight Time",
        "MST": "Mountain Standard Time",
        "MDT": "Mountain Daylight Time",
        "PST": "Pacific Standard Time",
        "PDT": "Pacific Daylight Time",
    },
    "Etc": {"UTC": "Coordinated Universal Time", "GMT": "Greenwich Mean Time"},
}


class Users:
    """The users.* methods, and who the app is."""

    def __init__(self, workspace: Workspace, url: str) -> None:
        self._workspace = workspace
        self._url = url

    def auth_test(self, _: Arguments) -> Json:
        """auth.test: whose token this is."""
        state = self._workspace.state
        return {
            "ok": True,
            "url": f"{self._url}/",
            "team": state.team_name,
            "user": state.people[state.bot_user_id].name,
            "team_id": state.team_id,
            "user_id": state.bot_user_id,
            "bot_id": state.bot_id,
            "is_enterprise_install": False,
        }

    def info(self, arguments: Arguments) -> Json:
        """users.info: name, zone, whether the account is still active, and with ``include_locale`` the language."""
        person = self._workspace.person(arguments.text("user") or "")
        if person is None:
            raise SlackError("user_not_found")
        user = self.user(person)
        if arguments.flag("include_locale") and not person.deleted:
            user["locale"] = person.locale
        return {"ok": True, "user": user}

    def user(self, person: Person) -> Json:
        """Return the user object; deactivated people lack zone and roles, as in Slack."""
        state = self._workspace.state
        body: Json = {
            "id": person.id,
            "team_id": state.team_id,
            "name": person.name,
            "deleted": person.deleted,
            "profile": self._profile(person),
            "is_bot": person.is_bot,
            "is_app_user": False,
            "updated": 1_700_000_000,
        }
        if person.deleted:
            return body
        body |= {
            "color": "4bbe2e",
            "real_name": person.real_name,
            "is_admin": False,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_email_confirmed": not person.is_bot,
            "who_can_share_contact_card": "EVERYONE",
        }
        if person.tz:
            body |= {
                "tz": person.tz,
                "tz_label": self.zone_label(person.tz),
                "tz_offset": self._offset(person.tz),
            }
        return body

    def _profile(self, person: Person) -> Json:
        first, _, last = person.real_name.partition(" ")
        return {
            "title": person.title,
            "phone": "",
            "skype": "",
            "real_name": person.real_name,
            "real_name_normalized": person.real_name,
            "display_name": person.name,
            "display_name_normalized": person.name,
            "fields": [],
            "status_text": "",
            "status_text_canonical": "",
            "status_emoji": "",
            "status_emoji_display_info": [],
            "status_expiration": 0,
            "avatar_hash": "0" * 12,
            "first_name": first,
            "last_name": last,
            **{f"image_{size}": f"{self._url}/page/icon.svg" for size in IMAGE_SIZES},
            "team": self._workspace.state.team_id,
        }

    def zone_label(self, tz: str) -> str:
        """Return the zone's name for people to read, such as ``Greenwich Mean Time``; its short one if we know no other."""
        short = self._workspace.clock.now().astimezone(ZoneInfo(tz)).strftime("%Z")
        return ZONE_NAMES.get(tz.partition("/")[0], {}).get(short, short)

    def _offset(self, tz: str) -> int:
        offset = self._workspace.clock.now().astimezone(ZoneInfo(tz)).utcoffset() or timedelta()
        return int(offset.total_seconds())
