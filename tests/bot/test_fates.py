"""How long a row that failed rests: longer each time, by chance, and not for having waited its turn."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.doubt import Doubts
from bot.fates import Fates
from bot.pace import Pace
from bot.resting import Resting
from bot.sending import Fate, Undelivered
from bot.settling import Settling
from handlers.deps import Deps
from storage import outbox
from storage.outbox import Row, RowState
from tests.bot.conftest import Post
from tests.bot.test_delivery_in_trouble import Frozen

BY_CHANCE = [0.0, 0.5, 0.25, 0.75, 1.0]
HARDLY = 0.001


@dataclass
class Office:
    """Fates of one row of a post office that does not deliver, with a clock and a chance that the test sets."""

    post: Post
    row_id: str
    time: Frozen = field(default_factory=Frozen)
    chances: list[float] = field(default_factory=lambda: list(BY_CHANCE))

    def __post_init__(self) -> None:
        deps, settle = Deps(self.post.database, self.post.clock.now), Settling(self.post.database)
        self.resting = Resting(self.time)
        doubts = Doubts(deps, settle, Pace(300, self.time), self.post.workspaces, figures=self.post.figures)
        self.fates = Fates(
            deps,
            settle,
            self.post.workspaces,
            self.post.figures,
            resting=self.resting,
            doubts=doubts,
            chance=lambda: self.chances.pop(0),
        )

    def claim(self) -> Row:
        with self.post.database.writing() as tx:
            (row,) = outbox.claim(tx, self.post.clock.now() + timedelta(hours=2), limit=1)
        assert row.id == self.row_id
        return row

    def fails(self, fate: Fate, retry_after: float = 0.0) -> Row:
        """Let a try come to a fate, and return the row as it stands then."""
        self.fates.settle(self.claim(), Undelivered(fate, "a reason", retry_after))
        return self.post.row(self.row_id)

    def rests(self, seconds: float) -> bool:
        """Tell whether its queue rests for just so long, and let that pass."""
        began = self.time.at
        self.time.at = began + seconds - HARDLY
        before = self.resting.queues
        self.time.at = began + seconds + HARDLY
        return (before, self.resting.queues) == ({self.post.row(self.row_id).queue}, set())


@pytest.fixture
def office(closed: Post) -> Office:
    return Office(closed, closed.add("anna"))


def test_a_row_that_fails_five_times_running_rests_longer_each_time(office: Office) -> None:
    for tries, pause in enumerate([0.5, 1.5, 2.5, 7.0, 16.0], start=1):
        row = office.fails(Fate.LATER)
        assert (row.state, row.attempts) == (RowState.PENDING, tries)
        assert office.rests(pause)


def test_waiting_for_a_moment_that_is_known_is_no_failure_and_lets_no_later_pause_grow(
    office: Office,
) -> None:
    for fate, retry_after in [(Fate.LATER, 1.0), (Fate.LIMITED, 3.0), (Fate.PAUSED, 0.0)] * 5:
        row = office.fails(fate, retry_after)
        assert (row.state, row.attempts) == (RowState.PENDING, 0)
        if fate is Fate.LATER:
            assert office.rests(1.0)
    assert office.chances == BY_CHANCE

    assert office.fails(Fate.LATER).attempts == 1
    assert office.rests(0.5)


def test_a_row_that_is_broken_is_put_off_for_longer_each_time_and_no_other_waits(office: Office) -> None:
    for tries, pause in enumerate([1.0, 3.0, 5.0, 14.0, 32.0], start=1):
        before = office.post.clock.now()
        row = office.fails(Fate.BROKEN)
        after = office.post.clock.now()
        assert (row.state, row.attempts, office.resting.queues) == (RowState.PENDING, tries, set())
        assert before <= row.at - timedelta(seconds=pause) <= after
