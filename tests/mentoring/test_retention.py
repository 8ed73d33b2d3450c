"""When what someone wrote goes, what they are told before, and what is left at last."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring import decisions, impact, notes, proposals, retention
from mentoring.agreement import Agreement, Outcome, Role, State
from mentoring.calendar import WorkingHours
from mentoring.closing import renewal
from mentoring.due import Due, Kind
from mentoring.erasing import without_texts
from mentoring.feedback import Score
from mentoring.ids import AgreementId, DecisionId, NoteId
from mentoring.people import Person, Retention
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from tests.mentoring.conftest import ANNA, LONDON, MONDAY, NEW_YORK, TOM, Pair
from tests.mentoring.test_farewells import completed, ending, says

__all__ = ["ending"]

DAY = timedelta(days=1)
TUESDAY = datetime(2026, 11, 10, 16, 30, tzinfo=LONDON)


def about(agreement: Agreement, kind: Kind, to: Person) -> list[Due]:
    return [row for row in retention.about(agreement) if row.kind is kind and row.recipient == to.id]


def closed_at(agreement: Agreement, moment: datetime, agreement_id: str = "agreement") -> Agreement:
    return replace(agreement, id=AgreementId(agreement_id), closed_at=moment.astimezone(UTC))


def choosing(agreement: Agreement, **chosen: Any) -> Agreement:
    """The agreement with other choices of the mentor's, Tom."""
    return replace(agreement, mentor=replace(agreement.mentor, **chosen))


@pytest.fixture
def ended(active: Pair) -> Agreement:
    """Tom has ended it on the Monday on which both signed, at ten in London."""
    active.end(TOM)
    return active.agreement


# --- when


@pytest.mark.parametrize("kept", Retention)
def test_each_ones_texts_go_after_the_days_that_they_chose(ended: Agreement, kept: Retention) -> None:
    chosen = choosing(ended, retention=kept)

    assert [row.due for row in about(chosen, Kind.RETENTION, TOM)] == [MONDAY + int(kept) * DAY]
    assert [row.due for row in about(chosen, Kind.RETENTION, ANNA)] == [MONDAY + 90 * DAY]
    assert retention.goes_at(chosen, TOM.id, [chosen]) == MONDAY + int(kept) * DAY
    assert retention.goes_at(chosen, ANNA.id, [chosen]) == MONDAY + 90 * DAY


def test_days_are_spans_on_utc_whatever_the_clocks_do_meanwhile(ended: Agreement) -> None:
    before_summer = datetime(2027, 1, 4, 10, tzinfo=LONDON)
    gone = retention.goes_at(closed_at(ended, before_summer), TOM.id, [closed_at(ended, before_summer)])

    assert gone == before_summer.astimezone(UTC) + 90 * DAY
    assert gone.astimezone(LONDON) == datetime(2027, 4, 4, 11, tzinfo=LONDON)


def test_the_notice_comes_at_the_last_working_moment_a_week_before(ended: Agreement) -> None:
    """Ninety days from a Monday is a Sunday: Tom is told on the Friday of the week before at five, Anna at her five."""
    assert [row.due for row in about(ended, Kind.RETENTION_NOTICE, TOM)] == [
        datetime(2027, 1, 22, 17, tzinfo=LONDON)
    ]
    assert [row.due for row in about(ended, Kind.RETENTION_NOTICE, ANNA)] == [
        datetime(2027, 1, 22, 17, tzinfo=NEW_YORK)
    ]


def test_it_comes_without_reminders_too(ended: Agreement) -> None:
    silent = choosing(ended, reminders=False)

    assert about(silent, Kind.RETENTION_NOTICE, TOM) == about(ended, Kind.RETENTION_NOTICE, TOM)


