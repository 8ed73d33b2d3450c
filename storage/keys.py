"""Master keys: read from the settings, or from a file that is made while nothing has been sealed yet."""

import base64
import binascii
import logging
import os
import stat
from collections.abc import Collection, Iterable
from pathlib import Path

from sqlalchemy import Connection, select

from storage.refusals import CannotOpen
from storage.tables import data_keys
from storage.wrapping import KEY_BYTES, MasterKey, new_key

logger = logging.getLogger(__name__)

FILE_MODE = 0o600
OF_OTHERS = 0o077
"""The bits of a file's mode that let anyone but its owner at it."""
HEADER = "# Mentor's master key. Back this file up: without it nobody can read what people wrote.\n"


def wrapped_by(connection: Connection) -> set[str]:
    """Return the ids of the master keys that the database's data keys are wrapped by."""
    return set(connection.execute(select(data_keys.c.master_id).distinct()).scalars())


def new() -> str:
    """Return a new master key as the setting and the file hold it: 32 random bytes in base64."""
    return base64.b64encode(new_key()).decode()


def given(setting: str | None, file: Path) -> list[MasterKey]:
    """Return the master keys of the setting, else of the file; none if there is neither.

    Raises:
        CannotOpen: a key is damaged, or the file cannot be read, holds none, or is open to others.
    """
    if is_set(setting):
        return parse(setting or "", "MENTOR_KEYS")
    try:
        with file.open(encoding="utf-8") as opened:
            _must_be_closed(file, stat.S_IMODE(os.fstat(opened.fileno()).st_mode))
            return parse(opened.read(), str(file))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError):
        raise CannotOpen(f"The master key in {file} can't be read. Please look at the file.") from None


def is_set(setting: str | None) -> bool:
    """Tell whether MENTOR_KEYS says anything; else the file counts."""
    return bool(setting and setting.strip())


def master_keys(setting: str | None, file: Path, wrapped_by: Collection[str]) -> list[MasterKey]:
    """Return the master keys of the setting, else of the file, which is made if the database holds no data key.

    Raises:
        CannotOpen: as ``given``; or one that the database needs is missing, or the file cannot be made.
    """
    keys = given(setting, file)
    must_open((key.id for key in keys), wrapped_by, setting, file)
    return keys or [_make(file)]


def must_open(ids: Iterable[str], wrapped_by: Collection[str], setting: str | None, file: Path) -> None:
    """Raise ``CannotOpen`` unless every master key that data keys are wrapped by is among ``ids``."""
    known = list(ids)
    missing = sorted(set(wrapped_by) - set(known))
    if missing:
        source = "MENTOR_KEYS" if is_set(setting) else str(file)
        where = (
            f"is not in {source}" if known else f"is missing: MENTOR_KEYS is not set, and there is no {file}"
        )
        raise CannotOpen(
            f"The database was written with master key {' and '.join(missing)}, which {where}. "
            "Please set MENTOR_KEYS to it, or put back the keys file from your backup."
        )


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


def _must_be_closed(file: Path, mode: int) -> None:
    if mode & OF_OTHERS:
        raise CannotOpen(
            f"{file} holds the master key, and others on this machine may read it (mode {mode:04o}). "
            f"Please close it to them: chmod 600 {file}"
        )


def _make(file: Path) -> MasterKey:
    key = new()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Closed to others from its first instant, and never over an existing file.
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE)
        with os.fdopen(descriptor, "w") as opened:
            opened.write(f"{HEADER}{key}\n")
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise CannotOpen(f"A master key can't be made in {file}: {error.strerror}.") from None
    logger.warning(
        "A master key was made in %s. Back it up: without it nobody can read what people wrote.", file
    )
    return _key(key, 1, str(file))
