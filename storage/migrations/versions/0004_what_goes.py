"""What goes: texts erased from an agreement, people who are gone, files that are deleted, and the totals that remain.

And since when it is in doubt whether a message arrived.

Revision ID: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people") as table:
        table.add_column(sa.Column("gone", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("agreements") as table:
        table.add_column(sa.Column("mentor_erased", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("mentee_erased", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("due_rows", sa.Column("file_id", sa.String(), nullable=True))
    op.add_column("due_rows", sa.Column("doubted_at", Instant(), nullable=True))
    op.create_index(
        "in_doubt",
        "due_rows",
        ["doubted_at"],
        unique=False,
        sqlite_where=sa.text("state = 'unsure'"),
        postgresql_where=sa.text("state = 'unsure'"),
    )
    op.create_table(
        "monthly_totals",
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "what"),
    )
