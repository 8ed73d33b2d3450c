"""Every table. Rows stay on this floor: what goes up are the dataclasses of ``mentoring/``.

A new database is made from this file, an older one by ``migrations/``, and both are the same to the letter: so columns stand in
the order in which the migrations added them, and keep the names of constraints and the defaults that came with them.

Whatever a person wrote, every score, and a workspace's token, is a ``bytes`` column: ciphertext, see ``storage/vault.py``, which
names the owner of each. Columns carry the names of the dataclasses' fields. Ids are made before insertion, because they are part of what seals a text.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
    false,
    literal_column,
    text,
)
from sqlmodel import Field, SQLModel

from mentoring.agreement import Outcome, State, VersionOutcome
from mentoring.calendar import Cadence, RatingDelay
from mentoring.due import REPEATABLE, Kind
from mentoring.feedback import RatingState
from mentoring.people import Retention
from mentoring.sessions import NO_TIME, SessionKind, SessionState
from storage.columns import Choice, Instant, Span

SCHEMA = "0007"
"""The migration that these tables are at."""


class RowState(StrEnum):
    """Where a due row stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNSURE = "unsure"
    DEAD = "dead"
    DROPPED = "dropped"


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows that fit ``where``, on both databases."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def _one_of(column: str, kind: type[StrEnum]) -> CheckConstraint:
    """A check that the column holds one of the enumeration's values, or nothing."""
    return CheckConstraint(f"{column} IN ({_quoted(kind)})", name=f"{column}_is_known")


def _quoted(values: Any) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


def _added_flag() -> Any:
    """A column that a migration added, with the default by which it is false in the rows that were there."""
    return Field(default=False, sa_column_kwargs={"server_default": false()})


def _added_reference(column: str, name: str) -> Any:
    """A reference that a migration added, with the name that it gave it."""
    return Field(default=None, sa_column_args=[ForeignKey(column, name=name)])


class PersonRow(SQLModel, table=True):
    """A person, whatever accounts they have, and what they chose.

    ``hours_start`` and ``hours_end`` are minutes since midnight on their wall clock; ``work_days`` has a letter for each day
    on which they may be spoken to, "0" for Monday; ``zone`` is their own choice, which goes before their accounts'. ``gone``:
    they had everything about them forgotten; what is left stands for them beside what the other one of a pair keeps.
    """

    __tablename__ = "people"

    id: str = Field(primary_key=True)
    reminders: bool = True
    invitations: bool = True
    greeted: bool = False
    home_opened: bool = False
    created_at: datetime = Field(sa_type=Instant())
    zone: str | None = None
    hours_start: int = 9 * 60
    hours_end: int = 17 * 60
    work_days: str = "01234"
    retention: int = Retention.QUARTER
    muted_until: datetime | None = Field(default=None, sa_type=Instant())
    gone: bool = _added_flag()
    retention_since: datetime | None = Field(default=None, sa_type=Instant())


