"""A change that makes Alembic rebuild the parents' table on SQLite: the old one is dropped."""

import sqlalchemy as sa
from alembic import op

revision = "a2"
down_revision = "a1"


def upgrade() -> None:
    with op.batch_alter_table("parents") as table:
        table.alter_column("name", existing_type=sa.String(), nullable=True, new_column_name="full_name")
        table.create_check_constraint("named", "full_name <> ''")
