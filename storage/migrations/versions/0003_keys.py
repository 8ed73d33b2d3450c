"""Keys: a workspace's token in the vault, under a data key of its own, and an index by master key.

Revision ID: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team_id"),
    )
    with op.batch_alter_table("data_keys") as table:
        table.alter_column("person_id", existing_type=sa.String(), nullable=True)
        table.add_column(sa.Column("installation_id", sa.String(), nullable=True))
        table.create_foreign_key("data_keys_installation_id", "installations", ["installation_id"], ["id"])
        table.create_unique_constraint("data_keys_of_installation", ["installation_id"])
        table.create_check_constraint("one_owner", "(person_id IS NULL) <> (installation_id IS NULL)")
    op.create_index("data_keys_by_master", "data_keys", ["master_id", "id"], unique=False)
