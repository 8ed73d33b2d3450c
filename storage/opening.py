"""Opening the database: as the bot does, held for it alone and migrated; or as a command does, beside a bot that may be using it."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from storage import keys
from storage.database import CannotOpen, Database, make_engine
from storage.lock import file_of, sole_use
from storage.presence import keys_turn, must_agree, running
from storage.rotation import left
from storage.tables import SCHEMA
from storage.upgrade import upgrade, version
from storage.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.database import Tx

logger = logging.getLogger(__name__)

KEYS_FILE = Path("data/keys")


@contextmanager
def opened(url: str, *, master_keys: str | None = None, keys_file: Path = KEYS_FILE) -> Iterator[Database]:
    """Give the database, migrated if it is older, to a bot that every master key it needs is known to.

    ``master_keys`` is the setting MENTOR_KEYS.

    Raises:
        CannotOpen: another Mentor has it, it is newer than this one, a master key is missing or damaged, or a Mentor beside
            this one was started with others.
    """

    def check(tx: Tx) -> None:
        keys_turn(tx, shared=True)
        masters = database.vault.masters
        keys.must_open(masters.ids, keys.wrapped_by(tx.connection), master_keys, keys_file)
        must_agree(masters.ids, running(tx, database.file))
        for master, count in left(tx).items():
            logger.warning(
                "Master key %s still wraps data keys (%d of them). `mentor keys rotate` wraps them with %s.",
                master,
                count,
                masters.first,
            )

    with sole_use(url):
        with _sentences():
            upgrade(url)
            vault = Vault(keys.master_keys(master_keys, keys_file, wrapped_by(url)))
        database = Database(url, vault)
        try:
            with _sentences():
                database.appear()
                database.patiently(check)
            yield database
        finally:
            database.close()


@contextmanager
def beside(url: str, *, master_keys: str | None = None, keys_file: Path = KEYS_FILE) -> Iterator[Database]:
    """Give the database as it is, for a command that runs beside the bot: neither held nor migrated, and no key is made.

    Raises:
        CannotOpen: there is none, its tables are another version's, or no master key is known, or one is damaged.
    """
    file = file_of(url)
    if file is not None and not file.exists():
        raise CannotOpen(f"There is no database {file} yet. `mentor run` makes it.")
    with _sentences():
        if (found := version(url)) != SCHEMA:
            raise CannotOpen(
                f"The database's tables are at {found or 'none'}, and those of this Mentor at {SCHEMA}. "
                "Please start Mentor first, or run `mentor migrate`."
            )
        known = keys.given(master_keys, keys_file)
        if not known:
            keys.must_open((), wrapped_by(url), master_keys, keys_file)
            raise CannotOpen("There is no master key yet, and nothing that one is needed for.")
        database = Database(url, Vault(known))
    try:
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


def version_of(url: str) -> str | None:
    """Return the migration that a database is at; None if there is none yet, or it has no tables.

    Raises:
        CannotOpen: it can't be opened.
    """
    file = file_of(url)
    if file is not None and not file.exists():
        return None
    with _sentences():
        return version(url)


def wrapped_by(url: str) -> set[str]:
    """Return the ids of the master keys that a database's data keys are wrapped by."""
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
