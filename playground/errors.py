"""Answers that are refusals."""

from collections.abc import Iterable
from typing import Any


class SlackError(Exception):
    """A Web API answer with ``ok: false``; ``extra`` stands beside ``error`` in the body."""

    def __init__(
        self, error: str, *, status: int = 200, retry_after: int | None = None, **extra: Any
    ) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.retry_after = retry_after
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer."""
        return {"ok": False, "error": self.error, **self.extra}

    def headers(self) -> dict[str, str]:
        """Return the headers that the answer must have."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


def invalid_arguments(*messages: str) -> SlackError:
    """Return Slack's ``invalid_arguments`` with its explanations, each in Slack's ``[ERROR] …`` form."""
    return with_messages("invalid_arguments", messages)


def with_messages(error: str, messages: Iterable[str]) -> SlackError:
    """Return ``error`` with ``response_metadata.messages``."""
    return SlackError(error, response_metadata={"messages": [f"[ERROR] {message}" for message in messages]})


class DroppedError(Exception):
    """The connection is to be closed without an answer."""


class LateError(DroppedError):
    """The connection is to be closed without an answer, and the call to be done after so many real seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class GestureError(Exception):
    """What a person tried cannot be done here: no such button, no such view, no such person."""
