"""What a person wrote or scored: kept out of every log, message and traceback by its type."""

from typing import Final, Generic, NoReturn, TypeVar

T = TypeVar("T")

PLACEHOLDER = "(secret)"
UNREADABLE: Final = "(can't be read)"
"""Stands where a text cannot be opened: its key is lost, or its row was damaged."""


class Secret(Generic[T]):
    """A text or score that shows itself only to an explicit ``reveal()``.

    ``repr``, ``str`` and ``format`` give a placeholder; pickling and JSON are refused or give it too.
    Two secrets are equal if what they hide is equal.
    """

    __slots__ = ("_hidden",)

    def __init__(self, hidden: T) -> None:
        self._hidden = hidden

    def reveal(self) -> T:
        """Return what is hidden. ``tests/test_secrets.py`` lists where this may be called, and what for."""
        return self._hidden

    def __repr__(self) -> str:
        return PLACEHOLDER

    def __str__(self) -> str:
        return PLACEHOLDER

    def __format__(self, spec: str) -> str:
        return PLACEHOLDER

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and bool(self._hidden == other._hidden)

    def __hash__(self) -> int:
        return hash(self._hidden)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled")


LOST: Final = Secret(UNREADABLE)
"""What is read of a text that cannot be opened. It is known by identity: ``is LOST``, for anyone may write these words."""


def unless_lost(secret: Secret[str] | None) -> Secret[str] | None:
    """Return the secret; None if it is one that cannot be opened, and so nothing to begin another text with."""
    return None if secret is LOST else secret
