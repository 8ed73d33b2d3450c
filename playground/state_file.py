"""The workspace on disk, so that a restart shows the same."""

import asyncio
import os
from pathlib import Path

from pydantic import ValidationError

from playground.signals import Signal
from playground.workspace import State

QUIET_SECONDS = 0.5


class StateFile:
    """A JSON file, replaced atomically; it holds tokens and what people wrote, so only its owner may read it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._planned: asyncio.TimerHandle | None = None
        self._written = Signal()

    def read(self) -> State | None:
        """Return the workspace as it was, or None if there is no file yet.

        Raises:
            ValueError: the file is not one of these.
        """
        if not self._path.exists():
            return None
        try:
            return State.model_validate_json(self._path.read_bytes())
        except ValidationError:
            raise ValueError(
                f"{self._path} does not hold a workspace; remove it to begin a new one."
            ) from None

    def write_soon(self, state: State) -> None:
        """Write within half a second; further changes until then go along."""
        if self._planned is None:
            self._planned = asyncio.get_running_loop().call_later(QUIET_SECONDS, self.write, state)

    def write(self, state: State) -> None:
        """Write now."""
        if self._planned is not None:
            self._planned.cancel()
            self._planned = None
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(state.model_dump_json(indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
        self._written.send()

    async def written(self) -> None:
        """Wait until what has changed is in the file."""
        await self._written.until(lambda: self._planned is None)
