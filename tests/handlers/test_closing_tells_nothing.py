"""What one of the two must not learn changes nothing of what they are shown: the same closing, lived several times over."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers import agreement as agreement_handlers
from handlers import closing as handlers
from handlers import home, messages, notes, recap, sessions
from handlers.gestures import Answer, Show, Tell
from handlers.views.text import Message
from mentoring.agreement import Terms
from mentoring.refusal import Refused
from storage import outbox
from tests.handlers.company import Scenes, company
from tests.handlers.endings import FIXED, OPENED, end, form, look_back, open_homes, to_the_closing
from tests.handlers.meetings import hold
from tests.handlers.stage import LONDON, Pair, Seen, Someone, read_aloud, shown, words

Course = Callable[[Pair, Someone], None]
"""What the other one does, in secret."""


def nothing(_pair: Pair, _other: Someone) -> None:
    """They don't look back at all."""


def an_empty_look_back(pair: Pair, other: Someone) -> None:
    look_back(other, pair)


def a_review(pair: Pair, other: Someone) -> None:
    look_back(other, pair, review="I would do it again, but not with Kestrels.")


def a_no(pair: Pair, other: Someone) -> None:
    look_back(other, pair, go_on="no")


def left_open(pair: Pair, other: Someone) -> None:
    look_back(other, pair, go_on="open", review="Undecided")


def the_end(pair: Pair, other: Someone) -> None:
    end(other, pair)


def a_yes_and_then_the_end(pair: Pair, other: Someone) -> None:
    look_back(other, pair, go_on="yes")
    end(other, pair)


def a_yes_taken_back(pair: Pair, other: Someone) -> None:
    look_back(other, pair, go_on="yes", review="Yes")
    pair.stage.pass_time(timedelta(days=1))
    look_back(other, pair, go_on="no", review=None)


def thanks_emptied_again(pair: Pair, other: Someone) -> None:
    look_back(other, pair, thanks="Thank you")
    pair.stage.pass_time(timedelta(hours=30))
    look_back(other, pair, thanks=None)


def a_yes(pair: Pair, other: Someone) -> None:
    look_back(other, pair, go_on="yes")


NOT_TWO: list[Course] = [
    nothing,
    an_empty_look_back,
    a_review,
    a_no,
    left_open,
    the_end,
    a_yes_and_then_the_end,
    a_yes_taken_back,
    thanks_emptied_again,
]


def drawn_now(who: Someone, pair: Pair) -> list[str]:
    """Every message that someone has, and their Home, as they would be drawn at this moment, drawn again or not."""
    stage, drawn = pair.stage, []
    with stage.database.reading() as tx:
        for delivered in who.stage.inbox.get(who.user_id, []):
            row = outbox.row(tx, delivered.row_id)
            assert row is not None
            message = messages.draw(tx, row, stage.deps, stage.now)
            assert isinstance(message, Message)
            drawn.append(read_aloud(message))
        view, _ = messages.draw_home(tx, who.person.id, stage.deps, stage.now)
    return [*drawn, words(view)]


def looked_at(who: Someone, pair: Pair) -> list[str]:
    """Every window that someone can open now, and all that stands in their messages and Home."""
    looks = [
        home.show_card,
        agreement_handlers.show_agreement,
        handlers.ask_end,
        sessions.show_session,
        recap.open_recap,
        notes.open_notes,
    ]
    windows = [read(who.types(look)) for look in looks]
    for handler in (handlers.look_back, handlers.show_thanks):
        try:
            windows.append(read(who.does(handler, str(pair.agreement_id))))
        except Refused as refused:
            windows.append(refused.sentence)
    return windows + drawn_now(who, pair)


def read(answer: Answer) -> str:
    if isinstance(answer, Show):
        return words(shown(answer))
    assert isinstance(answer, Tell)
    return answer.sentence


def rows(pair: Pair, who: Someone) -> list[tuple[Any, ...]]:
    """Every row that is due to someone, and those that are due to nobody."""
    with pair.stage.database.reading() as tx:
        found = tx.connection.exec_driver_sql(
            "SELECT kind, due, state, live, lane FROM due_rows WHERE recipient = ? OR kind = 'turn' ORDER BY kind, due",
            (who.person.id,),
        )
        return [tuple(row) for row in found]


def shown_to(who: Someone, pair: Pair) -> list[Seen]:
    """All that someone's Slack has shown; what is drawn again in one instant has no order, for it goes by the rows' random ids."""
    pair.stage.deliver()
    mine = [seen for seen in pair.stage.seen if seen.user_id == who.user_id]
    return sorted(mine, key=lambda seen: (seen.at, seen.what, seen.text))


@contextmanager
def closing(empty: Path, file: Path, scenes: Scenes) -> Iterator[Pair]:
    with company(empty, file) as pair:
        scenes.live(pair, to_the_closing, sessions=2)
        yield pair


