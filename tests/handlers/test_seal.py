"""The seal: until a release the mentor's side is the same whatever the mentee did, and nothing else tells."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers import agreement as agreement_handlers
from handlers import closing as closing_handlers
from handlers import feedback as handlers
from handlers import home, impact, notes, recap
from handlers import sessions as session_handlers
from handlers.gestures import Answer, Place, Show, Tell
from mentoring.agreement import Terms
from mentoring.ids import SessionId
from mentoring.refusal import Refused
from tests.handlers.company import company
from tests.handlers.meetings import TUESDAY, hold, plan
from tests.handlers.ratings import ASKED, rate
from tests.handlers.stage import Pair, shown, words

Course = Callable[[Pair, SessionId], None]
A_FORTNIGHT_LATER = TUESDAY + timedelta(days=14)


def nothing(_pair: Pair, _session_id: SessionId) -> None:
    """She doesn't answer."""


def low(pair: Pair, session_id: SessionId) -> None:
    rate(pair, session_id, 1)


def high_with_words(pair: Pair, session_id: SessionId) -> None:
    rate(pair, session_id, 5)
    form = pair.mentee.does(handlers.open_words, session_id)
    pair.mentee.submits(handlers.add_words, form, words="It cleared my head.", share="share")


def taken_back(pair: Pair, session_id: SessionId) -> None:
    rate(pair, session_id, 4)
    form = pair.mentee.does(handlers.open_change, session_id)
    pair.mentee.submits(handlers.change_rating, form, score="none")


def skipped(pair: Pair, session_id: SessionId) -> None:
    pair.mentee.does(handlers.skip, session_id)


def skipped_and_undone(pair: Pair, session_id: SessionId) -> None:
    pair.mentee.does(handlers.skip, session_id)
    pair.mentee.does(handlers.undo_skip, session_id)


def kept_what_came_of_it(pair: Pair, session_id: SessionId) -> None:
    form = pair.mentee.does(impact.open_impact, session_id)
    pair.mentee.submits(impact.write_impact, form, text="It cleared my head.", share="keep")


def shared_what_came_of_it(pair: Pair, session_id: SessionId) -> None:
    form = pair.mentee.does(impact.open_impact, session_id)
    pair.mentee.submits(impact.write_impact, form, text="It cleared my head.", share="share")


COURSES: list[Course] = [
    nothing,
    kept_what_came_of_it,
    shared_what_came_of_it,
    low,
    high_with_words,
    taken_back,
    skipped,
    skipped_and_undone,
]


def opened_home(pair: Pair) -> None:
    gesture = pair.mentor.gesture(Place.MESSAGE)
    home.open_home(gesture)


def seen(pair: Pair) -> list[Any]:
    """Everything that the mentor can look at now, and every row that is due to them."""
    looks = [
        home.show_card,
        recap.open_recap,
        notes.open_notes,
        session_handlers.show_session,
        agreement_handlers.show_agreement,
        closing_handlers.ask_end,
        handlers.show_feedback,
    ]
    answers = [_read(pair.mentor.types(look)) for look in looks]
    said = [(m.kind, m.at, m.text, list(m.buttons)) for m in pair.mentor.messages]
    return [*answers, said, words(pair.stage.homes["UTOM"]), _due(pair)]


def _read(answer: Answer) -> str:
    return (
        words(shown(answer))
        if isinstance(answer, Show)
        else answer.sentence
        if isinstance(answer, Tell)
        else ""
    )


def _due(pair: Pair) -> list[tuple[Any, ...]]:
    with pair.stage.database.reading() as tx:
        found = tx.connection.exec_driver_sql(
            "SELECT kind, due, state, live, lane FROM due_rows WHERE recipient = ? OR kind = 'turn' ORDER BY kind, due",
            (pair.mentor.person.id,),
        )
        return [tuple(row) for row in found]


def lived(pair: Pair, course: Course) -> list[Any]:
    """One course of things, as the mentor sees it from the question to the moment before the release; and then after."""
    pair.sign(Terms(sessions=2))
    opened_home(pair)
    session_id = hold(pair)
    pair.stage.pass_time(ASKED)
    course(pair, session_id)
    looks = [seen(pair)]
    pair.stage.pass_time(timedelta(days=3))
    looks.append(seen(pair))
    plan(pair, A_FORTNIGHT_LATER)
    looks.append(seen(pair))
    released_at = A_FORTNIGHT_LATER.replace(hour=17, minute=0) - timedelta(days=1)
    pair.stage.pass_time(released_at - timedelta(seconds=1))
    looks.append(seen(pair))
    pair.stage.pass_time(released_at)
    looks.append(seen(pair))
    return looks


def test_until_the_release_the_mentor_sees_the_same_whatever_the_mentee_did(
    empty_database: Path, tmp_path: Path
) -> None:
    courses = {}
    for course in COURSES:
        with company(empty_database, tmp_path / f"{course.__name__}.db") as pair:
            courses[course.__name__] = lived(pair, course)

    first = courses["nothing"]
    assert all("Rating: Not yet" in look[1] for look in first[:-1])
    for looks in courses.values():
        assert looks[:-1] == first[:-1]
        # At the release only the recap differs.
        assert looks[-1][2:] == first[-1][2:]
        assert looks[-1][0] == first[-1][0]
    assert courses["kept_what_came_of_it"] == first
    assert courses["shared_what_came_of_it"][-1][1] != first[-1][1]
    ratings = {name: looks[-1][1].partition("Rating: ")[2][:9] for name, looks in courses.items()}
    assert ratings == {
        "nothing": "No rating",
        "kept_what_came_of_it": "No rating",
        "shared_what_came_of_it": "No rating",
        "low": "1 of 5 ●○",
        "high_with_words": "5 of 5 ●●",
        "taken_back": "No rating",
        "skipped": "No rating",
        "skipped_and_undone": "No rating",
    }


@pytest.mark.parametrize("course", COURSES)
def test_an_early_end_leaves_the_seal_for_good(pair: Pair, course: Course) -> None:
    pair.sign()
    session_id = hold(pair)
    pair.stage.pass_time(ASKED)
    course(pair, session_id)

    pair.mentor.submits(closing_handlers.end, pair.mentor.types(closing_handlers.ask_end))
    pair.stage.pass_time(timedelta(days=29))

    text = words(shown(pair.mentor.types(recap.open_recap)))
    assert "Rating: No rating" in text
    assert "cleared" not in text
    with pytest.raises(Refused):
        rate(pair, session_id, 3)
