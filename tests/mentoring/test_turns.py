"""Whatever the pair and the clock do, the rules' invariants hold."""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import integers, sampled_from

from mentoring import cancelling, closing, feedback
from mentoring.agreement import Role, State
from mentoring.feedback import RatingState, Score
from mentoring.messages import wanted
from mentoring.people import Person
from mentoring.refusal import Refused
from mentoring.turns import caught_up, next_turn
from tests.mentoring.conftest import ANNA, TOM, Pair

people = sampled_from([TOM, ANNA])


class Mentoring(RuleBasedStateMachine):
    """Both people do whatever they can think of, in any order, while time passes."""

    @initialize(limit=integers(1, 3), role=sampled_from(Role))
    def propose(self, limit: int, role: Role) -> None:
        self.pair = Pair().propose(role, sessions=limit)
        self.limit = limit

    def attempt(self, act: Callable[..., object], *args: object) -> None:
        try:
            act(*args)
        except Refused:
            return

    @rule(person=people)
    def sign(self, person: Person) -> None:
        self.attempt(self.pair.anna_signs if person == ANNA else self.pair.tom_signs)

    @rule(person=people, hours=integers(-5, 400))
    def plan(self, person: Person, hours: int) -> None:
        self.attempt(self.pair.plan, self.pair.now + timedelta(hours=hours), person)

    @rule(person=people, hours=integers(1, 400))
    def move(self, person: Person, hours: int) -> None:
        for session in self.pair.agreement.sessions:
            self.attempt(self.pair.move, session.id, self.pair.now + timedelta(hours=hours), person)

    @rule(person=people, hours=integers(1, 400))
    def log(self, person: Person, hours: int) -> None:
        self.attempt(self.pair.log, self.pair.now - timedelta(hours=hours), person)

    @rule(person=people)
    def cancel(self, person: Person) -> None:
        for session in self.pair.agreement.sessions:
            self.attempt(self.pair.cancel, session.id, person)

    @rule(person=people)
    def didnt_happen(self, person: Person) -> None:
        for session in self.pair.agreement.sessions:
            self.attempt(self.pair.didnt_happen, session.id, person)

    @rule(person=people)
    def undo(self, person: Person) -> None:
        pair = self.pair
        for session in pair.agreement.sessions:
            try:
                pair.agreement = cancelling.undo_cancel(
                    pair.agreement, session.id, by=person.id, now=pair.now
                )
            except Refused:
                continue

    @rule(score=sampled_from(Score))
    def rate(self, score: Score) -> None:
        for session in self.pair.agreement.sessions:
            self.attempt(self.pair.rate, session.id, score)

    @rule()
    def skip(self) -> None:
        pair = self.pair
        for session in pair.agreement.sessions:
            try:
                pair.agreement = feedback.skip(pair.agreement, session.id, by=ANNA.id, now=pair.now)
            except Refused:
                continue

    @precondition(lambda self: self.pair.agreement.active)
    @rule(person=people, undone=sampled_from([True, True, False]))
    def end(self, person: Person, undone: bool) -> None:
        pair = self.pair
        before = pair.agreement
        pair.end(person)
        if undone:
            pair.agreement = closing.undo_close(pair.agreement, by=person.id, place_taken=False, now=pair.now)
            assert wanted(pair.agreement, pair.now) == wanted(before, pair.now)

    @rule(hours=integers(1, 500), outage=sampled_from([False, False, True]))
    def time_passes(self, hours: int, outage: bool) -> None:
        moment = self.pair.now + timedelta(hours=hours)
        if outage:
            self.pair.after_outage(moment)
        else:
            self.pair.until(moment)

    @invariant()
    def holds(self) -> None:
        agreement, now = self.pair.agreement, self.pair.now
        assert len(agreement.standing_sessions) <= self.limit
        assert sum(s.planned for s in agreement.sessions) <= 1
        if agreement.state is not State.PROPOSED and agreement.activated_at is not None:
            signed = agreement.signed
            assert signed is not None
            assert signed.mentee_signed_at is not None
            assert signed.mentor_signed_at is not None
            assert signed.mentee_signed_at <= signed.mentor_signed_at
            assert signed.purpose is not None
        for session in agreement.sessions:
            if session.rating is not None and session.rating.state is not RatingState.WITHDRAWN:
                assert session.held
        caught = caught_up(agreement, now)
        assert caught_up(caught, now) == caught
        turn = next_turn(caught, now)
        assert turn is None or turn > now
        keys = [(r.kind, r.subject, r.recipient, r.round) for r in wanted(agreement, now)]
        assert len(keys) == len(set(keys))

    def teardown(self) -> None:
        """Every state has a way to the end: by itself, or by one gesture of either."""
        if not hasattr(self, "pair"):
            return
        pair = self.pair
        if pair.agreement.active:
            pair.end()
        pair.later(days=60)
        assert pair.agreement.state is State.CLOSED


TestMentoring = Mentoring.TestCase
TestMentoring.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
