"""Example pairs, and what becomes of their agreements: each moment at which something of it is drawn."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from mentoring import cancelling, closing, feedback, proposals, rhythm, sessions, terms
from mentoring.agreement import Agreement, Role, Terms
from mentoring.feedback import LONGEST_TEXT, Score
from mentoring.ids import AccountId, AgreementId, PersonId, SessionId
from mentoring.messages import wanted
from mentoring.people import Person
from mentoring.secret import Secret
from mentoring.sessions import SessionKind
from mentoring.terms import MOST_SESSIONS
from mentoring.turns import caught_up, next_turn

BEGINS = datetime(2026, 11, 2, 10, tzinfo=UTC)
"""A Monday."""
ID = "{:_<22}"
"""As long as the ids of storage are."""
PAUSED_FOR_LONG = timedelta(days=65)


class Moment(NamedTuple):
    """An agreement as it is at an instant."""

    agreement: Agreement
    now: datetime


@dataclass(frozen=True)
class Example:
    """A pair, how many sessions they agree on, and the one text that they write everywhere."""

    mentor: Person
    mentee: Person
    sessions: int
    text: str


def _someone(key: str, name: str, zone: str | None) -> Person:
    return Person(
        id=PersonId(ID.format(key)),
        account_id=AccountId(ID.format(f"{key}-account")),
        team_id="T0000000000",
        user_id=f"U{key.upper():0<10}",
        name=name,
        zone=ZoneInfo(zone or "UTC"),
        zone_known=zone is not None,
    )


USUAL = Example(
    _someone("tom", "Tom Reed", "Europe/London"),
    _someone("anna", "Anna Bright", "America/New_York"),
    sessions=3,
    text="To lead a team without losing sleep.",
)
LARGEST = Example(
    _someone("max", "Maximiliana-Konstantina " * 4, "America/Argentina/ComodRivadavia"),
    _someone("wil", "Wilhelmina-Theodora<&> " * 4, None),
    sessions=MOST_SESSIONS,
    text=(f"Everything that fits, <!channel> & *more*.\n{'🌱' * 80}\n" * LONGEST_TEXT)[:LONGEST_TEXT],
)
EXAMPLES = (LARGEST, USUAL)


@dataclass
class Life:
    """An agreement under way, and its moments so far."""

    example: Example
    agreement: Agreement = field(init=False)
    now: datetime = BEGINS
    moments: list[Moment] = field(default_factory=list)
    _ids: int = 0

    @property
    def mentor(self) -> PersonId:
        return self.example.mentor.id

    @property
    def mentee(self) -> PersonId:
        return self.example.mentee.id

    @property
    def said(self) -> Secret[str]:
        return Secret(self.example.text)

    def propose(self, role: Role = Role.MENTOR, **wanted: Any) -> None:
        """One of the two proposes, in a role of theirs."""
        proposer, other = self.example.mentor, self.example.mentee
        if role is Role.MENTEE:
            proposer, other = other, proposer
        first = self.now + timedelta(days=10, hours=5)
        offered = Terms(sessions=self.example.sessions, first_session=first, place=self.said, **wanted)
        self.agreement = proposals.propose(
            AgreementId(ID.format("agreement")),
            proposer=proposer,
            other=other,
            role=role,
            terms=offered,
            purpose=self.said if role is Role.MENTEE else None,
            record=proposals.Record(),
            now=self.now,
        )
        self._look()

    def does(self, rule: Callable[..., Agreement], *what: Any, **how: Any) -> None:
        """Someone does something, a minute after the last thing."""
        self.until(self.now + timedelta(minutes=1))
        self.agreement = rule(self.agreement, *what, **how, now=self.now)
        self._look()

    def until(self, moment: datetime) -> None:
        """Time goes by: each turn, and each message, at its moment."""
        while (upcoming := self._next()) is not None and upcoming < moment:
            self._become(upcoming)
        self._become(moment)

    def later(self, **span: float) -> None:
        """Time goes by."""
        self.until(self.now + timedelta(**span))

    def _next(self) -> datetime | None:
        turn = next_turn(self.agreement, self.now)
        dues = [row.due for row in wanted(self.agreement, self.now)]
        return min((at for at in (*dues, *([turn] if turn else [])) if at > self.now), default=None)

    def _become(self, moment: datetime) -> None:
        self.now = moment
        self.agreement = caught_up(self.agreement, moment)
        self._look()

    def _look(self) -> None:
        self.moments.append(Moment(self.agreement, self.now))

    def fresh(self) -> SessionId:
        """Return the id of the next session."""
        self._ids += 1
        return SessionId(ID.format(f"session-{self._ids}"))

    def sign(self) -> None:
        """Whoever hasn't signed the newest version does."""
        number = self.agreement.newest.number
        for person in (self.mentee, self.mentor):
            if person == self.mentee and self.agreement.newest.mentee_signed_at is not None:
                continue
            self.does(
                proposals.sign, by=person, version=number, purpose=self.said, first_session=self.fresh()
            )

    def plan(self, kind: SessionKind = SessionKind.SESSION, *, days: int = 7) -> SessionId:
        """The mentor plans a session, or a first talk."""
        session_id = self.fresh()
        starts = (self.now + timedelta(days=days)).replace(hour=16, minute=30, second=0, microsecond=0)
        self.does(sessions.plan, session_id, starts=starts, place=self.said, by=self.mentor, kind=kind)
        return session_id

    def move(self, session_id: SessionId, by: PersonId) -> None:
        """Someone moves a session to the day after."""
        session = self.agreement.session(session_id)
        starts = session.starts + timedelta(days=1)
        self.does(sessions.move, session_id, starts=starts, place=self.said, revision=session.revision, by=by)

    def hold(self) -> SessionId:
        """A session is planned, reminded of, and held; its rating is asked."""
        ahead = self.agreement.planned_session
        session_id = self.plan() if ahead is None else ahead.id
        self.until(self.agreement.session(session_id).ends + timedelta(days=6))
        return session_id

    def rate(self, session_id: SessionId, score: Score) -> None:
        """The mentee answers, with words that she keeps; then she shares them."""
        self.does(feedback.answer, session_id, score=score, by=self.mentee)
        for share in (False, True):
            self.does(feedback.add_words, session_id, words=self.example.text, share=share, by=self.mentee)


