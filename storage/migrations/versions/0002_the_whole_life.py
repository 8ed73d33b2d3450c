"""The whole life of an agreement: changes, first talks, pauses, words at the end, and what each chose.

Revision ID: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people") as table:
        table.add_column(sa.Column("zone", sa.String(), nullable=True))
        table.add_column(sa.Column("hours_start", sa.Integer(), nullable=False, server_default="540"))
        table.add_column(sa.Column("hours_end", sa.Integer(), nullable=False, server_default="1020"))
        table.add_column(sa.Column("work_days", sa.String(), nullable=False, server_default="01234"))
        table.add_column(sa.Column("retention", sa.Integer(), nullable=False, server_default="90"))
        table.add_column(sa.Column("muted_until", Instant(), nullable=True))
    with op.batch_alter_table("agreements") as table:
        table.add_column(sa.Column("paused_at", Instant(), nullable=True))
        table.add_column(sa.Column("paused_by", sa.String(), nullable=True))
        table.add_column(sa.Column("resumed_at", Instant(), nullable=True))
        table.add_column(sa.Column("resumed_by", sa.String(), nullable=True))
        table.add_column(sa.Column("pauses", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("renews", sa.String(), nullable=True))
        table.create_foreign_key("agreements_paused_by", "people", ["paused_by"], ["id"])
        table.create_foreign_key("agreements_resumed_by", "people", ["resumed_by"], ["id"])
        table.create_foreign_key("agreements_renews", "agreements", ["renews"], ["id"])
    op.create_index(
        "renewed_once",
        "agreements",
        ["renews"],
        unique=True,
        sqlite_where=sa.text("renews IS NOT NULL"),
        postgresql_where=sa.text("renews IS NOT NULL"),
    )
    with op.batch_alter_table("versions") as table:
        table.add_column(sa.Column("closed_at", Instant(), nullable=True))
        table.add_column(sa.Column("outcome", sa.String(), nullable=True))
        table.add_column(sa.Column("reply", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("reply_by", sa.String(), nullable=True))
        table.add_column(sa.Column("waited", sa.BigInteger(), nullable=False, server_default="0"))
        table.create_foreign_key("versions_reply_by", "people", ["reply_by"], ["id"])
        table.create_check_constraint("closed_with_an_outcome", "(closed_at IS NULL) = (outcome IS NULL)")
        table.create_check_constraint("reply_has_an_author", "(reply IS NULL) = (reply_by IS NULL)")
        table.create_check_constraint("outcome_is_known", "outcome IN ('declined', 'lapsed', 'withdrawn')")
    op.drop_index("one_planned_session", table_name="sessions")
    with op.batch_alter_table("sessions") as table:
        table.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="session"))
        table.add_column(sa.Column("waited", sa.BigInteger(), nullable=False, server_default="0"))
        table.create_check_constraint("kind_is_known", "kind IN ('first_talk', 'session')")
    op.create_index(
        "one_planned_session",
        "sessions",
        ["agreement_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )
    with op.batch_alter_table("ratings") as table:
        table.add_column(sa.Column("released_at", Instant(), nullable=True))
        table.add_column(sa.Column("waited", sa.BigInteger(), nullable=False, server_default="0"))
    _new_tables()
    _as_the_code_sets_them()


def _new_tables() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("agreement_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"]),
        sa.ForeignKeyConstraint(["author"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_decisions_agreement_id", "decisions", ["agreement_id"], unique=False)
    op.create_table(
        "impacts",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("agreement_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"]),
        sa.ForeignKeyConstraint(["author"], ["people.id"]),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"]),
        sa.PrimaryKeyConstraint("session_id"),
    )
    op.create_index("ix_impacts_agreement_id", "impacts", ["agreement_id"], unique=False)
    op.create_table(
        "farewells",
        sa.Column("agreement_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("review", sa.LargeBinary(), nullable=True),
        sa.Column("thanks", sa.LargeBinary(), nullable=True),
        sa.Column("go_on", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("passed_on", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"]),
        sa.ForeignKeyConstraint(["author"], ["people.id"]),
        sa.PrimaryKeyConstraint("agreement_id", "author"),
    )


def _as_the_code_sets_them() -> None:
    """Take the defaults away that the older rows needed: from here on the code sets every value."""
    for table, columns in {
        "people": ("hours_start", "hours_end", "work_days", "retention"),
        "agreements": ("pauses",),
        "versions": ("waited",),
        "sessions": ("kind", "waited"),
        "ratings": ("waited",),
    }.items():
        with op.batch_alter_table(table) as altered:
            for column in columns:
                altered.alter_column(column, server_default=None)
