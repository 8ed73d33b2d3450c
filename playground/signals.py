"""Waiting for something to happen on the server's loop."""

import asyncio
from collections.abc import Callable


class Signal:
    """Wakes everybody who waits, each time it is sent."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def send(self) -> None:
        """Wake all who wait now."""
        sent, self._event = self._event, asyncio.Event()
        sent.set()

    async def wait(self, seconds: float | None = None) -> bool:
        """Wait for the next sending, at most ``seconds``; return whether it came."""
        try:
            async with asyncio.timeout(seconds):  # wait_for may lose a cancellation that comes with the event
                await self._event.wait()
        except TimeoutError:
            return False
        return True

    async def until(self, true: Callable[[], bool], seconds: float | None = None) -> bool:
        """Wait until ``true``, which is looked at now and at each sending, at most ``seconds``; return what it is.

        Nothing that happens before the wait begins is missed, also where this runs as a task of its own.
        """
        try:
            async with asyncio.timeout(seconds):
                while not true():
                    await self._event.wait()
        except TimeoutError:
            return true()
        return True
