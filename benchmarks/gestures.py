"""How long a gesture's answer takes in process, its commit included: one at a time beside Bolt no-ops, and eight at a time.

``python -m benchmarks.gestures [quick]``: a round is one whole journey of a fresh pair on SQLite with synchronous=FULL, and, in some
of the rounds, whatever else pairs may do, so that every route of ``handlers/routes.py`` is among the kinds: one that is not is an
error. Before every gesture both no-ops are dispatched, so that all meet the same machine. The bot's one Web API call is part of a
gesture: it goes to a stand-in on this machine that answers at once.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import perf_counter

from slack_bolt import BoltRequest

from benchmarks import features
from benchmarks.apps import NOOP, empty, mentor, must_be_answered, stock
from benchmarks.figures import Figure, Section, at_most, ms, percentile, show, spread
from benchmarks.journey import Journey
from benchmarks.routes import must_be_whole
from benchmarks.standin import StandIn
from handlers import guard

AT_ONCE = 8
WARM_UP = 2
ROUNDS, EVERYTHING_IN = 40, 2
"""How many journeys, and in every how many rounds all else is done too."""
JOURNEY, KIND, CROWD = 0.25, 0.4, 0.06
"""What is to be reached: times a stock no-op; and seconds."""

Times = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Alone:
    """The seconds that gestures took one at a time.

    Attributes:
        journey: those of the journeys, by kind.
        rest: those of what else may be done, by kind.
        noops: those of the stock no-op, and of the one with ``process_before_response``.
    """

    journey: Times
    rest: Times
    noops: Sequence[Sequence[float]]

    @property
    def kinds(self) -> Times:
        """All of them by kind; what a journey has too is measured there."""
        return {**self.rest, **self.journey}


def measure(quick: bool = False) -> Section:
    """Measure both."""
    rounds, at_once = (1, 2) if quick else (ROUNDS, AT_ONCE)
    alone = one_at_a_time(rounds, warm_up=0 if quick else WARM_UP)
    crowd = many_at_a_time(1 if quick else 12, at_once)
    how = (
        f"{rounds} whole journeys (`benchmarks/journey.py`: a pair from the invitation through a first session, its notes, rating "
        f"and recap, to an early end that is undone; {len(alone.journey)} kinds of gestures), and in every other round whatever else may "
        f"be done (`benchmarks/features`; {len(alone.kinds) - len(alone.journey)} kinds more, so that each command, button and form is "
        "among them). One gesture at a time, with its commit and its call to a Web API that answers at once; before each gesture the "
        f"no-ops. Then {AT_ONCE} pairs at a time live journeys, with no pause between gestures."
    )
    return Section("Gestures, in process", how, [*_alone(alone), *_in_a_crowd(crowd)])


def one_at_a_time(rounds: int, *, warm_up: int = WARM_UP) -> Alone:
    """Let a pair live so many journeys, and others do all else.

    Raises:
        RuntimeError: a route was not taken, so that its time is not known.
    """
    slack = StandIn()
    apps = [stock(slack.url), stock(slack.url, process_before_response=True)]
    noops: list[list[float]] = [[], []]

    def beside() -> None:
        for app, times in zip(apps, noops, strict=True):
            began = perf_counter()
            app.dispatch(BoltRequest(mode="socket_mode", body=NOOP))
            times.append(perf_counter() - began)

    times: dict[bool, dict[str, list[float]]] = {}
    with empty() as database:
        app = mentor(database, lambda: pair.now, slack.url)
        pair = Journey("a", partial(guard.dispatch, app, tell=must_be_answered), database, slack, beside)
        for number in range(warm_up + rounds):
            if number in {0, warm_up}:
                times = {False: defaultdict(list), True: defaultdict(list)}
                noops[:] = [[], []]
                beside()
            live(pair, times, everything=(number - warm_up) % EVERYTHING_IN == 0)
    must_be_whole(pair.routes)
    return Alone(times[False], times[True], noops)


def live(pair: Journey, times: Mapping[bool, dict[str, list[float]]], *, everything: bool) -> None:
    """Live one journey, and do all else if ``everything``; the times of the one are kept apart from those of the other."""
    pair.times = times[False]
    pair.run()
    if everything:
        pair.times = times[True]
        for scene in features.ALL:
            scene(pair)


def many_at_a_time(rounds: int, at_once: int = AT_ONCE) -> Mapping[str, list[float]]:
    """Return the seconds that gestures of each kind took while others were under way."""
    slack, clock = StandIn(), threading.local()
    with empty() as database:
        app = mentor(database, lambda: clock.journey.now, slack.url)
        journeys = [
            Journey(f"c{n}", partial(guard.dispatch, app, tell=must_be_answered), database, slack)
            for n in range(at_once)
        ]

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


def _alone(alone: Alone) -> list[Figure]:
    default, before = (median(each) for each in alone.noops)
    kinds = alone.kinds
    whole = median(time for each in alone.journey.values() for time in each)
    slowest = max(kinds, key=lambda kind: median(kinds[kind]))
    figures = [
        Figure("stock Bolt no-op, default runner", spread(alone.noops[0])),
        Figure("Bolt no-op with process_before_response", spread(alone.noops[1])),
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
            median(kinds[slowest]) / default,
            KIND,
            shown=f"{ms(median(kinds[slowest]))}, {median(kinds[slowest]) / default:.2f} ×",
            beside="the stock no-op",
        ),
    ]
    for kind, each in sorted(kinds.items(), key=lambda item: -median(item[1])):
        ratio = median(each) / default
        what = f"· {kind}" if kind in alone.journey else f"· {kind} (not of the journey)"
        figures.append(at_most(what, ratio, KIND, shown=f"{spread(each)}, {ratio:.2f} ×"))
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
