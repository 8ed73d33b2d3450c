"""A chain of migrations for the tests alone, run as the real ones are."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
context.run_migrations()
