"""The empty database is the handlers' tests' own."""

from tests.handlers.conftest import empty_database

__all__ = ["empty_database"]
