from datetime import UTC, datetime, timedelta

import pytest

from mentoring import cancelling, rhythm, sessions
from mentoring.agreement import Agreement
from mentoring.calendar import Cadence
from mentoring.feedback import RatingState, Score
from mentoring.ids import PersonId, SessionId
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from mentoring.sessions import SessionState
from tests.mentoring.conftest import ANNA, MONDAY, TOM, Pair

TUESDAY = datetime(2026, 11, 10, 16, 30, tzinfo=UTC)


def plan(
    agreement: Agreement, starts: datetime, *, by: PersonId = TOM.id, place: str | None = None
) -> Agreement:
    return sessions.plan(
        agreement,
        SessionId("s"),
        starts=starts,
        place=Secret(place) if place else None,
        by=by,
        now=MONDAY,
    )


def move(
    agreement: Agreement,
    starts: datetime,
    *,
    revision: int = 0,
    place: str | None = None,
    now: datetime = MONDAY,
) -> Agreement:
    return sessions.move(
        agreement,
        SessionId("s"),
        starts=starts,
        place=Secret(place) if place else None,
        revision=revision,
        by=ANNA.id,
        now=now,
    )


def test_either_plans_a_session(active: Pair) -> None:
    for person in (TOM, ANNA):
        planned = plan(active.agreement, TUESDAY, by=person.id, place="Fleet Street")
        session = planned.planned_session
        assert session is not None
        assert (session.starts, session.ends, session.set_by) == (
            TUESDAY,
            TUESDAY + timedelta(minutes=75),
            person.id,
        )
        assert session.place_by == person.id
        assert planned.number(session) == 1
        assert planned.room == 4


def test_a_submission_delivered_twice_plans_once(active: Pair) -> None:
    planned = plan(active.agreement, TUESDAY)
    assert plan(planned, TUESDAY) == planned