def test_who_is_muted_is_told_afterwards_and_keeps_the_week(ended: Agreement) -> None:
    back = datetime(2027, 2, 15, tzinfo=LONDON)
    muted = choosing(ended, muted_until=back)

    told = datetime(2027, 2, 15, 9, tzinfo=LONDON).astimezone(UTC)
    assert [row.due for row in about(muted, Kind.RETENTION_NOTICE, TOM)] == [told]
    assert [row.due for row in about(muted, Kind.RETENTION, TOM)] == [told + 7 * DAY]


def test_a_shorter_time_is_told_at_once_and_then_there_is_a_week(ended: Agreement) -> None:
    """On a Saturday, eighty days after the end, he chooses thirty."""
    saturday = MONDAY + 82 * DAY
    shorter = choosing(ended, retention=Retention.MONTH, retention_since=saturday)

    told = datetime(2027, 1, 25, 9, tzinfo=LONDON).astimezone(UTC)
    assert [row.due for row in about(shorter, Kind.RETENTION_NOTICE, TOM)] == [told]
    assert [row.due for row in about(shorter, Kind.RETENTION, TOM)] == [told + 7 * DAY]


def test_a_longer_time_is_told_again_a_week_before(ended: Agreement) -> None:
    longer = choosing(ended, retention=Retention.HALF_YEAR, retention_since=MONDAY + 84 * DAY)
    before, after = (about(one, Kind.RETENTION_NOTICE, TOM)[0] for one in (ended, longer))

    assert before.round == 0
    assert before.round != after.round
    assert after.due == datetime(2027, 4, 23, 17, tzinfo=LONDON)
    assert [row.due for row in about(longer, Kind.RETENTION, TOM)] == [MONDAY + 180 * DAY]


def test_what_was_chosen_before_the_end_is_no_change(ended: Agreement) -> None:
    chosen = choosing(ended, retention=Retention.MONTH, retention_since=MONDAY)

    assert [row.round for row in about(chosen, Kind.RETENTION_NOTICE, TOM)] == [0]


# --- of several agreements


def test_while_the_pair_goes_on_nothing_goes_and_then_its_last_closing_counts(
    ended: Agreement, active: Pair
) -> None:
    later = MONDAY + 40 * DAY
    going_on = replace(active.propose().both_sign().agreement, id=AgreementId("second"))
    over = closed_at(replace(ended, activated_at=later), later, "second")

    for one in (TOM, ANNA):
        assert retention.goes_at(ended, one.id, [ended, going_on]) is None
        assert retention.goes_at(ended, one.id, [ended, over]) == later + 90 * DAY
        assert retention.goes_at(over, one.id, [ended, over]) == later + 90 * DAY


def test_a_proposal_that_was_never_signed_puts_nothing_off(ended: Agreement) -> None:
    asked = replace(Pair().agreement, id=AgreementId("second"))
    declined = closed_at(proposals.decline(asked, by=ANNA.id, now=MONDAY), MONDAY + 50 * DAY, "second")

    for pair in ([ended, asked], [ended, declined]):
        assert retention.goes_at(ended, TOM.id, pair) == MONDAY + 90 * DAY
    assert retention.goes_at(asked, TOM.id, [ended, asked]) is None
    assert retention.goes_at(declined, TOM.id, [ended, declined]) == MONDAY + 140 * DAY


def test_of_two_that_were_closed_in_one_instant_the_one_counts_of_which_both_are_told(
    ended: Agreement,
) -> None:
    for agreement_id in ("a", "z"):
        declined = closed_at(
            proposals.decline(Pair().agreement, by=ANNA.id, now=MONDAY), MONDAY, agreement_id
        )
        assert retention.counts(declined, [declined, ended]) == ended
        assert retention.counts(ended, [declined, ended]) == ended


def test_what_was_declined_before_they_agreed_goes_with_the_rest(ended: Agreement) -> None:
    declined = closed_at(
        proposals.decline(Pair().agreement, by=ANNA.id, now=MONDAY), MONDAY - 50 * DAY, "first"
    )

    assert retention.goes_at(declined, TOM.id, [declined, ended]) == MONDAY + 90 * DAY


