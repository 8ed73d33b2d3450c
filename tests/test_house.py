"""The house holds: each floor, ban and rule of the workshop is shown to bite."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings

ROOT = Path(__file__).parent.parent
FLOORS = ["bot", "handlers", "storage", "mentoring", "playground"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the floors and their rules, to break."""
    for floor in FLOORS:
        shutil.copytree(
            ROOT / floor, tmp_path / floor, ignore=shutil.ignore_patterns("__pycache__", "page", "*.pyc")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(copy: Path) -> str:
    """What import-linter says of the copy; never of the code that is installed."""
    contracts = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    return contracts.stdout + contracts.stderr


def bans(copy: Path, file: str) -> list[str]:
    """What ruff's banned names say of one file of the copy."""
    ruff = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--no-cache",
            "--select=TID251",
            "--output-format=concise",
            file,
        ],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    return re.findall(r"TID251 `([\w.]+)` is banned", ruff.stdout)


def test_every_floor_breach_is_named(copy: Path) -> None:
    """One run for all: each planted import breaks the contract that stands beside it."""
    breaches = {
        "storage/breach.py": (
            "import handlers\nimport slack_sdk\n",
            ["Each floor imports only floors below it", "storage knows nothing of Slack or a scheduler"],
        ),
        "mentoring/breach.py": (
            "import sqlmodel\n",
            ["mentoring knows neither Slack nor SQL nor a scheduler"],
        ),
        "handlers/breach.py": (
            "import sqlalchemy\nimport storage.tables\nimport playground\n",
            ["SQL stays in storage", "Rows never leave storage", "Only bot.cli imports playground"],
        ),
        "handlers/views/breach.py": (
            "import storage\nimport handlers.breach\n",
            ["Views neither query nor send: they know domain values and ids"],
        ),
        "playground/breach.py": ("import mentoring\n", ["playground imports nothing of the floors"]),
    }
    for file, (source, _) in breaches.items():
        (copy / file).write_text(source)

    verdict = lint_imports(copy)

    broken = re.findall(r"^(.+) BROKEN\b", verdict, re.MULTILINE)
    assert sorted(broken) == sorted(name for _, names in breaches.values() for name in names), verdict


def test_views_may_draw_with_slack_but_not_send_query_or_read_the_clock(copy: Path) -> None:
    (copy / "handlers/views/breach.py").write_text(
        "import time\n"
        "from datetime import datetime\n"
        "from slack_bolt import App\n"
        "from slack_sdk import WebClient\n"
        "from slack_sdk.models.blocks import Block\n"
        "from slack_sdk.web.client import WebClient as Client\n"
        "from storage import sessions\n"
        "datetime.now()\n"
    )

    assert bans(copy, "handlers/views/breach.py") == [
        "time",
        "slack_bolt",
        "slack_sdk.WebClient",
        "slack_sdk.web",
        "storage",
        "datetime.datetime.now",
    ]


@pytest.mark.parametrize("floor", FLOORS)
def test_only_the_two_clocks_read_the_time(copy: Path, floor: str) -> None:
    source = (
        "import time\nfrom datetime import UTC, datetime\ntime.time()\ntime.monotonic()\ndatetime.now(UTC)\n"
    )
    (copy / floor / "breach.py").write_text(source)
    (copy / floor / "clock.py").write_text(source)

    assert bans(copy, f"{floor}/breach.py") == ["time.time", "datetime.datetime.now"]
    has_a_clock = floor in {"bot", "playground"}
    assert bans(copy, f"{floor}/clock.py") == ([] if has_a_clock else ["time.time", "datetime.datetime.now"])


def test_the_playground_and_its_tests_know_nothing_of_mentoring() -> None:
    ours = re.compile(rb"mentor|mentee|mentoring|\brecap|rate_session|sealed", re.IGNORECASE)
    files = [file for floor in ["playground", "tests/playground"] for file in (ROOT / floor).rglob("*.*")]

    assert [file for file in files if file.suffix != ".pyc" and ours.search(file.read_bytes())] == []


def test_pins_are_names_and_versions_only() -> None:
    pins = (ROOT / "constraints.txt").read_text().splitlines()

    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", pin)] == []


def test_the_example_explains_every_setting_and_shows_its_default() -> None:
    example = dict(re.findall(r"^#([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert sorted(example) == sorted(name.upper() for name in Settings.model_fields)
    defaults = {
        name.upper(): field.default
        for name, field in Settings.model_fields.items()
        if field.default is not None
    }
    assert {name: example[name] for name in defaults} == {
        name: str(default) for name, default in defaults.items()
    }


def run_browser_test(tmp_path: Path, source: str, *, required: str) -> str:
    """Pytest's closing line for one browser test, under our own conftest."""
    (tmp_path / "tests/browser").mkdir(parents=True)
    for name in ("conftest", "postgres", "spreading"):
        shutil.copy(ROOT / f"tests/{name}.py", tmp_path / f"tests/{name}.py")
    for file in ("pyproject.toml", ".env.example"):
        shutil.copy(ROOT / file, tmp_path / file)
    (tmp_path / "tests/__init__.py").touch()
    (tmp_path / "tests/browser/test_page.py").write_text(source)
    pytest_run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:cov"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "MENTOR_REQUIRE_BROWSER": required},
        capture_output=True,
        text=True,
        check=False,
    )
    return re.sub(r" in .*", "", pytest_run.stdout.splitlines()[-1].strip("= "))


SKIPPED_TEST = "import pytest\ndef test_page():\n    pytest.skip('no Chromium')\n"
SKIPPED_FILE = "import pytest\npytest.skip('no Chromium', allow_module_level=True)\n"


@pytest.mark.parametrize(
    ("source", "required", "closing_line"),
    [
        (SKIPPED_TEST, "", "1 skipped"),
        (SKIPPED_TEST, "1", "1 failed"),
        (SKIPPED_FILE, "1", "1 error"),
    ],
)
def test_a_skipped_browser_test_fails_where_a_browser_is_required(
    tmp_path: Path, source: str, required: str, closing_line: str
) -> None:
    assert run_browser_test(tmp_path, source, required=required) == closing_line
