"""Bars: when they are drawn."""

import io

import pytest
from rich.console import Console

from bot.progress import bar, watching


@pytest.mark.parametrize(
    ("seconds", "terminal", "drawn"), [(2, True, True), (0.5, True, False), (2, False, False)]
)
def test_a_bar_appears_in_a_terminal_for_what_takes_longer_than_a_second(
    seconds: float, terminal: bool, drawn: bool
) -> None:
    screen, now = io.StringIO(), [0.0]
    with bar(
        "Wrapping", 4, console=Console(file=screen, force_terminal=terminal), clock=lambda: now[0]
    ) as advance:
        for _ in range(4):
            now[0] += seconds / 4
            advance(1)

    assert ("Wrapping" in screen.getvalue()) is drawn
    assert ("4/4" in screen.getvalue()) is drawn


def test_a_bar_says_what_is_being_done_also_where_nobody_knows_how_long() -> None:
    screen, now = io.StringIO(), [0.0]
    with watching(console=Console(file=screen, force_terminal=True), clock=lambda: now[0]) as watch:
        now[0] = 2.0
        watch("Copying", 3, 4)
        watch("Checking", 0, None)

    assert "Copying" in screen.getvalue()
    assert "3/4" in screen.getvalue()
    assert "Checking" in screen.getvalue()
    assert "0/?" not in screen.getvalue()
