"""The app's manifest, as Slack has it: read where Mentor is installed."""

from importlib.metadata import files as installed_files
from pathlib import Path
from typing import Any

import yaml

from bot.starting import CannotStart

MANIFEST = "manifest.yml"


def read() -> dict[str, Any]:
    """Return the manifest.

    Raises:
        CannotStart: it is not where it belongs.
    """
    found: dict[str, Any] = yaml.safe_load(_path().read_text("utf-8"))
    return found


def _path() -> Path:
    """Return where it is: at the top of the sources, or where a wheel put it beside the packages."""
    installed = [
        Path(str(file.locate())) for file in installed_files("mentor") or () if file.name == MANIFEST
    ]
    for path in (Path(__file__).parent.parent / MANIFEST, *installed):
        if path.is_file():
            return path
    raise CannotStart(f"{MANIFEST} is missing. Install Mentor again.")
