"""Workspace tokens: kept in the vault, under keys of their own, and nowhere else."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from sqlalchemy import func, make_url, select, update

from storage import installations
from storage.database import Database
from storage.tables import data_keys
from storage.tables import installations as rows
from storage.vault import MasterKey, Vault

TOKEN, OTHER = "xoxb-canary-1", "xoxb-canary-2"


def keep(database: Database, token: str = TOKEN, team: str = "T1") -> bytes:
    """Keep a token, and return what is stored of it."""
    with database.writing() as tx:
        installations.keep(tx, team, token)
        stored: bytes = tx.connection.execute(select(rows.c.token).where(rows.c.team_id == team)).scalar_one()
        return stored


def kept(database: Database, team: str = "T1") -> str | None:
    with database.reading() as tx:
        return installations.token(tx, team)


def test_a_token_is_kept_and_another_takes_its_place(database: Database) -> None:
    assert kept(database) is None
    first = keep(database)

    assert kept(database) == TOKEN
    assert keep(database) == first
    assert keep(database, OTHER) != first
    assert kept(database) == OTHER


def test_bots_that_start_at_once_keep_it_once(database: Database) -> None:
    start = Barrier(4)

    def begin(_turn: int) -> None:
        start.wait(10)
        database.patiently(lambda tx: installations.keep(tx, "T1", TOKEN))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(begin, range(4)))

    assert kept(database) == TOKEN
    with database.reading() as tx:
        assert tx.connection.execute(select(func.count()).select_from(data_keys)).scalar_one() == 1


def test_each_workspace_has_a_token_and_a_key_of_its_own(database: Database) -> None:
    keep(database)
    keep(database, OTHER, "T2")

    assert (kept(database), kept(database, "T2")) == (TOKEN, OTHER)
    with database.reading() as tx:
        found = tx.connection.execute(select(data_keys.c.installation_id, data_keys.c.person_id)).all()
        ids = tx.connection.execute(select(rows.c.id)).scalars().all()
    assert {tuple(row) for row in found} == {(one, None) for one in ids}


def test_a_token_moved_to_another_workspace_does_not_open(database: Database) -> None:
    keep(database)
    sealed = keep(database, OTHER, "T2")
    with database.writing() as tx:
        tx.connection.execute(update(rows).where(rows.c.team_id == "T1").values(token=sealed))

    assert (kept(database), kept(database, "T2")) == (None, OTHER)


def test_a_token_whose_key_is_lost_gets_a_new_key_for_the_setting_has_it_still(
    url: str, database: Database, master: MasterKey
) -> None:
    keep(database)
    with database.writing() as tx:
        tx.connection.execute(update(data_keys).values(wrapped=os.urandom(60)))
    again = Database(url, Vault([master]))

    assert kept(again) is None
    keep(again)
    assert kept(again) == TOKEN
    with again.reading() as tx:
        assert tx.connection.execute(select(func.count()).select_from(data_keys)).scalar_one() == 1
    again.close()


def test_no_token_is_in_any_page_of_the_file_or_its_log(sqlite_url: str, vault: Vault) -> None:
    database = Database(sqlite_url, vault)
    keep(database)
    keep(database, OTHER)
    file = Path(str(make_url(sqlite_url).database))
    pages = b"".join(part.read_bytes() for part in file.parent.glob("mentor.db*"))
    database.close()

    assert b"T1" in pages
    assert b"canary" not in pages
