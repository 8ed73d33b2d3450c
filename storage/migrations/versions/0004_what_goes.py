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
        table.add_column(sa.Column("retention_since", Instant(), nullable=True))
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
    op.create_table(
        "exports",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id"),
    )
    _keep_for_a_time()


def _keep_for_a_time() -> None:
    """Let the bot look, once it runs, at what closed before anything was deleted by itself: it begins with a notice."""
    names = ("id", "kind", "subject", "recipient", "agreement_id", "queue", "state")
    numbers = ("round", "lane", "attempts")
    instants = ("due", "at")
    due_rows = sa.table(
        "due_rows",
        *(sa.column(name, sa.String()) for name in names),
        *(sa.column(name, sa.Integer()) for name in numbers),
        *(sa.column(name, Instant()) for name in instants),
        sa.column("live", sa.Boolean()),
    )
    agreements = sa.table(
        "agreements",
        *(sa.column(name, sa.String()) for name in ("id", "mentor_id", "mentee_id", "state")),
        sa.column("closed_at", Instant()),
    )
    for person in (agreements.c.mentor_id, agreements.c.mentee_id):
        values = {
            "id": agreements.c.id + " " + person,
            "kind": sa.literal("retention"),
            "subject": agreements.c.id,
            "recipient": person,
            "agreement_id": agreements.c.id,
            "queue": "retention " + agreements.c.id,
            "state": sa.literal("pending"),
            "round": sa.literal(0),
            "lane": sa.literal(1),
            "attempts": sa.literal(0),
            "due": agreements.c.closed_at,
            "at": agreements.c.closed_at,
            "live": sa.false(),
        }
        closed = sa.select(*values.values()).where(agreements.c.state == "closed")
        op.execute(due_rows.insert().from_select(list(values), closed))
