"""Trigger ids: the right to open a modal, once, within three seconds of a gesture.

Source: docs.slack.dev/interactivity/handling-user-interaction, "trigger_id"; errors of methods/views.open.
"""

import re
import secrets
from dataclasses import dataclass

from playground.clock import Clock
from playground.errors import SlackError

REMEMBERED_SECONDS = 600.0  # for the right error; a forgotten one is invalid_trigger_id
SHAPE = re.compile(r"\d+\.\d+\.[0-9a-f]+")  # "132456.7890123.abcdef" (methods/views.open, invalid_trigger_id)


@dataclass
class _Trigger:
    user: str
    view_id: str | None
    expires: float
    exchanged: bool = False


class Triggers:
    """The trigger ids given out; they live in real time and are not saved."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._given: dict[str, _Trigger] = {}

    def give(self, user: str, view_id: str | None = None) -> str:
        """Return a new trigger for what ``user`` just did, in the view ``view_id`` if it was in one."""
        self._given = {
            trigger: given
            for trigger, given in self._given.items()
            if given.expires > self._clock.monotonic() - REMEMBERED_SECONDS
        }
        trigger = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._given[trigger] = _Trigger(user, view_id, self._clock.monotonic() + self._seconds)
        return trigger

    def owner(self, trigger: str) -> str:
        """Return whose gesture the trigger stands for, without using it up.

        Raises:
            SlackError: ``invalid_trigger_id``, ``exchanged_trigger_id`` or ``expired_trigger_id``.
        """
        given = self._given.get(trigger)
        if given is None or not SHAPE.fullmatch(trigger):
            raise SlackError("invalid_trigger_id")
        if given.exchanged:
            raise SlackError("exchanged_trigger_id")
        if given.expires < self._clock.monotonic():
            raise SlackError("expired_trigger_id")
        return given.user

    def view_id(self, trigger: str) -> str | None:
        """Return the view that the gesture of a trigger of somebody's was in, None if it was in none."""
        return self._given[trigger].view_id

    def exchange(self, trigger: str) -> None:
        """Use the trigger up."""
        self._given[trigger].exchanged = True
