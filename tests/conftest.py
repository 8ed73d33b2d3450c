"""What every test stands on: nothing of this machine's settings, and no browser test skipped where one is required."""

import os
import re
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.postgres", "tests.spreading"]

HERE = Path(__file__).parent
SETTINGS = re.findall(r"^#?([A-Z_]+)=", (HERE.parent / ".env.example").read_text(), re.MULTILINE)

# Before anything of ours is imported: a developer's own tokens and database are no test's business.
for name in SETTINGS:
    os.environ.pop(name, None)

# Nor is it how slow a disk is: one that stands still for a second makes the bot say that it's busy, as it should. So all files lie in
# memory, where a machine has room for them there.
MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 - pytest makes a directory there that is closed to others
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

# How busy the machine is says nothing about our code.
settings.register_profile("mentor", settings.default, deadline=None)
settings.load_profile("mentor")


def must_not_skip(path: Path, reason: object) -> bool:
    """Whether a skip of the test at ``path`` is a failure: MENTOR_REQUIRE_BROWSER is set, and it needs a browser."""
    required = bool(os.environ.get("MENTOR_REQUIRE_BROWSER"))
    return required and (HERE / "browser" in path.parents or "chromium" in str(reason).lower())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and must_not_skip(item.path, report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"MENTOR_REQUIRE_BROWSER is set, but this was skipped: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped and must_not_skip(collector.path, report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"MENTOR_REQUIRE_BROWSER is set, but this was skipped: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many payloads were sent in the fuzzing, and with which seeds it can be done again."""
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.getreports(kind)]
    fuzzed = [value for report in reports for name, value in report.user_properties if name == "fuzzed"]
    if fuzzed:
        sent, seeds = sum(cases for cases, _ in fuzzed), sorted({seed for _, seed in fuzzed})
        named = f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]} to {seeds[-1]}"
        terminalreporter.write_line(f"Fuzzing sent {sent:,} payloads ({named}).")
