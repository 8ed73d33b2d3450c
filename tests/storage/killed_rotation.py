"""Kills a rotation of the master key at each of its steps, and says how many there were and that nothing was lost.

A process of its own, for it forks: ``python -m tests.storage.killed_rotation URL``.
"""

import os
import signal
import sys
from itertools import count
from typing import Any

from sqlalchemy import Engine, event, select, update

from storage.database import Database
from storage.rotation import rotate
from storage.tables import data_keys
from storage.vault import MasterKey, Vault

OLD, NEW = MasterKey.of(b"o" * 32), MasterKey.of(b"n" * 32)
AT_ONCE = 2


def rotation(url: str) -> None:
    database = Database(url, Vault([NEW, OLD]))
    for _ in rotate(database, at_once=AT_ONCE):
        pass
    database.close()


def killed_at(url: str, step: int) -> bool:
    """Begin a rotation that is killed before its ``step``-th statement or commit; False if it had fewer."""
    child = os.fork()
    if not child:
        left = count(step, -1)

        def kill(*_: Any) -> None:
            if not next(left):
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "before_cursor_execute", kill)
        event.listen(Engine, "after_cursor_execute", kill)
        event.listen(Engine, "commit", kill)
        rotation(url)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def opened(url: str, *masters: MasterKey) -> dict[str, bytes | None]:
    """What each data key is, as these master keys open it."""
    database = Database(url, Vault(masters))
    with database.reading() as tx:
        found = {
            row.id: database.vault.masters.unwrap(row) for row in tx.connection.execute(select(data_keys))
        }
    database.close()
    return found


def main(url: str) -> None:
    before = opened(url, OLD)
    database = Database(url, Vault([OLD]))
    with database.reading() as tx:
        rows = [dict(row) for row in tx.connection.execute(select(data_keys)).mappings()]
    database.close()
    for step in count():
        if not killed_at(url, step):
            break
        assert opened(url, OLD, NEW) == before, step
        rotation(url)
        assert opened(url, NEW) == before, step
        database = Database(url, Vault([OLD]))
        with database.writing() as tx:
            for row in rows:
                tx.connection.execute(update(data_keys).where(data_keys.c.id == row["id"]).values(row))
        database.close()
    assert None not in before.values()
    sys.stdout.write(f"{len(before)} data keys, {step} steps\n")


if __name__ == "__main__":
    main(sys.argv[1])