def lives(example: Example) -> Iterator[list[Moment]]:
    """Give what may become of a pair's agreement, each time with all its moments in order."""
    for live in (_unanswered, _refused, _talked_over, _to_the_end, _parted):
        yield from live(example)


def _unanswered(example: Example) -> Iterator[list[Moment]]:
    for role in Role:
        life = Life(example)
        life.propose(role)
        life.later(days=15)
        yield life.moments
    life = Life(example)
    life.propose()
    life.does(proposals.sign, by=life.mentee, version=1, purpose=life.said, first_session=life.fresh())
    life.later(days=15)
    yield life.moments


def _refused(example: Example) -> Iterator[list[Moment]]:
    life = Life(example)
    life.propose()
    life.does(proposals.decline, by=life.mentee, reply=life.said)
    life.later(days=1)
    yield life.moments
    life = Life(example)
    life.propose(Role.MENTEE)
    life.does(proposals.withdraw_proposal, by=life.mentee)
    life.later(days=1)
    yield life.moments


def _talked_over(example: Example) -> Iterator[list[Moment]]:
    """A first talk and terms back and forth; then changes of what is in force, of which none comes about but the last."""
    life = Life(example)
    life.propose()
    talk = life.plan(SessionKind.FIRST_TALK, days=3)
    life.move(talk, life.mentee)
    for by in (life.mentee, life.mentor):
        _suggest(life, by)
    life.later(days=5)
    cancelled = life.plan(SessionKind.FIRST_TALK, days=3)
    life.does(cancelling.cancel, cancelled, by=life.mentee)
    life.sign()
    _suggest(life, life.mentor)
    life.does(terms.decline_change, by=life.mentee, version=life.agreement.newest.number, reply=life.said)
    _suggest(life, life.mentee)
    life.does(terms.withdraw_change, by=life.mentee, version=life.agreement.newest.number)
    _suggest(life, life.mentee)
    life.later(days=15)
    _suggest(life, life.mentee)
    life.does(
        proposals.sign,
        by=life.mentor,
        version=life.agreement.newest.number,
        purpose=None,
        first_session=life.fresh(),
    )
    life.later(days=1)
    yield life.moments


