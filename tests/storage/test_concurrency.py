"""Two people in the same instant: never two agreements, never a session too many."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from mentoring import cancelling, proposals, sessions
from mentoring.agreement import Agreement, Role, State, Terms
from mentoring.due import Kind
from mentoring.ids import AgreementId, SessionId, new_id
from mentoring.people import Person, Profile
from mentoring.refusal import Refused
from mentoring.secret import Secret
from storage import agreements, following, outbox
from storage.database import Busy
from tests.storage.pair import Pair

SOON = 10


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What came of each act, all begun together: what it returned, or how it was refused; whoever reads that it's busy tries again."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        barrier.wait(SOON)
        while True:
            try:
                return act()
            except Busy:
                continue
            except Refused as refused:
                return refused.sentence

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def propose(pair: Pair, proposer: Person, other: Person, role: Role) -> bool:
    with pair.database.writing() as tx:
        proposal = proposals.propose(
            AgreementId(new_id()),
            proposer=proposer,
            other=other,
            role=role,
            terms=Terms(),
            purpose=Secret("to lead") if role is Role.MENTEE else None,
            record=agreements.record(tx, proposer.id, other.id, pair.now),
            now=pair.now,
        )
        agreements.save(tx, proposal, pair.now)
    return True


def test_two_who_propose_to_each_other_at_once_have_one_agreement(pair: Pair) -> None:
    for _ in range(5):
        came = at_once(
            lambda: propose(pair, pair.tom, pair.anna, Role.MENTOR),
            lambda: propose(pair, pair.anna, pair.tom, Role.MENTEE),
        )

        [sentence] = [what for what in came if what is not True]
        assert sentence in {
            "Anna has already invited you. `/mentor` shows the invitation.",
            "Tom has already invited you. `/mentor` shows the invitation.",
        }
        with pair.database.reading() as tx:
            [one] = agreements.of(tx, pair.tom.id, now=pair.now)
        with pair.database.writing() as tx:
            stored = agreements.by_clock(tx, one.id)
            agreements.save(
                tx, proposals.withdraw_proposal(stored, by=stored.proposer, now=pair.now), pair.now
            )
        pair.now += timedelta(days=8)


def test_five_invitations_at_once_are_three(pair: Pair) -> None:
    others = [
        pair.someone(f"U{n}", Profile(f"P{n}", None, None, active=True, is_bot=False)) for n in range(5)
    ]

    came = at_once(*(lambda to=other: propose(pair, pair.tom, to, Role.MENTOR) for other in others))

    assert came.count(True) == 3


def plan(pair: Pair, by: Person, days: int) -> bool:
    with pair.database.writing() as tx:
        agreement = agreements.current(tx, pair.agreement_id, seen_by=by.id, now=pair.now)
        starts = pair.now + timedelta(days=days)
        planned = sessions.plan(
            agreement, SessionId(new_id()), starts=starts, place=None, by=by.id, now=pair.now
        )
        agreements.save(tx, planned, pair.now)
    return True


def test_two_who_plan_at_once_have_one_session_ahead(pair: Pair) -> None:
    pair.agree(Terms(sessions=5))
    for _ in range(4):
        came = at_once(lambda: plan(pair, pair.tom, 1), lambda: plan(pair, pair.anna, 2))

        assert sorted(came, key=str) == [
            "A session is already planned. You can move it instead.",
            True,
        ]
        pair.wait(days=3)
    assert len(pair.stored().sessions) == 4


def test_two_who_log_at_once_stay_within_the_limit(pair: Pair) -> None:
    pair.agree(Terms(sessions=1))
    pair.now += timedelta(days=3)

    def log(by: Person, hours: int) -> Agreement:
        with pair.database.writing() as tx:
            agreement = agreements.current(tx, pair.agreement_id, seen_by=by.id, now=pair.now)
            starts = pair.now - timedelta(hours=hours)
            logged = sessions.log(agreement, SessionId(new_id()), starts=starts, by=by.id, now=pair.now)
            agreements.save(tx, logged, pair.now)
        return logged

    came = at_once(lambda: log(pair.tom, 5), lambda: log(pair.anna, 30))

    assert [isinstance(what, Agreement) for what in came].count(True) == 1
    assert len(pair.stored().standing_sessions) == 1


def test_a_signature_and_a_withdrawal_at_once_leave_one_of_the_two(pair: Pair) -> None:
    pair.propose(by=Role.MENTEE)

    def sign() -> State:
        return pair.sign(pair.tom).state

    def withdraw() -> State:
        return pair.act(
            lambda agreement: proposals.withdraw_proposal(agreement, by=pair.anna.id, now=pair.now)
        ).state

    came = at_once(sign, withdraw)

    stored = pair.stored().state
    assert [what for what in came if isinstance(what, State)] == [stored]


def test_two_that_claim_at_once_never_claim_the_same(pair: Pair) -> None:
    pair.agree()
    pair.plan()

    def claim() -> list[str]:
        with pair.database.writing() as tx:
            return [row.id for row in outbox.claim(tx, pair.now, limit=50)]

    one, other = at_once(claim, claim)

    assert isinstance(one, list)
    assert isinstance(other, list)
    assert not set(one) & set(other)
    assert len(one) + len(other) == len({*one, *other}) > 0


def test_delivery_claims_nothing_that_a_gesture_is_about_to_change(pair: Pair) -> None:
    """Else the gesture would make pending again what is being sent, and it would be said twice."""
    pair.agree()
    pair.deliver()
    pair.plan()

    def claim() -> object:
        try:
            return pair.claim()
        except Busy:
            return []

    with ThreadPoolExecutor(1) as pool, pair.database.writing() as tx:
        agreement = agreements.current(tx, pair.agreement_id, seen_by=pair.tom.id, now=pair.now)
        [session] = agreement.sessions
        following.rows_of(tx, agreement.id)
        assert pool.submit(claim).result(SOON) == []
        moved = cancelling.cancel(agreement, session.id, by=pair.tom.id, now=pair.now)
        agreements.save(tx, moved, pair.now)

    assert Kind.PLANNED not in {row.due.kind for row in pair.claim()}
