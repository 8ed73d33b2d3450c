"""Column types that speak the rules' own language: aware UTC instants, spans of time, and the rules' enumerations."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

E = TypeVar("E", bound=StrEnum)


class Instant(TypeDecorator[datetime]):
    """An aware instant, UTC when it comes back; whole microseconds since 1970 on SQLite, which has no such type."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Name the type that the database has for it."""
        return dialect.type_descriptor(
            DateTime(timezone=True) if dialect.name == "postgresql" else BigInteger()
        )

    # The processors are overridden whole: a row has many of these, and TypeDecorator's own add a call to each.

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Return what makes an instant into what is stored; it raises ValueError for a time without a zone."""
        return _aware if dialect.name == "postgresql" else _microseconds

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what makes an instant out of what is stored."""
        return _in_utc if dialect.name == "postgresql" else _instant


def _aware(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a stored time needs a zone")
    return moment


def _microseconds(moment: datetime | None) -> int | None:
    return None if _aware(moment) is None or moment is None else (moment - EPOCH) // MICROSECOND


def _in_utc(stored: datetime | None) -> datetime | None:
    return None if stored is None else stored.astimezone(UTC)


def _instant(stored: int | None) -> datetime | None:
    return None if stored is None else EPOCH + timedelta(microseconds=stored)


class Span(TypeDecorator[timedelta]):
    """A span of time, as whole microseconds on both databases."""

    impl = BigInteger
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[timedelta | None], int | None]:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what makes a span into its microseconds."""
        return lambda span: None if span is None else span // MICROSECOND

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], timedelta | None]:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what makes a span out of its microseconds."""
        return lambda stored: None if stored is None else timedelta(microseconds=stored)


class Choice(TypeDecorator[E], Generic[E]):
    """One of an enumeration's values, stored as its text."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[E]) -> None:
        super().__init__()
        self.kind = kind

    def bind_processor(self, dialect: Dialect) -> Callable[[E | None], str | None]:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what makes a member into its text."""
        return lambda member: None if member is None else str(member)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], E | None]:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what makes a member out of its text; KeyError for one that is not known."""
        members: dict[str | None, E | None] = {None: None, **{member.value: member for member in self.kind}}
        return members.__getitem__
