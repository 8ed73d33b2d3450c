"""Opening the database as the bot does: held for this process alone, migrated, and with the keys that it needs."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from storage import keys
from storage.database import CannotOpen, Database, make_engine
from storage.lock import sole_use
from storage.upgrade import upgrade
from storage.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS_FILE = Path("data/keys")


@contextmanager
def opened(url: str, *, master_keys: str | None = None, keys_file: Path = KEYS_FILE) -> Iterator[Database]:
    """Give the database, migrated if it is older, with every data key wrapped by the first master key.

    ``master_keys`` is the setting MENTOR_KEYS.

    Raises:
        CannotOpen: another Mentor has it, it is newer than this one, or a master key is missing or damaged.
    """
    with sole_use(url):
        with _sentences():
            upgrade(url)
            vault = Vault(keys.master_keys(master_keys, keys_file, _wrapped_by(url)))
        database = Database(url, vault)
        try:
            with database.writing() as tx:
                vault.rewrap(tx)
            yield database
        finally:
            database.close()


def migrate(url: str) -> bool:
    """Migrate the database, held for this process alone, and tell whether there was anything to do.

    Raises:
        CannotOpen: a Mentor is using it, it is newer than this one, or migrating it would break it.
    """
    with sole_use(url), _sentences():
        return upgrade(url)


def _wrapped_by(url: str) -> set[str]:
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return keys.wrapped_by(connection)
    finally:
        engine.dispose()


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).partition("\n")[0]
        raise CannotOpen(f"The database that DATABASE_URL names can't be opened: {reason}.") from None
