"""Asserting a refusal by its whole body."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


def refusal(call: Any, **arguments: Any) -> dict[str, Any]:
    """Return the body of the refusal that ``call`` meets, without its ``ok``."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    body: dict[str, Any] = caught.value.response.data
    assert body.pop("ok") is False
    return body


def error(call: Any, **arguments: Any) -> str:
    """Return the error code that ``call`` meets."""
    return str(refusal(call, **arguments)["error"])
