"""When each of the two last did something: whoever comes back to what they did finds that the other has acted in between.

Revision ID: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agreements", sa.Column("other_acted_at", Instant(), nullable=True))
