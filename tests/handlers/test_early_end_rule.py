"""The early-end rule: one line for both, once for each reason, without a number or a hint of who."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from handlers import closing as closing_handlers
from handlers import early_end as handlers
from handlers import sessions as session_handlers
from handlers import settings as settings_handlers
from handlers import terms as terms_handlers
from handlers.gestures import Place
from mentoring.agreement import Terms
from mentoring.calendar import Cadence, RatingDelay
from mentoring.due import Kind
from mentoring.ids import SessionId
from mentoring.refusal import NotFound
from tests.handlers.company import company
from tests.handlers.meetings import TUESDAY, cancel, hold, plan
from tests.handlers.ratings import rate
from tests.handlers.stage import LONDON, NEW_YORK, Delivered, Pair, Someone, shown, told

CHECK = (
    "You agreed to check now and then whether this is still worth the time. "
    "If it is, carry on: that changes nothing, and nobody is told."
)
WEEK = timedelta(days=7)


def hold_and_rate(pair: Pair, *scores: int | None) -> list[SessionId]:
    """One session a week from that Tuesday on, each rated four days later; None: no answer."""
    held = []
    for place, score in enumerate(scores):
        held.append(hold(pair, TUESDAY + place * WEEK))
        pair.stage.pass_time(timedelta(days=4))
        if score is not None:
            rate(pair, held[-1], score)
    return held


def checks(who: Someone) -> list[tuple[Kind, datetime]]:
    """Which messages have brought the line, and when."""
    return [(m.kind, m.at) for m in who.messages if CHECK in m.text]


def reminder_of(starts: datetime, zone: object = LONDON) -> datetime:
    """The end of the day before, on London's or New York's clock."""
    day = starts - timedelta(days=1)
    return day.replace(hour=17, minute=0, tzinfo=LONDON if zone is LONDON else NEW_YORK)


# --- with a session ahead


def test_the_reminders_bring_it_to_both_with_what_there_is_to_choose(signed: Pair) -> None:
    hold_and_rate(signed, 2, 1)
    third = plan(signed, TUESDAY + 2 * WEEK)
    signed.stage.pass_time(TUESDAY + 2 * WEEK - timedelta(hours=1))

    mentor, mentee = signed.mentor.newest(Kind.REMINDER), signed.mentee.newest(Kind.REMINDER)
    assert mentor.text == (
        f"Coming up: session 3 of 5 with Anna, Tuesday 15 December, 16:30 in London · 11:30 in New York. {CHECK}"
    )
    assert mentor.buttons == {
        "Open recap": signed.agreement.id,
        "Move it": third,
        "Carry on": signed.agreement.id,
        "Change how we work": signed.agreement.id,
        "End": signed.agreement.id,
    }
    assert mentee.text == (
        "Coming up: session 3 of 5 with Tom, Tuesday 15 December, 11:30 in New York · 16:30 in London. Nothing to prepare. "
        f"If you'd like, jot down what came of last time, for yourself or to share. {CHECK}"
    )
    assert list(mentee.buttons) == ["What came of it", "Move it", "Carry on", "Change how we work", "End"]
    assert [m.kind for m in (*signed.mentor.messages, *signed.mentee.messages)].count(
        Kind.EARLY_END_CHECK
    ) == 0


@pytest.mark.parametrize("scores", [(2, 3), (3, 2), (None, 1), (1, None), (5, 5)])
def test_without_two_low_scores_in_a_row_there_is_no_such_line(
    signed: Pair, scores: tuple[int | None, ...]
) -> None:
    hold_and_rate(signed, *scores)
    plan(signed, TUESDAY + 2 * WEEK)
    signed.stage.pass_time(TUESDAY + 3 * WEEK)
    assert checks(signed.mentor) == checks(signed.mentee) == []


def test_what_is_not_released_yet_shows_nowhere(signed: Pair) -> None:
    hold_and_rate(signed, 1, 1)
    plan(signed, TUESDAY + 2 * WEEK)
    signed.stage.pass_time(reminder_of(TUESDAY + 2 * WEEK) - timedelta(seconds=1))
    assert checks(signed.mentor) == checks(signed.mentee) == []
    signed.stage.pass_time(timedelta(seconds=1))
    assert checks(signed.mentor) == [(Kind.REMINDER, reminder_of(TUESDAY + 2 * WEEK))]
    assert checks(signed.mentee) == []
    signed.stage.pass_time(timedelta(hours=5))
    assert checks(signed.mentee) == [(Kind.REMINDER, reminder_of(TUESDAY + 2 * WEEK, NEW_YORK))]


def test_once_the_session_has_begun_the_line_is_gone(signed: Pair) -> None:
    hold_and_rate(signed, 2, 1)
    hold(signed, TUESDAY + 2 * WEEK)
    for one in (signed.mentor, signed.mentee):
        assert CHECK not in one.newest(Kind.REMINDER).text
        assert "Carry on" not in one.newest(Kind.REMINDER).buttons


def test_it_comes_before_the_last_session_too(pair: Pair) -> None:
    pair.sign(Terms(sessions=3))
    hold_and_rate(pair, 2, 1)
    plan(pair, TUESDAY + 2 * WEEK)
    pair.stage.pass_time(TUESDAY + 2 * WEEK - timedelta(hours=1))
    assert len(checks(pair.mentor)) == len(checks(pair.mentee)) == 1


def test_one_reason_is_one_line_whatever_becomes_of_the_session(signed: Pair) -> None:
    """It was brought by the reminder of a session that is cancelled; the reminder of the next brings it no more, nor comes it alone."""
    hold_and_rate(signed, 2, 1)
    third = plan(signed, TUESDAY + 2 * WEEK)
    signed.stage.pass_time(TUESDAY + 2 * WEEK - timedelta(hours=3))
    assert len(checks(signed.mentor)) == len(checks(signed.mentee)) == 1
    cancel(signed, signed.mentee, third)
    signed.stage.pass_time(timedelta(days=3))
    plan(signed, TUESDAY + 3 * WEEK)
    signed.stage.pass_time(TUESDAY + 3 * WEEK - timedelta(hours=1))
    assert signed.mentor.newest(Kind.REMINDER).subject != third
    for one in (signed.mentor, signed.mentee):
        assert checks(one) == []
        assert Kind.EARLY_END_CHECK not in {m.kind for m in one.messages}


def test_a_third_low_score_is_another_reason(signed: Pair) -> None:
    hold_and_rate(signed, 2, 1)
    hold(signed, TUESDAY + 2 * WEEK)
    signed.stage.pass_time(timedelta(days=4))
    held = signed.agreement.held_sessions
    rate(signed, held[-1].id, 2)
    plan(signed, TUESDAY + 3 * WEEK)
    signed.stage.pass_time(TUESDAY + 3 * WEEK - timedelta(hours=1))
    for one, zone in ((signed.mentor, LONDON), (signed.mentee, NEW_YORK)):
        assert checks(one) == [(Kind.REMINDER, reminder_of(TUESDAY + 3 * WEEK, zone))]


def test_a_reminder_from_before_the_reason_has_not_brought_it(pair: Pair) -> None:
    """Weekly sessions, asked about a week later: she answers only after the reminder of the session that follows."""
    pair.sign(Terms(cadence=Cadence.WEEKLY, rating_after=RatingDelay.SEVEN_DAYS))
    first = hold(pair, TUESDAY)
    second = hold(pair, TUESDAY + WEEK)
    pair.stage.pass_time(timedelta(hours=1))
    rate(pair, first, 2)
    hold(pair, TUESDAY + 2 * WEEK)
    pair.stage.pass_time(timedelta(hours=1))
    rate(pair, second, 2)
    plan(pair, TUESDAY + 3 * WEEK)

    pair.stage.pass_time(TUESDAY + 3 * WEEK - timedelta(hours=1))

    for one, zone in ((pair.mentor, LONDON), (pair.mentee, NEW_YORK)):
        assert checks(one) == [(Kind.REMINDER, reminder_of(TUESDAY + 3 * WEEK, zone))]


# --- alone


def alone(pair: Pair) -> tuple[Delivered, Delivered]:
    """Two low scores, nothing planned, and the two weeks are over."""
    hold_and_rate(pair, 2, 1)
    pair.stage.pass_time(TUESDAY + 3 * WEEK + timedelta(days=1))
    return pair.mentor.newest(Kind.EARLY_END_CHECK), pair.mentee.newest(Kind.EARLY_END_CHECK)


def test_with_none_planned_it_comes_alone_to_each_in_their_hours(signed: Pair) -> None:
    mentor, mentee = alone(signed)

    assert (mentor.at, mentee.at) == (
        datetime(2026, 12, 23, 9, tzinfo=LONDON),
        datetime(2026, 12, 22, 12, 45, tzinfo=NEW_YORK),
    )
    assert mentor.text == f"This is about your mentoring with Anna. {CHECK}"
    assert mentee.text == f"This is about your mentoring with Tom. {CHECK}"
    agreement_id = signed.agreement.id
    assert mentor.buttons == {
        "Carry on": agreement_id,
        "Change how we work": agreement_id,
        "End": agreement_id,
    }
    assert mentee.buttons == mentor.buttons
    signed.stage.pass_time(timedelta(days=40))
    assert len(checks(signed.mentor)) == len(checks(signed.mentee)) == 1


def test_whom_it_reached_alone_no_reminder_brings_it_to(signed: Pair) -> None:
    """It reached Anna at her noon; by his morning a session was planned, so that his reminder brings it to Tom."""
    hold_and_rate(signed, 2, 1)
    signed.stage.pass_time(TUESDAY + 3 * WEEK + timedelta(hours=2))
    assert [kind for kind, _ in checks(signed.mentee)] == [Kind.EARLY_END_CHECK]
    plan(signed, TUESDAY + 4 * WEEK)
    signed.stage.pass_time(TUESDAY + 4 * WEEK - timedelta(hours=1))
    assert [kind for kind, _ in checks(signed.mentee)] == [Kind.EARLY_END_CHECK]
    assert [kind for kind, _ in checks(signed.mentor)] == [Kind.REMINDER]


def test_whom_a_reminder_brought_it_to_it_does_not_reach_alone(signed: Pair) -> None:
    """His reminder had brought it to Tom; hers was still to come when the session was cancelled."""
    hold_and_rate(signed, 2, 1)
    third = plan(signed, TUESDAY + 2 * WEEK)
    signed.stage.pass_time(reminder_of(TUESDAY + 2 * WEEK))
    assert [kind for kind, _ in checks(signed.mentor)] == [Kind.REMINDER]
    cancel(signed, signed.mentor, third)
    signed.stage.pass_time(timedelta(days=2))
    assert checks(signed.mentor) == []
    assert Kind.EARLY_END_CHECK not in {m.kind for m in signed.mentor.messages}
    assert [kind for kind, _ in checks(signed.mentee)] == [Kind.EARLY_END_CHECK]


def test_whoever_wants_no_reminders_gets_it_alone(signed: Pair) -> None:
    settings_handlers.change(signed.mentee.gesture(Place.HOME), reminders=False)
    hold_and_rate(signed, 2, 1)
    plan(signed, TUESDAY + 2 * WEEK)
    signed.stage.pass_time(TUESDAY + 2 * WEEK - timedelta(hours=1))
    assert checks(signed.mentor) == [(Kind.REMINDER, reminder_of(TUESDAY + 2 * WEEK))]
    assert checks(signed.mentee) == [(Kind.EARLY_END_CHECK, reminder_of(TUESDAY + 2 * WEEK))]


def test_the_next_release_makes_it_quiet(signed: Pair) -> None:
    alone(signed)
    hold(signed, TUESDAY + 4 * WEEK)
    signed.stage.pass_time(timedelta(days=4))
    rate(signed, signed.agreement.held_sessions[-1].id, 4)
    assert len(checks(signed.mentor)) == 1
    signed.stage.pass_time(timedelta(days=15))
    for one, other in ((signed.mentor, "Anna"), (signed.mentee, "Tom")):
        message = one.newest(Kind.EARLY_END_CHECK)
        assert (message.text, message.buttons) == (
            f"This is about your mentoring with {other}. You agreed to check now and then whether this is still worth the time.",
            {},
        )


# --- choosing


def test_carrying_on_changes_nothing_and_is_told_to_nobody(signed: Pair) -> None:
    alone(signed)
    before = signed.agreement, signed.mentor.messages, signed.mentee.messages

    for one in (signed.mentor, signed.mentee):
        button = one.newest(Kind.EARLY_END_CHECK).buttons["Carry on"]
        assert told(one.does(handlers.carry_on, button)) == "Good. Nothing changes, and nobody is told."

    assert (signed.agreement, signed.mentor.messages, signed.mentee.messages) == before
    with pytest.raises(NotFound):
        signed.stranger.does(handlers.carry_on, signed.agreement.id)


def test_changing_how_we_work_opens_the_form_for_other_terms(signed: Pair) -> None:
    mentor, mentee = alone(signed)
    for one, message in ((signed.mentor, mentor), (signed.mentee, mentee)):
        form = shown(one.does(terms_handlers.open_suggest, message.buttons["Change how we work"]))
        assert form.to_dict()["title"]["text"] == "Change the agreement"


def test_ending_from_it_and_taking_that_back(signed: Pair) -> None:
    _, mentee = alone(signed)
    form = signed.mentee.does(closing_handlers.ask_end, mentee.buttons["End"])
    signed.mentee.submits(closing_handlers.end, form)
    assert signed.mentee.newest(Kind.EARLY_END_CHECK).buttons == {}

    signed.mentee.does(closing_handlers.undo_close, signed.agreement.id)

    assert signed.mentee.newest(Kind.EARLY_END_CHECK) == mentee


# --- nothing else tells


def live_through(pair: Pair, *scores: int) -> list[tuple[Kind, datetime, str]]:
    """What Tom reads up to just before a release, and what of it all is due to him."""
    pair.sign()
    hold_and_rate(pair, *scores)
    form = pair.mentor.does(session_handlers.open_plan, pair.agreement.id)
    pair.mentor.submits(session_handlers.plan, form, starts=TUESDAY + 2 * WEEK)
    pair.stage.pass_time(reminder_of(TUESDAY + 2 * WEEK) - timedelta(seconds=1))
    return [(m.kind, m.at, m.text) for m in pair.mentor.messages]


def test_before_the_release_it_is_the_same_whatever_she_scored(empty_database: Path, tmp_path: Path) -> None:
    seen = []
    for place, scores in enumerate([(1, 2), (5, 5)]):
        with company(empty_database, tmp_path / f"{place}.db") as pair:
            seen.append(live_through(pair, *scores))
    assert seen[0] == seen[1]
