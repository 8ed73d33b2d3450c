"""How many calls pass, on a clock that the tests turn."""

from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

import pytest

from playground.errors import SlackError
from playground.rates import Rates


class Clock:
    """Seconds that pass as they are told."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def passing(clock: Clock, call: Callable[[], None], *, every: float, until: float) -> list[float]:
    """Try ``call`` every so many seconds; return when it passed."""
    begun, passed = clock.seconds, []
    while clock.seconds < begun + until:
        with suppress(SlackError):
            call()
            passed.append(clock.seconds)
        clock.seconds += every
    return passed


def most_in_a_minute(passed: list[float]) -> int:
    return max(sum(start <= at < start + 60 for at in passed) for start in passed)


@pytest.mark.parametrize(("every", "most"), [(0.1, 50), (0.9, 50), (1.3, 47)])
def test_no_minute_sees_more_calls_than_the_tier(every: float, most: int) -> None:
    clock = Clock()
    rates = Rates(clock, on=True)
    passed = passing(clock, lambda: rates.count("chat.update", 50), every=every, until=200)

    assert most_in_a_minute(passed) == most


def test_a_channel_takes_a_short_burst_and_then_one_message_a_second() -> None:
    clock = Clock()
    rates = Rates(clock, on=True)
    passed = passing(clock, lambda: rates.count_message("D1"), every=0.1, until=200)

    assert passed[9] - passed[0] == pytest.approx(0.9)
    assert min(later - earlier for earlier, later in pairwise(passed[10:])) == pytest.approx(1.0)
    assert len(passed) == 10 + 199


def test_no_minute_sees_more_messages_than_the_workspace_takes() -> None:
    clock = Clock()
    rates = Rates(clock, on=True)
    channels = iter(f"D{number}" for number in range(100_000))
    passed = passing(clock, lambda: rates.count_message(next(channels)), every=0.1, until=200)

    assert most_in_a_minute(passed) == 300


def test_who_waits_as_told_passes() -> None:
    clock = Clock()
    rates = Rates(clock, on=True)
    for _ in range(20):
        rates.count("users.list", 20)
        clock.seconds += 0.5
    with pytest.raises(SlackError) as refused:
        rates.count("users.list", 20)

    assert refused.value.retry_after == 50
    clock.seconds += 50
    rates.count("users.list", 20)
