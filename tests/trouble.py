"""A SQLite database that cannot be written for a while."""

from types import TracebackType
from typing import Any, Self

from sqlalchemy import event

from storage.database import Database

HINDRANCES = {
    # (how it begins, how it ends), on each connection (sqlite.org/pragma.html)
    "full": ("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1073741823"),
    "read only": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
}
"""max_page_count is never less than the pages that there are: whatever needs a page more finds the disk full."""


class Hindered:
    """While the block lasts, the database is "full" or "read only", on each of its connections."""

    def __init__(self, database: Database, how: str) -> None:
        self._engine = database._engine
        self._begin, self._end = HINDRANCES[how]
        self._now = self._begin
        event.listen(self._engine, "checkout", self._set)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._now = self._end

    def _set(self, connection: Any, *_rest: object) -> None:
        connection.execute(self._now).fetchall()
