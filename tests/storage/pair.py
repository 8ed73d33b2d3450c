"""Tom Reed of London and Anna Bright of New York, and what they do, in words of their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from mentoring import feedback, proposals, sessions
from mentoring.agreement import Agreement, Role, Terms
from mentoring.due import LEAVES_NOTHING, Kind, Lane
from mentoring.feedback import Score
from mentoring.ids import AgreementId, PersonId, SessionId, new_id
from mentoring.people import Person, Profile
from mentoring.secret import Secret
from mentoring.turns import caught_up
from storage import agreements, outbox, people, retention
from storage.database import Database, Tx
from storage.outbox import Row

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOM = Profile("Tom Reed", "Europe/London", "en-GB", active=True, is_bot=False)
ANNA = Profile("Anna Bright", "America/New_York", "en-US", active=True, is_bot=False)


@dataclass
class Pair:
    """The two, their agreement, and the time."""

    database: Database
    now: datetime = MONDAY
    team_id: str = "T1"
    agreement_id: AgreementId = field(default_factory=lambda: AgreementId(new_id()))
    tom: Person = field(init=False)
    anna: Person = field(init=False)

    def __post_init__(self) -> None:
        self.tom = self.someone("U-TOM", TOM)
        self.anna = self.someone("U-ANNA", ANNA)

    def someone(self, user_id: str, profile: Profile) -> Person:
        """A person of the workspace."""
        with self.database.writing() as tx:
            return people.learn(tx, team_id=self.team_id, user_id=user_id, profile=profile, now=self.now)

    def propose(self, terms: Terms | None = None, *, by: Role = Role.MENTOR) -> Agreement:
        """Tom invites Anna, or she asks him."""
        proposer, other = (self.tom, self.anna) if by is Role.MENTOR else (self.anna, self.tom)
        with self.database.writing() as tx:
            proposal = proposals.propose(
                self.agreement_id,
                proposer=proposer,
                other=other,
                role=by,
                terms=terms or Terms(),
                purpose=Secret("to lead without shouting") if by is Role.MENTEE else None,
                record=agreements.record(tx, proposer.id, other.id, self.now),
                now=self.now,
            )
            agreements.save(tx, proposal, self.now)
        return proposal

    def act(self, rule: Callable[[Agreement], Agreement], *, by: Person | None = None) -> Agreement:
        """One of them does something."""
        with self.database.writing() as tx:
            before = agreements.current(tx, self.agreement_id, seen_by=(by or self.anna).id, now=self.now)
            after = rule(before)
            agreements.save(tx, after, self.now)
        return after

    def sign(self, by: Person, purpose: str | None = None) -> Agreement:
        """A signature on the first version."""
        return self.act(
            lambda agreement: proposals.sign(
                agreement,
                by=by.id,
                version=1,
                purpose=Secret(purpose) if purpose else None,
                first_session=SessionId(new_id()),
                now=self.now,
            ),
            by=by,
        )

    def agree(self, terms: Terms | None = None) -> Agreement:
        """Both have signed."""
        self.propose(terms)
        self.sign(self.anna, "to lead without shouting")
        return self.sign(self.tom)

    def plan(self, *, days: int = 3, place: str | None = "the tea room") -> SessionId:
        """Tom plans a session."""
        session_id = SessionId(new_id())
        self.act(
            lambda agreement: sessions.plan(
                agreement,
                session_id,
                starts=self.now + timedelta(days=days),
                place=Secret(place) if place else None,
                by=self.tom.id,
                now=self.now,
            ),
            by=self.tom,
        )
        return session_id

    def rate(self, session_id: SessionId, score: int) -> Agreement:
        """Anna gives a score."""
        return self.act(
            lambda agreement: feedback.answer(
                agreement, session_id, score=Score(score), by=self.anna.id, now=self.now
            )
        )

    def say(self, session_id: SessionId, words: str, *, share: bool) -> Agreement:
        """Anna adds words."""
        return self.act(
            lambda agreement: feedback.add_words(
                agreement, session_id, words=words, share=share, by=self.anna.id, now=self.now
            )
        )

    def wait(self, **span: float) -> None:
        """Time goes by, and its turns are taken."""
        self.now += timedelta(**span)
        with self.database.writing() as tx:
            stored = agreements.by_clock(tx, self.agreement_id)
            agreements.save(tx, caught_up(stored, self.now), self.now, lane=Lane.CLOCK)

    def stored(self, seen_by: PersonId | None = None) -> Agreement:
        """The agreement as the database has it."""
        with self.database.reading() as tx:
            return agreements.get(tx, self.agreement_id, seen_by=seen_by or self.anna.id)

    def claim(self, limit: int = 50) -> list[Row]:
        """What is due now, now in flight."""
        with self.database.writing() as tx:
            return outbox.claim(tx, self.now, limit=limit)

    def deliver(self) -> list[Row]:
        """Send everything that is due, and return the messages."""
        sent: list[Row] = []
        while rows := self.claim():
            with self.database.writing() as tx:
                for row in rows:
                    if row.due.kind is Kind.RETENTION:
                        self.look(tx, row)
                    elif row.due.kind in LEAVES_NOTHING:
                        outbox.done(tx, row.id)
                    else:
                        outbox.sent(tx, row.id, channel="D1", ts=f"1.{len(sent)}", live=True, now=self.now)
                        sent.append(row)
        return sent

    def look(self, tx: Tx, row: Row) -> None:
        assert row.due.agreement_id is not None
        assert row.due.recipient is not None
        again = retention.look(tx, row.due.agreement_id, row.due.recipient, self.now)
        if again is not None:
            outbox.later(tx, row.id, again)
