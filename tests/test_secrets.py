"""What people wrote is revealed where it must be, and nowhere else."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ("bot", "handlers", "storage", "mentoring", "playground")
REVEALING = {
    "handlers/views/": "to show it to whom the rules let read it, and to fill a form with it",
    "bot/export.py": "to tell the operator the passphrase of an export",
    "handlers/archive.py": "to lock an export with its passphrase",
    "mentoring/early_end.py": "to compare released scores with the pair's own limit",
    "mentoring/recap.py": "to search, and to compare the last two released scores",
    "mentoring/sessions.py": "to measure a place",
    "mentoring/terms.py": "to strip and measure a purpose, a place and a reply",
    "storage/exports.py": "to send an archive, which is encrypted already",
    "storage/installations.py": "to give the bot its own token",
    "storage/sealing.py": "to seal it",
}
"""Where ``reveal`` may be called, and what for; a name that ends in a slash is all that stands under it."""
HOME = "mentoring/secret.py"
"""The one place that looks behind a ``Secret``."""


def looks(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and name of every look at what a secret hides, however it is spelt."""
    names = {"reveal", "_hidden"}
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr=name) if name in names:
                yield node.lineno, name
            case ast.Constant(value=str(name)) if name in names:
                # getattr, attrgetter, methodcaller, __slots__
                yield node.lineno, name


def found(root: Path) -> dict[str, set[str]]:
    """Return which modules look, and by which names."""
    files = sorted(file for floor in FLOORS for file in (root / floor).rglob("*.py"))
    looking = {str(file.relative_to(root)): {name for _, name in looks(file.read_text())} for file in files}
    return {file: names for file, names in looking.items() if names}


def place_of(file: str) -> str | None:
    return next(
        (place for place in REVEALING if file == place or (place.endswith("/") and file.startswith(place))),
        None,
    )


def test_a_secret_is_revealed_only_where_that_is_said() -> None:
    looking = found(ROOT)

    assert looking.pop(HOME) == {"_hidden"}
    assert [file for file, names in looking.items() if "_hidden" in names] == []
    assert [file for file in looking if place_of(file) is None] == []


def test_nothing_is_said_to_reveal_that_does_not() -> None:
    assert {place_of(file) for file in found(ROOT)} - {None} == {
        place for place in REVEALING if (ROOT / place).exists()
    }


@pytest.mark.parametrize(
    "source",
    [
        "note.text.reveal()",
        "map(Secret.reveal, texts)",
        "look = secret.reveal",
        "getattr(secret, 'reveal')()",
        "operator.methodcaller('reveal')(secret)",
        "secret._hidden",
        "operator.attrgetter('_hidden')(secret)",
        "object.__getattribute__(secret, '_hidden')",
    ],
)
def test_every_way_to_look_is_seen(source: str) -> None:
    assert [line for line, _ in looks(source)] == [1]