def test_what_two_yeses_opened_goes_with_what_it_was_copied_from(ending: Pair) -> None:
    for person in (TOM, ANNA):
        says(ending, person, go_on=True)
    done = completed(ending)
    assert done.closed_at is not None
    again = renewal(done, AgreementId("second"), now=done.closed_at)
    untouched = proposals.lapse(again, done.closed_at + 14 * DAY)
    signed = proposals.lapse(
        again.with_version(replace(again.newest, mentee_signed_at=done.closed_at + DAY)),
        done.closed_at + 14 * DAY,
    )

    assert retention.goes_at(untouched, ANNA.id, [done, untouched]) == done.closed_at + 90 * DAY
    assert about(untouched, Kind.RETENTION_NOTICE, ANNA) == []
    assert retention.goes_at(signed, ANNA.id, [done, signed]) == done.closed_at + 104 * DAY
    assert len(about(signed, Kind.RETENTION_NOTICE, ANNA)) == 1
    assert retention.leaves_at(done, [done, untouched]) is None
    assert retention.leaves_at(done, [done]) == done.closed_at


# --- who is told


def told(agreement: Agreement) -> set[Any]:
    return {row.recipient for row in retention.about(agreement) if row.kind is Kind.RETENTION_NOTICE}


def test_of_a_mentoring_both_are_told_and_of_an_invitation_only_a_mentee_who_signed(ended: Agreement) -> None:
    his, hers = Pair(), Pair().propose(Role.MENTEE)
    declined = proposals.decline(his.agreement, by=ANNA.id, now=MONDAY)
    signed = proposals.decline(his.anna_signs().agreement, by=ANNA.id, now=MONDAY)
    withdrawn = proposals.withdraw_proposal(hers.agreement, by=ANNA.id, now=MONDAY)

    assert told(ended) == {TOM.id, ANNA.id}
    assert told(declined) == set()
    assert told(signed) == told(withdrawn) == {ANNA.id}
    assert told(replace(signed, hidden=True)) == set()


def test_of_what_is_open_nothing_is_due(pair: Pair, active: Pair) -> None:
    assert list(retention.about(active.agreement)) == []


def test_whoever_is_gone_or_erased_is_told_nothing(ended: Agreement) -> None:
    assert told(without_texts(ended, TOM.id)) == {ANNA.id}
    assert told(replace(ended, mentee=replace(ANNA, gone=True))) == {TOM.id}


# --- afterwards


def test_nothing_new_is_kept_where_everything_has_gone(active: Pair) -> None:
    held = active.hold_session(TUESDAY)
    active.end(TOM)
    active.agreement = without_texts(without_texts(active.agreement, TOM.id), ANNA.id)
    more: dict[str, Any] = {
        "existing": None,
        "revision": None,
        "text": "once more",
        "by": ANNA.id,
        "now": active.now,
    }
    sentence = r"^What you wrote about this mentoring has gone, as set in your settings, so nothing new is kept here\.$"

    with pytest.raises(Refused, match=sentence):
        active.note(held, "once more")
    with pytest.raises(Refused, match=sentence):
        decisions.write(active.agreement, decision_id=DecisionId("d"), **more)
    with pytest.raises(Refused, match=sentence):
        impact.write(active.agreement, held, share=True, **more)
    with pytest.raises(NotFound):
        notes.write(
            active.agreement,
            held,
            existing=None,
            note_id=NoteId("hers"),
            revision=0,
            text="once more",
            by=ANNA.id,
            now=active.now,
        )


def test_it_is_a_shell_once_nothing_of_either_is_left(ended: Agreement) -> None:
    his = without_texts(ended, TOM.id)

    assert [retention.empty(one) for one in (ended, his, without_texts(his, ANNA.id))] == [False, False, True]
    assert retention.empty(replace(his, mentee=replace(ANNA, gone=True)))
    assert not retention.empty(replace(without_texts(his, ANNA.id), closed_at=None, state=State.ACTIVE))


