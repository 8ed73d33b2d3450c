"""Adding due rows, and reading them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    bindparam,
    case,
    func,
    literal_column,
    select,
    text,
    update,
)

from mentoring.due import LEAVES_NOTHING, REPEATABLE, Due, Kind, Lane
from mentoring.ids import AccountId, AgreementId, PersonId, SessionId, new_id
from mentoring.people import GONE
from storage.database import Tx, inserting
from storage.tables import AGAIN, RowState, accounts, due_rows, of_known_kind


@dataclass(frozen=True)
class Row:
    """A due row.

    ``account_id``, ``team_id`` and ``user_id`` name the recipient's account; None where nobody is told. ``channel`` and ``ts``
    are where it was sent (before that, ``channel`` is the DM with the account, if it is known); ``file_id`` is the file that went
    with it, as Slack names it. ``live``: it was sent, and has buttons. ``introduces``: as it stands there, it says who is writing.
    ``attempts`` counts tries that failed. ``queue`` names what it waits its turn in; "" once it is settled. ``at`` is when it was to
    be tried.
    """

    id: str
    due: Due
    account_id: AccountId | None
    team_id: str | None
    user_id: str | None
    channel: str | None
    ts: str | None
    state: RowState
    attempts: int
    live: bool
    sent_at: datetime | None
    queue: str
    file_id: str | None = None
    introduces: bool = False
    at: datetime = field(kw_only=True)


class Stored(NamedTuple):
    """A due row as ``ROWS`` returns it, with the DM that its account has; a row of SQLAlchemy's is slower to look at."""

    number: int
    id: str
    kind: Kind
    subject: str
    recipient: str
    round: int
    agreement_id: AgreementId | None
    account_id: AccountId | None
    team_id: str | None
    queue: str
    lane: int
    due: datetime
    at: datetime
    expires: datetime | None
    state: RowState
    attempts: int
    channel: str | None
    ts: str | None
    file_id: str | None
    live: bool
    sent_at: datetime | None
    introduces: bool
    user_id: str | None
    channel_id: str | None


ROWS: Select[Any] = (
    select(
        *(due_rows.c[name] for name in Stored._fields if name in due_rows.c),
        accounts.c.user_id,
        accounts.c.channel_id,
    )
    .select_from(due_rows.outerjoin(accounts, accounts.c.id == due_rows.c.account_id))
    .where(of_known_kind())
)
"""Those of a kind that this version knows."""

ITS_QUEUE: ColumnElement[str] = func.coalesce(due_rows.c.account_id, literal_column("kind || ' ' || subject"))
"""``_queue`` of a kind that leaves something, from a row's columns: for one that was settled, and is pending again."""


def _queue(due: Due, account_id: str | None) -> str:
    """A message waits its turn among those of its recipient's account, anything else among those of its own subject."""
    return f"{due.kind} {due.subject}" if due.kind in LEAVES_NOTHING or not account_id else account_id


def _lesser(column: ColumnElement[Any], new: ColumnElement[Any]) -> ColumnElement[Any]:
    """The lesser of a column and what is new, as both databases can say it."""
    return case((column > new, new), else_=column)


_BY_ID = ROWS.where(due_rows.c.id == bindparam("row"))
_ACCOUNT_OF = (
    select(accounts.c.id, accounts.c.team_id)
    .where(accounts.c.person_id == bindparam("person"), accounts.c.user_id.not_like(f"{GONE}%"))
    .order_by(accounts.c.id)
    .limit(1)
)
# By agreement, for that has an index which any query can use.
_ABOUT = (
    due_rows.c.agreement_id == bindparam("agreement"),
    due_rows.c.subject == bindparam("its_subject"),
    due_rows.c.recipient == bindparam("its_recipient"),
)
_LIKE = ROWS.where(
    *_ABOUT, due_rows.c.kind == bindparam("its_kind"), due_rows.c.round == bindparam("its_round")
)
# Of links that were sent in a file's place we know where they stand.
_FILES = select(due_rows.c.round).where(
    *_ABOUT,
    due_rows.c.kind == Kind.CALENDAR_FILE,
    due_rows.c.state.in_([RowState.SENT, RowState.UNSURE]),
    due_rows.c.ts.is_(None),
)
_NEWEST_SENT = (
    ROWS.where(
        due_rows.c.team_id == bindparam("team"),
        due_rows.c.state == RowState.SENT,
        due_rows.c.channel.is_not(None),
        due_rows.c.ts.is_not(None),
    )
    .order_by(due_rows.c.sent_at.desc())
    .limit(1)
)
_AGAIN = text(AGAIN)
_TRIED = (
    update(due_rows)
    .where(
        _AGAIN,
        due_rows.c.kind == bindparam("its_kind"),
        due_rows.c.subject == bindparam("its_subject"),
        due_rows.c.recipient == bindparam("its_recipient"),
    )
    .values(
        due=_lesser(due_rows.c.due, bindparam("sooner_due", type_=due_rows.c.due.type)),
        at=_lesser(due_rows.c.at, bindparam("sooner_due", type_=due_rows.c.at.type)),
        lane=_lesser(due_rows.c.lane, bindparam("its_lane", type_=due_rows.c.lane.type)),
        attempts=due_rows.c.attempts + bindparam("its_attempts"),
    )
)


def newest_sent(tx: Tx, team_id: str) -> Row | None:
    """Return the message that was sent to a workspace last, of which it is known where it stands; None if there is none."""
    found = tx.connection.execute(_NEWEST_SENT, {"team": team_id}).first()
    return None if found is None else row_of(found)


