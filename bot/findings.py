"""What ``mentor doctor`` finds: one thing looked at, what it found, and how to mend it."""

from enum import StrEnum
from typing import NamedTuple

from pydantic import SecretStr

SHOWN = 4
"""Characters of a secret that are shown, of one that is long enough to stay one."""
LONG_ENOUGH = 16


class Verdict(StrEnum):
    """What came of looking at something."""

    GOOD = "ok"
    NOTE = "note"  # it works; something about it is worth knowing
    WRONG = "wrong"
    UNKNOWN = "not tried"


class Finding(NamedTuple):
    """One thing looked at. ``mend`` says what to do, of what is wrong or worth changing."""

    what: str
    verdict: Verdict
    found: str
    mend: str = ""


def last_four(secret: SecretStr | None) -> str:
    """Return what may be shown of a secret."""
    if secret is None:
        return "not set"
    value = secret.get_secret_value()
    return f"…{value[-SHOWN:]}" if len(value) >= LONG_ENOUGH else "set"
