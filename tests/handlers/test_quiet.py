"""What one can still take back, the other is not shown: also where something that was drawn for them waited to be drawn again."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from handlers import closing as closing_handlers
from handlers import sessions as handlers
from mentoring.agreement import Role
from mentoring.due import Due, Kind
from mentoring.refusal import Refused
from storage import outbox
from tests.handlers.endings import end, open_homes
from tests.handlers.meetings import IN_BOTH, THURSDAY, cancel, hold, plan
from tests.handlers.signing import decline
from tests.handlers.stage import INTRODUCTION, Pair, Someone, read_aloud, words
from tests.handlers.talking import suggest
from tests.handlers.test_first_talk import HERS, talk
from tests.handlers.test_forgetting import forget
from tests.handlers.test_renewal import renew

MINUTE = timedelta(minutes=1)
IN_LONDON = "Tuesday 1 December, 16:30 in London · 11:30 in New York"
Scene = Callable[[Pair], tuple[Someone, Callable[[], object]]]
"""What comes before; it returns who does something then, and what."""


def draw_again(who: Someone) -> None:
    """Let all that someone was sent, and their Home, be drawn again, as if that had waited since before."""
    stage, to = who.stage, who.person.id
    with stage.database.writing() as tx:
        for sent in stage.inbox.get(who.user_id, []):
            row = outbox.row(tx, sent.row_id)
            assert row is not None
            outbox.add(tx, Due(Kind.REDRAW, row.id, stage.now, row.due.agreement_id, to))
        outbox.add(tx, Due(Kind.HOME, to, stage.now, recipient=to))
    stage.deliver()


def screen(who: Someone) -> list[str]:
    """All that someone has in front of them, Home last."""
    messages = [read_aloud(one.message) for one in who.messages]
    return [*messages, words(who.stage.homes[who.user_id])]


def planned(pair: Pair) -> tuple[Someone, Callable[[], object]]:
    """A session is cancelled ahead."""
    pair.sign()
    session_id = plan(pair)
    return pair.mentor, lambda: cancel(pair, pair.mentor, session_id)


def held(pair: Pair) -> tuple[Someone, Callable[[], object]]:
    """A session didn't happen."""
    pair.sign()
    session_id = hold(pair)
    return pair.mentee, lambda: pair.mentee.does(handlers.not_held, session_id)


def under_way(pair: Pair) -> tuple[Someone, Callable[[], object]]:
    """It all ends early, a session ahead of it."""
    pair.sign()
    plan(pair)
    return pair.mentor, lambda: end(pair.mentor, pair)


def nearly_over(pair: Pair) -> tuple[Someone, Callable[[], object]]:
    """A session is cancelled, and then it all ends."""
    pair.sign()
    session_id = plan(pair)
    return pair.mentor, lambda: (cancel(pair, pair.mentor, session_id), end(pair.mentor, pair))


def talked_over(pair: Pair) -> tuple[Someone, Callable[[], object]]:
    """A proposal is declined by whoever suggested other terms."""
    pair.propose(by=Role.MENTEE)
    suggest(pair.mentor, pair, sessions="3")
    return pair.mentor, lambda: decline(pair.mentor, pair, "Another time")


def to_be_talked_over(pair: Pair) -> tuple[Someone, Callable[[], object]]:
    """A first talk is cancelled."""
    pair.propose()
    talk_id = talk(pair)
    return pair.mentor, lambda: cancel_talk(pair.mentor, talk_id)


def cancel_talk(who: Someone, talk_id: str) -> None:
    who.submits(handlers.cancel, who.does(handlers.ask_cancel, talk_id))


def going_on(pair: Pair) -> tuple[Someone, Callable[[], object]]:
    """The new agreement that two yeses opened is declined."""
    renew(pair)
    return pair.mentor, lambda: decline(pair.mentor, pair)