@pytest.mark.parametrize(
    ("starts", "sentence"),
    [
        (
            MONDAY,
            "That time has passed. One that already happened is added from Sessions: “Log one that happened”.",
        ),
        (MONDAY + timedelta(days=366, seconds=1), "Please choose a time within the next year."),
    ],
)
def test_a_session_is_planned_ahead(active: Pair, starts: datetime, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        plan(active.agreement, starts)
    assert (caught.value.sentence, caught.value.at) == (sentence, "starts")


def test_one_session_ahead_at_a_time(active: Pair) -> None:
    active.plan(TUESDAY)
    with pytest.raises(Refused, match="A session is already planned"):
        active.plan(TUESDAY + timedelta(days=1))


def test_no_session_without_signatures(pair: Pair) -> None:
    with pytest.raises(Refused, match="only while the agreement is active"):
        plan(pair.agreement, TUESDAY)


def test_a_stranger_finds_no_agreement(active: Pair) -> None:
    stranger = PersonId("maya")
    session = active.plan(TUESDAY)
    for act in (
        lambda: plan(active.agreement, TUESDAY, by=stranger),
        lambda: cancelling.cancel(active.agreement, session, by=stranger, now=MONDAY),
        lambda: cancelling.didnt_happen(active.agreement, session, by=stranger, now=MONDAY),
        lambda: cancelling.undo_cancel(active.agreement, session, by=stranger, now=MONDAY),
        lambda: sessions.log(active.agreement, SessionId("l"), starts=MONDAY, by=stranger, now=MONDAY),
        lambda: active.agreement.session(SessionId("another")),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_place_is_at_most_3000_characters(active: Pair) -> None:
    with pytest.raises(Refused) as caught:
        plan(active.agreement, TUESDAY, place="x" * 3001)
    assert caught.value.at == "place"


def test_the_limit_holds_for_planning_and_logging(pair: Pair) -> None:
    pair.propose(sessions=2).both_sign()
    pair.hold_session(TUESDAY)
    pair.plan(pair.now + timedelta(days=7))
    sentence = "All 2 sessions that you agreed on are used, so no further one can be added."
    with pytest.raises(Refused) as caught:
        pair.log(pair.now - timedelta(days=2))
    assert caught.value.sentence == sentence
    pair.later(days=8)
    with pytest.raises(Refused) as caught:
        pair.plan(pair.now + timedelta(days=1))
    assert caught.value.sentence == sentence


def test_moving_keeps_the_old_time_beside_the_new(active: Pair) -> None:
    planned = plan(active.agreement, TUESDAY, place="Fleet Street")
    moved = move(planned, TUESDAY + timedelta(days=1), place="Fleet Street").session(SessionId("s"))
    assert (moved.starts, moved.moved_from, moved.moves, moved.revision) == (
        TUESDAY + timedelta(days=1),
        TUESDAY,
        1,
        1,
    )
    assert (moved.set_by, moved.place_by) == (ANNA.id, TOM.id)
    elsewhere = move(planned, TUESDAY + timedelta(days=1), place="Bryant Park").session(SessionId("s"))
    assert elsewhere.place_by == ANNA.id
    nowhere = move(planned, TUESDAY + timedelta(days=1)).session(SessionId("s"))
    assert (nowhere.place, nowhere.place_by) == (None, None)


def test_a_move_delivered_twice_moves_once(active: Pair) -> None:
    moved = move(plan(active.agreement, TUESDAY), TUESDAY + timedelta(days=1))
    assert move(moved, TUESDAY + timedelta(days=1)) == moved


def test_a_move_to_the_same_time_and_place_is_none(active: Pair) -> None:
    planned = plan(active.agreement, TUESDAY, place="Fleet Street")
    assert move(planned, TUESDAY, place="Fleet Street") == planned
    assert move(planned, TUESDAY, place="by video").session(SessionId("s")).moves == 1


def test_two_people_moving_at_once_do_not_overwrite_each_other(active: Pair) -> None:
    moved = move(plan(active.agreement, TUESDAY), TUESDAY + timedelta(days=1))
    with pytest.raises(Refused, match="This session was moved while you had it open"):
        move(moved, TUESDAY + timedelta(days=2), revision=0)


def test_what_is_not_ahead_is_not_moved(active: Pair) -> None:
    planned = plan(active.agreement, TUESDAY)
    sentence = "This session isn't ahead any more, so it can't be moved."
    with pytest.raises(Refused, match=sentence):
        move(planned, TUESDAY + timedelta(days=1), now=TUESDAY)
    cancelled = cancelling.cancel(planned, SessionId("s"), by=TOM.id, now=MONDAY)
    with pytest.raises(Refused, match=sentence):
        move(cancelled, TUESDAY + timedelta(days=1), revision=1)


def test_cancelling_and_undoing(active: Pair) -> None:
    id_ = active.plan(TUESDAY)
    active.cancel(id_)
    assert active.agreement.planned_session is None
    assert active.agreement.room == 5
    before = active.agreement
    active.cancel(id_)
    assert active.agreement == before
    restored = cancelling.undo_cancel(before, id_, by=ANNA.id, now=MONDAY + timedelta(minutes=9, seconds=59))
    assert restored.session(id_).planned
    assert restored.session(id_).cancelled_by is None
    assert cancelling.undo_cancel(restored, id_, by=ANNA.id, now=MONDAY) == restored
    with pytest.raises(NotFound):
        cancelling.undo_cancel(before, id_, by=TOM.id, now=MONDAY)
    with pytest.raises(Refused, match="The ten minutes for undoing have passed"):
        cancelling.undo_cancel(before, id_, by=ANNA.id, now=MONDAY + timedelta(minutes=10))


def test_undo_is_refused_once_the_place_is_taken_or_the_other_has_acted(active: Pair) -> None:
    id_ = active.plan(TUESDAY)
    active.cancel(id_)
    active.later(minutes=1)
    logged = sessions.log(
        active.agreement, SessionId("l"), starts=MONDAY - timedelta(hours=8), by=TOM.id, now=active.now
    )
    with pytest.raises(Refused, match="Tom has made a change since, so this can't be undone"):
        cancelling.undo_cancel(logged, id_, by=ANNA.id, now=active.now)
    active.plan(TUESDAY + timedelta(days=1))
    with pytest.raises(Refused, match="Something else has taken its place since"):
        cancelling.undo_cancel(active.agreement, id_, by=ANNA.id, now=active.now)


def test_cancelling_within_an_hour_of_the_start_has_no_undo(active: Pair) -> None:
    id_ = active.plan(TUESDAY)
    active.until(TUESDAY - timedelta(hours=1))
    active.cancel(id_)
    assert active.agreement.session(id_).cancelled_late
    with pytest.raises(Refused, match="ten minutes"):
        cancelling.undo_cancel(active.agreement, id_, by=ANNA.id, now=active.now)


def test_a_session_counts_as_held_at_its_end(active: Pair) -> None:
    id_ = active.plan(TUESDAY)
    active.until(TUESDAY + timedelta(minutes=74))
    assert active.agreement.session(id_).planned
    active.later(minutes=1)
    assert active.agreement.session(id_).held
    with pytest.raises(Refused, match="choose “It didn't happen”"):
        active.cancel(id_)


def test_what_both_have_cancelled_is_not_undone(active: Pair) -> None:
    id_ = active.plan(TUESDAY)
    active.cancel(id_)
    revision = active.agreement.revision
    both = cancelling.cancel(active.agreement, id_, by=TOM.id, now=MONDAY + timedelta(minutes=1))
    assert both.session(id_).cancelled_by == ANNA.id
    # What the windows of the two carry still holds.
    assert both.revision == revision
    with pytest.raises(Refused, match="Tom has made a change since, so this can't be undone"):
        cancelling.undo_cancel(both, id_, by=ANNA.id, now=MONDAY + timedelta(minutes=2))


def test_what_both_say_did_not_happen_is_not_undone(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.until(datetime(2026, 11, 13, 15, tzinfo=UTC))
    active.didnt_happen(id_)
    later = active.now + timedelta(minutes=1)
    both = cancelling.didnt_happen(active.agreement, id_, by=TOM.id, now=later)
    with pytest.raises(Refused, match="Tom has made a change since, so this can't be undone"):
        cancelling.undo_cancel(both, id_, by=ANNA.id, now=later)


def test_what_the_other_did_in_between_is_remembered(active: Pair) -> None:
    id_ = active.plan(TUESDAY)
    active.cancel(id_)
    for minutes, who in ((1, TOM), (2, ANNA)):
        active.agreement = active.agreement.acted(who.id, MONDAY + timedelta(minutes=minutes))
    with pytest.raises(Refused, match="Tom has made a change since, so this can't be undone"):
        cancelling.undo_cancel(active.agreement, id_, by=ANNA.id, now=MONDAY + timedelta(minutes=3))


def test_it_didnt_happen_gives_the_session_back(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.until(datetime(2026, 11, 13, 15, tzinfo=UTC))
    active.rate(id_, Score.TWO)
    active.didnt_happen(id_)
    session = active.agreement.session(id_)
    assert (session.state, session.before) == (SessionState.CANCELLED, SessionState.HELD)
    assert session.rating is not None
    assert session.rating.state is RatingState.WITHDRAWN
    assert active.agreement.room == 5
    before = active.agreement
    active.didnt_happen(id_)
    assert active.agreement == before
    restored = cancelling.undo_cancel(before, id_, by=ANNA.id, now=active.now).session(id_)
    assert restored.held
    assert restored.rating is not None
    assert (restored.rating.state, restored.rating.score) == (RatingState.ANSWERED, Secret(2))


def test_it_didnt_happen_is_undone_with_the_next_session_planned(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.plan(TUESDAY + timedelta(days=7))
    active.didnt_happen(id_)
    restored = cancelling.undo_cancel(active.agreement, id_, by=ANNA.id, now=active.now)
    assert [s.held for s in restored.sessions] == [True, False]


def test_it_didnt_happen_is_not_undone_once_its_time_or_its_place_is_taken(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.didnt_happen(id_)
    gone = active.agreement
    active.log(TUESDAY + timedelta(minutes=-30), ANNA)
    with pytest.raises(Refused, match="Something else has taken its place since"):
        cancelling.undo_cancel(active.agreement, id_, by=ANNA.id, now=active.now)
    active.agreement = gone
    for day in range(1, 6):
        active.log(TUESDAY - timedelta(days=day), ANNA)
    with pytest.raises(Refused, match="Something else has taken its place since"):
        cancelling.undo_cancel(active.agreement, id_, by=ANNA.id, now=active.now)


def test_it_didnt_happen_is_said_of_a_session_under_way_but_not_of_one_ahead(active: Pair) -> None:
    id_ = active.plan(TUESDAY)
    with pytest.raises(Refused, match="This session is still ahead"):
        active.didnt_happen(id_)
    active.until(TUESDAY + timedelta(minutes=20))
    active.didnt_happen(id_)
    assert active.agreement.session(id_).cancelled


def test_it_didnt_happen_is_said_only_until_the_release(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.later(days=30)
    assert active.agreement.released_at is not None
    with pytest.raises(Refused, match="This session has been settled since"):
        active.didnt_happen(id_)


def test_a_session_that_already_happened_is_logged(active: Pair) -> None:
    active.until(TUESDAY + timedelta(days=1))
    id_ = active.log(TUESDAY)
    session = active.agreement.session(id_)
    assert (session.held, session.logged_at, session.set_by) == (True, active.now, TOM.id)
    again = sessions.log(active.agreement, id_, starts=TUESDAY, by=TOM.id, now=active.now)
    assert again == active.agreement


@pytest.mark.parametrize(
    ("starts", "sentence"),
    [
        (
            TUESDAY + timedelta(hours=23),
            "This is for a session that is over. For one ahead, choose “Plan a session”.",
        ),
        (
            datetime(2026, 11, 1, 23, 59, tzinfo=UTC),
            "That is before the agreement was signed, so it doesn't count towards it.",
        ),
        (TUESDAY + timedelta(minutes=74), "There is already a session at that time."),
    ],
)
def test_what_cannot_be_logged(active: Pair, starts: datetime, sentence: str) -> None:
    active.hold_session(TUESDAY)
    active.until(TUESDAY + timedelta(days=1))
    with pytest.raises(Refused) as caught:
        active.log(starts)
    assert (caught.value.sentence, caught.value.at) == (sentence, "starts")


def test_sessions_are_numbered_in_order_of_time(active: Pair) -> None:
    late = active.hold_session(TUESDAY)
    active.later(days=1)
    early = active.log(TUESDAY - timedelta(days=3))
    assert [active.agreement.number(s) for s in active.agreement.sessions] == [1, 2]
    assert [s.id for s in active.agreement.sessions] == [early, late]
    active.didnt_happen(early)
    assert active.agreement.number(active.agreement.session(late)) == 1


def test_a_cancelled_session_never_counts_beyond_the_limit(pair: Pair) -> None:
    pair.propose(sessions=1).both_sign()
    gone = pair.plan(TUESDAY + timedelta(days=7))
    pair.cancel(gone)
    pair.hold_session(TUESDAY)
    assert [pair.agreement.number(s) for s in pair.agreement.sessions] == [1, 1]


def test_the_next_slot_is_proposed_by_cadence(active: Pair) -> None:
    assert sessions.suggested_start(active.agreement, active.now) is None
    active.hold_session(TUESDAY)
    assert sessions.suggested_start(active.agreement, active.now) == TUESDAY + timedelta(days=14)


def test_as_we_go_proposes_no_slot(pair: Pair) -> None:
    pair.propose(cadence=Cadence.AS_WE_GO).both_sign()
    pair.hold_session(TUESDAY)
    assert sessions.suggested_start(pair.agreement, pair.now) is None


def test_it_didnt_happen_is_not_said_within_a_pause(active: Pair) -> None:
    id_ = active.hold_session(TUESDAY)
    active.agreement = rhythm.pause(active.agreement, by=TOM.id, now=active.now)
    with pytest.raises(Refused, match="Your mentoring is paused"):
        active.didnt_happen(id_)
    active.agreement = rhythm.resume(active.agreement, by=TOM.id, now=active.now)
    active.didnt_happen(id_)
    assert active.agreement.session(id_).cancelled
