"""The arguments of a Web API call: the same whether they came as a form or as JSON."""

from typing import Any, Literal

from playground.blockkit import VIEW_BYTES, Problem, check_blocks, check_view, json_bytes
from playground.errors import SlackError, invalid_arguments, with_messages
from playground.json_text import parsed
from playground.workspace import Json


class Arguments:
    """Typed access to a call's arguments; each reader refuses what Slack would refuse."""

    def __init__(self, given: Json) -> None:
        self._given = given

    def text(self, name: str) -> str | None:
        """Return the argument as text, None if it was not given."""
        value = self._given.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise invalid_arguments(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def required(self, name: str) -> str:
        """Return the argument as text.

        Raises:
            SlackError: ``invalid_arguments``, since it is missing or empty.
        """
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        """Return a boolean, which forms spell ``1`` or ``true``."""
        return self._given.get(name) in (True, 1, "1", "true", "True")

    def given(self, name: str) -> bool:
        """Return whether the argument was given at all."""
        return self._given.get(name) is not None

    def parsed(self, name: str, error: str) -> Any:
        """Return a JSON argument, parsed if it came as text; refuse with ``error`` what is not JSON."""
        value = self._given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return parsed(value)
        except ValueError:
            raise SlackError(error) from None

    def blocks(self, surface: Literal["message"] = "message") -> list[Json] | None:
        """Return checked blocks, None if there were none.

        Raises:
            SlackError: ``invalid_blocks_format`` or ``invalid_blocks`` with every broken rule.
        """
        blocks = self.parsed("blocks", "invalid_blocks_format")
        if blocks is None:
            return None
        if not isinstance(blocks, list):
            raise SlackError("invalid_blocks_format")
        refuse(check_blocks(blocks, surface), "invalid_blocks")
        return blocks

    def view(self, kind: Literal["modal", "home"] | None) -> Json:
        """Return the checked ``view``, of type ``kind`` unless None.

        Raises:
            SlackError: ``view_too_large``, or ``invalid_arguments`` with every broken rule.
        """
        view = self.parsed("view", "invalid_arguments")
        if not isinstance(view, dict):
            raise invalid_arguments("missing required field: view")
        check_content(view)
        if kind is not None and view["type"] != kind:
            raise invalid_arguments(f"must be of type {kind} [json-pointer:/view/type]")
        return view


def check_content(view: Json) -> None:
    """Refuse a view that breaks Block Kit's rules or is too large."""
    if json_bytes(view) > VIEW_BYTES:
        raise SlackError("view_too_large")
    refuse(check_view(view), "invalid_arguments", prefix="/view")


def refuse(problems: list[Problem], error: str, prefix: str = "") -> None:
    """Raise ``error`` if there are problems, each with its JSON pointer as Slack gives it."""
    if problems:
        raise with_messages(
            error,
            [f"{problem.rule} [json-pointer:{prefix}/{pointer(problem.path)}]" for problem in problems],
        )


def pointer(path: str) -> str:
    """Return the JSON pointer to a problem's path, without its first slash."""
    return path.replace("[", "/").replace("]", "").replace(".", "/").lstrip("/")
