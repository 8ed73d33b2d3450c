"""The pace stays below Slack's limits: shown against the playground's, on a clock that the test moves."""

import pytest

from bot.delivery import IN_FLIGHT
from bot.pace import BURST, CHANNEL_BURST, KEPT, METHOD_BURST, NEEDS, TIERS, Exhausted, Pace
from bot.resting import Resting, pause_after
from mentoring.due import Kind, Lane
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
        slow = pace.exhausted()
        for channel in [] if slow.teams else waiting[: slow.room]:
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
        if "D1" not in pace.exhausted().accounts:
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

    assert pace.exhausted() == Exhausted({"T1"}, room=BURST - 1)


def test_only_a_stand_in_for_slack_is_sent_more() -> None:
    pace = Pace(3000, Seconds().monotonic)
    for _ in range(CHANNEL_BURST * 10 - 1):
        pace.take("T1", "D1")
    assert pace.exhausted().accounts == set()

    pace.take("T1", "D1")

    assert pace.exhausted().accounts == {"D1"}


def test_what_is_full_again_is_forgotten() -> None:
    seconds = Seconds()
    pace = Pace(300, seconds.monotonic)
    pace.take("T1", "D1")
    seconds.at = 60
    pace.exhausted()
    pace.take("T1", "D1")

    assert pace.exhausted() == Exhausted(room=BURST - 1)


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


def test_the_clock_leaves_calls_to_gestures_and_no_row_is_claimed_that_has_none() -> None:
    seconds = Seconds()
    pace = Pace(300, seconds.monotonic)
    asking = {("T1", kind) for kind, method in NEEDS.items() if method == "users.info"}
    assert asking == {("T1", Kind.LOOKUP), ("T1", Kind.REACHED)}
    for _ in range(METHOD_BURST - KEPT):
        assert pace.may_call("T1", "users.info", kept=KEPT)
    assert not pace.may_call("T1", "users.info", kept=KEPT)
    assert pace.exhausted() == Exhausted()
    for _ in range(KEPT):
        assert pace.may_call("T1", "users.info")
        assert pace.exhausted().kinds[Lane.CLOCK] == asking

    assert not pace.may_call("T1", "users.info")
    assert pace.may_call("T2", "users.info", kept=KEPT)
    assert pace.exhausted() == Exhausted(kinds={Lane.GESTURE: asking, Lane.CLOCK: asking})
    # 80 a minute.
    seconds.at = 0.76
    assert pace.exhausted() == Exhausted(kinds={Lane.GESTURE: set(), Lane.CLOCK: asking})
    seconds.at = 7.51
    assert pace.exhausted() == Exhausted()


def test_as_many_calls_are_kept_as_rows_of_the_clocks_may_be_under_way() -> None:
    assert IN_FLIGHT <= KEPT < METHOD_BURST


def test_pauses_grow_by_chance_between_a_half_and_the_whole() -> None:
    least, most = (
        [pause_after(attempts, chance=lambda to=to: to) for attempts in range(8)]  # type: ignore[misc]  # a default of a lambda
        for to in (0.0, 1.0)
    )

    assert most == [1, 2, 4, 8, 16, 32, 60, 60]
    assert least == [pause / 2 for pause in most]


def test_what_can_wait_for_a_call_gets_its_turn_after_the_one_before() -> None:
    seconds = Seconds()
    pace = Pace(300, seconds.monotonic)
    # 80 a minute.
    assert [pace.turn("T1", "users.info") for _ in range(3)] == [0.75, 1.5, 2.25]
    assert pace.turn("T2", "users.info") == 0.75
    seconds.at = 2.0
    assert pace.turn("T1", "users.info") == 1.0
    seconds.at = 60.0

    assert pace.turn("T1", "users.info") == 0.75
