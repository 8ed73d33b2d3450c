"""Being forgotten by the other one of a pair, lived beside an ordinary ending: the same messages, windows, Home and rows."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers import agreement, decisions, feedback, impact, notes, rhythm
from handlers import settings as settings_handlers
from handlers.gestures import Place
from mentoring.agreement import Role, Terms
from storage import agreements, forgetting
from storage.erasing import erase_texts
from tests.handlers.company import Scenes, company
from tests.handlers.endings import end, look_back, open_homes, to_the_closing
from tests.handlers.meetings import hold, plan
from tests.handlers.ratings import ASKED, rate
from tests.handlers.signing import decline
from tests.handlers.stage import Pair, Someone
from tests.handlers.test_closing_tells_nothing import looked_at, rows, shown_to
from tests.handlers.test_notes import write as write_note

Standing = Callable[[Pair], None]
Ending = Callable[[Pair, Someone], object]


def under_way(pair: Pair) -> None:
    """One session held and rated, another planned, and everything written that can be."""
    pair.sign(Terms(sessions=3))
    open_homes(pair)
    session_id = hold(pair)
    write_note(pair, pair.mentor.types(notes.open_notes), session_id, "A note")
    pair.stage.pass_time(ASKED)
    rate(pair, session_id, 4)
    pair.mentee.submits(
        feedback.add_words, pair.mentee.does(feedback.open_words, session_id), words="Words", share="share"
    )
    form = pair.mentee.does(impact.open_impact, session_id)
    pair.mentee.submits(impact.write_impact, form, text="Better", share="share")
    listed = pair.mentee.does(decisions.open_decision, str(pair.agreement_id))
    pair.mentee.submits(decisions.write_decision, listed, text="To ask")
    plan(pair, pair.stage.now + timedelta(days=9), "The tea room")


def at_rest(pair: Pair) -> None:
    under_way(pair)
    pair.mentee.submits(rhythm.pause, pair.mentee.does(rhythm.ask_pause, str(pair.agreement_id)))
    pair.stage.pass_time(timedelta(days=1))


def in_the_closing(pair: Pair) -> None:
    to_the_closing(pair, sessions=2)
    for one in (pair.mentor, pair.mentee):
        look_back(one, pair, go_on="yes", thanks="Thank you", review="Good")


def complete(pair: Pair) -> None:
    to_the_closing(pair)
    look_back(pair.mentee, pair, thanks="Thank you")
    pair.stage.pass_time(timedelta(days=9))


def nothing(_pair: Pair, _other: Someone) -> None:
    """It ends by itself, or has ended."""


def by_hand(pair: Pair, other: Someone) -> object:
    return end(other, pair)


def erase(pair: Pair, other: Someone) -> None:
    """What they wrote goes, as it does when its time is over."""
    with pair.stage.database.writing() as tx:
        stored = agreements.by_clock(tx, agreement_id(pair))
        erase_texts(tx, stored, other.person.id, pair.stage.now)


def agreement_id(pair: Pair) -> Any:
    assert pair.agreement_id is not None
    return pair.agreement_id


def lived(pair: Pair, who: Someone, other: Someone, ending: Ending | None) -> list[Any]:
    """What ``who`` is shown while, and for forty days after, ``other`` ends it, or has everything forgotten."""
    if ending is None:
        with pair.stage.database.writing() as tx:
            forgetting.forget(tx, other.person.id, pair.stage.now)
    else:
        ending(pair, other)
        erase(pair, other)
    began, looks = pair.stage.now, list[Any]()
    for span in (
        timedelta(minutes=5),
        timedelta(minutes=15),
        timedelta(days=1),
        timedelta(days=8),
        timedelta(days=20),
    ):
        pair.stage.pass_time(began + span)
        looks += [looked_at(who, pair), rows(pair, who)]
    return [looks, shown_to(who, pair)]


@pytest.mark.parametrize("side", ["mentor", "mentee"])
@pytest.mark.parametrize(
    ("standing", "ending"),
    [(under_way, by_hand), (at_rest, by_hand), (in_the_closing, nothing), (complete, nothing)],
)
def test_a_mentoring_ends_the_same(
    empty_database: Path, tmp_path: Path, scenes: Scenes, side: str, standing: Standing, ending: Ending
) -> None:
    came = []
    for course in (None, ending):
        with company(empty_database, tmp_path / f"{course}.db") as pair:
            who, other = (pair.mentor, pair.mentee) if side == "mentor" else (pair.mentee, pair.mentor)
            scenes.live(pair, standing)
            came.append(lived(pair, who, other, course))

    assert len(came[0][1]) > 5
    assert came[0] == came[1]


@pytest.mark.parametrize("invited", [True, False])
def test_an_invitation_ends_the_same(
    empty_database: Path, tmp_path: Path, scenes: Scenes, invited: bool
) -> None:
    """By the one who was invited, and by the one who invited."""
    came = []

    def standing(pair: Pair) -> None:
        pair.propose(by=Role.MENTOR)
        open_homes(pair)
        pair.stage.pass_time(timedelta(hours=3))

    def ending(pair: Pair, other: Someone) -> object:
        if invited:
            return decline(other, pair)
        return other.does(agreement.withdraw, str(pair.agreement_id), place=Place.MODAL)

    for course in (None, ending):
        with company(empty_database, tmp_path / f"{course is None}.db") as pair:
            who, other = (pair.mentor, pair.mentee) if invited else (pair.mentee, pair.mentor)
            scenes.live(pair, standing)
            came.append(lived(pair, who, other, course))
    assert came[0] == came[1]


def test_an_invitation_out_of_sight_lapses_the_same(
    empty_database: Path, tmp_path: Path, scenes: Scenes
) -> None:
    came = []

    def standing(pair: Pair) -> None:
        settings_handlers.change(pair.mentee.gesture(Place.MESSAGE), invitations=False)
        pair.propose(by=Role.MENTOR)
        open_homes(pair)

    for course in (None, nothing):
        with company(empty_database, tmp_path / f"{course is None}.db") as pair:
            scenes.live(pair, standing)
            came.append(lived(pair, pair.mentor, pair.mentee, course))
    assert came[0] == came[1]


def test_thanks_to_someone_who_is_gone_are_written_as_ever(
    empty_database: Path, tmp_path: Path, scenes: Scenes
) -> None:
    came = []
    for gone in (True, False):
        with company(empty_database, tmp_path / f"{gone}.db") as pair:
            scenes.live(pair, under_way)
            if gone:
                with pair.stage.database.writing() as tx:
                    forgetting.forget(tx, pair.mentee.person.id, pair.stage.now)
            else:
                end(pair.mentee, pair)
                erase(pair, pair.mentee)
            pair.stage.pass_time(timedelta(days=1))
            look_back(pair.mentor, pair, thanks="It was good to work with you", review="For me")
            pair.stage.pass_time(timedelta(days=2))
            came.append(looked_at(pair.mentor, pair))
    assert came[0] == came[1]