def _suggest(life: Life, by: PersonId) -> None:
    begun = terms.starting_point(life.agreement)
    minutes = next(length for length in (60, 45) if length != begun.terms.minutes)
    life.does(
        terms.suggest,
        by=by,
        basis=life.agreement.newest.number,
        terms=replace(begun.terms, minutes=minutes, first_session=None),
        purpose=life.said,
    )


def _to_the_end(example: Example) -> Iterator[list[Moment]]:
    """All sessions, with a pause and what doesn't come about; then both go on, or one doesn't."""
    for both in (True, False):
        life = Life(example)
        life.propose(Role.MENTEE)
        life.sign()
        first = life.hold()
        life.rate(first, Score.TWO)
        _around_a_session(life)
        _a_pause(life)
        while len(life.agreement.held_sessions) < example.sessions:
            life.rate(life.hold(), Score.FOUR)
        life.later(days=3)
        _farewells(life, both)
        life.later(days=8)
        life.later(days=120)
        yield life.moments


def _around_a_session(life: Life) -> None:
    """Planned, moved, cancelled, undone; held after all, but it didn't happen; another one logged, its rating skipped."""
    session_id = life.plan()
    life.move(session_id, life.mentee)
    life.does(cancelling.cancel, session_id, by=life.mentee)
    life.does(cancelling.undo_cancel, session_id, by=life.mentee)
    life.until(life.agreement.session(session_id).ends + timedelta(minutes=1))
    life.does(cancelling.didnt_happen, session_id, by=life.mentor)
    life.later(hours=1)
    logged = life.fresh()
    life.does(sessions.log, logged, starts=life.now - timedelta(hours=5), by=life.mentor)
    life.later(days=4)
    life.does(feedback.skip, logged, by=life.mentee)
    life.does(feedback.undo_skip, logged, by=life.mentee)
    life.does(feedback.skip, logged, by=life.mentee)
    life.does(cancelling.cancel, life.plan(), by=life.mentor)
    life.later(days=1)


def _a_pause(life: Life) -> None:
    life.plan()
    life.does(rhythm.pause, by=life.mentor)
    life.later(days=PAUSED_FOR_LONG.days)
    life.does(rhythm.resume, by=life.mentee)


def _farewells(life: Life, both: bool) -> None:
    for by, go_on in ((life.mentee, True), (life.mentor, both)):
        life.does(
            closing.say_farewell, by=by, review=life.example.text, thanks=life.example.text, go_on=go_on
        )


def _parted(example: Example) -> Iterator[list[Moment]]:
    """Two low scores and nothing planned; a week later it ends early, with thanks."""
    life = Life(example)
    life.propose(Role.MENTEE)
    life.sign()
    for _ in range(2):
        life.rate(life.hold(), Score.ONE)
    life.later(days=40)
    life.plan()
    life.does(closing.end, by=life.mentee)
    life.does(closing.undo_close, by=life.mentee, place_taken=False)
    life.does(closing.end, by=life.mentor)
    for by in (life.mentor, life.mentee):
        life.does(closing.say_farewell, by=by, review=life.example.text, thanks=life.example.text, go_on=None)
    life.later(days=120)
    yield life.moments