SCENES = [planned, held, under_way, nearly_over, talked_over, to_be_talked_over, going_on]
GONE = f"Session 1 of 5 with Tom, {IN_BOTH}, is cancelled."
ENDED = (
    "Tom Reed has ended your mentoring. No reason is asked or given: either of you could at any time, and ending early is a good "
    "result too. Thank you for the time you gave it. If you like, look back until 7 December: a short review for yourself, and "
    "thanks to pass on."
)
TOLD: dict[Scene, list[tuple[Kind, str]]] = {
    planned: [
        (Kind.PLANNED, GONE),
        (Kind.CANCELLED, f"Tom cancelled session 1 of 5: {IN_BOTH}. It doesn't use up any of your sessions."),
    ],
    held: [
        (Kind.SESSION_ENDED, f"Session 1 of 5 with Anna, {IN_LONDON}, isn't counted: it didn't happen."),
        (
            Kind.NOT_HELD,
            f"Session 1 of 5 with Anna, {IN_LONDON}, isn't counted: it didn't happen. It doesn't use up any of your sessions.",
        ),
    ],
    under_way: [(Kind.PLANNED, GONE), (Kind.ENDED, ENDED)],
    nearly_over: [(Kind.PLANNED, GONE), (Kind.ENDED, ENDED)],
    talked_over: [
        (Kind.SUGGESTED, f"Tom has declined since. {INTRODUCTION}"),
        (
            Kind.DECLINED,
            "Tom Reed has declined your invitation. Tom wrote you a sentence with it. There is nothing for you to do.",
        ),
    ],
    to_be_talked_over: [
        (Kind.PLANNED, f"Your first talk with Tom, {HERS}, is cancelled."),
        (Kind.CANCELLED, f"Tom cancelled your first talk: {HERS}."),
    ],
    going_on: [
        (
            Kind.RESULT,
            "You and Tom Reed both said yes to going on. The new agreement wasn't signed by both in the end.",
        ),
        (
            Kind.DECLINED,
            "Tom Reed has declined the new agreement. No reason is asked or given, and there is nothing for you to do.",
        ),
    ],
}
"""What the other one reads when the ten minutes are over."""


def begun(pair: Pair, scene: Scene) -> tuple[Someone, Someone, Callable[[], object]]:
    """Who is about to do something, the other one, before whom all stands as it is, and what is about to be done."""
    open_homes(pair)
    who, act = scene(pair)
    other = pair.mentee if who is pair.mentor else pair.mentor
    draw_again(other)
    return who, other, act


@pytest.mark.parametrize("scene", SCENES)
def test_the_other_is_shown_nothing_of_it_before_they_are_told(pair: Pair, scene: Scene) -> None:
    _, other, act = begun(pair, scene)
    before, count = screen(other), len(other.messages)

    act()
    draw_again(other)
    assert screen(other) == before
    pair.stage.pass_time(9 * MINUTE)
    draw_again(other)
    assert screen(other) == before

    pair.stage.pass_time(MINUTE)
    assert [(kind, other.newest(kind).text) for kind, _ in TOLD[scene]] == TOLD[scene]
    assert len(other.messages) == count + 1
    drawn = screen(other)
    draw_again(other)
    assert screen(other) == drawn


@pytest.mark.parametrize("scene", SCENES)
def test_what_is_taken_back_the_other_never_sees(pair: Pair, scene: Scene) -> None:
    who, other, act = begun(pair, scene)
    before = screen(other)
    standing = pair.agreement

    act()
    draw_again(other)
    pair.stage.pass_time(5 * MINUTE)
    if pair.agreement.over:
        who.does(closing_handlers.undo_close, str(pair.agreement_id))
    for session in (*pair.agreement.sessions, *pair.agreement.talks):
        if session.cancelled:
            who.does(handlers.undo_cancel, session.id)
    pair.stage.pass_time(60 * MINUTE)

    assert pair.agreement.state is standing.state
    assert screen(other) == before


