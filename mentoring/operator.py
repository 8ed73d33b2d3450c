"""Who runs the bot, and where they keep what opens the texts: what people are told of it before they write."""

from dataclasses import dataclass
from enum import StrEnum


class KeyPlace(StrEnum):
    """Where the master key is."""

    FILE = "file"  # in a file that the bot made, beside its database
    SETTINGS = "settings"  # in the settings that the bot is started with


@dataclass(frozen=True)
class Operator:
    """Who runs the bot: ``name`` as people read it, None only in the playground."""

    name: str | None = None
    keys: KeyPlace = KeyPlace.FILE
