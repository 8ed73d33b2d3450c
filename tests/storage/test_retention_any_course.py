"""Whatever a pair chooses and does after its ends: nothing goes before its time or without its notice, and at last everything has gone."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from mentoring import proposals
from mentoring.agreement import Agreement
from mentoring.due import Kind
from mentoring.erasing import erased
from mentoring.ids import AgreementId, new_id
from mentoring.people import Person, Retention
from mentoring.refusal import Refused
from mentoring.retention import NOTICE, counted_from
from storage import agreements
from storage.database import Database
from storage.tables import due_rows
from storage.vault import MasterKey, Vault
from tests.storage.pair import Pair
from tests.storage.test_retention import DAY, choose, end, live

ACTS = ("choose", "be away", "wait", "be down", "mentoring", "invitation")


@contextmanager
def opened(migrated_file: Path, beside: Path) -> Iterator[Database]:
    """A database for one course."""
    file = shutil.copy(migrated_file, beside / f"{new_id()}.db")
    database = Database(f"sqlite:///{file}", Vault([MasterKey.of(bytes(32))]))
    try:
        yield database
    finally:
        database.close()


@dataclass
class Course:
    """The pair, what it has agreed on so far, and what is known to have gone."""

    pair: Pair
    begun: list[AgreementId] = field(default_factory=list)
    gone: set[tuple[AgreementId, str]] = field(default_factory=set)

    def act(self, what: str, who: Person, number: int) -> None:
        pair = self.pair
        match what:
            case "choose":
                choose(pair, who, retention=list(Retention)[number % 3])
            case "be away":
                choose(pair, who, muted_until=pair.now + number * DAY)
            case "wait":
                live(pair, pair.now + number * DAY)
            case "be down":
                pair.now += number * DAY
            case "mentoring":
                self.begin(signed=True)
            case "invitation":
                self.begin(signed=False)

    def begin(self, *, signed: bool) -> None:
        """They agree and end it the next day; or he invites her, and she had rather not."""
        pair = self.pair
        pair.agreement_id = AgreementId(new_id())
        try:
            if signed:
                pair.agree()
                pair.now += DAY
                end(pair)
            else:
                pair.propose()
                pair.act(lambda one: proposals.decline(one, by=pair.anna.id, now=pair.now))
        except Refused:
            return
        self.begun.append(pair.agreement_id)

    def left(self) -> list[Agreement]:
        with self.pair.database.reading() as tx:
            found = [agreements.of_pair(tx, agreement_id) for agreement_id in self.begun]
        return next((pair for pair in found if pair), [])

    def check(self) -> None:
        """What has gone since the last look was over for the days chosen, and told of a week ago, after the last choice."""
        pair = self.left()
        for agreement in pair:
            for person in (agreement.mentor, agreement.mentee):
                since = counted_from(agreement, pair)
                if (
                    (agreement.id, person.id) in self.gone
                    or not erased(agreement, person.id)
                    or since is None
                ):
                    continue
                self.gone.add((agreement.id, person.id))
                assert self.pair.now >= since + int(person.retention) * DAY
                if agreement.signed is not None:
                    told = self.told(person)
                    assert any(
                        max(since, person.retention_since or since) <= at <= self.pair.now - NOTICE
                        for at in told
                    )

    def told(self, person: Person) -> list[datetime]:
        query = select(due_rows.c.sent_at).where(
            due_rows.c.kind == Kind.RETENTION_NOTICE,
            due_rows.c.recipient == person.id,
            due_rows.c.sent_at.is_not(None),
        )
        with self.pair.database.reading() as tx:
            return list(tx.connection.execute(query).scalars())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12, deadline=None)
@given(
    course=st.lists(
        st.tuples(st.sampled_from(ACTS), st.booleans(), st.integers(1, 92)), min_size=2, max_size=10
    )
)
def test_nothing_goes_too_soon_or_untold_and_everything_at_last(
    migrated_file: Path, tmp_path: Path, course: list[tuple[str, bool, int]]
) -> None:
    """Forty weeks are the longest that anyone can be away, keep what they wrote, and be told of it."""
    with opened(migrated_file, tmp_path) as database:
        lived = Course(Pair(database))
        lived.begin(signed=True)
        for what, his, number in course:
            lived.act(what, lived.pair.tom if his else lived.pair.anna, number)
            lived.pair.deliver()
            lived.check()
        for _ in range(40):
            live(lived.pair, lived.pair.now + 7 * DAY)
            lived.check()

        assert lived.left() == []
