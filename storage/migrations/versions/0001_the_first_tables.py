"""The first tables.

Revision ID: 0001
Follows: nothing
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_events_seen_at", "events", ["seen_at"], unique=False)

    op.create_table(
        "people",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("reminders", sa.Boolean(), nullable=False),
        sa.Column("invitations", sa.Boolean(), nullable=False),
        sa.Column("greeted", sa.Boolean(), nullable=False),
        sa.Column("home_opened", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("enterprise_id", sa.String(), nullable=True),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("checked_at", Instant(), nullable=True),
        sa.Column("channel_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team_id", "user_id", name="one_account_per_slack_user"),
    )
    op.create_index("ix_accounts_person_id", "accounts", ["person_id"], unique=False)

    op.create_table(
        "data_keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("master_id", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id"),
    )
    op.create_table(
        "agreements",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pair", sa.String(), nullable=False),
        sa.Column("mentor_id", sa.String(), nullable=False),
        sa.Column("mentee_id", sa.String(), nullable=False),
        sa.Column("mentor_account_id", sa.String(), nullable=False),
        sa.Column("mentee_account_id", sa.String(), nullable=False),
        sa.Column("proposer_id", sa.String(), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("activated_at", Instant(), nullable=True),
        sa.Column("closing_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("released_at", Instant(), nullable=True),
        sa.Column("acted_by", sa.String(), nullable=True),
        sa.Column("acted_at", Instant(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_a_time"),
        sa.CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="closed_with_an_outcome"),
        sa.CheckConstraint(
            "outcome IN ('completed', 'declined', 'ended', 'lapsed', 'withdrawn')", name="outcome_is_known"
        ),
        sa.CheckConstraint(
            "state IN ('active', 'closed', 'closing', 'paused', 'proposed')", name="state_is_known"
        ),
        sa.CheckConstraint("mentor_id <> mentee_id", name="two_people"),
        sa.CheckConstraint("proposer_id IN (mentor_id, mentee_id)", name="proposed_by_one_of_them"),
        sa.ForeignKeyConstraint(["acted_by"], ["people.id"]),
        sa.ForeignKeyConstraint(["closed_by"], ["people.id"]),
        sa.ForeignKeyConstraint(["mentee_account_id"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["mentee_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["mentor_account_id"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["mentor_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["proposer_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("agreements_by_proposer", "agreements", ["proposer_id", "proposed_at"], unique=False)
    op.create_index("agreements_of_mentee", "agreements", ["mentee_id", "closed_at"], unique=False)
    op.create_index("agreements_of_mentor", "agreements", ["mentor_id", "closed_at"], unique=False)
    op.create_index(
        "one_open_agreement_per_pair",
        "agreements",
        ["pair"],
        unique=True,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )

    op.create_table(
        "due_rows",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.String(), nullable=True),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("team_id", sa.String(), nullable=True),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("due", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("expires", Instant(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('dead', 'dropped', 'pending', 'sending', 'sent', 'unsure')", name="state_is_known"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"]),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(
        "due_by_lane",
        "due_rows",
        ["lane", "at", "number", "team_id", "queue"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "due_by_queue",
        "due_rows",
        ["queue", "state"],
        unique=False,
        sqlite_where=sa.text("state IN ('pending', 'sending')"),
        postgresql_where=sa.text("state IN ('pending', 'sending')"),
    )
    op.create_index(
        "due_by_time",
        "due_rows",
        ["at", "team_id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index("due_of_agreement", "due_rows", ["agreement_id"], unique=False)
    op.create_index(
        "in_flight",
        "due_rows",
        ["state", "team_id"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index(
        "one_pending",
        "due_rows",
        ["kind", "subject", "recipient"],
        unique=True,
        sqlite_where=sa.text("kind IN ('home', 'lookup', 'redraw', 'turn') AND state = 'pending'"),
        postgresql_where=sa.text("kind IN ('home', 'lookup', 'redraw', 'turn') AND state = 'pending'"),
    )
    op.create_index(
        "said_once",
        "due_rows",
        ["kind", "subject", "recipient", "round"],
        unique=True,
        sqlite_where=sa.text("kind NOT IN ('home', 'lookup', 'redraw', 'turn')"),
        postgresql_where=sa.text("kind NOT IN ('home', 'lookup', 'redraw', 'turn')"),
    )

    op.create_table(
        "sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("agreement_id", sa.String(), nullable=False),
        sa.Column("starts", Instant(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("set_at", Instant(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=True),
        sa.Column("place_by", sa.String(), nullable=True),
        sa.Column("moved_from", Instant(), nullable=True),
        sa.Column("logged_at", Instant(), nullable=True),
        sa.Column("cancelled_at", Instant(), nullable=True),
        sa.Column("cancelled_by", sa.String(), nullable=True),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_at_a_time"),
        sa.CheckConstraint("state IN ('cancelled', 'held', 'planned')", name="state_is_known"),
        sa.CheckConstraint("(place IS NULL) = (place_by IS NULL)", name="place_has_an_author"),
        sa.CheckConstraint("minutes >= 1", name="some_minutes"),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"]),
        sa.ForeignKeyConstraint(["cancelled_by"], ["people.id"]),
        sa.ForeignKeyConstraint(["place_by"], ["people.id"]),
        sa.ForeignKeyConstraint(["set_by"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sessions_agreement_id", "sessions", ["agreement_id"], unique=False)
    op.create_index(
        "one_planned_session",
        "sessions",
        ["agreement_id"],
        unique=True,
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )

    op.create_table(
        "versions",
        sa.Column("agreement_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("mentee_signed_at", Instant(), nullable=True),
        sa.Column("mentor_signed_at", Instant(), nullable=True),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("cadence", sa.String(), nullable=False),
        sa.Column("rating_after", sa.String(), nullable=False),
        sa.Column("early_end", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("first_session", Instant(), nullable=True),
        sa.Column("place", sa.LargeBinary(), nullable=True),
        sa.Column("purpose", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "cadence IN ('as_we_go', 'fortnightly', 'monthly', 'three_weeks', 'weekly')",
            name="cadence_is_known",
        ),
        sa.CheckConstraint("rating_after IN ('2', '3', '7', 'next_morning')", name="rating_after_is_known"),
        sa.CheckConstraint(
            "mentor_signed_at IS NULL OR mentee_signed_at IS NOT NULL", name="mentee_signs_first"
        ),
        sa.CheckConstraint("minutes >= 1", name="some_minutes"),
        sa.CheckConstraint("sessions >= 1", name="some_sessions"),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"]),
        sa.ForeignKeyConstraint(["author"], ["people.id"]),
        sa.PrimaryKeyConstraint("agreement_id", "number"),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("agreement_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"]),
        sa.ForeignKeyConstraint(["author"], ["people.id"]),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("session_id", "author", name="one_note_per_session_and_author"),
    )
    op.create_index("ix_notes_agreement_id", "notes", ["agreement_id"], unique=False)

    op.create_table(
        "ratings",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("score", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("skipped_at", Instant(), nullable=True),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name="answered_at_a_time"),
        sa.CheckConstraint(
            "state IN ('answered', 'asked', 'expired', 'skipped', 'withdrawn')", name="state_is_known"
        ),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"]),
        sa.PrimaryKeyConstraint("session_id"),
    )
