"""The pace stays below Slack's limits: shown against the playground's, on a clock that the test moves."""

import pytest

from bot.pace import BURST, CHANNEL_BURST, TIERS, Pace
from bot.resting import Resting, pause_after
from playground.clock import Clock
from playground.errors import SlackError
from playground.rates import Rates

TICK = 0.25


class Seconds(Clock):
    """Real seconds as the test lets them pass."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0.0

    def monotonic(self) -> float:  # type: ignore[override]  # the playground's is static
        return self.at


def test_a_burst_to_many_people_goes_out_at_the_pace_and_is_never_refused() -> None:
    seconds = Seconds()
    pace, slack = Pace(300, seconds.monotonic), Rates(seconds.monotonic, on=True)
    waiting, sent_at = [f"D{n}" for n in range(600)], []

    while waiting:
        teams, _, room = pace.exhausted()
        for channel in [] if teams else waiting[:room]:
            waiting.remove(channel)
            pace.take("T1", channel)
            slack.count_message(channel)
            sent_at.append(seconds.at)
        seconds.at += TICK

    assert sent_at.count(0.0) == BURST
    assert sent_at[-1] == pytest.approx((600 - BURST) / (300 - BURST) * 60, abs=1)


def test_one_channel_gets_a_few_at_once_and_then_one_a_second() -> None:
    seconds = Seconds()
    pace, slack = Pace(300, seconds.monotonic), Rates(seconds.monotonic, on=True)
    sent_at: list[float] = []

    while len(sent_at) < 20:
        _, channels, _ = pace.exhausted()
        if "D1" not in channels:
            pace.take("T1", "D1")
            slack.count_message("D1")
            sent_at.append(seconds.at)
        else:
            seconds.at += TICK

    assert sent_at == [0.0] * CHANNEL_BURST + [float(n) for n in range(1, 16)]


@pytest.mark.parametrize("method", list(TIERS))
def test_a_method_is_called_below_its_tier(method: str) -> None:
    seconds = Seconds()
    pace, slack = Pace(300, seconds.monotonic), Rates(seconds.monotonic, on=True)

    for _ in range(400):
        if pace.may_call("T1", method):
            slack.count(method, TIERS[method])
        seconds.at += TICK

    while pace.may_call("T1", method):
        slack.count(method, TIERS[method])
    with pytest.raises(SlackError, match="ratelimited"):
        call_too_often(slack, method)


def call_too_often(slack: Rates, method: str) -> None:
    for _ in range(TIERS[method] + 1):
        slack.count(method, TIERS[method])


def test_one_workspace_that_must_wait_leaves_the_others_alone() -> None:
    pace = Pace(300, Seconds().monotonic)
    for n in range(BURST):
        pace.take("T1", f"D{n}")
    pace.take("T2", "D99")

    teams, channels, room = pace.exhausted()

    assert (teams, channels, room) == ({"T1"}, set(), BURST - 1)


def test_only_a_stand_in_for_slack_is_sent_more() -> None:
    pace = Pace(3000, Seconds().monotonic)
    for _ in range(CHANNEL_BURST * 10 - 1):
        pace.take("T1", "D1")
    assert pace.exhausted()[1] == set()

    pace.take("T1", "D1")

    assert pace.exhausted()[1] == {"D1"}


def test_what_is_full_again_is_forgotten() -> None:
    seconds = Seconds()
    pace = Pace(300, seconds.monotonic)
    pace.take("T1", "D1")
    seconds.at = 60
    pace.exhausted()
    pace.take("T1", "D1")

    assert pace.exhausted() == (set(), set(), BURST - 1)


def test_pauses_grow_to_a_limit_and_differ() -> None:
    assert all(0.5 <= pause_after(0) <= 1 for _ in range(9))
    assert all(4 <= pause_after(3) <= 8 for _ in range(9))
    assert all(30 <= pause_after(99) <= 60 for _ in range(9))
    assert all(1800 <= pause_after(99, longest=3600) <= 3600 for _ in range(9))
    assert len({pause_after(5) for _ in range(9)}) > 1


def test_a_queue_rests_for_its_time() -> None:
    resting = Resting()
    resting.rest("a", 60)
    resting.rest("b", 0)

    assert resting.queues == {"a"}
