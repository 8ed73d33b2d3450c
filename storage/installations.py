"""Installations: the workspaces that the bot is in, and its token in each, sealed under a key of the installation's own."""

from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update

from mentoring.ids import new_id
from mentoring.secret import LOST
from storage.database import Tx
from storage.refusals import CannotSeal
from storage.tables import data_keys, installations
from storage.vault import INSTALLATIONS, Spot

_OF_TEAM = select(installations).where(installations.c.team_id == bindparam("team"))


def token(tx: Tx, team_id: str) -> str | None:
    """Return the bot's token for a workspace; None if it has none there, or it cannot be read."""
    row = _row(tx, team_id)
    return None if row is None else _token(tx, row)


def keep(tx: Tx, team_id: str, token: str) -> None:
    """Keep the bot's token for a workspace. One that is kept already is not sealed again."""
    if _row(tx, team_id) is None:
        tx.connection.execute(tx.insert(installations), {"id": new_id(), "team_id": team_id})
    row = _row(tx, team_id)
    if row is None or _token(tx, row) == token:
        return
    try:
        sealed = tx.vault.seal(tx, token, _spot(row))
    except CannotSeal:
        # Unlike what people wrote, it is known: it can have a new key.
        tx.connection.execute(delete(data_keys).where(data_keys.c.installation_id == row.id))
        sealed = tx.vault.seal(tx, token, _spot(row))
    tx.connection.execute(update(installations).where(installations.c.id == row.id).values(token=sealed))


def _row(tx: Tx, team_id: str) -> Row[Any] | None:
    return tx.connection.execute(_OF_TEAM, {"team": team_id}).one_or_none()


def _token(tx: Tx, row: Row[Any]) -> str | None:
    found = tx.vault.read(tx, row.token, _spot(row))
    return None if found is None or found is LOST else found.reveal()


def _spot(row: Row[Any]) -> Spot:
    return Spot(INSTALLATIONS, "token", row.id, row.id)
