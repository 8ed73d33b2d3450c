"""The database's migrations, by Alembic. ``storage/upgrade.py`` runs them; nothing here reads a configuration file."""