class AccountRow(SQLModel, table=True):
    """A person's Slack account, as ``users.info`` shows it. ``channel_id`` is its DM with the bot."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("team_id", "user_id", name="one_account_per_slack_user"),)

    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="people.id", index=True)
    enterprise_id: str | None = None
    team_id: str
    user_id: str
    name: str
    zone: str | None = None
    locale: str | None = None
    active: bool = True
    is_bot: bool = False
    checked_at: datetime | None = Field(default=None, sa_type=Instant())
    channel_id: str | None = None


class InstallationRow(SQLModel, table=True):
    """A workspace that the bot is in. Its row comes before its data key, which refers to it, and that before the token."""

    __tablename__ = "installations"

    id: str = Field(primary_key=True)
    team_id: str = Field(unique=True)
    token: bytes | None = None


class DataKeyRow(SQLModel, table=True):
    """A person's data key, or an installation's, wrapped by the master key whose id is ``master_id``."""

    __tablename__ = "data_keys"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (installation_id IS NULL)", name="one_owner"),
        UniqueConstraint("installation_id", name="data_keys_of_installation"),
        Index("data_keys_by_master", "master_id", "id"),
    )

    id: str = Field(primary_key=True)
    person_id: str | None = Field(default=None, foreign_key="people.id", unique=True)
    master_id: str
    wrapped: bytes
    installation_id: str | None = _added_reference("installations.id", "data_keys_installation_id")


class AgreementRow(SQLModel, table=True):
    """A pair's agreement. ``pair`` holds both people's ids in order, so that a pair is the same either way round."""

    __tablename__ = "agreements"
    __table_args__ = (
        _partial("one_open_agreement_per_pair", "pair", where="state <> 'closed'", unique=True),
        Index("agreements_of_mentor", "mentor_id", "closed_at"),
        Index("agreements_of_mentee", "mentee_id", "closed_at"),
        Index("agreements_by_proposer", "proposer_id", "proposed_at"),
        _partial("renewed_once", "renews", where="renews IS NOT NULL", unique=True),
        CheckConstraint("mentor_id <> mentee_id", name="two_people"),
        CheckConstraint("proposer_id IN (mentor_id, mentee_id)", name="proposed_by_one_of_them"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_a_time"),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="closed_with_an_outcome"),
        _one_of("state", State),
        _one_of("outcome", Outcome),
    )

    id: str = Field(primary_key=True)
    pair: str
    mentor_id: str = Field(foreign_key="people.id")
    mentee_id: str = Field(foreign_key="people.id")
    mentor_account_id: str = Field(foreign_key="accounts.id")
    mentee_account_id: str = Field(foreign_key="accounts.id")
    proposer_id: str = Field(foreign_key="people.id")
    proposed_at: datetime = Field(sa_type=Instant())
    state: State = Field(sa_type=Choice(State))
    outcome: Outcome | None = Field(default=None, sa_type=Choice(Outcome))
    zone: str | None = None
    hidden: bool = False
    activated_at: datetime | None = Field(default=None, sa_type=Instant())
    closing_at: datetime | None = Field(default=None, sa_type=Instant())
    closed_at: datetime | None = Field(default=None, sa_type=Instant())
    closed_by: str | None = Field(default=None, foreign_key="people.id")
    before: State | None = Field(default=None, sa_type=Choice(State))
    released_at: datetime | None = Field(default=None, sa_type=Instant())
    acted_by: str | None = Field(default=None, foreign_key="people.id")
    acted_at: datetime | None = Field(default=None, sa_type=Instant())
    revision: int = 0
    paused_at: datetime | None = Field(default=None, sa_type=Instant())
    paused_by: str | None = _added_reference("people.id", "agreements_paused_by")
    resumed_at: datetime | None = Field(default=None, sa_type=Instant())
    resumed_by: str | None = _added_reference("people.id", "agreements_resumed_by")
    pauses: int = 0
    renews: str | None = _added_reference("agreements.id", "agreements_renews")
    mentor_erased: bool = _added_flag()
    mentee_erased: bool = _added_flag()
    other_acted_at: datetime | None = Field(default=None, sa_type=Instant())


class VersionRow(SQLModel, table=True):
    """One edition of an agreement's terms, with its signatures."""

    __tablename__ = "versions"
    __table_args__ = (
        CheckConstraint("sessions >= 1", name="some_sessions"),
        CheckConstraint("minutes >= 1", name="some_minutes"),
        CheckConstraint(
            "mentor_signed_at IS NULL OR mentee_signed_at IS NOT NULL", name="mentee_signs_first"
        ),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_an_outcome"),
        CheckConstraint("(reply IS NULL) = (reply_by IS NULL)", name="reply_has_an_author"),
        _one_of("outcome", VersionOutcome),
        _one_of("cadence", Cadence),
        _one_of("rating_after", RatingDelay),
    )

    agreement_id: str = Field(primary_key=True, foreign_key="agreements.id")
    number: int = Field(primary_key=True)
    author: str = Field(foreign_key="people.id")
    sent_at: datetime = Field(sa_type=Instant())
    mentee_signed_at: datetime | None = Field(default=None, sa_type=Instant())
    mentor_signed_at: datetime | None = Field(default=None, sa_type=Instant())
    sessions: int
    minutes: int
    cadence: Cadence = Field(sa_type=Choice(Cadence))
    rating_after: RatingDelay = Field(sa_type=Choice(RatingDelay))
    early_end: bool
    wording: int
    first_session: datetime | None = Field(default=None, sa_type=Instant())
    place: bytes | None = None
    purpose: bytes | None = None
    closed_at: datetime | None = Field(default=None, sa_type=Instant())
    outcome: VersionOutcome | None = Field(default=None, sa_type=Choice(VersionOutcome))
    reply: bytes | None = None
    reply_by: str | None = _added_reference("people.id", "versions_reply_by")
    waited: timedelta = Field(default=NO_TIME, sa_type=Span())


