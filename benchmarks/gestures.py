"""How long a gesture's answer takes in process, its commit included: one at a time beside Bolt no-ops, and eight at a time.

``python -m benchmarks.gestures [quick]``: a round is one whole journey of a fresh pair on SQLite with synchronous=FULL. Before
every gesture both no-ops are dispatched, so that all meet the same machine. The bot's one Web API call is part of a gesture: it
goes to a stand-in on this machine that answers at once.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from statistics import median
from time import perf_counter

from slack_bolt import BoltRequest

from benchmarks.figures import Figure, Section, at_most, ms, percentile, show, spread
from benchmarks.journey import NOOP, Journey, empty, mentor, stock
from benchmarks.standin import StandIn
from handlers import guard

AT_ONCE = 8
WARM_UP = 2
JOURNEY, KIND, CROWD = 0.25, 0.4, 0.06
"""What is to be reached: times a stock no-op; and seconds."""


def measure(quick: bool = False) -> Section:
    """Measure both."""
    rounds, at_once = (1, 2) if quick else (40, AT_ONCE)
    times, noops = one_at_a_time(rounds, warm_up=0 if quick else WARM_UP)
    crowd = many_at_a_time(1 if quick else 12, at_once)
    how = (
        f"{rounds} whole journeys, one gesture at a time, with its commit and its call to a Web API that answers at once; "
        f"before each gesture the no-ops. Then {AT_ONCE} pairs at a time, with no pause between gestures."
    )
    return Section("Gestures, in process", how, [*_alone(times, noops), *_in_a_crowd(crowd)])


def one_at_a_time(
    rounds: int, *, warm_up: int = WARM_UP
) -> tuple[Mapping[str, list[float]], list[list[float]]]:
    """Return the seconds that gestures of each kind took, and those of the two no-ops."""
    slack = StandIn()
    apps = [stock(slack.url), stock(slack.url, process_before_response=True)]
    noops: list[list[float]] = [[], []]

    def beside() -> None:
        for app, times in zip(apps, noops, strict=True):
            began = perf_counter()
            app.dispatch(BoltRequest(mode="socket_mode", body=NOOP))
            times.append(perf_counter() - began)

    with empty() as database:
        app = mentor(database, lambda: journey.now, slack.url)
        journey = Journey("a", partial(guard.dispatch, app), database, slack, beside)
        for number in range(warm_up + rounds):
            if number == warm_up:
                journey.times.clear()
                noops[:] = [[], []]
                beside()
            journey.run()
    return journey.times, noops


def many_at_a_time(rounds: int, at_once: int = AT_ONCE) -> Mapping[str, list[float]]:
    """Return the seconds that gestures of each kind took while others were under way."""
    slack, clock = StandIn(), threading.local()
    with empty() as database:
        app = mentor(database, lambda: clock.journey.now, slack.url)
        journeys = [Journey(f"c{n}", partial(guard.dispatch, app), database, slack) for n in range(at_once)]

        def live(journey: Journey) -> None:
            clock.journey = journey
            for _ in range(rounds):
                journey.run()

        together([partial(live, journey) for journey in journeys])
    times: dict[str, list[float]] = defaultdict(list)
    for journey in journeys:
        for kind, found in journey.times.items():
            times[kind] += found
    return times


def together(works: list[Callable[[], None]]) -> None:
    """Do all of it, each in a thread of its own; raise what one of them raises."""
    failed: list[Exception] = []

    def do(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - raised below
            failed.append(error)

    threads = [threading.Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _alone(times: Mapping[str, list[float]], noops: list[list[float]]) -> list[Figure]:
    default, before = (median(each) for each in noops)
    whole = median(time for each in times.values() for time in each)
    slowest = max(times, key=lambda kind: median(times[kind]))
    figures = [
        Figure("stock Bolt no-op, default runner", spread(noops[0])),
        Figure("Bolt no-op with process_before_response", spread(noops[1])),
        at_most(
            "median over all gestures of a journey",
            whole / default,
            JOURNEY,
            shown=f"{ms(whole)}, {whole / default:.2f} ×",
            beside="the stock no-op",
        ),
        Figure("the same", f"{whole / before:.0f} ×", "the no-op with process_before_response"),
        at_most(
            f"the slowest kind of gesture ({slowest})",
            median(times[slowest]) / default,
            KIND,
            shown=f"{ms(median(times[slowest]))}, {median(times[slowest]) / default:.2f} ×",
            beside="the stock no-op",
        ),
    ]
    for kind, each in sorted(times.items(), key=lambda item: -median(item[1])):
        ratio = median(each) / default
        figures.append(at_most(f"· {kind}", ratio, KIND, shown=f"{spread(each)}, {ratio:.2f} ×"))
    return figures


def _in_a_crowd(times: Mapping[str, list[float]]) -> list[Figure]:
    every = [time for each in times.values() for time in each]
    worst = percentile(every, 99)
    return [
        Figure(f"{AT_ONCE} at a time: median", ms(median(every))),
        Figure(
            f"{AT_ONCE} at a time: 99 of 100 within",
            ms(worst),
            "",
            f"under {CROWD * 1e3:.0f} ms",
            worst < CROWD,
        ),
    ]


if __name__ == "__main__":
    show(measure)
