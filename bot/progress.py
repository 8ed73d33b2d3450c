"""Bars for what takes longer than a second."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Task

BAR_AFTER_SECONDS = 1.0


class HowMuch(MofNCompleteColumn):
    """How much is done, of how much; nothing where nobody can say."""

    def render(self, task: Task) -> Text:
        """Return it as it is drawn."""
        return Text() if task.total is None else super().render(task)


@contextmanager
def watching(
    *, console: Console | None = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[str, int, int | None], None]]:
    """Give what is told what is being done, how much of it is done, and of how much (None where nobody can say).

    A bar appears in a terminal once it has taken longer than a second.
    """
    console = console or Console(stderr=True)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        HowMuch(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    task = progress.add_task("", total=None)
    begun, doing = clock(), ""

    def watch(what: str, done: int, total: int | None) -> None:
        nonlocal doing, task
        if what != doing:
            # A total that was known once can't become unknown again.
            progress.remove_task(task)
            doing, task = what, progress.add_task(what, total=total)
        progress.update(task, completed=done, total=total)
        if clock() - begun > BAR_AFTER_SECONDS and not progress.live.is_started:
            progress.start()

    try:
        yield watch
    finally:
        progress.stop()


@contextmanager
def bar(
    what: str, total: int, *, console: Console | None = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[int], None]]:
    """Give what is told of each step of ``total``, as ``watching`` does."""
    done = 0

    with watching(console=console, clock=clock) as watch:

        def advance(steps: int) -> None:
            nonlocal done
            done += steps
            watch(what, done, total)

        yield advance
