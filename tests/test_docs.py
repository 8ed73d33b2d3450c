"""What the pages name is there: commands and their options, settings, make's targets, files."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli import app
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = sorted(path for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")] if path.name != "CHANGELOG.md")
OF_OTHERS = {
    "POSTGRES_PASSWORD",
    "PGPASSWORD",
    "MENTOR_TEST_POSTGRES_URL",
    "SQLITE_FULL",
    "ERROR",
    "WARNING",
    "INFO",
    "DEBUG",
}
"""Words in capitals that are no settings of ours."""

each_page = pytest.mark.parametrize("page", PAGES, ids=[path.name for path in PAGES])


def code(page: Path) -> list[str]:
    """Return what stands as code: each line of a block without its comment, and each piece within a line."""
    text = page.read_text()
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    lines = [line.partition(" #")[0].strip() for block in blocks for line in block.splitlines()]
    pieces = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [one for one in lines + pieces if one]


def commands(page: Path) -> list[list[str]]:
    """Return the words after ``mentor``, however it is called there."""
    called = re.compile(
        r"(?:^|/bin/|exec mentor |exec -T mentor )mentor ((?!@)[a-z].*)|run --rm (?:--no-deps )?mentor (.*)"
    )
    found = (called.search(line) for line in code(page))
    return [(one[1] or one[2]).split() for one in found if one]


def unknown(words: list[str], command: Any) -> list[str]:
    """Return the words that are neither a command, nor an option of it, nor an argument."""
    if hasattr(command, "commands"):
        first, *rest = words or ["nothing"]
        found = command.get_command(None, first)
        return unknown(rest, found) if found else [first]
    options = {name: one for one in command.params for name in one.opts}
    arguments, left, wrong = (
        [one for one in command.params if one.param_type_name == "argument"],
        [*words],
        [],
    )
    while left:
        word = left.pop(0)
        if word.startswith("-"):
            wrong += [word] * (word not in options)
            # One that is no flag takes the next word.
            del left[: word in options and not options[word].is_flag]
        elif arguments:
            arguments.pop(0)
        else:
            wrong.append(word)
    return wrong


@each_page
def test_every_command_is_there(page: Path) -> None:
    assert [words for words in commands(page) if unknown(words, get_command(app))] == []


def test_the_commands_of_a_page_are_found() -> None:
    found = commands(ROOT / "docs/operations.md")

    assert ["restore", "--force", "/somewhere/else/mentor-2026-11-25.db"] in found
    assert ["keys", "new"] in found
    assert len(found) > 15


@pytest.mark.parametrize(
    "words", [["dance"], ["keys", "dance"], ["keys"], ["restore", "--gently", "a"], ["restore", "a", "b"]]
)
def test_a_command_that_is_not_there_would_be_found(words: list[str]) -> None:
    assert unknown(words, get_command(app))


def test_every_command_is_told_of() -> None:
    told = {words[0] for page in PAGES for words in commands(page)}

    assert set(get_command(app).commands) - told == set()  # type: ignore[attr-defined]  # it is a group


@each_page
def test_every_setting_is_there(page: Path) -> None:
    capitals = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b|^[A-Z]{4,}$")
    named = {word for piece in code(page) for word in capitals.findall(piece)}

    assert named - {name.upper() for name in Settings.model_fields} - OF_OTHERS == set()


@each_page
def test_every_target_of_make_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {match[1] for piece in code(page) if (match := re.match(r"make ([a-z]+)", piece))}

    assert named - targets == set()


@each_page
def test_every_file_that_is_linked_is_there(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_test_that_a_page_names_is_there() -> None:
    named = [one for page in PAGES for one in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page.read_text())]
    assert len(named) > 30
    assert [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / file).is_file() or f"def {name}(" not in (ROOT / file).read_text()
    ] == []