def row(tx: Tx, row_id: str) -> Row | None:
    """Return a due row; None if there is no such row, or it is of a kind that this version does not know."""
    found = tx.connection.execute(_BY_ID, {"row": row_id}).one_or_none()
    return None if found is None else row_of(found)


def like(tx: Tx, due: Due) -> Row | None:
    """Return the row about the same agreement that says the same as ``due``; None if there is none."""
    key = {
        "agreement": due.agreement_id,
        "its_kind": due.kind,
        "its_subject": due.subject,
        "its_recipient": due.recipient or "",
        "its_round": due.round,
    }
    found = tx.connection.execute(_LIKE, key).one_or_none()
    return None if found is None else row_of(found)


def has_old_file(
    tx: Tx, agreement_id: AgreementId, session_id: SessionId, *, recipient: PersonId, moves: int
) -> bool:
    """Tell whether someone was sent, or may have been, a calendar file of a session before its last of so many moves, and none since."""
    whose = {"agreement": agreement_id, "its_subject": session_id, "its_recipient": recipient}
    taken = tx.connection.execute(_FILES, whose).scalars().all()
    return bool(taken) and max(taken) < moves


def row_of(values: Sequence[Any], *, state: RowState | None = None) -> Row:
    """Return the due row in the values of ``ROWS``; ``state`` is what has become of it since."""
    stored = Stored._make(values)
    due = Due(
        kind=stored.kind,
        subject=stored.subject,
        due=stored.due,
        agreement_id=stored.agreement_id,
        recipient=PersonId(stored.recipient) if stored.recipient else None,
        round=stored.round,
        expires=stored.expires,
        lane=Lane(stored.lane),
    )
    return Row(
        id=stored.id,
        due=due,
        account_id=stored.account_id,
        team_id=stored.team_id,
        user_id=stored.user_id,
        channel=stored.channel or stored.channel_id,
        ts=stored.ts,
        state=state or stored.state,
        attempts=stored.attempts,
        live=stored.live,
        sent_at=stored.sent_at,
        queue=stored.queue,
        file_id=stored.file_id,
        introduces=stored.introduces,
        at=stored.at,
    )


def add(tx: Tx, *dues: Due) -> None:
    """Add due rows. One that exists already stays as it is; of a repeatable kind the earlier due wins.

    Nothing is added for whoever is gone.
    """
    made = (_values(tx, due) for due in dues)
    rows = sorted((row for row in made if row is not None), key=_order)
    if not rows:
        return
    once = [row for row in rows if row["kind"] not in REPEATABLE]
    again = [row for row in rows if row["kind"] in REPEATABLE]
    if once:
        tx.connection.execute(tx.insert(due_rows), once)
    if again:
        tx.connection.execute(_new_or_sooner(on_postgresql=tx.on_postgresql), again)
    tx.wakes = True


@cache
def _new_or_sooner(*, on_postgresql: bool) -> Insert:
    """Insert a repeatable row, or let the one that is pending be due as early. One statement: between two it might be claimed."""
    statement = inserting(due_rows, on_postgresql=on_postgresql)
    new, old = statement.excluded, due_rows.c
    return statement.on_conflict_do_update(
        index_elements=["kind", "subject", "recipient"],
        index_where=_AGAIN,
        set_={
            "due": _lesser(old.due, new.due),
            "at": _lesser(old.at, new.due),
            "lane": _lesser(old.lane, new.lane),
        },
    )


def take_place(tx: Tx, key: Mapping[str, str], *, due: datetime, lane: int, attempts: int) -> None:
    """Let the repeatable row that is pending under ``key`` take the place of one that was tried so often and is due then."""
    tx.connection.execute(_TRIED, {**key, "sooner_due": due, "its_lane": lane, "its_attempts": attempts})


def _order(row: dict[str, Any]) -> tuple[str, str]:
    """What is said stays in its order; the rest is in one order everywhere, lest two transactions wait for each other."""
    return (row["kind"], row["subject"]) if row["kind"] in REPEATABLE else ("", "")


def _values(tx: Tx, due: Due) -> dict[str, Any] | None:
    account_id, team_id = _account(tx, due)
    if account_id is None and due.recipient is not None and due.kind is not Kind.RETENTION:
        return None
    return {
        "id": new_id(),
        "kind": due.kind,
        "subject": due.subject,
        "recipient": due.recipient or "",
        "round": due.round,
        "agreement_id": due.agreement_id,
        "account_id": account_id,
        "team_id": team_id,
        "queue": _queue(due, account_id),
        "lane": int(due.lane),
        "due": due.due,
        "at": due.due,
        "expires": due.expires,
        "state": RowState.PENDING,
        "attempts": 0,
        "live": False,
    }


def _account(tx: Tx, due: Due) -> tuple[str | None, str | None]:
    """The recipient's account: the one that the agreement was made with, else their first.

    A turn is told to nobody, but waits with the mentee's workspace: while nothing can be sent there, nothing is asked. What goes
    waits for its notice, and for no workspace.
    """
    agreement = tx.loaded.get(due.agreement_id) if due.agreement_id else None
    if due.kind is Kind.TURN:
        return None, None if agreement is None else agreement.mentee.team_id
    if due.kind is Kind.RETENTION:
        return None, None
    person = due.recipient or (PersonId(due.subject) if due.kind in {Kind.LOOKUP, Kind.HOME} else None)
    if person is None:
        return None, None
    if agreement is not None:
        of = agreement.person(person)
        return (None, None) if of.gone else (of.account_id, of.team_id)
    found = tx.connection.execute(_ACCOUNT_OF, {"person": person}).one_or_none()
    return (found.id, found.team_id) if found else (None, None)
