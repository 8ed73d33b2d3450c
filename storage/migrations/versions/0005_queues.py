"""Queues that settled rows have left: the index over them holds what waits, and claiming does not touch it.

Revision ID: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("due_by_queue", table_name="due_rows")
    op.execute("UPDATE due_rows SET queue = '' WHERE state IN ('sent', 'dropped', 'dead')")
    op.create_index(
        "due_by_queue",
        "due_rows",
        ["queue", "at"],
        unique=False,
        sqlite_where=sa.text("queue <> ''"),
        postgresql_where=sa.text("queue <> ''"),
    )
