import copy
import json
import logging
import pickle
import pprint
import traceback
from collections.abc import Callable
from dataclasses import asdict, astuple, replace
from itertools import product
from typing import Any

import pytest

from mentoring import closing, decisions, feedback, impact
from mentoring.feedback import Score
from mentoring.ids import DecisionId
from mentoring.recap import recap
from mentoring.secret import LOST, UNREADABLE, Secret, unless_lost
from tests.mentoring.conftest import ANNA, MONDAY, Pair

HIDDEN = "she said she would leave"


def test_a_secret_never_shows_itself() -> None:
    secret = Secret(HIDDEN)
    formatted = "%s, %r" % (secret, secret)  # noqa: UP031
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r}",
        f"{secret!s}",
        f"{secret:>40}",
        f"{secret}",
    ]

    assert shown == ["(secret)"] * 7
    assert (formatted, f"{secret=}", repr([secret])) == (
        "(secret), (secret)",
        "secret=(secret)",
        "[(secret)]",
    )
    with pytest.raises(TypeError):
        "".join([secret])  # type: ignore[list-item]
    with pytest.raises(TypeError):
        secret + ""  # type: ignore[operator]


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_is_neither_pickled_nor_json(copied: Callable[[object], object]) -> None:
    with pytest.raises(TypeError, match="not pickled"):
        copied(Secret(HIDDEN))
    assert json.dumps(Secret(HIDDEN), default=str) == '"(secret)"'
    with pytest.raises(TypeError):
        json.dumps(Secret(HIDDEN))


def test_a_secret_is_revealed_on_purpose_and_equal_by_what_it_hides() -> None:
    assert Secret(HIDDEN).reveal() == HIDDEN
    assert Secret(HIDDEN) == Secret(HIDDEN)
    assert Secret(HIDDEN) != Secret("other")
    assert Secret(HIDDEN) != HIDDEN
    assert len({Secret(1), Secret(1), Secret(2)}) == 2


def test_what_is_lost_is_known_though_anyone_may_write_its_words() -> None:
    theirs = Secret(UNREADABLE)

    assert theirs == LOST
    assert [unless_lost(secret) for secret in (theirs, LOST, None)] == [theirs, None, None]


@pytest.fixture
def everything(active: Pair) -> list[object]:
    """One of each thing that holds what someone wrote or scored, each text the same."""
    held = active.hold_session(MONDAY.replace(day=10, hour=16))
    active.later(days=2)
    active.rate(held, Score.FOUR)
    agreement = feedback.add_words(
        active.agreement, held, words=HIDDEN, share=True, by=ANNA.id, now=active.now
    )
    place = Secret(HIDDEN)
    version = replace(
        agreement.newest, terms=replace(agreement.terms, place=place), purpose=place, reply=place
    )
    session = replace(agreement.session(held), place=place)
    agreement = closing.end(agreement.with_version(version).with_session(session), by=ANNA.id, now=active.now)
    agreement = closing.say_farewell(
        agreement, by=ANNA.id, review=HIDDEN, thanks=HIDDEN, go_on=None, now=active.now
    )
    about = {"existing": None, "revision": None, "text": HIDDEN, "by": ANNA.id, "now": active.now}
    decision = decisions.write(agreement, decision_id=DecisionId("one"), **about)  # type: ignore[arg-type]
    came = impact.write(agreement, held, share=True, **about)  # type: ignore[arg-type]
    note = active.note(held, HIDDEN)
    seen = recap(agreement, [note], [came] if came else [], by=agreement.mentor.id)
    return [agreement, decision, came, note, seen]


def test_nothing_that_holds_a_secret_shows_it(
    everything: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger(__name__).error("%s %r", everything, everything)

    def fail(things: list[object]) -> None:
        raise ValueError(things)

    try:
        fail(everything)
    except ValueError as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())

    shown = [
        repr(everything),
        str(everything),
        f"{everything}",
        pprint.pformat(everything),
        caplog.text,
        told,
    ]

    assert [HIDDEN in text for text in shown] == [False] * 6
    # Each of its fields was there to be shown.
    assert all(text.count("(secret)") >= 10 for text in shown)


def test_nothing_that_holds_a_secret_is_taken_apart(everything: list[object]) -> None:
    ways: list[Callable[[Any], object]] = [asdict, astuple, copy.deepcopy, pickle.dumps]
    for thing, take in product(everything, ways):
        with pytest.raises(TypeError, match="not pickled"):
            take(thing)
