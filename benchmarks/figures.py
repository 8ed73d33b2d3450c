"""What a benchmark hands back, and how it looks on a terminal."""

import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One thing measured.

    Attributes:
        what: what it is.
        measured: the figure, with its unit.
        beside: what it was compared with, met in the same run; empty if with nothing.
        reach: what was set out to be reached; empty if the figure is only stated.
        met: whether it was.
    """

    what: str
    measured: str
    beside: str = ""
    reach: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        return "" if self.met is None else "yes" if self.met else "**no**"


@dataclass(frozen=True)
class Section:
    """What one benchmark found; ``how`` says in a few sentences how it was measured."""

    title: str
    how: str
    figures: Sequence[Figure]


Measure = Callable[[bool], Section]
"""Runs a benchmark; its argument tells whether a quick look is enough."""


def ms(seconds: float) -> str:
    """Return a time in milliseconds."""
    return f"{seconds * 1e3:.2f} ms" if seconds < 0.1 else f"{seconds * 1e3:.0f} ms"  # noqa: PLR2004


def percentile(values: Sequence[float], hundredth: int) -> float:
    """Return the value that so many of a hundred stay below."""
    return quantiles(values, n=100)[hundredth - 1]


def at_most(what: str, value: float, limit: float, *, shown: str = "", beside: str = "") -> Figure:
    """Return the figure of a ratio that is to be at most so much."""
    return Figure(what, shown or f"{value:.2f} ×", beside, f"at most {limit:g} ×", value <= limit)


def spread(values: Sequence[float]) -> str:
    """Return the median and the worst of times in seconds."""
    return f"{ms(median(values))} (worst {ms(max(values))})"


def show(measure: Measure) -> None:
    """Run a benchmark from the command line, ``quick`` or not, and print what it found."""
    section = measure("quick" in sys.argv[1:])
    table = Table("what", "measured", "beside", "reach", "met", title=section.title)
    for figure in section.figures:
        table.add_row(figure.what, figure.measured, figure.beside, figure.reach, figure.verdict.strip("*"))
    console = Console()
    console.print(f"{section.how} Python {platform.python_version()}, {platform.machine()}", highlight=False)
    console.print(table)