class SessionRow(SQLModel, table=True):
    """One meeting of a pair: a session, or a first talk before anything is signed."""

    __tablename__ = "sessions"
    __table_args__ = (
        _partial("one_planned_session", "agreement_id", "kind", where="state = 'planned'", unique=True),
        CheckConstraint("minutes >= 1", name="some_minutes"),
        CheckConstraint("(place IS NULL) = (place_by IS NULL)", name="place_has_an_author"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_at_a_time"),
        _one_of("state", SessionState),
        _one_of("kind", SessionKind),
    )

    id: str = Field(primary_key=True)
    agreement_id: str = Field(foreign_key="agreements.id", index=True)
    starts: datetime = Field(sa_type=Instant())
    minutes: int
    set_at: datetime = Field(sa_type=Instant())
    set_by: str | None = Field(default=None, foreign_key="people.id")
    state: SessionState = Field(sa_type=Choice(SessionState))
    place: bytes | None = None
    place_by: str | None = Field(default=None, foreign_key="people.id")
    moved_from: datetime | None = Field(default=None, sa_type=Instant())
    logged_at: datetime | None = Field(default=None, sa_type=Instant())
    cancelled_at: datetime | None = Field(default=None, sa_type=Instant())
    cancelled_by: str | None = Field(default=None, foreign_key="people.id")
    before: SessionState | None = Field(default=None, sa_type=Choice(SessionState))
    moves: int = 0
    revision: int = 0
    kind: SessionKind = Field(default=SessionKind.SESSION, sa_type=Choice(SessionKind))
    waited: timedelta = Field(default=NO_TIME, sa_type=Span())


class RatingRow(SQLModel, table=True):
    """The question about one session and its answer. Who may read the words is sealed together with them."""

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name="answered_at_a_time"),
        _one_of("state", RatingState),
    )

    session_id: str = Field(primary_key=True, foreign_key="sessions.id")
    asked_at: datetime = Field(sa_type=Instant())
    state: RatingState = Field(sa_type=Choice(RatingState))
    score: bytes | None = None
    words: bytes | None = None
    answered_at: datetime | None = Field(default=None, sa_type=Instant())
    skipped_at: datetime | None = Field(default=None, sa_type=Instant())
    released: bool = False
    before: RatingState | None = Field(default=None, sa_type=Choice(RatingState))
    revision: int = 0
    released_at: datetime | None = Field(default=None, sa_type=Instant())
    waited: timedelta = Field(default=NO_TIME, sa_type=Span())


class NoteRow(SQLModel, table=True):
    """What the mentor wrote about one session."""

    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("session_id", "author", name="one_note_per_session_and_author"),)

    id: str = Field(primary_key=True)
    agreement_id: str = Field(foreign_key="agreements.id", index=True)
    session_id: str = Field(foreign_key="sessions.id")
    author: str = Field(foreign_key="people.id")
    text: bytes
    written_at: datetime = Field(sa_type=Instant())
    revision: int = 0


class DecisionRow(SQLModel, table=True):
    """What a mentee has decided, for herself alone."""

    __tablename__ = "decisions"

    id: str = Field(primary_key=True)
    agreement_id: str = Field(foreign_key="agreements.id", index=True)
    author: str = Field(foreign_key="people.id")
    text: bytes
    written_at: datetime = Field(sa_type=Instant())
    revision: int = 0


class ImpactRow(SQLModel, table=True):
    """What came of a session, as the mentee sees it later. Who may read it is sealed together with it."""

    __tablename__ = "impacts"

    session_id: str = Field(primary_key=True, foreign_key="sessions.id")
    agreement_id: str = Field(foreign_key="agreements.id", index=True)
    author: str = Field(foreign_key="people.id")
    text: bytes
    written_at: datetime = Field(sa_type=Instant())
    revision: int = 0


