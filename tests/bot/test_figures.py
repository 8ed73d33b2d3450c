"""What is counted and timed: by kinds of things, never of whom."""

import re
from datetime import timedelta

from bot.figures import Figures
from bot.sending import Fate
from handlers.course import Course, Outcome
from mentoring.due import Due, Kind, Lane
from storage import outbox
from tests.bot.conftest import Post, wait_until


def lines(figures: Figures, name: str) -> list[str]:
    """Return the lines of a figure, without when each came about and the buckets that nothing is in."""
    text = figures.text().decode()
    found = re.findall(rf"^{name}(?!_created).*$", text, re.MULTILINE)
    return [line for line in found if not line.endswith(" 0.0")]


def test_gestures_are_counted_and_timed() -> None:
    figures = Figures()
    figures.gesture(Course("submission", "sessions.plan", Outcome.ANSWERED, 0.004))
    figures.gesture(Course("submission", "sessions.plan", Outcome.BUSY, 0.9))

    assert lines(figures, "mentor_gestures") == [
        'mentor_gestures_total{handler="sessions.plan",outcome="answered"} 1.0',
        'mentor_gestures_total{handler="sessions.plan",outcome="busy"} 1.0',
    ]
    assert lines(figures, "mentor_gesture_seconds_bucket") == [
        f'mentor_gesture_seconds_bucket{{le="{most}",place="submission"}} {count}.0'
        for most, count in [
            *((most, 1) for most in ("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5")),
            *((most, 2) for most in ("1.0", "1.5", "3.0", "+Inf")),
        ]
    ]
    assert lines(figures, "mentor_gesture_seconds_sum") == [
        'mentor_gesture_seconds_sum{place="submission"} 0.904'
    ]


def test_how_long_ago_something_was_is_told_by_the_clock_given() -> None:
    now = 100.0
    figures = Figures(lambda: now)
    assert (figures.turn_age, figures.look_age) == (None, None)

    figures.turned()
    now = 101.0
    figures.looked()
    now = 104.0
    assert (figures.turn_age, figures.look_age) == (4.0, 3.0)


def test_delivery_tells_what_came_of_each_row_and_how_late_it_was(closed: Post) -> None:
    anna, now = closed.person("anna"), closed.clock.now()
    late = Due(Kind.REPLY, "help/1", now - timedelta(seconds=100), recipient=anna.id, lane=Lane.CLOCK)
    closed.add_due(late)
    closed.add_home("anna")
    closed.slack.misbehave.answer_error("chat.postMessage", "service_unavailable")
    closed.delivery.start()
    wait_until(lambda: closed.messages("anna"))
    closed.slack.settle()

    assert sorted(lines(closed.figures, "mentor_due_row_tries")) == [
        'mentor_due_row_tries_total{kind="home",outcome="done"} 1.0',
        'mentor_due_row_tries_total{kind="reply",outcome="done"} 1.0',
        'mentor_due_row_tries_total{kind="reply",outcome="later"} 1.0',
    ]
    assert lines(closed.figures, "mentor_delivery_lag_seconds_bucket") == [
        'mentor_delivery_lag_seconds_bucket{lane="clock",le="300.0"} 1.0',
        'mentor_delivery_lag_seconds_bucket{lane="clock",le="900.0"} 1.0',
        'mentor_delivery_lag_seconds_bucket{lane="clock",le="3600.0"} 1.0',
        'mentor_delivery_lag_seconds_bucket{lane="clock",le="21600.0"} 1.0',
        'mentor_delivery_lag_seconds_bucket{lane="clock",le="+Inf"} 1.0',
    ]


def test_what_was_put_off_is_late_only_from_then_on(closed: Post) -> None:
    row_id = closed.add("anna")
    with closed.database.writing() as tx:
        outbox.claim(tx, closed.clock.now(), limit=1)
        outbox.later(tx, row_id, closed.clock.now() + timedelta(hours=1))

    closed.figures.said(closed.row(row_id), closed.clock.now() + timedelta(hours=1, seconds=1))

    assert lines(closed.figures, "mentor_delivery_lag_seconds_bucket")[0] == (
        'mentor_delivery_lag_seconds_bucket{lane="gesture",le="2.0"} 1.0'
    )


def test_every_fate_is_a_word_of_its_own() -> None:
    figures = Figures()
    for fate in Fate:
        figures.carried_out(Kind.RATING, fate)

    outcomes = re.findall('outcome="(.+)"', "\n".join(lines(figures, "mentor_due_row_tries")))
    assert outcomes == ["later", "limited", "paused", "dead", "unsure", "gone", "broken"]
