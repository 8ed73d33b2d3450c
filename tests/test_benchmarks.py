"""Each benchmark runs, in a hurry; nothing depends on how long anything took."""

import pytest

from benchmarks import gestures, growth, profile, size
from benchmarks.figures import Figure, Measure, Section
from benchmarks.page import ALL, BEGIN, END, PAGE, drawn, written

QUICK = (gestures.measure, profile.measure, growth.measure, size.measure)
"""Those that take less than a second or two; the others start processes."""


@pytest.mark.parametrize("measure", QUICK, ids=lambda measure: measure.__module__)
def test_a_benchmark_finds_something(measure: Measure) -> None:
    section = measure(True)

    assert all(figure.what and figure.measured for figure in section.figures)
    assert len(section.figures) > 1


def test_the_page_has_a_place_for_what_is_measured_and_keeps_the_rest() -> None:
    page = PAGE.read_text("utf-8")
    section = Section("Speed", "Twice.", [Figure("a click", "2 ms", "a no-op", "1 ms", met=False)])

    after = written(page, drawn(section))

    assert (page.count(BEGIN), page.count(END)) == (1, 1)
    assert after.partition(BEGIN)[0] == page.partition(BEGIN)[0]
    assert after.partition(END)[2] == page.partition(END)[2]
    assert after.partition(BEGIN)[2].partition(END)[0] == (
        "\n\n### Speed\n\nTwice.\n\n| what | measured | beside | reach | met |\n|---|---|---|---|---|\n"
        "| a click | 2 ms | a no-op | 1 ms | **no** |\n\n"
    )
    assert len(ALL) == 10
