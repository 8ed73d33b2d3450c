"""Master keys: read from the settings, or from a file that is made while nothing has been sealed yet."""

import base64
import binascii
import logging
import os
from collections.abc import Collection
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select

from storage.refusals import CannotOpen
from storage.tables import data_keys
from storage.wrapping import KEY_BYTES, MasterKey

logger = logging.getLogger(__name__)

FILE_MODE = 0o600
HEADER = "# Mentor's master key. Back this file up: without it nobody can read what people wrote.\n"


def wrapped_by(connection: Connection) -> set[str]:
    """Return the ids of the master keys that the database's data keys are wrapped by."""
    return set(connection.execute(select(data_keys.c.master_id).distinct()).scalars())


def master_keys(setting: str | None, file: Path, wrapped_by: Collection[str]) -> list[MasterKey]:
    """Return the master keys of the setting, else of the file, which is made if the database holds no data key.

    Raises:
        CannotOpen: a key is damaged, one that the database needs is missing, or the file can be neither read nor made.
    """
    if setting and setting.strip():
        source, keys = "MENTOR_KEYS", parse(setting, "MENTOR_KEYS")
    else:
        try:
            source, keys = str(file), parse(file.read_text(), str(file))
        except FileNotFoundError:
            source, keys = str(file), [] if wrapped_by else [_make(file)]
        except (OSError, UnicodeDecodeError):
            raise CannotOpen(f"The master key in {file} can't be read. Please look at the file.") from None
    missing = sorted(set(wrapped_by) - {key.id for key in keys})
    if missing:
        raise CannotOpen(
            f"The database was written with master key {' and '.join(missing)}, which is not in {source}. "
            "Please set MENTOR_KEYS to it, or put back the keys file from your backup."
        )
    return keys


def parse(text: str, source: str) -> list[MasterKey]:
    """Return the keys of a list separated by commas or lines; the first one encrypts.

    Raises:
        CannotOpen: one of them is not 32 bytes in base64. The sentence names its place and ``source``, never the key.
    """
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    words = [word.strip() for line in lines for word in line.split(",") if word.strip()]
    if not words:
        raise CannotOpen(f"{source} holds no master key. Please put it back from your backup.")
    return [_key(word, place, source) for place, word in enumerate(words, start=1)]


def _key(word: str, place: int, source: str) -> MasterKey:
    try:
        # Both of base64's alphabets, padded or not.
        padded = word.rstrip("=") + "=" * (-len(word.rstrip("=")) % 4)
        key = base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise CannotOpen(
            f"Master key {place} in {source} is damaged or cut short: a key is {KEY_BYTES} bytes in base64, "
            "44 characters. Please copy it again from your backup."
        )
    return MasterKey.of(key)


def _make(file: Path) -> MasterKey:
    raw = AESGCM.generate_key(8 * KEY_BYTES)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Closed to others from its first instant, and never over an existing file.
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE)
        with os.fdopen(descriptor, "w") as opened:
            opened.write(f"{HEADER}{base64.b64encode(raw).decode()}\n")
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise CannotOpen(f"A master key can't be made in {file}: {error.strerror}.") from None
    logger.warning(
        "A master key was made in %s. Back it up: without it nobody can read what people wrote.", file
    )
    return MasterKey.of(raw)
