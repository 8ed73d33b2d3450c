"""Threads that carry out one thing after another, and hold up no end of the process.

``concurrent.futures`` waits at the end of the process for whatever its threads are in, a call to Slack of ten seconds too
(docs.python.org/3/library/concurrent.futures.html, "ThreadPoolExecutor").
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

log = logging.getLogger(__name__)


class Workers:
    """So many threads, named after what they do."""

    def __init__(self, count: int, name: str) -> None:
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True)
            for number in range(count)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[[], None]) -> None:
        """Let ``work`` be done by the next thread that is free."""
        self._work.put(work)

    def stop(self, seconds: float) -> bool:
        """End once what was submitted is done, but wait at most so many seconds; return whether it is."""
        until = time.monotonic() + seconds
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                work()
            except Exception:  # whatever it is, the thread must be there for the next work
                log.exception("Some work failed (reference %s).", secrets.token_hex(4))