def test_what_was_declined_or_lapsed_stays_as_long_as_it_limits_its_proposer(pair: Pair) -> None:
    declined = proposals.decline(pair.agreement, by=ANNA.id, now=MONDAY)
    withdrawn = proposals.withdraw_proposal(pair.agreement, by=TOM.id, now=MONDAY)
    lapsed = proposals.lapse(pair.agreement, MONDAY)

    for one in (declined, lapsed):
        assert retention.leaves_at(one, [one]) == MONDAY + 90 * DAY
        left = replace(one, mentor=replace(TOM, gone=True))
        assert retention.leaves_at(left, [left]) == MONDAY + 90 * DAY
        assert retention.leaves_at(replace(left, mentee=replace(ANNA, gone=True)), [left]) == MONDAY
    assert retention.leaves_at(withdrawn, [withdrawn]) == MONDAY
    assert retention.leaves_at(pair.agreement, [pair.agreement]) is None


def test_of_a_mentoring_months_are_counted_on_utc(active: Pair) -> None:
    active.hold_session(datetime(2026, 11, 30, 18, 30, tzinfo=NEW_YORK))
    active.hold_session(datetime(2026, 12, 14, 16, tzinfo=LONDON))
    active.end()

    assert list(retention.totals(active.agreement)) == [
        ("2026-11", "begun"),
        ("2026-12", "ended"),
        ("2026-11", "sessions held"),
        ("2026-12", "sessions held"),
    ]


def test_of_an_invitation_that_came_to_nothing_nothing_is_counted(pair: Pair) -> None:
    assert list(retention.totals(proposals.decline(pair.agreement, by=ANNA.id, now=MONDAY))) == []


# --- whatever they choose


@given(
    days=st.sets(st.integers(0, 6), min_size=1),
    kept=st.sampled_from(Retention),
    hours=st.integers(0, 24 * 400),
    chosen=st.none() | st.integers(0, 200),
    muted=st.none() | st.integers(0, 92),
)
def test_nothing_goes_before_its_time_or_within_a_week_of_its_notice(
    days: set[int], kept: Retention, hours: int, chosen: int | None, muted: int | None
) -> None:
    pair = Pair(now=MONDAY + timedelta(hours=hours))
    pair.propose().both_sign().end(TOM)
    closed = pair.now
    since = None if chosen is None else closed + timedelta(days=chosen)
    tom = replace(
        TOM,
        retention=kept,
        retention_since=since,
        hours=WorkingHours(days=frozenset(days)),
        muted_until=None if muted is None else (since or closed) + timedelta(days=muted),
    )
    agreement = replace(pair.agreement, mentor=tom)
    (notice,), (goes,) = (about(agreement, kind, TOM) for kind in (Kind.RETENTION_NOTICE, Kind.RETENTION))

    assert goes.due >= closed + int(kept) * DAY
    assert goes.due - notice.due >= 7 * DAY
    assert notice.due >= max(closed, since or closed)
    assert tom.next_moment(notice.due) == notice.due
    # Unless they put it off themselves, by a choice or by being away, it goes exactly in its time.
    if since is None and muted is None:
        assert goes.due == closed + int(kept) * DAY
        assert goes.due - notice.due < 15 * DAY


def test_what_is_rated_and_written_tells_in_nothing(active: Pair) -> None:
    """Whatever they write, the rows about its going are the same."""
    silent = Pair().both_sign()
    for one in (active, silent):
        held = one.hold_session(TUESDAY)
        one.later(days=3)
        if one is active:
            one.rate(held, Score.FIVE)
            one.agreement = one.agreement.with_version(
                replace(one.agreement.newest, purpose=Secret("something else"))
            )
        one.end(TOM)

    assert list(retention.about(active.agreement)) == list(retention.about(silent.agreement))
    assert active.agreement.outcome is Outcome.ENDED
