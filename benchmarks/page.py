"""Runs all benchmarks and writes what they found to ``docs/performance.md``; what people wrote there stays.

``python -m benchmarks.page``, or ``make bench``: about seven minutes. Nothing else should run meanwhile.
"""

import os
import platform
import re
import sqlite3
import sys
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from rich.console import Console

from benchmarks import burst, channels, gestures, growth, late, profile, size, socket_mode, start, sweep
from benchmarks.figures import Measure, Section
from bot.clock import Clock

ALL: tuple[Measure, ...] = (
    gestures.measure,
    profile.measure,
    socket_mode.measure,
    sweep.measure,
    late.measure,
    channels.measure,
    burst.measure,
    start.measure,
    growth.measure,
    size.measure,
)
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
LIBRARIES = ("slack-bolt", "slack-sdk", "sqlalchemy", "apscheduler", "cryptography")


def machine() -> str:
    """Return what it was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    info = Path("/proc/cpuinfo")
    model = re.search(r"^model name\s*:\s*(.*)$", info.read_text(), re.MULTILINE) if info.exists() else None
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"Measured on {Clock().now():%-d %B %Y}: {model[1] if model else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB, "
        f"{platform.system()} {platform.release().split('-')[0]}; load when it began: {os.getloadavg()[0]:.1f}. "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {libraries}."
    )


def drawn(section: Section) -> str:
    """Return a section of the page."""
    rows = [
        f"| {figure.what} | {figure.measured} | {figure.beside} | {figure.reach} | {figure.verdict} |"
        for figure in section.figures
    ]
    head = "| what | measured | beside | reach | met |\n|---|---|---|---|---|"
    return "\n".join([f"### {section.title}", "", section.how, "", head, *rows])


def written(page: str, measured: str) -> str:
    """Return the page with what was measured in the place that is for it."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{measured}\n\n{END}{after}"


def main() -> None:
    """Run them all, and say how it goes."""
    console = Console(highlight=False)
    parts, quick = [machine()], "quick" in sys.argv[1:]
    for number, measure in enumerate(ALL, start=1):
        console.print(f"{number} of {len(ALL)}: {measure.__module__.rpartition('.')[2]} …")
        began = perf_counter()
        section = measure(quick)
        parts.append(drawn(section))
        short = [figure.what for figure in section.figures if figure.met is False]
        console.print(f"   {perf_counter() - began:.0f} s; {f'short: {short}' if short else 'all met'}")
    if not quick:
        PAGE.write_text(written(PAGE.read_text("utf-8"), "\n\n".join(parts)), "utf-8")
        console.print(f"Written to {PAGE}.")


if __name__ == "__main__":
    main()
