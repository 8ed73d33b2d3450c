"""How a run is spread over processes: how many there are, and which tests stay together.

The others keep their order: what runs an asyncio loop of its own, in ``tests/bot``, can't after Playwright has begun one in that process.
"""

import os
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # it says nothing of its types

TOGETHER = {
    "tests/handlers/test_access.py": "access",
    "tests/handlers/test_access_queries.py": "access",
    "tests/handlers/test_access_texts.py": "access",
    "tests/bot/test_copying.py": "copying",
    "tests/handlers/test_gallery.py": "gallery",
    "tests/journeys/test_scores_look_alike.py": "scores",
}
"""Files whose tests share what takes seconds to make, so that one process does.

By file, not by ``xdist_group``: from pytest 9.2 on, pytest-xdist 3.8 leaves that mark unheeded (github.com/pytest-dev/pytest-xdist,
issue 1386).
"""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two processes more than there are cores: many tests wait now and then, for a process or a second, while others go on."""
    return (os.cpu_count() or 1) + 2


class Spread(LoadScopeScheduling):  # type: ignore[misc]  # as above
    """Gives each process a test at a time, or a group of those that stay together; the groups come first."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Spread | None:
    """Take the place of ``--dist loadgroup``."""
    return Spread(config, log) if config.getvalue("dist") == "loadgroup" else None
