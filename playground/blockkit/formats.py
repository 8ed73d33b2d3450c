"""Ways of writing a string that the reference asks for."""

import re
from contextlib import suppress
from datetime import date, time
from decimal import Decimal
from functools import cache
from zoneinfo import available_timezones

from playground.blockkit.schema import Format

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}", re.ASCII)
_COLOUR = re.compile(r"#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_FILE_ID = re.compile(r"F[A-Z0-9]{8,}")
_TOKEN = re.compile(r"\{([^{}]*)\}")

# docs.slack.dev/reference/block-kit/block-elements/date-element
_DATE_TOKEN = re.compile(
    r"day_divider_pretty|date(_num|_slash|_long(_full|_pretty)?|_pretty|_short(_pretty)?)?|time(_secs)?|ago"
)


def _is_date(text: str) -> bool:
    with suppress(ValueError):
        return _DATE.fullmatch(text) is not None and date.fromisoformat(text) is not None
    return False


def _is_time(text: str) -> bool:
    with suppress(ValueError):
        return _TIME.fullmatch(text) is not None and time.fromisoformat(text) is not None
    return False


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def as_number(text: str) -> Decimal | None:
    """Return the number that a number input's string stands for, or None."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


DATE = Format("a date as YYYY-MM-DD", _is_date)
TIME = Format("a time as HH:mm, 00:00 to 23:59", _is_time)
ZONE = Format("an IANA time zone", lambda text: text in _zones())
NUMBER = Format("a number, such as -10 or 5.5", lambda text: as_number(text) is not None)
COLOUR = Format("a colour as #RRGGBB", lambda text: _COLOUR.fullmatch(text) is not None)
# Slack's pages name no schemes and its own slack:// is in use; what Slack makes of these is not said, and no browser
# should follow them from a page that shows what others write.
_UNSAFE = re.compile(r"\s*(javascript|vbscript|data|file|blob|filesystem|about)\s*:", re.IGNORECASE)
SAFE_URL = Format("an address that is safe to follow", lambda text: _UNSAFE.match(text) is None)
URL = Format(
    "a URL that is safe to follow",
    lambda text: _URL.fullmatch(text) is not None and _UNSAFE.match(text) is None,
)
# blocks.validate
FILE_ID = Format("the id of a file, such as F0123ABCD", lambda text: _FILE_ID.fullmatch(text) is not None)
WEB_URL = Format("an http or https URL", lambda text: re.fullmatch(r"https?://\S+", text) is not None)
HTTPS_URL = Format("an https URL", lambda text: re.fullmatch(r"https://\S+", text) is not None)
DATE_TEMPLATE = Format(
    "a template of Slack's date tokens only",
    lambda text: all(_DATE_TOKEN.fullmatch(token) for token in _TOKEN.findall(text)),
)
