"""What Alembic runs first: it takes the connection, and the transaction on it, that ``storage/upgrade.py`` has opened."""

from alembic import context
from sqlmodel import SQLModel

from storage import tables  # noqa: F401 - the tables are known once it is imported

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
)
context.run_migrations()