def lived(pair: Pair, who: Someone, other: Someone, mine: str | None, course: Course) -> list[Any]:
    """The closing as ``who`` lives it, who answers ``mine`` on the second day, up to two months after it."""
    if mine is not None:
        look_back(who, pair, go_on=mine, review="Mine")
    course(pair, other)
    moments = [
        OPENED + timedelta(days=3),
        FIXED - timedelta(seconds=1),
        FIXED,
        FIXED + timedelta(days=1),
        FIXED + timedelta(days=60),
    ]
    looks: list[Any] = []
    for moment in moments:
        pair.stage.pass_time(moment)
        looks += [looked_at(who, pair), rows(pair, who)]
    return [looks, shown_to(who, pair)]


@pytest.mark.parametrize("side", ["mentor", "mentee"])
@pytest.mark.parametrize("mine", [None, "yes"])
def test_short_of_two_yeses_the_other_side_lives_the_same(
    empty_database: Path, tmp_path: Path, scenes: Scenes, side: str, mine: str | None
) -> None:
    came = {}
    for course in NOT_TWO if mine == "yes" else [*NOT_TWO, a_yes]:
        with closing(empty_database, tmp_path / f"{course.__name__}.db", scenes) as pair:
            who, other = (pair.mentor, pair.mentee) if side == "mentor" else (pair.mentee, pair.mentor)
            came[course.__name__] = lived(pair, who, other, mine, course)

    first = came.pop("nothing")
    assert len(first[1]) > 5
    for name, what in came.items():
        assert what == first, name


@pytest.mark.parametrize("side", ["mentor", "mentee"])
def test_two_yeses_are_told_at_the_same_moments_as_anything_else(
    empty_database: Path, tmp_path: Path, scenes: Scenes, side: str
) -> None:
    came = []
    for course in (a_yes, a_no):
        with closing(empty_database, tmp_path / f"{course.__name__}.db", scenes) as pair:
            who, other = (pair.mentor, pair.mentee) if side == "mentor" else (pair.mentee, pair.mentor)
            look_back(who, pair, go_on="yes")
            course(pair, other)
            pair.stage.pass_time(FIXED + timedelta(days=1))
            came.append([(seen.at, seen.what) for seen in shown_to(who, pair)])
    assert came[0] == came[1]


# --- ending early


NIGHT = datetime(2026, 12, 2, 22, 0, tzinfo=LONDON)


def come_to_a_night(pair: Pair) -> None:
    pair.sign(Terms(sessions=3))
    open_homes(pair)
    hold(pair)
    pair.stage.pass_time(NIGHT)


def early(pair: Pair, who: Someone, other: Someone, course: Course) -> list[Any]:
    """An early end by ``other``, as ``who`` lives it."""
    end(other, pair)
    looks: list[Any] = []
    for moment in (NIGHT + timedelta(minutes=5), NIGHT + timedelta(minutes=15)):
        pair.stage.pass_time(moment)
        course(pair, other)
        looks += [looked_at(who, pair), rows(pair, who)]
    for days in (1, 5, 15, 40):
        pair.stage.pass_time(NIGHT + timedelta(days=days))
        looks += [looked_at(who, pair), rows(pair, who)]
    return [looks, shown_to(who, pair)]


def thanks_emptied_within_the_minute(pair: Pair, other: Someone) -> None:
    look_back(other, pair, thanks="Thank you")
    pair.stage.pass_time(timedelta(minutes=1))
    look_back(other, pair, thanks=None)


@pytest.mark.parametrize("side", ["mentor", "mentee"])
def test_after_an_early_end_only_thanks_are_ever_noticed(
    empty_database: Path, tmp_path: Path, scenes: Scenes, side: str
) -> None:
    courses: list[Course] = [nothing, an_empty_look_back, a_review]
    if side == "mentor":
        # Night in London; in New York thanks would go at once.
        courses.append(thanks_emptied_within_the_minute)
    came = {}
    for course in courses:
        with company(empty_database, tmp_path / f"{course.__name__}.db") as pair:
            scenes.live(pair, come_to_a_night)
            who, other = (pair.mentor, pair.mentee) if side == "mentor" else (pair.mentee, pair.mentor)
            came[course.__name__] = early(pair, who, other, course)

    first = came.pop("nothing")
    for name, what in came.items():
        assert what == first, name


def test_the_form_of_one_never_holds_a_word_of_the_other(
    empty_database: Path, tmp_path: Path, scenes: Scenes
) -> None:
    with closing(empty_database, tmp_path / "forms.db", scenes) as pair:
        before = words(form(pair.mentor, pair))
        look_back(pair.mentee, pair, review="Kestrel", thanks="Moonlit", go_on="yes")
        assert words(form(pair.mentor, pair)) == before