def test_each_cancellation_is_shown_when_it_is_told(signed: Pair) -> None:
    """A session that is over didn't happen, and four minutes later the next one is cancelled."""
    first = hold(signed)
    second = plan(signed, signed.stage.now + timedelta(days=7))
    signed.mentor.does(handlers.not_held, first)
    signed.stage.pass_time(4 * MINUTE)
    cancel(signed, signed.mentor, second)

    def drawn() -> tuple[Kind, str]:
        """What came last, and how the session that was planned last is drawn."""
        return signed.mentee.messages[-1].kind, signed.mentee.newest(Kind.PLANNED).text

    told = "Tom planned session {} of 5: Tuesday 8 December, 12:45 in New York · 17:45 in London."
    signed.stage.pass_time(5 * MINUTE)
    draw_again(signed.mentee)
    assert drawn() == (Kind.PLANNED, told.format(2))
    signed.stage.pass_time(MINUTE)
    assert drawn() == (Kind.NOT_HELD, told.format(1))
    signed.stage.pass_time(4 * MINUTE)
    gone = "Session 1 of 5 with Tom, Tuesday 8 December, 12:45 in New York · 17:45 in London, is cancelled."
    assert drawn() == (Kind.CANCELLED, gone)


def test_whoever_does_something_themselves_sees_at_once_how_things_stand(signed: Pair) -> None:
    cancel(signed, signed.mentor, plan(signed))
    assert signed.mentee.newest(Kind.PLANNED).text.startswith("Tom planned session 1 of 5: ")

    signed.stage.pass_time(MINUTE)
    suggest(signed.mentee, signed, sessions="4")

    assert signed.mentee.newest(Kind.PLANNED).text == GONE
    assert Kind.CANCELLED not in {one.kind for one in signed.mentee.messages}


def test_an_end_of_whoever_is_gone_waits_like_any_other(signed: Pair) -> None:
    """The same is shown whether they have ended it or had everything forgotten."""
    open_homes(signed)
    plan(signed)
    before = screen(signed.mentee)

    forget(signed.mentor)
    draw_again(signed.mentee)
    assert screen(signed.mentee) == before

    signed.stage.pass_time(10 * MINUTE)
    assert [(kind, signed.mentee.newest(kind).text) for kind in (Kind.PLANNED, Kind.ENDED)] == TOLD[under_way]


def test_what_they_have_seen_goes_stays(signed: Pair) -> None:
    open_homes(signed)
    session_id = plan(signed)
    cancel(signed, signed.mentor, session_id)
    signed.stage.pass_time(MINUTE)
    suggest(signed.mentee, signed, sessions="4")
    assert signed.mentee.newest(Kind.PLANNED).text == GONE
    signed.stage.pass_time(MINUTE)
    suggest(signed.mentor, signed, sessions="3")
    draw_again(signed.mentee)
    assert signed.mentee.newest(Kind.PLANNED).text == GONE
    with pytest.raises(Refused, match="Anna has made a change since"):
        signed.mentor.does(handlers.undo_cancel, session_id)


def test_of_two_that_were_cancelled_the_last_still_stands(signed: Pair) -> None:
    open_homes(signed)
    first = plan(signed)
    signed.stage.pass_time(MINUTE)
    cancel(signed, signed.mentor, first)
    signed.stage.pass_time(MINUTE)
    second = plan(signed, THURSDAY)
    draw_again(signed.mentee)
    before = screen(signed.mentee)
    signed.stage.pass_time(MINUTE)
    cancel(signed, signed.mentor, second)
    draw_again(signed.mentee)
    assert screen(signed.mentee) == before
    signed.stage.pass_time(10 * MINUTE)
    assert screen(signed.mentee) != before


def test_an_end_is_shown_once_there_is_a_new_invitation(signed: Pair) -> None:
    """Then it can't be undone any more."""
    open_homes(signed)
    plan(signed)
    end(signed.mentor, signed)
    signed.stage.pass_time(MINUTE)
    draw_again(signed.mentee)
    assert "Ended" not in screen(signed.mentee)[-1]

    signed.propose()
    draw_again(signed.mentee)
    home = screen(signed.mentee)[-1]
    assert home.count("Next session") == 0
    assert home.count("Ended on 23 November 2026.") == 1


def test_what_was_before_goes_on_in_time(signed: Pair) -> None:
    open_homes(signed)
    session_id = plan(signed)
    ends = signed.agreement.session(session_id).ends
    signed.stage.pass_time(ends - 2 * MINUTE)
    end(signed.mentor, signed)
    signed.stage.pass_time(5 * MINUTE)
    draw_again(signed.mentee)

    assert "1 of 5 held" in screen(signed.mentee)[-1]