class FarewellRow(SQLModel, table=True):
    """One person's words at the end of an agreement; whether they would go on, and whether they said so, is sealed too."""

    __tablename__ = "farewells"

    agreement_id: str = Field(primary_key=True, foreign_key="agreements.id")
    author: str = Field(primary_key=True, foreign_key="people.id")
    review: bytes | None = None
    thanks: bytes | None = None
    go_on: bytes
    written_at: datetime = Field(sa_type=Instant())
    passed_on: bool = False
    revision: int = 0


_ONCE = f"kind NOT IN ({_quoted(REPEATABLE)})"
AGAIN = f"kind IN ({_quoted(REPEATABLE)}) AND state = 'pending'"
"""Which rows there is one of at a time. A query that is to use that index must say just this."""


class DueRow(SQLModel, table=True):
    """The outbox: something to be said or done, by names of things alone.

    ``due`` is when it is wanted; ``at`` is when it is next tried, later than ``due`` once drawing has said "later". Rows of
    one ``queue`` go one after another; it is empty once a row is settled. ``recipient`` is empty where there is none, so that
    unique keys see it. ``number`` is the order of insertion. ``doubted_at`` of an unsure row is since when; None once it could
    not be found out. ``introduces``: the message says who is writing.
    """

    __tablename__ = "due_rows"
    __table_args__ = (
        _partial("said_once", "kind", "subject", "recipient", "round", where=_ONCE, unique=True),
        _partial("one_pending", "kind", "subject", "recipient", where=AGAIN, unique=True),
        _partial("due_by_lane", "lane", "at", "number", "team_id", "queue", where="state = 'pending'"),
        _partial("due_by_time", "at", "team_id", where="state = 'pending'"),
        # Claiming changes none of its columns: a hundred claimed rows would be as many pages to write.
        _partial("due_by_queue", "queue", "at", where="queue <> ''"),
        _partial("in_flight", "state", "team_id", where="state = 'sending'"),
        _partial("in_doubt", "doubted_at", where="state = 'unsure'"),
        Index("due_of_agreement", "agreement_id"),
        _one_of("state", RowState),
    )

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    kind: Kind = Field(sa_type=Choice(Kind))
    subject: str
    recipient: str = ""
    round: int = 0
    agreement_id: str | None = Field(default=None, foreign_key="agreements.id")
    account_id: str | None = Field(default=None, foreign_key="accounts.id")
    team_id: str | None = None
    queue: str
    lane: int
    due: datetime = Field(sa_type=Instant())
    at: datetime = Field(sa_type=Instant())
    expires: datetime | None = Field(default=None, sa_type=Instant())
    state: RowState = Field(sa_type=Choice(RowState))
    attempts: int = 0
    channel: str | None = None
    ts: str | None = None
    live: bool = False
    sent_at: datetime | None = Field(default=None, sa_type=Instant())
    file_id: str | None = None
    doubted_at: datetime | None = Field(default=None, sa_type=Instant())
    introduces: bool = _added_flag()


class ExportRow(SQLModel, table=True):
    """An archive on its way to whose it is. It is encrypted with a passphrase that is kept nowhere, and goes once it is sent."""

    __tablename__ = "exports"

    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="people.id", unique=True)
    archive: bytes


class MonthlyTotalRow(SQLModel, table=True):
    """How often something came about in a month ("2026-11"), once nothing else is left of it: no person, no pair, no text."""

    __tablename__ = "monthly_totals"

    month: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    total: int


class EventRow(SQLModel, table=True):
    """An event of Slack's that has had its effect."""

    __tablename__ = "events"

    id: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=Instant(), index=True)


def of_known_kind(alias: str = "due_rows") -> ColumnElement[bool]:
    """Say that a due row is of a kind that this version knows: another version may have added others. Those are left alone."""
    return literal_column(f"{alias}.kind IN ({_quoted(Kind)})", Boolean())


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


people = _table("people")
accounts = _table("accounts")
installations = _table("installations")
data_keys = _table("data_keys")
agreements = _table("agreements")
versions = _table("versions")
sessions = _table("sessions")
ratings = _table("ratings")
notes = _table("notes")
decisions = _table("decisions")
impacts = _table("impacts")
farewells = _table("farewells")
due_rows = _table("due_rows")
exports = _table("exports")
monthly_totals = _table("monthly_totals")
events = _table("events")
