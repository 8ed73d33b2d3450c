"""What else a pair may do, by feature, so that every route is measured; each begins with two who have just met."""

from collections.abc import Callable

from benchmarks.features import about, agreement, closing, decisions, feedback, recap, sessions, start
from benchmarks.journey import Journey

ALL: tuple[Callable[[Journey], None], ...] = (
    start.ways_to_begin,
    start.taken_back,
    start.declined,
    agreement.talked_over,
    agreement.changed,
    agreement.paused,
    sessions.around_one,
    sessions.not_as_planned,
    feedback.in_windows,
    recap.with_two_sessions,
    decisions.written,
    closing.ended,
    about.looked_up,
    about.days_apart,
    about.in_doubt,
    about.kept_and_forgotten,
)
