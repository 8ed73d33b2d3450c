"""What the recap, Home and a picker take with few agreements and with many, beside how much they show.

``python -m benchmarks.growth [quick]``: a mentor with 1, 10 and 100 agreements, of which the first has 200 sessions with a rating and
a note each and every other one; the handler's whole work, from the gesture to the JSON of the drawn view. They take turns.
"""

import json
from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter

from benchmarks.apps import empty
from benchmarks.figures import Figure, Section, ms, show
from benchmarks.recap import SPAN, STARTS, filled
from handlers import messages, recap
from handlers.deps import Deps
from handlers.gestures import Gesture, Place, Show
from handlers.views.block_kit import as_json
from mentoring.agreement import Agreement
from storage.database import Database

NOTES = 200
AGREEMENTS = (1, 10, 100)
TOLERANCE = 1.1
"""For what differs from run to run."""


class Mentor:
    """Someone with so many agreements, and the seconds that each surface took."""

    def __init__(self, database: Database, number: int, written: int) -> None:
        self.number = number
        self.person, self.first = filled(database, written)
        for _ in range(number - 1):
            filled(database, 1, mentor=self.person)
        self._deps = Deps(database, lambda: STARTS)
        self._now = STARTS + SPAN * written
        self.surfaces: dict[str, Callable[[], str]] = {
            f"recap of {NOTES} notes": partial(self._recap, self.first),
            "Home": self._home,
            "picker" if number > 1 else "recap, for there is nothing to pick": partial(self._recap, None),
        }
        self.times: dict[str, list[float]] = {name: [] for name in self.surfaces}
        self.shown: dict[str, int] = {}

    def look(self) -> None:
        """Look at each surface once."""
        for name, surface in self.surfaces.items():
            began = perf_counter()
            drawn = surface()
            self.times[name].append(perf_counter() - began)
            self.shown[name] = len(drawn)

    def _recap(self, agreement: Agreement | None) -> str:
        answer = recap.open_recap(
            Gesture(
                place=Place.COMMAND if agreement is None else Place.MESSAGE,
                person=self.person,
                deps=self._deps,
                now=self._now,
                body={},
                value="" if agreement is None else agreement.id,
            )
        )
        if not isinstance(answer, Show):
            raise TypeError("the recap is a window")
        return json.dumps(as_json(answer.view))

    def _home(self) -> str:
        with self._deps.database.reading() as tx:
            view, _ = messages.draw_home(tx, self.person.id, self._deps, self._now)
        return json.dumps(as_json(view))


def measure(quick: bool = False) -> Section:
    """Let all of them look, in turns."""
    with empty() as database:
        mentors = [
            Mentor(database, number, 20 if quick else NOTES) for number in ((1, 2) if quick else AGREEMENTS)
        ]
        for _ in range(2 if quick else 40):
            for mentor in mentors:
                mentor.look()
    figures = []
    first = mentors[0]
    for place, name in enumerate(("recap", "Home", "picker")):
        for mentor in mentors:
            its_name = list(mentor.surfaces)[place]
            took, shown = median(mentor.times[its_name]), mentor.shown[its_name]
            what = f"{its_name}, {mentor.number} agreement{'s' * (mentor.number > 1)}"
            measured = f"{ms(took)}, {shown / 1000:.1f} KB"
            if mentor is first or (name == "picker" and first.number == 1 and mentor is mentors[1]):
                figures.append(Figure(what, measured))
                base = took, shown
                continue
            grew, more = took / base[0], shown / base[1]
            figures.append(
                Figure(
                    what,
                    f"{measured}: {grew:.1f} × the time, {more:.1f} × shown",
                    "the fewest",
                    "no faster than what is shown",
                    grew <= max(more, 1.0) * TOLERANCE,
                )
            )
    how = "The handler's whole work, from the gesture to the JSON of the drawn view, in process, in turns."
    return Section("With many agreements", how, figures)


if __name__ == "__main__":
    show(measure)
