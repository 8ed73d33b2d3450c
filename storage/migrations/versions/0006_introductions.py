"""Which message says who is writing: it goes on saying so whenever it is drawn again.

Of what was sent before this nobody knows that any more.

Revision ID: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "due_rows", sa.Column("introduces", sa.Boolean(), nullable=False, server_default=sa.false())
    )
