"""Mentor in the workspace, as a process of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from playground.server import Playground
from tests.journeys.driver import MANIFEST, Bot

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def slack() -> Iterator[Playground]:
    """A new workspace for Mentor on a Monday, at ten in the morning in London and five in New York."""
    with Playground(MANIFEST, starts=MONDAY, rates=False) as running:
        yield running


@pytest.fixture
def app(mentor: Bot) -> object:
    """Mentor is the app in the workspace."""
    return mentor
