"""A bad one: on SQLite it leaves children without parents."""

import sqlalchemy as sa
from alembic import op

revision = "a3"
down_revision = "a2"


def upgrade() -> None:
    op.add_column("parents", sa.Column("age", sa.Integer()))
    op.execute("DELETE FROM parents")
