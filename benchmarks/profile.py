"""Where the time of a journey's gestures goes, by the names of the functions that it passes through.

``python -m benchmarks.profile [quick]``: ``cProfile`` over whole journeys, one gesture at a time. Its own cost is in every share.
"""

import cProfile
import pstats
from dataclasses import dataclass

from slack_bolt import BoltResponse

from benchmarks.apps import Json, empty, mentor, must_be_answered
from benchmarks.figures import Figure, Section, show
from benchmarks.journey import Journey
from benchmarks.standin import StandIn
from handlers import guard


@dataclass(frozen=True)
class Passed:
    """A function by the end of its file's name and its own name; what is written in C has a file named "~"."""

    file: str
    name: str


WHOLE = Passed("handlers/guard.py", "dispatch")
STATEMENT = Passed("sqlalchemy/engine/base.py", "execute")
PARTS = {
    "waiting for the disk: a commit with `synchronous=FULL`": Passed(
        "~", "<method 'commit' of 'sqlite3.Connection' objects>"
    ),
    "the one call to Slack's Web API, a connection each": Passed(
        "slack_sdk/web/base_client.py", "_perform_urllib_http_request_internal"
    ),
    "SQLAlchemy's way to a statement and back": STATEMENT,
    "keeping the outbox in step after a change": Passed("storage/agreements.py", "keep_in_step"),
    "loading agreements whole: both people, terms, sessions, ratings": Passed(
        "storage/agreements.py", "_load"
    ),
    "Block Kit from `slack_sdk.models` to JSON": Passed("handlers/views/block_kit.py", "as_json"),
    "who is acting": Passed("handlers/introduction.py", "_person"),
}
BOLT = Passed("slack_bolt/app/app.py", "dispatch")
OURS_IN_BOLT = (Passed("handlers/routes.py", "listen"), Passed("handlers/introduction.py", "middleware"))


class Profile:
    """What was passed through, how often and for how long."""

    def __init__(self, profile: cProfile.Profile) -> None:
        self._stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]  # its stubs leave it out

    def seconds(self, passed: Passed) -> float:
        """Return the seconds in functions of that name, all that they call included."""
        return sum(cumulative for _, cumulative in self._found(passed))

    def times(self, passed: Passed) -> int:
        """Return how often they were called."""
        return sum(calls for calls, _ in self._found(passed))

    def _found(self, passed: Passed) -> list[tuple[int, float]]:
        found = [
            (calls, cumulative)
            for (file, _, name), (_, calls, _, cumulative, _) in self._stats.items()
            if name == passed.name and file.endswith(passed.file)
        ]
        if not found:
            raise LookupError(f"nothing passes through {passed.name} of {passed.file} any more")
        return found


def profiled(journeys: int, *, warm_up: int) -> Profile:
    """Let a pair live so many journeys, and look at where they pass through."""
    profile, slack = cProfile.Profile(), StandIn()

    def answer(payload: Json) -> BoltResponse:
        profile.enable()
        try:
            return guard.dispatch(app, payload, tell=must_be_answered)
        finally:
            profile.disable()

    with empty() as database:
        app = mentor(database, lambda: pair.now, slack.url)
        pair = Journey("p", answer, database, slack)
        for number in range(warm_up + journeys):
            if number == warm_up:
                profile.clear()
            pair.run()
    return Profile(profile)


def measure(quick: bool = False) -> Section:
    """Profile, and name the parts."""
    journeys = 1 if quick else 20
    found = profiled(journeys, warm_up=0 if quick else 2)
    whole, gestures = found.seconds(WHOLE), found.times(WHOLE)
    shares = sorted(
        ((found.seconds(passed) / whole, part) for part, passed in PARTS.items()),
        reverse=True,
    )
    bolt = found.seconds(BOLT) - sum(found.seconds(passed) for passed in OURS_IN_BOLT)
    figures = [
        *(Figure(part, f"{share:.0%} of the time") for share, part in shares),
        Figure("Bolt itself, with process_before_response", f"{bolt / whole:.0%} of the time"),
        Figure("statements in a gesture", f"{found.times(STATEMENT) / gestures:.1f}"),
    ]
    how = (
        f"The gestures of {journeys} whole journeys, one at a time, as `cProfile` sees them: its own cost is in every share. A part's "
        "share holds all that the part calls, so that parts overlap: loading agreements passes through SQLAlchemy too."
    )
    return Section("Where a gesture's time goes", how, figures)


if __name__ == "__main__":
    show(measure)
