"""A gesture, and the answers a handler can give it.

A handler takes a ``Gesture`` and returns one ``Answer``; it neither acks nor calls Slack. ``handlers/routes.py`` gives the
answer after the handler's transaction is over, with at most one Web API call, and turns ``Refused`` into a sentence where
the person is looking. So every handler can be tested without Slack, and a click is saved before it is confirmed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from slack_sdk.models.views import View

from handlers.deps import Deps
from mentoring.people import Person, Profile

LookUp = Callable[[str], Profile | None]


def _nobody(_user_id: str) -> Profile | None:
    return None


class Place(StrEnum):
    """Where the person was when they made the gesture."""

    COMMAND = "command"
    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"
    SUBMISSION = "submission"


@dataclass(frozen=True)
class Gesture:
    """What someone did: checked for shape, with the person acting and the instant it arrived.

    Attributes:
        value: a button's value, a select's chosen value, or the rest of the command after its first word.
        view: the modal or Home it happened in, as Slack sent it; empty otherwise.
        body: the whole payload.
        look_up: asks Slack who a user id is, None if it knows nobody of it; the one Web API call of a submission that names
            someone, to be made while no transaction is open. Raises ``Refused`` if Slack doesn't answer.
    """

    place: Place
    person: Person
    deps: Deps
    now: datetime
    body: Mapping[str, Any] = field(repr=False)
    value: str = field(default="", repr=False)
    view: Mapping[str, Any] = field(default_factory=dict, repr=False)
    look_up: LookUp = field(default=_nobody, repr=False)

    @property
    def values(self) -> Mapping[str, Mapping[str, Any]]:
        """The form's state: block id to action id to what was entered."""
        state: Mapping[str, Mapping[str, Any]] = (self.view.get("state") or {}).get("values") or {}
        return state


@dataclass(frozen=True)
class Nothing:
    """Just acknowledge: the modal closes, the message stays; rows redraw what has changed."""


@dataclass(frozen=True)
class Show:
    """Show a modal in the way that fits the place.

    From a command, message or Home it is opened; from a button in a modal it replaces that modal (or is pushed on it with
    ``push``); from a submission it replaces the submitted modal (or is pushed).
    """

    view: View = field(repr=False)
    push: bool = False


@dataclass(frozen=True)
class Tell:
    """Tell the person a sentence, where they are: an ephemeral line, or a small modal."""

    sentence: str


Answer = Nothing | Show | Tell
Handler = Callable[[Gesture], Answer]
