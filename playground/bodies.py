"""What the page, and an app that follows the clock, send to the playground's own addresses."""

from typing import Any

from starlette.requests import Request

from playground.json_text import parsed


class UnreadableError(Exception):
    """A request that says nothing the playground knows; the sentence tells why."""


class Body:
    """A JSON body, its fields read by type.

    Raises:
        UnreadableError: by each reader, where the field is missing or of another type.
    """

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields

    @classmethod
    async def of(cls, request: Request) -> "Body":
        """Return the request's body.

        Raises:
            UnreadableError: it is not a JSON object.
        """
        try:
            fields = parsed(await request.body())
        except ValueError:
            raise UnreadableError("The body is not JSON.") from None
        if not isinstance(fields, dict):
            raise UnreadableError("The body is not a JSON object.")
        return cls(fields)

    def text(self, name: str) -> str:
        """Return a text."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise UnreadableError(f"{name!r} must be a text.")
        return value

    def optional_text(self, name: str) -> str | None:
        """Return a text, None if there is none."""
        return None if self.fields.get(name) is None else self.text(name)

    def number(self, name: str) -> float:
        """Return a number."""
        value = self.fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UnreadableError(f"{name!r} must be a number.")
        return float(value)

    def flag(self, name: str) -> bool:
        """Return true or false; what is missing is false."""
        value = self.fields.get(name, False)
        if not isinstance(value, bool):
            raise UnreadableError(f"{name!r} must be true or false.")
        return value
