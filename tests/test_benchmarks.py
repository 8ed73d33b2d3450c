"""Each benchmark runs, in a hurry; nothing depends on how long anything took."""

import pytest

from benchmarks import gestures, growth, profile, size
from benchmarks.apps import must_be_answered
from benchmarks.figures import Figure, Measure, Section
from benchmarks.page import ALL, BEGIN, END, PAGE, drawn, written
from benchmarks.routes import EVERY, must_be_whole
from handlers.course import Course, Outcome
from handlers.ids import Action, Form

QUICK = (gestures.measure, profile.measure, growth.measure, size.measure)
"""Those that take less than a second or two; the others start processes."""


@pytest.mark.parametrize("measure", QUICK, ids=lambda measure: measure.__module__)
def test_a_benchmark_finds_something(measure: Measure) -> None:
    section = measure(True)

    assert all(figure.what and figure.measured for figure in section.figures)
    assert len(section.figures) > 1


def test_no_time_is_taken_as_whole_while_a_route_is_not_measured() -> None:
    must_be_whole(EVERY)

    with pytest.raises(RuntimeError, match=r"^not measured: button thanks, form export_form$"):
        must_be_whole(EVERY - {f"form {Form.EXPORT}", f"button {Action.THANKS}"})


def test_a_gesture_that_is_refused_is_not_measured() -> None:
    must_be_answered(Course("message"))

    with pytest.raises(RuntimeError, match=r"^sessions\.plan: refused$"):
        must_be_answered(Course("message", "sessions.plan", Outcome.REFUSED))


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
